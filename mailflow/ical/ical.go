// Package ical reads iCalendar objects that other programs wrote.
//
// What arrives by mail or from an address is hostile until proven otherwise: Parse looks at the size, the depth, the length of each
// line before a library sees anything, and hands it only the properties that are needed here. The rule that a newcomer
// would break: times are never read by a library's own notion of zones. A TZID may be tzdata's name, Windows' name, a path that ends
// in one, or mean nothing but the VTIMEZONE beside it; zone.go knows all four.
//
// RFC 5545 is the format, RFC 5546 what a METHOD means; for what Exchange makes of them see MS-OXCICAL.
package ical

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	ics "github.com/arran4/golang-ical"
)

// The limits of one object. What is longer is refused as a whole, but for a property that is left out.
const (
	MaxSize = 16 << 20 // bytes; years of a person's calendar are about a tenth of that

	maxDepth      = 6        // components within each other; RFC 5545 needs three
	maxComponents = 50_000   // of one object, at all depths
	maxLine       = 16 << 10 // bytes of one unfolded property; a longer one is left out
	maxRule       = 500      // bytes of a recurrence rule
	layoutDate    = "20060102"
	layoutLocal   = "20060102T150405"
)

// ErrNone means that the bytes are no iCalendar object, or one beyond the limits.
var ErrNone = errors.New("not an iCalendar object")

// Calendar is one iCalendar object.
type Calendar struct {
	Method string // in upper case: "REPLY", "COUNTER"; "" for a plain file
	Events []Event

	zones zones
}

// Event is one VEVENT: a single meeting, a series, or one instance of a series that differs from it.
type Event struct {
	UID       string
	Sequence  int
	Summary   string
	Comment   string        // what a person wrote to an answer
	Start     time.Time     // zero for an answer that does not say it
	Length    time.Duration // 0 when the event does not say
	AllDay    bool          // Start is midnight of a day
	Cancelled bool
	Instance  time.Time // RECURRENCE-ID: where the series has the instance that this is; zero for the series itself
	Recurs    bool      // has a rule or further dates
	Attendees []Attendee

	wall    time.Time // Start on the wall clock of its zone, labelled UTC
	zone    zone
	rule    string
	extra   []time.Time // RDATE
	without []time.Time // EXDATE
	days    []string    // EXDATE of whole days
}

// Attendee is a person whom an event names.
type Attendee struct {
	Address string // as written, without "mailto:"
	Name    string // CN
	Status  string // PARTSTAT in upper case: "ACCEPTED", "DECLINED", "TENTATIVE"; "NEEDS-ACTION" when there is none
	Comment string
}

// Parse reads one object. Floating times, and those of zones that nobody knows, are taken in the given zone.
func Parse(raw []byte, floating *time.Location) (*Calendar, error) {
	cal, err := components(raw)
	if err != nil {
		return nil, err
	}
	c := &Calendar{zones: zones{floating: zone{location: floating}, rules: map[string]*ics.VTimezone{}, known: map[string]zone{}}}
	for _, p := range cal.CalendarProperties {
		switch p.IANAToken {
		case "METHOD":
			c.Method = strings.ToUpper(strings.TrimSpace(p.Value))
		case "X-WR-TIMEZONE": // of Google and Apple: what floating times mean
			if l := location(p.Value); l != nil {
				c.zones.floating = zone{location: l}
			}
		}
	}
	for _, z := range cal.Timezones() {
		if id := z.GetProperty(ics.ComponentProperty("TZID")); id != nil {
			c.zones.rules[id.Value] = z
		}
	}
	for _, e := range cal.Events() {
		if event, ok := c.event(e); ok {
			c.Events = append(c.Events, event)
		}
	}
	return c, nil
}

// components hands the library what is wanted of an object within the limits.
func components(raw []byte) (*ics.Calendar, error) {
	if len(raw) > MaxSize {
		return nil, fmt.Errorf("%w: %d bytes are too many", ErrNone, len(raw))
	}
	text, err := wanted(raw)
	if err != nil {
		return nil, err
	}
	cal, err := ics.ParseCalendar(bytes.NewReader(text))
	if err != nil {
		return nil, fmt.Errorf("%w: %v", ErrNone, err)
	}
	return cal, nil
}

// known are the properties that are read here; all others are left out.
var known = map[string]bool{
	"BEGIN": true, "END": true, "VERSION": true, "METHOD": true, "X-WR-TIMEZONE": true,
	"UID": true, "SEQUENCE": true, "SUMMARY": true, "COMMENT": true, "STATUS": true, "ATTENDEE": true,
	"DTSTART": true, "DTEND": true, "DURATION": true, "RECURRENCE-ID": true, "RRULE": true, "RDATE": true, "EXDATE": true,
	"TZID": true, "TZOFFSETFROM": true, "TZOFFSETTO": true,
}

// wanted unfolds the lines and keeps the properties that are read here, their names in upper case. RFC 5545, 3.1.
func wanted(raw []byte) ([]byte, error) {
	raw = bytes.TrimPrefix(raw, []byte("\ufeff"))
	var out bytes.Buffer
	depth, components := 0, 0
	for len(raw) > 0 {
		var line []byte
		line, raw = unfolded(raw)
		name := line[:max(0, bytes.IndexAny(line, ":;"))]
		token := strings.ToUpper(string(name[:min(len(name), 20)]))
		if !known[token] || len(line) > maxLine {
			continue
		}
		switch token {
		case "BEGIN":
			depth, components = depth+1, components+1
		case "END":
			depth--
		}
		if depth > maxDepth || components > maxComponents {
			return nil, fmt.Errorf("%w: too many components", ErrNone)
		}
		out.WriteString(token)
		if depth == 0 || token == "BEGIN" || token == "END" {
			line = bytes.ToUpper(bytes.TrimSpace(line))
		}
		out.Write(line[len(name):])
		out.WriteString("\r\n")
	}
	if !bytes.HasPrefix(out.Bytes(), []byte("BEGIN:VCALENDAR\r\n")) { // such as a page that asks to sign in
		return nil, fmt.Errorf("%w: it does not begin as one", ErrNone)
	}
	return out.Bytes(), nil
}

// unfolded is the first line, with those that continue it, and what is left. At most maxLine and a bit of it is kept.
func unfolded(raw []byte) (line, rest []byte) {
	for {
		part, after, _ := bytes.Cut(raw, []byte("\n"))
		part = bytes.TrimSuffix(part, []byte("\r"))
		switch {
		case line == nil:
			line = part[:len(part):len(part)] // so that append copies
		case len(line) <= maxLine:
			line = append(line, part[1:]...)
		}
		if raw = after; len(raw) == 0 || raw[0] != ' ' && raw[0] != '\t' {
			return line, raw
		}
	}
}

// event takes over one VEVENT; ok is false for one without UID or, but in an answer, a readable start. RFC 5546, 3.2.3: what is
// answered says the UID, the start need not be there.
func (c *Calendar) event(v *ics.VEvent) (e Event, ok bool) {
	start, ok := c.time(property(v, "DTSTART"))
	if !ok && c.Method != "REPLY" {
		return e, false
	}
	e.UID, e.Summary, e.Comment = text(v, "UID"), text(v, "SUMMARY"), text(v, "COMMENT")
	e.Sequence, _ = strconv.Atoi(text(v, "SEQUENCE"))
	e.Cancelled = strings.EqualFold(text(v, "STATUS"), "CANCELLED")
	e.Start, e.AllDay, e.wall, e.zone = start.at, start.day, start.wall, start.zone
	if end, ok := c.time(property(v, "DTEND")); ok && end.at.After(e.Start) {
		e.Length = end.at.Sub(e.Start)
	} else if d, ok := duration(text(v, "DURATION")); ok {
		e.Length = d
	}
	if id, ok := c.time(property(v, "RECURRENCE-ID")); ok {
		e.Instance = id.at
	}
	if rule := text(v, "RRULE"); len(rule) <= maxRule {
		e.rule = rule
	}
	for _, p := range v.Properties {
		switch p.IANAToken {
		case "ATTENDEE":
			e.Attendees = append(e.Attendees, attendee(p.BaseProperty))
		case "RDATE", "EXDATE":
			c.dates(&e, p.BaseProperty)
		}
	}
	e.Recurs = e.rule != "" || len(e.extra) > 0
	return e, e.UID != ""
}

func property(v *ics.VEvent, name ics.ComponentProperty) *ics.BaseProperty {
	if p := v.GetProperty(name); p != nil {
		return &p.BaseProperty
	}
	return nil
}

func text(v *ics.VEvent, name ics.ComponentProperty) string {
	if p := v.GetProperty(name); p != nil {
		return strings.TrimSpace(ics.FromText(p.Value))
	}
	return ""
}

// dates adds the values of an RDATE or EXDATE, of which a period counts as its start.
func (c *Calendar) dates(e *Event, p ics.BaseProperty) {
	for _, value := range strings.Split(p.Value, ",") {
		value, _, _ = strings.Cut(value, "/")
		one := p
		one.Value = value
		t, ok := c.time(&one)
		switch {
		case !ok:
		case p.IANAToken == "RDATE":
			e.extra = append(e.extra, t.at)
		case t.day:
			e.days = append(e.days, t.wall.Format(time.DateOnly))
		default:
			e.without = append(e.without, t.at)
		}
	}
}

func attendee(p ics.BaseProperty) Attendee {
	a := Attendee{
		Address: strings.TrimSpace(p.Value), Name: parameter(&p, "CN"), Status: strings.ToUpper(parameter(&p, "PARTSTAT")),
		Comment: parameter(&p, "X-RESPONSE-COMMENT"),
	}
	if len(a.Address) > 7 && strings.EqualFold(a.Address[:7], "mailto:") {
		a.Address = a.Address[7:]
	}
	if a.Status == "" { // RFC 5545, 3.2.12
		a.Status = "NEEDS-ACTION"
	}
	return a
}

// parameter is the first value of a parameter, whose name may be in any case, "" when there is none. RFC 5545, 2.
func parameter(p *ics.BaseProperty, name string) string {
	found := ""
	for written, values := range p.ICalParameters {
		if strings.EqualFold(written, name) && len(values) > 0 && (found == "" || written < found) { // of two spellings always the same
			found = written
		}
	}
	if found == "" {
		return ""
	}
	return p.ICalParameters[found][0]
}

// moment is a time as it was written and as it is.
type moment struct {
	at   time.Time
	wall time.Time // the clock shown, labelled UTC
	zone zone
	day  bool
}

// time reads a DATE or DATE-TIME property. RFC 5545, 3.3.4 and 3.3.5.
func (c *Calendar) time(p *ics.BaseProperty) (m moment, ok bool) {
	if p == nil {
		return m, false
	}
	value := strings.TrimSpace(p.Value)
	m.zone = c.zones.floating
	if id := parameter(p, "TZID"); id != "" {
		m.zone = c.zones.named(id)
	}
	var err error
	if len(value) == len(layoutDate) {
		m.wall, err = time.Parse(layoutDate, value)
		m.day = true
	} else {
		clock, utc := strings.CutSuffix(value, "Z")
		if utc {
			m.zone = zone{location: time.UTC}
		}
		m.wall, err = time.Parse(layoutLocal, clock)
	}
	if err != nil || m.wall.Year() < 1900 || m.wall.Year() > 2200 {
		return m, false
	}
	m.at = m.zone.at(m.wall)
	return m, true
}

// duration reads "PT30M" or "P1D". RFC 5545, 3.3.6.
func duration(s string) (time.Duration, bool) {
	units := map[rune]time.Duration{'W': 7 * 24 * time.Hour, 'D': 24 * time.Hour, 'H': time.Hour, 'M': time.Minute, 'S': time.Second}
	rest, ok := strings.CutPrefix(strings.TrimPrefix(strings.ToUpper(s), "+"), "P")
	if !ok || len(rest) > 20 {
		return 0, false
	}
	sum, n := time.Duration(0), 0
	for _, r := range rest {
		switch {
		case r >= '0' && r <= '9':
			n = min(n*10+int(r-'0'), 100_000)
		case r == 'T':
		case units[r] > 0:
			sum, n = sum+time.Duration(n)*units[r], 0
		default:
			return 0, false
		}
	}
	return sum, sum > 0
}
