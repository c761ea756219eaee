package mailflow

import (
	"fmt"
	netmail "net/mail"
	"strings"

	"duolog/mailflow/inbox"
	"duolog/mailflow/message"
	"duolog/mailflow/newtext"
	"duolog/mailflow/sender"
	"duolog/meeting"
)

// Explanation tells how a mail is read. Private text does not appear in it.
type Explanation struct {
	Outcome Outcome          `json:"outcome"`
	Reason  string           `json:"reason"`
	Detail  string           `json:"detail,omitempty"`
	Key     string           `json:"key"`
	Seen    Outcome          `json:"seen,omitempty"` // what became of the same mail when it came in
	Person  string           `json:"person,omitempty"`
	Pair    string           `json:"pair,omitempty"`
	Answers string           `json:"answers,omitempty"` // the letter it answers
	Text    string           `json:"text"`              // the new text
	Cuts    []CutPart        `json:"cuts"`
	Intents []meeting.Intent `json:"intents"`
	Effects []meeting.Effect `json:"effects"`
	Unread  []string         `json:"unread,omitempty"`  // lines that fit nothing
	Quiet   []string         `json:"quiet,omitempty"`   // greetings and thanks
	Private bool             `json:"private,omitempty"` // the text is its author's alone, and so is not shown
}

// CutPart is a part of a mail that was left out.
type CutPart struct {
	Reason string `json:"reason"`
	Text   string `json:"text"`
}

// Explain decides about a mail as Receive would and changes nothing.
func (f *Flow) Explain(in inbox.Message) Explanation {
	f.Content.Reload()
	dry := *f
	desk := dry.newDesk()
	desk.reread = true
	d := desk.decide(in, nil)
	x := Explanation{
		Outcome: d.outcome(), Reason: d.entry.Reason, Detail: d.entry.Detail, Key: d.entry.Key,
		Person: d.entry.Person, Pair: d.entry.Pair, Text: d.text.Text, Effects: d.entry.Effects,
		Unread: d.reading.Unread, Quiet: d.reading.Quiet,
	}
	if e, ok := f.Ledger.Entry(d.entry.Key); ok {
		x.Seen = e.Outcome
	}
	if d.entry.Occasion != nil {
		x.Answers = d.entry.Occasion.Key
	}
	for _, c := range d.text.Cuts {
		x.Cuts = append(x.Cuts, CutPart{c.Reason, c.Text})
	}
	for _, in := range d.reading.Intents {
		if in.Kind == meeting.AddPrivate || in.Kind == meeting.EnrolKey {
			in.Text, in.Context, in.Words = "", nil, ""
		}
		x.Intents = append(x.Intents, in)
	}
	if d.entry.Private {
		x.Text, x.Private = "", true
	}
	x.Text = strings.TrimSpace(x.Text)
	return x
}

// ExplainAlone finds the new text of a message outside any instance, so that who wrote it and what it asks for stay unknown.
func ExplainAlone(raw []byte) (Explanation, error) {
	m, err := message.Parse(raw)
	if err != nil {
		return Explanation{}, err
	}
	text := newtext.Extract(m, nil)
	x := Explanation{Outcome: Held, Reason: reasonNoInstance, Key: Key(m), Text: text.Text}
	for _, c := range text.Cuts {
		x.Cuts = append(x.Cuts, CutPart{c.Reason, c.Text})
	}
	return x, nil
}

// ExplainReason is one sentence on a reason code for the operator.
func ExplainReason(reason string) string {
	if s, ok := reasons[reason]; ok {
		return s
	}
	if s := sender.Reason(reason).Explain(); s != "" {
		return s
	}
	return "the message has a defect that could hide part of it (see package message)"
}

var reasons = map[string]string{
	reasonUnreadable:    "the bytes are no message, or the server never gave all of them",
	reasonTooLarge:      "the mail is larger than 10 MB",
	reasonDuplicate:     "the same mail was accepted before",
	reasonConflict:      "another mail with the same Message-ID was accepted before",
	reasonLogUnreadable: "the Markdown of its pair is broken; the mail is tried again once that is mended",
	reasonCalendar:      "a calendar program invites us, calls something off, or answers what we did not ask or cannot read; a person has to look at it",
	reasonRepeats:       "the same words came again in answer to our answer, as programs do; accept it if a person wrote it",
	reasonFlood:         "more mails of one person came within an hour than a person writes; accept those that count",
	reasonPanic:         "reading it made duolog stumble, which is a bug; please report it with the mail",
	reasonNoInstance:    "there is no instance here that could know the sender",
}

// Author is the address in a mail's From field, as somebody claims it; "nobody" when there is none.
func Author(raw []byte) string {
	m, err := message.Parse(raw)
	if err != nil {
		return "nobody"
	}
	address, err := netmail.ParseAddress(m.Header.Text("From"))
	if err != nil {
		return "nobody"
	}
	return address.Address
}

// Envelope is what the operator may see of a held mail: who, to whom, when, about what.
func Envelope(raw []byte) []string {
	m, err := message.Parse(raw)
	if err != nil {
		return nil
	}
	var fields []string
	for _, name := range []string{"From", "To", "Date", "Subject", "Message-ID", "Authentication-Results"} {
		if m.Header.Has(name) {
			fields = append(fields, fmt.Sprintf("%s: %s", name, m.Header.Text(name)))
		}
	}
	return fields
}
