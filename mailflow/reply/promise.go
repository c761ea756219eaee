package reply

import (
	"strings"

	"duolog/meeting"
)

// subject is who promises something, read at the start of a clause.
type subject struct {
	who     string // person id or a name outside the pair, "" when nobody is named
	from    int    // first token of the clause
	n       int    // tokens of the form, after which the promise begins
	verb    string // an infinitive that closes the promise, in languages that put it last
	kind    string // i, you, name, someone, we
	keepOne bool   // the last token of the form is the promise's own verb
	base    string // what stands for that verb in what is promised: "send" for "sends"
	keep    int    // tokens before it that belong to it: "te" in "je te dirai"
	front   string // what stood before the verb and belongs to the promise: "Den Bericht" in "Den Bericht schreibt Mia"
	aux     string // the verb of duty or future that stood there; the promise's own comes last
}

// promise reads "I will …", "You will …", "Priya will …", "Someone else will …" with date and measure.
func (r *reader) promise(line string) (meeting.Intent, bool) {
	toks := tokens(line)
	s, ok := r.promiser(line, toks)
	if !ok || r.lex.has("owed", "verb", toks) && r.lex.has("owed", "none", toks) { // "I owe you a beer"
		return meeting.Intent{}, false
	}
	if s.kind == "you" && r.lex.means("verbs", "praised", toks, len(toks)-1-trailing(toks)) > 0 { // "Du machst das super"
		return meeting.Intent{}, false
	}
	if r.lex.has("verbs", "felt-with", toks) { // "Ich mache mir Sorgen um Tom"
		return meeting.Intent{}, false
	}
	body := tail(line, toks, s.from+s.n)
	if s.keepOne {
		body = tail(line, toks, s.from+s.n-1-s.keep)
	}
	if s.base != "" {
		body = join(s.base, tail(line, toks, s.from+s.n))
	}
	in := meeting.Intent{Kind: meeting.AddAction, Who: s.who, Words: line}
	before := strip(span(line, toks, 0, s.from))
	r.fillAction(&in, join(s.front, body))
	if in.Due == "" && before != "" {
		btoks := tokens(before)
		if m, ok := last(r.cal.moments(before, btoks)); ok && m.at+m.n >= len(btoks) {
			r.setDue(&in, m)
			before = strip(span(before, btoks, 0, m.at))
		}
	}
	if s.verb != "" {
		in.Text = r.closeWith(in.Text, s.verb)
	}
	if s.kind == "someone" {
		r.nameSomeone(&in)
	}
	if s.who == "" && s.kind == "you" { // "Draft due 15 Dec (Priya)"
		in.Text = r.ownerWithin(&in, in.Text)
	}
	in.Text = r.unasked(in.Text)
	r.reportBack(&in, before, s)
	if n := r.name(tokens(before), 0); in.Kind == meeting.AddAction && before != "" && !r.onlyFiller(before) && (n == 0 || !onlyMarks(tokens(before), n)) {
		in.Context = append(in.Context, before)
	}
	if in.Text == "" {
		return meeting.Intent{}, false
	}
	r.askMissing(&in)
	return in, true
}

// promiser finds the subject: at the start of the line, or after a comma.
func (r *reader) promiser(line string, toks []token) (subject, bool) {
	start := r.lead(toks, 0)
	for i := range start { // "please" leads in, and asks
		if s, ok := r.subjectAt(line, toks, i); ok && (i == 0 || r.lead(toks[:i+1], 0) == i) {
			return s, true
		}
	}
	if r.lex.means("not-promise", "if", toks, start) > 0 && !r.unknowing(toks, start) {
		return subject{}, false
	}
	for i := start; i < len(toks); i++ {
		if i > start && !r.clauseStarts(toks, i) {
			continue
		}
		s, ok := r.subjectAt(line, toks, i)
		if !ok {
			continue
		}
		if s.kind == "you" && i > start && strings.HasSuffix(strings.TrimSpace(line), "?") {
			continue
		}
		return s, true
	}
	if s, ok := r.imperative(line, toks, start); ok {
		return s, true
	}
	if s, ok := r.afterDate(line, toks, start); ok {
		return s, true
	}
	return r.behindFirst(line, toks, start)
}

// unasked is the promise without a "please" before it.
func (r *reader) unasked(text string) string {
	toks := tokens(text)
	if n := r.lex.means("promise", "please", toks, 0); n > 0 && n < len(toks) {
		return tail(text, toks, n)
	}
	return text
}

func (r *reader) unknowing(toks []token, i int) bool {
	return r.lex.means("report-back", "unknown", toks, i) > 0
}

// clauseStarts tells whether a clause may begin at token i: after a comma, semicolon or dash, with "and" or "but" between.
func (r *reader) clauseStarts(toks []token, i int) bool {
	for i > 0 && r.lex.means("filler", "lead", toks, i-1) > 0 && toks[i-1].isWord() {
		i--
	}
	return i > 0 && (strings.Contains(",;–:.)?!¿¡", toks[i-1].fold) || toks[i-1].isPicture())
}

// afterDate reads "By Friday I will …" and, where the verb comes first then, "Bis Freitag schicke ich …".
func (r *reader) afterDate(line string, toks []token, i int) (subject, bool) {
	m, ok := r.cal.moment(line, toks, i)
	if !ok {
		return subject{}, false
	}
	k := i + m.n
	if k < len(toks) && toks[k].fold == "," {
		k++
	}
	from := r.sinceThen(line, toks, i) > 0 // "From January Priya leads the guild" is how it will be, and no task
	if s, ok := r.subjectAt(line, toks, k); ok && !(from && s.kind == "name" && (s.keepOne || s.verb != "")) {
		return s, true
	}
	if s, ok := r.inverted(line, toks, k); ok && !from && (s.aux == "" || r.closesWithVerb(line, toks, s.from+s.n)) {
		return s, true
	}
	return subject{}, false
}

// sinceThen is the length of "From January" at token i: a day from which something holds.
func (r *reader) sinceThen(line string, toks []token, i int) int {
	n := r.lex.means("dates", "from-then", toks, i)
	m, ok := r.cal.moment(line, toks, i)
	if !ok || n == 0 || m.day.Before(r.cal.today()) || m.floats {
		if m, ok = r.cal.moment(line, toks, i+n); !ok || n == 0 || m.day.Before(r.cal.today()) || m.floats {
			return 0
		}
		return n + m.n
	}
	return m.n
}

// subjectAt reads a promise form at token i.
func (r *reader) subjectAt(line string, toks []token, i int) (subject, bool) {
	s, ok := r.form(line, toks, i)
	if !ok || s.from+s.n >= len(toks) {
		return subject{}, false
	}
	if s.kind != "you" && r.negated(toks, s.from+s.n) {
		return subject{}, false
	}
	if s.keepOne || s.verb != "" {
		return s, true
	}
	k := s.from + s.n
	if clitic := r.lex.means("promise", "clitic", toks, k) > 0 && k+1 < len(toks) && r.infinitive("next-ending", toks[k+1]); clitic { // "va en parler"
		return s, true
	}
	if r.lex.means("not-promise", "after", toks, k) > 0 && !r.willHave(line, toks, k) || !toks[k].isWord() && s.kind != "someone" {
		return subject{}, false
	}
	if s.kind != "you" && (toks[k-1].fold == "be" && r.lex.means("not-promise", "after-be", toks, k) > 0 || r.lex.means("verbs", "state", toks, len(toks)-1-trailing(toks)) > 0) {
		return subject{}, false
	}
	if end := len(toks) - 1 - trailing(toks); r.lex.means("verbs", "felt", toks, end) > 0 { // "Du wirst mir fehlen"
		return subject{}, false
	}
	if s.kind == "you" && r.lex.means("common", "with", toks, k) > 0 {
		return subject{}, false
	}
	if s.kind == "you" && !r.withOther(toks, k) && !r.wanted(line, toks, k) && max(r.lex.means("not-promise", "talk", toks, k), r.lex.means("not-promise", "after-you", toks, k)) > 0 {
		return subject{}, false
	}
	return s, true
}

// wanted tells whether the words at token k ask to be told something by a day: "tell me by tomorrow who signs".
func (r *reader) wanted(line string, toks []token, k int) bool {
	return r.lex.means("not-promise", "tell", toks, k) > 0 && r.deadline(line, toks)
}

// negated tells whether the clause that goes on at token k says that something will not be done: "Ich werde morgen nicht …".
func (r *reader) negated(toks []token, k int) bool {
	for ; k < len(toks) && toks[k].isWord(); k++ {
		if r.lex.means("not-promise", "within", toks, k) > 0 {
			return true
		}
	}
	return false
}

func (r *reader) form(line string, toks []token, i int) (subject, bool) {
	meaning, n := "", 0
	for _, kind := range []string{"i", "you", "someone", "we"} {
		if k := r.lex.means("promise", kind, toks, i); k > n {
			meaning, n = kind, k
		}
	}
	for _, form := range []func(string, []token, int) (subject, bool){r.handed, r.has} {
		if s, ok := form(line, toks, i); ok {
			return s, true
		}
	}
	if s, ok := r.finite(line, toks, i); ok && s.n >= n {
		return s, true
	}
	if s, ok := r.dropped(line, toks, i); ok && n == 0 {
		return s, true
	}
	if s, ok := r.present(line, toks, i); ok && n == 0 {
		return s, true
	}
	if s, ok := r.pronoun(line, toks, i); ok && n == 0 {
		return s, true
	}
	if s, ok := r.wished(toks, i); ok {
		return s, true
	}
	if s, ok := r.duty(line, toks, i); ok && s.n > n {
		return s, true
	}
	if s, ok := r.gerund(line, toks, i); ok && n == 0 {
		return s, true
	}
	if s, ok := r.youDo(line, toks, i); ok && n == 0 {
		return s, true
	}
	if k := r.lex.means("verbs", "i-alone", toks, i); k > 0 && n == 0 && r.afterMeeting() {
		return subject{who: r.c.Sender.ID, from: i, n: k, kind: "i", keepOne: true, keep: k - 1}, true
	}
	switch meaning {
	case "i":
		return subject{who: r.c.Sender.ID, from: i, n: n, kind: "i"}, true
	case "you":
		return subject{who: r.otherID(), from: i, n: n, kind: "you"}, true
	case "someone", "we":
		return subject{from: i, n: n, kind: meaning}, meaning == "someone" || r.dated(line, toks) && r.c.Occasion.Kind != meeting.LetterSurveyResult
	}
	if k := r.lex.means("promise", "alone", toks, i); k > 0 && (i == r.lead(toks, 0) || r.unknowing(toks, r.lead(toks, 0))) {
		return subject{who: r.c.Sender.ID, from: i, n: k, kind: "i"}, true
	}
	return r.named(line, toks, i)
}

// moments are those of the calendar, found once for a line.
func (r *reader) moments(line string, toks []token) []moment {
	if line != r.momentLine || line == "" {
		r.momentLine, r.momentsIn = line, r.cal.moments(line, toks)
	}
	return r.momentsIn
}

func (r *reader) dated(line string, toks []token) bool {
	for _, m := range r.moments(line, toks) {
		if m.by || r.lex.means("dates", "from-then", toks, m.at) == 0 && (m.at == 0 || r.lex.means("dates", "from-then", toks, m.at-1) == 0) {
			return true
		}
	}
	return false
}

// named reads "Priya will …", "Tom is going to …", "Sam to send …".
func (r *reader) named(line string, toks []token, i int) (subject, bool) {
	p, n := r.member(toks, i)
	who := ""
	if p != nil {
		who = p.ID
	} else {
		who, n = r.foreign(line, toks, i)
		if n == 2 && r.lex.means("promise", "will", toks, i+n) == 0 && r.lex.means("promise", "he-verb", toks, i+n) == 0 {
			who, n = span(line, toks, i, i+1), 1 // one name, then a word with a capital
		}
	}
	if n == 0 {
		return subject{}, false
	}
	if s, ok := r.together(toks, i, n); ok {
		return s, r.dated(line, toks)
	}
	if p == nil {
		if k := r.lex.means("common", "and", toks, i+n); k > 0 { // "Ana and Tom will …"
			if _, m := r.foreign(line, toks, i+n+k); m == 1 && r.lex.means("promise", "will", toks, i+n+k+m) > 0 {
				n += k + m
				who = span(line, toks, i, i+n)
			}
		}
	}
	if toks[i].fold == "@" && p != nil {
		return subject{who: who, from: i, n: n, kind: "name"}, true
	}
	s := subject{who: who, from: i, kind: "name"}
	v := r.lex.means("promise", "he-verb", toks, i+n)
	if form := r.lex.means("verbs", "he-form", toks, i+n); v == 0 && form > 0 && r.afterMeeting() && (p != nil || r.mentioned(who) || r.dated(line, toks)) {
		v = form
	}
	if v > 0 {
		s.n, s.verb = n+v, r.lex.endings[toks[i+n].fold]
		if s.keepOne = s.verb == ""; s.keepOne {
			s.base = r.lex.bases[toks[i+n].fold]
		}
		return s, true
	}
	if r.thirdPerson(line, toks, i+n, p, who) {
		s.n, s.keepOne, s.base = n+1, true, r.lex.bases[toks[i+n].fold]
		return s, true
	}
	if k := r.lex.means("promise", "will", toks, i+n); k > 0 {
		s.n = n + k
		return s, true
	}
	if k := r.lex.means("promise", "to", toks, i+n); k > 0 && (p != nil || r.toDo(line, toks, i+n+k, who)) {
		s.n = n + k
		return s, true
	}
	if p != nil {
		if r.ends("he-ending", toks, i+n) {
			s.n, s.keepOne = n+1, true
			return s, true
		}
	}
	return subject{}, false
}

// together reads "Priya and I will …": who of them does it is asked.
func (r *reader) together(toks []token, i, n int) (subject, bool) {
	k := r.lex.means("common", "and", toks, i+n)
	m := max(r.lex.means("promise", "me", toks, i+n+k), r.lex.means("promise", "thee", toks, i+n+k))
	will := r.lex.means("promise", "will", toks, i+n+k+m)
	return subject{from: i, n: n + k + m + will, kind: "we"}, k > 0 && m > 0 && will > 0
}

// toDo tells whether a verb at token k, behind "to", is a task of somebody outside the pair: "Tom to fix the alerts by Friday".
func (r *reader) toDo(line string, toks []token, k int, who string) bool {
	known := r.mentioned(who) || r.dated(line, toks)
	return known && r.afterMeeting() && max(r.lex.means("verbs", "work", toks, k), r.lex.means("verbs", "vague", toks, k)) > 0
}

// reportBack turns a promise to find something out into what it is.
func (r *reader) reportBack(in *meeting.Intent, before string, s subject) {
	if s.kind != "i" && s.kind != "name" {
		return
	}
	toks := tokens(in.Text)
	_, cue, _ := r.lex.find("report-back", toks, 0)
	if cue > 0 && toks[cue].capital && r.lex.means("articles", "word", toks, cue-1) > 0 { // "die Berichte" are none
		return
	}
	btoks := tokens(before)
	unknown := r.lex.has("report-back", "unknown", btoks)
	if cue < 0 && !unknown {
		return
	}
	if cue >= 0 && !unknown && !r.lex.has("report-back", "cue", toks) {
		return
	}
	in.Kind = meeting.AddReportBack
	if unknown && before != "" {
		in.Text += ": " + before
	} else if before != "" {
		in.Context = append(in.Context, before)
	}
}

func (r *reader) onlyFiller(text string) bool {
	toks := tokens(text)
	return r.lead(toks, 0) >= len(toks)-1 && len(toks) > 0 && (r.lex.means("filler", "lead", toks, len(toks)-1) > 0 || !toks[len(toks)-1].isWord()) || r.quiet(toks)
}
