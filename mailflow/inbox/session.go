package inbox

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"slices"
	"strconv"
	"strings"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
)

// Session is one logged-in connection with a mailbox opened. It belongs to one
// goroutine at a time. When a method's ctx ends, the connection is closed and
// the session is of no further use.
type Session struct {
	cfg    Config
	log    *slog.Logger
	conn   *patientConn
	client *imapclient.Client
	caps   imap.CapSet

	folder   string        // the selected mailbox, by its configured name
	validity uint32        // its UIDVALIDITY
	prefix   string        // of the personal namespace, such as "INBOX."
	delim    string        // between the levels of a folder's name
	news     chan struct{} // holds a token when the server announced mail
}

// Dial connects, logs in, makes the Done and Held folders where they are
// missing, and opens the mailbox. The error is ErrLogin if the server refused
// the login. A nil logger is silent.
func Dial(ctx context.Context, cfg Config, log *slog.Logger) (*Session, error) {
	cfg, err := cfg.complete()
	if err != nil {
		return nil, err
	}
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	s := &Session{cfg: cfg, log: log}
	if err := s.dial(ctx); err != nil {
		return nil, err
	}
	return s, nil
}

// complete fills in the defaults and refuses what cannot work.
func (c Config) complete() (Config, error) {
	c.Mailbox = cmp.Or(c.Mailbox, "INBOX")
	c.Done = cmp.Or(c.Done, "Done")
	c.Held = cmp.Or(c.Held, "Held")
	c.TLS = cmp.Or(c.TLS, "implicit")
	if c.Token != nil {
		c.Mechanism = cmp.Or(c.Mechanism, "xoauth2")
	}
	c.Mechanism = cmp.Or(c.Mechanism, "plain")
	if c.Port == 0 && c.TLS == "implicit" {
		c.Port = 993
	}
	c.Port = cmp.Or(c.Port, 143)
	if c.DialContext == nil {
		c.DialContext = (&net.Dialer{Timeout: dialTimeout}).DialContext
	}
	switch {
	case c.Host == "":
		return c, errors.New("imap: no host configured")
	case !slices.Contains([]string{"implicit", "starttls", "none"}, c.TLS):
		return c, fmt.Errorf("imap: unknown tls setting %q", c.TLS)
	case c.TLS == "none" && !loopback(c.Host):
		return c, fmt.Errorf("imap: tls none is for loopback only, not for %s", c.Host)
	case !slices.Contains([]string{"plain", "xoauth2", "oauthbearer"}, c.Mechanism):
		return c, fmt.Errorf("imap: unknown login mechanism %q", c.Mechanism)
	case c.Mechanism != "plain" && c.Token == nil:
		return c, fmt.Errorf("imap: %s needs a source of access tokens", c.Mechanism)
	}
	return c, nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// dial does Dial's work; also again, when a mail made the server hang up.
func (s *Session) dial(ctx context.Context) error {
	address := net.JoinHostPort(s.cfg.Host, strconv.Itoa(s.cfg.Port))
	dialCtx, cancel := context.WithTimeout(ctx, dialTimeout)
	defer cancel()
	conn, err := s.cfg.DialContext(dialCtx, "tcp", address)
	if err != nil {
		return unreached{fmt.Errorf("connect to %s: %w", address, err)}
	}
	s.conn = &patientConn{Conn: conn}
	s.news = make(chan struct{}, 1)
	err = s.open(ctx)
	if err != nil {
		_ = s.Close()
		return fmt.Errorf("imap %s: %w", address, err)
	}
	return nil
}

// unreached is an error of a connection on which no server said a word.
type unreached struct{ error }

func (u unreached) Unwrap() error { return u.error }

// open speaks the protocol up to the selected mailbox.
func (s *Session) open(ctx context.Context) error {
	if err := s.greet(ctx); err != nil {
		err = fmt.Errorf("greeting: %w", err)
		if s.conn.silent() {
			return unreached{err}
		}
		return err
	}
	if err := s.login(ctx); err != nil {
		return err
	}
	if err := s.namespace(ctx); err != nil {
		return err
	}
	for _, folder := range []string{s.cfg.Done, s.cfg.Held} {
		if err := s.ensure(ctx, folder); err != nil {
			return err
		}
	}
	return s.Select(ctx, s.cfg.Mailbox)
}

func (s *Session) greet(ctx context.Context) error {
	tlsConfig := &tls.Config{
		ServerName: s.cfg.Host, RootCAs: s.cfg.RootCAs, MinVersion: tls.VersionTLS12,
	}
	options := &imapclient.Options{
		TLSConfig: tlsConfig,
		UnilateralDataHandler: &imapclient.UnilateralDataHandler{
			Mailbox: s.announced,
		},
	}
	return s.command(ctx, func() error {
		var err error
		switch s.cfg.TLS {
		case "implicit":
			s.client = imapclient.New(tls.Client(s.conn, tlsConfig), options)
		case "starttls":
			s.client, err = imapclient.NewStartTLS(s.conn, options)
		default:
			s.client = imapclient.New(s.conn, options)
		}
		if err != nil {
			return fmt.Errorf("starttls: %w", err)
		}
		return s.client.WaitGreeting()
	})
}

// announced hears what the server says unasked: new mail leaves a token.
func (s *Session) announced(news *imapclient.UnilateralDataMailbox) {
	if news.NumMessages == nil {
		return
	}
	select {
	case s.news <- struct{}{}:
	default:
	}
}

// Close ends the connection without ceremony; the server loses nothing by it.
func (s *Session) Close() error {
	err := s.conn.Close()
	if s.client != nil {
		_ = s.client.Close() // waits for the reader to stop
	}
	if errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}

// command runs one exchange with the server under a deadline of ours and ends
// the connection with ctx.
func (s *Session) command(ctx context.Context, exchange func() error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	s.conn.allow(commandTimeout)
	defer s.conn.allow(0)
	stop := context.AfterFunc(ctx, func() { _ = s.conn.Close() })
	defer stop()
	err := exchange()
	if err != nil && ctx.Err() != nil {
		return ctx.Err()
	}
	return err
}

// lost tells whether err ended the connection. A NO or BAD does not.
func lost(err error) bool {
	var status *imap.Error
	return err != nil && (!errors.As(err, &status) || status.Type == imap.StatusResponseTypeBye)
}

// Select opens another folder; Unknown, Fetch, Move and Delete then speak of
// that one. Dial opens Config.Mailbox.
func (s *Session) Select(ctx context.Context, folder string) error {
	err := s.command(ctx, func() error {
		box, err := s.client.Select(s.serverName(folder), nil).Wait()
		if err != nil {
			return err
		}
		if box.UIDValidity == 0 {
			return errors.New("server gives no UIDVALIDITY, so its numbers mean nothing")
		}
		s.folder, s.validity = folder, box.UIDValidity
		return nil
	})
	if err != nil {
		return fmt.Errorf("open folder %s: %w", folder, err)
	}
	return nil
}

// Folder is the configured name of the opened folder.
func (s *Session) Folder() string { return s.folder }

// maxListed bounds the answer to a SEARCH; a hostile "1:4294967295" would fill
// the memory.
const maxListed = 5_000_000

// Unknown gives the id of every mail in the opened folder that known does not
// know, in the order of arrival. A nil known knows nothing.
func (s *Session) Unknown(ctx context.Context, known func(ID) bool) ([]ID, error) {
	uids, err := s.search(ctx, &imap.SearchCriteria{})
	if err != nil {
		return nil, err
	}
	var ids []ID
	for _, uid := range uids {
		id := ID{Validity: s.validity, UID: uint32(uid)}
		if known == nil || !known(id) {
			ids = append(ids, id)
		}
	}
	return ids, nil
}

// search gives the UIDs that match, ascending.
func (s *Session) search(ctx context.Context, criteria *imap.SearchCriteria) ([]imap.UID, error) {
	var set imap.UIDSet
	err := s.command(ctx, func() error {
		found, err := s.client.UIDSearch(criteria, nil).Wait()
		if err != nil {
			return err
		}
		set, _ = found.All.(imap.UIDSet)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("search folder %s: %w", s.folder, err)
	}
	var listed uint64
	for _, r := range set {
		listed += uint64(r.Stop) - uint64(r.Start) + 1
		if r.Start == 0 || r.Stop < r.Start || listed > maxListed {
			return nil, fmt.Errorf("search folder %s: server lists %s", s.folder, set)
		}
	}
	uids, _ := set.Nums()
	slices.Sort(uids)
	return slices.Compact(uids), nil
}

// uids gives the UIDs of ids, which must be of the opened folder.
func (s *Session) uids(ids []ID) ([]imap.UID, error) {
	uids := make([]imap.UID, 0, len(ids))
	for _, id := range ids {
		if id.Validity != s.validity || id.UID == 0 {
			return nil, fmt.Errorf("mail %s in folder %s: %w", id, s.folder, ErrStale)
		}
		uids = append(uids, imap.UID(id.UID))
	}
	slices.Sort(uids)
	return slices.Compact(uids), nil
}

// namespace learns where the user's folders live: some servers want them all
// under "INBOX." (RFC 2342).
func (s *Session) namespace(ctx context.Context) error {
	s.prefix, s.delim = "", ""
	if !s.caps.Has(imap.CapNamespace) {
		return nil
	}
	return s.command(ctx, func() error {
		spaces, err := s.client.Namespace().Wait()
		if lost(err) {
			return fmt.Errorf("namespace: %w", err)
		}
		if err == nil && len(spaces.Personal) > 0 {
			s.prefix = spaces.Personal[0].Prefix
			if d := spaces.Personal[0].Delim; d != 0 {
				s.delim = string(d)
			}
		}
		return nil
	})
}

// serverName is the configured folder's name as the server spells it.
func (s *Session) serverName(folder string) string {
	if strings.EqualFold(folder, "INBOX") {
		return "INBOX"
	}
	if s.delim != "" {
		folder = strings.ReplaceAll(folder, "/", s.delim)
	}
	if strings.HasPrefix(folder, s.prefix) {
		return folder
	}
	return s.prefix + folder
}

// ensure makes the folder if the server does not have it.
func (s *Session) ensure(ctx context.Context, folder string) error {
	name := s.serverName(folder)
	return s.command(ctx, func() error {
		_, err := s.client.Status(name, &imap.StatusOptions{UIDNext: true}).Wait()
		if err == nil {
			return nil
		}
		if lost(err) {
			return fmt.Errorf("look for folder %s: %w", folder, err)
		}
		err = s.client.Create(name, nil).Wait()
		var no *imap.Error
		if errors.As(err, &no) && no.Code == imap.ResponseCodeAlreadyExists {
			return nil
		}
		if err != nil {
			return fmt.Errorf("make folder %s: %w", folder, err)
		}
		return nil
	})
}
