package outbox

import (
	"errors"
	"fmt"

	"go.etcd.io/bbolt"
)

// Withdraw takes back a mail that no server can have yet and forgets it, as if it had never been queued: its key may be
// queued again. done is false if there is no such mail, or if it was attempted already.
func Withdraw(tx *bbolt.Tx, key string) (done bool, err error) {
	s, err := open(tx)
	if err != nil {
		return false, err
	}
	e, found, err := s.get(key)
	if err != nil || !found || e.State != Queued && e.State != Deferred {
		return false, err
	}
	err = errors.Join(s.open.Delete([]byte(key)), s.raw.Delete([]byte(key)), s.ids.Delete([]byte(e.MessageID)))
	if err != nil {
		return false, fmt.Errorf("withdraw mail %s: %w", key, err)
	}
	return true, nil
}

// Forget removes all that is known of the mails that which chooses, sent or not, and returns how many they were. Those that were not
// sent yet are not sent any more. Their keys could be queued again.
func Forget(tx *bbolt.Tx, which func(Entry) bool) (int, error) {
	s, err := open(tx)
	if err != nil {
		return 0, err
	}
	var gone []Entry
	for _, b := range []*bbolt.Bucket{s.open, s.closed} {
		err := each(b, func(e Entry) error {
			if which(e) {
				gone = append(gone, e)
			}
			return nil
		})
		if err != nil {
			return 0, err
		}
	}
	for _, e := range gone {
		key := []byte(e.Key)
		err := errors.Join(s.open.Delete(key), s.closed.Delete(key), s.raw.Delete(key), s.ids.Delete([]byte(e.MessageID)))
		if err != nil {
			return 0, fmt.Errorf("forget mail %s: %w", e.Key, err)
		}
	}
	return len(gone), nil
}
