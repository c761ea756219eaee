package newtext

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// An attribution is the line above a quote that says who wrote it and when, as in "On Tue, 1 Dec
// 2026 at 16:00, Sam Ortega <sam@example.org> wrote:". Programs and gateways wrap it over several
// lines.
const (
	attributionLines = 6
	attributionSize  = 500
)

// attribution returns how many lines from i on are one attribution, 0 when none starts there.
func (r *reader) attribution(i int) int {
	n, joined := r.attributed(i)
	switch {
	case n == 0 && (zoned(&r.lines[i]) || stamped(r.lines[i].lower())):
		return 1
	case n == 0:
		return r.aboveMarks(i)
	case r.startsLater(i, n-1) || r.logged(i) && !r.marked(i+n):
		return 0
	}
	return r.extend(i, n, joined)
}

// zoned recognises "2026-12-01 16:00 GMT+01:00 Sam Ortega": no person writes the zone in this way.
func zoned(l *line) bool {
	low := l.lower()
	if len(low) > 90 || low == "" || !digit(low[0]) {
		return false
	}
	for _, zone := range []string{" gmt+", " gmt-", " utc+", " utc-"} {
		if at := strings.Index(low, zone); at > 0 {
			f := factsOf(low[:at])
			_, name, ok := strings.Cut(low[at+1:], " ")
			return ok && f.date && f.time && at+1 < len(l.text) && nameLike(l.text[max(0, len(l.text)-len(name)):], 5)
		}
	}
	return false
}

// logged reports whether line i is one of several that begin with a date and its time, as in a log.
func (r *reader) logged(i int) bool {
	if i == 0 || r.lines[i-1].class != "" || !digit(r.lines[i].lower()[0]) {
		return false
	}
	low := r.lines[i-1].lower()
	if low == "" || !digit(low[0]) {
		return false
	}
	f := factsOf(low[:min(len(low), 40)])
	return f.date && f.time
}

// stamped recognises "---- 01 Dec 2026 16:00 +0100 Sam Ortega <sam@example.org> wrote ----", whatever
// the verb.
func stamped(low string) bool {
	if len(low) > 200 || !strings.HasPrefix(low, "----") || !strings.HasSuffix(low, "---") {
		return false
	}
	f := factsOf(low)
	return f.address && f.date && f.time && wordCount(low) <= 18
}

// aboveMarks returns how many lines from i on are an attribution by their place, right above the
// first marked line, and by their shape: a date with its time, or a name with an address, and a colon.
func (r *reader) aboveMarks(i int) int {
	if r.firstMark <= i || r.firstMark > i+4 || r.lines[i].depth != 0 {
		return 0
	}
	end := r.firstMark
	for end > i && r.lines[end-1].blank() {
		end--
	}
	joined := strings.TrimSpace(r.joined(i, end, 400))
	if end == i+1 && bareSource(joined) {
		return 1
	}
	if end == i || end-i > 3 || strings.ContainsAny(joined, "?!") || !closesColon(joined) || wordCount(joined) > 18 {
		return 0
	}
	for n := i; n < end; n++ {
		if l := &r.lines[n]; l.blank() || l.rule || n > i && r.attribution(n) > 0 {
			return 0 // it begins there
		}
	}
	if f := factsOf(joined); f.date && f.time || f.address && strings.Contains(joined, "<") && wordCount(joined) <= 8 {
		return end - i
	}
	return 0
}

// bareSource recognises "2026/12/1 sam@example.org" and the like: a date, perhaps a time, an address,
// and no other word.
func bareSource(low string) bool {
	f := strings.Fields(low)
	if len(f) < 2 || len(f) > 4 {
		return false
	}
	addresses, numbers := 0, 0
	for _, w := range f {
		switch {
		case strings.Contains(w, "@"):
			addresses++
		case digit(w[0]):
			numbers++
		}
	}
	return addresses == 1 && addresses+numbers == len(f) && factsOf(low).date
}

// attributed returns how many lines from i on say who wrote, and the lines joined.
func (r *reader) attributed(i int) (int, string) {
	first := &r.lines[i]
	low := first.lower()
	start := startOf(low)
	if start == noStart && len(low) < 80 && i+1 < len(r.lines) && strings.HasPrefix(strings.TrimPrefix(r.lines[i+1].lower(), "("), "<") && r.lines[i+1].depth == first.depth {
		start = named // the address is on the next line
	}
	if start == noStart {
		return 0, ""
	}
	size := 0
	for n := 0; n < attributionLines && i+n < len(r.lines); n++ {
		l := &r.lines[i+n]
		if l.blank() {
			if n == 0 || start != dated || !r.openBracket(i+n) {
				return 0, ""
			}
			continue
		}
		if n > 0 && (l.rule || l.box != first.box || l.depth > first.depth && !tailOfAttribution(l.lower())) {
			return 0, ""
		}
		if n > 0 && start == named && n > 2 {
			return 0, ""
		}
		if size += len(l.lower()) + 1; size > attributionSize+1 {
			return 0, ""
		}
		if !l.mayEnd() && !(i+n+1 < len(r.lines) && r.lines[i+n+1].depth > 0) {
			continue
		}
		joined := strings.TrimSpace(r.joined(i, i+n+1, 2*attributionSize))
		if r.saysWhoWrote(joined, start, i+n+1) {
			return n + 1, joined
		}
	}
	return 0, ""
}

// startsLater reports whether the attribution that was found in line i and the n lines below begins
// below line i: the lower lines say everything, and line i looks like text that only stands above.
func (r *reader) startsLater(i, n int) bool {
	for k := 1; k <= n; k++ {
		if partOfAttribution(r.lines[i+k-1].lower(), r.lines[i+k].lower()) {
			return false
		}
		low := r.lines[i+k].lower()
		if low == "" || strings.ContainsRune("<(:", rune(low[0])) {
			continue
		}
		m, joined := r.attributed(i + k)
		if m == 0 {
			continue
		}
		f := factsOf(joined)
		if v := words.wrote.find(low); v >= 0 && v == words.wrote.find(firstWords(low, 2)) && startOf(low) != dated && !(f.date && f.time) {
			continue // begins with the verb
		}
		if f.date && (f.address || words.wrote.find(joined) >= 0) {
			return true
		}
	}
	return false
}

// partOfAttribution reports whether a line can only be a piece of one that goes on in the next: it
// has an address in brackets, or nothing but a date whose year follows.
func partOfAttribution(low, next string) bool {
	if at := strings.IndexByte(low, '<'); at >= 0 && (at == len(low)-1 || strings.Contains(low[at:], "@")) {
		return true
	}
	if startOf(low) == dated && wordCount(low) <= 10 && factsOf(low).date && !strings.ContainsAny(low[len(low)-1:], "!?:") {
		if startsWithTime(next) || strings.HasPrefix(next, "gmt") || strings.HasPrefix(next, "utc") {
			return true
		}
	}
	year := len(next) > 4 && (strings.HasPrefix(next, "20") || strings.HasPrefix(next, "19")) && (next[4] == ' ' || next[4] == ',')
	return year && !dayFollows(next[4:]) && startOf(low) == dated && namesDay(low) && wordCount(low) <= 6
}

// dayFollows reports whether the day of a month stands among the first words of s: then a year above
// it belongs to that.
func dayFollows(s string) bool {
	for _, w := range strings.Fields(firstWords(s, 4)) {
		if w = strings.TrimRight(w, ".,"); len(w) <= 2 && w != "" && digit(w[0]) {
			return true
		}
	}
	return false
}

// startsWithTime reports whether s begins with a time of day or a zone such as "+0100".
func startsWithTime(s string) bool {
	i := 0
	if len(s) > 5 && (s[0] == '+' || s[0] == '-') && digit(s[1]) && digit(s[2]) {
		return true
	}
	for i < len(s) && digit(s[i]) {
		i++
	}
	if i == 0 || i > 2 || i+3 >= len(s) || !digit(s[i+1]) || !digit(s[i+2]) {
		return false
	}
	return s[i] == ':' || s[i] == '.' && s[i+3] != '.' && !digit(s[i+3])
}

// firstWords returns the first n words of s.
func firstWords(s string, n int) string {
	f := strings.Fields(s)
	return strings.Join(f[:min(n, len(f))], " ")
}

// extend adds the lines that a wrap left behind: a name and address after the verb, or the verb
// after the address.
func (r *reader) extend(i, n int, joined string) int {
	if closesColon(joined) {
		return n
	}
	for k := n; k < n+3 && i+k < len(r.lines); k++ {
		l := &r.lines[i+k]
		low := l.lower()
		if l.blank() || l.rule || len(low) > 120 || l.depth > r.lines[i].depth && !tailOfAttribution(low) {
			break
		}
		if v := words.wrote.find(low); v >= 0 && v >= len(strings.TrimRight(low, " -–—="))-1 && wordCount(low) <= 3 {
			return k + 1 // "wrote", "wrote ----"
		}
		if endsAttribution(low, -1) && !listItem(l.text) && belongs(joined, low, l.text) {
			return k + 1
		}
	}
	return n
}

// belongs reports whether a line that ends with a colon is the end of the attribution above it: an
// address, a name, a verb or its last word, a date in parentheses.
func belongs(joined, low, text string) bool {
	return strings.Contains(low, "@") || words.wrote.find(low) >= 0 || nameLike(text, 6) ||
		low[0] == '(' && factsOf(low).date || words.wrote.find(joined+" "+low) > len(joined)
}

// openBracket reports whether the address of an attribution begins after a blank line.
func (r *reader) openBracket(i int) bool {
	return i+1 < len(r.lines) && strings.HasPrefix(r.lines[i+1].lower(), "<")
}

// tailOfAttribution recognises "> wrote:" and ">:" where a wrap made the end of an address look like a mark.
func tailOfAttribution(low string) bool {
	return low == ":" || len(low) < 40 && words.wrote.find(low) >= 0 && strings.HasSuffix(low, ":")
}

// A start tells how a line that may begin an attribution begins.
type start int

const (
	noStart start = iota
	dated         // with a lead and a date, or a date
	named         // with a name and an address, or a verb
)

// startOf classifies the first line of a possible attribution.
func startOf(low string) start {
	s := strings.TrimLeft(low, "-=> \"'")
	if s == "" || len(s) > attributionSize || strings.HasPrefix(s, "http") {
		return noStart
	}
	if n := words.lead.starts(s); n > 0 {
		if soonDate(s[n:]) {
			return dated
		}
	}
	if c := s[0]; c >= '0' && c <= '9' && soonDate(s) {
		f := factsOf(s[:min(len(s), 48)])
		if f.date && (f.time || !listItem(s)) {
			return dated
		}
	}
	if words.calendar[strings.TrimRight(firstWord(s), ".")] && soonDate(s) {
		return dated
	}
	if strings.Contains(s, "@") || strings.HasSuffix(s, "<") || strings.Contains(s, "&lt;") || len(s) < 120 && words.wrote.find(s) > 0 {
		return named
	}
	return noStart
}

// soonDate reports whether a date stands near the beginning of s: a number within the first words
// and before any end of a sentence.
func soonDate(s string) bool {
	seen := 0
	for i := 0; i < len(s) && i < 60; i++ {
		switch c := s[i]; {
		case c >= '0' && c <= '9':
			return true
		case c == ' ':
			if seen++; seen > 6 {
				return false
			}
		case c == '!' || c == '?':
			return false
		}
	}
	return false
}

// saysWhoWrote decides on the joined lines of a possible attribution; next is the line after it.
func (r *reader) saysWhoWrote(s string, start start, next int) bool {
	if r.rightAbove(s, next) {
		return true
	}
	if !mayEnd(s) || start == named && strings.HasSuffix(s, ">") {
		return false // a name and an address, no more
	}
	f := factsOf(s)
	verb := words.wrote.find(s)
	ends := endsAttribution(s, verb)
	switch {
	case verb >= 0 && ends && start == dated:
		sure := r.marked(next) || hasYear(s) || verb >= len(strings.TrimRight(s, " :：-–—="))-1
		return f.address && (sure || f.time) || sure && (f.time || f.date) && wordCount(s) <= 18 && !strings.ContainsAny(s, "?!")
	case verb >= 0 && ends && f.address && (nameBefore(s) || f.time && f.date && wordCount(s) <= 20 && r.marked(next)):
		return true
	case verb >= 0 && ends && f.time && f.date && len(s) < 160 && wordCount(s[:verb]) <= 8:
		return true
	case verb >= 0 && ends && wordCount(s[:verb]) <= 6 && verb >= len(strings.TrimRight(s, " :-–—="))-1:
		dashes := strings.HasPrefix(s, "----") && strings.HasSuffix(s, "----")
		return dashes || r.marked(next) && (f.address || closesColon(s))
	case verb < 0 && f.address && f.time && f.date && start == dated && closes(s) && (hasYear(s) || r.marked(next)):
		return wordCount(s[strings.LastIndexByte(s, '@'):]) <= 2 // the address, and a verb that no table has
	case verb < 0 && f.address && f.date && strings.HasSuffix(s, ":") && start == dated && wordCount(s) <= 12 && (hasYear(s) || r.marked(next)):
		return true
	case verb < 0 && f.address && f.date && strings.HasSuffix(s, ">") && start == dated:
		return r.marked(next)
	case verb < 0 && f.address && f.time && f.date && closesColon(s):
		return nameBefore(s) || bracketed(s) || r.marked(next) && wordCount(s) <= 20
	case verb < 0 && strings.HasSuffix(s, ":") && start == dated && (f.address || f.time && f.date && wordCount(s) <= 12):
		return r.marked(next) // of a language that has no table
	}
	return false
}

// rightAbove recognises attributions by their place right above marked lines, where they end in
// another way: "Quoting Sam Ortega (2026-12-01 16:00)", "In article <1@example.org>, Sam says...".
func (r *reader) rightAbove(s string, next int) bool {
	if next >= len(r.lines) || r.lines[next].depth <= 0 || r.lines[next-1].depth > 0 || wordCount(s) > 14 || strings.ContainsAny(s, "?!") {
		return false
	}
	verb := words.wrote.find(s)
	if verb < 0 || verb < len(strings.TrimRight(s, " .…")) && verb != words.wrote.find(firstWord(s)) {
		return false
	}
	f := factsOf(s)
	return f.address || f.date && f.time
}

// mayEnd is a quick look at how a line ends: as attributions do, or with the last word of a verb.
func (l *line) mayEnd() bool {
	if l.ends == unseen {
		l.ends = endsOther
		t := strings.TrimRight(l.lower(), " -–—=:：*_>")
		c, _ := utf8.DecodeLastRuneInString(t)
		last := t[strings.LastIndexFunc(t, breaksVerb)+1:]
		if mayEnd(l.lower()) || len(words.wrote.byLast[last]) > 0 || len(words.wrote.joined[c]) > 0 {
			l.ends = endsSo
		}
	}
	return l.ends == endsSo
}

// mayEnd is a quick look at how s ends: with a colon, an address or a verb.
func mayEnd(s string) bool {
	t := strings.TrimRight(s, " -–—=")
	if t == "" {
		return false
	}
	if c := t[len(t)-1]; c == ':' || c == '>' || c == ',' || strings.HasSuffix(t, "：") {
		return true
	}
	tail := t[max(0, len(t)-48):]
	end := words.wrote.find(tail)
	return end >= len(tail)-1
}

// groupWise recognises ">>> Sam Ortega <sam@example.org> 1/12/2026 4:00 PM >>>" above a quote
// without marks.
func groupWise(l *line) bool {
	if l.depth != 3 || len(l.text) > 200 || !strings.HasSuffix(l.text, ">>>") {
		return false
	}
	f := factsOf(l.lower())
	return f.date && (f.time || f.address)
}

// quoteBehind reports whether line i is an attribution with the quote behind it: "On Tue, 1 Dec 2026
// at 16:00, Sam Ortega <sam@example.org> wrote: What should we talk about?"
func (r *reader) quoteBehind(i int) bool {
	low := r.lines[i].lower()
	at := strings.IndexByte(low, '@')
	if at < 0 || at > 200 {
		return false
	}
	colon := strings.IndexAny(low[at:], ":")
	if colon < 0 || colon > 80 {
		return false
	}
	head := low[:at+colon+1]
	if strings.Trim(low[len(head):], " *") == "" {
		return false
	}
	if f := factsOf(head); !f.date || !f.time || !closesColon(head) {
		return false
	}
	if startOf(head) == dated && words.wrote.find(head) > at {
		return true
	}
	return bracketed(head)
}

// nameBefore reports whether little stands before the address: a name, not a sentence.
func nameBefore(s string) bool {
	at := strings.IndexByte(s, '@')
	return at > 0 && wordCount(s[:at]) <= 9 || strings.Contains(s, "mailto:") && at < 120
}

// bracketed reports whether s begins with a date, its year included, and ends with an address in angle
// brackets and at most a verb: an attribution in any language.
func bracketed(s string) bool {
	open, end := strings.LastIndexByte(s, '<'), strings.LastIndexByte(s, '>')
	if open <= 0 || end < open || !strings.Contains(s[open:end], "@") || wordCount(s[:open]) > 14 || wordCount(s[end:]) > 4 {
		return false
	}
	return strings.ContainsAny(firstWords(s, 3), "0123456789") && !strings.ContainsAny(s, "?!") && hasYear(s[:open])
}

// hasYear reports whether s holds a year of four digits or a date as in "1.12.26".
func hasYear(s string) bool {
	for _, w := range strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r == ',' || r == '(' }) {
		if w = strings.TrimRight(w, ".)"); len(w) == 4 && (strings.HasPrefix(w, "20") || strings.HasPrefix(w, "19")) {
			return true
		}
		if w != "" && digit(w[len(w)-1]) && (strings.Count(w, ".") == 2 || strings.Count(w, "/") == 2 || strings.Count(w, "-") == 2) {
			return true
		}
	}
	return false
}

// endsAttribution reports whether nothing but a date or a colon follows the verb, or the whole ends
// with a colon.
func endsAttribution(s string, verb int) bool {
	t := strings.TrimRight(s, " -–—=")
	if closesColon(t) {
		return true
	}
	return verb >= 0 && verb >= len(t)-1
}

func closesColon(s string) bool { return strings.HasSuffix(s, ":") || strings.HasSuffix(s, "：") }

// closes reports whether s ends as attributions without a verb do.
func closes(s string) bool {
	return closesColon(s) || strings.HasSuffix(s, ">") || strings.HasSuffix(s, ">,")
}

// marked reports whether the next line that is not blank, from i on, is quoted by marks.
func (r *reader) marked(i int) bool {
	for ; i < len(r.lines); i++ {
		if !r.lines[i].blank() {
			return r.lines[i].depth > 0
		}
	}
	return false
}

// facts are the things an attribution is made of.
type facts struct{ time, date, address bool }

// factsOf finds a time of day, a date and a mail address in s.
func factsOf(s string) facts {
	var f facts
	number := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c == '@' && i > 0 && i+1 < len(s) && s[i-1] > ' ' && s[i+1] > ' ' {
			f.address = true
		}
		if c < '0' || c > '9' {
			i++
			continue
		}
		j := i
		for j < len(s) && s[j] >= '0' && s[j] <= '9' {
			j++
		}
		number++
		digits, after := j-i, ""
		if j < len(s) {
			after = s[j:]
		}
		switch {
		case digits <= 2 && len(after) > 2 && (after[0] == ':' || after[0] == '.') && digit(after[1]) && digit(after[2]) && (len(after) == 3 || !digit(after[3])):
			if after[0] == ':' {
				f.time = true
			} else if len(after) > 3 && after[3] == '.' || number > 2 {
				f.date, f.time = true, f.time || number > 2
			}
		case digits == 4 && (strings.HasPrefix(s[i:], "19") || strings.HasPrefix(s[i:], "20")):
			f.date = true
		case len(after) > 0 && (after[0] == '/' || after[0] == '-') && len(after) > 1 && digit(after[1]):
			f.date = true
		case digits <= 2 && len(after) > 3 && after[:2] == ". " && digit(after[2]) && (after[3] == '.' || digit(after[3]) && len(after) > 4 && after[4] == '.'):
			f.date = true // "1. 12. 2026"
		case strings.HasPrefix(after, "年") || strings.HasPrefix(after, "月") || strings.HasPrefix(after, "년"):
			f.date = true
		}
		i = j
	}
	if !f.date && number > 0 {
		f.date = namesDay(s)
	}
	if !f.time && f.date {
		f.time = strings.Contains(s, "時") || strings.Contains(s, "时") || strings.Contains(s, "시 ") || hourWord(s)
	}
	return f
}

// hourWord finds times such as "3 pm" and "klo 12.06".
func hourWord(s string) bool {
	for _, w := range []string{" am", " pm", "h ", " uhr", "klo ", "kl. ", "godz", " o "} {
		if i := strings.Index(s, w); i > 0 {
			return true
		}
	}
	return false
}

// namesDay reports whether s holds the name of a day or month.
func namesDay(s string) bool {
	for s != "" {
		i := strings.IndexFunc(s, unicode.IsLetter)
		if i < 0 {
			return false
		}
		s = s[i:]
		end := strings.IndexFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && r != '-' })
		if end < 0 {
			end = len(s)
		}
		if words.calendar[s[:end]] {
			return true
		}
		s = s[end:]
	}
	return false
}

func digit(c byte) bool { return '0' <= c && c <= '9' }

// wordCount counts the words of a line, of a very long one only the first.
func wordCount(s string) int {
	s = s[:min(len(s), maxFold)]
	n, in := 0, false
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		i += size
		if space := unicode.IsSpace(r); !space && !in {
			n, in = n+1, true
		} else if space {
			in = false
		}
	}
	return n
}

// sharedLine returns where in a line an attribution or a separator begins behind the new text, as in
// "yes On Tue, 1 Dec 2026 at 16:00, sam@example.org wrote:", 0 when there is none.
func sharedLine(s string) int {
	if i := strings.Index(s, "-----"); i > 0 && separatorOf(&line{text: s[i:]}) != noSeparator && strings.Trim(s[:i], " -") != "" {
		return i
	}
	if len(s) > attributionSize || !strings.HasSuffix(s, ":") || strings.IndexByte(s, '@') < 0 {
		return 0
	}
	if startOf(fold(s)) == dated {
		return 0
	}
	for i := 1; i < len(s)-1; i++ {
		if s[i-1] != ' ' || s[i] < 'A' || s[i] > 'Z' {
			continue
		}
		low := fold(s[i:])
		if n := words.lead.starts(low); n == 0 || startOf(low) != dated || wordCount(low) > 16 {
			continue
		}
		if f := factsOf(low); f.date && f.time && f.address && words.wrote.find(low) > 0 {
			return i
		}
	}
	return 0
}
