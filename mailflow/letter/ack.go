package letter

import (
	"slices"
	"strings"
	"time"

	"duolog/meeting"
)

// Echo lists the items that an acknowledgement of these effects shows, in its order, for Occasion.Echo: whoever then
// writes "2 delete" means the second. Private notes are not among them.
func Echo(effects []meeting.Effect) []string {
	var ids []string
	for _, e := range effects {
		if !echoes(e) {
			continue
		}
		for _, id := range itemsOf(e) {
			if !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
	}
	return ids
}

func echoes(e meeting.Effect) bool {
	return e.Result != meeting.Refused && e.Result != meeting.Told && !private(e) && e.Intent.Kind != meeting.Undo
}

// private tells whether the effect is about a private note, of which a mail says only that there is one.
func private(e meeting.Effect) bool {
	letter, _, ok := meeting.SplitID(e.Item)
	return e.Intent.Kind == meeting.AddPrivate || ok && letter == 'P'
}

// itemsOf are the topics, actions, notes and agreements that an effect touched; a meeting's id is none.
func itemsOf(e meeting.Effect) []string {
	return slices.DeleteFunc(append([]string{e.Item}, e.Items...), func(id string) bool {
		_, _, ok := meeting.SplitID(id)
		return !ok
	})
}

// ack tells the author what became of one reply: what is stored and where, what is missing, what was not done, what was
// cut, who sees it, how to take it back.
func (w *writer) ack() {
	w.answer("subject.ack")
	echo := w.Occasion.Echo
	if len(echo) == 0 {
		echo = Echo(w.Effects)
	}
	items, lines, refused, unread := w.echoed(echo), w.remarks(), w.refusals(), quoted(w.Unread)
	switch {
	case len(items)+len(refused)+len(unread) == 0 && len(lines) > 0: // one line is the whole mail
		w.page.Lead, lines = lines[0], lines[1:]
	case len(items)+len(lines)+len(unread) == 0 && len(w.Effects) == 1 && len(refused) == 1 && refusedWords(w.Effects[0]) == "":
		w.page.Lead, refused = refused[0], nil
	case len(items) == 0 && len(lines) == 0:
		w.page.Lead = w.say("ack.none")
	case w.open():
		w.page.Lead = w.say("ack.asks")
	default:
		w.page.Lead = w.say("ack.lead")
	}
	w.section("", items)
	w.section("", nil, lines...)
	w.section(w.say("ack.refused"), nil, refused...)
	w.enrolLink()
	w.keyWords()
	w.section(w.say("ack.unread"), nil, unread...)
	w.section("", nil, w.inactive()...)
	if len(items) == 0 {
		w.helpFindIDs()
	}
	w.ackFoot(echo)
}

// inactive says why nothing further comes of the reply for now, unless the reply itself made it so.
func (w *writer) inactive() []string {
	about := func(e meeting.Effect) bool {
		k := e.Intent.Kind
		return k == meeting.Consented || k == meeting.Stop && e.Intent.State == "" || k == meeting.Start || k == meeting.Forget
	}
	why := w.Log.Inactive(w.reader.ID, w.Now)
	if why == "" || slices.ContainsFunc(w.Effects, about) {
		return nil
	}
	return []string{w.say("inactive."+why, "Day", w.echoDay(w.reader.Paused))}
}

// ackFoot ends an acknowledgement: how to change one thing, what was cut, who sees it, how to take it all back.
func (w *writer) ackFoot(echo []string) {
	if examples := w.fixes(echo); len(examples) > 0 {
		w.section("", nil, w.say("ack.fix", "Examples", strings.Join(examples, ", ")))
	}
	w.page.Footer = w.cut()
	if !slices.ContainsFunc(w.Effects, undoable) {
		w.foot()
		return
	}
	own := func(e meeting.Effect) bool { return private(e) || e.Intent.Kind == meeting.AddUnsorted }
	shared := func(e meeting.Effect) bool { return echoes(e) && !own(e) }
	switch {
	case len(echo) > 0 && !slices.ContainsFunc(w.Effects, shared):
		w.page.Footer = append(w.page.Footer, w.say("ack.seen-none"))
	case len(echo) > 0 && slices.ContainsFunc(w.Effects, own):
		w.page.Footer = append(w.page.Footer, w.say("ack.seen-except"))
	case len(echo) > 0 && w.Log.Started():
		w.page.Footer = append(w.page.Footer, w.say("ack.seen"))
	}
	w.page.Footer = append(w.page.Footer, w.say("ack.undo"))
}

// undoable tells whether an undo can take the effect back: not another undo, and not what took words away.
func undoable(e meeting.Effect) bool {
	switch in := e.Intent; {
	case in.Kind == meeting.Undo || in.Kind == meeting.EnrolKey || e.To == meeting.Withdrawn || in.Kind == meeting.MarkItem && in.State == "private":
		return false
	}
	return e.Result == meeting.Added || e.Result == meeting.Changed || e.Result == meeting.Commented
}

// fixes are examples of how to change an item by its number: a date for a promise, deletion for what this reply made.
func (w *writer) fixes(echo []string) []string {
	var examples []string
	undated := func(id string) bool { a := w.Log.Action(id); return a != nil && a.Pending() && a.Due == "" }
	if n := slices.IndexFunc(echo, undated); n >= 0 {
		examples = append(examples, w.say("ack.fix-due", "N", n+1))
	}
	made := func(id string) bool {
		return slices.ContainsFunc(w.Effects, func(e meeting.Effect) bool { return e.Result == meeting.Added && e.Item == id })
	}
	if n := slices.IndexFunc(echo, made); n >= 0 {
		examples = append(examples, w.say("ack.fix-delete", "N", n+1))
	}
	return examples
}

// echoed are the items in the order of their numbers, each with all that this reply did to it.
func (w *writer) echoed(echo []string) []item {
	var items []item
	for i, id := range echo {
		it := item{Number: i + 1, ID: id, Text: w.textOf(id)}
		for _, e := range w.Effects {
			if echoes(e) && slices.Contains(itemsOf(e), id) {
				it.add(w.became(e, id)...)
				it.add(w.asks(e, i+1)...)
			}
		}
		items = append(items, it)
	}
	return items
}

// textOf is the text of any item, as the reader may see it in a mail.
func (w *writer) textOf(id string) string {
	if t := w.Log.Topic(id); t != nil {
		return w.topicText(t)
	}
	if a := w.Log.Action(id); a != nil {
		return w.actionText(a)
	}
	if g := w.Log.Agreement(id); g != nil {
		if g.State != meeting.Withdrawn {
			return w.agreementText(g)
		}
	}
	if n, _ := w.Log.Note(id); n != nil {
		if it, ok := w.noteItem(n); ok {
			return it.Text
		}
	}
	return w.say("item.withdrawn")
}

// became says what one effect did to one item.
func (w *writer) became(e meeting.Effect, id string) []string {
	if e.Result == meeting.Unchanged {
		return []string{w.say("ack.unchanged")}
	}
	in := e.Intent
	switch {
	case in.Kind == meeting.AddTopic || in.Kind == meeting.AddQuestion || in.Kind == meeting.HeadsUp || in.Kind == meeting.AskMeeting:
		return w.newTopic(e, id)
	case in.Kind == meeting.AddAction || in.Kind == meeting.AddReportBack || in.Kind == meeting.UpdateAction:
		return w.newsOfAction(e, id)
	case w.offered(e, id):
		return []string{w.say("ack.offered")}
	case in.Kind == meeting.AddNote && in.TopicIs == meeting.NoteFeeling:
		return []string{w.say("ack.feeling")}
	case in.Kind == meeting.AddNote || in.Kind == meeting.AddAgreement || in.Kind == meeting.AddUnsorted:
		return []string{w.say("ack." + string(in.Kind))}
	case e.Field == "text" && in.Text != "":
		return []string{w.say("ack.reworded")}
	case e.Result == meeting.Commented && in.Kind == meeting.MarkItem:
		return []string{w.say("ack.same")}
	case e.Result == meeting.Commented:
		return []string{w.ownLine("ack.comment", in.Text)}
	case e.Result == meeting.Added && in.Kind == meeting.MarkItem:
		return []string{w.say("ack.topic")}
	case in.Kind == meeting.AnswerSurvey:
		return []string{w.say("ack.in-person")}
	case w.accepts(e) && w.Log.Agreement(id) != nil:
		return []string{w.say("ack.agreed", "Day", w.reviewDay(w.Log.Agreement(id)))}
	case w.accepts(e) && w.Log.Action(id) != nil:
		return []string{w.say("ack.accepted")}
	case w.accepts(e):
		return []string{w.stateWord(string(meeting.NoteConfirmed))}
	}
	return w.changed(e)
}

// offered tells whether the effect is a change to try that the other side is asked about now.
func (w *writer) offered(e meeting.Effect, id string) bool {
	g := w.Log.Agreement(id)
	return g != nil && g.State == meeting.AgreementProposed && (e.Intent.Kind == meeting.AddAgreement || e.Field == "text")
}

// accepts tells whether the effect is a yes to an item.
func (w *writer) accepts(e meeting.Effect) bool {
	return e.Intent.Kind == meeting.Confirm || e.Intent.Kind == meeting.MarkItem && e.Intent.State == "yes"
}

// ownLine repeats a line of the reply, unless mails of this pair show titles only.
func (w *writer) ownLine(name, text string) string {
	if w.titles {
		return w.say(name, "Text", "")
	}
	return w.say(name, "Text", inert(text, maxDetail))
}

func (w *writer) newTopic(e meeting.Effect, id string) []string {
	t := w.Log.Topic(id)
	if t == nil {
		return nil
	}
	lines := []string{w.say("ack." + string(e.Intent.Kind))}
	switch {
	case t.State == meeting.TopicParked:
		lines[0] = w.say("ack.parked")
	case t.Every != "":
		lines[0] = w.say("ack.every-" + t.Every)
	}
	if w.titles || t.Delicate {
		return lines
	}
	if q := t.Question; q != nil {
		lines = append(lines, w.quote("topic.answer", q.MyAnswer, "Name", w.say("you")), w.quote("topic.why", q.Why, "Name", w.say("you")))
	}
	for i, line := range t.Context {
		if i < maxContext {
			lines = append(lines, inert(line, maxDetail))
		}
	}
	return lines
}

// newsOfAction says what the reply set: who, when, how it is measured, how far it is.
func (w *writer) newsOfAction(e meeting.Effect, id string) []string {
	a, in := w.Log.Action(id), e.Intent
	if a == nil {
		return nil
	}
	var facts []string
	add, proposed := e.Result == meeting.Added, a.State == meeting.ActionProposed
	if add && proposed {
		facts = append(facts, w.say("ack.proposed"))
	}
	if in.State != "" && !add && (in.Due == "" || a.State != meeting.ActionOpen) {
		facts = append(facts, w.stateWord(string(a.State)))
	}
	switch {
	case a.Who == "" || proposed:
	case add:
		facts = append(facts, w.name(a.Who))
	case in.Who != "":
		facts = append(facts, w.say("ack.now-with", "Name", w.name(a.Who)))
	}
	switch {
	case in.Due == meeting.NextMeeting:
		facts = append(facts, w.say("due.next"))
	case in.Due != "":
		facts = append(facts, w.say("ack.due", "Day", w.echoDay(a.Due)))
	}
	if a.Follower == w.reader.ID && (add || in.Who != "") {
		facts = append(facts, w.say("ack.follow"))
	}
	if in.Progress > 0 {
		facts = append(facts, w.say("action.progress", "N", a.Progress))
	}
	if in.Measure != "" && !w.titles {
		facts = append(facts, w.say("action.measure", "Text", inert(a.Measure, maxDetail)))
	}
	lines := []string{strings.Join(facts, " · ")}
	if in.Text != "" && !add {
		lines = append(lines, w.ownLine("ack.comment", in.Text))
	}
	return lines
}

// changed says what a field is now.
func (w *writer) changed(e meeting.Effect) []string {
	switch e.Field {
	case "":
		return nil
	case "state":
		return w.newState(e)
	case "due", "until":
		return []string{w.say("ack.due", "Day", w.echoDay(e.To))}
	case "delicate":
		return []string{w.say("ack.delicate")}
	case "follow-up":
		return []string{w.wish(e)}
	}
	return []string{w.say("ack.now", "Text", inert(e.To, maxDetail))}
}

// wish says what became of a topic's wish for a meeting of its own: another time, or none.
func (w *writer) wish(e meeting.Effect) string {
	if e.To == "" {
		return w.say("ack.no-wish")
	}
	at, err := time.Parse("2006-01-02T15:04Z07:00", e.To)
	if err != nil {
		return w.say("topic.follow-up", "When", w.echoDay(e.To))
	}
	return w.say("ack.wish-at", "When", w.echoTime(at))
}

func (w *writer) newState(e meeting.Effect) []string {
	again := e.To == string(meeting.TopicFollowUp)
	switch {
	case again && !e.Intent.Start.IsZero():
		return []string{w.say("topic.follow-up", "When", w.echoTime(e.Intent.Start))}
	case again && e.Intent.Due != "":
		return []string{w.say("topic.follow-up", "When", w.echoDay(e.Intent.Due))}
	case e.To == meeting.Withdrawn: // the item's line says so already
		return nil
	}
	return []string{w.stateWord(e.To)}
}

// stateWord is a state in the reader's words.
func (w *writer) stateWord(state string) string {
	if w.words.has("state." + state) {
		return w.say("state." + state)
	}
	return inert(state, 30)
}

// missingParts are the asks for the parts of a promise; together they make one line.
var missingParts = []string{meeting.AskWho, meeting.AskWhen, meeting.AskMeasure}

// asks are the questions and warnings that came with an intent; n is the number of its item, 0 for none.
func (w *writer) asks(e meeting.Effect, n int) []string {
	var parts, lines []string
	for _, a := range e.Intent.Asks {
		if slices.Contains(missingParts, a.Code) {
			parts = append(parts, w.say("ask."+a.Code))
			continue
		}
		if a.Code == meeting.AskRhythm && asOften(a.Args[0], w.Log.Pair.Rhythm.Rule) {
			continue // "weekly is right"
		}
		if !w.words.has("ask."+a.Code) || a.Code == meeting.AskExactTime && e.Result == meeting.Told { // the remark asks that already
			continue
		}
		args := append(slices.Clone(a.Args), "", "")
		all := inert(strings.Join(a.Args, ", "), 80)
		lines = append(lines, w.say("ask."+a.Code, "A", w.askArg(args[0]), "B", w.askArg(args[1]), "All", all, "N", n))
	}
	if len(parts) > 0 {
		lines = append([]string{w.say("ask.missing", "What", strings.Join(parts, " "))}, lines...)
	}
	return lines
}

// askArg makes an argument readable: a date becomes a day, anything else is itself.
func (w *writer) askArg(arg string) string {
	if _, ok := w.isoDay(arg); ok {
		return w.echoDay(arg)
	}
	return inert(arg, 80)
}

func (w *writer) open() bool {
	return slices.ContainsFunc(w.Effects, func(e meeting.Effect) bool { return echoes(e) && len(e.Intent.Asks) > 0 })
}

// asOften tells whether two rules of recurrence say the same how often, whatever the day.
func asOften(a, b string) bool {
	often := func(rule string) (freq, interval string) {
		interval = "1"
		for part := range strings.SplitSeq(strings.ToUpper(strings.TrimPrefix(rule, "RRULE:")), ";") {
			switch key, value, _ := strings.Cut(part, "="); key {
			case "FREQ":
				freq = value
			case "INTERVAL":
				interval = value
			}
		}
		return freq, interval
	}
	freqA, intervalA := often(a)
	freqB, intervalB := often(b)
	return freqA == freqB && intervalA == intervalB
}
