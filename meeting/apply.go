package meeting

import (
	"slices"
	"strings"
	"time"
)

// Mail is the accepted reply whose intents are applied.
type Mail struct {
	Key      string    // identity of the mail; applying the same key again changes nothing
	By       string    // person id of its author
	At       time.Time // when our server received it
	Occasion Occasion  // what it answers; the zero value when that is unknown
}

// MaxIntents is how many intents of one mail are carried out; the rest is refused with TooMany.
const MaxIntents = 50

// Apply carries out what one reply asks for and returns one effect per intent, in their order. Applying the same
// mail again, wholly or after an interruption, changes nothing more.
func (l *Log) Apply(intents []Intent, from Mail) []Effect {
	var effects []Effect
	for i, in := range intents {
		if in.Pos == 0 {
			in.Pos = i + 1
		}
		e := l.applyOne(in, from, i)
		in.Text = shownText(in)
		e.Intent = in
		effects = append(effects, e)
	}
	l.tookPlace(intents, effects, from)
	return effects
}

func (l *Log) applyOne(in Intent, from Mail, n int) Effect {
	if n >= MaxIntents {
		return Effect{Result: Refused, Reason: TooMany}
	}
	if l.Person(from.By) == nil {
		return Effect{Result: Refused, Reason: NotYours}
	}
	if apply, ok := appliers[in.Kind]; ok {
		return apply(l, in, from)
	}
	return Effect{Result: Refused, Reason: NotSupported}
}

// shownText is the text that may leave Apply: never a private one.
func shownText(in Intent) string {
	if in.Kind == AddPrivate || in.Kind == EnrolKey {
		return ""
	}
	return in.Text
}

var appliers map[IntentKind]func(*Log, Intent, Mail) Effect

func init() { // a literal would refer to itself by way of undo
	appliers = map[IntentKind]func(*Log, Intent, Mail) Effect{
		AddTopic: (*Log).addTopic, AddQuestion: (*Log).addTopic, HeadsUp: (*Log).addTopic, AskMeeting: (*Log).addTopic,
		AddAction: (*Log).addAction, AddReportBack: (*Log).addAction,
		AddNote: (*Log).addNote, AddUnsorted: (*Log).addNote,
		AddAgreement: (*Log).addAgreement, AddPrivate: (*Log).addPrivate,
		UpdateAction: (*Log).updateAction, UpdateTopic: (*Log).updateTopic, CommentOn: (*Log).comment,
		CorrectNote: (*Log).correct, Confirm: (*Log).confirm, Reject: (*Log).reject, MarkItem: (*Log).mark,
		MeetingHeld: (*Log).held, MeetingMissed: (*Log).missed, SkipMeeting: (*Log).skip, MoveMeeting: (*Log).move,
		AnswerInvite: (*Log).answer, Nothing: (*Log).answer,
		Undo: (*Log).undo,
		Stop: (*Log).pause, Start: (*Log).pause, SetOwn: (*Log).setOwn, Consented: (*Log).consent, EnrolKey: (*Log).enrol,
		Help: told, SendLog: told, NewPassword: told,
	}
}

func told(*Log, Intent, Mail) Effect { return Effect{Result: Told} }

// origin is the provenance of what the intent makes.
func (m Mail) origin(pos int) Origin { return Origin{By: m.By, At: m.At, Mail: m.Key, Pos: pos} }

// made tells whether the origin is this intent's.
func (m Mail) made(o *Origin, pos int) bool { return m.Key != "" && o.Mail == m.Key && o.Pos == pos }

// change sets one field and writes its history.
func (l *Log) change(it item, in Intent, from Mail, field, to string) Effect {
	e := Effect{Item: it.id(), Field: field, To: to}
	if c := done(it, from, in.Pos, field); c != nil {
		e.Result, e.From, e.To = Changed, c.From, c.To
		return e
	}
	e.From = it.get(field)
	if e.From == to {
		e.Result = Unchanged
		return e
	}
	it.set(field, to)
	h := it.history()
	*h = append(*h, Change{By: from.By, At: from.At, Mail: from.Key, Pos: in.Pos, Field: field, From: e.From, To: to, Why: in.Reason})
	e.Result = Changed
	return e
}

// addComment adds a line to the item once.
func addComment(list *[]Comment, text string, in Intent, from Mail) Result {
	if slices.ContainsFunc(*list, func(c Comment) bool { return from.made(&c.Origin, in.Pos) && c.Text == text }) {
		return Commented
	}
	*list = append(*list, Comment{Text: text, Origin: from.origin(in.Pos)})
	return Commented
}

// meetingOf is the meeting that a mail is about, recorded in the log when it was not yet; nil when there is none.
func (l *Log) meetingOf(from Mail) *Meeting {
	m := l.Planned(from.Occasion.Meeting)
	if m == nil && afterMeeting(from.Occasion.Kind) {
		m = l.LastMeeting(from.At)
	}
	if m == nil {
		m = l.NextMeeting(from.At)
	}
	if m == nil {
		m = l.LastMeeting(from.At)
	}
	if m == nil {
		return nil
	}
	return l.record(m)
}

// tookPlace marks the meeting as held when a reply to its recap says what was spoken there.
func (l *Log) tookPlace(intents []Intent, effects []Effect, from Mail) {
	if !afterMeeting(from.Occasion.Kind) {
		return
	}
	said := func(e Effect) bool {
		return e.Result == Added && e.Intent.Kind != AddPrivate && e.Intent.Kind != AddUnsorted ||
			e.Intent.Kind == UpdateTopic && e.Result != Refused
	}
	about := func(in Intent) bool {
		return in.Kind == MeetingHeld || in.Kind == MeetingMissed || in.Kind == SkipMeeting
	}
	if !slices.ContainsFunc(effects, said) || slices.ContainsFunc(intents, about) {
		return
	}
	if m := l.meetingOf(from); m != nil && m.State == Planned && !m.Start.After(from.At) {
		l.change(m, Intent{}, from, fieldState, string(Held))
	}
}

func afterMeeting(k LetterKind) bool { return k == LetterRecap || k == LetterConfirmation }

func equalID(a, b string) bool { return strings.EqualFold(a, b) }

func refused(reason string, items ...string) Effect {
	e := Effect{Result: Refused, Reason: reason, Items: items}
	if len(items) > 0 {
		e.Item = items[0]
	}
	return e
}
