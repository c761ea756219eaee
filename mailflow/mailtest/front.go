package mailtest

import (
	"fmt"
	"net"
	"sync"
)

// Protocol is what a Front understands of what it passes on.
type Protocol int

// The protocols of a Front.
const (
	IMAP Protocol = iota
	SMTP
)

// Front stands before a server that listens without TLS and lets faults strike
// on the way.
type Front struct {
	// Addr is the address on loopback to connect to.
	Addr string
	// Faults is what goes wrong.
	Faults Faults

	listener net.Listener
	done     sync.WaitGroup
	mu       sync.Mutex
	conns    map[net.Conn]struct{}
}

// NewFront listens on loopback and passes every connection on to target.
func NewFront(target string, p Protocol) (*Front, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listen before %s: %w", target, err)
	}
	f := &Front{Addr: listener.Addr().String(), listener: listener, conns: make(map[net.Conn]struct{})}
	f.done.Go(func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			f.done.Go(func() { f.pass(client, target, p) })
		}
	})
	return f, nil
}

func (f *Front) pass(client net.Conn, target string, p Protocol) {
	server, err := net.Dial("tcp", target)
	if err != nil {
		_ = client.Close()
		return
	}
	f.mu.Lock()
	f.conns[client] = struct{}{}
	f.mu.Unlock()
	relay(client, server, &f.Faults, p == SMTP)
	f.mu.Lock()
	delete(f.conns, client)
	f.mu.Unlock()
}

// DropConnections cuts every connection.
func (f *Front) DropConnections() {
	f.mu.Lock()
	defer f.mu.Unlock()
	for conn := range f.conns {
		_ = conn.Close()
	}
}

// Close ends the front and every connection through it.
func (f *Front) Close() error {
	err := f.listener.Close()
	f.DropConnections()
	f.done.Wait()
	return err
}
