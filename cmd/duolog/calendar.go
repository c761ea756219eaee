package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"duolog/mailflow/ical"
	"duolog/meeting"
	"duolog/stumble"
)

// How the calendars are read that pairs follow in place of a rule.
const (
	calendarEvery = 15 * time.Minute     // each is fetched
	calendarsBoth = 8                    // are fetched at a time
	calendarSpan  = 400 * 24 * time.Hour // back and ahead, of what is expanded
)

// follow is how a pair's calendar gets into its log: from the last good copy, without a network. What is read once is kept until the copy
// changes.
func follow(dir string) func(*meeting.Pair) *meeting.Calendar {
	type read struct {
		follows  meeting.Follows
		changed  time.Time
		calendar *meeting.Calendar
	}
	var mu sync.Mutex
	known := map[string]read{}
	return func(p *meeting.Pair) *meeting.Calendar {
		if p.Follows.Source == "" {
			return nil
		}
		empty := &meeting.Calendar{}
		s, err := sourceOf(dir, p)
		if err != nil {
			return empty
		}
		info, err := os.Stat(s.Copy)
		if err != nil {
			return empty
		}
		mu.Lock()
		defer mu.Unlock()
		if k, ok := known[p.ID]; ok && k.follows == p.Follows && k.changed.Equal(info.ModTime()) && time.Now().Before(k.calendar.Until.Add(-calendarSpan/2)) {
			return k.calendar
		}
		c, _, err := meetingTimes(s, p, time.Now())
		if err != nil && !errors.Is(err, errNoEvent) {
			return empty
		}
		known[p.ID] = read{p.Follows, info.ModTime(), c}
		return c
	}
}

// sourceOf is where a pair's calendar stands: at an address, in a file, or at the address that a file holds.
func sourceOf(dir string, p *meeting.Pair) (ical.Source, error) {
	s := ical.Source{Address: p.Follows.Source, Copy: filepath.Join(dir, "state", "calendars", p.ID+".ics")}
	if strings.Contains(s.Address, "://") {
		return s, nil
	}
	s.Address = inDir(dir, s.Address)
	f, err := os.Open(s.Address)
	if err != nil {
		return s, err
	}
	defer f.Close()
	head := make([]byte, 4096)
	n, _ := f.Read(head)
	line, _, _ := bytes.Cut(bytes.TrimSpace(head[:n]), []byte("\n"))
	if address := strings.TrimSpace(string(line)); strings.Contains(address, "://") && !strings.Contains(address, " ") {
		s.Address = address
	}
	return s, nil
}

// errNoEvent means that the calendar was read and has nothing of the pair.
var errNoEvent = errors.New("no event in it matches")

// meetingTimes are a pair's meetings in the last good copy of its calendar, and how many they are.
func meetingTimes(s ical.Source, p *meeting.Pair, now time.Time) (*meeting.Calendar, int, error) {
	raw, err := s.Load()
	if err != nil {
		return nil, 0, err
	}
	zone := p.Rhythm.Location()
	cal, err := ical.Parse(raw, zone)
	if err != nil {
		return nil, 0, err
	}
	title := strings.TrimSpace(p.Follows.Summary)
	from, until := now.Add(-calendarSpan), now.Add(calendarSpan)
	all, err := cal.Occurrences(func(e ical.Event) bool {
		if p.Follows.UID != "" {
			return e.UID == p.Follows.UID
		}
		return title != "" && strings.EqualFold(e.Summary, title)
	}, from, until)
	if err != nil {
		return nil, 0, err
	}
	var slots []meeting.Slot
	for _, o := range all {
		slots = append(slots, meeting.Slot{Planned: o.Planned, Start: o.Start, Length: o.Length, Cancelled: o.Cancelled})
	}
	if len(slots) == 0 {
		err = errNoEvent
	}
	return meeting.NewCalendar(zone, from, until, slots), len(slots), err
}

// fetchCalendars reads the calendars of all pairs that follow one, each at most every quarter of an hour. What fails is logged, once for
// each try; the last good copy goes on meanwhile. A verb beside the service leaves it to the service, whose mail would wait for slow servers.
func (in *instance) fetchCalendars(ctx context.Context) {
	if in.lender == nil {
		in.fetch(ctx, in.following(false))
	}
}

// fetch is fetchCalendars for the given pairs. It needs no turn: it touches nothing but the copies.
func (in *instance) fetch(ctx context.Context, following []*meeting.Pair) {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(calendarsBoth)
	for _, p := range following {
		s, err := sourceOf(in.dir, p)
		if err == nil && time.Since(s.Known().Tried) < calendarEvery {
			continue
		}
		g.Go(func() error {
			if err == nil {
				err = stumble.Guard(func() error { return fetchTimes(ctx, s, p) })
			}
			if err != nil {
				in.log.Warn("a pair's calendar could not be read; its last good copy goes on", "pair", p.ID, "error", err)
			}
			return nil
		})
	}
	_ = g.Wait()
}

// fetchTimes renews the copy of a pair's calendar, and fails if it cannot be read.
func fetchTimes(ctx context.Context, s ical.Source, p *meeting.Pair) error {
	if err := s.Fetch(ctx, time.Now()); err != nil {
		return err
	}
	_, _, err := meetingTimes(s, p, time.Now())
	return err
}

// dropCalendars removes what is kept of the calendars of pairs that are gone: the copies, and the addresses unless another pair follows them.
func (in *instance) dropCalendars(pairs []string) error {
	var problems []error
	for _, pair := range pairs {
		copied := filepath.Join(in.dir, "state", "calendars", pair+".ics")
		gone := []string{copied, copied + ".json"}
		address := calendarAddress(pair)
		shared := slices.ContainsFunc(in.following(false), func(p *meeting.Pair) bool { return p.Follows.Source == address })
		if !shared {
			gone = append(gone, inDir(in.dir, address))
		}
		for _, path := range gone {
			if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
				problems = append(problems, err)
			}
		}
	}
	return errors.Join(problems...)
}

// calendarAddress is the file that holds the secret address of a pair's calendar.
func calendarAddress(pair string) string { return "secrets/calendar-" + pair }

// following are the pairs that follow a calendar and did not end; none when no server may be asked.
func (in *instance) following(offline bool) []*meeting.Pair {
	if offline {
		return nil
	}
	roll, _ := in.store.Roll()
	var all []*meeting.Pair
	for _, e := range roll {
		if e.Pair.Follows.Source != "" && e.Pair.Ended == "" {
			all = append(all, e.Pair)
		}
	}
	return all
}

// checkCalendar tries a pair's calendar now and says what is in it.
func (in *instance) checkCalendar(ctx context.Context, p *meeting.Pair) (found string, err error) {
	s, err := sourceOf(in.dir, p)
	if err != nil {
		return "", hint(err, "calendar.source in content/pairs/%s/_index.md names a file of this folder", p.ID)
	}
	if err := s.Fetch(ctx, time.Now()); err != nil {
		err = fmt.Errorf("%w; %s", err, lastGood(s))
		return "", hint(err, "is the address right, and was it not withdrawn? it stands in the file that calendar.source names")
	}
	c, n, err := meetingTimes(s, p, time.Now())
	if err != nil {
		return "", hint(err, "calendar.uid or calendar.summary in content/pairs/%s/_index.md must be those of the event", p.ID)
	}
	next := "none to come"
	for _, slot := range c.Slots {
		if slot.Start.After(time.Now()) && !slot.Cancelled {
			next = "next on " + slot.Start.Format("Mon 2 Jan 2006 15:04 MST")
			break
		}
	}
	return fmt.Sprintf("%s, %s", plural(n, "meeting", "meetings"), next), nil
}

func lastGood(s ical.Source) string {
	if k := s.Known(); !k.Good.IsZero() {
		return "the copy of " + k.Good.Format("2006-01-02 15:04 MST") + " goes on"
	}
	return "there is no copy yet, so the pair has no meetings"
}

// keepAddress puts the secret address of a calendar where only the operator reads it, and returns what the pair's page names in its place. A
// file is left where it is.
func keepAddress(dir, pair, source string) (string, error) {
	if !strings.Contains(source, "://") {
		_, err := os.Stat(inDir(dir, source))
		if errors.Is(err, fs.ErrNotExist) {
			return "", usage("pair add: there is no file %s in %s", source, dir)
		}
		return source, err
	}
	name := calendarAddress(pair)
	if err := os.MkdirAll(filepath.Join(dir, "secrets"), 0o700); err != nil {
		return "", err
	}
	return name, os.WriteFile(inDir(dir, name), []byte(source+"\n"), 0o600)
}
