package outbox

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"go.etcd.io/bbolt"

	"duolog/stumble"
)

// Queue sends what Put queued. One goroutine at a time may call Flush or Run.
type Queue struct {
	cfg    Config
	db     *bbolt.DB
	kicked chan struct{}

	// Enrolled tells whether mail may go to an address. It is asked at the last
	// moment before each attempt. Nil: to nobody.
	Enrolled func(address string) bool
	// Fresh writes a mail that is Mail.Once at the moment it is sent, so that its words never lie in the queue: the bytes
	// go out instead of those queued and are forgotten. It is asked before each attempt. Nil: as queued.
	Fresh func(Entry) ([]byte, error)
	// Persons is how many persons are enrolled, for the breaker. Nil: none.
	Persons func() int
	// Now is the clock. New sets it to time.Now.
	Now func() time.Time
	// Log gets one line per attempt, without addresses. Nil is silent.
	Log *slog.Logger
	// Trouble hears, in Run, what the operator should know of. Nil: nobody.
	Trouble func(error)
}

// ErrStopped tells that the queue stands still and waits for Resume: the login
// or our address was refused, or the breaker opened.
var ErrStopped = errors.New("outbox stopped")

// New makes the queue over db, in which the caller may keep other buckets.
func New(db *bbolt.DB, cfg Config) (*Queue, error) {
	cfg, err := cfg.complete()
	if err != nil {
		return nil, err
	}
	return &Queue{cfg: cfg, db: db, Now: time.Now, kicked: make(chan struct{}, 1)}, nil
}

// Check connects and logs in, sending nothing.
func (q *Queue) Check(ctx context.Context) error {
	l, err := connect(ctx, q.cfg)
	if err != nil {
		return err
	}
	l.hangUp()
	return nil
}

// Flush sends every mail that is due, one after the other, as far as the caps
// allow. next is when something will be due, zero if nothing is open. The error
// is ErrStopped if the queue stands still, that the server could not be
// reached, or a bug over which a mail made us stumble; mails that fail for
// themselves are no error.
func (q *Queue) Flush(ctx context.Context) (next time.Time, err error) {
	err = stumble.Guard(func() error { return q.flush(ctx) })
	next, viewed := q.next()
	return next, errors.Join(err, viewed)
}

func (q *Queue) flush(ctx context.Context) error {
	if err := q.settle(); err != nil {
		return err
	}
	due, err := q.due()
	if err != nil {
		return err
	}
	var l *line
	defer func() {
		if l != nil {
			l.hangUp()
		}
	}()
	var bugs error
	for _, e := range due {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		more := false
		err := stumble.Guard(func() (err error) {
			more, err = q.one(ctx, &l, e)
			return err
		})
		switch {
		case stumble.In(err):
			bugs = errors.Join(bugs, err, q.passOver(e, l != nil && l.dotted, err))
			if l != nil {
				l.drop()
				l = nil
			}
		case err != nil || !more:
			return errors.Join(bugs, err)
		}
	}
	return bugs
}

// settle makes attempts that a crash cut off uncertain, and looks whether the
// queue stands still.
func (q *Queue) settle() error {
	return q.db.Update(func(tx *bbolt.Tx) error {
		s, err := open(tx)
		if err != nil {
			return err
		}
		stop, err := Stopped(tx)
		if err != nil {
			return err
		}
		if stop != nil {
			return fmt.Errorf("%w: %s", ErrStopped, stop.Reason)
		}
		var cut []Entry
		err = each(s.open, func(e Entry) error {
			if e.State == Attempting {
				cut = append(cut, e)
			}
			return nil
		})
		for _, e := range cut {
			q.doubt(&e, "we stopped before the server's answer was known")
			err = errors.Join(err, s.put(e))
		}
		return err
	})
}

// due gives the open mails whose time has come, the longest waiting first.
func (q *Queue) due() ([]Entry, error) {
	now := q.Now()
	var due []Entry
	err := q.db.View(func(tx *bbolt.Tx) error {
		s, err := open(tx)
		if err != nil {
			return err
		}
		return each(s.open, func(e Entry) error {
			if !e.Next.After(now) {
				due = append(due, e)
			}
			return nil
		})
	})
	slices.SortStableFunc(due, func(a, b Entry) int { return a.Next.Compare(b.Next) })
	return due, err
}

// next is when the next mail is due; zero if none is.
func (q *Queue) next() (next time.Time, err error) {
	err = q.db.View(func(tx *bbolt.Tx) error {
		s, err := open(tx)
		if err != nil {
			return err
		}
		return each(s.open, func(e Entry) error {
			if next.IsZero() || e.Next.Before(next) {
				next = e.Next
			}
			return nil
		})
	})
	return next, err
}

// Kick makes Run look at the queue at once. It never blocks.
func (q *Queue) Kick() {
	select {
	case q.kicked <- struct{}{}:
	default:
	}
}

// Run flushes until ctx ends: when kicked, when a mail falls due, and at least
// every minute. The mail under way when ctx ends gets a few seconds more.
func (q *Queue) Run(ctx context.Context) error {
	for {
		next, err := q.Flush(ctx)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil && q.Trouble != nil {
			q.Trouble(err)
		}
		wait := time.Minute
		if err == nil && !next.IsZero() {
			wait = min(wait, max(next.Sub(q.Now()), time.Second))
		}
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
		case <-q.kicked:
			timer.Stop()
		case <-timer.C:
		}
	}
}
