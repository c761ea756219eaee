package ical

import (
	"fmt"
	"slices"
	"time"

	ics "github.com/arran4/golang-ical"
)

// ParseDays reads which days the events of an object take up, in their order: ISO dates, and spans of them such as
// "2026-12-24/2027-01-01". Only events of whole days count, even those without a UID, and each as if it did not recur. The error
// wraps ErrNone, or says which date is none.
func ParseDays(raw []byte) ([]string, error) {
	cal, err := components(raw)
	if err != nil {
		return nil, err
	}
	var days []string
	for _, e := range cal.Events() {
		start := text(e, "DTSTART")
		if len(start) != len(layoutDate) {
			continue
		}
		first, err := time.Parse(layoutDate, start)
		if err != nil {
			return nil, fmt.Errorf("%q is no date", start)
		}
		day := first.Format(time.DateOnly)
		if last, ok := lastDay(e); ok && last.After(first) {
			day += "/" + last.Format(time.DateOnly)
		}
		days = append(days, day)
	}
	slices.Sort(days)
	return slices.Compact(days), nil
}

// lastDay is the day before the one that an event of whole days names as its end. RFC 5545, 3.6.1.
func lastDay(v *ics.VEvent) (time.Time, bool) {
	end, err := time.Parse(layoutDate, text(v, "DTEND"))
	return end.AddDate(0, 0, -1), err == nil
}
