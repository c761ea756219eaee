package mailflow

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	bolt "go.etcd.io/bbolt"

	"duolog/mailflow/letter"
	"duolog/mailflow/outbox"
	"duolog/meeting"
)

// acksPerHour is how many answers one person gets within an hour; what was stored stays stored.
const acksPerHour = 10

// answer queues the acknowledgement of an accepted reply, or the mail that says it was not understood.
func (f *Flow) answer(tx *bolt.Tx, d *decision, desk *desk) error {
	if d.quiet {
		return nil
	}
	kind := answerKind(d)
	if ok, err := f.mayAnswer(tx, d.sender.Person(), kind, d.entry.Received); err != nil || !ok {
		return err
	}
	o := meeting.Occasion{
		Key: "ack/" + d.entry.Key, Kind: kind, Pair: d.entry.Pair, Person: d.entry.Person, Meeting: d.entry.Occasion.Meeting,
		At: d.entry.Received, Until: d.entry.Received.Add(5 * 24 * time.Hour), Mail: d.entry.Key, Echo: letter.Echo(d.entry.Effects),
	}
	r := letter.Request{Occasion: o, Log: desk.logs[d.entry.Pair], Now: d.entry.Received, Effects: d.entry.Effects, Subject: d.subject}
	for _, c := range d.text.Cuts {
		if !slices.Contains(r.Cuts, c.Reason) {
			r.Cuts = append(r.Cuts, c.Reason)
		}
	}
	if kind == meeting.LetterNotRead && !d.entry.Private {
		r.NotRead = d.text.Text
	}
	return f.send(tx, r, d.entry.MessageID)
}

// answerKind is "not read" when no line of the reply was understood.
func answerKind(d *decision) meeting.LetterKind {
	understood := func(e meeting.Effect) bool { return e.Intent.Kind != meeting.AddUnsorted }
	if slices.ContainsFunc(d.entry.Effects, understood) {
		return meeting.LetterAck
	}
	return meeting.LetterNotRead
}

// send writes a letter and queues it, in the caller's transaction, together with what is needed to understand its answers.
func (f *Flow) send(tx *bolt.Tx, r letter.Request, inReplyTo string) error {
	person := r.Log.Person(r.Occasion.Person)
	if person == nil || len(person.Addresses) == 0 {
		return fmt.Errorf("letter %s: nobody to write to", r.Occasion.Key)
	}
	if f.Page != nil {
		r.PageURL = f.Page(person)
	}
	written, err := letter.Compose(r)
	if err != nil {
		return fmt.Errorf("letter %s: %w", r.Occasion.Key, err)
	}
	stamp, err := f.Policy.Register.Stamp(r.Occasion.Person, r.Occasion.Pair, r.Occasion.Key, r.Occasion.At.Add(f.validity()))
	if err != nil {
		return fmt.Errorf("letter %s: %w", r.Occasion.Key, err)
	}
	raw, err := outbox.Render(outbox.Draft{
		From: f.Address, FromName: f.Name, To: person.Addresses[0], ToName: person.Name, ReplyTo: stamp.ReplyTo,
		Subject: written.Subject, Text: written.Text, HTML: written.HTML, Calendar: written.Calendar, CalendarMethod: written.CalendarMethod,
		MessageID: stamp.MessageID, InReplyTo: inReplyTo, References: f.references(written.Thread, inReplyTo), Date: r.Now,
	})
	if err != nil {
		return fmt.Errorf("letter %s: %w", r.Occasion.Key, err)
	}
	err = outbox.Put(tx, outbox.Mail{
		Key: r.Occasion.Key, MessageID: stamp.MessageID, From: f.Address, To: person.Addresses[0], Raw: raw,
		NotAfter: r.Occasion.Until, Pair: r.Occasion.Pair, Person: r.Occasion.Person, Kind: string(r.Occasion.Kind),
	}, r.Now)
	if err != nil {
		return fmt.Errorf("queue %s: %w", r.Occasion.Key, err)
	}
	return putLetter(tx, stamp.Mark, Letter{Occasion: r.Occasion, MessageID: stamp.MessageID, Text: written.Text, HTML: written.HTML, Sent: r.Now})
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

var bucketAnswers = []byte("answers") // person id → what was answered lately

// answered is what a person was answered lately.
type answered struct {
	Last  meeting.LetterKind `json:"last"`
	Times []time.Time        `json:"times"`
}

// mayAnswer keeps the answers to one person within bounds: never "not read" twice in a row, never more than acksPerHour.
func (f *Flow) mayAnswer(tx *bolt.Tx, person string, kind meeting.LetterKind, now time.Time) (bool, error) {
	bucket, err := tx.CreateBucketIfNotExists(bucketAnswers)
	if err != nil {
		return false, err
	}
	var a answered
	if err := getJSON(bucket, person, &a); err != nil {
		return false, err
	}
	a.Times = slices.DeleteFunc(a.Times, func(t time.Time) bool { return t.Before(now.Add(-time.Hour)) })
	if len(a.Times) >= acksPerHour || kind == meeting.LetterNotRead && a.Last == kind {
		return false, nil
	}
	a.Last, a.Times = kind, append(a.Times, now)
	return true, putJSON(bucket, person, a)
}

// recordBounce notes what a delivery report says about a mail of ours, and changes nothing else.
func (f *Flow) recordBounce(tx *bolt.Tx, d *decision) error {
	status := "failed"
	for _, r := range d.bounce.Report.Recipients {
		status = strings.TrimSpace(r.Action + " " + r.Status)
	}
	_, err := outbox.Delivered(tx, d.about, status, d.entry.Received)
	return err
}

func getJSON(b *bolt.Bucket, key string, v any) error {
	raw := b.Get([]byte(key))
	if raw == nil {
		return nil
	}
	return json.Unmarshal(raw, v)
}

func putJSON(b *bolt.Bucket, key string, v any) error {
	raw, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return b.Put([]byte(key), raw)
}
