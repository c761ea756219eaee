package inbox

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-sasl"
)

// login authenticates, then asks for the capabilities again: servers announce
// others after the login than before, and RFC 3501, 6.2.2 and 6.2.3 let them
// do so without a word.
func (s *Session) login(ctx context.Context) error {
	err := s.command(ctx, func() error { return s.authenticate(ctx) })
	if refused(err) {
		return fmt.Errorf("%w: %w", ErrLogin, err)
	}
	if err != nil {
		return fmt.Errorf("login: %w", err)
	}
	return s.command(ctx, func() error {
		caps, err := s.client.Capability().Wait()
		if err != nil {
			return fmt.Errorf("capability: %w", err)
		}
		s.caps = caps
		return nil
	})
}

func (s *Session) authenticate(ctx context.Context) error {
	cfg := s.cfg
	if cfg.Mechanism == "plain" {
		if cfg.Secret != nil {
			var err error
			if cfg.Password, err = cfg.Secret(); err != nil {
				return err
			}
		}
		if s.client.Caps().Has(imap.AuthCap("PLAIN")) {
			return s.client.Authenticate(sasl.NewPlainClient("", cfg.Username, cfg.Password))
		}
		return s.client.Login(cfg.Username, cfg.Password).Wait()
	}
	token, err := cfg.Token(ctx)
	if err != nil {
		return fmt.Errorf("access token: %w", err)
	}
	if cfg.Mechanism == "xoauth2" {
		return s.client.Authenticate(&xoauth2{username: cfg.Username, token: token})
	}
	return s.client.Authenticate(sasl.NewOAuthBearerClient(&sasl.OAuthBearerOptions{
		Username: cfg.Username, Token: token, Host: cfg.Host, Port: cfg.Port,
	}))
}

// refused tells whether err is the server's word against the login rather than
// a lost connection or a passing trouble. RFC 5530, 3 names the codes.
func refused(err error) bool {
	var bearer *sasl.OAuthBearerError
	if errors.As(err, &bearer) {
		return true
	}
	var no *imap.Error
	if !errors.As(err, &no) || no.Type == imap.StatusResponseTypeBye {
		return false
	}
	return no.Code != imap.ResponseCodeUnavailable && no.Code != imap.ResponseCodeServerBug
}

// xoauth2 is the client side of XOAUTH2, Google's and Microsoft's mechanism
// from before RFC 7628. It has no standard; see
// https://developers.google.com/gmail/imap/xoauth2-protocol
type xoauth2 struct{ username, token string }

func (x *xoauth2) Start() (mechanism string, initial []byte, err error) {
	if strings.ContainsAny(x.username+x.token, "\x01") {
		return "", nil, errors.New("control character in user name or token")
	}
	return "XOAUTH2", []byte("user=" + x.username + "\x01auth=Bearer " + x.token + "\x01\x01"), nil
}

// Next answers the server's error report, after which the server says NO.
func (x *xoauth2) Next([]byte) ([]byte, error) { return []byte{}, nil }
