package meeting

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// When the mails of one meeting are owed, counted from its start or end.
const (
	sessionBefore    = 72 * time.Hour // a feedback session asks the manager first
	preReportBefore  = 48 * time.Hour
	preManagerBefore = 24 * time.Hour
	preUntil         = time.Hour        // later than that before the start nobody prepares any more
	recapAfter       = 15 * time.Minute // after the scheduled end
	recapUntil       = 72 * time.Hour   // a recap later than that makes no sense
	acceptAfter      = 48 * time.Hour   // a proposed action that nobody refused is accepted
	welcomeUntil     = 30 * 24 * time.Hour
)

// Due lists the mails that the pair owes at now, oldest first. It does not know what was sent already: each Occasion's Key
// names the activity, and the outbox sends one mail per key, ever. A mail whose Until has passed is not owed any more.
//
// A person gets at most three mails per cycle, which ends with the recap of a meeting: the one before the meeting, the recap,
// and one in between (between.go). What people themselves set off comes on top: heads-ups, moves, the quarter's survey. Nothing is
// sent while the pair meets.
func (l *Log) Due(now time.Time) []Occasion {
	if l.meets(now) {
		return nil
	}
	all := slices.DeleteFunc(l.occasions(now), func(o Occasion) bool {
		if o.Stage == StageEnded {
			return false
		}
		return o.At.After(now) || !now.Before(o.Until) || !l.writesTo(o.Person, now) || stale[o.Kind] && !l.writesTo(o.Person, o.At)
	})
	slices.SortStableFunc(all, func(a, b Occasion) int { return a.At.Compare(b.At) })
	return all
}

// occasions are the mails around now, of the days before and after.
func (l *Log) occasions(now time.Time) []Occasion {
	if !l.Started() {
		return l.welcomes()
	}
	if ended := l.endings(now); len(ended) > 0 {
		return ended
	}
	var all []Occasion
	for _, m := range l.Upcoming(now.Add(-recapUntil-24*time.Hour), now.Add(sessionBefore+24*time.Hour)) {
		all = append(all, l.lettersOf(m)...)
	}
	return slices.Concat(all, l.between(now), l.headsUps(), l.moves(now), l.surveys(now))
}

// stale are the mails that a person who was paused at their time does not want afterwards.
var stale = map[LetterKind]bool{LetterRecap: true, LetterConfirmation: true, LetterReminder: true}

// Started tells whether both have agreed to take part: before that, only the welcome mail is sent. A pair that was never
// enrolled by mail starts at once, unless somebody says no.
func (l *Log) Started() bool {
	return l.consented(l.Manager) == agreed && l.consented(l.Report) == agreed
}

// meets tells whether the pair meets right now.
func (l *Log) meets(now time.Time) bool {
	return slices.ContainsFunc(l.Upcoming(now.Add(-24*time.Hour), now.Add(1)), func(m *Meeting) bool {
		return (m.State == Planned || m.State == Held) && now.Before(m.End())
	})
}

// lettersOf lists the mails that every meeting has, in the order of their times: before it, and the recap.
func (l *Log) lettersOf(m *Meeting) []Occasion {
	var all []Occasion
	if m.State == Planned {
		all = l.before(m)
	}
	if m.State == Planned || m.State == Held {
		at := m.recapAt()
		for _, person := range l.both() {
			all = append(all, l.occasion(m, LetterRecap, person, at, at.Add(recapUntil)))
		}
	}
	return all
}

// before lists the mails before a meeting; a feedback session asks other questions in their place.
func (l *Log) before(m *Meeting) []Occasion {
	until := m.Start.Add(-preUntil)
	s := l.SessionIn(m)
	if s == nil {
		return []Occasion{
			l.occasion(m, LetterPreReport, l.Pair.Report, m.Start.Add(-preReportBefore), until),
			l.occasion(m, LetterPreManager, l.Pair.Manager, m.Start.Add(-preManagerBefore), until),
		}
	}
	manager := l.occasion(m, LetterFeedback, l.Pair.Manager, m.Start.Add(-sessionBefore), until)
	report := l.occasion(m, LetterFeedback, l.Pair.Report, m.Start.Add(-preReportBefore), until)
	manager.Item, report.Item = s.ID, s.ID
	return []Occasion{manager, report}
}

func (m *Meeting) recapAt() time.Time { return m.End().Add(recapAfter) }

func (l *Log) both() []string { return []string{l.Pair.Manager, l.Pair.Report} }

func (l *Log) occasion(m *Meeting, kind LetterKind, person string, at, until time.Time) Occasion {
	return Occasion{
		Key: l.key(m.ID, string(kind), person), Kind: kind, Pair: l.Pair.ID, Person: person, Meeting: m.ID, At: at, Until: until,
	}
}

func (l *Log) key(parts ...string) string {
	return strings.Join(append([]string{l.Pair.ID}, parts...), "/")
}

// headsUps announce topics to the other side at once. A wish to meet at an hour of its own is asked by a move.
func (l *Log) headsUps() []Occasion {
	var all []Occasion
	for _, t := range l.Topics {
		if !t.HeadsUp || !t.OnAgenda() || t.askedToMeet() {
			continue
		}
		other := l.Pair.Other(t.By)
		o := Occasion{
			Key: l.key(t.ID, string(LetterHeadsUp), other), Kind: LetterHeadsUp, Pair: l.Pair.ID, Person: other, Item: t.ID,
			At: t.At, Until: t.At.Add(recapUntil),
		}
		if m := l.NextMeeting(t.At); m != nil {
			o.Meeting = m.ID
		}
		all = append(all, o)
	}
	return all
}

// askedToMeet tells whether the topic ever asked for a meeting at an hour of its own.
func (t *Topic) askedToMeet() bool {
	return isMoment(t.FollowUp) || slices.ContainsFunc(t.History, func(c Change) bool { return c.Field == fieldFollowUp && isMoment(c.From) })
}

// welcomes ask those who were not asked yet. Somebody who said yes in another pair is not asked again.
func (l *Log) welcomes() []Occasion {
	at := l.Pair.Added
	var all []Occasion
	for _, p := range []*Person{l.Manager, l.Report} {
		if p != nil && p.Consent == nil {
			all = append(all, Occasion{
				Key: l.key(string(LetterWelcome), p.ID), Kind: LetterWelcome, Pair: l.Pair.ID, Person: p.ID, At: at, Until: at.Add(welcomeUntil),
			})
		}
	}
	return all
}

// writesTo tells whether the person gets mails of this pair at all now.
func (l *Log) writesTo(person string, now time.Time) bool {
	p := l.Person(person)
	if p == nil || len(p.Addresses) == 0 || l.over(now.In(l.Pair.Rhythm.Location()).Format(time.DateOnly)) {
		return false
	}
	return p.Paused == "" || p.Paused != Stopped && p.Paused <= now.In(p.Location()).Format(time.DateOnly)
}

// Settle does what time does to a log: proposed actions that nobody refused for 48 hours are accepted, topics of every quarter or
// year come back. Each happens at its very moment, so that it does not matter when it is asked. It returns the ids it changed.
func (l *Log) Settle(now time.Time) []string {
	var changed []string
	settle := func(it item, at time.Time, to, why string) {
		if !at.After(now) {
			l.change(it, Intent{Reason: why}, Mail{At: at}, fieldState, to)
			changed = append(changed, it.id())
		}
	}
	changed = append(changed, l.follow(now)...)
	for _, a := range l.Actions {
		if a.State == ActionProposed {
			settle(a, since(a, string(ActionProposed)).Add(acceptAfter), string(ActionOpen), "48 h without a no")
		}
	}
	for _, t := range l.Topics {
		months, recurs := everyMonths[t.Every]
		if recurs && t.State == TopicDiscussed {
			settle(t, since(t, string(TopicDiscussed)).In(l.Pair.Rhythm.Location()).AddDate(0, months, 0), string(TopicOpen), "every "+t.Every)
		}
	}
	return changed
}

var everyMonths = map[string]int{"quarter": 3, "year": 12}

// since is when the item came into the state it has.
func since(it item, state string) time.Time {
	if c := lastTo(it, fieldState, state); c != nil {
		return c.At
	}
	return it.origin().At
}

// lastTo is the last change of the field, when it gave it this value; nil otherwise.
func lastTo(it item, field, value string) *Change {
	for i, c := range slices.Backward(*it.history()) {
		if c.Field == field {
			if c.To == value {
				return &(*it.history())[i]
			}
			return nil
		}
	}
	return nil
}

func unix(t time.Time) string { return strconv.FormatInt(t.Unix(), 10) }
