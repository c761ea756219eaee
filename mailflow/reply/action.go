package reply

import (
	"strings"

	"duolog/meeting"
)

// aboutAction reads what stands after an action's id.
func (r *reader) aboutAction(id, rest string) []meeting.Intent {
	in := meeting.Intent{Kind: meeting.UpdateAction, Item: id}
	toks := tokens(rest)
	k := r.afterIs(toks)
	a := r.c.Log.Action(id)
	waits := a != nil && a.State == meeting.ActionProposed
	if waits || r.isNo(toks, k) && r.c.Occasion.Kind != meeting.LetterReminder { // "no" to a reminder: it is not done yet
		if yes, ok := r.verdict(id, rest, toks, k); ok {
			return []meeting.Intent{yes}
		}
		if n := r.lex.means("answers", "yes", toks, k); n > 0 && k+n < len(toks) && (!toks[k+n].isWord() || r.lex.means("filler", "lead", toks, k+n) > 0) { // "ok, but not before May"
			rest = strip(tail(rest, toks, k+n))
			toks = tokens(rest)
			r.changeAction(&in, rest, toks, r.lead(toks, 0))
			return []meeting.Intent{{Kind: meeting.Confirm, Item: id}, in}
		}
	}
	if waits && r.lex.has("answers", "cannot", toks) && len(r.cal.moments(rest, toks)) == 0 {
		in := meeting.Intent{Kind: meeting.Reject, Item: id, Reason: strip(rest)}
		if r.wholly(toks[k:], "answers", "cannot") {
			in.Reason = ""
		}
		return []meeting.Intent{in}
	}
	if pending := r.lex.means("states", "pending", toks, k); pending > 0 && pending >= r.stateLen(toks, k) {
		r.changeAction(&in, rest, toks, k)
		if in.Due == "" {
			return []meeting.Intent{{Kind: meeting.CommentOn, Item: id, Text: strip(rest)}}
		}
		return []meeting.Intent{in}
	}
	if state, n := r.actionState(toks, k); n > 0 {
		return []meeting.Intent{r.withState(in, state, rest, toks, k, n)}
	}
	if p, n := r.percent(toks, k); n > 0 {
		in.Progress, in.Text = p, strip(tail(rest, toks, k+n))
		more := tokens(in.Text)
		if m, ok := last(r.cal.moments(in.Text, more)); ok && (m.by || r.promised(more, m.at) || r.lex.means("answers", "rest", more, r.lead(more, 0)) > 0 || r.lex.means("new-date", "after", more, m.at+m.n) > 0) {
			r.setDue(&in, m)
		}
		return []meeting.Intent{in}
	}
	if r.asksHelp(toks, k) {
		return []meeting.Intent{{Kind: meeting.HeadsUp, Item: id, Text: id + ": " + strip(rest), Context: r.whatOf(id)}}
	}
	r.changeAction(&in, rest, toks, k)
	if in.Due == "" && in.Who == "" && in.Measure == "" {
		if text := strip(rest); text != "" {
			return []meeting.Intent{{Kind: meeting.CommentOn, Item: id, Text: text}}
		}
		return nil
	}
	return []meeting.Intent{in}
}

// actionState reads the state that an action is said to have come to; n is 0 when none is.
func (r *reader) actionState(toks []token, k int) (state meeting.ActionState, n int) {
	for _, s := range []struct {
		meaning string
		state   meeting.ActionState
	}{{"missed", meeting.ActionMissed}, {"dropped", meeting.ActionDropped}, {"done", meeting.ActionDone}} {
		if n := r.lex.means("states", s.meaning, toks, k); n > 0 && r.lex.means("states", "not-yet", toks, k) <= n-1 && r.endsState(toks, k+n) && (s.meaning == "missed" || !r.conditional(toks, k+n)) {
			return s.state, n
		}
	}
	return "", 0
}

// asksHelp tells whether the words ask for help from the start, or in a clause at the end: "not done, I need help".
func (r *reader) asksHelp(toks []token, k int) bool {
	if n := r.lex.means("control", "need-help", toks, k); n > 0 && r.helpEnds(toks, k, n) {
		return true
	}
	for i := k + 1; i < len(toks); i++ {
		if n := r.lex.means("control", "need-help", toks, i); n > 1 && r.clauseStarts(toks, i) && onlyMarks(toks, i+n) {
			return true
		}
	}
	return false
}

// helpEnds tells whether the words only ask for help, or say with what: "I need help with the cost part".
func (r *reader) helpEnds(toks []token, k, n int) bool {
	return onlyMarks(toks, k+n) || n > 1 && max(r.lex.means("common", "with", toks, k+n), r.lex.means("common", "about", toks, k+n), r.lex.means("dates", "on", toks, k+n), r.lex.means("meeting", "because", toks, k+n)) > 0
}

// endsState tells whether the state's phrase is complete: "done by Friday" is no report that it is done.
func (r *reader) endsState(toks []token, k int) bool {
	if k >= len(toks) || !toks[k].isWord() {
		return k >= len(toks) || toks[k].fold != "?" && toks[k].fold != "→"
	}
	if m, n := r.lex.at("dates", toks, k); n > 0 && m == "by" || r.lex.means("states", "hedge", toks, k) > 0 {
		return false
	}
	return true
}

// conditional tells whether what stands at token k only says when something will be so: "dropped if Lena says no".
func (r *reader) conditional(toks []token, k int) bool {
	if k < len(toks) && toks[k].fold == "," {
		return r.lex.means("states", "condition-behind-comma", toks, k+1) > 0
	}
	return r.lex.means("states", "condition", toks, k) > 0
}

func (r *reader) withState(in meeting.Intent, state meeting.ActionState, rest string, toks []token, k, n int) meeting.Intent {
	in.State = string(state)
	text := strip(tail(rest, toks, k+n))
	if r.quiet(tokens(text)) {
		text = ""
	}
	switch state {
	case meeting.ActionDone:
		in.Text = text
	case meeting.ActionMissed:
		in.Reason = text
		if m, ok := last(r.cal.moments(rest, toks)); ok && !m.day.Before(r.cal.today()) {
			r.setDue(&in, m)
			if m.at > k+n && onlyMarks(toks, m.at+m.n) && strings.Contains(",;–.:", toks[m.at-1].fold) { // "was busy, Monday"
				in.Reason = strip(strings.TrimRight(span(rest, toks, k+n, m.at), " .,"))
			}
		}
	default:
		in.Reason = text
	}
	return in
}

// verdict reads the yes or no to an action that was put on the sender.
func (r *reader) verdict(id, rest string, toks []token, k int) (meeting.Intent, bool) {
	if n := r.lex.means("answers", "no", toks, k); n > 0 && r.lex.means("answers", "yes", toks, k) <= n { // not "no problem"
		if r.lex.means("answers", "neither", toks, k) > n {
			return meeting.Intent{}, false // "no idea how"
		}
		if k+n < len(toks) && toks[k+n].isWord() && r.lex.means("answers", "cannot", toks, k) > 0 { // "I can't do that"
			n = 0
		}
		if m, ok := r.notBefore(rest, toks); ok && n == 0 {
			in := meeting.Intent{Kind: meeting.UpdateAction, Item: id, Text: strip(rest)}
			r.setDue(&in, m)
			return in, true
		}
		return meeting.Intent{Kind: meeting.Reject, Item: id, Reason: strip(tail(rest, toks, k+n))}, true
	}
	if n := r.lex.means("answers", "yes", toks, k); n > 0 && onlyMarks(toks, k+n) {
		return meeting.Intent{Kind: meeting.Confirm, Item: id}, true
	}
	return meeting.Intent{}, false
}

// notBefore finds the day at the end before which something is not done: "I can't before Christmas" says when, and is no no.
func (r *reader) notBefore(rest string, toks []token) (moment, bool) {
	m, ok := last(r.cal.moments(rest, toks))
	return m, ok && !m.day.Before(r.cal.today()) && onlyMarks(toks, m.at+m.n) && max(r.lex.means("meeting", "before", toks, m.at), r.lex.means("meeting", "before", toks, m.at-1)) > 0
}

// isNo tells whether a "no" stands at token k, as an answer of its own.
func (r *reader) isNo(toks []token, k int) bool {
	n := r.lex.means("answers", "no", toks, k)
	return n > 0 && (k+n >= len(toks) || !toks[k+n].isWord())
}

func (r *reader) percent(toks []token, k int) (int, int) {
	for i := k; i < len(toks) && i < k+4; i++ {
		if n := r.lex.means("states", "half", toks, i); n > 0 {
			return 50, i + n - k
		}
		if v, ok := number(toks, i); ok && i+1 < len(toks) && v > 0 && v <= 100 && (toks[i+1].fold == "%" || r.lex.means("states", "percent", toks, i+1) > 0) {
			n := i + 1 + max(1, r.lex.means("states", "percent", toks, i+1))
			n += max(r.lex.means("states", "done", toks, n), r.lex.means("states", "there", toks, n))
			return v, n - k
		}
		if toks[i].isWord() && max(r.lex.means("states", "is", toks, i), r.lex.means("common", "about", toks, i), r.lex.means("dates", "on", toks, i)) == 0 {
			return 0, 0
		}
	}
	return 0, 0
}

// changeAction reads a new date, owner or measure out of what was said about an action.
func (r *reader) changeAction(in *meeting.Intent, rest string, toks []token, k int) {
	text := strip(rest)
	if m, ok := r.newDate(rest, toks, k); ok {
		r.setDue(in, m)
		if k == m.at && m.at+m.n >= len(toks) || r.barely(toks, m) {
			text = ""
		} else if r.apart(toks, m, k) {
			text = strip(strings.TrimRight(span(rest, toks, k, m.at), " ,"))
		} else if end := m.at + m.n; k == m.at && strings.Contains(",;–.(", toks[end].fold) { // "→ Friday, Lena is travelling"
			text = strip(tail(rest, toks, end))
		}
	}
	if who, from, to := r.newOwner(rest, toks, k); to > 0 && in.Due == "" {
		in.Who = who
		if from <= k && onlyMarks(toks, to) {
			text = ""
		}
	}
	at, n := r.measureAt(toks)
	if m := r.lex.means("measure", "mark", toks, k); n == 0 && m > 1 && k+m < len(toks) { // "A8: done when Ana has reviewed it"
		at, n = k, m
	}
	if n > 0 && !r.imagined(rest, toks, at) {
		in.Measure = strip(tail(rest, toks, at+n))
	}
	if label, n := r.lex.at("labels", toks, k); n > 0 && k+n < len(toks) && toks[k+n].fold == ":" {
		switch value := strip(tail(rest, toks, k+n+1)); label {
		case "measure":
			in.Measure, text = value, ""
		case "owner":
			in.Who, text = r.whoOf(value), ""
		}
	}
	in.Text = text
}

// imagined tells whether the words before token at only imagine the end, or ask for it: "would be done if Ana answered".
func (r *reader) imagined(rest string, toks []token, at int) bool {
	for i := range at {
		if r.lex.means("states", "unreal", toks, i) > 0 {
			return true
		}
	}
	return strings.HasSuffix(strings.TrimSpace(rest), "?")
}

// barely tells whether nothing but the date and the words that introduce it were said.
func (r *reader) barely(toks []token, m moment) bool {
	for i := 0; i < len(toks); {
		if i >= m.at && i < m.at+m.n {
			i = m.at + m.n
			continue
		}
		n := max(r.lex.means("control", "please", toks, i), r.lex.means("filler", "lead", toks, i), r.lex.means("new-date", "cue", toks, i), r.yesBut(toks, i), r.lex.means("states", "is", toks, i), r.lex.means("dates", "by", toks, i), r.lex.means("common", "word", toks, i))
		if n == 0 && !toks[i].isWord() {
			n = 1
		}
		if n == 0 {
			return false
		}
		i += n
	}
	return true
}

// newDate finds the date that an action now has: one that stands first, or that follows words such as "let's say".
func (r *reader) newDate(rest string, toks []token, k int) (moment, bool) {
	var found moment
	ok := false
	for _, m := range r.cal.moments(rest, toks) {
		if m.day.IsZero() && !m.floats {
			continue
		}
		ends := m.at+m.n >= len(toks) || !toks[m.at+m.n].isWord()
		first := m.at <= k && (ends || m.bound) || r.lex.means("new-date", "after", toks, m.at+m.n) > 0
		if first || r.apart(toks, m, k) || m.by && ends && r.c.Occasion.Kind == meeting.LetterReminder && !r.lex.has("negation", "word", toks) || (m.by || ends) && r.promised(toks, m.at) || r.cued(toks, m.at, m) || m.at > k && k+r.yesBut(toks, k) == m.at && r.barely(toks, m) {
			found, ok = m, true
		}
	}
	return found, ok
}

// apart tells whether the moment stands at the end by itself, as a new date is told: "still waiting, 11 Dec". What is past is none.
func (r *reader) apart(toks []token, m moment, k int) bool {
	return m.at > k && strings.Contains(",;–", toks[m.at-1].fold) && onlyMarks(toks, m.at+m.n) && (m.floats || !m.day.Before(r.cal.today()))
}

// cued tells whether words that announce a new date stand right before the moment, or are its preposition.
func (r *reader) cued(toks []token, at int, m moment) bool {
	for i := max(0, at-6); i < at+m.n; i++ {
		n := r.lex.means("new-date", "cue", toks, i)
		if n == 0 {
			continue
		}
		end := i + n
		for end < at && (r.lex.means("common", "word", toks, end) > 0 || !toks[end].isWord() && toks[end].fold != ".") {
			end++
		}
		if i < at && end >= at || i >= at && toks[i].fold == "→" {
			return true
		}
	}
	return false
}

// yesBut is the length of a yes that is not a whole one, 0 when none stands at token i: "yes, but" in "yes, but by Monday". The day has to end
// what was said: "yes, but Monday is a holiday" sets none.
func (r *reader) yesBut(toks []token, i int) int {
	n := r.lex.means("answers", "yes", toks, i)
	if n > 0 && i+n < len(toks) && toks[i+n].fold == "," {
		n++
	}
	but := r.lex.means("states", "but", toks, i+n)
	if n == 0 || but == 0 {
		return 0
	}
	return n + but
}

// promised tells whether the sender promises something before token at: "I'll do it by Friday".
func (r *reader) promised(toks []token, at int) bool {
	for i := range at {
		if r.lex.means("promise", "i", toks, i) > 0 || i == 0 && r.lex.means("promise", "alone", toks, i) > 0 {
			return true
		}
	}
	return false
}

// newOwner reads "→ Tom", "Tom took it over", "goes to Tom".
func (r *reader) newOwner(rest string, toks []token, k int) (who string, from, to int) {
	for i := k; i < len(toks); i++ {
		if n := r.lex.means("took-over", "give", toks, i); n > 0 && (i == k || n > 1) {
			if who, m := r.person(rest, toks, i+n); m > 0 && (i+n+m >= len(toks) || !toks[i+n+m].isWord()) {
				return who, i, i + n + m
			}
		}
		if name, ok := strings.CutSuffix(toks[i].fold, "'s"); ok && toks[i].capital && (onlyMarks(toks, i+1+r.lex.means("took-over", "own", toks, i+1)) || r.wholly(toks[i+1:], "states", "when")) && r.onlyRefers(toks[:i]) {
			if p, n := r.member(tokens(name), 0); n > 0 {
				return p.ID, i, i + 1
			}
			return rest[toks[i].from : toks[i].from+len(name)], i, i + 1
		}
		if who, m := r.person(rest, toks, i); m > 0 && r.lex.means("took-over", "cue", toks, i+m) > 0 {
			return who, i, i + m + r.lex.means("took-over", "cue", toks, i+m)
		}
	}
	return "", 0, 0
}

// onlyRefers tells whether the words only point at the action: "this is", "it's".
func (r *reader) onlyRefers(toks []token) bool {
	for i := 0; i < len(toks); {
		n := max(r.lex.means("states", "is", toks, i), r.lex.means("answers", "filler", toks, i))
		if n == 0 && toks[i].isWord() {
			return false
		}
		i += max(n, 1)
	}
	return true
}

// whatOf is the text of an action, as a line of context.
func (r *reader) whatOf(id string) []string {
	if a := r.c.Log.Action(id); a != nil && a.What != "" {
		return []string{a.What}
	}
	return nil
}

// setDue writes the moment into the intent, with its doubts.
func (r *reader) setDue(in *meeting.Intent, m moment) {
	in.Due, in.DueWords = m.due(), m.words
	in.Asks = append(in.Asks, m.asks...)
}
