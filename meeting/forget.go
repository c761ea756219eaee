package meeting

import (
	"slices"
	"strings"
	"time"
)

// forgetAfter is how long a wish to be forgotten can be undone.
const forgetAfter = 7 * 24 * time.Hour

// askForget notes the wish of its author to be forgotten in this pair.
func (l *Log) askForget(in Intent, from Mail) Effect {
	if !strings.EqualFold(in.Text, l.Pair.ID) { // only the confirmation names the pair
		return refused(NotSupported)
	}
	leaving := strings.Fields(l.Pair.Leaving)
	if !slices.Contains(leaving, from.By) {
		leaving = append(leaving, from.By)
	}
	return l.change(&l.Pair, in, from, fieldLeaving, strings.Join(leaving, " "))
}

// Leavers lists the persons who asked to be forgotten at least seven days ago and have not taken it back.
func (l *Log) Leavers(now time.Time) []string {
	var all []string
	for _, person := range strings.Fields(l.Pair.Leaving) {
		if slices.ContainsFunc(l.leaves(person), func(at time.Time) bool { return !now.Before(at) }) {
			all = append(all, person)
		}
	}
	return all
}

// Leaving lists the times at which Leavers names somebody more.
func (l *Log) Leaving() []time.Time {
	var all []time.Time
	for _, person := range strings.Fields(l.Pair.Leaving) {
		all = append(all, l.leaves(person)...)
	}
	return all
}

// leaves are the times at which wishes of the person to be forgotten have had their seven days.
func (l *Log) leaves(person string) []time.Time {
	var all []time.Time
	for _, c := range l.Pair.History {
		if c.Field == fieldLeaving && c.By == person && !c.Back {
			all = append(all, c.At.Add(forgetAfter))
		}
	}
	return all
}

// Forget takes all words of the person out of the log: what they wrote, commented, answered, kept for themselves. The ids and the
// days stay, and so do the other's words. It ends the pair on the given day. The person's own file is the caller's.
func (l *Log) Forget(person string, day string) {
	gone := Mail{By: person}
	for _, it := range l.items() {
		if it.origin().By == person && named(it) {
			l.withdraw(it, gone)
			*it.history() = nil
			continue
		}
		if list := it.comments(); list != nil {
			cut(list, func(c Comment) bool { return c.By == person })
		}
		forgetChanges(it, person)
	}
	for _, m := range l.Meetings {
		cut(&m.Answers, func(a Answer) bool { return a.By == person })
	}
	cut(&l.Pair.Answers, func(a Answer) bool { return a.By == person })
	for _, s := range l.Surveys {
		cut(&s.Answers, func(a SurveyAnswer) bool { return a.By == person })
	}
	if l.Private != nil {
		l.Private[person] = nil
	}
	l.Pair.Ended, l.Pair.Leaving = day, ""
}

// wordy are the fields that hold what people wrote.
var wordy = []string{fieldText, fieldMeasure, fieldReason, fieldProposal, fieldHandoff}

// forgetChanges sets the fields that the person worded back to what they were before, and empties the history of the words.
func forgetChanges(it item, person string) {
	history := *it.history()
	for i, c := range slices.Backward(history) {
		if !slices.Contains(wordy, c.Field) {
			if c.By == person {
				history[i].Why = ""
			}
			continue
		}
		if c.By == person && it.get(c.Field) == c.To {
			it.set(c.Field, c.From)
		}
	}
	for i, c := range history {
		if slices.Contains(wordy, c.Field) {
			history[i].From, history[i].To, history[i].Why = "", "", ""
		}
	}
}
