package reply

import (
	"strings"
	"time"

	"duolog/meeting"
)

// aboutMeeting reads what is said about the meeting itself.
func (r *reader) aboutMeeting(s string) (meeting.Intent, bool) {
	toks := tokens(s)
	for _, form := range []func(string, []token) (meeting.Intent, bool){r.didNotHappen, r.cannotBut, r.shift, r.talk, r.move, r.better, r.slots, r.rhythmAsked, r.skip, r.allDiscussed, r.held} {
		if in, ok := form(s, toks); ok {
			return in, true
		}
	}
	return meeting.Intent{}, false
}

// clause finds a phrase of the meaning at the start of the line, or of a clause in it.
func (r *reader) clause(meaning string, toks []token) (at, n int) {
	start := r.lead(toks, 0)
	dayFirst := r.afterDay(toks, start)
	for i := start; i < len(toks); i++ {
		if i > start && i != dayFirst && !r.clauseStarts(toks, i) {
			continue
		}
		n := r.lex.means("meeting", meaning, toks, i)
		if please := r.lex.means("control", "please", toks, i); please > 0 && toks[i].isWord() { // "please skip the 1:1"
			if after := r.lex.means("meeting", meaning, toks, i+please); after > 0 {
				n = max(n, please+after)
			}
		}
		if n > 0 {
			return i, n
		}
		if n := r.asksToMove(toks, i); n > 0 && meaning == "move" {
			return i, n
		}
	}
	return 0, 0
}

// afterDay is the token after a day, and a please, that a clause may begin with: "this week please skip".
func (r *reader) afterDay(toks []token, i int) int {
	if d := r.cal.day(toks, i); d.n > 0 {
		i += d.n
		if i < len(toks) && toks[i].isWord() {
			i += r.lex.means("control", "please", toks, i)
		}
	}
	return i
}

// asksToMove reads "could we move our meeting to", in any words that the tables know for its parts.
func (r *reader) asksToMove(toks []token, i int) int {
	k := i + r.lex.means("meeting", "can", toks, i)
	asked := k > i
	if k < len(toks) && toks[k].isWord() {
		k += r.lex.means("control", "please", toks, k)
	}
	verb := r.lex.means("meeting", "move-verb", toks, k)
	k += verb
	objects := 0
	for n := 1; n > 0; k += n {
		if n = r.lex.means("meeting", "object", toks, k); n > 0 {
			objects++
		}
	}
	if verb == 0 && !asked || objects == 0 && !asked || verb == 0 && objects == 0 {
		return 0
	}
	if verb == 0 && !r.verbLast(toks, k) {
		return 0
	}
	return k - i
}

// verbLast tells whether the line ends with the verb, as in "Können wir den Termin auf Donnerstag 17 Uhr schieben?".
func (r *reader) verbLast(toks []token, k int) bool {
	end := len(toks)
	for end > k && !toks[end-1].isWord() {
		end--
	}
	return end > k && r.lex.means("meeting", "move-verb", toks, end-1) > 0
}

// didNotHappen reads "we didn't meet, Sam was sick".
func (r *reader) didNotHappen(s string, toks []token) (meeting.Intent, bool) {
	if start := r.lead(toks, 0); r.beforeMeeting() && r.lex.means("meeting", "skip", toks, start) > r.lex.means("meeting", "missed", toks, start) {
		return meeting.Intent{}, false // "no 1:1 this week"
	}
	i := r.lead(toks, 0)
	n := r.lex.means("meeting", "missed", toks, i)
	if n > 0 && r.toCome(s, toks, i+n) { // "no 1:1 next week"
		return meeting.Intent{}, false
	}
	if n == 0 && r.afterMeeting() {
		n = r.lex.means("meeting", "missed-after", toks, i)
	}
	if n == 0 {
		return r.whyNot(s, toks)
	}
	if !r.reasonFollows(s, toks, i+n) {
		return meeting.Intent{}, false
	}
	return meeting.Intent{Kind: meeting.MeetingMissed, Reason: r.reason(s, toks, i+n)}, true
}

// toCome tells whether a day after today stands at token i.
func (r *reader) toCome(s string, toks []token, i int) bool {
	m, ok := r.cal.moment(s, toks, i)
	return ok && m.day.After(r.cal.today())
}

// whyNot reads "Priya was on a plane so we didn't meet": the reason first.
func (r *reader) whyNot(s string, toks []token) (meeting.Intent, bool) {
	for i := 2; i < len(toks); i++ {
		n := r.lex.means("meeting", "missed", toks, i)
		if n == 0 || !r.clauseStarts(toks, i) && r.lex.means("filler", "lead", toks, i-1) == 0 {
			continue
		}
		if onlyMarks(toks, i+n) || r.quiet(toks[i+n:]) {
			before := span(s, toks, 0, i)
			if r.lex.means("filler", "lead", toks, i-1) > 0 {
				before = span(s, toks, 0, i-1)
			}
			return meeting.Intent{Kind: meeting.MeetingMissed, Reason: strip(before)}, true
		}
	}
	return meeting.Intent{}, false
}

// reasonFollows tells whether the sentence ends at token k, or goes on with a day and a reason.
func (r *reader) reasonFollows(s string, toks []token, k int) bool {
	for k < len(toks) {
		if r.lex.means("meeting", "because", toks, k) > 0 || !toks[k].isWord() {
			return true
		}
		if n := max(r.name(toks, k), r.lex.means("promise", "me", toks, k)); n > 0 && r.lex.means("states", "is", toks, k+n) > 0 {
			return true // "didn't happen sam was sick"
		}
		n := max(r.lex.means("meeting", "instead", toks, k), r.name(toks, k), r.lex.means("dates", "next-meeting", toks, k))
		if n == 0 {
			m, ok := r.cal.moment(s, toks, k)
			if !ok {
				return false
			}
			n = m.n
		}
		k += n
	}
	return true
}

func (r *reader) reason(s string, toks []token, k int) string {
	for k < len(toks) {
		n := max(r.lex.means("meeting", "because", toks, k), r.lex.means("meeting", "instead", toks, k))
		if n == 0 && !toks[k].isWord() {
			n = 1
		}
		if n == 0 {
			break
		}
		k += n
	}
	return strings.TrimRight(strip(tail(s, toks, k)), ".")
}

// skip reads "skip this week", "I'm travelling, can we skip?".
func (r *reader) skip(s string, toks []token) (meeting.Intent, bool) {
	i, n := r.clause("skip", toks)
	if n == 0 {
		i, n = r.skipAround(s, toks)
	}
	if n == 0 { // "no 1:1 next week", "nächste Woche kein Treffen"
		if i, n = r.clause("missed", toks); n > 0 && !r.toCome(s, toks, i+n) && !r.toCome(s, toks, r.lead(toks, 0)) {
			n = 0
		}
	}
	if n == 0 || !r.reasonFollows(s, toks, i+n) || r.unfitFor(toks, i, n) {
		return meeting.Intent{}, false
	}
	before := ""
	if !r.onlyFiller(span(s, toks, 0, i)) && r.afterDay(toks, r.lead(toks, 0)) != i {
		before = strip(span(s, toks, 0, i))
	}
	after := ""
	for k := i + n; k < len(toks); k++ {
		if m := r.lex.means("meeting", "because", toks, k); m > 0 {
			after = r.reason(s, toks, k)
			break
		}
	}
	in := meeting.Intent{Kind: meeting.SkipMeeting, Reason: strings.TrimSpace(before + " " + after)}
	for _, m := range r.moments(s, toks) {
		near := m.at == i+n || m.at < i+n && m.at >= i || m.at == r.lead(toks, 0)
		away := m.at < i && !r.lex.has("meeting", "back", toks[:i])
		if (near || away) && !r.skipped(&in, toks, m) && near {
			return meeting.Intent{}, false
		}
	}
	return in, true
}

// unfitFor tells whether a day suits something or somebody else badly: "Thursday doesn't work for the demo".
func (r *reader) unfitFor(toks []token, i, n int) bool {
	k := i + n
	if r.lex.means("meeting", "unfit", toks, i) != n || k+1 >= len(toks) || !toks[k].isWord() || r.lex.means("meeting", "because", toks, k) == 0 {
		return false
	}
	k += r.lex.means("meeting", "because", toks, k)
	return max(r.lex.means("promise", "me", toks, k), r.lex.means("promise", "we", toks, k), r.name(toks, k)) == 0 && !(k < len(toks) && toks[k].fold == "us")
}

// skipAround finds words that part around the day: "ich kann am Donnerstag leider nicht".
func (r *reader) skipAround(s string, toks []token) (at, n int) {
	i, open := r.clause("skip-open", toks)
	m, ok := r.cal.moment(s, toks, i+open)
	if open == 0 || !ok || m.clock {
		return 0, 0
	}
	end := m.at + m.n
	if closed := r.lex.means("meeting", "skip-close", toks, end); closed > 0 {
		return i, end + closed - i
	}
	return 0, 0
}

// cannotBut reads "I can't make Thursday, Friday at 10?": that the hour does not suit, and another.
func (r *reader) cannotBut(s string, toks []token) (meeting.Intent, bool) {
	for i := 2; i+1 < len(toks); i++ {
		if !strings.Contains(",;.–", toks[i].fold) {
			continue
		}
		left, right := strings.TrimSpace(s[:toks[i].from]), tail(s, toks, i+1)
		if _, ok := r.skip(left, tokens(left)); !ok {
			continue
		}
		in, ok := r.slots(right, tokens(right))
		if !ok {
			in, ok = r.move(right, tokens(right))
		}
		if ok && !in.Start.IsZero() {
			in.Reason = join(left, in.Reason)
			return in, true
		}
	}
	return meeting.Intent{}, false
}

// skipped names the meeting on the day or in the week, where it is another than the one to come. It is false where there is none.
func (r *reader) skipped(in *meeting.Intent, toks []token, m moment) bool {
	next := r.c.Log.NextMeeting(r.c.Received)
	if m.day.IsZero() || next == nil || m.by {
		return !m.by
	}
	week := false
	for k := m.at; k < m.at+m.n; k++ {
		unit, _ := r.lex.at("units", toks, k)
		week = week || unit == "week" || max(r.lex.means("dates", "eow", toks, k), r.lex.means("dates", "week-number", toks, k)) > 0
	}
	in1 := func(t time.Time) bool {
		t = t.In(r.cal.now.Location())
		year, w := m.day.ISOWeek()
		y, v := t.ISOWeek()
		return week && y == year && v == w || iso(t) == iso(m.day)
	}
	if in1(next.Start) && r.c.Occasion.Meeting == "" {
		return true
	}
	for _, other := range r.c.Log.Upcoming(r.c.Received, m.day.AddDate(0, 0, 8)) {
		if in1(other.Start) && other.State == meeting.Planned {
			if other.ID != or(r.c.Occasion.Meeting, next.ID) {
				in.Item = other.ID
			}
			return true
		}
	}
	return false
}

// talk reads a wish to talk before the meeting: "can we talk before Friday?". "Can we talk about …" is a topic.
func (r *reader) talk(s string, toks []token) (meeting.Intent, bool) {
	i, n := r.clause("talk", toks)
	for k := range toks {
		if r.lex.means("clock", "instead", toks, k) > 0 {
			n = 0
		}
	}
	if n == 0 {
		i, n = r.openTalk(toks)
	}
	if n == 0 {
		return meeting.Intent{}, false
	}
	for _, m := range r.cal.moments(s, toks) {
		if m.at+m.n <= i+n || m.day.IsZero() && !m.floats {
			continue
		}
		early := r.lex.means("meeting", "before", toks, m.at) > 0 || m.at > 0 && r.lex.means("meeting", "before", toks, m.at-1) > 0
		direct := m.at <= i+n || r.shortly(toks, i+n, m.at)
		if !early && !direct {
			continue
		}
		in := meeting.Intent{Kind: meeting.AskMeeting, Text: strip(s)}
		r.setDue(&in, m)
		if m.floats {
			in.Due = ""
		}
		if m.clock {
			in.Start = m.start
			r.warnNight(&in, m.start)
		}
		return in, true
	}
	return meeting.Intent{}, false
}

// openTalk finds the wish where the verb comes last: "können wir … reden?".
func (r *reader) openTalk(toks []token) (at, n int) {
	end := len(toks)
	for end > 0 && !toks[end-1].isWord() {
		end--
	}
	if end == 0 || r.lex.means("meeting", "talk-close", toks, end-1) == 0 {
		return 0, 0
	}
	return r.clause("talk-open", toks)
}

// shortly tells whether nothing but a length stands between: "10 min tomorrow".
func (r *reader) shortly(toks []token, i, at int) bool {
	if i >= at {
		return false
	}
	for i < at {
		_, n := r.minutes(toks, i)
		n = max(n, r.lex.means("common", "word", toks, i), r.lex.means("meeting", "held-filler", toks, i))
		if n == 0 || r.lex.means("meeting", "about", toks, i) > 0 {
			return false
		}
		i += n
	}
	return true
}

// move reads "move to Thu 10:00", "can we do thurs at 11 instead, ET?".
func (r *reader) move(s string, toks []token) (meeting.Intent, bool) {
	i, n := r.clause("move", toks)
	if n == 0 || r.lex.means("meeting", "skip", toks, i) > n {
		return meeting.Intent{}, false
	}
	in := meeting.Intent{Kind: meeting.MoveMeeting}
	k := i + n
	found := false
	for k < len(toks) {
		if m, ok := r.cal.moment(s, toks, k); ok && !m.floats {
			m = r.bareHour(s, toks, m)
			r.slot(&in, m, found)
			if m.by {
				return in, false
			}
			found, k = true, k+m.n
			continue
		}
		skip := max(r.lex.means("meeting", "instead", toks, k), r.lex.means("dates", "on", toks, k), r.lex.means("dates", "by", toks, k), r.lex.means("common", "or", toks, k))
		if skip == 0 && !toks[k].isWord() {
			skip = 1
		}
		if skip == 0 {
			break
		}
		k += skip
	}
	return r.moved(in, s, toks, i, k, found)
}

// bareHour takes a number right behind the day of a move as the hour: "Thu 10 or Fri 14". It asks where that day's date could
// be meant.
func (r *reader) bareHour(s string, toks []token, m moment) moment {
	k := m.at + m.n
	h, ok := number(toks, k)
	if !ok || m.clock || m.day.IsZero() || h < 7 || h > 19 || k+1 < len(toks) && toks[k+1].isWord() && r.lex.means("common", "or", toks, k+1) == 0 && r.lex.means("meeting", "instead", toks, k+1) == 0 {
		return m
	}
	for d := m.day.AddDate(0, 0, 7); d.Before(m.day.AddDate(0, 0, 28)); d = d.AddDate(0, 0, 7) {
		if d.Day() == h {
			m.asks = append(m.asks, meeting.Ask{Code: meeting.AskDate, Args: []string{iso(m.day), iso(d)}})
		}
	}
	m.n, m.clock = m.n+1, true
	m.start = time.Date(m.day.Year(), m.day.Month(), m.day.Day(), h, 0, 0, 0, m.day.Location())
	m.said = span(s, toks, m.at, m.at+m.n)
	return m
}

// slot takes one of the proposed times; the first with an hour is the one that is asked for.
func (r *reader) slot(in *meeting.Intent, m moment, again bool) {
	switch {
	case m.clock && in.Start.IsZero():
		if day, err := time.ParseInLocation(time.DateOnly, in.Due, r.cal.now.Location()); err == nil && m.day.IsZero() { // "am Freitag auch um 17 Uhr"
			m.day, m.start = day, time.Date(day.Year(), day.Month(), day.Day(), m.start.Hour(), m.start.Minute(), 0, 0, m.start.Location())
		}
		in.Start = r.onMeetingDay(m)
		in.Due, in.DueWords, in.Asks = "", m.words, m.asks
	case !again:
		in.Due, in.DueWords, in.Asks = m.due(), m.words, m.asks
	default:
		in.Context = append(in.Context, m.said)
	}
}

// onMeetingDay gives an hour said without a day the day of the meeting.
func (r *reader) onMeetingDay(m moment) time.Time {
	if !m.day.IsZero() {
		return m.start
	}
	next := r.c.Log.Planned(r.c.Occasion.Meeting)
	if next == nil {
		next = r.c.Log.NextMeeting(r.c.Received)
	}
	if next == nil {
		return m.start
	}
	y, mon, d := next.Start.In(m.start.Location()).Date()
	return time.Date(y, mon, d, m.start.Hour(), m.start.Minute(), 0, 0, m.start.Location())
}

// moved decides whether the words were about the meeting at all: "move the deployment" is not.
func (r *reader) moved(in meeting.Intent, s string, toks []token, i, k int, found bool) (meeting.Intent, bool) {
	if k > 0 && k+1 < len(toks) && r.lex.means("meeting", "instead", toks, k-1) > 0 {
		if m, ok := r.cal.moment(s, toks, k+1); ok { // "instead of 16:00"
			k += 1 + m.n
		}
	}
	rest := tail(s, toks, k)
	because := k < len(toks) && (r.lex.means("meeting", "because", toks, k) > 0 || k > 0 && !toks[k-1].isWord())
	if k < len(toks) && !because && !found {
		return in, false
	}
	if !found && max(r.lex.means("meeting", "move-only-with-date", toks, i), r.lex.means("meeting", "can", toks, i)) > 0 && r.lex.means("meeting", "move", toks, i) <= 2 {
		return in, false
	}
	in.Reason = r.reason(rest, tokens(rest), 0)
	if before := span(s, toks, 0, i); before != "" && !r.onlyFiller(before) {
		in.Reason = join(strip(strings.TrimRight(before, " ¿¡")), in.Reason)
	}
	if in.Start.IsZero() {
		in.Asks = append(in.Asks, meeting.Ask{Code: meeting.AskExactTime})
		return in, true
	}
	in.Start = in.Start.In(r.cal.now.Location())
	r.warnNight(&in, in.Start)
	return in, true
}

// better reads "Friday 10am works better for me".
func (r *reader) better(s string, toks []token) (meeting.Intent, bool) {
	m, ok := r.cal.moment(s, toks, r.lead(toks, 0))
	k := m.at + m.n
	if !ok || m.floats || r.lex.means("meeting", "better", toks, k) == 0 {
		return meeting.Intent{}, false
	}
	in := meeting.Intent{Kind: meeting.MoveMeeting}
	r.slot(&in, m, false)
	return r.moved(in, s[:toks[k].from], toks[:k], 0, k, true)
}

// slots reads a line before the meeting that says nothing but other hours for it: "Tuesday 3pm or Wednesday 10?", "Would 15:00 work?".
func (r *reader) slots(s string, toks []token) (meeting.Intent, bool) {
	in := meeting.Intent{Kind: meeting.MoveMeeting}
	found, asked := false, strings.HasSuffix(strings.TrimSpace(s), "?")
	if !r.beforeMeeting() {
		return in, false
	}
	for k := r.lead(toks, 0); k < len(toks); {
		if m, ok := r.cal.moment(s, toks, k); ok && !m.floats && !m.by && !(found && !m.clock && !m.day.IsZero() && r.lex.means("clock", "instead", toks, k-1) > 0) {
			m = r.bareHour(s, toks, m)
			r.slot(&in, m, found)
			found, k = true, k+m.n
			continue
		}
		instead := r.lex.means("meeting", "instead-of", toks, k)
		if m, ok := r.cal.moment(s, toks, k+instead); ok && instead > 0 {
			k, asked = k+instead+m.n, true
			continue
		}
		asked = asked || r.lex.means("clock", "instead", toks, k) > 0
		n := max(instead, r.lex.means("meeting", "would", toks, k), r.lex.means("meeting", "instead", toks, k), r.lex.means("common", "or", toks, k), r.lex.means("dates", "on", toks, k), r.lex.means("control", "please", toks, k), r.name(toks, k))
		if n == 0 && !toks[k].isWord() {
			n = 1
		}
		if n == 0 {
			return in, false
		}
		k += n
	}
	if in.Start.IsZero() || !asked {
		return in, false
	}
	return r.moved(in, "", nil, 0, 0, true)
}

// rhythmAsked reads "can we meet every two weeks?".
func (r *reader) rhythmAsked(s string, toks []token) (meeting.Intent, bool) {
	if _, n := r.clause("move", toks); n == 0 {
		if _, n = r.clause("talk", toks); n == 0 {
			return meeting.Intent{}, false
		}
	}
	if _, at, _ := r.lex.find("cadence", toks, 0); at < 0 {
		return meeting.Intent{}, false
	}
	return r.rhythm(s, toks)
}

// allDiscussed reads "all discussed", "all discussed except T5".
func (r *reader) allDiscussed(_ string, toks []token) (meeting.Intent, bool) {
	i := r.lead(toks, 0)
	n := max(r.lex.means("meeting", "all-discussed", toks, i), r.wholeAgenda(toks, i))
	if n == 0 {
		return r.allBut(toks, i)
	}
	in := meeting.Intent{Kind: meeting.UpdateTopic, State: string(meeting.TopicDiscussed)}
	k := i + n
	for k < len(toks) && !toks[k].isWord() {
		k++
	}
	if k >= len(toks) || r.quiet(toks[k:]) {
		return in, true
	}
	ids, used := r.except(toks, k)
	if used == 0 || !onlyMarks(toks, k+used) {
		return in, false
	}
	in.Context = append(in.Context, ids...)
	return in, true
}

// wholeAgenda counts the tokens from i that say that every topic was spoken of, in any words that the tables know for the parts:
// "we went through the whole list", "all 3 topics discussed".
func (r *reader) wholeAgenda(toks []token, i int) int {
	every, topics, spoken, end := false, false, false, i
	for k := i; k < len(toks) && toks[k].isWord() && r.afterMeeting(); {
		n := r.lex.means("agenda", "every", toks, k)
		every = every || n > 0
		if m := r.lex.means("agenda", "topics", toks, k); m > n {
			n, topics = m, true
		}
		if m := r.lex.means("agenda", "spoken", toks, k); m > n {
			n, spoken = m, true
		}
		if m := r.lex.means("agenda", "settled", toks, k); m > n && (topics || every && r.lex.means("agenda", "all", toks, i) == 0) {
			n, spoken = m, true
		}
		if _, m := r.cal.count(toks, k); every {
			n = max(n, m)
		}
		if n = max(n, r.lex.means("agenda", "around", toks, k)); n == 0 || r.lex.means("meeting", "except", toks, k) > 0 {
			break
		}
		k += n
		end = k
	}
	if !every || !spoken || !topics && r.lex.means("agenda", "alone", toks, i) == 0 {
		return 0
	}
	return end - i
}

// allBut reads "all but the last discussed", "everything except T4 is done".
func (r *reader) allBut(toks []token, i int) (meeting.Intent, bool) {
	in := meeting.Intent{Kind: meeting.UpdateTopic}
	n := r.lex.means("answers", "rest", toks, i)
	ids, used := r.except(toks, i+n)
	if n == 0 || used == 0 {
		return in, false
	}
	state := r.wholeState(toks[i+n+used:])
	in.State, in.Context = string(state), ids
	return in, state != ""
}

// except reads "except T5", "but the last one".
func (r *reader) except(toks []token, i int) (ids []string, n int) {
	m := r.lex.means("meeting", "except", toks, i)
	if m == 0 {
		return nil, 0
	}
	if ids, used := r.ids(toks, i+m); used > 0 {
		return ids, m + used
	}
	if ids, used, sure := r.refer(toks, i+m); used > 0 && sure {
		return ids, m + used
	}
	return nil, 0
}

// held reads "held", "held 20 min", "25 min", "took 40 minutes".
func (r *reader) held(_ string, toks []token) (meeting.Intent, bool) {
	in := meeting.Intent{Kind: meeting.MeetingHeld}
	said := false
	for i := r.lead(toks, 0); i < len(toks); {
		n := r.lex.means("meeting", "held", toks, i)
		if n > 0 {
			said = true
		} else if n = r.lex.means("meeting", "held-filler", toks, i); n == 0 {
			minutes, m := r.minutes(toks, i)
			if m == 0 && !toks[i].isWord() {
				m, minutes = 1, in.Minutes
			}
			if m == 0 {
				return in, false
			}
			in.Minutes, n = minutes, m
		}
		i += n
	}
	return in, said || in.Minutes > 0 && r.afterMeeting()
}

// heldAnd reads "held, 35 minutes, good talk about growth": what follows is read by itself.
func (r *reader) heldAnd(s string) ([]meeting.Intent, bool) {
	toks := tokens(s)
	start := r.lead(toks, 0)
	if _, n := r.minutes(toks, start); !r.afterMeeting() || n == 0 && r.lex.means("meeting", "held", toks, start) == 0 {
		return nil, false
	}
	for i := len(toks) - 1; i > 0; i-- {
		if toks[i].fold != "," && toks[i].fold != "–" && toks[i].fold != "." {
			continue
		}
		in, ok := r.held(s, toks[:i])
		rest := strip(tail(s, toks, i+1))
		if _, whole := r.held(s, toks); !ok || whole || rest == "" {
			continue
		}
		more, ok := r.formOf(rest)
		if !ok {
			more, _ = r.byDefault(rest, nil)
		}
		return append([]meeting.Intent{in}, more...), true
	}
	return nil, false
}

// minutes reads "25 min", "1h", "1h15", "1 hour 15 minutes".
func (r *reader) minutes(toks []token, i int) (minutes, n int) {
	v, ok := number(toks, i)
	if n := r.lex.means("shift", "half-hour", toks, i); n > 0 && !ok {
		return 30, n
	}
	if count, n := r.cal.count(toks, i); n > 0 && !ok && r.lex.means("meeting", "hours", toks, i+n) > 0 { // "an hour"
		return count * 60, n + r.lex.means("meeting", "hours", toks, i+n)
	}
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
