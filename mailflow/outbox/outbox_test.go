package outbox_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"duolog/mailflow/mailtest"
	"duolog/mailflow/outbox"
)

// post is a queue before some mail server, with a clock that only tests move.
type post struct {
	t       *testing.T
	faults  *mailtest.Faults
	drop    func() // cuts every connection
	mailbox func() ([][]byte, error)
	to      string // whose mailbox that is
	db      *bbolt.DB
	queue   *outbox.Queue
	cfg     outbox.Config
	now     time.Time
}

var opened = time.Date(2026, 11, 30, 9, 0, 0, 0, time.UTC)

// onEach runs a test before a server in memory and before Postfix.
func onEach(t *testing.T, run func(t *testing.T, p *post)) {
	t.Parallel()
	t.Run("memory", func(t *testing.T) {
		t.Parallel()
		run(t, inMemory(t, mailtest.Options{}))
	})
	t.Run("postfix", func(t *testing.T) {
		if testing.Short() {
			t.Skip("real servers are left out of the short run")
		}
		t.Parallel()
		run(t, inPostfix(t))
	})
}

// inMemory is a queue before a provider in this process.
func inMemory(t *testing.T, o mailtest.Options) *post {
	t.Helper()
	server, err := mailtest.Start(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	for _, name := range []string{"1on1", "sam"} {
		if err := server.AddUser(name, name+"-secret"); err != nil {
			t.Fatal(err)
		}
	}
	p := &post{t: t, faults: &server.SMTPFaults, drop: server.DropConnections, to: "sam@acme.example"}
	p.mailbox = func() ([][]byte, error) {
		mails, err := server.Mails("sam", "INBOX")
		var raws [][]byte
		for _, m := range mails {
			raws = append(raws, m.Raw)
		}
		return raws, err
	}
	p.cfg = outbox.Config{
		Host: "127.0.0.1", Port: 1, TLS: "none", Username: "1on1", Password: "1on1-secret",
		DialContext: server.DialSMTP,
	}
	p.open()
	return p
}

var (
	realOnce sync.Once
	realErr  error
	dovecot  *mailtest.Dovecot
	postfix  *mailtest.Postfix
	users    atomic.Int64
)

// inPostfix is a queue before the one real Postfix of this test run.
func inPostfix(t *testing.T) *post {
	t.Helper()
	realOnce.Do(func() {
		if dovecot, realErr = mailtest.StartDovecot(); realErr == nil {
			postfix, realErr = mailtest.StartPostfix(dovecot, "acme.example", "")
		}
	})
	if realErr != nil {
		t.Fatal(realErr)
	}
	front, err := mailtest.NewFront(postfix.SMTP, mailtest.SMTP)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := front.Close(); err != nil {
			t.Error(err)
		}
	})
	user := fmt.Sprintf("sam%d", users.Add(1))
	p := &post{t: t, faults: &front.Faults, drop: front.DropConnections, to: user + "@acme.example"}
	p.mailbox = func() ([][]byte, error) {
		return errorsFirst(postfix.Drain(), func() ([][]byte, error) { return dovecot.Mails(user) })
	}
	p.cfg = outbox.Config{
		Host: "127.0.0.1", TLS: "none", Username: "1on1", Password: mailtest.RealPassword,
	}
	fmt.Sscanf(front.Addr, "127.0.0.1:%d", &p.cfg.Port)
	p.open()
	return p
}

func errorsFirst(err error, then func() ([][]byte, error)) ([][]byte, error) {
	if err != nil {
		return nil, err
	}
	return then()
}

func TestMain(m *testing.M) {
	code := m.Run()
	for _, server := range []interface{ Close() error }{postfix, dovecot} {
		if !reflect.ValueOf(server).IsNil() {
			if err := server.Close(); err != nil {
				fmt.Fprintln(os.Stderr, err)
				code = 1
			}
		}
	}
	os.Exit(code)
}

// open makes the database and the queue.
func (p *post) open() {
	p.t.Helper()
	db, err := bbolt.Open(filepath.Join(p.t.TempDir(), "db"), 0o600, &bbolt.Options{NoSync: true})
	if err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() { db.Close() })
	p.db, p.now = db, opened
	p.restart()
}

// restart makes the queue anew, as after a crash.
func (p *post) restart() {
	p.t.Helper()
	q, err := outbox.New(p.db, p.cfg)
	if err != nil {
		p.t.Fatal(err)
	}
	q.Enrolled = func(a string) bool { return strings.HasSuffix(a, "@acme.example") }
	q.Persons = func() int { return 2 }
	q.Now = func() time.Time { return p.now }
	p.queue = q
}

// mail is a mail to the mailbox that the test looks at.
func (p *post) mail(key string) outbox.Mail {
	id := strings.ReplaceAll(key, "/", ".") + "@acme.example"
	return outbox.Mail{
		Key: key, MessageID: id, From: "1on1+bounce@acme.example", To: p.to,
		Raw: fmt.Appendf(nil, "From: 1on1@acme.example\r\nTo: %s\r\nDate: Mon, 30 Nov 2026 09:00:00 +0000\r\n"+
			"Message-ID: <%s>\r\nSubject: x\r\n\r\none\r\n.\r\n..two\r\n", p.to, id),
	}
}

func (p *post) put(m outbox.Mail) {
	p.t.Helper()
	err := p.db.Update(func(tx *bbolt.Tx) error { return outbox.Put(tx, m, p.now) })
	if err != nil {
		p.t.Fatal(err)
	}
}

func (p *post) entry(key string) outbox.Entry {
	p.t.Helper()
	var e outbox.Entry
	err := p.db.View(func(tx *bbolt.Tx) error {
		var ok bool
		var err error
		if e, ok, err = outbox.Get(tx, key); err == nil && !ok {
			err = errors.New("no such key")
		}
		return err
	})
	if err != nil {
		p.t.Fatalf("entry %s: %v", key, err)
	}
	return e
}

func (p *post) flush() error {
	p.t.Helper()
	_, err := p.queue.Flush(context.Background())
	return err
}

func (p *post) arrived() [][]byte {
	p.t.Helper()
	raws, err := p.mailbox()
	if err != nil {
		p.t.Fatal(err)
	}
	return raws
}

// is fails unless the mail is in the state and so many copies arrived.
func (p *post) is(key string, state outbox.State, copies int) outbox.Entry {
	p.t.Helper()
	e := p.entry(key)
	if e.State != state {
		p.t.Errorf("mail %s is %s (%s), want %s", key, e.State, e.Reason, state)
	}
	if got := len(p.arrived()); got != copies {
		p.t.Errorf("%d copies arrived, want %d", got, copies)
	}
	return e
}

func TestAMailArrivesByteForByteAndOnce(t *testing.T) {
	onEach(t, func(t *testing.T, p *post) {
		m := p.mail("a")
		p.put(m)
		p.put(m) // the same activity again
		for range 3 {
			if err := p.flush(); err != nil {
				t.Fatal(err)
			}
		}
		p.put(m)
		if err := p.flush(); err != nil {
			t.Fatal(err)
		}
		p.is("a", outbox.Sent, 1)
		if raw := p.arrived()[0]; !strings.HasSuffix(string(raw), "\r\n"+string(m.Raw)) {
			t.Errorf("arrived as\n%q\nwant at its end\n%q", raw, m.Raw)
		}
	})
}

func TestErrorsAfterTheAnswerToTheDotDoNotCount(t *testing.T) {
	onEach(t, func(t *testing.T, p *post) {
		for i, fault := range []mailtest.Fault{
			mailtest.CutBefore("QUIT"), mailtest.Refuse("QUIT", "554 no"),
		} {
			p.faults.Add(fault)
			key := fmt.Sprint(i)
			p.put(p.mail(key))
			if err := p.flush(); err != nil {
				t.Fatal(err)
			}
			p.is(key, outbox.Sent, i+1)
		}
	})
}

func TestALostAnswerToTheDotIsRepeatedOnceWithTheSameMessageID(t *testing.T) {
	onEach(t, func(t *testing.T, p *post) {
		p.faults.Add(mailtest.CutAfter(".").Always())
		p.put(p.mail("a"))
		for range 2 {
			if err := p.flush(); err != nil {
				t.Fatal(err)
			}
			p.is("a", outbox.Uncertain, 1)
		}
		p.now = p.now.Add(20 * time.Minute)
		if err := p.flush(); err != nil {
			t.Fatal(err)
		}
		if e := p.is("a", outbox.Uncertain, 2); !e.Next.IsZero() {
			t.Errorf("a third copy is planned for %s", e.Next)
		}
		for range 20 {
			p.now = p.now.Add(6 * time.Hour)
			_ = p.flush()
		}
		p.is("a", outbox.Uncertain, 2)
		for _, m := range p.arrived() {
			if !strings.Contains(string(m), "Message-ID: <a@acme.example>\r\n") {
				t.Errorf("a copy has another Message-ID:\n%s", m)
			}
		}
	})
}

func TestARepetitionThatIsAnsweredEndsTheDoubt(t *testing.T) {
	onEach(t, func(t *testing.T, p *post) {
		p.faults.Add(mailtest.CutAfter("."))
		p.put(p.mail("a"))
		_ = p.flush()
		p.now = p.now.Add(20 * time.Minute)
		_ = p.flush()
		p.is("a", outbox.Sent, 2)
	})
}

func TestADeliveryReportEndsTheDoubtAndChangesNothingElse(t *testing.T) {
	onEach(t, func(t *testing.T, p *post) {
		p.faults.Add(mailtest.CutAfter("."))
		p.put(p.mail("a"))
		p.put(p.mail("b"))
		_ = p.flush()
		before := p.entry("b")
		err := p.db.Update(func(tx *bbolt.Tx) error {
			for _, id := range []string{"a@acme.example", "b@acme.example"} {
				if found, err := outbox.Delivered(tx, id, "failed 5.1.1", p.now); err != nil || !found {
					return fmt.Errorf("found %v: %w", found, err)
				}
			}
			found, err := outbox.Delivered(tx, "other@acme.example", "failed", p.now)
			if found {
				t.Error("a report on a mail that is not ours was taken")
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		p.now = p.now.Add(time.Hour)
		_ = p.flush()
		e := p.is("a", outbox.Sent, 2)
		if e.Delivery != "failed 5.1.1" {
			t.Errorf("delivery is %q, want the report's", e.Delivery)
		}
		after := p.entry("b")
		before.Delivery, before.Reported = after.Delivery, after.Reported
		if after != before || after.Delivery != "failed 5.1.1" {
			t.Errorf("the report made of\n%+v\nthis:\n%+v", before, after)
		}
	})
}

func TestACrashBetweenJournalAndAnswerLeavesTheMailUncertain(t *testing.T) {
	t.Parallel()
	for _, fault := range []mailtest.Fault{mailtest.Stall("DATA"), mailtest.Stall("."), mailtest.StallAt(".", 0)} {
		p := inMemory(t, mailtest.Options{})
		p.faults.Add(fault)
		p.put(p.mail("a"))
		// The process dies while the send hangs: what it would write later is lost.
		copied := filepath.Join(t.TempDir(), "db")
		done := make(chan error, 1)
		go func() { done <- p.flush() }()
		for p.faults.Fired() == 0 {
			time.Sleep(time.Millisecond)
		}
		err := p.db.View(func(tx *bbolt.Tx) error { return tx.CopyFile(copied, 0o600) })
		if err != nil {
			t.Fatal(err)
		}
		p.drop()
		<-done
		if p.db, err = bbolt.Open(copied, 0o600, nil); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { p.db.Close() })
		if e := p.entry("a"); e.State != outbox.Attempting {
			t.Errorf("journal says %s before DATA, want attempting", e.State)
		}
		p.restart()
		copies := len(p.arrived())
		_ = p.flush()
		p.is("a", outbox.Uncertain, copies)
		p.now = p.now.Add(time.Hour)
		_ = p.flush()
		p.is("a", outbox.Sent, copies+1)
	}
}

func TestANewPasswordLetsAStoppedQueueGoOn(t *testing.T) {
	t.Parallel()
	p := inMemory(t, mailtest.Options{})
	password := "of yesterday"
	p.cfg.Secret = func() (string, error) { return password, nil }
	p.restart()
	p.put(p.mail("a"))
	if err := p.flush(); !errors.Is(err, outbox.ErrStopped) {
		t.Fatalf("flush with an old password said %v, want stopped", err)
	}
	password = "1on1-secret"
	if err := p.db.Update(outbox.Resume); err != nil {
		t.Fatal(err)
	}
	if err := p.flush(); err != nil {
		t.Error(err)
	}
	p.is("a", outbox.Sent, 1)
}

func TestWhatTheServerSaysDecides(t *testing.T) {
	t.Parallel()
	judge := func(reply string) mailtest.Options {
		return mailtest.Options{Judge: func(mailtest.Arrival) error { return mailtest.Reply(reply) }}
	}
	for _, c := range []struct {
		name   string
		o      mailtest.Options
		fault  mailtest.Fault
		want   outbox.State
		stops  bool
		broken bool // Flush reports the server
	}{
		{name: "5xx to RCPT", fault: mailtest.Refuse("RCPT", "550 5.1.1 no"), want: outbox.Failed},
		{name: "5xx to MAIL", fault: mailtest.Refuse("MAIL", "553 5.7.1 not from you"), want: outbox.Queued, stops: true, broken: true},
		{name: "5xx to DATA", fault: mailtest.Refuse("DATA", "554 no"), want: outbox.Failed},
		{name: "5xx to the dot", o: judge("554 5.7.1 spam"), want: outbox.Failed},
		{name: "4xx to RCPT", fault: mailtest.Refuse("RCPT", "450 4.2.1 later"), want: outbox.Deferred},
		{name: "4xx to the dot", o: judge("451 4.3.0 later"), want: outbox.Deferred},
		{name: "421 to MAIL", fault: mailtest.Refuse("MAIL", "421 closing"), want: outbox.Deferred},
		{name: "cut in MAIL", fault: mailtest.CutBefore("MAIL"), want: outbox.Deferred},
		{name: "cut in DATA", fault: mailtest.CutBefore("DATA"), want: outbox.Deferred},
		{name: "cut in the greeting", fault: mailtest.CutAt("GREETING", 3), want: outbox.Deferred, broken: true},
		{name: "5xx greeting", fault: mailtest.Edit("GREETING", func([]byte) []byte { return []byte("554 no\r\n") }), want: outbox.Deferred, broken: true},
		{name: "login refused", fault: mailtest.Refuse("AUTH", "535 5.7.8 no"), want: outbox.Queued, stops: true, broken: true},
		{name: "login unavailable", fault: mailtest.Refuse("AUTH", "454 4.7.0 later"), want: outbox.Deferred, broken: true},
		{name: "login wanted at RCPT", fault: mailtest.Refuse("RCPT", "535 5.7.8 log in"), want: outbox.Queued, stops: true, broken: true},
		{name: "stronger login wanted at MAIL", fault: mailtest.Refuse("MAIL", "534 5.7.9 not so"), want: outbox.Queued, stops: true, broken: true},
		{name: "login under TLS wanted at MAIL", fault: mailtest.Refuse("MAIL", "538 5.7.11 not so"), want: outbox.Queued, stops: true, broken: true},
		{name: "login wanted at MAIL", fault: mailtest.Refuse("MAIL", "530 5.7.0 log in"), want: outbox.Queued, stops: true, broken: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p := inMemory(t, c.o)
			if c.o.Judge == nil {
				p.faults.Add(c.fault)
			}
			p.put(p.mail("a"))
			err := p.flush()
			if c.broken != (err != nil) || c.stops != errors.Is(err, outbox.ErrStopped) {
				t.Errorf("flush said %v, want an error: %v, stopped: %v", err, c.broken, c.stops)
			}
			e := p.is("a", c.want, 0)
			if c.want == outbox.Deferred {
				if wait := e.Next.Sub(p.now); wait < 3*time.Minute || wait > 5*time.Minute {
					t.Errorf("tried again in %s, want about 5 min", wait)
				}
			}
			if c.want == outbox.Failed || c.stops {
				p.now = p.now.Add(24 * time.Hour)
				_ = p.flush()
				p.is("a", c.want, 0)
			}
			if c.stops {
				if err := p.db.Update(outbox.Resume); err != nil {
					t.Fatal(err)
				}
			}
			if c.stops || c.want == outbox.Deferred && c.o.Judge == nil {
				p.now = p.now.Add(5 * time.Minute)
				if err := p.flush(); err != nil {
					t.Error(err)
				}
				p.is("a", outbox.Sent, 1)
			}
		})
	}
}

func TestBackoffDoublesUpToFourHoursUntilTheMailHasLostItsPoint(t *testing.T) {
	t.Parallel()
	p := inMemory(t, mailtest.Options{})
	p.faults.Add(mailtest.Refuse("RCPT", "450 later").Always())
	long := p.mail("a")
	long.NotAfter = opened.AddDate(0, 1, 0) // five days are the most
	p.put(long)
	last := time.Duration(0)
	for p.entry("a").State != outbox.Failed {
		_ = p.flush()
		e := p.entry("a")
		if e.State == outbox.Failed {
			break
		}
		wait := e.Next.Sub(p.now)
		if wait > 4*time.Hour || last < 2*time.Hour && wait <= last {
			t.Fatalf("try %d: waits %s after %s", e.Tries, wait, last)
		}
		last, p.now = wait, e.Next
	}
	if after := p.now.Sub(opened); after != 5*24*time.Hour {
		t.Errorf("gave up after %s, want 5 days", after)
	}
	m := p.mail("b")
	m.NotAfter = p.now.Add(7 * time.Minute)
	p.put(m)
	_ = p.flush()
	p.now = m.NotAfter
	p.faults.Clear()
	_ = p.flush()
	if e := p.is("b", outbox.Failed, 0); !strings.Contains(e.Reason, "expired") {
		t.Errorf("failed because of %q, want that it expired", e.Reason)
	}
}

func TestNobodyButEnrolledAddressesGetsMail(t *testing.T) {
	t.Parallel()
	p := inMemory(t, mailtest.Options{Domains: []string{"acme.example", "evil.example"}})
	stranger := p.mail("a")
	stranger.To = "sam@evil.example"
	p.put(stranger)
	_ = p.flush()
	p.is("a", outbox.Failed, 0)
	p.put(p.mail("b"))
	p.queue.Enrolled = func(string) bool { return false } // left since
	_ = p.flush()
	p.is("b", outbox.Failed, 0)
	p.put(p.mail("c"))
	p.queue.Enrolled = nil // nobody said who is
	_ = p.flush()
	if e := p.is("c", outbox.Failed, 0); !strings.Contains(e.Reason, "not enrolled") {
		t.Errorf("failed because of %q, want that the address is not enrolled", e.Reason)
	}
	if got := p.faults.Commands(); len(got) != 0 {
		t.Errorf("the server was asked %q, want no connection", got)
	}
}

func TestNoMoreThanTheCapGoesOutInAMinute(t *testing.T) {
	t.Parallel()
	p := inMemory(t, mailtest.Options{})
	p.cfg.PerHour = 1000
	p.restart()
	for i := range 60 {
		p.put(p.mail(fmt.Sprint(i)))
	}
	for _, want := range []int{25, 25, 50, 50, 60} {
		_ = p.flush()
		p.restart() // a restart does not reset the count
		if got := len(p.arrived()); got != want {
			t.Errorf("%d mails went out, want %d", got, want)
		}
		p.now = p.now.Add(31 * time.Second)
	}
}

func TestTheBreakerStopsALoopUntilTheOperatorResumes(t *testing.T) {
	t.Parallel()
	p := inMemory(t, mailtest.Options{})
	for i := range 40 {
		p.put(p.mail(fmt.Sprint(i)))
	}
	var err error
	for range 5 {
		err = errors.Join(err, p.flush())
		p.now = p.now.Add(time.Minute)
	}
	if !errors.Is(err, outbox.ErrStopped) {
		t.Errorf("flush said %v, want stopped", err)
	}
	if got := len(p.arrived()); got != 30 {
		t.Errorf("%d mails went out for 2 persons, want 30", got)
	}
	p.now = p.now.Add(48 * time.Hour)
	_ = p.flush()
	if got := len(p.arrived()); got != 30 {
		t.Errorf("the breaker closed by itself: %d mails", got)
	}
	_ = p.db.Update(outbox.Resume)
	_ = p.flush()
	if got := len(p.arrived()); got != 40 {
		t.Errorf("%d mails after resuming, want 40", got)
	}
}

func TestAMailThatCannotStandOnTheWireIsNotQueued(t *testing.T) {
	t.Parallel()
	p := inMemory(t, mailtest.Options{})
	for name, change := range map[string]func(*outbox.Mail){
		"no key":            func(m *outbox.Mail) { m.Key = "" },
		"a key too long":    func(m *outbox.Mail) { m.Key = strings.Repeat("k", 1025) },
		"empty Message-ID":  func(m *outbox.Mail) { m.MessageID, m.Raw = "", []byte("Message-ID: <>\r\n\r\n") },
		"control character": func(m *outbox.Mail) { m.To = "sam\x7f@acme.example" },
		"two recipients":    func(m *outbox.Mail) { m.To = "sam@acme.example,priya@acme.example" },
		"a command":         func(m *outbox.Mail) { m.To = "sam@acme.example>\r\nRCPT TO:<eve@evil.example" },
		"a parameter":       func(m *outbox.Mail) { m.To = "sam@acme.example> NOTIFY=NEVER" },
		"a display name":    func(m *outbox.Mail) { m.To = "Sam <sam@acme.example>" },
		"bad sender":        func(m *outbox.Mail) { m.From = "x y@acme.example" },
		"other Message-ID":  func(m *outbox.Mail) { m.MessageID = "b@acme.example" },
		"no Message-ID":     func(m *outbox.Mail) { m.Raw = []byte("Subject: x\r\n\r\n") },
		"two Message-IDs":   func(m *outbox.Mail) { m.Raw = append([]byte("Message-ID: <c@d>\r\n"), m.Raw...) },
		"bytes not a mail":  func(m *outbox.Mail) { m.Raw = []byte("hello") },
		"nothing after all": func(m *outbox.Mail) { m.Raw = nil },
	} {
		m := p.mail("a")
		change(&m)
		err := p.db.Update(func(tx *bbolt.Tx) error { return outbox.Put(tx, m, p.now) })
		if !errors.Is(err, outbox.ErrInvalid) {
			t.Errorf("%s: put said %v, want ErrInvalid", name, err)
		}
	}
}

func TestOneMessageIDNamesOneMail(t *testing.T) {
	t.Parallel()
	p := inMemory(t, mailtest.Options{})
	p.put(p.mail("a"))
	other := p.mail("a")
	other.Key = "b"
	err := p.db.Update(func(tx *bbolt.Tx) error { return outbox.Put(tx, other, p.now) })
	if !errors.Is(err, outbox.ErrInvalid) {
		t.Errorf("put said %v, want ErrInvalid", err)
	}
}

func TestAMailMayHaveTheNullSender(t *testing.T) {
	t.Parallel()
	p := inMemory(t, mailtest.Options{})
	m := p.mail("a")
	m.From = ""
	p.put(m)
	_ = p.flush()
	p.is("a", outbox.Sent, 1)
}

func TestLineEndsBecomeCRLF(t *testing.T) {
	t.Parallel()
	p := inMemory(t, mailtest.Options{})
	m := p.mail("a")
	m.Raw = []byte("Message-ID: <a@acme.example>\nSubject: x\r\n\none\rtwo\n\r\nthree")
	p.put(m)
	_ = p.flush()
	raw := p.arrived()[0]
	if want := "\r\nMessage-ID: <a@acme.example>\r\nSubject: x\r\n\r\none\r\ntwo\r\n\r\nthree\r\n"; !strings.HasSuffix(string(raw), want) {
		t.Errorf("arrived as %q, want %q at its end", raw, want)
	}
}

func TestPruneForgetsOnlyOldClosedMails(t *testing.T) {
	t.Parallel()
	p := inMemory(t, mailtest.Options{})
	p.put(p.mail("old"))
	_ = p.flush()
	p.faults.Add(mailtest.Refuse("RCPT", "450 later").Always())
	p.put(p.mail("open"))
	_ = p.flush()
	err := p.db.Update(func(tx *bbolt.Tx) error {
		if n, err := outbox.Prune(tx, p.now); err != nil || n != 0 {
			t.Errorf("pruned %d mails that were closed just now (%v), want none", n, err)
		}
		n, err := outbox.Prune(tx, p.now.Add(time.Hour))
		if n != 1 {
			t.Errorf("pruned %d mails, want 1", n)
		}
		list, _ := outbox.List(tx)
		if len(list) != 1 || list[0].Key != "open" {
			t.Errorf("left are %v, want the open one", list)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestTLSIsNeverGivenUp(t *testing.T) {
	t.Parallel()
	server, err := mailtest.Start(mailtest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	if err := server.AddUser("1on1", "pw"); err != nil {
		t.Fatal(err)
	}
	check := func(c outbox.Config) error {
		q, err := outbox.New(nil, c)
		if err != nil {
			return err
		}
		return q.Check(context.Background())
	}
	at := func(address, tls string) outbox.Config {
		c := outbox.Config{Host: "127.0.0.1", TLS: tls, Username: "1on1", Password: "pw", RootCAs: server.CertPool()}
		fmt.Sscanf(address, "127.0.0.1:%d", &c.Port)
		return c
	}
	for _, c := range []outbox.Config{at(server.SMTPS, "implicit"), at(server.SMTP, "starttls"), at(server.SMTP, "none")} {
		if err := check(c); err != nil {
			t.Errorf("tls %s: %v", c.TLS, err)
		}
		if c.TLS == "none" {
			continue
		}
		c.RootCAs = nil
		if err := check(c); err == nil {
			t.Errorf("tls %s: an unknown authority was trusted", c.TLS)
		}
	}
	login := at(server.SMTP, "none")
	login.Mechanism = "login"
	if err := check(login); err != nil {
		t.Errorf("mechanism login: %v", err)
	}
	server.SMTPFaults.Add(mailtest.HideCaps("STARTTLS"))
	before := len(server.SMTPFaults.Commands())
	if err := check(at(server.SMTP, "starttls")); err == nil {
		t.Error("went on without the STARTTLS that was taken out on the way")
	}
	if said := server.SMTPFaults.Commands()[before:]; slices.Contains(said, "AUTH") {
		t.Errorf("logged in without TLS: %q", said)
	}
	if err := check(outbox.Config{Host: "smtp.example.org", TLS: "none"}); err == nil {
		t.Error("tls none was taken for another host")
	}
}

func TestXOAUTH2LogsInWithAFreshToken(t *testing.T) {
	t.Parallel()
	p := inMemory(t, mailtest.Options{Token: func(user, token string) bool { return user == "1on1" && token == "good" }})
	token := "stale"
	p.cfg.Token = func(context.Context) (string, error) { return token, nil }
	p.restart()
	p.put(p.mail("a"))
	if err := p.flush(); !errors.Is(err, outbox.ErrStopped) {
		t.Errorf("a stale token said %v, want stopped", err)
	}
	token = "good"
	_ = p.db.Update(outbox.Resume)
	if err := p.flush(); err != nil {
		t.Fatal(err)
	}
	p.is("a", outbox.Sent, 1)
}

func TestRunSendsWhatIsQueuedWhileItRuns(t *testing.T) {
	t.Parallel()
	p := inMemory(t, mailtest.Options{})
	ctx, cancel := context.WithCancel(context.Background())
	var done sync.WaitGroup
	done.Go(func() {
		if err := p.queue.Run(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("Run ended with %v, want canceled", err)
		}
	})
	p.put(p.mail("a"))
	p.queue.Kick()
	for p.entry("a").State != outbox.Sent {
		time.Sleep(time.Millisecond)
	}
	cancel()
	done.Wait()
}

func TestARepetitionThatIsRefusedLeavesTheDoubt(t *testing.T) {
	onEach(t, func(t *testing.T, p *post) {
		p.faults.Add(mailtest.CutAfter("."), mailtest.Refuse("RCPT", "550 5.7.1 again?").Skip(1))
		p.put(p.mail("a"))
		_ = p.flush()
		p.now = p.now.Add(time.Hour)
		_ = p.flush()
		if e := p.is("a", outbox.Uncertain, 1); !e.Next.IsZero() || e.Reason == "" {
			t.Errorf("planned again for %s, reason %q", e.Next, e.Reason)
		}
	})
}

func TestARepetitionThatWasPutOffIsStillTheOnlyOne(t *testing.T) {
	onEach(t, func(t *testing.T, p *post) {
		p.faults.Add(
			mailtest.CutAfter(".").Times(2), mailtest.Refuse("RCPT", "450 later").Skip(1),
			mailtest.Refuse("DATA", "451 later").Skip(1),
		)
		p.put(p.mail("a"))
		for range 3 {
			_ = p.flush()
			if e := p.is("a", outbox.Uncertain, 1); e.Next.IsZero() {
				t.Error("an attempt that the server put off was counted as the repetition")
			}
			p.now = p.now.Add(time.Hour)
		}
		_ = p.flush()
		if e := p.is("a", outbox.Uncertain, 2); !e.Next.IsZero() {
			t.Errorf("a third copy is planned for %s", e.Next)
		}
	})
}

func TestAnUncertainMailToSomebodyWhoLeftIsNotRepeated(t *testing.T) {
	onEach(t, func(t *testing.T, p *post) {
		p.faults.Add(mailtest.CutAfter("."))
		p.put(p.mail("a"))
		_ = p.flush()
		p.queue.Enrolled = func(string) bool { return false }
		p.now = p.now.Add(time.Hour)
		_ = p.flush()
		p.is("a", outbox.Uncertain, 1)
	})
}

func TestAMailCutBeforeItsDotIsNotInDoubt(t *testing.T) {
	t.Parallel()
	p := inMemory(t, mailtest.Options{})
	p.faults.Add(mailtest.CutMail(20_000))
	m := p.mail("a")
	m.Raw = append(m.Raw, bytes.Repeat([]byte("a line of text\r\n"), 20_000)...)
	p.put(m)
	_ = p.flush()
	p.is("a", outbox.Deferred, 0)
	p.now = p.now.Add(5 * time.Minute)
	_ = p.flush()
	p.is("a", outbox.Sent, 1)
}

func TestSMTPUTF8IsAskedOnlyForAddressesThatNeedIt(t *testing.T) {
	onEach(t, func(t *testing.T, p *post) {
		p.faults.Add(mailtest.Edit("EHLO", func(unit []byte) []byte {
			return bytes.Replace(unit, []byte("250-8BITMIME"), []byte("250-SMTPUTF8\r\n250-8BITMIME"), 1)
		}).Always())
		p.put(p.mail("a"))
		_ = p.flush()
		p.is("a", outbox.Sent, 1)
		if said := strings.Join(p.faults.Commands(), "\n"); strings.Contains(said, "SMTPUTF8") {
			t.Errorf("SMTPUTF8 was asked for plain addresses:\n%s", said)
		}
		m := p.mail("b")
		m.To = "jürgen@acme.example"
		p.put(m)
		_ = p.flush()
		if said := strings.Join(p.faults.Commands(), "\n"); !strings.Contains(said, "SMTPUTF8") {
			t.Errorf("SMTPUTF8 was not asked for %s:\n%s", m.To, said)
		}
	})
}

func TestLineEndsAreMendedOneByOne(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]string{
		"a\r\n":      "a\r\n",
		"a":          "a\r\n",
		"a\n":        "a\r\n",
		"a\r":        "a\r\n",
		"\na\r\n":    "\r\na\r\n",
		"a\nb\r\n":   "a\r\nb\r\n",
		"a\rb\r\n":   "a\r\nb\r\n",
		"a\r\nb":     "a\r\nb\r\n",
		"a\r\r\nb\n": "a\r\n\r\nb\r\n",
	} {
		if got := outbox.CRLF([]byte(raw)); string(got) != want {
			t.Errorf("%q became %q, want %q", raw, got, want)
		}
	}
}

func FuzzLineEnds(f *testing.F) {
	for _, seed := range []string{"a\nb", "a\r\nb\r\n", "\r\r\n\n", "", "\r"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		got := outbox.CRLF(raw)
		if bytes.Contains(bytes.ReplaceAll(got, []byte("\r\n"), nil), []byte("\n")) ||
			bytes.Contains(bytes.ReplaceAll(got, []byte("\r\n"), nil), []byte("\r")) {
			t.Errorf("%q became %q, which has a bare CR or LF", raw, got)
		}
		if again := outbox.CRLF(got); !bytes.Equal(again, got) {
			t.Errorf("%q became %q, and that %q", raw, got, again)
		}
		strip := func(b []byte) string { return strings.NewReplacer("\r", "", "\n", "").Replace(string(b)) }
		if strip(raw) != strip(got) {
			t.Errorf("%q became %q: more than line ends changed", raw, got)
		}
	})
}

func FuzzAddress(f *testing.F) {
	for _, seed := range []string{"sam@acme.example", "a@b> X", "a b@c", "<a@b>", "\"a b\"@c", "a@b\r\nDATA", "ü@x"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, address string) {
		if outbox.IsAddress(address) && (strings.ContainsAny(address, "<> \t\r\n,;\x00") || strings.Count(address, "@") != 1) {
			t.Errorf("%q was taken for one plain address", address)
		}
	})
}
