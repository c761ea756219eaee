package mailtest

import (
	"fmt"
	"log/slog"
	"strings"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"
	"github.com/emersion/go-sasl"
)

func (s *Server) newIMAP() *imapserver.Server {
	return imapserver.New(&imapserver.Options{
		NewSession: func(*imapserver.Conn) (imapserver.Session, *imapserver.GreetingData, error) {
			return &session{server: s, UserSession: imapmemserver.NewUserSession(nil)}, nil, nil
		},
		Caps: imap.CapSet{
			imap.CapIMAP4rev1: {}, imap.CapNamespace: {}, imap.CapUIDPlus: {}, imap.CapMove: {},
		},
		TLSConfig:    s.tls,
		InsecureAuth: true, // loopback
		Logger:       complaints{s.opts.Log},
	})
}

type complaints struct{ log *slog.Logger }

func (c complaints) Printf(format string, args ...any) { c.log.Warn(fmt.Sprintf(format, args...)) }
func (c complaints) Println(args ...any)               { c.log.Warn(fmt.Sprint(args...)) }

// session is one IMAP login. It is the memory server's own, but that it takes
// access tokens and has changes saved.
type session struct {
	*imapmemserver.UserSession
	server *Server
}

func (s *session) Login(username, password string) error {
	u := s.server.userOf(username)
	if u == nil || u.password != password {
		return imapserver.ErrAuthFailed
	}
	s.UserSession = imapmemserver.NewUserSession(u.box)
	return nil
}

func (s *session) AuthenticateMechanisms() []string {
	if s.server.opts.Token == nil {
		return []string{"PLAIN"}
	}
	return []string{"PLAIN", "XOAUTH2", "OAUTHBEARER"}
}

func (s *session) Authenticate(mechanism string) (sasl.Server, error) {
	server := s.server.saslServer(mechanism, func(u *user) {
		s.UserSession = imapmemserver.NewUserSession(u.box)
	}, imapserver.ErrAuthFailed)
	if server == nil {
		return nil, &imap.Error{Type: imap.StatusResponseTypeNo, Text: "mechanism not offered"}
	}
	return server, nil
}

// saslServer gives the server's side of a login, nil for an unknown mechanism.
func (s *Server) saslServer(mechanism string, login func(*user), refused error) sasl.Server {
	byToken := func(username, token string) bool {
		u := s.userOf(username)
		if u == nil || !s.opts.Token(username, token) {
			return false
		}
		login(u)
		return true
	}
	switch strings.ToUpper(mechanism) {
	case "PLAIN", "LOGIN":
		check := func(_, username, password string) error {
			u := s.userOf(username)
			if u == nil || u.password != password {
				return refused
			}
			login(u)
			return nil
		}
		if strings.EqualFold(mechanism, "LOGIN") {
			return &loginServer{check: check}
		}
		return sasl.NewPlainServer(check)
	case "XOAUTH2":
		if s.opts.Token != nil {
			return &xoauth2Server{check: byToken, refused: refused}
		}
	case "OAUTHBEARER":
		if s.opts.Token != nil {
			return sasl.NewOAuthBearerServer(func(o sasl.OAuthBearerOptions) *sasl.OAuthBearerError {
				if !byToken(o.Username, o.Token) {
					return &sasl.OAuthBearerError{Status: "invalid_token", Schemes: "bearer"}
				}
				return nil
			})
		}
	}
	return nil
}

// loginServer is LOGIN: name and password one after the other.
type loginServer struct {
	check func(identity, username, password string) error
	name  *string
	asked bool
}

func (l *loginServer) Next(response []byte) (challenge []byte, done bool, err error) {
	switch {
	case response == nil && !l.asked:
		l.asked = true
		return []byte("Username:"), false, nil
	case l.name == nil:
		name := string(response)
		l.name, l.asked = &name, true
		return []byte("Password:"), false, nil
	}
	return nil, true, l.check("", *l.name, string(response))
}

// xoauth2Server is XOAUTH2: a report in JSON before the refusal.
type xoauth2Server struct {
	check    func(username, token string) bool
	refused  error
	reported bool
}

func (x *xoauth2Server) Next(response []byte) (challenge []byte, done bool, err error) {
	if x.reported {
		return nil, false, x.refused
	}
	if response == nil {
		return []byte{}, false, nil
	}
	username, rest, _ := strings.Cut(strings.TrimPrefix(string(response), "user="), "\x01")
	token := strings.TrimSuffix(strings.TrimPrefix(rest, "auth=Bearer "), "\x01\x01")
	if x.check(username, token) {
		return nil, true, nil
	}
	x.reported = true
	return []byte(`{"status":"400","schemes":"bearer"}`), false, nil
}

// What changes a mailbox has it saved soon.

func (s *session) Append(mailbox string, r imap.LiteralReader, o *imap.AppendOptions) (*imap.AppendData, error) {
	defer s.server.changed()
	return s.UserSession.Append(mailbox, r, o)
}

func (s *session) Copy(set imap.NumSet, to string) (*imap.CopyData, error) {
	defer s.server.changed()
	return s.UserSession.Copy(set, to)
}

func (s *session) Move(w *imapserver.MoveWriter, set imap.NumSet, to string) error {
	defer s.server.changed()
	return s.UserSession.Move(w, set, to)
}

func (s *session) Expunge(w *imapserver.ExpungeWriter, uids *imap.UIDSet) error {
	defer s.server.changed()
	return s.UserSession.Expunge(w, uids)
}

func (s *session) Create(mailbox string, o *imap.CreateOptions) error {
	defer s.server.changed()
	return s.UserSession.Create(mailbox, o)
}

func (s *session) Delete(mailbox string) error {
	defer s.server.changed()
	return s.UserSession.Delete(mailbox)
}

func (s *session) Rename(from, to string, o *imap.RenameOptions) error {
	defer s.server.changed()
	return s.UserSession.Rename(from, to, o)
}
