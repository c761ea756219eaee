package letter

import (
	"fmt"
	"strings"
	"time"

	ics "github.com/arran4/golang-ical"

	"duolog/meeting"
)

// Layouts of iCalendar. RFC 5545, 3.3.5.
const (
	icsUTC   = "20060102T150405Z"
	icsLocal = "20060102T150405"
)

// How far back and ahead the calendar describes single meetings and changes of the clocks.
const (
	calendarPast  = 60 * 24 * time.Hour
	calendarYears = 3
)

// publish puts the pair's meetings into the mail as a calendar: the rhythm as one series with a UID that never changes,
// skipped meetings taken out of it, moved ones in their new place. Each later calendar replaces the earlier. RFC 5545, RFC 5546.
func (w *writer) publish() {
	c := calendar{log: w.Log, now: w.Now, summary: w.say("calendar.summary", "Names", w.names()), cal: ics.NewCalendarFor("duolog")}
	c.cal.SetMethod(ics.MethodPublish)
	if err := c.series(); err != nil {
		w.fail(fmt.Errorf("calendar: %w", err))
		return
	}
	w.letter.Calendar = []byte(c.cal.Serialize(ics.WithNewLine("\r\n")))
	w.letter.CalendarMethod = string(ics.MethodPublish)
}

type calendar struct {
	log     *meeting.Log
	now     time.Time
	summary string
	cal     *ics.Calendar
}

func (c *calendar) series() error {
	r := c.log.Pair.Rhythm
	if err := r.Check(); err != nil {
		return err
	}
	first, err := time.ParseInLocation(meeting.FirstLayout, r.First, r.Location())
	if err != nil {
		return err
	}
	c.zone(first)
	e := c.event(c.uid(), first, r.Length)
	e.AddRrule(c.rule())
	for _, m := range c.log.Upcoming(c.now.Add(-calendarPast), c.now.AddDate(1, 0, 0)) {
		slot, regular := c.slot(m)
		switch {
		case !regular && (m.State == meeting.Planned || m.State == meeting.Held):
			c.event(m.ID+"."+c.uid(), m.Start, m.Length)
		case !regular:
		case m.State == meeting.Skipped || m.State == meeting.Moved:
			e.AddProperty(ics.ComponentPropertyExdate, slot.Format(icsLocal), ics.WithTZID(r.Zone))
		case !m.Start.Equal(slot):
			moved := c.event(c.uid(), m.Start, m.Length)
			moved.SetProperty(ics.ComponentPropertyRecurrenceId, slot.Format(icsLocal), ics.WithTZID(r.Zone))
		}
	}
	return nil
}

func (c *calendar) event(uid string, start time.Time, length meeting.Duration) *ics.VEvent {
	r := c.log.Pair.Rhythm
	start = start.In(r.Location())
	e := c.cal.AddEvent(uid)
	e.SetDtStampTime(c.now)
	e.SetSequence(c.changes())
	e.SetProperty(ics.ComponentPropertyDtStart, start.Format(icsLocal), ics.WithTZID(r.Zone))
	e.SetProperty(ics.ComponentPropertyDtEnd, start.Add(time.Duration(length)).Format(icsLocal), ics.WithTZID(r.Zone))
	e.SetSummary(c.summary)
	if link := webAddress(c.log.Pair.JoinLink); link != "" {
		e.SetLocation(link)
		e.SetURL(link)
	}
	alarm := e.AddAlarm()
	alarm.SetAction(ics.ActionDisplay)
	alarm.SetTrigger("-PT10M")
	alarm.SetProperty(ics.ComponentPropertyDescription, ics.ToText(c.summary))
	return e
}

// uid lives as long as the pair; the domain is that of the manager's address, for a UID must be the only one in the world.
func (c *calendar) uid() string {
	domain := "duolog.invalid"
	if a := c.log.Manager.Addresses; len(a) > 0 {
		if _, d, ok := strings.Cut(a[0], "@"); ok {
			domain = d
		}
	}
	return c.log.Pair.ID + "@" + domain
}

// changes counts what happened to single meetings, so that a later calendar wins. RFC 5545, 3.8.7.4.
func (c *calendar) changes() int {
	n := 0
	for _, m := range c.log.Meetings {
		for _, h := range m.History {
			if h.Field == "start" || h.Field == "state" {
				n++
			}
		}
	}
	return n
}

func (c *calendar) rule() string {
	rule := strings.TrimPrefix(c.log.Pair.Rhythm.Rule, "RRULE:")
	upper := strings.ToUpper(rule)
	end, err := time.ParseInLocation(time.DateOnly, c.log.Pair.Ended, c.log.Pair.Rhythm.Location())
	if err != nil || strings.Contains(upper, "UNTIL=") || strings.Contains(upper, "COUNT=") {
		return rule
	}
	return rule + ";UNTIL=" + end.AddDate(0, 0, 1).Add(-time.Second).UTC().Format(icsUTC)
}

// slot is where the rhythm has the meeting, regular false for one arranged out of turn.
func (c *calendar) slot(m *meeting.Meeting) (start time.Time, regular bool) {
	day, err := time.ParseInLocation(time.DateOnly, m.ID, c.log.Pair.Rhythm.Location())
	if err != nil {
		return time.Time{}, false
	}
	starts := c.log.Pair.Rhythm.Between(day, day.AddDate(0, 0, 1))
	if len(starts) == 0 {
		return time.Time{}, false
	}
	return starts[0], true
}

// zone writes the pair's time zone as one observance per change of its clocks, for the years that matter. RFC 5545, 3.6.5.
func (c *calendar) zone(first time.Time) {
	r := c.log.Pair.Rhythm
	tz := c.cal.AddTimezone(r.Zone)
	at := time.Date(min(first.Year(), c.now.Year()), 1, 1, 0, 0, 0, 0, r.Location())
	end := c.now.AddDate(calendarYears, 0, 0)
	observe(tz, at, at)
	for at.Before(end) {
		_, next := at.ZoneBounds()
		if next.IsZero() {
			return
		}
		observe(tz, next, next.Add(-time.Second))
		at = next
	}
}

// observe adds what holds from start on; before is an instant before it.
func observe(tz *ics.VTimezone, start, before time.Time) {
	var c ics.Component
	var b *ics.ComponentBase
	if start.IsDST() {
		d := &ics.Daylight{}
		c, b = d, &d.ComponentBase
	} else {
		s := &ics.Standard{}
		c, b = s, &s.ComponentBase
	}
	name, _ := start.Zone()
	_, from := before.Zone()
	_, to := start.Zone()
	onset := start.In(time.FixedZone("", from)) // RFC 5545: the onset in the local time that held until then
	b.SetProperty(ics.ComponentPropertyDtStart, onset.Format(icsLocal))
	b.SetProperty("TZOFFSETFROM", offset(from))
	b.SetProperty("TZOFFSETTO", offset(to))
	b.SetProperty("TZNAME", name)
	tz.Components = append(tz.Components, c)
}

func offset(seconds int) string {
	sign := '+'
	if seconds < 0 {
		sign, seconds = '-', -seconds
	}
	return fmt.Sprintf("%c%02d%02d", sign, seconds/3600, seconds%3600/60)
}
