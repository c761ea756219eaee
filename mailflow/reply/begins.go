package reply

import (
	"strings"
	"unicode"
)

// announced tells whether the line is announced as private: "private I doubt it", "T3: private …", "my private note: …",
// "note: … private". A compound such as "private equity" announces nothing.
func (r *reader) announced(toks []token) bool {
	i := r.firstWord(toks, 0)
	if _, n := r.ids(toks, i); n > 0 {
		i = r.firstWord(toks, i+n)
	} else if _, number := number(toks, i); number && r.answersAck() {
		i = r.firstWord(toks, i+1)
	}
	label, n := r.label(toks, i)
	if n > 0 {
		i = r.firstWord(toks, i+n)
	}
	if r.privateAt(toks, i) {
		return true
	}
	for k, words := i, 0; k < len(toks) && words < 3; k++ {
		if toks[k].isWord() {
			words++
		}
		if r.privateAt(toks, k) && colonSoon(toks, k) && r.lex.means("private", "negated", toks, k-1) == 0 {
			return true
		}
	}
	end := len(toks) - trailing(toks)
	return label != "" && !owed[label] && end > i+1 && r.privateAt(toks[:end], end-1)
}

// owed are the labels of promises, in which something is made private: "action: make the repo private".
var owed = map[string]bool{"action": true, "mine": true, "yours": true}

// privateAt tells whether the word at token i means private, in no compound.
func (r *reader) privateAt(toks []token, i int) bool {
	n := r.lex.means("private", "begins", toks, i)
	return n > 0 && r.lex.means("private", "compound", toks, i+n) == 0
}

// colonSoon tells whether a label that token i is part of ends within two words.
func colonSoon(toks []token, i int) bool {
	for k := i + 1; k < len(toks) && k <= i+3; k++ {
		if toks[k].fold == ":" {
			return true
		}
		if !toks[k].isWord() {
			return false
		}
	}
	return false
}

func (r *reader) firstWord(toks []token, i int) int {
	for i = r.lead(toks, i); i < len(toks) && !toks[i].isWord(); i++ {
	}
	return i
}

// visible is the line without the invisible characters that some programs put inside words.
func visible(line string) string {
	if !strings.ContainsFunc(line, invisible) {
		return line
	}
	runes := []rune(line)
	var b strings.Builder
	for i, c := range runes {
		inside := i > 0 && i+1 < len(runes) && ascribes(runes[i-1]) && ascribes(runes[i+1])
		if !invisible(c) || !inside {
			b.WriteRune(c)
		}
	}
	return b.String()
}

func invisible(c rune) bool {
	return c == '\u00ad' || c >= '\u200b' && c <= '\u200d' || c == '\u2060' || c == '\ufeff'
}

func ascribes(c rune) bool { return unicode.IsLetter(c) || invisible(c) }
