package newtext

import (
	"embed"
	"fmt"
	"iter"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

//go:embed languages/*.txt products.txt
var tables embed.FS

// words holds the tables of all languages together.
var words = loadWords()

type wordTables struct {
	lead        phraseIndex       // begins an attribution
	wrote       verbIndex         // the verb of an attribution
	label       map[string]string // header label -> from, date, to, cc, subject
	labelled    map[string]bool   // first words of labels
	original    map[string]bool   // "original message"
	processed   []string          // "original message processed by "
	earlier     finder            // stems of "original message"
	forward     map[string]bool   // "forwarded message"
	passedOn    finder            // stems of "forwarded"
	ending      map[string]bool   // "end forwarded message"
	formal      map[string]bool   // "best regards"
	formalStart []string          // "best regards from "
	courtesy    []string          // beginnings of whole sentences that only take leave
	thanks      map[string]bool   // "thanks"
	mobile      []pattern         // "sent from my *"
	mobileBy    map[string][]int  // first word -> patterns
	mobileIn    []int             // patterns that begin with *, or whose script has no spaces
	legal       finder            // cues of disclaimers
	footer      finder            // cues that no person writes
	warning     finder            // cues of a gateway's warning
	marker      map[string]bool   // "reply above this line"
	markers     finder            // the same
	calendar    map[string]bool   // days and months
	prefix      map[string]bool   // "fwd"
	html        finder            // "does not support html"
	contact     map[string]bool   // "phone"
	role        map[string]bool   // "engineer"
	own         map[string]bool   // "topic": a label before what is told
	secret      map[string]bool   // "private", as a label or alone
	secrecy     finder            // "keep this to yourself"
	roleEnds    []string          // the same of scripts without spaces
	untilDay    map[string]bool   // "see you", before a day
	product     map[string]bool   // "iphone"
	stems       []string          // of products: "iphon", "iphonu"
}

func loadWords() *wordTables {
	w := &wordTables{
		lead: phraseIndex{}, label: map[string]string{}, labelled: map[string]bool{}, original: map[string]bool{}, forward: map[string]bool{}, ending: map[string]bool{},
		formal: map[string]bool{}, thanks: map[string]bool{}, mobileBy: map[string][]int{}, marker: map[string]bool{},
		calendar: map[string]bool{}, prefix: map[string]bool{}, contact: map[string]bool{}, role: map[string]bool{},
		own: map[string]bool{}, secret: map[string]bool{},
		product: map[string]bool{}, untilDay: map[string]bool{},
	}
	rows := w.rows()
	files, err := tables.ReadDir("languages")
	if err != nil {
		panic(err)
	}
	for _, f := range files {
		for l := range tableLines("languages/" + f.Name()) {
			key, list, _ := strings.Cut(l, ":")
			if rows[key] == nil {
				panic(fmt.Sprintf("newtext: %s: bad line %q", f.Name(), l))
			}
			rows[key](split(list))
		}
	}
	for l := range tableLines("products.txt") {
		for _, p := range split(l) {
			if stem, ok := strings.CutSuffix(p, "*"); ok {
				w.stems = append(w.stems, stem)
			} else {
				w.product[p] = true
			}
		}
	}
	return w
}

// tableLines are the lines of one of our files but comments.
func tableLines(name string) iter.Seq[string] {
	data, err := tables.ReadFile(name)
	if err != nil {
		panic(err)
	}
	return func(yield func(string) bool) {
		for l := range strings.SplitSeq(string(data), "\n") {
			if l != "" && !strings.HasPrefix(l, "#") && !yield(l) {
				return
			}
		}
	}
}

// rows says, for each key of a line in a table, where its phrases are filed.
func (w *wordTables) rows() map[string]func(list []string) {
	return map[string]func([]string){
		"lead":  w.lead.add,
		"wrote": w.wrote.add,
		"from":  w.labels("from"), "date": w.labels("date"), "to": w.labels("to"), "cc": w.labels("cc"), "subject": w.labels("subject"),
		"original":  w.addOriginal,
		"earlier":   w.earlier.add,
		"forwarded": into(w.forward), "forwarding": w.passedOn.add, "ending": into(w.ending),
		"formal":   w.addFormal,
		"courtesy": func(list []string) { w.courtesy = append(w.courtesy, list...) },
		"thanks":   into(w.thanks),
		"mobile":   w.addMobile,
		"legal":    w.legal.add, "footer": w.footer.add, "warning": w.warning.add,
		"marker": func(list []string) { into(w.marker)(list); w.markers.add(list) },
		"days":   into(w.calendar), "months": into(w.calendar),
		"prefix": into(w.prefix),
		"html":   w.html.add,
		"phone":  into(w.contact),
		"role":   w.addRole,
		"own":    into(w.own),
		"secret": into(w.secret), "secrecy": w.secrecy.add,
	}
}

// into puts phrases into a set.
func into(m map[string]bool) func(list []string) {
	return func(list []string) {
		for _, p := range list {
			m[p] = true
		}
	}
}

// labels files header labels. One that several fields have, perhaps in several languages, is From's, else the first one's.
func (w *wordTables) labels(field string) func(list []string) {
	return func(list []string) {
		for _, p := range list {
			if _, taken := w.label[p]; !taken || field == "from" {
				w.label[p] = field
				w.labelled[firstWord(p)] = true
			}
		}
	}
}

func (w *wordTables) addOriginal(list []string) {
	for _, p := range list {
		if start, ok := strings.CutSuffix(p, "*"); ok {
			w.processed = append(w.processed, start)
		} else {
			w.original[p] = true
		}
	}
}

func (w *wordTables) addFormal(list []string) {
	for _, p := range list {
		if start, ok := strings.CutSuffix(p, "*"); ok {
			w.formalStart = append(w.formalStart, start)
		} else if start, ok := strings.CutSuffix(p, " #"); ok {
			w.untilDay[start] = true
		} else {
			w.formal[p] = true
		}
	}
}

func (w *wordTables) addRole(list []string) {
	for _, p := range list {
		w.role[p] = true
		if spaceless(p) {
			w.roleEnds = append(w.roleEnds, p)
		}
	}
}

// forwardFrom reports whether s is a phrase that begins a forwarded mail with a name behind it.
func (w *wordTables) forwardFrom(s string) bool {
	for n := 0; n < 4; n++ {
		i := strings.LastIndexByte(s, ' ')
		if i < 0 {
			return false
		}
		if s = s[:i]; w.forward[s] {
			return true
		}
	}
	return false
}

func (w *wordTables) addMobile(list []string) {
	for _, p := range list {
		n := len(w.mobile)
		w.mobile = append(w.mobile, newPattern(p))
		first, _, _ := strings.Cut(p, " ")
		if strings.Contains(first, "*") || spaceless(first) {
			w.mobileIn = append(w.mobileIn, n)
		} else {
			w.mobileBy[first] = append(w.mobileBy[first], n)
		}
	}
}

func split(list string) []string {
	var out []string
	for _, p := range strings.Split(list, "|") {
		if p = strings.ToLower(folded.Replace(strings.TrimSpace(p))); p != "" {
			out = append(out, p)
		}
	}
	return out
}

// folded makes phrases of the tables like lines that went through fold, but keeps their stars.
var folded = strings.NewReplacer("\u200b", "", "\u200c", "", "\u00ad", "", "\u00a0", " ", "’", "'", "‘", "'")

// spaceless reports whether s is of a script that puts no spaces between words.
func spaceless(s string) bool {
	for _, r := range s {
		if unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Hangul, unicode.Hebrew, unicode.Khmer, unicode.Lao, unicode.Myanmar) {
			return true
		}
	}
	return false
}

// A phraseIndex finds phrases at the start of a text by their first word.
type phraseIndex map[string][]string

func (x phraseIndex) add(list []string) {
	for _, p := range list {
		first := firstWord(p)
		x[first] = append(x[first], p)
	}
}

// starts returns the length of the longest phrase that s, in lower case, begins with as whole words.
func (x phraseIndex) starts(s string) int {
	n := 0
	for _, p := range x[firstWord(s)] {
		if len(p) > n && strings.HasPrefix(s, p) && (len(s) == len(p) || s[len(p)] == ' ' || s[len(p)] == ',') {
			n = len(p)
		}
	}
	if n == 0 && len(s) > 0 && s[0] >= 0x80 {
		_, size := utf8.DecodeRuneInString(s)
		if p := s[:size]; len(x[p]) > 0 && spaceless(p) { // scripts without spaces
			n = size
		}
	}
	return n
}

func firstWord(s string) string {
	if i := strings.IndexAny(s, " ,"); i >= 0 {
		return s[:i]
	}
	return s
}

// A verbIndex finds verbs of attributions anywhere in a text by their last word.
type verbIndex struct {
	byLast map[string][]string
	joined map[rune][]string // of scripts without spaces, by their last letter: found as the end of the text
}

func (x *verbIndex) add(list []string) {
	if x.byLast == nil {
		x.byLast, x.joined = map[string][]string{}, map[rune][]string{}
	}
	for _, p := range list {
		if spaceless(p) {
			c, _ := utf8.DecodeLastRuneInString(p)
			x.joined[c] = append(x.joined[c], p)
		}
		last := p[strings.LastIndexFunc(p, breaksVerb)+1:]
		x.byLast[last] = append(x.byLast[last], p)
	}
}

// find returns where the last verb in s ends, or -1. s is in lower case.
func (x *verbIndex) find(s string) int {
	end := strings.TrimRight(s, " :：-–—*_=>")
	c, _ := utf8.DecodeLastRuneInString(end)
	for _, p := range x.joined[c] {
		if strings.HasSuffix(end, p) {
			return len(end)
		}
	}
	for hi := len(s); hi > 0; {
		for hi > 0 && verbBreak(s[hi-1]) {
			hi--
		}
		lo := hi
		for lo > 0 && !verbBreak(s[lo-1]) {
			lo--
		}
		for _, p := range x.byLast[s[lo:hi]] {
			if strings.HasSuffix(s[:hi], p) {
				return hi
			}
		}
		hi = lo
	}
	return -1
}

// verbBreak tells the bytes between the words of an attribution. Closing parentheses stay, because
// of forms like napsal(a).
func verbBreak(c byte) bool {
	switch c {
	case ' ', ':', ',', '-', '*', '>', '<', '"', '\t', ';', '=', '_':
		return true
	}
	return false
}

func breaksVerb(r rune) bool { return r < utf8.RuneSelf && verbBreak(byte(r)) }

// A finder finds which of its cues occur in a text. It looks them up by their first three bytes.
type finder struct {
	byStart map[uint32][]string
	starts  [1 << 10]uint64 // bits of the hashes of the keys of byStart
}

func (f *finder) add(list []string) {
	if f.byStart == nil {
		f.byStart = map[uint32][]string{}
	}
	for _, cue := range list {
		if len(cue) < 3 {
			panic("newtext: the cue " + cue + " is too short")
		}
		k := start3(cue, 0)
		f.byStart[k] = append(f.byStart[k], cue)
		h := hash3(k)
		f.starts[h>>6] |= 1 << (h & 63)
	}
}

// start3 packs the three bytes of s from i on.
func start3(s string, i int) uint32 { return uint32(s[i]) | uint32(s[i+1])<<8 | uint32(s[i+2])<<16 }

func hash3(k uint32) uint32 { return k * 2654435761 >> 16 }

func (f *finder) anyIn(low string) bool { return f.count(low, 1) > 0 }

// count returns how many cues occur in low, at most limit.
func (f *finder) count(low string, limit int) int {
	var found []string
	for i := 0; i+2 < len(low); i++ {
		k := start3(low, i)
		if h := hash3(k); f.starts[h>>6]&(1<<(h&63)) == 0 {
			continue
		}
		for _, cue := range f.byStart[k] {
			if strings.HasPrefix(low[i:], cue) && !slices.Contains(found, cue) {
				if found = append(found, cue); len(found) == limit {
					return limit
				}
			}
		}
	}
	return len(found)
}

// A pattern is a phrase with at most one * that stands for the name of a device or program.
type pattern struct {
	before, after string
	star          bool
}

func newPattern(p string) pattern {
	before, after, star := strings.Cut(p, "*")
	return pattern{strings.TrimSpace(before), strings.TrimSpace(after), star}
}

// match returns what the * stands for.
func (p pattern) match(s string) (name string, ok bool) {
	if !p.star {
		return "", s == p.before
	}
	if len(s) < len(p.before)+len(p.after) || !strings.HasPrefix(s, p.before) || !strings.HasSuffix(s, p.after) {
		return "", false
	}
	return strings.TrimSpace(s[len(p.before) : len(s)-len(p.after)]), true
}
