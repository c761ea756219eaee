package reply

import (
	"slices"
	"strconv"
	"strings"

	"duolog/meeting"
)

// sealing is what a line says that does nothing but make stored items private: "both are private", "please hide 1".
type sealing struct {
	ids   []string // the items that it names
	vague bool     // it says "that", or nothing, of one of several items
	bare  bool     // it says no number, id or "both": beside other text, it may speak of that as well
}

// seals reads such a line: a private word, items or words for them, and nothing else.
func (r *reader) seals(w row) (sealing, bool) {
	var s sealing
	private, every, lost := false, false, false
	s.ids, _ = r.echoed(strconv.Itoa(w.number))
	for i := 0; i < len(w.toks); {
		if ids, n := r.sealedIDs(w.toks, i); n > 0 {
			s.ids = append(s.ids, ids...)
			i += n
			continue
		}
		n := r.sealWord(w.toks, i)
		if _, other := number(w.toks, i); other && r.answersAck() {
			lost = true
			i++
			continue
		}
		private = private || n > 0
		all := r.lex.means("seal", "all", w.toks, i)
		if all > n {
			every = true
		}
		if n = max(n, all, r.sealFiller(w.toks, i)); n == 0 {
			return sealing{}, false
		}
		i += n
	}
	if !private || len(s.ids) == 0 && (!r.answersAck() || len(w.toks) == 0 || w.toks[len(w.toks)-1].fold == ":") {
		return sealing{}, false
	}
	if len(s.ids) == 0 {
		s.bare = !every && !lost
		s.vague = lost || s.bare && !r.soleEcho()
		s.ids = r.c.Occasion.Echo
	}
	s.ids = once(s.ids)
	return s, true
}

func once(ids []string) []string {
	var all []string
	for _, id := range ids {
		if !slices.Contains(all, id) {
			all = append(all, id)
		}
	}
	return all
}

// sealedIDs reads "T15", or the echoed numbers "1", "1,2" and "1-3", at token i.
func (r *reader) sealedIDs(toks []token, i int) ([]string, int) {
	if ids, n := r.ids(toks, i); n > 0 && !slices.ContainsFunc(ids, func(id string) bool { return !r.known(id) }) {
		return ids, n
	}
	if ids, ok := r.echoed(toks[i].fold); ok {
		return ids, 1
	}
	if ids, n, sure := r.refer(toks, i); sure && r.answersAck() {
		return ids, n
	}
	return nil, 0
}

// echoed are the items of the acknowledgement that "1", "1,2" or "1-3" means.
func (r *reader) echoed(text string) ([]string, bool) {
	if !r.answersAck() {
		return nil, false
	}
	var ids []string
	for part := range strings.SplitSeq(text, ",") {
		from, to, ranged := strings.Cut(part, "-")
		low, err := strconv.Atoi(from)
		high := low
		if ranged && err == nil {
			high, err = strconv.Atoi(to)
		}
		if err != nil || low < 1 || high < low || high > len(r.c.Occasion.Echo) {
			return nil, false
		}
		ids = append(ids, r.c.Occasion.Echo[low-1:high]...)
	}
	return ids, true
}

func (r *reader) sealWord(toks []token, i int) int {
	n := max(r.lex.means("seal", "word", toks, i), r.lex.means("marks", "private", toks, i), r.lex.means("labels", "private", toks, i))
	return max(n, r.lex.means("private", "word", toks, i), r.lex.means("private", "mark", toks, i))
}

func (r *reader) sealFiller(toks []token, i int) int {
	n := max(r.lex.means("seal", "filler", toks, i), r.lex.means("filler", "lead", toks, i), r.lex.means("states", "is", toks, i))
	n = max(n, r.lex.means("marks", "delete", toks, i), r.lex.means("control", "please", toks, i), r.lex.means("common", "and", toks, i), r.name(toks, i))
	_, polite := r.politeness(toks, i)
	if n = max(n, polite); n == 0 && !toks[i].isWord() && toks[i].fold != "?" {
		return 1
	}
	return n
}

// seal makes the items private, one intent each. Where it is unclear which are meant it is asked, and no word is stored.
func (r *reader) seal(s sealing) []meeting.Intent {
	if s.vague {
		return []meeting.Intent{{Kind: meeting.MarkItem, State: "private", Asks: []meeting.Ask{{Code: meeting.AskWhich, Args: s.ids}}}}
	}
	var all []meeting.Intent
	for _, id := range s.ids {
		all = append(all, meeting.Intent{Kind: meeting.MarkItem, Item: id, State: "private"})
	}
	return all
}

// sealLine reads a line that only makes stored items private.
func (r *reader) sealLine(u unit) ([]meeting.Intent, bool) {
	if len(u.context) > 0 {
		return nil, false
	}
	s, ok := r.seals(row{toks: tokens(u.head), number: u.number})
	if !ok || u.answers != "" && !r.answersAck() {
		return nil, false
	}
	return r.seal(s), true
}

// sealsText tells whether the line may speak of other text of the reply as much as of a stored item. Then it is both.
func (r *reader) sealsText(w row, others int) bool {
	s, ok := r.seals(w)
	if !ok || !s.bare || others == 0 {
		return false
	}
	for _, in := range r.seal(s) {
		r.add(in)
	}
	return true
}

// sealsFirst makes an acknowledged item private where more is said on the line, which is sealed: "1 private because …".
func (r *reader) sealsFirst(w row) {
	if _, only := r.seals(w); only || !r.answersAck() {
		return
	}
	i := r.firstWord(w.toks, 0)
	ids, n := []string(nil), 0
	if i < len(w.toks) {
		ids, n = r.sealedIDs(w.toks, i)
	}
	if n > 0 && r.privateAt(w.toks, r.firstWord(w.toks, i+n)) {
		for _, in := range r.seal(sealing{ids: ids}) {
			r.add(in)
		}
	}
}
