package meeting

import (
	"slices"
	"testing"
	"time"
)

func TestACalendarsAnswerToAllMeetingsIsNotedOnceAndMovesNothing(t *testing.T) {
	l := acme(t)
	before := len(l.Meetings)
	say := func(key, state, reason, when string) Effect {
		return l.Apply([]Intent{{Kind: AnswerInvite, Item: AboutRhythm, State: state, Reason: reason}}, Mail{Key: key, By: "priya", At: at(t, when)})[0]
	}
	if e := say("m1", SaidAccepted, "", "2026-12-01T10:00"); e.Result != Added {
		t.Errorf("want it noted, came %+v", e)
	}
	if e := say("m2", SaidAccepted, "", "2026-12-01T11:00"); e.Result != Unchanged {
		t.Errorf("the same again: want nothing, came %+v", e)
	}
	if len(l.Pair.Answers) != 1 || len(l.Meetings) != before || l.Planned("2026-12-03").answered("priya") {
		t.Errorf("want one answer and no meeting touched, came %+v", l.Pair.Answers)
	}
	say("m3", SaidDeclined, "Thursdays no longer work", "2026-12-01T12:00")
	due := l.declines()
	if len(due) != 1 || due[0].Person != "sam" || due[0].Stage != StageDeclined || due[0].Item != AboutRhythm {
		t.Errorf("want Sam told, came %+v", due)
	}
	l.Apply([]Intent{{Kind: Undo}}, Mail{Key: "m4", By: "priya", At: at(t, "2026-12-01T13:00"), Occasion: Occasion{Kind: LetterAck, Mail: "m3"}})
	if len(l.Pair.Answers) != 1 || len(l.declines()) != 0 {
		t.Errorf("want it taken back, came %+v", l.Pair.Answers)
	}
}

func TestAYesToADeclinedMeetingSkipsItForThatReason(t *testing.T) {
	l := acme(t)
	l.Apply([]Intent{{Kind: AnswerInvite, Item: "2026-12-10", State: SaidDeclined, Reason: "at the dentist"}}, Mail{Key: "m1", By: "priya", At: at(t, "2026-12-01T10:00")})
	due := l.moveOf(l.Meeting("2026-12-10"))
	if len(due) != 1 || due[0].Stage != StageDeclined || due[0].Person != "sam" {
		t.Fatalf("want Sam asked, came %+v", due)
	}
	if m := l.Meeting("2026-12-10"); m.State != Planned {
		t.Fatalf("a calendar alone skips nothing, came %s", m.State)
	}
	yes := Mail{Key: "m2", By: "sam", At: at(t, "2026-12-01T11:00"), Occasion: due[0]}
	for range 2 { // the mail comes twice
		if e := l.Apply([]Intent{{Kind: Confirm}}, yes)[0]; e.Result != Changed || e.To != string(Skipped) {
			t.Errorf("want it skipped, came %+v", e)
		}
	}
	if m := l.Meeting("2026-12-10"); m.State != Skipped || m.Reason != "at the dentist" || len(m.History) != 2 {
		t.Errorf("want it skipped once, for the dentist, came %+v", m)
	}
}

func TestACountersTimeIsAskedForTheMeetingItNames(t *testing.T) {
	l := acme(t)
	in := Intent{Kind: MoveMeeting, Item: "2026-12-10", Start: at(t, "2026-12-11T09:30"), Reason: "Friday is quieter"}
	from := Mail{Key: "m1", By: "priya", At: at(t, "2026-12-01T10:00")}
	for range 2 {
		l.Apply([]Intent{in}, from)
	}
	m := l.Meeting("2026-12-10")
	if m == nil || m.Proposal == nil || !m.Proposal.Start.Equal(at(t, "2026-12-11T09:30")) || m.Proposal.Words != "Friday is quieter" || l.Planned("2026-12-03").Proposal != nil {
		t.Errorf("want 10 December asked for, came %+v", m)
	}
}

func TestNoMeetingIsPlannedWhileOneIsAway(t *testing.T) {
	l := acme(t)
	ids := func(from, to string) (all []string) {
		for _, m := range l.Upcoming(at(t, from), at(t, to)) {
			if m.State == Planned {
				all = append(all, m.ID)
			}
		}
		return all
	}
	want := func(want ...string) {
		t.Helper()
		if got := ids("2026-12-03T00:00", "2027-01-15T00:00"); !slices.Equal(got, want) {
			t.Errorf("want %v, came %v", want, got)
		}
	}
	say := func(key, when string, in Intent) {
		l.Apply([]Intent{in}, Mail{Key: key, By: "sam", At: at(t, when)})
	}
	l.Meetings = nil
	want("2026-12-03", "2026-12-10", "2026-12-17", "2026-12-24", "2026-12-31", "2027-01-07", "2027-01-14")
	say("m1", "2026-12-11T10:00", Intent{Kind: Stop, Due: "2027-01-05"})
	want("2026-12-03", "2026-12-10", "2027-01-07", "2027-01-14") // what was before stays
	if due := l.pauses(); len(due) != 1 || due[0].Person != "priya" || due[0].Stage != StagePaused {
		t.Errorf("want Priya told, came %+v", due)
	}
	say("m2", "2026-12-20T10:00", Intent{Kind: Start})
	want("2026-12-03", "2026-12-10", "2026-12-24", "2026-12-31", "2027-01-07", "2027-01-14") // the 17th is gone all the same
	if due := l.pauses(); len(due) != 1 || due[0].Stage != StageOnAgain {
		t.Errorf("want Priya told, came %+v", due)
	}
	say("m3", "2026-12-21T10:00", Intent{Kind: Stop})
	want("2026-12-03", "2026-12-10", "2026-12-24", "2026-12-31", "2027-01-07", "2027-01-14") // to want no mails is no time away
	if m := l.NextMeeting(at(t, "2026-12-12T10:00")); m == nil || m.ID != "2026-12-24" {
		t.Errorf("want the next on 24 December, came %+v", m)
	}
}

// slot is one time in the team's own calendar; moved is where it stands now, "" where it was planned.
func slot(t *testing.T, planned, moved string) Slot {
	s := Slot{Planned: at(t, planned), Start: at(t, planned), Length: 45 * time.Minute}
	if moved != "" {
		s.Start = at(t, moved)
	}
	return s
}

func follows(t *testing.T, l *Log, slots ...Slot) {
	t.Helper()
	l.Calendar = NewCalendar(l.Pair.Rhythm.Location(), at(t, "2026-01-01T00:00"), at(t, "2027-12-31T00:00"), slots)
}

func TestAPairThatFollowsACalendarMeetsWhenItSays(t *testing.T) {
	l := acme(t)
	l.Meetings, l.Holidays = nil, []string{"2026-12-08"}
	l.Pair.Rhythm.Rule, l.Pair.Rhythm.First = "", ""
	gone := slot(t, "2026-12-15T10:00", "")
	gone.Cancelled = true
	follows(t, l, slot(t, "2026-12-01T10:00", ""), slot(t, "2026-12-08T10:00", ""), gone, slot(t, "2026-12-22T10:00", "2026-12-23T11:00"), slot(t, "2026-12-22T15:00", ""))
	var got []string
	for _, m := range l.Upcoming(at(t, "2026-11-01T00:00"), at(t, "2027-02-01T00:00")) {
		got = append(got, m.ID+" "+m.Start.Format("2 15:04")+" "+m.Length.String())
	}
	want := []string{"2026-12-01 1 10:00 45m", "2026-12-08 8 10:00 45m", "2026-12-22-2 22 15:00 45m", "2026-12-22 23 11:00 45m"}
	if !slices.Equal(got, want) {
		t.Errorf("want %q, came %q", want, got)
	}
	if m := l.NextMeeting(at(t, "2026-12-01T12:00")); m == nil || m.ID != "2026-12-08" {
		t.Errorf("want 8 December next, came %+v", m)
	}
	if m := l.Planned("2026-12-22"); m == nil || !m.Start.Equal(at(t, "2026-12-23T11:00")) {
		t.Errorf("want the moved one by the day it was planned, came %+v", m)
	}
	e := l.Apply([]Intent{{Kind: Cadence, State: "FREQ=WEEKLY;BYDAY=MO"}}, Mail{Key: "m1", By: "sam", At: at(t, "2026-12-01T12:00")})[0]
	if e.Result != Refused {
		t.Errorf("the rhythm is the calendar's to change, came %+v", e)
	}
}

func TestWhatMovesInTheCalendarMovesInTheLogAndLosesNothing(t *testing.T) {
	l := acme(t)
	l.Meetings = nil
	now := at(t, "2026-12-01T12:00")
	state := func(id string) (MeetingState, string, int) {
		m := l.Meeting(id)
		if m == nil {
			return "", "", 0
		}
		return m.State, m.Start.Format("2006-01-02 15:04"), len(m.History)
	}
	want := func(step, id string, s MeetingState, start string, changes int) {
		t.Helper()
		l.Settle(now)
		l.Settle(now) // which is done every minute
		if gotState, gotStart, n := state(id); gotState != s || gotStart != start || n != changes {
			t.Errorf("%s: want %s at %s after %d changes, came %s at %s after %d", step, s, start, changes, gotState, gotStart, n)
		}
	}
	agenda := len(l.Agenda())
	follows(t, l, slot(t, "2026-12-10T16:00", ""))
	want("as planned nothing is recorded", "2026-12-10", "", "", 0)
	follows(t, l, slot(t, "2026-12-10T16:00", "2026-12-11T09:00"))
	want("moved in the calendar", "2026-12-10", Planned, "2026-12-11 09:00", 1)
	follows(t, l)
	want("taken out", "2026-12-10", Skipped, "2026-12-11 09:00", 2)
	follows(t, l, slot(t, "2026-12-10T16:00", "2026-12-11T10:00"))
	want("back, at another time", "2026-12-10", Planned, "2026-12-11 10:00", 4)
	if due := l.moveOf(l.Meeting("2026-12-10")); len(due) > 0 {
		t.Errorf("calendars tell of their changes themselves, came %+v", due)
	}
	l.Pair.Settings.MoveAlone = true
	l.Apply([]Intent{{Kind: MoveMeeting, Start: at(t, "2026-12-11T15:00")}}, Mail{Key: "m1", By: "sam", At: now, Occasion: Occasion{Kind: LetterPreManager, Meeting: "2026-12-10"}})
	want("moved by mail, which stands", "2026-12-10", Planned, "2026-12-11 15:00", 5)
	follows(t, l, slot(t, "2026-12-10T16:00", "2026-12-14T10:00"))
	want("until the calendar says something new", "2026-12-10", Planned, "2026-12-14 10:00", 6)
	if len(l.Agenda()) != agenda {
		t.Errorf("want %d topics on the agenda, came %d", agenda, len(l.Agenda()))
	}
}

func TestAMeetingOutOfTurnStaysThoughTheCalendarDoesNotKnowIt(t *testing.T) {
	l := acme(t)
	l.Meetings = nil
	follows(t, l)
	start := at(t, "2026-12-07T15:00")
	l.Topics = append(l.Topics, &Topic{ID: "T20", Text: "budget", State: TopicFollowUp, FollowUp: start.Format(momentLayout), Origin: Origin{By: "sam", At: at(t, "2026-12-01T10:00")}})
	l.Apply([]Intent{{Kind: Confirm}}, Mail{Key: "m1", By: "priya", At: at(t, "2026-12-01T11:00"), Occasion: Occasion{Kind: LetterMove, Stage: StageAsked, Item: "T20"}})
	l.Settle(at(t, "2026-12-01T12:00"))
	if m := l.Meeting("2026-12-07"); m == nil || m.State != Planned {
		t.Errorf("want it planned, came %+v", m)
	}
}

func TestWhoAgreedFirstIsToldThatItBegins(t *testing.T) {
	l := acme(t)
	l.Pair.Added = at(t, "2026-11-30T10:00")
	l.Report.Consent = &Consent{State: "yes", Origin: Origin{By: "priya", At: at(t, "2026-12-01T09:00")}}
	l.Manager.Consent = &Consent{State: "yes", Origin: Origin{By: "sam", At: at(t, "2026-12-01T10:00")}}
	if due := l.begins(); len(due) != 1 || due[0].Person != "priya" || due[0].Stage != StageBegins {
		t.Errorf("want Priya told, came %+v", due)
	}
	l.Pair.Added = at(t, "2026-12-02T10:00")
	if due := l.begins(); len(due) != 0 {
		t.Errorf("both agreed elsewhere before: want nobody told, came %+v", due)
	}
}

func TestAPairIsToldOfItsEndForAWeek(t *testing.T) {
	l := acme(t)
	l.Pair.Ended = "2026-12-10"
	for now, want := range map[string]int{"2026-12-10T23:00": 0, "2026-12-11T00:00": 2, "2026-12-17T12:00": 2, "2026-12-18T12:00": 0} {
		n := 0
		for _, o := range l.Due(at(t, now)) {
			if o.Stage == StageEnded {
				n++
			}
		}
		if n != want {
			t.Errorf("%s: want %d, came %d", now, want, n)
		}
	}
}

func TestAHandOverOfAPairThatFollowsACalendarGoesOnByRhythm(t *testing.T) {
	l := acme(t)
	l.Pair.Follows = Follows{Source: "secrets/calendar-priya-sam", UID: "1"}
	l.Pair.Rhythm.Rule, l.Pair.Rhythm.First = "", ""
	l.Meetings = nil
	var slots []Slot
	for n := range 8 {
		slots = append(slots, slot(t, at(t, "2026-12-03T16:00").AddDate(0, 0, 14*n).Format("2006-01-02T15:04"), ""))
	}
	follows(t, l, slots...)
	from := at(t, "2026-12-10T00:00")
	next := l.HandOver("priya-maria", &Person{ID: "maria", Zone: "UTC"}, from, nil)
	if err := next.Pair.CheckTimes(); err != nil {
		t.Fatal(err)
	}
	want, got := []string{"2026-12-17", "2026-12-31", "2027-01-14"}, []string{}
	for _, m := range next.Upcoming(from, at(t, "2027-01-20T00:00")) {
		got = append(got, m.ID)
	}
	if !slices.Equal(got, want) {
		t.Errorf("want the meetings every second week as before, %v, got %v", want, got)
	}
	l.Unfollow(from)
	if err := l.Pair.CheckTimes(); err != nil || len(l.Upcoming(at(t, "2026-12-04T00:00"), from)) > 0 {
		t.Errorf("want a rhythm from then on alone, got %+v, %v", l.Pair.Rhythm, err)
	}
}
