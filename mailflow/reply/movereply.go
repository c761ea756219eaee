package reply

import (
	"slices"
	"strings"
	"time"

	"duolog/meeting"
)

// moveVerdict reads the answer to a move that the other side asked for.
func (r *reader) moveVerdict(line string) (meeting.Intent, bool) {
	toks := tokens(line)
	if r.c.Occasion.Kind == meeting.LetterMove && (r.c.Occasion.Stage == meeting.StageAsked || r.c.Occasion.Stage == meeting.StageDeclined) {
		return r.verdictOnAsked(line, toks)
	}
	next := r.c.Log.NextMeeting(r.c.Received)
	if next == nil || next.Proposal == nil || next.Proposal.By == r.c.Sender.ID || r.answersAck() {
		return meeting.Intent{}, false
	}
	switch {
	case r.covers(toks, "yes"):
		return meeting.Intent{Kind: meeting.Confirm}, true
	case r.covers(toks, "no"):
		return meeting.Intent{Kind: meeting.Reject, Item: next.ID}, true
	case r.agreesOn(line, toks, next.Proposal.Start):
		return meeting.Intent{Kind: meeting.Confirm}, true
	}
	if in, ok := r.chosen(line, toks, next.Proposal); ok {
		return in, true
	}
	return r.otherSlot(line, toks)
}

// declines reads "no, I'm travelling on Friday": a no with its reason.
func (r *reader) declines(line string, toks []token) (meeting.Intent, bool) {
	i := r.lead(toks, 0)
	n := r.lex.means("answers", "no", toks, i)
	if n == 0 || i+n >= len(toks) || toks[i+n].isWord() || strings.HasSuffix(line, "?") {
		return meeting.Intent{}, false
	}
	return meeting.Intent{Kind: meeting.Reject, Reason: strip(tail(line, toks, i+n))}, true
}

// agreesOn reads "yes, Friday works": a yes that names the day, and the hour, that was proposed.
func (r *reader) agreesOn(line string, toks []token, proposed time.Time) bool {
	there := proposed.In(r.cal.now.Location())
	all := r.cal.moments(line, toks)
	if len(all) == 0 {
		return false
	}
	m := all[0]
	if m.day.IsZero() || iso(m.day) != iso(there) || m.clock && !m.start.Equal(proposed) {
		return false
	}
	rest := append(append([]token{}, toks[:m.at]...), toks[m.at+m.n:]...)
	return r.covers(rest, "yes")
}

// otherSlot reads "no, Wednesday at 9 would be better" and "yes, but 10:30": another time instead of the one proposed.
func (r *reader) otherSlot(line string, toks []token) (meeting.Intent, bool) {
	k := 0
	for k < len(toks) {
		n := max(r.lex.means("answers", "yes", toks, k), r.lex.means("answers", "no", toks, k), r.lex.means("filler", "lead", toks, k))
		if _, polite := r.politeness(toks, k); n == 0 {
			n = polite
		}
		if n == 0 && !toks[k].isWord() {
			n = 1
		}
		if n == 0 {
			break
		}
		k += n
	}
	rest := tail(line, toks, k)
	after := tokens(rest)
	m, ok := r.cal.moment(rest, after, 0)
	if !ok || !m.clock || m.floats || m.by {
		return r.move(rest, after)
	}
	if in, ok := r.better(rest, after); ok {
		return in, true
	}
	if !r.covers(append(tokens("ok"), after[m.at+m.n:]...), "yes") && slices.ContainsFunc(after[m.at+m.n:], token.isWord) {
		return meeting.Intent{}, false
	}
	in := meeting.Intent{Kind: meeting.MoveMeeting}
	if next := r.c.Log.NextMeeting(r.c.Received); m.day.IsZero() && next != nil && next.Proposal != nil { // "yes, but at 11"
		y, mon, d := next.Proposal.Start.In(m.start.Location()).Date()
		m.day = time.Date(y, mon, d, 0, 0, 0, 0, m.start.Location())
		m.start = time.Date(y, mon, d, m.start.Hour(), m.start.Minute(), 0, 0, m.start.Location())
	}
	r.slot(&in, m, false)
	return r.moved(in, "", nil, 0, 0, true)
}

// verdictOnAsked reads a yes or no to the mail that asks for another time, rhythm or manager: the mail says which.
func (r *reader) verdictOnAsked(line string, toks []token) (meeting.Intent, bool) {
	for _, said := range [][]token{toks, toks[r.lead(toks, 0):]} {
		switch {
		case r.covers(said, "yes"):
			return meeting.Intent{Kind: meeting.Confirm}, true
		case r.covers(said, "no"):
			return meeting.Intent{Kind: meeting.Reject}, true
		}
	}
	if m := r.c.Log.NextMeeting(r.c.Received); m != nil && m.Proposal != nil && r.c.Occasion.Item == "" && r.agreesOn(line, toks, m.Proposal.Start) {
		return meeting.Intent{Kind: meeting.Confirm}, true
	} else if m != nil && m.Proposal != nil && r.c.Occasion.Item == "" {
		if in, ok := r.chosen(line, toks, m.Proposal); ok {
			return in, true
		}
	}
	if in, ok := r.otherSlot(line, toks); ok {
		return in, true
	}
	return r.declines(line, toks)
}
