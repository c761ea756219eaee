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
	keep    int    // tokens before it that belong to it: "te" in "je te dirai"
}

// promise reads "I will …", "You will …", "Priya will …", "Someone else will …" with date and measure.
func (r *reader) promise(line string) (meeting.Intent, bool) {
	toks := tokens(line)
	s, ok := r.promiser(line, toks)
	if !ok {
		return meeting.Intent{}, false
	}
	body := tail(line, toks, s.from+s.n)
	if s.keepOne {
		body = tail(line, toks, s.from+s.n-1-s.keep)
	}
	in := meeting.Intent{Kind: meeting.AddAction, Who: s.who, Words: line}
	before := strip(span(line, toks, 0, s.from))
	r.fillAction(&in, body)
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
	r.reportBack(&in, before, s)
	if in.Kind == meeting.AddAction && before != "" && !r.onlyFiller(before) {
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
	return r.afterDate(line, toks, start)
}

func (r *reader) unknowing(toks []token, i int) bool {
	return r.lex.means("report-back", "unknown", toks, i) > 0
}

// clauseStarts tells whether a clause may begin at token i: after a comma, semicolon or dash, with "and" or "but" between.
func (r *reader) clauseStarts(toks []token, i int) bool {
	for i > 0 && r.lex.means("filler", "lead", toks, i-1) > 0 && toks[i-1].isWord() {
		i--
	}
	return i > 0 && strings.Contains(",;–:.)?!", toks[i-1].fold)
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
	if s, ok := r.subjectAt(line, toks, k); ok {
		return s, true
	}
	return r.inverted(line, toks, k)
}

// subjectAt reads a promise form at token i.
func (r *reader) subjectAt(line string, toks []token, i int) (subject, bool) {
	s, ok := r.form(line, toks, i)
	if !ok || s.from+s.n >= len(toks) {
		return subject{}, false
	}
	if s.keepOne || s.verb != "" {
		return s, true
	}
	k := s.from + s.n
	if r.lex.means("not-promise", "after", toks, k) > 0 || !toks[k].isWord() && s.kind != "someone" {
		return subject{}, false
	}
	if s.kind == "you" && r.lex.means("common", "with", toks, k) > 0 {
		return subject{}, false
	}
	if s.kind == "you" && max(r.lex.means("not-promise", "talk", toks, k), r.lex.means("not-promise", "after-you", toks, k)) > 0 {
		return subject{}, false
	}
	return s, true
}

func (r *reader) form(line string, toks []token, i int) (subject, bool) {
	meaning, n := "", 0
	for _, kind := range []string{"i", "you", "someone", "we"} {
		if k := r.lex.means("promise", kind, toks, i); k > n {
			meaning, n = kind, k
		}
	}
	if s, ok := r.finite(toks, i); ok && s.n >= n {
		return s, true
	}
	switch meaning {
	case "i":
		return subject{who: r.c.Sender.ID, from: i, n: n, kind: "i"}, true
	case "you":
		return subject{who: r.otherID(), from: i, n: n, kind: "you"}, true
	case "someone", "we":
		return subject{from: i, n: n, kind: meaning}, meaning == "someone" || r.dated(line, toks)
	}
	if k := r.lex.means("promise", "alone", toks, i); k > 0 && i == r.lead(toks, 0) {
		return subject{who: r.c.Sender.ID, from: i, n: k, kind: "i"}, true
	}
	return r.named(line, toks, i)
}

func (r *reader) dated(line string, toks []token) bool {
	_, ok := first(r.cal.moments(line, toks))
	return ok
}

// finite reads forms that need a verb of their own: "ich kümmere mich", "je ferai", "enviaré".
func (r *reader) finite(toks []token, i int) (subject, bool) {
	for _, f := range []struct{ pronoun, verb, kind, who string }{
		{"i-pronoun", "i-verb", "i", r.c.Sender.ID}, {"you-pronoun", "you-verb", "you", r.otherID()},
	} {
		n := r.lex.means("promise", f.pronoun, toks, i)
		if n == 0 {
			if r.bareVerb(f.kind, toks, i) {
				return subject{who: f.who, from: i, n: 1, kind: f.kind, keepOne: true}, true
			}
			continue
		}
		for k := i + n; k < len(toks) && k <= i+n+1; k++ { // "je te ferai"
			if v := r.lex.means("promise", f.verb, toks, k); v > 0 && k == i+n {
				s := subject{who: f.who, from: i, n: n + v, kind: f.kind}
				s.verb, s.keepOne = r.lex.endings[toks[k].fold], r.lex.endings[toks[k].fold] == ""
				return s, true
			}
			if r.ends(f.kind+"-ending", toks, k) {
				return subject{who: f.who, from: i, n: k - i + 1, kind: f.kind, keepOne: true, keep: k - i - n}, true
			}
		}
	}
	return subject{}, false
}

// bareVerb tells whether a verb alone says who: "enviaré", "j'enverrai".
func (r *reader) bareVerb(kind string, toks []token, i int) bool {
	if i >= len(toks) || i != r.lead(toks, 0) && !r.clauseStarts(toks, i) {
		return false
	}
	if r.ends(kind+"-alone-ending", toks, i) {
		return true
	}
	prefix, _, ok := strings.Cut(toks[i].fold, "'")
	return ok && r.lex.means("promise", kind+"-prefix", []token{{fold: prefix}}, 0) > 0 && r.ends(kind+"-ending", toks, i)
}

// ends tells whether the word is a verb with one of those endings of the future.
func (r *reader) ends(person string, toks []token, i int) bool {
	if i >= len(toks) || len(toks[i].lower) < 5 {
		return false
	}
	word := toks[i].lower
	for end := range r.lex.tenses[person] {
		if strings.HasSuffix(word, end) {
			return r.lex.means("not-verbs", "word", toks, i) == 0
		}
	}
	return false
}

// inverted reads a verb before its pronoun: "bis Freitag schicke ich …".
func (r *reader) inverted(_ string, toks []token, i int) (subject, bool) {
	for _, f := range []struct{ pronoun, verb, kind, who string }{
		{"i-pronoun", "i-verb", "i", r.c.Sender.ID}, {"you-pronoun", "you-verb", "you", r.otherID()},
	} {
		v := r.lex.means("promise", f.verb, toks, i)
		if v == 0 {
			v = r.lex.means("promise", f.kind+"-aux", toks, i)
		}
		if p := r.lex.means("promise", f.pronoun, toks, i+v); v > 0 && p > 0 {
			return subject{who: f.who, from: i, n: v + p + r.reflexive(toks, i+v+p), kind: f.kind, verb: r.lex.endings[toks[i].fold]}, true
		}
	}
	return subject{}, false
}

func (r *reader) reflexive(toks []token, i int) int {
	return r.lex.means("promise", "reflexive", toks, i)
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
	if v := r.lex.means("promise", "he-verb", toks, i+n); v > 0 {
		s.n, s.verb = n+v, r.lex.endings[toks[i+n].fold]
		s.keepOne = s.verb == ""
		return s, true
	}
	if k := r.lex.means("promise", "will", toks, i+n); k > 0 {
		s.n = n + k
		return s, true
	}
	if p != nil {
		if k := r.lex.means("promise", "to", toks, i+n); k > 0 {
			s.n = n + k
			return s, true
		}
		if r.ends("he-ending", toks, i+n) {
			s.n, s.keepOne = n+1, true
			return s, true
		}
	}
	return subject{}, false
}

// closeWith puts the infinitive where the clause ends, behind the prefix that was parted from it: "die Demo vor" + "bereiten".
func (r *reader) closeWith(text, verb string) string {
	toks := tokens(text)
	end := len(toks)
	for end > 0 && !toks[end-1].isWord() {
		end--
	}
	for i := 1; i < end; i++ {
		if r.lex.means("common", "and", toks, i) > 0 && r.lex.means("promise", "i-verb", toks, i+1) > 0 {
			end = i
		}
	}
	rest := tail(text, toks, end)
	if end > 0 && r.lex.means("promise", "verb-prefix", toks, end-1) > 0 {
		return strings.TrimSpace(join(span(text, toks, 0, end-1), span(text, toks, end-1, end)+verb) + " " + rest)
	}
	return strings.TrimSpace(join(span(text, toks, 0, end), verb) + " " + rest)
}

// nameSomeone looks for the name that follows "someone else will …": "probably Tom".
func (r *reader) nameSomeone(in *meeting.Intent) {
	toks := tokens(in.Text)
	for i := range toks {
		n := r.lex.means("maybe", "name", toks, i)
		if n == 0 {
			continue
		}
		if who, m := r.person(in.Text, toks, i+n); m > 0 {
			in.Who = who
			in.Text = strip(span(in.Text, toks, 0, i) + " " + tail(in.Text, toks, i+n+m))
			return
		}
	}
}

// reportBack turns a promise to find something out into what it is.
func (r *reader) reportBack(in *meeting.Intent, before string, s subject) {
	if s.kind != "i" && s.kind != "name" {
		return
	}
	toks := tokens(in.Text)
	_, cue, _ := r.lex.find("report-back", toks, 0)
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

// person reads a name or pronoun at token i: a person's id, or the name of somebody outside the pair.
func (r *reader) person(line string, toks []token, i int) (string, int) {
	if p, n := r.member(toks, i); n > 0 {
		return p.ID, n
	}
	if n := r.lex.means("promise", "me", toks, i); n > 0 {
		return r.c.Sender.ID, n
	}
	if n := r.lex.means("promise", "thee", toks, i); n > 0 {
		return r.otherID(), n
	}
	if i < len(toks) && toks[i].fold == "@" {
		who, n := r.foreign(line, toks, i+1)
		return who, nested(1, n)
	}
	return r.foreign(line, toks, i)
}

// whoOf is the person that a few words name; the words themselves when they are no known name.
func (r *reader) whoOf(words string) string {
	toks := tokens(words)
	if who, n := r.person(words, toks, 0); n > 0 && onlyMarks(toks, n) {
		return who
	}
	return words
}

// fillAction takes date and measure out of the words of a promise; what is left is the promise.
func (r *reader) fillAction(in *meeting.Intent, body string) {
	toks := tokens(body)
	what, rest := body, ""
	if at, n := r.measureAt(toks); n > 0 {
		what, rest = span(body, toks, 0, at), tail(body, toks, at+n)
	}
	what = r.takeDue(in, what)
	if rest != "" && in.Due == "" {
		trial := r.takeDue(in, rest)
		if in.Due != "" && strings.HasPrefix(rest, trial) {
			rest = trial
		}
	}
	in.Text, in.Measure = closed(what), strip(rest)
}

// measureAt finds where the measure begins: "done when …". n counts the words that announce it.
func (r *reader) measureAt(toks []token) (at, n int) {
	for i := 1; i < len(toks); i++ {
		if n := r.lex.means("measure", "mark", toks, i); n > 0 && i+n < len(toks) {
			if i+n < len(toks) && toks[i+n].fold == ":" {
				n++
			}
			return i, n
		}
	}
	return 0, 0
}

// takeDue finds the date of a promise, and returns the words without it.
func (r *reader) takeDue(in *meeting.Intent, words string) string {
	toks := tokens(words)
	var best moment
	found := false
	for _, m := range r.cal.moments(words, toks) {
		ends := m.at+m.n >= len(toks) || !toks[m.at+m.n].isWord()
		usable := m.bound && (m.by || ends || m.floats || m.at > 0) || ends || m.at == 0
		if (m.day.IsZero() && !m.floats) || !usable || found && best.by && !m.by {
			continue
		}
		best, found = m, true
	}
	if !found {
		return words
	}
	r.setDue(in, best)
	if !best.bound && best.at > 0 && r.lex.means("articles", "word", toks, best.at-1) > 0 { // "the week 51" is what is promised
		return words
	}
	return leaveOut(words, toks, best.at, best.n)
}

func (r *reader) askMissing(in *meeting.Intent) {
	if in.Who == "" {
		in.Asks = append(in.Asks, meeting.Ask{Code: meeting.AskWho})
	}
	if in.Due == "" {
		in.Asks = append(in.Asks, meeting.Ask{Code: meeting.AskWhen})
	}
	if in.Measure == "" && in.Kind == meeting.AddAction {
		in.Asks = append(in.Asks, meeting.Ask{Code: meeting.AskMeasure})
	}
	if a := r.sameAction(*in); a != nil {
		in.Asks = append(in.Asks, meeting.Ask{Code: meeting.AskSameAction, Args: []string{a.ID, a.What}})
	}
}

// labelled reads the words after "action:", where the owner may be named in other ways: "Sam to send …", "Sam: …", "… (Sam)".
func (r *reader) labelled(text, who string) meeting.Intent {
	if in, ok := r.promise(text); ok {
		in.Words = ""
		return in
	}
	in := meeting.Intent{Kind: meeting.AddAction, Who: who}
	toks := tokens(text)
	if p, n := r.person(text, toks, 0); who == "" && n > 0 && n < len(toks) {
		if mark := toks[n].fold; mark == ":" || mark == "–" || mark == "," || toks[0].fold == "@" {
			in.Who, text = p, strip(tail(text, toks, n))
		}
	}
	text = r.ownerWithin(&in, text)
	r.fillAction(&in, text)
	in.Text = r.ownerWithin(&in, in.Text)
	r.askMissing(&in)
	return in
}

// ownerWithin takes "(Sam)", "@Sam", "– Sam" out of the words of an action.
func (r *reader) ownerWithin(in *meeting.Intent, text string) string {
	if in.Who != "" {
		return text
	}
	toks := tokens(text)
	for i := 1; i < len(toks); i++ {
		mark := toks[i].fold
		if mark != "(" && mark != "@" && mark != "–" && mark != "," && mark != "→" && mark != "/" {
			continue
		}
		who, n := r.person(text, toks, i+1)
		if n == 0 {
			continue
		}
		k := i + 1 + n
		closed := k >= len(toks) || strings.Contains("),–;/", toks[k].fold) || mark == "@"
		if _, dated := r.cal.moment(text, toks, min(k, len(toks))); !closed && !(dated && k < len(toks)) {
			continue
		}
		if mark == "(" && k < len(toks) && toks[k].fold == ")" {
			k++
		}
		in.Who = who
		return strings.TrimSpace(strings.TrimSpace(span(text, toks, 0, i)) + " " + tail(text, toks, k))
	}
	return text
}

// leaveOut returns the words without n tokens from at.
func leaveOut(words string, toks []token, at, n int) string {
	before := strings.TrimRight(span(words, toks, 0, at), " ,")
	after := tail(words, toks, at+n)
	if at+n < len(toks) && strings.Contains(".,;?!", toks[at+n].fold) {
		return strings.TrimSpace(before + after)
	}
	return strings.TrimSpace(before + " " + after)
}

// closed takes off what ends a sentence, since a promise is shown as a phrase.
func closed(s string) string {
	s = strip(strings.TrimRight(strip(s), ".?! "))
	if strings.Count(s, ")") > strings.Count(s, "(") {
		s = strings.TrimRight(s, ") ,")
	}
	return s
}
