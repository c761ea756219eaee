package reply

import (
	"strconv"
	"strings"
	"time"

	"duolog/meeting"
)

// calendar reads days and hours as the sender means them: in the sender's zone, at the time the mail was received.
type calendar struct {
	lex      *lexicon
	now      time.Time      // in the sender's zone
	other    *time.Location // the zone of the one who is called "you"
	dayFirst bool           // 3/12 is the third of December
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
	vague  bool      // only a part of the day was said: "Friday morning"
	words  string    // without the preposition
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

// day is what a form of words for a day says.
type day struct {
	date   time.Time
	n      int  // tokens
	weak   bool // counts only after a preposition
	floats bool
	other  time.Time // zero, or the day that could be meant as well
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
		if meaning, n := c.lex.at("dates", toks, k); n > 0 && (meaning == "by" || meaning == "on") && c.day(toks, k).n == 0 {
			m.by, m.bound, k = m.by || meaning == "by", true, k+n
		}
	}
	d := c.day(toks, k)
	if d.weak && !m.bound && !(k == 0 && d.n == len(toks)) && !c.followedByNumber(toks, k+d.n) {
		d = day{}
	}
	if d.n == 0 {
		return c.hourFirst(line, toks, i)
	}
	m.words = span(line, toks, k, k+d.n)
	m.floats, m.day, m.n = d.floats, d.date, k+d.n-i
	c.warn(&m, d)
	c.addHour(&m, toks)
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
	if n := c.lex.means("clock", "vague", toks, k); n > 0 {
		m.vague, m.n, k = true, k+n-m.at, k+n
		k += c.zoneAt(toks, k).n
		m.n = k - m.at
	}
	if n := c.lex.means("dates", "eod", toks, k); n > 0 { // "Friday EOD"
		m.n = k + n - m.at
		return
	}
	h, min, n := c.hour(toks, k)
	if n == 0 {
		return
	}
	zone := c.zoneAt(toks, k+n)
	m.n, m.clock, m.vague = k+n+zone.n-m.at, true, false
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

// day reads one form of words for a day at token i.
func (c calendar) day(toks []token, i int) day {
	if i >= len(toks) {
		return day{}
	}
	for _, form := range []func([]token, int) day{
		c.named, c.endOf, c.numeric, c.dayAndMonth, c.nextOrThis, c.weekday, c.distance, c.weekNumber, c.dayOfMonth, c.monthAlone,
	} {
		if d := form(toks, i); d.n > 0 {
			return d
		}
	}
	return day{}
}

// named reads "today", "tomorrow", "EOD", "end of quarter", "next 1:1".
func (c calendar) named(toks []token, i int) day {
	var best day
	for meaning, date := range map[string]func() time.Time{
		"today": c.today, "tomorrow": func() time.Time { return c.in(1) }, "overmorrow": func() time.Time { return c.in(2) },
		"yesterday": func() time.Time { return c.in(-1) }, "eod": c.today,
		"eow": func() time.Time { return c.friday(c.monday()) }, "eom": func() time.Time { return c.endOfMonth(c.now, 0) },
		"eoq": func() time.Time { return c.endOfQuarter(0) }, "eoy": func() time.Time { return c.endOfYear(0) },
		"next-meeting": c.today,
	} {
		if n := c.lex.means("dates", meaning, toks, i); n > best.n {
			best = day{date: date(), n: n, floats: meaning == "next-meeting", weak: meaning == "yesterday"}
		}
	}
	if best.floats {
		best.date = time.Time{}
	}
	if n := c.lex.means("dates", "eod", toks, i); n > 0 && n == best.n { // "COB Tuesday"
		if d := c.weekday(toks, i+n); d.n > 0 {
			d.n, d.weak = d.n+n, false
			return d
		}
	}
	return best
}

// friday is the last working day of the week that begins on that Monday, the next week's when it is over.
func (c calendar) friday(monday time.Time) time.Time {
	f := monday.AddDate(0, 0, 4)
	if f.Before(c.today()) {
		f = f.AddDate(0, 0, 7)
	}
	return f
}

func (c calendar) endOfMonth(t time.Time, more int) time.Time {
	return time.Date(t.Year(), t.Month()+time.Month(1+more), 0, 0, 0, 0, 0, c.now.Location())
}

func (c calendar) endOfQuarter(more int) time.Time {
	q := (int(c.now.Month())-1)/3 + 1 + more
	return time.Date(c.now.Year(), time.Month(q*3+1), 0, 0, 0, 0, 0, c.now.Location())
}

func (c calendar) endOfYear(more int) time.Time {
	return time.Date(c.now.Year()+more, time.December, 31, 0, 0, 0, 0, c.now.Location())
}

// endOf reads "end of January", "mid of next month", "start of Q2".
func (c calendar) endOf(toks []token, i int) day {
	for _, part := range []string{"end", "mid", "start"} {
		n := c.lex.means("dates", part, toks, i)
		if n == 0 {
			continue
		}
		k := i + n
		if m := c.lex.means("dates", "of", toks, k); m > 0 {
			k += m
		}
		if first, last, m := c.period(toks, k); m > 0 {
			date := last
			switch part {
			case "mid":
				date = first.AddDate(0, 0, int(last.Sub(first).Hours()/24+1)/2)
			case "start":
				date = first
			}
			if part == "end" && last.Sub(first) < 8*24*time.Hour {
				date = first.AddDate(0, 0, 4)
			}
			return day{date: date, n: k + m - i}
		}
	}
	return day{}
}

// period reads a month, a quarter, a year or "next month": its first and last day.
func (c calendar) period(toks []token, i int) (first, last time.Time, n int) {
	if m, n := c.month(toks, i); n > 0 {
		year := c.yearOf(m, 28)
		if y, ok := number(toks, i+n); ok && y > 2000 && y < 2100 {
			year, n = y, n+1
		}
		first = time.Date(year, m, 1, 0, 0, 0, 0, c.now.Location())
		return first, c.endOfMonth(first, 0), n
	}
	if q, n := c.quarter(toks, i); n > 0 {
		first, last = c.quarterDays(q)
		return first, last, n
	}
	more, k := 0, i
	if n := c.lex.means("dates", "next", toks, k); n > 0 {
		more, k = 1, k+n
	} else if n := c.lex.means("dates", "this", toks, k); n > 0 {
		k += n
	}
	unit, m := c.lex.at("units", toks, k)
	first, last = c.unit(unit, more)
	if m == 0 || first.IsZero() {
		return time.Time{}, time.Time{}, 0
	}
	return first, last, k + m - i
}

// unit is this week, month, quarter or year, or the one so many later.
func (c calendar) unit(unit string, more int) (first, last time.Time) {
	switch unit {
	case "week":
		first = c.monday().AddDate(0, 0, 7*more)
		return first, first.AddDate(0, 0, 6)
	case "month":
		last = c.endOfMonth(c.now, more)
		return last.AddDate(0, 0, 1-last.Day()), last
	case "quarter":
		last = c.endOfQuarter(more)
		return last.AddDate(0, 0, 1).AddDate(0, -3, 0), last
	case "year":
		last = c.endOfYear(more)
		return time.Date(last.Year(), time.January, 1, 0, 0, 0, 0, c.now.Location()), last
	}
	return time.Time{}, time.Time{}
}

// quarter reads "Q1" or "quarter 1".
func (c calendar) quarter(toks []token, i int) (int, int) {
	if i < len(toks) && len(toks[i].fold) == 2 && c.lex.means("dates", "quarter-number", []token{{fold: toks[i].fold[:1]}}, 0) > 0 {
		if q := int(toks[i].fold[1] - '0'); q >= 1 && q <= 4 {
			return q, 1
		}
	}
	if n := c.lex.means("dates", "quarter-number", toks, i); n > 0 {
		if q, ok := number(toks, i+n); ok && q >= 1 && q <= 4 {
			return q, n + 1
		}
	}
	return 0, 0
}

func (c calendar) quarterDays(q int) (first, last time.Time) {
	year := c.now.Year()
	last = time.Date(year, time.Month(q*3+1), 0, 0, 0, 0, 0, c.now.Location())
	if last.Before(c.today()) {
		last = time.Date(year+1, time.Month(q*3+1), 0, 0, 0, 0, 0, c.now.Location())
	}
	return last.AddDate(0, 0, 1).AddDate(0, -3, 0), last
}

// numeric reads "2026-12-12", "12.12.", "12.12.2026", "12/10".
func (c calendar) numeric(toks []token, i int) day {
	text := toks[i].fold
	if t, err := time.ParseInLocation("2006-01-02", text, c.now.Location()); err == nil {
		return day{date: t, n: 1}
	}
	for _, sep := range []string{".", "/", "-"} {
		if d := c.separated(text, sep); d.n > 0 {
			if sep == "." && i+1 < len(toks) && toks[i+1].fold == "." && toks[i+1].from == toks[i].to {
				d.n, d.weak = 2, false // "12.12." has its own full stop
			}
			return d
		}
	}
	return day{}
}

func (c calendar) separated(text, sep string) day {
	parts := strings.Split(text, sep)
	if len(parts) < 2 || len(parts) > 3 {
		return day{}
	}
	a, errA := strconv.Atoi(parts[0])
	b, errB := strconv.Atoi(parts[1])
	if errA != nil || errB != nil {
		return day{}
	}
	year := 0
	if len(parts) == 3 {
		y, err := strconv.Atoi(parts[2])
		if err != nil || y < 20 || y > 99 && y < 2020 || y > 2099 {
			return day{}
		}
		year = y%100 + 2000
	}
	monthFirst := sep != "." && !c.dayFirst
	d := day{n: 1, weak: len(parts) == 2}
	if d.date = c.dayMonth(a, b, year); monthFirst || d.date.IsZero() && sep != "." {
		d.date, d.other = c.dayMonth(b, a, year), d.date
	} else if sep != "." {
		d.other = c.dayMonth(b, a, year)
	}
	if d.date.IsZero() {
		d.date, d.other = d.other, time.Time{}
	}
	if d.date.IsZero() {
		return day{}
	}
	return d
}

// dayMonth is that day; without a year the one that is meant today. Zero when there is no such day.
func (c calendar) dayMonth(d, m, year int) time.Time {
	if m < 1 || m > 12 || d < 1 || d > 31 {
		return time.Time{}
	}
	if year == 0 {
		year = c.yearOf(time.Month(m), d)
	}
	t := time.Date(year, time.Month(m), d, 0, 0, 0, 0, c.now.Location())
	if t.Day() != d {
		return time.Time{}
	}
	return t
}

// yearOf chooses the year of a date said without one: the coming one, but up to a month back it is taken for a slip.
func (c calendar) yearOf(m time.Month, d int) int {
	t := time.Date(c.now.Year(), m, d, 0, 0, 0, 0, c.now.Location())
	if t.Before(c.in(-31)) {
		return c.now.Year() + 1
	}
	return c.now.Year()
}

// dayAndMonth reads "12 Dec", "the 12th of December 2026", "Dec 12", "12. Dezember".
func (c calendar) dayAndMonth(toks []token, i int) day {
	if d, n := c.ordinal(toks, i); n > 0 {
		k := i + n
		if m := c.lex.means("dates", "of", toks, k); m > 0 {
			k += m
		}
		if month, m := c.month(toks, k); m > 0 {
			return c.withYear(toks, i, k+m, d, month)
		}
	}
	if month, m := c.month(toks, i); m > 0 {
		k := i + m
		if n := c.lex.means("dates", "of", toks, k); n > 0 {
			k += n
		}
		if d, n := c.ordinal(toks, k); n > 0 && !isClock(toks, k) {
			return c.withYear(toks, i, k+n, d, month)
		}
	}
	return day{}
}

// isClock tells whether the number at token i is an hour: "Dec 15 h".
func isClock(toks []token, i int) bool { return strings.Contains(toks[i].fold, ":") }

func (c calendar) withYear(toks []token, from, k, d int, month time.Month) day {
	year := 0
	for _, at := range []int{k, k + 1, k + 2} {
		if at > k && (at > len(toks) || !joinsYear(toks[at-1].fold)) {
			break
		}
		if y, ok := number(toks, at); ok && y >= 2000 && y < 2100 {
			year, k = y, at+1
			break
		}
	}
	date := c.dayMonth(d, int(month), year)
	if date.IsZero() {
		return day{}
	}
	return day{date: date, n: k - from}
}

func joinsYear(s string) bool { return s == "," || s == "de" || s == "del" }

func (c calendar) month(toks []token, i int) (time.Month, int) {
	meaning, n := c.lex.at("months", toks, i)
	if n == 0 {
		return 0, 0
	}
	m, _ := strconv.Atoi(meaning)
	if i+n < len(toks) && toks[i+n].fold == "." && toks[i+n].from == toks[i+n-1].to && i+n+1 < len(toks) {
		n++ // "12 Dez. 2026"
	}
	return time.Month(m), n
}

// ordinal reads the number of a day: "12", "12.", "12th", "1er", "the 12th".
func (c calendar) ordinal(toks []token, i int) (int, int) {
	k := i
	if n := c.lex.means("dates", "day-of", toks, k); n > 0 {
		k += n
	}
	if k >= len(toks) {
		return 0, 0
	}
	text := strings.TrimRight(toks[k].fold, "abcdefghijklmnopqrstuvwxyzªº")
	if rest := toks[k].fold[len(text):]; rest != "" {
		if _, n := c.lex.at("ordinals", []token{{fold: rest}}, 0); n == 0 {
			return 0, 0
		}
	}
	d, err := strconv.Atoi(text)
	if err != nil || d < 1 || d > 31 {
		return 0, 0
	}
	k++
	if k < len(toks) && toks[k].fold == "." && toks[k].from == toks[k-1].to {
		k++
	}
	return d, k - i
}

// dayOfMonth reads "the 18th": the coming one.
func (c calendar) dayOfMonth(toks []token, i int) day {
	d, n := c.ordinal(toks, i)
	if n == 0 {
		return day{}
	}
	last := toks[i+n-1].fold
	marked := last == "." && i+n <= len(toks) || strings.Trim(last, "0123456789") != "" && last != "."
	if !marked {
		return day{}
	}
	date := time.Date(c.now.Year(), c.now.Month(), d, 0, 0, 0, 0, c.now.Location())
	for date.Before(c.today()) || date.Day() != d {
		date = time.Date(date.Year(), date.Month()+1, 1, 0, 0, 0, 0, c.now.Location())
		date = date.AddDate(0, 0, d-1)
	}
	return day{date: date, n: n, weak: c.lex.means("dates", "day-of", toks, i) == 0}
}

// nextOrThis reads "next Friday", "this Friday", "next week", "next month".
func (c calendar) nextOrThis(toks []token, i int) day {
	next := c.lex.means("dates", "next", toks, i)
	this := c.lex.means("dates", "this", toks, i)
	if next == 0 && this == 0 {
		return c.afterNoun(toks, i)
	}
	k := i + max(next, this)
	if wd, n := c.weekdayName(toks, k); n > 0 {
		if this >= next {
			return day{date: c.in((wd - isoWeekday(c.now) + 7) % 7), n: k + n - i}
		}
		d := c.nextWeekday(wd)
		d.n = k + n - i
		return d
	}
	if unit, n := c.lex.at("units", toks, k); n > 0 && next > 0 {
		return c.nextUnit(unit, k+n-i)
	}
	return day{}
}

// afterNoun reads languages that put "next" last: "vendredi prochain", "la semana que viene".
func (c calendar) afterNoun(toks []token, i int) day {
	if wd, n := c.weekdayName(toks, i); n > 0 {
		if m := c.lex.means("dates", "next-after", toks, i+n); m > 0 {
			d := c.nextWeekday(wd)
			d.n = n + m
			return d
		}
	}
	k := i
	if n := c.lex.means("dates", "day-of", toks, k); n > 0 {
		k += n
	}
	if unit, n := c.lex.at("units", toks, k); n > 0 {
		if m := c.lex.means("dates", "next-after", toks, k+n); m > 0 {
			return c.nextUnit(unit, k+n+m-i)
		}
	}
	return day{}
}

// nextWeekday is that day of the coming week; where a nearer one could be meant, it is named too.
func (c calendar) nextWeekday(wd int) day {
	near := (wd - isoWeekday(c.now) + 7) % 7
	if near == 0 {
		near = 7
	}
	return day{date: c.monday().AddDate(0, 0, 7+wd-1), other: c.in(near)}
}

func (c calendar) nextUnit(unit string, n int) day {
	first, last := c.unit(unit, 1)
	switch {
	case unit == "day" || unit == "workday":
		return day{date: c.in(1), n: n}
	case first.IsZero():
		return day{}
	case unit == "week":
		last = first.AddDate(0, 0, 4)
	}
	return day{date: last, n: n}
}

func (c calendar) weekdayName(toks []token, i int) (int, int) {
	for _, group := range []string{"weekdays", "weekdays-short"} {
		if meaning, n := c.lex.at(group, toks, i); n > 0 {
			wd, _ := strconv.Atoi(meaning)
			return wd, n
		}
	}
	return 0, 0
}

// weekday reads "Friday", "Fri 18 Dec", "Monday next week"; said on a Friday, "Friday" is next week's, and that is asked.
func (c calendar) weekday(toks []token, i int) day {
	wd, n := c.weekdayName(toks, i)
	if n == 0 {
		return day{}
	}
	_, long := c.lex.at("weekdays", toks, i)
	k := i + n
	if k < len(toks) && toks[k].fold == "." && long == 0 && k+1 < len(toks) && toks[k].from == toks[k-1].to {
		k++
	}
	if d := c.exactAfter(toks, k); d.n > 0 {
		d.n = k + d.n - i
		if isoWeekday(d.date) != wd && d.other.IsZero() {
			d.other = c.in((wd - isoWeekday(c.now) + 7) % 7)
		}
		return d
	}
	if weeks, m := c.weeksLater(toks, k); m > 0 {
		return day{date: c.monday().AddDate(0, 0, 7*weeks+wd-1), n: k + m - i}
	}
	d := day{date: c.in((wd - isoWeekday(c.now) + 7) % 7), n: k - i, weak: long == 0}
	if wd == isoWeekday(c.now) {
		d.date, d.other = c.in(7), c.today()
	}
	return d
}

// exactAfter reads the date that may follow a weekday: "Friday, 18 Dec".
func (c calendar) exactAfter(toks []token, k int) day {
	from := k
	if k < len(toks) && toks[k].fold == "," {
		k++
	}
	if k >= len(toks) {
		return day{}
	}
	start := k
	if n := c.lex.means("dates", "day-of", toks, k); n > 0 {
		k += n
	}
	for _, at := range []int{start, k} {
		for _, form := range []func([]token, int) day{c.numeric, c.dayAndMonth, c.dayOfMonth} {
			if at >= len(toks) || isClock(toks, at) {
				continue
			}
			if _, _, n := c.hour(toks, at); n > 1 {
				continue
			}
			if d := form(toks, at); d.n > 0 {
				d.n, d.weak = at+d.n-from, false
				return d
			}
		}
	}
	return day{}
}

// weeksLater reads "next week" or "in two weeks" after a weekday.
func (c calendar) weeksLater(toks []token, k int) (int, int) {
	if n := c.lex.means("dates", "next", toks, k); n > 0 {
		if unit, m := c.lex.at("units", toks, k+n); unit == "week" {
			return 1, n + m
		}
	}
	if n := c.lex.means("dates", "day-of", toks, k); n > 0 {
		if w, m := c.weeksLater(toks, k+n); m > 0 {
			return w, n + m
		}
	}
	if unit, n := c.lex.at("units", toks, k); unit == "week" {
		if m := c.lex.means("dates", "next-after", toks, k+n); m > 0 {
			return 1, n + m
		}
	}
	return 0, 0
}

// distance reads "in two weeks", "three days from now".
func (c calendar) distance(toks []token, i int) day {
	k := i
	in := c.lex.means("dates", "in", toks, k)
	k += in
	count, n := c.count(toks, k)
	if n == 0 {
		return day{}
	}
	k += n
	unit, n := c.lex.at("units", toks, k)
	if n == 0 {
		return day{}
	}
	k += n
	if later := c.lex.means("dates", "from-now", toks, k); later > 0 {
		k += later
	} else if in == 0 {
		return day{}
	}
	return day{date: c.later(unit, count), n: k - i}
}

func (c calendar) count(toks []token, i int) (int, int) {
	if v, ok := number(toks, i); ok && v > 0 && v < 400 {
		return v, 1
	}
	if meaning, n := c.lex.at("numbers", toks, i); n > 0 {
		v, _ := strconv.Atoi(meaning)
		return v, n
	}
	return 0, 0
}

func (c calendar) later(unit string, count int) time.Time {
	switch unit {
	case "week":
		return c.in(7 * count)
	case "month":
		return c.today().AddDate(0, count, 0)
	case "quarter":
		return c.today().AddDate(0, 3*count, 0)
	case "year":
		return c.today().AddDate(count, 0, 0)
	case "workday":
		d := c.today()
		for ; count > 0; count-- {
			for d = d.AddDate(0, 0, 1); isoWeekday(d) > 5; {
				d = d.AddDate(0, 0, 1)
			}
		}
		return d
	}
	return c.in(count)
}

// weekNumber reads "week 51" or "KW51": its Sunday. ISO 8601: week 1 holds the year's first Thursday.
func (c calendar) weekNumber(toks []token, i int) day {
	text := toks[i].fold
	digits := strings.TrimLeft(text, "abcdefghijklmnopqrstuvwxyz")
	if letters := text[:len(text)-len(digits)]; letters != "" && digits != "" {
		if c.lex.means("dates", "week-number", []token{{fold: letters}}, 0) > 0 {
			if w, err := strconv.Atoi(digits); err == nil {
				return day{date: c.sunday(w), n: validWeek(w)}
			}
		}
	}
	n := c.lex.means("dates", "week-number", toks, i)
	if w, ok := number(toks, i+n); ok && n > 0 && validWeek(w) > 0 {
		return day{date: c.sunday(w), n: n + 1}
	}
	return day{}
}

func validWeek(w int) int {
	if w >= 1 && w <= 53 {
		return 1
	}
	return 0
}

func (c calendar) sunday(week int) time.Time {
	year, now := c.now.ISOWeek()
	if week < now-4 {
		year++
	}
	fourth := time.Date(year, time.January, 4, 0, 0, 0, 0, c.now.Location()) // always in week 1
	return fourth.AddDate(0, 0, 7-isoWeekday(fourth)+7*(week-1))
}

// monthAlone reads "by January", "in Q1": the end of it.
func (c calendar) monthAlone(toks []token, i int) day {
	if m, n := c.month(toks, i); n > 0 {
		first := time.Date(c.yearOf(m, 28), m, 1, 0, 0, 0, 0, c.now.Location())
		return day{date: c.endOfMonth(first, 0), other: first, n: n, weak: true}
	}
	if q, n := c.quarter(toks, i); n > 0 {
		_, last := c.quarterDays(q)
		return day{date: last, n: n, weak: true}
	}
	return day{}
}

func number(toks []token, i int) (int, bool) {
	if i < 0 || i >= len(toks) {
		return 0, false
	}
	v, err := strconv.Atoi(toks[i].fold)
	return v, err == nil
}
