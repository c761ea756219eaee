package meeting

import (
	"strings"
	"testing"
	"time"
)

func TestARhythmKeepsItsWallClockWhenTheClocksChange(t *testing.T) {
	l := acme(t)
	for _, c := range []struct{ now, next, newYork string }{
		{"2026-10-20T12:00", "Thu 22 Oct 16:00 CEST", "10:00"},
		{"2026-10-26T12:00", "Thu 29 Oct 16:00 CET", "11:00"}, // Berlin has left summer time, New York has not
		{"2026-11-02T12:00", "Thu 5 Nov 16:00 CET", "10:00"},
		{"2027-03-15T12:00", "Thu 18 Mar 16:00 CET", "11:00"}, // and New York is back in it first
		{"2027-03-29T12:00", "Thu 1 Apr 16:00 CEST", "10:00"},
	} {
		l.Meetings = nil
		m := l.NextMeeting(at(t, c.now))
		if m == nil {
			t.Fatalf("%s: no next meeting", c.now)
		}
		if got := m.Start.Format("Mon 2 Jan 15:04 MST"); got != c.next {
			t.Errorf("next meeting after %s: want %s, came %s", c.now, c.next, got)
		}
		if got := m.Start.In(l.Manager.Location()).Format("15:04"); got != c.newYork {
			t.Errorf("next meeting after %s: want %s in New York, came %s", c.now, c.newYork, got)
		}
	}
}

func TestTheNextAndTheLastMeetingFollowMovesAndSkips(t *testing.T) {
	l := acme(t)
	check := func(now, next, last string) {
		t.Helper()
		id := func(m *Meeting) string {
			if m == nil {
				return ""
			}
			return m.ID
		}
		if n, p := id(l.NextMeeting(at(t, now))), id(l.lastMeeting(at(t, now))); n != next || p != last {
			t.Errorf("%s: want next %q and last %q, came %q and %q", now, next, last, n, p)
		}
	}
	check("2026-11-27T12:00", "2026-12-03", "2026-11-19") // the 26th was skipped
	check("2026-12-03T15:59", "2026-12-03", "2026-11-19")
	check("2026-12-03T16:00", "2026-12-10", "2026-12-03") // from its very start it is the last one
	l.Apply([]Intent{{Kind: SkipMeeting}}, Mail{Key: "m1", By: "sam", At: at(t, "2026-12-01T10:00")})
	check("2026-12-01T12:00", "2026-12-10", "2026-11-19")
	l.Pair.Settings.MoveAlone = true
	l.Apply([]Intent{{Kind: MoveMeeting, Start: at(t, "2026-12-18T09:00")}}, Mail{Key: "m2", By: "sam", At: at(t, "2026-12-04T10:00")})
	check("2026-12-10T17:00", "2026-12-17", "2026-11-19") // the 10th moved behind the 17th
	check("2026-12-17T17:00", "2026-12-10", "2026-12-17")
	check("2026-12-18T09:00", "2026-12-24", "2026-12-10")
}

func TestAnEndedRhythmHasNoNextMeeting(t *testing.T) {
	l := acme(t)
	l.Pair.Ended = "2026-12-03"
	if m := l.NextMeeting(at(t, "2026-12-01T10:00")); m == nil || m.ID != "2026-12-03" {
		t.Errorf("on its last day a pair still meets, came %v", m)
	}
	if m := l.NextMeeting(at(t, "2026-12-03T17:00")); m != nil {
		t.Errorf("after its end a pair has no meeting, came %s", m.ID)
	}
	l = acme(t)
	l.Pair.Rhythm.Rule = "FREQ=WEEKLY;BYDAY=TH;COUNT=3"
	if m := l.NextMeeting(at(t, "2026-12-01T10:00")); m != nil {
		t.Errorf("after three meetings there is none, came %s", m.ID)
	}
}

func TestABrokenRhythmSaysWhatIsWrong(t *testing.T) {
	good := acme(t).Pair.Rhythm
	for want, breaks := range map[string]func(*Rhythm){
		"nobody meets":         func(r *Rhythm) { r.Rule = "FREQ=MONTHLY;INTERVAL=9223372036854775807" }, // the library panics at it
		"zone":                 func(r *Rhythm) { r.Zone = "Berlin" },
		"first":                func(r *Rhythm) { r.First = "3 Sep" },
		"rule":                 func(r *Rhythm) { r.Rule = "every Thursday" },
		"more often than dail": func(r *Rhythm) { r.Rule = "FREQ=MINUTELY" },
		"length":               func(r *Rhythm) { r.Length = 0 },
	} {
		r := good
		breaks(&r)
		if err := r.Check(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want an error about %q, came %v", want, err)
		}
	}
	if err := good.Check(); err != nil {
		t.Errorf("a good rhythm: %v", err)
	}
}

func TestCarriedCountsTheMeetingsThatDidNotSettleATopic(t *testing.T) {
	l := acme(t)
	topic := l.Topic("T3") // raised on 17 Nov, next time on the 19th; the 26th was skipped
	want := func(n int, why string) {
		t.Helper()
		if got := l.Carried(topic); got != n {
			t.Errorf("%s: want %d, came %d", why, n, got)
		}
	}
	want(1, "carried in the one meeting that was held")
	recap := func(key, day string, in ...Intent) {
		l.Apply(in, Mail{Key: key, By: "sam", At: at(t, day+"T17:00"), Occasion: Occasion{Kind: LetterRecap, Meeting: day}})
	}
	recap("m1", "2026-12-03", Intent{Kind: MeetingHeld})
	want(2, "a meeting that left no word about it")
	recap("m2", "2026-12-10", Intent{Kind: MeetingMissed})
	want(2, "a missed meeting does not count")
	recap("m3", "2026-12-17", Intent{Kind: UpdateTopic, Item: "T3", State: "discussed"})
	want(2, "nor does the one that settled it")
	l.Apply([]Intent{{Kind: Undo}}, Mail{Key: "m4", By: "sam", At: at(t, "2026-12-18T09:00"), Occasion: Occasion{Kind: LetterAck, Mail: "m3"}})
	if topic.State != TopicNextTime {
		t.Errorf("undo brings the topic back, came %s", topic.State)
	}
}

func TestDurationsAreWrittenAndRead(t *testing.T) {
	for text, minutes := range map[string]int{"30m": 30, "1h": 60, "1h15m": 75, "24h": 1440} {
		var d Duration
		if err := d.UnmarshalText([]byte(text)); err != nil || d.Minutes() != minutes || d.String() != text {
			t.Errorf("%s: want %d minutes, came %d written %s, %v", text, minutes, d.Minutes(), d, err)
		}
	}
	for _, text := range []string{"", "30", "30s", "25h", "-1h"} {
		var d Duration
		if d.UnmarshalText([]byte(text)) == nil {
			t.Errorf("%q is no length, came %s", text, time.Duration(d))
		}
	}
}
