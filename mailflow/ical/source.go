package ical

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/google/renameio/v2"
)

// fetchWithin bounds one try to read a calendar.
const fetchWithin = 20 * time.Second

// Source is a calendar that stands elsewhere, of which the last good copy is kept: where the source fails, the copy goes on.
type Source struct {
	Address string       // https or webcal, which is the same; http on this machine alone; or the path of a file
	Copy    string       // the file that holds the last good copy; what was learned about it is kept beside it
	Client  *http.Client // nil for one that follows few redirects, and none away from https
}

// Known is what was learned about a source.
type Known struct {
	Address      string    `json:"address_hash,omitempty"` // a digest: addresses of calendars are secrets
	ETag         string    `json:"etag,omitempty"`
	LastModified string    `json:"last_modified,omitempty"`
	Good         time.Time `json:"good,omitzero"`  // when it was last read, or had not changed
	Tried        time.Time `json:"tried,omitzero"` // when it was last tried
	Problem      string    `json:"problem,omitempty"`
}

// Fetch reads the source and keeps it as the copy, unless it says that nothing changed. The error says why the copy stays as it was; it
// names no address.
func (s Source) Fetch(ctx context.Context, now time.Time) error {
	known := s.Known()
	if known.Address != s.digest() {
		known = Known{Address: s.digest()}
	}
	known.Tried, known.Problem = now.UTC(), ""
	raw, err := s.read(ctx, &known)
	if err == nil && raw != nil {
		if _, err = Parse(raw, time.UTC); err == nil {
			err = s.keep(s.Copy, raw)
		}
	}
	if err != nil {
		known.Problem, known.ETag, known.LastModified = err.Error(), "", ""
	} else {
		known.Good = known.Tried
	}
	b, _ := json.Marshal(known)
	return errors.Join(err, s.keep(s.Copy+".json", b))
}

// Load returns the last good copy; the error wraps fs.ErrNotExist where there never was one, or only of another source.
func (s Source) Load() ([]byte, error) {
	if known := s.Known(); known.Address != s.digest() {
		return nil, fmt.Errorf("calendar: %w", fs.ErrNotExist)
	}
	return os.ReadFile(s.Copy)
}

// Known is what is known of the source, the zero value when it was never tried.
func (s Source) Known() Known {
	var k Known
	raw, err := os.ReadFile(s.Copy + ".json")
	if err != nil || json.Unmarshal(raw, &k) != nil {
		return Known{}
	}
	return k
}

func (s Source) keep(path string, raw []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	return renameio.WriteFile(path, raw, 0o600, renameio.WithTempDir(filepath.Dir(path)))
}

// read is the whole source, nil where it has not changed since it was read last.
func (s Source) read(ctx context.Context, known *Known) ([]byte, error) {
	if !strings.Contains(s.Address, "://") {
		f, err := os.Open(s.Address)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		return all(f)
	}
	address, err := s.url()
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, fetchWithin)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address.String(), nil)
	if err != nil {
		return nil, errors.New("the address is not one")
	}
	r.Header.Set("Accept", "text/calendar")
	r.Header.Set("User-Agent", "duolog")
	if _, err := os.Stat(s.Copy); err == nil { // RFC 9110, 13.1
		set(r.Header, "If-None-Match", known.ETag)
		set(r.Header, "If-Modified-Since", known.LastModified)
	}
	answer, err := s.client().Do(r)
	if err != nil {
		return nil, withoutAddress(err)
	}
	defer answer.Body.Close()
	switch answer.StatusCode {
	case http.StatusNotModified:
		return nil, nil
	case http.StatusOK:
		known.ETag, known.LastModified = answer.Header.Get("ETag"), answer.Header.Get("Last-Modified")
		return all(answer.Body)
	}
	return nil, fmt.Errorf("the server answers %s", answer.Status)
}

func set(h http.Header, name, value string) {
	if value != "" {
		h.Set(name, value)
	}
}

// all reads up to the limit, and fails beyond it. It is never nil without an error.
func all(r io.Reader) ([]byte, error) {
	var b bytes.Buffer
	if _, err := io.Copy(&b, io.LimitReader(r, MaxSize+1)); err != nil {
		return nil, withoutAddress(err)
	}
	if b.Len() > MaxSize {
		return nil, fmt.Errorf("it is larger than %d MB", MaxSize>>20)
	}
	return append([]byte{}, b.Bytes()...), nil
}

// withoutAddress keeps the secret part of an address out of messages.
func withoutAddress(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}

func (s Source) url() (*url.URL, error) {
	u, err := url.Parse(strings.TrimSpace(s.Address))
	if err != nil || u.Host == "" {
		return nil, errors.New("the address is not one")
	}
	if u.Scheme == "webcal" || u.Scheme == "webcals" {
		u.Scheme = "https"
	}
	return u, allowed(u)
}

// allowed tells what is wrong with an address: a calendar travels encrypted, but on this machine.
func allowed(u *url.URL) error {
	if u.Scheme == "https" || u.Scheme == "http" && loopback(u) {
		return nil
	}
	return fmt.Errorf("%s is not secure; the address must begin with https://", u.Scheme)
}

func loopback(u *url.URL) bool {
	ip := net.ParseIP(u.Hostname())
	return strings.EqualFold(u.Hostname(), "localhost") || ip != nil && (ip.IsLoopback() || ip.IsUnspecified())
}

func (s Source) client() *http.Client {
	if s.Client != nil {
		return s.Client
	}
	return &http.Client{CheckRedirect: redirected}
}

// redirected tells what is wrong with following a redirect: a server elsewhere has no say in what is asked of this machine. Where it leads
// learns nothing of the address, which is a secret.
func redirected(r *http.Request, via []*http.Request) error {
	switch {
	case len(via) > 5:
		return errors.New("too many redirects")
	case loopback(r.URL) && !loopback(via[0].URL):
		return errors.New("the server redirects to this machine")
	}
	r.Header.Del("Referer")
	return allowed(r.URL)
}

// digest tells two addresses apart without naming them.
func (s Source) digest() string {
	sum := sha256.Sum256([]byte(s.Address))
	return hex.EncodeToString(sum[:8])
}
