package mailflow

import (
	"slices"
	"strings"
	"time"

	bolt "go.etcd.io/bbolt"

	"duolog/mailflow/message"
	"duolog/mailflow/outbox"
	"duolog/meeting"
)

// hardBounces is how many refusals for good in a row make a person undeliverable.
const hardBounces = 3

var bucketBounces = []byte("bounces") // person id → Bounces

// Bounces is what mail servers said lately of the mail to one person.
type Bounces struct {
	Person  string    `json:"person"`
	Address string    `json:"address"`
	Count   int       `json:"count"`  // refusals for good since the last sign of life
	Status  string    `json:"status"` // the last, such as "failed 5.1.1"
	Last    time.Time `json:"last"`
}

// Undeliverable tells that no letters are sent to the person but answers, until a mail of theirs comes, a letter arrives,
// or their address changes.
func (b Bounces) Undeliverable() bool { return b.Count >= hardBounces }

// Bounces lists the persons whose mail came back, for the operator.
func (l *Ledger) Bounces() (all []Bounces, err error) {
	err = l.DB.View(func(tx *bolt.Tx) error {
		bucket := tx.Bucket(bucketBounces)
		if bucket == nil {
			return nil
		}
		return bucket.ForEach(func(person, _ []byte) error {
			var b Bounces
			err := getJSON(bucket, string(person), &b)
			all = append(all, b)
			return err
		})
	})
	return all, err
}

// reportWithin is how long after a mail was queued a report on it is believed: mail servers try for five days, some for seven.
const reportWithin = 14 * 24 * time.Hour

// recordBounce notes what a delivery report says about a mail of ours, and changes nothing else. Whoever reads a letter knows its
// Message-ID; so the report must also be about the letter's recipient, and about a letter of late.
func (f *Flow) recordBounce(tx *bolt.Tx, d *decision) error {
	e, found, err := outbox.Find(tx, d.about)
	if err != nil || !found {
		return err
	}
	status, about := fate(d.bounce.Report, e.To)
	if !about || d.entry.Received.Before(e.Queued.Add(-time.Hour)) || d.entry.Received.After(e.Queued.Add(reportWithin)) {
		f.logger().Warn("a delivery report is not about the mail that it names", "key", d.entry.Key, "mail", e.Key)
		return nil
	}
	if _, err := outbox.Delivered(tx, d.about, status, d.entry.Received); err != nil || e.Person == "" {
		return err
	}
	switch action, code, _ := strings.Cut(status, " "); {
	case action == "delivered":
		return heard(tx, e.Person)
	case action == "failed" && !strings.HasPrefix(code, "4"):
		return f.countBounce(tx, e, status)
	}
	return nil
}

// fate is what the report says of one recipient, such as "failed 5.1.1". A server that forwarded the mail may name only the
// address it forwarded to; such a report is believed by its Original-Recipient.
func fate(r *message.Report, to string) (status string, about bool) {
	for _, x := range r.Recipients {
		if strings.EqualFold(x.Final, to) || strings.EqualFold(x.Original, to) || x.Final == "" && x.Original == "" {
			return strings.TrimSpace(strings.ToLower(x.Action) + " " + x.Status), true
		}
	}
	return "", false
}

func (f *Flow) countBounce(tx *bolt.Tx, e outbox.Entry, status string) error {
	bucket, err := tx.CreateBucketIfNotExists(bucketBounces)
	if err != nil {
		return err
	}
	var b Bounces
	if err := getJSON(bucket, e.Person, &b); err != nil {
		return err
	}
	if b.Address != e.To {
		b = Bounces{Person: e.Person, Address: e.To}
	}
	b.Count, b.Status, b.Last = b.Count+1, status, f.now()
	if b.Count == hardBounces {
		f.logger().Error("mail to a person comes back; no more letters are sent there", "person", e.Person, "status", status)
	}
	return putJSON(bucket, e.Person, b)
}

// heard forgets the bounces of a person who gave a sign of life.
func heard(tx *bolt.Tx, person string) error {
	if bucket := tx.Bucket(bucketBounces); bucket != nil {
		return bucket.Delete([]byte(person))
	}
	return nil
}

// reaches tells whether letters to the person arrive, as far as is known.
func (l *Ledger) reaches(p *meeting.Person) bool {
	all, err := l.Bounces()
	return err != nil || !slices.ContainsFunc(all, func(b Bounces) bool {
		return b.Person == p.ID && b.Undeliverable() && slices.Contains(p.Addresses[:min(1, len(p.Addresses))], b.Address)
	})
}
