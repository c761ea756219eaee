package letter

import (
	"strconv"
	"strings"
	"time"

	"duolog/meeting"
)

// The most lines that one list of a mail has; the log has the rest.
const (
	maxItems   = 8
	maxContext = 2 // lines below one item
)

// topicItem is a topic as the reader may see it, the facts first. A delicate one is named without its text.
func (w *writer) topicItem(t *meeting.Topic, facts ...string) item {
	it := item{ID: t.ID, Text: w.topicText(t)}
	if n := w.Log.Carried(t); n > 0 {
		facts = append(facts, w.say("topic.carried", "N", n))
	}
	if t.State == meeting.TopicFollowUp && t.FollowUp != "" {
		facts = append(facts, w.say("topic.follow-up", "When", w.moment(t.FollowUp)))
	}
	it.add(strings.Join(facts, " · "))
	if w.titles || t.Delicate {
		return it
	}
	if q := t.Question; q != nil {
		it.add(w.quote("topic.answer", q.MyAnswer, "Name", w.name(t.By)), w.quote("topic.why", q.Why, "Name", w.name(t.By)))
	}
	for i, line := range t.Context {
		if i < maxContext {
			it.Details = append(it.Details, inert(line, maxDetail))
		}
	}
	it.Details = append(it.Details, w.comments(t.Comments)...)
	return it
}

// add adds the lines that are not empty.
func (it *item) add(lines ...string) {
	for _, line := range lines {
		if line != "" {
			it.Details = append(it.Details, line)
		}
	}
}

// quote is a phrase about a text, "" when there is no text.
func (w *writer) quote(name, text string, values ...any) string {
	if text = inert(text, maxDetail); text == "" {
		return ""
	}
	return w.say(name, append(values, "Text", text)...)
}

func (w *writer) topicText(t *meeting.Topic) string {
	switch {
	case t.State == meeting.TopicWithdrawn:
		return w.say("item.withdrawn")
	case t.Delicate:
		return w.say("topic.delicate", "Name", w.name(t.By))
	case t.HeadsUp && w.titles:
		return w.say("topic.heads-up", "Name", w.name(t.By))
	}
	return inert(t.Text, maxText)
}

// comments are the last few, each with its author.
func (w *writer) comments(all []meeting.Comment) []string {
	var lines []string
	for _, c := range all[max(0, len(all)-maxContext):] {
		lines = append(lines, w.say("comment", "Name", w.name(c.By), "Text", inert(c.Text, maxDetail)))
	}
	return lines
}

// actionItem is an action with what its line must say beside the promise itself; the facts come first.
func (w *writer) actionItem(a *meeting.Action, facts ...string) item {
	it := item{ID: a.ID, Text: w.actionText(a)}
	if a.Progress > 0 && a.Pending() {
		facts = append(facts, w.say("action.progress", "N", a.Progress))
	}
	if a.Measure != "" && !w.titles {
		facts = append(facts, w.say("action.measure", "Text", inert(a.Measure, maxDetail)))
	}
	if len(facts) > 0 {
		it.Details = append(it.Details, strings.Join(facts, " · "))
	}
	return it
}

func (w *writer) actionText(a *meeting.Action) string {
	if a.State == meeting.ActionWithdrawn {
		return w.say("item.withdrawn")
	}
	return inert(a.What, maxText)
}

// due says until when: a day, the next meeting, or that there is no date yet.
func (w *writer) due(due string) string {
	day, ok := w.isoDay(due)
	switch {
	case due == "":
		return w.say("due.none")
	case due == meeting.NextMeeting:
		return w.say("due.next")
	case !ok:
		return w.say("due.day", "Day", inert(due, 40))
	}
	switch days := w.daysTo(day); {
	case days < 0:
		return w.say("due.past", "Day", w.short(day))
	case days == 0:
		return w.say("due.today")
	}
	return w.say("due.day", "Day", w.short(day))
}

// isoDay reads an ISO date as midnight where the reader is.
func (w *writer) isoDay(s string) (time.Time, bool) {
	t, err := time.ParseInLocation(time.DateOnly, s, w.reader.Location())
	return t, err == nil
}

// moment is a date, or a date and time with its offset, as short as can be.
func (w *writer) moment(s string) string {
	if day, ok := w.isoDay(s); ok {
		return w.short(day)
	}
	for _, layout := range []string{"2006-01-02T15:04Z07:00", time.RFC3339} {
		if t, err := time.Parse(layout, s); err == nil {
			t = t.In(w.reader.Location())
			return w.short(t) + " " + w.clock(t)
		}
	}
	return inert(s, 40)
}

// echoDay is a date as an acknowledgement says it: weekday and ISO date.
func (w *writer) echoDay(s string) string {
	if day, ok := w.isoDay(s); ok {
		return w.date("echo", day)
	}
	if s == meeting.NextMeeting {
		return w.say("next-meeting")
	}
	return w.moment(s)
}

// name is how the mail calls whoever an item names: "you", a first name, or the words that somebody wrote.
func (w *writer) name(who string) string {
	switch who {
	case w.reader.ID:
		return w.say("you")
	case w.other.ID:
		return w.first(w.other)
	case "":
		return w.say("nobody")
	}
	return inert(who, 60)
}

// from says who raised something, nothing when the reader did.
func (w *writer) from(who string) []string {
	if who == w.reader.ID {
		return nil
	}
	return []string{w.say("from", "Name", w.name(who))}
}

// noteItem is a note that the reader may see; ok is false for another's unsorted line and for a withdrawn one.
func (w *writer) noteItem(n *meeting.Note) (it item, ok bool) {
	if n.State == meeting.NoteWithdrawn || n.Only != "" && n.Only != w.reader.ID {
		return item{}, false
	}
	if w.titles {
		return item{ID: n.ID, Text: w.say("note.titles", "Name", w.name(n.By))}, true
	}
	lines := inertLines(n.Text, 1+maxContext, maxText)
	if len(lines) == 0 {
		return item{}, false
	}
	return item{ID: n.ID, Text: lines[0], Details: lines[1:]}, true
}

// agreementItem is an agreement in force, ok false for any other.
func (w *writer) agreementItem(g *meeting.Agreement) (it item, ok bool) {
	if g.State != "" {
		return item{}, false
	}
	it = item{ID: g.ID, Text: w.agreementText(g)}
	if g.Until != "" {
		it.Details = append(it.Details, w.say("agreement.until", "Day", w.moment(g.Until)))
	}
	return it, true
}

func (w *writer) agreementText(g *meeting.Agreement) string {
	if w.titles {
		return w.say("agreement.titles")
	}
	return inert(g.Text, maxText)
}

func number(n int) string { return strconv.Itoa(n) }
