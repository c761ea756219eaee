package letter

import (
	"fmt"
	"strconv"
	"strings"

	"duolog/meeting"
)

// theme is what both sides were asked, each in a question of their own.
type theme struct{ name, manager, report string }

// themes are the questions whose answers stand beside each other.
var themes = []theme{{"worth", "4", "5"}, {"rhythm", "2", "4"}, {"change", "change", "3"}}

// surveyResult shows both sides' answers beside each other and asks for the one change that both will try.
func (w *writer) surveyResult() {
	s := w.Log.Survey(w.Occasion.Item)
	if s == nil {
		w.fail(fmt.Errorf("there is no survey %q", w.Occasion.Item))
		return
	}
	w.page.Subject = inert(w.say("subject.survey-result", "Names", w.names()), maxSubject)
	w.page.Lead = w.say("result.lead")
	switch silent := w.silent(s); {
	case w.titles:
		w.section("", nil, w.say("result.in-log"))
	case silent != nil:
		w.section("", nil, w.say("result.none", "Name", w.name(silent.ID)))
		other := w.reader
		if silent == w.reader {
			other = w.other
		}
		w.section(w.saidBy(other, "result.said"), w.answersOf(s, other, false))
	default:
		w.section("", w.beside(s))
		w.section(w.saidBy(w.other, "result.also"), w.answersOf(s, w.other, true))
		w.section(w.saidBy(w.reader, "result.also"), w.answersOf(s, w.reader, true))
	}
	w.section("", nil, w.oneChange(s)...)
	w.foot()
}

// silent is the one who answered nothing, nil when both did.
func (w *writer) silent(s *meeting.Survey) *meeting.Person {
	for _, p := range []*meeting.Person{w.reader, w.other} {
		if !s.Answered(p.ID) {
			return p
		}
	}
	return nil
}

func (w *writer) saidBy(p *meeting.Person, phrase string) string {
	return w.say(phrase, "You", p == w.reader, "Name", w.first(p))
}

// beside are the themes with both answers, the gaps marked.
func (w *writer) beside(s *meeting.Survey) []item {
	var items []item
	for _, t := range w.themes() {
		it := item{Text: w.questionOf(w.reader, t.report)}
		if t.name != "" {
			it.Text = w.say("theme." + t.name)
		}
		marks := map[*meeting.Person]int{}
		for _, p := range []*meeting.Person{w.other, w.reader} {
			said := w.answerTo(s, p, w.askedIn(t, p))
			if said == "" {
				said = w.say("result.gap")
			}
			it.add(w.saidBy(p, "result.who") + " " + said)
			marks[p] = w.mark(s, p, w.askedIn(t, p))
		}
		if a, b := marks[w.reader], marks[w.other]; a > 0 && b > 0 && max(a-b, b-a) >= 2 {
			it.add(w.say("result.apart"))
		}
		items = append(items, it)
	}
	return items
}

// themes of this pair: those who lead nobody were asked the same five questions.
func (w *writer) themes() []theme {
	if w.Log.Pair.Kind.Managed() {
		return themes
	}
	var all []theme
	for i := range w.reportAsks() {
		all = append(all, theme{"", number(i + 1), number(i + 1)})
	}
	return all
}

// askedIn is the question in which the person was asked about a theme.
func (w *writer) askedIn(t theme, p *meeting.Person) string {
	if p.ID == w.Log.Pair.Report {
		return t.report
	}
	return t.manager
}

// answerTo is all that a person answered to one question, as the reader may see it; "" when nothing.
func (w *writer) answerTo(s *meeting.Survey, p *meeting.Person, question string) string {
	var parts []string
	for _, a := range w.Log.Seen(s, w.reader.ID, w.Now) {
		if a.By != p.ID || a.Question != question || a.Said == meeting.SurveySkipped {
			continue
		}
		text := inert(a.Text, maxText)
		if len(a.Parts) > 0 { // they are the text, taken apart
			text = inert(strings.Join(a.Parts, " · "), maxText)
		}
		if a.Said == meeting.SurveyInPerson {
			text = w.say("result.in-person")
		}
		if a.Value > 0 {
			text = strings.TrimSpace(strconv.Itoa(a.Value) + "/5 " + text)
		}
		if text != "" {
			parts = append(parts, text)
		}
	}
	return strings.Join(parts, " · ")
}

// mark is the last value from 1 to 5 that the person gave to a question, 0 for none.
func (w *writer) mark(s *meeting.Survey, p *meeting.Person, question string) int {
	value := 0
	for _, a := range w.Log.Seen(s, w.reader.ID, w.Now) {
		if a.By == p.ID && a.Question == question && a.Value > 0 {
			value = a.Value
		}
	}
	return value
}

// answersOf are one person's answers, each below its question; without those to the themes when rest is set.
func (w *writer) answersOf(s *meeting.Survey, p *meeting.Person, rest bool) []item {
	var items []item
	for _, question := range []string{"1", "2", "3", "4", "5", "change", ""} {
		said := w.answerTo(s, p, question)
		if said == "" || rest && w.isTheme(p, question) {
			continue
		}
		it := item{Text: said}
		if q := w.questionOf(p, question); q != "" {
			it = item{Text: q, Details: []string{said}}
		}
		items = append(items, it)
	}
	return items
}

func (w *writer) isTheme(p *meeting.Person, question string) bool {
	for _, t := range w.themes() {
		if w.askedIn(t, p) == question {
			return true
		}
	}
	return false
}

// questionOf is the question that an answer belongs to, "" for free words.
func (w *writer) questionOf(p *meeting.Person, id string) string {
	if id == "change" {
		return w.say("theme.change")
	}
	n, err := strconv.Atoi(id)
	asked := w.reportAsks()
	if p.ID != w.Log.Pair.Report && w.Log.Pair.Kind.Managed() {
		asked = w.set("self-assessment", "")
	}
	if err != nil || n < 1 || n > len(asked) {
		return ""
	}
	return asked[n-1].Text
}

// oneChange says how far the two are with the one change that comes of it.
func (w *writer) oneChange(s *meeting.Survey) []string {
	if g := w.Log.Agreement(s.Agreed); g != nil && g.Made() {
		return []string{w.say("result.agreed", "Text", w.agreed(w.Log, g), "Day", w.reviewDay(g))}
	}
	for _, g := range w.Log.Proposed(s, w.reader.ID) {
		return []string{w.say("result.proposed", "Text", w.agreed(w.Log, g))}
	}
	for _, g := range w.Log.Proposed(s, w.other.ID) {
		return []string{w.say("result.yours", "Text", w.agreed(w.Log, g))}
	}
	if w.answerTo(s, w.other, "change") != "" && !w.titles {
		return []string{w.say("result.take-up")}
	}
	return nil
}

// reviewDay is when both look at an agreement again, "" for never.
func (w *writer) reviewDay(g *meeting.Agreement) string {
	if day, ok := w.isoDay(g.Review); ok {
		return w.short(day)
	}
	return ""
}
