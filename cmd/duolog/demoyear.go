package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"duolog/content"
	"duolog/content/sample"
	"duolog/mailflow"
	"duolog/mailflow/inbox"
	"duolog/mailflow/message"
	"duolog/meeting"
)

// castYear casts the year that ends in the week that is now.
func (d *demo) castYear(store *content.Store) error {
	return d.cast(store, sample.NewYear(time.Now().AddDate(0, 0, -7*sample.Weeks), d.seed))
}

// cast puts the people of the year and the pairs of its first day into the store.
func (d *demo) cast(store *content.Store, year *sample.Year) error {
	d.year, d.clock = year, year.From
	for _, p := range year.People {
		if err := store.SavePerson(p); err != nil {
			return err
		}
	}
	for _, e := range year.Pairs {
		if !e.Pair.Added.IsZero() {
			continue
		}
		if err := savePair(store, e.Pair); err != nil {
			return err
		}
	}
	return nil
}

func savePair(store *content.Store, p meeting.Pair) error {
	l := &meeting.Log{Pair: p}
	var err error
	if l.Manager, err = store.Person(p.Manager); err != nil {
		return err
	}
	if l.Report, err = store.Person(p.Report); err != nil {
		return err
	}
	_, err = store.Save(l)
	return err
}

// playing is the year in progress: in virtual time from event to event, through the same route as the service.
type playing struct {
	*demo
	box     *inbox.Session
	course  sample.Course[*message.Message]
	owed    map[string]meeting.Occasion // the letters that went out, by key
	read    map[string]int              // how many mails of theirs each person has read
	commits []mailflow.Commit
	files   map[string]bool
	tally   tally
}

// playYear plays the year from its beginning to its end.
func (d *demo) playYear(ctx context.Context, end time.Time) error {
	p := &playing{
		demo: d, course: sample.Course[*message.Message]{Year: d.year, Next: map[string]time.Time{}}, owed: map[string]meeting.Occasion{}, read: map[string]int{},
		files: map[string]bool{}, tally: tally{cycles: map[string]int{}, mails: map[string]int{}},
	}
	defer d.rehearse(p.committed)()
	var err error
	if p.box, err = d.mailbox(ctx); err != nil {
		return err
	}
	defer p.box.Close()
	if err := p.begin(); err != nil {
		return err
	}
	return p.play(ctx, end)
}

// rehearse makes haste: nothing waits for the disk, and the history is written by the month. The result ends it.
func (d *demo) rehearse(committed func(context.Context, []mailflow.Commit, []string)) (end func()) {
	daily := d.flow.Committed
	d.flow.Committed, d.store.Rehearsal, d.ledger.DB.NoSync = committed, true, true
	return func() {
		d.flow.Committed, d.store.Rehearsal, d.ledger.DB.NoSync = daily, false, false
		d.store.Reload()
		if err := d.ledger.DB.Sync(); err != nil {
			d.log.Warn("the ledger is not on the disk", "error", err)
		}
	}
}

// begin makes every pair due at once.
func (p *playing) begin() error {
	pairs, err := p.store.Pairs()
	for _, pair := range pairs {
		p.course.Next[pair] = p.clock
	}
	return err
}

// play goes from event to event until the end.
func (p *playing) play(ctx context.Context, end time.Time) error {
	month := p.clock.Month()
	for {
		at := p.course.Soonest(end)
		if at.Month() != month || !at.Before(end) {
			p.progress(ctx)
			month = at.Month()
		}
		if !at.Before(end) {
			return p.summary()
		}
		p.clock = at
		if err := p.event(ctx); err != nil {
			return fmt.Errorf("%s: %w", p.stamp(), err)
		}
	}
}

// event does what is due now: pairs begin, people send what they wrote, letters go out.
func (p *playing) event(ctx context.Context) error {
	if err := p.course.Begin(p.clock, p.enrolPair); err != nil {
		return err
	}
	if err := p.receive(ctx); err != nil {
		return err
	}
	due := false
	for _, t := range p.course.Next {
		due = due || !t.After(p.clock)
	}
	if due {
		if err := p.remind(ctx); err != nil {
			return err
		}
	}
	return p.readMail()
}

func (p *playing) enrolPair(pair meeting.Pair) error {
	if err := savePair(p.store, pair); err != nil {
		return err
	}
	return p.enrol()
}

// receive sends the replies that are due and reads them, and what they say may make further letters due.
func (p *playing) receive(ctx context.Context) error {
	sent := p.course.Sent(p.clock)
	for _, r := range sent {
		from, err := p.mailboxOf(r.Person)
		if err != nil {
			return err
		}
		if err := p.submit(r.Person, from, r.Letter.Header.Text("Reply-To"), writeReply(r.Reply, from, r.Letter)); err != nil {
			return err
		}
	}
	if len(sent) == 0 {
		return nil
	}
	report, err := p.flow.Receive(ctx, p.box)
	if err != nil {
		return err
	}
	for _, e := range report.Entries {
		p.tally.count(e)
		if e.Outcome != mailflow.Accepted {
			p.log.Info("mail", "outcome", e.Outcome, "reason", e.Reason, "person", e.Person)
			continue
		}
		for pair := range p.course.Next { // settings of a person hold in all pairs
			if l, err := p.store.Log(pair); err == nil && l.Person(e.Person) != nil {
				p.course.Next[pair] = p.clock
			}
		}
	}
	return p.flush(ctx)
}

// carry begins the logs of new managers.
func (p *playing) carry(ctx context.Context) error {
	done, err := p.flow.CarryOut(ctx)
	for _, d := range done {
		p.say("%s  %s: %s goes on as %s", p.clock.Format("January 2006"), d.What, d.Pair, d.New)
		p.course.Next[d.New] = p.clock
	}
	if len(done) > 0 {
		err = errors.Join(err, p.enrol())
	}
	return err
}

func (p *playing) remind(ctx context.Context) error {
	if err := p.carry(ctx); err != nil {
		return err
	}
	queued, err := p.flow.Remind(ctx)
	if err != nil {
		return err
	}
	for _, o := range queued {
		p.owed[o.Key] = o
		p.tally.sent(o)
	}
	for pair := range p.course.Next {
		l, err := p.store.Log(pair)
		if err != nil {
			return err
		}
		p.course.Next[pair] = l.NextDue(p.clock)
	}
	return p.flush(ctx)
}

// readMail lets everybody read their new mail, and perhaps write an answer to be sent later.
func (p *playing) readMail() error {
	for _, person := range p.year.People {
		mails, err := p.servers.Mails(person.Addresses[0], "INBOX")
		if err != nil {
			return err
		}
		fresh := mails[p.read[person.ID]:]
		p.read[person.ID] = len(mails)
		for _, mail := range fresh {
			if err := p.readOne(mail.Raw); err != nil {
				return err
			}
		}
	}
	return nil
}

func (p *playing) readOne(raw []byte) error {
	m, err := message.Parse(raw)
	if err != nil {
		return err
	}
	e, ok, err := p.ledger.Outgoing(m.ID)
	o, owed := p.owed[e.Key]
	if err != nil || !ok || !owed { // acknowledgements need no answer
		return err
	}
	delete(p.owed, e.Key)
	l, err := p.store.Log(o.Pair)
	if err != nil {
		return err
	}
	p.course.Read(m, o, l, p.clock)
	return nil
}

// committed collects what the replies of a month changed, for one history entry per pair and month.
func (p *playing) committed(_ context.Context, replies []mailflow.Commit, files []string) {
	p.commits = append(p.commits, replies...)
	for _, f := range files {
		p.files[f] = true
	}
}
