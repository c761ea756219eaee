package inbox

import (
	"net"
	"sync"
	"time"
)

const (
	dialTimeout    = 30 * time.Second
	commandTimeout = 60 * time.Second // without a byte, with a command open
	idleTimeout    = 6 * time.Minute  // without a byte, in IDLE
)

// patientConn is a connection whose deadlines are ours. go-imap arms its own
// while it reads one response and clears them after, so that a server that
// goes silent between responses is waited for without end; those calls are
// ignored here, and every read gets the time that Session.allow states.
type patientConn struct {
	net.Conn

	mu    sync.Mutex
	limit time.Duration // silence allowed; zero: any
	ended error         // what ended reading
	heard bool          // a byte came
}

// silent tells whether the other side never said anything.
func (c *patientConn) silent() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return !c.heard
}

// allow sets how long the other side may be silent from now on, also for the
// read that is already waiting. Zero means any time.
func (c *patientConn) allow(limit time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.limit = limit
	c.arm()
}

func (c *patientConn) arm() {
	var deadline time.Time
	if c.limit > 0 {
		deadline = time.Now().Add(c.limit)
	}
	// A connection that is closed already says so at the next read.
	_ = c.Conn.SetReadDeadline(deadline)
}

// Read fails for ever once it failed: go-imap's decoder asks up to four times
// before it believes that the other side is silent.
func (c *patientConn) Read(b []byte) (int, error) {
	c.mu.Lock()
	if c.ended != nil {
		defer c.mu.Unlock()
		return 0, c.ended
	}
	c.arm()
	c.mu.Unlock()
	n, err := c.Conn.Read(b)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.heard = c.heard || n > 0
	if err != nil {
		c.ended = err
	}
	return n, err
}

func (c *patientConn) Write(b []byte) (int, error) {
	if err := c.Conn.SetWriteDeadline(time.Now().Add(commandTimeout)); err != nil {
		return 0, err
	}
	return c.Conn.Write(b)
}

func (c *patientConn) SetDeadline(time.Time) error      { return nil }
func (c *patientConn) SetReadDeadline(time.Time) error  { return nil }
func (c *patientConn) SetWriteDeadline(time.Time) error { return nil }
