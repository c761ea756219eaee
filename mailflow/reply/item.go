package reply

import (
	"slices"
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
		if k+1 < len(toks) && toks[k].fold == "." && len(found) == 1 && toks[k+1].isWord() { // "T3. discussed"
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
	if i >= len(toks) || !startsID(toks[i].fold) {
		return nil
	}
	text := strings.ToUpper(toks[i].fold)
	if letter, n, ok := meeting.SplitID(text); ok && n < 100000 {
		return []string{string(letter) + strconv.Itoa(n)}
	}
	if letter, n, ok := meeting.SplitID(strings.Replace(text, "-", "", 1)); ok && len(text) > 2 && text[1] == '-' && n < 1000 {
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

// startsID is asked first, since nearly all words are no ids.
func startsID(word string) bool {
	return len(word) > 1 && strings.IndexByte("tangp", word[0]) >= 0 && (word[1] == '-' || startsNumber(word[1:]))
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
		all, ok := r.aboutItems(ids, line, tail(line, toks, i+n))
		return r.acceptedFirst(ids, line, toks[:i], all), ok
	}
	if n := r.lex.means("promise", "you", toks, i); n > 0 && r.stateLen(toks, i+n) > 0 { // "can you remove T5?"
		i += n
	}
	if n := r.lex.means("meeting", "can", toks, i); n > 0 && r.lex.means("meeting", "move-verb", toks, i+n) > 0 { // "can we move A8 to Monday?"
		i += n
	}
	if n := r.lex.means("meeting", "move-verb", toks, i); n > 0 { // "move A9 to Monday"
		if ids, m := r.ids(toks, i+n); m > 0 && r.known(ids[0]) && i+n+m < len(toks) {
			return r.aboutItems(ids, line, strings.TrimRight(tail(line, toks, i+n+m), " ?"))
		}
	}
	if ids, state, rest := r.stateFirst(line, toks, i); ids != nil {
		return r.aboutItems(ids, line, strings.TrimRight(state+rest, " ?"))
	}
	if all, ok := r.stateAround(line, toks, i); ok || i == 0 {
		return all, ok
	}
	return r.stateAround(line, toks, 0)
}

// acceptedFirst adds the yes of "Yes, but A12 only in January" to what is said of an action that waits for it.
func (r *reader) acceptedFirst(ids []string, line string, before []token, all []meeting.Intent) []meeting.Intent {
	n := r.lex.means("answers", "yes", before, 0)
	if len(ids) != 1 || n == 0 || !r.lex.has("states", "but", before[n:]) || len(all) != 1 || all[0].Kind != meeting.UpdateAction || all[0].Due == "" || all[0].Who != "" {
		return all
	}
	if a := r.c.Log.Action(ids[0]); a == nil || a.State != meeting.ActionProposed || a.Who != r.c.Sender.ID {
		return all
	}
	return append([]meeting.Intent{{Kind: meeting.Confirm, Item: ids[0], Words: line}}, all...)
}

// stateAround reads a state that stands with small words before or behind the id: "we talked about T3", "Let's do T4 next time",
// "I'll do A7 on Tuesday".
func (r *reader) stateAround(line string, toks []token, i int) ([]meeting.Intent, bool) {
	if strings.HasSuffix(strings.TrimSpace(line), "?") {
		return nil, false
	}
	state := ""
	for i < len(toks) {
		if ids, n := r.ids(toks, i); n > 0 {
			if !r.known(ids[0]) || ids[0][0] != 'T' && ids[0][0] != 'A' || r.partOfName(line, toks, i, n) {
				return nil, false
			}
			all, ok := r.aboutItems(ids, line, state+tail(line, toks, i+n))
			if slices.ContainsFunc(all, func(in meeting.Intent) bool { return in.Item != "" && in.Kind != meeting.CommentOn }) {
				return all, ok
			}
			return nil, false
		}
		n := max(r.stateLen(toks, i), r.lex.means("answers", "cannot", toks, i))
		if m, ok := r.cal.moment(line, toks, i); ok && m.by { // "I need until Monday for A8"
			n = max(n, m.n)
		}
		around := max(r.lex.means("states", "around", toks, i), r.lex.means("promise", "i", toks, i))
		if n > around && state == "" {
			state = span(line, toks, i, i+n) + " "
		} else if n = around; n == 0 {
			return nil, false
		}
		i += n
	}
	return nil, false
}

// partOfName tells whether the id, behind an article, only begins what is named: "drop the T3 prefix from the names".
func (r *reader) partOfName(line string, toks []token, i, n int) bool {
	k := i + n
	if i == 0 || r.lex.means("states", "article", toks, i-1) == 0 || k >= len(toks) || !toks[k].isWord() {
		return false
	}
	if _, ok := r.cal.moment(line, toks, k); ok {
		return false
	}
	small := max(r.lex.means("states", "thing", toks, k), r.lex.means("states", "around", toks, k), r.lex.means("states", "is", toks, k), r.lex.means("states", "when", toks, k), r.lex.means("common", "word", toks, k))
	return max(small, r.stateLen(toks, k), r.lex.means("meeting", "because", toks, k), r.lex.means("filler", "lead", toks, k), r.lex.means("control", "please", toks, k)) == 0
}

// stateFirst reads "done: A8", "✅ A8", "I finished A8", "missed A8: reason".
func (r *reader) stateFirst(line string, toks []token, i int) (ids []string, state, rest string) {
	for i < len(toks) {
		n := max(r.lex.means("promise", "me", toks, i), r.lex.means("states", "is", toks, i))
		if strings.Contains("[(", toks[i].fold) {
			n = 1
		}
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
	for k < len(toks) && (strings.Contains(":–])", toks[k].fold) || r.lex.means("states", "is", toks, k) > 0 || r.lex.means("common", "with", toks, k) > 0) {
		k++
	}
	ids, m := r.ids(toks, k)
	if m == 0 {
		return nil, "", ""
	}
	if line == "" {
		return ids, "", ""
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
		if toks[k].fold == "→" && r.stateLen(toks, k+1) > 0 {
			n = 1
		}
		if n == 0 || k+n >= len(toks) && toks[k].isWord() || r.stateLen(toks, k) > n {
			return k
		}
		k += n
	}
	return k
}

func (r *reader) aboutItem(id, rest string) []meeting.Intent {
	rest = r.pastTitle(id, rest)
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
	if r.wholly(toks[k:], "private", "negated") && (id[0] == 'P' || r.answersAck()) {
		return meeting.Intent{Kind: meeting.MarkItem, Item: id, State: "shared"}, true
	}
	for _, mark := range []string{"private", "sensitive", "delete"} {
		n := r.lex.means("marks", mark, toks, k)
		if n == 0 || !onlyMarks(toks, k+n) || id[0] == 'N' && r.lex.means("answers", "no", toks, k) > 0 {
			continue
		}
		if mark == "delete" && r.droppable(id, toks, k, n) {
			return meeting.Intent{}, false // "A8 drop" ends it, and keeps it in the log
		}
		return meeting.Intent{Kind: meeting.MarkItem, Item: id, State: mark}, true
	}
	return meeting.Intent{}, false
}

func (r *reader) droppable(id string, toks []token, k, n int) bool {
	switch {
	case id[0] != 'A' && id[0] != 'T':
		return false
	case r.answersAck(): // which offers "delete" for what was stored by mistake
		return r.lex.means("states", "dropped", toks, k) == n
	}
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
	if n := r.lex.means("answers", "no", toks, k); n > 0 && !toks[k+n].isWord() {
		rest = tail(rest, toks, k+n)
	}
	if text := strip(rest); text != "" {
		return []meeting.Intent{{Kind: meeting.CorrectNote, Item: id, Text: text}}
	}
	return nil
}

// strip takes the marks off that part a label, id or date from the words.
func strip(s string) string {
	s = strings.TrimSpace(s)
	s = strings.TrimLeft(s, " \t:;,.-–—=>→|)]!\uFE0F")
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
