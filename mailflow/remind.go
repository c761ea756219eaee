package mailflow

import (
	"context"
	"errors"
	"fmt"

	bolt "go.etcd.io/bbolt"

	"duolog/mailflow/letter"
	"duolog/mailflow/outbox"
	"duolog/meeting"
)

// Remind queues every letter that is owed now and was not queued before: one pass over all pairs. It returns the new
// occasions. A pair whose files are broken is reported and stops nobody else.
func (f *Flow) Remind(ctx context.Context) ([]meeting.Occasion, error) {
	f.Content.Reload()
	pairs, err := f.Content.Pairs()
	if err != nil {
		return nil, err
	}
	var queued []meeting.Occasion
	var problems []error
	for _, pair := range pairs {
		if ctx.Err() != nil {
			return queued, ctx.Err()
		}
		now, err := f.remindPair(pair)
		queued = append(queued, now...)
		if err != nil {
			problems = append(problems, fmt.Errorf("pair %s: %w", pair, err))
		}
	}
	return queued, errors.Join(problems...)
}

func (f *Flow) remindPair(pair string) ([]meeting.Occasion, error) {
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
	var queued []meeting.Occasion
	for _, o := range log.Due(now) {
		known, err := f.queuedBefore(o.Key)
		if err != nil || known {
			if err != nil {
				return queued, err
			}
			continue
		}
		if !f.DryRun {
			err = f.Ledger.DB.Update(func(tx *bolt.Tx) error {
				return f.send(tx, letter.Request{Occasion: o, Log: log, Now: now}, "")
			})
		}
		if err != nil {
			return queued, err
		}
		queued = append(queued, o)
	}
	return queued, nil
}

func (f *Flow) queuedBefore(key string) (known bool, err error) {
	err = f.Ledger.DB.View(func(tx *bolt.Tx) error {
		_, known, err = outbox.Get(tx, key)
		return err
	})
	return known, err
}
