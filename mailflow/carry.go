package mailflow

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"
	"unicode"

	"duolog/content"
	"duolog/meeting"
	"duolog/stumble"
)

// Carried says that something that people agreed on, or asked for, was carried out.
type Carried struct {
	Pair, Person string
	What         string // CarriedHandOver, CarriedForgotten, CarriedDeclined
	New          string // the pair that began, of a hand-over
}

// What can be carried out.
const (
	CarriedHandOver  = "hand-over" // to a new manager: a new pair began, and the old one ended
	CarriedForgotten = "forgotten" // the person's words are out of the pair's log, which ended
	CarriedDeclined  = "declined"  // the enrolment of somebody who said no was deleted
)

// declinedAfter is how long a no to the welcome can be taken back before the enrolment is deleted.
const declinedAfter = 7 * 24 * time.Hour

// CarryOut does what was agreed or asked for and has had its time: hand-overs to a new manager, wishes to be forgotten, and a no to
// the welcome. It can be repeated, and stopped anywhere: each step looks whether it was done. Pairs that cannot be read are left alone.
func (f *Flow) CarryOut(ctx context.Context) ([]Carried, error) {
	f.Content.Reload()
	pairs, err := f.Content.Pairs()
	if err != nil {
		return nil, err
	}
	var done []Carried
	var problems []error
	diary := f.diary(&f.carrying)
	for _, pair := range pairs {
		if ctx.Err() != nil {
			return done, ctx.Err()
		}
		visit, rests := diary.rests(f, pair)
		if rests {
			continue
		}
		some, err := f.carryOutPair(pair, func(l *meeting.Log, next time.Time) { diary.note(visit, l, next) })
		done = append(done, some...)
		if err != nil {
			problems = append(problems, fmt.Errorf("pair %s: %w", pair, err))
		}
	}
	return done, errors.Join(problems...)
}

// carryOutPair looks at one pair, and notes when to look again if there was nothing to do.
func (f *Flow) carryOutPair(pair string, note func(*meeting.Log, time.Time)) (done []Carried, err error) {
	defer f.afresh(&err)
	defer stumble.Catch(&err)
	l, err := f.Content.Log(pair)
	if err != nil { // Remind tells
		return nil, nil
	}
	done, err = f.carryOut(l)
	if err == nil && len(done) == 0 {
		note(l, f.nextCarried(l))
	}
	return done, err
}

// nextCarried is when there may next be something to carry out; the zero time for never.
func (f *Flow) nextCarried(l *meeting.Log) (next time.Time) {
	times := append(l.Leaving(), l.HandsOver())
	for _, p := range []*meeting.Person{l.Manager, l.Report} {
		if p.Consent != nil {
			times = append(times, p.Consent.At.Add(declinedAfter), l.Pair.Added.Add(declinedAfter))
		}
	}
	for _, t := range times {
		if t.After(f.now()) && (next.IsZero() || t.Before(next)) {
			next = t
		}
	}
	return next
}

func (f *Flow) carryOut(l *meeting.Log) ([]Carried, error) {
	now := f.now()
	if at := l.HandsOver(); !at.IsZero() && !now.Before(at) {
		id, err := f.handOver(l, at)
		return []Carried{{Pair: l.Pair.ID, Person: l.Pair.Manager, What: CarriedHandOver, New: id}}, err
	}
	var done []Carried
	for _, person := range l.Leavers(now) {
		done = append(done, Carried{Pair: l.Pair.ID, Person: person, What: CarriedForgotten})
	}
	if len(done) > 0 && !f.DryRun {
		if err := f.forgetPair(l.Pair.ID); err != nil { // before the log, which knows the wish: else it would not be tried again
			return nil, err
		}
		for _, d := range done {
			l.Forget(d.Person, f.dayOf(l, now))
		}
		if _, err := f.Content.Save(l); err != nil {
			return nil, err
		}
		return done, nil
	}
	if person := declined(l, now); person != "" && len(done) == 0 {
		done = append(done, Carried{Pair: l.Pair.ID, Person: person, What: CarriedDeclined})
		if !f.DryRun {
			return done, f.dropEnrolment(l, person)
		}
	}
	return done, nil
}

// dayOf is the date of a time on the pair's calendar.
func (f *Flow) dayOf(l *meeting.Log, at time.Time) string {
	return at.In(l.Pair.Rhythm.Location()).Format(time.DateOnly)
}

// handOver makes the new pair first and then ends the old one, so that it can be repeated in between.
func (f *Flow) handOver(l *meeting.Log, at time.Time) (string, error) {
	to, err := f.newManager(l)
	if err != nil {
		return "", err
	}
	id := l.Pair.Report + "-" + to.ID
	old, err := f.Content.Pair(id)
	switch {
	case err == nil && !old.Pair.Added.Equal(at): // the two met before, in another log
		id += "-" + f.dayOf(l, at)
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return "", err
	}
	if f.DryRun {
		return id, nil
	}
	if _, err := f.Content.Pair(id); errors.Is(err, fs.ErrNotExist) {
		if err := f.beginWith(l, to, id, at); err != nil {
			return "", err
		}
	}
	l.Pair.Ended = f.dayOf(l, at.AddDate(0, 0, -1))
	_, err = f.Content.Save(l)
	return id, err
}

// beginWith makes the new manager, if they are new here, and the new pair with what goes along.
func (f *Flow) beginWith(l *meeting.Log, to *meeting.Person, id string, at time.Time) error {
	if _, err := f.Content.Person(to.ID); errors.Is(err, fs.ErrNotExist) {
		if err := f.Content.SavePerson(to); err != nil {
			return err
		}
		if to, err = f.Content.Person(to.ID); err != nil {
			return err
		}
	}
	_, err := f.Content.Save(l.HandOver(id, to, at, strings.Fields(l.Pair.Along)))
	return err
}

// newManager is the person whose address was named, or a new one with the zone and language of the old manager.
func (f *Flow) newManager(l *meeting.Log) (*meeting.Person, error) {
	h := l.Pair.Handoff
	people, err := f.Content.People()
	if err != nil {
		return nil, err
	}
	for _, p := range people {
		if slices.ContainsFunc(p.Addresses, func(a string) bool { return strings.EqualFold(a, h.Address) }) {
			return p, nil
		}
	}
	if err := content.CheckAddress(h.Address); err != nil {
		return nil, err
	}
	local, _, _ := strings.Cut(h.Address, "@")
	name := strings.TrimSpace(h.Name)
	if name == "" {
		name = local
	}
	taken := func(id string) bool {
		return slices.ContainsFunc(people, func(p *meeting.Person) bool { return p.ID == id })
	}
	id := slug(name, local)
	for n := 2; taken(id); n++ {
		id = fmt.Sprintf("%s-%d", slug(name, local), n)
	}
	return &meeting.Person{ID: id, Name: name, Addresses: []string{h.Address}, Zone: l.Manager.Zone, Language: l.Manager.Language}, nil
}

// slug makes an id of the first name, or of the other word where the name has no plain letters.
func slug(name, other string) string {
	first, _, _ := strings.Cut(name, " ")
	for _, word := range []string{first, other} {
		id := strings.Map(func(r rune) rune {
			if r = unicode.ToLower(r); r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r)) {
				return r
			}
			return -1
		}, word)
		if id != "" {
			return id
		}
	}
	return "manager"
}

// declined is who said no to the welcome long enough ago, in a pair that never began; "" for nobody.
func declined(l *meeting.Log, now time.Time) string {
	if l.Started() || len(l.Meetings) > 0 {
		return ""
	}
	for _, p := range []*meeting.Person{l.Manager, l.Report} {
		if p.Consent == nil || p.Consent.State != "no" {
			continue
		}
		since := p.Consent.At
		if l.Pair.Added.After(since) { // the no was to another pair, and the operator knows more
			since = l.Pair.Added
		}
		if !now.Before(since.Add(declinedAfter)) {
			return p.ID
		}
	}
	return ""
}

// dropEnrolment deletes a pair that never began, and who said no if they are in no other. The pair goes last but for its people, since it
// knows that this is to be done.
func (f *Flow) dropEnrolment(l *meeting.Log, person string) error {
	alone, err := f.onlyIn(person, l.Pair.ID)
	if err != nil {
		return err
	}
	if err := f.forgetPair(l.Pair.ID); err != nil {
		return err
	}
	if alone {
		if err := f.forgetPerson(person); err != nil {
			return err
		}
	}
	if err := f.Content.RemovePair(l.Pair.ID); err != nil || !alone {
		return err
	}
	return f.Content.RemovePerson(person)
}

// onlyIn tells whether a person is in no other pair.
func (f *Flow) onlyIn(person, pair string) (bool, error) {
	pairs, err := f.Content.Pairs()
	if err != nil {
		return false, err
	}
	for _, id := range pairs {
		if id == pair {
			continue
		}
		other, err := f.Content.Pair(id)
		if err != nil { // it may be theirs
			return false, err
		}
		if other.Pair.Has(person) {
			return false, nil
		}
	}
	return true, nil
}
