package site

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"duolog/meeting"
)

// questions is how many a survey asks each side by number.
const questions = "12345"

// surveyView is one survey or feedback session, as far as both may see it.
type surveyView struct {
	ID        string         `json:"id"`
	Session   bool           `json:"session,omitempty"`
	From      string         `json:"from"` // ISO, of the period that it looks back on
	To        string         `json:"to"`
	Sides     []sideView     `json:"sides"` // the report's, then the manager's
	Agreed    *agreementView `json:"agreed,omitempty"`
	Postponed string         `json:"postponed,omitempty"`
	Prose     string         `json:"prose,omitempty"`
}

// sideView is what one side was asked and what they said, question by question; a question without an answer is a gap.
type sideView struct {
	Person  personView   `json:"person"`
	Answers []answersTo  `json:"answers"`
	Free    []surveyWord `json:"free,omitempty"` // what answers no single question
}

type answersTo struct {
	Question string       `json:"question"` // the theme's key of its text: "manager_1", "report_5", "session_2", "change"
	Words    []surveyWord `json:"words,omitempty"`
}

type surveyWord struct {
	Text  []run   `json:"text,omitempty"`
	Parts [][]run `json:"parts,omitempty"`
	Value int     `json:"value,omitempty"` // 1 to 5
	Said  string  `json:"said,omitempty"`  // "skip", "in-person"
	On    string  `json:"on"`
}

// surveys lists those of which both may see something, the newest first. What only one may see yet is on that person's own page.
func (v viewer) surveys() []surveyView {
	var views []surveyView
	for _, s := range slices.Backward(v.log.Surveys) {
		if shared := v.shared(s); len(shared) > 0 {
			views = append(views, v.survey(s, shared))
		}
	}
	slices.SortStableFunc(views, func(a, b surveyView) int { return cmp.Compare(b.To, a.To) })
	return views
}

// shared are the answers that both may see.
func (v viewer) shared(s *meeting.Survey) []meeting.SurveyAnswer {
	theirs := v.log.Seen(s, v.log.Pair.Report, v.now)
	return slices.DeleteFunc(v.log.Seen(s, v.log.Pair.Manager, v.now), func(a meeting.SurveyAnswer) bool {
		return !contains(theirs, a)
	})
}

func contains(answers []meeting.SurveyAnswer, a meeting.SurveyAnswer) bool {
	return slices.ContainsFunc(answers, func(b meeting.SurveyAnswer) bool {
		return a.Origin == b.Origin && a.Question == b.Question && a.Text == b.Text
	})
}

func (v viewer) survey(s *meeting.Survey, answers []meeting.SurveyAnswer) surveyView {
	view := surveyView{ID: s.ID, Session: s.IsSession(), From: s.From, To: s.To, Postponed: s.Postponed, Prose: inert(s.Prose)}
	for _, person := range []string{v.log.Pair.Report, v.log.Pair.Manager} {
		view.Sides = append(view.Sides, v.sideOf(s, person, answers))
	}
	if all := v.agreements(func(g *meeting.Agreement) bool { return g.ID == s.Agreed }); len(all) > 0 {
		view.Agreed = &all[0]
	}
	return view
}

func (v viewer) sideOf(s *meeting.Survey, person string, answers []meeting.SurveyAnswer) sideView {
	side := sideView{Person: v.person(person)}
	words := map[string][]surveyWord{}
	for _, a := range answers {
		if a.By == person && a.Said != meeting.SurveySkipped { // which looks like a question left out
			words[a.Question] = append(words[a.Question], v.word(a))
		}
	}
	asks := strings.Split(questions, "")
	if words[oneChange] != nil || !s.IsSession() && person == v.log.Pair.Manager {
		asks = append(asks, oneChange)
	}
	for _, q := range asks {
		side.Answers = append(side.Answers, answersTo{v.key(s, person, q), words[q]})
		delete(words, q)
	}
	for _, q := range slices.Sorted(maps.Keys(words)) {
		side.Free = append(side.Free, words[q]...)
	}
	return side
}

// oneChange is how a survey calls the one change that its reader will try.
const oneChange = "change"

// key is how the theme calls the text of a question.
func (v viewer) key(s *meeting.Survey, person, question string) string {
	switch {
	case !strings.Contains(questions, question) || question == "":
		return question
	case s.IsSession():
		return "session_" + question
	}
	return v.side(person) + "_" + question
}

func (v viewer) word(a meeting.SurveyAnswer) surveyWord {
	w := surveyWord{Text: runs(a.Text), Value: a.Value, Said: a.Said, On: v.day(a.At)}
	for _, part := range a.Parts {
		w.Parts = append(w.Parts, runs(part))
	}
	if listed(a.Text, a.Parts) {
		w.Text = nil
	}
	return w
}

// listed tells that a text says its parts and nothing more: all that stands between them are the marks of a list, such as "a)".
func listed(text string, parts []string) bool {
	for _, part := range parts {
		mark, rest, found := strings.Cut(text, part)
		if !found || len([]rune(strings.TrimSpace(mark))) > 3 {
			return false
		}
		text = rest
	}
	return len(parts) > 0 && strings.Trim(text, " .\n") == ""
}

// sessionIn is the feedback session that took the place of the meeting, as far as both may see it; nil when there is none.
func (v viewer) sessionIn(m *meeting.Meeting) *surveyView {
	if !slices.ContainsFunc(v.log.Surveys, (*meeting.Survey).IsSession) {
		return nil
	}
	s := v.log.SessionIn(m)
	if s == nil {
		return nil
	}
	shared := v.shared(s)
	if len(shared) == 0 {
		return nil
	}
	view := v.survey(s, shared)
	return &view
}

// ownAnswers are what the person said in surveys that the other may not see yet.
func (v viewer) ownAnswers(person string) []ownNote {
	var notes []ownNote
	for _, s := range v.log.Surveys {
		shared := v.shared(s)
		n := ownNote{ID: s.ID, Kind: "survey", From: s.From, To: s.To}
		for _, a := range v.log.Seen(s, person, v.now) {
			if a.By == person && !contains(shared, a) {
				n.Answers = append(n.Answers, ownAnswer{Question: v.key(s, person, a.Question), Text: strings.Join(append([]string{a.Text}, a.Parts...), "\n"), Value: a.Value, Said: a.Said})
			}
		}
		if !s.IsSession() {
			n.Until = v.day(v.log.Revealed(s))
		}
		if len(n.Answers) > 0 {
			notes = append(notes, n)
		}
	}
	return notes
}

// revealed lists the quarterly surveys that both may see, the oldest first.
func (v viewer) revealed() []*meeting.Survey {
	var all []*meeting.Survey
	for _, s := range v.log.Surveys {
		if at := v.log.Revealed(s); !s.IsSession() && !at.IsZero() && !at.After(v.now) {
			all = append(all, s)
		}
	}
	slices.SortStableFunc(all, func(a, b *meeting.Survey) int { return cmp.Compare(a.To, b.To) })
	return all
}

// meanMark is the mean of the marks from 1 to 5 that a person gave in a survey, 0 when there are none.
func meanMark(s *meeting.Survey, person string) float64 {
	sum, n := 0, 0
	for _, a := range s.Answers {
		if a.By == person && a.Value > 0 {
			sum, n = sum+a.Value, n+1
		}
	}
	if n == 0 {
		return 0
	}
	return float64(sum) / float64(n)
}
