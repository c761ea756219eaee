package mailtest

import (
	"io"
	"net"
	"sync"
)

// pipeListener accepts connections made within the process.
type pipeListener struct {
	conns     chan net.Conn
	accepting chan struct{} // closed when the server accepts
	closed    chan struct{}
	opening   sync.Once
	closing   sync.Once
}

func newPipeListener() *pipeListener {
	return &pipeListener{
		conns: make(chan net.Conn), accepting: make(chan struct{}), closed: make(chan struct{}),
	}
}

func (l *pipeListener) dial() (net.Conn, error) {
	client, server := net.Pipe()
	select {
	case l.conns <- server:
		return client, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

func (l *pipeListener) Accept() (net.Conn, error) {
	l.opening.Do(func() { close(l.accepting) })
	select {
	case conn := <-l.conns:
		return conn, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

func (l *pipeListener) Close() error {
	l.closing.Do(func() { close(l.closed) })
	return nil
}

func (l *pipeListener) Addr() net.Addr { return pipeAddr{} }

type pipeAddr struct{}

func (pipeAddr) Network() string { return "pipe" }
func (pipeAddr) String() string  { return "pipe" }

// splice copies between two connections until one ends, then closes both.
func splice(a, b net.Conn) {
	var once sync.Once
	end := func() {
		_ = a.Close()
		_ = b.Close()
	}
	var done sync.WaitGroup
	for _, pair := range [][2]net.Conn{{a, b}, {b, a}} {
		done.Go(func() {
			_, _ = io.Copy(pair[0], pair[1])
			once.Do(end)
		})
	}
	done.Wait()
}
