package meeting

import (
	"cmp"
	"slices"
	"time"
)

const (
	confirmAfter  = 48 * time.Hour // after the recap
	confirmUntil  = 72 * time.Hour
	nudgeBefore   = 4 * time.Hour
	reminderHour  = 9 // o'clock, where the owner is
	halfWayFrom   = 4 // days between promise and date, below which nobody is reminded half way
	lateAfter     = 2 // days
	cycleAtMost   = 100 * 24 * time.Hour
	endlessCycle  = "last"
	betweenKey    = "between"
	dayOfReminder = 24 * time.Hour
	morning       = 7 // o'clock, from when a mail that we choose the hour of may come
	evening       = 21
)

// The worth of the mails that compete to be the one in between. What nobody else will say comes first: a promise that others
// put on the reader is accepted by silence. The mails before and after the meeting list all open promises anyway.
const (
	worthHalf = 1 + iota
	worthNudge
	worthNotes
	worthLate
	worthDay
	worthProposed
)

// candidate is a mail that could be the one in between.
type candidate struct {
	Occasion
	worth int
}

// between is the one mail that each person may get between two meetings, beside those before and after: the most useful of the
// confirmation, the reminders and the nudge. All share one key per person and cycle, so there is never a second one.
func (l *Log) between(now time.Time) []Occasion {
	from, until, cycle := l.cycle(now)
	var all []Occasion
	for _, person := range l.both() {
		candidates := slices.Concat(l.confirmations(person, from, until), l.nudges(person, from, until), l.reminders(person))
		candidates = slices.DeleteFunc(candidates, func(c candidate) bool {
			return !c.At.After(from) || c.At.After(until) || !now.Before(c.Until) || !c.At.Before(c.Until) || c.Kind == LetterReminder && l.listed(person, c.At)
		})
		if len(candidates) == 0 {
			continue
		}
		best := slices.MinFunc(candidates, func(a, b candidate) int {
			return cmp.Or(cmp.Compare(b.worth, a.worth), a.At.Compare(b.At))
		})
		best.Key = l.key(cycle, betweenKey, person)
		all = append(all, best.Occasion)
	}
	return all
}

// cycle is the time from the recap of one meeting, exclusive, to that of the next, inclusive, and the id of the meeting that ends
// it. It goes by where the rhythm has the meetings: neither a move nor a skip nor a meeting out of turn makes a cycle.
func (l *Log) cycle(now time.Time) (from, until time.Time, id string) {
	from, until, id = now.Add(-cycleAtMost), now.Add(cycleAtMost), endlessCycle
	after := time.Duration(l.Pair.Rhythm.Length) + recapAfter
	for _, s := range l.slots(from, until) {
		switch {
		case s.Cancelled || l.Calendar == nil && l.Free(s.ID):
		case s.Start.Add(after).Before(now):
			from = s.Start.Add(after)
		default:
			return from, s.Start.Add(after), s.ID
		}
	}
	return from, until, id
}

// confirmations show what the other side wrote down since a meeting, 48 hours after its recap.
func (l *Log) confirmations(person string, from, until time.Time) []candidate {
	var all []candidate
	for _, m := range l.Meetings {
		at := l.workday(m.recapAt().Add(confirmAfter).In(l.Pair.Rhythm.Location()))
		if m.State != Held && m.State != Planned || !within(at, from, until) {
			continue
		}
		if worth := l.worthConfirming(person, m); worth > 0 {
			all = append(all, candidate{l.occasion(m, LetterConfirmation, person, at, at.Add(confirmUntil)), worth})
		}
	}
	return all
}

// worthConfirming says how much the confirmation of a meeting is worth to the person, 0 when nothing waits.
func (l *Log) worthConfirming(person string, m *Meeting) int {
	worth := 0
	for _, it := range l.items() {
		if !named(it) || !l.waitsFor(it, person) || !lastWord(it).After(m.Start) {
			continue
		}
		if _, isAction := it.(*Action); isAction {
			return worthProposed
		}
		worth = worthNotes
	}
	return worth
}

// lastWord is when the item was last changed.
func lastWord(it item) time.Time {
	if h := *it.history(); len(h) > 0 {
		return h[len(h)-1].At
	}
	return it.origin().At
}

// nudges ask, hours before the meeting, the side that raised nothing since the last one and did not answer.
func (l *Log) nudges(person string, from, until time.Time) []candidate {
	var all []candidate
	p := l.Person(person)
	for _, m := range l.Upcoming(from, until) {
		if m.State != Planned || p.NoNudge || m.Answered(person) || l.wrote(person, m.Start.Add(-sessionBefore)) {
			continue
		}
		last := l.LastMeeting(m.Start.Add(-1))
		if last == nil || !l.raisedWithin(person, last.Start, m.Start) {
			at := waking(m.Start.Add(-nudgeBefore).In(p.Location()))
			all = append(all, candidate{l.occasion(m, LetterNudge, person, at, m.Start.Add(-preUntil)), worthNudge})
		}
	}
	return all
}

// waking is the time, or the next morning where it would be night.
func waking(at time.Time) time.Time {
	y, m, d := at.Date()
	switch h := at.Hour(); {
	case h < morning:
		return time.Date(y, m, d, morning, 0, 0, 0, at.Location())
	case h >= evening:
		return time.Date(y, m, d+1, morning, 0, 0, 0, at.Location())
	}
	return at
}

// wrote tells whether any reply of the person after that time left a trace.
func (l *Log) wrote(person string, after time.Time) bool {
	found := false
	l.traces(func(o Origin) { found = found || o.By == person && o.Mail != "" && o.At.After(after) })
	return found
}

// reminders of the person's promises: half way, on the day, two days late. After a promise of somebody outside, its follower is
// asked once, on the day.
func (l *Log) reminders(person string) []candidate {
	var all []candidate
	for _, a := range l.Actions {
		asked := a.Who
		if !l.Pair.Has(a.Who) {
			asked = a.Follower
		}
		due, err := time.Parse(time.DateOnly, a.Due)
		if asked != person || a.State != ActionOpen || err != nil {
			continue
		}
		all = append(all, l.reminder(a, person, StageDay, due, worthDay))
		if a.Who != person {
			continue
		}
		all = append(all, l.reminder(a, person, StageLate, due.AddDate(0, 0, lateAfter), worthLate))
		if days := int(due.Sub(promised(a)).Hours() / 24); days >= halfWayFrom {
			half := l.reminder(a, person, StageHalf, due.AddDate(0, 0, -days/2), worthHalf)
			half.Until = l.reminder(a, person, StageDay, due, worthDay).At
			all = append(all, half)
		}
	}
	return all
}

func (l *Log) reminder(a *Action, person, stage string, day time.Time, worth int) candidate {
	zone := l.Person(person).Location()
	at := l.workday(time.Date(day.Year(), day.Month(), day.Day(), reminderHour, 0, 0, 0, zone))
	return candidate{Occasion{
		Kind: LetterReminder, Stage: stage, Pair: l.Pair.ID, Person: person, Item: a.ID, At: at, Until: at.Add(2 * dayOfReminder),
	}, worth}
}

// promised is when the action got the date it has.
func promised(a *Action) time.Time {
	if c := lastTo(a, fieldDue, a.Due); c != nil {
		return c.At
	}
	return a.At
}

// listed tells whether the person gets a mail on that day that lists all open promises: the one before a meeting, or its recap.
// A reminder on such a day is not needed.
func (l *Log) listed(person string, at time.Time) bool {
	zone := l.Person(person).Location()
	day := at.In(zone).Format(time.DateOnly)
	for _, m := range l.Upcoming(at.Add(-48*time.Hour), at.Add(sessionBefore+24*time.Hour)) {
		for _, o := range l.lettersOf(m) {
			if o.Person == person && o.Kind != LetterFeedback && o.At.In(zone).Format(time.DateOnly) == day {
				return true
			}
		}
	}
	return false
}
