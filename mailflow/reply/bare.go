package reply

import (
	"slices"
	"strings"

	"duolog/meeting"
)

// imperative reads "Bring your review" and "Send me the deck": a wish to the other side. After the meeting a date is enough
// ("Draft the summary by Friday"), and it is asked who does it.
func (r *reader) imperative(line string, toks []token, i int) (subject, bool) {
	if strings.HasSuffix(strings.TrimSpace(line), "?") || owed[r.heading] || r.c.Occasion.Kind == meeting.LetterSurveyResult {
		return subject{}, false
	}
	if n := r.lex.means("promise", "imperative-me", toks, i); n > 0 && i+n < len(toks) && toks[i+n].isWord() {
		return subject{who: r.otherID(), from: i, n: n, kind: "you", keepOne: true, keep: n - 1}, true
	}
	n := r.verb(toks, i)
	if n == 0 || i+n >= len(toks) || !toks[i+n].isWord() {
		return subject{}, false
	}
	s := subject{from: i, n: n, kind: "you", keepOne: true, keep: n - 1}
	for k := i + n; k < len(toks) && k < i+n+4 && toks[k].isWord(); k++ {
		if r.lex.means("promise", "toward", toks, k) > 0 {
			s.who = r.otherID()
			return s, true
		}
	}
	return s, r.afterMeeting() && r.deadline(line, toks)
}

// verb is the length of a plain verb at token i that asks for something to be done.
func (r *reader) verb(toks []token, i int) int {
	if max(r.lex.means("not-promise", "talk", toks, i), r.lex.means("not-promise", "after-you", toks, i)) > 0 {
		return 0
	}
	return r.lex.means("promise", "imperative", toks, i)
}

// deadline tells whether the line names a day by which something is to be done.
func (r *reader) deadline(line string, toks []token) bool {
	for _, m := range r.moments(line, toks) {
		if m.by {
			return true
		}
	}
	return false
}

// present reads a promise in the present tense, which a deadline makes one: "I make the document until Friday"; and one
// whose apostrophe was left out: "ill send it".
func (r *reader) present(line string, toks []token, i int) (subject, bool) {
	n := r.lex.means("promise", "i-loose", toks, i)
	if n > 0 && r.verb(toks, i+n) > 0 {
		return subject{who: r.c.Sender.ID, from: i, n: n, kind: "i"}, true
	}
	n = r.lex.means("promise", "i-bare", toks, i)
	if n > 0 && r.afterMeeting() && r.lex.means("verbs", "work", toks, i+n) > 0 && r.lex.means("verbs", "past-alike", toks, i+n) == 0 {
		return subject{who: r.c.Sender.ID, from: i, n: n + 1, kind: "i", keepOne: true}, true
	}
	if n == 0 || r.verb(toks, i+n) == 0 || !r.deadline(line, toks) {
		return subject{}, false
	}
	return subject{who: r.c.Sender.ID, from: i, n: n + 1, kind: "i", keepOne: true}, true
}

// youDo reads "You send me the list" and "You draft the plan by Friday", written after the meeting. Without a day, and without the
// writer in it, it tells how the other one works.
func (r *reader) youDo(line string, toks []token, i int) (subject, bool) {
	n := r.lex.means("promise", "you-bare", toks, i)
	v := r.lex.means("verbs", "work", toks, i+n)
	if n == 0 || v == 0 || !r.afterMeeting() || strings.HasSuffix(strings.TrimSpace(line), "?") || r.lex.means("verbs", "past-alike", toks, i+n) > 0 {
		return subject{}, false
	}
	mine := r.deadline(line, toks)
	for k := i + n + v; k < len(toks) && k < i+n+v+3; k++ {
		mine = mine || r.lex.means("promise", "to-me", toks, k) > 0
	}
	return subject{who: r.otherID(), from: i, n: n + 1, kind: "you", keepOne: true}, mine
}

// pronoun reads "she will …": whoever was last named, if it was one person. Without a name it needs a date, and it is asked who.
func (r *reader) pronoun(line string, toks []token, i int) (subject, bool) {
	n := r.lex.means("promise", "they", toks, i)
	if n == 0 || r.lastNamed == "" && !r.dated(line, toks) {
		return subject{}, false
	}
	return subject{who: r.lastNamed, from: i, n: n, kind: "name"}, true
}

// noteNames remembers whom a sentence named, for the "she" of the next one.
func (r *reader) noteNames(s string) {
	toks := tokens(s)
	var who []string
	for i := 0; i < len(toks); {
		p, n := r.member(toks, i)
		name := ""
		switch {
		case p != nil && p.ID != r.c.Sender.ID:
			name = p.ID
		case p == nil && toks[i].isWord() && (i > 0 && toks[i-1].isWord() || r.lex.means("states", "is", toks, i+1) > 0):
			name, n = r.foreign(s, toks, i)
		}
		if name != "" {
			who = append(who, name)
		}
		i += max(n, 1)
	}
	if who = once(who); len(who) > 0 {
		r.lastNamed = ""
		if len(who) == 1 {
			r.lastNamed = who[0]
		}
	}
}

// namedTask reads "Priya: draft by Friday" without a heading: a line that begins with one of the two and is a task, or that
// stands in a list with such lines.
func (r *reader) namedTask(u unit) ([]meeting.Intent, bool) {
	toks := tokens(u.head)
	if all, ok := r.byOwner(u, toks); ok {
		return all, true
	}
	if who, at := r.ownerBehind(u.head, toks); at > 0 {
		return []meeting.Intent{withContext(r.labelled(strip(span(u.head, toks, 0, at)), who), u.context)}, true
	}
	if in, ok := r.inColumns(u.head, toks); ok {
		return []meeting.Intent{withContext(in, u.context)}, true
	}
	if r.ownerLast(u, toks) {
		return []meeting.Intent{withContext(r.labelled(u.head, ""), u.context)}, true
	}
	who, n, own := r.namedColon(u.head, toks)
	if n == 0 || r.surveyed() {
		return nil, false
	}
	rest := tail(u.head, toks, n)
	if !(own && r.taskLike(rest)) && !(u.listed && r.taskList) || strings.HasSuffix(u.head, "?") {
		return nil, false
	}
	return []meeting.Intent{withContext(r.labelled(strip(rest), who), u.context)}, true
}

// inColumns reads "Vendor call – Priya – Friday", written after the meeting: what, who and when, parted by the same mark.
func (r *reader) inColumns(line string, toks []token) (meeting.Intent, bool) {
	var cuts []int
	for i := 1; i+1 < len(toks); i++ {
		if strings.Contains("–|→;", toks[i].fold) && toks[i].from > toks[i-1].to {
			cuts = append(cuts, i)
		}
	}
	if len(cuts) != 2 || !r.afterMeeting() || r.startsItem(toks, 0) || toks[cuts[0]].fold != toks[cuts[1]].fold {
		return meeting.Intent{}, false
	}
	in := meeting.Intent{Kind: meeting.AddAction, Text: strip(span(line, toks, 0, cuts[0]))}
	for _, part := range []string{span(line, toks, cuts[0]+1, cuts[1]), tail(line, toks, cuts[1]+1)} {
		words := tokens(part)
		who, n := r.person(part, words, 0)
		m, dated := r.cal.moment(part, words, 0)
		switch {
		case n > 0 && onlyMarks(words, n) && in.Who == "" && (r.name(words, 0) > 0 || r.mentioned(who) || who == r.c.Sender.ID):
			in.Who = who
		case dated && onlyMarks(words, m.n) && in.Due == "" && (!m.day.IsZero() || m.floats):
			r.setDue(&in, m)
		default:
			return meeting.Intent{}, false
		}
	}
	r.askMissing(&in)
	return in, in.Who != "" && in.Due != ""
}

// ownerBehind reads "Runbook update: Priya", written after the meeting: the owner, and the token where the task ends.
func (r *reader) ownerBehind(line string, toks []token) (who string, at int) {
	at = len(toks) - 2
	if !r.afterMeeting() || at < 2 || r.startsItem(toks, 0) || r.heading != "" || !strings.Contains(":–→", toks[at].fold) || r.name(toks, 0) > 0 {
		return "", 0
	}
	if _, labelled := r.label(toks, 0); labelled > 0 || toks[at-1].to == toks[at].from && toks[at].fold == "–" {
		return "", 0
	}
	if p, n := r.member(toks, at+1); n == 1 {
		return p.ID, at
	}
	return "", 0
}

// ownerLast tells whether an item of a list written after the meeting ends with one of the two in brackets, and perhaps a day:
// "write the runbook (Priya, 11 Dec)".
func (r *reader) ownerLast(u unit, toks []token) bool {
	if !r.afterMeeting() || len(toks) < 4 || r.startsItem(toks, 0) {
		return false
	}
	if toks[len(toks)-1].fold != ")" {
		return false
	}
	for i := len(toks) - 2; i > 0; i-- {
		if toks[i].fold != "(" {
			continue
		}
		n := max(r.name(toks, i+1), r.lex.means("promise", "me", toks, i+1), r.lex.means("promise", "thee", toks, i+1))
		k := i + 1 + n
		if n == 0 {
			return false
		}
		if m, ok := r.cal.moment(u.head, toks, k+1); ok && !toks[k].isWord() {
			k = m.at + m.n
		}
		return k == len(toks)-1
	}
	return false
}

// namedColon reads "Priya:", "me –" or "Tom:" at the start of a line. own tells whether it is one of the two people.
func (r *reader) namedColon(line string, toks []token) (who string, n int, own bool) {
	p, n := r.member(toks, 0)
	if p != nil {
		who, own = p.ID, true
	} else if n = r.lex.means("promise", "me", toks, 0); n > 0 {
		who, own = r.c.Sender.ID, true
	} else if who, n = r.foreign(line, toks, 0); n == 0 {
		return "", 0, false
	}
	if n+1 >= len(toks) || toks[n].fold != ":" && toks[n].fold != "→" && (toks[n].fold != "–" || toks[n].from == toks[n-1].to) {
		return "", 0, false
	}
	return who, n + 1, own
}

// taskLike tells whether the words are something to do: they begin with a verb, or name a deadline.
func (r *reader) taskLike(text string) bool {
	toks := tokens(text)
	return r.deadline(text, toks) || r.verb(toks, 0) > 0 || len(toks) > 1 && r.ownInfinitive(toks)
}

// ownInfinitive tells whether the words are an infinitive phrase of the sender's own language: "rédiger le plan", "Budget klären".
func (r *reader) ownInfinitive(toks []token) bool {
	ends := func(place string, t token) bool {
		return !t.capital && len(t.lower) > 4 && slices.ContainsFunc(r.lex.own["verb-endings"][place], func(end string) bool { return strings.HasSuffix(t.lower, end) })
	}
	end := len(toks) - 1 - trailing(toks)
	return ends("next-ending", toks[0]) && r.lex.means("verbs", "idle", toks, 0) == 0 || end > 0 && ends("last-ending", toks[end]) && r.lex.means("verbs", "idle", toks, end) == 0
}

// tasks tells whether a list of the units holds a task of one of the two people: then all its lines with a name are tasks.
func (r *reader) tasks(units []unit) bool {
	for _, u := range units {
		toks := tokens(u.head)
		if _, n, own := r.namedColon(u.head, toks); n > 0 && own && u.listed && r.taskLike(tail(u.head, toks, n)) {
			return true
		}
	}
	return false
}
