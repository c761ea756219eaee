package mailflow

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	bolt "go.etcd.io/bbolt"

	"duolog/mailflow/letter"
	"duolog/mailflow/outbox"
	"duolog/meeting"
	"duolog/stumble"
)

// Remind queues every letter that is owed now and was not queued before. It looks at the pairs for which something may have fallen due
// since it looked at them last, and at those whose files were touched. It returns the new occasions. A pair whose files are broken is reported and stops nobody else.
func (f *Flow) Remind(ctx context.Context) ([]meeting.Occasion, error) {
	f.Content.Reload()
	pairs, err := f.Content.Pairs()
	if err != nil {
		return nil, err
	}
	var queued []meeting.Occasion
	var problems []error
	led, diary := f.leads(), f.diary(&f.reminding)
	for _, pair := range pairs {
		if ctx.Err() != nil {
			return queued, ctx.Err()
		}
		visit, rests := diary.rests(f, pair)
		if rests {
			continue
		}
		now, err := f.remindPair(pair, led, func(l *meeting.Log, next time.Time) { diary.note(visit, l, next) })
		for _, o := range now {
			if f.DryRun && slices.ContainsFunc(queued, func(q meeting.Occasion) bool { return q.Key == o.Key }) {
				continue // a survey of several pairs, which one of them would send
			}
			queued = append(queued, o)
		}
		if err != nil {
			problems = append(problems, fmt.Errorf("pair %s: %w", pair, err))
		}
	}
	return queued, errors.Join(problems...)
}

// remindPair looks at one pair, and notes when to look again unless something stands in the way.
func (f *Flow) remindPair(pair string, led func() (map[string][]string, error), note func(*meeting.Log, time.Time)) (queued []meeting.Occasion, err error) {
	defer f.afresh(&err)
	defer stumble.Catch(&err)
	log, err := f.Content.Log(pair)
	if err != nil {
		return nil, err
	}
	now := f.now()
	settled := log.Settle(now)
	if len(settled) > 0 && !f.DryRun {
		if _, err := f.Content.Save(log); err != nil {
			return nil, err
		}
	}
	var problems []error
	unreached := false
	for _, o := range log.Due(now) {
		owed, reached, err := f.owed(o, log)
		unreached = unreached || !reached
		if owed && !f.DryRun {
			err = f.remindOne(o, log, now, led)
		}
		switch {
		case err != nil:
			problems = append(problems, err)
		case owed:
			queued = append(queued, o)
		}
	}
	if len(problems) == 0 && !unreached { // who is not reached today may be tomorrow
		note(log, log.NextDue(now))
	}
	return queued, errors.Join(problems...)
}

// remindOne queues one letter. A manager's survey asks about all reports at once.
func (f *Flow) remindOne(o meeting.Occasion, log *meeting.Log, now time.Time, led func() (map[string][]string, error)) error {
	r := letter.Request{Occasion: o, Log: log, Now: now}
	if o.Kind == meeting.LetterSurveyMgr {
		pairs, err := led()
		if err != nil {
			return err
		}
		r.Round = f.round(o, pairs)
		for _, l := range r.Round {
			r.Occasion.Pairs = append(r.Occasion.Pairs, l.Pair.ID)
		}
	}
	return f.Ledger.DB.Update(func(tx *bolt.Tx) error { return f.remind(tx, r) })
}

// remind queues one letter. One before a meeting gets questions from the bank, and the ledger remembers which.
func (f *Flow) remind(tx *bolt.Tx, r letter.Request) error {
	o := r.Occasion
	if o.Kind != meeting.LetterPreReport && o.Kind != meeting.LetterPreManager {
		return f.send(tx, r, "")
	}
	bucket, err := tx.CreateBucketIfNotExists(bucketAsked)
	if err != nil {
		return err
	}
	var asked []letter.Asked
	if err := getJSON(bucket, o.Pair, &asked); err != nil {
		return err
	}
	r.Questions = letter.Pick(letter.Bank(r.Log.Person(o.Person).Language), r.Log, o, asked)
	if err := f.send(tx, r, ""); err != nil {
		return err
	}
	for _, q := range r.Questions {
		asked = append(asked, letter.Asked{Question: q.ID, Meeting: o.Meeting, Occasion: o.Key})
	}
	return putJSON(bucket, o.Pair, asked[max(0, len(asked)-askedKept):])
}

var bucketAsked = []byte("asked") // pair → the questions that its letters offered

const askedKept = 100 // questions per pair: far more than the rotation looks back

// owed tells whether a letter that falls due was not queued before and has somebody to reach. One that is owed but for that is not reached.
func (f *Flow) owed(o meeting.Occasion, log *meeting.Log) (owed, reached bool, err error) {
	known := false
	err = f.Ledger.DB.View(func(tx *bolt.Tx) (err error) {
		_, known, err = outbox.Get(tx, o.Key)
		return err
	})
	if err == nil && !known && o.Stage == meeting.StageEnded {
		if outdated, err := f.outdated(o, log); !outdated || err != nil {
			return false, true, err
		}
	}
	reached = known || f.Ledger.reaches(log.Person(o.Person))
	return !known && reached, reached, err
}
