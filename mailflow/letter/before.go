package letter

import (
	"slices"
	"time"

	"duolog/meeting"
)

// preReport asks the report, two days before, what to talk about.
func (w *writer) preReport() {
	w.before("pre.lead")
	w.promises("pre.your-actions", w.reader.ID)
	w.promises("pre.their-actions", w.other.ID)
	var agenda []item
	for _, t := range w.Log.Agenda() {
		agenda = append(agenda, w.topicItem(t, w.from(t.By)...))
	}
	agenda, more := w.atMost(maxItems, agenda)
	w.section(w.say("pre.agenda"), agenda, more...)
	w.again()
	w.lastTime()
	w.questions()
	w.how()
}

// preManager does so one day before, the report's topics first and what they need from the manager on top.
func (w *writer) preManager() {
	w.before("pre.lead")
	theirs, mine := w.bySide(w.Log.Agenda())
	items, more := w.atMost(maxItems, w.topics(theirs))
	w.section(w.say("pre.their-topics"), items, more...)
	items, more = w.atMost(maxItems, w.topics(mine))
	w.section(w.say("pre.your-topics"), items, more...)
	w.promises("pre.your-actions", w.reader.ID)
	w.again()
	w.sinceLastTime()
	w.section("", nil, w.hints()...)
	w.questions()
	w.how()
}

func (w *writer) before(lead string) {
	if w.meeting == nil {
		w.fail(errNoMeeting)
		return
	}
	w.subject("subject.pre")
	w.page.Lead = w.say(lead, "On", w.on(w.meeting.Start))
	w.intro()
	w.proposal(w.meeting)
}

// proposal repeats a new time that one side asked for and the other has not agreed to.
func (w *writer) proposal(m *meeting.Meeting) {
	p := m.Proposal
	switch {
	case p == nil || m.State != meeting.Planned:
	case p.By == w.reader.ID:
		w.section("", nil, w.say("proposal.yours", "When", w.echoTime(p.Start)))
	default:
		w.section("", nil, w.say("proposal.theirs", "When", w.echoTime(p.Start)))
	}
}

// how ends a mail before a meeting: answering in place, moving, skipping.
func (w *writer) how() {
	w.page.Footer = append(w.page.Footer, w.say("pre.how"))
	w.foot()
}

func (w *writer) topics(topics []*meeting.Topic) []item {
	var items []item
	for _, t := range topics {
		items = append(items, w.topicItem(t))
	}
	return items
}

// bySide splits an agenda into the other's topics and the reader's. Among the other's, a question to the reader and what
// was announced beforehand come first.
func (w *writer) bySide(agenda []*meeting.Topic) (theirs, mine []*meeting.Topic) {
	for _, t := range agenda {
		if t.By == w.reader.ID {
			mine = append(mine, t)
		} else {
			theirs = append(theirs, t)
		}
	}
	slices.SortStableFunc(theirs, func(a, b *meeting.Topic) int { return urgency(b) - urgency(a) })
	return theirs, mine
}

func urgency(t *meeting.Topic) int {
	switch {
	case t.Question != nil:
		return 2
	case t.HeadsUp:
		return 1
	}
	return 0
}

// promises is the section of the pending actions of one person, the most urgent first.
func (w *writer) promises(title, person string) {
	actions := w.Log.Pending(person)
	slices.SortStableFunc(actions, func(a, b *meeting.Action) int { return w.rank(a).Compare(w.rank(b)) })
	var items []item
	for _, a := range actions {
		facts := []string{w.due(a.Due)}
		if a.State == meeting.ActionProposed {
			facts = append(facts, w.proposed(a))
		}
		items = append(items, w.actionItem(a, facts...))
	}
	items, more := w.atMost(maxItems, items)
	w.section(w.say(title), items, more...)
}

func (w *writer) proposed(a *meeting.Action) string {
	if a.Who == w.reader.ID {
		return w.say("action.your-yes")
	}
	return w.say("action.their-yes", "Name", w.name(a.Who))
}

// rank is the day an action is due, far away when it has none.
func (w *writer) rank(a *meeting.Action) time.Time {
	if day, ok := w.isoDay(a.Due); ok {
		return day
	}
	return w.Now.AddDate(100, 0, 0)
}

// again are parked topics that are offered once more, and agreements that both meant to look at by now.
func (w *writer) again() {
	w.section(w.say("pre.parked"), w.topics(w.Log.Offered(w.Now)))
	last := w.lastHeld()
	var reviews []item
	for _, g := range w.Log.Reviews(w.Now) {
		day, ok := w.isoDay(g.Review)
		if it, shown := w.agreementItem(g); ok && shown && (last == nil || !day.Before(midnight(last.Start.In(w.reader.Location())))) {
			reviews = append(reviews, it)
		}
	}
	w.section(w.say("pre.review"), reviews)
}

// lastTime is the last held meeting in three lines.
func (w *writer) lastTime() {
	m := w.lastHeld()
	if m == nil {
		return
	}
	items := w.kept(m)
	items = items[:min(3, len(items))]
	for i := range items {
		items[i].Details = nil
	}
	w.section(w.say("pre.last-time", "Day", w.short(m.Start.In(w.reader.Location()))), items)
}

// kept is what stays of a meeting: agreements, then notes.
func (w *writer) kept(m *meeting.Meeting) []item {
	var items []item
	for _, g := range w.Log.Agreements {
		if it, ok := w.agreementItem(g); ok && g.Meeting == m.ID {
			items = append(items, it)
		}
	}
	for _, n := range m.Notes {
		if it, ok := w.noteItem(n); ok && n.Only == "" {
			items = append(items, it)
		}
	}
	return items
}

func (w *writer) lastHeld() *meeting.Meeting {
	for _, m := range slices.Backward(w.Log.Meetings) {
		if m.State == meeting.Held && m.Start.Before(w.Now) {
			return m
		}
	}
	return nil
}

// sinceLastTime is what was done since the last held meeting, and what it left.
func (w *writer) sinceLastTime() {
	m := w.lastHeld()
	if m == nil {
		return
	}
	var items []item
	for _, a := range w.Log.Actions {
		day, ok := w.isoDay(a.DoneOn)
		if a.State == meeting.ActionDone && ok && !day.Before(midnight(m.Start.In(w.reader.Location()))) {
			items = append(items, item{ID: a.ID, Text: w.actionText(a), Details: []string{w.say("action.done", "Name", w.name(a.Who), "Day", w.short(day))}})
		}
	}
	items, more := w.atMost(maxItems, append(items, w.kept(m)...))
	w.section(w.say("pre.since", "Day", w.short(m.Start.In(w.reader.Location()))), items, more...)
}

// nudge asks once, hours before, the side that said nothing.
func (w *writer) nudge() {
	if w.meeting == nil {
		w.fail(errNoMeeting)
		return
	}
	w.subject("subject.nudge")
	at := w.meeting.Start.In(w.reader.Location())
	w.page.Lead = w.say("nudge.lead", "On", w.on(at), "Clock", w.clock(at))
	w.section("", nil, w.say("nudge.fine"))
	w.foot()
}
