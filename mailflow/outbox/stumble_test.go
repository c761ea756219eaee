package outbox_test

import (
	"bytes"
	"context"
	"net"
	"strings"
	"testing"
	"time"

	"duolog/mailflow/mailtest"
	"duolog/mailflow/outbox"
	"duolog/stumble"
)

// bug is a panic that comes once.
type bug struct{ times int }

func (b *bug) bite() {
	if b.times++; b.times == 1 {
		panic("a bug")
	}
}

// trap is a connection with a bug: when some bytes of a mail pass, or when the server answers what comes behind them.
type trap struct {
	net.Conn
	at       string // the bytes
	answered bool   // at the answer
	bug      *bug
	passed   bool
}

func (c *trap) Write(b []byte) (int, error) {
	if bytes.Contains(b, []byte(c.at)) {
		if c.passed = true; !c.answered {
			c.bug.bite()
		}
	}
	return c.Conn.Write(b)
}

func (c *trap) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	if c.passed {
		c.bug.bite()
	}
	return n, err
}

// trapAt gives the queue's connections a bug at some bytes.
func (p *post) trapAt(at string, answered bool, b *bug) {
	dial := p.cfg.DialContext
	p.cfg.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := dial(ctx, network, address)
		return &trap{Conn: conn, at: at, answered: answered, bug: b}, err
	}
	p.restart()
}

func TestAMailOverWhichWeStumbleStopsNoOtherAndNeverArrivesTwice(t *testing.T) {
	t.Parallel()
	const poison = "the words that make us stumble"
	long := strings.Repeat("a long letter\r\n", 1000) // more than one write
	for _, c := range []struct {
		name   string
		once   bool
		plant  func(p *post, raw []byte, b *bug) // the bug, for mail a
		state  outbox.State
		copies int // of both mails, before a is tried again
		end    outbox.State
	}{
		{"while it is written", true, func(p *post, raw []byte, b *bug) {
			p.queue.Fresh = func(outbox.Entry) ([]byte, error) { b.bite(); return raw, nil }
		}, outbox.Deferred, 1, outbox.Sent},
		{"while its address is looked up", false, func(p *post, _ []byte, b *bug) {
			p.queue.Enrolled = func(string) bool { b.bite(); return true }
		}, outbox.Deferred, 1, outbox.Sent},
		{"in the middle of its bytes", false, func(p *post, _ []byte, b *bug) { p.trapAt(poison, false, b) }, outbox.Deferred, 1, outbox.Sent},
		{"at the answer to its dot", false, func(p *post, _ []byte, b *bug) { p.trapAt(poison, true, b) }, outbox.Uncertain, 2, outbox.Uncertain},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p, bug := inMemory(t, mailtest.Options{}), &bug{}
			m := p.mail("a")
			m.Raw, m.Once = append(m.Raw, long+poison+"\r\n"+long...), c.once
			p.put(m)
			p.put(p.mail("b"))
			c.plant(p, m.Raw, bug)
			if err := p.flush(); !stumble.In(err) {
				t.Errorf("want the queue to tell of the bug, got %v", err)
			}
			p.is("b", outbox.Sent, c.copies)
			p.is("a", c.state, c.copies)
			for range 5 {
				if err := p.flush(); err != nil {
					t.Error(err)
				}
				p.now = p.now.Add(30 * time.Minute)
			}
			p.is("a", c.end, 2)
		})
	}
}

func TestAStumbleOverTheQueueItselfDoesNotEndRun(t *testing.T) {
	t.Parallel()
	p := inMemory(t, mailtest.Options{})
	p.put(p.mail("a"))
	p.queue.Now = func() time.Time { panic("a bug") }
	ctx, cancel := context.WithCancel(context.Background())
	var told error
	p.queue.Trouble = func(err error) { told = err; cancel() }
	if err := p.queue.Run(ctx); err != context.Canceled || !stumble.In(told) {
		t.Errorf("want Run to go on until it is stopped and to tell of the bug, got %v, %v", err, told)
	}
}
