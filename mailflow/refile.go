package mailflow

import (
	"context"
	"errors"
	"fmt"

	bolt "go.etcd.io/bbolt"

	"duolog/mailflow/inbox"
	"duolog/mailflow/message"
)

// bucketRefile has the keys of mails that the operator accepted or dropped, but that still lie in the mailbox's folder of held
// mails.
var bucketRefile = []byte("refile")

// putRefile remembers that a mail no longer belongs among the held ones.
func putRefile(tx *bolt.Tx, key string) error {
	bucket, err := tx.CreateBucketIfNotExists(bucketRefile)
	if err != nil {
		return err
	}
	return bucket.Put([]byte(key), []byte{1})
}

// eachRefile calls each for every mail that the operator accepted or dropped and that may still lie among the held ones.
func eachRefile(tx *bolt.Tx, each func(Entry)) error {
	bucket := tx.Bucket(bucketRefile)
	if bucket == nil {
		return nil
	}
	return bucket.ForEach(func(key, _ []byte) error {
		e, _ := getEntry(tx, string(key))
		e.Key = string(key)
		each(e)
		return nil
	})
}

// Refile takes the mails that the operator accepted or dropped out of the folder of held mails: those with private text are
// deleted, the others moved to Done. It is quick when there are none, and leaves the session with the folder open that it had.
func (f *Flow) Refile(ctx context.Context, box *inbox.Session) error {
	waiting := map[string]bool{}
	err := f.Ledger.DB.View(func(tx *bolt.Tx) error {
		return eachRefile(tx, func(e Entry) {
			if !e.interrupted() { // it stays where it is until its log has it
				waiting[e.Key] = true
			}
		})
	})
	if err != nil || len(waiting) == 0 || f.DryRun {
		return err
	}
	opened := box.Folder()
	if err := box.Select(ctx, f.HeldFolder); err != nil {
		return err
	}
	err = f.refile(ctx, box, waiting)
	if err == nil {
		err = f.Ledger.DB.Update(func(tx *bolt.Tx) error {
			for key := range waiting {
				if err := tx.Bucket(bucketRefile).Delete([]byte(key)); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return errors.Join(err, box.Select(ctx, opened))
}

func (f *Flow) refile(ctx context.Context, box *inbox.Session, waiting map[string]bool) error {
	ids, err := box.Unknown(ctx, nil)
	if err != nil {
		return fmt.Errorf("list held mails: %w", err)
	}
	var private, done []inbox.ID
	err = box.Fetch(ctx, ids, func(batch []inbox.Message) error {
		for _, in := range batch {
			m, err := message.Parse(in.Raw)
			if err != nil || in.TooLarge || in.Broken != nil || !waiting[Key(m)] {
				continue
			}
			if e, _ := f.Ledger.Entry(Key(m)); e.Private {
				private = append(private, in.ID)
			} else {
				done = append(done, in.ID)
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("read held mails: %w", err)
	}
	if len(private) > 0 {
		err = f.delete(ctx, box, private)
	}
	if len(done) > 0 {
		err = errors.Join(err, box.Move(ctx, done, f.DoneFolder))
	}
	return err
}
