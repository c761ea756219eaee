package ical

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// host is a server of one calendar that can also fail.
type host struct {
	*httptest.Server
	status int
	body   string
	etag   string
	asked  []http.Header
}

func serve(t *testing.T) *host {
	h := &host{status: http.StatusOK, body: string(calendar(series)), etag: `"1"`}
	h.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h.asked = append(h.asked, r.Header)
		if r.URL.Path == "/away" {
			http.Redirect(w, r, "http://calendar.example.org/x.ics", http.StatusFound)
			return
		}
		if h.etag != "" && r.Header.Get("If-None-Match") == h.etag && h.status == http.StatusOK {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		w.Header().Set("ETag", h.etag)
		w.WriteHeader(h.status)
		fmt.Fprint(w, h.body)
	}))
	t.Cleanup(h.Close)
	return h
}

func TestTheLastGoodCopyGoesOnWhileTheSourceFails(t *testing.T) {
	h := serve(t)
	s := Source{Address: h.URL + "/secret-path/basic.ics", Copy: filepath.Join(t.TempDir(), "calendars", "priya-sam.ics")}
	if _, err := s.Load(); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("before the first fetch: want no copy, got %v", err)
	}
	now := at("2026-12-01 10:00")
	fetch := func(what string, fails bool) {
		t.Helper()
		now = now.Add(time.Hour)
		err := s.Fetch(context.Background(), now)
		if (err != nil) != fails {
			t.Errorf("%s: want failure %v, got %v", what, fails, err)
		}
		if err != nil && (strings.Contains(err.Error(), "secret-path") || strings.Contains(s.Known().Problem, "secret-path")) {
			t.Errorf("%s: the secret address is told: %v", what, err)
		}
		if raw, err := s.Load(); err != nil || string(raw) != string(calendar(series)) {
			t.Errorf("%s: want the good copy, got %q, %v", what, raw, err)
		}
		if k := s.Known(); !k.Tried.Equal(now) || k.Good.Equal(now) == fails || (k.Problem != "") != fails {
			t.Errorf("%s: got %+v", what, k)
		}
	}
	fetch("the first time", false)
	fetch("not changed", false)
	if last := h.asked[len(h.asked)-1]; last.Get("If-None-Match") != `"1"` {
		t.Errorf("want it asked for only if it changed, got %v", last)
	}
	h.etag = `"2"`
	h.body = "<html>Sign in to see this calendar</html>"
	fetch("a page in its place", true)
	h.body = "BEGIN:VCALENDAR\r\n" + strings.Repeat("BEGIN:VEVENT\r\n", 100_000)
	fetch("a bomb in its place", true)
	h.body = string(calendar(series))
	h.body = h.body[:len(h.body)/2]
	fetch("cut short", true)
	h.body, h.status = "gone", http.StatusNotFound
	fetch("withdrawn", true)
	h.status = http.StatusOK
	h.body = string(calendar(series))
	fetch("mended", false)
	h.Close()
	fetch("the server is down", true)
	for _, name := range []string{s.Copy, s.Copy + ".json"} {
		if info, err := os.Stat(name); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: want it for its owner alone, got %v, %v", name, info, err)
		}
	}
	if raw, err := os.ReadFile(s.Copy + ".json"); err != nil || strings.Contains(string(raw), "secret-path") {
		t.Errorf("the secret address is kept in %s, %v", raw, err)
	}
	other := Source{Address: "https://calendar.example.org/other.ics", Copy: s.Copy}
	if _, err := other.Load(); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the copy of another address is no copy of this one, got %v", err)
	}
}

func TestACalendarTravelsEncryptedOrOnThisMachine(t *testing.T) {
	h := serve(t)
	for _, address := range []string{"http://calendar.example.org/x.ics", "ftp://127.0.0.1/x.ics", "https://", h.URL + "/away"} {
		s := Source{Address: address, Copy: filepath.Join(t.TempDir(), "x.ics")}
		if err := s.Fetch(context.Background(), at("2026-12-01 10:00")); err == nil || strings.Contains(err.Error(), "calendar.example.org") {
			t.Errorf("%s: want it refused without being named, got %v", address, err)
		}
	}
	if u, err := (Source{Address: "webcal://calendar.example.org/x.ics"}).url(); err != nil || u.Scheme != "https" {
		t.Errorf("webcal means https, got %v, %v", u, err)
	}
}

func TestACalendarIsReadFromAFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "team.ics")
	s := Source{Address: path, Copy: filepath.Join(t.TempDir(), "copy.ics")}
	if err := s.Fetch(context.Background(), at("2026-12-01 10:00")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("want the missing file named, got %v", err)
	}
	if err := os.WriteFile(path, calendar(series), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := s.Fetch(context.Background(), at("2026-12-01 10:00")); err != nil {
		t.Error(err)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if raw, err := s.Load(); err != nil || len(raw) == 0 {
		t.Errorf("want the copy though the file is gone, got %v", err)
	}
}

func TestARedirectTellsNothingAndLeadsToNoServerOfThisMachine(t *testing.T) {
	var referer []string
	second := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		referer = append(referer, r.Referer())
		_, _ = w.Write(calendar(series))
	}))
	defer second.Close()
	first := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		to := second.URL
		if r.URL.Path == "/to-a-name" {
			to = strings.Replace(second.URL, "127.0.0.1", "elsewhere.example.com", 1)
		}
		http.Redirect(w, r, to, http.StatusFound)
	}))
	defer first.Close()
	client := first.Client() // whose certificate is for example.com, too
	client.CheckRedirect = redirected
	transport := client.Transport.(*http.Transport)
	transport.TLSClientConfig.InsecureSkipVerify = true
	transport.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		_, port, _ := net.SplitHostPort(address)
		return (&net.Dialer{}).DialContext(ctx, network, net.JoinHostPort("127.0.0.1", port))
	}
	elsewhere := strings.Replace(first.URL, "127.0.0.1", "calendar.example.com", 1)
	fetch := func(address string) error {
		return Source{Address: address, Copy: filepath.Join(t.TempDir(), "x.ics"), Client: client}.Fetch(t.Context(), at("2026-12-01 10:00"))
	}
	if err := fetch(elsewhere + "/secret-path"); err == nil || len(referer) > 0 {
		t.Errorf("from elsewhere to this machine: want it refused, got %v after %d requests", err, len(referer))
	}
	if err := fetch(elsewhere + "/to-a-name"); err != nil || len(referer) != 1 {
		t.Errorf("from elsewhere to elsewhere: want it followed, got %v after %d requests", err, len(referer))
	}
	if err := fetch(first.URL + "/secret-path"); err != nil || len(referer) != 2 {
		t.Errorf("on this machine: want it followed, got %v after %d requests", err, len(referer))
	}
	for _, told := range referer {
		if told != "" {
			t.Errorf("want nothing told of the address, got %q", told)
		}
	}
}
