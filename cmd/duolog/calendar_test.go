//go:build unix

package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"duolog/meeting"
)

// teamCalendar is a weekly event since four weeks, whose next instance may stand at another time.
func teamCalendar(first time.Time, moved string) string {
	layout := "20060102T150405Z"
	event := func(lines string) string {
		return "BEGIN:VEVENT\r\nUID:weekly@example.org\r\nSUMMARY:Priya & Sam weekly\r\nDTSTAMP:20260901T000000Z\r\n" + lines + "END:VEVENT\r\n"
	}
	body := event("DTSTART:" + first.Format(layout) + "\r\nDURATION:PT45M\r\nRRULE:FREQ=WEEKLY\r\n")
	if moved != "" {
		next := first.AddDate(0, 0, 35)
		body += event("RECURRENCE-ID:" + next.Format(layout) + "\r\n" + moved)
	}
	return "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//example.org//EN\r\n" + body + "END:VCALENDAR\r\n"
}

func TestAPairMeetsWhenItsOwnCalendarSays(t *testing.T) {
	first := time.Now().UTC().Truncate(time.Hour).Add(30*time.Hour).AddDate(0, 0, -28) // the next is tomorrow, the one after in 8 days
	body, status, requests := teamCalendar(first, ""), http.StatusOK, 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		requests++
		w.WriteHeader(status)
		fmt.Fprint(w, body)
	}))
	defer server.Close()
	dir := t.TempDir()
	if err := makeInstance(dir, []byte("mail: {address: 1on1@acme.example}\nimap: {host: imap.acme.example}\nsmtp: {host: smtp.acme.example}\nsender: {server: mx.acme.example}\ncontent: {git: false}\n"), time.Now()); err != nil {
		t.Fatal(err)
	}
	duolog := func(args ...string) {
		t.Helper()
		var out bytes.Buffer
		c := rootCommand()
		c.SetArgs(append([]string{"--dir", dir}, args...))
		c.SetOut(&out)
		if err := c.ExecuteContext(t.Context()); err != nil {
			t.Fatalf("duolog %s: %v\n%s", strings.Join(args, " "), err, &out)
		}
	}
	duolog("person", "add", "priya", "--name", "Priya Nair", "--address", "priya@acme.example", "--zone", "Europe/Berlin")
	duolog("person", "add", "sam", "--name", "Sam Ortega", "--address", "sam@acme.example", "--zone", "America/New_York")
	duolog("pair", "add", "priya-sam", "--manager", "sam", "--report", "priya", "--calendar", server.URL+"/secret-path/basic.ics", "--event", "priya & sam Weekly", "--zone", "UTC", "--consented")
	if found := grep(t, "secret-path", filepath.Join(dir, "content")); len(found) > 0 {
		t.Errorf("the secret address stands in %v", found)
	}

	var logged bytes.Buffer
	o := &options{dir: dir}
	in, err := o.open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer in.close()
	in.log = slog.New(slog.NewTextHandler(&logged, nil))
	fetch := func() *meeting.Log {
		t.Helper()
		_ = os.Remove(filepath.Join(dir, "state", "calendars", "priya-sam.ics.json")) // a quarter of an hour goes by
		in.fetchCalendars(context.Background())
		in.store.Reload()
		l, err := in.store.Log("priya-sam")
		if err != nil {
			t.Fatal(err)
		}
		l.Settle(time.Now())
		if _, err := in.store.Save(l); err != nil {
			t.Fatal(err)
		}
		return l
	}
	next := first.AddDate(0, 0, 28)
	if m := fetch().NextMeeting(time.Now()); m == nil || !m.Start.Equal(next) || m.Length.Minutes() != 45 {
		t.Fatalf("want the next meeting at %v for 45 min, got %+v\n%s", next, m, &logged)
	}
	if found, err := in.checkCalendar(t.Context(), &meeting.Pair{ID: "priya-sam", Follows: meeting.Follows{Source: "secrets/calendar-priya-sam", UID: "weekly@example.org"}}); err != nil || !strings.Contains(found, "next on "+next.Format("Mon 2 Jan 2006 15:04")) {
		t.Errorf("check: got %q, %v", found, err)
	}

	later := next.AddDate(0, 0, 8).Add(time.Hour)
	body = teamCalendar(first, "DTSTART:"+later.Format("20060102T150405Z")+"\r\nDURATION:PT45M\r\n")
	m := fetch().Meeting(next.AddDate(0, 0, 7).Format(time.DateOnly))
	if m == nil || !m.Start.Equal(later) || m.State != meeting.Planned || len(m.History) != 1 || m.History[0].Field != "start" {
		t.Errorf("want it moved in the log, got %+v", m)
	}

	status = http.StatusInternalServerError
	if m := fetch().NextMeeting(time.Now()); m != nil && !m.Start.Equal(next) {
		t.Errorf("want the last good copy to go on, got %+v", m)
	}
	if !strings.Contains(logged.String(), "priya-sam") || strings.Contains(logged.String(), "secret-path") {
		t.Errorf("want the operator told, without the address, got %s", &logged)
	}
	if _, err := in.checkCalendar(t.Context(), &meeting.Pair{ID: "priya-sam", Follows: meeting.Follows{Source: "secrets/calendar-priya-sam", Summary: "x"}}); err == nil || !strings.Contains(err.Error(), "500") {
		t.Errorf("check: want the server's answer, got %v", err)
	}

	_ = os.Remove(filepath.Join(dir, "state", "calendars", "priya-sam.ics.json"))
	verb, err := in.borrow(&options{dir: dir}) // as the service lends itself, which fetches when it is nobody's turn
	if err != nil {
		t.Fatal(err)
	}
	before := requests
	if verb.fetchCalendars(context.Background()); requests != before {
		t.Error("a verb beside the service keeps the service waiting for a calendar's server")
	}
}

func TestNothingOfAForgottenPersonsCalendarStays(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, teamCalendar(time.Now().UTC().Truncate(time.Hour).AddDate(0, 0, -27), ""))
	}))
	defer server.Close()
	dir := t.TempDir()
	if err := makeInstance(dir, []byte("mail: {address: 1on1@acme.example}\nimap: {host: imap.acme.example}\nsmtp: {host: smtp.acme.example}\nsender: {server: mx.acme.example}\ncontent: {git: false}\n"), time.Now()); err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{
		"person add priya --name Priya --address priya@acme.example --zone UTC", "person add sam --name Sam --address sam@acme.example --zone UTC",
		"pair add priya-sam --manager sam --report priya --calendar " + server.URL + "/secret-path --event weekly --zone UTC --consented",
		"remind", "person forget priya --yes",
	} {
		c := rootCommand()
		c.SetArgs(append([]string{"--dir", dir}, strings.Fields(line)...))
		c.SetOut(io.Discard)
		c.SetErr(io.Discard)
		if err := c.ExecuteContext(t.Context()); err != nil && !strings.HasPrefix(line, "remind") { // which has no password to send with
			t.Fatalf("duolog %s: %v", line, err)
		}
	}
	store := (&options{dir: dir}).store()
	pairs, err := store.Pairs()
	if err != nil || len(pairs) != 1 {
		t.Fatalf("want Sam's log to go on, got %v, %v", pairs, err)
	}
	if l, err := store.Log(pairs[0]); err != nil || l.Pair.Follows.Source != "" {
		t.Errorf("want it readable, and no calendar followed, got %+v, %v", l, err)
	}
	for _, folder := range []string{"content", "secrets", "state/calendars"} {
		if found := grep(t, "priya", filepath.Join(dir, folder)); len(found) > 0 {
			t.Errorf("%s: the name stands in %v", folder, found)
		}
		_ = filepath.WalkDir(filepath.Join(dir, folder), func(path string, _ fs.DirEntry, _ error) error {
			if strings.Contains(filepath.Base(path), "priya") {
				t.Errorf("want it gone: %s", path)
			}
			return nil
		})
	}
}
