package letter

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"

	ics "github.com/arran4/golang-ical"

	"duolog/meeting"
)

// Calendars is what a letter has to know to keep the calendar of its reader up to date.
type Calendars struct {
	Organizer string          // the address that calendar programs answer to, always the same for one person in one pair; "" sends no calendar
	Name      string          // of the organizer
	Has       map[string]Copy // by UID: what the reader's calendar was given last
}

// Copy is one event, or one whole series, as somebody's calendar has it.
type Copy struct {
	Print    string `json:"print"`    // of all that matters in it
	Sequence int    `json:"sequence"` // RFC 5545, 3.8.7.4: the later one wins
}

// Invite is the calendar part of a letter: one event or one series, as RFC 5546, 3.2.2 and 3.2.5 want it.
type Invite struct {
	Method string // "REQUEST" or "CANCEL"
	Object []byte // iCalendar
	Inline bool   // the letter is about when they meet, so mail programs may show it as the invitation itself
	UID    string
	Copy   Copy // what the reader's calendar has once it came
}

// Outdated tells whether the person's calendar, as far as letters filled it, shows anything that is no longer so.
func Outdated(l *meeting.Log, person string, now time.Time, c Calendars) bool {
	w, err := newWriter(Request{Log: l, Now: now, Calendars: c, Occasion: meeting.Occasion{Pair: l.Pair.ID, Person: person}})
	return err == nil && len(c.Has) > 0 && w.stale() != nil
}

// Layouts of iCalendar. RFC 5545, 3.3.5.
const (
	icsUTC   = "20060102T150405Z"
	icsLocal = "20060102T150405"
)

// What the series describes one by one. The span begins and ends with a quarter, so that it is the same for many letters.
const (
	exceptionsBack  = 8 // quarters before this one
	exceptionsAhead = 5
	mostExceptions  = 300
)

// invite puts the pair's meetings into the letter where the reader's calendar does not have them, or not as they are now. No letter is
// ever sent for that alone. The rhythm is one series whose UID never changes, with what was skipped taken out of it and what was moved
// in its new place; a meeting out of turn is an event of its own. RFC 5545, RFC 5546.
func (w *writer) invite(inline bool) {
	o := w.stale()
	if o == nil || w.err != nil {
		return
	}
	had := w.Calendars.Has[o.uid]
	sequence := max(had.Sequence+1, w.changes())
	if had == (Copy{}) {
		sequence = w.changes()
	}
	w.letter.Invite = &Invite{
		Method: string(o.method), Object: o.write(sequence), Inline: inline, UID: o.uid, Copy: Copy{Print: o.print(), Sequence: sequence},
	}
}

// stale is the object that the reader's calendar lacks most, nil when it is up to date or none of ours.
func (w *writer) stale() *object {
	l := w.Log
	if w.Calendars.Organizer == "" || !l.Started() || l.Pair.Settings.NoInvites || l.Pair.Follows.Source != "" || l.Pair.Rhythm.Check() != nil {
		return nil
	}
	for _, o := range append([]*object{w.series()}, w.outOfTurn()...) {
		if o == nil {
			continue
		}
		had, known := w.Calendars.Has[o.uid]
		switch {
		case !known && o.method == ics.MethodCancel:
		case !known && o.uid == w.uid() && l.NextMeeting(w.Now) == nil: // a series without a future
		case had.Print != o.print():
			return o
		}
	}
	return nil
}

// object is one iCalendar object: all its events have the same UID, as RFC 5546, 3.2.2 demands.
type object struct {
	w      *writer
	uid    string
	method ics.Method
	first  time.Time // from when on the zone is described
	events []event
}

// event is one VEVENT.
type event struct {
	start    time.Time
	length   meeting.Duration
	rule     string
	without  []time.Time
	instance time.Time // RECURRENCE-ID, zero for the series
	partstat string
}

// series is the rhythm, or its cancellation when the pair ended.
func (w *writer) series() *object {
	r := w.Log.Pair.Rhythm
	begin, err := time.ParseInLocation(meeting.FirstLayout, r.First, r.Location())
	if err != nil {
		return nil
	}
	starts := r.Between(begin, begin.AddDate(2, 0, 0)) // the first need not be of the rule itself
	if len(starts) == 0 {
		return nil
	}
	o := &object{w: w, uid: w.uid(), method: ics.MethodRequest, first: starts[0]}
	e := event{start: starts[0], length: r.Length, partstat: w.partstat(w.Log.Pair.Answers)}
	end, ended := w.end()
	if ended && (!end.After(w.Now) || !end.After(starts[0])) {
		o.method, o.events = ics.MethodCancel, []event{e}
		return o
	}
	e.rule = r.RRULE(end)
	var moved []event
	for _, slot := range r.Between(starts[0], quarter(w.Now, exceptionsAhead)) {
		if slot.Before(quarter(w.Now, -exceptionsBack)) || ended && slot.After(end) || len(moved)+len(e.without) > mostExceptions {
			continue
		}
		switch m := w.Log.Planned(slot.Format(time.DateOnly)); {
		case m == nil || m.State == meeting.Skipped || m.State == meeting.Moved:
			e.without = append(e.without, slot)
		case !m.Start.Equal(slot):
			moved = append(moved, event{start: m.Start, length: m.Length, instance: slot, partstat: w.partstat(append(slices.Clone(w.Log.Pair.Answers), m.Answers...))})
		}
	}
	o.events = append([]event{e}, moved...)
	return o
}

// outOfTurn are the meetings to come that the rhythm does not have, and those that were given up.
func (w *writer) outOfTurn() []*object {
	var all []*object
	for _, m := range w.Log.Meetings {
		if w.regular(m) || !m.Start.After(w.Now) {
			continue
		}
		o := &object{w: w, uid: m.ID + "." + w.uid(), method: ics.MethodRequest, first: m.Start}
		if m.State != meeting.Planned && m.State != meeting.Held {
			o.method = ics.MethodCancel
		}
		o.events = []event{{start: m.Start, length: m.Length, partstat: w.partstat(m.Answers)}}
		all = append(all, o)
	}
	return all
}

// regular tells whether the rhythm has a meeting on the day that gives this one its id.
func (w *writer) regular(m *meeting.Meeting) bool {
	day, err := time.ParseInLocation(time.DateOnly, m.ID, w.Log.Pair.Rhythm.Location())
	return err == nil && len(w.Log.Pair.Rhythm.Between(day, day.AddDate(0, 0, 1))) > 0
}

// end is the last moment of the pair, zero when it has none.
func (w *writer) end() (time.Time, bool) {
	day, err := time.ParseInLocation(time.DateOnly, w.Log.Pair.Ended, w.Log.Pair.Rhythm.Location())
	if err != nil {
		return time.Time{}, false
	}
	return day.AddDate(0, 0, 1).Add(-time.Second), true
}

// quarter is the begin of the quarter so many after that of t.
func quarter(t time.Time, after int) time.Time {
	return time.Date(t.Year(), (t.Month()-1)/3*3+1+time.Month(3*after), 1, 0, 0, 0, 0, time.UTC)
}

// partstat is what the reader's calendar last said. RFC 5545, 3.2.12.
func (w *writer) partstat(answers []meeting.Answer) string {
	said := map[string]string{meeting.SaidAccepted: "ACCEPTED", meeting.SaidDeclined: "DECLINED", meeting.SaidTentative: "TENTATIVE"}
	for _, a := range slices.Backward(answers) {
		if s := said[a.Said]; a.By == w.reader.ID && s != "" {
			return s
		}
	}
	return "NEEDS-ACTION"
}

// uid lives as long as the pair; the domain is that of the mailbox, for a UID must be the only one in the world.
func (w *writer) uid() string {
	return w.Log.Pair.ID + w.Calendars.Organizer[strings.LastIndex(w.Calendars.Organizer, "@"):]
}

// changes counts what happened to the rhythm and to single meetings: the least sequence number, should nobody know the last one any more.
func (w *writer) changes() int {
	n := 0
	for _, h := range w.Log.Pair.History {
		if h.Field == "rhythm" {
			n++
		}
	}
	for _, m := range w.Log.Meetings {
		for _, h := range m.History {
			if h.Field == "start" || h.Field == "state" {
				n++
			}
		}
	}
	return n
}

// print tells two objects apart by what matters to their reader. The sequence number, who is asked and the zone's rules do not.
func (o *object) print() string {
	h := sha256.New()
	l := o.w.Log
	fmt.Fprintf(h, "%s %q %q %s\n", o.method, o.w.names(), l.Pair.JoinLink, l.Pair.Rhythm.Zone)
	for _, e := range o.events {
		fmt.Fprintf(h, "%s %d %s %d", e.start.UTC().Format(icsUTC), e.length.Minutes(), e.rule, e.instance.Unix())
		for _, t := range e.without {
			fmt.Fprintf(h, " %d", t.Unix())
		}
		fmt.Fprintln(h)
	}
	return hex.EncodeToString(h.Sum(nil)[:12])
}

// write makes the object with that sequence number.
func (o *object) write(sequence int) []byte {
	w, cal := o.w, ics.NewCalendarFor("duolog")
	cal.SetMethod(o.method)
	addZone(cal, w.Log.Pair.Rhythm, o.first, w.Now)
	for _, e := range o.events {
		o.add(cal, e, sequence)
	}
	return []byte(cal.Serialize(ics.WithNewLine("\r\n")))
}

func (o *object) add(cal *ics.Calendar, e event, sequence int) {
	w, zone := o.w, ics.WithTZID(o.w.Log.Pair.Rhythm.Zone)
	local := func(t time.Time) string { return t.In(w.Log.Pair.Rhythm.Location()).Format(icsLocal) }
	v := cal.AddEvent(o.uid)
	v.SetDtStampTime(w.Now)
	v.SetSequence(sequence)
	v.SetProperty(ics.ComponentPropertyDtStart, local(e.start), zone)
	v.SetProperty(ics.ComponentPropertyDtEnd, local(e.start.Add(time.Duration(e.length))), zone)
	if !e.instance.IsZero() {
		v.SetProperty(ics.ComponentPropertyRecurrenceId, local(e.instance), zone)
	}
	if e.rule != "" {
		v.AddRrule(e.rule)
	}
	for _, t := range e.without {
		v.AddProperty(ics.ComponentPropertyExdate, local(t), zone)
	}
	summary := w.say("calendar.summary", "Names", w.names())
	v.SetSummary(summary)
	o.people(v, e)
	if o.method == ics.MethodCancel {
		v.SetStatus(ics.ObjectStatusCancelled)
		return
	}
	v.SetStatus(ics.ObjectStatusConfirmed)
	v.SetDescription(w.say("calendar.description"))
	if link := webAddress(w.Log.Pair.JoinLink); link != "" {
		v.SetLocation(link)
		v.SetURL(link)
		v.SetProperty("CONFERENCE", link, ics.WithValue("URI"), parameter("FEATURE", "VIDEO"), parameter("LABEL", w.say("calendar.join"))) // RFC 7986, 5.11
	}
	alarm := v.AddAlarm()
	alarm.SetAction(ics.ActionDisplay)
	alarm.SetTrigger("-PT10M")
	alarm.SetProperty(ics.ComponentPropertyDescription, ics.ToText(summary))
}

// people names the organizer, to whom calendar programs answer, and the reader, who alone is asked. RFC 5546, 3.2.2.
func (o *object) people(v *ics.VEvent, e event) {
	w := o.w
	v.SetOrganizer("mailto:"+w.Calendars.Organizer, ics.WithCN(plainName(w.Calendars.Name)))
	if len(w.reader.Addresses) == 0 {
		return
	}
	v.AddAttendee("mailto:"+w.reader.Addresses[0], ics.WithCN(plainName(w.reader.Name)), parameter("CUTYPE", "INDIVIDUAL"),
		parameter("ROLE", "REQ-PARTICIPANT"), parameter("PARTSTAT", e.partstat), ics.WithRSVP(e.partstat == "NEEDS-ACTION"))
}

func parameter(name, value string) ics.PropertyParameter {
	return &ics.KeyValues{Key: name, Value: []string{value}}
}

// plainName has nothing that a parameter's value may not hold. RFC 5545, 3.2.
func plainName(name string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || strings.ContainsRune("\"\\^", r) {
			return -1
		}
		return r
	}, inert(name, 80))
}

// The years of a zone that are described: the clocks' rules rarely last longer than what is known of them anyway.
const zoneYears = 6

// addZone writes the pair's time zone: one observance per rule that its clocks follow or, for clocks that follow none, per change.
// RFC 5545, 3.6.5.
func addZone(cal *ics.Calendar, r meeting.Rhythm, first, now time.Time) {
	tz := cal.AddTimezone(r.Zone)
	at := time.Date(min(first.Year(), now.Year()), 1, 1, 0, 0, 0, 0, r.Location())
	end := time.Date(now.Year()+zoneYears, 1, 1, 0, 0, 0, 0, r.Location())
	observe(tz, transition{at: at, before: at}, "")
	var winter, summer []transition
	for {
		next := clocksSet(at, end)
		if next.IsZero() {
			break
		}
		t := transition{at: next, before: next.Add(-time.Second)}
		if at = next; at.IsDST() {
			summer = append(summer, t)
		} else {
			winter = append(winter, t)
		}
	}
	for _, all := range [][]transition{winter, summer} {
		some, rule := ruled(all)
		for _, t := range all[:len(all)-some] {
			observe(tz, t, "")
		}
		if some > 0 {
			observe(tz, all[len(all)-some], rule)
		}
	}
}

// lookEvery is shorter than clocks were ever set one way and back again.
const lookEvery = 7 * 24 * time.Hour

// clocksSet is when the clocks of a zone are set first after at, the zero time when they are not before end. Time.ZoneBounds does not tell
// for zones that the system knows by a rule alone, as newer systems do: its bounds are also those of each year, and at the end of a leap year
// it stands still (Go 1.26).
func clocksSet(at, end time.Time) time.Time {
	same := func(t time.Time) bool {
		name, offset := t.Zone()
		was, from := at.Zone()
		return name == was && offset == from && t.IsDST() == at.IsDST()
	}
	for ; at.Before(end); at = at.Add(lookEvery) {
		next := at.Add(lookEvery)
		if same(next) {
			continue
		}
		seconds := sort.Search(int(lookEvery/time.Second), func(n int) bool { return !same(at.Add(time.Duration(n) * time.Second)) })
		if set := at.Add(time.Duration(seconds) * time.Second); set.Before(end) {
			return set
		}
		break
	}
	return time.Time{}
}

// transition is one setting of the clocks; before is an instant before it.
type transition struct{ at, before time.Time }

// onset is when the clocks are set, in the local time that held until then. RFC 5545, 3.6.5.
func (t transition) onset() time.Time {
	_, from := t.before.Zone()
	return t.at.In(time.FixedZone("", from))
}

// ruled tells how many of the last transitions follow one yearly rule, 0 when fewer than three do, and that rule.
func ruled(all []transition) (some int, rule string) {
	if len(all) < 3 || all[len(all)-1].at.Year() != all[len(all)-2].at.Year()+1 {
		return 0, ""
	}
	last := all[len(all)-1].onset()
	for _, nth := range []int{(last.Day()-1)/7 + 1, -1} {
		n := 0
		for i := len(all) - 1; i >= 0 && follows(all[i], all[len(all)-1], len(all)-1-i, nth); i-- {
			n++
		}
		if n > some {
			some = n
			rule = fmt.Sprintf("FREQ=YEARLY;BYMONTH=%d;BYDAY=%s%s", last.Month(), strconv.Itoa(nth), strings.ToUpper(last.Weekday().String()[:2]))
		}
	}
	if some < 3 {
		return 0, ""
	}
	return some, rule
}

// follows tells whether a transition, so many years before the last, was set by the same rule.
func follows(t, last transition, years, nth int) bool {
	a, b := t.onset(), last.onset()
	fits := nth > 0 && (a.Day()-1)/7+1 == nth || nth < 0 && a.AddDate(0, 0, 7).Month() != a.Month()
	_, from := t.before.Zone()
	_, lastFrom := last.before.Zone()
	name, to := t.at.Zone()
	lastName, lastTo := last.at.Zone()
	return fits && a.Year()+years == b.Year() && a.Month() == b.Month() && a.Weekday() == b.Weekday() &&
		a.Format(time.TimeOnly) == b.Format(time.TimeOnly) && from == lastFrom && to == lastTo && name == lastName
}

// observe adds what holds from a transition on, each year again where there is a rule.
func observe(tz *ics.VTimezone, t transition, rule string) {
	var c ics.Component
	var b *ics.ComponentBase
	if t.at.IsDST() {
		d := &ics.Daylight{}
		c, b = d, &d.ComponentBase
	} else {
		s := &ics.Standard{}
		c, b = s, &s.ComponentBase
	}
	name, to := t.at.Zone()
	_, from := t.before.Zone()
	b.SetProperty(ics.ComponentPropertyDtStart, t.onset().Format(icsLocal))
	b.SetProperty("TZOFFSETFROM", offset(from))
	b.SetProperty("TZOFFSETTO", offset(to))
	b.SetProperty("TZNAME", name)
	if rule != "" {
		b.SetProperty(ics.ComponentPropertyRrule, rule)
	}
	tz.Components = append(tz.Components, c)
}

func offset(seconds int) string {
	sign := '+'
	if seconds < 0 {
		sign, seconds = '-', -seconds
	}
	return fmt.Sprintf("%c%02d%02d", sign, seconds/3600, seconds%3600/60)
}
