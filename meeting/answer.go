package meeting

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// confirm says yes: to what the other side asked for, to one item, or to everything that waits for its author.
func (l *Log) confirm(in Intent, from Mail) Effect {
	e, asked := l.agree(in, from)
	switch {
	case asked && (in.Item != "" || from.Occasion.Kind != LetterConfirmation): // that mail shows both
		return e
	case in.Item != "":
		it := l.itemFor(in.Item, from.By)
		if it == nil {
			return refused(NoSuchItem, in.Item)
		}
		return l.confirmOne(it, in, from)
	case from.Occasion.Kind == LetterMove:
		return e
	}
	for _, it := range l.items() {
		if _, change := it.(*Agreement); !change && from.Occasion.Kind == LetterSurveyResult { // that mail shows nothing else
			continue
		}
		if !named(it) || !l.waitsFor(it, from.By) && done(it, from, in.Pos, fieldState) == nil {
			continue
		}
		if c := l.confirmOne(it, in, from); c.Result == Changed {
			e.Result, e.Items = Changed, append(e.Items, it.id())
		}
	}
	return e
}

func (l *Log) confirmOne(it item, in Intent, from Mail) Effect {
	unchanged := Effect{Result: Unchanged, Item: it.id()}
	again := done(it, from, in.Pos, fieldState) != nil
	switch it := it.(type) {
	case *Action:
		switch {
		case it.Who != from.By:
			return refused(NotYours, it.ID)
		case again || it.State == ActionProposed || it.State == ActionRejected:
			return l.change(it, in, from, fieldState, string(ActionOpen))
		}
	case *Note:
		switch {
		case it.wordedBy() == from.By && !again:
			return refused(NotYours, it.ID)
		case again || it.Only == "":
			return l.change(it, in, from, fieldState, string(NoteConfirmed))
		}
	case *Agreement:
		switch {
		case it.State == AgreementProposed && it.wordedBy() == from.By && !again:
			return refused(NotYours, it.ID)
		case again || it.State == AgreementProposed:
			return l.adopt(it, in, from)
		}
	}
	return unchanged
}

// wordedBy is whose words the note has now.
func (n *Note) wordedBy() string {
	return lastWords(n.By, n.History)
}

// waitsFor tells whether the item waits for this person's yes.
func (l *Log) waitsFor(it item, person string) bool {
	switch it := it.(type) {
	case *Action:
		return it.State == ActionProposed && it.Who == person
	case *Note:
		return it.Only == "" && it.Kind != NoteFeeling && (it.State == NoteUnconfirmed || it.State == NoteCorrected) && it.wordedBy() != person
	case *Agreement:
		return it.proposedTo(person)
	}
	return false
}

// Waiting lists the ids of the notes, actions and proposed agreements that wait for the person's yes or correction, those notes
// included that Lapsed: a late yes counts all the same.
func (l *Log) Waiting(person string) []string {
	var ids []string
	for _, it := range l.items() {
		if l.waitsFor(it, person) {
			ids = append(ids, it.id())
		}
	}
	return ids
}

// Lapsed tells whether the note had its turn to be confirmed: the two met again since, long enough after it for a confirmation. The log asks for
// it no more; a later confirmation still shows it, last.
func (l *Log) Lapsed(n *Note) bool {
	asked := lastWord(n).Add(confirmAfter)
	return slices.ContainsFunc(l.Meetings, func(m *Meeting) bool { return m.State == Held && m.Start.After(asked) })
}

func (l *Log) reject(in Intent, from Mail) Effect {
	if e, asked := l.refuse(in, from); asked {
		return e
	}
	switch it := l.itemFor(in.Item, from.By).(type) {
	case *Action:
		switch {
		case it.Who != from.By:
			return refused(NotYours, it.ID)
		case !it.Pending() && done(it, from, in.Pos, fieldState) == nil:
			return Effect{Result: Unchanged, Item: it.ID}
		}
		return l.change(it, in, from, fieldState, string(ActionRejected))
	case *Note:
		return l.change(it, in, from, fieldState, string(NoteDisputed))
	case *Agreement:
		if it.State == AgreementProposed || done(it, from, in.Pos, fieldState) != nil {
			return l.change(it, in, from, fieldState, AgreementRejected)
		}
		return Effect{Result: Unchanged, Item: it.ID}
	case nil:
		if in.Item == "" {
			return Effect{Result: Unchanged}
		}
		return refused(NoSuchItem, in.Item)
	default:
		return Effect{Result: Unchanged, Item: it.id()}
	}
}

// mark repairs an item that an acknowledgement echoed.
func (l *Log) mark(in Intent, from Mail) Effect {
	it := l.itemFor(in.Item, from.By)
	switch {
	case in.State == "shared":
		return l.share(it, in, from)
	case it == nil:
		return refused(NoSuchItem, in.Item)
	}
	switch in.State {
	case "yes":
		if in.Topic != "" {
			return l.same(it, in, from)
		}
		return l.confirmOne(it, in, from)
	case "no":
		return l.reject(in, from)
	case "delicate", "sensitive":
		if t, ok := it.(*Topic); ok {
			return l.change(t, in, from, fieldDelicate, "yes")
		}
	case "new-topic":
		return l.split(it, in, from)
	case "delete":
		return l.withdrawOne(it, from)
	case "private":
		return l.makePrivate(it, in, from)
	}
	return Effect{Result: Unchanged, Item: it.id()}
}

// makePrivate seals what was written for both by mistake, and takes the item back.
func (l *Log) makePrivate(it item, in Intent, from Mail) Effect {
	if e := l.mayWithdraw(it, from); e.Result == Refused {
		return e
	}
	e := l.addPrivate(in, from)
	if e.Result == Added {
		l.withdraw(it, from)
	}
	return e
}

// share answers that something is not private. What was sealed nobody but its author can open, so that its text must come again; what
// was not, both see already. Without an item it is about what the acknowledged mail said.
func (l *Log) share(it item, in Intent, from Mail) Effect {
	sealed := func(p *PrivateNote) bool {
		return p.State != Withdrawn && (p.ID == in.Item || in.Item == "" && p.Mail != "" && p.Mail == from.Occasion.Mail)
	}
	switch {
	case slices.ContainsFunc(l.Private[from.By], sealed), it != nil && it.get(fieldState) == Withdrawn:
		return refused(Sealed)
	case it != nil:
		return Effect{Result: Unchanged, Item: it.id()}
	case in.Item == "":
		return Effect{Result: Unchanged}
	}
	return refused(NoSuchItem, in.Item)
}

// same says that the item is another one that is there already: its words go there as a comment, and it is dropped.
func (l *Log) same(it item, in Intent, from Mail) Effect {
	other := l.itemFor(in.Topic, from.By)
	if other == nil || other.comments() == nil || other.id() == it.id() {
		return refused(NoSuchItem, in.Topic)
	}
	in.Reason = "same as " + other.id()
	switch it := it.(type) {
	case *Topic:
		l.change(it, in, from, fieldState, string(TopicDropped))
	case *Action:
		l.change(it, in, from, fieldState, string(ActionDropped))
	default:
		return Effect{Result: Unchanged, Item: it.id()}
	}
	return Effect{Result: addComment(other.comments(), it.get(fieldText), in, from), Item: other.id()}
}

// split makes a topic of what the acknowledged mail had added to another topic as a comment.
func (l *Log) split(it item, in Intent, from Mail) Effect {
	t, ok := it.(*Topic)
	if !ok {
		return Effect{Result: Unchanged, Item: it.id()}
	}
	i := slices.IndexFunc(t.Comments, func(c Comment) bool { return c.Mail == from.Occasion.Mail && c.By == from.By && c.Mail != "" })
	if i < 0 {
		return Effect{Result: Unchanged, Item: t.ID}
	}
	text, rest, more := strings.Cut(t.Comments[i].Text, "\n")
	topic := Intent{Kind: AddTopic, Pos: in.Pos, Text: text}
	if more {
		topic.Context = strings.Split(rest, "\n")
	}
	return l.addTopic(topic, from)
}

// longest is how many minutes a meeting can have lasted; a longer one is a slip of the pen.
const longest = 600

func (l *Log) held(in Intent, from Mail) Effect {
	m := l.meant(from)
	if m == nil || m.Start.After(from.At) {
		m = l.lastMeeting(from.At)
	}
	if m == nil {
		return refused(NoMeeting)
	}
	m = l.record(m)
	e := l.change(m, in, from, fieldState, string(Held))
	if in.Minutes > 0 && in.Minutes <= longest {
		if c := l.change(m, in, from, fieldMinutes, number(in.Minutes)); e.Result == Unchanged {
			e = c
		}
	}
	return e
}

func (l *Log) missed(in Intent, from Mail) Effect {
	return l.meetingIs(l.meant(from), Missed, in, from)
}

// skip gives up a meeting that is still to come: the one that it names, else in answer to a mail about one that is over, the next.
func (l *Log) skip(in Intent, from Mail) Effect {
	m := l.meant(from)
	if named := l.Planned(in.Item); named != nil && named.Start.After(from.At) {
		m = named
	}
	if m != nil && !from.touched(m) && (m.State == Held || !m.Start.After(from.At)) {
		m = l.coming(from)
	}
	return l.meetingIs(m, Skipped, in, from)
}

func (l *Log) meetingIs(m *Meeting, state MeetingState, in Intent, from Mail) Effect {
	if m == nil {
		return refused(NoMeeting)
	}
	m = l.record(m)
	e := l.change(m, in, from, fieldState, string(state))
	if in.Reason != "" {
		l.change(m, in, from, fieldReason, in.Reason)
	}
	return e
}

// move asks for another time. The old slot stands until the other side agrees, unless the pair lets either side move alone.
// A meeting that is over cannot be moved, so the next one is meant. In answer to a topic's wish for a meeting it is that one's time.
func (l *Log) move(in Intent, from Mail) Effect {
	if t := l.Topic(from.Occasion.Item); t != nil && from.Occasion.Kind == LetterMove && in.Start.After(from.At) {
		return l.change(t, in, from, fieldFollowUp, followUp(in))
	}
	m := find(l.Meetings, from.touched)
	if m == nil {
		m = l.Planned(in.Item) // as a calendar names it
	}
	if m == nil {
		m = l.meant(from)
	}
	if m != nil && !from.touched(m) && (m.State != Planned || !m.Start.After(from.At)) {
		m = l.NextMeeting(from.At)
	}
	if m == nil {
		return refused(NoMeeting)
	}
	if !in.Start.After(from.At) {
		return Effect{Result: Told, Item: m.ID}
	}
	m, start := l.record(m), in.Start.In(l.Pair.Rhythm.Location()).Format(time.RFC3339)
	if l.Pair.Settings.MoveAlone {
		return l.change(m, in, from, fieldStart, start)
	}
	in.Reason = cmp.Or(in.Words, in.Reason)
	e := l.change(m, in, from, fieldProposal, start)
	if e.Result == Changed {
		e.Result = Added
	}
	e.Field, e.From, e.To = fieldStart, m.Start.Format(time.RFC3339), start
	return e
}

func (l *Log) answer(in Intent, from Mail) Effect {
	if in.Item == AboutRhythm {
		return l.answerSeries(in, from)
	}
	m := l.Planned(in.Item)
	if m == nil {
		m = l.meant(from)
	}
	if m == nil {
		return refused(NoMeeting)
	}
	m = l.record(m)
	said := in.State
	if in.Kind == Nothing {
		said = SaidNothing
	}
	if !slices.ContainsFunc(m.Answers, func(a Answer) bool { return from.made(&a.Origin, in.Pos) }) {
		m.Answers = append(m.Answers, Answer{Said: said, Reason: in.Reason, Origin: from.origin(in.Pos)})
	}
	return Effect{Result: Added, Item: m.ID, To: said}
}

// answerSeries notes what the author's calendar said about all meetings. To say the same again changes nothing.
func (l *Log) answerSeries(in Intent, from Mail) Effect {
	p := &l.Pair
	if slices.ContainsFunc(p.Answers, func(a Answer) bool { return from.made(&a.Origin, in.Pos) }) {
		return Effect{Result: Added, Item: AboutRhythm, To: in.State}
	}
	if last := lastAnswer(p.Answers, from.By); in.State == "" || last != nil && last.Said == in.State && last.Reason == in.Reason {
		return Effect{Result: Unchanged, Item: AboutRhythm, To: in.State}
	}
	p.Answers = append(p.Answers, Answer{Said: in.State, Reason: in.Reason, Origin: from.origin(in.Pos)})
	return Effect{Result: Added, Item: AboutRhythm, To: in.State}
}

// pause and start again what duolog sends to the author.
func (l *Log) pause(in Intent, from Mail) Effect {
	switch {
	case in.State == "nudge":
		return l.own(in, from, fieldNoNudge, yes(in.Kind == Stop))
	case in.Kind == Start:
		return l.own(in, from, fieldPaused, "")
	case in.Due != "":
		return l.own(in, from, fieldPaused, in.Due)
	}
	return l.own(in, from, fieldPaused, Stopped)
}

// Stopped as the day until which a person is paused means for good.
const Stopped = "stopped"

func (l *Log) setOwn(in Intent, from Mail) Effect {
	switch in.Item {
	case fieldLanguage:
		return l.own(in, from, fieldLanguage, in.State)
	case fieldZone:
		if _, err := time.LoadLocation(in.State); err != nil || in.State == "" {
			return refused(NotSupported)
		}
		return l.own(in, from, fieldZone, in.State)
	}
	return refused(NotSupported)
}

func (l *Log) consent(in Intent, from Mail) Effect {
	return l.own(in, from, fieldConsent, in.State)
}

// own changes one of the author's own settings, which hold in all their pairs.
func (l *Log) own(in Intent, from Mail, field, to string) Effect {
	p := l.Person(from.By)
	e := l.change(p, in, from, field, to)
	if c := done(p, from, in.Pos, field); c != nil {
		c.Pair = l.Pair.ID
	}
	e.Item = ""
	return e
}

// ConsentVersion names the text of the welcome mail that a "yes" agrees to.
const ConsentVersion = "2026-11"

// ByMail as the state of NewPassword means that the person wants no page to make the password on.
const ByMail = "by-mail"

// enrol takes the public recipient and the wrapped identity that the welcome page made. The same recipient with another
// wrapping is a new passphrase.
func (l *Log) enrol(in Intent, from Mail) Effect {
	if in.Reason != "" {
		return refused(in.Reason)
	}
	recipient, identity, ok := strings.Cut(in.Text, "\n")
	if !ok {
		return refused(NotSupported)
	}
	p := l.Person(from.By)
	e := Effect{Result: Changed, Field: "recipient", From: p.Recipient, To: recipient}
	if p.Recipient == recipient && p.Identity == identity {
		e.Result = Unchanged
	}
	p.Recipient, p.Identity = recipient, identity
	return e
}
