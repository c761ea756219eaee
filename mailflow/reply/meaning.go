package reply

import (
	"slices"
	"strings"

	"duolog/mailflow/newtext"
	"duolog/meeting"
)

// readUnits gives each unit its meaning. A label with nothing behind it heads the units that follow: "Agreed:" above a list.
func (r *reader) readUnits(units []unit) {
	heading := ""
	for i := 0; i < len(units); i++ {
		u := units[i]
		if u.after && heading != "" && !u.listed {
			heading = ""
		}
		if meaning := r.heading(u, units[i+1:]); meaning != "" {
			heading = meaning
			r.underHeading(meaning, u)
			continue
		}
		if r.headsText(u, units[i+1:]) {
			continue
		}
		if r.headsList(u, units[i+1:]) {
			i = r.gather(&u, units, i)
		}
		r.unit(u, heading)
	}
}

// heading is the label that stands alone on a line above others: "Agreed:", or "## Actions" above a list.
func (r *reader) heading(u unit, next []unit) string {
	if r.surveyed() || len(next) == 0 && len(u.context) == 0 {
		return ""
	}
	toks := tokens(strings.TrimLeft(u.head, "#* "))
	if meaning, n := r.label(toks, 0); n > 0 && n >= len(toks) {
		return meaning
	}
	meaning, n := r.lex.at("labels", toks, 0)
	if n == 0 || !onlyMarks(toks, n) || u.listed || len(next) == 0 || !next[0].listed || next[0].after {
		return ""
	}
	return meaning
}

// headsText tells whether the line is an item's id alone: the lines below it, up to the next blank one, belong to the item.
func (r *reader) headsText(u unit, next []unit) bool {
	toks := tokens(u.head)
	ids, n := r.ids(toks, 0)
	if len(ids) != 1 || !r.known(ids[0]) || !onlyMarks(toks, n) || len(next) == 0 || next[0].after || len(u.context) > 0 {
		return false
	}
	if _, again := r.ids(tokens(next[0].head), 0); again > 0 {
		return false
	}
	next[0].words = append([]string{u.wording()}, next[0].words...)
	for i := range next {
		if next[i].after {
			break
		}
		next[i].answers = ids[0]
	}
	return true
}

// headsList tells whether the line ends with a colon and a list follows at once: the list belongs to it.
func (r *reader) headsList(u unit, next []unit) bool {
	if u.listed || !strings.HasSuffix(u.head, ":") || len(next) == 0 || !next[0].listed || next[0].after {
		return false
	}
	toks := tokens(u.head)
	if len(toks) > 6 || r.surveyed() {
		return false
	}
	for i := range toks {
		if _, n := r.lex.at("list-words", toks, i); n > 0 {
			return false
		}
	}
	return !r.quiet(toks)
}

// gather takes the list items that follow into the unit, and returns the index of the last.
func (r *reader) gather(u *unit, units []unit, i int) int {
	u.head = strings.TrimSuffix(u.head, ":")
	for i+1 < len(units) && units[i+1].listed && !units[i+1].after && units[i+1].indent >= u.indent {
		i++
		u.context = append(append(u.context, units[i].head), units[i].context...)
		u.words = append(u.words, units[i].words...)
	}
	return i
}

// underHeading reads a heading; what is nested in it are items of its kind.
func (r *reader) underHeading(meaning string, u unit) {
	if len(u.context) == 0 {
		r.out.Quiet = append(r.out.Quiet, u.wording())
		return
	}
	r.out.Quiet = append(r.out.Quiet, u.words[0])
	for i, line := range u.context {
		words := line
		if len(u.words) == len(u.context)+1 {
			words = u.words[i+1]
		}
		r.unit(unit{head: line, words: []string{words}, listed: true}, meaning)
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
	u.head = r.afterGreeting(u.head)
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
	case r.c.Occasion.Kind == meeting.LetterReminder && r.c.Occasion.Item != "":
		return r.reminderUnit(u)
	}
	return false
}

// meaning is the order of decision, the private mark excepted, which was dealt with before. ok is false when the words mean
// nothing; no intent with ok means that the unit was added to the one before.
func (r *reader) meaning(u unit, heading string) (all []meeting.Intent, ok bool) {
	for _, rule := range []func(unit) ([]meeting.Intent, bool){
		r.enrolKey, r.command, r.echoFix, r.byID, r.byPlace, r.byOwnLabel, r.byForm, r.welcomed,
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

// byOwnLabel reads a line with a label.
func (r *reader) byOwnLabel(u unit) ([]meeting.Intent, bool) {
	toks := tokens(u.head)
	i := r.lead(toks, 0)
	label, n := r.label(toks, i)
	if n == 0 {
		i = 0
		label, n = r.label(toks, 0)
	}
	if n == 0 || i+n >= len(toks) {
		return nil, false
	}
	if all, ok := r.statement(u.head); ok {
		return withLast(all, u.context), true
	}
	return r.byLabel(label, strip(tail(u.head, toks, i+n)), u)
}

func withLast(all []meeting.Intent, context []string) []meeting.Intent {
	if len(all) > 0 {
		all[len(all)-1] = withContext(all[len(all)-1], context)
	}
	return all
}

// byForm reads the forms of a sentence, and "nothing from me".
func (r *reader) byForm(u unit) ([]meeting.Intent, bool) {
	if in, ok := r.moveVerdict(tokens(u.head)); ok {
		return []meeting.Intent{in}, true
	}
	if in, ok := r.nothingSaid(u); ok {
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

// sentenceBySentence reads a line in which at least one sentence has a form of its own: an id, a promise, something about
// the meeting. The plain sentences around it belong to it, or have the default meaning when they come first.
func (r *reader) sentenceBySentence(u unit) ([]meeting.Intent, bool) {
	sentences := r.sentences(u.head)
	var all []meeting.Intent
	strong := false
	for i, s := range sentences {
		found, ok := r.formOf(s)
		switch {
		case ok:
			strong = true
			for k := range found {
				if found[k].Words == "" {
					found[k].Words = s
				}
			}
			all = append(all, found...)
		case i > 0 && strong:
			r.attach(&all[len(all)-1], s)
		default:
			all = append(all, meeting.Intent{Words: s})
		}
	}
	if !strong {
		return nil, false
	}
	all = r.defaults(all)
	all[len(all)-1] = withContext(all[len(all)-1], u.context)
	return all, true
}

// defaults gives the sentences that come before the first strong one their default meaning, as one.
func (r *reader) defaults(all []meeting.Intent) []meeting.Intent {
	var plain []string
	for len(all) > 0 && all[0].Kind == "" {
		plain, all = append(plain, all[0].Words), all[1:]
	}
	if len(plain) == 0 {
		return all
	}
	text := strings.Join(plain, " ")
	if in, _ := r.nothingSaid(unit{head: text}); r.quiet(tokens(text)) || in.Kind != "" {
		all[0].Words = text + " " + all[0].Words
		return all
	}
	switch all[0].Kind {
	case meeting.MoveMeeting, meeting.SkipMeeting, meeting.MeetingMissed:
		if len(strings.Fields(text)) <= 5 { // "Something came up. Can we …?"
			all[0].Words, all[0].Reason = text+" "+all[0].Words, join(text, all[0].Reason)
			return all
		}
	}
	before, _ := r.byDefault(text, nil)
	for i := range before {
		before[i].Words = text
	}
	return append(before, all...)
}

// attach adds a sentence to what was said before it.
func (r *reader) attach(in *meeting.Intent, sentence string) {
	in.Words += " " + sentence
	switch in.Kind {
	case meeting.SkipMeeting: // "I can't make it. Friday?"
		toks := tokens(sentence)
		if m, ok := r.cal.moment(sentence, toks, r.lead(toks, 0)); ok && !slices.ContainsFunc(toks[m.at+m.n:], token.isWord) {
			move := meeting.Intent{Kind: meeting.MoveMeeting, Reason: in.Reason, Words: in.Words}
			r.slot(&move, m, false)
			*in, _ = r.moved(move, "", nil, 0, 0, true)
			in.Reason = move.Reason
			return
		}
	}
	switch in.Kind {
	case meeting.UpdateAction, meeting.CommentOn, meeting.CorrectNote, meeting.UpdateTopic:
		in.Text = strings.TrimSpace(in.Text + " " + sentence)
	case meeting.Reject, meeting.MeetingMissed, meeting.SkipMeeting:
		in.Reason = strings.TrimSpace(in.Reason + " " + sentence)
	default:
		in.Context = append(in.Context, sentence)
	}
}

func withContext(in meeting.Intent, lines []string) meeting.Intent {
	in.Context = append(in.Context, lines...)
	return in
}

// formOf reads one sentence that has a form of its own.
func (r *reader) formOf(s string) ([]meeting.Intent, bool) {
	if all, ok := r.statement(s); ok {
		return all, true
	}
	if all, ok := r.heldAnd(s); ok {
		return all, true
	}
	for _, form := range []func(string) (meeting.Intent, bool){r.aboutMeeting, r.promise, r.agreed, r.praise, r.verdictOnRest} {
		if in, ok := form(s); ok {
			return r.exceptions(in), true
		}
	}
	return nil, false
}

// exceptions spells out "all discussed except T5", so that only the others change.
func (r *reader) exceptions(in meeting.Intent) []meeting.Intent {
	if in.Kind != meeting.UpdateTopic || in.Item != "" || len(in.Context) == 0 {
		return []meeting.Intent{in}
	}
	var all []meeting.Intent
	for _, t := range r.c.Log.Topics {
		if t.OnAgenda() && !slices.Contains(in.Context, t.ID) {
			all = append(all, meeting.Intent{Kind: meeting.UpdateTopic, Item: t.ID, State: in.State})
		}
	}
	return all
}

// agreed reads "we agreed to …".
func (r *reader) agreed(s string) (meeting.Intent, bool) {
	toks := tokens(s)
	i := r.lead(toks, 0)
	n := r.lex.means("agreement", "form", toks, i)
	if n == 0 || i+n >= len(toks) {
		return meeting.Intent{}, false
	}
	in := meeting.Intent{Kind: meeting.AddAgreement, Text: strip(tail(s, toks, i+n))}
	r.untilWhen(&in)
	return in, true
}

// praise reads "kudos to Tom for the migration".
func (r *reader) praise(s string) (meeting.Intent, bool) {
	toks := tokens(s)
	i := r.lead(toks, 0)
	if n := r.lex.means("praise", "form", toks, i); n == 0 || i+n >= len(toks) {
		return meeting.Intent{}, false
	}
	return meeting.Intent{Kind: meeting.AddNote, TopicIs: "win", Text: strip(tail(s, toks, i))}, true
}

// nothingSaid reads "nothing from me this week".
func (r *reader) nothingSaid(u unit) (meeting.Intent, bool) {
	if r.answersAck() || r.welcoming() || len(u.context) > 0 {
		return meeting.Intent{}, false
	}
	toks := tokens(u.head)
	if r.beforeMeeting() && r.spoken == 1 && r.covers(toks, "yes") {
		return meeting.Intent{Kind: meeting.Nothing}, true
	}
	said := false
	for i := 0; i < len(toks); {
		n := r.lex.means("nothing", "said", toks, i)
		if n == 0 && r.beforeMeeting() && r.spoken == 1 {
			n = r.lex.means("nothing", "no", toks, i)
		}
		said = said || n > 0
		if n == 0 {
			n = r.nothingFiller(u.head, toks, i)
		}
		if n == 0 {
			return meeting.Intent{}, false
		}
		i += n
	}
	if !said {
		return meeting.Intent{}, false
	}
	return meeting.Intent{Kind: meeting.Nothing}, true
}

func (r *reader) nothingFiller(line string, toks []token, i int) int {
	if n := r.lex.means("nothing", "filler", toks, i); n > 0 {
		return n
	}
	if _, n := r.politeness(toks, i); n > 0 {
		return n
	}
	if n := max(r.name(toks, i), r.lex.means("filler", "lead", toks, i)); n > 0 {
		return n
	}
	if m, ok := r.cal.moment(line, toks, i); ok {
		return m.n
	}
	if !toks[i].isWord() && toks[i].fold != "?" {
		return 1
	}
	return 0
}

// verdictOnAll reads "ok", "looks right", "👍": a yes to all that waits. Before a meeting nothing was asked, unless a move was.
func (r *reader) verdictOnAll(line string) (meeting.Intent, bool) {
	toks := tokens(line)
	if r.afterMeeting() && r.covers(toks, "yes") {
		return meeting.Intent{Kind: meeting.Confirm}, true
	}
	return r.verdictOnRest(line)
}

// verdictExcept reads "all good except N2: it was June".
func (r *reader) verdictExcept(line string) ([]meeting.Intent, bool) {
	toks := tokens(line)
	for i := 1; i < len(toks); i++ {
		n := r.lex.means("meeting", "except", toks, i)
		if n == 0 || !r.afterMeeting() || !r.covers(toks[:i], "yes") {
			continue
		}
		if all, ok := r.statement(tail(line, toks, i+n)); ok {
			all[0].Words = line
			return append(all, meeting.Intent{Kind: meeting.Confirm, Words: line}), true
		}
	}
	return nil, false
}

// moveVerdict reads the answer to a move that the other side asked for.
func (r *reader) moveVerdict(toks []token) (meeting.Intent, bool) {
	next := r.c.Log.NextMeeting(r.c.Received)
	if next == nil || next.Proposal == nil || next.Proposal.By == r.c.Sender.ID || r.answersAck() {
		return meeting.Intent{}, false
	}
	switch {
	case r.covers(toks, "yes"):
		return meeting.Intent{Kind: meeting.Confirm}, true
	case r.covers(toks, "no"):
		return meeting.Intent{Kind: meeting.Reject, Item: next.ID}, true
	}
	return meeting.Intent{}, false
}

// verdictOnRest reads "The rest 👍".
func (r *reader) verdictOnRest(line string) (meeting.Intent, bool) {
	toks := tokens(line)
	i := r.lead(toks, 0)
	if n := r.lex.means("answers", "rest", toks, i); n > 0 && (n > 1 || r.afterMeeting()) && r.covers(toks[i:], "yes") {
		return meeting.Intent{Kind: meeting.Confirm}, true
	}
	return meeting.Intent{}, false
}

// covers tells whether the line is a yes, or a no, and nothing else.
func (r *reader) covers(toks []token, meaning string) bool {
	said := false
	for i := 0; i < len(toks); {
		n := r.lex.means("answers", meaning, toks, i)
		said = said || n > 0
		for _, filler := range []string{"rest", "filler"} {
			n = max(n, r.lex.means("answers", filler, toks, i))
		}
		if n == 0 {
			_, n = r.politeness(toks, i)
		}
		if n == 0 {
			n = r.name(toks, i)
		}
		if n == 0 && !toks[i].isWord() && toks[i].fold != "?" {
			n = 1
		}
		if n == 0 {
			return false
		}
		i += n
	}
	return said
}

// byLabel reads the words behind a label. ok is false when the label means nothing here.
func (r *reader) byLabel(label, text string, u unit) ([]meeting.Intent, bool) {
	in := meeting.Intent{Text: text, Context: u.context}
	switch label {
	case "topic":
		in = r.topic(text, u.context)
	case "usual":
		in = r.topic(text, append([]string{strip(strings.TrimSuffix(u.head, text))}, u.context...))
	case "park":
		in = r.topic(text, u.context)
		in.State = string(meeting.TopicParked)
	case "quarter", "year":
		in = r.topic(text, u.context)
		in.DueWords = label
	case "action":
		in = withContext(r.labelled(text, ""), u.context)
	case "mine":
		in = withContext(r.labelled(text, r.c.Sender.ID), u.context)
	case "yours":
		in = withContext(r.labelled(text, r.otherID()), u.context)
	case "note":
		in.Kind = meeting.AddNote
	case "feedback", "win", "feeling":
		in.Kind, in.TopicIs = meeting.AddNote, label
	case "agreement":
		in.Kind = meeting.AddAgreement
		r.untilWhen(&in)
	case "heads-up":
		in = r.topic(text, u.context)
		in.Kind = meeting.HeadsUp
	case "question":
		in.Kind = meeting.AddQuestion
		in.Text, in.Answer = r.ownAnswer(text)
	case "skip":
		in = meeting.Intent{Kind: meeting.SkipMeeting, Reason: text, Context: u.context}
	case "held", "did-not-happen", "move":
		if m, ok := r.aboutMeeting(strings.TrimSpace(strings.Replace(u.head, ":", " ", 1))); ok {
			in = m
			break
		}
		return nil, false
	default:
		return nil, r.amend(label, text, u)
	}
	return []meeting.Intent{in}, true
}

// ownAnswer parts "what blocks you? my answer: reviews".
func (r *reader) ownAnswer(text string) (question, answer string) {
	toks := tokens(text)
	for i := range toks {
		if label, n := r.label(toks, i); label == "my-answer" {
			return strip(span(text, toks, 0, i)), strip(tail(text, toks, i+n))
		}
	}
	return text, ""
}

// amend adds a line such as "context: …", "my answer: …" or "by when: …" to the item written right above it.
func (r *reader) amend(label, text string, u unit) bool {
	if len(r.out.Intents) == 0 || u.after {
		return false
	}
	in := &r.out.Intents[len(r.out.Intents)-1]
	if in.Kind == meeting.AddPrivate || !r.amends(in, label, text) {
		return false
	}
	in.Context = append(in.Context, u.context...)
	in.Words += "\n" + u.wording()
	return true
}

func (r *reader) amends(in *meeting.Intent, label, text string) bool {
	action := in.Kind == meeting.AddAction || in.Kind == meeting.AddReportBack
	switch {
	case label == "my-answer" && in.Kind == meeting.AddQuestion:
		in.Answer = text
	case label == "why" && in.Kind == meeting.AddQuestion:
		in.Reason = text
	case label == "why" || label == "context":
		in.Context = append(in.Context, text)
	case label == "measure" && action:
		in.Measure = text
		in.Asks = without(in.Asks, meeting.AskMeasure)
	case label == "owner" && action:
		in.Who = r.whoOf(text)
		in.Asks = without(in.Asks, meeting.AskWho)
	case label == "due" && action:
		m, ok := first(r.cal.moments(text, tokens(text)))
		if !ok {
			return false
		}
		in.Asks = without(in.Asks, meeting.AskWhen)
		r.setDue(in, m)
	default:
		return false
	}
	return true
}

func without(asks []meeting.Ask, code string) []meeting.Ask {
	return slices.DeleteFunc(asks, func(a meeting.Ask) bool { return a.Code == code })
}

// untilWhen reads the day on which an agreement ends.
func (r *reader) untilWhen(in *meeting.Intent) {
	for _, m := range r.cal.moments(in.Text, tokens(in.Text)) {
		if m.by && !m.floats {
			r.setDue(in, m)
		}
	}
}

// byDefault reads what has no form of its own, by the mail that was answered.
func (r *reader) byDefault(text string, context []string) ([]meeting.Intent, bool) {
	switch r.c.Occasion.Kind {
	case meeting.LetterRecap:
		return []meeting.Intent{{Kind: meeting.AddNote, Text: text, Context: context}}, true
	case meeting.LetterConfirmation:
		return []meeting.Intent{r.correction(text, context)}, true
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

// correction is the better wording of the one note that waits for the sender; of several it is not said which.
func (r *reader) correction(text string, context []string) meeting.Intent {
	var notes []string
	for _, id := range r.c.Log.Waiting(r.c.Sender.ID) {
		if id[0] == 'N' {
			notes = append(notes, id)
		}
	}
	if len(notes) == 1 {
		return meeting.Intent{Kind: meeting.CorrectNote, Item: notes[0], Text: text, Context: context}
	}
	in := meeting.Intent{Kind: meeting.AddNote, Text: text, Context: context}
	if len(notes) > 1 {
		in.Asks = []meeting.Ask{{Code: meeting.AskWhich, Args: notes}}
	}
	return in
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
