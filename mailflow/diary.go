package mailflow

import (
	"hash/fnv"
	"slices"
	"time"

	"duolog/meeting"
)

// lookAgain is how long a pair is not looked at when nothing falls due and no file of it is touched. It bounds what goes wrong when a
// file changes without a trace.
const lookAgain = time.Hour

// recent is how old a meeting may be for its file to be watched closely; older ones are looked into with the pair.
const recent = 60 * 24 * time.Hour

// diary remembers when each pair has to be looked at next, so that a look at all of them costs what is due. It is kept in memory alone:
// who starts anew looks at every pair. A pair is looked at earlier once a file of it or of its people was touched, or the calendar that
// it follows; all are once the clock went back or the holidays are others. Nothing is noted of a pair that could not be done with.
type diary struct {
	now      time.Time // of the last look
	holidays []string
	pairs    map[string]appointment
}

type appointment struct {
	next            time.Time
	manager, report string
	stamp           uint64            // of the files, from before they were read
	follows         *meeting.Pair     // nil for most pairs
	calendar        *meeting.Calendar // that it followed
}

// diary opens a diary for one look at all pairs. A dry run has one of its own, which is empty.
func (f *Flow) diary(d **diary) *diary {
	if f.DryRun {
		return &diary{pairs: map[string]appointment{}}
	}
	now := f.now()
	if *d == nil || now.Before((*d).now) || !slices.Equal((*d).holidays, f.Content.Holidays) {
		*d = &diary{holidays: slices.Clone(f.Content.Holidays), pairs: map[string]appointment{}}
	}
	(*d).now = now
	return *d
}

// rests tells whether nothing is to be done for the pair now. Otherwise visit is for note, once all was done.
func (d *diary) rests(f *Flow, pair string) (visit appointment, rests bool) {
	a, known := d.pairs[pair]
	delete(d.pairs, pair)
	if !known {
		return appointment{}, false
	}
	stamp := f.Content.Glance(pair, d.now.Add(-recent), a.manager, a.report)
	if d.now.Before(a.next) && a.stamp == stamp && (a.follows == nil || f.Content.Calendar(a.follows) == a.calendar) {
		d.pairs[pair] = a
		return a, true
	}
	a.stamp = stamp
	return a, false
}

// note makes the next appointment for a pair whose log was looked at, in time for what is due next. Who met it for the first time could
// not know the state of its people's files before it read them, and looks again soon.
func (d *diary) note(visit appointment, l *meeting.Log, next time.Time) {
	a := appointment{manager: l.Pair.Manager, report: l.Pair.Report, stamp: visit.stamp, next: next}
	if visit.manager != a.manager || visit.report != a.report {
		a.stamp = 0
	}
	if l.Pair.Follows.Source != "" {
		pair := l.Pair
		a.follows, a.calendar = &pair, l.Calendar
	}
	if latest := d.now.Add(lookAgain/2 + spread(l.Pair.ID, lookAgain/2)); next.IsZero() || next.After(latest) {
		a.next = latest
	}
	d.pairs[l.Pair.ID] = a
}

// spread is a part of the span, another for each pair, so that not all are looked at in the same minute.
func spread(pair string, span time.Duration) time.Duration {
	h := fnv.New64a()
	_, _ = h.Write([]byte(pair))
	return time.Duration(h.Sum64() % uint64(span))
}
