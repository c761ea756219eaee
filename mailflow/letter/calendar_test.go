package letter

import (
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"duolog/mailflow/mailtest"
	"duolog/meeting"
)

// nextYear is until when libical expands the series of the example pair.
var nextYear = berlin("2028-01-01 00:00")

// invited is the invitation that a confirmation of the example pair brings after change, as libical reads it.
func invited(t *testing.T, change func(*Request)) (*Invite, mailtest.Libical) {
	t.Helper()
	r := cases()["confirmation"]
	change(&r)
	l, err := Compose(r)
	if err != nil {
		t.Fatal(err)
	}
	if l.Invite == nil {
		return nil, mailtest.Libical{}
	}
	return l.Invite, readWithLibical(t, l.Invite.Object, nextYear)
}

func readWithLibical(t *testing.T, object []byte, until time.Time, at ...time.Time) mailtest.Libical {
	t.Helper()
	got, err := mailtest.ReadWithLibical(object, until, at...)
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Problems) > 0 {
		t.Errorf("libical finds fault:\n%s\n%s", strings.Join(got.Problems, "\n"), object)
	}
	return got
}

func meetingOn(day string, state meeting.MeetingState, start string) *meeting.Meeting {
	return &meeting.Meeting{ID: day, Start: berlin(start), Length: meeting.Duration(30 * time.Minute), State: state,
		History: []meeting.Change{{Field: "state"}, {Field: "reason"}}}
}

func with(m *meeting.Meeting) func(*Request) {
	return func(r *Request) { r.Log.Meetings = append(r.Log.Meetings, m) }
}

func TestTheFirstInvitationAsksTheReaderAlone(t *testing.T) {
	i, got := invited(t, func(*Request) {})
	if i.Method != "REQUEST" || got.Method != "REQUEST" || len(got.Events) != 1 || !i.Inline {
		t.Fatalf("want one series, asked for and shown as an invitation, got %+v", i)
	}
	e := got.Events[0]
	want := mailtest.LibicalEvent{
		UID: "priya-sam@acme.example", Summary: "1:1 Priya + Sam", Organizer: "mailto:1on1+k7qxw2lm@acme.example", Attendee: "mailto:priya@acme.example",
		Partstat: "NEEDS-ACTION", Status: "CONFIRMED", URL: "https://meet.acme.example/priya-sam", Alarm: "-PT10M",
		End: berlin("2026-09-03 16:30").Unix(), Starts: e.Starts,
	}
	if fmt.Sprint(e) != fmt.Sprint(want) {
		t.Errorf("want\n%+v\ngot\n%+v", want, e)
	}
	if strings.Contains(string(i.Object), "Career") || strings.Contains(string(i.Object), "Launch") {
		t.Errorf("the log's words are in a calendar that others see:\n%s", i.Object)
	}
}

func TestTheSeriesIsWhatTheLogSaysAsLibicalCountsIt(t *testing.T) {
	change := func(r *Request) {
		l := r.Log
		l.Pair.Settings.Holidays = []string{"2026-12-24/2027-01-01"}
		l.Meetings = append(l.Meetings, meetingOn("2026-12-10", meeting.Skipped, "2026-12-10 16:00"), meetingOn("2026-12-17", meeting.Planned, "2026-12-18 09:30"))
	}
	_, got := invited(t, change)
	r := cases()["confirmation"]
	change(&r)
	var want []int64
	for _, m := range r.Log.Upcoming(berlin("2026-09-01 00:00"), berlin("2027-12-01 00:00")) {
		if m.State != meeting.Skipped {
			want = append(want, m.Start.Unix())
		}
	}
	replaced, starts := map[int64]bool{}, []int64{}
	for _, e := range got.Events[1:] {
		replaced[e.Instance] = true
		starts = append(starts, e.Starts...)
	}
	for _, at := range got.Events[0].Starts {
		if !replaced[at] && at < berlin("2027-12-01 00:00").Unix() {
			starts = append(starts, at)
		}
	}
	slices.Sort(starts)
	if !slices.Equal(starts, want) || len(want) < 50 {
		t.Errorf("want the meetings\n%v\ngot\n%v", times(want), times(starts))
	}
}

func times(unix []int64) (all []string) {
	for _, t := range unix {
		all = append(all, time.Unix(t, 0).In(berlin("2026-01-01 00:00").Location()).Format("2006-01-02 15:04"))
	}
	return all
}

func TestAnUnchangedCalendarIsNotSentAgainAndAChangedOneCountsOn(t *testing.T) {
	first, _ := invited(t, func(*Request) {})
	has := func(r *Request) {
		r.Calendars.Has = map[string]Copy{first.UID: {Print: first.Copy.Print, Sequence: 7}}
	}
	later := func(r *Request) { r.Now = r.Now.Add(10 * 24 * time.Hour) }
	if again, _ := invited(t, func(r *Request) { has(r); later(r); r.Calendars.Name = "another name" }); again != nil {
		t.Errorf("want no calendar again, got\n%s", again.Object)
	}
	for name, change := range map[string]func(*Request){
		"a skip":         with(meetingOn("2026-12-10", meeting.Skipped, "2026-12-10 16:00")),
		"a move":         with(meetingOn("2026-12-10", meeting.Planned, "2026-12-11 09:30")),
		"another rhythm": func(r *Request) { r.Log.Pair.Rhythm.Rule = "FREQ=WEEKLY;INTERVAL=2;BYDAY=TH" },
		"a pause": func(r *Request) {
			r.Log.Apply([]meeting.Intent{{Kind: meeting.Stop, Due: "2027-01-05"}}, meeting.Mail{Key: "m2", By: "sam", At: r.Now})
		},
		"a holiday":       func(r *Request) { r.Log.Holidays = []string{"2026-12-24"} },
		"another link":    func(r *Request) { r.Log.Pair.JoinLink = "https://meet.acme.example/new" },
		"a day to end on": func(r *Request) { r.Log.Pair.Ended = "2026-12-31" },
	} {
		i, got := invited(t, func(r *Request) { change(r); has(r) })
		if i == nil || i.Copy.Sequence != 8 || got.Events[0].Sequence != 8 || got.Events[0].UID != first.UID {
			t.Errorf("%s: want the series with sequence 8, got %+v", name, i)
		}
	}
}

func TestAMovedMeetingReplacesItsSlot(t *testing.T) {
	_, got := invited(t, with(meetingOn("2026-12-10", meeting.Planned, "2026-12-11 09:30")))
	if len(got.Events) != 2 {
		t.Fatalf("want the series and the moved meeting, got %+v", got.Events)
	}
	e := got.Events[1]
	if e.UID != "priya-sam@acme.example" || e.Instance != berlin("2026-12-10 16:00").Unix() || !slices.Equal(e.Starts, []int64{berlin("2026-12-11 09:30").Unix()}) {
		t.Errorf("want 10 December 16:00 in its new place, got %+v", e)
	}
}

func TestAMeetingOutOfTurnIsAnEventOfItsOwnUntilItIsCancelled(t *testing.T) {
	series, _ := invited(t, func(*Request) {})
	has := map[string]Copy{series.UID: series.Copy}
	out, got := invited(t, func(r *Request) {
		with(meetingOn("2026-12-07", meeting.Planned, "2026-12-07 15:00"))(r)
		r.Calendars.Has = has
	})
	if out == nil || out.UID != "2026-12-07.priya-sam@acme.example" || len(got.Events) != 1 || len(got.Events[0].Starts) != 1 {
		t.Fatalf("want an event of its own, got %+v %+v", out, got.Events)
	}
	has[out.UID] = out.Copy
	gone, got := invited(t, func(r *Request) {
		with(meetingOn("2026-12-07", meeting.Skipped, "2026-12-07 15:00"))(r)
		r.Calendars.Has = has
	})
	if gone == nil || gone.Method != "CANCEL" || got.Events[0].Status != "CANCELLED" || got.Events[0].UID != out.UID || gone.Copy.Sequence <= out.Copy.Sequence {
		t.Errorf("want it cancelled, with a higher sequence than %d, got %+v", out.Copy.Sequence, gone)
	}
}

func TestASeriesEndsWithThePairAndIsCancelledWhereThatCameLate(t *testing.T) {
	i, got := invited(t, func(r *Request) { r.Log.Pair.Ended = "2026-12-31" })
	last := got.Events[0].Starts[len(got.Events[0].Starts)-1]
	if i.Method != "REQUEST" || last != berlin("2026-12-31 16:00").Unix() {
		t.Errorf("want the last meeting on 31 December, got %v", times([]int64{last}))
	}
	r := cases()["move-begins"]
	r.Occasion.Stage, r.Log.Pair.Ended, r.Now = meeting.StageEnded, "2026-12-31", berlin("2027-01-01 00:00")
	if Outdated(r.Log, "sam", r.Now, r.Calendars) {
		t.Error("a calendar that never had anything is not outdated")
	}
	r.Calendars.Has = map[string]Copy{i.UID: {Print: "of an endless series", Sequence: 3}}
	l, err := Compose(r)
	if err != nil || l.Invite == nil || l.Invite.Method != "CANCEL" || !Outdated(r.Log, "sam", r.Now, r.Calendars) {
		t.Fatalf("want the series cancelled, got %+v, %v", l.Invite, err)
	}
	if got := readWithLibical(t, l.Invite.Object, nextYear); got.Method != "CANCEL" || got.Events[0].Sequence != 4 || got.Events[0].Attendee != "mailto:sam@acme.example" {
		t.Errorf("want a cancellation with sequence 4, got %+v", got)
	}
}

func TestTheCalendarRemembersWhatTheReaderAnswered(t *testing.T) {
	for said, want := range map[string]string{meeting.SaidAccepted: "ACCEPTED", meeting.SaidTentative: "TENTATIVE", meeting.SaidDeclined: "DECLINED"} {
		_, got := invited(t, func(r *Request) {
			r.Log.Pair.Answers = []meeting.Answer{{Said: said, Origin: by("priya", "2026-12-01 10:00")}, {Said: meeting.SaidAccepted, Origin: by("sam", "2026-12-01 10:00")}}
		})
		if got.Events[0].Partstat != want {
			t.Errorf("after %s: want %s, got %s", said, want, got.Events[0].Partstat)
		}
	}
}

func TestWhoWantsNoInvitationGetsNone(t *testing.T) {
	for name, change := range map[string]func(*Request){
		"a pair without invitations":           func(r *Request) { r.Log.Pair.Settings.NoInvites = true },
		"a pair that follows its own calendar": func(r *Request) { r.Log.Pair.Follows.Source = "team.ics" },
		"a pair that did not agree": func(r *Request) {
			r.Log.Pair.Added = r.Now
		},
	} {
		if i, _ := invited(t, change); i != nil {
			t.Errorf("%s: got\n%s", name, i.Object)
		}
	}
}

func TestAMailWithTopicsHasTheInvitationOnlyAttached(t *testing.T) {
	for name, inline := range map[string]bool{"pre-report": false, "pre-manager": false, "feedback": false, "confirmation": true, "move-skipped": true} {
		r := cases()[name]
		r.Calendars = calendars()
		l, err := Compose(r)
		if err != nil || l.Invite == nil || l.Invite.Inline != inline {
			t.Errorf("%s: want an invitation, inline %v, got %+v, %v", name, inline, l.Invite, err)
		}
	}
	for _, name := range []string{"welcome", "reminder", "survey-report", "heads-up", "nudge", "ack", "not-read", "recap"} {
		r := cases()[name]
		r.Calendars = calendars()
		if l, err := Compose(r); err != nil || l.Invite != nil {
			t.Errorf("%s: want none, got %+v, %v", name, l.Invite, err)
		}
	}
}

func TestOddNamesAndRulesMakeCalendarsThatOthersRead(t *testing.T) {
	for name, change := range map[string]func(*Request){
		"quotes and commas": func(r *Request) { r.Log.Report.Name = `Priya "Pri"; Nair, Dr.\: x` },
		"a long name":       func(r *Request) { r.Log.Report.Name = strings.Repeat("Ζωή", 40) },
		"emoji": func(r *Request) {
			r.Log.Manager.Name = "👩🏽‍💻👩🏽‍💻👩🏽‍💻👩🏽‍💻👩🏽‍💻👩🏽‍💻 Ortega"
		},
		"a line end": func(r *Request) { r.Log.Report.Name = "Priya\r\nATTACH:https://evil.example\r\nNair" },
		"a long link": func(r *Request) {
			r.Log.Pair.JoinLink = "https://meet.acme.example/" + strings.Repeat("ä-long;path,", 30)
		},
		"an end":          func(r *Request) { r.Log.Pair.Rhythm.Rule = "FREQ=WEEKLY;BYDAY=TH;UNTIL=20271231" },
		"a count":         func(r *Request) { r.Log.Pair.Rhythm.Rule = "RRULE:FREQ=WEEKLY;BYDAY=TH;COUNT=60" },
		"monthly":         func(r *Request) { r.Log.Pair.Rhythm.Rule = "FREQ=MONTHLY;BYDAY=1TH,-1TH" },
		"another weekday": func(r *Request) { r.Log.Pair.Rhythm.Rule = "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO" },
	} {
		i, got := invited(t, change)
		r := cases()["confirmation"]
		change(&r)
		var want []int64
		for _, at := range r.Log.Pair.Rhythm.Between(berlin("2026-01-01 00:00"), nextYear) {
			want = append(want, at.Unix())
		}
		if !slices.Equal(got.Events[0].Starts, want) {
			t.Errorf("%s: want %v, got %v\n%s", name, times(want), times(got.Events[0].Starts), i.Object)
		}
		if strings.Contains(string(i.Object), "\r\nATTACH") {
			t.Errorf("%s: a name added a line\n%s", name, i.Object)
		}
	}
}

// Zones with two changes a year, with none, with half hours, with changes that no yearly rule describes.
var zonesToRead = []string{"Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "America/Santiago", "Africa/Casablanca", "Pacific/Auckland", "Asia/Jerusalem"}

func TestTheZoneHasTheChangesOfItsClocksAsLibicalReadsThem(t *testing.T) {
	from := berlin("2026-09-03 16:00")
	var hours []time.Time
	for at := from; at.Before(from.AddDate(2, 6, 0)); at = at.Add(time.Hour) {
		hours = append(hours, at)
	}
	for _, zone := range zonesToRead {
		t.Run(zone, func(t *testing.T) {
			t.Parallel()
			r := cases()["confirmation"]
			r.Log.Pair.Rhythm.Zone = zone
			l, err := Compose(r)
			if err != nil {
				t.Fatal(err)
			}
			got := readWithLibical(t, l.Invite.Object, nextYear, hours...)
			where := r.Log.Pair.Rhythm.Location()
			if len(got.Offsets[zone]) != len(hours) {
				t.Fatalf("want a zone %s, got %d offsets\n%s", zone, len(got.Offsets[zone]), l.Invite.Object)
			}
			for i, at := range hours {
				if _, want := at.In(where).Zone(); got.Offsets[zone][i] != want {
					t.Fatalf("at %s: want an offset of %d s, got %d\n%s", at.UTC(), want, got.Offsets[zone][i], l.Invite.Object)
				}
			}
			var want []int64
			for _, at := range r.Log.Pair.Rhythm.Between(from.AddDate(0, 0, -2), nextYear) {
				want = append(want, at.Unix())
			}
			if !slices.Equal(got.Events[0].Starts, want) {
				t.Errorf("want the meetings %v, got %v", times(want), times(got.Events[0].Starts))
			}
		})
	}
}

// ruleAlone is a zone as newer systems have it: a rule, and no list of changes. RFC 8536, 3.3.
func ruleAlone(t *testing.T, rule string) *time.Location {
	t.Helper()
	header := append([]byte("TZif2"), make([]byte, 15)...)
	for _, count := range []uint32{0, 0, 0, 0, 1, 4} { // one kind of time, four bytes of names
		header = binary.BigEndian.AppendUint32(header, count)
	}
	block := slices.Concat(header, []byte{0, 0, 0, 0, 0, 0}, []byte("CET\x00"))
	zone, err := time.LoadLocationFromTZData("Test/Rule", slices.Concat(block, block, []byte("\n"+rule+"\n")))
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

func TestTheClocksOfAZoneThatIsARuleAloneAreSetTwiceAYear(t *testing.T) {
	t.Parallel()
	zone := ruleAlone(t, "CET-1CEST,M3.5.0,M10.5.0/3")
	at, end := time.Date(2026, 1, 1, 0, 0, 0, 0, zone), time.Date(2032, 1, 1, 0, 0, 0, 0, zone)
	var got []string
	for at = clocksSet(at, end); !at.IsZero() && len(got) < 20; at = clocksSet(at, end) {
		got = append(got, at.Format(time.DateTime+" MST"))
	}
	want := []string{
		"2026-03-29 03:00:00 CEST", "2026-10-25 02:00:00 CET", "2027-03-28 03:00:00 CEST", "2027-10-31 02:00:00 CET",
		"2028-03-26 03:00:00 CEST", "2028-10-29 02:00:00 CET", "2029-03-25 03:00:00 CEST", "2029-10-28 02:00:00 CET",
		"2030-03-31 03:00:00 CEST", "2030-10-27 02:00:00 CET", "2031-03-30 03:00:00 CEST", "2031-10-26 02:00:00 CET",
	}
	if !slices.Equal(got, want) {
		t.Errorf("want the clocks set at %v, got %v", want, got)
	}
	if set := clocksSet(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), end); !set.IsZero() {
		t.Errorf("want no change of UTC, got %v", set)
	}
}
