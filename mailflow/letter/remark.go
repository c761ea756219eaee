package letter

import (
	"slices"
	"strings"
	"time"

	"duolog/meeting"
)

// remarks are the lines of an acknowledgement about what has no id: private notes, the meeting, settings, help.
func (w *writer) remarks() []string {
	var lines []string
	notes := 0
	for _, e := range w.Effects {
		switch {
		case e.Result == meeting.Refused:
		case private(e):
			notes++
		case e.Intent.Kind == meeting.Undo:
			lines = append(lines, w.undone(e)...)
		case len(itemsOf(e)) == 0:
			lines = append(lines, w.remark(e)...)
			lines = append(lines, w.asked(e, 0)...)
		}
	}
	if notes > 0 {
		lines = append(lines, w.say("ack.private", "N", notes))
	}
	return lines
}

func (w *writer) undone(e meeting.Effect) []string {
	lines := []string{w.say("ack.undone", "Items", strings.Join(e.Items, ", "))}
	if e.Reason == meeting.BuiltOn {
		lines = append(lines, w.say("ack.left", "Items", strings.Join(strings.Fields(e.To), ", ")))
	}
	return lines
}

// remark is about one effect that touched no item.
func (w *writer) remark(e meeting.Effect) []string {
	in := e.Intent
	switch in.Kind {
	case meeting.Nothing:
		return []string{w.say("ack.nothing", "On", w.onMeeting(e.Item))}
	case meeting.AnswerInvite:
		return []string{w.sayOr("ack.invite-tentative", "ack.invite-"+in.State, "On", w.onMeeting(e.Item))}
	case meeting.MeetingHeld:
		return []string{w.say("ack.held", "Minutes", in.Minutes)}
	case meeting.MeetingMissed, meeting.SkipMeeting:
		return []string{w.say("ack."+string(in.Kind), "On", w.onMeeting(e.Item))}
	case meeting.MoveMeeting:
		return []string{w.moved(e)}
	case meeting.Confirm:
		if e.Field == "start" {
			return []string{w.moved(e)}
		}
		return []string{w.say("ack.nothing-waits")}
	case meeting.UpdateTopic:
		return []string{w.say("ack.no-topics")}
	case meeting.Stop:
		return []string{w.stopped(in)}
	case meeting.SetOwn:
		return []string{w.say("ack.setting", "Value", inert(in.State, 40))}
	case meeting.Consented:
		return []string{w.sayOr("ack.setting", "ack.consent-"+in.State, "Value", inert(in.State, 40))}
	case meeting.Help:
		return strings.Split(w.say("help"), "\n")
	case meeting.Forget:
		return []string{w.say("ack.forget")}
	case meeting.Start, meeting.SendLog, meeting.NewPassword, meeting.EnrolKey:
		return []string{w.say("ack." + string(in.Kind))}
	}
	return nil
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
		words := inert(e.Intent.Words, maxDetail)
		if words == "" || e.Intent.Kind == meeting.AddPrivate {
			lines = append(lines, why)
		} else {
			lines = append(lines, w.say("refused", "Words", words, "Why", why))
		}
	}
	return slices.Compact(lines)
}

// why is the reason of a refusal. Where it was not clear what a line is about, the question what is meant is the better answer.
func (w *writer) why(e meeting.Effect) string {
	ids := strings.Join(e.Items, ", ")
	if ids == "" {
		ids = e.Item
	}
	if e.Intent.Kind == meeting.Forget { // asked for, but not confirmed
		return w.say("refused.forget", "Pair", w.Log.Pair.ID)
	}
	if e.Reason == meeting.NoSuchItem && ids == "" {
		if asks := w.asked(e, 0); len(asks) > 0 {
			return strings.Join(asks, " ")
		}
		return w.say("refused.unclear")
	}
	return w.sayOr("refused."+meeting.NotSupported, "refused."+e.Reason, "Items", inert(ids, 80))
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
