package reply

// saysOnly tells whether the tokens say one thing and nothing else: marks but a question mark, politeness and fillers may stand beside it.
// says gives how many tokens it takes at i, and whether they said it; filler gives how many else may be passed over there.
func (r *reader) saysOnly(toks []token, says func(i int) (n int, said bool), filler func(i int) int) bool {
	said := false
	for i := 0; i < len(toks); {
		n, here := says(i)
		said = said || here
		if n == 0 {
			_, n = r.politeness(toks, i)
		}
		if n == 0 {
			n = filler(i)
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

// covers tells whether the line is a yes, or a no, and nothing else.
func (r *reader) covers(toks []token, meaning string) bool {
	return r.saysOnly(toks, func(i int) (int, bool) {
		n := r.lex.means("answers", meaning, toks, i)
		return max(n, r.lex.means("answers", "rest", toks, i), r.lex.means("answers", "filler", toks, i)), n > 0
	}, func(i int) int { return r.name(toks, i) })
}

// agrees tells whether the line is that answer to the welcome, and nothing else.
func (r *reader) agrees(toks []token, meaning string) bool {
	return r.saysOnly(toks, func(i int) (int, bool) {
		n := r.lex.means("consent", meaning, toks, i)
		return n, n > 0
	}, func(i int) int {
		return max(r.name(toks, i), r.lex.means("control", "please", toks, i), r.lex.means("answers", "filler", toks, i), r.lex.means("filler", "lead", toks, i))
	})
}

// wholly tells whether the line says that and nothing else, politeness and marks aside; it may be a question.
func (r *reader) wholly(toks []token, group, meaning string) bool {
	return r.saysOnly(toks, func(i int) (int, bool) {
		n := r.lex.means(group, meaning, toks, i)
		said := n > 0
		if n == 0 {
			n = r.lex.means("control", "please", toks, i)
		}
		if n == 0 && !toks[i].isWord() {
			n = 1
		}
		return n, said
	}, func(int) int { return 0 })
}
