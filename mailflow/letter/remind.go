package letter

import (
	"fmt"
	"strings"

	"duolog/meeting"
)

// reminder repeats a promise to its owner in its own words: half way, on the day, two days late.
func (w *writer) reminder() {
	a := w.Log.Action(w.Occasion.Item)
	if a == nil || !a.Pending() {
		w.fail(fmt.Errorf("action %q is not pending", w.Occasion.Item))
		return
	}
	w.page.Subject = inert(w.say("subject.reminder", "ID", a.ID, "Text", inert(a.What, 60), "Due", w.due(a.Due)), maxSubject)
	w.page.Lead = w.say("reminder." + w.howLate(a))
	if a.Kind == meeting.ReportBack {
		w.page.Lead = w.say("reminder.report-back")
	}
	it := w.actionItem(a, w.due(a.Due))
	if t := w.Log.Topic(a.Topic); t != nil {
		it.Details = append(it.Details, w.say("reminder.topic", "ID", t.ID, "Text", w.topicText(t)))
	}
	if !w.titles {
		it.Details = append(it.Details, w.comments(a.Comments)...)
	}
	w.section(w.say("reminder.promise", "Day", w.short(a.At.In(w.reader.Location()))), []item{it})
	w.section("", nil, strings.Split(w.say("reminder.how"), "\n")...)
	w.foot()
}

func (w *writer) howLate(a *meeting.Action) string {
	day, ok := w.isoDay(a.Due)
	switch {
	case !ok || w.daysTo(day) > 0:
		return "early"
	case w.daysTo(day) == 0:
		return "today"
	}
	return "late"
}

// headsUp announces to one side what the other wants to speak about.
func (w *writer) headsUp() {
	t := w.Log.Topic(w.Occasion.Item)
	if t == nil || t.State == meeting.TopicWithdrawn || t.By == w.reader.ID {
		w.fail(fmt.Errorf("topic %q is nothing to announce to %s", w.Occasion.Item, w.reader.ID))
		return
	}
	w.subject("subject.heads-up")
	w.page.Lead = w.say("heads-up.lead")
	it := item{ID: t.ID, Text: w.topicText(t)}
	if !w.titles && !t.Delicate {
		for _, line := range t.Context {
			it.add(inert(line, maxText))
		}
	}
	if w.meeting != nil {
		w.section("", nil, w.say("heads-up.when", "When", w.when(w.meeting.Start)))
	}
	w.section("", []item{it})
	if t.FollowUp != "" {
		w.section("", nil, w.say("heads-up.before", "Day", w.echoDay(t.FollowUp)))
	}
	w.foot()
}

// welcome says in five lines what this is, and asks for a yes.
func (w *writer) welcome() {
	w.page.Subject = inert(w.say("subject.welcome", "Names", w.names()), maxSubject)
	w.page.Lead = w.say("welcome.lead")
	w.section("", nil, strings.Split(w.say("welcome.what"), "\n")...)
	if link := webAddress(w.EnrolURL); link != "" {
		w.page.Sections = append(w.page.Sections, section{Lines: []string{w.say("welcome.enrol")}, Link: link})
	} else {
		w.section("", nil, w.say("welcome.password"))
	}
	next := w.Log.NextMeeting(w.Now)
	if next != nil {
		w.section(w.say("welcome.next"), nil, w.when(next.Start)+" · "+w.say("minutes", "N", next.Length.Minutes()))
	}
	w.section("", nil, w.say("welcome.zone", "Zone", w.reader.Zone, "Clock", w.clock(w.Now.In(w.reader.Location()))), w.say("welcome.no"))
	w.foot()
}
