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
		if e.kept() {
			held = append(held, e)
		}
		return true
	})
	slices.SortFunc(held, func(a, b Entry) int { return a.Received.Compare(b.Received) })
	return held, err
}

// HeldMail returns one held mail and its raw bytes. key may be shortened to a unique beginning.
func (l *Ledger) HeldMail(key string) (Entry, []byte, error) { return l.rawMail(key, Entry.kept) }

// rawMail finds the one mail with that key, or beginning of a key, among some whose raw bytes are kept.
func (l *Ledger) rawMail(key string, among func(Entry) bool) (Entry, []byte, error) {
	var found []Entry
	err := l.Entries(func(e Entry) bool {
		if len(key) >= 4 && strings.HasPrefix(e.Key, key) && among(e) {
			found = append(found, e)
		}
		return true
	})
	if err != nil {
		return Entry{}, nil, err
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
// be accepted so, because nothing else tells whose log they would change. What stops halfway is gone on with by the next pass, or by
// accepting again.
func (f *Flow) AcceptHeld(ctx context.Context, key string) (Entry, error) {
	e, raw, err := f.Ledger.rawMail(key, func(e Entry) bool { return e.kept() || e.interrupted() })
	if err != nil {
		return e, err
	}
	if e.Person == "" {
		return e, fmt.Errorf("mail %s bears no token of ours, so nobody can tell whose log it would change", e.Key)
	}
	f.Content.Reload()
	return f.vouch(ctx, e, raw)
}

// vouch deals with a held mail as the operator wants.
func (f *Flow) vouch(ctx context.Context, e Entry, raw []byte) (Entry, error) {
	if len(raw) == 0 {
		return e, fmt.Errorf("mail %s: its bytes are gone", e.Key)
	}
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
	return done[0].entry, nil
}

// interrupted tells that the operator accepted the mail, but that its log may not have it yet.
func (e Entry) interrupted() bool { return e.pending() && e.Released }

// finishAccepted goes on with the mails that the operator accepted where that was interrupted. No mail of theirs lies in the mailbox's
// inbox to do it.
func (f *Flow) finishAccepted(ctx context.Context) error {
	var keys []string
	err := f.Ledger.DB.View(func(tx *bolt.Tx) error {
		return eachRefile(tx, func(e Entry) {
			if e.interrupted() {
				keys = append(keys, e.Key)
			}
		})
	})
	if f.DryRun {
		return err
	}
	for _, key := range keys {
		e, raw, problem := f.Ledger.rawMail(key, Entry.interrupted)
		if problem == nil {
			_, problem = f.vouch(ctx, e, raw)
		}
		if problem != nil {
			err = errors.Join(err, fmt.Errorf("mail %s, which the operator accepted: %w", key, problem))
		}
	}
	return err
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

// sweep removes the raw bytes of mails that the ledger knows as held no longer, and whose log has what they asked for. Bytes that it does
// not know may be all that is left of a mail.
func (l *Ledger) sweep() error {
	names, err := filepath.Glob(filepath.Join(l.raw, "*.eml"))
	if err != nil {
		return err
	}
	var problem error
	for _, name := range names {
		key := strings.TrimSuffix(filepath.Base(name), ".eml")
		if e, known := l.Entry(key); known && !e.kept() && !e.interrupted() {
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
