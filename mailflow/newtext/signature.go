package newtext

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// trimSegments cuts signatures and the like from the end of each stretch of new text that ends the
// mail or stands above a whole quote. Answers between quoted lines are left alone: there a short
// line is an answer.
func (r *reader) trimSegments() {
	type segment struct {
		start, end int
		said       bool
	}
	var segments []segment
	said := false
	for i := 0; i < len(r.lines); {
		if r.lines[i].class != "" || r.lines[i].blank() {
			i++
			continue
		}
		end := i
		for end < len(r.lines) && (r.lines[end].class == "" || r.lines[end].blank()) {
			end++
		}
		segments = append(segments, segment{i, end, said})
		said = said || r.hasText(i, end)
		i = end
	}
	below := false                                // whether new text stands below
	for _, s := range slices.Backward(segments) { // the footer of a list below a quote goes first
		if !below || r.ends(s.end) {
			r.trim(s.start, s.end, s.said)
		}
		below = below || r.hasText(s.start, s.end)
	}
}

// ends reports whether line i, where new text stops, begins something whole although there is new text
// below: an attribution, a header block, but no marked lines.
func (r *reader) ends(i int) bool {
	for i < len(r.lines) && (r.lines[i].rule || r.lines[i].blank()) {
		i++
	}
	return i == len(r.lines) || r.lines[i].class != Quote || r.lines[i].rest
}

func (r *reader) hasText(i, end int) bool {
	for ; i < end; i++ {
		if l := &r.lines[i]; l.class == "" && !l.blank() && !l.rule {
			return true
		}
	}
	return false
}

// closingLines bounds how far above the end of a letter its closing is looked for.
const closingLines = 250

// trim cuts what closes the new text in the lines from start to end. said tells whether there is
// new text above.
func (r *reader) trim(start, end int, said bool) {
	from := max(start, end-closingLines)
	said = said || r.hasText(start, from)
	for i := from; i < end; i++ {
		l := &r.lines[i]
		if l.blank() || l.class != "" {
			continue
		}
		before := said || r.hasText(from, i)
		if reason := r.closes(i, end, before); reason != "" {
			r.cutClosing(i, end, reason, before)
			break
		}
	}
	r.trimEnd(start, end, said)
}

// closes names the reason for which the new text may end at line i, "" when it goes on.
func (r *reader) closes(i, end int, before bool) string {
	l := &r.lines[i]
	switch {
	case l.box == signing || l.box == signed && before && !r.insideSigned(i):
		return Signature
	case r.delimiter(i, end, before):
		return Signature
	case mobile(l):
		return Mobile
	case r.signOff(i, end, before) && !r.shownLetter(i, end):
		return SignOff
	case !before && r.onlySigned(i, end):
		return Signature
	case r.card(i, end, before):
		return Signature
	}
	return ""
}

// insideSigned reports whether the text above line i stands in the same container, and was kept.
func (r *reader) insideSigned(i int) bool {
	for i--; i > 0 && r.lines[i].blank(); i-- {
	}
	return r.lines[i].box == signed
}

// cutClosing cuts from line i on, apart from what a person added below.
func (r *reader) cutClosing(i, end int, reason string, before bool) {
	if reason == Mobile {
		stop := i + 1
		if before && r.sent == nil || r.allMobile(i, end) {
			for stop < end && !r.meant(stop, end) && !r.asksSecrecy(stop, end) {
				stop++
			}
		}
		r.cut(i, stop, Mobile)
		if stop < end && r.hasText(stop, end) {
			r.trim(stop, end, before)
		}
		return
	}
	contact := reason == Signature
	if contact {
		r.cutLeave(i)
	}
	for ; i < end; i++ {
		l := &r.lines[i]
		if l.blank() {
			continue
		}
		stop := r.paragraphEnd(i, end)
		if reason == SignOff && (postscript(l) || !contact && i > 0 && r.lines[i-1].blank() && r.prose(i, stop) && !r.motto(i, stop) && !r.aboveCard(i, stop, end)) {
			i = stop
			continue
		}
		for ; i < stop; i++ {
			if r.meant(i, stop) || reason == SignOff && r.asksSecrecy(i, stop) {
				i = stop
				break
			}
			contact = contact || hard(&r.lines[i])
			r.cut(i, i+1, reason)
		}
	}
}

// aboveCard reports whether a paragraph of up to five lines, none of them a sentence, stands above
// contact data: the first part of the signature.
func (r *reader) aboveCard(i, stop, end int) bool {
	if stop-i > 5 || !capital(r.lines[i].text) {
		return false
	}
	for ; i < stop; i++ {
		l := &r.lines[i]
		if listItem(l.text) || itemID(l.text) || labelled(l.text) || strings.HasSuffix(l.text, ":") || endsSentence(l.text) || wordCount(l.text) > 9 {
			return false
		}
	}
	next := r.nextText(stop, end)
	return next < end && hard(&r.lines[next]) && r.onlyCards(next, r.paragraphEnd(next, end))
}

// capital reports whether s begins with a capital.
func capital(s string) bool {
	c, _ := utf8.DecodeRuneInString(s)
	return unicode.IsUpper(c)
}

// cutLeave cuts a closing that stands alone above a signature in line i.
func (r *reader) cutLeave(i int) {
	for i--; i > 0 && (r.lines[i].blank() || r.lines[i].rule); i-- {
	}
	if i > 1 && r.lines[i].class == "" && r.lines[i-1].blank() && closingOf(&r.lines[i]) != noClosing && wordCount(r.lines[i].text) <= 5 && r.hasText(max(0, i-closingLines), i) {
		r.cut(i, i+1, SignOff)
	}
}

func (r *reader) allMobile(i, end int) bool {
	for ; i < end; i++ {
		if !r.lines[i].blank() && !mobile(&r.lines[i]) {
			return false
		}
	}
	return true
}

// paragraphEnd returns the first blank or cut line from i on.
func (r *reader) paragraphEnd(i, end int) int {
	for i < end && !r.lines[i].blank() && r.lines[i].class == "" {
		i++
	}
	return i
}

// postscript recognises "PS: one more thing".
func postscript(l *line) bool {
	low := strings.ReplaceAll(l.lower(), ".", "")
	return strings.HasPrefix(low, "ps ") || strings.HasPrefix(low, "ps:") || strings.HasPrefix(low, "pps")
}

// prose reports whether a paragraph reads like sentences and not like a signature or disclaimer.
func (r *reader) prose(i, end int) bool {
	if r.namedAbove(i, end) {
		return false
	}
	long := false
	for k := i; k < end; k++ {
		l := &r.lines[k]
		if listItem(l.text) && !nameLike(strings.TrimPrefix(l.text, "- "), 3) || strings.HasSuffix(l.text, "?") || itemID(l.text) {
			return !r.legal(i, end)
		}
		if hard(l) || l.rule {
			return false
		}
		n := wordCount(l.text)
		long = long || n >= 8 || n >= 5 && strings.ContainsAny(l.text[len(l.text)-1:], ".!")
	}
	return (long || r.spoken(i, end)) && !r.legal(i, end)
}

// namedAbove reports whether a paragraph begins with a name alone and no line of it is a sentence, as
// in signatures with a long address.
func (r *reader) namedAbove(i, end int) bool {
	if end-i < 2 || !nameLike(r.lines[i].text, 4) {
		return false
	}
	for k := i; k < end; k++ {
		l := &r.lines[k]
		if listItem(l.text) || itemID(l.text) || strings.HasSuffix(l.text, ":") || wordCount(l.text) > 4 && endsSentence(l.text) || wordCount(l.text) > 14 {
			return false
		}
		if c, _ := utf8.DecodeRuneInString(l.text); unicode.IsLower(c) && wordCount(l.text) > 4 {
			return false
		}
	}
	return true
}

// endsSentence reports whether a line ends as sentences do, not with an abbreviation such as "Ltd."
func endsSentence(s string) bool {
	s = strings.TrimRight(s, " )\"'”")
	if strings.HasSuffix(s, "!") || strings.HasSuffix(s, "?") {
		return true
	}
	s, ok := strings.CutSuffix(s, ".")
	last := s[strings.LastIndexAny(s, " .")+1:]
	c, _ := utf8.DecodeRuneInString(last)
	return ok && (len(last) > 4 || unicode.IsLower(c))
}

// spoken reports whether a short paragraph below a blank line is said rather than signed: it ends
// like a sentence or begins with a small letter. Names, positions and companies do neither.
func (r *reader) spoken(i, end int) bool {
	if i == 0 || end <= i || !r.lines[i-1].blank() {
		return false
	}
	first, last := &r.lines[i], strings.TrimRight(r.lines[end-1].text, " )\"'")
	if wordCount(first.text) < 2 && closingOf(&line{text: r.textAbove(i)}) != noClosing || namesRole(first.lower()) || mobile(first) || closingOf(first) != noClosing {
		return false
	}
	if nameLike(withoutShorts(first.text), 4) {
		return false // "i. A. Anna Example"
	}
	if c, _ := utf8.DecodeRuneInString(first.text); unicode.IsLower(c) && !labelled(first.text) {
		return true
	}
	if wordCount(first.text) < 2 {
		return false
	}
	return strings.HasSuffix(last, "!") || strings.HasSuffix(last, "?") || strings.HasSuffix(last, ".") && !nameLike(strings.TrimSuffix(last, "."), 5)
}

// withoutShorts takes abbreviations in small letters off the beginning of s: "i. A. Anna Example",
// "p.p. Anna Example".
func withoutShorts(s string) string {
	for {
		head, rest, ok := strings.Cut(s, ".")
		if !ok || len(head) == 0 || len(head) > 4 || strings.ContainsAny(head, " ,") || head != strings.ToLower(head) && len(head) > 1 {
			return s
		}
		s = strings.TrimLeft(rest, " ")
	}
}

// motto reports whether a paragraph is all in quotation marks, as people put below their name.
func (r *reader) motto(i, end int) bool {
	first, last := r.lines[i].text, r.lines[end-1].text
	if c, _ := utf8.DecodeRuneInString(first); !strings.ContainsRune("“„«\"", c) {
		return false
	}
	if c, _ := utf8.DecodeRuneInString(last); end-i > 1 && strings.ContainsRune("-–—~", c) {
		return true // and by whom it is
	}
	end = strings.LastIndexAny(last, "”“»\"")
	if end <= 0 {
		return false
	}
	by := strings.TrimSpace(strings.TrimLeft(last[end:], "”“»\""))
	return by == "" || wordCount(by) <= 5 && strings.ContainsAny(by[:1], "-~(") || strings.HasPrefix(by, "–") || strings.HasPrefix(by, "—")
}

// itemID recognises a line about an item of a log: "A8 done".
func itemID(s string) bool {
	s = strings.TrimLeft(s, " -*•")
	return len(s) >= 2 && s[0] >= 'A' && s[0] <= 'Z' && digit(s[1]) && wordCount(s) > 1
}

// delimiter recognises the line above a signature: "-- " (RFC 3676, 4.3), which many programs
// write without the space, and drawn lines with a signature below. A list below is never cut.
func (r *reader) delimiter(i, end int, before bool) bool {
	l := &r.lines[i]
	t := strings.TrimSpace(l.text)
	standard := t == "--" || t == "—" || t == "- -" || t == "__" || t == "–"
	if !standard && !l.rule {
		return false
	}
	lines, hards, size := 0, 0, 0
	for n := i + 1; n < end; n++ {
		b := &r.lines[n]
		if b.blank() || b.rule {
			continue
		}
		if listItem(b.text) || itemID(b.text) || r.meant(n, end) {
			return false
		}
		if lines++; lines > 30 {
			return false
		}
		size += wordCount(b.text)
		if hard(b) {
			hards++
		}
	}
	switch {
	case standard:
		return !(r.shows(i) || r.delimits(i+1, end)) || !r.anyProse(i+1, end)
	case lines == 0:
		return false
	case r.legal(i+1, end) || before && lines <= 8 && words.legal.count(r.joined(i+1, end, 2500), 2) == 2:
		return true
	case hards > 0:
		wide := strings.HasPrefix(t, "________________________________________") && lines <= 5 && size <= 30
		return before && (wide || r.onlyCards(i+1, end))
	}
	if r.leadsIn(i) || r.anyProse(i+1, end) {
		return false // a table
	}
	named := nameLike(r.lines[r.nextText(i+1, end)].text, 4) && len(t) >= 4
	return before && (strings.HasPrefix(t, "_") || named) && lines <= 5 && size <= 30
}

// shows reports whether the text speaks of the delimiter in line i: a colon announces it, or it closes
// lines that another one opened.
func (r *reader) shows(i int) bool {
	if strings.HasSuffix(r.textAbove(i), ":") {
		return true
	}
	for n := i - 1; n >= 0 && n > i-20; n-- {
		if l := &r.lines[n]; l.class == "" && l.text == "--" {
			return true
		}
	}
	return false
}

// delimits reports whether another delimiter stands between line i and the end, and nothing of what
// signatures and footers are made of: then both of them structure the text.
func (r *reader) delimits(i, end int) bool {
	another := false
	for ; i < end; i++ {
		l := &r.lines[i]
		if hard(l) || mobile(l) || words.legal.anyIn(l.lower()) || words.footer.anyIn(l.lower()) {
			return false
		}
		another = another || l.text == "--"
	}
	return another
}

// anyProse reports whether one of the paragraphs from line i on reads like sentences.
func (r *reader) anyProse(i, end int) bool {
	for i = r.nextText(i, end); i < end; i = r.nextText(i, end) {
		stop := max(r.paragraphEnd(i, end), i+1)
		if r.prose(i, stop) {
			return true
		}
		i = stop
	}
	return false
}

// mobile recognises what phones and mail programs add: "Sent from my iPhone".
func mobile(l *line) bool {
	if l.text == "" || len(l.text) > 200 {
		return false
	}
	low := l.lower()
	if strings.Contains(low, "outlook") && strings.Contains(low, "https://aka.ms/") && wordCount(low) <= 8 {
		return true // where Outlook's footers lead to, in any language
	}
	s := plainFooter(low)
	if len(s) > 120 || s == "" {
		return false
	}
	for _, n := range words.mobileBy[firstWord(s)] {
		if namesProduct(words.mobile[n], s) {
			return true
		}
	}
	for _, n := range words.mobileIn {
		if namesProduct(words.mobile[n], s) {
			return true
		}
	}
	return false
}

// namesProduct reports whether s fits the pattern with a known device or program for the *.
func namesProduct(p pattern, s string) bool {
	name, ok := p.match(s)
	if !ok {
		return false
	}
	if !p.star {
		return true
	}
	if wordCount(name) > 12 {
		return false
	}
	fields := strings.FieldsFunc(name, func(r rune) bool { return r == ' ' || r == ',' || r == '-' || r == '\'' || r == '.' })
	for i := range fields {
		for n := 1; n <= 3 && i+n <= len(fields); n++ {
			if words.product[strings.Join(fields[i:i+n], " ")] {
				return true
			}
		}
		for _, stem := range words.stems {
			if strings.HasPrefix(fields[i], stem) {
				return true
			}
		}
	}
	if words.product[name] {
		return true
	}
	if spaceless(name) || spaceless(p.before+p.after) {
		for p := range words.product {
			if len(p) > 3 && strings.Contains(name, p) {
				return true
			}
		}
	}
	return false
}

// plainFooter takes links, brackets and decoration off a footer.
func plainFooter(s string) string {
	for _, open := range []string{"<http", "(http", "[http", "http", "<mailto", "(mailto"} {
		if i := strings.Index(s, open); i >= 0 {
			end := strings.IndexAny(s[i:], " )>]")
			if end < 0 {
				end = len(s) - i
			} else if open[0] != 'h' {
				end++
			}
			s = s[:i] + " " + s[i+end:]
		}
	}
	s = strings.Map(func(r rune) rune {
		if strings.ContainsRune("<>()[]*_~|\"“”„®™", r) {
			return -1
		}
		return r
	}, s)
	return strings.Trim(strings.Join(strings.Fields(s), " "), " .!,-–—")
}

// A closing is how a line takes leave.
type closing int

const (
	noClosing closing = iota
	thanking          // "Thanks", which may also be all that is said
	farewell          // "Best regards"
)

// closingOf classifies a line that may close a letter, alone or with the name behind it.
func closingOf(l *line) closing {
	if len(l.text) > 100 || listItem(l.text) {
		return noClosing
	}
	s := strings.TrimFunc(l.lower(), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r)
	})
	if s == "" || strings.HasSuffix(strings.TrimSpace(l.text), "?") {
		return noClosing
	}
	if c := closingPhrase(s); c != noClosing {
		return c
	}
	for _, sep := range []string{",", " / ", "/", " | ", "!", " - ", " – ", "."} {
		head, tail, ok := strings.Cut(s, sep)
		if !ok {
			continue
		}
		if c := closingPhrase(strings.TrimSpace(head)); c != noClosing {
			tail = strings.TrimSpace(tail)
			if t := closingPhrase(tail); t != noClosing {
				return max(c, t)
			}
			if nameLike(l.text[len(l.text)-min(len(l.text), len(tail)+1):], 3) {
				return c
			}
		}
	}
	return closingWithName(s, l.text)
}

func closingPhrase(s string) closing {
	switch {
	case words.formal[s]:
		return farewell
	case words.thanks[s]:
		return thanking
	}
	if day := strings.LastIndexByte(s, ' '); day > 0 && words.calendar[s[day+1:]] && words.untilDay[s[:day]] {
		return thanking // "until Friday" may be an answer: it takes a name below
	}
	for _, start := range words.formalStart {
		if strings.HasPrefix(s, start) && wordCount(s) <= 8 && !strings.ContainsAny(s[len(start):], ",.!?:") {
			return farewell
		}
	}
	for _, start := range words.courtesy {
		if strings.HasPrefix(s, start) {
			return farewell
		}
	}
	return closingPair(s)
}

// closingPair recognises two phrases with "and" between them: "many thanks and best wishes".
func closingPair(s string) closing {
	f := strings.Fields(s)
	for n := 1; n < len(f)-1 && len(f) <= 10; n++ {
		if !particles[f[n]] && f[n] != "&" {
			continue
		}
		one, two := strings.Join(f[:n], " "), strings.Join(f[n+1:], " ")
		if (words.thanks[one] || words.formal[one]) && (words.thanks[two] || words.formal[two]) && (words.formal[one] || words.formal[two]) {
			return farewell
		}
	}
	return noClosing
}

// closingWithName recognises "Kind regards Anna Example".
func closingWithName(s, text string) closing {
	f, orig := strings.Fields(s), strings.Fields(text)
	if len(f) != len(orig) || len(f) > 8 {
		return noClosing
	}
	for n := len(f) - 1; n >= 1; n-- {
		if len(f)-n > 3 {
			break
		}
		if n == 1 && (len(f[0]) > 4 || strings.ContainsAny(f[0], "aeiou")) {
			break // "LG Anna", but not "Best Tom"
		}
		if words.formal[strings.TrimRight(strings.Join(f[:n], " "), ",")] && nameLike(strings.Join(orig[n:], " "), 3) && !words.calendar[f[n]] {
			return farewell
		}
	}
	return noClosing
}

// closedByName recognises "Regards Anna": one word of leave and a name, nothing else in the line.
func closedByName(l *line) bool {
	leave, name, ok := strings.Cut(strings.TrimSpace(l.text), " ")
	return ok && len(leave) > 4 && words.formal[fold(leave)] && nameLike(name, 2) && name == strings.TrimRight(name, ".!?:,")
}

// nameLike reports whether s can be a person's name: at most limit words, each beginning with a
// capital or a letter of a script without capitals.
func nameLike(s string, limit int) bool {
	if i := strings.LastIndex(s, " ("); i > 0 && strings.HasSuffix(s, ")") {
		s = s[:i] // "Anna Example (she/her)"
	}
	f := strings.Fields(strings.Trim(s, " ,.;:!-–—*_()/"))
	if len(f) == 0 || len(f) > limit || strings.HasSuffix(strings.TrimSpace(s), ".") && len(f[len(f)-1]) > 2 {
		return false
	}
	for i, w := range f {
		r := []rune(w)
		if !unicode.IsLetter(r[0]) && r[0] != '(' || unicode.IsLower(r[0]) && (i == 0 || !particles[w]) && !(len(r) <= 3 && r[len(r)-1] == '.') || strings.ContainsAny(w, "@:?<>=/") {
			return false
		}
		if len(r) > 3 && words.calendar[strings.ToLower(w)] || !unicode.IsUpper(r[0]) && !unicode.IsLower(r[0]) && r[0] != '(' && !shortName(r) {
			return false
		}
	}
	return true
}

// shortName reports whether a word of a script without capitals is short enough for a name.
func shortName(r []rune) bool {
	for _, c := range r {
		if !unicode.IsLetter(c) && !unicode.IsMark(c) {
			return false
		}
	}
	return len(r) <= 6
}

// particles are the words of names that are not written with a capital.
var particles = map[string]bool{
	"von": true, "van": true, "de": true, "der": true, "den": true, "da": true, "di": true, "la": true, "le": true, "ten": true,
	"ter": true, "del": true, "dos": true, "du": true, "zu": true, "y": true, "i": true, "e": true, "el": true, "al": true,
	"bin": true, "af": true, "av": true, "and": true, "und": true, "et": true, "och": true, "og": true, "en": true,
}

// signOff reports whether line i closes the letter: a closing phrase with nothing but a name, an
// address or the like below, or a name behind a stroke.
func (r *reader) signOff(i, end int, before bool) bool {
	l := &r.lines[i]
	c := closingOf(l)
	if c == noClosing && before && r.thanksSomebody(i, end) {
		return true
	}
	if c != noClosing && r.inQuotation(i) {
		return false
	}
	if c == noClosing {
		return r.stroke(i, end, before) || before && r.lines[i-1].blank() && closedByName(l) && r.onlyCards(i+1, end)
	}
	next := i + 1
	for next < end && (r.lines[next].blank() || r.lines[next].rule) {
		next++
	}
	if next >= end {
		return before && c == farewell // thanks may be all that is said, "See you" too
	}
	if !before && (c == thanking || r.lines[i+1].blank() && wordCount(l.text) < 2) {
		return false // a greeting: "Ciao", "Ahoj"
	}
	// "Thanks," and then the letter goes on.
	if c == thanking && r.lines[i+1].blank() && strings.ToUpper(r.lines[next].text) == strings.ToLower(r.lines[next].text) {
		return false // no capital tells a name there
	}
	first := &r.lines[next]
	if name, ok := strings.CutPrefix(first.text, "- "); ok && nameLike(name, 3) && !r.hasText(next+1, end) {
		return true
	}
	if listItem(first.text) || itemID(first.text) || labelled(first.text) {
		return false
	}
	if strings.HasSuffix(l.text, ",") && next == i+1 && !r.hasText(next+1, end) && capitalized(first.text) {
		return true // "April" is a name, too
	}
	if nameLike(first.text, 5) || hard(first) || r.lines[i+1].rule || closingOf(first) != noClosing || mobile(first) {
		return true
	}
	return before && c == farewell && wordsIn(first.text) <= 4 && (wordCount(first.text) < 2 || !endsSentence(first.text)) && !r.spoken(next, r.paragraphEnd(next, end)) && r.short(next, end)
}

// shownLetter reports whether the closing in line i belongs to a letter that the text announces with a
// colon and shows: the text goes on below.
func (r *reader) shownLetter(i, end int) bool {
	announced := false
	for n, seen := i-1, 0; n >= 0 && r.lines[n].class == "" && seen < 40; n, seen = n-1, seen+1 {
		l := &r.lines[n]
		announced = announced || strings.HasSuffix(l.text, ":") && (n+1 < len(r.lines) && r.lines[n+1].blank()) && wordCount(l.text) > 2
	}
	if !announced {
		return false
	}
	next := r.nextText(r.paragraphEnd(i, end), end)
	if next-i < 12 && next < end {
		stop := r.paragraphEnd(next, end)
		return stop > next && !postscript(&r.lines[next]) && r.prose(next, stop) && !r.motto(next, stop)
	}
	return false
}

// inQuotation reports whether line i stands in a quotation that its paragraph opens: a letter that
// the person shows.
func (r *reader) inQuotation(i int) bool {
	start := i
	for start > 0 && !r.lines[start-1].blank() && r.lines[start-1].class == "" && i-start < 40 {
		start--
	}
	open, closed, plain := 0, 0, 0
	for ; start < i; start++ {
		s := r.lines[start].text
		plain += strings.Count(s, `"`)
		open += strings.Count(s, "„") + strings.Count(s, "«")
		closed += strings.Count(s, "”") + strings.Count(s, "»")
		if n := strings.Count(s, "“"); strings.Contains(s, "„") {
			closed += n
		} else {
			open += n
		}
	}
	return plain%2 == 1 || open > closed
}

// thanksSomebody recognises "With thanks to all volunteers," as a paragraph's first line, with nothing
// but a name below.
func (r *reader) thanksSomebody(i, end int) bool {
	l := &r.lines[i]
	if i == 0 || i+1 >= end || !strings.HasSuffix(l.text, ",") || !r.lines[i-1].blank() || wordCount(l.text) > 6 || !letters(l.text) {
		return false
	}
	if !nameLike(r.lines[i+1].text, 3) || !r.onlyCards(i+2, end) {
		return false
	}
	f := strings.Fields(strings.Trim(l.lower(), " ,"))
	for n := len(f) - 1; n > 0; n-- {
		if s := strings.Join(f[:n], " "); len(s) > 4 && (words.thanks[s] || words.formal[s]) {
			return true
		}
	}
	return false
}

// capitalized reports whether s is one word that begins with a capital.
func capitalized(s string) bool {
	return capital(s) && wordCount(s) == 1 && letters(s)
}

// short reports whether what stands from i on could be names and roles: few words, no sentences.
func (r *reader) short(i, end int) bool {
	n, stop := 0, i
	for ; i < end; i++ {
		l := &r.lines[i]
		if l.blank() || l.rule {
			continue
		}
		if i >= stop {
			if stop = r.paragraphEnd(i, end); r.legal(i, stop) {
				return true
			}
		}
		if mobile(l) {
			return true
		}
		if listItem(l.text) || itemID(l.text) || strings.HasSuffix(l.text, "?") {
			return false
		}
		if w := wordCount(l.text); w > 7 && !hard(l) {
			return false
		}
		if n++; n > 12 {
			return false
		}
	}
	return true
}

// labelled recognises "topic: ..." and the like: a word of the person's own before a colon.
func labelled(s string) bool {
	head, tail, ok := strings.Cut(s, ":")
	return ok && strings.TrimSpace(tail) != "" && wordCount(head) <= 3 && !words.contact[fold(strings.Trim(head, " ."))] && !strings.HasPrefix(tail, "//")
}

// stroke recognises "/Anna" and, where the sender's name is known, "-Anna" and the bare name as the
// last line.
func (r *reader) stroke(i, end int, before bool) bool {
	l := &r.lines[i]
	if len(l.text) > 60 || i == 0 {
		return false
	}
	t := strings.TrimSpace(l.text)
	if name, ok := strings.CutPrefix(t, "--"); ok && nameLike(name, 3) && !r.leadsIn(i) && !strings.HasPrefix(r.textAbove(i), "--") {
		return r.onlyCards(i+1, end) // the delimiter and the name in one line
	}
	if r.hasText(i+1, end) {
		if before && r.lines[i-1].blank() && r.isSender(t) && r.signedBelow(t, i+1, end) {
			return true
		}
		// "-Anna" above a line drawn over the footer of a mailing list
		next := i + 1
		for next < end && r.lines[next].blank() {
			next++
		}
		name, ok := strings.CutPrefix(t, "-")
		return ok && nameLike(name, 3) && !strings.HasPrefix(name, " ") && r.lines[next].rule && r.delimiter(next, end, true)
	}
	if name, ok := strings.CutPrefix(t, "/"); ok {
		return nameLike(name, 3) && !strings.Contains(name, "/")
	}
	if r.dashedName(i, t) {
		return true
	}
	if !before || listItem(t) || !r.lines[i-1].blank() && nameLike(r.lines[i-1].text, 3) {
		return false
	}
	return r.isSender(strings.Trim(t, "-–—~ .,!*_"))
}

// onlySigned reports whether the sender's name and a card are all that the lines from i on hold:
// nothing was written.
func (r *reader) onlySigned(i, end int) bool {
	l := &r.lines[i]
	if wordCount(l.text) < 2 || !r.isSender(strings.Trim(l.text, " ,.*_")) || !r.hasText(i+1, end) || !r.onlyCards(i+1, end) {
		return false
	}
	for n := i + 1; n < end; n++ {
		if hard(&r.lines[n]) {
			return true
		}
	}
	return false
}

// signedBelow reports whether nothing but up to three lines of a signature follow the sender's name:
// one that names a position or a company, or, below a first name, words that are no list of names.
func (r *reader) signedBelow(name string, i, end int) bool {
	if r.leadsIn(i-1) || !r.onlyCards(i, end) {
		return false
	}
	lines, role, long := 0, false, wordCount(name) == 1
	for n := i; n < end; n++ {
		l := &r.lines[n]
		if l.blank() {
			continue
		}
		lines++
		role = role || hard(l) || namesRole(l.lower())
		long = long && wordCount(l.text) > 1 && capital(l.text)
	}
	return lines <= 3 && (role || long)
}

// wordsIn counts the words of s, without what stands between them: "Nell @ Spoke & Chain".
func wordsIn(s string) int {
	return len(strings.FieldsFunc(s, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsDigit(r) && r != '\''
	}))
}

// dashedName recognises "— Anna", "~Anna" and "-Anna" below a sentence. Below a question, a colon or
// another line of the kind it is an answer or an item.
func (r *reader) dashedName(i int, t string) bool {
	name := strings.TrimLeft(t, "—–~-")
	if name == t || strings.HasPrefix(t, "- ") || strings.HasPrefix(t, "--") || !nameLike(name, 3) {
		return false
	}
	above := strings.TrimSpace(r.textAbove(i))
	c, _ := utf8.DecodeRuneInString(above)
	return above != "" && !strings.ContainsRune("—–~-*•", c) && !listItem(above) && !nameLike(above, 3) && !strings.ContainsAny(above[len(above)-1:], ":?")
}

// textAbove returns the text of the line above line i that is not blank.
func (r *reader) textAbove(i int) string {
	for i--; i >= 0; i-- {
		if !r.lines[i].blank() {
			return r.lines[i].text
		}
	}
	return ""
}

// isSender reports whether s is made of words of the sender's name only.
func (r *reader) isSender(s string) bool {
	f := strings.Fields(strings.ToLower(s))
	if len(f) == 0 || len(f) > 4 {
		return false
	}
	if r.initialed(s) {
		return true
	}
	if len(r.names) == 1 && len(f) == 2 && f[0] == r.names[0] && nameLike(s, 2) {
		return true // only the first name is known
	}
	for _, w := range f {
		found := false
		for _, n := range r.names {
			found = found || n == strings.Trim(w, ".")
		}
		if !found {
			return false
		}
	}
	return true
}

// initialed reports whether s is the sender's initial or initials: "J.", "JB".
func (r *reader) initialed(s string) bool {
	var want, got []rune
	for _, n := range r.names {
		c, _ := utf8.DecodeRuneInString(n)
		want = append(want, unicode.ToUpper(c))
	}
	for _, c := range s {
		switch {
		case unicode.IsUpper(c):
			got = append(got, c)
		case c != '.' && c != ' ':
			return false
		}
	}
	return len(want) > 0 && (string(got) == string(want) || len(want) > 1 && string(got) == string(want[:1]))
}

// legal reports whether a paragraph is a disclaimer, a footer of a list or an advertisement.
func (r *reader) legal(i, end int) bool {
	low := r.joined(i, end, 2500)
	if len(low) < 60 {
		return len(low) > 10 && words.footer.anyIn(low)
	}
	n := words.legal.count(low, 3)
	return n == 3 || n == 2 && len(low) > 110 || words.footer.anyIn(low)
}
