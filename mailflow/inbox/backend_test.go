package inbox_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"duolog/mailflow/inbox"
	"duolog/mailflow/mailtest"
)

// mailbox is a user of some IMAP server, with faults on the way to it.
type mailbox struct {
	t      *testing.T
	cfg    inbox.Config
	faults *mailtest.Faults
	direct inbox.Config // to the same mailbox, without faults
	drop   func()       // cuts every connection
	filled int
}

// backend makes a mailbox for one test.
type backend struct {
	name string
	open func(t *testing.T) *mailbox
	hide []string
	real bool
}

var backends = []backend{
	{name: "memory", open: inMemory},
	{name: "memory without MOVE", open: inMemory, hide: []string{"MOVE"}},
	{name: "memory without MOVE, UIDPLUS", open: inMemory, hide: []string{"MOVE", "UIDPLUS"}},
	{name: "dovecot", open: inDovecot, real: true},
	{name: "dovecot without MOVE", open: inDovecot, hide: []string{"MOVE"}, real: true},
	{name: "dovecot without MOVE, UIDPLUS", open: inDovecot, hide: []string{"MOVE", "UIDPLUS"}, real: true},
}

// onEach runs a test against every server; can tells what it may expect.
func onEach(t *testing.T, run func(t *testing.T, box *mailbox, can backend)) {
	t.Parallel()
	for _, b := range backends {
		t.Run(b.name, func(t *testing.T) {
			if b.real && testing.Short() {
				t.Skip("real servers are left out of the short run")
			}
			t.Parallel()
			box := b.open(t)
			box.t = t
			if len(b.hide) > 0 {
				box.faults.Add(mailtest.HideCaps(slices.Clone(b.hide)...))
			}
			run(t, box, b)
		})
	}
}

func (b backend) moves() bool    { return !slices.Contains(b.hide, "UIDPLUS") }
func (b backend) expunges() bool { return b.moves() }

// inMemory is a mailbox of a server in this process.
func inMemory(t *testing.T) *mailbox {
	t.Helper()
	server, err := mailtest.Start(mailtest.Options{Unlisted: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := server.AddUser("1on1", "secret"); err != nil {
		t.Fatal(err)
	}
	cfg := inbox.Config{
		Host: "127.0.0.1", Port: 1, TLS: "none", Username: "1on1", Password: "secret",
		DialContext: server.DialIMAP,
	}
	direct := cfg
	direct.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		return server.DialIMAP(mailtest.WithoutFaults(ctx), network, address)
	}
	return &mailbox{cfg: cfg, direct: direct, faults: &server.IMAPFaults, drop: server.DropConnections}
}

var (
	dovecotOnce sync.Once
	dovecot     *mailtest.Dovecot
	dovecotErr  error
	users       atomic.Int64
)

// inDovecot is a mailbox of its own on the one real Dovecot of this test run.
func inDovecot(t *testing.T) *mailbox {
	t.Helper()
	dovecotOnce.Do(func() { dovecot, dovecotErr = mailtest.StartDovecot() })
	if dovecotErr != nil {
		t.Fatal(dovecotErr)
	}
	front, err := mailtest.NewFront(dovecot.IMAP, mailtest.IMAP)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := front.Close(); err != nil {
			t.Error(err)
		}
	})
	cfg := inbox.Config{
		Host: "127.0.0.1", Port: portOf(front.Addr), TLS: "none",
		Username: fmt.Sprintf("user%d", users.Add(1)), Password: mailtest.RealPassword,
	}
	direct := cfg
	direct.Port = portOf(dovecot.IMAP)
	return &mailbox{cfg: cfg, direct: direct, faults: &front.Faults, drop: front.DropConnections}
}

func TestMain(m *testing.M) {
	code := m.Run()
	if dovecot != nil {
		if err := dovecot.Close(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	os.Exit(code)
}

func portOf(address string) int {
	_, port, _ := net.SplitHostPort(address)
	n, _ := strconv.Atoi(port)
	return n
}

// session opens the mailbox through the faults.
func (m *mailbox) session() *inbox.Session {
	m.t.Helper()
	s, err := inbox.Dial(context.Background(), m.cfg, nil)
	if err != nil {
		m.t.Fatal(err)
	}
	m.t.Cleanup(func() { s.Close() })
	return s
}

// plain opens the mailbox past the faults.
func (m *mailbox) plain() *inbox.Session {
	m.t.Helper()
	s, err := inbox.Dial(context.Background(), m.direct, nil)
	if err != nil {
		m.t.Fatal(err)
	}
	m.t.Cleanup(func() { s.Close() })
	return s
}

var received = time.Date(2024, 11, 29, 9, 15, 0, 0, time.UTC)

// letter is a mail that is unlike every other, of at least the given size.
func letter(i, size int) []byte {
	raw := fmt.Appendf(nil, "From: sam@acme.example\r\nMessage-ID: <%d@acme.example>\r\nSubject: %d\r\n\r\n", i, i)
	for line := 0; len(raw) < size; line++ {
		raw = fmt.Appendf(raw, "%d: what shall we talk about in line %d?\r\n", i, line)
	}
	return raw
}

// fill puts n mails into the INBOX, unlike those before.
func (m *mailbox) fill(n int) [][]byte {
	m.t.Helper()
	s := m.plain()
	var raws [][]byte
	for i := range n {
		raws = append(raws, letter(m.filled, 200))
		m.filled++
		if err := s.Append(context.Background(), "INBOX", raws[i], received); err != nil {
			m.t.Fatal(err)
		}
	}
	return raws
}

// fetchAll reads every mail in a folder.
func fetchAll(s *inbox.Session, folder string) ([]inbox.Message, error) {
	ctx := context.Background()
	if err := s.Select(ctx, folder); err != nil {
		return nil, err
	}
	ids, err := s.Unknown(ctx, nil)
	if err != nil {
		return nil, err
	}
	var all []inbox.Message
	err = s.Fetch(ctx, ids, func(batch []inbox.Message) error {
		all = append(all, batch...)
		return nil
	})
	return all, err
}

// holds fails unless the folder holds these mails and no others.
func (m *mailbox) holds(folder string, want [][]byte) {
	m.t.Helper()
	all, err := fetchAll(m.plain(), folder)
	if err != nil {
		m.t.Fatal(err)
	}
	m.same(folder, all, want)
}

func (m *mailbox) same(where string, got []inbox.Message, want [][]byte) {
	m.t.Helper()
	left := slices.Clone(want)
	for _, g := range got {
		i := slices.IndexFunc(left, func(w []byte) bool { return bytes.Equal(g.Raw, w) })
		if i < 0 {
			m.t.Errorf("%s holds a mail that it should not, or not whole: %s, %d octets, broken: %v", where, g.ID, len(g.Raw), g.Broken)
			continue
		}
		left = slices.Delete(left, i, i+1)
	}
	if len(left) > 0 {
		m.t.Errorf("%s holds %d mails, %d are missing", where, len(got), len(left))
	}
}

var errStop = errors.New("stop here")
