// Package mailtest is a mail provider in one process: an IMAP server and an
// SMTP server on loopback that deliver into the same mailboxes, for the demo
// and for tests.
//
// It receives as a real provider does: what arrives by SMTP gets Return-Path,
// Delivered-To, Received and an Authentication-Results header (RFC 8601) on
// top, and forged results in the provider's own name are removed. Whoever tests
// against it must not rely on a mail being what was sent, byte for byte; Put is
// there for that. Both servers go wrong on request (Fault), and NewFront lets
// the same faults strike a real server.
//
// Nothing is kept beyond the process unless Options.Dir says where.
package mailtest

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"log/slog"
	"math/big"
	"net"
	"strings"
	"sync"
	"time"

	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-smtp"
)

// Options describe the provider. The zero value works.
type Options struct {
	// Domains are the domains whose mail it takes. Default: acme.example.
	Domains []string
	// AuthservID is its name in Authentication-Results. Default: mx. and the
	// first domain.
	AuthservID string
	// Results gives the Authentication-Results of a mail that arrives by SMTP,
	// such as "dmarc=pass header.from=acme.example"; empty writes no header.
	// Default: Arrival.Results.
	Results func(Arrival) string
	// Judge, if not nil, may refuse a mail after its final dot: Reply makes the
	// error. Default: every mail is taken.
	Judge func(Arrival) error
	// Token tells whether an OAuth access token is good, for XOAUTH2 and
	// OAUTHBEARER. Default: nil, which offers neither.
	Token func(username, token string) bool
	// Dir is a folder in which the mailboxes are kept, see folder.go. Default:
	// none, they end with the process.
	Dir string
	// IMAP, IMAPS, SMTP and SMTPS are the addresses to listen on: plain with
	// STARTTLS, and implicit TLS. Default: 127.0.0.1:0 each.
	IMAP, IMAPS, SMTP, SMTPS string
	// Unlisted opens no port: only DialIMAP and DialSMTP reach the servers, as
	// in a testing/synctest bubble.
	Unlisted bool
	// Now is the clock of the mail that arrives. Default: time.Now.
	Now func() time.Time
	// Log hears what the servers complain of. Default: silent.
	Log *slog.Logger
}

// Server is a running provider. Its methods are safe for concurrent use.
type Server struct {
	// IMAP, IMAPS, SMTP and SMTPS are the addresses listened on.
	IMAP, IMAPS, SMTP, SMTPS string
	// IMAPFaults and SMTPFaults are what goes wrong on connections.
	IMAPFaults, SMTPFaults Faults

	opts      Options
	tls       *tls.Config
	pool      *x509.CertPool
	imap      *imapserver.Server
	smtp      *smtp.Server
	imapPipe  *pipeListener // to the servers themselves, without faults
	smtpPipe  *pipeListener
	listeners []net.Listener
	done      sync.WaitGroup

	mu     sync.Mutex
	users  map[string]*user
	conns  map[net.Conn]struct{}
	saver  *time.Timer
	lasted time.Duration // of the last save: large mailboxes are saved less often

	saving sync.Mutex // held while the mailboxes are written
	shut   bool
}

// Start runs a provider until Close.
func Start(opts Options) (*Server, error) {
	s := &Server{
		opts:     opts.complete(),
		imapPipe: newPipeListener(), smtpPipe: newPipeListener(),
		users: make(map[string]*user), conns: make(map[net.Conn]struct{}),
	}
	if err := s.certify(); err != nil {
		return nil, fmt.Errorf("make certificate: %w", err)
	}
	s.imap = s.newIMAP()
	s.smtp = s.newSMTP()
	s.serve(func() error { return s.imap.Serve(s.imapPipe) })
	s.serve(func() error { return s.smtp.Serve(s.smtpPipe) })
	<-s.imapPipe.accepting // closing a go-imap server that is not yet serving is a race in it
	<-s.smtpPipe.accepting
	if s.opts.Unlisted {
		return s, nil
	}
	for _, l := range []struct {
		address *string
		want    string
		tls     bool
		dial    func(context.Context, string, string) (net.Conn, error)
	}{
		{&s.IMAP, s.opts.IMAP, false, s.DialIMAP}, {&s.IMAPS, s.opts.IMAPS, true, s.DialIMAP},
		{&s.SMTP, s.opts.SMTP, false, s.DialSMTP}, {&s.SMTPS, s.opts.SMTPS, true, s.DialSMTP},
	} {
		listener, err := net.Listen("tcp", l.want)
		if err != nil {
			_ = s.Close()
			return nil, fmt.Errorf("listen for mail: %w", err)
		}
		*l.address = listener.Addr().String()
		if l.tls {
			listener = tls.NewListener(listener, s.tls)
		}
		s.listeners = append(s.listeners, listener)
		s.serve(func() error { return s.accept(listener, l.dial) })
	}
	return s, nil
}

func (o Options) complete() Options {
	if len(o.Domains) == 0 {
		o.Domains = []string{"acme.example"}
	}
	if o.AuthservID == "" {
		o.AuthservID = "mx." + o.Domains[0]
	}
	if o.Results == nil {
		o.Results = Arrival.Results
	}
	for _, address := range []*string{&o.IMAP, &o.IMAPS, &o.SMTP, &o.SMTPS} {
		if *address == "" {
			*address = "127.0.0.1:0"
		}
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return o
}

func (s *Server) serve(run func() error) {
	s.done.Go(func() {
		if err := run(); err != nil && !errors.Is(err, net.ErrClosed) {
			s.opts.Log.Warn("mail server ended", "error", err)
		}
	})
}

// accept joins each connection with one of dial's.
func (s *Server) accept(l net.Listener, dial func(context.Context, string, string) (net.Conn, error)) error {
	for {
		client, err := l.Accept()
		if err != nil {
			return err
		}
		server, err := dial(context.Background(), "", "")
		if err != nil {
			return errors.Join(err, client.Close())
		}
		s.done.Go(func() { splice(client, server) })
	}
}

// DialIMAP connects to the IMAP server within the process, without TLS. It fits
// inbox.Config.DialContext; network and address do not matter.
func (s *Server) DialIMAP(ctx context.Context, network, address string) (net.Conn, error) {
	return s.dial(ctx, s.imapPipe, &s.IMAPFaults, false)
}

// DialSMTP connects to the SMTP server within the process, without TLS. It fits
// outbox.Config.DialContext; network and address do not matter.
func (s *Server) DialSMTP(ctx context.Context, network, address string) (net.Conn, error) {
	return s.dial(ctx, s.smtpPipe, &s.SMTPFaults, true)
}

type withoutFaults struct{}

// WithoutFaults gives a context in which DialIMAP and DialSMTP make connections
// that no fault meets, for looking at what happened.
func WithoutFaults(ctx context.Context) context.Context {
	return context.WithValue(ctx, withoutFaults{}, true)
}

func (s *Server) dial(ctx context.Context, to *pipeListener, faults *Faults, smtp bool) (net.Conn, error) {
	if ctx.Value(withoutFaults{}) != nil {
		faults = &Faults{}
	}
	server, err := to.dial()
	if err != nil {
		return nil, err
	}
	mine, theirs := net.Pipe()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.shut {
		_ = server.Close()
		return nil, net.ErrClosed
	}
	s.conns[theirs] = struct{}{}
	s.done.Go(func() {
		relay(theirs, server, faults, smtp)
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.conns, theirs)
	})
	return mine, nil
}

// DropConnections cuts every connection, as a restart of the server does.
func (s *Server) DropConnections() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for conn := range s.conns {
		_ = conn.Close()
	}
}

// Close ends both servers and all connections, after saving the mailboxes to
// Options.Dir.
func (s *Server) Close() error {
	s.mu.Lock()
	if s.shut {
		s.mu.Unlock()
		return nil
	}
	s.shut = true
	if s.saver != nil {
		s.saver.Stop()
	}
	s.mu.Unlock()
	var errs []error
	for _, l := range s.listeners {
		errs = append(errs, l.Close())
	}
	s.DropConnections()
	errs = append(errs, s.save(), s.imap.Close(), s.smtp.Close())
	s.done.Wait()
	return errors.Join(errs...)
}

// CertPool holds the certificate that the servers show for 127.0.0.1 and
// localhost; it is made anew at each start.
func (s *Server) CertPool() *x509.CertPool { return s.pool }

// certify makes the certificate.
func (s *Server) certify() error {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	now := time.Now()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(now.UnixNano()), Subject: pkix.Name{CommonName: "mailtest"},
		NotBefore: now.Add(-time.Hour), NotAfter: now.AddDate(1, 0, 0),
		DNSNames: []string{"localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback},
		IsCA: true, BasicConstraintsValid: true,
		KeyUsage:    x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return err
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return err
	}
	s.pool = x509.NewCertPool()
	s.pool.AddCert(cert)
	s.tls = &tls.Config{
		Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}},
		MinVersion:   tls.VersionTLS12,
	}
	return nil
}

// AddUser opens a mailbox with an INBOX. The name is an address of one of the
// domains or the part before the @; mail to it, also with +anything, arrives
// there, and it logs in by that name. With Options.Dir the mails kept there
// come back.
func (s *Server) AddUser(name, password string) error {
	name = strings.ToLower(name)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.users[name] != nil {
		return fmt.Errorf("mail user %s exists", name)
	}
	u := newUser(name, password)
	if err := s.load(u); err != nil {
		return fmt.Errorf("load mails of %s: %w", name, err)
	}
	s.users[name] = u
	return nil
}

// userOf finds the mailbox of an address, nil if there is none.
func (s *Server) userOf(address string) *user {
	local, domain, found := strings.Cut(strings.ToLower(address), "@")
	local, _, _ = strings.Cut(local, "+")
	s.mu.Lock()
	defer s.mu.Unlock()
	if !found {
		return s.users[local]
	}
	if u := s.users[local+"@"+domain]; u != nil {
		return u
	}
	if !s.local(domain) {
		return nil
	}
	return s.users[local]
}

func (s *Server) local(domain string) bool {
	for _, d := range s.opts.Domains {
		if strings.EqualFold(d, domain) {
			return true
		}
	}
	return false
}
