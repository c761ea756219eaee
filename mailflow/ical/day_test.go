package ical

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestDaysAreReadFromEventsOfWholeDays(t *testing.T) {
	holidays := calendar("BEGIN:VEVENT\nUID:1\nDTSTART;VALUE=DATE:20261225\nDTEND;VALUE=DATE:20261227\nSUMMARY:Christmas\nEND:VEVENT\n" +
		"BEGIN:VEVENT\nDTSTART;VALUE=DATE:20261003\nSUMMARY:Unity Day\nEND:VEVENT\n" +
		"BEGIN:VEVENT\nUID:3\nDTSTART:20261101T100000Z\nDTEND:20261101T110000Z\nSUMMARY:no holiday\nEND:VEVENT\n")
	got, err := ParseDays(holidays)
	if want := []string{"2026-10-03", "2026-12-25/2026-12-26"}; err != nil || !slices.Equal(got, want) {
		t.Errorf("want %v, came %v, %v", want, got, err)
	}
	if _, err := ParseDays([]byte("not a calendar")); !errors.Is(err, ErrNone) {
		t.Errorf("what is no calendar: want ErrNone, came %v", err)
	}
	if days, err := ParseDays(calendar("BEGIN:VEVENT\nUID:1\nDTSTART:20261232\nEND:VEVENT\n")); err == nil || !strings.Contains(err.Error(), "20261232") {
		t.Errorf("want the date named that is none, came %v, %v", days, err)
	}
}

func FuzzParseDays(f *testing.F) {
	f.Add([]byte("BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:20261225\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"))
	f.Add(calendar("BEGIN:VEVENT\nDTSTART:20261225\nDTEND:20261227\nEND:VEVENT\n"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		days, err := ParseDays(raw)
		if err != nil {
			return
		}
		isDay := func(s string) bool {
			_, err := time.Parse(time.DateOnly, s)
			return err == nil
		}
		for _, d := range days {
			first, last, spans := strings.Cut(d, "/")
			if !isDay(first) || spans && (!isDay(last) || last <= first) {
				t.Errorf("%q is no day and no span of days", d)
			}
		}
	})
}
