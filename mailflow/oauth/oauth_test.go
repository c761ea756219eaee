package oauth

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// provider is an authorization server that says yes to everything, and keeps to PKCE.
type provider struct {
	mu         sync.Mutex
	challenges map[string]string // code → challenge
	refresh    string            // the one refresh token that works now; it rotates
	issued     int
	lifetime   int // seconds
}

func (p *provider) start(t *testing.T) (authURL, tokenURL string) {
	t.Helper()
	mux := http.NewServeMux()
	mux.HandleFunc("/authorize", p.authorize)
	mux.HandleFunc("/token", p.token)
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s.URL + "/authorize", s.URL + "/token"
}

func (p *provider) authorize(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	q := r.URL.Query()
	if q.Get("code_challenge_method") != "S256" {
		http.Error(w, "no PKCE", http.StatusBadRequest)
		return
	}
	p.challenges["code-1"] = q.Get("code_challenge")
	http.Redirect(w, r, q.Get("redirect_uri")+"?code=code-1&state="+url.QueryEscape(q.Get("state")), http.StatusFound)
}

func (p *provider) token(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	ok := false
	switch r.PostFormValue("grant_type") {
	case "authorization_code":
		sum := sha256.Sum256([]byte(r.PostFormValue("code_verifier")))
		ok = p.challenges[r.PostFormValue("code")] == base64.RawURLEncoding.EncodeToString(sum[:])
	case "refresh_token":
		ok = r.PostFormValue("refresh_token") == p.refresh
	case "client_credentials":
		id, secret, _ := r.BasicAuth()
		ok = id == "duolog" && secret == "hush" || r.PostFormValue("client_secret") == "hush"
	}
	w.Header().Set("Content-Type", "application/json")
	if !ok {
		w.WriteHeader(http.StatusBadRequest)
		_, _ = w.Write([]byte(`{"error":"invalid_grant"}`))
		return
	}
	p.issued++
	p.refresh = "refresh-" + string(rune('0'+p.issued))
	_ = json.NewEncoder(w).Encode(map[string]any{
		"access_token": "access-" + string(rune('0'+p.issued)), "refresh_token": p.refresh, "token_type": "Bearer", "expires_in": p.lifetime,
	})
}

func codeConfig(t *testing.T, p *provider) Config {
	p.challenges = map[string]string{}
	auth, token := p.start(t)
	return Config{Grant: Code, ClientID: "duolog", AuthURL: auth, TokenURL: token, File: filepath.Join(t.TempDir(), "secrets", "token.json")}
}

// browse opens the address as the owner's browser would.
func browse(t *testing.T) func(string) {
	return func(address string) {
		go func() {
			resp, err := http.Get(address)
			if err != nil {
				t.Error(err)
				return
			}
			resp.Body.Close()
		}()
	}
}

func TestAConsentGivenInTheBrowserIsKeptForItsOwnerAlone(t *testing.T) {
	p := &provider{lifetime: 3600}
	c := codeConfig(t, p)
	if _, err := c.Source()(t.Context()); !errors.Is(err, ErrNoConsent) {
		t.Fatalf("before the login: want ErrNoConsent, got %v", err)
	}
	if err := c.Login(t.Context(), browse(t)); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(c.File); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("want the token in a file of mode 0600, got %v, %v", info, err)
	}
	if token, err := c.Source()(t.Context()); token != "access-1" || err != nil {
		t.Errorf("want access-1, got %q, %v", token, err)
	}
}

func TestATokenAboutToEndIsRefreshedAndTheRotatedRefreshTokenKept(t *testing.T) {
	p := &provider{lifetime: 30} // less than the minute that a token must have left
	c := codeConfig(t, p)
	if err := c.Login(t.Context(), browse(t)); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"access-2", "access-3"} {
		if token, err := c.Source()(t.Context()); token != want || err != nil {
			t.Fatalf("want %s, got %q, %v", want, token, err)
		}
	}
	p.mu.Lock()
	p.refresh = "revoked"
	p.mu.Unlock()
	if _, err := c.Source()(t.Context()); !errors.Is(err, ErrNoConsent) {
		t.Errorf("after the consent was taken back: want ErrNoConsent, got %v", err)
	}
}

func TestAnAnswerWithAForeignStateIsNotTaken(t *testing.T) {
	p := &provider{lifetime: 3600}
	c := codeConfig(t, p)
	ctx, cancel := context.WithCancel(t.Context())
	err := c.Login(ctx, func(address string) {
		go func() {
			defer cancel()
			u, _ := url.Parse(address)
			resp, err := http.Get(u.Query().Get("redirect_uri") + "?code=stolen&state=guess")
			if err != nil || resp.StatusCode != http.StatusBadRequest {
				t.Errorf("want 400, got %v, %v", resp, err)
			}
		}()
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("want the login to go on waiting, got %v", err)
	}
	if _, err := os.Stat(c.File); err == nil {
		t.Error("a token was kept")
	}
}

func TestClientCredentialsNeedNoBrowserAndTheirErrorsTellNoSecret(t *testing.T) {
	p := &provider{lifetime: 3600}
	_, token := p.start(t)
	c := Config{Grant: ClientCredentials, ClientID: "duolog", ClientSecret: "hush", TokenURL: token}
	source := c.Source()
	for range 2 {
		if got, err := source(t.Context()); got != "access-1" || err != nil {
			t.Errorf("want the same access-1 twice, got %q, %v", got, err)
		}
	}
	c.ClientSecret = "wrong-secret"
	_, err := c.Source()(t.Context())
	if err == nil || strings.Contains(err.Error(), "wrong-secret") {
		t.Errorf("want an error without the secret, got %v", err)
	}
}

func TestATokenWithoutConsentOrByAProviderInTroubleIsNoToken(t *testing.T) {
	p := &provider{lifetime: 30}
	c := codeConfig(t, p)
	keep := func(token string) {
		t.Helper()
		if err := os.MkdirAll(filepath.Dir(c.File), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(c.File, []byte(token), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	keep(`{"access_token":"old","expiry":"2020-01-01T00:00:00Z"}`)
	if token, err := c.Source()(t.Context()); !errors.Is(err, ErrNoConsent) {
		t.Errorf("too old, and nothing to refresh it with: got %q, %v, want ErrNoConsent", token, err)
	}
	p.refresh = "good"
	keep(`{"access_token":"","refresh_token":"good"}`)
	if token, err := c.Source()(t.Context()); token != "access-1" || err != nil {
		t.Errorf("no token yet: got %q, %v, want access-1", token, err)
	}
	keep(`{"access_token":"for ever","refresh_token":"good"}`)
	if token, err := c.Source()(t.Context()); token != "for ever" || err != nil {
		t.Errorf("a token without an end: got %q, %v", token, err)
	}
	down := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusServiceUnavailable)
		_, _ = w.Write([]byte(`{"error":"temporarily_unavailable","error_description":"hush-hush"}`))
	}))
	defer down.Close()
	c.TokenURL = down.URL
	keep(`{"access_token":"old","refresh_token":"good","expiry":"2020-01-01T00:00:00Z"}`)
	if _, err := c.Source()(t.Context()); err == nil || errors.Is(err, ErrNoConsent) || strings.Contains(err.Error(), "hush-hush") {
		t.Errorf("a provider in trouble: got %v, want an error that is no missing consent and repeats nothing", err)
	}
	c.TokenURL = "http://127.0.0.1:1/token"
	if _, err := c.Source()(t.Context()); err == nil || errors.Is(err, ErrNoConsent) {
		t.Errorf("a provider that is not there: got %v, want an error that is no missing consent", err)
	}
}

func TestANoInTheBrowserEndsTheLogin(t *testing.T) {
	p := &provider{lifetime: 3600}
	c := codeConfig(t, p)
	err := c.Login(t.Context(), func(address string) {
		go func() {
			u, _ := url.Parse(address)
			resp, err := http.Get(u.Query().Get("redirect_uri") + "?error=access_denied&state=" + url.QueryEscape(u.Query().Get("state")))
			if err != nil {
				t.Error(err)
				return
			}
			resp.Body.Close()
		}()
	})
	if err == nil || !strings.Contains(err.Error(), "access_denied") {
		t.Errorf("got %v, want that the provider refused", err)
	}
	if _, err := os.Stat(c.File); err == nil {
		t.Error("a token was kept")
	}
}

func TestAProviderIsAskedForMailAlone(t *testing.T) {
	for _, c := range []struct{ name, grant, want string }{
		{"google", Code, "https://mail.google.com/"},
		{"microsoft365", Code, "https://outlook.office.com/IMAP.AccessAsUser.All https://outlook.office.com/SMTP.Send offline_access"},
		{"microsoft365", ClientCredentials, "https://outlook.office365.com/.default"},
	} {
		got, ok := Provider(c.name, "acme", c.grant)
		if !ok || strings.Join(got.Scopes, " ") != c.want || !strings.HasPrefix(got.TokenURL, "https://") || !strings.HasPrefix(got.AuthURL, "https://") {
			t.Errorf("%s, %s: got %+v, want the scopes %s", c.name, c.grant, got, c.want)
		}
	}
	if _, ok := Provider("other", "", Code); ok {
		t.Error("a provider that nobody knows is known")
	}
}
