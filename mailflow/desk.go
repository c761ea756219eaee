package mailflow

import (
	"context"
	"fmt"
	"time"

	"duolog/meeting"
)

// desk is the work of one batch: the logs that it opened, and the mails that it saw before the ledger knows them.
type desk struct {
	flow     *Flow
	logs     map[string]*meeting.Log
	broken   map[string]error // pairs whose files cannot be read or written
	touched  []touch
	entries  map[string]Entry
	ids      map[string]string
	aliases  map[string]string
	taken    map[string][]time.Time // by person
	links    map[string]link        // used up by this batch, by token
	keyed    map[string]bool        // people whose key this batch took
	foreseen map[string]*examined   // mails read ahead of their turn, by both people of the pair
	copies   map[string]int         // of mails that came again in this batch, by key
	reread   bool                   // read a mail again although it was applied, to explain it
}

// touch is one reply's change to one pair.
type touch struct {
	pair, person string
	at           time.Time
	changes      int
}

func (f *Flow) newDesk() *desk {
	return &desk{
		flow: f, logs: map[string]*meeting.Log{}, broken: map[string]error{}, entries: map[string]Entry{},
		ids: map[string]string{}, aliases: map[string]string{}, taken: map[string][]time.Time{},
		links: map[string]link{}, keyed: map[string]bool{}, foreseen: map[string]*examined{}, copies: map[string]int{},
	}
}

// log opens a pair's log once.
func (k *desk) log(pair string) (*meeting.Log, error) {
	if l := k.logs[pair]; l != nil {
		return l, nil
	}
	if err := k.broken[pair]; err != nil {
		return nil, err
	}
	l, err := k.flow.Content.Log(pair)
	if err != nil {
		k.broken[pair] = err
		return nil, err
	}
	k.logs[pair] = l
	return l, nil
}

// seen remembers a decision for the later mails of the same batch, as if it were concluded already.
func (k *desk) seen(d decision) {
	e := d.entry
	e.Applied = e.Outcome == Accepted
	k.entries[e.Key] = e
	if e.Outcome == Accepted && e.MessageID != "" && k.ids[e.MessageID] == "" {
		k.ids[e.MessageID] = e.Key
	}
	if times, asked := k.taken[e.Person]; asked && e.Outcome == Accepted && !d.again {
		k.taken[e.Person] = append(times, e.Received)
	}
	for _, name := range d.names {
		if e.Outcome == Accepted && k.aliases[name] == "" {
			k.aliases[name] = e.Key
		}
	}
	if e.Outcome == Accepted && d.resend != "" && !d.again {
		k.aliases[d.resend] = e.Key
	}
}

func (k *desk) entry(key string) (Entry, bool) {
	if e, ok := k.entries[key]; ok {
		return e, true
	}
	return k.flow.Ledger.Entry(key)
}

func (k *desk) firstWithID(id string) string {
	if key := k.ids[id]; key != "" {
		return key
	}
	return k.flow.Ledger.firstWithID(id)
}

// save writes the touched logs durably, all pairs of the batch in one go. Where that fails, each pair is tried alone, so
// that one pair's broken folder stops only its own mails; those are in broken afterwards. retried tells that it came to that.
func (k *desk) save(ctx context.Context) (retried bool) {
	logs := k.changed()
	written, err := k.flow.Content.Save(logs...)
	if err != nil {
		k.flow.logger().Warn("the log could not be written; trying again, pair by pair", "pairs", len(logs), "error", err)
		for _, l := range logs {
			files, err := k.saveAlone(l)
			written = append(written, files...)
			if err != nil {
				k.broken[l.Pair.ID] = fmt.Errorf("change log of %s: %w", l.Pair.ID, err)
			}
		}
	}
	k.commit(ctx, written)
	return err != nil
}

// saveAlone writes a log that could not be written with the others. Some of its files may have their new names already, but not on the disk.
func (k *desk) saveAlone(l *meeting.Log) ([]string, error) {
	files, err := k.flow.Content.Save(l)
	if err == nil {
		err = k.flow.Content.Settle(l.Pair.ID)
	}
	return files, err
}

// brokenOf says why the log of the mail's pair, or of another that it changes, could not be written.
func (k *desk) brokenOf(d *decision) error {
	for _, pair := range append([]string{d.entry.Pair}, d.also...) {
		if err := k.broken[pair]; err != nil {
			return err
		}
	}
	return nil
}

// changed lists the touched logs once each, in the order in which they were touched.
func (k *desk) changed() []*meeting.Log {
	var logs []*meeting.Log
	seen := map[string]bool{}
	for _, t := range k.touched {
		if !seen[t.pair] {
			seen[t.pair] = true
			logs = append(logs, k.logs[t.pair])
		}
	}
	return logs
}

// commit tells Committed of the replies whose changes are in the files.
func (k *desk) commit(ctx context.Context, written []string) {
	if k.flow.Committed == nil || len(written) == 0 {
		return
	}
	var replies []Commit
	for _, t := range k.touched {
		if k.broken[t.pair] == nil {
			replies = append(replies, Commit{By: k.logs[t.pair].Person(t.person), Pair: t.pair, At: t.at, Changes: t.changes})
		}
	}
	k.flow.Committed(ctx, replies, written)
}
