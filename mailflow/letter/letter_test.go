package letter

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"duolog/meeting"
)

var update = flag.Bool("update", false, "write the golden files")

// berlin reads a wall clock in Berlin: "2026-12-01 16:00".
func berlin(s string) time.Time {
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		panic(err)
	}
	t, err := time.ParseInLocation("2006-01-02 15:04", s, zone)
	if err != nil {
		panic(err)
	}
	return t
}

func by(person, at string) meeting.Origin { return meeting.Origin{By: person, At: berlin(at)} }

// acme is the pair of the design's examples, two days before their meeting of 3 December.
func acme() *meeting.Log {
	return &meeting.Log{
		Pair: meeting.Pair{
			ID: "priya-sam", Kind: meeting.KindReport, Manager: "sam", Report: "priya", JoinLink: "https://meet.acme.example/priya-sam",
			Rhythm: meeting.Rhythm{Rule: "FREQ=WEEKLY;BYDAY=TH", First: "2026-09-03 16:00", Zone: "Europe/Berlin", Length: meeting.Duration(30 * time.Minute)},
		},
		Manager: &meeting.Person{ID: "sam", Name: "Sam Ortega", Addresses: []string{"sam@acme.example"}, Zone: "America/New_York", Language: "en"},
		Report:  &meeting.Person{ID: "priya", Name: "Priya Nair", Addresses: []string{"priya@acme.example"}, Zone: "Europe/Berlin", Language: "en"},
		Topics: []*meeting.Topic{
			{ID: "T2", Text: "Interview training", State: meeting.TopicDiscussed, Origin: by("sam", "2026-11-12 10:00")},
			{ID: "T3", Text: "Career: path to staff", Kind: "growth", State: meeting.TopicNextTime, Origin: by("priya", "2026-11-19 18:00")},
			{ID: "T4", Text: "On-call load", Kind: "work", State: meeting.TopicOpen, Origin: by("priya", "2026-11-27 09:00"), Context: []string{"third week in a row for me"}},
			{ID: "T5", Text: "Q1 roadmap draft", Kind: "status", State: meeting.TopicOpen, Origin: by("sam", "2026-11-27 16:00")},
		},
		Actions: []*meeting.Action{
			{ID: "A6", What: "Book the interview training", Who: "priya", State: meeting.ActionDone, DoneOn: "2026-11-30", Origin: by("priya", "2026-11-19 18:00")},
			{ID: "A7", What: "Ask Lena about conference budget", Who: "sam", Due: "2026-11-27", State: meeting.ActionOpen, Origin: by("sam", "2026-11-19 18:00")},
			{ID: "A8", What: "Draft Q1 roadmap", Who: "priya", Due: "2026-12-04", Measure: "reviewed by Ana", Topic: "T5", State: meeting.ActionOpen, Origin: by("priya", "2026-11-26 17:00")},
			{ID: "A9", What: "Pair with Tom on alerts", Who: "priya", State: meeting.ActionOpen, Origin: by("priya", "2026-11-26 17:00")},
		},
		Agreements: []*meeting.Agreement{
			{ID: "G1", Text: "Priya leads one cross-team project until summer", Date: "2026-11-26", Meeting: "2026-11-26", Origin: by("sam", "2026-11-26 17:00")},
		},
		Meetings: []*meeting.Meeting{
			{ID: "2026-11-26", Start: berlin("2026-11-26 16:00"), Length: meeting.Duration(30 * time.Minute), State: meeting.Held, Notes: []*meeting.Note{
				{ID: "N2", Text: "Launch moves to May", State: meeting.NoteUnconfirmed, Origin: by("sam", "2026-11-26 17:00")},
				{ID: "N3", Text: "hm, blue folder?", Only: "sam", State: meeting.NoteUnconfirmed, Origin: by("sam", "2026-11-26 17:00")},
			}},
		},
		Next:    map[string]int{"T": 6, "A": 10, "N": 4, "G": 2},
		Private: map[string][]*meeting.PrivateNote{"sam": {{ID: "P1", Sealed: "SEALED-CANARY", Origin: by("sam", "2026-11-26 17:00")}}},
	}
}

// german makes both of them read German.
func german(l *meeting.Log) *meeting.Log {
	l.Manager.Language, l.Report.Language = "de", "de-AT"
	return l
}

func occasion(kind meeting.LetterKind, person string) meeting.Occasion {
	return meeting.Occasion{Kind: kind, Pair: "priya-sam", Person: person, Meeting: "2026-12-03"}
}

// cases are one letter of each kind as the example pair gets it.
func cases() map[string]Request {
	mail := meeting.Mail{Key: "m1", By: "priya", At: berlin("2026-12-01 18:40"), Occasion: occasion(meeting.LetterPreReport, "priya")}
	intents := []meeting.Intent{
		{Kind: meeting.AddTopic, Text: "salary review", Context: []string{"when do we talk numbers?"}, Words: "salary review - when do we talk numbers?", Asks: []meeting.Ask{{Code: meeting.AskSensitive}}},
		{Kind: meeting.AddPrivate, Sealed: "SEALED-CANARY"},
		{Kind: meeting.UpdateAction, Item: "A8", State: "done", Text: "Ana approved it yesterday", Words: "A8 done, Ana approved it yesterday"},
		{Kind: meeting.UpdateAction, Item: "A9", Due: "2026-12-18", Reason: "Tom is on leave until the 14th", Words: "A9 - let's say the 18th"},
		{Kind: meeting.AddAction, Text: "look after the docs", Who: "priya", Due: "2026-12-04", Words: "I'll look after the docs by Friday", Asks: []meeting.Ask{{Code: meeting.AskMeasure}}},
		{Kind: meeting.AddAction, Text: "send me the staff ladder examples", Who: "sam", Words: "Sam will send me the staff ladder examples", Asks: []meeting.Ask{{Code: meeting.AskWhen}, {Code: meeting.AskMeasure}}},
		{Kind: meeting.AddUnsorted, Text: "hm, blue folder?", Words: "hm, blue folder?"},
		{Kind: meeting.UpdateAction, Item: "A99", State: "done", Words: "A99 done"},
	}
	acked := acme()
	effects := acked.Apply(intents, mail)
	nothing := acme()
	none := nothing.Apply([]meeting.Intent{{Kind: meeting.Nothing, Words: "nothing from me"}}, mail)
	confirm := acme()
	confirm.Actions = append(confirm.Actions, &meeting.Action{ID: "A12", What: "draft a one-page plan", Who: "priya", Due: "2026-12-11", Measure: "Ana has signed it off", State: meeting.ActionProposed, Origin: by("sam", "2026-12-03 17:00")})
	announced := acme()
	announced.Topics = append(announced.Topics, &meeting.Topic{ID: "T6", Text: "I'd like to talk about the two missed on-call handovers (14 and 21 Nov)", Context: []string{"Not a drama, I want to understand what happened and fix it together."}, HeadsUp: true, State: meeting.TopicOpen, Origin: by("sam", "2026-12-01 18:40")})
	item := func(o meeting.Occasion, id string) meeting.Occasion { o.Item = id; return o }
	const page = "https://log.acme.example/"
	reply := "Re: 1:1 Priya + Sam – Thu 3 Dec 16:00 – what should we talk about?"
	picked := func(kind meeting.LetterKind, person string) []Question {
		return Pick(Bank("en"), acme(), occasion(kind, person), nil)
	}
	return map[string]Request{
		"pre-report":      {Occasion: occasion(meeting.LetterPreReport, "priya"), Log: acme(), Now: berlin("2026-12-01 16:00"), PageURL: page, Questions: picked(meeting.LetterPreReport, "priya")},
		"pre-manager":     {Occasion: occasion(meeting.LetterPreManager, "sam"), Log: acme(), Now: berlin("2026-12-02 16:00"), PageURL: page, Questions: picked(meeting.LetterPreManager, "sam")},
		"recap":           {Occasion: occasion(meeting.LetterRecap, "priya"), Log: acme(), Now: berlin("2026-12-03 16:45"), PageURL: page},
		"confirmation":    {Occasion: occasion(meeting.LetterConfirmation, "priya"), Log: confirm, Now: berlin("2026-12-05 16:45"), PageURL: page, Calendars: calendars()},
		"ack":             {Occasion: occasion(meeting.LetterAck, "priya"), Log: acked, Now: mail.At, Effects: effects, Unread: []string{"asdf qwer"}, Cuts: []string{"signature", "disclaimer", "quote"}, Subject: reply, PageURL: page},
		"ack-nothing":     {Occasion: occasion(meeting.LetterAck, "priya"), Log: nothing, Now: mail.At, Effects: none, Subject: reply},
		"not-read":        {Occasion: occasion(meeting.LetterNotRead, "priya"), Log: acme(), Now: mail.At, Effects: acme().Apply(intents[7:], mail), NotRead: "A99 done", Cuts: []string{"quote", "marker"}, Subject: reply},
		"nudge":           {Occasion: occasion(meeting.LetterNudge, "priya"), Log: acme(), Now: berlin("2026-12-03 12:00")},
		"reminder":        {Occasion: item(occasion(meeting.LetterReminder, "priya"), "A8"), Log: acme(), Now: berlin("2026-12-04 09:00"), PageURL: page},
		"heads-up":        {Occasion: item(occasion(meeting.LetterHeadsUp, "priya"), "T6"), Log: announced, Now: mail.At},
		"survey-manager":  {Occasion: meeting.Occasion{Kind: meeting.LetterSurveyMgr, Pair: "priya-sam", Person: "sam"}, Log: acme(), Now: berlin("2027-01-12 10:00")},
		"survey-round":    {Occasion: meeting.Occasion{Kind: meeting.LetterSurveyMgr, Pair: "priya-sam", Person: "sam"}, Log: reviewed(), Round: []*meeting.Log{juergen()}, Now: berlin("2027-01-12 10:00")},
		"survey-again":    {Occasion: staged(meeting.Occasion{Kind: meeting.LetterSurveyRep, Pair: "priya-sam", Person: "priya"}, meeting.StageAgain), Log: reviewed(), Now: berlin("2027-01-19 10:00")},
		"change-asked":    {Occasion: staged(item(occasion(meeting.LetterMove, "sam"), "G2"), meeting.StageAsked), Log: suggested(), Now: berlin("2027-01-20 12:00")},
		"change-agreed":   {Occasion: staged(item(occasion(meeting.LetterMove, "priya"), "G2"), meeting.StageAgreed), Log: suggested(), Now: berlin("2027-01-20 12:00")},
		"feedback-second": {Occasion: item(occasion(meeting.LetterFeedback, "priya"), "session-2026q4"), Log: sessioned(), Now: berlin("2026-12-01 16:00")},
		"survey-report":   {Occasion: meeting.Occasion{Kind: meeting.LetterSurveyRep, Pair: "priya-sam", Person: "priya"}, Log: acme(), Now: berlin("2027-01-12 10:00")},
		"survey-result":   {Occasion: meeting.Occasion{Kind: meeting.LetterSurveyResult, Pair: "priya-sam", Person: "priya", Item: "survey-2026q4"}, Log: surveyed(), Now: berlin("2027-01-20 10:00")},
		"move-asked":      {Occasion: staged(occasion(meeting.LetterMove, "priya"), meeting.StageAsked), Log: proposed(), Now: mail.At},
		"move-skipped":    {Occasion: staged(occasion(meeting.LetterMove, "priya"), meeting.StageSkipped), Log: proposed(), Now: mail.At},
		"feedback":        {Occasion: occasion(meeting.LetterFeedback, "sam"), Log: acme(), Now: berlin("2026-12-01 16:00")},
		"welcome":         {Occasion: meeting.Occasion{Kind: meeting.LetterWelcome, Pair: "priya-sam", Person: "priya"}, Log: acme(), Now: mail.At, EnrolURL: page + "welcome/#k7q"},
		"move-declined":   {Occasion: staged(occasion(meeting.LetterMove, "sam"), meeting.StageDeclined), Log: declined(), Now: mail.At},
		"move-begins":     {Occasion: staged(item(meeting.Occasion{Kind: meeting.LetterMove, Pair: "priya-sam", Person: "sam"}, meeting.AboutRhythm), meeting.StageBegins), Log: acme(), Now: mail.At, Calendars: calendars()},
		"move-paused":     {Occasion: staged(item(meeting.Occasion{Kind: meeting.LetterMove, Pair: "priya-sam", Person: "priya"}, meeting.AboutPause), meeting.StagePaused), Log: paused(), Now: mail.At},
		"password-link":   {Occasion: meeting.Occasion{Kind: meeting.LetterPassword, Pair: "priya-sam", Person: "priya"}, Log: acme(), Now: mail.At, EnrolURL: page + "welcome/#k7q"},
		"password-made":   {Occasion: staged(meeting.Occasion{Kind: meeting.LetterPassword, Pair: "priya-sam", Person: "priya"}, meeting.StageMade), Log: acme(), Now: mail.At, PageURL: page, Password: "able-baker-charlie-dog-easy"},
		"ack-key":         {Occasion: occasion(meeting.LetterAck, "priya"), Log: acme(), Now: mail.At, Subject: reply, PageURL: page, KeyWords: "able baker charlie dog", Effects: acme().Apply([]meeting.Intent{{Kind: meeting.EnrolKey, Text: "age1x\nwrapped"}}, mail)},
		"ack-link":        {Occasion: occasion(meeting.LetterAck, "priya"), Log: acme(), Now: mail.At, Subject: reply, PageURL: page, EnrolURL: page + "welcome/#k7q", Effects: acme().Apply([]meeting.Intent{{Kind: meeting.NewPassword}}, mail)},
		"reminder-two":    {Occasion: item(occasion(meeting.LetterReminder, "priya"), "A8"), Log: busy(), Now: berlin("2026-12-04 09:00"), PageURL: page},
		"reminder-other":  {Occasion: item(occasion(meeting.LetterReminder, "priya"), "A11"), Log: busy(), Now: berlin("2026-12-07 09:00")},
		"come-back":       {Occasion: item(occasion(meeting.LetterReminder, "priya"), "T4"), Log: busy(), Now: berlin("2026-12-06 09:00")},
	}
}

// calendars is what a letter knows of a calendar that was given nothing yet.
func calendars() Calendars {
	return Calendars{Organizer: "1on1+k7qxw2lm@acme.example", Name: "1:1 log"}
}

// declined is the example pair after Priya's calendar declined the next meeting.
func declined() *meeting.Log {
	l := acme()
	l.Apply([]meeting.Intent{{Kind: meeting.AnswerInvite, Item: "2026-12-03", State: meeting.SaidDeclined, Reason: "at the dentist"}}, meeting.Mail{Key: "m2", By: "priya", At: berlin("2026-12-01 18:00")})
	return l
}

// paused is the example pair after Sam said "pause until 5 Jan".
func paused() *meeting.Log {
	l := acme()
	l.Apply([]meeting.Intent{{Kind: meeting.Stop, Due: "2027-01-05"}}, meeting.Mail{Key: "m2", By: "sam", At: berlin("2026-12-01 18:00")})
	return l
}

func staged(o meeting.Occasion, stage string) meeting.Occasion {
	o.Stage = stage
	return o
}

// proposed is the example pair after Sam asked for another time.
func proposed() *meeting.Log {
	l := acme()
	l.Meetings = append(l.Meetings, &meeting.Meeting{
		ID: "2026-12-03", Start: berlin("2026-12-03 16:00"), Length: meeting.Duration(30 * time.Minute), State: meeting.Planned, Reason: "all-hands",
		Proposal: &meeting.MoveProposal{Start: berlin("2026-12-03 17:00"), Words: "thurs at 11", Origin: by("sam", "2026-12-01 18:00")},
	})
	return l
}

// busy is the example pair with more promises of Priya's, one of somebody else's that she asks after, and a topic to come back to.
func busy() *meeting.Log {
	l := acme()
	l.Topics[2].State, l.Topics[2].FollowUp = meeting.TopicFollowUp, "2026-12-06"
	l.Actions = append(l.Actions,
		&meeting.Action{ID: "A10", What: "Write up the alert thresholds", Who: "priya", Due: "2026-12-07", State: meeting.ActionOpen, Origin: by("priya", "2026-12-03 17:00")},
		&meeting.Action{ID: "A11", What: "Take the on-call week", Who: "Tom", Follower: "priya", Due: "2026-12-07", State: meeting.ActionOpen, Origin: by("priya", "2026-12-03 17:00")},
		&meeting.Action{ID: "A12", What: "Plan the offsite", Who: "priya", Due: "2027-01-15", State: meeting.ActionOpen, Origin: by("priya", "2026-12-03 17:00")})
	return l
}

// juergen is Sam's second report, whose survey is asked in the same mail.
func juergen() *meeting.Log {
	l := acme()
	l.Pair.ID, l.Pair.Report = "juergen-sam", "juergen"
	l.Report = &meeting.Person{ID: "juergen", Name: "Jürgen Weiß", Addresses: []string{"jw@acme.example"}, Zone: "Europe/Berlin", Language: "de"}
	l.Topics, l.Actions, l.Agreements, l.Private = nil, nil, nil, nil
	for _, day := range []string{"2026-10-01", "2026-10-08", "2026-10-15"} {
		l.Meetings = append(l.Meetings, &meeting.Meeting{ID: day, Start: berlin(day + " 16:00"), State: meeting.Held, Minutes: 25})
	}
	return l
}

// reviewed is the example pair with an agreement that the last survey left to be looked at.
func reviewed() *meeting.Log {
	l := acme()
	l.Agreements = append(l.Agreements, &meeting.Agreement{ID: "G2", Text: "Status goes by mail, the 1:1 begins with Priya's topics", Date: "2026-10-20", Review: "2027-01-12", Survey: "survey-2026q3", Origin: by("sam", "2026-10-20 10:00")})
	return l
}

// suggested is the example pair after Priya suggested one change.
func suggested() *meeting.Log {
	l := surveyed()
	l.Agreements = append(l.Agreements, &meeting.Agreement{ID: "G2", Text: "We keep Thursday fixed, 45 minutes every second week.", Date: "2027-01-20", Review: "2027-04-13", State: meeting.AgreementProposed, Survey: "survey-2026q4", Origin: by("priya", "2027-01-20 11:00")})
	return l
}

// sessioned is the example pair after Sam answered the feedback session.
func sessioned() *meeting.Log {
	l := acme()
	answer := func(question, text string) meeting.SurveyAnswer {
		return meeting.SurveyAnswer{Question: question, Text: text, Origin: by("sam", "2026-11-30 20:00")}
	}
	l.Surveys = []*meeting.Survey{{ID: "session-2026q4", From: "2026-09-03", To: "2026-12-03", Asked: berlin("2026-11-30 16:00"), Answers: []meeting.SurveyAnswer{
		answer("1", "mostly, less so the planning weeks"), answer("2", "getting two people to staff"), answer("4", "finish the migration"),
	}}}
	return l
}

// surveyed is the example pair after both answered the survey.
func surveyed() *meeting.Log {
	l := acme()
	answer := func(person, question, text string, value int) meeting.SurveyAnswer {
		return meeting.SurveyAnswer{Question: question, Text: text, Value: value, Origin: by(person, "2027-01-14 10:00")}
	}
	l.Surveys = []*meeting.Survey{{ID: "survey-2026q4", From: "2026-10-01", To: "2026-12-31", Asked: berlin("2027-01-12 10:00"), Answers: []meeting.SurveyAnswer{
		answer("sam", "1", "mostly status, growth comes last", 4), answer("sam", "2", "weekly is right", 0), answer("sam", "change", "start with your topics, status by mail", 0),
		answer("priya", "1", "you always come prepared", 0), answer("priya", "2", "moved four times, often last minute", 0), answer("priya", "5", "", 2),
	}}}
	return l
}

func TestEachLetterReadsAsItWasLastRead(t *testing.T) {
	for name, r := range cases() {
		for _, lang := range []string{"en", "de"} {
			if lang == "de" {
				german(r.Log)
				r.Questions = translated(r.Questions)
			}
			l, err := Compose(r)
			if err != nil {
				t.Errorf("%s in %s: %v", name, lang, err)
				continue
			}
			golden(t, name+"."+lang+".txt", "Subject: "+l.Subject+"\n\n"+l.Text)
			golden(t, name+"."+lang+".html", l.HTML)
			if l.Invite != nil {
				golden(t, name+"."+lang+".ics", string(l.Invite.Object))
			}
		}
	}
}

// translated are the same questions in German.
func translated(questions []Question) []Question {
	var all []Question
	for _, q := range questions {
		for _, d := range Bank("de") {
			if d.ID == q.ID {
				all = append(all, d)
			}
		}
	}
	return all
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if string(want) != got {
		t.Errorf("%s: want\n%s\ngot\n%s", name, want, got)
	}
}

func TestALetterThatMakesUsStumbleIsAnError(t *testing.T) {
	for _, r := range cases() {
		r.Log.Topics, r.Log.Actions = append(r.Log.Topics, nil), append(r.Log.Actions, nil)
		if _, err := Compose(r); err != nil && strings.Contains(err.Error(), "nil pointer") {
			return
		}
	}
	t.Error("want an error of at least one letter about a topic that is none")
}
