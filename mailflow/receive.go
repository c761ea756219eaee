package mailflow

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/google/renameio/v2"
	bolt "go.etcd.io/bbolt"

	"duolog/mailflow/inbox"
	"duolog/meeting"
)

// Receive deals with every mail in the mailbox that the ledger does not know: one pass. Each batch that the inbox reads is
// journaled, applied and filed together.
func (f *Flow) Receive(ctx context.Context, box *inbox.Session) (Report, error) {
	var report Report
	ids, err := box.Unknown(ctx, f.Ledger.Known)
	if err != nil {
		return report, fmt.Errorf("list mailbox: %w", err)
	}
	var dealt []decision
	err = box.Fetch(ctx, ids, func(batch []inbox.Message) error {
		decisions, err := f.deal(ctx, batch)
		dealt = append(dealt, decisions...)
		return err
	})
	for _, d := range dealt {
		report.add(d.entry)
	}
	if f.DryRun {
		return report, err
	}
	return report, errors.Join(err, f.file(ctx, box, dealt))
}

// Deliver deals with one mail that an MTA hands over. When it returns without error, the mail need not be kept.
func (f *Flow) Deliver(ctx context.Context, m inbox.Message) (Entry, error) {
	done, err := f.deal(ctx, []inbox.Message{m})
	if err != nil {
		return Entry{}, err
	}
	return done[0].entry, nil
}

// deal is the route of a mail in, for a batch: decide, journal, change the log, queue the answers. Filing is the caller's.
func (f *Flow) deal(ctx context.Context, batch []inbox.Message) ([]decision, error) {
	if len(batch) == 0 {
		return nil, nil
	}
	desk := f.newDesk()
	var decisions []decision
	for _, m := range batch {
		d := f.decide(m, desk)
		desk.seen(d)
		decisions = append(decisions, d)
	}
	if f.DryRun {
		return decisions, nil
	}
	if err := f.journal(decisions); err != nil {
		return nil, fmt.Errorf("journal: %w", err)
	}
	if err := desk.save(ctx); err != nil {
		return nil, fmt.Errorf("change log: %w", err)
	}
	if err := f.conclude(decisions, desk); err != nil {
		return nil, fmt.Errorf("queue answers: %w", err)
	}
	for _, d := range decisions {
		f.logger().Info("mail", "key", d.entry.Key, "outcome", d.entry.Outcome, "reason", d.entry.Reason, "pair", d.entry.Pair)
	}
	return decisions, nil
}

// journal writes what was decided, and the raw bytes of what is held, before anything changes.
func (f *Flow) journal(decisions []decision) error {
	for _, d := range decisions {
		if d.entry.Outcome != Held && d.entry.Outcome != Conflict || d.again {
			continue
		}
		if err := f.Ledger.keepRaw(d.entry.Key, d.raw); err != nil {
			return err
		}
	}
	return f.Ledger.DB.Update(func(tx *bolt.Tx) error {
		for _, d := range decisions {
			if err := putEntry(tx, d.entry); err != nil {
				return err
			}
			if err := putPlace(tx, d.place, d.entry.Key); err != nil {
				return err
			}
		}
		return nil
	})
}

// conclude says in one transaction that the log has the changes and that their answers are queued.
func (f *Flow) conclude(decisions []decision, desk *desk) error {
	return f.Ledger.DB.Update(func(tx *bolt.Tx) error {
		for i := range decisions {
			d := &decisions[i]
			if d.bounce != nil {
				if err := f.recordBounce(tx, d); err != nil {
					return err
				}
			}
			if d.entry.Outcome != Accepted || d.again {
				continue
			}
			if err := f.answer(tx, d, desk); err != nil {
				f.logger().Error("no answer could be written", "key", d.entry.Key, "error", err)
			}
			d.entry.Applied = true
			if err := putEntry(tx, d.entry); err != nil {
				return err
			}
		}
		return nil
	})
}

// file moves the mails to where they belong. The ledger knows already that they were dealt with, so a failure loses nothing.
// Mails that held private text are deleted: the text lives on sealed.
func (f *Flow) file(ctx context.Context, box *inbox.Session, decisions []decision) error {
	var done, held, private []inbox.ID
	for _, d := range decisions {
		switch {
		case d.entry.Outcome == Held && d.entry.Retryable:
		case d.entry.Outcome == Held || d.entry.Outcome == Conflict:
			held = append(held, d.place)
		case d.entry.Private:
			private = append(private, d.place)
		default:
			done = append(done, d.place)
		}
	}
	var problem error
	if len(held) > 0 {
		problem = errors.Join(problem, box.Move(ctx, held, f.HeldFolder))
	}
	if len(done) > 0 {
		problem = errors.Join(problem, box.Move(ctx, done, f.DoneFolder))
	}
	if len(private) > 0 {
		problem = errors.Join(problem, box.Delete(ctx, private))
	}
	if problem != nil {
		return fmt.Errorf("file mail: %w", problem)
	}
	return nil
}

func (l *Ledger) keepRaw(key string, raw []byte) error {
	if len(raw) == 0 {
		return nil
	}
	path := l.rawPath(key)
	if _, err := os.Stat(path); err == nil {
		return nil
	}
	return renameio.WriteFile(path, raw, 0o600)
}

func (l *Ledger) rawPath(key string) string { return filepath.Join(l.raw, key+".eml") }

// Report counts what became of the mails of one pass.
type Report struct {
	Mails    int
	Outcomes map[Outcome]int
	Pairs    []string // whose log changed
	Entries  []Entry
}

func (r *Report) add(e Entry) {
	if r.Outcomes == nil {
		r.Outcomes = map[Outcome]int{}
	}
	r.Mails++
	r.Outcomes[e.Outcome]++
	r.Entries = append(r.Entries, e)
	changed := func(x meeting.Effect) bool { return x.Result != meeting.Refused && x.Result != meeting.Told }
	if e.Outcome == Accepted && slices.ContainsFunc(e.Effects, changed) && !slices.Contains(r.Pairs, e.Pair) {
		r.Pairs = append(r.Pairs, e.Pair)
	}
}
