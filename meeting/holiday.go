package meeting

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	ics "github.com/arran4/golang-ical"
)

// Free tells whether the day, an ISO date, is a focus day or a holiday of the pair: no meeting is planned on it, and no mail
// that can wait is sent.
func (l *Log) Free(day string) bool {
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
		if !l.Free(at.Format(time.DateOnly)) {
			break
		}
		at = at.AddDate(0, 0, 1)
	}
	return at
}

// ReadHolidays reads the days of a calendar of holidays, for Settings.Holidays and Log.Holidays. Only events of whole days
// count; the end of such an event is the day after its last. RFC 5545, 3.6.1.
func ReadHolidays(r io.Reader) ([]string, error) {
	cal, err := ics.ParseCalendar(r)
	if err != nil {
		return nil, fmt.Errorf("calendar of holidays: %w", err)
	}
	var days []string
	for _, e := range cal.Events() {
		p := e.GetProperty(ics.ComponentPropertyDtStart)
		if p == nil || len(p.Value) != len("20060102") {
			continue
		}
		first, err := time.Parse("20060102", p.Value)
		if err != nil {
			return nil, fmt.Errorf("calendar of holidays: date %q: %w", p.Value, err)
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

func lastDay(e *ics.VEvent) (time.Time, bool) {
	p := e.GetProperty(ics.ComponentPropertyDtEnd)
	if p == nil {
		return time.Time{}, false
	}
	end, err := time.Parse("20060102", p.Value)
	return end.AddDate(0, 0, -1), err == nil
}
