package outbox

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"time"

	"go.etcd.io/bbolt"
)

const (
	retryFirst = 5 * time.Minute
	retryMost  = 4 * time.Hour
	keepTrying = 5 * 24 * time.Hour
)

// backoff is the wait after so many tries: 5 min, doubling to 4 h, of which
// the last quarter is drawn so that waiting mails do not come back together.
func backoff(tries int) time.Duration {
	d := retryMost
	if tries < 8 {
		d = min(retryFirst<<max(tries-1, 0), retryMost)
	}
	return d - d/4 + rand.N(d/4)
}

var paceKey = []byte("pace")

// pace gives the times of the attempts of the last hour, oldest first.
func (s store) pace(now time.Time) ([]time.Time, error) {
	var times []time.Time
	if s.meta == nil || s.meta.Get(paceKey) == nil {
		return nil, nil
	}
	if err := json.Unmarshal(s.meta.Get(paceKey), &times); err != nil {
		return nil, fmt.Errorf("read outbox pace: %w", err)
	}
	for len(times) > 0 && now.Sub(times[0]) >= time.Hour {
		times = times[1:]
	}
	return times, nil
}

// mark adds an attempt to the pace.
func (s store) mark(now time.Time) error {
	times, err := s.pace(now)
	if err != nil {
		return err
	}
	record, err := json.Marshal(append(times, now))
	if err == nil {
		err = s.meta.Put(paceKey, record)
	}
	if err != nil {
		return fmt.Errorf("store outbox pace: %w", err)
	}
	return nil
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

// Pace is how near the queue is to its limits.
type Pace struct {
	Hour      int // attempts within the last hour
	PerMinute int // more wait
	PerHour   int // more stop the queue until Resume
}

// Pace tells how near the queue is to its limits.
func (q *Queue) Pace() (p Pace, err error) {
	p.PerMinute, p.PerHour = q.cfg.PerMinute, q.perHour()
	err = q.db.View(func(tx *bbolt.Tx) error {
		s, err := open(tx)
		if err != nil {
			return err
		}
		times, err := s.pace(q.Now())
		p.Hour = len(times)
		return err
	})
	return p, err
}

// free is when the next mail may go at so many a minute: now, or when the
// oldest of the last minute's full count is a minute old.
func free(times []time.Time, perMinute int, now time.Time) time.Time {
	if len(times) < perMinute {
		return now
	}
	if at := times[len(times)-perMinute].Add(time.Minute); at.After(now) {
		return at
	}
	return now
}
