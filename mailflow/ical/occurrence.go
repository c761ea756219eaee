package ical

import (
	"fmt"
	"regexp"
	"slices"
	"time"

	"github.com/teambition/rrule-go"
)

// Occurrence is one time at which an event takes place.
type Occurrence struct {
	Planned   time.Time // where its series has it: moving one occurrence never changes this
	Start     time.Time
	Length    time.Duration // 0 when the event does not say
	Cancelled bool
}

// The bounds of what is expanded: nobody meets more often.
const (
	maxSeries      = 20     // series that one match may name
	maxOccurrences = 10_000 // of one series, counted from its first
	maxInterval    = 1000   // days, weeks, months or years between two of them
)

// Occurrences lists when the events that match take place in [from, to), in the order of their starts, cancelled ones too. Instances that
// differ from their series match with it. Events of whole days are none.
func (c *Calendar) Occurrences(match func(Event) bool, from, to time.Time) ([]Occurrence, error) {
	series, changed := map[string]Event{}, map[string][]Event{}
	for _, e := range c.Events {
		switch known, twice := series[e.UID]; {
		case !e.Instance.IsZero():
			changed[e.UID] = append(changed[e.UID], e)
		case match(e) && !e.AllDay && (!twice || e.Sequence >= known.Sequence):
			series[e.UID] = e
		}
	}
	if len(series) > maxSeries {
		recurring := 0
		for _, e := range series {
			if e.Recurs {
				recurring++
			}
		}
		if recurring > maxSeries {
			return nil, fmt.Errorf("%d series match, which is more than %d", recurring, maxSeries)
		}
	}
	var all []Occurrence
	for uid, e := range series {
		some, err := e.occurrences(changed[uid], from, to)
		if err != nil {
			return nil, fmt.Errorf("event %q: %w", e.Summary, err)
		}
		all = append(all, some...)
	}
	slices.SortFunc(all, func(a, b Occurrence) int { return a.Start.Compare(b.Start) })
	return all, nil
}

// occurrences are those of one series, each instance that differs in the place of the one that it replaces.
func (e Event) occurrences(changed []Event, from, to time.Time) ([]Occurrence, error) {
	starts, err := e.starts(to)
	if err != nil {
		return nil, err
	}
	replaced := map[int64]Event{}
	for _, x := range changed {
		if old, twice := replaced[x.Instance.Unix()]; !twice || x.Sequence >= old.Sequence {
			replaced[x.Instance.Unix()] = x
		}
	}
	var all []Occurrence
	add := func(o Occurrence) {
		if !o.Start.Before(from) && o.Start.Before(to) {
			all = append(all, o)
		}
	}
	for _, at := range starts {
		if _, differs := replaced[at.Unix()]; !differs {
			add(Occurrence{Planned: at, Start: at, Length: e.Length, Cancelled: e.Cancelled})
		}
	}
	for _, x := range replaced {
		add(Occurrence{Planned: x.Instance.In(e.Start.Location()), Start: x.Start, Length: x.Length, Cancelled: x.Cancelled || e.Cancelled})
	}
	return all, nil
}

// starts lists where the series itself takes place before the given time: its first, its rule's, its further dates, less its
// exceptions. The rule runs on the wall clock, so that it keeps its hour when the clocks change. RFC 5545, 3.8.5.
func (e Event) starts(to time.Time) ([]time.Time, error) {
	all := append([]time.Time{e.Start}, e.extra...)
	if e.rule != "" {
		walls, err := e.walls(e.zone.wallOf(to))
		if err != nil {
			return nil, err
		}
		for _, w := range walls {
			all = append(all, e.zone.at(w))
		}
	}
	slices.SortFunc(all, time.Time.Compare)
	all = slices.CompactFunc(all, time.Time.Equal)
	return slices.DeleteFunc(all, func(t time.Time) bool {
		return slices.ContainsFunc(e.without, t.Equal) || slices.Contains(e.days, e.zone.wallOf(t).Format(time.DateOnly))
	}), nil
}

var utcUntil = regexp.MustCompile(`(?i)UNTIL=\d{8}T\d{6}Z`)

// walls are the rule's starts on the wall clock. A rule that makes the library panic is one that cannot be read.
func (e Event) walls(to time.Time) (all []time.Time, err error) {
	defer func() {
		if r := recover(); r != nil {
			all, err = nil, fmt.Errorf("rule %q: %v", e.rule, r)
		}
	}()
	option, err := rrule.StrToROption(e.rule)
	if err != nil {
		return nil, fmt.Errorf("rule %q: %w", e.rule, err)
	}
	switch {
	case option.Freq > rrule.DAILY:
		return nil, fmt.Errorf("rule %q: more often than daily is no rhythm", e.rule)
	case option.Interval > maxInterval:
		return nil, fmt.Errorf("rule %q: once in %d is no rhythm", e.rule, option.Interval)
	case len(option.Byeaster) > 0: // no part of RFC 5545
		return nil, fmt.Errorf("rule %q: BYEASTER is unknown", e.rule)
	}
	option.Dtstart = e.wall
	switch until := option.Until; {
	case until.IsZero():
	case utcUntil.MatchString(e.rule): // RFC 5545, 3.3.10: in UTC where the start has a zone
		option.Until = e.zone.wallOf(until)
	case until.Equal(until.Truncate(24 * time.Hour)): // a day, with all of it
		option.Until = until.Add(24*time.Hour - time.Second)
	}
	rule, err := rrule.NewRRule(*option)
	if err != nil {
		return nil, fmt.Errorf("rule %q: %w", e.rule, err)
	}
	next := rule.Iterator()
	for len(all) < maxOccurrences {
		at, ok := next()
		if !ok || !at.Before(to) {
			break
		}
		all = append(all, at)
	}
	return all, nil
}
