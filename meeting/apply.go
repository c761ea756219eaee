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

	pos int // of the intent that is being applied
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
	slices.SortStableFunc(l.Meetings, func(a, b *Meeting) int { return a.Start.Compare(b.Start) })
	return effects
}

func (l *Log) applyOne(in Intent, from Mail, n int) Effect {
	apply, ok := appliers[in.Kind]
	from.pos = in.Pos
	switch {
	case n >= MaxIntents:
		return refused(TooMany)
	case l.Person(from.By) == nil:
		return refused(NotYours)
	case !ok:
		return refused(NotSupported)
	case l.takenBack(from.Key): // the mail comes again after its undo
		return Effect{Result: Unchanged}
	case l.madeBy(from, in.Item):
		return refused(NoSuchItem, in.Item)
	}
	return apply(l, in, from)
}

// madeBy tells whether the mail itself made the item that it names: whoever wrote it could not know the id, and meant another.
func (l *Log) madeBy(from Mail, id string) bool {
	it := l.item(id)
	return from.Key != "" && it != nil && it.origin().Mail == from.Key
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
		AnswerSurvey: (*Log).answerSurvey, Cadence: (*Log).askRhythm, Handoff: (*Log).askHandoff, Forget: (*Log).askForget,
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
	if e.From == to || superseded(it, from, in.Pos, field) {
		e.Result = Unchanged
		return e
	}
	h := it.history()
	*h = append(*h, Change{By: from.By, At: from.At, Mail: from.Key, Pos: in.Pos, Field: field, From: e.From, To: to, Why: in.Reason})
	it.set(field, to)
	e.Result = Changed
	return e
}

// superseded tells whether a later line of the same mail changed the field already: then this one changed nothing the first time.
func superseded(it item, from Mail, pos int, field string) bool {
	return slices.ContainsFunc(*it.history(), func(c Change) bool {
		return from.Key != "" && c.Mail == from.Key && c.Pos > pos && c.Field == field
	})
}

// addComment adds a line to the item once.
func addComment(list *[]Comment, text string, in Intent, from Mail) Result {
	if text == "" {
		return Unchanged
	}
	if slices.ContainsFunc(*list, func(c Comment) bool { return from.made(&c.Origin, in.Pos) && c.Text == text }) {
		return Commented
	}
	*list = append(*list, Comment{Text: text, Origin: from.origin(in.Pos)})
	return Commented
}

// meetingOf is the meeting that a mail is about, recorded in the log when it was not yet; nil when there is none.
func (l *Log) meetingOf(from Mail) *Meeting {
	m := l.meant(from)
	if m == nil {
		return nil
	}
	return l.record(m)
}

// meant is the meeting that a mail is about, not recorded yet perhaps: the one on which this intent left its trace before,
// the one the answered mail was about, the last one for a recap, else the next one.
func (l *Log) meant(from Mail) *Meeting {
	if m := find(l.Meetings, from.touched); m != nil {
		return m
	}
	m := l.Planned(from.Occasion.Meeting)
	if m == nil && afterMeeting(from.Occasion.Kind) {
		m = l.lastMeeting(from.At)
	}
	if m == nil {
		m = l.coming(from)
	}
	if m == nil {
		m = l.lastMeeting(from.At)
	}
	return m
}

// coming is the next meeting as it was before this mail.
func (l *Log) coming(from Mail) *Meeting {
	changed := func(m *Meeting) bool {
		return slices.ContainsFunc(m.History, func(c Change) bool { return from.Key != "" && c.Mail == from.Key })
	}
	return find(l.Upcoming(from.At, from.At.AddDate(1, 1, 0)), func(m *Meeting) bool {
		return m.Start.After(from.At) && (m.State == Planned || changed(m))
	})
}

// touched tells whether the intent that is being applied left its trace on the meeting.
func (m Mail) touched(on *Meeting) bool {
	return m.Key != "" && slices.ContainsFunc(on.History, func(c Change) bool { return c.Mail == m.Key && c.Pos == m.pos && c.Pos > 0 }) ||
		slices.ContainsFunc(on.Answers, func(a Answer) bool { return m.made(&a.Origin, m.pos) }) ||
		slices.ContainsFunc(on.Outcomes, func(o Outcome) bool { return m.made(&o.Origin, m.pos) }) ||
		slices.ContainsFunc(on.Notes, func(n *Note) bool { return m.made(&n.Origin, m.pos) })
}

// tookPlace marks the meeting as held when a reply to its recap says what was spoken there.
func (l *Log) tookPlace(intents []Intent, effects []Effect, from Mail) {
	if !afterMeeting(from.Occasion.Kind) || !slices.ContainsFunc(effects, spoken) || slices.ContainsFunc(intents, aboutMeeting) {
		return
	}
	if m := l.meant(from); m != nil && m.State == Planned && !m.Start.After(from.At) {
		l.change(l.record(m), Intent{}, from, fieldState, string(Held))
	}
}

// spoken tells whether the effect is something that only a meeting leaves: a note, a promise, an agreement, an outcome.
func spoken(e Effect) bool {
	switch e.Intent.Kind {
	case AddNote, AddAction, AddReportBack, AddAgreement:
		return e.Result == Added
	case UpdateTopic:
		return e.Result == Changed || e.Result == Unchanged && e.Item != ""
	}
	return false
}

func aboutMeeting(in Intent) bool {
	return in.Kind == MeetingHeld || in.Kind == MeetingMissed || in.Kind == SkipMeeting
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
