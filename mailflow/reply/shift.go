package reply

import (
	"time"

	"duolog/meeting"
)

// shift reads "can we start half an hour later?" and "push it back by an hour": the meeting's own hour, moved.
func (r *reader) shift(s string, toks []token) (meeting.Intent, bool) {
	next := r.c.Log.Planned(r.c.Occasion.Meeting)
	if next == nil {
		next = r.c.Log.NextMeeting(r.c.Received)
	}
	var by time.Duration
	way := 0
	for i := r.lead(toks, 0); i < len(toks); {
		d, n := r.length(toks, i)
		if n > 0 {
			by = d
		}
		for meaning, w := range map[string]int{"later": 1, "earlier": -1} {
			if m := r.lex.means("shift", meaning, toks, i); m > n {
				way, n = w, m
			}
		}
		if m, ok := r.cal.moment(s, toks, i); ok && next != nil && iso(m.day) == iso(next.Start.In(r.cal.now.Location())) && !m.clock {
			n = max(n, m.n)
		}
		if n = max(n, r.shiftFiller(toks, i)); n == 0 {
			return meeting.Intent{}, false
		}
		i += n
	}
	if next == nil || by == 0 || way == 0 {
		return meeting.Intent{}, false
	}
	in := meeting.Intent{Kind: meeting.MoveMeeting, Start: next.Start.Add(time.Duration(way) * by).In(r.cal.now.Location())}
	r.warnNight(&in, in.Start)
	return in, true
}

func (r *reader) shiftFiller(toks []token, i int) int {
	n := max(r.lex.means("shift", "filler", toks, i), r.lex.means("meeting", "instead", toks, i), r.lex.means("control", "please", toks, i), r.lex.means("meeting", "move", toks, i), r.lex.means("meeting", "talk", toks, i))
	if n == 0 && !toks[i].isWord() {
		return 1
	}
	return n
}

// length reads "an hour", "half an hour", "30 min" at token i.
func (r *reader) length(toks []token, i int) (time.Duration, int) {
	if n := r.lex.means("shift", "half-hour", toks, i); n > 0 {
		return 30 * time.Minute, n
	}
	if minutes, n := r.minutes(toks, i); n > 0 {
		return time.Duration(minutes) * time.Minute, n
	}
	count, n := r.cal.count(toks, i)
	if n == 0 {
		return 0, 0
	}
	if m := r.lex.means("meeting", "hours", toks, i+n); m > 0 {
		return time.Duration(count) * time.Hour, n + m
	}
	return 0, 0
}
