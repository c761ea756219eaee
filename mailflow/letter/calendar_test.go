package letter

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	ics "github.com/arran4/golang-ical"

	"duolog/meeting"
)

// published is the calendar of the example pair after change.
func published(t *testing.T, change func(*meeting.Log)) *ics.Calendar {
	t.Helper()
	r := cases()["confirmation"]
	change(r.Log)
	l, err := Compose(r)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(l.Calendar, []byte("\r\n")) || bytes.Contains(bytes.ReplaceAll(l.Calendar, []byte("\r\n"), nil), []byte("\n")) {
		t.Errorf("want lines that end in CRLF, got %q", l.Calendar)
	}
	c, err := ics.ParseCalendar(bytes.NewReader(l.Calendar))
	if err != nil {
		t.Fatalf("want a calendar, got %v\n%s", err, l.Calendar)
	}
	return c
}

func value(e *ics.VEvent, name ics.ComponentProperty) string {
	if p := e.GetProperty(name); p != nil {
		return p.Value
	}
	return ""
}

func meetingOn(day string, state meeting.MeetingState, start string) *meeting.Meeting {
	return &meeting.Meeting{ID: day, Start: berlin(start), Length: meeting.Duration(30 * time.Minute), State: state,
		History: []meeting.Change{{Field: "state"}, {Field: "reason"}}}
}

func TestTheSeriesKeepsItsUIDAndCountsItsChanges(t *testing.T) {
	before := published(t, func(*meeting.Log) {}).Events()
	after := published(t, func(l *meeting.Log) {
		l.Meetings = append(l.Meetings, meetingOn("2026-12-10", meeting.Skipped, "2026-12-10 16:00"))
	}).Events()
	if len(before) != 1 || len(after) != 1 || before[0].Id() != "priya-sam@acme.example" || after[0].Id() != before[0].Id() {
		t.Fatalf("want one series of the same UID, got %v and %v", before, after)
	}
	if value(before[0], "SEQUENCE") != "0" || value(after[0], "SEQUENCE") != "1" {
		t.Errorf("want the sequence to grow, got %s and %s", value(before[0], "SEQUENCE"), value(after[0], "SEQUENCE"))
	}
	if got := value(before[0], "RRULE"); got != "FREQ=WEEKLY;BYDAY=TH" {
		t.Errorf("want the pair's rule, got %q", got)
	}
}

func TestASkippedMeetingIsTakenOutOfTheSeries(t *testing.T) {
	c := published(t, func(l *meeting.Log) {
		l.Meetings = append(l.Meetings, meetingOn("2026-12-10", meeting.Skipped, "2026-12-10 16:00"))
	})
	if got := value(c.Events()[0], "EXDATE"); got != "20261210T160000" {
		t.Errorf("want 10 December out, got %q", got)
	}
}

func TestAMovedMeetingReplacesItsSlot(t *testing.T) {
	c := published(t, func(l *meeting.Log) {
		l.Meetings = append(l.Meetings, meetingOn("2026-12-10", meeting.Planned, "2026-12-11 09:30"))
	})
	if len(c.Events()) != 2 {
		t.Fatalf("want the series and the moved meeting, got %d events", len(c.Events()))
	}
	e := c.Events()[1]
	if e.Id() != "priya-sam@acme.example" || value(e, "RECURRENCE-ID") != "20261210T160000" || value(e, "DTSTART") != "20261211T093000" || value(e, "RRULE") != "" {
		t.Errorf("want 10 December 16:00 in its new place, got\n%s", e.Serialize(nil))
	}
}

func TestAMeetingOutOfTurnStandsBesideTheSeries(t *testing.T) {
	c := published(t, func(l *meeting.Log) {
		l.Meetings = append(l.Meetings, meetingOn("2026-12-07", meeting.Planned, "2026-12-07 15:00"))
	})
	ids := []string{c.Events()[0].Id(), c.Events()[1].Id()}
	if !slices.Equal(ids, []string{"priya-sam@acme.example", "2026-12-07.priya-sam@acme.example"}) {
		t.Errorf("want an event of its own, got %q", ids)
	}
}

func TestASeriesEndsWithThePair(t *testing.T) {
	c := published(t, func(l *meeting.Log) { l.Pair.Ended = "2026-12-31" })
	if got := value(c.Events()[0], "RRULE"); got != "FREQ=WEEKLY;BYDAY=TH;UNTIL=20261231T225959Z" {
		t.Errorf("want the last day to be 31 December in Berlin, got %q", got)
	}
}

func TestTheZoneHasTheChangesOfItsClocks(t *testing.T) {
	for zone, want := range map[string][]string{
		"Europe/Berlin":    {"BEGIN:DAYLIGHT\r\nDTSTART:20270328T020000\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200", "BEGIN:STANDARD\r\nDTSTART:20261025T030000\r\nTZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100"},
		"America/New_York": {"BEGIN:DAYLIGHT\r\nDTSTART:20270314T020000\r\nTZOFFSETFROM:-0500\r\nTZOFFSETTO:-0400"},
		"Asia/Kolkata":     {"BEGIN:STANDARD\r\nDTSTART:20260101T000000\r\nTZOFFSETFROM:+0530\r\nTZOFFSETTO:+0530"},
	} {
		r := cases()["confirmation"]
		r.Log.Pair.Rhythm.Zone = zone
		l, err := Compose(r)
		if err != nil {
			t.Fatal(err)
		}
		for _, w := range want {
			if !strings.Contains(string(l.Calendar), w) {
				t.Errorf("%s: want %q, got\n%s", zone, w, l.Calendar)
			}
		}
	}
}
