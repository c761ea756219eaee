package meeting

import (
	"slices"
	"strings"
	"time"
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
	if target == "" || l.undid(target) {
		return refused(NothingToUndo)
	}
	u := undoing{log: l, target: target, from: from}
	u.items()
	u.meetings()
	u.private()
	if len(u.undone)+len(u.left) == 0 {
		return refused(NothingToUndo)
	}
	if len(u.undone) == 0 && !slices.ContainsFunc(u.left, u.builtOnLater) {
		u.left = nil
	}
	d := Undone{Target: target, Items: u.undone, Left: u.left, Origin: from.origin(in.Pos)}
	l.Undone = append(l.Undone, d)
	return d.effect()
}

func (d Undone) effect() Effect {
	switch {
	case len(d.Items)+len(d.Left) == 0: // all that the mail did was to take words away, and they are gone
		return refused(NothingToUndo)
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
	from   Mail
	undone []string
	left   []string // what later changes built on, and what is gone
	gone   []string // those of left whose words are gone
}

// theirs tells whether the origin is the mail that is taken back.
func (u *undoing) theirs(o Origin) bool { return o.Mail == u.target && o.By == u.from.By }

func (u *undoing) items() {
	for _, it := range u.log.items() {
		made := u.theirs(*it.origin())
		switch {
		case made && it.get(fieldState) == Withdrawn:
		case made && u.touchedSince(it):
			u.leave(it.id())
		case made:
			u.log.withdraw(it, u.from)
			u.note(it.id(), true)
		default:
			u.fields(it)
			u.commentsOf(it)
		}
	}
}

// touchedSince tells whether any later mail that still stands changed the item after it was made.
func (u *undoing) touchedSince(it item) bool {
	if slices.ContainsFunc(*it.history(), u.builtOn) {
		return true
	}
	list := it.comments()
	return list != nil && slices.ContainsFunc(*list, func(c Comment) bool { return c.Mail != u.target && c.Mail != u.from.Key })
}

// builtOn tells whether the change is somebody's own, made by neither the target nor this undo, and still stands.
func (u *undoing) builtOn(c Change) bool {
	return c.By != "" && !c.Back && c.Mail != u.target && c.Mail != u.from.Key && !u.log.takenBack(c.Mail)
}

// fields sets back what the target changed, the last change first. The words of an item that was deleted are gone.
func (u *undoing) fields(it item) {
	h := *it.history()
	for i, c := range slices.Backward(h) {
		if !u.theirs(c.origin()) || c.Back {
			continue
		}
		later := func(l Change) bool { return l.Field == c.Field && u.builtOn(l) }
		switch {
		case c.To == Withdrawn:
			u.lose(it.id())
			continue
		case slices.ContainsFunc(h[i+1:], later):
			u.leave(shownID(it, c))
			continue
		}
		u.setBack(it, c)
	}
}

func (u *undoing) setBack(it item, c Change) {
	now := it.get(c.Field)
	if now != c.From {
		list := it.history()
		*list = append(*list, Change{By: u.from.By, At: u.from.At, Mail: u.from.Key, Pos: u.from.pos, Field: c.Field, From: now, To: c.From, Back: true, Pair: c.Pair})
		it.set(c.Field, c.From)
	}
	u.note(shownID(it, c), true)
}

// shownID is how an acknowledgement names what was set back: a setting of a person or of the pair by its field.
func shownID(it item, c Change) string {
	switch it.(type) {
	case *Person, *Pair:
		return c.Field
	}
	return it.id()
}

func (u *undoing) commentsOf(it item) {
	if list := it.comments(); list != nil {
		u.note(it.id(), cut(list, func(c Comment) bool { return u.theirs(c.Origin) }))
	}
}

func (u *undoing) meetings() {
	for _, m := range u.log.Meetings {
		u.note(m.ID, cut(&m.Outcomes, func(o Outcome) bool { return u.theirs(o.Origin) }))
		u.note(m.ID, cut(&m.Answers, func(a Answer) bool { return u.theirs(a.Origin) }))
	}
	u.note(AboutRhythm, cut(&u.log.Pair.Answers, func(a Answer) bool { return u.theirs(a.Origin) }))
	for _, s := range u.log.Surveys {
		u.note(s.ID, cut(&s.Answers, func(a SurveyAnswer) bool { return u.theirs(a.Origin) }))
	}
}

// private takes private notes back, but not one whose only other copy was deleted when it was made private.
func (u *undoing) private() {
	for _, p := range u.log.Private[u.from.By] {
		switch {
		case p.Mail != u.target || p.State == Withdrawn:
		case u.log.tookTheWords(p.Origin):
			u.lose(p.ID)
		default:
			p.Sealed, p.State = "", Withdrawn
			u.note(p.ID, true)
		}
	}
}

// tookTheWords tells whether the same intent deleted an item.
func (l *Log) tookTheWords(o Origin) bool {
	return slices.ContainsFunc(l.items(), func(it item) bool {
		return slices.ContainsFunc(*it.history(), func(c Change) bool { return c.Mail == o.Mail && c.Pos == o.Pos && c.To == Withdrawn })
	})
}

func (u *undoing) note(id string, changed bool) {
	if changed && !slices.Contains(u.undone, id) {
		u.undone = append(u.undone, id)
	}
}

func (u *undoing) leave(id string) {
	if !slices.Contains(u.left, id) {
		u.left = append(u.left, id)
	}
}

// lose leaves what has no words to set back.
func (u *undoing) lose(id string) {
	u.leave(id)
	u.gone = append(u.gone, id)
}

// builtOnLater tells whether what is left is there still.
func (u *undoing) builtOnLater(id string) bool { return !slices.Contains(u.gone, id) }

// lastMail is the key of the author's last reply before this one that left a trace in this log.
func (l *Log) lastMail(from Mail) string {
	var last Origin
	l.traces(func(o Origin) {
		if o.By == from.By && o.Mail != "" && o.Mail != from.Key && !o.At.Before(last.At) && !l.undid(o.Mail) {
			last = o
		}
	})
	return last.Mail
}

// traces visits who made or changed anything in this log, and when. A person's settings count where this pair's mail changed them.
func (l *Log) traces(visit func(Origin)) {
	for _, it := range l.items() {
		_, own := it.(*Person)
		if it.get(fieldState) != Withdrawn {
			visit(*it.origin())
		}
		for _, c := range *it.history() {
			if !own || c.Pair == l.Pair.ID {
				visit(c.origin())
			}
		}
		if list := it.comments(); list != nil {
			for _, c := range *list {
				visit(c.Origin)
			}
		}
	}
	for _, notes := range l.Private {
		for _, p := range notes {
			visit(p.Origin)
		}
	}
	for _, s := range l.Surveys {
		for _, a := range s.Answers {
			visit(a.Origin)
		}
	}
	for _, a := range l.Pair.Answers {
		visit(a.Origin)
	}
	for _, m := range l.Meetings {
		for _, a := range m.Answers {
			visit(a.Origin)
		}
		for _, o := range m.Outcomes {
			visit(o.Origin)
		}
	}
}

// undid tells whether the mail was taken back, or itself took back another.
func (l *Log) undid(mail string) bool {
	return slices.ContainsFunc(l.Undone, func(d Undone) bool { return d.Target == mail || d.Mail == mail })
}

// takenBack tells whether the mail was taken back.
func (l *Log) takenBack(mail string) bool {
	return mail != "" && slices.ContainsFunc(l.Undone, func(d Undone) bool { return d.Target == mail })
}

// withdrawOne takes back an item that its author made and nobody else touched.
func (l *Log) withdrawOne(it item, from Mail) Effect {
	if e := l.mayWithdraw(it, from); e.Result == Refused {
		return e
	}
	l.withdraw(it, from)
	return Effect{Result: Changed, Item: it.id(), Field: fieldState, To: Withdrawn}
}

// mayWithdraw refuses what was not made by the author, or not lately, and what the other side built on. The author's own later words
// go with the item. What binds the other side too can be withdrawn only in answer to the acknowledgement that echoed it.
func (l *Log) mayWithdraw(it item, from Mail) Effect {
	o := it.origin()
	echoed := o.Mail != "" && o.Mail == from.Occasion.Mail
	switch {
	case o.By != from.By:
		return refused(NotYours, it.id())
	case !echoed && (l.binds(it, from) || from.At.Sub(o.At) > repairable):
		return refused(TooLate, it.id())
	case l.touchedByOther(it, from):
		return refused(BuiltOn, it.id())
	}
	return Effect{}
}

// repairable is how long an item can be withdrawn in answer to any mail.
const repairable = 24 * time.Hour

// binds tells whether the item holds for the other side as well: an agreement, or an action that is theirs.
func (l *Log) binds(it item, from Mail) bool {
	switch it := it.(type) {
	case *Agreement:
		return true
	case *Action:
		return it.Who == l.Pair.Other(from.By)
	}
	return false
}

// touchedByOther tells whether the other side changed or commented on the item, and did not take that back.
func (l *Log) touchedByOther(it item, from Mail) bool {
	u := undoing{log: l, target: it.origin().Mail, from: from}
	if slices.ContainsFunc(*it.history(), func(c Change) bool { return c.By != from.By && u.builtOn(c) }) {
		return true
	}
	list := it.comments()
	return list != nil && slices.ContainsFunc(*list, func(c Comment) bool { return c.By != from.By })
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
		*it = Note{ID: it.ID, Only: it.Only, State: NoteWithdrawn, Origin: it.Origin}
	case *Agreement:
		*it = Agreement{ID: it.ID, Date: it.Date, State: Withdrawn, Origin: it.Origin}
	}
	h := it.history()
	*h = append(*h, Change{By: from.By, At: from.At, Mail: from.Key, Pos: from.pos, Field: fieldState, From: was, To: Withdrawn})
}

// cut removes the elements that match and tells whether there were any.
func cut[T any](list *[]T, is func(T) bool) bool {
	n := len(*list)
	*list = slices.DeleteFunc(*list, is)
	return len(*list) < n
}
