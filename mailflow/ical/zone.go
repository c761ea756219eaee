package ical

import (
	_ "embed"
	"slices"
	"strconv"
	"strings"
	"time"

	ics "github.com/arran4/golang-ical"
)

// zone turns what a clock shows into a time: by a zone of tzdata or, where its name says nothing, by the changes of its VTIMEZONE.
type zone struct {
	location *time.Location
	changes  []change // in their order; only when location is nil
}

// change is one moment at which the clocks of a zone are set.
type change struct {
	onset time.Time // on the clock that held until then, labelled UTC
	to    int       // seconds east of UTC from then on
}

// zones are the zones of one object.
type zones struct {
	floating zone
	rules    map[string]*ics.VTimezone
	known    map[string]zone
}

// at is the time at which a clock in the zone shows the wall time, which is labelled UTC.
func (z zone) at(wall time.Time) time.Time {
	l := z.location
	if l == nil {
		l = time.FixedZone("", z.offset(wall))
	}
	y, m, d := wall.Date()
	h, min, s := wall.Clock()
	return time.Date(y, m, d, h, min, s, 0, l)
}

// wallOf is what a clock in the zone shows, labelled UTC.
func (z zone) wallOf(at time.Time) time.Time {
	if z.location == nil {
		at = at.UTC()
		return at.Add(time.Duration(z.offset(at.Add(time.Duration(z.offset(at))*time.Second))) * time.Second)
	}
	at = at.In(z.location)
	y, m, d := at.Date()
	h, min, s := at.Clock()
	return time.Date(y, m, d, h, min, s, 0, time.UTC)
}

func (z zone) offset(wall time.Time) int {
	to := 0
	for i, c := range z.changes {
		if i > 0 && c.onset.After(wall) {
			break
		}
		to = c.to
	}
	return to
}

// named finds the zone that a TZID means; the floating one when it means nothing.
func (z *zones) named(id string) zone {
	if found, ok := z.known[id]; ok {
		return found
	}
	found := z.floating
	if l := location(id); l != nil {
		found = zone{location: l}
	} else if rules := z.rules[id]; rules != nil {
		if changes := changesOf(rules); len(changes) > 0 {
			found = zone{changes: changes}
		}
	}
	z.known[id] = found
	return found
}

//go:embed windows.txt
var windowsFile string

// windows maps the names that Windows gives to zones to those of tzdata.
var windows = func() map[string]string {
	names := map[string]string{}
	for line := range strings.Lines(windowsFile) {
		if name, zone, ok := strings.Cut(strings.TrimSpace(line), "\t"); ok {
			names[strings.ToLower(name)] = zone
		}
	}
	return names
}()

// location finds a zone by the name that a program gave it, nil when the name says nothing: "Europe/Berlin", "W. Europe Standard Time",
// "/freeassociation.sourceforge.net/Europe/Berlin", "tzone://Microsoft/Utc".
func location(name string) *time.Location {
	name = strings.Trim(name, "\" \t")
	if known := windows[strings.ToLower(name)]; known != "" {
		name = known
	}
	switch upper := strings.ToUpper(name); {
	case upper == "UTC", upper == "GMT", upper == "Z", strings.HasSuffix(upper, "/UTC"):
		return time.UTC
	case name == "", len(name) > 100, upper == "LOCAL":
		return nil
	}
	parts := strings.Split(strings.Trim(name, "/"), "/")
	for n := min(3, len(parts)); n > 0; n-- { // America/Argentina/Ushuaia has three
		candidate := strings.Join(parts[len(parts)-n:], "/")
		if n == 1 && len(parts) > 1 {
			break
		}
		if l, err := time.LoadLocation(candidate); err == nil {
			return l
		}
	}
	return nil
}

// lastYear bounds the changes of the clocks that a VTIMEZONE is asked for.
const lastYear = 2060

// changesOf lists the changes of the clocks that a VTIMEZONE describes. RFC 5545, 3.6.5.
func changesOf(z *ics.VTimezone) []change {
	var all []change
	for _, c := range z.SubComponents() {
		b := observance(c)
		if b == nil || len(all) > 2000 {
			continue
		}
		to, ok := offsetOf(b, "TZOFFSETTO")
		start := b.GetProperty("DTSTART")
		if !ok || start == nil {
			continue
		}
		first, err := time.Parse(layoutLocal, strings.TrimSuffix(strings.TrimSpace(start.Value), "Z"))
		if err != nil {
			continue
		}
		all = append(all, change{first, to})
		for _, p := range b.Properties {
			switch p.IANAToken {
			case "RRULE":
				for _, onset := range yearly(p.Value, first) {
					all = append(all, change{onset, to})
				}
			case "RDATE":
				for _, v := range strings.Split(p.Value, ",") {
					if onset, err := time.Parse(layoutLocal, strings.TrimSpace(v)); err == nil && len(all) < 4000 {
						all = append(all, change{onset, to})
					}
				}
			}
		}
	}
	slices.SortStableFunc(all, func(a, b change) int { return a.onset.Compare(b.onset) })
	return all
}

func observance(c ics.Component) *ics.ComponentBase {
	switch c := c.(type) {
	case *ics.Standard:
		return &c.ComponentBase
	case *ics.Daylight:
		return &c.ComponentBase
	}
	return nil
}

// offsetOf reads "+0100" or "-033000" in seconds. RFC 5545, 3.3.14.
func offsetOf(b *ics.ComponentBase, name ics.ComponentProperty) (int, bool) {
	p := b.GetProperty(name)
	if p == nil {
		return 0, false
	}
	v := strings.TrimSpace(p.Value)
	if len(v) != 5 && len(v) != 7 || v[0] != '+' && v[0] != '-' {
		return 0, false
	}
	n, err := strconv.Atoi(v[1:])
	if err != nil {
		return 0, false
	}
	if len(v) == 5 {
		n *= 100
	}
	seconds := n/10000*3600 + n/100%100*60 + n%100
	if v[0] == '-' {
		seconds = -seconds
	}
	return seconds, seconds > -86400 && seconds < 86400
}

// yearly lists the onsets of a rule like "FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU", the only kind that clocks follow, after the first.
func yearly(rule string, first time.Time) []time.Time {
	if len(rule) > maxRule {
		return nil
	}
	parts := map[string]string{}
	for _, part := range strings.Split(strings.ToUpper(rule), ";") {
		name, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		parts[name] = value
	}
	month, err := strconv.Atoi(parts["BYMONTH"])
	if err != nil {
		month = int(first.Month())
	}
	if parts["FREQ"] != "YEARLY" || month < 1 || month > 12 {
		return nil
	}
	last := time.Date(lastYear, 1, 1, 0, 0, 0, 0, time.UTC)
	if until, err := time.Parse(layoutDate, parts["UNTIL"][:min(8, len(parts["UNTIL"]))]); err == nil && until.Before(last) {
		last = until.AddDate(0, 0, 1)
	}
	var onsets []time.Time
	for year := max(first.Year(), 1970); year < lastYear; year++ {
		onset, ok := dayIn(year, time.Month(month), first, parts)
		if ok && onset.After(first) && onset.Before(last) {
			onsets = append(onsets, onset)
		}
	}
	return onsets
}

// dayIn is the day of the month that a yearly rule means, at the clock of the first onset.
func dayIn(year int, month time.Month, first time.Time, parts map[string]string) (time.Time, bool) {
	at := func(day int) time.Time {
		return time.Date(year, month, day, first.Hour(), first.Minute(), first.Second(), 0, time.UTC)
	}
	days := at(32).AddDate(0, 0, -at(32).Day()).Day() // of the month
	var match []int
	for day := 1; day <= days; day++ {
		if fits(at(day), parts) {
			match = append(match, day)
		}
	}
	nth, _ := strconv.Atoi(strings.TrimRight(parts["BYDAY"], "MOTUWEHFRSA"))
	switch {
	case parts["BYDAY"] == "" && parts["BYMONTHDAY"] == "":
		return at(first.Day()), first.Day() <= days
	case nth < 0 && -nth <= len(match):
		return at(match[len(match)+nth]), true
	case max(nth, 1) <= len(match):
		return at(match[max(nth, 1)-1]), true
	}
	return time.Time{}, false
}

// fits tells whether the day is of the weekday and the days of the month that the rule names.
func fits(day time.Time, parts map[string]string) bool {
	weekday, days := parts["BYDAY"], parts["BYMONTHDAY"]
	name := strings.ToUpper(day.Weekday().String()[:2])
	return (weekday == "" || strings.HasSuffix(weekday, name)) && (days == "" || slices.Contains(strings.Split(days, ","), strconv.Itoa(day.Day())))
}
