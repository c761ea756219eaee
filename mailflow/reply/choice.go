package reply

import (
	"slices"
	"strconv"
	"time"

	"duolog/meeting"
)

// chosen reads which of several hours that the other side offered in one breath suits: "Wednesday", "the second one", where "Tuesday
// 3pm or Wednesday 10?" was asked. The first is the one that a mere yes takes.
func (r *reader) chosen(line string, toks []token, p *meeting.MoveProposal) (meeting.Intent, bool) {
	offered := r.offered(p)
	if len(offered) < 2 {
		return meeting.Intent{}, false
	}
	i := r.leadTo("places", toks)
	if place, n := r.lex.at("places", toks, i); n > 0 {
		at, err := strconv.Atoi(place)
		if place == "last" {
			at, err = len(offered), nil
		}
		if rest := toks[i+n:]; err == nil && at <= len(offered) && (!slices.ContainsFunc(rest, token.isWord) || r.covers(rest, "yes") || r.lex.means("meeting", "better", rest, 0) > 0) {
			return meeting.Intent{Kind: meeting.Confirm, Start: offered[at-1]}, true
		}
	}
	for _, start := range offered {
		all := r.cal.moments(line, toks)
		alone := len(all) == 1 && !slices.ContainsFunc(append(slices.Clone(toks[:all[0].at]), toks[all[0].at+all[0].n:]...), token.isWord)
		if r.agreesOn(line, toks, start) || alone && r.pointsTo(all[0], start) {
			return meeting.Intent{Kind: meeting.Confirm, Start: start}, true
		}
	}
	return meeting.Intent{}, false
}

// pointsTo tells whether the moment is that time, or its day alone.
func (r *reader) pointsTo(m moment, start time.Time) bool {
	return !m.day.IsZero() && iso(m.day) == iso(start.In(r.cal.now.Location())) && (!m.clock || m.start.Equal(start))
}

// offered are the hours that a proposal's words name, read as those of the one who wrote them: the proposed one first.
func (r *reader) offered(p *meeting.MoveProposal) []time.Time {
	asker := r.c.Log.Person(p.By)
	if asker == nil || p.Words == "" || asker.ID == r.c.Sender.ID {
		return nil
	}
	theirs := newReader(Context{Log: r.c.Log, Sender: asker, Received: p.At, Occasion: meeting.Occasion{Kind: meeting.LetterPreReport, Person: asker.ID}})
	in, ok := theirs.aboutMeeting(p.Words)
	if !ok || in.Kind != meeting.MoveMeeting || !in.Start.Equal(p.Start) {
		return nil
	}
	all := []time.Time{p.Start}
	later := p.Start.In(theirs.cal.now.Location()).Weekday() == theirs.cal.now.Weekday() // "Tuesday or Wednesday", said on a Tuesday, is next week
	for _, said := range in.Context {
		toks := tokens(said)
		if m, ok := theirs.cal.moment(said, toks, 0); ok {
			if m = theirs.bareHour(said, toks, m); later && m.start.Before(p.Start) {
				m.start = m.start.AddDate(0, 0, 7)
			}
			if m.clock && !m.day.IsZero() && m.start.After(r.c.Received) {
				all = append(all, m.start)
			}
		}
	}
	return all
}
