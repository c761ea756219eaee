package outbox

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/textproto"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/wneessen/go-mail/smtp"
)

const (
	dialTimeout = 30 * time.Second
	sendTimeout = 10 * time.Minute
	quitTimeout = 10 * time.Second
	grace       = 20 * time.Second // for the mail under way when the service ends
)

// Config says which server takes our mail.
type Config struct {
	// Host is the submission server's name, as in its certificate. No default.
	// Example: smtp.example.org
	Host string
	// Port is the server's TCP port. Default: 465 with TLS implicit, else 587.
	Port int
	// TLS says how the connection is protected: implicit, starttls (refused
	// without it, never silently plain), or none, which is taken only for a
	// loopback address. Default: implicit.
	TLS string
	// Username is the login name. Empty: no login. Example: 1on1@example.org
	Username string
	// Password is the password itself, read by the caller from its file or the
	// environment. Unused with a Token.
	Password string
	// Secret gives the password as it is now and is asked at each login instead
	// of Password, so that a new one needs no new Queue. Default: nil.
	Secret func() (string, error)
	// Mechanism is how to log in: plain, login or xoauth2. Default: xoauth2
	// with a Token, else the first of plain and login that the server offers.
	Mechanism string
	// Token gives a fresh OAuth 2.0 access token for xoauth2. Default: nil.
	Token func(ctx context.Context) (string, error)
	// PerMinute is how many mails go out in a minute at most. Default: 25.
	PerMinute int
	// PerHour stops the queue when more mails than that are attempted in an
	// hour, as in a loop. Default: three times the enrolled persons, at least 30.
	PerHour int
	// Wait is how long an uncertain mail waits for a bounce before its one
	// repetition. Default: 15 minutes.
	Wait time.Duration
	// RootCAs are the certificate authorities to trust. Default: the system's.
	RootCAs *x509.CertPool
	// DialContext opens the connection. Default: a net.Dialer with 30 s.
	DialContext func(ctx context.Context, network, address string) (net.Conn, error)
}

// complete fills in the defaults and refuses what cannot work.
func (c Config) complete() (Config, error) {
	if c.TLS == "" {
		c.TLS = "implicit"
	}
	if c.Port == 0 && c.TLS == "implicit" {
		c.Port = 465
	} else if c.Port == 0 {
		c.Port = 587
	}
	if c.PerMinute <= 0 {
		c.PerMinute = 25
	}
	if c.Wait <= 0 {
		c.Wait = 15 * time.Minute
	}
	if c.Token != nil && c.Mechanism == "" {
		c.Mechanism = "xoauth2"
	}
	if c.DialContext == nil {
		c.DialContext = (&net.Dialer{Timeout: dialTimeout}).DialContext
	}
	switch {
	case c.Host == "":
		return c, errors.New("smtp: no host configured")
	case !slices.Contains([]string{"implicit", "starttls", "none"}, c.TLS):
		return c, fmt.Errorf("smtp: unknown tls setting %q", c.TLS)
	case c.TLS == "none" && !loopback(c.Host):
		return c, fmt.Errorf("smtp: tls none is for loopback only, not for %s", c.Host)
	case !slices.Contains([]string{"", "plain", "login", "xoauth2"}, c.Mechanism):
		return c, fmt.Errorf("smtp: unknown login mechanism %q", c.Mechanism)
	case c.Mechanism == "xoauth2" && c.Token == nil:
		return c, errors.New("smtp: xoauth2 needs a source of access tokens")
	}
	return c, nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// errLogin tells that the server refused the login.
var errLogin = errors.New("login refused")

// line is a connection to the submission server, logged in.
type line struct {
	conn   net.Conn // below TLS, for deadlines
	client *smtp.Client
	unbind func() bool
	dotted bool // the server may have taken the mail that was sent last
}

// connect dials and logs in. errLogin tells that the server refused the login.
func connect(ctx context.Context, cfg Config) (*line, error) {
	address := net.JoinHostPort(cfg.Host, strconv.Itoa(cfg.Port))
	dialCtx, cancel := context.WithTimeout(ctx, dialTimeout)
	defer cancel()
	conn, err := cfg.DialContext(dialCtx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("connect to %s: %w", address, err)
	}
	if err := conn.SetDeadline(time.Now().Add(sendTimeout)); err != nil {
		_ = conn.Close()
		return nil, fmt.Errorf("connect to %s: %w", address, err)
	}
	l := &line{conn: conn}
	l.unbind = context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Now().Add(grace)) })
	if err := l.open(ctx, cfg); err != nil {
		l.hangUp()
		return nil, fmt.Errorf("smtp %s: %w", address, err)
	}
	return l, nil
}

func (l *line) open(ctx context.Context, cfg Config) error {
	tlsConfig := &tls.Config{ServerName: cfg.Host, RootCAs: cfg.RootCAs, MinVersion: tls.VersionTLS12}
	conn := l.conn
	if cfg.TLS == "implicit" {
		conn = tls.Client(conn, tlsConfig)
	}
	client, err := smtp.NewClient(conn, cfg.Host)
	if err != nil {
		return fmt.Errorf("greeting: %w", err)
	}
	l.client = client
	if err := client.Hello("localhost"); err != nil {
		return fmt.Errorf("hello: %w", err)
	}
	if cfg.TLS == "starttls" {
		if ok, _ := client.Extension("STARTTLS"); !ok {
			return errors.New("server offers no STARTTLS")
		}
		if err := client.StartTLS(tlsConfig); err != nil {
			return fmt.Errorf("starttls: %w", err)
		}
	}
	if cfg.Username == "" {
		return nil
	}
	return login(ctx, client, cfg)
}

func login(ctx context.Context, client *smtp.Client, cfg Config) error {
	mechanism := cfg.Mechanism
	_, offered := client.Extension("AUTH")
	if mechanism == "" {
		mechanism = "plain"
		words := strings.Fields(strings.ToUpper(offered))
		if slices.Contains(words, "LOGIN") && !slices.Contains(words, "PLAIN") {
			mechanism = "login"
		}
	}
	var auth smtp.Auth
	password := cfg.Password
	if cfg.Secret != nil && mechanism != "xoauth2" {
		var err error
		if password, err = cfg.Secret(); err != nil {
			return err
		}
	}
	switch mechanism {
	case "plain":
		auth = smtp.PlainAuth("", cfg.Username, password, cfg.Host, cfg.TLS == "none")
	case "login":
		auth = smtp.LoginAuth(cfg.Username, password, cfg.Host, cfg.TLS == "none")
	default:
		token, err := cfg.Token(ctx)
		if err != nil {
			return fmt.Errorf("access token: %w", err)
		}
		auth = smtp.XOAuth2Auth(cfg.Username, token)
	}
	err := client.Auth(auth)
	if code := codeOf(err); code >= 500 {
		return fmt.Errorf("%w: %w", errLogin, err)
	}
	if err != nil {
		return fmt.Errorf("login: %w", err)
	}
	return nil
}

// hangUp ends the connection; what the server thinks of it does not matter.
func (l *line) hangUp() {
	l.unbind()
	if l.client != nil {
		_ = l.conn.SetDeadline(time.Now().Add(quitTimeout))
		_ = l.client.Quit()
	}
	_ = l.conn.Close()
}

// drop ends the connection without a word. After a panic the client cannot be used: its locks may be held, and QUIT would first end the
// mail under way with a dot, as if it were whole.
func (l *line) drop() {
	l.unbind()
	_ = l.conn.Close()
}

// verdict is what the server's answers mean for one mail.
type verdict int

const (
	accepted  verdict = iota // 250 to the dot
	refused                  // 5xx: final
	postponed                // 4xx, or the connection broke before the dot
	unknown                  // the dot was sent, no answer came
	locked                   // the server takes nothing from us: it wants a login, or another sender address
	aborted                  // journal said no; nothing was sent
)

func (v verdict) String() string {
	return [...]string{"accepted", "refused", "postponed", "unknown", "locked", "aborted"}[v]
}

// send submits one mail. journal is called once the recipient is accepted and
// before DATA; if it fails nothing is sent and its error is returned. usable
// tells whether the line can take another mail.
func (l *line) send(e Entry, raw []byte, journal func() error) (v verdict, usable bool, err error) {
	l.dotted = false
	if err := l.conn.SetDeadline(time.Now().Add(sendTimeout)); err != nil {
		return postponed, false, err
	}
	// SMTPUTF8 binds every server on the way (RFC 6531, 3.6): only if needed.
	l.client.SkipSMTPUTF8(ascii(e.From) && ascii(e.To))
	if err := l.client.Mail("<" + e.From + ">"); err != nil {
		v, usable, err := l.before(err)
		if v == refused && e.From != "" && ascii(e.To) { // no other mail of ours would fare better
			return locked, usable, fmt.Errorf("sender address refused: %w", err)
		}
		return v, usable, err
	}
	if err := l.client.Rcpt("<" + e.To + ">"); err != nil {
		return l.before(err)
	}
	if err := journal(); err != nil {
		return aborted, false, err
	}
	w, err := l.client.Data()
	if err != nil {
		return l.before(err)
	}
	if _, err := w.Write(raw); err != nil {
		return postponed, false, err // no dot was sent
	}
	l.dotted = true
	err = w.Close()
	switch code := codeOf(err); {
	case err == nil || code/100 == 2:
		return accepted, true, nil
	case code/100 == 5:
		return refused, true, err
	case code/100 == 4:
		return postponed, code != 421, err
	}
	return unknown, false, err
}

// before judges an answer that came before any byte of the mail was sent.
func (l *line) before(err error) (verdict, bool, error) {
	code := codeOf(err)
	switch {
	case code == 530 || code == 534 || code == 535 || code == 538:
		return locked, false, err
	case code/100 == 5:
		return refused, l.client.Reset() == nil, err
	case code/100 == 4 && code != 421:
		return postponed, l.client.Reset() == nil, err
	}
	return postponed, false, err
}

// codeOf is the reply code in err, 0 if the server gave none.
func codeOf(err error) int {
	var reply *textproto.Error
	if errors.As(err, &reply) {
		return reply.Code
	}
	return 0
}

func ascii(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r > 0x7f })
}
