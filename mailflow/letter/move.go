package letter

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"duolog/meeting"
)

// move asks one side about another time that the other wishes for, or tells what the other decided about when they meet.
func (w *writer) move() {
	about := w.aboutMove()
	if w.err != nil {
		return
	}
	w.subject(w.moveSubject())
	w.page.Lead = w.lead()
	w.section("", nil, about...)
	w.foot()
}

// kindOfMove is what the one side asks the other for.
func (w *writer) kindOfMove() string {
	switch item := w.Occasion.Item; {
	case item == meeting.AboutRhythm:
		return "rhythm"
	case item == meeting.AboutHandoff:
		return "handoff"
	case w.Log.Agreement(item) != nil:
		return "change"
	}
	return "move"
}

func (w *writer) moveSubject() string {
	if name := "subject.move-" + w.Occasion.Stage; w.words.has(name) {
		return name
	}
	return "subject." + w.kindOfMove()
}

// lead says what one reply does: it answers what was asked, or gives a meeting up that the other side's calendar declined.
func (w *writer) lead() string {
	switch {
	case w.Occasion.Stage == meeting.StageAsked:
		return w.say(w.kindOfMove() + ".asked")
	case w.Occasion.Stage == meeting.StageDeclined && w.Occasion.Item == "":
		return w.say("move.declined")
	case w.Occasion.Stage == meeting.StageDeclined:
		return w.say("move.declined-all")
	}
	return w.say("move.told")
}

// aboutMove says what the other side asks or decided: about one meeting, a meeting that a topic wants, the rhythm, or a hand-over.
func (w *writer) aboutMove() []string {
	stage := w.Occasion.Stage
	switch {
	case w.Occasion.Item == meeting.AboutRhythm:
		return w.aboutRhythm(stage)
	case w.Occasion.Item == meeting.AboutHandoff:
		return w.aboutHandoff(stage)
	case w.Occasion.Item == meeting.AboutPause:
		return w.aboutPause(stage)
	case w.Log.Agreement(w.Occasion.Item) != nil:
		return w.aboutChange(w.Log.Agreement(w.Occasion.Item), stage)
	case w.Occasion.Item != "":
		return w.aboutWish(stage)
	case w.meeting == nil:
		w.fail(errNoMeeting)
		return nil
	}
	when := w.when(w.meeting.Start)
	if p := w.meeting.Proposal; stage == meeting.StageAsked && p != nil {
		lines := append([]string{w.say("move.meeting-asked", "When", w.when(p.Start))}, w.inTheirWords(p.Words)...)
		return append(lines, w.say("move.until-then", "When", when))
	}
	lines := []string{w.phrase("move.meeting-", stage, "When", when)}
	switch stage {
	case meeting.StageSkipped:
		return append(lines, w.reason(w.meeting.Reason)...)
	case meeting.StageDeclined:
		return append(lines, w.reason(w.declined(w.meeting.Answers))...)
	}
	return lines
}

// reason is a line with the other's own words, none for no words.
func (w *writer) reason(words string) []string {
	if words = inert(words, maxText); words == "" || w.titles {
		return nil
	}
	return []string{w.say("move.reason", "Reason", words)}
}

// inTheirWords is a line with what the other asked for, as they said it: there may be more in it than the time that was understood.
func (w *writer) inTheirWords(words string) []string {
	if words = inert(words, maxText); words == "" || w.titles {
		return nil
	}
	return []string{w.say("move.words", "Words", words)}
}

// declined is the reason that the other's calendar gave last.
func (w *writer) declined(answers []meeting.Answer) string {
	for _, a := range slices.Backward(answers) {
		if a.By == w.other.ID {
			return a.Reason
		}
	}
	return ""
}

// aboutPause is about a time in which they do not meet, because the other is away.
func (w *writer) aboutPause(stage string) []string {
	until, _ := w.isoDay(w.other.PausedUntil())
	lines := []string{w.phrase("move.pause-", stage, "Day", w.short(until))}
	if next := w.Log.NextMeeting(w.Now); next != nil {
		lines = append(lines, w.say("move.pause-next", "When", w.when(next.Start)))
	}
	return lines
}

func (w *writer) aboutRhythm(stage string) []string {
	p := w.Log.Pair.Proposal
	switch {
	case stage == meeting.StageDeclined:
		return append([]string{w.say("move.rhythm-declined")}, w.reason(w.declined(w.Log.Pair.Answers))...)
	case stage == meeting.StageBegins:
		lines := []string{w.say("move.rhythm-begins")}
		if next := w.Log.NextMeeting(w.Now); next != nil {
			lines = append(lines, w.say("move.rhythm-first", "When", w.when(next.Start)))
		}
		return lines
	case p == nil || stage != meeting.StageAsked:
		return []string{w.phrase("move.rhythm-", stage)}
	}
	lines := []string{w.say("move.rhythm-asked", "Words", inert(p.Words, maxText))}
	if next := p.Rhythm.Between(w.Now, w.Now.AddDate(0, 2, 0)); len(next) > 0 {
		lines = append(lines, w.say("move.rhythm-next", "When", w.when(next[0])))
	}
	return lines
}

func (w *writer) aboutHandoff(stage string) []string {
	h := w.Log.Pair.Handoff
	if h == nil {
		return []string{w.phrase("move.handoff-", stage, "Name", "", "Day", "")}
	}
	day := ""
	if at, err := time.Parse(time.DateOnly, h.From); err == nil {
		day = w.short(at)
	}
	lines := []string{w.phrase("move.handoff-", stage, "Name", inert(h.Name, 80), "Day", day)}
	if ids := w.Log.Choosable(w.reader.ID); len(ids) > 0 && stage != meeting.StageRefused {
		lines = append(lines, w.say("move.handoff-along", "Items", strings.Join(ids, " ")))
	}
	return lines
}

// aboutChange is about the change that came of a survey.
func (w *writer) aboutChange(g *meeting.Agreement, stage string) []string {
	if g.State == meeting.Withdrawn {
		w.fail(fmt.Errorf("agreement %q is withdrawn", g.ID))
		return nil
	}
	return []string{w.phrase("move.change-", stage, "Text", w.agreed(w.Log, g), "Day", w.reviewDay(g))}
}

// aboutWish is about a meeting at an hour of its own that a topic wants.
func (w *writer) aboutWish(stage string) []string {
	t := w.Log.Topic(w.Occasion.Item)
	if t == nil || t.State == meeting.TopicWithdrawn {
		w.fail(fmt.Errorf("topic %q is nothing to meet about", w.Occasion.Item))
		return nil
	}
	topic := t.ID + " " + w.topicText(t)
	if at, err := time.Parse("2006-01-02T15:04Z07:00", t.FollowUp); err == nil && stage == meeting.StageAsked {
		return []string{w.say("move.wish-asked", "When", w.when(at), "Topic", topic)}
	}
	return []string{w.phrase("move.wish-", stage, "Topic", topic)}
}

// phrase says what a stage means; a stage that the language has no phrase for is an error, not a silence.
func (w *writer) phrase(prefix, stage string, values ...any) string {
	if !w.words.has(prefix + stage) {
		w.fail(fmt.Errorf("nothing to say about stage %q of %s", stage, w.Occasion.Key))
		return ""
	}
	return w.say(prefix+stage, values...)
}
