package mailflow

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"testing"

	bolt "go.etcd.io/bbolt"

	"duolog/mailflow/inbox"
	"duolog/mailflow/mailtest"
	"duolog/mailflow/oauth"
	"duolog/mailflow/outbox"
)

// authority is an authorization server as mail providers have them: codes with PKCE, client credentials, refresh tokens that
// rotate, and a word on each access token for the mail server (RFC 6749, 7636, 7662).
type authority struct {
	*httptest.Server
	mu        sync.Mutex
	challenge string          // of the code given out last
	refresh   string          // the only refresh token that works
	active    map[string]bool // access tokens
	issued    int
	lifetime  int // seconds
}

func startAuthority(t *testing.T) *authority {
	t.Helper()
	a := &authority{active: map[string]bool{}, lifetime: 3600}
	mux := http.NewServeMux()
	mux.HandleFunc("/authorize", a.authorize)
	mux.HandleFunc("/token", a.token)
	mux.HandleFunc("/introspect", a.introspect)
	a.Server = httptest.NewServer(mux)
	t.Cleanup(a.Close)
	return a
}

func (a *authority) authorize(w http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	defer a.mu.Unlock()
	q := r.URL.Query()
	a.challenge = q.Get("code_challenge")
	http.Redirect(w, r, q.Get("redirect_uri")+"?code=the-code&state="+url.QueryEscape(q.Get("state")), http.StatusFound)
}

func (a *authority) token(w http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	defer a.mu.Unlock()
	sum := sha256.Sum256([]byte(r.PostFormValue("code_verifier")))
	id, secret, _ := r.BasicAuth()
	ok := map[string]bool{
		"authorization_code": r.PostFormValue("code") == "the-code" && a.challenge == base64.RawURLEncoding.EncodeToString(sum[:]),
		"refresh_token":      a.refresh != "" && r.PostFormValue("refresh_token") == a.refresh,
		"client_credentials": id == "duolog" && secret == "hush",
	}[r.PostFormValue("grant_type")]
	w.Header().Set("Content-Type", "application/json")
	if !ok {
		w.WriteHeader(http.StatusBadRequest)
		fmt.Fprintln(w, `{"error":"invalid_grant"}`)
		return
	}
	a.issued++
	access := fmt.Sprintf("access-%d", a.issued)
	if a.active[access] = true; r.PostFormValue("grant_type") != "client_credentials" {
		a.refresh = fmt.Sprintf("refresh-%d", a.issued)
	}
	_ = json.NewEncoder(w).Encode(map[string]any{"access_token": access, "refresh_token": a.refresh, "token_type": "Bearer", "expires_in": a.lifetime})
}

func (a *authority) introspect(w http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	defer a.mu.Unlock()
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]any{"active": a.active[r.PostFormValue("token")], "username": "bot", "scope": "mail"})
}

// revoke takes back what was given; with also the refresh token, the consent.
func (a *authority) revoke(consent bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	clear(a.active)
	if consent {
		a.refresh = ""
	}
}

// TestAMailboxIsReachedByTokensInsteadOfAPassword logs in to real servers with both mechanisms and both grants.
func TestAMailboxIsReachedByTokensInsteadOfAPassword(t *testing.T) {
	if testing.Short() {
		t.Skip("real servers are left out of the short run")
	}
	t.Parallel()
	a := startAuthority(t)
	d, err := mailtest.DovecotOptions{Introspection: a.URL + "/introspect"}.Start()
	if errors.Is(err, mailtest.ErrMissing) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	_, imap, _ := net.SplitHostPort(d.IMAP)
	port, _ := strconv.Atoi(imap)
	code := oauth.Config{Grant: oauth.Code, ClientID: "duolog", AuthURL: a.URL + "/authorize", TokenURL: a.URL + "/token", File: filepath.Join(t.TempDir(), "secrets", "token")}
	credentials := oauth.Config{Grant: oauth.ClientCredentials, ClientID: "duolog", ClientSecret: "hush", TokenURL: a.URL + "/token"}
	login := func(mechanism string, source func(context.Context) (string, error)) error {
		box, err := inbox.Dial(t.Context(), inbox.Config{Host: "127.0.0.1", Port: port, TLS: "none", Username: "bot", Mechanism: mechanism, Token: source}, nil)
		if err != nil {
			return err
		}
		defer box.Close()
		_, err = box.Unknown(t.Context(), nil)
		return err
	}
	if err := login("xoauth2", code.Source()); !errors.Is(err, oauth.ErrNoConsent) {
		t.Errorf("before the consent: want ErrNoConsent, got %v", err)
	}
	err = code.Login(t.Context(), func(address string) {
		go func() {
			if resp, err := http.Get(address); err == nil {
				_ = resp.Body.Close()
			}
		}()
	})
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(code.File); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("want the token for its owner alone, got %v, %v", info, err)
	}
	for _, mechanism := range []string{"xoauth2", "oauthbearer"} {
		for name, c := range map[string]oauth.Config{"code": code, "client credentials": credentials} {
			if err := login(mechanism, c.Source()); err != nil {
				t.Errorf("%s by %s: %v", mechanism, name, err)
			}
		}
		forged := func(context.Context) (string, error) { return "access-0", nil }
		if err := login(mechanism, forged); !errors.Is(err, inbox.ErrLogin) {
			t.Errorf("%s with a token of nobody: want ErrLogin, got %v", mechanism, err)
		}
	}
	submitsByToken(t, d, code)

	a.lifetime = 30 // less than the minute that a token must have left: each login refreshes, and the refresh token rotates
	a.revoke(false)
	if err := login("xoauth2", code.Source()); !errors.Is(err, inbox.ErrLogin) {
		t.Errorf("a token taken back by the server before its time: want ErrLogin, got %v", err)
	}
	expire(t, code.File)
	for range 3 {
		if err := login("oauthbearer", code.Source()); err != nil {
			t.Errorf("after a refresh: %v", err)
		}
	}
	if a.issued < 5 {
		t.Errorf("the test is void: only %d tokens were issued", a.issued)
	}
	a.revoke(true)
	if err := login("xoauth2", code.Source()); !errors.Is(err, oauth.ErrNoConsent) {
		t.Errorf("after the consent was taken back: want ErrNoConsent, got %v", err)
	}
}

// expire lets the kept token end.
func expire(t *testing.T, file string) {
	t.Helper()
	raw, err := os.ReadFile(file)
	var token map[string]any
	if err == nil {
		err = json.Unmarshal(raw, &token)
	}
	token["expiry"] = "2020-01-01T00:00:00Z"
	raw, _ = json.Marshal(token)
	if err = errors.Join(err, os.WriteFile(file, raw, 0o600)); err != nil {
		t.Fatal(err)
	}
}

// submitsByToken sends a mail through a real Postfix.
func submitsByToken(t *testing.T, d *mailtest.Dovecot, c oauth.Config) {
	t.Helper()
	p, err := mailtest.StartPostfix(d, "example.org", "")
	if errors.Is(err, mailtest.ErrMissing) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	db, err := bolt.Open(filepath.Join(t.TempDir(), "db"), 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	_, smtp, _ := net.SplitHostPort(p.SMTP)
	port, _ := strconv.Atoi(smtp)
	q, err := outbox.New(db, outbox.Config{Host: "127.0.0.1", Port: port, TLS: "starttls", RootCAs: p.CertPool(), Username: "bot", Token: c.Source()})
	if err != nil {
		t.Fatal(err)
	}
	if err := q.Check(t.Context()); err != nil {
		t.Errorf("submission by xoauth2: %v", err)
	}
}
