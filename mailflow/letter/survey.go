package letter

import (
	"slices"
	"strings"
	"time"

	"duolog/meeting"
)

// blindFor is how long the answers of one side stay unseen while the other has not answered.
const blindFor = 10 * 24 * time.Hour

// surveyManager shows the numbers of the last quarter, then asks what they do not tell.
func (w *writer) surveyManager() {
	from, to := lastQuarter(w.today())
	w.survey("survey.manager", from, to)
	w.section(w.say("survey.numbers", "Period", w.months(from, to)), nil, w.numbers(from, to)...)
	items := w.set("self-assessment", w.months(from, to))
	w.section(w.say("survey.questions"), items, w.say("survey.change"))
	w.surveyFoot()
}

// surveyReport asks what works, what does not, what would help.
func (w *writer) surveyReport() {
	from, to := lastQuarter(w.today())
	w.survey("survey.report", from, to)
	w.section("", w.reportAsks())
	w.surveyFoot()
}

func (w *writer) survey(lead string, from, to time.Time) {
	w.page.Subject = inert(w.say("subject.survey", "Names", w.names(), "Period", w.months(from, to)), maxSubject)
	w.page.Lead = w.say(lead)
}

// surveyFoot says who sees the answers, and when.
func (w *writer) surveyFoot() {
	day := w.Now.Add(blindFor).In(w.reader.Location())
	w.page.Footer = append(w.page.Footer, w.say("survey.blind", "Day", w.short(day)), w.say("survey.skip"))
}

// feedback asks the five questions about the work itself, in the place of the mail before a meeting.
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
	w.section("", w.set("feedback-session", period))
	w.section("", nil, w.say("feedback.other"))
	w.foot()
}

// set are the questions of one set, numbered, with the period they ask about; the letter remembers that it asked them.
func (w *writer) set(name, period string) []item {
	for _, q := range Bank(w.words.Code) {
		if q.Set == name {
			w.letter.Questions = append(w.letter.Questions, q.ID)
		}
	}
	return w.listed(name, period)
}

// listed are the questions of one set without asking them. The period goes in as text, not as a template.
func (w *writer) listed(name, period string) []item {
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

// lastQuarter is the calendar quarter before the one that day lies in.
func lastQuarter(day time.Time) (from, to time.Time) {
	first := (day.Month()-1)/3*3 + 1
	to = time.Date(day.Year(), first, 1, 0, 0, 0, 0, day.Location())
	return to.AddDate(0, -3, 0), to
}

// months are the first and the last month of a period that ends before to.
func (w *writer) months(from, to time.Time) string {
	last := to.AddDate(0, 0, -1)
	return w.say("period.months", "From", w.words.Months[from.Month()-1], "To", w.words.Months[last.Month()-1], "Year", last.Year())
}

// numbers are what the log says of a period: meetings, promises, topics.
func (w *writer) numbers(from, to time.Time) []string {
	within := func(t time.Time) bool { return !t.Before(from) && t.Before(to) }
	held, planned, moved := 0, 0, 0
	for _, m := range w.Log.Upcoming(from, to) {
		planned++
		if m.State == meeting.Held {
			held++
		}
		if m.State == meeting.Moved || slices.ContainsFunc(m.History, func(h meeting.Change) bool { return h.Field == "start" }) {
			moved++
		}
	}
	var done, promised, raised [2]int // the reader's, the other's
	for _, a := range w.Log.Actions {
		if side, ok := w.side(a.Who); ok && within(a.At) && a.State != meeting.ActionWithdrawn && a.State != meeting.ActionRejected {
			promised[side]++
			if a.State == meeting.ActionDone {
				done[side]++
			}
		}
	}
	for _, t := range w.Log.Topics {
		if side, ok := w.side(t.By); ok && within(t.At) && t.State != meeting.TopicWithdrawn {
			raised[side]++
		}
	}
	return []string{
		w.say("numbers.meetings", "Held", held, "Planned", planned, "Moved", moved),
		w.say("numbers.actions", "Done", done[0], "All", promised[0], "TheirDone", done[1], "TheirAll", promised[1]),
		w.say("numbers.topics", "Mine", raised[0], "Theirs", raised[1]),
	}
}

func (w *writer) side(person string) (int, bool) {
	switch person {
	case w.reader.ID:
		return 0, true
	case w.other.ID:
		return 1, true
	}
	return 0, false
}
