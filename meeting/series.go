package meeting

import (
	"slices"
	"sync"
	"time"

	"github.com/teambition/rrule-go"
)

// series remembers the starts of a rhythm, which are asked for again and again and take long to count from the first.
type series struct {
	mu     sync.Mutex
	rule   *rrule.RRule // nil for a broken rhythm
	starts []time.Time
	until  time.Time // up to which starts is complete
}

var known = struct {
	sync.Mutex
	series map[Rhythm]*series
}{series: map[Rhythm]*series{}}

const mostKnown = 10_000 // rhythms remembered at a time

func seriesOf(r Rhythm) *series {
	known.Lock()
	defer known.Unlock()
	s := known.series[r]
	if s == nil {
		if len(known.series) >= mostKnown {
			clear(known.series)
		}
		s = &series{}
		if rule, err := r.rule(); err == nil {
			s.rule = rule
		}
		known.series[r] = s
	}
	return s
}

func (s *series) between(from, to time.Time) []time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.rule == nil {
		return nil
	}
	if s.until.Before(to) {
		s.until = to.AddDate(1, 0, 0)
		s.starts = s.rule.Between(time.Time{}, s.until, false)
	}
	a, _ := slices.BinarySearchFunc(s.starts, from, time.Time.Compare)
	b, _ := slices.BinarySearchFunc(s.starts, to, time.Time.Compare)
	return slices.Clone(s.starts[a:max(a, b)])
}
