package mailtest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/mail"
	"strconv"
	"strings"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// Arrival is a mail that a client handed in by SMTP.
type Arrival struct {
	// User is who logged in, empty if nobody did.
	User string
	// From and To are the envelope; a mail to several people arrives for each.
	From, To string
	// HeaderFrom is the address of the From header, empty if it is not one.
	HeaderFrom string
	// Raw is the mail as it was handed in.
	Raw []byte
	// local tells whether HeaderFrom is of the provider's own domains.
	local bool
}

// Results is what a careful provider says of a mail: dmarc=pass for a user who
// writes in the own name, dmarc=fail for others who use the provider's domain,
// dmarc=none for the rest of the world.
func (a Arrival) Results() string {
	local, domain, _ := strings.Cut(strings.ToLower(a.HeaderFrom), "@")
	local, _, _ = strings.Cut(local, "+")
	verdict := "none"
	switch {
	case a.User != "" && (a.User == local || a.User == local+"@"+domain):
		verdict = "pass"
	case a.local || a.User != "":
		verdict = "fail"
	}
	if domain == "" {
		return "none"
	}
	return "dmarc=" + verdict + " header.from=" + domain
}

// Reply makes an error for Options.Judge of an SMTP reply such as
// "451 4.3.0 try again later".
func Reply(line string) error {
	code, text, _ := strings.Cut(line, " ")
	n, err := strconv.Atoi(code)
	if err != nil || n < 400 || n > 599 {
		n, text = 554, line
	}
	return &smtp.SMTPError{Code: n, EnhancedCode: smtp.NoEnhancedCode, Message: text}
}

func (s *Server) newSMTP() *smtp.Server {
	server := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) {
		return &submission{server: s}, nil
	}))
	server.Domain = s.opts.AuthservID
	server.TLSConfig = s.tls
	server.AllowInsecureAuth = true // loopback
	server.MaxMessageBytes = 50 << 20
	server.MaxLineLength = 1 << 20
	server.ErrorLog = complaints{s.opts.Log}
	return server
}

// submission is one SMTP connection.
type submission struct {
	server *Server
	user   string
	from   string
	to     []string
}

func (s *submission) AuthMechanisms() []string {
	if s.server.opts.Token == nil {
		return []string{"PLAIN", "LOGIN"}
	}
	return []string{"PLAIN", "LOGIN", "XOAUTH2"}
}

func (s *submission) Auth(mechanism string) (sasl.Server, error) {
	server := s.server.saslServer(mechanism, func(u *user) { s.user = u.name }, smtp.ErrAuthFailed)
	if server == nil {
		return nil, smtp.ErrAuthUnknownMechanism
	}
	return server, nil
}

func (s *submission) Mail(from string, _ *smtp.MailOptions) error {
	s.from = from
	return nil
}

func (s *submission) Rcpt(to string, _ *smtp.RcptOptions) error {
	if s.server.userOf(to) == nil {
		return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such user"}
	}
	s.to = append(s.to, to)
	return nil
}

func (s *submission) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	for _, to := range s.to {
		if err := s.server.receive(Arrival{User: s.user, From: s.from, To: to, Raw: raw}); err != nil {
			return err
		}
	}
	return nil
}

func (s *submission) Reset()        { s.from, s.to = "", nil }
func (s *submission) Logout() error { return nil }

func (s *Server) receive(a Arrival) error {
	u := s.userOf(a.To)
	if u == nil {
		return errors.New("no such user")
	}
	header, _ := headerAndBody(a.Raw)
	if m, err := mail.ReadMessage(bytes.NewReader(header)); err == nil {
		if from, err := mail.ParseAddress(m.Header.Get("From")); err == nil {
			a.HeaderFrom = from.Address
			_, domain, _ := strings.Cut(from.Address, "@")
			a.local = s.local(domain)
		}
	}
	if s.opts.Judge != nil {
		if err := s.opts.Judge(a); err != nil {
			return err
		}
	}
	now := s.opts.Now()
	u.add("INBOX", s.stamp(a, now), now, nil)
	s.changed()
	return nil
}

// stamp gives the mail as a receiving server stores it: its own trace on top,
// and no results in its own name from elsewhere (RFC 8601, 5).
func (s *Server) stamp(a Arrival, now time.Time) []byte {
	header, body := headerAndBody(a.Raw)
	var out bytes.Buffer
	fmt.Fprintf(&out, "Return-Path: <%s>\r\nDelivered-To: %s\r\n", a.From, a.To)
	if results := s.opts.Results(a); results != "" {
		fmt.Fprintf(&out, "Authentication-Results: %s; %s\r\n", s.opts.AuthservID, results)
	}
	fmt.Fprintf(&out, "Received: from localhost by %s with ESMTP;\r\n\t%s\r\n",
		s.opts.AuthservID, now.Format(time.RFC1123Z))
	for _, field := range fields(header) {
		if !s.forged(field) {
			out.Write(field)
		}
	}
	out.Write(body)
	return out.Bytes()
}

// forged tells whether a field claims to be our own Authentication-Results.
func (s *Server) forged(field []byte) bool {
	name, value, _ := strings.Cut(string(field), ":")
	if !strings.EqualFold(strings.TrimSpace(name), "Authentication-Results") {
		return false
	}
	id, _, _ := strings.Cut(value, ";")
	id, _, _ = strings.Cut(strings.TrimSpace(id), " ")
	return strings.EqualFold(id, s.opts.AuthservID)
}

// headerAndBody splits raw before the empty line.
func headerAndBody(raw []byte) (header, body []byte) {
	if bytes.HasPrefix(raw, []byte("\r\n")) {
		return nil, raw
	}
	if i := bytes.Index(raw, []byte("\r\n\r\n")); i >= 0 {
		return raw[:i+2], raw[i+2:]
	}
	return raw, nil
}

// fields splits a header into its fields, folded lines included.
func fields(header []byte) [][]byte {
	var out [][]byte
	for line := range bytes.Lines(header) {
		if len(out) > 0 && (line[0] == ' ' || line[0] == '\t') {
			out[len(out)-1] = append(out[len(out)-1], line...)
			continue
		}
		out = append(out, bytes.Clone(line))
	}
	return out
}

// Put stores a mail in a user's folder as it is, received at the given time.
// The folder is made if missing.
func (s *Server) Put(name, folder string, raw []byte, received time.Time) error {
	u := s.userOf(name)
	if u == nil {
		return fmt.Errorf("no mail user %s", name)
	}
	u.add(folder, raw, received, nil)
	s.changed()
	return nil
}
