package reply

import (
	"time"

	"duolog/meeting"
)

// aboutMeeting reads what is said about the meeting itself.
func (r *reader) aboutMeeting(s string) ([]meeting.Intent, bool) {
	toks := tokens(s)
	i := r.lead(toks, 0)
	if in, ok := r.held(toks, i); ok {
		return []meeting.Intent{in}, true
	}
	return nil, false
}

// held reads "held", "held 20 min", "25 min", "took 40 minutes".
func (r *reader) held(toks []token, i int) (meeting.Intent, bool) {
	in := meeting.Intent{Kind: meeting.MeetingHeld}
	said := false
	for i < len(toks) {
		n := r.lex.means("meeting", "held", toks, i)
		if n > 0 {
			said = true
		} else if n = r.lex.means("meeting", "held-filler", toks, i); n == 0 {
			minutes, m := r.minutes(toks, i)
			if m == 0 {
				return in, false
			}
			in.Minutes, n = minutes, m
		}
		i += n
	}
	return in, said || in.Minutes > 0
}

// minutes reads "25 min", "1h", "1h15", "1 hour 15 minutes".
func (r *reader) minutes(toks []token, i int) (minutes, n int) {
	v, ok := number(toks, i)
	if !ok || v <= 0 || v > 600 {
		return r.joinedMinutes(toks, i)
	}
	if k := r.lex.means("meeting", "minutes", toks, i+1); k > 0 {
		return v, 1 + k
	}
	if k := r.lex.means("meeting", "hours", toks, i+1); k > 0 && v < 10 {
		more, m := r.minutes(toks, i+1+k)
		return v*60 + more, 1 + k + m
	}
	return 0, 0
}

// joinedMinutes reads "25min" and "1h15".
func (r *reader) joinedMinutes(toks []token, i int) (minutes, n int) {
	if i >= len(toks) {
		return 0, 0
	}
	text := toks[i].fold
	if d, err := time.ParseDuration(text); err == nil {
		return int(d / time.Minute), 1
	}
	if d, err := time.ParseDuration(text + "m"); err == nil && d > time.Minute {
		return int(d / time.Minute), 1
	}
	k := 0
	for k < len(text) && text[k] >= '0' && text[k] <= '9' {
		k++
	}
	if k == 0 || k == len(text) {
		return 0, 0
	}
	return r.minutes([]token{{fold: text[:k]}, {fold: text[k:]}}, 0)
}

// warnNight asks when the hour is at night for the other side.
func (r *reader) warnNight(in *meeting.Intent, start time.Time) {
	if r.other == nil {
		return
	}
	there := start.In(r.other.Location())
	if h := there.Hour(); h >= 20 || h < 7 {
		in.Asks = append(in.Asks, meeting.Ask{Code: meeting.AskNightHour, Args: []string{there.Format("15:04"), r.other.FirstName()}})
	}
}
