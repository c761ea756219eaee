package reply

import "strings"

// behindFirst reads languages that put the verb second, whatever comes first: "Das kläre ich mit Lena", "Den Bericht schreibt Mia".
// Written after the meeting only; what came first belongs to the promise.
func (r *reader) behindFirst(line string, toks []token, start int) (subject, bool) {
	if !r.afterMeeting() || strings.HasSuffix(strings.TrimSpace(line), "?") || max(r.lex.means("not-promise", "if", toks, start), r.sinceThen(line, toks, start)) > 0 {
		return subject{}, false
	}
	for k := start; k < len(toks) && k <= start+8 && toks[k].isWord(); k++ {
		s, ok := r.inverted(line, toks, k)
		if !ok || k == start && s.aux == "" {
			continue
		}
		if r.negated(toks, k) || s.aux != "" && !r.closesWithVerb(line, toks, s.from+s.n) {
			return subject{}, false
		}
		if r.habit(toks, start) && !r.dated(line, toks) {
			return subject{}, false
		}
		s.front = span(line, toks, start, k)
		s.n += k - start
		s.from = start
		return s, true
	}
	return subject{}, false
}

// dropped reads a verb whose "I" was left out, as notes do: "Schicke dir bis Freitag die Liste", "Kläre das mit Lena".
func (r *reader) dropped(line string, toks []token, i int) (subject, bool) {
	start := r.lead(toks, 0)
	if i != start && !r.unknowing(toks, start) || r.lex.means("promise", "i-pronoun", toks, i) > 0 || strings.HasSuffix(strings.TrimSpace(line), "?") {
		return subject{}, false
	}
	v := r.lex.means("promise", "i-verb", toks, i)
	if v == 0 && r.afterMeeting() {
		v = r.lex.means("verbs", "i-form", toks, i)
	}
	if v == 0 || i+v >= len(toks) || !toks[i+v].isWord() || !r.ends("i-dropped-ending", toks, i) {
		return subject{}, false
	}
	mine := v > 1
	for k := i + v; k < len(toks) && k < i+v+3; k++ {
		mine = mine || r.lex.means("promise", "to-you", toks, k) > 0
	}
	if !mine && (!r.afterMeeting() || r.lex.means("promise", "i-noun", toks, i) > 0 && !r.unknowing(toks, start)) {
		return subject{}, false
	}
	verb := r.lex.endings[toks[i].fold]
	return subject{who: r.c.Sender.ID, from: i, n: v, kind: "i", verb: verb, keepOne: verb == ""}, true
}

// habit tells whether the clause speaks of how things are done, not of a thing to do: "explain it well", "take breaks more often".
func (r *reader) habit(toks []token, k int) bool {
	for ; k < len(toks) && (toks[k].isWord() || toks[k].fold == ","); k++ {
		if r.lex.means("duty", "habit", toks, k) > 0 {
			return true
		}
		n := r.lex.means("duty", "habit-last", toks, k)
		if n > 0 && (k+n >= len(toks) || !toks[k+n].isWord() || r.lex.means("duty", "habit-before", toks, k+n) > 0) {
			return true
		}
	}
	return false
}
