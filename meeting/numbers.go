package meeting

import (
	"slices"
	"time"
)

// Numbers are what the log says about a span of time, without a word of what was said. Insights and the survey mail show the same ones.
type Numbers struct {
	From    time.Time      `json:"from"`
	To      time.Time      `json:"to"`      // exclusive
	Planned int            `json:"planned"` // meetings that should have been by the end of it: held, skipped, missed, or nobody said
	Held    int            `json:"held"`
	Skipped int            `json:"skipped"`
	Missed  int            `json:"missed"`
	Moved   int            `json:"moved"`      // of those planned, how many took another time than the rhythm's
	Late    int            `json:"moved_late"` // of those moved, how many less than a day before
	Minutes int            `json:"minutes"`    // of the meetings whose real length was said, on average; 0 when it never was
	Carried int            `json:"carried"`    // topics on the agenda at its end that two or more meetings did not settle
	Manager SideNumbers    `json:"manager"`    //
	Report  SideNumbers    `json:"report"`     //
	Kinds   map[string]int `json:"kinds"`      // topics by kind, "" for those without
	Values  map[string]int `json:"values"`     // by person, the mark from 1 to 5 of the survey that looks back on this span; none before it is revealed
	Months  []MonthNumbers `json:"months"`     // the same span month by month
}

// SideNumbers are one side's.
type SideNumbers struct {
	Topics   int `json:"topics"`   // raised
	Promised int `json:"promised"` // actions of theirs that were made in the span
	Done     int `json:"done"`     // of those
	InTime   int `json:"in_time"`  // of those done, by the date they had
	Overdue  int `json:"overdue"`  // open at the end of the span though their date had passed
	Silent   int `json:"silent"`   // held meetings to which they had brought no topic
}

// MonthNumbers are one month's meetings.
type MonthNumbers struct {
	Month   string `json:"month"` // "2026-11"
	Planned int    `json:"planned"`
	Held    int    `json:"held"`
	Moved   int    `json:"moved"`
}

// Numbers counts what the log says about [from, to), as it stands at now.
func (l *Log) Numbers(from, to, now time.Time) Numbers {
	n := Numbers{From: from, To: to, Kinds: map[string]int{}, Values: map[string]int{}}
	end := earlier(to, now)
	l.countMeetings(&n, from, end)
	for person, side := range map[string]*SideNumbers{l.Pair.Manager: &n.Manager, l.Pair.Report: &n.Report} {
		l.countSide(side, person, from, end)
	}
	for _, t := range l.Topics {
		if within(t.At, from, end) && t.State != TopicWithdrawn {
			n.Kinds[t.Kind]++
		}
		if t.OnAgenda() && t.At.Before(end) && l.Carried(t) >= 2 {
			n.Carried++
		}
	}
	for _, s := range l.Surveys {
		first, last := l.Period(s)
		if at := l.Revealed(s); !s.IsSession() && within(first, from, to) && !last.After(to) && !at.IsZero() && !at.After(now) {
			for _, a := range s.Answers {
				if a.Value > 0 {
					n.Values[a.By] = a.Value
				}
			}
		}
	}
	return n
}

func within(t, from, to time.Time) bool { return !t.Before(from) && t.Before(to) }

func (l *Log) countMeetings(n *Numbers, from, to time.Time) {
	timed, minutes := 0, 0
	for _, m := range l.Counted(from, to) {
		month := n.month(m.Start.In(l.Pair.Rhythm.Location()).Format("2006-01"))
		n.Planned, month.Planned = n.Planned+1, month.Planned+1
		switch m.State {
		case Held:
			n.Held, month.Held = n.Held+1, month.Held+1
		case Skipped:
			n.Skipped++
		case Missed:
			n.Missed++
		}
		if moved, late := m.Displaced(); moved {
			n.Moved, month.Moved = n.Moved+1, month.Moved+1
			if late {
				n.Late++
			}
		}
		if m.Minutes > 0 {
			timed, minutes = timed+1, minutes+m.Minutes
		}
	}
	if timed > 0 {
		n.Minutes = (minutes + timed/2) / timed
	}
}

// Counted lists the meetings in [from, to) that Numbers counts, the earliest first, with those that nobody said anything about.
func (l *Log) Counted(from, to time.Time) []*Meeting {
	return slices.DeleteFunc(l.Upcoming(from, to), func(m *Meeting) bool { return m.State == Moved || m.takenBack() })
}

// takenBack tells whether the meeting was one out of turn, and an undo took the yes to it back.
func (m *Meeting) takenBack() bool {
	c := lastTo(m, fieldState, string(Skipped))
	return m.State == Skipped && c != nil && c.Back
}

func (n *Numbers) month(name string) *MonthNumbers {
	if k := len(n.Months); k == 0 || n.Months[k-1].Month != name {
		n.Months = append(n.Months, MonthNumbers{Month: name})
	}
	return &n.Months[len(n.Months)-1]
}

// Displaced tells whether the meeting took another time than it first had, and whether that was settled less than a day before.
func (m *Meeting) Displaced() (moved, late bool) {
	var first string
	for _, c := range m.History {
		if c.Field != fieldStart {
			continue
		}
		if first == "" {
			first = c.From
		}
		if was, err := time.Parse(time.RFC3339, c.From); err == nil {
			late = was.Sub(c.At) < 24*time.Hour
		}
	}
	was, err := time.Parse(time.RFC3339, first)
	moved = err == nil && !was.Equal(m.Start)
	return moved, moved && late
}

func (l *Log) countSide(side *SideNumbers, person string, from, to time.Time) {
	for _, t := range l.Topics {
		if t.By == person && within(t.At, from, to) && t.State != TopicWithdrawn {
			side.Topics++
		}
	}
	today := to.In(l.Pair.Rhythm.Location()).Format(time.DateOnly)
	for _, a := range l.Actions {
		if a.Who != person || !a.At.Before(to) || a.State == ActionWithdrawn || a.State == ActionRejected {
			continue
		}
		if a.State == ActionOpen && isDay(a.Due) && a.Due < today {
			side.Overdue++
		}
		if a.At.Before(from) {
			continue
		}
		side.Promised++
		if a.State == ActionDone {
			side.Done++
			if !isDay(a.Due) || a.DoneOn <= a.Due {
				side.InTime++
			}
		}
	}
	var last time.Time
	for _, m := range l.Meetings {
		if m.State != Held {
			continue
		}
		if within(m.Start, from, to) && !l.raisedWithin(person, last, m.End()) {
			side.Silent++
		}
		last = m.End()
	}
}

func isDay(s string) bool {
	_, err := time.Parse(time.DateOnly, s)
	return err == nil
}

func (l *Log) raisedWithin(person string, from, to time.Time) bool {
	return slices.ContainsFunc(l.Topics, func(t *Topic) bool {
		return t.By == person && t.State != TopicWithdrawn && within(t.At, from, to)
	})
}

// Quiet counts the meetings held in a row, up to now, to which the person brought no topic.
func (l *Log) Quiet(person string, now time.Time) int {
	n, to := 0, now
	for i, m := range slices.Backward(l.Meetings) {
		if m.State != Held || m.Start.After(now) {
			continue
		}
		var from time.Time
		if prev := l.heldBefore(i); prev != nil {
			from = prev.End()
		}
		if l.raisedWithin(person, from, to) {
			break
		}
		n, to = n+1, from
	}
	return n
}

func (l *Log) heldBefore(i int) *Meeting {
	for _, m := range slices.Backward(l.Meetings[:i]) {
		if m.State == Held {
			return m
		}
	}
	return nil
}

// Mostly is the kind of more than two thirds of the topics raised in [from, to), with the counts; "" when there were fewer than five, or no
// kind is that frequent.
func (l *Log) Mostly(from, to time.Time) (kind string, n, all int) {
	count := map[string]int{}
	for _, t := range l.Topics {
		if within(t.At, from, to) && t.State != TopicWithdrawn {
			count[t.Kind]++
			all++
		}
	}
	for k, v := range count {
		if k != "" && all >= 5 && 3*v > 2*all {
			return k, v, all
		}
	}
	return "", 0, all
}

const (
	offerEvery = 91 * 24 * time.Hour // a parked topic is offered again so often
	offerFor   = 14 * 24 * time.Hour // in the mails of this span
	offerMost  = 2

	reviewDays = 45 // that an agreement is up for review
)

// Offered lists the parked topics that a mail before a meeting should offer again at now: each about once a quarter, at most two.
func (l *Log) Offered(now time.Time) []*Topic {
	var offered []*Topic
	for _, t := range l.Topics {
		age := now.Sub(since(t, string(TopicParked)))
		if t.State == TopicParked && age >= offerEvery && age%offerEvery < offerFor && len(offered) < offerMost {
			offered = append(offered, t)
		}
	}
	return offered
}

// Reviews lists the agreements in force that both meant to look at again in the weeks up to now.
func (l *Log) Reviews(now time.Time) []*Agreement {
	now = now.In(l.Pair.Rhythm.Location())
	today, since := now.Format(time.DateOnly), now.AddDate(0, 0, -reviewDays).Format(time.DateOnly)
	var all []*Agreement
	for _, g := range l.Agreements {
		if g.State == "" && g.Review > since && g.Review <= today {
			all = append(all, g)
		}
	}
	return all
}
