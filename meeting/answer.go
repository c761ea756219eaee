package meeting

import (
	"slices"
	"strings"
	"time"
)

// confirm says yes: to one item or to everything that waits for its author.
func (l *Log) confirm(in Intent, from Mail) Effect {
	if in.Item != "" {
		it := l.item(in.Item)
		if it == nil {
			return refused(NoSuchItem, in.Item)
		}
		return l.confirmOne(it, in, from)
	}
	e := Effect{Result: Unchanged}
	if m := l.meetingOf(from); m != nil && m.Proposal != nil && m.Proposal.By != from.By {
		return l.agreeToMove(m, in, from)
	}
	for _, it := range l.items() {
		if l.waitsFor(it, from.By) || done(it, from, in.Pos, fieldState) != nil {
			if c := l.confirmOne(it, in, from); c.Result == Changed {
				e.Result, e.Items = Changed, append(e.Items, it.id())
			}
		}
	}
	return e
}

func (l *Log) confirmOne(it item, in Intent, from Mail) Effect {
	switch it := it.(type) {
	case *Action:
		if it.Who != from.By {
			return refused(NotYours, it.ID)
		}
		return l.change(it, in, from, fieldState, string(ActionOpen))
	case *Note:
		if it.By == from.By {
			return refused(NotYours, it.ID)
		}
		return l.change(it, in, from, fieldState, string(NoteConfirmed))
	}
	return Effect{Result: Unchanged, Item: it.id()}
}

// waitsFor tells whether the item waits for this person's yes.
func (l *Log) waitsFor(it item, person string) bool {
	switch it := it.(type) {
	case *Action:
		return it.State == ActionProposed && it.Who == person
	case *Note:
		return it.State == NoteUnconfirmed && it.By != person && it.Only == ""
	}
	return false
}

// Waiting lists the ids of the notes and actions that wait for the person's yes or correction.
func (l *Log) Waiting(person string) []string {
	var ids []string
	for _, it := range l.items() {
		if l.waitsFor(it, person) {
			ids = append(ids, it.id())
		}
	}
	return ids
}

func (l *Log) reject(in Intent, from Mail) Effect {
	switch it := l.item(in.Item).(type) {
	case *Action:
		if it.Who != from.By {
			return refused(NotYours, it.ID)
		}
		return l.change(it, in, from, fieldState, string(ActionRejected))
	case *Note:
		return l.change(it, in, from, fieldState, string(NoteDisputed))
	}
	return refused(NoSuchItem, in.Item)
}

// mark repairs an item that an acknowledgement echoed.
func (l *Log) mark(in Intent, from Mail) Effect {
	it := l.item(in.Item)
	if it == nil {
		if in.State == "private" { // done before
			return l.addPrivate(in, from)
		}
		return refused(NoSuchItem, in.Item)
	}
	switch in.State {
	case "yes", "no":
		if in.State == "yes" {
			return l.confirmOne(it, in, from)
		}
		return l.reject(in, from)
	case "delicate", "sensitive":
		if t, ok := it.(*Topic); ok {
			return l.change(t, in, from, fieldDelicate, "yes")
		}
	case "delete":
		return l.withdrawOne(it, from)
	case "private":
		e := l.addPrivate(in, from)
		if e.Result == Added {
			if w := l.withdrawOne(it, from); w.Result == Refused {
				return w
			}
		}
		return e
	}
	return Effect{Result: Unchanged, Item: it.id()}
}

func (l *Log) held(in Intent, from Mail) Effect {
	m := l.meetingOf(from)
	if m == nil || m.Start.After(from.At) {
		m = l.LastMeeting(from.At)
	}
	if m == nil {
		return refused(NoMeeting)
	}
	m = l.record(m)
	e := l.change(m, in, from, fieldState, string(Held))
	if in.Minutes > 0 {
		if c := l.change(m, in, from, fieldMinutes, number(in.Minutes)); e.Result == Unchanged {
			e = c
		}
	}
	return e
}

func (l *Log) missed(in Intent, from Mail) Effect { return l.meetingIs(Missed, in, from) }
func (l *Log) skip(in Intent, from Mail) Effect   { return l.meetingIs(Skipped, in, from) }

func (l *Log) meetingIs(state MeetingState, in Intent, from Mail) Effect {
	m := l.meetingOf(from)
	if m == nil {
		return refused(NoMeeting)
	}
	e := l.change(m, in, from, fieldState, string(state))
	if in.Reason != "" {
		l.change(m, in, from, fieldReason, in.Reason)
	}
	return e
}

// move asks for another time. The old slot stands until the other side agrees, unless the pair lets either side move alone.
func (l *Log) move(in Intent, from Mail) Effect {
	m := l.meetingOf(from)
	if m == nil {
		return refused(NoMeeting)
	}
	if c := done(m, from, in.Pos, fieldStart); c != nil {
		return Effect{Result: Changed, Item: m.ID, Field: fieldStart, From: c.From, To: c.To}
	}
	if in.Start.IsZero() {
		return Effect{Result: Told, Item: m.ID}
	}
	if l.Pair.Settings.MoveAlone {
		return l.change(m, in, from, fieldStart, in.Start.Format(time.RFC3339))
	}
	if m.Proposal == nil || !from.made(&m.Proposal.Origin, in.Pos) {
		m.Proposal = &MoveProposal{Start: in.Start, Words: in.Words, Origin: from.origin(in.Pos)}
	}
	return Effect{Result: Added, Item: m.ID, Field: fieldStart, From: m.Start.Format(time.RFC3339), To: in.Start.Format(time.RFC3339)}
}

func (l *Log) agreeToMove(m *Meeting, in Intent, from Mail) Effect {
	e := l.change(m, in, from, fieldStart, m.Proposal.Start.Format(time.RFC3339))
	m.Proposal = nil
	slices.SortStableFunc(l.Meetings, func(a, b *Meeting) int { return a.Start.Compare(b.Start) })
	return e
}

func (l *Log) answer(in Intent, from Mail) Effect {
	m := l.meetingOf(from)
	if m == nil {
		return refused(NoMeeting)
	}
	said := in.State
	if in.Kind == Nothing {
		said = SaidNothing
	}
	if !slices.ContainsFunc(m.Answers, func(a Answer) bool { return from.made(&a.Origin, in.Pos) }) {
		m.Answers = append(m.Answers, Answer{Said: said, Origin: from.origin(in.Pos)})
	}
	return Effect{Result: Added, Item: m.ID, To: said}
}

// pause and start again what duolog sends to the author.
func (l *Log) pause(in Intent, from Mail) Effect {
	p := l.Person(from.By)
	switch {
	case in.State == "nudge":
		return personChange(p, in, from, "no_nudge", yes(in.Kind == Stop))
	case in.Kind == Start:
		return personChange(p, in, from, "paused_until", "")
	case in.Due != "":
		return personChange(p, in, from, "paused_until", in.Due)
	}
	return personChange(p, in, from, "paused_until", "stopped")
}

func (l *Log) setOwn(in Intent, from Mail) Effect {
	p := l.Person(from.By)
	switch in.Item {
	case "language":
		return personChange(p, in, from, "language", in.State)
	case "zone":
		if _, err := time.LoadLocation(in.State); err != nil || in.State == "" {
			return refused(NotSupported)
		}
		return personChange(p, in, from, "zone", in.State)
	}
	return refused(NotSupported)
}

func (l *Log) consent(in Intent, from Mail) Effect {
	p := l.Person(from.By)
	if p.Consent != nil && p.Consent.State == in.State {
		return Effect{Result: Unchanged}
	}
	p.Consent = &Consent{State: in.State, Version: ConsentVersion, Origin: from.origin(in.Pos)}
	return Effect{Result: Changed, Field: "consent", To: in.State}
}

// ConsentVersion names the text of the welcome mail that a "yes" agrees to.
const ConsentVersion = "2026-11"

// enrol takes the public recipient and the wrapped identity that the welcome page made.
func (l *Log) enrol(in Intent, from Mail) Effect {
	recipient, identity, ok := strings.Cut(in.Text, "\n")
	if !ok {
		return refused(NotSupported)
	}
	p := l.Person(from.By)
	if p.Recipient == recipient {
		return Effect{Result: Unchanged}
	}
	p.Recipient, p.Identity = recipient, identity
	return Effect{Result: Changed, Field: "recipient", To: recipient}
}

func personChange(p *Person, in Intent, from Mail, field, to string) Effect {
	e := Effect{Field: field, To: to, Result: Changed}
	if slices.ContainsFunc(p.History, func(c Change) bool { return from.Key != "" && c.Mail == from.Key && c.Pos == in.Pos }) {
		return e
	}
	e.From = p.setting(field)
	if e.From == to {
		e.Result = Unchanged
		return e
	}
	p.set(field, to)
	p.History = append(p.History, Change{By: from.By, At: from.At, Mail: from.Key, Pos: in.Pos, Field: field, From: e.From, To: to})
	return e
}

func (p *Person) setting(field string) string {
	switch field {
	case "paused_until":
		return p.Paused
	case "language":
		return p.Language
	case "zone":
		return p.Zone
	}
	return yes(p.NoNudge)
}

func (p *Person) set(field, value string) {
	switch field {
	case "paused_until":
		p.Paused = value
	case "language":
		p.Language = value
	case "zone":
		p.Zone = value
	default:
		p.NoNudge = value != ""
	}
}
