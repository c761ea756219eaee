package outbox_test

import (
	"context"
	"errors"
	"net"
	"sync"
	"testing"
	"time"

	"duolog/mailflow/mailtest"
	"duolog/mailflow/outbox"
)

// watched is a connection that tells what is done to it.
type watched struct {
	net.Conn
	mu       sync.Mutex
	deadline time.Time
	closed   bool
	blind    bool // something was read or written without a deadline
}

func (w *watched) SetDeadline(at time.Time) error {
	w.mu.Lock()
	w.deadline = at
	w.mu.Unlock()
	return w.Conn.SetDeadline(at)
}

func (w *watched) left() time.Duration {
	w.mu.Lock()
	defer w.mu.Unlock()
	return time.Until(w.deadline)
}

func (w *watched) look() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.deadline.IsZero() {
		w.blind = true
	}
}

func (w *watched) Read(b []byte) (int, error)  { w.look(); return w.Conn.Read(b) }
func (w *watched) Write(b []byte) (int, error) { w.look(); return w.Conn.Write(b) }

func (w *watched) Close() error {
	w.mu.Lock()
	w.closed = true
	w.mu.Unlock()
	return w.Conn.Close()
}

// watch gives the connections that the queue opens from now on, and whether each dial had a deadline.
func (p *post) watch() (all func() []*watched, patient func() bool) {
	var mu sync.Mutex
	var conns []*watched
	endless := false
	dial := p.cfg.DialContext
	p.cfg.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := dial(ctx, network, address)
		if err != nil {
			return nil, err
		}
		mu.Lock()
		defer mu.Unlock()
		if at, ok := ctx.Deadline(); !ok || time.Until(at) > 30*time.Second {
			endless = true
		}
		w := &watched{Conn: conn}
		conns = append(conns, w)
		return w, nil
	}
	p.restart()
	all = func() []*watched {
		mu.Lock()
		defer mu.Unlock()
		return conns
	}
	return all, func() bool { return !endless }
}

func TestNoConnectionIsLeftOpenAndNoneIsWaitedForWithoutEnd(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]mailtest.Fault{
		"all well":                {},
		"refused login":           mailtest.Refuse("AUTH", "535 no"),
		"refused greeting":        mailtest.Edit("GREETING", func([]byte) []byte { return []byte("554 no\r\n") }),
		"no answer to the dot":    mailtest.CutAfter("."),
		"closing":                 mailtest.Refuse("MAIL", "421 closing"),
		"recipient refused":       mailtest.Refuse("RCPT", "550 no"),
		"reset refused as well":   mailtest.Refuse("RCPT", "550 no"),
		"cut while it says hello": mailtest.CutAt("EHLO", 3),
	} {
		p := inMemory(t, mailtest.Options{})
		conns, patient := p.watch()
		p.faults.Add(fault)
		if name == "reset refused as well" {
			p.faults.Add(mailtest.Refuse("RSET", "500 no"))
		}
		_ = p.queue.Check(context.Background())
		p.put(p.mail("a"))
		p.put(p.mail("b"))
		_ = p.flush()
		if len(conns()) < 2 || !patient() {
			t.Errorf("%s: %d connections, each dialed for 30 s at most: %v", name, len(conns()), patient())
		}
		for _, c := range conns() {
			if !c.closed || c.blind {
				t.Errorf("%s: closed %v, used without a deadline %v", name, c.closed, c.blind)
			}
		}
	}
}

func TestAMailUnderWayWhenTheServiceEndsGetsSecondsMore(t *testing.T) {
	t.Parallel()
	p := inMemory(t, mailtest.Options{})
	conns, _ := p.watch()
	p.faults.Add(mailtest.Stall("DATA"))
	p.put(p.mail("a"))
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() {
		_, err := p.queue.Flush(ctx)
		done <- err
	}()
	for p.faults.Fired() == 0 {
		time.Sleep(time.Millisecond)
	}
	if left := conns()[0].left(); left < 9*time.Minute || left > 10*time.Minute {
		t.Errorf("a mail has %s, want ten minutes", left)
	}
	cancel()
	for conns()[0].left() > time.Minute {
		time.Sleep(time.Millisecond)
	}
	p.drop()
	if err := <-done; err != nil && !errors.Is(err, context.Canceled) {
		t.Errorf("flush said %v", err)
	}
	if e := p.is("a", outbox.Deferred, 0); e.Next.IsZero() {
		t.Error("it is not tried again")
	}
}

func TestADeadlineIsThatOfEachMail(t *testing.T) {
	t.Parallel()
	p := inMemory(t, mailtest.Options{})
	conns, _ := p.watch()
	var first, second time.Time
	p.faults.Add(mailtest.Edit("MAIL", func(unit []byte) []byte {
		w := conns()[0]
		w.mu.Lock()
		defer w.mu.Unlock()
		first, second = second, w.deadline
		return unit
	}).Always())
	p.put(p.mail("a"))
	p.put(p.mail("b"))
	_ = p.flush()
	p.is("b", outbox.Sent, 2)
	if !second.After(first) || first.IsZero() {
		t.Errorf("the second mail has until %s, the first had until %s: want more time for each", second, first)
	}
}
