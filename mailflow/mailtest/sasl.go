package mailtest

import (
	"strings"

	"github.com/emersion/go-sasl"
)

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
			return &patientServer{sasl.NewOAuthBearerServer(func(o sasl.OAuthBearerOptions) *sasl.OAuthBearerError {
				if !byToken(o.Username, o.Token) {
					return &sasl.OAuthBearerError{Status: "invalid_token", Schemes: "bearer"}
				}
				return nil
			})}
		}
	}
	return nil
}

// patientServer asks for an initial response that did not come with the command
// by an empty challenge; go-imap writes one that is not nil as "=".
type patientServer struct{ sasl.Server }

func (p *patientServer) Next(response []byte) (challenge []byte, done bool, err error) {
	if response == nil {
		return nil, false, nil
	}
	return p.Server.Next(response)
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
		return nil, false, nil
	}
	username, rest, _ := strings.Cut(strings.TrimPrefix(string(response), "user="), "\x01")
	token := strings.TrimSuffix(strings.TrimPrefix(rest, "auth=Bearer "), "\x01\x01")
	if x.check(username, token) {
		return nil, true, nil
	}
	x.reported = true
	return []byte(`{"status":"400","schemes":"bearer"}`), false, nil
}
