package letter

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"duolog/meeting"
)

// surveyResult shows both sides' answers beside each other and asks for the one change that both will try.
func (w *writer) surveyResult() {
	s := w.Log.Survey(w.Occasion.Item)
	if s == nil {
		w.fail(fmt.Errorf("there is no survey %q", w.Occasion.Item))
		return
	}
	w.page.Subject = inert(w.say("subject.survey-result", "Names", w.names()), maxSubject)
	w.page.Lead = w.say("result.lead")
	mine, theirs := w.answersOf(s, w.reader), w.answersOf(s, w.other)
	w.section(w.say("result.theirs"), theirs, w.unanswered(theirs)...)
	w.section(w.say("result.mine"), mine, w.unanswered(mine)...)
	if s.Agreed != "" {
		w.section("", nil, w.say("result.agreed", "ID", s.Agreed, "Text", inert(w.Log.TextOf(s.Agreed), maxText)))
	}
	w.foot()
}

// answersOf are one person's answers that the reader may see, each with its question.
func (w *writer) answersOf(s *meeting.Survey, p *meeting.Person) []item {
	if w.titles {
		return nil
	}
	var items []item
	for _, a := range w.Log.Seen(s, w.reader.ID, w.Now) {
		if a.By != p.ID || a.Said == meeting.SurveySkipped {
			continue
		}
		lines := slices.Clone(a.Parts) // all of the text, taken apart
		if len(lines) == 0 {
			lines = []string{a.Text}
		}
		for i := range lines {
			lines[i] = inert(lines[i], maxText)
		}
		if a.Said == meeting.SurveyInPerson {
			lines = []string{w.say("result.in-person")}
		}
		if a.Value > 0 {
			lines[0] = strings.TrimSpace(strconv.Itoa(a.Value) + "/5 " + lines[0])
		}
		if q := w.questionOf(p, a.Question); q != "" {
			lines = append([]string{q}, lines...)
		}
		it := item{Text: lines[0]}
		for _, line := range lines[1:] {
			it.add(line)
		}
		items = append(items, it)
	}
	return items
}

// questionOf is the question that an answer belongs to, "" for free words.
func (w *writer) questionOf(p *meeting.Person, id string) string {
	if id == "change" {
		return w.say("result.change")
	}
	n, err := strconv.Atoi(id)
	asked := w.reportAsks()
	if p.ID != w.Log.Pair.Report {
		asked = w.listed("self-assessment", "")
	}
	if err != nil || n < 1 || n > len(asked) {
		return ""
	}
	return asked[n-1].Text
}

func (w *writer) unanswered(items []item) []string {
	switch {
	case w.titles:
		return []string{w.say("result.in-log")}
	case len(items) == 0:
		return []string{w.say("result.none")}
	}
	return nil
}
