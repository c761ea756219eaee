package reply

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"duolog/meeting"
)

// sentenceBySentence reads a line in which at least one sentence has a form of its own: an id, a promise, something about
// the meeting. The plain sentences around it belong to it, or have the default meaning when they come first.
func (r *reader) sentenceBySentence(u unit) ([]meeting.Intent, bool) {
	sentences := r.sentences(u.head)
	var all []meeting.Intent
	strong := false
	for i, s := range sentences {
		found, ok := r.formOf(s)
		r.noteNames(s)
		if ok && i > 0 && len(all) > 0 && r.takesUp(&all[len(all)-1], found, s) {
			continue
		}
		switch {
		case ok:
			strong = true
			all = append(all, worded(found, s)...)
		case i > 0 && strong && wordless[all[len(all)-1].Kind] && !r.quiet(tokens(s)):
			more, _ := r.byDefault(s, nil)
			all = append(all, worded(more, s)...)
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

// wordless are the kinds that keep no words of their own: what is said after them is an item by itself.
var wordless = map[meeting.IntentKind]bool{meeting.Confirm: true, meeting.MeetingHeld: true}

// takesUp tells whether a promise only dates what was said of an action before: "A8 is overdue, I know. Will finish Monday."
func (r *reader) takesUp(in *meeting.Intent, found []meeting.Intent, s string) bool {
	if len(found) != 1 || found[0].Kind != meeting.AddAction || found[0].Who != r.c.Sender.ID || found[0].Due == "" || len(strings.Fields(found[0].Text)) > 2 {
		return false
	}
	if in.Due != "" || !strings.HasPrefix(in.Item, "A") || in.Kind != meeting.UpdateAction && in.Kind != meeting.CommentOn || in.State == string(meeting.ActionDone) {
		return false
	}
	in.Kind, in.Due, in.DueWords = meeting.UpdateAction, found[0].Due, found[0].DueWords
	in.Text, in.Words = join(in.Text, s), join(in.Words, s)
	return true
}

// worded gives the intents that do not have them yet the words they came from.
func worded(all []meeting.Intent, words string) []meeting.Intent {
	for i := range all {
		if all[i].Words == "" {
			all[i].Words = words
		}
	}
	return all
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
	if in, _ := r.nothingSaid(unit{head: text}); r.quiet(tokens(text)) || r.onlyFiller(text) || in.Kind != "" {
		all[0].Words = text + " " + all[0].Words
		return all
	}
	if all[0].Kind == meeting.AddReportBack && r.lex.has("report-back", "unknown", tokens(text)) {
		all[0].Words, all[0].Text = text+" "+all[0].Words, all[0].Text+": "+text
		return all
	}
	switch all[0].Kind {
	case meeting.MoveMeeting, meeting.SkipMeeting, meeting.MeetingMissed:
		if len(strings.Fields(text)) <= 5 { // "Something came up. Can we …?"
			all[0].Words, all[0].Reason = text+" "+all[0].Words, join(text, all[0].Reason)
			return all
		}
	}
	before, _ := r.byDefault(strings.TrimRight(text, ", "), nil)
	for i := range before {
		before[i].Words = text
	}
	return append(before, all...)
}

// attach adds a sentence to what was said before it.
func (r *reader) attach(in *meeting.Intent, sentence string) {
	in.Words += " " + sentence
	if in.Kind == meeting.AddAction || in.Kind == meeting.AddReportBack { // "Priya owns the review. Due Friday."
		if more, ok := r.fixAction("", sentence); ok && more.Who == "" && (in.Due == "" || more.Due == "") && (in.Measure == "" || more.Measure == "") {
			in.Due, in.DueWords, in.Measure = or(in.Due, more.Due), or(in.DueWords, more.DueWords), or(in.Measure, more.Measure)
			in.Asks = append(in.Asks, more.Asks...)
			if more.Due != "" {
				in.Asks = without(in.Asks, meeting.AskWhen)
			}
			if more.Measure != "" {
				in.Asks = without(in.Asks, meeting.AskMeasure)
			}
			return
		}
	}
	if in.Item != "" && in.Item[0] == 'A' && (in.Kind == meeting.UpdateAction || in.Kind == meeting.CommentOn) && in.Due == "" {
		toks := tokens(sentence)
		if m, ok := r.newDate(sentence, toks, r.lead(toks, 0)); ok { // "A7 is still open. Will do it tomorrow."
			in.Kind = meeting.UpdateAction
			r.setDue(in, m)
		}
	}
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

// formOf reads one sentence that has a form of its own.
func (r *reader) formOf(s string) ([]meeting.Intent, bool) {
	if all, ok := r.andTheRest(s); ok {
		return all, true
	}
	if all, ok := r.statement(s); ok {
		return all, true
	}
	if all, ok := r.byPlaceInList(s); ok {
		return all, true
	}
	if all, ok := r.byTitle(s); ok {
		return all, true
	}
	if all, ok := r.heldAnd(s); ok {
		return all, true
	}
	if in, ok := r.asksAbout(s); ok {
		return []meeting.Intent{in}, true
	}
	if r.c.Occasion.Kind == meeting.LetterConfirmation && r.covers(tokens(s), "yes") {
		return []meeting.Intent{{Kind: meeting.Confirm}}, true
	}
	for _, form := range []func(string) (meeting.Intent, bool){r.aboutMeeting, r.promise, r.passive, r.deadlineOf, r.agreed, r.praise, r.verdictOnRest} {
		if in, ok := form(s); ok {
			return r.exceptions(in), true
		}
	}
	return nil, false
}

// asksAbout reads a question that names one item: "is A7 done?", "any news about T3?". It is a word about that item, and no state.
func (r *reader) asksAbout(s string) (meeting.Intent, bool) {
	toks := tokens(s)
	if !strings.HasSuffix(strings.TrimSpace(s), "?") || r.answersAck() {
		return meeting.Intent{}, false
	}
	var all []string
	for i := range toks {
		if ids, n := r.ids(toks, i); n > 0 && r.known(ids[0]) && (ids[0][0] == 'A' || ids[0][0] == 'T') {
			all = append(all, ids...)
		}
	}
	if all = once(all); len(all) != 1 {
		return meeting.Intent{}, false
	}
	if a := r.c.Log.Action(all[0]); a != nil && a.Who == r.c.Sender.ID { // a question about one's own promise is for both to talk about
		return meeting.Intent{}, false
	}
	if _, ok := r.promise(s); ok {
		return meeting.Intent{}, false
	}
	return meeting.Intent{Kind: meeting.CommentOn, Item: all[0], Text: strip(s)}, true
}

// andTheRest reads "T6 next time, rest discussed" and "T3 done, the rest next time".
func (r *reader) andTheRest(s string) ([]meeting.Intent, bool) {
	toks := tokens(s)
	for i := 1; i < len(toks); i++ {
		n := r.lex.means("answers", "rest", toks, i)
		if n == 0 || toks[i-1].isWord() && r.lex.means("common", "and", toks, i-1) == 0 {
			continue
		}
		state := r.wholeState(toks[i+n:])
		if state == "" {
			continue
		}
		named := i
		if r.lex.means("common", "and", toks, i-1) > 0 {
			named--
		}
		all, ok := r.statement(strip(span(s, toks, 0, named)))
		if !ok || slices.ContainsFunc(all, func(in meeting.Intent) bool { return in.Kind != meeting.UpdateTopic }) {
			return nil, false
		}
		in := meeting.Intent{Kind: meeting.UpdateTopic, State: string(state)}
		for k := range all {
			in.Context = append(in.Context, all[k].Item)
			all[k].Words = s
		}
		return append(all, r.exceptions(in)...), true
	}
	return nil, false
}

// wholeState is the state of a topic that the words say, "" when they say anything else.
func (r *reader) wholeState(toks []token) meeting.TopicState {
	if len(toks) > 12 {
		return ""
	}
	toks = toks[r.afterIs(toks):]
	for _, s := range topicStates {
		if r.wholly(toks, "states", s.meaning) {
			return s.state
		}
	}
	return ""
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
	if k := r.lex.means("agreement", "opens", toks, i); k > 0 && n == 0 && i+k < len(toks) && r.afterMeeting() { // "From now on …"
		in := meeting.Intent{Kind: meeting.AddAgreement, Text: strip(tail(s, toks, i))}
		r.untilWhen(&in)
		return in, true
	}
	if k := r.sinceThen(s, toks, i); k > 0 && n == 0 && r.afterMeeting() && r.newOrder(toks, i+k) && !strings.HasSuffix(s, "?") {
		return meeting.Intent{Kind: meeting.AddAgreement, Text: strip(tail(s, toks, i))}, true
	}
	if o, end := r.lex.means("agreement", "around", toks, i), len(toks)-trailing(toks)-1; n == 0 && o > 0 && end > i+o && r.lex.means("agreement", "close", toks, end) > 0 && !r.negated(toks, i) { // "Wir haben uns auf … geeinigt"
		in := meeting.Intent{Kind: meeting.AddAgreement, Text: strip(span(s, toks, i+o, end))}
		r.untilWhen(&in)
		return in, true
	}
	if n == 0 || i+n >= len(toks) {
		return meeting.Intent{}, false
	}
	in := meeting.Intent{Kind: meeting.AddAgreement, Text: strip(tail(s, toks, i+n))}
	r.untilWhen(&in)
	return in, true
}

// newOrder tells whether the clause says what will be done from then on. That somebody is away from then on is no agreement.
func (r *reader) newOrder(toks []token, k int) bool {
	words := 0
	for ; k < len(toks); k++ {
		if r.lex.means("agreement", "state", toks, k) > 0 && words <= 3 {
			return false
		}
		words++
	}
	return words > 1
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

// sentences parts a line where a sentence ends, or where another item's id begins after a comma.
func (r *reader) sentences(line string) []string {
	toks := tokens(line)
	var all []string
	start := 0
	for i := 1; i < len(toks); i++ {
		switch {
		case start < i && r.parts(line, toks, start, i):
			all = append(all, strings.TrimSpace(line[toks[start].from:toks[i].from]))
			start = i
		case start < i-1 && r.promisesAnd(line, toks, start, i):
			all = append(all, strings.TrimSpace(line[toks[start].from:toks[i-1].from]))
			start = i
		}
	}
	if start < len(toks) {
		all = append(all, strings.TrimSpace(line[toks[start].from:]))
	}
	return all
}

// promisesAnd tells whether a second promise begins at token i: "I'll do this and you will do that".
func (r *reader) promisesAnd(line string, toks []token, start, i int) bool {
	comma := toks[i-1].fold == ","
	if r.lex.means("common", "and", toks, i-1) == 0 && !comma {
		return false
	}
	s, ok := r.subjectAt(line, toks, i)
	if !ok || s.keepOne && !comma || comma && s.kind != "name" {
		return false
	}
	first, ok := r.subjectAt(line, toks, r.lead(toks, start))
	return ok && first.from+first.n < i-1 // "Ana and Tom will …" is one promise
}

// parts tells whether a new sentence begins at token i.
func (r *reader) parts(line string, toks []token, start, i int) bool {
	prev := toks[i-1]
	if _, only := r.ids(toks, start); only > 0 && start+only >= i {
		return false // "T3. discussed"
	}
	if r.afterState(toks, start, i) || r.andState(toks, start, i) {
		return true
	}
	if prev.fold == "," && r.afterMeeting() && (r.startsItem(toks, start) || max(r.lex.means("meeting", "all-discussed", toks, r.lead(toks, start)), r.wholeAgenda(toks, r.lead(toks, start))) == i-1-r.lead(toks, start)) {
		if held, ok := r.held("", toks[i:]); ok && held.Minutes > 0 {
			return true
		}
	}
	if ids, n := r.ids(toks, i); n > 0 && r.known(ids[0]) {
		if _, only := r.ids(toks, start); start+only >= i-1 {
			return false // a list of ids
		}
		_, stated := r.ids(toks, start)
		if strings.Contains(",;/&", prev.fold) && (stated > 0 || r.statesBefore(toks, start) || r.stateLen(toks, i+n+r.afterIs(toks[i+n:])) > 0) {
			return i+n < len(toks)
		}
		if stated > 0 && r.lex.means("filler", "lead", toks, i-1) > 0 && toks[i-1].isWord() && i+n < len(toks) && i-1 > start+stated {
			return true
		}
	}
	if _, stated := r.ids(toks, start); stated > 0 && prev.fold == "," && r.lex.means("answers", "rest", toks, i) > 0 {
		if _, ok := r.verdictOnRest(tail(line, toks, i)); ok {
			return true
		}
	}
	if prev.to >= toks[i].from && prev.fold != "👍" { // no white space between
		return false
	}
	c, _ := utf8.DecodeRuneInString(line[toks[i].from:])
	switch prev.fold {
	case ";":
		return true
	case "!", "?":
		return toks[i].isWord() || prev.fold == "?"
	case ".":
		if i >= 2 && !toks[i-2].isWord() {
			return toks[i].isWord()
		}
		if unicode.IsLower(c) && strings.Trim(toks[i-2].fold, "0123456789.") == "" {
			return false // "12.12. vor"
		}
		return unicode.IsLetter(c) && !r.abbreviated(toks, i-2) || r.startsItem(toks, i)
	}
	return false
}

// andState tells whether "and" stands before another item's state: "I finished A8 and moved A9 to Friday".
func (r *reader) andState(toks []token, start, i int) bool {
	n := r.lex.means("common", "and", toks, i)
	if n == 0 {
		return false
	}
	verb := max(r.stateLen(toks, i+n), r.lex.means("meeting", "move-verb", toks, i+n))
	ids, m := r.ids(toks, i+n+verb)
	if verb == 0 || m == 0 || !r.known(ids[0]) {
		return false
	}
	before, _, _ := r.stateFirst("", toks[:i], r.lead(toks[:i], start))
	_, stated := r.ids(toks, start)
	return before != nil || stated > 0
}

// afterState tells whether another item's id follows a statement that is complete: "a8 done a9 friday", "nothing new, but A8
// is done".
func (r *reader) afterState(toks []token, start, i int) bool {
	ids, n := r.ids(toks, i)
	if n == 0 || i+n >= len(toks) || !r.known(ids[0]) {
		return false
	}
	after := toks[i+n:]
	says := r.stateLen(after, r.afterIs(after)) > 0 || r.cal.day(after, 0).n > 0
	_, stated := r.ids(toks, start)
	if k := start + stated; stated > 0 && says {
		k += r.afterIs(toks[k:i])
		return k < i && k+r.stateLen(toks[:i], k) == i
	}
	return stated == 0 && says && i >= start+3 && toks[i-2].fold == "," && r.lex.means("filler", "lead", toks, i-1) > 0
}

func (r *reader) startsItem(toks []token, i int) bool {
	_, n := r.ids(toks, i)
	return n > 0
}

// abbreviated tells whether the full stop after token i belongs to it: "e.g.", "12. December", "Dr."
func (r *reader) abbreviated(toks []token, i int) bool {
	if i < 0 {
		return true
	}
	t := toks[i].fold
	_, err := strconv.Atoi(t)
	return toks[i].isWord() && len(t) == 1 || err == nil && len(t) <= 2 || r.lex.means("abbreviations", "word", toks, i) > 0
}
