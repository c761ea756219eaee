package meeting

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Log is all that one pair has: the aggregate that a reply changes and a page shows. Items stand in the order of their
// ids, meetings in the order of their starts.
type Log struct {
	Pair       Pair
	Manager    *Person
	Report     *Person
	Topics     []*Topic
	Actions    []*Action
	Agreements []*Agreement
	Meetings   []*Meeting
	Private    map[string][]*PrivateNote // by author
	Surveys    []*Survey                 // in the order of their ids
	Holidays   []string                  // dates and spans that hold for all pairs of the instance; not stored with the log
	Calendar   *Calendar                 // what the pair's own calendar says, nil for a pair that goes by its rhythm; not stored with the log
	Next       map[string]int            // the next number per letter; numbers are never used again
	Undone     []Undone                  // the replies that were taken back
	Prose      string                    // the Markdown below the front matter of the pair's page
}

// Undone records that one reply was taken back by another.
type Undone struct {
	Target string   `yaml:"target"` // key of the mail taken back
	Items  []string `yaml:"items,omitempty"`
	Left   []string `yaml:"left,omitempty"` // items that stayed, because later changes built on them
	Origin `yaml:",inline"`
}

// Person returns the member with that id, nil for anybody else.
func (l *Log) Person(id string) *Person {
	switch {
	case l.Manager != nil && l.Manager.ID == id:
		return l.Manager
	case l.Report != nil && l.Report.ID == id:
		return l.Report
	}
	return nil
}

// Other returns the person whom the given one meets.
func (l *Log) Other(person string) *Person { return l.Person(l.Pair.Other(person)) }

// Topic returns the topic with that id in any case, nil when there is none.
func (l *Log) Topic(id string) *Topic {
	return find(l.Topics, func(t *Topic) bool { return strings.EqualFold(t.ID, id) })
}

// Action returns the action with that id in any case, nil when there is none.
func (l *Log) Action(id string) *Action {
	return find(l.Actions, func(a *Action) bool { return strings.EqualFold(a.ID, id) })
}

// Agreement returns the agreement with that id in any case, nil when there is none.
func (l *Log) Agreement(id string) *Agreement {
	return find(l.Agreements, func(g *Agreement) bool { return strings.EqualFold(g.ID, id) })
}

// Note returns the note with that id in any case and the meeting that holds it, nil when there is none.
func (l *Log) Note(id string) (*Note, *Meeting) {
	for _, m := range l.Meetings {
		if n := find(m.Notes, func(n *Note) bool { return strings.EqualFold(n.ID, id) }); n != nil {
			return n, m
		}
	}
	return nil, nil
}

// Meeting returns the recorded meeting with that id, nil when none is recorded.
func (l *Log) Meeting(id string) *Meeting {
	return find(l.Meetings, func(m *Meeting) bool { return m.ID == id })
}

// Agenda lists the topics for the next meeting: first those that were carried longest.
func (l *Log) Agenda() []*Topic {
	var agenda []*Topic
	for _, t := range l.Topics {
		if t.OnAgenda() {
			agenda = append(agenda, t)
		}
	}
	slices.SortStableFunc(agenda, func(a, b *Topic) int { return cmp.Compare(l.Carried(b), l.Carried(a)) })
	return agenda
}

// Carried counts the meetings that were held since the topic was raised and did not settle it.
func (l *Log) Carried(t *Topic) int {
	n := 0
	for _, m := range l.Meetings {
		if m.State == Held && m.Start.After(t.At) {
			if o := m.Outcome(t.ID); o == "" || o == TopicNextTime || o == TopicFollowUp {
				n++
			}
		}
	}
	return n
}

// Pending lists the open and proposed actions of one person; of both, the manager's first, when person is "".
func (l *Log) Pending(person string) []*Action {
	var pending []*Action
	for _, a := range l.Actions {
		if a.Pending() && (person == "" || a.Who == person) {
			pending = append(pending, a)
		}
	}
	if person == "" {
		slices.SortStableFunc(pending, func(a, b *Action) int { return l.rank(a) - l.rank(b) })
	}
	return pending
}

func (l *Log) rank(a *Action) int {
	return slices.Index([]string{l.Pair.Manager, l.Pair.Report, a.Who}, a.Who)
}

// nextID gives out the next id of a letter and counts on.
func (l *Log) nextID(letter string) string {
	if l.Next == nil {
		l.Next = map[string]int{}
	}
	n := max(l.Next[letter], 1)
	l.Next[letter] = n + 1
	return letter + strconv.Itoa(n)
}

// NextMeeting returns the first meeting that starts after now and is still planned: a recorded one or, where the rhythm has
// one earlier, a new unrecorded one. nil when the rhythm has ended.
func (l *Log) NextMeeting(now time.Time) *Meeting {
	for _, months := range lookMonths {
		for _, m := range l.Upcoming(now, now.AddDate(0, months, 0)) { // in the order of their starts
			if m.State == Planned && m.Start.After(now) {
				return m
			}
		}
	}
	return nil
}

// lookMonths is how far meetings are looked for: near first, since most pairs meet within a month.
var lookMonths = []int{1, 13}

// lastMeeting returns the last meeting that was planned to start at or before now, recorded or not, whatever became of it; nil when
// there was none within the last 13 months.
func (l *Log) lastMeeting(now time.Time) *Meeting {
	for _, months := range lookMonths {
		var last *Meeting
		for _, m := range l.Upcoming(now.AddDate(0, -months, 0), now.Add(1)) {
			if m.State != Skipped && m.State != Moved && (last == nil || m.Start.After(last.Start)) {
				last = m
			}
		}
		if last != nil {
			return last
		}
	}
	return nil
}

// Upcoming lists the meetings that start in [from, to): the recorded ones, and one for each start of the rhythm that
// no record stands for. Unrecorded ones are not part of the log until something is recorded of them.
func (l *Log) Upcoming(from, to time.Time) []*Meeting {
	var all []*Meeting
	recorded := map[string]bool{}
	for _, m := range l.Meetings {
		recorded[m.ID] = true
		if !m.Start.Before(from) && m.Start.Before(to) {
			all = append(all, m)
		}
	}
	for _, s := range l.slots(from, to) {
		if m := l.unrecorded(s); m != nil && !recorded[s.ID] {
			all = append(all, m)
		}
	}
	slices.SortStableFunc(all, func(a, b *Meeting) int { return a.Start.Compare(b.Start) })
	return all
}

func (l *Log) over(date string) bool { return l.Pair.Ended != "" && date > l.Pair.Ended }

// Planned returns the meeting with that id: the recorded one, or the one that the rhythm has on that date; nil when neither.
func (l *Log) Planned(id string) *Meeting {
	if m := l.Meeting(id); m != nil {
		return m
	}
	if l.Calendar != nil {
		if s := l.Calendar.slot(id); s != nil {
			return l.unrecorded(*s)
		}
		return nil
	}
	day, err := time.ParseInLocation(time.DateOnly, id, l.Pair.Rhythm.Location())
	if err != nil {
		return nil
	}
	return find(l.Upcoming(day, day.AddDate(0, 0, 1)), func(m *Meeting) bool { return m.ID == id })
}

// record makes the meeting part of the log, in its place.
func (l *Log) record(m *Meeting) *Meeting {
	if old := l.Meeting(m.ID); old != nil {
		return old
	}
	at, _ := slices.BinarySearchFunc(l.Meetings, m, func(a, b *Meeting) int { return a.Start.Compare(b.Start) })
	l.Meetings = slices.Insert(l.Meetings, at, m)
	return m
}

func find[T any](items []*T, is func(*T) bool) *T {
	if i := slices.IndexFunc(items, is); i >= 0 {
		return items[i]
	}
	return nil
}
