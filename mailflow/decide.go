package mailflow

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"duolog/mailflow/inbox"
	"duolog/mailflow/message"
	"duolog/mailflow/reply"
	"duolog/mailflow/sender"
	"duolog/meeting"
	"duolog/stumble"
)

// Reasons that the ledger adds to those of packages sender and message.
const (
	reasonUnreadable    = "unreadable"     // the bytes are no message, or never came whole
	reasonTooLarge      = "too-large"      //
	reasonDuplicate     = "duplicate"      // the same mail was accepted before
	reasonConflict      = "conflict"       // another mail with the same Message-ID was accepted before
	reasonLogUnreadable = "log-unreadable" // the pair's Markdown is broken; tried again once it is mended
	reasonNoInstance    = "no-instance"    //
	reasonCalendar      = "calendar"       // a calendar program wants something that is no answer to us, or none that we can read: for a human
	reasonRepeats       = "repeats"        // the same words again in answer to our answer: a program
	reasonFlood         = "flood"          // too many mails of one person within an hour
	reasonPanic         = "bug"            // reading it made us stumble
)

// retryFor is how long a mail that is held only for now is tried again; then it waits for the operator.
const retryFor = 5 * 24 * time.Hour

// decision is what becomes of one mail, decided without touching anything.
type decision struct {
	entry    Entry            // what the ledger will know of the mail
	place    inbox.ID         //
	raw      []byte           //
	again    bool             // the ledger knew this mail already, and nothing follows from it
	quiet    bool             // nothing may be answered
	tell     bool             // held, and its author is told once why
	bounce   *message.Message // a delivery report on a mail of ours
	about    string           // the Message-ID of that mail
	examined                  //
	names    []string         // under which it would be known again
	resend   string           // the name that it has when it is sent once more
	reading  reply.Reading
	subject  string
	enrols   bool     // it brings a key from the welcome page
	token    string   // of the link that led there, when the key is taken
	also     []string // other pairs whose logs it may change
	attached bool     // files came along that are not read
	retried  bool     // the log could not be written with those of its batch
	answer   *draft   // nil for none
	problem  error    // why the log could not be changed; the mail is tried again
}

// outcome is what became of this copy of the mail.
func (d *decision) outcome() Outcome {
	if d.again && d.entry.Outcome == Accepted {
		return Duplicate
	}
	return d.entry.Outcome
}

// reported is the entry as this copy of the mail is reported.
func (d *decision) reported() Entry {
	e := d.entry
	if e.Outcome = d.outcome(); e.Outcome == Duplicate {
		e.Reason = reasonDuplicate
	}
	return e
}

// decide decides about one mail, which is examined now if it was not before. A mail that makes us stumble is held, so that it stops nobody else.
func (k *desk) decide(in inbox.Message, x *examined) (d decision) {
	var bug error
	defer func() {
		if bug != nil {
			k.flow.logger().Error("reading a mail", "mail", in.ID.String(), "error", bug)
			d = decision{place: in.ID, raw: in.Raw, entry: Entry{Received: received(in)}}
			d = d.hold(digest([]byte("panic"), in.Raw), reasonPanic, "")
		}
		if d.entry.Retryable && k.flow.now().Sub(d.entry.Received) > retryFor {
			d.entry.Retryable = false
		}
		k.seen(d)
	}()
	defer stumble.Catch(&bug)
	return k.check(in, x)
}

// check runs the checks in their order; the first that matches decides.
func (k *desk) check(in inbox.Message, x *examined) decision {
	f := k.flow
	d := decision{place: in.ID, raw: in.Raw, entry: Entry{Received: received(in)}}
	switch {
	case in.Broken != nil:
		return d.hold(digest([]byte("broken"), []byte(in.ID.String())), reasonUnreadable, in.Broken.Error())
	case in.TooLarge:
		return d.hold(digest([]byte("large"), in.Raw), reasonTooLarge, fmt.Sprintf("%d bytes", in.Size))
	}
	if x == nil {
		now := f.examine(in)
		x = &now
	}
	if x.garbled != nil {
		return d.hold(digest([]byte("unparsed"), in.Raw), reasonUnreadable, x.garbled.Error())
	}
	m, v := x.m, x.verdict
	d.examined = *x
	d.entry.Key, d.entry.MessageID, d.subject = x.key, m.ID, m.Header.Text("Subject")
	d.attached = slices.ContainsFunc(m.Attachments, readable)
	before, seen := k.entry(d.entry.Key)
	if seen && before.Received.Before(d.entry.Received) {
		d.entry.Received = before.Received // when it came first
	}
	d.entry.Reason, d.entry.Detail, d.entry.Retryable = string(v.Reason), v.Detail, v.Retryable
	d.entry.Person, d.entry.Pair, d.quiet = v.Person, v.Pair, v.Quiet
	switch defect, unsafe := unsafeDefect(m); {
	case seen && before.pending():
		return k.resume(d, before)
	case seen && before.settled() && !k.again(before, v):
		d.entry, d.again = before, true
		return d
	case unsafe && !f.Policy.Vouched:
		d.tell = v.Outcome == sender.Accept && tellable[defect.Code]
		return d.hold(d.entry.Key, string(defect.Code), defect.Detail)
	case v.Outcome == sender.Accept:
		return k.accept(d, m)
	case v.Outcome == sender.Hold:
		d.tell = v.Renew
		d.entry.Retryable = v.Retryable || v.Reason == sender.TokenUnknown && f.Partial
		return d.hold(d.entry.Key, d.entry.Reason, d.entry.Detail)
	case v.Outcome == sender.Bounce:
		d.entry.Outcome, d.bounce, d.about = Bounced, m, v.Mail
	default:
		d.entry.Outcome = Dropped
	}
	return d
}

// again tells whether a mail that was settled is decided about anew: when it was held and now its author is proven, as
// when a forged copy came first. What the operator decided stands.
func (k *desk) again(before Entry, v sender.Verdict) bool {
	if k.reread || k.flow.Policy.Vouched {
		return true
	}
	return before.Outcome == Held && !before.Released && v.Outcome == sender.Accept
}

// readable tells whether a person may have written the attachment; pictures are mostly a signature's.
func readable(a message.Attachment) bool { return !strings.HasPrefix(a.Type, "image/") }

func unsafeDefect(m *message.Message) (message.Defect, bool) {
	for _, d := range m.Defects {
		if d.Code.Unsafe() {
			return d, true
		}
	}
	return message.Defect{}, false
}

// tellable are the defects whose author can do something about them: send the same as plain text.
var tellable = map[message.Code]bool{message.Encrypted: true, message.OpaqueSigned: true, message.OnlyTNEF: true}

func received(in inbox.Message) time.Time { return in.Received.UTC().Truncate(time.Second) }

func (d decision) hold(key, reason, detail string) decision {
	d.entry.Key, d.entry.Outcome, d.entry.Reason, d.entry.Detail = key, Held, reason, detail
	return d
}

// holdForNow holds a mail until what stands in its way is mended.
func (d decision) holdForNow(reason string, err error) decision {
	d = d.hold(d.entry.Key, reason, err.Error())
	d.entry.Retryable = true
	return d
}

// accept reads a mail whose sender is proven and applies it to the log in memory.
func (k *desk) accept(d decision, m *message.Message) decision {
	f := k.flow
	if first := k.firstWithID(m.ID); first != "" && first != d.entry.Key && !f.Policy.Vouched {
		d.entry.Outcome, d.entry.Reason, d.entry.Detail = Conflict, reasonConflict, "another mail with this Message-ID: "+first
		return d
	}
	d.names, d.resend = d.aliases(), d.resendName()
	if first := cmp.Or(k.knownAs(d.names), k.resent(&d)); first != "" && first != d.entry.Key && !f.Policy.Vouched {
		d.entry.Outcome, d.entry.Reason, d.entry.Detail = Duplicate, reasonDuplicate, "the same mail under another Message-ID: "+first
		return d
	}
	if k.flooded(d.entry) && !f.Policy.Vouched {
		return d.hold(d.entry.Key, reasonFlood, fmt.Sprintf("more than %d mails of one person within an hour", mailsPerHour))
	}
	log, err := k.log(d.sender.Pair())
	if err != nil {
		return d.holdForNow(reasonLogUnreadable, err)
	}
	if err := k.read(&d, log); err != nil {
		return d.holdForNow(reasonLogUnreadable, err)
	}
	if answers := d.reading.Calendar; !f.Policy.Vouched && (answers && len(d.reading.Intents) == 0 || m.Scheduling && !answers) {
		return d.hold(d.entry.Key, reasonCalendar, "")
	}
	k.enrol(&d, m, log)
	f.keepOutside(&d)
	if err := f.seal(&d, log); err != nil {
		return d.holdForNow(reasonLogUnreadable, err)
	}
	if k.repeats(&d) {
		return d.hold(d.entry.Key, reasonRepeats, "")
	}
	d.entry.Outcome, d.entry.Retryable, d.entry.Occasion = Accepted, false, f.about(d.answers, log, d.entry.Received)
	d.entry.Released = f.Policy.Vouched
	d.entry.Effects = k.apply(d.entry, d.reading.Intents, log)
	d.also = k.along(d.entry, d.entry.Effects)
	d.entry.Todo = todo(d.reading.Intents, d.entry.Effects)
	return d
}

// about is what the reply answers. Which meeting that is gets decided here once, and journaled: later mails may skip or move it.
func (f *Flow) about(letter Letter, log *meeting.Log, at time.Time) *meeting.Occasion {
	o := letter.Occasion
	if next := log.NextMeeting(at); o.Meeting == "" && next != nil {
		o.Meeting = next.ID
	}
	return &o
}

// resume goes on with a mail that was journaled as accepted and then interrupted. What it asks for was decided then: read
// anew against a log that has half of it already, it could mean something else.
func (k *desk) resume(d decision, before Entry) decision {
	d.entry = before
	log, err := k.log(before.Pair)
	if err != nil {
		d.problem = err
		return d
	}
	if d.verdict.Outcome != sender.Accept { // it was when the mail was journaled
		k.flow.extract(&d.examined)
	}
	if d.problem = k.read(&d, log); d.problem != nil { // for the answer alone
		return d
	}
	d.also = k.along(before, before.Effects)
	for _, pair := range append([]string{before.Pair}, d.also...) { // of what is written already nobody may have waited for the disk
		if d.problem = k.flow.Content.Settle(pair); d.problem != nil {
			return d
		}
	}
	k.apply(before, before.intents(), log)
	return d
}

// apply changes the log in memory.
func (k *desk) apply(e Entry, intents []meeting.Intent, log *meeting.Log) []meeting.Effect {
	k.outdate(log)
	effects := log.Apply(intents, meeting.Mail{Key: e.Key, By: e.Person, At: e.Received, Occasion: *e.Occasion})
	k.touched = append(k.touched, touch{e.Pair, e.Person, e.Received, len(todo(intents, effects))})
	return k.share(e, intents, effects)
}

// read finds what the new text of the mail asks for. It fails when a pair that the answered mail is about as well cannot be read.
func (k *desk) read(d *decision, log *meeting.Log) error {
	others, err := k.open(d.answers.Occasion.Pairs)
	if err != nil {
		return err
	}
	c := d.context(log, d.entry.Person)
	c.Received = d.entry.Received
	d.reading = d.understand(c)
	d.reading.Intents = meeting.Share(d.reading.Intents, reports(log, others))
	return nil
}
