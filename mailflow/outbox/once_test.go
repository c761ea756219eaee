package outbox_test

import (
	"context"
	"errors"
	"net"
	"strings"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"duolog/mailflow/mailtest"
	"duolog/mailflow/outbox"
)

func TestAMailThatIsWrittenAnewEachTimeIsNotRepeatedInDoubt(t *testing.T) {
	t.Parallel()
	p := inMemory(t, mailtest.Options{})
	p.faults.Add(mailtest.CutAfter("."))
	m := p.mail("a")
	m.Once = true
	p.put(m)
	p.queue.Fresh = func(e outbox.Entry) ([]byte, error) {
		return []byte("Message-ID: <" + e.MessageID + ">\r\n\r\nfresh\r\n"), nil
	}
	for range 3 {
		_ = p.flush()
		p.now = p.now.Add(time.Hour)
	}
	if e := p.is("a", outbox.Uncertain, 1); !e.Next.IsZero() {
		t.Errorf("a second copy is planned for %s", e.Next)
	}
	if raw := string(p.arrived()[0]); !strings.Contains(raw, "fresh") {
		t.Errorf("arrived as queued, want it written anew:\n%s", raw)
	}
}

func TestOnlyAMailForThatIsWrittenAnew(t *testing.T) {
	t.Parallel()
	p := inMemory(t, mailtest.Options{})
	p.put(p.mail("a"))
	once := p.mail("b")
	once.Once = true
	p.put(once)
	p.queue.Fresh = func(e outbox.Entry) ([]byte, error) {
		if e.Key == "a" {
			t.Error("an ordinary mail was written anew")
		}
		return nil, errors.New("no words today")
	}
	if err := p.flush(); err != nil {
		t.Errorf("flush said %v, want the others to go on", err)
	}
	if e := p.is("b", outbox.Deferred, 1); e.Next.IsZero() || !strings.Contains(e.Reason, "no words today") {
		t.Errorf("tried again at %s because of %q", e.Next, e.Reason)
	}
	p.is("a", outbox.Sent, 1)
	p.queue.Fresh = nil // as queued
	p.now = p.now.Add(time.Hour)
	_ = p.flush()
	p.is("b", outbox.Sent, 2)
}

func TestADoubtThatWouldOutliveItsPointIsLeft(t *testing.T) {
	t.Parallel()
	p := inMemory(t, mailtest.Options{})
	p.faults.Add(mailtest.CutAfter("."))
	m := p.mail("a")
	m.NotAfter = p.now.Add(10 * time.Minute)
	p.put(m)
	_ = p.flush()
	if e := p.is("a", outbox.Uncertain, 1); !e.Next.IsZero() {
		t.Errorf("a repetition is planned for %s, after %s", e.Next, m.NotAfter)
	}
}

func TestADoubtWaitsAsLongAsItIsTold(t *testing.T) {
	t.Parallel()
	p := inMemory(t, mailtest.Options{})
	p.cfg.Wait = time.Hour
	p.restart()
	p.faults.Add(mailtest.CutAfter("."))
	p.put(p.mail("a"))
	_ = p.flush()
	if e := p.is("a", outbox.Uncertain, 1); !e.Next.Equal(p.now.Add(time.Hour)) {
		t.Errorf("a repetition is planned for %s, want in an hour", e.Next)
	}
}

func TestFlushTellsWhenSomethingIsDueNext(t *testing.T) {
	t.Parallel()
	p := inMemory(t, mailtest.Options{})
	p.faults.Add(mailtest.Refuse("RCPT", "450 later"))
	for range 2 {
		if next, err := p.queue.Flush(context.Background()); err != nil || !next.IsZero() {
			t.Errorf("an empty queue is due at %s (%v), want never", next, err)
		}
	}
	p.put(p.mail("a"))
	_ = p.flush()
	late := p.entry("a").Next
	p.faults.Add(mailtest.CutAfter("."))
	p.put(p.mail("b"))
	p.cfg.Wait = time.Minute
	p.restart()
	next, err := p.queue.Flush(context.Background())
	if soon := p.entry("b").Next; err != nil || !next.Equal(soon) || !soon.Before(late) {
		t.Errorf("due at %s (%v), want at %s", next, err, soon)
	}
}

func TestWhoeverStopsTheQueueStopsItBetweenMails(t *testing.T) {
	t.Parallel()
	p := inMemory(t, mailtest.Options{})
	p.put(p.mail("a"))
	before := p.entry("a")
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := p.queue.Flush(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("flush said %v, want canceled", err)
	}
	if after := p.entry("a"); after != before {
		t.Errorf("it was tried: %+v", after)
	}
}

func TestAMailThatIsTakenBackWhileItIsSentIsNotSent(t *testing.T) {
	t.Parallel()
	for _, at := range []string{"EHLO", "RCPT"} { // before its bytes are read, and after
		p := inMemory(t, mailtest.Options{})
		p.put(p.mail("a"))
		p.faults.Add(mailtest.Edit(at, func(unit []byte) []byte {
			err := p.db.Update(func(tx *bbolt.Tx) error {
				done, err := outbox.Withdraw(tx, "a")
				if err == nil && !done {
					t.Error("a mail that no server has was not taken back")
				}
				return err
			})
			if err != nil {
				t.Error(err)
			}
			return unit
		}))
		if err := p.flush(); err == nil {
			t.Errorf("at %s: flush said nothing of a mail that is gone", at)
		}
		if n := len(p.arrived()); n != 0 {
			t.Errorf("at %s: %d mails arrived", at, n)
		}
		p.put(p.mail("a"))
		_ = p.flush()
		p.is("a", outbox.Sent, 1)
	}
}

func TestAMailThatAServerMayHaveIsNotTakenBack(t *testing.T) {
	t.Parallel()
	p := inMemory(t, mailtest.Options{})
	back := func(key string) (done bool) {
		t.Helper()
		err := p.db.Update(func(tx *bbolt.Tx) (err error) {
			done, err = outbox.Withdraw(tx, key)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return done
	}
	if back("never") {
		t.Error("a mail that is not there was taken back")
	}
	p.put(p.mail("sent"))
	_ = p.flush()
	p.faults.Add(mailtest.CutAfter("."))
	p.put(p.mail("uncertain"))
	_ = p.flush()
	for _, key := range []string{"sent", "uncertain"} {
		if before := p.entry(key); back(key) || p.entry(key) != before {
			t.Errorf("the %s mail was taken back", key)
		}
	}
	p.faults.Add(mailtest.Refuse("RCPT", "450 later"))
	p.put(p.mail("deferred"))
	_ = p.flush()
	p.put(p.mail("queued"))
	for _, key := range []string{"deferred", "queued"} {
		if !back(key) {
			t.Errorf("the %s mail was not taken back", key)
		}
	}
	p.now = p.now.Add(time.Minute)
	_ = p.flush()
	if n := len(p.arrived()); n != 2 {
		t.Errorf("%d mails arrived, want the two from before", n)
	}
}

func TestForgetRemovesWhatIsChosenAndNothingElse(t *testing.T) {
	t.Parallel()
	p := inMemory(t, mailtest.Options{})
	p.put(p.mail("sent"))
	p.put(p.mail("kept"))
	_ = p.flush()
	p.put(p.mail("queued"))
	err := p.db.Update(func(tx *bbolt.Tx) error {
		n, err := outbox.Forget(tx, func(e outbox.Entry) bool { return e.Key != "kept" })
		if err != nil || n != 2 {
			t.Errorf("forgot %d mails (%v), want 2", n, err)
		}
		all, err := outbox.List(tx)
		if len(all) != 1 || all[0].Key != "kept" {
			t.Errorf("left are %+v, want the kept one", all)
		}
		if _, found, _ := outbox.Find(tx, "sent@acme.example"); found {
			t.Error("a forgotten mail is found by its Message-ID")
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	_ = p.flush()
	if n := len(p.arrived()); n != 2 {
		t.Errorf("%d mails arrived, want the two from before", n)
	}
}

func TestAReportEndsAnAttemptThatACrashCutOff(t *testing.T) {
	t.Parallel()
	p := inMemory(t, mailtest.Options{})
	p.put(p.mail("a"))
	p.faults.Add(mailtest.Edit(".", func(unit []byte) []byte {
		if e := p.entry("a"); e.State != outbox.Attempting {
			t.Errorf("it is %s while it is sent, want attempting", e.State)
		}
		err := p.db.Update(func(tx *bbolt.Tx) error {
			_, err := outbox.Delivered(tx, "a@acme.example", "delivered", p.now)
			return err
		})
		if err != nil {
			t.Error(err)
		}
		if e := p.entry("a"); e.State != outbox.Sent || !e.Next.IsZero() || e.Reason == "" {
			t.Errorf("after the report it is %s, next at %s, because of %q", e.State, e.Next, e.Reason)
		}
		return unit
	}))
	_ = p.flush()
	p.is("a", outbox.Sent, 1)
}

func TestRunTellsOfTrouble(t *testing.T) {
	t.Parallel()
	p := inMemory(t, mailtest.Options{})
	p.cfg.DialContext = func(context.Context, string, string) (net.Conn, error) { return nil, errors.New("no route") }
	p.restart()
	p.put(p.mail("a"))
	heard := make(chan error, 1)
	p.queue.Trouble = func(err error) { heard <- err }
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- p.queue.Run(ctx) }()
	if err := <-heard; err == nil || !strings.Contains(err.Error(), "no route") {
		t.Errorf("heard %v, want that there is no route", err)
	}
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("Run ended with %v, want canceled", err)
	}
}
