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
	default:
		panic("meeting: a meeting has no field " + field)
	}
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
	return all
}

// item returns the topic, action, note or agreement with that id, nil when there is none or it was withdrawn.
func (l *Log) item(id string) item {
	for _, it := range l.items() {
		if _, isMeeting := it.(*Meeting); !isMeeting && equalID(it.id(), id) && it.get(fieldState) != Withdrawn {
			return it
		}
	}
	return nil
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
