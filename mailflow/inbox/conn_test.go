package inbox

import (
	"net"
	"testing"
	"testing/synctest"
	"time"
)

// A mail over a slow line may take as long as it likes, as long as something comes.
func TestASlowLineIsWaitedForAndASilentOneIsNot(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ours, theirs := net.Pipe()
		defer theirs.Close()
		c := &patientConn{Conn: ours}
		defer c.Close()
		c.allow(commandTimeout)
		go func() {
			for range 5 {
				time.Sleep(commandTimeout - time.Second)
				_, _ = theirs.Write([]byte("x"))
			}
		}()
		b := make([]byte, 1)
		for i := range 5 {
			_ = c.SetReadDeadline(time.Now().Add(time.Millisecond)) // as go-imap does
			if _, err := c.Read(b); err != nil {
				t.Fatalf("byte %d: %v", i, err)
			}
		}
		began := time.Now()
		if _, err := c.Read(b); err == nil || time.Since(began) != commandTimeout {
			t.Errorf("silence was waited for %s (%v), want %s", time.Since(began), err, commandTimeout)
		}
		go func() { _, _ = theirs.Write([]byte("x")) }()
		if _, err := c.Read(b); err == nil {
			t.Error("a connection that failed is read again")
		}
		began = time.Now()
		if _, err := c.Write(make([]byte, 2)); err == nil && time.Since(began) > commandTimeout {
			t.Errorf("a write was waited for %s", time.Since(began))
		}
	})
}
