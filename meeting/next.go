package meeting

import (
	"slices"
	"strings"
	"time"
)

// lookAgain is how far ahead the next mail is looked for: people edit by hand, pauses end, days begin.
const lookAgain = 12 * time.Hour

// NextDue is when Due or Settle may next have something that they do not have at now, at most half a day later. Whoever looks
// then, and after every change of the log, misses no mail.
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
		at(m.End())                          // nothing is sent before
		at(m.recapAt().Add(time.Nanosecond)) // a cycle begins right after a recap
	}
	at(l.HandsOver())
	for _, a := range l.Actions {
		if a.State == ActionProposed {
			at(since(a, string(ActionProposed)).Add(acceptAfter))
		}
	}
	return next
}

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
