package newtext

import (
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A line is one line of plain text or one line that an HTML block shows.
type line struct {
	text  string // without quote marks and trailing space
	mark  string // the same with Markdown; "" when there is none in it
	depth int    // of quote marks or quoting containers
	rule  bool   // a line drawn across the mail
	box   box    // the container it came from
	class string // reason of the cut; "" = new text
	low   string // text in lower case, for looking up; see lower
	ends  ending // how it ends; see mayEnd

	at, end int  // place in the stream of sent text; end == 0 when it is not ours
	rest    bool // stands below an unmarked quote
}

// An ending tells whether an attribution may end with a line.
type ending uint8

const (
	unseen ending = iota
	endsSo
	endsOther
)

// A box is a container of a known mail program.
type box uint8

const (
	noBox       box = iota
	quoted          // all in it is an older mail
	signing         // a signature that a program keeps apart
	cited           // a quoting element that a program made
	around          // around an attribution and the quote
	attributing     // around an attribution
	heading         // around a header block; the older mail stands below
	bordered        // with a line above, which may be around a header block
	quoting         // called a quote by a program that is not known
	signed          // called a signature by a program that is not known
)

func (l *line) blank() bool { return l.text == "" && !l.rule }

// markdown returns the text as it is given out.
func (l *line) markdown() string {
	if l.mark != "" {
		return l.mark
	}
	return l.text
}

// lower returns the text in lower case without emphasis, with single spaces.
func (l *line) lower() string {
	if l.low == "" && l.text != "" {
		l.low = fold(l.text)
		if l.low == "" {
			l.low = " "
		}
	}
	return l.low
}

// fold prepares a text for looking up: lower case, single spaces, without emphasis and characters
// of no width.
func fold(s string) string {
	if len(s) > maxFold {
		s = s[:maxFold]
	}
	var b strings.Builder
	b.Grow(len(s))
	space := true
	for _, r := range s {
		switch {
		case r == '*' || r == '_' || r == '\u200b' || r == '\u200c' || r == '\u00ad' || r == '\u2060':
			continue
		case r == ' ' || r == '\t' || r == '\u00a0' || r == '\u202f' || r == '\u3000':
			if !space {
				b.WriteByte(' ')
			}
			space = true
			continue
		case r == '’' || r == '‘':
			r = '\''
		}
		space = false
		if r < utf8.RuneSelf {
			if 'A' <= r && r <= 'Z' {
				r += 'a' - 'A'
			}
			b.WriteByte(byte(r))
			continue
		}
		if n, ok := numeral(r); ok {
			b.WriteByte(n)
			continue
		}
		b.WriteRune(toLower(r))
	}
	return strings.TrimRight(b.String(), " ")
}

// numeral returns the digit that r is in its script: dates are written with those, too.
func numeral(r rune) (byte, bool) {
	if r < '\u0660' || r < 0x10000 && !digits.has(r) {
		return 0, false
	}
	i := sort.Search(len(zeros), func(i int) bool { return zeros[i] > r })
	if i == 0 || r-zeros[i-1] > 9 {
		return 0, false
	}
	return '0' + byte(r-zeros[i-1]), true
}

// zeros are the digits zero of all scripts, in order. Unicode keeps ten digits together.
var zeros = func() (all []rune) {
	for _, t := range unicode.Nd.R16 {
		for r := rune(t.Lo); r < rune(t.Hi); r += 10 {
			all = append(all, r)
		}
	}
	for _, t := range unicode.Nd.R32 {
		for r := rune(t.Lo); r < rune(t.Hi); r += 10 {
			all = append(all, r)
		}
	}
	return all
}()

// maxFold bounds how much of a line is looked at: what mail programs write is shorter.
const maxFold = 1500

// maxLines bounds the lines that are told apart. What is longer than any letter keeps its rest in
// one last line, and one for what is marked as quoted there: nothing is lost, and nothing else is cut.
const maxLines = 12_000

// textLines splits plain text into lines and takes off quote marks.
func textLines(s string) []line {
	lines := make([]line, 0, min(strings.Count(s, "\n")+1, maxLines))
	for s != "" {
		if len(lines) >= maxLines-3 {
			return append(lines, restLines(s)...)
		}
		var t string
		t, s, _ = strings.Cut(s, "\n")
		depth, text := unquote(trimmed(t))
		if depth == 0 {
			if at := sharedLine(text); at > 0 {
				lines = append(lines, line{text: strings.TrimSpace(text[:at])})
				text = text[at:]
			}
		}
		lines = append(lines, line{text: text, depth: depth, rule: depth == 0 && isRule(text)})
	}
	return lines
}

// restLines is what lies beyond maxLines: what is marked as quoted, and all other.
func restLines(s string) []line {
	var own, marked []string
	for t := range strings.SplitSeq(s, "\n") {
		if depth, text := unquote(trimmed(t)); depth > 0 {
			marked = append(marked, text)
		} else {
			own = append(own, text)
		}
	}
	rest := []line{{text: strings.TrimSpace(strings.Join(own, "\n"))}}
	if len(marked) > 0 {
		rest = append(rest, line{text: strings.Join(marked, "\n"), depth: 1})
	}
	return rest
}

// trimmed is the line without trailing space, "" when nobody sees anything in it.
func trimmed(s string) string {
	if s = strings.TrimRightFunc(s, unicode.IsSpace); unseeable(s) {
		return ""
	}
	return s
}

// unseeable reports whether a text is nothing but white space and characters of no width.
func unseeable(s string) bool {
	for _, r := range s {
		if r > ' ' && r < '\u00a0' || !unicode.IsSpace(r) && !blankRune(r) {
			return false
		}
	}
	return true
}

func blankRune(r rune) bool {
	return r == '\u00ad' || r == '\u034f' || r == '\u180e' || r >= '\u200b' && r <= '\u200d' || r == '\u2060' || r == '\u2800' || r == '\u3164' || r == '\uffa0'
}

// unquote takes the quote marks off a line: ">" as often as it stands there, or the initials of
// some programs, as in "JD> ".
func unquote(s string) (depth int, text string) {
	text = s
	for {
		t := strings.TrimLeft(text, " \t\u00a0")
		if len(text)-len(t) > maxMargin || !strings.HasPrefix(t, ">") {
			break
		}
		depth++
		text = t[1:]
	}
	if depth > 0 {
		return depth, strings.TrimPrefix(text, " ")
	}
	if n := initials(s); n > 0 {
		return 1, strings.TrimPrefix(s[n:], " ")
	}
	return 0, s
}

// initials returns the length of a quote mark made of one to three capitals, as in "JD> ", also where
// it stands in from the margin.
func initials(s string) int {
	t := strings.TrimLeft(s, " \t")
	end := strings.IndexByte(t, '>')
	if end <= 0 || end > 12 || len(t) > end+1 && t[end+1] != ' ' || len(s)-len(t) > maxMargin {
		return 0
	}
	n := 0
	for _, r := range t[:end] {
		if n++; !unicode.IsUpper(r) || n > 3 {
			return 0
		}
	}
	if prompts[t[:end]] || n == 1 && len(t) < len(s) {
		return 0
	}
	return len(s) - len(t) + end + 1
}

// prompts are what programs print in the same way.
var prompts = map[string]bool{"PS": true, "SQL": true}

// maxMargin bounds the white space before a quote mark.
const maxMargin = 12

// isRule reports whether a line is drawn: nothing but one of - _ = ~ # * , at least three, or two of
// them in turn.
func isRule(s string) bool {
	s = strings.TrimSpace(s)
	if len(s) < 3 || !strings.ContainsRune("-_=~#*", rune(s[0])) && !strings.HasPrefix(s, "—") && !strings.HasPrefix(s, "─") {
		return false
	}
	first, _ := utf8.DecodeRuneInString(s)
	for _, r := range s {
		if r != first && r != ' ' {
			return inTurn(s)
		}
	}
	return true
}

// inTurn recognises "-=-=-=-=-=-".
func inTurn(s string) bool {
	if len(s) < 8 || !strings.ContainsRune("-_=~#*", rune(s[0])) || !strings.ContainsRune("-_=~#*", rune(s[1])) {
		return false
	}
	for i := 2; i < len(s); i++ {
		if s[i] != s[i-2] {
			return false
		}
	}
	return true
}

// listItem reports whether a line starts an item of a list: a bullet or a number, and a space.
func listItem(s string) bool {
	s = strings.TrimLeft(s, " \t")
	if strings.HasPrefix(s, "- ") && strings.HasSuffix(s, " -") {
		return false // "- Head of Delivery -"
	}
	for _, b := range []string{"- ", "* ", "• ", "– ", "— ", "+ ", "· ", "◦ ", "▪ ", "‣ ", "[ ] ", "[x] ", "-- ", "--> ", "-> ", "=> ", "→ "} {
		if strings.HasPrefix(s, b) && len(s) > len(b) {
			return true
		}
	}
	i := 0
	for i < len(s) && s[i] >= '0' && s[i] <= '9' {
		i++
	}
	if i == 0 && len(s) > 4 && s[0] >= 'a' && s[0] <= 'z' && s[4] != '.' { // not "i. A. Anna"
		i = 1
	}
	return i > 0 && i <= 3 && i+1 < len(s) && (s[i] == '.' || s[i] == ')') && s[i+1] == ' '
}
