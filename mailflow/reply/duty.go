package reply

import (
	"strings"

	"duolog/meeting"
)

// inflection is how a language shows that a verb follows a word of duty: a verb that is known, a word with the ending of an
// infinitive right behind it, or such a word where the clause ends.
type inflection struct {
	group  string
	follow func(r *reader, line string, toks []token, k int) bool
}

var inflections = []inflection{
	{"duty", (*reader).knownVerb},
	{"duty-next", func(r *reader, _ string, toks []token, k int) bool {
		return k < len(toks) && r.infinitive("next-ending", toks[k]) && r.lex.means("verbs", "idle", toks, k) == 0
	}},
	{"duty-last", (*reader).closesWithVerb},
}

// duty reads a subject and a word of duty, wish or intent before something to do: "I should ask Lena", "Priya has to finish
// the draft". Only after the meeting: before it, such a sentence is something to talk about.
func (r *reader) duty(line string, toks []token, i int) (subject, bool) {
	if !r.afterMeeting() || strings.HasSuffix(line, "?") {
		return subject{}, false
	}
	who, named := r.bearer(line, toks, i)
	for _, f := range inflections {
		for _, p := range []struct {
			kind, who string
			from      int
		}{{"i", r.c.Sender.ID, i}, {"you", r.otherID(), i}, {"they", r.lastNamed, i}, {"name", who, i + named}, {"asked", "", i}} {
			n := r.lex.means(f.group, p.kind, toks, p.from)
			if n == 0 || p.kind == "name" && named == 0 || p.kind == "they" && p.who == "" {
				continue
			}
			k := p.from + n
			if p.kind == "asked" { // "I asked Priya to …"
				m, n := r.member(toks, k)
				to := r.lex.means("promise", "to", toks, k+n)
				if n == 0 || to == 0 {
					continue
				}
				p.who, k = m.ID, k+n+to
			}
			if p.kind == "i" {
				k += r.lex.means("promise", "i-pronoun", toks, k) // "Muss ich noch mit Ana besprechen"
			}
			for a := 1; a > 0; k += a {
				a = r.lex.means("duty", "adverb", toks, k)
			}
			if r.habit(toks, k) && !r.dated(line, toks) {
				return subject{}, false
			}
			if f.follow(r, line, toks, k) {
				return subject{who: p.who, from: i, n: k - i, kind: p.kind}, true
			}
		}
	}
	return subject{}, false
}

// gerund reads "I'm sending the examples tomorrow": what is under way and has a day.
func (r *reader) gerund(line string, toks []token, i int) (subject, bool) {
	if !r.afterMeeting() {
		return subject{}, false
	}
	who, named := r.bearer(line, toks, i)
	for _, p := range []struct {
		kind, who string
		from      int
	}{{"i", r.c.Sender.ID, i}, {"you", r.otherID(), i}, {"name", who, i + named}} {
		n := r.lex.means("duty", p.kind+"-gerund", toks, p.from)
		if n > 0 && (p.kind != "name" || named > 0) && r.lex.means("verbs", "gerund", toks, p.from+n) > 0 && r.dated(line, toks) {
			return subject{who: p.who, from: i, n: p.from + n - i, kind: p.kind}, true
		}
	}
	return subject{}, false
}

// mentioned tells whether the log speaks of somebody of that name, so that a verb behind it says what they do.
func (r *reader) mentioned(name string) bool {
	for _, a := range r.c.Log.Actions {
		if name != "" && (a.Who == name || says(name, a.What)) {
			return true
		}
	}
	return false
}

// says tells whether the word stands in the text.
func says(word, text string) bool {
	for _, t := range tokens(text) {
		if t.fold == fold(word) {
			return true
		}
	}
	return false
}

// bearer is who is named at token i, one of the two or somebody else.
func (r *reader) bearer(line string, toks []token, i int) (who string, n int) {
	if p, n := r.member(toks, i); n > 0 {
		return p.ID, n
	}
	if i >= len(toks) {
		return "", 0
	}
	return r.foreign(line, toks, i)
}

// knownVerb tells whether something to do stands at token k: a verb of work, or one of many meanings if a day is named.
func (r *reader) knownVerb(line string, toks []token, k int) bool {
	work := r.lex.means("verbs", "work", toks, k)
	if r.lex.means("verbs", "vague", toks, k) > work {
		return r.dated(line, toks)
	}
	return max(work, r.verb(toks, k)) > 0 || r.withOther(toks, k)
}

// closesWithVerb tells whether the clause that token k goes on with ends in an infinitive, a date or place aside.
func (r *reader) closesWithVerb(line string, toks []token, k int) bool {
	end := k
	for end < len(toks) && (toks[end].isWord() || strings.Contains("\"'/&", toks[end].fold)) {
		end++
	}
	return end > k && !toks[end-1].capital && r.infinitive("last-ending", toks[end-1]) && r.lex.means("verbs", "idle", toks, end-1) == 0
}

func (r *reader) infinitive(ending string, t token) bool {
	for end := range r.lex.tenses[ending] {
		if len(t.lower) > len(end)+1 && strings.HasSuffix(t.lower, end) {
			return true
		}
	}
	return false
}

// withOther tells whether words of talking name a third person to talk to: "talk to Ana" is a task, "talk about it" is not.
func (r *reader) withOther(toks []token, k int) bool {
	n := r.lex.means("verbs", "talk-to", toks, k)
	return n > 0 && k+n < len(toks) && r.lex.means("promise", "toward", toks, k+n) == 0 && r.lex.means("promise", "thee", toks, k+n) == 0
}

// thirdPerson tells whether a verb of work in the present tense stands at token k: "Priya sends …". Somebody outside the pair
// needs a day for it, as does a verb of many meanings.
func (r *reader) thirdPerson(line string, toks []token, k int, p *meeting.Person, who string) bool {
	if !r.afterMeeting() || k+1 >= len(toks) || !toks[k+1].isWord() {
		return false
	}
	third, vague := r.lex.means("verbs", "third", toks, k), r.lex.means("verbs", "vague-third", toks, k)
	switch {
	case p != nil && r.lex.means("verbs", "talk-third", toks, k) > 0:
		return true
	case third == 0 && vague == 0:
		return false
	case vague > third && p == nil && !r.mentioned(who): // "Launch moves to June"
		return false
	case vague > 0 || p == nil && !r.mentioned(who):
		return r.dated(line, toks)
	}
	return true
}

// passive reads "The runbook will be updated by Priya" and, with a deadline, "The slides have to be ready by Monday".
func (r *reader) passive(line string) (meeting.Intent, bool) {
	toks := tokens(line)
	start := r.lead(toks, 0)
	if !r.afterMeeting() || strings.HasSuffix(strings.TrimSpace(line), "?") || r.lex.means("not-promise", "if", toks, start) > 0 {
		return meeting.Intent{}, false
	}
	if r.lex.has("passive", "standing", toks) && !r.dated(line, toks) { // "Das Budget wird von Lena verwaltet"
		return meeting.Intent{}, false
	}
	for i := start + 1; i < len(toks); i++ {
		n := r.lex.means("passive", "will", toks, i)
		need := r.lex.means("passive", "must", toks, i)
		if max(n, need) == 0 || r.lex.means("not-promise", "within", toks, i+max(n, need)) > 0 {
			continue
		}
		in := meeting.Intent{Kind: meeting.AddAction, Words: line}
		body := tail(line, toks, start)
		if who, at, m := r.agent(line, toks, i+max(n, need)); m > 0 {
			in.Who, body = who, leaveOut(body, tokens(body), at-start, m)
		} else if need == 0 || !r.deadline(line, toks) || r.negated(toks, i) {
			return meeting.Intent{}, false
		}
		r.fillAction(&in, body)
		r.askMissing(&in)
		return in, in.Text != ""
	}
	return meeting.Intent{}, false
}

// agent finds who does it in a passive: "by Priya".
func (r *reader) agent(line string, toks []token, i int) (who string, at, n int) {
	for ; i < len(toks); i++ {
		by := r.lex.means("passive", "by", toks, i)
		if by == 0 {
			continue
		}
		if _, dated := r.cal.moment(line, toks, i); dated {
			continue
		}
		if who, m := r.person(line, toks, i+by); m > 0 {
			return who, i, by + m
		}
	}
	return "", 0, 0
}

// wished reads "It would be great if you could send the numbers".
func (r *reader) wished(toks []token, i int) (subject, bool) {
	n := r.lex.means("duty", "wish", toks, i)
	if n == 0 {
		return subject{}, false
	}
	k := i + n
	can := r.lex.means("duty", "wish-can", toks, k)
	if can == 0 {
		return subject{}, false
	}
	return subject{who: r.otherID(), from: i, n: n + can, kind: "you"}, true
}
