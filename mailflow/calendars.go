package mailflow

import (
	"errors"
	"fmt"
	"strings"
	"time"

	bolt "go.etcd.io/bbolt"

	"duolog/mailflow/letter"
	"duolog/mailflow/outbox"
	"duolog/meeting"
)

var bucketCalendars = []byte("calendars") // pair and person → what the person's calendar was given, by UID

// organizerUntil is how long calendar programs can answer: an invitation lives as long as its pair, and one that changes its organizer
// is another one to them. The pair's epoch revokes these addresses with all others.
var organizerUntil = time.Date(2100, time.January, 1, 0, 0, 0, 0, time.UTC)

// calendars is what a letter must know to keep the calendar of its reader up to date.
func (f *Flow) calendars(tx *bolt.Tx, person, pair string) (letter.Calendars, error) {
	stamp, err := f.Policy.Register.Stamp(person, pair, pair+"/calendar/"+person, organizerUntil)
	if err != nil {
		return letter.Calendars{}, err
	}
	c := letter.Calendars{Organizer: stamp.ReplyTo, Name: f.Name, Has: map[string]letter.Copy{}}
	if bucket := tx.Bucket(bucketCalendars); bucket != nil {
		err = getJSON(bucket, pair+"/"+person, &c.Has)
	}
	return c, err
}

// rememberInvite notes what the calendar of the letter's reader has once the letter came.
func rememberInvite(tx *bolt.Tx, o meeting.Occasion, c letter.Calendars, i *letter.Invite) error {
	if i == nil {
		return nil
	}
	bucket, err := tx.CreateBucketIfNotExists(bucketCalendars)
	if err != nil {
		return err
	}
	c.Has[i.UID] = i.Copy
	return putJSON(bucket, o.Pair+"/"+o.Person, c.Has)
}

// attach puts the letter's invitation into the mail.
func attach(d *outbox.Draft, i *letter.Invite) {
	if i != nil {
		d.Calendar, d.CalendarMethod, d.CalendarInline = i.Object, i.Method, i.Inline
	}
}

// outdated tells whether the person's calendar shows what is no longer so. Only a letter that is about nothing else depends on it.
func (f *Flow) outdated(o meeting.Occasion, log *meeting.Log) (bool, error) {
	outdated := false
	err := f.Ledger.DB.View(func(tx *bolt.Tx) error {
		c, err := f.calendars(tx, o.Person, o.Pair)
		if err != nil {
			return fmt.Errorf("calendar of %s: %w", o.Person, err)
		}
		outdated = letter.Outdated(log, o.Person, f.now(), c)
		return nil
	})
	return outdated, err
}

// forgetCalendars forgets what people's calendars were given: a pair that begins anew under the same name invites anew.
func forgetCalendars(tx *bolt.Tx, about func(pair, person string) bool) error {
	bucket := tx.Bucket(bucketCalendars)
	if bucket == nil {
		return nil
	}
	var gone [][]byte
	err := bucket.ForEach(func(key, _ []byte) error {
		if pair, person, _ := strings.Cut(string(key), "/"); about(pair, person) {
			gone = append(gone, key)
		}
		return nil
	})
	for _, key := range gone {
		err = errors.Join(err, bucket.Delete(key))
	}
	return err
}
