package meeting

import (
	"slices"
	"strings"
	"time"
)

// lookAgain is how far ahead the next mail is looked for: people edit by hand, days begin.
const lookAgain = 12 * time.Hour

// NextDue is when Due or Settle may next have something that they do not have at now, at most half a day later. Whoever looks
// then, and after every change of the log, misses no mail and is at no moment late.
func (l *Log) NextDue(now time.Time) time.Time {
	next := now.Add(lookAgain)
	at := func(t time.Time) {
		if t.After(now) {
			next = earlier(next, t)
		}
	}
	for _, o := range l.occasions(now) {
		at(o.At)
	}
	for _, m := range l.Upcoming(now.Add(-24*time.Hour), now.Add(24*time.Hour)) {
		at(m.End())            // nothing is sent before
		at(after(m.recapAt())) // a cycle begins right after a recap
	}
	l.nextBetween(now, at)
	at(l.HandsOver())
	for _, p := range []*Person{l.Manager, l.Report} {
		if until, paused := p.dayOf(p.Paused); paused {
			at(until)
		}
	}
	if day, err := time.ParseInLocation(time.DateOnly, l.Pair.Ended, l.Pair.Rhythm.Location()); err == nil {
		at(day.AddDate(0, 0, 1))
	}
	l.nextSettled(at)
	return next
}

// nextBetween names the times at which another mail may become the one in between.
func (l *Log) nextBetween(now time.Time, at func(time.Time)) {
	for _, s := range l.slots(now.Add(-24*time.Hour), now.Add(24*time.Hour)) {
		at(after(s.Start.Add(time.Duration(l.Pair.Rhythm.Length) + recapAfter)))
	}
	from, until, _ := l.cycle(now)
	for _, person := range l.both() {
		for _, c := range l.candidates(person, from, until, now) {
			at(c.At)
			at(after(c.At)) // a promise is late once its day was
			at(c.Until)     // and others have a chance
		}
	}
}

// nextSettled names the times at which Settle has something to do.
func (l *Log) nextSettled(at func(time.Time)) {
	for _, a := range l.Actions {
		if a.State == ActionProposed {
			at(since(a, string(ActionProposed)).Add(acceptAfter))
		}
	}
	for _, t := range l.Topics {
		if months, recurs := everyMonths[t.Every]; recurs && t.State == TopicDiscussed {
			at(since(t, string(TopicDiscussed)).In(l.Pair.Rhythm.Location()).AddDate(0, months, 0))
		}
	}
}

// after is the moment right after a time.
func after(t time.Time) time.Time { return t.Add(time.Nanosecond) }

// counted are the mails that a person gets at most three of per cycle. Those of the quarter come on top, and so does what people set off.
var counted = []LetterKind{LetterPreReport, LetterPreManager, LetterRecap, LetterConfirmation, LetterNudge, LetterReminder}

// Cycle names the meeting that a mail counts for: the one it is about, or for the mail in between the one that ends the cycle.
// It is "" for mails that come on top of the three per person and cycle.
func (o Occasion) Cycle() string {
	if !slices.Contains(counted, o.Kind) {
		return ""
	}
	if parts := strings.Split(o.Key, "/"); len(parts) > 2 && parts[2] == betweenKey {
		return parts[1]
	}
	return o.Meeting
}
