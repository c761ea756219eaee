package reply

import (
	"strings"
	"time"

	"duolog/meeting"
)

// calendar reads days and hours as the sender means them: in the sender's zone, at the time the mail was received.
type calendar struct {
	lex      *lexicon
	now      time.Time                     // in the sender's zone
	other    *time.Location                // the zone of the one who is called "you"
	dayFirst bool                          // 3/12 is the third of December
	isName   func(toks []token, i int) int // the tokens that name one of the two: "Sam" is no Saturday
	meets    func() time.Time              // when the next meeting starts, for "same time"; zero when there is none
}

// moment is a day, or a day with an hour, found in a line.
type moment struct {
	at, n  int       // its tokens, the preposition with them
	day    time.Time // midnight in the sender's zone; zero when only an hour was said, or when floats is set
	floats bool      // the next meeting, whenever that is
	by     bool      // said as a deadline: "by", "until"
	bound  bool      // said with any preposition
	start  time.Time // with the hour; zero when none was said
	clock  bool      // an hour was said
	words  string    // the day, without the preposition
	said   string    // the same with the hour and what stands between
	asks   []meeting.Ask
}

// due is the moment as Intent.Due wants it.
func (m moment) due() string {
	switch {
	case m.floats:
		return meeting.NextMeeting
	case m.day.IsZero():
		return ""
	}
	return m.day.Format(time.DateOnly)
}

// moments finds every day and hour in the line, in their order.
func (c calendar) moments(line string, toks []token) []moment {
	var all []moment
	for i := 0; i < len(toks); {
		if n := c.lex.means("dates", "last", toks, i); n > 0 { // what is past is no date to keep
			if d := c.day(toks, i+n); d.n > 0 {
				i += n + d.n
				continue
			}
		}
		if m, ok := c.moment(line, toks, i); ok {
			all = append(all, m)
			i += m.n
			continue
		}
		i++
	}
	return all
}

// moment reads "[by] Friday [at] 15:00 [ET]" or "15:00 on Friday" at token i.
func (c calendar) moment(line string, toks []token, i int) (moment, bool) {
	m := moment{at: i}
	k := i
	for range 2 { // "by the", "until on"
		by, on := c.lex.means("dates", "by", toks, k), c.lex.means("dates", "on", toks, k)
		if n := max(by, on); n > 0 && c.day(toks, k).n == 0 {
			m.by, m.bound, k = m.by || by >= on, true, k+n
		}
	}
	for j := i + 1; j < k && c.day(toks, k).n == 0; j++ { // "bis Ende der Woche": the end belongs to the day
		if c.day(toks, j).n > 0 {
			k = j
		}
	}
	d := c.day(toks, k)
	alone := (k == 0 || strings.Contains("–,;(|/", toks[k-1].fold)) && onlyMarks(toks, k+d.n) // "Tue", "… - Tue"
	if d.weak && !m.bound && !alone && !c.followedByNumber(toks, k+d.n) {
		d = day{}
	}
	if d.ends && !m.by {
		d = day{}
	}
	if d.n == 0 {
		return c.hourFirst(line, toks, i)
	}
	m.words = span(line, toks, k, k+d.n)
	m.floats, m.day, m.n = d.floats, d.date, k+d.n-i
	c.warn(&m, d)
	c.addHour(&m, toks)
	m.said = span(line, toks, k, m.at+m.n)
	return m, true
}

func (c calendar) followedByNumber(toks []token, i int) bool {
	_, _, n := c.hour(toks, i)
	return n > 0
}

func (c calendar) warn(m *moment, d day) {
	if !d.other.IsZero() && !d.other.Equal(d.date) {
		m.asks = append(m.asks, meeting.Ask{Code: meeting.AskDate, Args: []string{iso(d.date), iso(d.other)}})
	}
	if !d.floats && d.date.Before(c.today()) {
		m.asks = append(m.asks, meeting.Ask{Code: meeting.AskPast, Args: []string{iso(d.date)}})
	}
}

// addHour reads the hour that may follow the day.
func (c calendar) addHour(m *moment, toks []token) {
	i := m.at + m.n
	k := i
	if k < len(toks) && toks[k].fold == "," {
		k++
	}
	if n := c.lex.means("clock", "vague", toks, k); n > 0 { // "Friday morning"
		k += n
		k += c.zoneAt(toks, k).n
		m.n = k - m.at
	}
	if n := c.lex.means("dates", "eod", toks, k); n > 0 { // "Friday EOD"
		m.n = k + n - m.at
		return
	}
	h, min, n := c.hour(toks, k)
	if same := c.lex.means("clock", "same", toks, k); same > 0 && c.meets != nil { // "Wednesday same time"
		if at := c.meets().In(c.now.Location()); !at.IsZero() {
			h, min, n = at.Hour(), at.Minute(), same
		}
	}
	if n == 0 {
		return
	}
	zone := c.zoneAt(toks, k+n)
	m.n, m.clock = k+n+zone.n-m.at, true
	m.start = time.Date(m.day.Year(), m.day.Month(), m.day.Day(), h, min, 0, 0, zone.loc)
}

// hourFirst reads "15:00 on Friday", or an hour alone.
func (c calendar) hourFirst(line string, toks []token, i int) (moment, bool) {
	h, min, n := c.hour(toks, i)
	if n == 0 {
		return moment{}, false
	}
	zone := c.zoneAt(toks, i+n)
	m := moment{at: i, n: n + zone.n, clock: true, bound: true}
	today := c.today()
	k := i + m.n
	if meaning, n := c.lex.at("dates", toks, k); n > 0 && meaning == "on" {
		k += n
	}
	if d := c.day(toks, k); d.n > 0 && !d.floats {
		m.day, m.n = d.date, k+d.n-i
		c.warn(&m, d)
		today = d.date
	}
	m.words = span(line, toks, i, i+m.n)
	m.said = m.words
	m.start = time.Date(today.Year(), today.Month(), today.Day(), h, min, 0, 0, zone.loc)
	return m, true
}

func (c calendar) today() time.Time {
	y, m, d := c.now.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, c.now.Location())
}

// in is the day so many days from today.
func (c calendar) in(days int) time.Time { return c.today().AddDate(0, 0, days) }

// monday is the first day of this week. ISO 8601: weeks begin on Monday.
func (c calendar) monday() time.Time { return c.in(-(isoWeekday(c.now) - 1)) }

func isoWeekday(t time.Time) int {
	if t.Weekday() == time.Sunday {
		return 7
	}
	return int(t.Weekday())
}

func iso(t time.Time) string { return t.Format(time.DateOnly) }
