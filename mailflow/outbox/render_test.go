package outbox

import (
	"bytes"
	"encoding/base64"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	netmail "net/mail"
	"slices"
	"strings"
	"testing"
	"time"
)

func draft() Draft {
	return Draft{
		From: "1on1@acme.example", FromName: "Priya + Sam 1:1",
		To: "priya@acme.example", ToName: "Priya Nair",
		ReplyTo:  "1on1+k7q@acme.example",
		Subject:  "1:1 Priya + Sam – Thu 3 Dec 16:00 – what should we talk about?",
		Text:     "One line is enough.\n-- reply above this line --\n\nT3  Career: path to staff\nJürgen\n",
		HTML:     "<!doctype html><p>One line is enough.",
		Calendar: []byte("BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n"), CalendarMethod: "REQUEST",
		MessageID: "pre.priya-sam.2026-12-03@acme.example", InReplyTo: "<thread.priya-sam.2026-12-03@acme.example>",
		References: []string{"thread.priya-sam.2026-12-03@acme.example", "other@acme.example"},
		Date:       time.Date(2026, 12, 1, 16, 0, 0, 0, time.FixedZone("", 3600)),
		Language:   "de-AT",
	}
}

func render(t *testing.T, d Draft) (*netmail.Message, []byte) {
	t.Helper()
	raw, err := Render(d)
	if err != nil {
		t.Fatalf("Render: %v", err)
	}
	m, err := netmail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		t.Fatalf("what Render wrote is not a message: %v\n%s", err, raw)
	}
	return m, raw
}

func TestRenderWritesAMessageThatMailProgramsThreadAndRobotsLeaveAlone(t *testing.T) {
	m, _ := render(t, draft())
	want := map[string]string{
		"From": `"Priya + Sam 1:1" <1on1@acme.example>`, "To": `"Priya Nair" <priya@acme.example>`,
		"Reply-To": `"Priya + Sam 1:1" <1on1+k7q@acme.example>`, "Date": "Tue, 01 Dec 2026 16:00:00 +0100",
		"Message-Id": "<pre.priya-sam.2026-12-03@acme.example>", "In-Reply-To": "<thread.priya-sam.2026-12-03@acme.example>",
		"References":     "<thread.priya-sam.2026-12-03@acme.example> <other@acme.example>",
		"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "OOF, AutoReply", "Mime-Version": "1.0",
		"Content-Language": "de-AT", "List-Post": "", "User-Agent": "", "X-Mailer": "",
	}
	for name, value := range want {
		if got := m.Header.Get(name); got != value {
			t.Errorf("%s: want %q, got %q", name, value, got)
		}
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	if err != nil || subject != draft().Subject {
		t.Errorf("subject: want %q, got %q (%v)", draft().Subject, subject, err)
	}
}

// parts lists what a multipart holds, one line each, its own parts indented.
func parts(t *testing.T, kind string, body io.Reader, indent string) []string {
	t.Helper()
	media, params, err := mime.ParseMediaType(kind)
	if err != nil || !strings.HasPrefix(media, "multipart/") {
		t.Fatalf("want a multipart, got %q (%v)", kind, err)
	}
	lines := []string{indent + media}
	for r := multipart.NewReader(body, params["boundary"]); ; {
		p, err := r.NextRawPart()
		if err == io.EOF {
			return lines
		}
		if err != nil {
			t.Fatal(err)
		}
		kind := p.Header.Get("Content-Type")
		if strings.HasPrefix(kind, "multipart/") {
			lines = append(lines, parts(t, kind, p, indent+"  ")...)
			continue
		}
		raw, _ := io.ReadAll(p)
		switch p.Header.Get("Content-Transfer-Encoding") {
		case "base64":
			raw, err = base64.StdEncoding.DecodeString(strings.ReplaceAll(string(raw), "\r\n", ""))
		case "quoted-printable":
			raw, err = io.ReadAll(quotedprintable.NewReader(bytes.NewReader(raw)))
		}
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, strings.TrimSpace(indent+"  "+kind+" "+p.Header.Get("Content-Disposition"))+": "+strings.ReplaceAll(string(raw[:min(len(raw), 15)]), "\r\n", " "))
	}
}

func TestALetterWithoutThreadOrInvitationHasNothingEmpty(t *testing.T) {
	d := Draft{From: "1on1@acme.example", To: "priya@acme.example", Subject: "x", Text: "x", MessageID: "a@acme.example", Date: draft().Date}
	m, raw := render(t, d)
	for _, name := range []string{"Reply-To", "In-Reply-To", "References"} {
		if v, there := m.Header[name]; there {
			t.Errorf("%s: want none, got %q", name, v)
		}
	}
	if kind := m.Header.Get("Content-Type"); !strings.HasPrefix(kind, "text/plain") || bytes.Contains(raw, []byte("invite.ics")) {
		t.Errorf("want text alone, got %s\n%s", kind, raw)
	}
	d.HTML = "<p>x"
	_, first := render(t, d)
	if _, again := render(t, d); !bytes.Equal(first, again) || !bytes.Contains(first, []byte("text/html")) || bytes.Contains(first, []byte("invite.ics")) {
		t.Errorf("want the same text and HTML each time, got\n%s\nafter\n%s", again, first)
	}
}

func TestRenderOffersTextThenHTMLThenTheInvitation(t *testing.T) {
	d := draft()
	d.Subject = "Content-Type: multipart/mixed; boundary=e" // a person's words are never taken for ours
	for _, c := range []struct {
		inline bool
		want   []string
	}{
		{true, []string{
			"multipart/mixed", "  multipart/alternative",
			"    text/plain; charset=UTF-8: One line is eno", "    text/html; charset=UTF-8: <!doctype html>", "    text/calendar; method=REQUEST; charset=UTF-8: BEGIN:VCALENDAR",
			`  application/ics; name="invite.ics" attachment; filename="invite.ics": BEGIN:VCALENDAR`,
		}},
		{false, []string{
			"multipart/mixed", "  multipart/alternative", "    text/plain; charset=UTF-8: One line is eno", "    text/html; charset=UTF-8: <!doctype html>",
			`  application/ics; name="invite.ics" attachment; filename="invite.ics": BEGIN:VCALENDAR`,
		}},
	} {
		d.CalendarInline = c.inline
		m, raw := render(t, d)
		got := parts(t, m.Header.Get("Content-Type"), m.Body, "")
		for i := range got { // the indentation of a leaf is trimmed with its empty disposition
			got[i], c.want[i%len(c.want)] = strings.TrimSpace(got[i]), strings.TrimSpace(c.want[i%len(c.want)])
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("inline %v: want\n%s\ngot\n%s\n%s", c.inline, strings.Join(c.want, "\n"), strings.Join(got, "\n"), raw)
		}
	}
}

func TestTheSameDraftRendersToTheSameBytes(t *testing.T) {
	_, first := render(t, draft())
	for range 20 {
		if _, again := render(t, draft()); !bytes.Equal(first, again) {
			t.Fatalf("want the same bytes again, got\n%s\nafter\n%s", again, first)
		}
	}
	other := draft()
	other.MessageID = "another@acme.example"
	if _, raw := render(t, other); bytes.Contains(raw, []byte(boundary(draft().MessageID))) {
		t.Error("want another boundary for another mail")
	}
}

func TestNoTextOfAPersonAddsAHeaderFieldOrARecipient(t *testing.T) {
	d := draft()
	d.Subject = "hi\r\nBcc: eve@evil.example\u202e\x00"
	d.ToName = "Priya\"\r\nBcc: eve@evil.example"
	d.FromName = "a>, <eve@evil.example"
	d.Calendar, d.CalendarMethod, d.CalendarInline = []byte("x"), "REQUEST\r\nX-Evil: 1", true
	m, raw := render(t, d)
	if m.Header.Get("Bcc") != "" || bytes.Contains(raw, []byte("X-Evil")) {
		t.Errorf("want no smuggled field, got\n%s", raw)
	}
	for _, name := range []string{"From", "To"} {
		if list, err := m.Header.AddressList(name); err != nil || len(list) != 1 || strings.Contains(list[0].Address, "evil") {
			t.Errorf("%s: want the one address, got %v (%v)", name, list, err)
		}
	}
	if got := m.Header.Get("Subject"); got != "hi Bcc: eve@evil.example" {
		t.Errorf("want the subject on one line, got %q", got)
	}
}

func TestRenderRefusesWhatIsNotExactlyOneAddressIdOrLanguage(t *testing.T) {
	for name, spoil := range map[string]func(*Draft){
		"two recipients":      func(d *Draft) { d.To = "a@acme.example, b@acme.example" },
		"name in address":     func(d *Draft) { d.To = "P <a@acme.example>" },
		"no recipient":        func(d *Draft) { d.To = "" },
		"line in reply-to":    func(d *Draft) { d.ReplyTo = "a@acme.example\r\nBcc: b@acme.example" },
		"no id":               func(d *Draft) { d.MessageID = "" },
		"line in id":          func(d *Draft) { d.MessageID = "a\r\nBcc:b@c.example" },
		"broken references":   func(d *Draft) { d.References = []string{"a@b> <c"} },
		"no date":             func(d *Draft) { d.Date = time.Time{} },
		"line in language":    func(d *Draft) { d.Language = "en\r\nBcc: b@acme.example" },
		"two languages":       func(d *Draft) { d.Language = "en, de" },
		"id without a domain": func(d *Draft) { d.MessageID = "pre@" },
		"id of a domain":      func(d *Draft) { d.MessageID = "@acme.example" },
		"bracket in id":       func(d *Draft) { d.MessageID = "a[b]@acme.example" },
		"letter beyond ASCII": func(d *Draft) { d.MessageID = "ä@acme.example" },
		"broken answer":       func(d *Draft) { d.InReplyTo = "a b@acme.example" },
		"comment in address":  func(d *Draft) { d.To = "a@acme.example (P)" },
		"bracketed address":   func(d *Draft) { d.To = "<a@acme.example>" },
	} {
		d := draft()
		spoil(&d)
		if raw, err := Render(d); err == nil {
			t.Errorf("%s: want an error, got\n%s", name, raw)
		}
	}
}

func TestRenderedLinesAreShortASCIIAndEndWithCRLF(t *testing.T) {
	d := draft()
	d.Subject = strings.Repeat("Über die Übergabe ", 20)
	d.Text = strings.Repeat("Über die Übergabe ", 200)
	_, raw := render(t, d)
	for line := range strings.SplitSeq(strings.TrimSuffix(string(raw), "\r\n"), "\r\n") {
		if len(line) > 998 || strings.ContainsAny(line, "\r\n") || strings.ContainsFunc(line, func(r rune) bool { return r > 0x7e }) {
			t.Errorf("want short ASCII lines (RFC 5322, 2.1.1), got %q", line)
		}
	}
}

func TestAMailIsAnsweredUnderItsIDOnlyWhenThatIsOne(t *testing.T) {
	for id, want := range map[string]bool{
		"1.priya@mail.example.org": true, "<1@example.org>": true, "a=b_c-d@[192": false, "": false, "x": false, "caf\u00e9@example.org": false,
		"a@b> <c@d": false, "a b@example.org": false, strings.Repeat("x", 880) + "@example.org": true, strings.Repeat("x", 900) + "@example.org": false,
	} {
		if got := IsMessageID(id); got != want {
			t.Errorf("%.40q: want %v, got %v", id, want, got)
		}
	}
}
