package reply

import "strings"

// headingOf is the label that stands alone on a line above others: "Agreed:", or "## Actions" above a list.
func (r *reader) headingOf(u unit, next []unit) string {
	if r.surveyed() || len(next) == 0 && len(u.context) == 0 {
		return ""
	}
	toks := tokens(strings.TrimLeft(u.head, "#* "))
	if meaning, n := r.label(toks, 0); n > 0 && n >= len(toks) {
		return meaning
	}
	if who, n := r.taskLabel(u.head, toks); n > 0 && n == len(toks) && (who == r.c.Sender.ID || who == r.otherID()) {
		return map[bool]string{true: "mine", false: "yours"}[who == r.c.Sender.ID]
	}
	if who := r.headsPromises(toks); who != "" && len(next) > 0 && next[0].listed && !next[0].after && !u.listed {
		return who
	}
	meaning, n := r.lex.at("labels", toks, 0)
	if n == 0 || !onlyMarks(toks, n) || u.listed || len(next) == 0 || !next[0].listed || next[0].after {
		return ""
	}
	return meaning
}

// headsPromises tells whose promises a list holds: "I will", "You:" or "Priya will:" above it.
func (r *reader) headsPromises(toks []token) string {
	end := len(toks)
	for end > 0 && !toks[end-1].isWord() {
		end--
	}
	toks = toks[:end]
	p, n := r.member(toks, 0)
	if n > 0 {
		n += r.lex.means("promise", "will", toks, n)
	}
	switch {
	case end == 0:
	case r.lex.means("promise", "i", toks, 0) == end, p == r.c.Sender && n == end:
		return "mine"
	case r.lex.means("promise", "you", toks, 0) == end, p != nil && p == r.other && n == end:
		return "yours"
	}
	return ""
}

// headsText tells whether the line is an item's id alone: the lines below it, up to the next blank one, belong to the item.
func (r *reader) headsText(u unit, next []unit) bool {
	toks := tokens(u.head)
	ids, n := r.ids(toks, 0)
	if u.box == 'x' || r.stateLen(toks, n) > 0 {
		return false // ticked: it is said of the item that it is done
	}
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

// headsItems tells whether the line heads a list whose items speak for themselves: "Updates:" above "A8 done".
func (r *reader) headsItems(u unit, next []unit) bool {
	if u.listed || len(u.context) > 0 || !strings.HasSuffix(u.head, ":") || len(next) == 0 || !next[0].listed || next[0].after {
		return false
	}
	return len(strings.Fields(u.head)) <= 3 && r.startsStrong(row{toks: tokens(next[0].head)}) || r.introduces(u.head)
}

// introduces tells whether the line says nothing but that a list follows: "I want to discuss the following points:".
func (r *reader) introduces(line string) bool {
	toks := tokens(line)
	listed := false
	for i := 0; i < len(toks); {
		n := r.lex.means("list-words", "word", toks, i)
		listed = listed || n > 0
		n = max(n, r.lex.means("common", "word", toks, i), r.lex.means("filler", "lead", toks, i), r.lex.means("quiet", "filler", toks, i), r.name(toks, i))
		if n == 0 && !toks[i].isWord() {
			n = 1
		}
		if n == 0 {
			return false
		}
		i += n
	}
	return listed && !r.surveyed()
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
