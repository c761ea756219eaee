//go:build unix

package main

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	netmail "net/mail"
	"strings"
	"testing"
	"time"

	"duolog/mailflow/mailtest"
)

// A calendar program on the other end of real servers: it gets the invitation, accepts the series, declines one meeting, proposes another
// time for the next, and each time its calendar is brought up to date by a mail that is sent anyway.
func TestAnInvitationGoesAroundOverRealDovecotAndPostfix(t *testing.T) {
	if testing.Short() {
		t.Skip("real servers are left out of the short run")
	}
	r := startRealRoute(t, "")
	r.duolog(0, "person", "add", "priya", "--name", "Priya Nair", "--address", "priya@acme.example", "--zone", "Europe/Berlin")
	r.duolog(0, "person", "add", "sam", "--name", "Sam Ortega", "--address", "sam@acme.example", "--zone", "America/New_York")
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	first := time.Now().In(berlin).Add(20 * time.Hour).Truncate(time.Minute)
	r.duolog(0, "pair", "add", "priya-sam", "--manager", "sam", "--report", "priya", "--first", first.Format("2006-01-02 15:04"), "--zone", "Europe/Berlin", "--consented")
	r.duolog(0, "remind")
	r.letter("priya", "what should we talk about?")

	invited := r.invitation("priya", -1)
	e := invited.Events[0]
	if invited.Method != "REQUEST" || e.Sequence != 0 || e.Partstat != "NEEDS-ACTION" || e.Starts[0] != first.Unix() {
		t.Fatalf("want the series asked for, got %+v", invited)
	}
	organizer := strings.TrimPrefix(e.Organizer, "mailto:")
	answer := func(method, partstat, lines string) {
		t.Helper()
		object := fmt.Sprintf("BEGIN:VCALENDAR\r\nMETHOD:%s\r\nPRODID:Microsoft Exchange Server 2010\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:%s\r\nDTSTAMP:20261201T000000Z\r\n"+
			"ATTENDEE;PARTSTAT=%s;CN=Priya Nair:mailto:priya@acme.example\r\n%sEND:VEVENT\r\nEND:VCALENDAR\r\n", method, e.UID, partstat, lines)
		r.send("priya", organizer, calendarMail(organizer, method, partstat, object))
		if out := r.duolog(0, "receive"); !strings.Contains(out, "accepted   priya-sam: priya, 1 change") {
			t.Fatalf("%s %s: receive said\n%s", method, partstat, out)
		}
	}
	windows := func(name string, at time.Time) string {
		return name + ";TZID=W. Europe Standard Time:" + at.Format("20060102T150405") + "\r\n"
	}

	before := len(r.mails("priya"))
	answer("REPLY", "ACCEPTED", windows("DTSTART", first)+"RRULE:FREQ=WEEKLY\r\n")
	answer("REPLY", "DECLINED", windows("DTSTART", first.AddDate(0, 0, 7))+windows("RECURRENCE-ID", first.AddDate(0, 0, 7))+"COMMENT:at the dentist\r\n")
	if export := r.duolog(0, "export", "priya-sam"); strings.Contains(export, "Declined") || strings.Contains(export, "has accepted") {
		t.Errorf("a program's words are in the log\n%s", export)
	}
	r.duolog(0, "remind")
	asked := r.letter("sam", "Why: at the dentist")
	r.submit("sam", "Sam Ortega <sam@acme.example>", asked, "ok\n")
	r.duolog(0, "receive")
	r.duolog(0, "remind")
	r.letter("priya", "skips your 1:1")
	if now := len(r.mails("priya")); now != before+1 {
		t.Errorf("want one mail to Priya in answer to two clicks and a skip, got %d", now-before)
	}
	skipped := r.invitation("priya", 0)
	if e := skipped.Events[0]; e.Partstat != "ACCEPTED" || e.Organizer != "mailto:"+organizer || e.Starts[1] != first.AddDate(0, 0, 14).Unix() {
		t.Errorf("want the second meeting out of the series that she accepted, got %+v", e)
	}

	third := first.AddDate(0, 0, 14)
	answer("COUNTER", "TENTATIVE", windows("DTSTART", third.Add(2*time.Hour))+windows("RECURRENCE-ID", third)+"COMMENT:after lunch\r\n")
	r.duolog(0, "remind")
	counter := r.letter("sam", "In Priya's words: after lunch")
	if clocks := third.Add(2*time.Hour).Format("15:04") + " for Priya"; !strings.Contains(counter.Text, clocks) {
		t.Errorf("want both clocks, %q, got\n%s", clocks, counter.Text)
	}
	r.submit("sam", "Sam Ortega <sam@acme.example>", counter, "ok\n")
	r.duolog(0, "receive")
	r.duolog(0, "remind")
	r.letter("priya", "Sam agrees")
	moved := r.invitation("priya", skipped.Events[0].Sequence)
	if len(moved.Events) != 2 || moved.Events[1].Instance != third.Unix() || moved.Events[1].Starts[0] != third.Add(2*time.Hour).Unix() {
		t.Errorf("want the third meeting in its new place, got %+v", moved.Events)
	}
	if sams := r.invitation("sam", 0); len(sams.Events) != 2 || sams.Events[0].Attendee != "mailto:sam@acme.example" || sams.Events[0].Organizer == "mailto:"+organizer {
		t.Errorf("want Sam's own copy moved too, with an organizer address of his own, got %+v", sams.Events)
	}
}

// mails are all that a person got.
func (r *realRoute) mails(person string) [][]byte {
	r.t.Helper()
	all, err := r.dovecot.Mails(person)
	if err != nil {
		r.t.Fatal(err)
	}
	return all
}

// invitation is the newest one that a person got, with a higher sequence than the given one, as libical reads it.
func (r *realRoute) invitation(person string, above int) mailtest.Libical {
	r.t.Helper()
	for range 50 { // the mail may still be on its way
		best := mailtest.Libical{}
		highest := above
		for _, raw := range r.mails(person) {
			object := attachedInvite(r.t, raw)
			if object == nil {
				continue
			}
			got, err := mailtest.ReadWithLibical(object, time.Now().AddDate(1, 0, 0))
			if err != nil || len(got.Problems) > 0 {
				r.t.Fatalf("libical finds fault: %v %q\n%s", err, got.Problems, object)
			}
			if s := got.Events[0].Sequence; s > highest {
				highest, best = s, got
			}
		}
		if best.Method != "" {
			return best
		}
		time.Sleep(200 * time.Millisecond)
	}
	r.t.Fatalf("no invitation above sequence %d reached %s", above, person)
	return mailtest.Libical{}
}

// attachedInvite is the file invite.ics of a mail, nil when it has none.
func attachedInvite(t *testing.T, raw []byte) []byte {
	t.Helper()
	m, err := netmail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	kind, params, _ := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if kind != "multipart/mixed" {
		return nil
	}
	for parts := multipart.NewReader(m.Body, params["boundary"]); ; {
		p, err := parts.NextPart()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			t.Fatal(err)
		}
		if p.FileName() == "invite.ics" {
			object, err := io.ReadAll(base64.NewDecoder(base64.StdEncoding, p))
			if err != nil {
				t.Fatal(err)
			}
			return object
		}
	}
}

// calendarMail is how Exchange sends an answer: the program's words, and the object in base64.
func calendarMail(to, method, partstat, object string) []byte {
	subject := map[string]string{"ACCEPTED": "Accepted", "DECLINED": "Declined", "TENTATIVE": "New Time Proposed"}[partstat]
	return fmt.Appendf(nil, "From: Priya Nair <priya@acme.example>\r\nTo: 1:1 log <%s>\r\nSubject: %s: 1:1 Priya + Sam\r\nDate: %s\r\nMessage-ID: <%d@acme.example>\r\n"+
		"MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=\"_000_x\"\r\n\r\n--_000_x\r\nContent-Type: text/plain; charset=\"us-ascii\"\r\n\r\nPriya Nair has %s this invitation.\r\n"+
		"--_000_x\r\nContent-Type: text/calendar; charset=\"utf-8\"; method=%s\r\nContent-Transfer-Encoding: base64\r\n\r\n%s\r\n--_000_x--\r\n",
		to, subject, time.Now().Format(time.RFC1123Z), time.Now().UnixNano(), strings.ToLower(subject), method, base64.StdEncoding.EncodeToString([]byte(object)))
}
