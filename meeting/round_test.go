package meeting

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestAnAnswerThatNamesOneReportIsForThatOneAlone(t *testing.T) {
	reports := []*Person{{ID: "priya", Name: "Priya Nair"}, {ID: "juergen", Name: "Jürgen Weiß", Aliases: []string{"JW"}}}
	for text, want := range map[string]string{
		"mostly status":                "",
		"Priya weekly ok":              "priya",
		"Jürgens Rhythmus passt nicht": "juergen",
		"ask JW":                       "juergen",
		"too rare (Jürgen)":            "juergen",
		"Priya and Jürgen are fine":    several,
		"PRIYA is overworked":          "priya",
		"Juergen is late":              "juergen",
		"Jurgens reports are late":     "juergen",
		"jurgen is late":               "",
		"they were nair":               "", // a name is written as one
	} {
		in := Intent{Kind: AnswerSurvey, Item: "2", Text: text}
		if got := Share([]Intent{in}, reports)[0].Who; got != want {
			t.Errorf("%q: want it about %q, came %q", text, want, got)
		}
		if got := Share([]Intent{in}, reports[:1])[0].Who; got != "" {
			t.Errorf("%q in a survey about one: want it for the pair, came %q", text, got)
		}
	}
	said := Share([]Intent{{Kind: AnswerSurvey, Text: "Priya and Jürgen", Who: "priya"}, {Kind: AddNote, Text: "Priya"}}, reports)
	if said[0].Who != "priya" || said[1].Who != "" {
		t.Errorf("want what was read as somebody's left alone, and so anything else, came %+v", said)
	}
}

func TestAnAnswerAboutSeveralReportsIsTakenApart(t *testing.T) {
	reports := []*Person{{ID: "priya", Name: "Priya Nair"}, {ID: "juergen", Name: "Jürgen Weiß"}, {ID: "tom", Name: "Tom Ito"}}
	for text, want := range map[string]string{
		"Priya: 4, Jürgen: 2/5, Tom: 3 – moved a lot":         "priya 4 \"\"; juergen 2 \"\"; tom 3 \"moved a lot\"",
		"Priya weekly ok, Jürgen every two weeks is too rare": "priya 0 \"Priya weekly ok\"; juergen 0 \"Jürgen every two weeks is too rare\"",
		"all fine; Tom: yes, mostly, Priya: no":               " 0 \"all fine\"; tom 0 \"yes, mostly\"; priya 0 \"no\"",
		"yes for Tom, but Priya and Jürgen should talk":       several + " 0 \"yes for Tom, but Priya and Jürgen should talk\"",
		"Priya: 40 minutes, Tom: 5 topics each":               "priya 0 \"40 minutes\"; tom 0 \"5 topics each\"",
	} {
		var got []string
		for i, in := range Share([]Intent{{Kind: AnswerSurvey, Item: "2", Text: text}}, reports) {
			if in.Pos != i+1 || in.Item != "2" {
				t.Errorf("%q: want each part numbered and to the same question, came %+v", text, in)
			}
			got = append(got, fmt.Sprintf("%s %d %q", in.Who, in.Progress, in.Text))
		}
		if strings.Join(got, "; ") != want {
			t.Errorf("%q: want %s, came %s", text, want, strings.Join(got, "; "))
		}
	}
}

func TestAMarkBeforeTheNamesIsForAll(t *testing.T) {
	reports := []*Person{{ID: "priya", Name: "Priya Nair"}, {ID: "tom", Name: "Tom Ito"}}
	got := Share([]Intent{{Kind: AnswerSurvey, Item: "1", Progress: 4, Text: "Priya fine, Tom slower"}}, reports)
	if len(got) != 3 || got[0].Progress != 4 || got[0].Who != "" || got[0].Text != "" || got[1].Who != "priya" || got[2].Who != "tom" || got[2].Progress != 0 {
		t.Errorf("want the mark for both and each one's words, came %+v", got)
	}
}

func TestAPairJoinsTheSurveyOfItsManagerWhileItsOwnIsOpen(t *testing.T) {
	o := Occasion{Kind: LetterSurveyMgr, Pair: "other", Person: "sam", Item: "survey-2026q4", At: at(t, "2027-01-12T16:00")}
	for what, change := range map[string]func(*Log, *Occasion){
		"the pair that sends it": func(_ *Log, o *Occasion) { o.Pair = "priya-sam" },
		"another manager's":      func(_ *Log, o *Occasion) { o.Person = "lena" },
		"another quarter":        func(_ *Log, o *Occasion) { o.Item = "survey-2026q3" },
		"wants none":             func(l *Log, _ *Occasion) { l.Pair.Settings.NoSurvey = true },
		"peers":                  func(l *Log, _ *Occasion) { l.Pair.Kind = KindPeer },
		"ended":                  func(l *Log, _ *Occasion) { l.Pair.Ended = "2027-01-01" },
		"somebody said no":       func(l *Log, _ *Occasion) { l.Report.Consent = &Consent{State: "no"} },
		"no meetings in a year":  func(l *Log, _ *Occasion) { l.Pair.Rhythm.First, l.Meetings = "2027-01-07 16:00", nil },
		"the manager answered it": func(l *Log, _ *Occasion) {
			l.recordSurvey(l.SurveyOf(o.At)).Answers = []SurveyAnswer{{Text: "x", Origin: Origin{By: "sam", At: time.Unix(1, 0)}}}
		},
	} {
		l, mine := acme(t), o
		if !l.Joins(mine) {
			t.Fatalf("want the pair to join")
		}
		change(l, &mine)
		if l.Joins(mine) {
			t.Errorf("%s: want it left out", what)
		}
	}
}
