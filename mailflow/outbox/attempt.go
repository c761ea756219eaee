package outbox

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"go.etcd.io/bbolt"

	"duolog/stumble"
)

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

// doubt makes e uncertain: to be repeated once, later, if it was not already
// and will still have a point.
func (q *Queue) doubt(e *Entry, reason string) {
	now := q.Now()
	e.State, e.Reason, e.Changed, e.Next = Uncertain, reason, now, now.Add(q.cfg.Wait)
	if e.Once || e.Resent || !e.Next.Before(e.expires()) {
		e.Next = time.Time{}
	}
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
	if q.Log == nil {
		return
	}
	level := slog.LevelInfo
	if v == refused {
		level = slog.LevelWarn
	}
	q.Log.Log(context.Background(), level, message, "mail", e.Key, "verdict", v.String())
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
