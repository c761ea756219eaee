package reply

import "time"

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
