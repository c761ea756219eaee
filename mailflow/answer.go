package mailflow

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	bolt "go.etcd.io/bbolt"

	"duolog/mailflow/letter"
	"duolog/mailflow/outbox"
	"duolog/mailflow/sender"
	"duolog/meeting"
	"duolog/stumble"
)

// answer queues the acknowledgement of an accepted reply, or the mail that says it was not understood.
func (f *Flow) answer(tx *bolt.Tx, d *decision, desk *desk) error {
	if d.answer == nil {
		return nil
	}
	return errors.Join(f.queue(tx, d.answer), f.mailPassword(tx, d, desk.logs[d.entry.Pair]))
}

// answers writes the answers of the first decisions side by side, as far as each is to somebody else: what the ledger knows of a person
// changes with each letter. It gives their number. An answer at which we stumble is none: the mail is done all the same.
func (f *Flow) answers(tx *bolt.Tx, decisions []decision, desk *desk) (n int) {
	var letters []*draft
	asked := map[string]bool{}
	for i := range decisions {
		d := &decisions[i]
		if asked[d.entry.Person] {
			break
		}
		n++
		if d.problem == nil && d.entry.pending() {
			d.problem = desk.brokenOf(d)
		}
		if !d.concludes() {
			continue
		}
		asked[d.entry.Person] = true
		err := stumble.Guard(func() (err error) {
			d.answer, err = f.answerOf(tx, d, desk)
			return err
		})
		if err != nil {
			f.logger().Error("no answer could be written", "key", d.entry.Key, "error", err)
		} else if d.answer != nil {
			letters = append(letters, d.answer)
		}
	}
	sideBySide(len(letters), func(i int) {
		l := letters[i]
		l.problem = stumble.Guard(func() (err error) {
			l.outgoing, err = f.write(l.Request, l.inReplyTo)
			return err
		})
	})
	return n
}

// answerOf is the answer to a reply before it is written, nil when there is none.
func (f *Flow) answerOf(tx *bolt.Tx, d *decision, desk *desk) (*draft, error) {
	kind := answerKind(d)
	if d.quiet || kind == "" {
		return nil, nil
	}
	ok, err := f.mayAnswer(tx, d.entry.Person, question{
		kind: kind, to: d.entry.Occasion.Kind, text: d.fingerprint(), fast: d.fast(), urgent: slices.ContainsFunc(d.entry.Effects, urgent),
	})
	if err != nil || !ok {
		return nil, err
	}
	r := letter.Request{
		Occasion: f.answerTo(d, kind), Log: desk.logs[d.entry.Pair], Now: f.now(), Effects: d.entry.Effects, Subject: d.subject, Answered: *d.entry.Occasion,
	}
	if r.Round, err = desk.open(d.also); err != nil {
		return nil, err
	}
	r.Occasion.Meeting, r.Occasion.Echo = d.entry.Occasion.Meeting, letter.Echo(d.entry.Effects)
	for _, c := range slices.Concat(d.text.Cuts, d.reading.Cuts) {
		if !slices.Contains(r.Cuts, c.Reason) {
			r.Cuts = append(r.Cuts, c.Reason)
		}
	}
	if d.attached && !slices.Contains(r.Cuts, cutAttachment) {
		r.Cuts = append(r.Cuts, cutAttachment)
	}
	if d.entry.Private { // the subject may say what the text keeps
		r.Subject = ""
	}
	r.Unread, r.KeyWords = d.reading.Unread, f.keyWords(d.entry.Effects)
	if kind == meeting.LetterNotRead && !d.entry.Private {
		r.NotRead = d.text.Text
	}
	return f.draft(tx, r, d.entry.MessageID)
}

// cutAttachment is the reason for leaving out attached files, which are never read.
const cutAttachment = "attachment"

// urgent tells whether the author must hear of an effect, because it is not what they may believe: something was
// refused, or was to become private, or their password changes.
func urgent(e meeting.Effect) bool {
	switch e.Intent.Kind {
	case meeting.AddPrivate, meeting.EnrolKey, meeting.NewPassword:
		return true
	case meeting.MarkItem:
		return e.Intent.State == "private"
	}
	return e.Result == meeting.Refused
}

// answerTo is the occasion of an answer to the mail. It is owed for some days from now, however late the mail was read.
func (f *Flow) answerTo(d *decision, kind meeting.LetterKind) meeting.Occasion {
	return meeting.Occasion{
		Key: "ack/" + d.entry.Key, Kind: kind, Pair: d.entry.Pair, Person: d.entry.Person,
		At: d.entry.Received, Until: f.now().Add(retryFor), Mail: d.entry.Key,
	}
}

// tell lets the author of a held mail know, once, what is wrong with it: that its address was too old, or that its text cannot
// be read here. The letter goes to the enrolled address and bears a fresh reply address. Where it cannot be written, the mail is
// held all the same.
func (f *Flow) tell(tx *bolt.Tx, d *decision, desk *desk) error {
	log, err := desk.log(d.entry.Pair)
	if err != nil {
		return nil
	}
	ok, err := f.mayAnswer(tx, d.entry.Person, question{kind: meeting.LetterNotRead})
	if err != nil || !ok {
		return err
	}
	o := f.answerTo(d, meeting.LetterNotRead)
	o.At = f.now() // the fresh address works from now
	err = f.send(tx, letter.Request{Occasion: o, Log: log, Now: f.now(), Held: d.entry.Reason}, d.entry.MessageID)
	if err != nil {
		f.logger().Error("the author could not be told", "key", d.entry.Key, "error", err)
	}
	return nil
}

// answerKind is "not read" when no line of the reply was understood, and "" when it was nothing but a greeting or thanks, or a click in a
// calendar: who accepts or declines there sees that it is done.
func answerKind(d *decision) meeting.LetterKind {
	clicked := func(e meeting.Effect) bool { return e.Intent.Kind == meeting.AnswerInvite }
	if d.reading.Calendar && len(d.reading.Unread) == 0 && !slices.ContainsFunc(d.entry.Effects, func(e meeting.Effect) bool { return !clicked(e) }) {
		return ""
	}
	understood := func(e meeting.Effect) bool { return e.Intent.Kind != meeting.AddUnsorted }
	switch {
	case slices.ContainsFunc(d.entry.Effects, understood):
		return meeting.LetterAck
	case len(d.reading.Quiet) > 0 && len(d.entry.Effects)+len(d.reading.Unread) == 0:
		return ""
	}
	return meeting.LetterNotRead
}

// outgoing is a letter as it goes out.
type outgoing struct {
	letter.Letter
	stamp sender.Stamp
	to    string
	raw   []byte
}

// write writes a letter.
func (f *Flow) write(r letter.Request, inReplyTo string) (outgoing, error) {
	person := r.Log.Person(r.Occasion.Person)
	if person == nil || len(person.Addresses) == 0 {
		return outgoing{}, fmt.Errorf("letter %s: nobody to write to", r.Occasion.Key)
	}
	if !outbox.IsMessageID(inReplyTo) { // then the answer only stands in its meeting's thread
		inReplyTo = ""
	}
	w := outgoing{to: person.Addresses[0]}
	var err error
	if w.stamp, err = f.stamp(r.Occasion); err != nil {
		return w, fmt.Errorf("letter %s: %w", r.Occasion.Key, err)
	}
	if w.Letter, err = letter.Compose(r); err != nil {
		return w, fmt.Errorf("letter %s: %w", r.Occasion.Key, err)
	}
	draft := outbox.Draft{
		From: f.Address, FromName: f.Name, To: w.to, ToName: person.Name, ReplyTo: w.stamp.ReplyTo,
		Subject: w.Subject, Text: w.Text, HTML: w.HTML,
		MessageID: w.stamp.MessageID, InReplyTo: inReplyTo, References: f.references(w.Thread, inReplyTo), Date: r.Now,
		Language: w.Language,
	}
	attach(&draft, w.Invite)
	w.raw, err = outbox.Render(draft)
	if err != nil {
		return w, fmt.Errorf("letter %s: %w", r.Occasion.Key, err)
	}
	return w, nil
}

func (f *Flow) stamp(o meeting.Occasion) (sender.Stamp, error) {
	return f.Policy.Register.Stamp(o.Person, o.Pair, o.Key, o.At.Add(validity))
}

// draft is a letter of which all is known that its words depend on.
type draft struct {
	letter.Request
	inReplyTo string
	outgoing  // the zero value until it is written
	problem   error
}

// draft gathers what the ledger and the site know for a letter.
func (f *Flow) draft(tx *bolt.Tx, r letter.Request, inReplyTo string) (d *draft, err error) {
	if f.Page != nil {
		if person := r.Log.Person(r.Occasion.Person); person != nil {
			r.PageURL = f.Page(person)
		}
	}
	if r.EnrolURL, err = f.enrolLink(tx, r); err != nil {
		return nil, fmt.Errorf("letter %s: %w", r.Occasion.Key, err)
	}
	if r.Calendars, err = f.calendars(tx, r.Occasion.Person, r.Occasion.Pair); err != nil {
		return nil, fmt.Errorf("letter %s: %w", r.Occasion.Key, err)
	}
	return &draft{Request: r, inReplyTo: inReplyTo}, nil
}

// send writes a letter and queues it.
func (f *Flow) send(tx *bolt.Tx, r letter.Request, inReplyTo string) error {
	d, err := f.draft(tx, r, inReplyTo)
	if err != nil {
		return err
	}
	return f.queue(tx, d)
}

// queue queues a letter, which is written now if it was not before, in the caller's transaction, together with what is needed to
// understand its answers.
func (f *Flow) queue(tx *bolt.Tx, d *draft) error {
	if d.raw == nil && d.problem == nil {
		d.outgoing, d.problem = f.write(d.Request, d.inReplyTo)
	}
	r, w, err := d.Request, d.outgoing, d.problem
	if err != nil {
		return err
	}
	err = outbox.Put(tx, outbox.Mail{
		Key: r.Occasion.Key, MessageID: w.stamp.MessageID, From: f.Address, To: w.to, Raw: w.raw,
		NotAfter: r.Occasion.Until, Pair: r.Occasion.Pair, Person: r.Occasion.Person, Kind: string(r.Occasion.Kind),
		Once: r.Occasion.Stage == meeting.StageMade,
	}, r.Now)
	if err != nil {
		return fmt.Errorf("queue %s: %w", r.Occasion.Key, err)
	}
	if err := rememberInvite(tx, r.Occasion, r.Calendars, w.Invite); err != nil {
		return err
	}
	return putLetter(tx, w.stamp.Mark, Letter{Occasion: r.Occasion, MessageID: w.stamp.MessageID, Text: w.Text, HTML: w.HTML, Sent: r.Now})
}

// references keeps all mails of one meeting in one thread: RFC 5322, 3.6.4. The root is a name that no mail bears.
func (f *Flow) references(thread, inReplyTo string) []string {
	domain := f.Address[strings.LastIndex(f.Address, "@")+1:]
	refs := []string{thread + "@" + domain}
	if inReplyTo != "" {
		refs = append(refs, inReplyTo)
	}
	return refs
}
