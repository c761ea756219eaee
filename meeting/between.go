package meeting

import (
	"cmp"
	"slices"
	"strings"
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
	worthListed // a reminder that another mail of the day before or after makes as well
	worthNotes
	worthTopic
	worthLate
	worthDay
	worthProposed
)

// candidate is a mail that could be the one in between.
type candidate struct {
	Occasion
	worth int
	since time.Time // of a reminder: from when on a mail that lists all promises has it
}

// between is the one mail that each person may get between two meetings, beside those before and after: the most useful of the
// confirmation, the reminders and the nudge. All share one key per person and cycle, so there is never a second one. Where it is needed
// for something else, a reminder within a day of a mail that lists all promises rides in that one, and what else falls due before the next
// such mail is named in the one in between.
func (l *Log) between(now time.Time) []Occasion {
	from, until, cycle := l.cycle(now)
	var all []Occasion
	for _, person := range l.both() {
		candidates := slices.DeleteFunc(l.candidates(person, from, until, now), func(c candidate) bool {
			return !c.At.After(from) || c.At.After(until) || !now.Before(c.Until) || !c.At.Before(c.Until) || c.Kind == LetterReminder && l.listed(c, sameDay)
		})
		for i, c := range candidates {
			if c.Kind == LetterReminder && c.worth > worthListed && l.listed(c, withinADay) {
				candidates[i].worth = worthListed
			}
		}
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

// candidates are all mails that could be the person's one in between.
func (l *Log) candidates(person string, from, until, now time.Time) []candidate {
	return slices.Concat(l.confirmations(person, from, until), l.nudges(person, from, until), l.reminders(person, now), l.returns(person))
}

// cycle is the time from the recap of one meeting, exclusive, to that of the next, inclusive, and the id of the meeting that ends
// it. It goes by where the rhythm has the meetings: neither a move nor a skip nor a meeting out of turn makes a cycle.
func (l *Log) cycle(now time.Time) (from, until time.Time, id string) {
	from, until, id = now.Add(-cycleAtMost), now.Add(cycleAtMost), endlessCycle
	after := time.Duration(l.Pair.Rhythm.Length) + recapAfter
	for _, s := range l.slots(from, until) {
		switch {
		case s.Cancelled || l.Calendar == nil && l.free(s.ID):
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
			all = append(all, candidate{Occasion: l.occasion(m, LetterConfirmation, person, at, at.Add(confirmUntil)), worth: worth})
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
		if m.State != Planned || p.NoNudge || m.answered(person) || l.wrote(person, m.Start.Add(-sessionBefore)) {
			continue
		}
		last := l.lastMeeting(m.Start.Add(-1))
		if last == nil || !l.raisedWithin(person, last.Start, m.Start) {
			at := waking(m.Start.Add(-nudgeBefore).In(p.Location()))
			all = append(all, candidate{Occasion: l.occasion(m, LetterNudge, person, at, m.Start.Add(-preUntil)), worth: worthNudge})
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
func (l *Log) reminders(person string, now time.Time) []candidate {
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
		day := l.reminder(a.ID, person, StageDay, due, worthDay, promised(a))
		all = append(all, day)
		if a.Who != person {
			continue
		}
		if late := l.reminder(a.ID, person, StageLate, due.AddDate(0, 0, lateAfter), worthLate, promised(a)); day.At.Before(now) { // until then it may well be done
			all = append(all, late)
		}
		if days := int(due.Sub(promised(a)).Hours() / 24); days >= halfWayFrom {
			half := l.reminder(a.ID, person, StageHalf, due.AddDate(0, 0, -days/2), worthHalf, promised(a))
			half.Until = day.At
			all = append(all, half)
		}
	}
	return all
}

func (l *Log) reminder(id, person, stage string, day time.Time, worth int, since time.Time) candidate {
	zone := l.Person(person).Location()
	at := l.workday(time.Date(day.Year(), day.Month(), day.Day(), reminderHour, 0, 0, 0, zone))
	return candidate{Occasion{
		Kind: LetterReminder, Stage: stage, Pair: l.Pair.ID, Person: person, Item: id, At: at, Until: at.Add(2 * dayOfReminder),
	}, worth, since}
}

// returns remind both, on its day, of a topic that they wanted to come back to then. One with an hour is a meeting of its own.
func (l *Log) returns(person string) []candidate {
	var all []candidate
	for _, t := range l.Topics {
		if day, err := time.Parse(time.DateOnly, t.FollowUp); err == nil && t.State == TopicFollowUp {
			set := since(t, string(TopicFollowUp))
			if c := lastTo(t, fieldFollowUp, t.FollowUp); c != nil {
				set = c.At
			}
			all = append(all, l.reminder(t.ID, person, StageDay, day, worthTopic, set))
		}
	}
	return all
}

// promised is when the action got the date it has.
func promised(a *Action) time.Time {
	if c := lastTo(a, fieldDue, a.Due); c != nil {
		return c.At
	}
	return a.At
}

// How near a mail that lists all open promises comes to a reminder.
const (
	sameDay = iota // then the reminder is not needed
	withinADay
)

// listed tells whether the person gets a mail that lists all open promises, the one before a meeting or its recap, so near to the reminder.
func (l *Log) listed(c candidate, near int) bool {
	zone := l.Person(c.Person).Location()
	return slices.ContainsFunc(l.listings(c.Person, c.At.Add(-dayOfReminder), c.At.Add(dayOfReminder)), func(at time.Time) bool {
		return at.After(c.since) && (near == withinADay || at.In(zone).Format(time.DateOnly) == c.At.In(zone).Format(time.DateOnly))
	})
}

// listings are the times, from and to included, at which the person gets a mail that lists all open promises.
func (l *Log) listings(person string, from, to time.Time) []time.Time {
	var all []time.Time
	for _, m := range l.Upcoming(from.Add(-recapUntil), to.Add(sessionBefore+24*time.Hour)) {
		for _, o := range l.lettersOf(m) {
			if o.Person == person && o.Kind != LetterFeedback && !o.At.Before(from) && !o.At.After(to) {
				all = append(all, o.At)
			}
		}
	}
	return all
}

// soon is how far ahead promises are named when there is no meeting ahead.
const soon = 14 * 24 * time.Hour

// DueSoon lists the open promises that the person, or whom the person asks after, has to keep by the next mail that lists all of them,
// the late ones included and the most urgent first. A reminder and a confirmation name them, since no other mail can in the meantime.
func (l *Log) DueSoon(person string, now time.Time) []*Action {
	until := now.Add(soon)
	if next := l.listings(person, now.Add(1), now.Add(cycleAtMost)); len(next) > 0 {
		until = slices.MinFunc(next, time.Time.Compare)
	}
	last := until.In(l.Person(person).Location()).Format(time.DateOnly)
	var all []*Action
	for _, a := range l.Actions {
		mine := a.Who == person || !l.Pair.Has(a.Who) && a.Follower == person
		if mine && a.State == ActionOpen && isDay(a.Due) && a.Due <= last {
			all = append(all, a)
		}
	}
	slices.SortStableFunc(all, func(a, b *Action) int { return strings.Compare(a.Due, b.Due) })
	return all
}
