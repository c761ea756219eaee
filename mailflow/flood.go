package mailflow

import (
	"time"

	bolt "go.etcd.io/bbolt"
)

// mailsPerHour is how many mails of one person are taken within an hour. What comes beyond that is held: no person writes so
// much, and the log would be of no use any more.
const mailsPerHour = 300

var bucketTaken = []byte("taken") // person id → when mails of theirs were taken lately

// flooded tells whether so many mails of the person were taken within the hour that this one is held.
func (k *desk) flooded(e Entry) bool {
	return len(withinHour(k.takenFrom(e.Person), e.Received)) >= mailsPerHour
}

// takenFrom are the times of the person's last mails that were taken.
func (k *desk) takenFrom(person string) []time.Time {
	if _, asked := k.taken[person]; !asked {
		var times []time.Time
		_ = k.flow.Ledger.DB.View(func(tx *bolt.Tx) error {
			if bucket := tx.Bucket(bucketTaken); bucket != nil {
				return getJSON(bucket, person, &times)
			}
			return nil
		})
		k.taken[person] = times
	}
	return k.taken[person]
}

// withinHour are the times that are less than an hour from another.
func withinHour(times []time.Time, at time.Time) []time.Time {
	var near []time.Time
	for _, t := range times {
		if at.Sub(t).Abs() < time.Hour {
			near = append(near, t)
		}
	}
	return near
}

// putTaken counts an accepted mail.
func putTaken(tx *bolt.Tx, e Entry) error {
	if e.Outcome != Accepted || e.Released {
		return nil
	}
	bucket, err := tx.CreateBucketIfNotExists(bucketTaken)
	if err != nil {
		return err
	}
	var times []time.Time
	if err := getJSON(bucket, e.Person, &times); err != nil {
		return err
	}
	return putJSON(bucket, e.Person, append(withinHour(times, e.Received), e.Received))
}
