package reply

import (
	"strings"

	"duolog/meeting"
)

// deadlineOf reads "Deadline for Priya's draft is Monday" and "The slides are due on Friday", written after the meeting: what is to
// be there by a day. Who makes it is known only where the words say whose it is.
func (r *reader) deadlineOf(line string) (meeting.Intent, bool) {
	toks := tokens(line)
	i := r.lead(toks, 0)
	if !r.afterMeeting() || strings.HasSuffix(strings.TrimSpace(line), "?") || r.lex.means("not-promise", "if", toks, i) > 0 || r.negated(toks, i) {
		return meeting.Intent{}, false
	}
	for _, m := range r.moments(line, toks) {
		from, to := r.dueThing(toks, i, m)
		if from >= to || m.day.IsZero() && !m.floats || r.lex.has("deadline", "none", toks[from:to]) {
			continue
		}
		if ids, n := r.ids(toks, from); n == to-from && r.known(ids[0]) && ids[0][0] == 'A' {
			in := meeting.Intent{Kind: meeting.UpdateAction, Item: ids[0], Words: line}
			r.setDue(&in, m)
			return in, true
		}
		in := meeting.Intent{Kind: meeting.AddAction, Text: span(line, toks, from, to), Words: line}
		in.Who, _ = r.whose(line, toks, from)
		r.setDue(&in, m)
		r.askMissing(&in)
		return in, true
	}
	return meeting.Intent{}, false
}

// dueThing finds what is due at the moment, as tokens from and to.
func (r *reader) dueThing(toks []token, i int, m moment) (from, to int) {
	is := 0
	for n := 1; n <= 3 && is == 0; n++ {
		if r.lex.means("deadline", "is", toks, m.at-n) == n {
			is = n
		}
	}
	end := m.at + m.n
	if is == 0 {
		return 0, 0
	}
	i += r.lex.means("articles", "word", toks, i)
	if n := r.lex.means("deadline", "noun", toks, i); n > 0 {
		of := r.lex.means("deadline", "of", toks, i+n)
		if of == 0 || !onlyMarks(toks, end) {
			return 0, 0
		}
		return i + n + of, m.at - is
	}
	due := r.lex.means("deadline", "due", toks, m.at) > 0 && onlyMarks(toks, end)
	if n := r.lex.means("deadline", "due", toks, end); n > 0 && onlyMarks(toks, end+n) {
		due = true
	}
	if !due {
		return 0, 0
	}
	return r.lead(toks, 0), m.at - is
}

// handed reads "By Monday you'll have the numbers": the one who writes gives them. "You'll have" alone is no promise.
func (r *reader) handed(line string, toks []token, i int) (subject, bool) {
	n := r.lex.means("handed", "you", toks, i)
	if n == 0 || !r.thing(toks, i+n) || !r.firmly(line, toks) {
		return subject{}, false
	}
	return subject{who: r.c.Sender.ID, from: i, n: n, kind: "i", keepOne: true, keep: n - 1}, true
}

// willHave tells whether "have" at token k, behind a promise's form, promises something by a day: "I'll have an answer by Tuesday".
func (r *reader) willHave(line string, toks []token, k int) bool {
	n := r.lex.means("handed", "have", toks, k)
	return n > 0 && r.thing(toks, k+n) && r.firmly(line, toks)
}

// has reads "Ich habe bis Dienstag eine Antwort" and, behind the day, "habe ich eine Antwort".
func (r *reader) has(line string, toks []token, i int) (subject, bool) {
	for _, p := range []struct{ verb, pronoun int }{
		{r.lex.means("handed", "has", toks, i+r.lex.means("promise", "i-pronoun", toks, i)), r.lex.means("promise", "i-pronoun", toks, i)},
		{r.lex.means("handed", "has", toks, i), r.lex.means("promise", "i-pronoun", toks, i+1)},
	} {
		if p.verb == 0 || p.pronoun == 0 || !r.firmly(line, toks) {
			continue
		}
		for infinitive := range r.lex.tenses["has-infinitive"] {
			return subject{who: r.c.Sender.ID, from: i, n: p.verb + p.pronoun, kind: "i", verb: infinitive}, true
		}
	}
	return subject{}, false
}

// thing tells whether the words at token k name something definite: "the numbers", "my draft", "it".
func (r *reader) thing(toks []token, k int) bool {
	return max(r.lex.means("articles", "word", toks, k), r.lex.means("owner", "my", toks, k), r.lex.means("owner", "your", toks, k), r.lex.means("handed", "thing", toks, k)) > 0
}

// firmly tells whether the line names a day by which something will be there, and nothing that only lasts until then: leave, a course.
func (r *reader) firmly(line string, toks []token) bool {
	if r.lex.has("handed", "lasting", toks) || r.negated(toks, 0) || r.lex.has("not-promise", "within", toks) {
		return false
	}
	for _, m := range r.moments(line, toks) {
		if m.by && r.lex.means("handed", "until", toks, m.at) == 0 && (!m.day.IsZero() || m.floats) {
			return true
		}
	}
	return false
}
