package meeting

import (
	"slices"
	"strings"
	"testing"
)

// asked is acme after both surveys of a quarter: Sam answered on the 13th, Priya on the 20th.
func asked(t *testing.T, priyaToo bool) (*Log, *Survey) {
	t.Helper()
	l := acme(t)
	answer := func(key, by, day string, kind LetterKind, value int) {
		l.Apply([]Intent{{Kind: AnswerSurvey, Item: "1", Text: "words of " + by, Progress: value}}, Mail{Key: key, By: by, At: at(t, day+"T10:00"), Occasion: Occasion{Kind: kind, Item: "survey-2026q4"}})
	}
	answer("m1", "sam", "2027-01-13", LetterSurveyMgr, 4)
	if priyaToo {
		answer("m2", "priya", "2027-01-20", LetterSurveyRep, 2)
	}
	return l, l.Survey("survey-2026q4")
}

func seenBy(t *testing.T, l *Log, s *Survey, person, now string) string {
	t.Helper()
	var by []string
	for _, a := range l.Seen(s, person, at(t, now)) {
		by = append(by, a.By)
	}
	return strings.Join(by, " ")
}

func TestSurveyAnswersStayUnseenUntilBothAnsweredOrTenDays(t *testing.T) {
	for _, c := range []struct {
		priyaToo          bool
		person, now, want string
	}{
		{false, "sam", "2027-01-13T11:00", "sam"},
		{false, "priya", "2027-01-13T11:00", ""},
		{true, "priya", "2027-01-20T10:00", "sam priya"},
		{true, "sam", "2027-01-20T10:00", "sam priya"},
		{false, "priya", "2027-01-22T09:59", ""},
		{false, "priya", "2027-01-22T10:00", "sam"},
	} {
		l, s := asked(t, c.priyaToo)
		if got := seenBy(t, l, s, c.person, c.now); got != c.want {
			t.Errorf("%s at %s: want the answers of %q, came %q", c.person, c.now, c.want, got)
		}
	}
}

func TestInAFeedbackSessionTheManagerAnswersFirst(t *testing.T) {
	l := acme(t)
	l.Pair.Settings.Sessions = true
	say := func(key, by, text string) {
		l.Apply([]Intent{{Kind: AnswerSurvey, Item: "1", Text: text}}, Mail{Key: key, By: by, At: at(t, "2026-11-03T10:00"), Occasion: Occasion{Kind: LetterFeedback, Meeting: "2026-11-05", Item: "session-2026q4"}})
	}
	say("m1", "priya", "yes")
	s := l.Survey("session-2026q4")
	if got := seenBy(t, l, s, "sam", "2026-11-03T11:00"); got != "" {
		t.Errorf("before answering, the manager sees nothing, came %q", got)
	}
	say("m2", "sam", "mostly")
	for _, person := range []string{"sam", "priya"} {
		if got := seenBy(t, l, s, person, "2026-11-03T11:00"); got != "priya sam" {
			t.Errorf("then %s sees both, came %q", person, got)
		}
	}
}

func TestTheTwoAreAskedUntilTheyAnswerOrItIsTooLate(t *testing.T) {
	wants := func(l *Log, now string) string {
		var all []string
		for _, a := range l.SurveysAsked(at(t, now)) {
			if !a.At.After(at(t, now)) {
				all = append(all, a.Person+" "+a.Survey.ID)
			}
		}
		return strings.Join(all, ", ")
	}
	l, _ := asked(t, false) // Sam answered on the 13th
	for now, want := range map[string]string{"2027-01-11T12:00": "", "2027-01-13T12:00": "priya survey-2026q4", "2027-01-21T12:00": "priya survey-2026q4", "2027-01-23T12:00": ""} {
		if got := wants(l, now); got != want {
			t.Errorf("at %s asked are %q, want %q", now, got, want)
		}
	}
	l.Pair.Settings.NoSurvey, l.Pair.Settings.Sessions = true, true // the first meeting of February is the feedback session
	for now, want := range map[string]string{"2027-01-13T12:00": "", "2027-02-01T17:00": "sam session-2027q1", "2027-02-03T12:00": "sam session-2027q1, priya session-2027q1", "2027-02-04T15:30": ""} {
		if got := wants(l, now); got != want {
			t.Errorf("at %s asked are %q, want %q", now, got, want)
		}
	}
}

func TestNumbersAreWhatTheLogSays(t *testing.T) {
	l, _ := asked(t, true)
	l.Pair.Settings.MoveAlone = true
	say := func(key, by, when string, kind LetterKind, meeting string, in ...Intent) {
		l.Apply(in, Mail{Key: key, By: by, At: at(t, when), Occasion: Occasion{Kind: kind, Meeting: meeting}})
	}
	say("n1", "sam", "2026-12-03T09:00", LetterPreManager, "2026-12-03", Intent{Kind: MoveMeeting, Start: at(t, "2026-12-04T10:00")})
	say("n2", "sam", "2026-12-04T11:00", LetterRecap, "2026-12-03", Intent{Kind: MeetingHeld, Minutes: 40}, Intent{Kind: UpdateAction, Item: "A7", State: "done"})
	say("n3", "priya", "2026-12-10T18:00", LetterRecap, "2026-12-10", Intent{Kind: MeetingMissed})
	n := l.Numbers(at(t, "2026-10-01T00:00"), at(t, "2027-01-01T00:00"), at(t, "2027-02-01T00:00"))
	for _, c := range []struct {
		what      string
		want, got int
	}{
		{"planned", 14, n.Planned}, {"held", 3, n.Held}, {"skipped", 1, n.Skipped}, {"missed", 1, n.Missed}, {"moved", 1, n.Moved}, {"moved late", 1, n.Late}, {"minutes", 40, n.Minutes},
		{"Sam's topics", 2, n.Manager.Topics}, {"Priya's topics", 2, n.Report.Topics}, {"Sam's promises", 1, n.Manager.Promised}, {"done", 1, n.Manager.Done}, {"in time", 0, n.Manager.InTime},
		{"Priya's promises", 3, n.Report.Promised}, {"overdue", 1, n.Report.Overdue}, {"Priya silent", 1, n.Report.Silent}, {"Sam silent", 1, n.Manager.Silent},
		{"growth", 1, n.Kinds["growth"]}, {"Sam's mark", 4, n.Values["sam"]}, {"Priya's mark", 2, n.Values["priya"]}, {"months", 3, len(n.Months)}, {"held in December", 1, n.Months[2].Held},
	} {
		if c.want != c.got {
			t.Errorf("%s: want %d, came %d", c.what, c.want, c.got)
		}
	}
	if n := l.Numbers(n.From, n.To, at(t, "2027-01-19T00:00")); len(n.Values) > 0 {
		t.Errorf("marks before they are revealed: %v", n.Values)
	}
}

func TestParkedTopicsAreOfferedOnceAQuarter(t *testing.T) {
	l := acme(t) // T6 was parked on 5 Nov
	for now, want := range map[string]bool{"2026-12-01T00:00": false, "2027-02-03T00:00": false, "2027-02-05T00:00": true, "2027-02-17T00:00": true, "2027-02-20T00:00": false, "2027-05-08T00:00": true} {
		if got := l.Offered(at(t, now)); (len(got) == 1) != want {
			t.Errorf("%s: want offered %v, came %v", now, want, got)
		}
	}
}

func TestATopicOfEveryQuarterComesBack(t *testing.T) {
	l := acme(t)
	l.Topic("T3").Every = "quarter"
	l.Apply([]Intent{{Kind: UpdateTopic, Item: "T3", State: "discussed"}}, Mail{Key: "m1", By: "sam", At: at(t, "2026-12-03T17:00"), Occasion: Occasion{Kind: LetterRecap}})
	l.Settle(at(t, "2027-03-03T16:59"))
	if l.Topic("T3").OnAgenda() {
		t.Error("it came back too early")
	}
	if got := l.Settle(at(t, "2027-03-09T00:00")); !slices.Contains(got, "T3") || l.Topic("T3").State != TopicOpen {
		t.Errorf("want T3 open again, came %v and %s", got, l.Topic("T3").State)
	}
	if c := l.Topic("T3").History[1]; !c.At.Equal(at(t, "2027-03-03T17:00")) {
		t.Errorf("it came back at its moment whenever it was asked, came %s", c.At)
	}
}

func TestQuietAndMostlyTellWhatIsEasilyMissed(t *testing.T) {
	l := acme(t)
	for i, day := range []string{"2026-12-03", "2026-12-10", "2026-12-17"} {
		l.Apply([]Intent{{Kind: MeetingHeld}}, Mail{Key: day, By: "sam", At: at(t, day+"T17:00"), Occasion: Occasion{Kind: LetterRecap, Meeting: day}})
		l.Apply([]Intent{{Kind: AddTopic, Text: "numbers", TopicIs: "status"}, {Kind: AddTopic, Text: "more", TopicIs: "status"}}, Mail{Key: day + "t", By: "sam", At: at(t, day+"T18:00")})
		if got, want := l.Quiet("priya", at(t, day+"T17:00")), i; got != want { // to the first she brought T4
			t.Errorf("%s: want quiet for %d meetings, came %d", day, want, got)
		}
	}
	if kind, n, all := l.Mostly(at(t, "2026-11-20T00:00"), at(t, "2026-12-20T00:00")); kind != "status" || n != 7 || all != 8 {
		t.Errorf("want status, 7 of 8, came %q, %d of %d", kind, n, all)
	}
	if kind, _, _ := l.Mostly(at(t, "2026-11-20T00:00"), at(t, "2026-12-05T00:00")); kind != "" {
		t.Errorf("too few to tell, came %q", kind)
	}
}

func TestANewManagerGetsOnlyWhatBothTakeAlong(t *testing.T) {
	l := acme(t)
	l.Private = map[string][]*PrivateNote{"priya": {{ID: "P1", Sealed: "AGE"}}}
	maria := &Person{ID: "maria", Name: "Maria Lopez", Zone: "Europe/Madrid"}
	n := l.HandOver("priya-maria", maria, at(t, "2027-01-01T00:00"), []string{"t3", "A7", "A8", "T99"})
	want := []string{
		"rhythm FREQ=WEEKLY;BYDAY=TH 2027-01-07 16:00 Europe/Berlin 30m", "maria Europe/Madrid", "priya Europe/Berlin en",
		"T1 next-time by priya: Career: path to staff kind=growth",
		"A1 proposed maria: Ask Lena about the conference budget due=2026-11-27 kind=report-back",
		"A2 open priya: Draft the Q1 roadmap due=2026-12-04 measure=reviewed by Ana",
	}
	if got := state(n); !slices.Equal(got, want) {
		t.Errorf("want\n%s\ncame\n%s", strings.Join(want, "\n"), strings.Join(got, "\n"))
	}
	if n.Started() {
		t.Error("it starts only when the new manager agreed")
	}
}

func TestForgetLeavesNoWordOfThePerson(t *testing.T) {
	l := acme(t)
	say := func(key, by, when string, in ...Intent) {
		l.Apply(in, Mail{Key: key, By: by, At: at(t, when), Occasion: Occasion{Kind: LetterRecap, Meeting: "2026-12-03"}})
	}
	say("m1", "priya", "2026-12-03T17:00", Intent{Kind: AddTopic, Text: "SECRET"}, Intent{Kind: AddNote, Text: "SECRET"}, Intent{Kind: AddPrivate, Sealed: "SECRET"}, Intent{Kind: CommentOn, Item: "T5", Text: "SECRET"},
		Intent{Kind: CorrectNote, Item: "N2", Text: "SECRET"}, Intent{Kind: Reject, Item: "A10", Reason: "SECRET"}, Intent{Kind: SkipMeeting, Reason: "SECRET"}, Intent{Kind: Cadence, State: "FREQ=WEEKLY;INTERVAL=2", Words: "SECRET"},
		Intent{Kind: AddTopic, Text: "SECRET", Context: []string{"SECRET"}}, Intent{Kind: UpdateAction, Item: "A7", Text: "SECRET"}, Intent{Kind: Forget, Text: "priya-sam"})
	say("m2", "sam", "2026-12-03T18:00", Intent{Kind: AddNote, Text: "Sam's own"})
	if got := l.Leavers(at(t, "2026-12-10T16:59")); len(got) > 0 {
		t.Errorf("within seven days it can be undone, came %v", got)
	}
	if got := l.Leavers(at(t, "2026-12-10T17:00")); !slices.Equal(got, []string{"priya"}) {
		t.Fatalf("want priya, came %v", got)
	}
	l.Forget("priya", "2026-12-10")
	for line := range strings.Lines(string(writeLog(t, l))) {
		if strings.Contains(line, "SECRET") || strings.Contains(line, "Career") {
			t.Errorf("left: %s", line)
		}
	}
	if n, _ := l.Note("N4"); n == nil || n.Text != "Sam's own" {
		t.Errorf("the other's words stay, came %v", n)
	}
	for _, o := range l.Due(at(t, "2026-12-15T17:00")) { // which is sent only to take meetings off a calendar
		if o.Stage != StageEnded {
			t.Errorf("nothing else is due any more, came %v", o)
		}
	}
	if due := l.Due(at(t, "2026-12-25T17:00")); len(due) > 0 {
		t.Errorf("nothing is due any more, came %v", due)
	}
}

func TestNoMeetingIsPlannedOnAHolidayOfAllPairs(t *testing.T) {
	l := acme(t)
	l.Holidays = []string{"2026-10-03", "2026-12-25/2026-12-26", "2026-12-10"}
	if m := l.NextMeeting(at(t, "2026-12-04T00:00")); m == nil || m.ID != "2026-12-17" {
		t.Errorf("no meeting on a holiday: want 2026-12-17, came %v", m)
	}
}
