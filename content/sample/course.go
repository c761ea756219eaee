package sample

import (
	"cmp"
	"slices"
	"time"

	"duolog/meeting"
)

// Course is what is still to happen in a year that somebody plays: pairs begin, and what people wrote is sent. L is a letter as the
// player keeps it. A Course with a Year and an empty Next is its beginning.
type Course[L any] struct {
	Year *Year
	Next map[string]time.Time // by pair, of those that have begun: when it may owe a letter; the player keeps it

	drafts []Draft[L] // the soonest first
}

// Draft is a reply that lies with its author until it is sent.
type Draft[L any] struct {
	Reply
	Occasion meeting.Occasion
	Letter   L // that it answers
}

// Soonest is when something can happen next, and not later than the given time.
func (c *Course[L]) Soonest(latest time.Time) time.Time {
	at := latest
	sooner := func(t time.Time) {
		if t.Before(at) {
			at = t
		}
	}
	for _, e := range c.Year.Pairs {
		if _, begun := c.Next[e.Pair.ID]; !begun {
			sooner(e.At)
		}
	}
	for _, t := range c.Next {
		sooner(t)
	}
	if len(c.drafts) > 0 {
		sooner(c.drafts[0].At)
	}
	return at
}

// Begin calls enrol with each pair whose time has come, once; from then on it may owe a letter.
func (c *Course[L]) Begin(now time.Time, enrol func(meeting.Pair) error) error {
	for _, e := range c.Year.Pairs {
		if _, begun := c.Next[e.Pair.ID]; begun || e.At.After(now) {
			continue
		}
		if err := enrol(e.Pair); err != nil {
			return err
		}
		c.Next[e.Pair.ID] = now
	}
	return nil
}

// Read has the addressee of the occasion read its letter: mostly they write one reply, to be sent later. The log is as the letter
// shows it.
func (c *Course[L]) Read(letter L, o meeting.Occasion, l *meeting.Log, now time.Time) {
	for _, r := range c.Year.answer(o, l, now) {
		d := Draft[L]{r, o, letter}
		i, _ := slices.BinarySearchFunc(c.drafts, d, func(a, b Draft[L]) int {
			return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Occasion.Key, b.Occasion.Key))
		})
		c.drafts = slices.Insert(c.drafts, i, d)
	}
}

// Sent are the drafts whose time has come, in their order. They are returned once.
func (c *Course[L]) Sent(now time.Time) []Draft[L] {
	n := 0
	for n < len(c.drafts) && !c.drafts[n].At.After(now) {
		n++
	}
	sent := c.drafts[:n:n]
	c.drafts = c.drafts[n:]
	return sent
}
