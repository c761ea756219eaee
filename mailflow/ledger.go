package mailflow

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	bolt "go.etcd.io/bbolt"

	"duolog/mailflow/inbox"
	"duolog/mailflow/message"
	"duolog/mailflow/outbox"
	"duolog/meeting"
)

// Ledger remembers every mail that was dealt with and every letter that may be answered. It is one bbolt database, which the
// outbox shares, so that "applied" and "answer queued" become true together. bbolt was chosen because each commit is one
// fsynced B+tree page flip, it is a single file without a server, and a batch of mails is one transaction.
type Ledger struct {
	DB  *bolt.DB
	raw string // folder of the raw bytes of held mails
}

var (
	bucketMails   = []byte("mails")   // key of the mail → Entry
	bucketIDs     = []byte("ids")     // Message-ID → key of the first accepted mail that bore it
	bucketUIDs    = []byte("uids")    // UIDVALIDITY, UID → key of the mail
	bucketLetters = []byte("letters") // mark → Letter
)

// Outcome is what became of a mail.
type Outcome string

// The outcomes. Together they are all mails that ever came in.
const (
	Accepted  Outcome = "accepted"
	Held      Outcome = "held"
	Dropped   Outcome = "dropped"
	Bounced   Outcome = "bounce"
	Duplicate Outcome = "duplicate"
	Conflict  Outcome = "conflict"
)

// Entry is what the ledger knows of one mail. Its only text is that of the effects and of what is still to do, which never
// hold private text but sealed.
type Entry struct {
	Key       string            `json:"key"`
	MessageID string            `json:"message_id,omitempty"`
	Outcome   Outcome           `json:"outcome"`
	Reason    string            `json:"reason"`
	Detail    string            `json:"detail,omitempty"`
	Received  time.Time         `json:"received"`
	Person    string            `json:"person,omitempty"`
	Pair      string            `json:"pair,omitempty"`
	Occasion  *meeting.Occasion `json:"occasion,omitempty"`
	Effects   []meeting.Effect  `json:"effects,omitempty"`
	Todo      []planned         `json:"todo,omitempty"`      // what the mail asks for, until the log says it
	Private   bool              `json:"private,omitempty"`   // held private text: not kept in the mailbox
	Applied   bool              `json:"applied"`             // the log says it, and the answer is queued
	Copies    int               `json:"copies,omitempty"`    // how often the same mail came again
	Retryable bool              `json:"retryable,omitempty"` // held only until it is tried again
	Released  bool              `json:"released,omitempty"`  // the operator accepted it although it was held
}

// planned is an intent as the ledger keeps it: with the sealed text of a private note, which is never shown otherwise.
type planned struct {
	meeting.Intent
	Sealed string `json:"sealed,omitempty"`
}

// todo are the intents that changed something. Those that did not must not when they are carried out again, to a log that
// later mails changed.
func todo(intents []meeting.Intent, effects []meeting.Effect) []planned {
	var all []planned
	for i, x := range effects {
		if x.Result == meeting.Added || x.Result == meeting.Changed || x.Result == meeting.Commented {
			in := intents[i]
			in.Pos = x.Intent.Pos
			all = append(all, planned{in, in.Sealed})
		}
	}
	return all
}

func (e Entry) intents() []meeting.Intent {
	var all []meeting.Intent
	for _, p := range e.Todo {
		p.Intent.Sealed = p.Sealed
		all = append(all, p.Intent)
	}
	return all
}

// Letter is a mail of ours that may be answered: what it was about, and its exact words, so that they are known again in the quote.
type Letter struct {
	Occasion  meeting.Occasion `json:"occasion"`
	MessageID string           `json:"message_id"`
	Text      string           `json:"text"`
	HTML      string           `json:"html"`
	Sent      time.Time        `json:"sent"`
}

// OpenLedger opens the ledger in an instance's state folder, making it when it is new.
func OpenLedger(state string) (*Ledger, error) {
	if err := os.MkdirAll(filepath.Join(state, "held"), 0o700); err != nil {
		return nil, err
	}
	left, _ := filepath.Glob(filepath.Join(state, "held", ".*")) // of interrupted writes
	for _, name := range left {
		_ = os.Remove(name)
	}
	path := filepath.Join(state, "duolog.db")
	db, err := bolt.Open(path, 0o600, &bolt.Options{Timeout: 5 * time.Second})
	if err != nil {
		return nil, fmt.Errorf("open ledger %s: %w", path, err)
	}
	if err := makeBuckets(db); err != nil {
		return nil, errors.Join(fmt.Errorf("make ledger %s: %w", path, err), db.Close())
	}
	return &Ledger{DB: db, raw: filepath.Join(state, "held")}, nil
}

// makeBuckets makes what a new ledger lacks. It writes nothing into one that has all, so that verbs that only look work while the
// disk is full.
func makeBuckets(db *bolt.DB) error {
	names, missing := [][]byte{bucketMails, bucketIDs, bucketUIDs, bucketLetters}, false
	err := db.View(func(tx *bolt.Tx) error {
		missing = slices.ContainsFunc(names, func(name []byte) bool { return tx.Bucket(name) == nil })
		return nil
	})
	if err != nil || !missing {
		return err
	}
	return db.Update(func(tx *bolt.Tx) error {
		for _, name := range names {
			if _, err := tx.CreateBucketIfNotExists(name); err != nil {
				return err
			}
		}
		return nil
	})
}

// Close closes the database.
func (l *Ledger) Close() error { return l.DB.Close() }

// Key is the identity of a mail: its Message-ID together with its content, so that the same mail by another path is the
// same, and another mail that bears the same Message-ID is not.
func Key(m *message.Message) string {
	hash := m.ContentHash()
	return digest([]byte(m.ID), hash[:])
}

// Known tells whether the mail in that place of the mailbox was dealt with for good.
func (l *Ledger) Known(id inbox.ID) bool {
	e, filed := l.at(id)
	return filed || e.settled()
}

// at returns what is known of the mail in a place of the mailbox, the zero Entry when nothing is. filed tells that the
// mail was moved from there, or marked where the server cannot move, so that nothing is left to do.
func (l *Ledger) at(id inbox.ID) (e Entry, filed bool) {
	_ = l.DB.View(func(tx *bolt.Tx) error {
		key := tx.Bucket(bucketUIDs).Get(placeOf(id))
		if filed = bytes.HasPrefix(key, filedMark); !filed {
			e, _ = getEntry(tx, string(key))
		}
		return nil
	})
	return e, filed
}

// filedMark stands before the key of a mail that was filed.
var filedMark = []byte("filed ")

// markFiled notes that the mails in those places were filed.
func (l *Ledger) markFiled(ids []inbox.ID) error {
	return l.DB.Update(func(tx *bolt.Tx) error {
		for _, id := range ids {
			key := tx.Bucket(bucketUIDs).Get(placeOf(id))
			if key == nil || bytes.HasPrefix(key, filedMark) {
				continue
			}
			if err := tx.Bucket(bucketUIDs).Put(placeOf(id), slices.Concat(filedMark, key)); err != nil {
				return err
			}
		}
		return nil
	})
}

// settled tells that nothing is left to do but to file the mail.
func (e Entry) settled() bool { return e.Key != "" && !e.pending() && !e.Retryable }

// kept tells that the mail waits for the operator, with its raw bytes.
func (e Entry) kept() bool { return (e.Outcome == Held || e.Outcome == Conflict) && !e.Released }

// pending tells that the mail was journaled as accepted, but perhaps not applied yet.
func (e Entry) pending() bool { return e.Outcome == Accepted && !e.Applied }

// Entry returns what is known of a mail by its key.
func (l *Ledger) Entry(key string) (e Entry, ok bool) {
	_ = l.DB.View(func(tx *bolt.Tx) error {
		e, ok = getEntry(tx, key)
		return nil
	})
	return e, ok
}

// Entries calls each for every mail, in the order of keys, until it returns false.
func (l *Ledger) Entries(each func(Entry) bool) error {
	return l.DB.View(func(tx *bolt.Tx) error {
		c := tx.Bucket(bucketMails).Cursor()
		for k, v := c.First(); k != nil; k, v = c.Next() {
			var e Entry
			if err := json.Unmarshal(v, &e); err != nil {
				return fmt.Errorf("ledger entry %s: %w", k, err)
			}
			if !each(e) {
				return nil
			}
		}
		return nil
	})
}

// firstWithID returns the key of the first accepted mail that bore the Message-ID, "" when none did.
func (l *Ledger) firstWithID(id string) (key string) {
	if id == "" {
		return ""
	}
	_ = l.DB.View(func(tx *bolt.Tx) error {
		key = string(tx.Bucket(bucketIDs).Get([]byte(id)))
		return nil
	})
	return key
}

// Letter returns the letter with that mark.
func (l *Ledger) Letter(mark string) (letter Letter, ok bool) {
	_ = l.DB.View(func(tx *bolt.Tx) error {
		v := tx.Bucket(bucketLetters).Get([]byte(mark))
		ok = v != nil && json.Unmarshal(v, &letter) == nil
		return nil
	})
	return letter, ok
}

// Letters lists the letters in the outbox, whatever became of them.
func (l *Ledger) Letters() (letters []outbox.Entry, err error) {
	err = l.DB.View(func(tx *bolt.Tx) error {
		letters, err = outbox.List(tx)
		return err
	})
	return letters, err
}

// Outgoing returns the letter in the outbox with this Message-ID, false when we wrote none.
func (l *Ledger) Outgoing(messageID string) (e outbox.Entry, ok bool, err error) {
	err = l.DB.View(func(tx *bolt.Tx) error {
		e, ok, err = outbox.Find(tx, messageID)
		return err
	})
	return e, ok, err
}

// Stopped tells why no letter is sent at all, nil when letters are sent.
func (l *Ledger) Stopped() (stop *outbox.Stop, err error) {
	err = l.DB.View(func(tx *bolt.Tx) error {
		stop, err = outbox.Stopped(tx)
		return err
	})
	return stop, err
}

// Resume lets letters be sent again.
func (l *Ledger) Resume() error { return l.DB.Update(outbox.Resume) }

func getEntry(tx *bolt.Tx, key string) (Entry, bool) {
	var e Entry
	v := tx.Bucket(bucketMails).Get([]byte(key))
	return e, v != nil && json.Unmarshal(v, &e) == nil
}

func putEntry(tx *bolt.Tx, e Entry) error {
	v, err := json.Marshal(e)
	if err != nil {
		return err
	}
	if err := tx.Bucket(bucketMails).Put([]byte(e.Key), v); err != nil {
		return err
	}
	ids := tx.Bucket(bucketIDs) // only an accepted mail takes an id, so that a forged one cannot take it first
	if e.MessageID == "" || e.Outcome != Accepted || ids.Get([]byte(e.MessageID)) != nil {
		return nil
	}
	return ids.Put([]byte(e.MessageID), []byte(e.Key))
}

// putPlace remembers where a mail lies. fresh tells that this copy of it was not known there.
func putPlace(tx *bolt.Tx, id inbox.ID, key string) (fresh bool, err error) {
	if id == (inbox.ID{}) {
		return true, nil
	}
	places := tx.Bucket(bucketUIDs)
	fresh = places.Get(placeOf(id)) == nil
	return fresh, places.Put(placeOf(id), []byte(key))
}

func putLetter(tx *bolt.Tx, mark string, letter Letter) error {
	v, err := json.Marshal(letter)
	if err != nil {
		return err
	}
	return tx.Bucket(bucketLetters).Put([]byte(mark), v)
}

func placeOf(id inbox.ID) []byte {
	b := make([]byte, 8)
	binary.BigEndian.PutUint32(b, id.Validity)
	binary.BigEndian.PutUint32(b[4:], id.UID)
	return b
}

func digest(parts ...[]byte) string {
	h := sha256.New()
	for _, p := range parts {
		h.Write(binary.BigEndian.AppendUint64(nil, uint64(len(p))))
		h.Write(p)
	}
	return hex.EncodeToString(h.Sum(nil)[:12])
}
