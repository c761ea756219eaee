package mailtest

import (
	"bytes"
	"io"
	"net"
	"testing"
	"time"
)

// Without faults a relay passes on nothing but what was said, in its order,
// whatever that is, and ends with its connections.
func FuzzRelay(f *testing.F) {
	f.Add([]byte("a1 LOGIN {3}\r\nfoo {3+}\r\nbar\r\na2 IDLE\r\nDONE\r\n"), []byte("* OK hi\r\na1 OK\r\n* 1 FETCH (BODY[] {5}\r\nhello)\r\na2 OK\r\n"), false)
	f.Add([]byte("EHLO x\r\nMAIL FROM:<a@b>\r\nDATA\r\nSubject: x\r\n\r\n.\r\nQUIT\r\n"), []byte("220 hi\r\n250-x\r\n250 y\r\n354 go\r\n250 ok\r\n"), true)
	f.Add([]byte("a {99}\r\nx"), []byte("250-\r\n334 x\r\n"), true)
	f.Add([]byte("a {9223372036854775807+}\r\n"), []byte("* {9223372036854775807}\r\n"), false)
	f.Add([]byte("a STARTTLS\r\n\x16\x03"), []byte("* OK\r\na OK go\r\n\x16\x03"), false)
	f.Fuzz(func(t *testing.T, said, answered []byte, smtp bool) {
		client, front := net.Pipe()
		back, server := net.Pipe()
		var faults Faults
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			relay(front, back, &faults, smtp)
		}()
		heard, got := make(chan []byte, 1), make(chan []byte, 1)
		for _, end := range []struct {
			conn  net.Conn
			says  []byte
			hears chan []byte
		}{{client, said, heard}, {server, answered, got}} {
			_ = end.conn.SetDeadline(time.Now().Add(20 * time.Millisecond))
			go func() {
				b, _ := io.ReadAll(end.conn)
				end.hears <- b
			}()
			go func() { _, _ = end.conn.Write(end.says) }()
		}
		if b := <-heard; !bytes.HasPrefix(answered, b) {
			t.Errorf("the server said %q, the client heard %q", answered, b)
		}
		if b := <-got; !bytes.HasPrefix(said, b) {
			t.Errorf("the client said %q, the server heard %q", said, b)
		}
		_ = client.Close()
		_ = server.Close()
		<-ended
	})
}
