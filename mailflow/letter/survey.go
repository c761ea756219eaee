package letter

import (
	"slices"
	"strings"
	"time"

	"duolog/meeting"
)

// surveyManager shows the numbers of the last quarter, report by report, then asks once what they do not tell.
func (w *writer) surveyManager() {
	s := w.asked("survey.manager")
	from, to := w.Log.Period(s)
	round := w.round()
	var reports []item
	for _, l := range round {
		it := item{Text: inert(l.Report.Name, 60), Details: w.numbers(l, s)}
		for _, g := range l.Reviews(w.Now) {
			it.Details = append(it.Details, w.say("survey.review", "Text", w.agreed(l, g), "N", 4))
		}
		reports = append(reports, it)
	}
	title := w.say("survey.numbers", "Period", w.months(from, to))
	if len(round) == 1 {
		w.section(title, nil, reports[0].Details...)
	} else {
		w.section(title, reports)
	}
	last := []string{w.say("survey.change")}
	if len(round) > 1 {
		last = append(last, w.say("survey.each", "Name", inert(round[len(round)-1].Report.FirstName(), 40)))
	}
	w.section(w.say("survey.questions"), w.set("self-assessment", w.months(from, to)), last...)
	w.surveyFoot(s)
}

// round are the logs that a manager's survey is about, in the order of the reports' names.
func (w *writer) round() []*meeting.Log {
	round := append([]*meeting.Log{w.Log}, w.Round...)
	slices.SortStableFunc(round, func(a, b *meeting.Log) int { return meeting.CompareNames(a.Report, b.Report) })
	return round
}

// surveyReport asks what works, what does not, what would help.
func (w *writer) surveyReport() {
	s := w.asked("survey.report")
	w.section("", w.reportAsks())
	for _, g := range w.Log.Reviews(w.Now) {
		w.section("", nil, w.say("survey.review", "Text", w.agreed(w.Log, g), "N", 1))
	}
	w.surveyFoot(s)
}

// agreed is the text of an agreement, as far as mails of its pair may show it.
func (w *writer) agreed(l *meeting.Log, g *meeting.Agreement) string {
	if l.Pair.Settings.MailContent == "titles" {
		return g.ID
	}
	return inert(g.Text, maxDetail)
}

// asked begins a mail that asks for the quarter's survey.
func (w *writer) asked(lead string) *meeting.Survey {
	s := w.Log.Survey(w.Occasion.Item)
	if s == nil {
		s = w.Log.SurveyOf(w.Now)
	}
	from, to := w.Log.Period(s)
	subject := "subject.survey"
	if len(w.Round) > 0 {
		subject = "subject.survey-round"
	}
	w.page.Subject = inert(w.say(subject, "Names", w.names(), "Period", w.months(from, to)), maxSubject)
	w.page.Lead = w.say(lead, "N", 1+len(w.Round))
	if w.Occasion.Stage == meeting.StageAgain {
		w.page.Lead = w.say("survey.again") + " " + w.page.Lead
	}
	return s
}

// surveyFoot says who sees the answers, and when.
func (w *writer) surveyFoot(s *meeting.Survey) {
	blind := "survey.blind"
	if len(w.Round) > 0 {
		blind = "survey.blind-round"
	}
	day := w.short(s.Opens().In(w.reader.Location()))
	w.page.Footer = append(w.page.Footer, w.say(blind, "Day", day), w.say("survey.skip"))
}

// feedback asks the five questions about the work itself, in the place of the mail before a meeting. The manager is asked first; the
// report sees the manager's own answers below the questions.
func (w *writer) feedback() {
	if w.meeting == nil {
		w.fail(errNoMeeting)
		return
	}
	w.subject("subject.feedback")
	w.page.Lead = w.say("feedback.lead")
	w.intro()
	to := w.meeting.Start.In(w.reader.Location())
	period := w.say("period.days", "From", w.date("plain", to.AddDate(0, -3, 0)), "To", w.date("plain", to))
	items := w.set("feedback-session", period)
	if s := w.Log.Survey(w.Occasion.Item); s != nil && !w.titles {
		for i := range items {
			if said := w.answerTo(s, w.other, number(i+1)); said != "" {
				items[i].add(w.say("comment", "Name", w.first(w.other), "Text", said))
			}
		}
	}
	w.section("", items)
	w.section("", nil, w.say("feedback.other"))
	w.foot()
}

// set are the questions of one set, numbered. The period they ask about goes in as text, not as a template.
func (w *writer) set(name, period string) []item {
	var items []item
	for _, q := range Bank(w.words.Code) {
		if q.Set == name {
			text := strings.ReplaceAll(q.Text, "{{.Period}}", period)
			items = append(items, item{Number: len(items) + 1, Text: inert(text, maxText)})
		}
	}
	return items
}

// reportAsks are the questions to the report, numbered.
func (w *writer) reportAsks() []item {
	var items []item
	for i, line := range strings.Split(w.say("survey.asks"), "\n") {
		items = append(items, item{Number: i + 1, Text: line})
	}
	return items
}

// months are the first and the last month of a period that ends before to.
func (w *writer) months(from, to time.Time) string {
	last := to.AddDate(0, 0, -1)
	return w.say("period.months", "From", w.words.Months[from.Month()-1], "To", w.words.Months[last.Month()-1], "Year", last.Year())
}

// numbers are what the log of a pair says of the period of a survey: meetings, promises, topics.
func (w *writer) numbers(l *meeting.Log, s *meeting.Survey) []string {
	from, to := l.Period(s)
	n := l.Numbers(from, to, w.Now)
	mine, theirs, name := n.Manager, n.Report, inert(l.Report.FirstName(), 40)
	if w.reader.ID != l.Pair.Manager {
		mine, theirs, name = n.Report, n.Manager, inert(l.Manager.FirstName(), 40)
	}
	lines := []string{w.say("numbers.meetings", "Held", n.Held, "Planned", n.Planned, "Moved", n.Moved, "Late", n.Late, "Minutes", n.Minutes)}
	if mine.Promised+theirs.Promised > 0 {
		lines = append(lines, w.say("numbers.actions", "Done", mine.Done, "All", mine.Promised, "TheirDone", theirs.Done, "TheirAll", theirs.Promised, "Name", name))
	}
	if mine.Topics+theirs.Topics == 0 {
		return lines
	}
	topics := w.say("numbers.topics", "Mine", mine.Topics, "Theirs", theirs.Topics, "Name", name)
	if kind, some, all := l.Mostly(from, to); kind != "" {
		topics += " " + w.say("numbers.mostly", "Kind", w.kind(kind), "N", some, "All", all)
	}
	return append(lines, topics)
}
