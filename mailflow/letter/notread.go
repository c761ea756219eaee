package letter

import (
	"slices"
	"strings"

	"duolog/meeting"
)

// notRead tells the author that nothing was understood: what was read, what was not done, what would work here.
func (w *writer) notRead() {
	w.answer("subject.not-read")
	w.page.Lead = w.say("not-read.lead")
	if w.Held != "" {
		w.section("", nil, w.sayOr("held.other", "held."+w.Held), w.say("not-read.unchanged"))
		w.foot(w.say("footer.help"))
		return
	}
	if slices.ContainsFunc(w.Effects, func(e meeting.Effect) bool { return e.Result == meeting.Added }) {
		w.section("", nil, w.say("not-read.kept"))
	} else {
		w.section("", nil, w.say("not-read.unchanged"))
	}
	lines, refused := inertLines(w.NotRead, maxQuoted, maxDetail), w.refusals()
	switch {
	case slices.Contains(w.Cuts, "too long"):
		w.section("", nil, w.say("not-read.too-long"))
	case len(lines) == 0 && len(refused) == 0:
		w.section("", nil, w.say("not-read.empty"))
	case len(lines) > len(refused): // otherwise each line comes with its reason
		w.section(w.say("not-read.text"), nil, quoted(lines)...)
	}
	w.section(w.say("ack.refused"), nil, refused...)
	w.helpFindIDs()
	w.section("", nil, w.cut()...)
	w.section(w.say("not-read.try"), nil, w.examples()...)
	w.foot(w.say("footer.help"))
}

// maxQuoted is how many lines of a reply are repeated to its author.
const maxQuoted = 6

// quoted are lines of a reply, marked so that none can be taken for a line of ours.
func quoted(lines []string) []string {
	var marked []string
	for _, line := range inertLines(strings.Join(lines, "\n"), maxQuoted, maxDetail) {
		marked = append(marked, "› "+line)
	}
	return marked
}

// helpFindIDs lists the author's promises when the reply named an item that there is not.
func (w *writer) helpFindIDs() {
	unknown := func(e meeting.Effect) bool { return e.Result == meeting.Refused && e.Reason == meeting.NoSuchItem }
	if slices.ContainsFunc(w.Effects, unknown) {
		w.promises("pre.your-actions", w.reader.ID)
	}
}

// examples are three things that would answer the same mail, about this pair's own items where there are any.
func (w *writer) examples() []string {
	items := map[string]string{"topic": "T1", "action": "A1", "note": "N1"}
	if agenda := w.Log.Agenda(); len(agenda) > 0 {
		items["topic"] = agenda[0].ID
	}
	mine := w.Log.Pending(w.reader.ID)
	if len(mine) > 0 {
		items["action"] = mine[0].ID
	}
	for _, id := range w.Log.Waiting(w.reader.ID) {
		if n, _ := w.Log.Note(id); n != nil {
			items["note"] = id
		} else {
			items["action"] = id
		}
	}
	name, ok := examplesOf[w.Answered.Kind]
	switch {
	case ok:
	case w.meeting != nil && w.meeting.Start.Before(w.Now):
		name = "after"
	case len(mine) == 0:
		name = "first"
	default:
		name = "before"
	}
	return strings.Split(w.say("examples."+name, "Topic", items["topic"], "Action", items["action"], "Note", items["note"]), "\n")
}

// examplesOf are the examples for a mail that asks for something of its own kind.
var examplesOf = map[meeting.LetterKind]string{
	meeting.LetterConfirmation: "confirm", meeting.LetterReminder: "reminder", meeting.LetterMove: "move", meeting.LetterWelcome: "welcome", meeting.LetterAck: "ack",
	meeting.LetterSurveyMgr: "survey", meeting.LetterSurveyRep: "survey", meeting.LetterFeedback: "survey", meeting.LetterSurveyResult: "result",
}
