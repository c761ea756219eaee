package reply

import (
	"strings"

	"duolog/meeting"
)

// A private mark beats everything else on its line. Wherever it is uncertain how far it reaches, it reaches further:
// a line too much in a private note is a nuisance, a line too little is a betrayal.

// hide takes the private lines out of the reply: it returns, block by block, the lines that are left, with the private
// texts where they stood.
func (r *reader) hide(blocks [][]row) [][]part {
	if r.inPerson(blocks) {
		parts := make([][]part, len(blocks))
		for b, rows := range blocks {
			parts[b] = []part{{rows: rows}}
		}
		return parts
	}
	marks := make([][]secrecy, len(blocks))
	for b, rows := range blocks {
		marks[b] = r.secrets(rows)
	}
	r.cover(blocks, marks)
	parts := make([][]part, len(blocks))
	for b, rows := range blocks {
		parts[b] = r.split(rows, marks[b])
	}
	return parts
}

// inPerson tells whether the reply says nothing but that the questions are for the meeting, in words that could also be a
// private label: "persönlich".
func (r *reader) inPerson(blocks [][]row) bool {
	said := r.telling(blocks)
	if !r.surveyed() || len(said) != 1 {
		return false
	}
	w := blocks[said[0].block][said[0].row]
	return r.wholly(w.toks, "survey", "in-person") && w.toks[len(w.toks)-1].fold != ":"
}

// part is a run of lines that is either private or not.
type part struct {
	private bool
	rows    []row
	units   []unit // of one that is not
	text    string // of a private part, without the mark's label
}

// secrecy is what one line says about being private.
type secrecy struct {
	marked bool // a mark stands on the line
	label  bool // it begins with "private:"
	text   string
	empty  bool // nothing stands behind the label
	alone  bool // nothing but the mark stands there: on the first or last line of a reply it covers all of it
	onward bool // it speaks of the rest of the reply
	inside bool // a mark elsewhere covers the line
	refers bool // nothing but the mark and words such as "this": it speaks of other lines
	hidden bool
}

func (r *reader) secrets(rows []row) []secrecy {
	marks := make([]secrecy, len(rows))
	for i, w := range rows {
		if !w.blank() {
			marks[i] = r.secret(w)
		}
		if i > 0 && !w.blank() && !rows[i-1].blank() && r.brokenMark(rows[i-1], w) {
			marks[i-1].marked, marks[i].marked = true, true
		}
	}
	return marks
}

// brokenMark finds a mark that a line break parted: "just between" / "us".
func (r *reader) brokenMark(a, b row) bool {
	joined := append(append([]token{}, a.toks...), b.toks...)
	for i := max(0, len(a.toks)-6); i < len(a.toks); i++ {
		if n := r.lex.means("private", "mark", joined, i); i+n > len(a.toks) {
			return true
		}
	}
	return false
}

func (r *reader) secret(w row) secrecy {
	if r.fixOfMark(w) || r.disclaims(w.toks) {
		return secrecy{}
	}
	i := r.lead(w.toks, 0)
	if r.privateLabel(w.toks, 0) > 0 {
		i = 0
	}
	if n := r.privateLabel(w.toks, i); n > 0 {
		k := i + n
		bare := k >= len(w.toks)
		for k < len(w.toks) && strings.Contains(":–*_)]>,.;!=|", w.toks[k].fold) {
			k++
		}
		if k > i+n || bare {
			text := strings.TrimSpace(tail(w.text, w.toks, k))
			s := secrecy{marked: true, label: true, text: text, empty: text == ""}
			s.alone = s.empty && w.toks[len(w.toks)-1].fold != ":"
			if i > 0 {
				s.text = w.text
			}
			return s
		}
	}
	if s, ok := r.secretAnswer(w, i); ok {
		return s
	}
	if r.marked(w.toks) || r.announced(w.toks) {
		s := secrecy{marked: true, text: w.text}
		s.refers = r.onlyMark(w.toks)
		s.alone = s.refers
		s.onward = s.refers && r.onward(w.toks)
		return s
	}
	return secrecy{}
}

// secretAnswer reads "not working: private: …": a private label behind the label of a survey's question.
func (r *reader) secretAnswer(w row, i int) (secrecy, bool) {
	_, n := r.label(w.toks, i)
	if n == 0 || !r.surveyed() {
		return secrecy{}, false
	}
	k := i + n
	m := r.privateLabel(w.toks, k)
	if m == 0 || k+m >= len(w.toks) || !strings.Contains(":–", w.toks[k+m].fold) {
		return secrecy{}, false
	}
	text := strings.TrimSpace(tail(w.text, w.toks, k+m+1))
	return secrecy{marked: true, label: true, text: text, empty: text == ""}, true
}

// privateLabel is the length of a private label at token i, a slip of the finger allowed.
func (r *reader) privateLabel(toks []token, i int) int {
	for i < len(toks) && strings.Contains("([<*_#", toks[i].fold) {
		return nested(1, r.privateLabel(toks, i+1))
	}
	if n := r.lex.means("labels", "private", toks, i); n > 0 {
		return n
	}
	if i+1 < len(toks) && strings.Contains(":–", toks[i+1].fold) && len(toks[i].fold) >= 6 {
		if _, known := r.lex.at("labels", toks[i:i+1], 0); known > 0 {
			return 0
		}
		for _, word := range r.lex.labels {
			if oneSlip(toks[i].fold, word) {
				return 1
			}
		}
	}
	return 0
}

func nested(skip, n int) int {
	if n == 0 {
		return 0
	}
	return skip + n
}

// oneSlip tells whether one letter more, less, other or two in the wrong order make a into b.
func oneSlip(a, b string) bool {
	if a == b || len(a) > len(b)+1 || len(b) > len(a)+1 {
		return a == b
	}
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	switch {
	case len(a) > len(b):
		return a[i+1:] == b[i:]
	case len(b) > len(a):
		return a[i:] == b[i+1:]
	case a[i+1:] == b[i+1:]:
		return true
	}
	return i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:]
}

// marked finds a private mark anywhere in the line.
func (r *reader) marked(toks []token) bool {
	for i := 0; i < len(toks); i++ {
		if n := r.lex.means("private", "negated", toks, i); n > 0 {
			i += n - 1
			continue
		}
		if r.lex.means("private", "mark", toks, i) > 0 || r.almostMark(toks[i]) || r.keptFrom(toks, i) {
			return true
		}
		n := r.lex.means("private", "word", toks, i)
		if n == 0 {
			n = r.privateLabel(toks, i)
		}
		if n == 0 || i > 0 && r.ownsTask(toks, i) && r.lex.means("owner", "for", toks, i) > 0 && n <= 2 { // "Todo for me:"
			continue
		}
		before, after := "", ""
		if i > 0 {
			before = toks[i-1].fold
		}
		if i+n < len(toks) {
			after = toks[i+n].fold
		}
		switch {
		case after == ":",
			before != "" && strings.Contains("([<#", before),
			before == "–" && (after == "" || after == "." || after == "–"):
			return true
		}
	}
	return false
}

// almostMark tells whether the word is a long mark with one slip of the finger: "confidental".
func (r *reader) almostMark(t token) bool {
	if len(t.fold) < 9 {
		return false
	}
	for _, mark := range r.lex.longMarks {
		if oneSlip(t.fold, mark) {
			return true
		}
	}
	return false
}

// keptFrom finds "don't tell Sam" and "Sam should not know".
func (r *reader) keptFrom(toks []token, i int) bool {
	if n := r.lex.means("private", "before-name", toks, i); n > 0 && (r.name(toks, i+n) > 0 || r.possessor(toks, i+n)) {
		return true
	}
	if n := r.lex.means("private", "before-anyone", toks, i); n > 0 && i+n < len(toks) && (toks[i+n].capital || r.lex.means("private", "anyone", toks, i+n) > 0) {
		return true
	}
	if n := r.lex.means("private", "unwanted", toks, i); n > 0 {
		m := r.name(toks, i+n)
		return m > 0 && r.lex.means("private", "learn", toks, i+n+m) > 0
	}
	if r.tellsNothing(toks, i) {
		return true
	}
	n := r.name(toks, i)
	return n > 0 && r.lex.means("private", "after-name", toks, i+n) > 0
}

// tellsNothing finds "Sag Sam bitte nichts davon": the name between the verb and the word that negates it.
func (r *reader) tellsNothing(toks []token, i int) bool {
	k := i + r.lex.means("private", "tell", toks, i)
	if k == i || k >= len(toks) || r.name(toks, k) == 0 && !toks[k].capital {
		return false
	}
	for k += max(1, r.name(toks, k)); k < len(toks) && toks[k].isWord(); k++ {
		if r.lex.means("private", "naught", toks, k) > 0 {
			return true
		}
		if max(r.lex.means("control", "please", toks, k), r.lex.means("filler", "lead", toks, k), r.lex.means("common", "word", toks, k)) == 0 {
			return false
		}
	}
	return false
}

// possessor tells whether "Sam's" stands at token i.
func (r *reader) possessor(toks []token, i int) bool {
	if i >= len(toks) {
		return false
	}
	name, ok := strings.CutSuffix(toks[i].fold, "'s")
	return ok && r.name([]token{{fold: name, lower: name, to: len(name)}}, 0) > 0
}

// onlyMark tells whether the line says nothing but that something is private.
func (r *reader) onlyMark(toks []token) bool {
	if toks[len(toks)-1].fold == ":" {
		return false
	}
	for i := 0; i < len(toks); {
		n := 0
		for _, m := range []string{"mark", "word", "refers"} {
			n = max(n, r.lex.means("private", m, toks, i))
		}
		if n == 0 && (!toks[i].isWord() || r.lex.means("filler", "lead", toks, i) > 0 || r.lex.means("states", "is", toks, i) > 0) {
			n = 1
		}
		if n == 0 {
			return false
		}
		i += n
	}
	return true
}

// disclaims tells whether the line belongs to a legal footer, in which "confidential" is no mark of the writer's.
func (r *reader) disclaims(toks []token) bool { return r.lex.has("disclaimer", "cue", toks) }

// fixOfMark tells whether the line only says of something stored that it is private: "2 is private", "T3 private".
func (r *reader) fixOfMark(w row) bool {
	if _, ok := r.seals(w); ok {
		return true
	}
	_, i := r.ids(w.toks, 0)
	if i == 0 && r.answersAck() {
		_, i = r.echoNumber(w)
		if i == 0 && w.number == 0 && !r.soleEcho() {
			return false
		}
	}
	if i == 0 && !r.answersAck() {
		return false
	}
	n := r.lex.means("marks", "private", w.toks, i)
	return n > 0 && i+n >= len(w.toks)
}

// split parts the lines at the borders of what is private.
func (r *reader) split(rows []row, marks []secrecy) []part {
	for i := range rows {
		if marks[i].inside {
			marks[i].hidden = true
		} else if marks[i].marked {
			r.reach(rows, marks, i)
		}
	}
	var parts []part
	for i, w := range rows {
		hidden := marks[i].hidden
		starts := len(parts) == 0 || parts[len(parts)-1].private != hidden || hidden && marks[i].label && !marks[i].inside
		if starts {
			parts = append(parts, part{private: hidden})
		}
		p := &parts[len(parts)-1]
		p.rows = append(p.rows, w)
		if hidden {
			p.text += "\n" + secretText(w, marks[i])
		}
	}
	return parts
}

func secretText(w row, s secrecy) string {
	if s.label {
		return s.text
	}
	if s.marked && w.listed {
		return w.text
	}
	return strings.TrimSpace(w.raw)
}

// reach marks the lines that the private mark on line i covers.
func (r *reader) reach(rows []row, marks []secrecy, i int) {
	marks[i].hidden = true
	if !marks[i].label && !rows[i].listed { // the mark speaks of its whole paragraph
		for k := i - 1; k >= 0 && !rows[k].blank() && !rows[k].listed && !r.startsStrong(rows[k]); k-- {
			marks[k].hidden = true
		}
	}
	if marks[i].refers {
		r.reachBack(rows, marks, i)
	}
	k := i + 1
	if marks[i].empty || marks[i].alone || strings.HasSuffix(rows[i].text, ":") {
		for k < len(rows) && rows[k].blank() {
			marks[k].hidden = true
			k++
		}
	}
	for ; k < len(rows) && (!rows[k].blank() || r.listGoesOn(rows, i, k) && marks[i].empty); k++ {
		if _, n := r.label(rows[k].toks, 0); n > 0 && !marks[k].label {
			break
		}
		if rows[i].listed && rows[k].listed && rows[k].indent <= rows[i].indent {
			break
		}
		marks[k].hidden = true
	}
}

// listGoesOn tells whether the list right under line i continues after the blank line k.
func (r *reader) listGoesOn(rows []row, i, k int) bool {
	for k < len(rows) && rows[k].blank() {
		k++
	}
	return k < len(rows) && rows[k].listed && rows[i+1].listed && !rows[i].listed
}

// reachBack covers the paragraph above a line such as "please keep this between us" that stands by itself.
func (r *reader) reachBack(rows []row, marks []secrecy, i int) {
	k := i - 1
	for k >= 0 && rows[k].blank() {
		k--
	}
	for ; k >= 0 && !rows[k].blank(); k-- {
		marks[k].hidden = true
	}
}

// addPrivate keeps private text where nothing but its author's key will open it: in Text alone. A mark with nothing to
// hide is reported.
func (r *reader) addPrivate(p part) {
	if text := strings.TrimSpace(p.text); text != "" {
		r.add(meeting.Intent{Kind: meeting.AddPrivate, Text: text})
		return
	}
	for _, w := range p.rows {
		if !w.blank() {
			r.out.Unread = append(r.out.Unread, w.raw)
		}
	}
}
