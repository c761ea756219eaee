package mailflow

import (
	"time"

	bolt "go.etcd.io/bbolt"

	"duolog/mailflow/outbox"
)

// rememberLetters is how long it is remembered that a letter went out, so that none is owed twice.
const rememberLetters = 400 * 24 * time.Hour

// Tidy forgets what has had its time: of mails dealt with more than keep ago all but what became of them, since the same mail
// may come again; letters that nobody can answer any more. Held mails are left to the operator. A keep of 0 is for ever. Raw bytes that could
// not be removed when their mail ceased to be held are removed now.
func (f *Flow) Tidy(keep time.Duration) error {
	now := f.now()
	if err := f.Ledger.sweep(); err != nil {
		return err
	}
	return f.Ledger.DB.Update(func(tx *bolt.Tx) error {
		err := remove(tx.Bucket(bucketLetters), func(l Letter) bool { return l.Sent.Before(now.Add(-validity)) })
		if err != nil {
			return err
		}
		if aliases := tx.Bucket(bucketAliases); aliases != nil {
			if err := remove(aliases, func(a alias) bool { return a.At.Before(now.Add(-rememberAliases)) }); err != nil {
				return err
			}
		}
		if links := tx.Bucket(bucketLinks); links != nil {
			if err := remove(links, func(l link) bool { return l.Expires.Before(now.Add(-rememberLetters)) }); err != nil {
				return err
			}
		}
		if _, err := outbox.Prune(tx, now.Add(-rememberLetters)); err != nil || keep == 0 {
			return err
		}
		return rewrite(tx.Bucket(bucketMails), "", func(e *Entry) bool {
			if !e.settled() || e.kept() || !e.Received.Before(now.Add(-keep)) || e.Effects == nil && e.Detail == "" {
				return false
			}
			e.Effects, e.Detail = nil, ""
			return true
		})
	})
}
