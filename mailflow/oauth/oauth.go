// Package oauth obtains access tokens for mail servers that take no passwords.
//
// Two grants are known: the authorization code with PKCE, for which a person says yes once in a browser on this machine, and
// client credentials, for which an administrator said yes beforehand. The refresh token of the first is a secret as good as a
// password: it lies in a file of mode 0600 that every refresh replaces as a whole, because providers may rotate it. Never log a token.
//
// RFC 6749 (OAuth 2.0), RFC 7636 (PKCE), RFC 8252 (loopback redirection).
package oauth

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/google/renameio/v2"
	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"
)

// Config says where tokens come from.
type Config struct {
	Grant        string   // Code or ClientCredentials
	ClientID     string   // as the provider names duolog, registered there by the operator
	ClientSecret string   // "" where the provider gives desktop programs none
	AuthURL      string   // Code only
	TokenURL     string   // where tokens are given out (RFC 6749, 3.2)
	Scopes       []string // in the provider's words: what a token is for
	File         string   // Code only: where the token is kept
}

// The grants.
const (
	Code              = "code"
	ClientCredentials = "client_credentials"
)

// ErrNoConsent means that nobody said yes yet, or that the yes was taken back: Login has to be run.
var ErrNoConsent = errors.New("no consent of the mailbox's owner")

// Provider returns the addresses and scopes of a provider that duolog knows: "google", or "microsoft365" with a tenant. ok is
// false for any other name.
func Provider(name, tenant, grant string) (c Config, ok bool) {
	switch name {
	case "google":
		return Config{
			AuthURL:  "https://accounts.google.com/o/oauth2/v2/auth",
			TokenURL: "https://oauth2.googleapis.com/token",
			Scopes:   []string{"https://mail.google.com/"},
		}, true
	case "microsoft365":
		base := "https://login.microsoftonline.com/" + tenant + "/oauth2/v2.0/"
		c := Config{AuthURL: base + "authorize", TokenURL: base + "token"}
		c.Scopes = []string{"https://outlook.office.com/IMAP.AccessAsUser.All", "https://outlook.office.com/SMTP.Send", "offline_access"}
		if grant == ClientCredentials {
			c.Scopes = []string{"https://outlook.office365.com/.default"}
		}
		return c, true
	}
	return Config{}, false
}

func (c Config) oauth2() *oauth2.Config {
	return &oauth2.Config{
		ClientID: c.ClientID, ClientSecret: c.ClientSecret, Scopes: c.Scopes,
		Endpoint: oauth2.Endpoint{AuthURL: c.AuthURL, TokenURL: c.TokenURL},
	}
}

// Source gives fresh access tokens, for inbox.Config.Token and outbox.Config.Token. It refreshes when a token has a minute
// left, and is safe for concurrent use. The error is ErrNoConsent when Login has to be run.
func (c Config) Source() func(ctx context.Context) (string, error) {
	if c.Grant == ClientCredentials {
		cc := &clientcredentials.Config{ClientID: c.ClientID, ClientSecret: c.ClientSecret, TokenURL: c.TokenURL, Scopes: c.Scopes}
		var mu sync.Mutex
		var kept *oauth2.Token
		return func(ctx context.Context) (string, error) {
			mu.Lock()
			defer mu.Unlock()
			if fresh(kept) {
				return kept.AccessToken, nil
			}
			token, err := cc.Token(ctx)
			if err != nil {
				return "", fmt.Errorf("get access token: %w", short(err))
			}
			kept = token
			return token.AccessToken, nil
		}
	}
	var mu sync.Mutex
	return func(ctx context.Context) (string, error) {
		mu.Lock()
		defer mu.Unlock()
		return c.refreshed(ctx)
	}
}

// refreshed is the kept token, made anew when it is about to end.
func (c Config) refreshed(ctx context.Context) (string, error) {
	token, err := c.load()
	if err != nil {
		return "", err
	}
	if fresh(token) {
		return token.AccessToken, nil
	}
	if token.RefreshToken == "" {
		return "", ErrNoConsent
	}
	token.Expiry = time.Now().Add(-time.Second)
	renewed, err := c.oauth2().TokenSource(ctx, token).Token()
	if err != nil {
		var refused *oauth2.RetrieveError
		if errors.As(err, &refused) && refused.ErrorCode == "invalid_grant" {
			return "", ErrNoConsent
		}
		return "", fmt.Errorf("refresh access token: %w", short(err))
	}
	return renewed.AccessToken, c.save(renewed)
}

func fresh(t *oauth2.Token) bool {
	return t != nil && t.AccessToken != "" && (t.Expiry.IsZero() || time.Until(t.Expiry) > time.Minute)
}

// short drops what a provider's error answer may repeat of the request.
func short(err error) error {
	var refused *oauth2.RetrieveError
	if errors.As(err, &refused) {
		return fmt.Errorf("the provider answered %s %s", refused.Response.Status, refused.ErrorCode)
	}
	return err
}

func (c Config) load() (*oauth2.Token, error) {
	raw, err := os.ReadFile(c.File)
	if errors.Is(err, os.ErrNotExist) {
		return nil, ErrNoConsent
	}
	if err != nil {
		return nil, fmt.Errorf("read token: %w", err)
	}
	var t oauth2.Token
	if err := json.Unmarshal(raw, &t); err != nil {
		return nil, fmt.Errorf("read token %s: %w", c.File, err)
	}
	return &t, nil
}

func (c Config) save(t *oauth2.Token) error {
	raw, err := json.Marshal(t)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(c.File), 0o700); err != nil {
		return err
	}
	beside := renameio.WithTempDir(filepath.Dir(c.File)) // a token has no place in a folder that all share
	if err := renameio.WriteFile(c.File, raw, 0o600, beside); err != nil {
		return fmt.Errorf("keep token: %w", err)
	}
	return nil
}

// Login asks for consent: it listens on loopback, has show present the address that the mailbox's owner must open in a
// browser on this machine, waits for the provider to send the browser back, and keeps the token.
func (c Config) Login(ctx context.Context, show func(url string)) error {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	config := c.oauth2()
	config.RedirectURL = "http://" + l.Addr().String() + "/"
	state, verifier := random(), oauth2.GenerateVerifier()
	answers := make(chan answer, 1)
	server := &http.Server{Handler: callback(state, answers), ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = server.Serve(l) }()
	defer server.Close()
	show(config.AuthCodeURL(state, oauth2.AccessTypeOffline, oauth2.ApprovalForce, oauth2.S256ChallengeOption(verifier)))
	select {
	case <-ctx.Done():
		return ctx.Err()
	case a := <-answers:
		if a.err != nil {
			return a.err
		}
		token, err := config.Exchange(ctx, a.code, oauth2.VerifierOption(verifier))
		if err != nil {
			return fmt.Errorf("exchange code: %w", short(err))
		}
		return c.save(token)
	}
}

// answer is what the browser brings back.
type answer struct {
	code string
	err  error
}

// callback takes the first request that bears our state; others, such as a browser's favicon or a stranger's guess, are refused.
func callback(state string, answers chan<- answer) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		if q.Get("state") != state {
			http.Error(w, "not the answer that duolog waits for", http.StatusBadRequest)
			return
		}
		a := answer{code: q.Get("code")}
		if a.code == "" {
			a.err = fmt.Errorf("the provider refused: %.200s", q.Get("error"))
		}
		fmt.Fprintln(w, "Thank you. duolog goes on; you can close this page.")
		if f, ok := w.(http.Flusher); ok {
			f.Flush()
		}
		select {
		case answers <- a:
		default:
		}
	})
}

func random() string {
	b := make([]byte, 24)
	_, _ = rand.Read(b)
	return base64.RawURLEncoding.EncodeToString(b)
}
