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
