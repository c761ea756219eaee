package reply

import (
	"strings"
	"unicode/utf8"
)

// quiet tells whether a whole line is a greeting, thanks or a sign-off, names and smileys included.
func (r *reader) quiet(toks []token) bool {
	polite := r.thanksFor(toks)
	if polite {
		return true
	}
	for i := 0; i < len(toks); {
		if _, n := r.politeness(toks, i); n > 0 {
			polite = true
			i += n
			continue
		}
		n := r.name(toks, i)
		if n == 0 {
			n = r.lex.means("quiet", "filler", toks, i)
		}
		if n == 0 && !toks[i].isWord() && toks[i].fold != "?" && toks[i].fold != "👍" {
			n = 1
		}
		if n == 0 && polite && len(toks[i].fold) == 1 && i == len(toks)-1-trailing(toks) && r.initial(toks[i].fold) {
			n = 1 // "Best, P."
		}
		if n == 0 {
			return false
		}
		i += n
	}
	return polite || r.signature(toks) || r.addressed(toks)
}

// thanksFor tells whether the line thanks for something in a few words: "Thanks for telling me beforehand." After a meeting
// that may be worth a note.
func (r *reader) thanksFor(toks []token) bool {
	i := r.lead(toks, 0)
	n := r.lex.means("quiet", "thanks-for", toks, i)
	if n == 0 || r.afterMeeting() || r.surveyed() {
		return false
	}
	words := 0
	for k := i + n; k < len(toks); k++ {
		if _, ids := r.ids(toks, k); ids > 0 || !toks[k].isWord() && k < len(toks)-1 || toks[k].fold == "?" {
			return false
		}
		words++
	}
	return words <= 5
}

// addressed tells whether the line is the other person's name as one begins a letter: "Priya,".
func (r *reader) addressed(toks []token) bool {
	other := r.c.Log.Other(r.c.Sender.ID)
	if len(toks) < 2 || other == nil || !strings.Contains(",!:-–—", toks[len(toks)-1].fold) {
		return false
	}
	return r.nameOf(other, toks, 0) == len(toks)-1
}

func trailing(toks []token) int {
	n := 0
	for i := len(toks) - 1; i >= 0 && !toks[i].isWord(); i-- {
		n++
	}
	return n
}

func (r *reader) initial(letter string) bool {
	first, _ := utf8.DecodeRuneInString(fold(r.c.Sender.Name))
	c, _ := utf8.DecodeRuneInString(letter)
	return first == c
}

// politeness finds the longest polite phrase at token i. A line of marks alone, such as a smiley, is no politeness.
func (r *reader) politeness(toks []token, i int) (string, int) {
	meaning, n := "", 0
	for _, m := range []string{"greeting", "thanks", "sign-off", "pleasantry"} {
		if k := r.lex.means("quiet", m, toks, i); k > n {
			meaning, n = m, k
		}
	}
	if n == 0 && i < len(toks) && r.stretched(toks, i) > 0 {
		return "greeting", 1
	}
	return meaning, n
}

// stretched reads "heyyy" and "thankssss": a polite word whose last letter was held.
func (r *reader) stretched(toks []token, i int) int {
	if i >= len(toks) {
		return 0
	}
	word := toks[i].fold
	short := strings.TrimRight(word, word[max(len(word)-1, 0):])
	if len(word)-len(short) < 3 {
		return 0
	}
	for _, m := range []string{"greeting", "thanks", "sign-off"} {
		if r.lex.means("quiet", m, []token{{fold: word[:len(short)+1]}}, 0) > 0 {
			return 1
		}
	}
	return 0
}

// mentionsName tells whether somebody's name or the sender's initial stands in the line.
func (r *reader) mentionsName(toks []token) bool {
	for i, t := range toks {
		if r.name(toks, i) > 0 || len(t.fold) == 1 && t.isWord() && r.initial(t.fold) {
			return true
		}
	}
	return false
}

// signature tells whether the line is the sender's own name or initial and nothing else.
func (r *reader) signature(toks []token) bool {
	words := 0
	for i := 0; i < len(toks); {
		n := 1
		if toks[i].isWord() {
			n = r.nameOf(r.c.Sender, toks, i)
			if n == 0 && len(toks[i].fold) == 1 && r.initial(toks[i].fold) {
				n = 1
			}
			words++
		}
		if n == 0 || words > 4 {
			return false
		}
		i += n
	}
	return words > 0
}

// greeted is the number of tokens of a greeting that stands before something else on the line: "Hi Sam, can we …".
func (r *reader) greeted(toks []token) int {
	n := r.lex.means("quiet", "greeting", toks, 0)
	if n == 0 {
		n = r.stretched(toks, 0)
	}
	if _, label := r.label(toks, 0); n == 0 || label > 0 {
		return 0
	}
	named := false
	for n < len(toks) {
		if k := r.name(toks, n); k > 0 {
			n, named = n+k, true
		} else if k := r.lex.means("quiet", "filler", toks, n); k > 0 && n+k < len(toks) && !toks[n+k].isWord() {
			n += k
		} else {
			break
		}
	}
	if n >= len(toks) || toks[n].isWord() && !named {
		return 0
	}
	for n < len(toks) && !toks[n].isWord() {
		n++
	}
	if n >= len(toks) {
		return 0
	}
	return n
}

// afterGreeting is the line without the greeting and the polite sentences that it begins with.
func (r *reader) afterGreeting(line string) string {
	toks := tokens(line)
	if n := r.greeted(toks); n > 0 {
		line = tail(line, toks, n)
	}
	for sentences := r.sentences(line); len(sentences) > 1 && r.quiet(tokens(sentences[0])); sentences = sentences[1:] {
		line = strings.TrimSpace(strings.TrimPrefix(line, sentences[0]))
	}
	return line
}

// lead is the token after words such as "ok," or "also" that introduce what follows.
func (r *reader) lead(toks []token, i int) int {
	for i < len(toks) {
		n := r.lex.means("filler", "lead", toks, i)
		if toks[i].fold == "¿" || toks[i].fold == "¡" {
			n = 1
		}
		if n == 0 && i > 0 && (toks[i].fold == "," || toks[i].fold == "!" || toks[i].fold == ".") {
			n = 1
		}
		if n == 0 || i+n >= len(toks) {
			return i
		}
		i += n
	}
	return i
}
