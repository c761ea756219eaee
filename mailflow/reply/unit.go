package reply

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// row is one line as it was written, with the list mark read off.
type row struct {
	raw    string // as written, without trailing space
	text   string // without indent and list mark
	indent int    // columns before the list mark
	listed bool
	number int  // of "2."
	box    rune // 'x' or ' ' of a check box, 0 when there is none
	toks   []token
	mute   bool // it says nothing: the head of a table
}

func (w row) blank() bool { return w.raw == "" }

// unit is the smallest part of a reply that has one meaning by default: a line or list item with what is nested in it.
type unit struct {
	head    string   // the line, unwrapped, without its list mark
	context []string // the lines nested in it, without their marks
	words   []string // all its lines as they were written
	indent  int
	listed  bool
	number  int
	box     rune
	after   bool   // a blank line stands before it
	answers string // the line of our mail that it was typed under
}

func (u unit) wording() string { return strings.Join(u.words, "\n") }

// rows cuts a block into lines and reads their list marks.
func (r *reader) rows(text string) []row {
	var all []row
	major := 0
	for line := range strings.Lines(strings.ToValidUTF8(text, "\uFFFD")) {
		line = visible(strings.TrimRightFunc(line, unicode.IsSpace))
		w := row{raw: line, text: strings.TrimLeftFunc(line, unicode.IsSpace)}
		w.indent = columns(line[:len(line)-len(w.text)])
		r.listMark(&w)
		if rest, ok := subNumber(w.text, major); ok && !w.listed {
			w.listed, w.text, w.indent = true, rest, w.indent+2
		} else if w.raw != "" && w.indent == 0 {
			major = w.number
		}
		w.text = strings.TrimSpace(strings.ReplaceAll(w.text, "**", ""))
		w.toks = tokens(w.text)
		all = append(all, w)
	}
	return r.tableRows(all)
}

func columns(space string) int {
	n := 0
	for _, r := range space {
		if r == '\t' {
			n += 3
		}
		n++
	}
	return n
}

// listMark reads "- ", "* ", "• ", "1. ", "2) ", "[ ] " off the line.
func (r *reader) listMark(w *row) {
	text := w.text
	if rest, ok := bullet(text); ok {
		w.listed, text = true, rest
	} else if n, rest, ok := numbered(text); ok && !r.startsWithMonth(rest) {
		w.listed, w.number, text = true, n, rest
	}
	if n, rest, ok := r.questionMark(text); ok && !w.listed {
		w.listed, w.number, text = true, n, rest
	}
	if box, rest, ok := checkBox(text); ok {
		w.listed, w.box, text = true, box, rest
	}
	w.text = text
}

// questionMark reads "3 – ", "3: " and "Q3 " at the start of a line that answers a survey.
func (r *reader) questionMark(text string) (n int, rest string, ok bool) {
	toks := tokens(text)
	if !r.surveyed() || len(toks) < 2 {
		return 0, "", false
	}
	digits := strings.TrimLeft(toks[0].fold, "qf#")
	n, err := strconv.Atoi(digits)
	if err != nil || n < 1 || n > questions+1 {
		return 0, "", false
	}
	marked := strings.Contains(":–=→", toks[1].fold) && toks[1].to < len(text) && text[toks[1].to] == ' '
	if !marked && digits == toks[0].fold {
		return 0, "", false
	}
	if marked {
		return n, strings.TrimSpace(text[toks[1].to:]), true
	}
	return n, strings.TrimSpace(text[toks[0].to:]), true
}

func (r *reader) startsWithMonth(text string) bool {
	toks := tokens(text)
	_, n := r.lex.at("months", toks, 0)
	return n > 0
}

func bullet(s string) (rest string, ok bool) {
	c, size := utf8.DecodeRuneInString(s)
	if !strings.ContainsRune("-–—*•·▪◦‣⁃+○●■►▶➤→", c) || size == len(s) {
		return s, false
	}
	next, _ := utf8.DecodeRuneInString(s[size:])
	loose := c != '*' && c != '+' && unicode.IsLetter(next) // "-budget"
	if next != ' ' && next != '\t' && next != '\u00a0' && !loose {
		return s, false
	}
	return strings.TrimLeftFunc(s[size:], unicode.IsSpace), true
}

func numbered(s string) (n int, rest string, ok bool) {
	open := strings.HasPrefix(s, "(")
	digits := strings.TrimPrefix(s, "(")
	i := 0
	for i < len(digits) && i < 2 && digits[i] >= '0' && digits[i] <= '9' {
		i++
	}
	if i == 0 || i+1 >= len(digits) || !strings.ContainsRune(".)/", rune(digits[i])) || open && digits[i] != ')' {
		return 0, s, false
	}
	after := digits[i+1:]
	if c := after[0]; c != ' ' && c != '\t' {
		return 0, s, false
	}
	n, _ = strconv.Atoi(digits[:i])
	return n, strings.TrimSpace(after), true
}

// subNumber reads "2.1 " under the item "2.".
func subNumber(s string, major int) (rest string, ok bool) {
	rest, ok = strings.CutPrefix(s, strconv.Itoa(major)+".")
	digits := strings.TrimLeft(rest, "0123456789")
	if !ok || major == 0 || len(digits) == len(rest) || len(rest)-len(digits) > 2 {
		return s, false
	}
	text := strings.TrimLeft(digits, ".)")
	return strings.TrimSpace(text), strings.HasPrefix(text, " ")
}

func checkBox(s string) (box rune, rest string, ok bool) {
	for _, b := range []struct {
		mark string
		box  rune
	}{{"[ ]", ' '}, {"[]", ' '}, {"☐", ' '}, {"[x]", 'x'}, {"[X]", 'x'}, {"☑", 'x'}, {"\\[ \\]", ' '}, {"\\[x\\]", 'x'}} {
		if rest, ok := strings.CutPrefix(s, b.mark); ok {
			return b.box, strings.TrimSpace(rest), true
		}
	}
	return 0, s, false
}

// units joins the lines of a block to units. Blank lines part them; lines nested in a list item belong to it.
func (r *reader) units(rows []row, answers string) []unit {
	var all []unit
	var cur *unit
	var last row
	after, armored := false, false
	for _, w := range rows {
		if armored && cur != nil {
			if !w.blank() {
				cur.words = append(cur.words, w.raw)
			}
			armored = !strings.Contains(w.raw, "-----END AGE")
			continue
		}
		if w.blank() {
			after, last = true, row{}
			continue
		}
		if w.mute {
			r.out.Quiet = append(r.out.Quiet, w.raw)
			continue
		}
		switch {
		case cur != nil && belongs(*cur, w, after):
			cur.words = append(cur.words, w.raw)
			if !w.listed && !last.blank() && r.wraps(last, w) && len(cur.context) > 0 {
				cur.context[len(cur.context)-1] += " " + w.text
			} else if !w.listed && len(cur.context) == 0 && r.wraps(last, w) {
				cur.head += " " + w.text
			} else {
				cur.context = append(cur.context, w.text)
			}
		case cur != nil && !after && !w.listed && len(cur.context) == 0 && r.wraps(last, w) && !r.startsStrong(w) && (r.endsShort(last) || !r.commands(w.toks)):
			cur.words, cur.head = append(cur.words, w.raw), cur.head+" "+w.text
		default:
			all = append(all, unit{head: w.text, words: []string{w.raw}, indent: w.indent, listed: w.listed, number: w.number, box: w.box, after: after, answers: answers})
			cur = &all[len(all)-1]
			armored = strings.HasPrefix(w.text, "age1") || strings.Contains(w.raw, "-----BEGIN AGE")
		}
		last, after = w, false
	}
	return r.inlineLists(all)
}

// inlineLists parts "1) budget 2) travel 3) A8 done" written on one line.
func (r *reader) inlineLists(units []unit) []unit {
	var all []unit
	for _, u := range units {
		if v, rest, ok := strings.Cut(u.head, ": "); ok && v == "1" && r.surveyed() {
			u.number, u.head = 1, rest
		}
		rest := u
		for n := 2; u.number == 1 && len(u.context) == 0 && len(u.words) == 1; n++ {
			at, mark := r.inlineNumber(rest.head, n)
			if at < 0 {
				break
			}
			first := rest
			first.head = strings.TrimRight(rest.head[:at], " ,;")
			first.words = []string{first.head}
			all = append(all, first)
			rest.number, rest.head = n, strings.TrimSpace(rest.head[at+mark:])
			rest.words, rest.after = []string{rest.head}, false
		}
		all = append(all, rest)
	}
	return all
}

// inlineNumber finds " 2)" or " 2." followed by a space.
func (r *reader) inlineNumber(text string, n int) (at, length int) {
	marks := []string{")", "."}
	if r.surveyed() { // "1: 4, 2: 3"
		marks = append(marks, ":", "=", "/")
	}
	for _, mark := range marks {
		s := " " + strconv.Itoa(n) + mark + " "
		if at := strings.Index(text, s); at >= 0 {
			return at, len(s)
		}
	}
	return -1, 0
}

// belongs tells whether the line is nested in the unit.
func belongs(u unit, w row, after bool) bool {
	if after && !w.listed && w.indent < 2 {
		return false
	}
	if u.listed {
		return w.indent > u.indent
	}
	return !after && w.indent >= u.indent+2
}

// longestWrapped is how many letters a line has at most that a mail program broke.
const longestWrapped = 80

// wraps tells whether a mail program broke the line: it is about as long as such lines are, and the next one goes on in
// lower case, or the line ends with a word that ends no sentence. A longer line shows a program that breaks none.
func (r *reader) wraps(last, next row) bool {
	if n := len([]rune(last.raw)); n < 58 || n > longestWrapped || next.text == "" || len(last.toks) == 0 {
		return false
	}
	if _, n := r.minutes(next.toks, 0); n > 0 && n == len(next.toks) || r.begins(next) {
		return false
	}
	first, _, _ := strings.Cut(next.text, " ")
	if len([]rune(last.raw))+1+len([]rune(first)) <= 64 {
		return false
	}
	end := last.toks[len(last.toks)-1]
	c, _ := utf8.DecodeRuneInString(next.text)
	return !strings.Contains(".!?:;", end.fold) && (unicode.IsLower(c) || c == '(' || r.endsOpen(last) && (unicode.IsUpper(c) || unicode.IsDigit(c)))
}

// endsOpen tells whether the line ends with a word that ends no sentence.
func (r *reader) endsOpen(w row) bool {
	return w.toks[len(w.toks)-1].fold == "," || r.lex.means("common", "word", w.toks, len(w.toks)-1) > 0
}

// endsShort tells whether the line ends with a word that needs another behind it: "to", "the", "and".
func (r *reader) endsShort(w row) bool {
	k := len(w.toks) - 1
	n := max(r.lex.means("articles", "word", w.toks, k), r.lex.means("common", "and", w.toks, k), r.lex.means("common", "or", w.toks, k), r.lex.means("common", "with", w.toks, k))
	return n > 0 || w.toks[k].fold == "," || max(r.lex.means("promise", "to", w.toks, k), r.lex.means("dates", "on", w.toks, k), r.lex.means("owner", "my", w.toks, k), r.lex.means("owner", "your", w.toks, k)) > 0
}

// begins tells whether a line starts a promise of its own: "i will …".
func (r *reader) begins(w row) bool {
	s, ok := r.subjectAt(w.text, w.toks, 0)
	return ok && s.kind != "name" && r.lex.means("promise", "alone", w.toks, 0) == 0
}

// startsStrong tells whether a line begins something of its own, whatever the line before looked like.
func (r *reader) startsStrong(w row) bool {
	if _, n := r.label(w.toks, 0); n > 0 {
		return true
	}
	for _, i := range []int{0, r.lead(w.toks, 0)} { // "also A9 done"
		if ids, n := r.ids(w.toks, i); n > 0 {
			return r.known(ids[0])
		}
	}
	return false
}

// commands tells whether the whole line speaks to duolog or of the meeting, in words that end no sentence of another line.
func (r *reader) commands(toks []token) bool {
	for _, c := range controls {
		if r.wholly(toks, "control", c.meaning) {
			return true
		}
	}
	i := r.lead(toks, 0)
	if n := max(r.lex.means("meeting", "all-discussed", toks, i), r.wholeAgenda(toks, i)); n > 0 && onlyMarks(toks, i+n) {
		return true
	}
	held, ok := r.held("", toks)
	return ok && (held.Minutes == 0 || r.afterMeeting())
}
