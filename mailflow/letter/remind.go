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
