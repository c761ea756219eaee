package meeting

import (
	"fmt"
	"slices"
	"time"
)

// Slot is one time at which a pair is to meet: a start of its rhythm or, where the pair follows a calendar of its own, what stands there.
type Slot struct {
	ID        string        // of the meeting in it: the date first planned, as Meeting.ID
	Start     time.Time     // in the zone of the rhythm
	Length    time.Duration // 0 for that of the rhythm
	Planned   time.Time     // where its series has it; another time than Start when it was moved in the calendar
	Cancelled bool
}

// Calendar is what stands in the calendar that a pair follows, for a span of time.
type Calendar struct {
	From, Until time.Time
	Slots       []Slot // in the order of their starts; NewCalendar makes their ids
}

// NewCalendar takes the slots of a pair's own calendar over into the zone of its rhythm and names them.
func NewCalendar(zone *time.Location, from, until time.Time, slots []Slot) *Calendar {
	c := &Calendar{From: from, Until: until, Slots: slices.Clone(slots)}
	slices.SortStableFunc(c.Slots, func(a, b Slot) int { return a.Planned.Compare(b.Planned) })
	used := map[string]int{}
	for i := range c.Slots {
		s := &c.Slots[i]
		s.Start, s.Planned = s.Start.In(zone), s.Planned.In(zone)
		s.ID = s.Planned.Format(time.DateOnly)
		if used[s.ID]++; used[s.ID] > 1 {
			s.ID = fmt.Sprintf("%s-%d", s.ID, used[s.ID])
		}
	}
	slices.SortStableFunc(c.Slots, func(a, b Slot) int { return a.Start.Compare(b.Start) })
	return c
}

// slots lists where the pair's meetings are by its rhythm or its calendar, those that start in [from, to).
func (l *Log) slots(from, to time.Time) []Slot {
	var all []Slot
	if l.Calendar != nil {
		for _, s := range l.Calendar.Slots {
			if !s.Start.Before(from) && s.Start.Before(to) {
				all = append(all, s)
			}
		}
		return all
	}
	for _, start := range l.Pair.Rhythm.Between(from, to) {
		all = append(all, Slot{ID: start.Format(time.DateOnly), Start: start, Planned: start})
	}
	return all
}

// slot is the one with that id, nil when there is none.
func (c *Calendar) slot(id string) *Slot {
	if i := slices.IndexFunc(c.Slots, func(s Slot) bool { return s.ID == id }); i >= 0 {
		return &c.Slots[i]
	}
	return nil
}

// unrecorded is the meeting of a slot that no record stands for, nil when none is to take place in it. A calendar is the truth: a
// holiday takes nothing out of it.
func (l *Log) unrecorded(s Slot) *Meeting {
	if s.Cancelled || l.over(s.ID) || l.Calendar == nil && l.free(s.ID) || l.away(s.Start) {
		return nil
	}
	m := &Meeting{ID: s.ID, Start: s.Start, Length: Duration(s.Length), State: Planned}
	if m.Length == 0 {
		m.Length = l.Pair.Rhythm.Length
	}
	return m
}

// fromCalendar is why a meeting changed of which only the pair's own calendar said so.
const fromCalendar = "calendar"

// follow makes the recorded meetings follow the pair's own calendar: what was moved there shows as moved, what was taken out as
// skipped, and topics hang on the pair anyway. What the two decided here by mail stands until the calendar itself says something new.
func (l *Log) follow(now time.Time) []string {
	if l.Calendar == nil {
		return nil
	}
	for _, s := range l.Calendar.Slots {
		if m := l.unrecorded(s); m != nil && l.Meeting(s.ID) == nil && !s.Start.Equal(s.Planned) && s.Start.After(now) {
			m.Start = s.Planned
			l.record(m)
		}
	}
	var changed []string
	for _, m := range l.Meetings {
		if before := len(m.History); l.followOne(m, now) && len(m.History) > before {
			changed = append(changed, m.ID)
		}
	}
	slices.SortStableFunc(l.Meetings, func(a, b *Meeting) int { return a.Start.Compare(b.Start) })
	return changed
}

// followOne tells whether the calendar has a say about the meeting: only about those to come that it knew.
func (l *Log) followOne(m *Meeting, now time.Time) bool {
	s := l.Calendar.slot(m.ID)
	there := s != nil && !s.Cancelled
	known := m.Start.After(l.Calendar.From) && m.Start.Before(l.Calendar.Until)
	if m.State != Planned && m.State != Skipped || !known || l.outOfTurn(m) || !m.Start.After(now) && (s == nil || !s.Start.After(now)) {
		return false
	}
	say := func(field, to string) { l.change(m, Intent{Reason: fromCalendar}, Mail{At: now}, field, to) }
	gone := m.lastFrom(fieldState) == string(Skipped)
	switch {
	case !there && !gone && m.State == Planned:
		say(fieldState, string(Skipped))
	case there && gone && m.State == Skipped:
		say(fieldState, string(Planned))
	}
	if there && m.knownStart() != s.Start.Format(time.RFC3339) {
		say(fieldStart, s.Start.Format(time.RFC3339))
	}
	return true
}

// lastFrom is the last value that the calendar gave the field, "" for none.
func (m *Meeting) lastFrom(field string) string {
	for _, c := range slices.Backward(m.History) {
		if c.Field == field && c.By == "" && c.Why == fromCalendar {
			return c.To
		}
	}
	return ""
}

// knownStart is the start that the calendar gave the meeting last: before it moved anything, the one that the meeting had at first.
func (m *Meeting) knownStart() string {
	if last := m.lastFrom(fieldStart); last != "" {
		return last
	}
	for _, c := range m.History {
		if c.Field == fieldStart {
			return c.From
		}
	}
	return m.get(fieldStart)
}

// outOfTurn tells whether the two arranged the meeting beside their rhythm: agreeToMeet begins it as skipped, for a topic.
func (l *Log) outOfTurn(m *Meeting) bool {
	for _, c := range m.History {
		if c.Field == fieldState {
			return c.From == string(Skipped) && l.Topic(c.Why) != nil
		}
	}
	return false
}

// Unfollow gives the pair a rhythm of its own in place of the calendar that it followed.
func (l *Log) Unfollow(from time.Time) {
	l.Pair.Rhythm, l.Pair.Follows, l.Calendar = l.ownRhythm(from), Follows{}, nil
}

// ownRhythm is the pair's rhythm or, where it follows a calendar, one that goes on as that does: from its next meeting on, as many weeks
// apart as the next two; weekly where none is known.
func (l *Log) ownRhythm(from time.Time) Rhythm {
	r := l.Pair.Rhythm
	if l.Pair.Follows.Source == "" {
		return r
	}
	day := from.In(r.Location())
	starts := []time.Time{time.Date(day.Year(), day.Month(), day.Day()+1, surveyHour, 0, 0, 0, day.Location())}
	if slots := l.slots(from, from.AddDate(0, 3, 0)); len(slots) > 0 {
		starts = starts[:0]
		for _, s := range slots {
			starts = append(starts, s.Planned)
		}
	}
	r.Rule, r.First = "FREQ=WEEKLY", starts[0].Format(FirstLayout)
	if len(starts) > 1 {
		if weeks := int(starts[1].Sub(starts[0]).Hours()/24/7 + 0.5); weeks > 1 {
			r.Rule += fmt.Sprintf(";INTERVAL=%d", weeks)
		}
	}
	return r
}
