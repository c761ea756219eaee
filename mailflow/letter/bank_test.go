package letter

import (
	"slices"
	"strings"
	"testing"
	"time"

	"duolog/meeting"
)

func TestTheBankHasEnoughQuestionsInEachLanguage(t *testing.T) {
	english := map[string]Question{}
	for _, q := range Bank("en") {
		english[q.ID] = q
	}
	for code := range languages() {
		rotating := 0
		for _, q := range Bank(code) {
			if q.Set == "" {
				rotating++
			}
			e := english[q.ID]
			if q.Category != e.Category || q.Depth != e.Depth || q.Asks != e.Asks || q.Set != e.Set {
				t.Errorf("%s in %s: want the fields of the English one, %+v, got %+v", q.ID, code, e, q)
			}
			if q.Why == "" || len(q.Text) > maxText || strings.Contains(q.Text, "|") {
				t.Errorf("%s in %s: want a short question with its reason, got %+v", q.ID, code, q)
			}
		}
		if rotating < 120 || len(Bank(code)) != len(english) {
			t.Errorf("%s: want at least 120 questions that rotate, and all %d, got %d of %d", code, len(english), rotating, len(Bank(code)))
		}
	}
}

func TestNoQuestionStandsTwiceInTheBank(t *testing.T) {
	for code := range languages() {
		seen := map[string]string{}
		for _, q := range Bank(code) {
			for _, text := range []string{q.Text, q.Why} {
				if seen[text] != "" {
					t.Errorf("%s: %s and %s both say %q", code, seen[text], q.ID, text)
				}
				seen[text] = q.ID
			}
		}
	}
}

func TestTheQuotedQuestionsAreInTheirSets(t *testing.T) {
	for _, code := range []string{"en", "de"} {
		sets := map[string]int{}
		for _, q := range Bank(code) {
			sets[q.Set]++
		}
		if sets["self-assessment"] != 5 || sets["feedback-session"] != 5 {
			t.Errorf("%s: want five questions for the survey and five for the feedback session, got %v", code, sets)
		}
	}
}

// year picks for both mails of 52 meetings and calls check with each.
func year(l *meeting.Log, check func(o meeting.Occasion, picked []Question, asked []Asked)) {
	var asked []Asked
	for week := range 52 {
		day := time.Date(2027, 1, 7, 0, 0, 0, 0, time.UTC).AddDate(0, 0, 7*week).Format(time.DateOnly)
		for _, person := range []string{"priya", "sam"} {
			o := meeting.Occasion{Key: day + "/" + person, Pair: l.Pair.ID, Person: person, Meeting: day}
			picked := Pick(Bank("en"), l, o, asked)
			check(o, picked, asked)
			for _, q := range picked {
				asked = append(asked, Asked{Question: q.ID, Meeting: day, Occasion: o.Key})
			}
		}
	}
}

func TestAYearOfQuestionsNeverRepeatsWithinEightMeetingsAndTouchesAllCategories(t *testing.T) {
	l := acme()
	l.Topics = nil
	categories := map[string]int{}
	year(l, func(o meeting.Occasion, picked []Question, asked []Asked) {
		if len(picked) != 2 || picked[0].Category == picked[1].Category || picked[0].Depth == "deep" && picked[1].Depth == "deep" {
			t.Errorf("%s: want two questions of different categories, at most one deep, got %+v", o.Key, picked)
		}
		since := time.Time{}
		if day, err := time.Parse(time.DateOnly, o.Meeting); err == nil {
			since = day.AddDate(0, 0, -7*8)
		}
		for _, q := range picked {
			categories[q.Category]++
			if q.Set != "" {
				t.Errorf("%s: want no question of the set %s", o.Key, q.Set)
			}
			if slices.ContainsFunc(asked, func(a Asked) bool { return a.Question == q.ID && a.Meeting >= since.Format(time.DateOnly) }) {
				t.Errorf("%s: %s was asked within the last eight meetings", o.Key, q.ID)
			}
		}
	})
	least, most := 1000, 0
	for _, n := range categories {
		least, most = min(least, n), max(most, n)
	}
	if len(categories) != 7 || most-least > 7 {
		t.Errorf("want all seven categories touched about equally, got %v", categories)
	}
}

func TestTheFirstMeetingsAskLightQuestions(t *testing.T) {
	l := acme()
	n := 0
	year(l, func(o meeting.Occasion, picked []Question, _ []Asked) {
		if n++; n > 2*deepAfter {
			return
		}
		for _, q := range picked {
			if q.Depth != "light" {
				t.Errorf("%s: want a light question, got %s", o.Key, q.ID)
			}
		}
	})
}

func TestPickingAgainGivesTheSameQuestions(t *testing.T) {
	l, o := acme(), meeting.Occasion{Key: "k", Person: "priya", Meeting: "2026-12-03"}
	l.Topics = nil
	first := Pick(Bank("en"), l, o, nil)
	asked := []Asked{{first[0].ID, o.Meeting, "k"}, {first[1].ID, o.Meeting, "k"}, {"work-1", "2026-11-26", "earlier"}}
	if again := Pick(Bank("en"), l, o, nil); !slices.Equal(first, again) {
		t.Errorf("want %v again, got %v", first, again)
	}
	if again := Pick(Bank("en"), l, o, asked); !slices.Equal(first, again) {
		t.Errorf("want what the mail had, %v, got %v", first, again)
	}
	o.Key = "the other's mail"
	for _, q := range Pick(Bank("en"), l, o, asked) {
		if q.ID == first[0].ID || q.ID == first[1].ID {
			t.Errorf("want other questions in another mail, got %s", q.ID)
		}
	}
	other := acme()
	other.Pair.ID, other.Topics = "juergen-sam", nil
	if same := Pick(Bank("en"), other, meeting.Occasion{Person: "priya", Meeting: "2026-12-03"}, nil); slices.Equal(first, same) {
		t.Errorf("want another pair to begin elsewhere, got %v too", same)
	}
}

func TestWhoBroughtThreeTopicsIsAskedNothing(t *testing.T) {
	l := acme()
	o := occasion(meeting.LetterPreReport, "priya")
	l.Topics = append(l.Topics, &meeting.Topic{ID: "T6", Text: "a third", State: meeting.TopicOpen, Origin: by("priya", "2026-11-30 10:00")})
	if picked := Pick(Bank("en"), l, o, nil); len(picked) > 0 {
		t.Errorf("want none with three topics, got %v", picked)
	}
	o.Person = "sam"
	if picked := Pick(Bank("en"), l, o, nil); len(picked) != 1 {
		t.Errorf("want one question for the side with one topic, got %v", picked)
	}
	l.Topics = nil
	if picked := Pick(Bank("en"), l, o, nil); len(picked) != 2 {
		t.Errorf("want two questions for the side with none, got %v", picked)
	}
}

func TestTheCategoryTouchedLeastComesFirst(t *testing.T) {
	l := acme()
	l.Topics = nil
	for _, kind := range []string{"work", "growth", "feedback", "team", "direction", "together"} {
		l.Topics = append(l.Topics, &meeting.Topic{ID: "T1", Kind: kind, State: meeting.TopicDiscussed})
	}
	if picked := Pick(Bank("en"), l, occasion(meeting.LetterPreReport, "priya"), nil); picked[0].Category != "wellbeing" {
		t.Errorf("want wellbeing, of which nobody spoke, got %v", picked)
	}
}

func TestReadingQuestionsSaysWhatIsWrong(t *testing.T) {
	for file, want := range map[string]string{
		"questions:\n- {id: a, category: work, depth: light, asks: either}\n":                                              "text is missing",
		"questions:\n- {id: a, category: work, depth: shallow, asks: either, text: x}\n":                                   "depth light or deep",
		"questions:\n- {id: a, category: work, depth: light, asks: all, text: x}\n":                                        "asks must be",
		"questions:\n- {id: a, category: w, depth: deep, asks: either, text: x, color: red}\n":                             "color",
		"questions:\n- {id: a, set: s, asks: either, text: x}\n- {id: a, category: w, depth: deep, asks: report, text: y}": "the id is taken",
	} {
		if _, err := readQuestions(strings.NewReader(file)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: want an error about %q, got %v", file, want, err)
		}
	}
}

func TestAQuestionShowsTheAskersOwnAnswerFirst(t *testing.T) {
	r := cases()["pre-report"]
	r.Log.Topics = append(r.Log.Topics, &meeting.Topic{ID: "T6", Text: "What do you want to focus on this year?", State: meeting.TopicOpen, Origin: by("sam", "2026-11-30 10:00"),
		Context: []string{"planning season"}, Question: &meeting.Question{MyAnswer: "fewer meetings", Why: "I want to fight for the right things"}})
	l, err := Compose(r)
	want := "T6  What do you want to focus on this year?\n    from Sam\n    own answer: fewer meetings\n    why: I want to fight for the right things\n    planning season\n"
	if err != nil || !strings.Contains(l.Text, want) {
		t.Errorf("want\n%s(%v), got\n%s", want, err, l.Text)
	}
}
