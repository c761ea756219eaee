package meeting

import (
	"slices"
	"strings"
	"time"
)

// free tells whether the day, an ISO date, is a focus day or a holiday of the pair: no meeting is planned on it, and no mail
// that can wait is sent.
func (l *Log) free(day string) bool {
	date, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return false
	}
	weekday := strings.ToUpper(date.Weekday().String()[:2])
	within := func(span string) bool {
		first, last, spans := strings.Cut(span, "/")
		return day == first || spans && first <= day && day <= last
	}
	return slices.Contains(l.Pair.Settings.FocusDays, weekday) || slices.ContainsFunc(l.Pair.Settings.Holidays, within) || slices.ContainsFunc(l.Holidays, within)
}

// workday is the same time of day on the first day from then on that is not free, within a fortnight.
func (l *Log) workday(at time.Time) time.Time {
	for range 14 {
		if !l.free(at.Format(time.DateOnly)) {
			break
		}
		at = at.AddDate(0, 0, 1)
	}
	return at
}
