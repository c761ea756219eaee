package reply

import (
	"strings"

	"duolog/meeting"
)

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
		since := r.lex.means("dates", "from-then", toks, m.at) > 0 || m.at > 0 && r.lex.means("dates", "from-then", toks, m.at-1) > 0 // "starting in January"
		if (m.day.IsZero() && !m.floats) || since && !m.by || !usable || found && best.by && !m.by || !m.by && (!m.floats && m.day.Before(r.cal.today()) || r.period(toks, m)) {
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
	at, n := best.at, best.n
	if at > 0 && at+n < len(toks) && toks[at-1].fold == "(" && toks[at+n].fold == ")" { // "(Monday)"
		at, n = at-1, n+2
	}
	return leaveOut(words, toks, at, n)
}

// period tells whether the moment is a month or quarter that the promise is about: "bring the numbers for November".
func (r *reader) period(toks []token, m moment) bool {
	k := m.at + r.lex.means("dates", "concerning", toks, m.at)
	if k == m.at {
		return false
	}
	_, n := r.cal.month(toks, k)
	_, q := r.cal.quarter(toks, k)
	return max(n, q) > 0
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
	toks := tokens(text)
	if ordered := who != "" && r.verb(toks, r.lead(toks, 0)) > 0; !ordered { // "Priya: send me the list" is hers
		if in, ok := r.promise(text); ok {
			in.Words = ""
			return in
		}
	}
	in := meeting.Intent{Kind: meeting.AddAction, Who: who}
	if p, n := r.person(text, toks, 0); who == "" && n > 0 && n < len(toks) {
		named := r.name(toks, 0) > 0 || r.mentioned(p)
		if mark := toks[n].fold; mark == ":" || mark == "–" || mark == "," || toks[0].fold == "@" || named && r.verb(toks, n) > 0 {
			in.Who, text = p, strip(tail(text, toks, n))
		}
	}
	text = r.ownerWithin(&in, text)
	r.fillAction(&in, text)
	in.Text = r.ownerWithin(&in, in.Text)
	r.askMissing(&in)
	return in
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
