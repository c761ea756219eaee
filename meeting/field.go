package meeting

import (
	"slices"
	"strconv"
	"time"
)

// item is what topics, actions, notes, agreements and meetings share: somebody made it, its fields change by name, and every
// change leaves a line of history. Field values are strings, so that the history can be read and set back.
type item interface {
	id() string
	origin() *Origin
	history() *[]Change
	comments() *[]Comment
	get(field string) string
	set(field, value string)
}

// The names of the fields that change after an item was made.
const (
	fieldState    = "state"
	fieldText     = "text"
	fieldDue      = "due"
	fieldWho      = "who"
	fieldMeasure  = "measure"
	fieldProgress = "progress"
	fieldFollowUp = "follow-up"
	fieldDelicate = "delicate"
	fieldStart    = "start"
	fieldMinutes  = "minutes"
	fieldReason   = "reason"
	fieldUntil    = "until"
	fieldDoneOn   = "done-on"
	fieldFollower = "follower"
	fieldKind     = "kind"
	fieldProposal = "proposal"

	fieldRhythm    = "rhythm" // of a pair
	fieldHandoff   = "handoff"
	fieldAlong     = "along"
	fieldLeaving   = "leaving"
	fieldPostponed = "postponed" // of a survey
	fieldAgreed    = "agreed"

	fieldPaused   = "paused_until" // of a person
	fieldNoNudge  = "no_nudge"
	fieldLanguage = "language"
	fieldZone     = "zone"
	fieldConsent  = "consent"
)

func (t *Topic) id() string           { return t.ID }
func (t *Topic) origin() *Origin      { return &t.Origin }
func (t *Topic) history() *[]Change   { return &t.History }
func (t *Topic) comments() *[]Comment { return &t.Comments }

func (t *Topic) get(field string) string {
	switch field {
	case fieldState:
		return string(t.State)
	case fieldText:
		return t.Text
	case fieldFollowUp:
		return t.FollowUp
	case fieldDelicate:
		return yes(t.Delicate)
	}
	panic("meeting: a topic has no field " + field)
}

func (t *Topic) set(field, value string) {
	switch field {
	case fieldState:
		t.State = TopicState(value)
	case fieldText:
		t.Text = value
	case fieldFollowUp:
		t.FollowUp = value
	case fieldDelicate:
		t.Delicate = value != ""
	default:
		panic("meeting: a topic has no field " + field)
	}
}

func (a *Action) id() string           { return a.ID }
func (a *Action) origin() *Origin      { return &a.Origin }
func (a *Action) history() *[]Change   { return &a.History }
func (a *Action) comments() *[]Comment { return &a.Comments }

func (a *Action) field(name string) *string {
	switch name {
	case fieldText:
		return &a.What
	case fieldDue:
		return &a.Due
	case fieldWho:
		return &a.Who
	case fieldMeasure:
		return &a.Measure
	case fieldDoneOn:
		return &a.DoneOn
	case fieldFollower:
		return &a.Follower
	case fieldKind:
		return &a.Kind
	}
	panic("meeting: an action has no field " + name)
}

func (a *Action) get(field string) string {
	switch field {
	case fieldState:
		return string(a.State)
	case fieldProgress:
		return number(a.Progress)
	}
	return *a.field(field)
}

func (a *Action) set(field, value string) {
	switch field {
	case fieldState:
		a.State = ActionState(value)
	case fieldProgress:
		a.Progress, _ = strconv.Atoi(value)
	default:
		*a.field(field) = value
	}
}

func (n *Note) id() string           { return n.ID }
func (n *Note) origin() *Origin      { return &n.Origin }
func (n *Note) history() *[]Change   { return &n.History }
func (n *Note) comments() *[]Comment { return nil }

func (n *Note) get(field string) string {
	if field == fieldState {
		return string(n.State)
	}
	return n.Text
}

func (n *Note) set(field, value string) {
	if field == fieldState {
		n.State = NoteState(value)
		return
	}
	n.Text = value
}

func (g *Agreement) id() string           { return g.ID }
func (g *Agreement) origin() *Origin      { return &g.Origin }
func (g *Agreement) history() *[]Change   { return &g.History }
func (g *Agreement) comments() *[]Comment { return nil }

func (g *Agreement) field(name string) *string {
	switch name {
	case fieldState:
		return &g.State
	case fieldText:
		return &g.Text
	case fieldUntil:
		return &g.Until
	}
	panic("meeting: an agreement has no field " + name)
}

func (g *Agreement) get(field string) string { return *g.field(field) }
func (g *Agreement) set(field, value string) { *g.field(field) = value }

func (m *Meeting) id() string           { return m.ID }
func (m *Meeting) origin() *Origin      { return &Origin{} }
func (m *Meeting) history() *[]Change   { return &m.History }
func (m *Meeting) comments() *[]Comment { return nil }

func (m *Meeting) get(field string) string {
	switch field {
	case fieldState:
		return string(m.State)
	case fieldStart:
		return m.Start.Format(time.RFC3339)
	case fieldMinutes:
		return number(m.Minutes)
	case fieldReason:
		return m.Reason
	case fieldProposal:
		if m.Proposal == nil {
			return ""
		}
		return m.Proposal.Start.Format(time.RFC3339)
	}
	panic("meeting: a meeting has no field " + field)
}

func (m *Meeting) set(field, value string) {
	switch field {
	case fieldState:
		m.State = MeetingState(value)
	case fieldStart:
		if at, err := time.Parse(time.RFC3339, value); err == nil {
			m.Start = at
		}
	case fieldMinutes:
		m.Minutes, _ = strconv.Atoi(value)
	case fieldReason:
		m.Reason = value
	case fieldProposal:
		m.Proposal = proposed(m.History, value)
	default:
		panic("meeting: a meeting has no field " + field)
	}
}

// proposed is the proposal of a new time as the history knows it: who asked for it, when, and in which words.
func proposed(history []Change, value string) *MoveProposal {
	start, err := time.Parse(time.RFC3339, value)
	if err != nil {
		return nil
	}
	p := &MoveProposal{Start: start}
	if c := settled(history, fieldProposal, value); c != nil {
		p.Words, p.Origin = c.Why, c.origin()
	}
	return p
}

func (p *Person) id() string           { return p.ID }
func (p *Person) origin() *Origin      { return &Origin{} }
func (p *Person) history() *[]Change   { return &p.History }
func (p *Person) comments() *[]Comment { return nil }

func (p *Person) get(field string) string {
	switch field {
	case fieldPaused:
		return p.Paused
	case fieldNoNudge:
		return yes(p.NoNudge)
	case fieldLanguage:
		return p.Language
	case fieldZone:
		return p.Zone
	case fieldConsent:
		if p.Consent != nil {
			return p.Consent.State
		}
	}
	return ""
}

func (p *Person) set(field, value string) {
	switch field {
	case fieldPaused:
		p.Paused = value
	case fieldNoNudge:
		p.NoNudge = value != ""
	case fieldLanguage:
		p.Language = value
	case fieldZone:
		p.Zone = value
	case fieldConsent:
		p.Consent = consented(p.History, value)
	default:
		panic("meeting: a person has no field " + field)
	}
}

// consented is the consent as the history knows it.
func consented(history []Change, state string) *Consent {
	if state == "" {
		return nil
	}
	c := &Consent{State: state, Version: ConsentVersion}
	if h := settled(history, fieldConsent, state); h != nil {
		c.Origin = h.origin()
	}
	return c
}

// items lists all that a reply can have made or changed.
func (l *Log) items() []item {
	var all []item
	for _, t := range l.Topics {
		all = append(all, t)
	}
	for _, a := range l.Actions {
		all = append(all, a)
	}
	for _, g := range l.Agreements {
		all = append(all, g)
	}
	for _, m := range l.Meetings {
		all = append(all, m)
		for _, n := range m.Notes {
			all = append(all, n)
		}
	}
	for _, s := range l.Surveys {
		all = append(all, s)
	}
	for _, p := range []*Person{l.Manager, l.Report} {
		if p != nil {
			all = append(all, p)
		}
	}
	return append(all, &l.Pair)
}

// item returns the topic, action, note or agreement with that id, nil when there is none or it was withdrawn.
func (l *Log) item(id string) item {
	for _, it := range l.items() {
		if named(it) && equalID(it.id(), id) && it.get(fieldState) != Withdrawn {
			return it
		}
	}
	return nil
}

// named tells whether people call the item by its id: T3, A8, N2, G1.
func named(it item) bool {
	switch it.(type) {
	case *Meeting, *Person, *Pair, *Survey:
		return false
	}
	return true
}

// itemFor is item, but nil also for an unsorted line that the person may not see.
func (l *Log) itemFor(id, person string) item {
	it := l.item(id)
	if n, ok := it.(*Note); ok && n.Only != "" && n.Only != person {
		return nil
	}
	return it
}

// done finds the history entry that the same mail left on the field before, nil when it left none.
func done(it item, from Mail, pos int, field string) *Change {
	h := *it.history()
	if i := slices.IndexFunc(h, func(c Change) bool {
		return from.Key != "" && c.Mail == from.Key && c.Pos == pos && c.Field == field
	}); i >= 0 {
		return &h[i]
	}
	return nil
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return ""
}

func number(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// TextOf is the text of a topic, action, note or agreement, "" when there is no such item.
func (l *Log) TextOf(id string) string {
	if it := l.item(id); it != nil {
		return it.get(fieldText)
	}
	return ""
}
