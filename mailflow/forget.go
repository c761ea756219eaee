package mailflow

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	bolt "go.etcd.io/bbolt"

	"duolog/mailflow/outbox"
	"duolog/meeting"
)

// Forgotten says what of a person is in the instance, or was before Forget.
type Forgotten struct {
	Pairs   []string // that they are in
	Items   int      // topics, promises, notes, comments, answers that are their words
	Private int      // private notes, which go with their key
	Letters int      // to them, and about their pairs, that the ledger and the outbox know
	As      string   // what the logs call them from now on; "" before
}

// ErrNoPerson means that nobody in the instance has the id. It wraps fs.ErrNotExist.
var ErrNoPerson = fmt.Errorf("no such person: %w", fs.ErrNotExist)

// Traces says what Forget would take out.
func (f *Flow) Traces(person string) (Forgotten, error) {
	f.Content.Reload()
	if _, err := f.Content.Person(person); errors.Is(err, fs.ErrNotExist) {
		return Forgotten{}, ErrNoPerson
	}
	var all Forgotten
	pairs, err := f.pairsOf(person)
	if err != nil {
		return all, err
	}
	for _, l := range pairs {
		items, private := l.Wrote(person)
		all.Pairs, all.Items, all.Private = append(all.Pairs, l.Pair.ID), all.Items+items, all.Private+private
	}
	letters, err := f.Ledger.Letters()
	for _, e := range letters {
		if e.Person == person || slices.Contains(all.Pairs, e.Pair) {
			all.Letters++
		}
	}
	return all, err
}

// pairsOf reads the logs of all pairs that the person is in. A pair that cannot be read is an error: it may be one of them.
func (f *Flow) pairsOf(person string) ([]*meeting.Log, error) {
	ids, err := f.Content.Pairs()
	if err != nil {
		return nil, err
	}
	var all []*meeting.Log
	for _, id := range ids {
		l, err := f.Content.Pair(id)
		if err != nil {
			return nil, err
		}
		if !l.Pair.Has(person) {
			continue
		}
		if l, err = f.Content.Log(id); err != nil {
			return nil, err
		}
		all = append(all, l)
	}
	return all, nil
}

// bucketForgetting remembers the new name of a person who is being forgotten, until that is done.
var bucketForgetting = []byte("forgetting")

// Forget takes a person out of the instance. Their words, private notes, keys, address and settings are deleted; their pairs end and
// go on under names that tell nothing, with the other's words, so the pages get new rooms and keys at the next build. It can be
// repeated after an interruption. What was mailed, and the history of the content folder, is out of its reach.
func (f *Flow) Forget(ctx context.Context, person string) (Forgotten, error) {
	all, err := f.Traces(person)
	if err != nil {
		return all, err
	}
	if all.As, err = f.newNameOf(person); err != nil {
		return all, err
	}
	gone := &meeting.Person{ID: all.As, Name: "Former colleague", Addresses: []string{all.As + "@invalid.invalid"}, Zone: "UTC", Language: "en", Paused: meeting.Stopped, Gone: true}
	if _, err := f.Content.Person(gone.ID); errors.Is(err, fs.ErrNotExist) {
		if err := f.Content.SavePerson(gone); err != nil {
			return all, err
		}
	}
	logs, err := f.pairsOf(person)
	if err != nil {
		return all, err
	}
	for _, l := range logs {
		if ctx.Err() != nil {
			return all, ctx.Err()
		}
		if err := f.forgetIn(l, person, all.As); err != nil {
			return all, fmt.Errorf("pair %s: %w", l.Pair.ID, err)
		}
	}
	if err := f.forgetPerson(person); err != nil { // before the file, without which nobody is known to be forgotten
		return all, err
	}
	if err := f.Content.RemovePerson(person); err != nil {
		return all, err
	}
	return all, f.Ledger.DB.Update(func(tx *bolt.Tx) error { return tx.Bucket(bucketForgetting).Delete([]byte(person)) })
}

func (f *Flow) newNameOf(person string) (name string, err error) {
	err = f.Ledger.DB.Update(func(tx *bolt.Tx) error {
		b, err := tx.CreateBucketIfNotExists(bucketForgetting)
		if err != nil {
			return err
		}
		if name = string(b.Get([]byte(person))); name != "" {
			return nil
		}
		random := make([]byte, 4)
		_, _ = rand.Read(random)
		name = "former-" + hex.EncodeToString(random)
		return b.Put([]byte(person), []byte(name))
	})
	return name, err
}

// forgetIn writes the log under its new name before the old one is removed.
func (f *Flow) forgetIn(l *meeting.Log, person, as string) error {
	old, now := l.Pair.ID, f.now()
	ended := l.Pair.Ended
	l.Forget(person, f.dayOf(l, now))
	l.Pair.Ended = cmp.Or(ended, l.Pair.Ended)
	l.Unfollow(now) // the calendar is the person's, too
	l.Rename(person, as)
	l.Pair.ID = as + "-" + l.Pair.Other(as)
	if l.Pair.Report != as {
		l.Pair.ID = l.Pair.Report + "-" + as
	}
	for n := 2; ; n++ { // they may have met in several logs
		other, err := f.Content.Pair(l.Pair.ID)
		if err != nil || other.Pair.Added.Equal(l.Pair.Added) && other.Pair.Kind == l.Pair.Kind {
			break
		}
		l.Pair.ID = fmt.Sprintf("%s-%d", strings.TrimSuffix(l.Pair.ID, fmt.Sprintf("-%d", n-1)), n)
	}
	delete(l.Private, as) // there is nothing under the new name yet
	stranger, err := f.Content.Person(as)
	if err != nil {
		return err
	}
	if l.Manager.ID == person {
		l.Manager = stranger
	} else {
		l.Report = stranger
	}
	if _, err := f.Content.Save(l); err != nil {
		return err
	}
	return f.RemovePair(old)
}

// RemovePair deletes a pair with its whole log, for both. The log goes last: as long as it is there, removing can be repeated.
func (f *Flow) RemovePair(pair string) error {
	if err := f.forgetPair(pair); err != nil {
		return err
	}
	return f.Content.RemovePair(pair)
}

// forgetPair takes the words of a pair that is over out of the ledger: letters that could still be answered, what is queued, what
// was held.
func (f *Flow) forgetPair(pair string) error {
	return f.forgetWhere(func(p, _ string) bool { return p == pair })
}

// forgetPerson takes all that is about one person out of the ledger.
func (f *Flow) forgetPerson(person string) error {
	err := f.Ledger.DB.Update(func(tx *bolt.Tx) error {
		for _, name := range [][]byte{bucketAnswers, bucketBounces} {
			if b := tx.Bucket(name); b != nil {
				if err := b.Delete([]byte(person)); err != nil {
					return err
				}
			}
		}
		return nil
	})
	return errors.Join(err, f.forgetWhere(func(_, p string) bool { return p == person }))
}

func (f *Flow) forgetWhere(about func(pair, person string) bool) error {
	var held []string
	err := f.Ledger.DB.Update(func(tx *bolt.Tx) error {
		if err := remove(tx.Bucket(bucketLetters), func(l Letter) bool { return about(l.Occasion.Pair, l.Occasion.Person) }); err != nil {
			return err
		}
		err := rewrite(tx.Bucket(bucketMails), "", func(e *Entry) bool {
			if !about(e.Pair, e.Person) {
				return false
			}
			if e.kept() {
				held = append(held, e.Key)
				e.Outcome, e.Retryable, e.Released = Dropped, false, true
			}
			e.Person, e.Effects, e.Todo, e.Detail, e.Occasion, e.Applied = "", nil, nil, "", nil, true
			return true
		})
		if err != nil {
			return err
		}
		if err := forgetCalendars(tx, about); err != nil {
			return err
		}
		_, err = outbox.Forget(tx, func(e outbox.Entry) bool { return about(e.Pair, e.Person) })
		return err
	})
	for _, key := range held {
		err = errors.Join(err, f.Ledger.forgetRaw(key))
	}
	return err
}
