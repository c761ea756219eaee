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
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return b.String()
}

// lineAt returns the sent line that holds a place of the stream.
func (x *sentIndex) lineAt(at int) string {
	lo, hi := 0, len(x.lines)
	for lo < hi {
		if mid := (lo + hi) / 2; x.lines[mid].end <= at {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	if lo == len(x.lines) {
		return ""
	}
	return x.lines[lo].raw
}

// wholeLine reports whether a place in the stream is exactly one or more sent lines.
func (x *sentIndex) wholeLine(at, end int) bool {
	starts, ends := false, false
	for _, l := range x.lines {
		starts = starts || l.at == at
		ends = ends || l.end == end
	}
	return starts && ends
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
func (x *sentIndex) prefix(s string, next int) (at, end int) {
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

// matchSent finds the lines that are ours. A line with marks may be any piece of a sent text, one
// without must be a whole line, and have one more of the kind beside it: people repeat our words.
func (r *reader) matchSent() {
	if r.sent == nil {
		return
	}
	next := 0
	for i := 0; i < len(r.lines); i++ {
		l := &r.lines[i]
		s := squeeze(l.text)
		if s == "" || len(s) > maxSent {
			continue
		}
		if l.at, l.end = r.sent.find(s, next); l.end > 0 {
			next = l.end
			continue
		}
		if at, end := r.sent.prefix(s, next); end > 0 {
			if n := r.split(i, end-at); n > 0 {
				r.lines[i].at, r.lines[i].end = at, end
				next = end
				i++ // the typed rest
			}
		}
	}
	r.cutRuns()
}

// split cuts line i behind the first n bytes of its squeezed text, so that what was typed at the
// end of a quoted line is a line by itself. It returns 0 when nothing remains.
func (r *reader) split(i, n int) int {
	text := r.lines[i].text
	at := 0
	for n > 0 && at < len(text) {
		_, size := utf8.DecodeRuneInString(text[at:])
		n -= len(squeeze(text[at : at+size]))
		at += size
	}
	rest := strings.TrimLeft(text[at:], " \t.,;:!?)]\"'–—-")
	if squeeze(rest) == "" {
		return 0
	}
	typed := r.lines[i]
	typed.text, typed.mark, typed.low = rest, "", ""
	typed.depth, typed.at, typed.end = typedDepth, 0, 0
	r.lines[i].text, r.lines[i].mark, r.lines[i].low = strings.TrimSpace(text[:at]), "", ""
	r.lines = append(r.lines, line{})
	copy(r.lines[i+2:], r.lines[i+1:])
	r.lines[i+1] = typed
	return at
}

// typedDepth marks a line that was typed behind a quoted one: new text, whatever stands around.
const typedDepth = -1

// cutRuns cuts our own lines that bear no marks and stand below nothing that tells a quote.
func (r *reader) cutRuns() {
	for i := 0; i < len(r.lines); {
		end, lines, size := i, 0, 0
		for end < len(r.lines) && r.ours(end) {
			if !r.lines[end].blank() && r.lines[end].end > 0 {
				lines++
				size += r.lines[end].end - r.lines[end].at
			}
			end++
		}
		if lines >= 2 && size >= 3*gramSize {
			r.cut(i, end, Quote)
		}
		i = max(end, i+1)
	}
}

// ours reports whether line i is sent text, or empty.
func (r *reader) ours(i int) bool {
	l := &r.lines[i]
	return l.blank() || l.rule || l.end > 0 && l.depth == 0 || l.depth == 0 && squeeze(l.text) == ""
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
	for i := 0; i < len(r.lines); {
		if r.lines[i].end == 0 || r.lines[i].class == "" {
			i++
			continue
		}
		i = r.recoverAfter(i)
	}
}

// recoverAfter looks at the lines between our line i and the next line of ours, and returns where
// to go on.
func (r *reader) recoverAfter(i int) int {
	next := i + 1
	for next < len(r.lines) && r.lines[next].end == 0 {
		next++
	}
	between := ""
	for n := i + 1; n < next; n++ {
		if r.lines[n].class == Quote && r.lines[n].depth == r.lines[i].depth {
			between += squeeze(r.lines[n].text)
		}
	}
	if between == "" || !r.typed(i, next, len(between)) {
		return next
	}
	for n := i + 1; n < next; n++ {
		l := &r.lines[n]
		if l.class == Quote && l.depth == r.lines[i].depth && !l.rule && l.box != signing {
			l.class = ""
		}
	}
	return next
}

// typed decides whether text between line i and line next is a person's: it is, if nothing or
// much less of our text is missing there.
func (r *reader) typed(i, next, size int) bool {
	end := r.lines[i].end
	if next == len(r.lines) {
		tail := strings.IndexByte(r.sent.stream[end:], 0)
		return r.lines[i].depth == 0 && r.lines[i].rest && tail < size/2+gramSize
	}
	gap := r.lines[next].at - end
	return r.lines[next].depth == r.lines[i].depth && gap >= 0 && gap*2 < size
}
