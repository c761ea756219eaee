package reply

import (
	"slices"
	"strings"
	"time"

	"duolog/meeting"
)

func (r *reader) welcoming() bool { return r.c.Occasion.Kind == meeting.LetterWelcome }

// changedMind reads the yes of somebody who said no before, in answer to any mail.
func (r *reader) changedMind(u unit) ([]meeting.Intent, bool) {
	if c := r.c.Sender.Consent; c == nil || c.State != "no" || r.spoken > 1 || !r.covers(tokens(u.head), "yes") {
		return nil, false
	}
	return []meeting.Intent{{Kind: meeting.Consented, State: "yes", Words: u.head}}, true
}

// welcomed reads what answers the welcome mail: yes, no, by mail only, wishes for the rhythm, or the first topic, which
// counts as yes. A question is none.
func (r *reader) welcomed(u unit) ([]meeting.Intent, bool) {
	if !r.welcoming() {
		return nil, false
	}
	toks := tokens(u.head)
	consent := meeting.Intent{Kind: meeting.Consented, State: "yes"}
	switch {
	case r.lex.has("consent", "mail-only", toks):
		consent.State = "mail-only"
		return []meeting.Intent{consent}, true
	case r.agrees(toks, "no"):
		consent.State = "no"
		return []meeting.Intent{consent}, true
	case r.agrees(toks, "yes"):
		return []meeting.Intent{consent}, true
	}
	if all := r.wishes(u.head, toks); len(all) > 0 {
		if r.lex.means("consent", "yes", toks, 0) > 0 {
			consent.Words = u.head
			all = append([]meeting.Intent{consent}, all...)
		}
		return withLast(all, u.context), true
	}
	if n := r.lex.means("consent", "yes", toks, 0); n > 0 && n < len(toks) && !toks[n].isWord() {
		for n < len(toks) && (!toks[n].isWord() || r.lex.means("consent", "yes", toks, n) > 0) {
			n += max(1, r.lex.means("consent", "yes", toks, n))
		}
		consent.Words = span(u.head, toks, 0, n)
		u.head = tail(u.head, toks, n)
		rest, ok := r.byOwnLabel(u)
		if in, wish := r.setting(u.head, tokens(u.head)); wish && !ok {
			rest, ok = []meeting.Intent{withContext(in, u.context)}, true
		}
		if !ok {
			rest, _ = r.byDefault(strip(u.head), u.context)
		}
		return append([]meeting.Intent{consent}, rest...), true
	}
	return nil, false
}

// firstTopic counts as a yes to the welcome mail. A question about it does not.
func (r *reader) firstTopic() {
	if !r.welcoming() {
		return
	}
	for i, in := range r.out.Intents {
		if in.Kind == meeting.Consented || in.Kind == meeting.Cadence || in.Kind == meeting.SetOwn {
			return
		}
		if r.lex.has("consent", "no", tokens(in.Words)) {
			return // a no in many words is no yes
		}
		agreed := r.lex.means("consent", "yes", tokens(in.Words), 0) > 0
		if in.Kind == meeting.AddTopic && (agreed || !strings.HasSuffix(strings.TrimSpace(in.Words), "?")) {
			r.out.Intents = slices.Insert(r.out.Intents, i, meeting.Intent{Kind: meeting.Consented, State: "yes", Words: in.Words})
			return
		}
	}
}

// wishes reads another rhythm and another language out of a line.
func (r *reader) wishes(line string, toks []token) []meeting.Intent {
	var all []meeting.Intent
	if in, ok := r.rhythm(line, toks); ok {
		all = append(all, in)
	}
	for i := range toks {
		code, n := r.lex.at("language", toks, i)
		if n > 0 && (n > 1 || i > 0 && r.lex.means("settings", "in", toks, i-1) > 0) {
			all = append(all, meeting.Intent{Kind: meeting.SetOwn, Item: "language", State: code, Words: line})
			break
		}
	}
	return all
}

var byDay = []string{"", "MO", "TU", "WE", "TH", "FR", "SA", "SU"}

// rhythm reads "every two weeks", "Tuesdays 9:30" as an RFC 5545 rule and a first time.
func (r *reader) rhythm(line string, toks []token) (meeting.Intent, bool) {
	in := meeting.Intent{Kind: meeting.Cadence, Words: line}
	weekday, hour, minute, every := 0, -1, 0, ""
	for i := range toks {
		if m, n := r.lex.at("cadence", toks, i); n > 0 && every == "" {
			every = m
		}
		if m, n := r.lex.at("weekdays-plural", toks, i); n > 0 && weekday == 0 {
			weekday = int(m[0] - '0')
		} else if w, n := r.cal.weekdayName(toks, i); n > 0 && weekday == 0 {
			if _, long := r.lex.at("weekdays", toks, i); long > 0 {
				weekday = w
			}
		}
		if h, m, n := r.cal.hour(toks, i); n > 0 && hour < 0 {
			hour, minute = h, m
		}
	}
	if every == "" && (weekday == 0 || hour < 0) {
		return in, false
	}
	in.State = rule(every, weekday)
	if weekday > 0 && hour >= 0 {
		day := r.cal.in((weekday - isoWeekday(r.cal.now) + 7) % 7)
		in.Start = time.Date(day.Year(), day.Month(), day.Day(), hour, minute, 0, 0, day.Location())
		if in.Start.Before(r.cal.now) {
			in.Start = in.Start.AddDate(0, 0, 7)
		}
		r.warnNight(&in, in.Start)
	}
	return in, true
}

// rhythmAlone reads a line that is a rhythm and nothing else, where one was asked for or could not be read: "every two weeks".
func (r *reader) rhythmAlone(u unit) ([]meeting.Intent, bool) {
	asked := r.c.Occasion.Kind == meeting.LetterMove && r.c.Occasion.Item == meeting.AboutRhythm
	if !asked && !r.answersAck() || len(u.context) > 0 {
		return nil, false
	}
	toks := tokens(u.head)
	found := false
	for i := 0; i < len(toks); {
		_, n := r.lex.at("cadence", toks, i)
		found = found || n > 0
		if _, m := r.lex.at("weekdays-plural", toks, i); m > n {
			n, found = m, found || asked
		}
		if m, ok := r.cal.moment(u.head, toks, i); ok {
			n = max(n, m.n)
		}
		n = max(n, r.lex.means("dates", "on", toks, i), r.lex.means("control", "please", toks, i), r.lex.means("meeting", "instead", toks, i), r.lex.means("filler", "lead", toks, i), r.lex.means("answers", "no", toks, i))
		if n == 0 && !toks[i].isWord() {
			n = 1
		}
		if n == 0 {
			return nil, false
		}
		i += n
	}
	in, ok := r.rhythm(u.head, toks)
	return []meeting.Intent{in}, ok && (found || r.c.Occasion.Stage == meeting.StageDeclined)
}

func rule(every string, weekday int) string {
	s := "FREQ=WEEKLY"
	switch every {
	case "monthly":
		s = "FREQ=MONTHLY"
	case "", "weekly":
	default:
		s += ";INTERVAL=" + every
	}
	if weekday > 0 {
		day := byDay[weekday]
		if every == "monthly" {
			day = "1" + day
		}
		s += ";BYDAY=" + day
	}
	return s
}

func zoneName(words string) string {
	for _, w := range strings.Fields(words) {
		w = strings.Trim(w, ".,;!()")
		if loc, err := time.LoadLocation(w); err == nil && strings.Contains(w, "/") {
			return loc.String()
		}
	}
	return ""
}
