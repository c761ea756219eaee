package meeting

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// agree says yes to what the other side asked for: another time, another rhythm, a meeting out of turn, a hand-over. asked is false when
// there was nothing to agree to.
func (l *Log) agree(in Intent, from Mail) (e Effect, asked bool) {
	target := askedFor(in, from)
	switch t, g := l.Topic(target), l.Agreement(target); {
	case from.Occasion.Kind == LetterMove && from.Occasion.Stage == StageDeclined && in.Item == "":
		return l.agreeToSkip(in, from)
	case g != nil || from.Occasion.Kind == LetterSurveyResult:
		return l.agreeToChange(g, in, from)
	case target == AboutRhythm:
		return l.agreeToRhythm(in, from)
	case target == AboutHandoff:
		return l.agreeToHandoff(in, from)
	case t != nil:
		return l.agreeToMeet(t, in, from)
	}
	return l.agreeToMove(target, in, from)
}

// agreeToSkip gives up the meeting that the other side's calendar declined.
func (l *Log) agreeToSkip(in Intent, from Mail) (e Effect, asked bool) {
	m := l.Planned(from.Occasion.Meeting)
	switch {
	case m == nil:
		return Effect{Result: Unchanged}, false
	case done(m, from, in.Pos, fieldState) != nil:
		return l.change(m, in, from, fieldState, ""), true
	case m.State != Planned || !m.Start.After(from.At):
		return Effect{Result: Unchanged, Item: m.ID}, true
	}
	if a := lastAnswer(m.Answers, l.Pair.Other(from.By)); a != nil {
		in.Reason = a.Reason
	}
	return l.meetingIs(m, Skipped, in, from), true
}

// refuse says no to what the other side asked for.
func (l *Log) refuse(in Intent, from Mail) (e Effect, asked bool) {
	target := askedFor(in, from)
	var it item
	field := fieldProposal
	if g := l.Agreement(target); g != nil && g.proposedTo(from.By) {
		return l.change(g, in, from, fieldState, AgreementRejected), true
	}
	switch t, m := l.Topic(target), l.Meeting(target); {
	case target == AboutRhythm && l.Pair.Proposal != nil && l.Pair.Proposal.By != from.By:
		it = &l.Pair
	case target == AboutHandoff && l.Pair.Handoff != nil && l.Pair.Handoff.By != from.By:
		it, field = &l.Pair, fieldHandoff
	case t != nil && l.wishes(t, from):
		it, field = t, fieldFollowUp
	case m != nil && m.asks(from):
		it = m
	case m != nil:
		return Effect{Result: Unchanged, Item: m.ID}, true
	default:
		return Effect{Result: Unchanged}, false
	}
	return l.change(it, in, from, field, ""), true
}

// askedFor is what a yes or no is about: what it names, else what the answered mail asked.
func askedFor(in Intent, from Mail) string {
	switch {
	case in.Item != "":
		return in.Item
	case from.Occasion.Kind == LetterMove && from.Occasion.Item != "":
		return from.Occasion.Item
	case from.Occasion.Kind == LetterMove:
		return from.Occasion.Meeting
	}
	return ""
}

// agreeToMove takes the time that the other side asked for.
func (l *Log) agreeToMove(id string, in Intent, from Mail) (e Effect, asked bool) {
	m := l.meant(from)
	if id != "" {
		m = l.Meeting(id)
	} else if m != nil && from.Occasion.Kind == LetterConfirmation && !from.touched(m) {
		m = l.NextMeeting(from.At)
	}
	switch {
	case m == nil:
		return Effect{Result: Unchanged}, false
	case done(m, from, in.Pos, fieldStart) != nil:
		return l.change(m, in, from, fieldStart, ""), true
	case !m.asks(from):
		return Effect{Result: Unchanged}, false
	}
	start := m.get(fieldProposal)
	if in.Start.After(from.At) { // of several hours that were offered
		start = in.Start.In(l.Pair.Rhythm.Location()).Format(time.RFC3339)
	}
	e = l.change(m, in, from, fieldStart, start)
	l.change(m, in, from, fieldProposal, "")
	return e, true
}

// asks tells whether a new time for the meeting waits for the yes or no of the mail's author.
func (m *Meeting) asks(from Mail) bool {
	return m.Proposal != nil && m.Proposal.By != from.By && m.State == Planned && !from.askedBefore(m.Proposal.Origin)
}

// askedBefore tells whether the letter that the mail answers asked about an earlier proposal than this one: a yes to that is none to this,
// which its reader may not have seen. Another letter asks about it.
func (m Mail) askedBefore(proposal Origin) bool {
	o := m.Occasion
	return o.Kind == LetterMove && o.Stage == StageAsked && !o.At.IsZero() && o.At.Before(proposal.At)
}

// wish is the time at which a topic asks for a meeting of its own, and who asks. ok is false when it asks for none, or has it.
func (l *Log) wish(t *Topic) (start time.Time, by Origin, ok bool) {
	start, err := time.Parse(momentLayout, t.FollowUp)
	if err != nil || !t.OnAgenda() {
		return time.Time{}, Origin{}, false
	}
	by = t.Origin
	for _, c := range t.History {
		if c.Field == fieldFollowUp && c.To == t.FollowUp && !c.Back {
			by = c.origin()
		}
	}
	arranged := func(m *Meeting) bool { return m.Start.Equal(start) && m.State != Skipped && m.State != Moved }
	return start, by, !slices.ContainsFunc(l.Upcoming(start, start.Add(1)), arranged)
}

// wishes tells whether the topic asks the mail's author for a meeting that is still to come.
func (l *Log) wishes(t *Topic, from Mail) bool {
	start, by, ok := l.wish(t)
	return ok && by.By != from.By && start.After(from.At)
}

// agreeToMeet arranges the meeting that a topic asks for. It is recorded as skipped first, so that undo has a state to go back to.
func (l *Log) agreeToMeet(t *Topic, in Intent, from Mail) (Effect, bool) {
	if m := find(l.Meetings, from.touched); m != nil && done(m, from, in.Pos, fieldState) != nil {
		return l.change(m, in, from, fieldState, ""), true
	}
	if !l.wishes(t, from) {
		return Effect{Result: Unchanged, Item: t.ID}, false
	}
	start, _, _ := l.wish(t)
	zone := l.Pair.Rhythm.Location()
	m := find(l.Meetings, func(m *Meeting) bool { return m.Start.Equal(start) && m.State == Skipped })
	if m == nil {
		m = l.record(&Meeting{ID: l.freeID(start.In(zone).Format(time.DateOnly)), Start: start.In(zone), Length: l.Pair.Rhythm.Length, State: Skipped})
	}
	in.Reason = t.ID
	return l.change(m, in, from, fieldState, string(Planned)), true
}

// freeID is the date, with a number behind it when there is a meeting on that day already.
func (l *Log) freeID(date string) string {
	id := date
	for n := 2; l.Planned(id) != nil; n++ {
		id = fmt.Sprintf("%s-%d", date, n)
	}
	return id
}

// askRhythm asks the other side for another rhythm.
func (l *Log) askRhythm(in Intent, from Mail) Effect {
	r := l.wished(in, from)
	if r.Check() != nil || l.Pair.Follows.Source != "" { // another calendar says when they meet
		return refused(NotSupported)
	}
	if r.text() == l.Pair.Rhythm.text() {
		return Effect{Result: Unchanged, Field: fieldRhythm}
	}
	in.Reason = in.Words
	e := l.change(&l.Pair, in, from, fieldProposal, r.text())
	if e.Result == Changed {
		e.Result = Added
	}
	e.Field = fieldRhythm
	return e
}

// wished is the rhythm now with what the intent says: the rule, a first time. Without a first time it begins with the next meeting.
func (l *Log) wished(in Intent, from Mail) Rhythm {
	r := l.Pair.Rhythm
	r.Rule = strings.TrimPrefix(in.State, "RRULE:")
	first := in.Start
	if first.IsZero() {
		if starts := l.Pair.Rhythm.Between(from.At, from.At.AddDate(1, 0, 0)); len(starts) > 0 {
			first = starts[0]
		}
	}
	if !first.IsZero() {
		r.First = first.In(r.Location()).Format(FirstLayout)
	}
	return r
}

// agreeToRhythm puts the new rhythm in force. What was or will be by the old one is recorded first, so that it stays.
func (l *Log) agreeToRhythm(in Intent, from Mail) (Effect, bool) {
	p := l.Pair.Proposal
	switch {
	case done(&l.Pair, from, in.Pos, fieldRhythm) != nil:
		return l.change(&l.Pair, in, from, fieldRhythm, ""), true
	case p == nil || p.By == from.By || from.askedBefore(p.Origin):
		return Effect{Result: Unchanged}, false
	}
	old, until := l.Pair.Rhythm, from.At
	if first, err := time.ParseInLocation(FirstLayout, p.Rhythm.First, p.Rhythm.Location()); err == nil && first.After(until) {
		until = first
	}
	for _, m := range l.Upcoming(until.AddDate(-1, -1, 0), until) {
		l.record(m)
	}
	e := l.change(&l.Pair, in, from, fieldRhythm, p.Rhythm.text())
	l.change(&l.Pair, in, from, fieldProposal, "")
	for _, m := range slices.Clone(l.Meetings) {
		if !m.Start.Before(until) && m.State == Planned && old.has(m.Start) {
			l.fit(m, in, from)
		}
	}
	return e, true
}

// fit gives a meeting of the old rhythm the time of the new one on that day, or gives the slot up.
func (l *Log) fit(m *Meeting, in Intent, from Mail) {
	day, err := time.ParseInLocation(time.DateOnly, m.ID, l.Pair.Rhythm.Location())
	if err != nil {
		return
	}
	if starts := l.Pair.Rhythm.Between(day, day.AddDate(0, 0, 1)); len(starts) > 0 {
		l.change(m, in, from, fieldStart, starts[0].Format(time.RFC3339))
		return
	}
	l.change(m, in, from, fieldState, string(Moved))
}

// has tells whether the rhythm has a meeting at that very time.
func (r Rhythm) has(start time.Time) bool { return len(r.Between(start, start.Add(1))) > 0 }

// text is the rhythm on one line, as the history keeps it: "FREQ=WEEKLY 2026-12-08 09:30 Europe/Berlin 30m".
func (r Rhythm) text() string {
	return strings.Join([]string{r.Rule, r.First, r.Zone, r.Length.String()}, " ")
}

func rhythmOf(text string) Rhythm {
	f := strings.Fields(text)
	if len(f) != 5 {
		return Rhythm{}
	}
	r := Rhythm{Rule: f[0], First: f[1] + " " + f[2], Zone: f[3]}
	if r.Length.UnmarshalText([]byte(f[4])) != nil {
		return Rhythm{}
	}
	return r
}

func (p *Pair) id() string           { return p.ID }
func (p *Pair) origin() *Origin      { return &Origin{} }
func (p *Pair) history() *[]Change   { return &p.History }
func (p *Pair) comments() *[]Comment { return nil }

func (p *Pair) get(field string) string {
	switch {
	case field == fieldRhythm:
		return p.Rhythm.text()
	case field == fieldProposal && p.Proposal != nil:
		return p.Proposal.Rhythm.text()
	case field == fieldHandoff && p.Handoff != nil:
		return p.Handoff.text()
	case field == fieldAlong:
		return p.Along
	case field == fieldLeaving:
		return p.Leaving
	}
	return ""
}

func (p *Pair) set(field, value string) {
	switch field {
	case fieldRhythm:
		p.Rhythm = rhythmOf(value)
	case fieldProposal:
		p.Proposal = nil
		if c := settled(p.History, field, value); c != nil {
			p.Proposal = &RhythmProposal{Rhythm: rhythmOf(value), Words: c.Why, Origin: c.origin()}
		}
	case fieldHandoff:
		p.Handoff = handoffOf(p.History, value)
	case fieldAlong:
		p.Along = value
	case fieldLeaving:
		p.Leaving = value
	default:
		panic("meeting: a pair has no field " + field)
	}
}

// settled is the last change that gave the field this value, undo apart; nil for the empty value.
func settled(history []Change, field, value string) *Change {
	for i, c := range slices.Backward(history) {
		if value != "" && c.Field == field && c.To == value && !c.Back {
			return &history[i]
		}
	}
	return nil
}
