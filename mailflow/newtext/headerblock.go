package newtext

import "strings"

// A header block is what Outlook, Yahoo and others put above a mail they quote or forward: some of
// its header fields, one to a line, in the program's language.
type headerBlock struct {
	lines         int
	from, subject string
	to            bool   // whether recipients are named
	reader        string // the recipients, as they stand there
}

// maxBlock bounds the lines of a header block; long lists of recipients are wrapped.
const maxBlock = 40

// headerBlock reads the block that starts at line i; lines is 0 when none does.
func (r *reader) headerBlock(i int) headerBlock {
	kind, _ := field(&r.lines[i])
	switch kind {
	case "":
		if b := r.bareBlock(i); b.lines > 0 {
			return b
		}
		if b := r.foreignBlock(i); b.lines > 0 {
			return b
		}
		if b := r.columnBlock(i); b.lines > 0 {
			return b
		}
		return r.labelBlock(i)
	case "cc":
		return headerBlock{}
	}
	b, kinds, own := r.fields(i, kind)
	if f := factsOf(fold(kinds["from"])); !headed(kinds) && !(f.address && f.date && f.time) {
		return r.foreignBlock(i)
	}
	if r.lines[i].depth == 0 && weak(kinds) && !r.dashedAbove(i) && (own || !headedWell(kinds) || strings.HasSuffix(r.textAbove(i), ":")) {
		return headerBlock{}
	}
	b.from, b.subject = kinds["from"], strings.TrimSpace(kinds["subject"])
	reader, to := kinds["to"]
	b.to, b.reader = b.to || to, reader
	return b
}

// fields gathers the header fields from line i on, the first of which is of that kind. own tells of a label that no table has.
func (r *reader) fields(i int, kind string) (b headerBlock, kinds map[string]string, own bool) {
	kinds = map[string]string{}
	depth, dates := r.lines[i].depth, 0
	for n := 0; n < maxBlock && i+n < len(r.lines); n++ {
		l := &r.lines[i+n]
		if l.depth != depth || l.rule || l.blank() && !r.fieldFollows(i+n, depth) {
			break
		}
		if l.blank() {
			continue
		}
		k, v := field(l)
		if k == "" {
			if !r.continues(i+n, kind, depth) {
				break
			}
			kinds[kind] += " " + l.text
			own = own || labelled(l.text)
			b.to = b.to || hasAddress(l.text) && len(kinds) > 1 // a label that no table has
			b.lines = n + 1
			continue
		}
		if k == "date" {
			dates++ // "Sent" and "Date" may stand in one block
		}
		if _, twice := kinds[k]; twice && k != "cc" && (k != "date" || dates > 2) {
			break
		}
		kind = k
		if kinds[k] == "" {
			kinds[k] = v
		}
		b.lines = n + 1
	}
	return b, kinds, own
}

// headed decides whether fields of these kinds make a header block rather than a person's list.
func headed(kinds map[string]string) bool {
	_, from := kinds["from"]
	_, date := kinds["date"]
	_, to := kinds["to"]
	_, subject := kinds["subject"]
	n := len(kinds)
	switch {
	case from && subject:
		return n > 2 || hasAddress(kinds["from"])
	case from && date && (hasAddress(kinds["from"]) || hasAddress(kinds["to"]) || factsOf(fold(kinds["date"])).time):
		return true
	case from && date && to:
		return hasYear(fold(kinds["date"])) // else a journey
	case from && to:
		return hasAddress(kinds["from"]) || hasAddress(kinds["to"])
	case date && subject && to:
		return hasAddress(kinds["to"]) || factsOf(fold(kinds["date"])).time || hasYear(fold(kinds["date"]))
	case date && to:
		return hasAddress(kinds["to"]) && factsOf(fold(kinds["date"])).time
	}
	return false
}

// weak reports whether nothing but the labels speaks for a header block: no address, and a sender that
// is no full name. People plan journeys and meetings in such lines.
func weak(kinds map[string]string) bool {
	for _, k := range []string{"from", "to", "cc"} {
		if hasAddress(kinds[k]) {
			return false
		}
	}
	from, _, _ := strings.Cut(kinds["from"], "(")
	from = strings.Trim(from, " \"'*_")
	return !nameLike(from, 6) || wordCount(from) < 2 && !strings.HasPrefix(kinds["from"], "\"")
}

// headedWell reports whether all that a header block has are there, the date with its time.
func headedWell(kinds map[string]string) bool {
	return kinds["from"] != "" && kinds["to"] != "" && kinds["subject"] != "" && factsOf(fold(kinds["date"])).time
}

func hasAddress(s string) bool { return strings.Contains(s, "@") || strings.Contains(s, "<") }

// fieldFollows reports whether the blank line i stands between two fields, as in blocks that are
// double-spaced.
func (r *reader) fieldFollows(i, depth int) bool {
	for n := i + 1; n <= i+3 && n < len(r.lines) && r.lines[n].depth == depth; n++ {
		if !r.lines[n].blank() {
			k, _ := field(&r.lines[n])
			return k != ""
		}
	}
	return false
}

// continues reports whether line i, which is no field, belongs to the field above it: it carries
// addresses, or another field follows close below.
func (r *reader) continues(i int, kind string, depth int) bool {
	if low := r.lines[i].lower(); strings.HasPrefix(low, "<") || strings.HasPrefix(low, "mailto:") {
		return true
	}
	if (kind == "to" || kind == "cc" || kind == "from") && strings.ContainsAny(r.lines[i].text, "@;") {
		return true
	}
	for n := 1; n <= 3 && i+n < len(r.lines); n++ {
		l := &r.lines[i+n]
		if l.blank() || l.depth != depth {
			return false
		}
		if k, _ := field(l); k != "" {
			return len(r.lines[i].text) < 200
		}
	}
	return false
}

// field reads "Label: value" where the label is a known one; kind is "" otherwise.
func field(l *line) (kind, value string) {
	text := strings.TrimLeft(l.text, " \t*_|\u00a0")
	if text != l.text && strings.HasPrefix(l.text, "|") { // a table: | From | Anna |
		if head, tail, ok := strings.Cut(text, "|"); ok && words.label[fold(strings.Trim(head, " :"))] != "" {
			return words.label[fold(strings.Trim(head, " :"))], strings.Trim(tail, " |")
		}
	}
	i := strings.IndexByte(text, ':')
	w := strings.Index(text, "：")
	size := 1
	if w >= 0 && (i < 0 || w < i) {
		i, size = w, len("：")
	}
	if i <= 0 || i > 60 {
		return "", ""
	}
	label := fold(strings.Trim(text[:i], " *_\t\u00a0"))
	kind = words.label[label]
	if kind == "" {
		return "", ""
	}
	return kind, strings.TrimSpace(strings.Trim(text[i+size:], "*_ \t\u00a0"))
}

// foreignBlock reads a block in a language that has no table. Its values tell it: a name with its
// address, a date with its time, another address, and nothing but labels before them.
func (r *reader) foreignBlock(i int) headerBlock {
	if first := r.lines[i].text; strings.IndexByte(first, ':') < 0 && !strings.Contains(first, "：") || !r.addressIn(i, i+8) {
		return headerBlock{}
	}
	b := headerBlock{to: true}
	addresses, dates, begins := 0, 0, 0 // begins counts sender and date among the first two fields
	for n := i; n < len(r.lines) && r.lines[n].depth == r.lines[i].depth && b.lines < 8; n++ {
		label, value, ok := strings.Cut(strings.Replace(r.lines[n].text, "：", ":", 1), ":")
		if !ok && addresses > 0 && hasAddress(label) && len(label) < 200 {
			b.lines++ // more recipients
			continue
		}
		value = strings.Trim(value, " *\t")
		if label = strings.Trim(label, " *\t\u00a0"); !ok || value == "" || len(label) > 60 || wordCount(label) > 3 || !letters(label) {
			break
		}
		f := factsOf(r.lines[n].lower())
		switch {
		case strings.ContainsAny(value, "<[") && f.address:
			addresses++
			if b.from == "" {
				b.from = value
				begins += max(0, 2-b.lines)
			}
		case f.address && wordCount(value) == 1:
			addresses++
		case f.date && f.time && wordCount(value) <= 9:
			dates++
			begins += max(0, 2-b.lines)
		}
		if b.lines++; b.lines == 4 && (dates == 0 || b.from == "") {
			break
		}
	}
	if b.from == "" || dates == 0 || dates > 2 || b.lines < 3 {
		return headerBlock{}
	}
	dashed := r.dashedAbove(i)
	sure := addresses >= 2 && (dashed || b.lines > 3 && strings.Contains(r.lines[i].text, "@")) || begins == 3 && (dashed || addresses >= 2 && b.lines > 3)
	if !sure {
		return headerBlock{}
	}
	return b
}

// addressIn reports whether one of the lines from i to end holds a mail address.
func (r *reader) addressIn(i, end int) bool {
	for ; i < end && i < len(r.lines); i++ {
		if strings.IndexByte(r.lines[i].text, '@') > 0 {
			return true
		}
	}
	return false
}

// dashedAbove reports whether the text above line i is a drawn line or a phrase between dashes.
func (r *reader) dashedAbove(i int) bool {
	for end := max(0, i-4); i > end; i-- {
		if l := &r.lines[i-1]; !l.blank() {
			return l.rule || betweenDashes(l.lower())
		}
	}
	return false
}

// labelBlock reads the block of Lotus Notes: a sender, a date, then labels and values, mostly on
// lines of their own.
func (r *reader) labelBlock(i int) headerBlock {
	if name := r.lines[i].text; !hasAddress(name) && strings.Count(name, "/") < 2 || wordCount(name) > 8 {
		return headerBlock{} // an address, or a name as in "Sam Ortega/Berlin/Acme"
	}
	at := r.skipBlank(i + 1)
	if at >= len(r.lines) || at > i+3 {
		return headerBlock{}
	}
	if f := factsOf(r.lines[at].lower()); !f.date || !f.time || f.address || wordCount(r.lines[at].text) > 6 {
		return headerBlock{}
	}
	kinds := map[string]bool{}
	b := headerBlock{from: strings.TrimSpace(r.lines[i].text), to: true}
	for n := at + 1; n < at+20 && n < len(r.lines); n++ {
		k, value, _ := bareField(&r.lines[n])
		if only := words.label[r.lines[n].lower()]; only != "" {
			k, value = only, ""
		}
		if k == "" {
			continue
		}
		kinds[k] = true
		b.lines = n + 1 - i
		if k == "subject" && value == "" && n+1 < len(r.lines) {
			value = r.lines[n+1].text
			b.lines++
		}
		if k == "subject" {
			b.subject = value
			break
		}
	}
	if !kinds["to"] || !kinds["subject"] {
		return headerBlock{}
	}
	return b
}

// columnBlock reads the block of Lotus Notes as it prints it in columns, wrapped: the sender and the
// date left, the labels at the ends of lines, all of it far from the margin.
func (r *reader) columnBlock(i int) headerBlock {
	if !margin(r.lines[i].text) || i > 0 && !r.lines[i-1].blank() {
		return headerBlock{}
	}
	b, date, kinds := headerBlock{to: true}, false, map[string]bool{}
	for n := i; n < i+24 && n < len(r.lines) && (r.lines[n].blank() || margin(r.lines[n].text)); n++ {
		text := strings.TrimSpace(r.lines[n].text)
		if text == "" {
			continue
		}
		last := text
		if at := strings.LastIndex(text, "   "); at > 0 {
			last = text[at+3:]
		}
		if k := words.label[fold(strings.Trim(last, " :"))]; k != "" {
			kinds[k] = true
		}
		date = date || factsOf(fold(text)).date
		b.lines = n + 1 - i
	}
	if !date || !kinds["to"] || !kinds["subject"] {
		return headerBlock{}
	}
	return b
}

// margin reports whether a line stands in by eight columns or more.
func margin(s string) bool { return strings.HasPrefix(s, "        ") }

// headerInLine recognises a header block that a conversion put into one line, in lower case.
func headerInLine(low string) bool {
	if len(low) > maxFold || !strings.Contains(low, "@") {
		return false
	}
	head, rest, ok := strings.Cut(low, ":")
	if !ok || len(head) > 30 || words.label[strings.TrimSpace(head)] == "" {
		return false
	}
	kinds := map[string]bool{words.label[strings.TrimSpace(head)]: true}
	for {
		before, after, ok := strings.Cut(rest, ":")
		if !ok {
			break
		}
		f := strings.Fields(before)
		for n := 1; n <= 3 && n <= len(f); n++ {
			label := strings.Join(f[len(f)-n:], " ")
			if i := strings.LastIndexAny(label, ">)]"); i >= 0 {
				label = label[i+1:]
			}
			if k := words.label[label]; k != "" {
				kinds[k] = true
			}
		}
		rest = after
	}
	return kinds["from"] && kinds["subject"] && (kinds["to"] || kinds["date"])
}

// bareBlock reads a block whose labels have no colon, as some programs print it: "From  Sam Ortega".
// Because people begin lines with such words, too, it takes a sender, a second and a third field, and
// addresses, columns or emphasis, or a date with its time.
func (r *reader) bareBlock(i int) headerBlock {
	if i+1 == len(r.lines) || !words.labelled[firstWord(r.lines[i+1].lower())] {
		return headerBlock{} // a block goes on with a second label
	}
	kinds := map[string]string{}
	b, sure := headerBlock{}, 0
	for n := 0; n < maxBlock && i+n < len(r.lines); n++ {
		l := &r.lines[i+n]
		kind, value, set := bareField(l)
		if kind == "" || l.depth != r.lines[i].depth {
			break
		}
		if _, twice := kinds[kind]; twice && kind != "cc" {
			break
		}
		f := factsOf(fold(value))
		if set || kind == "date" && f.date && f.time {
			sure++
		}
		kinds[kind] = value
		b.lines = n + 1
	}
	_, from := kinds["from"]
	if !from || len(kinds) < 3 || sure < 2 {
		return headerBlock{}
	}
	b.from, b.subject = kinds["from"], kinds["subject"]
	_, b.to = kinds["to"]
	return b
}

// bareField reads "Label value"; set tells that the two are set apart, or that the value is an
// address.
func bareField(l *line) (kind, value string, set bool) {
	if len(l.text) > 300 || !words.labelled[firstWord(l.lower())] {
		return "", "", false
	}
	text := strings.TrimSpace(l.text)
	end := 0
	for n := 0; n < 3; n++ {
		i := strings.IndexAny(text[end:], " \t")
		if i < 0 {
			break
		}
		at := end + i
		if k := words.label[fold(strings.Trim(text[:at], "*_: "))]; k != "" {
			kind, value = k, text[at:]
		}
		end = at + 1
	}
	if kind == "" {
		return "", "", false
	}
	set = strings.HasPrefix(text, "*") || strings.HasPrefix(value, "\t") || strings.HasPrefix(value, "  ") || hasAddress(value)
	return kind, strings.Trim(value, "* \t"), set
}
