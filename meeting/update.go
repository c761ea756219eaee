package meeting

import (
	"slices"
	"time"
)

func (l *Log) updateAction(in Intent, from Mail) Effect {
	a := l.Action(in.Item)
	if a == nil || a.State == ActionWithdrawn {
		return refused(NoSuchItem, in.Item)
	}
	if in.State != "" && !slices.Contains(actionStates, ActionState(in.State)) {
		return refused(NotSupported)
	}
	if in.State != "" && notTheirs(a, in, from) {
		return refused(NotYours, a.ID)
	}
	e := Effect{Result: Unchanged, Item: a.ID}
	set := func(field, to string) {
		if to == "" {
			return
		}
		if c := l.change(a, in, from, field, to); e.Field == "" || e.Result == Unchanged {
			e = c
		}
	}
	state := in.State
	if state == "" && in.Due != "" && a.State == ActionMissed { // a new date takes up a missed promise
		state = string(ActionOpen)
	}
	if state == string(ActionMissed) && in.Due != "" { // "missed, new date" is honest; the promise goes on
		addComment(&a.Comments, in.Reason, in, from)
		state = string(ActionOpen)
	}
	if in.Who != "" && in.Who != a.Who && done(a, from, in.Pos, fieldWho) == nil && !superseded(a, from, in.Pos, fieldWho) {
		state = l.handOver(a, in, from, state)
	}
	set(fieldState, state)
	set(fieldDue, in.Due)
	set(fieldWho, in.Who)
	set(fieldMeasure, in.Measure)
	set(fieldProgress, number(in.Progress))
	if in.TopicIs == ReportBack { // "will ask Lena and tell you tomorrow"
		set(fieldKind, ReportBack)
	}
	l.dateDone(a, in, from)
	if in.Text != "" {
		r := addComment(&a.Comments, withContext(in), in, from)
		if e.Field == "" {
			e.Result = r
		}
	}
	return e
}

// notTheirs tells whether the action waits for the yes of its owner, and somebody else would carry it out, or say yes for them. Whoever
// put it there may drop it or take it back.
func notTheirs(a *Action, in Intent, from Mail) bool {
	owner := before(a, from, fieldWho)
	return before(a, from, fieldState) == string(ActionProposed) && owner != from.By && in.Who != from.By && in.State != string(ActionDropped)
}

// before is the value that the field had before this line of the mail and those below.
func before(it item, from Mail, field string) string {
	for _, c := range *it.history() {
		if from.Key != "" && c.Mail == from.Key && c.Pos >= from.pos && c.Field == field {
			return c.From
		}
	}
	return it.get(field)
}

// The states that a reply may give an item.
var (
	actionStates = []ActionState{ActionOpen, ActionDone, ActionDropped, ActionMissed}
	topicStates  = []TopicState{TopicOpen, TopicDiscussed, TopicNextTime, TopicFollowUp, TopicParked, TopicDropped}
)

// handOver gives a pending action to somebody else: the other side must say yes to it, and after somebody outside the
// pair its giver asks.
func (l *Log) handOver(a *Action, in Intent, from Mail, state string) string {
	follower := ""
	if !l.Pair.Has(in.Who) {
		follower = from.By
	}
	l.change(a, in, from, fieldFollower, follower)
	switch {
	case state != "" || !a.Pending():
		return state
	case in.Who == l.Pair.Other(from.By):
		return string(ActionProposed)
	}
	return string(ActionOpen)
}

// dateDone keeps the day of a finished action, and forgets it when the action is taken up again.
func (l *Log) dateDone(a *Action, in Intent, from Mail) {
	if done(a, from, in.Pos, fieldState) == nil {
		return
	}
	day := ""
	if a.State == ActionDone {
		day = l.day(from)
	}
	l.change(a, in, from, fieldDoneOn, day)
}

func (l *Log) updateTopic(in Intent, from Mail) Effect {
	if !slices.Contains(topicStates, TopicState(in.State)) {
		return refused(NotSupported)
	}
	if in.Item == "" {
		return l.updateAgenda(in, from)
	}
	t := l.Topic(in.Item)
	if t == nil || t.State == TopicWithdrawn {
		return refused(NoSuchItem, in.Item)
	}
	e := l.change(t, in, from, fieldState, in.State)
	if in.State == string(TopicFollowUp) {
		l.change(t, in, from, fieldFollowUp, followUp(in))
	}
	if in.Text != "" {
		addComment(&t.Comments, withContext(in), in, from)
	}
	l.recordOutcome(t, in, from)
	return e
}

// updateAgenda is "all discussed", Context naming those that were not.
func (l *Log) updateAgenda(in Intent, from Mail) Effect {
	e := Effect{Result: Unchanged, Field: fieldState, To: in.State}
	except := func(t *Topic) bool {
		return slices.ContainsFunc(in.Context, func(id string) bool { return equalID(id, t.ID) })
	}
	for _, t := range l.Topics {
		again := done(t, from, in.Pos, fieldState) != nil
		if !again && !(t.OnAgenda() && !except(t) && t.At.Before(l.startOf(from))) {
			continue
		}
		l.change(t, in, from, fieldState, in.State)
		l.recordOutcome(t, in, from)
		e.Result, e.Items = Changed, append(e.Items, t.ID)
	}
	return e
}

// startOf is when the meeting that the mail is about ended; topics raised later were not on its agenda.
func (l *Log) startOf(from Mail) time.Time {
	if m := l.meant(from); m != nil && m.End().Before(from.At) {
		return m.End()
	}
	return from.At
}

func (l *Log) recordOutcome(t *Topic, in Intent, from Mail) {
	if !afterMeeting(from.Occasion.Kind) {
		return
	}
	m := l.meant(from)
	mine := func(o Outcome) bool { return o.Topic == t.ID && from.made(&o.Origin, in.Pos) }
	if m == nil || slices.ContainsFunc(m.Outcomes, mine) {
		return
	}
	m = l.record(m)
	m.Outcomes = append(m.Outcomes, Outcome{Topic: t.ID, State: TopicState(in.State), Origin: from.origin(in.Pos)})
}

// momentLayout is how Topic.FollowUp writes a day with its hour.
const momentLayout = "2006-01-02T15:04Z07:00"

func followUp(in Intent) string {
	if !in.Start.IsZero() {
		return in.Start.Format(momentLayout)
	}
	return in.Due
}

func (l *Log) comment(in Intent, from Mail) Effect {
	it := l.itemFor(in.Item, from.By)
	if it == nil {
		return refused(NoSuchItem, in.Item)
	}
	list := it.comments()
	if list == nil { // a note or an agreement: words under it replace or expand it
		return l.correct(in, from)
	}
	return Effect{Result: addComment(list, withContext(in), in, from), Item: it.id()}
}

// correct puts a new wording on a note or an agreement; the older one stays in its history.
func (l *Log) correct(in Intent, from Mail) Effect {
	it := l.itemFor(in.Item, from.By)
	if it == nil {
		return refused(NoSuchItem, in.Item)
	}
	n, isNote := it.(*Note)
	if in.Text == "" && isNote {
		return l.change(n, in, from, fieldState, string(NoteDisputed))
	}
	if in.Text == "" {
		return Effect{Result: Unchanged, Item: it.id()}
	}
	e := l.change(it, in, from, fieldText, withContext(in))
	if isNote && e.Result == Changed {
		state := NoteCorrected
		if n.By == from.By { // its author's own new wording still waits for the other's yes
			state = NoteUnconfirmed
		}
		l.change(n, in, from, fieldState, string(state))
	}
	return e
}
