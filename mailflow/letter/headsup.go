package letter

import (
	"fmt"

	"duolog/meeting"
)

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
