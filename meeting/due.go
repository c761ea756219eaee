package meeting

import (
	"strings"
	"time"
)

// When the mails of one meeting are owed, counted from its start or end.
const (
	preReportBefore  = 48 * time.Hour
	preManagerBefore = 24 * time.Hour
	recapAfter       = 15 * time.Minute // after the scheduled end
	recapUntil       = 72 * time.Hour   // a recap later than that makes no sense
	acceptAfter      = 48 * time.Hour   // a proposed action that nobody refused is accepted
)

// Due lists the mails that the pair owes at now, oldest first. It does not know what was sent already: each Occasion's Key
// names the activity, and the outbox sends one mail per key, ever. A mail whose Until has passed is not owed any more.
func (l *Log) Due(now time.Time) []Occasion {
	var due []Occasion
	for _, m := range l.Upcoming(now.Add(-recapUntil-24*time.Hour), now.Add(preReportBefore+time.Hour)) {
		for _, o := range l.lettersOf(m) {
			if !o.At.After(now) && now.Before(o.Until) && l.writesTo(o.Person, now) {
				due = append(due, o)
			}
		}
	}
	for _, t := range l.Topics {
		if o := l.headsUp(t); !o.Until.IsZero() && now.Before(o.Until) && l.writesTo(o.Person, now) {
			due = append(due, o)
		}
	}
	return due
}

// lettersOf lists the mails that belong to one meeting, in the order of their times.
func (l *Log) lettersOf(m *Meeting) []Occasion {
	var all []Occasion
	if m.State == Planned {
		all = append(all,
			l.occasion(m, LetterPreReport, l.Pair.Report, m.Start.Add(-preReportBefore), m.Start),
			l.occasion(m, LetterPreManager, l.Pair.Manager, m.Start.Add(-preManagerBefore), m.Start))
	}
	if m.State == Planned || m.State == Held {
		at := m.End().Add(recapAfter)
		for _, person := range []string{l.Pair.Manager, l.Pair.Report} {
			all = append(all, l.occasion(m, LetterRecap, person, at, at.Add(recapUntil)))
		}
	}
	return all
}

func (l *Log) occasion(m *Meeting, kind LetterKind, person string, at, until time.Time) Occasion {
	return Occasion{
		Key:  strings.Join([]string{l.Pair.ID, m.ID, string(kind), person}, "/"),
		Kind: kind, Pair: l.Pair.ID, Person: person, Meeting: m.ID, At: at, Until: until,
	}
}

// headsUp is the mail that announces a topic to the other side at once; the zero Occasion when the topic wants none.
func (l *Log) headsUp(t *Topic) Occasion {
	if !t.HeadsUp || !t.OnAgenda() {
		return Occasion{}
	}
	other := l.Pair.Other(t.By)
	o := Occasion{
		Key:  strings.Join([]string{l.Pair.ID, t.ID, string(LetterHeadsUp), other}, "/"),
		Kind: LetterHeadsUp, Pair: l.Pair.ID, Person: other, Item: t.ID, At: t.At, Until: t.At.Add(recapUntil),
	}
	if m := l.NextMeeting(t.At); m != nil {
		o.Meeting = m.ID
	}
	return o
}

// writesTo tells whether the person gets mails of this pair at all now.
func (l *Log) writesTo(person string, now time.Time) bool {
	p := l.Person(person)
	today := now.In(l.Pair.Rhythm.Location()).Format(time.DateOnly)
	if p == nil || len(p.Addresses) == 0 || l.over(today) {
		return false
	}
	return p.Paused == "" || p.Paused != "stopped" && p.Paused <= today
}

// Settle accepts the proposed actions that nobody refused for 48 hours, each at that very moment, so that it does not
// matter when it is asked. It returns the ids of the actions it accepted.
func (l *Log) Settle(now time.Time) []string {
	var accepted []string
	for _, a := range l.Actions {
		at := a.At.Add(acceptAfter)
		if a.State != ActionProposed || at.After(now) {
			continue
		}
		l.change(a, Intent{Reason: "48 h without a no"}, Mail{At: at}, fieldState, string(ActionOpen))
		accepted = append(accepted, a.ID)
	}
	return accepted
}
