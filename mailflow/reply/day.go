package reply

import (
	"strconv"
	"strings"
	"time"
)

// day is what a form of words for a day says.
type day struct {
	date   time.Time
	n      int  // tokens
	weak   bool // counts only after a preposition
	ends   bool // counts only after a word such as "by" or "before"
	floats bool
	other  time.Time // zero, or the day that could be meant as well
}

// day reads one form of words for a day at token i.
func (c calendar) day(toks []token, i int) day {
	if i >= len(toks) {
		return day{}
	}
	for _, form := range []func(calendar, []token, int) day{
		calendar.named, calendar.endOf, calendar.numeric, calendar.dayAndMonth, calendar.nextOrThis, calendar.weekday,
		calendar.distance, calendar.weekNumber, calendar.dayOfMonth, calendar.monthAlone, calendar.holiday,
	} {
		if d := form(c, toks, i); d.n > 0 {
			return d
		}
	}
	return day{}
}

// named reads "today", "tomorrow", "EOD", "end of quarter", "next 1:1".
func (c calendar) named(toks []token, i int) day {
	var best day
	for _, p := range c.lex.from("dates", toks, i) { // the longest first
		if date, ok := namedDays[p.meaning]; ok && p.stands(toks, i) {
			best = day{date: date(c), n: len(p.words), floats: p.meaning == "next-meeting", weak: p.meaning == "yesterday"}
			break
		}
	}
	if n := c.lex.means("dates", "eod", toks, i); n > 0 && n == best.n { // "COB Tuesday"
		if d := c.weekday(toks, i+n); d.n > 0 {
			d.n, d.weak = d.n+n, false
			return d
		}
	}
	return best
}

// namedDays are the meanings that are a day by themselves.
var namedDays = map[string]func(calendar) time.Time{
	"today":           calendar.today,
	"tomorrow":        func(c calendar) time.Time { return c.in(1) },
	"overmorrow":      func(c calendar) time.Time { return c.in(2) },
	"yesterday":       func(c calendar) time.Time { return c.in(-1) },
	"eod":             calendar.today,
	"week-after-next": func(c calendar) time.Time { return c.friday(c.monday().AddDate(0, 0, 14)) },
	"eow":             func(c calendar) time.Time { return c.friday(c.monday()) },
	"eom":             func(c calendar) time.Time { return c.endOfMonth(c.now, 0) },
	"eoq":             func(c calendar) time.Time { return c.endOfQuarter(0) },
	"eoy":             func(c calendar) time.Time { return c.endOfYear(0) },
	"next-meeting":    func(calendar) time.Time { return time.Time{} },
}

// numeric reads "2026-12-12", "12.12.", "12.12.2026", "12/10".
func (c calendar) numeric(toks []token, i int) day {
	text := toks[i].fold
	if !startsNumber(text) {
		return day{}
	}
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
	if !startsNumber(toks[k].fold) {
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
		if wd, m := c.weekdayName(toks, k+n); m > 0 && unit == "week" { // "nächste Woche Montag"
			return day{date: c.monday().AddDate(0, 0, 7+wd-1), n: k + n + m - i}
		}
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
	if n == 0 || c.isName != nil && c.isName(toks, i) > 0 {
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

// holiday reads "before Christmas": the day by which it is to be done.
func (c calendar) holiday(toks []token, i int) day {
	meaning, n := c.lex.at("holidays", toks, i)
	if n == 0 {
		return day{}
	}
	if meaning == "easter" {
		date := easter(c.now.Year(), c.now.Location())
		if date.Before(c.today()) {
			date = easter(c.now.Year()+1, c.now.Location())
		}
		return day{date: date, n: n, weak: true, ends: true}
	}
	on, err := time.Parse("01-02", meaning)
	if err != nil {
		return day{}
	}
	return day{date: c.dayMonth(on.Day(), int(on.Month()), 0), n: n, weak: true, ends: true}
}

// easter is Easter Sunday of the Gregorian year, by Butcher's rule.
func easter(year int, loc *time.Location) time.Time {
	a, b, c := year%19, year/100, year%100
	d, e := b/4, b%4
	g := (8*b + 13) / 25
	h := (19*a + b - d - g + 15) % 30
	j, k := c/4, c%4
	m := (a + 11*h) / 319
	r := (2*e + 2*j - k - h + m + 32) % 7
	month := (h - m + r + 90) / 25
	return time.Date(year, time.Month(month), (h-m+r+month+19)%32, 0, 0, 0, 0, loc)
}

func number(toks []token, i int) (int, bool) {
	if i < 0 || i >= len(toks) || !startsNumber(toks[i].fold) {
		return 0, false
	}
	v, err := strconv.Atoi(toks[i].fold)
	return v, err == nil
}

// startsNumber is asked first, since nearly all words are no numbers and the error of each would be made in vain.
func startsNumber(text string) bool { return text != "" && text[0] >= '0' && text[0] <= '9' }
