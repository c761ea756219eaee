package reply

import (
	"strings"

	"duolog/meeting"
)

// topicStates are the states a topic can be given, with what they are called in the language tables.
var topicStates = []struct {
	meaning string
	state   meeting.TopicState
}{
	{"follow-up", meeting.TopicFollowUp}, {"parked", meeting.TopicParked}, {"topic-dropped", meeting.TopicDropped},
	{"next-time", meeting.TopicNextTime}, {"discussed", meeting.TopicDiscussed}, {"open", meeting.TopicOpen},
}

// aboutTopic reads what stands after a topic's id.
func (r *reader) aboutTopic(id, rest string) []meeting.Intent {
	toks := tokens(rest)
	k := r.afterIs(toks)
	best, state := 0, meeting.TopicState("")
	for _, s := range topicStates {
		if n := r.lex.means("states", s.meaning, toks, k); n > best {
			best, state = n, s.state
		}
	}
	if best == 0 {
		k, best, state = r.stateFurtherOn(rest, toks, k)
	}
	if state == meeting.TopicNextTime {
		if in, ok := r.again(id, rest, toks, k+best); ok {
			return []meeting.Intent{in}
		}
	}
	if best == 0 || r.lex.means("states", "not-yet", toks, k) >= best || !r.topicStateEnds(toks, k+best, state, r.lex.means("states", "firm", toks, k) == best) {
		return r.underTopic(id, rest)
	}
	if state == meeting.TopicDiscussed && r.beforeMeeting() && r.lex.has("states", "but", toks[k+best:]) { // "… last time, but I want to come back to it"
		return r.underTopic(id, rest)
	}
	in := meeting.Intent{Kind: meeting.UpdateTopic, Item: id, State: string(state)}
	after := tail(rest, toks, k+best)
	if state == meeting.TopicFollowUp {
		r.followUp(&in, after)
		return []meeting.Intent{in}
	}
	if text := strip(after); text != "" {
		return append([]meeting.Intent{in}, r.underTopic(id, text)...)
	}
	return []meeting.Intent{in}
}

// stateFurtherOn finds a firm state behind small words or a day: "T2 hatten wir keine Zeit".
func (r *reader) stateFurtherOn(rest string, toks []token, k int) (at, best int, state meeting.TopicState) {
	for k < len(toks) && best == 0 {
		n := max(r.lex.means("states", "around", toks, k), r.lex.means("filler", "lead", toks, k))
		if m, ok := r.cal.moment(rest, toks, k); ok {
			n = max(n, m.n)
		}
		if n = max(n, r.lex.means("states", "is", toks, k)); n == 0 {
			break
		}
		k += n
		for _, s := range topicStates {
			if n := r.lex.means("states", s.meaning, toks, k); n > best && r.lex.means("states", "firm", toks, k) >= n {
				best, state = n, s.state
			}
		}
	}
	return k, best, state
}

// comeBack reads a new day alone, in answer to the mail about a topic to come back to: "Friday", "not yet, next Monday".
func (r *reader) comeBack(id, line string) (meeting.Intent, bool) {
	toks := tokens(line)
	m, ok := last(r.cal.moments(line, toks))
	if !ok || m.floats || id[0] != 'T' || r.c.Occasion.Kind != meeting.LetterReminder || !r.barely(toks, m) {
		return meeting.Intent{}, false
	}
	in := meeting.Intent{Kind: meeting.UpdateTopic, Item: id, State: string(meeting.TopicFollowUp)}
	r.setDue(&in, m)
	if m.clock {
		in.Start = m.start
		r.warnNight(&in, m.start)
	}
	return in, true
}

// again reads "once more on Tuesday at 10": next time, with a day and hour of its own.
func (r *reader) again(id, rest string, toks []token, k int) (meeting.Intent, bool) {
	m, ok := r.cal.moment(rest, toks, k)
	if !ok || !m.clock || m.day.IsZero() || !onlyMarks(toks, m.at+m.n) {
		return meeting.Intent{}, false
	}
	in := meeting.Intent{Kind: meeting.UpdateTopic, Item: id, State: string(meeting.TopicFollowUp)}
	r.followUp(&in, tail(rest, toks, k))
	return in, true
}

// topicStateEnds tells whether a state is all that the words say: "later" in "later we saw …" is none. A firm one needs no end:
// "discussed at length".
func (r *reader) topicStateEnds(toks []token, k int, state meeting.TopicState, firm bool) bool {
	if k >= len(toks) || !toks[k].isWord() {
		return k >= len(toks) || toks[k].fold != "?"
	}
	if state == meeting.TopicFollowUp || firm || r.lex.means("states", "when", toks, k) > 0 || r.lex.means("common", "and", toks, k) > 0 {
		return true
	}
	return r.lex.means("common", "with", toks, k) > 0 || r.lex.means("filler", "lead", toks, k) > 0
}

// followUp reads the day or hour of a follow-up meeting.
func (r *reader) followUp(in *meeting.Intent, after string) {
	toks := tokens(after)
	m, ok := first(r.cal.moments(after, toks))
	if !ok {
		in.Text = strip(after)
		return
	}
	r.setDue(in, m)
	if m.clock {
		in.Start = m.start
		r.warnNight(in, m.start)
	}
	in.Text = strip(span(after, toks, 0, m.at) + " " + tail(after, toks, m.at+m.n))
}

// underTopic reads words that belong to a topic: a promise made there, or a comment.
func (r *reader) underTopic(id, text string) []meeting.Intent {
	text = strip(text)
	toks := tokens(text)
	if n := r.lex.means("control", "please", toks, 0); n > 0 && n < len(toks) && !toks[n].isWord() {
		text = strip(tail(text, toks, n))
		toks = tokens(text)
	}
	if text == "" || r.wholly(toks, "control", "please") || r.quiet(toks) {
		return nil
	}
	for _, form := range []func(string) (meeting.Intent, bool){r.agreed, r.promise} {
		if in, ok := form(text); ok && (in.Due != "" || !strings.HasSuffix(text, "?")) {
			in.Topic = id
			return []meeting.Intent{in}
		}
	}
	return []meeting.Intent{{Kind: meeting.CommentOn, Item: id, Text: text}}
}
