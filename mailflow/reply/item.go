package reply

import (
	"strconv"
	"strings"

	"duolog/meeting"
)

// ids reads the item ids at token i: "A8", "#T3", "(A8)", "A8, A9 and A10", "T3-T5".
func (r *reader) ids(toks []token, i int) (ids []string, n int) {
	k := i
	for len(ids) < meeting.MaxIntents {
		at := k
		for at < len(toks) && strings.Contains("#([*", toks[at].fold) {
			at++
		}
		found := idsOf(toks, at)
		if found == nil {
			break
		}
		ids, k = append(ids, found...), at+1
		for k < len(toks) && strings.Contains(")]*", toks[k].fold) {
			k++
		}
		n = k - i
		if k < len(toks) && (strings.Contains(",/&+", toks[k].fold) || r.lex.means("common", "and", toks, k) > 0) {
			k++
		}
	}
	return ids, n
}

func idsOf(toks []token, i int) []string {
	if i >= len(toks) {
		return nil
	}
	text := strings.ToUpper(toks[i].fold)
	if letter, n, ok := meeting.SplitID(text); ok && n < 100000 {
		return []string{string(letter) + strconv.Itoa(n)}
	}
	from, to, ranged := strings.Cut(text, "-")
	a, low, okA := meeting.SplitID(from)
	b, high, okB := meeting.SplitID(to)
	if !ranged || !okA || !okB || a != b || high < low || high-low > 20 {
		return nil
	}
	var ids []string
	for n := low; n <= high; n++ {
		ids = append(ids, string(a)+strconv.Itoa(n))
	}
	return ids
}

// known tells whether the log has an item of that id.
func (r *reader) known(id string) bool {
	switch id[0] {
	case 'T':
		return r.c.Log.Topic(id) != nil
	case 'A':
		return r.c.Log.Action(id) != nil
	case 'N':
		n, _ := r.c.Log.Note(id)
		return n != nil
	case 'G':
		return r.c.Log.Agreement(id) != nil
	case 'P':
		for _, p := range r.c.Log.Private[r.c.Sender.ID] {
			if p.ID == id {
				return true
			}
		}
	}
	return false
}

// statement reads what a line says about items it names: "A8 done", "✅ A8", "park T3", "A8 → Friday", "T3: a comment".
func (r *reader) statement(line string) ([]meeting.Intent, bool) {
	toks := tokens(line)
	i := r.lead(toks, 0)
	i += r.lex.means("states", "about", toks, i)
	if ids, n := r.ids(toks, i); n > 0 {
		return r.aboutItems(ids, line, tail(line, toks, i+n))
	}
	if n := r.lex.means("promise", "you", toks, i); n > 0 && r.stateLen(toks, i+n) > 0 { // "can you remove T5?"
		i += n
	}
	if ids, state, rest := r.stateFirst(line, toks, i); ids != nil {
		return r.aboutItems(ids, line, strings.TrimRight(state+rest, " ?"))
	}
	return nil, false
}

// stateFirst reads "done: A8", "✅ A8", "I finished A8", "missed A8: reason".
func (r *reader) stateFirst(line string, toks []token, i int) (ids []string, state, rest string) {
	for i < len(toks) {
		n := max(r.lex.means("promise", "me", toks, i), r.lex.means("states", "is", toks, i))
		if n == 0 {
			break
		}
		i += n
	}
	n := r.stateLen(toks, i)
	if n == 0 {
		return nil, "", ""
	}
	k := i + n
	for k < len(toks) && (toks[k].fold == ":" || toks[k].fold == "–" || r.lex.means("states", "is", toks, k) > 0 || r.lex.means("common", "with", toks, k) > 0) {
		k++
	}
	ids, m := r.ids(toks, k)
	if m == 0 {
		return nil, "", ""
	}
	return ids, span(line, toks, i, i+n) + " ", tail(line, toks, k+m)
}

func (r *reader) statesBefore(toks []token, i int) bool { return r.stateLen(toks, r.lead(toks, i)) > 0 }

func (r *reader) stateLen(toks []token, i int) int {
	best := 0
	for _, m := range []string{"done", "dropped", "missed", "discussed", "next-time", "follow-up", "parked", "topic-dropped", "open", "started"} {
		best = max(best, r.lex.means("states", m, toks, i))
	}
	for _, m := range []string{"delete", "private", "sensitive"} {
		best = max(best, r.lex.means("marks", m, toks, i))
	}
	return max(best, r.lex.means("answers", "yes", toks, i), r.lex.means("answers", "no", toks, i))
}

// aboutItems says the same of every id. ok is false when the ids are none: "A4 paper", "P1 incident".
func (r *reader) aboutItems(ids []string, line, rest string) (all []meeting.Intent, ok bool) {
	for _, id := range ids {
		if !r.known(id) && !r.meansItem(id, rest) {
			return nil, false
		}
	}
	for _, id := range ids {
		intents := r.aboutItem(id, rest)
		for k := range intents {
			intents[k].Words = line
			if !r.known(id) {
				intents[k].Asks = append(intents[k].Asks, meeting.Ask{Code: meeting.AskUnknownItem, Args: []string{id}})
			}
		}
		all = append(all, intents...)
	}
	return all, len(all) > 0
}

// meansItem tells whether something that looks like an id, but is none of this log, was meant as one.
func (r *reader) meansItem(id, rest string) bool {
	toks := tokens(rest)
	k := r.afterIs(toks)
	n := r.stateLen(toks, k)
	if id[0] == 'P' || n == 0 {
		return len(toks) > 0 && toks[0].fold == "→"
	}
	return k+n >= len(toks) || !toks[k+n].isWord()
}

// afterIs skips what stands between an id and what is said of it: ":", "–", "is", "now".
func (r *reader) afterIs(toks []token) int {
	k := 0
	for k < len(toks) {
		n := max(r.lex.means("states", "is", toks, k), r.lex.means("states", "when", toks, k), r.lex.means("promise", "me", toks, k))
		if n == 0 || k+n >= len(toks) && toks[k].isWord() || r.stateLen(toks, k) > n {
			return k
		}
		k += n
	}
	return k
}

func (r *reader) aboutItem(id, rest string) []meeting.Intent {
	if in, ok := r.markOf(id, rest); ok {
		return []meeting.Intent{in}
	}
	switch id[0] {
	case 'A':
		return r.aboutAction(id, rest)
	case 'T':
		return r.aboutTopic(id, rest)
	case 'N':
		return r.aboutNote(id, rest)
	case 'G':
		if text := strip(rest); text != "" {
			return []meeting.Intent{{Kind: meeting.CommentOn, Item: id, Text: text}}
		}
	}
	return nil
}

// markOf reads "T3 is private", "A8 delete", "T3 sensitive" when nothing else is said.
func (r *reader) markOf(id, rest string) (meeting.Intent, bool) {
	toks := tokens(rest)
	k := 0
	for k < len(toks) && !toks[k].isWord() && r.lex.means("states", "is", toks, k) > 0 {
		k++
	}
	for _, mark := range []string{"private", "sensitive", "delete"} {
		n := r.lex.means("marks", mark, toks, k)
		if n == 0 || !onlyMarks(toks, k+n) {
			continue
		}
		if mark == "delete" && !r.answersAck() && (id[0] == 'A' || id[0] == 'T') && r.stateLen(toks, k) > 0 && r.droppable(toks, k, n) {
			return meeting.Intent{}, false // "A8 drop" ends it, and keeps it in the log
		}
		return meeting.Intent{Kind: meeting.MarkItem, Item: id, State: mark}, true
	}
	return meeting.Intent{}, false
}

func (r *reader) droppable(toks []token, k, n int) bool {
	return r.lex.means("states", "dropped", toks, k) == n || r.lex.means("states", "topic-dropped", toks, k) == n
}

func onlyMarks(toks []token, k int) bool {
	for ; k < len(toks); k++ {
		if toks[k].isWord() || toks[k].fold == "?" {
			return false
		}
	}
	return true
}

// aboutAction reads what stands after an action's id.
func (r *reader) aboutAction(id, rest string) []meeting.Intent {
	in := meeting.Intent{Kind: meeting.UpdateAction, Item: id}
	toks := tokens(rest)
	k := r.afterIs(toks)
	if a := r.c.Log.Action(id); a != nil && a.State == meeting.ActionProposed || r.isNo(toks, k) {
		if yes, ok := r.verdict(id, rest, toks, k); ok {
			return []meeting.Intent{yes}
		}
		if n := r.lex.means("answers", "yes", toks, k); n > 0 && k+n < len(toks) && !toks[k+n].isWord() { // "ok, but not before May"
			r.changeAction(&in, rest, toks, k)
			return []meeting.Intent{{Kind: meeting.Confirm, Item: id}, in}
		}
	}
	for _, s := range []struct {
		meaning string
		state   meeting.ActionState
	}{{"missed", meeting.ActionMissed}, {"dropped", meeting.ActionDropped}, {"done", meeting.ActionDone}} {
		if n := r.lex.means("states", s.meaning, toks, k); n > 0 && r.lex.means("states", "not-yet", toks, k) <= n-1 && r.endsState(toks, k+n) {
			return []meeting.Intent{r.withState(in, s.state, rest, toks, k, n)}
		}
	}
	if p, n := r.percent(toks, k); n > 0 {
		in.Progress, in.Text = p, strip(tail(rest, toks, k+n))
		return []meeting.Intent{in}
	}
	if r.lex.means("control", "need-help", toks, k) > 0 && onlyMarks(toks, k+r.lex.means("control", "need-help", toks, k)) {
		return []meeting.Intent{{Kind: meeting.HeadsUp, Item: id, Text: id + ": " + strip(rest), Context: r.whatOf(id)}}
	}
	r.changeAction(&in, rest, toks, k)
	if in.Due == "" && in.Who == "" && in.Measure == "" {
		if text := strip(rest); text != "" {
			return []meeting.Intent{{Kind: meeting.CommentOn, Item: id, Text: text}}
		}
		return nil
	}
	return []meeting.Intent{in}
}

// endsState tells whether the state's phrase is complete: "done by Friday" is no report that it is done.
func (r *reader) endsState(toks []token, k int) bool {
	if k >= len(toks) || !toks[k].isWord() {
		return k >= len(toks) || toks[k].fold != "?" && toks[k].fold != "→"
	}
	if m, n := r.lex.at("dates", toks, k); n > 0 && m == "by" {
		return false
	}
	return true
}

func (r *reader) withState(in meeting.Intent, state meeting.ActionState, rest string, toks []token, k, n int) meeting.Intent {
	in.State = string(state)
	text := strip(tail(rest, toks, k+n))
	switch state {
	case meeting.ActionDone:
		in.Text = text
	case meeting.ActionMissed:
		in.Reason = text
		if m, ok := last(r.cal.moments(rest, toks)); ok && !m.day.Before(r.cal.today()) {
			r.setDue(&in, m)
		}
	default:
		in.Reason = text
	}
	return in
}

// verdict reads the yes or no to an action that was put on the sender.
func (r *reader) verdict(id, rest string, toks []token, k int) (meeting.Intent, bool) {
	if n := r.lex.means("answers", "no", toks, k); n > 0 {
		return meeting.Intent{Kind: meeting.Reject, Item: id, Reason: strip(tail(rest, toks, k+n))}, true
	}
	if n := r.lex.means("answers", "yes", toks, k); n > 0 && onlyMarks(toks, k+n) {
		return meeting.Intent{Kind: meeting.Confirm, Item: id}, true
	}
	return meeting.Intent{}, false
}

// isNo tells whether a "no" stands at token k, as an answer of its own.
func (r *reader) isNo(toks []token, k int) bool {
	n := r.lex.means("answers", "no", toks, k)
	return n > 0 && (k+n >= len(toks) || !toks[k+n].isWord())
}

func (r *reader) percent(toks []token, k int) (int, int) {
	for i := k; i < len(toks) && i < k+4; i++ {
		if n := r.lex.means("states", "half", toks, i); n > 0 {
			return 50, i + n - k
		}
		if v, ok := number(toks, i); ok && i+1 < len(toks) && toks[i+1].fold == "%" && v > 0 && v <= 100 {
			n := i + 2
			if m := r.lex.means("states", "done", toks, n); m > 0 {
				n += m
			}
			return v, n - k
		}
		if toks[i].isWord() && r.lex.means("states", "is", toks, i) == 0 && r.lex.means("common", "about", toks, i) == 0 {
			return 0, 0
		}
	}
	return 0, 0
}

// changeAction reads a new date, owner or measure out of what was said about an action.
func (r *reader) changeAction(in *meeting.Intent, rest string, toks []token, k int) {
	text := strip(rest)
	if m, ok := r.newDate(rest, toks, k); ok {
		r.setDue(in, m)
		if k == m.at && m.at+m.n >= len(toks) || r.barely(toks, m) {
			text = ""
		}
	}
	if who, from, to := r.newOwner(rest, toks, k); to > 0 && in.Due == "" {
		in.Who = who
		if from <= k && onlyMarks(toks, to) {
			text = ""
		}
	}
	if at, n := r.measureAt(toks); n > 0 {
		in.Measure = strip(tail(rest, toks, at+n))
	}
	if label, n := r.lex.at("labels", toks, k); n > 0 && k+n < len(toks) && toks[k+n].fold == ":" {
		switch value := strip(tail(rest, toks, k+n+1)); label {
		case "measure":
			in.Measure, text = value, ""
		case "owner":
			in.Who, text = r.whoOf(value), ""
		}
	}
	in.Text = text
}

// barely tells whether nothing but the date and the words that introduce it were said.
func (r *reader) barely(toks []token, m moment) bool {
	for i := 0; i < len(toks); {
		if i >= m.at && i < m.at+m.n {
			i = m.at + m.n
			continue
		}
		n := max(r.lex.means("control", "please", toks, i), r.lex.means("new-date", "cue", toks, i), r.lex.means("states", "is", toks, i), r.lex.means("dates", "by", toks, i), r.lex.means("common", "word", toks, i))
		if n == 0 && !toks[i].isWord() {
			n = 1
		}
		if n == 0 {
			return false
		}
		i += n
	}
	return true
}

// newDate finds the date that an action now has: one that stands first, or that follows words such as "let's say".
func (r *reader) newDate(rest string, toks []token, k int) (moment, bool) {
	var found moment
	ok := false
	for _, m := range r.cal.moments(rest, toks) {
		if m.day.IsZero() && !m.floats {
			continue
		}
		ends := m.at+m.n >= len(toks) || !toks[m.at+m.n].isWord()
		first := m.at <= k && (ends || m.bound)
		if first || (m.by || ends) && r.promised(toks, m.at) || r.cued(toks, m.at, m) {
			found, ok = m, true
		}
	}
	return found, ok
}

// cued tells whether words that announce a new date stand right before the moment, or are its preposition.
func (r *reader) cued(toks []token, at int, m moment) bool {
	for i := max(0, at-6); i < at+m.n; i++ {
		n := r.lex.means("new-date", "cue", toks, i)
		if n == 0 {
			continue
		}
		end := i + n
		for end < at && (r.lex.means("common", "word", toks, end) > 0 || !toks[end].isWord() && toks[end].fold != ".") {
			end++
		}
		if i < at && end >= at || i >= at && toks[i].fold == "→" {
			return true
		}
	}
	return false
}

// promised tells whether the sender promises something before token at: "I'll do it by Friday".
func (r *reader) promised(toks []token, at int) bool {
	for i := range at {
		if r.lex.means("promise", "i", toks, i) > 0 || i == 0 && r.lex.means("promise", "alone", toks, i) > 0 {
			return true
		}
	}
	return false
}

// newOwner reads "→ Tom", "Tom took it over", "goes to Tom".
func (r *reader) newOwner(rest string, toks []token, k int) (who string, from, to int) {
	for i := k; i < len(toks); i++ {
		if n := r.lex.means("took-over", "give", toks, i); n > 0 && (i == k || n > 1) {
			if who, m := r.person(rest, toks, i+n); m > 0 && (i+n+m >= len(toks) || !toks[i+n+m].isWord()) {
				return who, i, i + n + m
			}
		}
		if who, m := r.person(rest, toks, i); m > 0 && r.lex.means("took-over", "cue", toks, i+m) > 0 {
			return who, i, i + m + r.lex.means("took-over", "cue", toks, i+m)
		}
	}
	return "", 0, 0
}

// aboutTopic reads what stands after a topic's id.
func (r *reader) aboutTopic(id, rest string) []meeting.Intent {
	toks := tokens(rest)
	k := r.afterIs(toks)
	best, state := 0, meeting.TopicState("")
	for _, s := range []struct {
		meaning string
		state   meeting.TopicState
	}{
		{"follow-up", meeting.TopicFollowUp}, {"parked", meeting.TopicParked}, {"topic-dropped", meeting.TopicDropped},
		{"next-time", meeting.TopicNextTime}, {"discussed", meeting.TopicDiscussed}, {"open", meeting.TopicOpen},
	} {
		if n := r.lex.means("states", s.meaning, toks, k); n > best {
			best, state = n, s.state
		}
	}
	if best == 0 || r.lex.means("states", "not-yet", toks, k) >= best || !r.topicStateEnds(toks, k+best, state) {
		return r.underTopic(id, rest)
	}
	in := meeting.Intent{Kind: meeting.UpdateTopic, Item: id, State: string(state)}
	after := tail(rest, toks, k+best)
	if state == meeting.TopicFollowUp {
		r.followUp(&in, after)
		return []meeting.Intent{in}
	}
	if text := strip(after); text != "" {
		return append([]meeting.Intent{in}, r.underTopic(id, text)...)
	}
	return []meeting.Intent{in}
}

// topicStateEnds tells whether a state is all that the words say: "later" in "later we saw …" is none.
func (r *reader) topicStateEnds(toks []token, k int, state meeting.TopicState) bool {
	if k >= len(toks) || !toks[k].isWord() {
		return k >= len(toks) || toks[k].fold != "?"
	}
	if state == meeting.TopicFollowUp || r.lex.means("states", "when", toks, k) > 0 || r.lex.means("common", "and", toks, k) > 0 {
		return true
	}
	return r.lex.means("common", "with", toks, k) > 0 || r.lex.means("filler", "lead", toks, k) > 0
}

// followUp reads the day or hour of a follow-up meeting.
func (r *reader) followUp(in *meeting.Intent, after string) {
	toks := tokens(after)
	m, ok := first(r.cal.moments(after, toks))
	if !ok {
		in.Text = strip(after)
		return
	}
	r.setDue(in, m)
	if m.clock {
		in.Start = m.start
		r.warnNight(in, m.start)
	}
	in.Text = strip(span(after, toks, 0, m.at) + " " + tail(after, toks, m.at+m.n))
}

// underTopic reads words that belong to a topic: a promise made there, or a comment.
func (r *reader) underTopic(id, text string) []meeting.Intent {
	text = strip(text)
	toks := tokens(text)
	if n := r.lex.means("control", "please", toks, 0); n > 0 && n < len(toks) && !toks[n].isWord() {
		text = strip(tail(text, toks, n))
		toks = tokens(text)
	}
	if text == "" || r.wholly(toks, "control", "please") || r.quiet(toks) {
		return nil
	}
	for _, form := range []func(string) (meeting.Intent, bool){r.agreed, r.promise} {
		if in, ok := form(text); ok {
			in.Topic = id
			return []meeting.Intent{in}
		}
	}
	return []meeting.Intent{{Kind: meeting.CommentOn, Item: id, Text: text}}
}

// aboutNote reads what stands after a note's id: a yes, a no, or the better wording.
func (r *reader) aboutNote(id, rest string) []meeting.Intent {
	toks := tokens(rest)
	k := r.afterIs(toks)
	if n := r.lex.means("answers", "yes", toks, k); n > 0 && onlyMarks(toks, k+n) {
		return []meeting.Intent{{Kind: meeting.Confirm, Item: id}}
	}
	if n := r.lex.means("answers", "no", toks, k); n > 0 && onlyMarks(toks, k+n) {
		return []meeting.Intent{{Kind: meeting.CorrectNote, Item: id, State: string(meeting.NoteDisputed)}}
	}
	if text := strip(rest); text != "" {
		return []meeting.Intent{{Kind: meeting.CorrectNote, Item: id, Text: text}}
	}
	return nil
}

// whatOf is the text of an action, as a line of context.
func (r *reader) whatOf(id string) []string {
	if a := r.c.Log.Action(id); a != nil && a.What != "" {
		return []string{a.What}
	}
	return nil
}

// setDue writes the moment into the intent, with its doubts.
func (r *reader) setDue(in *meeting.Intent, m moment) {
	in.Due, in.DueWords = m.due(), m.words
	in.Asks = append(in.Asks, m.asks...)
}

// strip takes the marks off that part a label, id or date from the words.
func strip(s string) string {
	s = strings.TrimSpace(s)
	s = strings.TrimLeft(s, " \t:;,.-–—=>→|)]!")
	s = strings.TrimRight(s, " \t:;,-–—([")
	return strings.TrimSpace(s)
}

func first(all []moment) (moment, bool) {
	for _, m := range all {
		if !m.day.IsZero() || m.floats || m.clock {
			return m, true
		}
	}
	return moment{}, false
}

func last(all []moment) (moment, bool) {
	for i := len(all) - 1; i >= 0; i-- {
		if !all[i].day.IsZero() || all[i].floats {
			return all[i], true
		}
	}
	return moment{}, false
}
