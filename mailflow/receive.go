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

	"duolog/content"
	"duolog/mailflow/inbox"
	"duolog/meeting"
	"duolog/stumble"
)

// A batch is journaled, applied and concluded together: each pair's files are written once for all of its mails.
const (
	batchMails = 2000
	batchBytes = 16 << 20
)

// Receive deals with every mail in the mailbox that the ledger does not know: one pass. Each batch that the inbox reads is
// journaled and applied together. Mails that were dealt with before but are still there, because filing them was
// interrupted, are filed now, and what the operator accepted is finished where that was interrupted. The error names the pairs whose
// log could not be changed; their mails are tried again. It is a PairsError when there is no other.
func (f *Flow) Receive(ctx context.Context, box *inbox.Session) (Report, error) {
	f.Content.Reload()
	unfinished := f.finishAccepted(ctx)
	var report Report
	var dealt []decision
	ids, err := box.Unknown(ctx, func(id inbox.ID) bool {
		e, filed := f.Ledger.at(id)
		if !filed && e.settled() {
			dealt = append(dealt, decision{entry: e, place: id})
		}
		return filed || e.settled()
	})
	if err != nil {
		return report, errors.Join(unfinished, fmt.Errorf("list mailbox: %w", err))
	}
	r := receiving{Flow: f, box: box, dealt: dealt}
	var batch []inbox.Message
	size := 0
	err = box.Fetch(ctx, ids, func(some []inbox.Message) error {
		for _, m := range some {
			batch, size = append(batch, m), size+len(m.Raw)
		}
		if len(batch) < batchMails && size < batchBytes {
			return nil
		}
		full := batch
		batch, size = nil, 0
		return r.next(ctx, full)
	})
	err = errors.Join(err, r.next(ctx, batch), r.next(ctx, nil)) // also what came before fetching broke off
	err = errors.Join(err, r.file(ctx))
	pairs := errors.Join(unfinished, r.report.problem())
	if err == nil && pairs != nil {
		return r.report, PairsError{pairs}
	}
	return r.report, errors.Join(err, pairs)
}

// PairsError tells of pairs whose log could not be changed, where nothing else went wrong.
type PairsError struct{ error }

func (e PairsError) Unwrap() error { return e.error }

// receiving is one pass. While a batch is dealt with, the mails of the batch before it are filed and the next is read.
type receiving struct {
	*Flow
	box     *inbox.Session
	report  Report
	dealt   []decision // to be filed
	problem error      // of filing
	running chan dealtBatch
}

type dealtBatch struct {
	decisions []decision
	err       error
}

// next waits for the batch that is being dealt with, begins with another, and files the mails of the first.
func (r *receiving) next(ctx context.Context, batch []inbox.Message) error {
	var done dealtBatch
	if r.running != nil {
		done = <-r.running
		r.running = nil
	}
	if done.err == nil && len(batch) > 0 {
		r.running = make(chan dealtBatch, 1)
		go func() {
			decisions, err := r.deal(ctx, batch)
			r.running <- dealtBatch{decisions, err}
		}()
	}
	for _, d := range done.decisions {
		r.report.add(d)
		r.dealt = append(r.dealt, decision{entry: d.entry, place: d.place})
	}
	if r.running != nil { // there is more to wait for meanwhile
		r.problem = r.file(ctx)
	}
	return done.err
}

// file moves the mails dealt with so far to where they belong.
func (r *receiving) file(ctx context.Context) error {
	dealt := r.dealt
	r.dealt = nil
	if r.DryRun {
		return nil
	}
	return errors.Join(r.problem, r.Flow.file(ctx, r.box, dealt))
}

// Deliver deals with one mail that an MTA hands over. When it returns without error, the mail need not be kept; otherwise
// the MTA should try again.
func (f *Flow) Deliver(ctx context.Context, m inbox.Message) (Entry, error) {
	f.Content.Reload()
	if err := f.finishAccepted(ctx); err != nil {
		f.logger().Error("what the operator accepted is not done", "error", err)
	}
	done, err := f.deal(ctx, []inbox.Message{m})
	if err != nil {
		return Entry{}, err
	}
	e := done[0].reported()
	if e.Retryable {
		return e, fmt.Errorf("mail %s is held for now: %s", e.Key, e.Reason)
	}
	return e, done[0].problem
}

// deal is the route of a mail in, for a batch: decide, journal, change the log, queue the answers. Filing is the caller's. A batch that
// makes us stumble is gone through mail by mail, so that only the mail that does is left for the next pass.
func (f *Flow) deal(ctx context.Context, batch []inbox.Message) ([]decision, error) {
	done, err := f.upright(ctx, batch)
	if len(batch) == 1 || !stumble.In(err) {
		return done, err
	}
	var all []decision
	for _, m := range batch {
		done, err := f.upright(ctx, []inbox.Message{m})
		switch {
		case stumble.In(err):
			done = []decision{{place: m.ID, entry: Entry{Outcome: Held, Reason: reasonPanic, Received: received(m)}, problem: err}}
		case err != nil:
			return all, err
		}
		all = append(all, done...)
	}
	return all, nil
}

// upright is together, with a panic as an error. What was half changed in memory is forgotten; the journal knows how to go on.
func (f *Flow) upright(ctx context.Context, batch []inbox.Message) (done []decision, err error) {
	defer f.afresh(&err)
	defer stumble.Catch(&err)
	return f.together(ctx, batch)
}

// together deals with a batch.
func (f *Flow) together(ctx context.Context, batch []inbox.Message) ([]decision, error) {
	if len(batch) == 0 {
		return nil, nil
	}
	desk := f.newDesk()
	var decisions []decision
	examined := desk.examine(batch)
	for i, x := range examined {
		desk.ahead(examined[i:])
		decisions = append(decisions, desk.decide(batch[i], x))
	}
	if f.DryRun {
		return decisions, nil
	}
	if err := f.journal(decisions, desk); err != nil {
		return nil, fmt.Errorf("journal: %w", err)
	}
	retried := desk.save(ctx)
	if err := f.step("log written"); err != nil {
		return nil, err
	}
	if err := f.conclude(decisions, desk); err != nil {
		return nil, fmt.Errorf("queue answers: %w", err)
	}
	for i, d := range decisions {
		decisions[i].retried = retried
		f.logger().Info("mail", "key", d.entry.Key, "outcome", d.outcome(), "reason", d.reported().Reason, "pair", d.entry.Pair)
	}
	return decisions, nil
}

// journal writes what was decided, and the raw bytes of what is held, before anything changes. A mail that changes no log is settled
// with that: what follows from it is written with it.
func (f *Flow) journal(decisions []decision, desk *desk) error {
	if err := errors.Join(f.Ledger.keepRaws(decisions), f.step("raw kept")); err != nil {
		return err
	}
	err := f.Ledger.DB.Update(func(tx *bolt.Tx) error {
		for _, d := range decisions {
			if err := errors.Join(desk.journalOne(tx, d), f.settle(tx, &d, desk)); err != nil {
				return err
			}
		}
		return nil
	})
	return errors.Join(err, f.step("journaled"))
}

// journalOne writes one decision. A further copy of a known mail is only counted.
func (k *desk) journalOne(tx *bolt.Tx, d decision) error {
	fresh, err := putPlace(tx, d.place, d.entry.Key)
	if err != nil {
		return err
	}
	if d.token != "" {
		if err := useLink(tx, d.token, d.entry.Person, d.entry.Key); err != nil {
			return err
		}
	}
	if d.entry.interrupted() { // from here on it is the operator's, and a pass goes on with it
		if err := putRefile(tx, d.entry.Key); err != nil {
			return err
		}
	}
	if !d.again {
		return errors.Join(putEntry(tx, d.entry), putAliases(tx, d.entry, d.names, d.resend), putTaken(tx, d.entry))
	}
	e, ok := getEntry(tx, d.entry.Key)
	if !ok || !fresh {
		return nil
	}
	e.Copies++
	k.copies[e.Key] = e.Copies
	return putEntry(tx, e)
}

// settle does what follows from a mail that changes no log.
func (f *Flow) settle(tx *bolt.Tx, d *decision, desk *desk) error {
	switch {
	case d.again:
		return nil
	case d.bounce != nil:
		return f.recordBounce(tx, d)
	case d.tell:
		return f.tell(tx, d, desk)
	}
	return nil
}

// conclude says in one transaction that the log has the changes and that their answers are queued. Mails whose log could
// not be written are left as they are journaled, to be tried again.
func (f *Flow) conclude(decisions []decision, desk *desk) error {
	err := f.Ledger.DB.Update(func(tx *bolt.Tx) error {
		for i, answered := 0, 0; i < len(decisions); i++ {
			if i == answered {
				answered += f.answers(tx, decisions[i:], desk)
			}
			if err := f.concludeOne(tx, &decisions[i], desk); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		err = f.step("concluded")
	}
	if err != nil {
		return err
	}
	return f.forgetReleased(decisions)
}

// concludes tells whether the log has what the mail asks for.
func (d *decision) concludes() bool {
	return !d.again && d.entry.Outcome == Accepted && !(d.entry.pending() && d.problem != nil)
}

func (f *Flow) concludeOne(tx *bolt.Tx, d *decision, desk *desk) error {
	if !d.concludes() {
		return nil
	}
	if err := f.answer(tx, d, desk); err != nil {
		f.logger().Error("no answer could be written", "key", d.entry.Key, "error", err)
	}
	if err := heard(tx, d.entry.Person); err != nil {
		return err
	}
	if err := hidePrivate(tx, d.entry); err != nil {
		return err
	}
	d.entry.Applied, d.entry.Todo = true, nil
	d.entry.Copies = max(d.entry.Copies, desk.copies[d.entry.Key])
	return putEntry(tx, d.entry)
}

// forgetReleased removes the raw bytes of mails that were held before and are accepted now.
func (f *Flow) forgetReleased(decisions []decision) error {
	var problem error
	for _, d := range decisions {
		if d.entry.Outcome == Accepted && d.entry.Applied && !d.again {
			problem = errors.Join(problem, f.Ledger.forgetRaw(d.entry.Key))
		}
	}
	return problem
}

// file moves the mails to where they belong. The ledger knows already that they were dealt with, so a failure loses nothing.
// Mails that held private text are deleted: the text lives on sealed.
func (f *Flow) file(ctx context.Context, box *inbox.Session, decisions []decision) error {
	var done, held, private []inbox.ID
	for _, d := range decisions {
		switch {
		case !d.entry.settled():
		case d.entry.Private:
			private = append(private, d.place)
		case d.entry.kept():
			held = append(held, d.place)
		default:
			done = append(done, d.place)
		}
	}
	move := func(ids []inbox.ID, to func() error) error {
		if len(ids) == 0 {
			return nil
		}
		if err := errors.Join(f.step("file"), to()); err != nil {
			return fmt.Errorf("file mail: %w", err)
		}
		return errors.Join(f.step("filed"), f.Ledger.markFiled(ids))
	}
	return errors.Join(
		move(private, func() error { return f.delete(ctx, box, private) }),
		move(held, func() error { return box.Move(ctx, held, f.HeldFolder) }),
		move(done, func() error { return box.Move(ctx, done, f.DoneFolder) }),
	)
}

// delete removes mails that held private text. A server that cannot remove single mails keeps them, marked as deleted, until
// somebody cleans the mailbox up; trying again would not help.
func (f *Flow) delete(ctx context.Context, box *inbox.Session, ids []inbox.ID) error {
	err := box.Delete(ctx, ids)
	if errors.Is(err, inbox.ErrNotExpunged) {
		f.logger().Error("private text stays in the mailbox, marked as deleted: the server cannot remove single mails", "mails", len(ids))
		return nil
	}
	return err
}

// step tells a test how far the route has come; an error is as if the step had failed.
func (f *Flow) step(name string) error {
	if f.stopAt == nil {
		return nil
	}
	return f.stopAt(name)
}

// keepRaws keeps the raw bytes of what is held, durably.
func (l *Ledger) keepRaws(decisions []decision) error {
	kept := false
	for _, d := range decisions {
		if !d.entry.kept() || d.again || len(d.raw) == 0 {
			continue
		}
		if err := l.keepRaw(d.entry.Key, d.raw); err != nil {
			return fmt.Errorf("keep held mail %s: %w", d.entry.Key, err)
		}
		kept = true
	}
	if !kept {
		return nil
	}
	return content.Sync([]string{l.raw}) // the names
}

// keepRaw writes the file in its own folder first: in that for temporary files nobody would take away what an interrupted write left.
func (l *Ledger) keepRaw(key string, raw []byte) error {
	path := l.rawPath(key)
	if _, err := os.Stat(path); err == nil {
		return nil
	}
	return renameio.WriteFile(path, raw, 0o600, renameio.WithTempDir(l.raw))
}

func (l *Ledger) rawPath(key string) string { return filepath.Join(l.raw, key+".eml") }

// Report counts what became of the mails of one pass.
type Report struct {
	Mails    int
	Outcomes map[Outcome]int
	Pairs    []string // whose log changed
	Entries  []Entry
	Retried  bool // a log could be written only at the second try, as Flow.Log tells: the disk wants looking at

	problems []error // each once
}

func (r *Report) add(d decision) {
	if r.Outcomes == nil {
		r.Outcomes = map[Outcome]int{}
	}
	e := d.reported()
	r.Mails++
	r.Outcomes[e.Outcome]++
	r.Entries = append(r.Entries, e)
	r.Retried = r.Retried || d.retried
	if d.problem != nil && !slices.ContainsFunc(r.problems, func(err error) bool { return err.Error() == d.problem.Error() }) {
		r.problems = append(r.problems, d.problem)
	}
	changed := func(x meeting.Effect) bool { return x.Result != meeting.Refused && x.Result != meeting.Told }
	if e.Outcome != Accepted || d.problem != nil || !slices.ContainsFunc(e.Effects, changed) {
		return
	}
	for _, pair := range append([]string{e.Pair}, d.also...) {
		if !slices.Contains(r.Pairs, pair) {
			r.Pairs = append(r.Pairs, pair)
		}
	}
}

func (r *Report) problem() error { return errors.Join(r.problems...) }
