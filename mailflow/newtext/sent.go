package newtext

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// A sentIndex finds lines of a reply in the mails of ours. It compares letters and digits only, in
// lower case: programs change everything else. The texts of all mails make one stream, each ended
// by a zero byte.
type sentIndex struct {
	stream string
	lines  []sentLine
	grams  map[string][]int32 // the first gramSize bytes from the start of each word
}

type sentLine struct {
	at, end int // in the stream
	raw     string
}

// gramSize is the least length, in bytes of the stream, of a piece that is looked up by itself.
const gramSize = 12

// maxSent bounds how much of the mails of ours is indexed.
const maxSent = 256 << 10

// indexSent returns nil when nothing was sent.
func indexSent(sent []Sent) *sentIndex {
	x := &sentIndex{}
	var stream strings.Builder
	for _, s := range sent {
		text := s.Text
		if strings.TrimSpace(text) == "" {
			text = renderedText(s.HTML)
		}
		for _, raw := range strings.Split(text, "\n") {
			if stream.Len() > maxSent {
				break
			}
			at := stream.Len()
			stream.WriteString(squeeze(raw))
			if stream.Len() > at {
				x.lines = append(x.lines, sentLine{at, stream.Len(), strings.TrimSpace(raw)})
			}
		}
		stream.WriteByte(0)
	}
	if len(x.lines) == 0 {
		return nil
	}
	x.stream = stream.String()
	x.grams = map[string][]int32{}
	for _, l := range x.lines {
		at := l.at
		for _, w := range strings.FieldsFunc(l.raw, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
			if at+gramSize <= len(x.stream) {
				key := x.stream[at : at+gramSize]
				if len(x.grams[key]) < 8 {
					x.grams[key] = append(x.grams[key], int32(at))
				}
			}
			at += len(squeeze(w))
		}
	}
	return x
}

// renderedText is the plain text that an HTML shows.
func renderedText(html string) string {
	if html == "" {
		return ""
	}
	var b strings.Builder
	for _, l := range htmlLines(html) {
		b.WriteString(l.text)
		b.WriteByte('\n')
	}
	return b.String()
}

// squeeze keeps the letters and digits of s, in lower case.
func squeeze(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	for _, r := range s {
		switch {
		case r < utf8.RuneSelf:
			switch {
			case 'A' <= r && r <= 'Z':
				b.WriteByte(byte(r + 'a' - 'A'))
			case 'a' <= r && r <= 'z', '0' <= r && r <= '9':
				b.WriteByte(byte(r))
			}
		case letterOrDigit(r):
			b.WriteRune(toLower(r))
		}
	}
	return b.String()
}

// lineAt returns the sent line that holds a place of the stream.
func (x *sentIndex) lineAt(at int) string {
	if n := x.lineFrom(at); n < len(x.lines) {
		return x.lines[n].raw
	}
	return ""
}

// whole reports whether a piece of the stream is one or more whole lines.
func (x *sentIndex) whole(at, end int) bool {
	return x.lines[x.lineFrom(at)].at == at && x.lines[x.lineFrom(end-1)].end == end
}

// find looks s up: behind next first, then anywhere. It returns the place in the stream, end == 0
// when there is none.
func (x *sentIndex) find(s string, next int) (at, end int) {
	if next > 0 && strings.HasPrefix(x.stream[next:], s) {
		return next, next + len(s)
	}
	if len(s) < gramSize {
		return 0, 0
	}
	best := -1
	for _, p := range x.grams[s[:gramSize]] {
		if at := int(p); strings.HasPrefix(x.stream[at:], s) && (best < 0 || best < next && at >= next) {
			best = at
		}
	}
	if best < 0 {
		return 0, 0
	}
	return best, best + len(s)
}

// prefix finds sent lines, whole, at the start of s with something typed behind them. It returns the
// place of the longest.
func (x *sentIndex) prefix(s string) (at, end int) {
	if len(s) <= gramSize {
		return 0, 0
	}
	from := x.grams[s[:gramSize]]
	for _, p := range from {
		start := int(p)
		for n := x.lineFrom(start); n < len(x.lines) && x.lines[n].end-start < len(s); n++ {
			if e := x.lines[n].end; strings.HasPrefix(s, x.stream[start:e]) && e-start > end-at {
				at, end = start, e
			} else {
				break
			}
		}
	}
	return at, end
}

// lineFrom returns the index of the sent line that holds a place.
func (x *sentIndex) lineFrom(at int) int {
	lo, hi := 0, len(x.lines)
	for lo < hi {
		if mid := (lo + hi) / 2; x.lines[mid].end <= at {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo
}

// matchSent finds the lines that are ours, any piece of a sent text. What was typed behind a whole
// line of ours becomes a line by itself.
func (r *reader) matchSent() {
	if r.sent == nil {
		return
	}
	next := 0
	lines := make([]line, 0, len(r.lines))
	for _, l := range r.lines {
		s := ""
		if len(l.text) <= maxSent { // else it is the rest of a mail without end
			s = squeeze(l.text)
		}
		if s == "" {
			lines = append(lines, l)
			continue
		}
		if l.at, l.end = r.sent.find(s, next); l.end > 0 {
			next = l.end
			lines = append(lines, l)
			continue
		}
		if at, end := r.sent.prefix(s); end > 0 {
			if ours, typed, ok := l.split(end - at); ok {
				ours.at, ours.end = at, end
				next = end
				lines = append(lines, ours, typed)
				continue
			}
		}
		lines = append(lines, l)
	}
	r.lines = lines
	r.dropPieces()
	r.cutRuns()
}

// dropPieces forgets matches of lines without marks that are a piece of a line of ours, unless the
// rest of it stands beside them, wrapped: people use the same few words.
func (r *reader) dropPieces() {
	last := -1 // the line of ours above
	for i := range r.lines {
		l := &r.lines[i]
		if l.end == 0 {
			continue
		}
		above := last >= 0 && r.lines[last].end == l.at
		last = i
		if l.depth != 0 || above || r.sent.whole(l.at, l.end) {
			continue
		}
		next := i + 1
		for next < len(r.lines) && r.neutral(next) {
			next++
		}
		if next == len(r.lines) || r.lines[next].at != l.end || r.lines[next].end == 0 {
			l.at, l.end = 0, 0
		}
	}
}

// split cuts a line behind the first n bytes of its squeezed text.
func (l line) split(n int) (ours, typed line, ok bool) {
	at := 0
	for n > 0 && at < len(l.text) {
		_, size := utf8.DecodeRuneInString(l.text[at:])
		n -= len(squeeze(l.text[at : at+size]))
		at += size
	}
	rest := strings.TrimLeft(l.text[at:], " \t.,;:!?)]\"'–—-")
	if squeeze(rest) == "" {
		return l, l, false
	}
	ours = line{text: strings.TrimSpace(l.text[:at]), depth: l.depth, box: l.box}
	return ours, line{text: rest, depth: typedDepth}, true
}

// typedDepth marks a line that was typed behind a quoted one: new text, whatever stands around.
const typedDepth = -1

// cutRuns cuts our own lines that bear no marks and stand below nothing that tells a quote. Whole
// lines that follow each other as we sent them make a run; below a run single ones count, too.
func (r *reader) cutRuns() {
	quoted := false
	for i := 0; i < len(r.lines); {
		if !r.bare(i) {
			i++
			continue
		}
		end, lines, at := i, 0, r.lines[i].at
		for next := at; end < len(r.lines); end++ {
			l := &r.lines[end]
			if r.neutral(end) {
				continue
			}
			if !r.bare(end) || l.at != next {
				break
			}
			next = l.end
			lines++
		}
		last := end - 1
		for r.neutral(last) {
			last--
		}
		if size := r.lines[last].end - at; lines >= 2 && size >= 3*gramSize || quoted && size >= gramSize {
			r.cut(i, last+1, Quote)
			quoted = true
		}
		i = end
	}
}

// bare reports whether line i is a whole line of ours without marks.
func (r *reader) bare(i int) bool {
	l := &r.lines[i]
	return l.end > 0 && l.depth == 0 && r.sent.whole(l.at, l.end)
}

// neutral reports whether line i holds no letter or digit.
func (r *reader) neutral(i int) bool {
	return r.lines[i].end == 0 && r.lines[i].depth == 0 && squeeze(r.lines[i].text) == ""
}

// recover takes back what was typed inside or below our text where no mark tells it from the quote:
// answers in another colour, text under a quote that Outlook left unmarked.
func (r *reader) recover() {
	if r.sent == nil {
		return
	}
	for i := range r.lines {
		if r.lines[i].depth == typedDepth {
			r.lines[i].class = ""
		}
	}
	far := 0 // how much of our text stands above
	for i := 0; i < len(r.lines); {
		far = max(far, r.lines[i].end)
		if r.lines[i].end == 0 || r.lines[i].class == "" {
			i++
			continue
		}
		i = r.recoverAfter(i, far)
	}
}

// recoverAfter looks at the lines between our line i and the next line of ours, and returns where
// to go on.
func (r *reader) recoverAfter(i, far int) int {
	next := i + 1
	for next < len(r.lines) && r.lines[next].end == 0 {
		next++
	}
	between := 0
	for n := i + 1; n < next; n++ {
		if r.lines[n].class == Quote && r.lines[n].depth == r.lines[i].depth {
			between += len(squeeze(r.lines[n].text))
		}
	}
	if between == 0 || !r.typed(i, next, between, far) {
		return next
	}
	for n := i + 1; n < next; n++ {
		l := &r.lines[n]
		if l.class == Quote && l.depth == r.lines[i].depth && !l.rule && l.box != signing && l.box != signed {
			l.class = ""
		}
	}
	return next
}

// typed decides whether text between line i and line next is a person's: it is, if nothing or
// much less of our text is missing there. Below all of our text, far, a line of ours may be repeated.
func (r *reader) typed(i, next, size, far int) bool {
	l := &r.lines[i]
	below := (l.depth > 0 || l.rest || l.box == quoted) && strings.IndexByte(r.sent.stream[far:], 0) < size/2+gramSize
	if next == len(r.lines) {
		return below
	}
	gap := r.lines[next].at - l.end
	return r.lines[next].depth == l.depth && (gap >= 0 && gap*2 < size || gap < 0 && below)
}
