package meeting

import (
	"slices"
	"time"
)

// away tells whether one of the two is paused at the time: a person who said "pause until 5 January" meets nobody until then. Times from
// before it was said are not touched by it, and "start" ends it.
func (l *Log) away(at time.Time) bool {
	return slices.ContainsFunc([]*Person{l.Manager, l.Report}, func(p *Person) bool { return p != nil && p.away(at) })
}

func (p *Person) away(at time.Time) bool {
	since, until := time.Time{}, ""
	for _, c := range p.History {
		if c.Field != fieldPaused {
			continue
		}
		if p.within(at, since, until) && at.Before(c.At) { // the next word came later
			return true
		}
		since, until = c.At, c.To
	}
	return p.within(at, since, until)
}

// within tells whether the time lies in a pause that was asked for then and lasts until that date.
func (p *Person) within(at, since time.Time, until string) bool {
	end, ok := p.dayOf(until)
	return ok && at.After(since) && at.Before(end)
}

// dayOf is the begin of a date where the person is.
func (p *Person) dayOf(date string) (time.Time, bool) {
	if date == "" {
		return time.Time{}, false
	}
	day, err := time.ParseInLocation(time.DateOnly, date, p.Location())
	return day, err == nil
}

// pauses tell one side that the other is away until a date, or back before it.
func (l *Log) pauses() []Occasion {
	var all []Occasion
	for _, p := range []*Person{l.Manager, l.Report} {
		if p == nil {
			continue
		}
		i := slices.IndexFunc(p.History, func(c Change) bool { return c.Field == fieldPaused })
		if i < 0 {
			continue
		}
		var c Change
		for _, h := range p.History[i:] {
			if h.Field == fieldPaused {
				c = h
			}
		}
		by := Origin{By: p.ID, At: c.At}
		until, paused := p.dayOf(c.To)
		was, wasPaused := p.dayOf(c.From)
		switch {
		case paused && l.meetsWithin(c.At, until):
			all = append(all, l.moveMail(StagePaused, by, AboutPause, "", until))
		case !paused && c.To == "" && wasPaused && l.meetsWithin(c.At, was):
			all = append(all, l.moveMail(StageOnAgain, by, AboutPause, "", earlier(c.At.Add(tellUntil), was)))
		}
	}
	return all
}

// meetsWithin tells whether the pair would meet in that time.
func (l *Log) meetsWithin(from, until time.Time) bool {
	return slices.ContainsFunc(l.slots(from, until), func(s Slot) bool { return !s.Cancelled && !l.free(s.ID) })
}

// PausedUntil is the date until which the person is away, "" when they are not, or for good.
func (p *Person) PausedUntil() string {
	if _, ok := p.dayOf(p.Paused); ok {
		return p.Paused
	}
	return ""
}
