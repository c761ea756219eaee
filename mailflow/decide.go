package mailflow

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"duolog/mailflow/inbox"
	"duolog/mailflow/message"
	"duolog/mailflow/newtext"
	"duolog/mailflow/reply"
	"duolog/mailflow/sender"
	"duolog/meeting"
)

// Reasons that the ledger adds to those of packages sender and message.
const (
	reasonUnreadable    = "unreadable"     // the bytes are no message, or never came whole
	reasonTooLarge      = "too-large"      //
	reasonDuplicate     = "duplicate"      // the same mail was accepted before
	reasonConflict      = "conflict"       // another mail with the same Message-ID was accepted before
	reasonLogUnreadable = "log-unreadable" // the pair's Markdown is broken; tried again once it is mended
	reasonNoInstance    = "no-instance"    //
	reasonCalendar      = "calendar"       // a calendar program's counter-proposal: for a human
)

// decision is what becomes of one mail, decided without touching anything.
type decision struct {
	entry   Entry
	place   inbox.ID
	raw     []byte
	again   bool             // the ledger knew this mail already, and nothing follows from it
	quiet   bool             // nothing may be answered
	bounce  *message.Message // a delivery report on a mail of ours
	about   string           // the Message-ID of that mail
	sender  sender.Sender
	text    newtext.Result
	reading reply.Reading
	subject string
}

// decide runs the checks in their order; the first that matches decides.
func (f *Flow) decide(in inbox.Message, desk *desk) decision {
	d := decision{place: in.ID, raw: in.Raw, entry: Entry{Received: in.Received.UTC().Truncate(time.Second)}}
	m, err := message.Parse(in.Raw)
	switch {
	case in.Broken != nil:
		return d.hold(digest([]byte("broken"), []byte(in.ID.String())), reasonUnreadable, in.Broken.Error())
	case in.TooLarge:
		return d.hold(digest([]byte("large"), in.Raw), reasonTooLarge, fmt.Sprintf("%d bytes", in.Size))
	case err != nil:
		return d.hold(digest([]byte("unparsed"), in.Raw), reasonUnreadable, err.Error())
	}
	d.entry.Key, d.entry.MessageID, d.subject = Key(m), m.ID, m.Header.Text("Subject")
	for _, defect := range m.Defects {
		if defect.Code.Unsafe() {
			return d.known(f, d.hold(d.entry.Key, string(defect.Code), defect.Detail), desk)
		}
	}
	s, v := sender.Verify(m, in.Raw, f.Policy, in.Received)
	d.entry.Reason, d.entry.Detail, d.entry.Retryable = string(v.Reason), v.Detail, v.Retryable
	d.entry.Person, d.entry.Pair, d.quiet, d.sender = v.Person, v.Pair, v.Quiet, s
	switch v.Outcome {
	case sender.Accept:
		return f.accept(d, m, desk)
	case sender.Hold:
		return d.known(f, d.hold(d.entry.Key, d.entry.Reason, d.entry.Detail), desk)
	case sender.Bounce:
		d.entry.Outcome, d.bounce, d.about = Bounced, m, v.Mail
	default:
		d.entry.Outcome = Dropped
	}
	return d.known(f, d, desk)
}

func (d decision) hold(key, reason, detail string) decision {
	d.entry.Key, d.entry.Outcome, d.entry.Reason, d.entry.Detail = key, Held, reason, detail
	return d
}

// known recognises a further copy of a mail that was not accepted: it is counted, and nothing else follows.
func (d decision) known(f *Flow, decided decision, desk *desk) decision {
	if e, ok := desk.entry(f, decided.entry.Key); ok && e.settled() {
		e.Copies++
		decided.entry, decided.again, decided.bounce = e, true, nil
	}
	return decided
}

// accept reads a mail whose sender is proven and applies it to the log in memory.
func (f *Flow) accept(d decision, m *message.Message, desk *desk) decision {
	before, seen := desk.entry(f, d.entry.Key)
	first := desk.firstWithID(f, m.ID)
	switch {
	case seen && before.Outcome == Accepted && before.Applied && !desk.reread:
		before.Copies++
		d.entry, d.again = before, true
		d.entry.Outcome, d.entry.Reason = Duplicate, reasonDuplicate
		return d
	case first != "" && first != d.entry.Key:
		d.entry.Outcome, d.entry.Reason, d.entry.Detail = Conflict, reasonConflict, "another mail with this Message-ID: "+first
		return d
	}
	log, err := desk.log(d.sender.Pair())
	if err != nil {
		d = d.hold(d.entry.Key, reasonLogUnreadable, err.Error())
		d.entry.Retryable = true
		return d
	}
	letter, known := f.Ledger.Letter(d.sender.Mark())
	f.read(&d, m, log, letter, known)
	if bytes.Contains(bytes.ToUpper(m.Calendar), []byte("METHOD:COUNTER")) { // RFC 5546, 3.2.7
		return d.hold(d.entry.Key, reasonCalendar, "a calendar program proposes another time")
	}
	if err := f.seal(&d, log); err != nil {
		d = d.hold(d.entry.Key, reasonLogUnreadable, err.Error())
		d.entry.Retryable = true
		return d
	}
	d.entry.Outcome, d.entry.Retryable = Accepted, false
	d.entry.Occasion = &letter.Occasion
	effects := log.Apply(d.reading.Intents, meeting.Mail{Key: d.entry.Key, By: d.sender.Person(), At: d.entry.Received, Occasion: letter.Occasion})
	if !seen || before.Effects == nil { // a mail whose first try was cut off is acknowledged as it was read then
		before.Effects = effects
	}
	d.entry.Effects = before.Effects
	desk.touch(d.sender.Pair(), d.sender.Person(), len(d.reading.Intents))
	return d
}

// read finds what is new in the mail and what it asks for.
func (f *Flow) read(d *decision, m *message.Message, log *meeting.Log, letter Letter, known bool) {
	var sent []newtext.Sent
	if known {
		sent = append(sent, newtext.Sent{Text: letter.Text, HTML: letter.HTML})
	}
	d.text = newtext.Extract(m, sent)
	d.reading = reply.Read(d.text, reply.Context{
		Log: log, Sender: log.Person(d.sender.Person()), Received: d.entry.Received,
		Occasion: letter.Occasion, Calendar: m.Calendar,
	})
}

var errNoSeal = errors.New("private notes cannot be sealed in this instance")

// seal encrypts private text to its author at once. Who has no key yet gets it refused by Log.Apply, unkept.
func (f *Flow) seal(d *decision, log *meeting.Log) error {
	author := log.Person(d.sender.Person())
	for i := range d.reading.Intents {
		in := &d.reading.Intents[i]
		text, private := in.Text, in.Kind == meeting.AddPrivate
		if in.Kind == meeting.MarkItem && in.State == "private" {
			text, private = log.TextOf(in.Item), true
		}
		if !private {
			continue
		}
		d.entry.Private = true
		if author.Recipient == "" || text == "" {
			continue
		}
		if f.Seal == nil {
			return errNoSeal
		}
		sealed, err := f.Seal(author.Recipient, text)
		if err != nil {
			return fmt.Errorf("seal private note: %w", err)
		}
		in.Sealed = sealed
		if in.Kind == meeting.AddPrivate {
			in.Text, in.Context = "", nil
		}
	}
	return nil
}

// desk is the work of one batch: the logs that it opened, and the mails that it saw before the ledger knows them.
type desk struct {
	flow    *Flow
	logs    map[string]*meeting.Log
	broken  map[string]error
	touched []touch
	entries map[string]Entry
	ids     map[string]string
	reread  bool // read a mail again although it was applied, to explain it
}

// touch is one reply's change to one pair.
type touch struct {
	pair, person string
	changes      int
}

func (f *Flow) newDesk() *desk {
	f.Content.Reload()
	return &desk{flow: f, logs: map[string]*meeting.Log{}, broken: map[string]error{}, entries: map[string]Entry{}, ids: map[string]string{}}
}

// log opens a pair's log once.
func (k *desk) log(pair string) (*meeting.Log, error) {
	if l := k.logs[pair]; l != nil {
		return l, nil
	}
	if err := k.broken[pair]; err != nil {
		return nil, err
	}
	l, err := k.flow.Content.Log(pair)
	if err != nil {
		k.broken[pair] = err
		return nil, err
	}
	k.logs[pair] = l
	return l, nil
}

func (k *desk) touch(pair, person string, changes int) {
	k.touched = append(k.touched, touch{pair, person, changes})
}

// seen remembers a decision for the later mails of the same batch, as if it were concluded already.
func (k *desk) seen(d decision) {
	e := d.entry
	if e.Outcome == Duplicate {
		e.Outcome = Accepted
	}
	e.Applied = e.Outcome == Accepted
	k.entries[e.Key] = e
	if e.Outcome == Accepted && e.MessageID != "" && k.ids[e.MessageID] == "" {
		k.ids[e.MessageID] = e.Key
	}
}

func (k *desk) entry(f *Flow, key string) (Entry, bool) {
	if e, ok := k.entries[key]; ok {
		return e, true
	}
	return f.Ledger.Entry(key)
}

func (k *desk) firstWithID(f *Flow, id string) string {
	if key := k.ids[id]; key != "" {
		return key
	}
	return f.Ledger.firstWithID(id)
}

// save writes the touched logs durably, all pairs of the batch in one go, and tells Committed of each reply.
func (k *desk) save(ctx context.Context) error {
	var logs []*meeting.Log
	first := map[string]touch{}
	for _, t := range k.touched {
		if _, ok := first[t.pair]; !ok {
			first[t.pair] = t
			logs = append(logs, k.logs[t.pair])
		}
	}
	written, err := k.flow.Content.Save(logs...)
	if err != nil {
		return err
	}
	if k.flow.Committed != nil && len(written) > 0 {
		for _, t := range k.touched {
			k.flow.Committed(ctx, k.logs[t.pair].Person(t.person), t.pair, t.changes, written)
		}
	}
	return nil
}
