package letter

import (
	"strings"
	"testing"

	"duolog/meeting"
)

func compose(t *testing.T, r Request) Letter {
	t.Helper()
	l, err := Compose(r)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestAManagerIsAskedOnceAboutAllReports(t *testing.T) {
	text := compose(t, cases()["survey-round"]).Text
	for _, want := range []string{"\nJürgen Weiß\n", "\nPriya Nair\n", "You met 4 of 14 times, 25 minutes on average.", "You met 1 of 14 times.", "Last quarter you two agreed: Status goes by mail"} {
		if strings.Count(text, want) != 1 {
			t.Errorf("want %q once, got\n%s", want, text)
		}
	}
	if strings.Count(text, "\n1. ") != 1 || strings.Count(text, "cadence right") != 1 {
		t.Errorf("want the five questions once, got\n%s", text)
	}
}

func TestAnAcknowledgedRoundSaysWhoReadsWhat(t *testing.T) {
	r := cases()["survey-round"]
	r.Occasion = meeting.Occasion{Kind: meeting.LetterAck, Pair: "priya-sam", Person: "sam", Mail: "m1"}
	mail := meeting.Mail{Key: "m1", By: "sam", At: r.Now, Occasion: meeting.Occasion{Kind: meeting.LetterSurveyMgr, Item: "survey-2026q4"}}
	said := meeting.Share([]meeting.Intent{
		{Kind: meeting.AnswerSurvey, Pos: 1, Item: "1", Text: "Jürgen's growth comes last"},
		{Kind: meeting.AnswerSurvey, Pos: 2, Item: "2", Text: "Priya and Jürgen both ok", Words: "2. Priya and Jürgen both ok"},
	}, []*meeting.Person{r.Log.Report, r.Round[0].Report})
	r.Log.Apply(said, mail)
	r.Effects = r.Round[0].Apply(said, mail)
	text := compose(t, r).Text
	for _, want := range []string{"Your answer to question 1 is kept.", "Jürgen can see what is for them", `"2. Priya and Jürgen both ok": It speaks of several people`} {
		if !strings.Contains(text, want) {
			t.Errorf("want %q, got\n%s", want, text)
		}
	}
	if len(r.Log.Surveys) > 0 {
		t.Errorf("want nothing about Jürgen in Priya's log, got %+v", r.Log.Surveys)
	}
}

func TestTheResultMarksWhatIsMissingAndWhatIsFarApart(t *testing.T) {
	r := cases()["survey-result"]
	r.Log.Surveys[0].Answers = append(r.Log.Surveys[0].Answers, meeting.SurveyAnswer{Question: "4", Value: 5, Origin: by("sam", "2027-01-14 10:00")},
		meeting.SurveyAnswer{Question: "3", Said: meeting.SurveySkipped, Origin: by("priya", "2027-01-14 10:00")})
	text := compose(t, r).Text
	for _, want := range []string{"Are the 1:1s worth it?\n    Sam: 5/5\n    You: 2/5\n    Rather far apart", "Is the rhythm right?\n    Sam: weekly is right\n    You: no answer\n", "One change to try\n    Sam: start with your topics, status by mail\n    You: no answer\n", `Reply "ok" to take up`} {
		if !strings.Contains(text, want) {
			t.Errorf("want %q, got\n%s", want, text)
		}
	}
}

func TestTheResultSaysHowFarTheOneChangeIs(t *testing.T) {
	for want, change := range map[string]func(*Request){
		"Sam suggests: We keep Thursday":                           func(r *Request) { r.Log.Agreements[1].By = "sam" },
		"You suggested: We keep Thursday":                          func(*Request) {},
		"Agreed: We keep Thursday fixed, 45 minutes":               func(r *Request) { r.Log.Agreements[1].State = ""; r.Log.Surveys[0].Agreed = "G2" },
		"You look at it again on Tue 13 Apr":                       func(r *Request) { r.Log.Agreements[1].State = ""; r.Log.Surveys[0].Agreed = "G2" },
		`Reply "ok" to take up what Sam would change, or with ano`: func(r *Request) { r.Log.Agreements[1].State = meeting.AgreementRejected },
		"Sam has not answered.":                                    func(r *Request) { r.Log.Surveys[0].Answers = r.Log.Surveys[0].Answers[3:] },
	} {
		r := cases()["survey-result"]
		r.Log = suggested()
		change(&r)
		if text := compose(t, r).Text; !strings.Contains(text, want) {
			t.Errorf("want %q, got\n%s", want, text)
		}
	}
}

func TestTheSecondOfAFeedbackSessionReadsTheFirstOnesAnswers(t *testing.T) {
	text := compose(t, cases()["feedback-second"]).Text
	if want := "\n    Sam: getting two people to staff\n3. "; !strings.Contains(text, want) {
		t.Errorf("want %q, got\n%s", want, text)
	}
	r := cases()["feedback-second"]
	r.Occasion.Person = "sam"
	r.Log.Surveys[0].Answers[0].By = "priya"
	r.Log.Surveys[0].Answers = r.Log.Surveys[0].Answers[:1]
	if text := compose(t, r).Text; strings.Contains(text, "planning weeks") {
		t.Errorf("want nothing of Priya's before Sam answered, got\n%s", text)
	}
}

func TestWhatIsParkedIsOfferedAgainAndWhatWasAgreedIsReviewed(t *testing.T) {
	for _, name := range []string{"pre-report", "pre-manager"} {
		r := cases()[name]
		r.Log.Topics[0].State = meeting.TopicParked
		r.Log.Topics[0].At = r.Now.AddDate(0, 0, -93)
		r.Log.Agreements[0].Review = "2026-11-28"
		text := compose(t, r).Text
		for _, want := range []string{"Parked for a while: is it time for this?\nT2  Interview training", "did it help?\nG1  Priya leads"} {
			if !strings.Contains(text, want) {
				t.Errorf("%s: want %q, got\n%s", name, want, text)
			}
		}
	}
}
