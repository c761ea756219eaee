package reply

import "strings"

// finite reads forms that need a verb of their own: "ich kümmere mich", "je ferai", "enviaré".
func (r *reader) finite(line string, toks []token, i int) (subject, bool) {
	for _, f := range []struct{ pronoun, verb, kind, who string }{
		{"i-pronoun", "i-verb", "i", r.c.Sender.ID}, {"you-pronoun", "you-verb", "you", r.otherID()},
	} {
		n := r.lex.means("promise", f.pronoun, toks, i)
		if n == 0 {
			if r.bareVerb(f.kind, toks, i) {
				return subject{who: f.who, from: i, n: 1, kind: f.kind, keepOne: true}, true
			}
			continue
		}
		for k := i + n; k < len(toks) && k <= i+n+1; k++ { // "je te ferai"
			v := r.lex.means("promise", f.verb, toks, k)
			if v == 0 && r.afterMeeting() {
				v = r.lex.means("verbs", f.kind+"-form", toks, k)
			}
			if v > 0 && k == i+n {
				s := subject{who: f.who, from: i, n: n + v, kind: f.kind}
				s.verb, s.keepOne = r.lex.endings[toks[k].fold], r.lex.endings[toks[k].fold] == ""
				return s, true
			}
			if s, ok := r.datedVerb(f.kind, line, toks, i, k); ok && k == i+n {
				s.who = f.who
				return s, true
			}
			if r.ends(f.kind+"-ending", toks, k) {
				return subject{who: f.who, from: i, n: k - i + 1, kind: f.kind, keepOne: true, keep: k - i - n}, true
			}
		}
	}
	return subject{}, false
}

// datedVerb reads any verb with the ending of that person where a day is named by which it will be done, and makes its
// infinitive: "ich richte bis morgen …" is "… einrichten".
func (r *reader) datedVerb(person, line string, toks []token, from, k int) (subject, bool) {
	end := len(toks) - trailing(toks)
	parted := end > k+1 && r.lex.means("promise", "verb-prefix", toks, end-1) > 0 && r.dated(line, toks)
	if !r.ends(person+"-dated-ending", toks, k) || !parted && !r.deadline(line, toks) {
		return subject{}, false
	}
	for suffix := range r.lex.tenses[person+"-infinitive"] {
		return subject{from: from, n: k + 1 - from, kind: person, verb: toks[k].lower + suffix}, true
	}
	return subject{}, false
}

// bareVerb tells whether a verb alone says who: "enviaré", "j'enverrai".
func (r *reader) bareVerb(kind string, toks []token, i int) bool {
	if i >= len(toks) || i != r.lead(toks, 0) && !r.clauseStarts(toks, i) {
		return false
	}
	if r.ends(kind+"-alone-ending", toks, i) {
		return true
	}
	prefix, _, ok := strings.Cut(toks[i].fold, "'")
	return ok && r.lex.means("promise", kind+"-prefix", []token{{fold: prefix}}, 0) > 0 && r.ends(kind+"-ending", toks, i)
}

// ends tells whether the word is a verb with one of those endings of the future.
func (r *reader) ends(person string, toks []token, i int) bool {
	if i >= len(toks) || len(toks[i].lower) < 5 {
		return false
	}
	word := toks[i].lower
	for end := range r.lex.tenses[person] {
		if strings.HasSuffix(word, end) {
			return r.lex.means("not-verbs", "word", toks, i) == 0
		}
	}
	return false
}

// inverted reads a verb before its subject: "bis Freitag schicke ich …", "soll Mia …".
func (r *reader) inverted(line string, toks []token, i int) (subject, bool) {
	for _, f := range []struct{ pronoun, verb, kind, who string }{
		{"i-pronoun", "i-verb", "i", r.c.Sender.ID}, {"you-pronoun", "you-verb", "you", r.otherID()},
	} {
		v, aux := r.lex.means("promise", f.verb, toks, i), ""
		if v == 0 && r.afterMeeting() {
			v = r.lex.means("verbs", f.kind+"-form", toks, i)
		}
		if v == 0 {
			v = r.lex.means("promise", f.kind+"-aux", toks, i)
			aux = span(line, toks, i, i+v)
		}
		if p := r.lex.means("promise", f.pronoun, toks, i+v); v > 0 && p > 0 {
			return subject{who: f.who, from: i, n: v + p + r.reflexive(toks, i+v+p), kind: f.kind, verb: r.lex.endings[toks[i].fold], aux: aux}, true
		}
	}
	return r.invertedName(line, toks, i)
}

// invertedName reads "schickt Sam" and "soll Mia", written after the meeting.
func (r *reader) invertedName(line string, toks []token, i int) (subject, bool) {
	v, aux := max(r.lex.means("promise", "he-verb", toks, i), r.lex.means("verbs", "he-form", toks, i)), ""
	if v != 1 {
		v = r.lex.means("promise", "he-aux", toks, i)
		aux = span(line, toks, i, i+v)
	}
	if v == 0 || !r.afterMeeting() || r.lex.endings[toks[i].fold] == "" && aux == "" {
		return subject{}, false
	}
	p, n := r.member(toks, i+v)
	who := ""
	if p != nil {
		who = p.ID
	} else if who, n = r.bearer(line, toks, i+v); n > 1 && !r.mentioned(who) {
		who, n = span(line, toks, i+v, i+v+1), 1
	}
	if n == 0 || p == nil && !r.mentioned(who) && !r.dated(line, toks) && r.lex.means("articles", "word", toks, i-1) == 0 && i == 0 {
		return subject{}, false
	}
	return subject{who: who, from: i, n: v + n + r.reflexive(toks, i+v+n), kind: "name", verb: r.lex.endings[toks[i].fold], aux: aux}, true
}

func (r *reader) reflexive(toks []token, i int) int {
	return r.lex.means("promise", "reflexive", toks, i)
}

// closeWith puts the infinitive where the clause ends, behind the prefix that was parted from it: "die Demo vor" + "bereiten". A second
// verb goes to the end of its own clause: "das Konzept und schicke es dir" + "schreiben".
func (r *reader) closeWith(text, verb string) string {
	toks := tokens(text)
	end := len(toks)
	for end > 0 && !toks[end-1].isWord() {
		end--
	}
	for i := 1; i < end; i++ {
		if r.lex.means("common", "and", toks, i) > 0 && r.lex.means("promise", "i-verb", toks, i+1) > 0 {
			end = i
		}
	}
	rest := tail(text, toks, end)
	if n := r.lex.means("common", "and", toks, end); n > 0 && end+n+1 < len(toks) {
		if second := r.lex.endings[toks[end+n].fold]; second != "" {
			rest = join(span(text, toks, end, end+n), r.closeWith(tail(text, toks, end+n+1), second))
		}
	}
	if end > 0 && r.lex.means("promise", "verb-prefix", toks, end-1) > 0 {
		return strings.TrimSpace(join(span(text, toks, 0, end-1), span(text, toks, end-1, end)+verb) + " " + rest)
	}
	return strings.TrimSpace(join(span(text, toks, 0, end), verb) + " " + rest)
}
