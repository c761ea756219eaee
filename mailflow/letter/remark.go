package letter

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"duolog/meeting"
)

// remarks are the lines of an acknowledgement about what has no id: private notes, the meeting, the rhythm, answers to a survey,
// settings, help.
func (w *writer) remarks() []string {
	var lines []string
	notes := 0
	for _, e := range w.Effects {
		switch {
		case e.Result == meeting.Refused:
		case private(e) && e.Intent.Kind == meeting.MarkItem:
			lines = append(lines, w.say("ack.made-private", "ID", inert(e.Intent.Item, 10)))
		case private(e):
			notes++
		case e.Intent.Kind == meeting.Undo:
			lines = append(lines, w.undone(e)...)
		case e.Intent.Kind == meeting.AnswerSurvey: // together, below
		default:
			about := w.remark(e)
			if lines = append(lines, about...); len(itemsOf(e)) == 0 {
				lines = append(lines, w.asks(e, 0)...)
			}
		}
	}
	lines = append(lines, w.surveyed()...)
	if notes > 0 {
		lines = append(lines, w.say("ack.private", "N", notes))
	}
	return lines
}

// remark is about one effect, as far as it touched no item: the meeting, the rhythm, a hand-over, the author's own settings.
func (w *writer) remark(e meeting.Effect) []string {
	switch {
	case e.Field == "start":
		return []string{w.moved(e)}
	case e.Field == "rhythm" || e.Field == "handoff" || e.Field == "along" || e.Field == "proposal":
		return []string{w.settled(e)}
	case e.Intent.Kind == meeting.Confirm && e.Field == "state" && e.To == string(meeting.Skipped):
		return []string{w.say("ack."+string(meeting.SkipMeeting), "On", w.onMeeting(e.Item))}
	case e.Intent.Kind == meeting.Confirm && e.Field == "state" && w.Log.Meeting(e.Item) != nil:
		return []string{w.say("ack.arranged", "When", w.echoTime(w.Log.Meeting(e.Item).Start))}
	case len(itemsOf(e)) > 0:
		return nil
	}
	if line, ok := w.ofMeeting(e); ok {
		return []string{line}
	}
	return w.ofReader(e)
}

// ofMeeting is about what was said of a meeting, ok false for anything else.
func (w *writer) ofMeeting(e meeting.Effect) (line string, ok bool) {
	in := e.Intent
	switch in.Kind {
	case meeting.Nothing:
		return w.say("ack.nothing", "On", w.onMeeting(e.Item)), true
	case meeting.AnswerInvite:
		return w.sayOr("ack.invite-tentative", "ack.invite-"+in.State, "On", w.onMeeting(e.Item)), true
	case meeting.MeetingHeld:
		return w.say("ack.held", "Minutes", in.Minutes), true
	case meeting.MeetingMissed, meeting.SkipMeeting:
		return w.say("ack."+string(in.Kind), "On", w.onMeeting(e.Item)), true
	case meeting.MoveMeeting:
		return w.moved(e), true
	case meeting.Confirm, meeting.Reject:
		return w.say("ack.nothing-waits"), true
	case meeting.UpdateTopic:
		return w.say("ack.no-topics"), true
	}
	return "", false
}

// ofReader is about what the author set for themselves, or asked to know.
func (w *writer) ofReader(e meeting.Effect) []string {
	in := e.Intent
	switch in.Kind {
	case meeting.Stop:
		return []string{w.stopped(in)}
	case meeting.Start:
		if in.State == "nudge" {
			return []string{w.say("ack.start-nudge")}
		}
	case meeting.SetOwn:
		return []string{w.sayOr("ack.setting", "ack.set-"+in.Item, "Value", inert(in.State, 40), "Clock", w.clock(w.Now.In(w.reader.Location())))}
	case meeting.Consented:
		return []string{w.sayOr("ack.setting", "ack.consent-"+in.State, "Value", inert(in.State, 40))}
	case meeting.NewPassword:
		return []string{w.newPassword(in)}
	case meeting.EnrolKey:
		return w.enrolled(e)
	case meeting.Help:
		return append([]string{w.say("help.lead")}, strings.Split(w.say("help"), "\n")...)
	}
	return []string{w.sayOr("ack.unchanged-all", "ack."+string(in.Kind))}
}

// settled is about what one side asked the other for, or answered: another time, another rhythm, a hand-over.
func (w *writer) settled(e meeting.Effect) string {
	answer := e.Intent.Kind == meeting.Confirm || e.Intent.Kind == meeting.MarkItem
	switch refused := e.Intent.Kind == meeting.Reject; {
	case e.Field == "proposal" && w.Log.Meeting(e.Item) != nil:
		return w.say("ack.stays", "When", w.echoTime(w.Log.Meeting(e.Item).Start))
	case e.Field == "along":
		return w.say("ack.handoff-along", "Items", e.To)
	case refused && e.Field == "handoff":
		return w.say("ack.handoff-refused")
	case refused:
		return w.say("ack.rhythm-refused")
	case e.Field == "handoff" && answer:
		return w.say("ack.handoff-agreed")
	case e.Field == "handoff":
		return w.say("ack.handoff-asked", "Name", inert(e.Intent.Who, 60))
	case e.Result == meeting.Unchanged:
		return w.say("ack.rhythm-same")
	case answer:
		return w.say("ack.rhythm-agreed", "When", w.firstOf(w.Log.Pair.Rhythm))
	}
	first := ""
	if p := w.Log.Pair.Proposal; p != nil {
		first = w.firstOf(p.Rhythm)
	}
	return w.say("ack.rhythm-asked", "Words", inert(e.Intent.Words, maxDetail), "When", first)
}

// firstOf is when a rhythm has its next meeting, "" for never.
func (w *writer) firstOf(r meeting.Rhythm) string {
	next := r.Between(w.Now, w.Now.AddDate(0, 2, 0))
	if len(next) == 0 {
		return ""
	}
	return w.echoTime(next[0])
}

// surveyed is about all answers to a survey together: to which questions, and who sees them when.
func (w *writer) surveyed() []string {
	var asks, lines []string
	var s surveyReply
	for _, e := range w.Effects {
		if e.Intent.Kind == meeting.AnswerSurvey && e.Result != meeting.Refused {
			asks = append(asks, w.asks(e, 0)...)
			s.add(e)
		}
	}
	switch {
	case s.postponed:
		lines = append(lines, w.postponed())
	case len(s.numbers) > 0:
		lines = append(lines, w.say("ack.survey", "N", len(s.numbers), "Which", w.all(s.numbers)))
	case s.kept:
		lines = append(lines, w.say("ack.survey-words"))
	}
	if s.skipped {
		lines = append(lines, w.say("ack.survey-skip"))
	}
	switch {
	case s.kept && w.feedbackSession():
		lines = append(lines, w.say("ack.session-seen"))
	case s.kept && len(w.Round) > 0:
		lines = append(lines, w.say("ack.survey-seen-round", "Names", w.all(w.surveyReaders())))
	case s.kept:
		lines = append(lines, w.say("ack.survey-seen", "Day", w.revealed()))
	}
	return append(lines, asks...)
}

// surveyReply is what the answers of one reply to a survey come to.
type surveyReply struct {
	numbers                  []string // of the questions that were answered by their number
	skipped, kept, postponed bool
}

func (s *surveyReply) add(e meeting.Effect) {
	in := e.Intent
	switch _, err := strconv.Atoi(in.Item); {
	case in.State == "postpone":
		s.postponed = true
	case in.State == meeting.SurveySkipped:
		s.skipped = true
	case in.State == meeting.SurveyInPerson:
		s.kept = s.kept || len(itemsOf(e)) == 0
	case err == nil && !slices.Contains(s.numbers, in.Item):
		s.numbers = append(s.numbers, in.Item)
		s.kept = true
	default:
		s.kept = true
	}
}

// revealed is the day from which the answers are seen by both at the latest, "" when that is now.
func (w *writer) revealed() string {
	for _, e := range w.Effects {
		if s := w.Log.Survey(e.Item); s != nil && len(w.Round) == 0 {
			if at := w.Log.Revealed(s); at.After(w.Now) {
				return w.short(at.In(w.reader.Location()))
			}
		}
	}
	return ""
}

// feedbackSession tells whether the effects are about a feedback session.
func (w *writer) feedbackSession() bool {
	return slices.ContainsFunc(w.Effects, func(e meeting.Effect) bool {
		s := w.Log.Survey(e.Item)
		return e.Intent.Kind == meeting.AnswerSurvey && s != nil && s.IsSession()
	})
}

// postponed says until when a feedback session waits; a survey of the quarter stays open anyway.
func (w *writer) postponed() string {
	for _, e := range w.Effects {
		if s := w.Log.Survey(e.Item); s != nil && s.Postponed != "" {
			return w.say("ack.postponed", "Day", w.echoDay(s.Postponed))
		}
	}
	return w.say("ack.survey-open")
}

// surveyReaders are the first names of those who will read the answers.
func (w *writer) surveyReaders() []string {
	var names []string
	for _, l := range w.round() {
		kept := func(a meeting.SurveyAnswer) bool { return a.Mail == w.Occasion.Mail && a.By == w.reader.ID }
		if slices.ContainsFunc(l.Surveys, func(s *meeting.Survey) bool { return slices.ContainsFunc(s.Answers, kept) }) {
			names = append(names, inert(l.Other(w.reader.ID).FirstName(), 40))
		}
	}
	if len(names) == 0 {
		return []string{w.first(w.other)}
	}
	return names
}

// all says several things as one does: "a, b and c".
func (w *writer) all(parts []string) string {
	if n := len(parts); n > 1 {
		return strings.Join(parts[:n-1], ", ") + " " + w.say("and") + " " + parts[n-1]
	}
	return strings.Join(parts, "")
}

// undone says what an undo took back, what is again as it was, and what it left.
func (w *writer) undone(e meeting.Effect) []string {
	var gone, back, meetings []string
	for _, id := range e.Items {
		if m := w.Log.Meeting(id); m != nil {
			name, _ := w.undoneItem(id)
			meetings = append(meetings, name)
		}
		if name, stands := w.undoneItem(id); stands {
			back = append(back, name)
		} else if !slices.Contains(gone, name) {
			gone = append(gone, name)
		}
	}
	if len(gone)+len(back) > 1 { // that a meeting took place goes without saying
		back = slices.DeleteFunc(back, func(name string) bool { return slices.Contains(meetings, name) })
	}
	var lines []string
	if len(gone) > 0 {
		lines = append(lines, w.say("ack.undone", "Items", w.all(gone)))
	}
	if len(back) > 0 {
		lines = append(lines, w.say("ack.as-before", "Items", w.all(back)))
	}
	if e.Reason == meeting.BuiltOn {
		lines = append(lines, w.say("ack.left", "Items", w.named(strings.Fields(e.To))))
	}
	return lines
}

// undoneItem names what an undo changed, as one would; stands tells whether it is still there, as it was before.
func (w *writer) undoneItem(id string) (name string, stands bool) {
	letter, _, ok := meeting.SplitID(id)
	switch m := w.Log.Meeting(id); {
	case ok && letter == 'P':
		return w.say("undone.private"), false
	case ok && w.withdrawn(id):
		return id, false
	case ok:
		return w.say("undone.item", "ID", id, "Text", inert(w.textOf(id), 60)), true
	case m != nil:
		return w.say("undone.meeting", "Day", w.short(m.Start.In(w.reader.Location()))), true
	case meeting.IsSurvey(id):
		return w.say("undone.survey"), false
	}
	return w.sayOr("undone.setting", "undone."+id), true
}

func (w *writer) withdrawn(id string) bool {
	if t := w.Log.Topic(id); t != nil {
		return t.State == meeting.TopicWithdrawn
	}
	if a := w.Log.Action(id); a != nil {
		return a.State == meeting.ActionWithdrawn
	}
	if g := w.Log.Agreement(id); g != nil {
		return g.State == meeting.Withdrawn
	}
	n, _ := w.Log.Note(id)
	return n == nil || n.State == meeting.NoteWithdrawn
}

// named are items and settings by their names, in one phrase.
func (w *writer) named(ids []string) string {
	var names []string
	for _, id := range ids {
		name, _ := w.undoneItem(id)
		names = append(names, name)
	}
	return w.all(names)
}

// onMeeting says the day of a meeting, the mail's own where the effect names none.
func (w *writer) onMeeting(id string) string {
	m := w.Log.Planned(id)
	if m == nil {
		m = w.meeting
	}
	if m == nil {
		return ""
	}
	return w.on(m.Start)
}

// moved says that a meeting moved, or that the other side was asked, or that the hour is missing.
func (w *writer) moved(e meeting.Effect) string {
	at, err := time.Parse(time.RFC3339, e.To)
	switch {
	case err != nil:
		return w.say("ack.move-when")
	case e.Result == meeting.Changed:
		return w.say("ack.moved", "When", w.echoTime(at))
	}
	return w.say("ack.move-asked", "When", w.echoTime(at))
}

func (w *writer) stopped(in meeting.Intent) string {
	switch {
	case in.State == "nudge":
		return w.say("ack.stop-nudge")
	case in.Due != "":
		return w.say("ack.stop-until", "Day", w.echoDay(in.Due))
	}
	return w.say("ack.stop")
}

// refusals say what was not done and why, in the words it was asked for; private words are never repeated.
func (w *writer) refusals() []string {
	var lines []string
	for _, e := range w.Effects {
		if e.Result != meeting.Refused {
			continue
		}
		why := w.why(e)
		if words := refusedWords(e); words == "" {
			lines = append(lines, why)
		} else {
			lines = append(lines, w.say("refused", "Words", words, "Why", why))
		}
	}
	return slices.Compact(lines)
}

// refusedWords are the words of a line that was refused, "" where they say nothing beside the reason, or are private.
func refusedWords(e meeting.Effect) string {
	switch e.Intent.Kind {
	case meeting.AddPrivate, meeting.Undo, meeting.Forget:
		return ""
	}
	return inert(e.Intent.Words, maxDetail)
}

// why is the reason of a refusal. Where it was not clear what a line is about, the question what is meant is the better answer.
func (w *writer) why(e meeting.Effect) string {
	ids := slices.DeleteFunc(append([]string{e.Item}, e.Items...), func(id string) bool { return id == "" })
	ids = slices.Compact(ids)
	switch {
	case e.Intent.Kind == meeting.Forget: // asked for, but not confirmed
		return w.say("refused.forget", "Pair", w.Log.Pair.ID)
	case e.Reason == meeting.NoSuchItem && len(ids) == 0:
		if asks := w.asks(e, 0); len(asks) > 0 {
			return strings.Join(asks, " ")
		}
		return w.say("refused.unclear")
	case e.Reason == meeting.NotSupported:
		return w.sayOr("refused.not-supported", "refused."+string(e.Intent.Kind))
	case e.Reason == meeting.NamesSeveral:
		round := w.round()
		return w.say("refused.names-several", "Name", inert(round[len(round)-1].Report.FirstName(), 40), "N", e.Intent.Item)
	case e.Reason == meeting.TooLate && (w.Log.Topic(e.Item) == nil && w.Log.Action(e.Item) == nil):
		return w.say("refused.too-late-words", "Items", inert(w.all(ids), 80))
	case e.Reason == meeting.BuiltOn:
		return w.say("refused.built-on", "Items", w.named(ids))
	}
	return w.sayOr("refused.not-supported", "refused."+e.Reason, "Items", inert(w.all(ids), 80))
}

// cut says what of the reply was left out. The mail that was answered is not worth a word when it is all.
func (w *writer) cut() []string {
	var parts []string
	for _, c := range w.Cuts {
		name := "cut." + strings.ReplaceAll(c, " ", "-")
		if !w.words.has(name) {
			name = "cut.other"
		}
		if part := w.say(name); !slices.Contains(parts, part) {
			parts = append(parts, part)
		}
	}
	if len(parts) == 0 || len(parts) == 1 && parts[0] == w.say("cut.quote") {
		return nil
	}
	return []string{w.say("ack.cut", "What", strings.Join(parts, ", "))}
}
