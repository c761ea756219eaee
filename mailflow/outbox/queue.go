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
// was refused, or the breaker opened.
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
// is ErrStopped if the queue stands still, or that the server could not be
// reached; mails that fail for themselves are no error.
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

// one deals with one mail that is due, over the line that is open, else over a new one. more tells whether others may follow.
func (q *Queue) one(ctx context.Context, l **line, e Entry) (more bool, err error) {
	if done, err := q.withoutSending(e); err != nil || done {
		return true, err
	}
	if full, err := q.capped(); err != nil || full {
		return false, err
	}
	if *l == nil {
		if *l, err = connect(ctx, q.cfg); err != nil {
			return false, q.unreachable(e, err)
		}
	}
	usable, err := q.attempt(*l, e)
	if !usable {
		(*l).hangUp()
		*l = nil
	}
	return true, err
}

// passOver leaves a mail over which we stumbled. It is tried again, unless the server may have it: then it stays in doubt, for with the
// same bug each mail would arrive twice.
func (q *Queue) passOver(before Entry, dotted bool, cause error) error {
	var e Entry
	err := q.db.View(func(tx *bbolt.Tx) (err error) {
		e, _, err = Get(tx, before.Key)
		return err
	})
	switch {
	case err != nil || !e.open():
		return err
	case e.State == Attempting && dotted:
		return q.close(e, Uncertain, cause.Error())
	}
	return q.postpone(before, cause.Error())
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

// doubt makes e uncertain: to be repeated once, later, if it was not already
// and will still have a point.
func (q *Queue) doubt(e *Entry, reason string) {
	now := q.Now()
	e.State, e.Reason, e.Changed, e.Next = Uncertain, reason, now, now.Add(q.cfg.Wait)
	if e.Once || e.Resent || !e.Next.Before(e.expires()) {
		e.Next = time.Time{}
	}
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

// withoutSending closes mails that must not go out.
func (q *Queue) withoutSending(e Entry) (done bool, err error) {
	var reason string
	switch {
	case q.Enrolled == nil || !q.Enrolled(e.To):
		reason = "address is not enrolled"
	case !q.Now().Before(e.expires()):
		reason = "expired; " + e.Reason
	default:
		return false, nil
	}
	if e.State == Uncertain { // its first copy may have arrived
		return true, q.close(e, Uncertain, e.Reason)
	}
	return true, q.close(e, Failed, reason)
}

// capped tells whether the minute's count is full. A full hour stops the queue.
func (q *Queue) capped() (full bool, err error) {
	now := q.Now()
	var broken bool
	err = q.db.Update(func(tx *bbolt.Tx) error {
		s, err := open(tx)
		if err != nil {
			return err
		}
		times, err := s.pace(now)
		if err != nil {
			return err
		}
		full = free(times, q.cfg.PerMinute, now).After(now)
		if broken = len(times) >= q.perHour(); broken {
			return s.stop(breakerReason, now)
		}
		return nil
	})
	if err == nil && broken {
		err = fmt.Errorf("%w: %s", ErrStopped, breakerReason)
	}
	return full, err
}

const breakerReason = "more mails in an hour than so few persons can need; looks like a loop"

func (q *Queue) perHour() int {
	if q.cfg.PerHour > 0 {
		return q.cfg.PerHour
	}
	persons := 0
	if q.Persons != nil {
		persons = q.Persons()
	}
	return max(3*persons, 30)
}

// unreachable postpones the mail that found the server missing. The others keep
// their turn: they are tried at the next Flush. A refused login stops the queue.
func (q *Queue) unreachable(e Entry, cause error) error {
	if errors.Is(cause, errLogin) {
		return q.halt(cause)
	}
	return errors.Join(cause, q.postpone(e, cause.Error()))
}

// halt stops the queue for the operator; no mail's state changes.
func (q *Queue) halt(cause error) error {
	err := q.db.Update(func(tx *bbolt.Tx) error {
		s, err := open(tx)
		if err != nil {
			return err
		}
		return s.stop(cause.Error(), q.Now())
	})
	return errors.Join(fmt.Errorf("%w: %w", ErrStopped, cause), err)
}

// attempt sends one mail over l and records the verdict.
func (q *Queue) attempt(l *line, e Entry) (usable bool, err error) {
	before := e
	raw, err := q.rawOf(e)
	switch {
	case err != nil && e.Once && !stumble.In(err): // whoever writes it has trouble; the others go on
		return true, q.postpone(e, err.Error())
	case err != nil:
		return true, err
	}
	v, usable, cause := l.send(e, raw, func() error { return q.journal(&e) })
	q.log("mail attempted", e, v)
	switch v {
	case accepted:
		return usable, q.close(e, Sent, "")
	case unknown:
		q.doubt(&e, "no answer after the mail was sent: "+cause.Error())
		return usable, q.save(e)
	case refused:
		if before.State == Uncertain { // only the repetition was refused
			return usable, q.close(e, Uncertain, "repetition refused: "+cause.Error())
		}
		return usable, q.close(e, Failed, cause.Error())
	case locked:
		return usable, errors.Join(q.halt(cause), q.save(before))
	case aborted:
		return usable, fmt.Errorf("journal attempt of mail %s: %w", e.Key, cause)
	}
	return usable, q.postpone(before, cause.Error())
}

func (q *Queue) rawOf(e Entry) (raw []byte, err error) {
	if e.Once && q.Fresh != nil {
		if raw, err = q.Fresh(e); err != nil {
			return nil, fmt.Errorf("write mail %s: %w", e.Key, err)
		}
		return crlf(raw), nil
	}
	err = q.db.View(func(tx *bbolt.Tx) error {
		raw = openRaw(tx, e.Key)
		if len(raw) == 0 {
			return fmt.Errorf("outbox has no bytes of mail %s", e.Key)
		}
		return nil
	})
	return raw, err
}

// journal records that from now on the server may have the mail.
func (q *Queue) journal(e *Entry) error {
	now := q.Now()
	e.Resent = e.State == Uncertain
	e.State, e.Changed = Attempting, now
	return q.db.Update(func(tx *bbolt.Tx) error {
		s, err := open(tx)
		if err != nil {
			return err
		}
		if s.raw.Get([]byte(e.Key)) == nil {
			return errors.New("it was withdrawn")
		}
		return errors.Join(s.mark(now), s.put(*e))
	})
}

// postpone tries e again later. An uncertain mail stays uncertain.
func (q *Queue) postpone(e Entry, reason string) error {
	now := q.Now()
	e.Tries++
	e.Reason, e.Next = reason, now.Add(backoff(e.Tries))
	if last := e.expires(); e.Next.After(last) {
		e.Next = last
	}
	if e.State != Uncertain {
		e.State, e.Changed = Deferred, now
	}
	return q.save(e)
}

func (q *Queue) close(e Entry, state State, reason string) error {
	e.State, e.Reason, e.Next, e.Changed = state, reason, time.Time{}, q.Now()
	return q.save(e)
}

func (q *Queue) save(e Entry) error {
	return q.db.Update(func(tx *bbolt.Tx) error {
		s, err := open(tx)
		if err != nil {
			return err
		}
		return s.put(e)
	})
}

func (q *Queue) log(message string, e Entry, v verdict) {
	if q.Log != nil {
		q.Log.Info(message, "mail", e.Key, "verdict", v.String())
	}
}

func (v verdict) String() string {
	return [...]string{"accepted", "refused", "postponed", "unknown", "locked", "aborted"}[v]
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
