// Package outbox is the durable queue of the mails we send.
//
// A mail is written to the queue in the caller's transaction, together with
// whatever made it necessary, before any connection is dialed; its Key names
// the activity, so that the same activity queued twice is one mail. Nobody
// else submits mail. What became of a mail is decided by the server's answer
// to the final dot alone: 250 is sent, no answer is uncertain (never "failed",
// never simply tried again), and errors before or after the dot say nothing
// about the mail (RFC 5321, 4.2.5 and 4.5.3.2.6; RFC 1047).
//
// This is the only package that knows go-mail. It uses go-mail's SMTP client
// below the message type: bytes go out as they were queued, and the answer to
// the dot is told apart from trouble with RSET or QUIT.
package outbox

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/mail"
	"strings"
	"time"

	"go.etcd.io/bbolt"
)

// Mail is one mail to one person.
type Mail struct {
	// Key names the activity the mail belongs to, such as
	// "ack/<mail identity>" or "agenda/priya-sam/2026-12-03/priya". A key is
	// queued once, whatever becomes of the mail.
	Key string
	// MessageID is the one in Raw, without its angle brackets.
	MessageID string
	// From is the envelope's sender, where bounces go; empty is the null sender.
	From string
	// To is the envelope's only recipient.
	To string
	// Raw is the complete mail. It is sent as it is, but bare CR or LF line
	// ends become CRLF (RFC 5321, 2.3.8).
	Raw []byte
	// NotAfter is when the mail has lost its point, such as the start of the
	// meeting it prepares. Zero means five days after it was queued.
	NotAfter time.Time
	// Pair, Person and Kind tell the operator what the mail is: ids, not names.
	Pair, Person, Kind string
	// Once is for a mail that Queue.Fresh writes anew each time: when it is uncertain whether it arrived, it is not
	// repeated, since the server could take the second copy, with other words, for the first.
	Once bool
}

// State is how far a mail has come.
type State string

// The states of a mail. Queued, Attempting and Deferred go on by themselves;
// so does Uncertain until its one repetition, which Entry.Next tells.
const (
	Queued     State = "queued"     // not tried yet
	Attempting State = "attempting" // journaled: from here on the server may have it
	Deferred   State = "deferred"   // will be tried again at Next
	Uncertain  State = "uncertain"  // the server's answer to the dot did not come
	Sent       State = "sent"       // the server said 250: it is the server's now
	Failed     State = "failed"     // refused for good, expired, or not enrolled
)

// Entry is what the queue knows about a mail, without its bytes.
type Entry struct {
	Key       string    `json:"key"`
	MessageID string    `json:"message_id"`
	From      string    `json:"from"`
	To        string    `json:"to"`
	Pair      string    `json:"pair,omitempty"`
	Person    string    `json:"person,omitempty"`
	Kind      string    `json:"kind,omitempty"`
	Size      int       `json:"size"`
	Queued    time.Time `json:"queued"`
	NotAfter  time.Time `json:"not_after"`
	State     State     `json:"state"`
	// Tries counts the connections and attempts that ended without a verdict.
	Tries int `json:"tries,omitempty"`
	// Next is when the mail is tried next; zero when it never is again.
	Next time.Time `json:"next"`
	// Changed is when State changed last.
	Changed time.Time `json:"changed"`
	// Reason is the server's last answer or ours, for the operator.
	Reason string `json:"reason,omitempty"`
	// Once tells that the mail is never repeated.
	Once bool `json:"once,omitempty"`
	// Resent tells that the one repetition of an uncertain mail was made.
	Resent bool `json:"resent,omitempty"`
	// Delivery is what a delivery report said since, as given to Delivered.
	Delivery string `json:"delivery,omitempty"`
	// Reported is when that report came.
	Reported time.Time `json:"reported,omitzero"`
}

// open tells whether the queue still has something to do with the mail.
func (e Entry) open() bool { return !e.Next.IsZero() || e.State == Attempting }

// expires is when the mail has lost its point.
func (e Entry) expires() time.Time {
	if last := e.Queued.Add(keepTrying); e.NotAfter.IsZero() || e.NotAfter.After(last) {
		return last
	}
	return e.NotAfter
}

// ErrInvalid tells that a mail cannot be queued: a bug of whoever wrote it.
var ErrInvalid = errors.New("not a mail that can be sent")

// Put queues m in the caller's transaction as of now. It does nothing if
// m.Key was queued before.
func Put(tx *bbolt.Tx, m Mail, now time.Time) error {
	s, err := open(tx)
	if err != nil {
		return err
	}
	if err := m.check(); err != nil {
		return fmt.Errorf("queue mail %s: %w", m.Key, err)
	}
	_, known, err := s.get(m.Key)
	if err != nil || known {
		return err
	}
	if key := s.ids.Get([]byte(m.MessageID)); key != nil {
		return fmt.Errorf("queue mail %s: %w: message id is that of %s", m.Key, ErrInvalid, key)
	}
	raw := crlf(m.Raw)
	e := Entry{
		Key: m.Key, MessageID: m.MessageID, From: m.From, To: m.To,
		Pair: m.Pair, Person: m.Person, Kind: m.Kind, Size: len(raw),
		Queued: now, NotAfter: m.NotAfter, State: Queued, Next: now, Changed: now, Once: m.Once,
	}
	if err := s.put(e); err != nil {
		return err
	}
	if err := s.ids.Put([]byte(e.MessageID), []byte(e.Key)); err != nil {
		return fmt.Errorf("queue mail %s: %w", m.Key, err)
	}
	if err := s.raw.Put([]byte(e.Key), raw); err != nil {
		return fmt.Errorf("queue mail %s: %w", m.Key, err)
	}
	return nil
}

// check refuses what would be a wrong mail, or more than one command, on the
// wire.
func (m Mail) check() error {
	switch {
	case m.Key == "" || len(m.Key) > 1024:
		return fmt.Errorf("%w: bad key", ErrInvalid)
	case !isAddress(m.To):
		return fmt.Errorf("%w: bad recipient", ErrInvalid)
	case m.From != "" && !isAddress(m.From):
		return fmt.Errorf("%w: bad envelope sender", ErrInvalid)
	}
	parsed, err := mail.ReadMessage(bytes.NewReader(m.Raw))
	if err != nil {
		return fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	ids := parsed.Header["Message-Id"]
	if m.MessageID == "" || len(ids) != 1 || ids[0] != "<"+m.MessageID+">" {
		return fmt.Errorf("%w: its Message-ID is not the one stated", ErrInvalid)
	}
	return nil
}

// isAddress tells whether s is one plain address that can stand between the
// angle brackets of MAIL or RCPT.
func isAddress(s string) bool {
	if strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r == 0x7f || strings.ContainsRune("<>()\"\\,;", r) }) {
		return false
	}
	a, err := mail.ParseAddress("<" + s + ">")
	return err == nil && a.Address == s
}

// crlf gives raw with every line end as CRLF, and one at its end: raw itself where it is so.
func crlf(raw []byte) []byte {
	both := bytes.Count(raw, []byte("\r\n"))
	if bytes.HasSuffix(raw, []byte("\r\n")) && bytes.Count(raw, []byte("\r")) == both && bytes.Count(raw, []byte("\n")) == both {
		return raw
	}
	out := make([]byte, 0, len(raw)+len(raw)/32+2)
	for i, c := range raw {
		switch {
		case c == '\r' && (i+1 == len(raw) || raw[i+1] != '\n'):
			out = append(out, '\r', '\n')
		case c == '\n' && (i == 0 || raw[i-1] != '\r'):
			out = append(out, '\r', '\n')
		default:
			out = append(out, c)
		}
	}
	if !bytes.HasSuffix(out, []byte("\r\n")) {
		out = append(out, '\r', '\n')
	}
	return out
}

// The store lies in one bucket of the database with one bucket each for:
// entries still open, entries closed, raw mails of the open ones, keys by
// Message-ID, and the state of the queue itself.
var root = []byte("outbox")

type store struct{ open, closed, raw, ids, meta *bbolt.Bucket }

// open gives the store, made if the transaction may write. In a read-only
// transaction before anything was queued every bucket is nil.
func open(tx *bbolt.Tx) (store, error) {
	var s store
	top := tx.Bucket(root)
	if top == nil && !tx.Writable() {
		return s, nil
	}
	if top == nil {
		var err error
		if top, err = tx.CreateBucket(root); err != nil {
			return s, fmt.Errorf("open outbox: %w", err)
		}
	}
	for name, b := range map[string]**bbolt.Bucket{
		"open": &s.open, "closed": &s.closed, "raw": &s.raw, "ids": &s.ids, "meta": &s.meta,
	} {
		*b = top.Bucket([]byte(name))
		if *b != nil || !tx.Writable() {
			continue
		}
		var err error
		if *b, err = top.CreateBucket([]byte(name)); err != nil {
			return s, fmt.Errorf("open outbox: %w", err)
		}
	}
	return s, nil
}

func (s store) get(key string) (e Entry, ok bool, err error) {
	for _, b := range []*bbolt.Bucket{s.open, s.closed} {
		if b == nil {
			continue
		}
		if record := b.Get([]byte(key)); record != nil {
			if err := json.Unmarshal(record, &e); err != nil {
				return e, false, fmt.Errorf("read outbox entry %s: %w", key, err)
			}
			return e, true, nil
		}
	}
	return e, false, nil
}

// put stores e where it belongs and forgets the bytes of a closed mail.
func (s store) put(e Entry) error {
	record, err := json.Marshal(e)
	if err != nil {
		return fmt.Errorf("store outbox entry %s: %w", e.Key, err)
	}
	to, from := s.open, s.closed
	if !e.open() {
		to, from = s.closed, s.open
		err = s.raw.Delete([]byte(e.Key))
	}
	err = errors.Join(err, from.Delete([]byte(e.Key)), to.Put([]byte(e.Key), record))
	if err != nil {
		return fmt.Errorf("store outbox entry %s: %w", e.Key, err)
	}
	return nil
}

// each calls f with every entry of b, in the order of keys.
func each(b *bbolt.Bucket, f func(Entry) error) error {
	if b == nil {
		return nil
	}
	return b.ForEach(func(key, record []byte) error {
		var e Entry
		if err := json.Unmarshal(record, &e); err != nil {
			return fmt.Errorf("read outbox entry %s: %w", key, err)
		}
		return f(e)
	})
}
