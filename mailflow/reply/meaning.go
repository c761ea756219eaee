package reply

import (
	"strings"

	"duolog/mailflow/newtext"
	"duolog/meeting"
)

// readUnits gives each unit its meaning. A label with nothing behind it heads the units that follow: "Agreed:" above a list.
func (r *reader) readUnits(units []unit) {
	heading := ""
	r.taskList = r.tasks(units)
	for i := 0; i < len(units); i++ {
		u := units[i]
		if u.after {
			r.lastNamed = ""
		}
		if u.after && heading != "" && !u.listed {
			heading = ""
		}
		if meaning := r.headingOf(u, units[i+1:]); meaning != "" {
			heading = meaning
			r.underHeading(meaning, u)
			continue
		}
		if r.headsText(u, units[i+1:]) {
			continue
		}
		if r.headsItems(u, units[i+1:]) {
			r.out.Quiet = append(r.out.Quiet, u.wording())
			continue
		}
		if r.headsList(u, units[i+1:]) {
			i = r.gather(&u, units, i)
		}
		r.unit(u, heading)
	}
}

// unit gives a unit its meaning: by what it says, else by the heading above it, else by the mail it answers.
func (r *reader) unit(u unit, heading string) {
	if len(r.out.Intents)+len(r.answers)+len(r.reminds) > meeting.MaxIntents {
		r.out.Cuts = append(r.out.Cuts, newtext.Cut{Reason: TooMany, Text: u.wording()})
		return
	}
	if head, rest := cutAt(u.head, maxItem+64); rest != "" { // 64 bytes for a label
		r.out.Cuts = append(r.out.Cuts, newtext.Cut{Reason: TooLong, Text: rest})
		u.head, u.words = head, []string{head}
	}
	toks := tokens(u.head)
	if len(u.context) == 0 && u.number == 0 && r.quiet(toks) && (!u.listed || r.mentionsName(toks)) { // "– Best, P.", but not "- Thanks"
		r.out.Quiet = append(r.out.Quiet, u.wording())
		return
	}
	if r.disclaims(toks) {
		r.out.Cuts = append(r.out.Cuts, newtext.Cut{Reason: newtext.Disclaimer, Text: u.wording()})
		return
	}
	u.head = r.afterYes(r.afterGreeting(u.head))
	if r.later(u) {
		return
	}
	all, ok := r.meaning(u, heading)
	if !ok {
		r.out.Unread = append(r.out.Unread, u.wording())
	}
	for _, in := range withWords(all, u) {
		r.add(in)
	}
}

// afterYes is the line without the yes to "is there anything to talk about?": "yes: the deploy freeze".
func (r *reader) afterYes(line string) string {
	toks := tokens(line)
	n := r.lex.means("consent", "yes", toks, 0)
	if _, label := r.label(toks, 0); r.c.Occasion.Kind == meeting.LetterNudge && label == 0 && n > 0 && n+1 < len(toks) && strings.Contains(":,–", toks[n].fold) {
		return tail(line, toks, n+1)
	}
	return line
}

// withWords gives each intent the words it came from. Where several came from one unit and a word of it is in none of them,
// the first gets all of them: nothing is dropped.
func withWords(all []meeting.Intent, u unit) []meeting.Intent {
	kept := map[string]bool{}
	for i := range all {
		if all[i].Words == "" || len(all) == 1 {
			all[i].Words = u.wording()
		} else if i == len(all)-1 && len(u.words) > 1 {
			all[i].Words += "\n" + strings.Join(u.words[1:], "\n")
		}
		for _, w := range strings.Fields(all[i].Words) {
			kept[w] = true
		}
	}
	for _, w := range strings.Fields(u.wording()) {
		if !kept[w] && len(all) > 0 && strings.ContainsFunc(w, wordRune) {
			all[0].Words = u.wording()
			break
		}
	}
	return all
}

// later takes the units that get their meaning only when the whole reply is known.
func (r *reader) later(u unit) bool {
	switch {
	case r.surveyed():
		return r.surveyUnit(u)
	case r.c.Occasion.Kind == meeting.LetterReminder && r.c.Log.Action(r.c.Occasion.Item) != nil:
		return r.reminderUnit(u)
	}
	return false
}

// meaning is the order of decision, the private mark excepted, which was dealt with before. ok is false when the words mean
// nothing; no intent with ok means that the unit was added to the one before.
func (r *reader) meaning(u unit, heading string) (all []meeting.Intent, ok bool) {
	r.heading = heading
	if id := r.c.Occasion.Item; r.c.Occasion.Kind == meeting.LetterReminder && r.c.Log.Topic(id) != nil && u.answers == "" {
		u.answers = id // a reminder of one topic: whatever is said is about it
	}
	for _, rule := range []func(unit) ([]meeting.Intent, bool){
		r.sealLine, r.changedMind, r.command, r.rhythmAlone, r.echoFix, r.byID, r.byPlace, r.byOwnLabel, r.namedTask, r.byForm, r.welcomed,
	} {
		if all, ok := rule(u); ok {
			return all, true
		}
	}
	if heading != "" {
		if all, ok := r.byLabel(heading, u.head, u); ok {
			return all, true
		}
	}
	return r.byDefault(u.head, u.context)
}

// byID reads a line that begins with an item's id.
func (r *reader) byID(u unit) ([]meeting.Intent, bool) {
	toks := tokens(u.head)
	i := r.lead(toks, 0)
	if ids, n := r.ids(toks, i+r.lex.means("states", "about", toks, i)); n == 0 || !r.known(ids[0]) {
		return nil, false
	}
	if u.box == 'x' {
		toks := tokens(u.head)
		if ids, n := r.ids(toks, 0); n > 0 {
			return r.aboutItems(ids, u.head, "✅ "+tail(u.head, toks, n))
		}
	}
	return r.sentenceBySentence(u)
}

// byPlace reads text that was typed under a line of our mail that names an item, or asks a question.
func (r *reader) byPlace(u unit) ([]meeting.Intent, bool) {
	if u.answers == "" {
		return nil, false
	}
	line, _ := bullet(strings.TrimSpace(u.answers))
	toks := tokens(line)
	ids, n := r.ids(toks, 0)
	if n == 0 || !r.known(ids[0]) {
		if strings.HasSuffix(line, "?") && r.beforeMeeting() {
			return r.toQuestion(line, u)
		}
		return nil, false
	}
	id := ids[0]
	if in, ok := r.nothingSaid(u); ok {
		return []meeting.Intent{{Kind: meeting.CommentOn, Item: id, Text: u.head, Words: in.Words}}, true
	}
	if label, k := r.label(tokens(u.head), 0); k > 0 {
		if all, ok := r.byLabel(label, strip(tail(u.head, tokens(u.head), k)), u); ok {
			for i := range all {
				all[i].Topic = topicID(id)
			}
			return all, true
		}
	}
	if in, ok := r.comeBack(id, u.head); ok {
		return []meeting.Intent{withContext(in, u.context)}, true
	}
	all := r.aboutItem(id, u.head)
	if len(all) > 0 {
		all[len(all)-1] = withContext(all[len(all)-1], u.context)
	}
	return all, len(all) > 0
}

func topicID(id string) string {
	if id[0] == 'T' {
		return id
	}
	return ""
}

// toQuestion makes a topic of an answer typed under one of our questions: without the question it would mean nothing.
func (r *reader) toQuestion(question string, u unit) ([]meeting.Intent, bool) {
	if in, ok := r.nothingSaid(u); ok {
		return []meeting.Intent{in}, true
	}
	if all, ok := r.byForm(u); ok {
		return all, true
	}
	in := r.topic(u.head, append([]string{question}, u.context...))
	return []meeting.Intent{in}, true
}

func withLast(all []meeting.Intent, context []string) []meeting.Intent {
	if len(all) > 0 {
		all[len(all)-1] = withContext(all[len(all)-1], context)
	}
	return all
}

// byForm reads the forms of a sentence, and "nothing from me".
func (r *reader) byForm(u unit) ([]meeting.Intent, bool) {
	if in, ok := r.moveVerdict(u.head); ok {
		return []meeting.Intent{withContext(in, u.context)}, true
	}
	if in, ok := r.nothingSaid(u); ok {
		if last := len(r.out.Intents) - 1; last >= 0 && r.out.Intents[last].Kind == meeting.MeetingHeld {
			r.out.Intents[last].Words += "\n" + u.wording() // "held", and nothing to write
			return nil, true
		}
		return []meeting.Intent{in}, true
	}
	if in, ok := r.verdictOnAll(u.head); ok {
		return []meeting.Intent{in}, true
	}
	if all, ok := r.verdictExcept(u.head); ok {
		return withLast(all, u.context), true
	}
	if all, ok := r.sentenceBySentence(u); ok {
		return all, true
	}
	if u.box != 0 {
		return []meeting.Intent{withContext(r.labelled(u.head, ""), u.context)}, true
	}
	return nil, false
}

func withContext(in meeting.Intent, lines []string) meeting.Intent {
	in.Context = append(in.Context, lines...)
	return in
}

// byDefault reads what has no form of its own, by the mail that was answered.
func (r *reader) byDefault(text string, context []string) ([]meeting.Intent, bool) {
	switch r.c.Occasion.Kind {
	case meeting.LetterRecap:
		return []meeting.Intent{{Kind: meeting.AddNote, Text: text, Context: context}}, true
	case meeting.LetterConfirmation:
		return []meeting.Intent{r.correction(text, context)}, true
	case meeting.LetterMove: // other words for the change that the other side wants to try
		if g := r.c.Log.Agreement(r.c.Occasion.Item); g != nil && r.c.Occasion.Stage == meeting.StageAsked {
			return []meeting.Intent{{Kind: meeting.CorrectNote, Item: g.ID, Text: text, Context: context}}, true
		}
	case meeting.LetterSurveyResult:
		in := meeting.Intent{Kind: meeting.AddAgreement, Text: text, Context: context}
		r.untilWhen(&in)
		return []meeting.Intent{in}, true
	case meeting.LetterNotRead:
		if m := r.c.Log.Planned(r.c.Occasion.Meeting); m != nil && m.Start.Before(r.c.Received) {
			return []meeting.Intent{{Kind: meeting.AddNote, Text: text, Context: context}}, true
		}
	}
	if len([]rune(strip(text))) == 0 {
		return nil, false
	}
	return []meeting.Intent{r.topic(text, context)}, true
}

func (r *reader) afterMeeting() bool {
	return r.c.Occasion.Kind == meeting.LetterRecap || r.c.Occasion.Kind == meeting.LetterConfirmation
}

func (r *reader) beforeMeeting() bool {
	switch r.c.Occasion.Kind {
	case "", meeting.LetterPreReport, meeting.LetterPreManager, meeting.LetterNudge, meeting.LetterNotRead, meeting.LetterHeadsUp:
		return true
	}
	return false
}
