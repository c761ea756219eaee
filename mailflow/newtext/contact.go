package newtext

import (
	"slices"
	"strings"
)

// hard reports whether a line is made of what signatures are made of: a telephone number, an
// address on the net, columns, a picture.
func hard(l *line) bool {
	s := l.lower()
	if len(s) > 160 || s == "" {
		return false
	}
	if strings.HasPrefix(s, "[image:") || strings.HasPrefix(s, "[cid:") || strings.HasPrefix(s, "<logo") {
		return true
	}
	if wordCount(s) <= 24 && !listItem(l.text) && !itemID(l.text) && columns(s) {
		return true
	}
	return reachable(l)
}

// reachable reports whether a line says where somebody is reached.
func reachable(l *line) bool {
	s := l.lower()
	if wordCount(s) > 12 || listItem(l.text) || strings.HasSuffix(s, "?") {
		return false
	}
	if contactLabel(s) || phone(s) || domain(s) {
		return true
	}
	if wordCount(s) > 8 {
		return false
	}
	return strings.Contains(s, "@") && !strings.HasPrefix(s, "@") && strings.Contains(s[strings.Index(s, "@"):], ".") ||
		strings.Contains(s, "www.") || strings.Contains(s, "http://") || strings.Contains(s, "https://")
}

// domain recognises a line that is nothing but "acme.example.org".
func domain(s string) bool {
	dot := strings.LastIndexByte(s, '.')
	if dot < 3 || len(s)-dot < 3 || len(s)-dot > 9 || strings.ContainsAny(s, " /@,_()") {
		return false
	}
	for _, r := range s[dot+1:] {
		if r < 'a' || r > 'z' {
			return false
		}
	}
	return strings.Count(s, ".") > 1 || topDomains[s[dot+1:]]
}

// columns recognises "Priya Nair | Engineer | Acme".
func columns(s string) bool {
	if strings.HasPrefix(s, "|") {
		return false // a table
	}
	if strings.Count(s, ", ") >= 3 && wordCount(s) <= 16 && (phone(s) || strings.Contains(s, "@")) {
		return true
	}
	for _, sep := range []string{" | ", " · ", " • ", " ▪ ", "* | *"} {
		if n := strings.Count(s, sep); n >= 1 && n <= 6 {
			for _, c := range strings.Split(s, sep) {
				if wordCount(c) > 5 {
					return false
				}
			}
			return true
		}
	}
	return false
}

// contactLabel recognises "Tel: ...", "M +49 ...".
func contactLabel(s string) bool {
	i := strings.IndexAny(s, ":. ")
	if i <= 0 {
		return words.contact[s]
	}
	rest := strings.TrimLeft(s[i:], ":. ")
	if i == 1 && s[i] == ':' && (domain(rest) || phone(rest) || strings.Contains(rest, "@")) {
		return true // "w: acme.example"
	}
	if !words.contact[s[:i]] {
		return false
	}
	return strings.ContainsAny(s[i:], ":") && wordCount(rest) <= 8 || phone(rest)
}

// phone recognises a telephone number.
func phone(s string) bool {
	digits, plus := 0, false
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case digit(c):
			digits++
		case c == '+' && digits == 0:
			plus = true
		case strings.IndexByte(" ()-./", c) >= 0:
		default:
			if digits >= 9 || digits >= 7 && plus {
				return true
			}
			digits, plus = 0, false
		}
	}
	return digits >= 9 || digits >= 7 && plus
}

// soft reports whether a line can stand in a signature without being proof of one.
func soft(l *line) bool {
	s := l.lower()
	n := wordCount(s)
	if listItem(l.text) || itemID(l.text) || strings.HasSuffix(s, "?") || strings.HasSuffix(s, ":") || labelled(l.text) {
		return false
	}
	if n <= 4 {
		return !strings.HasSuffix(s, "!")
	}
	if n > 9 {
		return false
	}
	return namesRole(s) || strings.Contains(s, ",") && strings.ContainsAny(s, "0123456789")
}

// namesRole reports whether a line names a position or a kind of company.
func namesRole(s string) bool {
	for _, w := range strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r == ',' || r == '|' || r == '/' }) {
		if words.role[strings.Trim(w, ".-")] {
			return true
		}
	}
	for _, w := range words.roleEnds {
		if strings.HasSuffix(s, w) || strings.HasPrefix(s, w) {
			return true
		}
	}
	return false
}

// card reports whether the paragraph that starts at line i is a card of contact data and the text
// ends with it: with nothing but more of the kind below, or enough of it to be sure.
func (r *reader) card(i, end int, before bool) bool {
	if i > 0 && !r.lines[i-1].blank() && r.lines[i-1].class == "" && !r.lines[i-1].rule {
		return false
	}
	if before && r.leadsIn(i) {
		return false
	}
	first, stop := i, r.paragraphEnd(i, end)
	if stop-first == 1 && r.nameAbove(first, stop, end) {
		first = r.nextText(stop, end)
		stop = r.paragraphEnd(first, end)
	}
	for stop > first+1 && mobile(&r.lines[stop-1]) {
		stop--
	}
	lines, hards, roles := stop-first, 0, 0
	if lines > 14 || !nameLike(r.lines[first].text, 5) && !hard(&r.lines[first]) && !soft(&r.lines[first]) {
		return false
	}
	for n := first; n < stop; n++ {
		if hard(&r.lines[n]) {
			hards++
		} else if !soft(&r.lines[n]) {
			return false
		}
		if n > first && namesRole(r.lines[n].lower()) {
			roles++
		}
	}
	if r.ofOther(first, stop) {
		return false
	}
	if hards == 0 && roles > 0 && lines <= 5 && nameLike(r.lines[first].text, 4) && !namesRole(r.lines[first].lower()) && before {
		return r.onlyCards(stop, end) // "Anna Example", "Engineer"
	}
	if hards == 0 || hards == 1 && lines == 1 && !columns(r.lines[first].lower()) || digit((r.lines[first].text + " ")[0]) {
		return false
	}
	sure := hards >= 3 || hards == lines && hards >= 2
	return sure && (before || r.onlyCards(stop, end)) || before && r.onlyCards(stop, end)
}

// ofOther reports whether a paragraph without contact data leaves out the sender's name, where it is
// known: somebody else whom the text is about, or a table.
func (r *reader) ofOther(i, end int) bool {
	for ; i < end; i++ {
		l := &r.lines[i]
		for w := range strings.FieldsSeq(l.lower()) {
			if slices.Contains(r.names, strings.Trim(w, ".,|*_")) {
				return false
			}
		}
		if reachable(l) || strings.HasPrefix(l.text, "[") || strings.HasPrefix(l.text, "<") {
			return false
		}
	}
	return len(r.names) > 0
}

// leadsIn reports whether the text above line i announces what follows.
func (r *reader) leadsIn(i int) bool {
	t := r.textAbove(i)
	return t == "" || strings.HasSuffix(t, ":") && !strings.HasPrefix(t, ":") || open(t) // not ":+1:"
}

// open reports whether a line speaks of contact data and does not end as sentences do: "my new phone
// number is".
func open(s string) bool {
	if wordCount(s) < 3 || strings.ContainsAny(s[len(s)-1:], ".!?,") || len(s) > 200 {
		return false
	}
	f := strings.Fields(fold(s))
	for i, w := range f {
		if words.contact[w] && i < len(f)-1 { // not "this is my mail"
			return true
		}
	}
	return false
}

func (r *reader) nextText(i, end int) int {
	for i < end && (r.lines[i].blank() || r.lines[i].rule) {
		i++
	}
	return i
}

// nameAbove reports whether line i is a name that the paragraph below repeats: "Eva", and then
// "Eva Example, Example Ltd".
func (r *reader) nameAbove(i, stop, end int) bool {
	next := r.nextText(stop, end)
	low := r.lines[i].lower()
	return next < end && nameLike(r.lines[i].text, 2) && strings.Contains(r.lines[next].lower(), strings.Trim(low, " ,.")) && !r.lines[i].rule
}

// onlyCards reports whether the lines from i on hold nothing that looks like text.
func (r *reader) onlyCards(i, end int) bool {
	for i = r.nextText(i, end); i < end; i = r.nextText(i, end) {
		stop := r.paragraphEnd(i, end)
		if stop == i {
			return false
		}
		if !r.legal(i, stop) {
			for n := i; n < stop; n++ {
				if l := &r.lines[n]; !hard(l) && !soft(l) && !mobile(l) {
					return false
				}
			}
		}
		i = stop
	}
	return true
}

// trimEnd cuts disclaimers, cards and drawn lines that end the text without a closing above them.
func (r *reader) trimEnd(start, end int, said bool) {
	for {
		for end > start && (r.lines[end-1].blank() || r.lines[end-1].class != "") {
			end--
		}
		if end == start {
			return
		}
		i := end - 1
		if r.lines[i].rule {
			r.lines[i].class = Signature
			end = i
			continue
		}
		for i > start && !r.lines[i-1].blank() && r.lines[i-1].class == "" && !r.lines[i-1].rule {
			i--
		}
		before := said || r.hasText(start, i)
		switch {
		case before && r.legal(i, end):
			r.cut(i, end, Disclaimer)
		case mobile(&r.lines[end-1]):
			r.cut(end-1, end, Mobile)
		default:
			return
		}
	}
}

// topDomains tell "acme.org" from the name of a file.
var topDomains = map[string]bool{
	"com": true, "org": true, "net": true, "edu": true, "gov": true, "info": true, "biz": true, "eu": true, "de": true, "at": true, "ch": true,
	"fr": true, "es": true, "it": true, "nl": true, "be": true, "uk": true, "ie": true, "se": true, "no": true, "dk": true, "fi": true, "pl": true,
	"cz": true, "pt": true, "br": true, "ca": true, "au": true, "us": true, "jp": true, "cn": true, "in": true, "ru": true, "ua": true, "app": true,
	"dev": true, "io": true, "co": true, "example": true,
}
