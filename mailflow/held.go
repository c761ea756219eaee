package mailflow

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	bolt "go.etcd.io/bbolt"

	"duolog/mailflow/inbox"
)

// ErrNotHeld means that no held mail has the key.
var ErrNotHeld = errors.New("no held mail with that key")

// HeldMails lists the mails that wait for the operator, the oldest first.
func (l *Ledger) HeldMails() ([]Entry, error) {
	var held []Entry
	err := l.Entries(func(e Entry) bool {
		if (e.Outcome == Held || e.Outcome == Conflict) && !e.Released {
			held = append(held, e)
		}
		return true
	})
	slices.SortFunc(held, func(a, b Entry) int { return a.Received.Compare(b.Received) })
	return held, err
}

// HeldMail returns one held mail and its raw bytes. key may be shortened to a unique beginning.
func (l *Ledger) HeldMail(key string) (Entry, []byte, error) {
	held, err := l.HeldMails()
	if err != nil {
		return Entry{}, nil, err
	}
	var found []Entry
	for _, e := range held {
		if len(key) >= 4 && len(e.Key) >= len(key) && e.Key[:len(key)] == key {
			found = append(found, e)
		}
	}
	if len(found) != 1 {
		return Entry{}, nil, ErrNotHeld
	}
	raw, err := os.ReadFile(l.rawPath(found[0].Key))
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	return found[0], raw, err
}

// AcceptHeld applies a held mail on the operator's word that its sender is who the token says. Only mails with a genuine token can
// be accepted so, because nothing else tells whose log they would change.
func (f *Flow) AcceptHeld(ctx context.Context, key string) (Entry, error) {
	e, raw, err := f.Ledger.HeldMail(key)
	if err != nil {
		return e, err
	}
	if e.Person == "" {
		return e, fmt.Errorf("mail %s bears no token of ours, so nobody can tell whose log it would change", e.Key)
	}
	f.Content.Reload()
	vouched := *f
	vouched.Policy.Vouched = true
	done, err := vouched.deal(ctx, []inbox.Message{{Raw: raw, Received: e.Received, Size: int64(len(raw))}})
	if err != nil {
		return e, err
	}
	switch d := done[0]; {
	case d.problem != nil:
		return d.entry, d.problem
	case d.entry.Outcome != Accepted:
		return d.entry, fmt.Errorf("mail %s cannot be accepted: %s", e.Key, d.entry.Reason)
	}
	return done[0].entry, f.Ledger.DB.Update(func(tx *bolt.Tx) error { return putRefile(tx, e.Key) })
}

// DropHeld takes a held mail from the operator's list for good.
func (f *Flow) DropHeld(key string) (Entry, error) {
	e, _, err := f.Ledger.HeldMail(key)
	if err != nil {
		return e, err
	}
	e.Outcome, e.Retryable, e.Released = Dropped, false, true
	err = f.Ledger.DB.Update(func(tx *bolt.Tx) error { return errors.Join(putEntry(tx, e), putRefile(tx, e.Key)) })
	if err != nil {
		return e, err
	}
	return e, f.Ledger.forgetRaw(e.Key)
}

// sweep removes the raw bytes of mails that the ledger knows as held no longer. Of what it does not know at all nothing else may be left.
func (l *Ledger) sweep() error {
	names, err := filepath.Glob(filepath.Join(l.raw, "*.eml"))
	if err != nil {
		return err
	}
	var problem error
	for _, name := range names {
		key := strings.TrimSuffix(filepath.Base(name), ".eml")
		if e, known := l.Entry(key); known && !e.kept() {
			problem = errors.Join(problem, l.forgetRaw(key))
		}
	}
	return problem
}

func (l *Ledger) forgetRaw(key string) error {
	if err := os.Remove(l.rawPath(key)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
