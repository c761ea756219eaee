package reply

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// token is one word, number or mark of a line: folded for comparing, with its place in the line for quoting.
type token struct {
	fold     string // lower case, without accents; every dash is "–", every arrow "→"
	lower    string // lower case alone
	from, to int    // bytes of the line
	capital  bool   // it begins with a capital

	by     *lexicon  // that was asked last what begins with it
	begins []opening // its answer
}

// tokens cuts a line into words, numbers ("15:00", "12.12", "2026-12-12") and single marks.
func tokens(line string) []token {
	all := make([]token, 0, 2+len(line)/5) // about as many as there are words
	for i := 0; i < len(line); {
		n := tokenLen(line[i:])
		if n > 0 {
			first, _ := utf8.DecodeRuneInString(line[i:])
			t := token{lower: strings.ToLower(line[i : i+n]), from: i, to: i + n, capital: unicode.IsUpper(first)}
			t.fold = fold(t.lower)
			all = append(all, t)
			i += n
			continue
		}
		if line[i] == ' ' {
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(line[i:])
		if m, n := mark(line[i:], r, size); m != "" {
			all = append(all, token{fold: m, from: i, to: i + n})
			size = n
		}
		i += size
	}
	return all
}

// tokenLen is the length of the word or number that s starts with, 0 when it starts with neither.
func tokenLen(s string) int {
	digits, n := true, 0
	for n < len(s) {
		r, size := utf8.DecodeRuneInString(s[n:])
		if !wordRune(r) {
			next, _ := utf8.DecodeRuneInString(s[n+size:])
			if n == 0 || !wordRune(next) || !joins(r, digits && unicode.IsDigit(next)) {
				return n
			}
		} else if !unicode.IsDigit(r) {
			digits = false
		}
		n += size
	}
	return n
}

func wordRune(r rune) bool {
	return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.Mn, r))
}

// joins tells whether a mark between two word characters belongs to the word.
func joins(r rune, digits bool) bool {
	switch r {
	case '-', '\'', '’', '_', '@':
		return true
	case '.', ':', '/', ',':
		return digits
	}
	return false
}

// mark is the folded form of the mark that s starts with, and its length; "" for white space and invisible characters.
func mark(s string, r rune, size int) (string, int) {
	for _, arrow := range []string{"-->", "->", "=>", "→", "➡", "⇒", "➜"} {
		if strings.HasPrefix(s, arrow) {
			return "→", len(arrow)
		}
	}
	switch {
	case unicode.IsSpace(r), r == utf8.RuneError && size == 1, unicode.Is(unicode.Cf, r), unicode.Is(unicode.Mn, r):
		return "", size
	case r >= 0x1F3FB && r <= 0x1F3FF: // the skin colour of the emoji before
		return "", size
	case unicode.Is(unicode.Pd, r), r == '−':
		for size < len(s) && s[size] == '-' && r == '-' {
			size++
		}
		return "–", size
	case r == '：':
		return ":", size
	case r == '，':
		return ",", size
	}
	return string(r), size
}

// fold makes words comparable: lower case, no accents, one apostrophe.
func fold(s string) string {
	ascii := true
	for i := 0; i < len(s) && ascii; i++ {
		ascii = s[i] < utf8.RuneSelf
	}
	if ascii {
		return strings.ToLower(s)
	}
	var b strings.Builder
	for _, r := range norm.NFKD.String(strings.ToLower(s)) {
		switch {
		case unicode.Is(unicode.Mn, r):
		case r == 'ß':
			b.WriteString("ss")
		case r == '’' || r == '‘' || r == '`':
			b.WriteByte('\'')
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// isWord tells whether the token is a word or a number, not a mark.
func (t token) isWord() bool {
	r, _ := utf8.DecodeRuneInString(t.fold)
	return unicode.IsLetter(r) || unicode.IsDigit(r)
}

// isPicture tells whether the token is an emoji, which often stands where a sentence ends.
func (t token) isPicture() bool {
	r, _ := utf8.DecodeRuneInString(t.fold)
	return unicode.Is(unicode.So, r)
}

// span is the text of tokens [i, j) as it was written.
func span(line string, toks []token, i, j int) string {
	if i >= j {
		return ""
	}
	return line[toks[i].from:toks[j-1].to]
}

// tail is what follows token i-1, to the end of the line.
func tail(line string, toks []token, i int) string {
	if i >= len(toks) {
		return ""
	}
	return line[toks[i].from:]
}
