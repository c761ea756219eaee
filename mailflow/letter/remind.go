package letter

import (
	"fmt"

	"duolog/meeting"
)

// reminder repeats a promise to its owner in its own words: half way, on the day, two days late. What else falls due before the next mail
// that lists all promises is named below it.
func (w *writer) reminder() {
	if t := w.Log.Topic(w.Occasion.Item); t != nil {
		w.comeBack(t)
		return
	}
	a := w.Log.Action(w.Occasion.Item)
	if a == nil || !a.Pending() {
		w.fail(fmt.Errorf("action %q is not pending", w.Occasion.Item))
		return
	}
	w.page.Subject = inert(w.say("subject.reminder", "ID", a.ID, "Text", inert(a.What, 60), "Due", w.due(a.Due)), maxSubject)
	also := w.dueSoon(a.ID)
	switch {
	case a.Who != w.reader.ID:
		w.page.Lead = w.say("reminder.other", "Name", w.name(a.Who))
	case a.Kind == meeting.ReportBack:
		w.page.Lead = w.say("reminder.report-back")
	case len(also) > 0:
		w.page.Lead = w.say("reminder."+w.howLate(a)) + " " + w.say("reminder.several", "ID", also[0].ID)
	default:
		w.page.Lead = w.say("reminder." + w.howLate(a))
	}
	it := w.actionItem(a, w.due(a.Due))
	if t := w.Log.Topic(a.Topic); t != nil {
		it.Details = append(it.Details, w.say("reminder.topic", "ID", t.ID, "Text", w.topicText(t)))
	}
	if !w.titles {
		it.Details = append(it.Details, w.comments(a.Comments)...)
	}
	title, day := "reminder.promise", w.short(a.At.In(w.reader.Location()))
	if a.Who != w.reader.ID {
		title = "reminder.theirs"
	}
	w.section(w.say(title, "Day", day, "Name", w.name(a.Who)), []item{it})
	w.section(w.say("reminder.also"), also)
	if a.Who == w.reader.ID {
		w.section("", nil, w.say("reminder.how"))
	}
	w.foot()
}

// dueSoon are the reader's promises, beside one, that no other mail names before they are due.
func (w *writer) dueSoon(beside string) []item {
	var items []item
	for _, a := range w.Log.DueSoon(w.reader.ID, w.Now) {
		if a.ID != beside {
			facts := []string{w.due(a.Due)}
			if a.Who != w.reader.ID {
				facts = []string{w.name(a.Who), w.due(a.Due)}
			}
			items = append(items, w.actionItem(a, facts...))
		}
	}
	return items[:min(len(items), maxItems)]
}

// comeBack reminds of a topic on the day on which both wanted to come back to it.
func (w *writer) comeBack(t *meeting.Topic) {
	if !t.OnAgenda() {
		w.fail(fmt.Errorf("topic %q is not on the agenda", t.ID))
		return
	}
	w.page.Subject = inert(w.say("subject.come-back", "ID", t.ID, "Text", inert(w.topicText(t), 60)), maxSubject)
	w.page.Lead = w.say("come-back.lead")
	w.section("", []item{w.topicItem(t, w.from(t.By)...)})
	w.section(w.say("reminder.also"), w.dueSoon(""))
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
