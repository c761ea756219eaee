package outbox

import (
	"context"
	"errors"
	"fmt"
)

// Try sends one mail at once, past the queue and its caps, to nobody but ourselves: it is for trying out a provider. The
// error is nil only if the server took the mail.
func (q *Queue) Try(ctx context.Context, from, to string, raw []byte) error {
	l, err := connect(ctx, q.cfg)
	if err != nil {
		return err
	}
	defer l.hangUp()
	v, _, err := l.send(Entry{From: from, To: to}, raw, func() error { return nil })
	if v == accepted {
		return nil
	}
	return fmt.Errorf("trial mail: %w", errors.Join(err, errNotTaken))
}

var errNotTaken = errors.New("the server did not take it")
