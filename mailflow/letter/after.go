package letter

import (
	"errors"
	"fmt"
	"strings"

	"duolog/meeting"
)

var errNoMeeting = errors.New("the occasion names no meeting of this pair")

// recap asks both, right after the meeting, what became of each topic.
func (w *writer) recap() {
	if w.meeting == nil {
		w.fail(errNoMeeting)
		return
	}
	w.subject("subject.recap")
	w.page.Lead = w.say("recap.lead")
	w.page.Intro = []string{w.when(w.meeting.Start), w.say("recap.held")}
	var topics []*meeting.Topic
	for _, t := range w.Log.Agenda() {
		if t.At.Before(w.meeting.End()) {
			topics = append(topics, t)
		}
	}
	if len(topics) > 0 {
		items, more := w.atMost(2*maxItems, w.bare(topics))
		w.section(w.say("recap.topics"), items, append(more, w.say("recap.how"))...)
	}
	items, more := w.atMost(2*maxItems, w.recapActions())
	w.section(w.say("recap.actions"), items, more...)
	w.section(w.say("recap.agreements"), w.madeIn(w.meeting))
	w.section(w.say("recap.new"), nil, w.say("recap.forms"))
	w.foot()
}

// bare are topics without what explains them; after the meeting both know.
func (w *writer) bare(topics []*meeting.Topic) []item {
	var items []item
	for _, t := range topics {
		items = append(items, item{ID: t.ID, Text: w.topicText(t)})
	}
	return items
}

// recapActions are all pending actions, the manager's own first, with what is missing in each.
func (w *writer) recapActions() []item {
	var items []item
	for _, a := range w.Log.Pending("") {
		facts := []string{w.name(a.Who)}
		if a.Due != "" {
			facts = append(facts, w.due(a.Due))
		}
		if a.State == meeting.ActionProposed {
			facts = append(facts, w.proposed(a))
		}
		if missing := w.missing(a); len(missing) > 0 {
			facts = append(facts, w.say("action.missing", "What", strings.Join(missing, ", ")))
		}
		items = append(items, w.actionItem(a, facts...))
	}
	return items
}

// missing names the parts of a promise that nobody gave yet.
func (w *writer) missing(a *meeting.Action) []string {
	var parts []string
	if a.Who == "" {
		parts = append(parts, w.say("missing.who"))
	}
	if a.Due == "" {
		parts = append(parts, w.say("missing.when"))
	}
	if a.Measure == "" && a.Kind != meeting.ReportBack {
		parts = append(parts, w.say("missing.measure"))
	}
	return parts
}

func (w *writer) madeIn(m *meeting.Meeting) []item {
	var items []item
	for _, g := range w.Log.Agreements {
		if it, ok := w.agreementItem(g); ok && g.Meeting == m.ID {
			items = append(items, it)
		}
	}
	return items
}

// confirmation shows what the other side wrote down, to be confirmed, corrected, accepted or refused. Notes that Lapsed come last, so that they
// push out none of the last meeting's.
func (w *writer) confirmation() {
	w.subject("subject.confirmation")
	w.page.Lead = w.say("confirm.lead")
	var notes, lapsed, actions, changes []item
	for _, id := range w.Log.Waiting(w.reader.ID) {
		if n, _ := w.Log.Note(id); n != nil {
			if it, ok := w.noteItem(n); ok && w.Log.Lapsed(n) {
				lapsed = append(lapsed, it)
			} else if ok {
				notes = append(notes, it)
			}
		}
		if a := w.Log.Action(id); a != nil {
			actions = append(actions, w.actionItem(a, w.due(a.Due)))
		}
		if g := w.Log.Agreement(id); g != nil {
			changes = append(changes, item{ID: g.ID, Text: w.agreementText(g)})
		}
	}
	notes = append(notes, lapsed...)
	next := w.Log.NextMeeting(w.Now)
	asked := next != nil && next.Proposal != nil && next.Proposal.By != w.reader.ID
	if len(notes)+len(actions)+len(changes) == 0 && !asked {
		w.fail(fmt.Errorf("nothing waits for %s", w.reader.ID))
	}
	notes, more := w.atMost(2*maxItems, notes)
	w.section(w.say("confirm.notes"), notes, more...)
	actions, more = w.atMost(2*maxItems, actions)
	if len(actions) > 0 {
		more = append(more, w.say("confirm.how", "ID", actions[0].ID))
	}
	w.section(w.say("confirm.actions"), actions, more...)
	w.section(w.say("confirm.changes"), changes)
	w.section(w.say("reminder.also"), w.dueSoon(""))
	if next != nil {
		w.section(w.say("confirm.next"), nil, w.when(next.Start))
		w.proposal(next)
	}
	w.foot()
}
