package mailflow

import (
	"slices"
	"strings"
	"time"
	"unicode"

	bolt "go.etcd.io/bbolt"

	"duolog/meeting"
)

// What keeps two programs from writing to each other for ever. All that was asked for stays stored: only answers stop.
const (
	acksPerHour    = 10             // to one person
	acksToAcks     = 5              // a day, to one person, in answer to answers of ours
	urgentAcks     = 30             // in place of both, where the author must hear that something was refused or made private
	unaskedEvery   = 24 * time.Hour // answers that the person did not ask for: "not read"
	sameTextWithin = 24 * time.Hour // the same words again are answered once
	sameTextLength = 40             // characters; people do write "ok" twice
	quickWithin    = time.Minute    // from our letter to so long a reply: no person is that fast, or not often
)

var bucketAnswers = []byte("answers") // person id → what was answered lately

// answered is what a person was answered lately.
type answered struct {
	Last    meeting.LetterKind `json:"last"`
	Times   []time.Time        `json:"times,omitempty"`   // of acknowledgements, within the hour
	ToAcks  []time.Time        `json:"to_acks,omitempty"` // those of them that answered an answer, within the day
	Unasked time.Time          `json:"unasked,omitzero"`  // the last answer that was not asked for
	Text    string             `json:"text,omitempty"`    // fingerprint of the words answered last
	At      time.Time          `json:"text_at,omitzero"`  // and when
	Quick   time.Time          `json:"quick,omitzero"`    // the last quick reply that was answered
}

// question is what an answer is wanted for.
type question struct {
	kind   meeting.LetterKind // of the answer
	to     meeting.LetterKind // of the letter that the reply answered, "" when unknown
	text   string             // fingerprint of its words, "" when they are too few to tell
	fast   bool               // many words within quickWithin, as programs write
	urgent bool               // the author must hear of it
}

// mayAnswer keeps the answers to one person within bounds and counts the answer that it allows.
func (f *Flow) mayAnswer(tx *bolt.Tx, person string, q question) (bool, error) {
	bucket, err := tx.CreateBucketIfNotExists(bucketAnswers)
	if err != nil {
		return false, err
	}
	var a answered
	if err := getJSON(bucket, person, &a); err != nil {
		return false, err
	}
	if !a.allows(q, f.now()) {
		return false, nil
	}
	a.count(q, f.now())
	return true, putJSON(bucket, person, a)
}

func (a *answered) allows(q question, now time.Time) bool {
	a.Times = since(a.Times, now.Add(-time.Hour))
	a.ToAcks = since(a.ToAcks, now.Add(-24*time.Hour))
	switch {
	case q.kind == meeting.LetterNotRead:
		return a.Last != q.kind && !now.Before(a.Unasked.Add(unaskedEvery))
	case q.urgent && !q.fast:
		return len(a.Times) < urgentAcks && len(a.ToAcks) < urgentAcks && !a.same(q.text, now)
	case len(a.Times) >= acksPerHour, isAnswer(q.to) && len(a.ToAcks) >= acksToAcks:
		return false
	case q.fast && (isAnswer(q.to) || now.Before(a.Quick.Add(unaskedEvery))):
		return false
	}
	return !a.same(q.text, now)
}

func (a *answered) count(q question, now time.Time) {
	a.Last = q.kind
	if q.text != "" {
		a.Text, a.At = q.text, now
	}
	if q.kind == meeting.LetterNotRead {
		a.Unasked = now
		return
	}
	if q.fast {
		a.Quick = now
	}
	a.Times = append(a.Times, now)
	if isAnswer(q.to) {
		a.ToAcks = append(a.ToAcks, now)
	}
}

// same tells whether these words were answered lately.
func (a *answered) same(text string, now time.Time) bool {
	return text != "" && text == a.Text && now.Before(a.At.Add(sameTextWithin))
}

// repeats finds a program that answers our answers: the very words that were answered lately come in answer to that.
func (k *desk) repeats(d *decision) bool {
	if k.flow.Policy.Vouched || !isAnswer(d.answers.Occasion.Kind) {
		return false
	}
	var a answered
	_ = k.flow.Ledger.DB.View(func(tx *bolt.Tx) error {
		if bucket := tx.Bucket(bucketAnswers); bucket != nil {
			return getJSON(bucket, d.entry.Person, &a)
		}
		return nil
	})
	return a.same(d.fingerprint(), k.flow.now())
}

// fast tells whether the mail has so many words so soon after the letter it answers that a program must have written it.
func (d *decision) fast() bool {
	return d.fingerprint() != "" && !d.answers.Sent.IsZero() && d.entry.Received.Before(d.answers.Sent.Add(quickWithin))
}

// fingerprint tells the new words of a mail again, "" for few words, for private ones, of which nothing is kept, and for a
// key, which no person types.
func (d *decision) fingerprint() string {
	other := func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }
	words := strings.Join(strings.FieldsFunc(strings.ToLower(d.text.Plain), other), " ")
	if d.entry.Private || d.enrols || len(words) < sameTextLength {
		return ""
	}
	return digest([]byte("words"), []byte(words))
}

func isAnswer(k meeting.LetterKind) bool { return k == meeting.LetterAck || k == meeting.LetterNotRead }

func since(times []time.Time, begin time.Time) []time.Time {
	return slices.DeleteFunc(times, func(t time.Time) bool { return t.Before(begin) })
}
