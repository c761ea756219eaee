package ical

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"duolog/mailflow/mailtest"
)

var berlin = func() *time.Location {
	l, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		panic(err)
	}
	return l
}()

// calendar wraps lines into an object with CRLF.
func calendar(lines string) []byte {
	return []byte(strings.ReplaceAll("BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//example.org//EN\n"+lines+"END:VCALENDAR\n", "\n", "\r\n"))
}

const exchangeZone = `BEGIN:VTIMEZONE
TZID:Customized Time Zone
BEGIN:STANDARD
DTSTART:16010101T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE
`

func TestATimeIsReadInWhateverWayItsZoneIsNamed(t *testing.T) {
	for property, want := range map[string]string{
		"DTSTART:20261203T150000Z":                                                    "2026-12-03 16:00",
		"DTSTART;TZID=Europe/Berlin:20261203T160000":                                  "2026-12-03 16:00",
		"dtstart;tzid=America/New_York:20261203T100000":                               "2026-12-03 16:00",
		"DTSTART;TZID=\"Europe/Berlin\":20260703T160000":                              "2026-07-03 16:00",
		"DTSTART;TZID=W. Europe Standard Time:20261203T160000":                        "2026-12-03 16:00",
		"DTSTART;TZID=Eastern Standard Time:20261203T100000":                          "2026-12-03 16:00",
		"DTSTART;TZID=India Standard Time:20261203T203000":                            "2026-12-03 16:00",
		"DTSTART;TZID=/freeassociation.sourceforge.net/Europe/Berlin:20261203T160000": "2026-12-03 16:00",
		"DTSTART;TZID=/mozilla.org/20050126_1/America/New_York:20261203T100000":       "2026-12-03 16:00",
		"DTSTART;TZID=America/Argentina/Ushuaia:20261203T120000":                      "2026-12-03 16:00",
		"DTSTART;TZID=\"tzone://Microsoft/Utc\":20261203T150000":                      "2026-12-03 16:00",
		"DTSTART;TZID=Customized Time Zone:20261203T160000":                           "2026-12-03 16:00",
		"DTSTART;TZID=Customized Time Zone:20270703T160000":                           "2027-07-03 16:00",
		"DTSTART;TZID=Customized Time Zone:20270328T030000":                           "2027-03-28 03:00",
		"DTSTART;TZID=nobody knows:20261203T160000":                                   "2026-12-03 16:00",
		"DTSTART:20261203T160000":                                                     "2026-12-03 16:00",
	} {
		c, err := Parse(calendar(exchangeZone+"BEGIN:VEVENT\nUID:1\n"+property+"\nEND:VEVENT\n"), berlin)
		if err != nil || len(c.Events) != 1 {
			t.Errorf("%s: %+v, %v", property, c, err)
			continue
		}
		if got := c.Events[0].Start.In(berlin).Format("2006-01-02 15:04"); got != want {
			t.Errorf("%s: want %s, got %s", property, want, got)
		}
	}
	c, _ := Parse(calendar("X-WR-TIMEZONE:America/New_York\nBEGIN:VEVENT\nUID:1\nDTSTART:20261203T100000\nEND:VEVENT\n"), berlin)
	if got := c.Events[0].Start.In(berlin).Format("15:04"); got != "16:00" {
		t.Errorf("a floating time of a calendar that names its zone: want 16:00, got %s", got)
	}
}

func TestOnlyAnAnswerNeedNotSayWhenItsEventStarts(t *testing.T) {
	for method, want := range map[string]int{"REPLY": 1, "COUNTER": 0, "REQUEST": 0, "CANCEL": 0} {
		c, err := Parse(calendar("METHOD:"+method+"\nBEGIN:VEVENT\nUID:1\nattendee;partstat=accepted;cn=Priya:mailto:priya@example.org\nEND:VEVENT\n"), berlin)
		if err != nil || len(c.Events) != want {
			t.Fatalf("%s: want %d events, got %+v, %v", method, want, c, err)
		}
		if want == 0 {
			continue
		}
		if a := c.Events[0].Attendees; !c.Events[0].Start.IsZero() || len(a) != 1 || a[0] != (Attendee{Address: "priya@example.org", Name: "Priya", Status: "ACCEPTED"}) {
			t.Errorf("want Priya's answer without a start, got %+v", c.Events[0])
		}
	}
}

func TestEveryWindowsZoneIsOneOfTzdata(t *testing.T) {
	if len(windows) < 130 {
		t.Errorf("want the whole table, got %d", len(windows))
	}
	for name, zone := range windows {
		if _, err := time.LoadLocation(zone); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// series is one event with everything that a calendar program may have done to it.
const series = `BEGIN:VEVENT
UID:weekly@example.org
SUMMARY:1:1 Priya / Sam
DTSTART;TZID=Customized Time Zone:20260903T160000
DTEND;TZID=Customized Time Zone:20260903T164500
RRULE:FREQ=WEEKLY;BYDAY=TH;UNTIL=20270415T140000Z
EXDATE;TZID=Customized Time Zone:20261126T160000,20261224T160000
EXDATE;VALUE=DATE:20261231
RDATE;TZID=Customized Time Zone:20261207T090000
END:VEVENT
BEGIN:VEVENT
UID:weekly@example.org
SUMMARY:1:1 Priya / Sam
RECURRENCE-ID:20261210T150000Z
DTSTART:20261211T090000Z
DURATION:PT1H
SEQUENCE:1
END:VEVENT
BEGIN:VEVENT
UID:weekly@example.org
SUMMARY:1:1 Priya / Sam
RECURRENCE-ID;TZID=W. Europe Standard Time:20261217T160000
DTSTART;TZID=W. Europe Standard Time:20261217T160000
STATUS:CANCELLED
END:VEVENT
BEGIN:VEVENT
UID:other@example.org
SUMMARY:Board meeting
DTSTART;TZID=Customized Time Zone:20260903T100000
RRULE:FREQ=DAILY
END:VEVENT
BEGIN:VEVENT
UID:day@example.org
SUMMARY:1:1 Priya / Sam
DTSTART;VALUE=DATE:20261206
END:VEVENT
`

func titled(title string) func(Event) bool {
	return func(e Event) bool { return strings.EqualFold(e.Summary, title) }
}

func at(s string) time.Time {
	v, err := time.ParseInLocation("2006-01-02 15:04", s, berlin)
	if err != nil {
		panic(err)
	}
	return v
}

func TestOccurrencesAreTheSeriesWithAllThatWasDoneToIt(t *testing.T) {
	c, err := Parse(calendar(exchangeZone+series), time.UTC)
	if err != nil {
		t.Fatal(err)
	}
	all, err := c.Occurrences(titled("1:1 priya / sam"), at("2026-11-19 00:00"), at("2027-01-15 00:00"))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, o := range all {
		line := o.Start.In(berlin).Format("2 Jan 15:04") + " " + o.Length.String()
		if !o.Planned.Equal(o.Start) {
			line += " instead of " + o.Planned.In(berlin).Format("2 Jan 15:04")
		}
		if o.Cancelled {
			line += " cancelled"
		}
		got = append(got, line)
	}
	want := []string{
		"19 Nov 16:00 45m0s", "3 Dec 16:00 45m0s", "7 Dec 09:00 45m0s", "11 Dec 10:00 1h0m0s instead of 10 Dec 16:00", "17 Dec 16:00 0s cancelled",
		"7 Jan 16:00 45m0s", "14 Jan 16:00 45m0s",
	}
	if !slices.Equal(got, want) {
		t.Errorf("want\n%s\ngot\n%s", strings.Join(want, "\n"), strings.Join(got, "\n"))
	}
}

// Over two changes of the clocks and back, in zones that tzdata, Windows or only the object knows, by rules of every kind: libical, which
// shares nothing with us, counts the same.
func TestLibicalCountsTheSameOccurrences(t *testing.T) {
	until := at("2028-06-01 00:00")
	for _, zone := range []string{"Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Santiago", "Asia/Kolkata", "Customized Time Zone"} {
		t.Run(zone, func(t *testing.T) {
			var events strings.Builder
			if zone == "Customized Time Zone" {
				events.WriteString(exchangeZone)
			}
			for i, rule := range rulesToCount {
				fmt.Fprintf(&events, "BEGIN:VEVENT\nUID:%d\nDTSTAMP:20260901T000000Z\nDTSTART;TZID=%s:20260903T163000\nRRULE:%s\nEXDATE;TZID=%s:20261210T163000\nEND:VEVENT\n", i, zone, rule, zone)
			}
			object := calendar(events.String())
			want, err := mailtest.ReadWithLibical(object, until)
			if err != nil {
				t.Fatal(err)
			}
			c, err := Parse(object, time.UTC)
			if err != nil {
				t.Fatal(err)
			}
			for i, e := range want.Events {
				all, err := c.Occurrences(func(own Event) bool { return own.UID == e.UID }, at("2026-01-01 00:00"), until)
				var got []int64
				for _, o := range all {
					got = append(got, o.Start.Unix())
				}
				if len(got) == len(e.Starts)+1 { // a start off its rule counts here (RFC 5545, 3.8.5.3), not there
					got = got[1:]
				}
				if err != nil || !slices.Equal(got, e.Starts) || len(got) < 2 {
					t.Errorf("%s: libical counts %d, we %d, %v\n%v\n%v", rulesToCount[i], len(e.Starts), len(got), err, e.Starts, got)
				}
			}
		})
	}
}

var rulesToCount = []string{
	"FREQ=WEEKLY;BYDAY=TH", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH", "FREQ=MONTHLY;BYDAY=1TH,-1TH", "FREQ=MONTHLY;BYMONTHDAY=3,31", "FREQ=DAILY;INTERVAL=10;COUNT=40",
	"FREQ=WEEKLY;BYDAY=TH;UNTIL=20270601T120000Z", "FREQ=YEARLY;BYMONTH=3,11;BYDAY=TH;BYSETPOS=2", "FREQ=WEEKLY;WKST=SU;INTERVAL=3;BYDAY=SU,TH",
}

func TestARuleThatNobodyMeetsByIsRefused(t *testing.T) {
	for _, rule := range []string{
		"FREQ=SECONDLY", "FREQ=HOURLY", "FREQ=NEVER", "INTERVAL=2", "FREQ=WEEKLY;BYDAY=XX",
		"FREQ=YEARLY;BYEASTER=9999", "FREQ=MONTHLY;INTERVAL=9223372036854775807", // the library panics at these
	} {
		c, err := Parse(calendar("BEGIN:VEVENT\nUID:1\nDTSTART:20260903T100000Z\nRRULE:"+rule+"\nEND:VEVENT\n"), time.UTC)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := c.Occurrences(func(Event) bool { return true }, at("2026-01-01 00:00"), at("2027-01-01 00:00")); err == nil {
			t.Errorf("%s: want an error, got %d occurrences", rule, len(got))
		}
	}
	var many strings.Builder
	for i := range maxSeries + 1 {
		fmt.Fprintf(&many, "BEGIN:VEVENT\nUID:%d\nSUMMARY:x\nDTSTART:20260903T100000Z\nRRULE:FREQ=DAILY\nEND:VEVENT\n", i)
	}
	c, err := Parse(calendar(many.String()), time.UTC)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Occurrences(titled("x"), at("2026-01-01 00:00"), at("2027-01-01 00:00")); err == nil {
		t.Error("want more series than anybody has refused")
	}
}

func TestWhatIsNoCalendarOrTooMuchOfOneIsRefused(t *testing.T) {
	for name, raw := range map[string]string{
		"nothing": "", "a page": "<!DOCTYPE html><title>Sign in</title>", "cut short": "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n",
		"too large": "BEGIN:VCALENDAR\r\n" + strings.Repeat("X-A:b\r\n", MaxSize/7+1) + "END:VCALENDAR\r\n",
		"too deep":  "BEGIN:VCALENDAR\r\n" + strings.Repeat("BEGIN:VEVENT\r\n", 1000) + strings.Repeat("END:VEVENT\r\n", 1000) + "END:VCALENDAR\r\n",
		"too many":  "BEGIN:VCALENDAR\r\n" + strings.Repeat("BEGIN:VEVENT\r\nEND:VEVENT\r\n", 60_000) + "END:VCALENDAR\r\n",
	} {
		if c, err := Parse([]byte(raw), time.UTC); !errors.Is(err, ErrNone) {
			t.Errorf("%s: want ErrNone, got %+v, %v", name, c, err)
		}
	}
	if c, err := Parse([]byte("\ufeffbegin:vcalendar\nversion:2.0\nbegin:vevent\nuid:1\ndtstart:20260903T100000Z\nend:vevent\nend:vcalendar\n"), time.UTC); err != nil || len(c.Events) != 1 {
		t.Errorf("lower case, bare line feeds and a byte order mark are read, got %+v, %v", c, err)
	}
}

// FuzzParse states what holds for any bytes: nothing panics, events have a UID and a year of our time, and expanding them ends.
func FuzzParse(f *testing.F) {
	f.Add(calendar(exchangeZone + series))
	f.Add(calendar("BEGIN:VEVENT\nUID:1\nDTSTART:20260903T100000Z\nRRULE:FREQ=MONTHLY;INTERVAL=9223372036854775807\nEND:VEVENT\n"))
	f.Add(calendar("BEGIN:VEVENT\nUID:1\nDTSTART;TZID=x:20260903T100000\nRRULE:FREQ=MONTHLY;BYMONTHDAY=31;COUNT=9\nEND:VEVENT\n"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		c, err := Parse(raw, berlin)
		if err != nil {
			return
		}
		for _, e := range c.Events {
			if e.UID == "" || e.Start.Year() < 1899 || e.Start.Year() > 2201 || e.Length < 0 {
				t.Errorf("got %+v", e)
			}
		}
		from, to := at("2026-01-01 00:00"), at("2027-01-01 00:00")
		all, _ := c.Occurrences(func(e Event) bool { return e.UID == c.Events[0].UID }, from, to)
		for _, o := range all {
			if o.Start.Before(from) || !o.Start.Before(to) {
				t.Errorf("%v is outside of the span", o.Start)
			}
		}
	})
}
