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
