package newtext

import "strings"

// A reader works on the lines of one reply.
type reader struct {
	lines       []line
	sent        *sentIndex // nil when no mail of ours is known
	names       []string   // of the sender, in lower case
	firstMark   int        // the first line that is quoted by marks; 0 when there is none below the top
	quotingFrom int        // where the containers at the end begin that are called quotes
	forward     *Forwarded
	block       headerBlock // the first one that was cut
	blockAt     int         // the line after it
}

// cut gives the lines from i up to end a reason.
func (r *reader) cut(i, end int, reason string) {
	for ; i < end; i++ {
		if r.lines[i].class == "" && !r.lines[i].blank() {
			r.lines[i].class = reason
		}
	}
}

// markBars takes "|" before lines for quote marks, if an attribution stands above the first of them.
// Elsewhere it makes a table.
func (r *reader) markBars() {
	marks := false
	for i := 1; i < len(r.lines); i++ {
		l := &r.lines[i]
		if !bar(l) {
			continue
		}
		if marks = marks || r.attributedAbove(i); marks {
			*l = line{text: strings.TrimPrefix(l.text[1:], " "), depth: 1}
		}
	}
}

// attributedAbove reports whether the line with text above line i ends as attributions do.
func (r *reader) attributedAbove(i int) bool {
	for i--; i > 0 && r.lines[i].blank(); i-- {
	}
	l := &r.lines[i]
	return l.box == noBox && strings.HasSuffix(l.text, ":") && words.wrote.find(l.lower()) >= 0
}

func bar(l *line) bool {
	return l.depth == 0 && strings.HasPrefix(l.text, "|") && !strings.HasSuffix(l.text, "|")
}

// cutWarning cuts what a gateway put on top of the mail.
func (r *reader) cutWarning() {
	i := r.skipBlank(0)
	end := i
	for end < len(r.lines) && !r.lines[end].blank() && r.lines[end].depth == 0 && end-i < 12 {
		end++
	}
	low := r.joined(i, end, 800)
	n := words.warning.count(low, 2)
	for end > i+1 && !words.warning.anyIn(r.lines[end-1].lower()) {
		end-- // the letter may begin right below
	}
	if n == 2 || n == 1 && end-i <= 2 && words.warning.anyIn(low[:min(len(low), 60)]) {
		r.cut(i, end, Warning)
	}
}

func (r *reader) skipBlank(i int) int {
	for i < len(r.lines) && (r.lines[i].blank() || r.lines[i].rule) {
		i++
	}
	return i
}

// joined returns the lines from i to end in lower case, about limit bytes of them.
func (r *reader) joined(i, end, limit int) string {
	if end == i+1 {
		return r.lines[i].lower()
	}
	var b strings.Builder
	b.Grow(min(limit, 80*(end-i)))
	for ; i < end && b.Len() < limit; i++ {
		b.WriteString(r.lines[i].lower())
		b.WriteByte(' ')
	}
	return b.String()
}

// cutQuotes finds quotes with and without marks, from the top.
func (r *reader) cutQuotes() {
	r.survey()
	said := false // whether new text stands above
	for i := 0; i < len(r.lines); {
		l := &r.lines[i]
		if l.class != "" || l.blank() || l.rule && separatorOf(l) == noSeparator {
			i++
			continue
		}
		next := r.cutAt(i, said)
		said = said || r.lines[i].class == "" && !betweenDashes(r.lines[i].lower())
		i = next
	}
}

// survey notes where the rules for quotes of unknown programs apply. Between marked lines people
// answer, so that a container with marks is not all of it a quote.
func (r *reader) survey() {
	r.firstMark, r.quotingFrom = 0, len(r.lines)
	for i := len(r.lines) - 1; i >= 0; i-- {
		l := &r.lines[i]
		if l.depth > 0 {
			r.firstMark = i
		}
		if r.quotingFrom == i+1 && r.firstMark == 0 && (l.box == quoting || l.blank()) {
			r.quotingFrom = i
		}
	}
	if r.firstMark > 0 && r.lines[r.firstMark].box == quoting || r.skipBlank(0) >= r.quotingFrom {
		r.quotingFrom = len(r.lines) // all of the mail stands in it
	}
}

// cutAt looks at what starts in line i and returns where to go on.
func (r *reader) cutAt(i int, said bool) int {
	l := &r.lines[i]
	sep := separatorOf(l)
	switch {
	case groupWise(l):
		return r.cutAttributed(i, 1, said)
	case sep == forwarded || sep == announced && (r.heads(i+1) || r.dashedAbove(i)):
		return r.cutForward(i)
	case l.depth > 0 || l.box == quoted || said && l.box == quoting && i >= r.quotingFrom:
		l.class = Quote
		return r.cutWrapped(i + 1)
	case sep == above:
		return r.cutRest(i, i+1, Marker)
	case sep == original:
		return r.cutOriginal(i)
	}
	if b := r.headerBlock(i); b.lines > 0 {
		return r.cutBlock(i, b, HeaderBlock, said)
	}
	if n := r.attribution(i); n > 0 {
		return r.cutAttributed(i, n, said)
	}
	if n := r.boxed(i); n > 0 {
		if l.box == heading || l.box == bordered {
			return r.cutBlock(i, headerBlock{lines: n, to: true}, HeaderBlock, said)
		}
		r.cut(i, i+n, Attribution)
		return i + n
	}
	if r.quoteBehind(i) || headerInLine(l.lower()) {
		return r.cutRest(i, i+1, Attribution)
	}
	return i + 1
}

// boxed returns how many lines from i on a program's containers show to be an attribution or a header
// block in a language that has no table. People type into these containers, too.
func (r *reader) boxed(i int) int {
	b := r.lines[i].box
	if b != heading && b != bordered && b != attributing && (b != around && b != quoting || r.inside(i)) {
		return 0
	}
	end := i
	for end < len(r.lines) && (r.lines[end].box == b || r.lines[end].blank()) && r.lines[end].depth == 0 {
		if end++; end-i > 12 || end-i > 4 && b != heading && b != bordered {
			return 0
		}
	}
	if b == heading || b == bordered {
		low := r.joined(i, end, 1000)
		if f := factsOf(low); strings.Count(low, ":") >= 2 && (b == heading || f.date || f.address) {
			return end - i
		}
		return 0
	}
	for n := i + 1; n < end; n++ {
		if r.attribution(n) > 0 {
			return 0
		}
	}
	if !r.marked(end) || !saysSource(strings.TrimSpace(r.joined(i, end, 300)), b) {
		return 0
	}
	return end - i
}

// saysSource reports whether the text of a container may be an attribution.
func saysSource(low string, b box) bool {
	if strings.ContainsAny(low, "?!") || wordCount(low) > 18 {
		return false
	}
	f := factsOf(low)
	return f.address || f.date && (f.time || b == attributing) || strings.HasSuffix(low, ":")
}

// inside reports whether another line of the container that line i is in, or a quote, stands above.
func (r *reader) inside(i int) bool {
	for n := i - 1; n >= 0 && n >= i-4; n-- {
		if l := &r.lines[n]; !l.blank() {
			return l.box == r.lines[i].box || l.depth > 0
		}
	}
	return false
}

// cutWrapped cuts the rest of a quoted line that a wrap left without mark. It returns where to go on.
func (r *reader) cutWrapped(i int) int {
	if i+1 >= len(r.lines) || i < 2 {
		return i
	}
	l, above, below := &r.lines[i], &r.lines[i-1], &r.lines[i+1]
	if above.depth == 0 || l.depth != 0 || l.blank() || below.depth == 0 || !wrapped(above.text, l) {
		return i
	}
	l.class = Quote
	return i + 1
}

// wrapped reports whether a line without mark, between marked ones, is the rest of the line above:
// a link, a mark that went to the wrong end, the end of a bracket, or a line that goes on in small
// letters.
func wrapped(above string, l *line) bool {
	if strings.HasSuffix(l.text, ">") || plainFooter(l.lower()) == "" || closesBracket(above, l.text) {
		return true
	}
	if len(above) < 55 || listItem(l.text) {
		return false
	}
	if c := l.text[0]; c >= 'A' && c <= 'Z' || strings.ContainsRune(".!?:", rune(above[len(above)-1])) {
		return false
	}
	return len(l.text) <= 40 || strings.HasSuffix(above, ",")
}

// closesBracket reports whether a bracket or quotation that stays open in the one line closes in the
// next.
func closesBracket(above, next string) bool {
	for _, pair := range []string{"()", "[]", "<>", "“”", "«»", "„“"} {
		p := []rune(pair)
		open, closing := string(p[0]), string(p[1])
		if strings.LastIndex(above, open) > strings.LastIndex(above, closing) {
			end := strings.Index(next, closing)
			if start := strings.Index(next, open); end >= 0 && (start < 0 || start > end) {
				return true
			}
		}
	}
	return strings.Count(above, `"`)%2 == 1 && strings.Count(next, `"`)%2 == 1
}

// cutAttributed cuts an attribution of n lines and, where the quote below bears no marks, that.
func (r *reader) cutAttributed(i, n int, said bool) int {
	end := i + n
	switch {
	case r.marked(end) || r.skipBlank(end) == len(r.lines):
		r.cut(i, end, Attribution)
		r.cutRules(i)
		return end
	case said || r.sent != nil || r.indented(end) || r.lines[i].box == quoted:
		return r.cutRest(i, end, Attribution)
	}
	// Nothing stands above: the text below may as well be the answer.
	r.cut(i, end, Attribution)
	return end
}

// indented reports whether all text from line i on stands in from the margin.
func (r *reader) indented(i int) bool {
	any := false
	for ; i < len(r.lines); i++ {
		l := &r.lines[i]
		if l.blank() {
			continue
		}
		if !strings.HasPrefix(l.text, "  ") && !strings.HasPrefix(l.text, "\t") {
			return false
		}
		any = true
	}
	return any
}

// cutOriginal cuts from an "original message" line on.
func (r *reader) cutOriginal(i int) int {
	next := r.skipBlank(i + 1)
	if next < len(r.lines) {
		if b := r.headerBlock(next); b.lines > 0 && r.lines[next].depth == 0 {
			r.cut(i, i+1, HeaderBlock)
			return r.cutBlock(next, b, HeaderBlock, true)
		}
	}
	if r.marked(i + 1) {
		r.cut(i, i+1, Attribution)
		return i + 1
	}
	return r.cutRest(i, i+1, HeaderBlock)
}

// cutBlock cuts a header block and the mail below it.
func (r *reader) cutBlock(i int, b headerBlock, reason string, said bool) int {
	end := i + b.lines
	if r.block.lines == 0 {
		r.block, r.blockAt = b, end
	}
	if r.marked(end) {
		r.cut(i, end, reason)
		r.cutRules(i)
		return end
	}
	if !said && !b.to {
		r.cut(i, end, reason) // of a mail passed on the recipients are named: this is the answer's own
		return end
	}
	if !said && r.sent == nil {
		r.noteForward(b, end)
	}
	return r.cutRest(i, end, reason)
}

// cutForward cuts a forwarded mail that begins with a separator in line i.
func (r *reader) cutForward(i int) int {
	depth := r.lines[i].depth
	next := r.skipBlank(i + 1)
	for next < len(r.lines) && r.lines[next].lower() == "" {
		next++
	}
	var b headerBlock
	if next < len(r.lines) {
		b = r.headerBlock(next)
	}
	if r.forward == nil {
		r.noteForward(b, next+b.lines)
	}
	if depth == 0 && next < len(r.lines) && r.lines[next].depth == 0 {
		r.cutRules(i)
		end := r.forwardEnd(i + 1)
		r.cut(i, end, Forward)
		return end
	}
	r.cut(i, i+1, Forward)
	i++
	for i < len(r.lines) && (r.lines[i].blank() || r.lines[i].depth > 0 || r.lostMark(i)) {
		r.cut(i, i+1, Forward)
		i++
	}
	return i
}

// forwardEnd returns the line after the one that ends a forwarded mail, mostly the end of all.
func (r *reader) forwardEnd(i int) int {
	for ; i < len(r.lines); i++ {
		if low := r.lines[i].lower(); strings.HasPrefix(low, "--") && words.ending[strings.Trim(low, "- ")] {
			return i + 1
		}
	}
	return i
}

// lostMark reports whether line i of a forwarded mail only lacks its mark: marked lines stand close
// above and below.
func (r *reader) lostMark(i int) bool {
	if i == 0 || r.lines[i-1].class != Forward && r.lines[i-1].depth == 0 {
		return false
	}
	for n := i; n < i+6 && n < len(r.lines); n++ {
		if r.lines[n].depth > 0 || r.lines[n].blank() {
			return r.lines[n].depth > 0
		}
	}
	return false
}

// heads reports whether the next text from line i on is a header block or marked.
func (r *reader) heads(i int) bool {
	for i < len(r.lines) && r.lines[i].lower() == "" {
		i++
	}
	return i < len(r.lines) && (r.lines[i].depth > 0 || r.headerBlock(i).lines > 0)
}

// forwardedLines bounds Forwarded.Text.
const forwardedLines = 20

// noteForward keeps what a forwarded mail is about; its text begins at line i.
func (r *reader) noteForward(b headerBlock, i int) {
	f := &Forwarded{Subject: b.subject, From: b.from}
	var text []string
	for ; i < len(r.lines) && len(text) < forwardedLines; i++ {
		if len(text) > 0 || !r.lines[i].blank() {
			text = append(text, r.lines[i].markdown())
		}
	}
	f.Text = strings.TrimSpace(strings.Join(text, "\n"))
	r.forward = f
}

// cutRest cuts the lines i to end for reason and all below as a quote without marks.
func (r *reader) cutRest(i, end int, reason string) int {
	r.cut(i, end, reason)
	r.cutRules(i)
	for n := end; n < len(r.lines); n++ {
		r.lines[n].rest = true
	}
	r.cut(end, len(r.lines), Quote)
	return len(r.lines)
}

// cutRules cuts the lines drawn directly above line i, "Original Message" without dashes, and any
// phrase between dashes.
func (r *reader) cutRules(i int) {
	for i--; i >= 0 && r.lines[i].class == ""; i-- {
		l := &r.lines[i]
		if l.rule || words.original[strings.Trim(l.lower(), " :-")] || betweenDashes(l.lower()) {
			l.class = Quote
		} else if !l.blank() {
			return
		}
	}
}
