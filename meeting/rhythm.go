package meeting

import (
	"fmt"
	"time"

	"github.com/teambition/rrule-go"
)

// Rhythm says when a pair meets: an RFC 5545 recurrence rule on a wall clock in one zone, so that "Thursday 16:00" stays
// 16:00 when the clocks change.
type Rhythm struct {
	Rule   string   `yaml:"rule" json:"rule"`     // RFC 5545, 3.3.10: "FREQ=WEEKLY;BYDAY=TH"
	First  string   `yaml:"first" json:"first"`   // local date and time of the first meeting: "2026-09-03 16:00"
	Zone   string   `yaml:"zone" json:"zone"`     // IANA name
	Length Duration `yaml:"length" json:"length"` // "30m"
}

// FirstLayout is how Rhythm.First is written.
const FirstLayout = "2006-01-02 15:04"

// Check reports what is wrong with the rhythm, nil when nothing is.
func (r Rhythm) Check() error {
	if _, err := Zone(r.Zone); err != nil || r.Zone == "" {
		return fmt.Errorf("rhythm: zone %q is not an IANA time zone such as Europe/Berlin", r.Zone)
	}
	if _, err := time.Parse(FirstLayout, r.First); err != nil {
		return fmt.Errorf("rhythm: first %q is not like %q", r.First, FirstLayout)
	}
	if _, err := r.rule(); err != nil {
		return fmt.Errorf("rhythm: rule %q: %w", r.Rule, err)
	}
	if r.Length <= 0 {
		return fmt.Errorf("rhythm: length is missing, write for example 30m")
	}
	return nil
}

// Between lists the starts in [from, to), in the rhythm's zone; none when the rhythm is broken or empty.
func (r Rhythm) Between(from, to time.Time) []time.Time {
	if !from.Before(to) {
		return nil
	}
	return seriesOf(r).between(from, to)
}

// Location is the zone of the rhythm, UTC when it is unknown.
func (r Rhythm) Location() *time.Location { return location(r.Zone) }

func (r Rhythm) rule() (*rrule.RRule, error) {
	option, err := r.option()
	if err != nil {
		return nil, err
	}
	return rrule.NewRRule(*option)
}

// maxInterval bounds the days, weeks, months or years between two meetings.
const maxInterval = 1000

func (r Rhythm) option() (*rrule.ROption, error) {
	zone := r.Location()
	first, err := time.ParseInLocation(FirstLayout, r.First, zone)
	if err != nil {
		return nil, err
	}
	option, err := rrule.StrToROptionInLocation(r.Rule, zone)
	if err != nil {
		return nil, err
	}
	switch {
	case option.Freq > rrule.DAILY:
		return nil, fmt.Errorf("meetings more often than daily are not a rhythm")
	case option.Interval > maxInterval || len(option.Byeaster) > 0: // the library panics beyond its calendar
		return nil, fmt.Errorf("nobody meets by the rule %q", r.Rule)
	}
	option.Dtstart = first
	return option, nil
}

// RRULE is the rule as RFC 5545 wants it beside a start with a time zone: its end in UTC, and no later than the given one; the zero time
// for none. It is "" for a broken rhythm.
func (r Rhythm) RRULE(end time.Time) string {
	option, err := r.option()
	if err != nil {
		return ""
	}
	rule, err := rrule.NewRRule(*option)
	switch {
	case err != nil:
		return ""
	case end.IsZero():
	case option.Count > 0 && !rule.After(end, false).IsZero():
		option.Count, option.Until = 0, end
	case option.Count == 0 && (option.Until.IsZero() || option.Until.After(end)):
		option.Until = end
	}
	return option.RRuleString()
}
