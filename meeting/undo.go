package meeting

import (
	"slices"
	"strings"
)

// undo takes back exactly what one earlier reply of the same author did: the one that the answered mail acknowledges or,
// in answer to any other mail, the author's last. Where a later change built on it, that part is left and named.
func (l *Log) undo(in Intent, from Mail) Effect {
	for _, d := range l.Undone {
		if from.made(&d.Origin, in.Pos) {
			return d.effect()
		}
	}
	target := from.Occasion.Mail
	if target == "" {
		target = l.lastMail(from)
	}
	if target == "" || slices.ContainsFunc(l.Undone, func(d Undone) bool { return d.Target == target }) {
		return refused(NothingToUndo)
	}
	u := undoing{log: l, target: target, in: in, from: from}
	u.items()
	u.meetings()
	u.private()
	if len(u.undone)+len(u.left) == 0 {
		return refused(NothingToUndo)
	}
	d := Undone{Target: target, Items: u.undone, Left: u.left, Origin: from.origin(in.Pos)}
	l.Undone = append(l.Undone, d)
	return d.effect()
}

func (d Undone) effect() Effect {
	switch {
	case len(d.Items) == 0:
		return refused(BuiltOn, d.Left...)
	case len(d.Left) > 0:
		return Effect{Result: Changed, Items: d.Items, From: d.Target, Reason: BuiltOn, To: strings.Join(d.Left, " ")}
	}
	return Effect{Result: Changed, Items: d.Items, From: d.Target}
}

type undoing struct {
	log    *Log
	target string // key of the mail to take back
	in     Intent
	from   Mail
	undone []string
	left   []string // what later changes built on
}

func (u *undoing) items() {
	for _, it := range u.log.items() {
		made := it.origin().Mail == u.target && it.origin().By == u.from.By
		switch {
		case made && it.get(fieldState) == Withdrawn:
		case made && u.touchedSince(it):
			u.left = append(u.left, it.id())
		case made:
			u.log.withdraw(it, u.from)
			u.note(it.id(), true)
		default:
			u.fields(it)
			u.commentsOf(it)
		}
	}
}

// touchedSince tells whether anybody else's mail changed the item after it was made.
func (u *undoing) touchedSince(it item) bool {
	later := func(mail string) bool { return mail != u.target && mail != u.from.Key }
	if slices.ContainsFunc(*it.history(), func(c Change) bool { return later(c.Mail) && c.By != "" }) {
		return true
	}
	list := it.comments()
	return list != nil && slices.ContainsFunc(*list, func(c Comment) bool { return later(c.Mail) })
}

// fields sets back what the target changed, the last change first.
func (u *undoing) fields(it item) {
	h := *it.history()
	for i, c := range slices.Backward(h) {
		if c.Mail != u.target || c.By != u.from.By {
			continue
		}
		if slices.ContainsFunc(h[i+1:], func(later Change) bool { return later.Field == c.Field && later.Mail != u.target }) {
			u.left = append(u.left, it.id())
			continue
		}
		u.log.change(it, Intent{Pos: u.in.Pos}, u.from, c.Field, c.From)
		if a, ok := it.(*Action); ok && a.State != ActionDone {
			a.DoneOn = ""
		}
		u.note(it.id(), true)
	}
}

func (u *undoing) commentsOf(it item) {
	if list := it.comments(); list != nil {
		u.note(it.id(), cut(list, func(c Comment) bool { return c.Mail == u.target && c.By == u.from.By }))
	}
}

func (u *undoing) meetings() {
	mine := func(o Origin) bool { return o.Mail == u.target && o.By == u.from.By }
	for _, m := range u.log.Meetings {
		u.note(m.ID, cut(&m.Outcomes, func(o Outcome) bool { return mine(o.Origin) }))
		u.note(m.ID, cut(&m.Answers, func(a Answer) bool { return mine(a.Origin) }))
		if m.Proposal != nil && mine(m.Proposal.Origin) {
			m.Proposal = nil
			u.note(m.ID, true)
		}
	}
}

func (u *undoing) private() {
	for _, p := range u.log.Private[u.from.By] {
		if p.Mail == u.target {
			p.Sealed, p.State = "", Withdrawn
			u.note(p.ID, true)
		}
	}
}

func (u *undoing) note(id string, changed bool) {
	if changed && !slices.Contains(u.undone, id) {
		u.undone = append(u.undone, id)
	}
}

// lastMail is the key of the author's last reply before this one that left a trace.
func (l *Log) lastMail(from Mail) string {
	var last Origin
	see := func(o Origin) {
		if o.By == from.By && o.Mail != "" && o.Mail != from.Key && !o.At.Before(last.At) && !l.undid(o.Mail) {
			last = o
		}
	}
	for _, it := range l.items() {
		if it.get(fieldState) != Withdrawn {
			see(*it.origin())
		}
		for _, c := range *it.history() {
			see(Origin{By: c.By, At: c.At, Mail: c.Mail})
		}
		if list := it.comments(); list != nil {
			for _, c := range *list {
				see(c.Origin)
			}
		}
	}
	for _, p := range l.Private[from.By] {
		see(p.Origin)
	}
	for _, m := range l.Meetings {
		for _, a := range m.Answers {
			see(a.Origin)
		}
	}
	return last.Mail
}

// undid tells whether the mail was taken back, or itself took back another.
func (l *Log) undid(mail string) bool {
	return slices.ContainsFunc(l.Undone, func(d Undone) bool { return d.Target == mail || d.Mail == mail })
}

// withdrawOne takes back an item that its author made and nobody else touched.
func (l *Log) withdrawOne(it item, from Mail) Effect {
	if it.origin().By != from.By {
		return refused(NotYours, it.id())
	}
	u := undoing{log: l, target: it.origin().Mail, from: from}
	if u.touchedSince(it) {
		return refused(BuiltOn, it.id())
	}
	l.withdraw(it, from)
	return Effect{Result: Changed, Item: it.id(), Field: fieldState, To: Withdrawn}
}

// withdraw leaves the id and who made and withdrew it; the words are gone.
func (l *Log) withdraw(it item, from Mail) {
	was := it.get(fieldState)
	switch it := it.(type) {
	case *Topic:
		*it = Topic{ID: it.ID, State: TopicWithdrawn, Origin: it.Origin}
	case *Action:
		*it = Action{ID: it.ID, State: ActionWithdrawn, Origin: it.Origin}
	case *Note:
		*it = Note{ID: it.ID, State: NoteWithdrawn, Origin: it.Origin}
	case *Agreement:
		*it = Agreement{ID: it.ID, Date: it.Date, State: Withdrawn, Origin: it.Origin}
	}
	h := it.history()
	*h = append(*h, Change{By: from.By, At: from.At, Mail: from.Key, Field: fieldState, From: was, To: Withdrawn})
}

// cut removes the elements that match and tells whether there were any.
func cut[T any](list *[]T, is func(T) bool) bool {
	n := len(*list)
	*list = slices.DeleteFunc(*list, is)
	return len(*list) < n
}
