// Package reply reads what the new text of a reply asks for.
//
// Nobody who writes to duolog has to learn a syntax, so every line gets exactly one meaning by the first of these that
// applies: a private mark, an item's id, the line of our mail that it was typed under, a label, the form of a sentence,
// the default of the mail that was answered. The rule that a newcomer would break: no rule here names a language. What
// people say stands in languages/*.yaml, the sender's own language is tried first, and all others after it.
//
// Nothing is dropped: each line ends up in an intent, in Reading.Quiet or in Reading.Unread. Private text ends up in the
// Text of an AddPrivate intent and nowhere else. Dates follow ISO 8601 weeks; calendar replies follow RFC 5546.
package reply

import (
	"strings"
	"time"

	"duolog/mailflow/newtext"
	"duolog/meeting"
)

// Limits of one reply.
const (
	maxText = 64 << 10 // bytes of text that are read at all, of which each line counts up to maxItem
	maxItem = 2 << 10  // bytes of one item; private text is kept whole
)

// Context is what the words of a reply refer to.
type Context struct {
	Log      *meeting.Log     // of the pair; only read
	Sender   *meeting.Person  // who wrote
	Received time.Time        // by our server
	Occasion meeting.Occasion // the mail that is answered; the zero value when unknown, then a bare line is a topic
	Subject  string           // of the mail: a private mark there covers the whole reply
	Calendar []byte           // the text/calendar part of the mail, nil when there is none
}

// Why something of the new text is in no intent: the reasons of Reading.Cuts beside those of package newtext.
const (
	TooLong = "too long" // the whole text, or the end of one item
	TooMany = "too many" // more than meeting.MaxIntents items
)

// Reading is what one reply says.
type Reading struct {
	Intents []meeting.Intent
	Unread  []string      // lines that mean nothing here; they change nothing, and the acknowledgement says so
	Quiet   []string      // whole lines of greeting, thanks or sign-off
	Cuts    []newtext.Cut // what was not read, without the text where it was private

	Calendar bool // a calendar program answered an invitation; what it wrote itself was not read
}

// Read reads the new text of a reply.
func Read(text newtext.Result, c Context) Reading {
	blocks := text.Blocks
	if len(blocks) == 0 && text.Text != "" {
		blocks = []newtext.Block{{Text: text.Text}}
	}
	return newReader(c).read(text, blocks)
}

type reader struct {
	c     Context
	lex   *lexicon
	cal   calendar
	other *meeting.Person // nil only in a broken log
	names map[string][]phrase
	out   Reading

	lastNamed string // whom the reply named last, "" when nobody or several
	heading   string // the label that stands above what is being read, "" when none
	taskList  bool   // the list being read holds tasks of named people

	momentLine string   // the line whose moments are known, since many rules ask whether it names a day
	momentsIn  []moment // its moments

	spoken  int      // units of the reply that say something
	answers []answer // to a survey, until all are known
	reminds []unit   // what was said about the action that a reminder was about
}

func newReader(c Context) *reader {
	r := &reader{c: c, lex: speaking(c.Sender.Language), other: c.Log.Other(c.Sender.ID), names: map[string][]phrase{}}
	r.cal = calendar{lex: r.lex, now: c.Received.In(c.Sender.Location()), dayFirst: dayFirst(c.Sender)}
	r.cal.other = r.cal.now.Location()
	r.names[c.Sender.ID] = namesOf(c.Sender)
	if r.other != nil {
		r.cal.other = r.other.Location()
		r.names[r.other.ID] = namesOf(r.other)
	}
	r.cal.isName = r.name
	r.cal.meets = func() time.Time {
		if next := c.Log.NextMeeting(c.Received); next != nil {
			return next.Start
		}
		return time.Time{}
	}
	return r
}

// dayFirst tells whether 3/12 is a day in December for this person: everywhere but where English is spoken in America.
func dayFirst(p *meeting.Person) bool {
	american := strings.HasPrefix(p.Zone, "America/") || strings.HasPrefix(p.Zone, "US/")
	return !(american && strings.HasPrefix(strings.ToLower(p.Language), "en")) && !strings.EqualFold(p.Language, "en-US")
}

func (r *reader) otherID() string {
	if r.other == nil {
		return ""
	}
	return r.other.ID
}

func (r *reader) answersAck() bool { return r.c.Occasion.Kind == meeting.LetterAck }

// read carries the blocks through: private text first, then unit by unit.
func (r *reader) read(text newtext.Result, blocks []newtext.Block) Reading {
	answer, beside := r.calendarReply(text.Text, blocks)
	if r.out.Calendar = answer; answer && !beside {
		return r.finish()
	}
	blocks = r.takeKeys(blocks)
	var rows [][]row
	size, whole := 0, 0
	for _, b := range blocks {
		lines := r.partFixes(r.rows(b.Text))
		for _, w := range lines {
			size += min(len(w.raw), maxItem)
		}
		whole += len(b.Text)
		rows = append(rows, lines)
	}
	if size > maxText || whole > 4*maxText {
		r.out.Cuts = append(r.out.Cuts, newtext.Cut{Reason: TooLong})
		return r.out
	}
	parts := r.hide(rows)
	if r.forwards(text.Forwarded, parts) {
		return r.finish()
	}
	for i, run := range parts {
		for k := range run {
			if !run[k].private {
				run[k].units = r.units(run[k].rows, blocks[i].Answers)
				r.count(run[k].units)
			}
		}
	}
	for _, run := range parts {
		for _, p := range run {
			if p.private {
				r.addPrivate(p)
				continue
			}
			r.readUnits(p.units)
		}
	}
	return r.finish()
}

// takeKeys takes the key from the welcome page out of the text before anything else looks at it. No word of it is repeated.
func (r *reader) takeKeys(blocks []newtext.Block) []newtext.Block {
	var left []newtext.Block
	for _, b := range blocks {
		text, keys := withoutKeys(b.Text)
		for _, key := range keys {
			r.add(meeting.Intent{Kind: meeting.EnrolKey, Text: key})
		}
		if b.Text = text; len(keys) == 0 || strings.TrimSpace(text) != "" {
			left = append(left, b)
		}
	}
	return left
}

// count notes how many units say something: "stop" is a command only when nothing else was written.
func (r *reader) count(units []unit) {
	for _, u := range units {
		if !r.quiet(tokens(u.head)) {
			r.spoken++
		}
	}
}

func (r *reader) finish() Reading {
	r.closeSurvey()
	r.closeReminder()
	r.firstTopic()
	for i := range r.out.Intents {
		in := &r.out.Intents[i]
		if in.Kind == meeting.AddQuestion && in.Answer == "" {
			in.Asks = append(in.Asks, meeting.Ask{Code: meeting.AskOwnAnswer})
		}
	}
	r.limit()
	for i := range r.out.Intents {
		r.out.Intents[i].Pos = i + 1
	}
	return r.out
}

func (r *reader) add(in meeting.Intent) { r.out.Intents = append(r.out.Intents, in) }
