package outbox

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"go.etcd.io/bbolt"
)

// List gives every mail the queue knows, oldest first.
func List(tx *bbolt.Tx) ([]Entry, error) {
	s, err := open(tx)
	if err != nil {
		return nil, err
	}
	var entries []Entry
	for _, b := range []*bbolt.Bucket{s.open, s.closed} {
		err := each(b, func(e Entry) error {
			entries = append(entries, e)
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(entries, func(a, b Entry) int { return a.Queued.Compare(b.Queued) })
	return entries, nil
}

// Get gives the entry of a key, and false if that key was never queued.
func Get(tx *bbolt.Tx, key string) (Entry, bool, error) {
	s, err := open(tx)
	if err != nil {
		return Entry{}, false, err
	}
	return s.get(key)
}

// Find gives the entry of the mail with this Message-ID (without brackets),
// and false if we sent no such mail.
func Find(tx *bbolt.Tx, messageID string) (Entry, bool, error) {
	s, err := open(tx)
	if err != nil || s.ids == nil {
		return Entry{}, false, err
	}
	key := s.ids.Get([]byte(messageID))
	if key == nil {
		return Entry{}, false, nil
	}
	return s.get(string(key))
}

// openRaw gives the bytes of a mail that is still open, nil of any other.
func openRaw(tx *bbolt.Tx, key string) []byte {
	s, err := open(tx)
	if err != nil || s.raw == nil {
		return nil
	}
	return bytes.Clone(s.raw.Get([]byte(key)))
}

// Delivered records what a delivery report of time now says about the mail
// with this Message-ID, such as "failed 5.1.1" or "delayed". It changes nothing
// else, but that an uncertain mail the report speaks of did reach the server:
// it is not repeated. found is false if we sent no such mail.
func Delivered(tx *bbolt.Tx, messageID, status string, now time.Time) (found bool, err error) {
	e, found, err := Find(tx, messageID)
	if err != nil || !found {
		return false, err
	}
	s, err := open(tx)
	if err != nil {
		return false, err
	}
	e.Delivery, e.Reported = status, now
	if e.State == Uncertain || e.State == Attempting {
		e.State, e.Next, e.Changed = Sent, time.Time{}, now
		e.Reason = "known from a delivery report"
	}
	return true, s.put(e)
}

// Prune forgets mails that were closed before the given time. Their keys could
// be queued again, so that time must lie before any activity that may still
// be repeated.
func Prune(tx *bbolt.Tx, before time.Time) (int, error) {
	s, err := open(tx)
	if err != nil {
		return 0, err
	}
	var old []Entry
	err = each(s.closed, func(e Entry) error {
		if e.Changed.Before(before) {
			old = append(old, e)
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	for _, e := range old {
		if err := s.closed.Delete([]byte(e.Key)); err != nil {
			return 0, fmt.Errorf("prune outbox: %w", err)
		}
		if err := s.ids.Delete([]byte(e.MessageID)); err != nil {
			return 0, fmt.Errorf("prune outbox: %w", err)
		}
	}
	return len(old), nil
}

// Stop is why the whole queue stands still, until Resume.
type Stop struct {
	At     time.Time `json:"at"`
	Reason string    `json:"reason"`
}

var stopKey = []byte("stop")

// Stopped gives why the queue stands still, nil if it does not.
func Stopped(tx *bbolt.Tx) (*Stop, error) {
	s, err := open(tx)
	if err != nil || s.meta == nil {
		return nil, err
	}
	record := s.meta.Get(stopKey)
	if record == nil {
		return nil, nil
	}
	var stop Stop
	if err := json.Unmarshal(record, &stop); err != nil {
		return nil, fmt.Errorf("read outbox stop: %w", err)
	}
	return &stop, nil
}

// Resume lets a stopped queue go on and its breaker count from nothing.
func Resume(tx *bbolt.Tx) error {
	s, err := open(tx)
	if err != nil {
		return err
	}
	if err := s.meta.Delete(stopKey); err != nil {
		return fmt.Errorf("resume outbox: %w", err)
	}
	if err := s.meta.Delete(paceKey); err != nil {
		return fmt.Errorf("resume outbox: %w", err)
	}
	return nil
}

func (s store) stop(reason string, now time.Time) error {
	record, err := json.Marshal(Stop{At: now, Reason: reason})
	if err == nil {
		err = s.meta.Put(stopKey, record)
	}
	if err != nil {
		return fmt.Errorf("stop outbox: %w", err)
	}
	return nil
}
