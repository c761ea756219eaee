package mailflow

import (
	"errors"
	"fmt"
	"regexp"
	"slices"

	bolt "go.etcd.io/bbolt"

	"duolog/mailflow/outbox"
	"duolog/meeting"
)

var errNoSeal = errors.New("private notes cannot be sealed in this instance")

// seal encrypts private text to its author at once. Who has no key yet gets it refused by Log.Apply, unkept.
func (f *Flow) seal(d *decision, log *meeting.Log) error {
	author := log.Person(d.entry.Person)
	for i := range d.reading.Intents {
		in := &d.reading.Intents[i]
		text, private := in.Text, in.Kind == meeting.AddPrivate
		if hides(*in) {
			text, private = log.TextOf(in.Item), true
		}
		if !private {
			continue
		}
		d.entry.Private = true
		if in.Kind == meeting.AddPrivate {
			in.Text, in.Context, in.Words = "", nil, ""
		}
		if author.Recipient == "" || text == "" {
			continue
		}
		if f.Seal == nil {
			return errNoSeal
		}
		sealed, err := f.Seal(author.Recipient, text)
		if err != nil {
			return fmt.Errorf("seal private note: %w", err)
		}
		in.Sealed = sealed
	}
	return nil
}

// hides tells whether the intent makes an item private that was stored before.
func hides(in meeting.Intent) bool { return in.Kind == meeting.MarkItem && in.State == "private" }

// hidePrivate takes the words of items that a reply made private out of everything that this package keeps of the pair:
// what the ledger remembers of mails and letters, and letters that were not sent yet. Those are owed again and written anew.
// It goes by the items' ids, since their words are gone by now.
func hidePrivate(tx *bolt.Tx, e Entry) error {
	var items []string
	for _, x := range e.Effects {
		if hides(x.Intent) && x.Result == meeting.Added {
			items = append(items, x.Intent.Item)
		}
	}
	if len(items) == 0 {
		return nil
	}
	return errors.Join(hideInEntries(tx, e.Pair, items), hideInLetters(tx, e.Pair, items))
}

func hideInEntries(tx *bolt.Tx, pair string, items []string) error {
	about := func(x meeting.Effect) bool {
		return slices.Contains(items, x.Item) || slices.Contains(items, x.Intent.Item) || slices.Contains(items, x.Intent.Topic)
	}
	return rewrite(tx.Bucket(bucketMails), pair, func(e *Entry) bool {
		if e.Pair != pair || e.Outcome != Accepted {
			return false
		}
		hidden := false
		for i, x := range e.Effects {
			if about(x) {
				e.Effects[i] = meeting.Effect{Result: x.Result, Item: x.Item, Field: x.Field, Intent: meeting.Intent{Kind: x.Intent.Kind, Pos: x.Intent.Pos, Item: x.Intent.Item, State: x.Intent.State}}
				hidden = true
			}
		}
		return hidden
	})
}

func hideInLetters(tx *bolt.Tx, pair string, items []string) error {
	var unsent []string
	err := rewrite(tx.Bucket(bucketLetters), pair, func(l *Letter) bool {
		if l.Occasion.Pair != pair || !slices.ContainsFunc(items, func(id string) bool { return mentions(l.Text, id) }) {
			return false
		}
		unsent = append(unsent, l.Occasion.Key)
		l.Text, l.HTML = "", ""
		return true
	})
	for _, key := range unsent {
		_, withdrawn := outbox.Withdraw(tx, key)
		err = errors.Join(err, withdrawn)
	}
	return err
}

func mentions(text, id string) bool {
	found, err := regexp.MatchString(`\b`+regexp.QuoteMeta(id)+`\b`, text)
	return found && err == nil
}
