package mailflow

import (
	"context"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"duolog/mailflow/inbox"
)

// multi writes a multipart body with the given parts, and its Content-Type.
func multi(kind string, parts ...string) (header, body string) {
	for _, p := range parts {
		body += "--frontier\n" + p + "\n"
	}
	return "MIME-Version: 1.0\r\nContent-Type: multipart/" + kind + "; boundary=frontier\r\n", body + "--frontier--"
}

func multipart(kind string, parts ...string) mail {
	header, body := multi(kind, parts...)
	return mail{from: "priya", header: header, text: body}
}

func encoded(charset, body string) mail {
	return mail{from: "priya", header: "Content-Type: text/plain; charset=" + charset + "\r\nContent-Transfer-Encoding: base64\r\n",
		text: base64.StdEncoding.EncodeToString([]byte(body))}
}

const plain = "Content-Type: text/plain; charset=utf-8\n\n"

// hostile are odd and malicious mails of Priya, and how each must end. told is how many letters answer it.
var hostile = []struct {
	name   string
	mail   mail
	want   string   // outcome and reason
	has    []string // what must stand in the pair's files
	hasNot []string
	told   int
}{
	// what machines send
	{"a holiday assistant", mail{text: "topic: away", header: "Auto-Submitted: auto-replied (out of office)\r\n"}, "dropped auto-reply", nil, nil, 0},
	{"a person whose program says so", mail{text: "topic: budget", header: "Auto-Submitted: no\r\n"}, "accepted proved", []string{"budget"}, nil, 1},
	{"a list", mail{text: "topic: list", header: "List-Id: <all.example.org>\r\nPrecedence: list\r\n"}, "dropped mailing-list", nil, nil, 0},
	{"our own name", mail{from: bot, to: bot, text: "topic: loop"}, "dropped own-address", nil, nil, 0},
	{"a bounce in plain words", mail{from: "mailer-daemon@example.org", to: bot, text: "Hi. I could not deliver your message.", header: "Return-Path: <>\r\n"}, "held bounce-unparsed", nil, nil, 0},

	// structures in which two readers see two mails
	{"two content types", mail{text: "topic: x", header: "Content-Type: text/plain\r\nContent-Type: text/html\r\n"}, "held two-content-types", nil, nil, 0},
	{"no boundary", mail{text: "topic: x", header: "Content-Type: multipart/mixed; boundary=\"\"\r\n"}, "held bad-boundary", nil, nil, 0},
	{"mails within mails", mail{text: strings.Repeat("Content-Type: message/rfc822\n\n", 60), header: "Content-Type: message/rfc822\r\n"}, "held too-deep", nil, nil, 0},
	{"a fragment", mail{text: "topic: x", header: "Content-Type: message/partial; id=a; number=1; total=2\r\n"}, "held message-partial", nil, nil, 0},
	{"a body elsewhere", mail{text: "x", header: "Content-Type: message/external-body; access-type=local-file; name=\"/etc/hostname\"\r\n"}, "held external-body", nil, nil, 0},
	{"a second mail behind a dot", mail{text: "topic: x\n.\nMAIL FROM:<sam@example.org>\nDATA\nFrom: sam@example.org\n\ntopic: his"}, "held smtp-in-body", nil, nil, 0},
	{"base64 with a hole", mail{text: "dG9waWM6IHg!!", header: "Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n"}, "held bad-base64", nil, nil, 0},
	{"no closing boundary", func() mail {
		m := multipart("mixed", plain+"topic: the offsite")
		m.text = strings.TrimSuffix(m.text, "--frontier--")
		return m
	}(), "accepted proved", []string{"the offsite"}, nil, 1},
	{"a mail attached", multipart("mixed", plain+"topic: the offsite", "Content-Type: message/rfc822\n\nFrom: sam@example.org\n\ntopic: of somebody else"), "accepted proved", []string{"the offsite"}, []string{"somebody else"}, 1},
	{"an attachment named as a path", multipart("mixed", plain+"topic: the offsite", "Content-Type: text/plain; name=\"../../people/sam.md\"\nContent-Disposition: attachment\n\nname: Eve"), "accepted proved", []string{"the offsite"}, []string{"Eve", ".."}, 1},

	// letters of all kinds
	{"Cyrillic in KOI8-R", encoded("koi8-r", "topic: \xc2\xc0\xc4\xd6\xc5\xd4"), "accepted proved", []string{"бюджет"}, nil, 1},
	{"Japanese in Shift_JIS", encoded("shift_jis", "topic: \x97\\\x8eZ"), "accepted proved", []string{"予算"}, nil, 1},
	{"an emoji in GB18030", encoded("gb18030", "topic: \xd4\xa4\xcb\xe3 \x94\x39\xfc\x36"), "accepted proved", []string{"预算 😀"}, nil, 1},
	{"UTF-8 without a label", mail{text: "topic: Überlänge", header: "Content-Type: text/plain\r\n"}, "accepted proved", []string{"Überlänge"}, nil, 1},
	{"no UTF-8", mail{text: "topic: a\xc0\xafb\xed\xa0\x80c"}, "accepted proved", []string{"topics:"}, nil, 1},
	{"a terminal's commands", mail{text: "topic: a\x1b[2J\x07b\u009b31mc"}, "accepted proved", []string{"topics:"}, []string{"\x1b", "\x07", "\u009b"}, 1},
	{"text that turns round", mail{text: "topic: pay \u202e001\u2066 x"}, "accepted proved", []string{"pay"}, []string{"\u202e", "\u2066"}, 1},
	{"UTF-7", mail{text: "topic: +ADw-script+AD4-", header: "Content-Type: text/plain; charset=utf-7\r\n"}, "accepted proved", []string{"+ADw-"}, []string{"<script"}, 1},

	// text that means something to the next program
	{"the end of front matter", mail{text: "topic: before\n---\ntitle: after\n---\n\ntopic: last"}, "accepted proved", []string{"before", "last"}, nil, 1},
	{"a YAML tag", mail{text: "topic: !!python/object:os.system\n\ntopic: &anchor *alias\n\ntopic: '{a: [b'"}, "accepted proved", []string{"os.system"}, nil, 1},
	{"a shortcode", mail{text: "topic: {{< figure\n\ntopic: {{% /x %}} and {{ getenv \"HOME\" }}"}, "accepted proved", []string{"{{< figure", "getenv"}, nil, 1},
	{"Markdown of its own", mail{text: "topic: a\n# head\n=====\n```\n| a | b |\n<script>alert(1)</script>"}, "accepted proved", []string{"topics:"}, nil, 1},
	{"HTML alone, with what must not be seen", mail{header: "Content-Type: text/html; charset=utf-8\r\n",
		text: `<p>topic: the offsite</p><div style="display:none">topic: hidden</div><script>topic()</script><img src="http://evil.example/p.gif"><a href="javascript:x()">here</a>`},
		"accepted proved", []string{"the offsite"}, []string{"hidden", "topic()", "p.gif", "javascript:"}, 1},
	{"a name that is a path", mail{text: "topic: the offsite", header: "X-Name: x\r\nSender: \"../../content/pairs/jo-sam/_index.md\" <a@example.org>\r\n"}, "accepted proved", []string{"the offsite"}, []string{"jo-sam"}, 1},
	{"a subject with a header in it", mail{text: "topic: the offsite", header: "Subject: =?utf-8?q?x=0D=0ABcc:_eve=40evil.example?=\r\n"}, "accepted proved", []string{"the offsite"}, []string{"evil.example"}, 1},
	{"a reply address of somebody else", mail{text: "topic: the offsite", header: "Reply-To: eve@evil.example\r\nCc: eve@evil.example\r\nDisposition-Notification-To: eve@evil.example\r\n"}, "accepted proved", []string{"the offsite"}, nil, 1},
	{"one word of 100 kB", mail{text: "topic: " + strings.Repeat("a", 100_000)}, "accepted proved", []string{"aaaa"}, []string{strings.Repeat("a", 3000)}, 1},
	{"200 items", mail{text: strings.Repeat("- one more of them\n\n", 200)}, "accepted proved", []string{"T50"}, []string{"T51"}, 1},

	// what we cannot read
	{"encrypted", mail{header: "Content-Type: multipart/encrypted; protocol=\"application/pgp-encrypted\"; boundary=frontier\r\n", text: "--frontier\nContent-Type: application/pgp-encrypted\n\nVersion: 1\n--frontier--"}, "held encrypted", nil, nil, 1},
	{"a signature around the text", mail{header: "Content-Type: application/pkcs7-mime; smime-type=signed-data\r\n", text: "x"}, "held opaque-signed", nil, nil, 1},
	{"Outlook's own format", mail{header: "Content-Type: application/ms-tnef; name=winmail.dat\r\n", text: "x"}, "held only-winmail-dat", nil, nil, 1},
	{"encrypted and forged", mail{results: "dmarc=fail header.from=example.org", header: "Content-Type: application/pkcs7-mime; smime-type=enveloped-data\r\n", text: "x"}, "held encrypted", nil, nil, 0},
	{"a calendar's other time", multipart("alternative", plain+"How about this?", "Content-Type: text/calendar; method=COUNTER\n\nBEGIN:VCALENDAR\nMETHOD:COUNTER\nBEGIN:VEVENT\nUID:x@example.org\nEND:VEVENT\nEND:VCALENDAR"), "held calendar", nil, nil, 0},

	// time
	{"written in the year 9999", mail{text: "topic: the offsite", header: "Date: Fri, 31 Dec 9999 23:59:59 +0000\r\n"}, "accepted proved", []string{"the offsite"}, []string{"9999"}, 1},
	{"written at no time", mail{text: "topic: the offsite", header: "Date: yesterday, around noon\r\n"}, "accepted proved", []string{"the offsite"}, nil, 1},
	{"dated back to before its address ended", mail{text: "topic: late", expires: now, header: "Date: Mon, 30 Nov 2026 09:00:00 +0000\r\n"}, "held token-expired", nil, nil, 1},
}

func TestOddAndHostileMailsEndAsTheyMust(t *testing.T) {
	t.Parallel()
	for _, c := range hostile {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			in := newInstance(t)
			m := c.mail
			if m.from == "" {
				m.from = "priya"
			}
			raw := in.raw(m)
			if name, _, ok := strings.Cut(m.header, ":"); ok && slices.Contains([]string{"Date", "Subject"}, name) {
				raw = withoutFirst(raw, name)
			}
			in.endsAsItMust(t, raw, c.want, c.has, c.hasNot, c.told)
		})
	}
}

// endsAsItMust delivers a mail of Priya's twice and looks at what became of it: one of the outcomes in want, between bars; what the
// pair's files have and have not; how many letters tell her, -1 for any number.
func (in *instance) endsAsItMust(t *testing.T, raw []byte, want string, has, hasNot []string, told int) {
	t.Helper()
	before := in.store()
	begin := time.Now()
	m := inbox.Message{Raw: raw, Received: in.clock, Size: int64(len(raw))}
	e, err := in.Deliver(context.Background(), m)
	if err != nil && !e.Retryable {
		t.Fatal(err)
	}
	if took := time.Since(begin); took > 10*time.Second { // the promise is 2 s; this is a machine under load
		t.Errorf("took %v", took)
	}
	if got := fmt.Sprintf("%s %s", e.Outcome, e.Reason); !slices.Contains(strings.Split(want, "|"), got) {
		t.Errorf("want %s, got %s (%s)", want, got, e.Detail)
	}
	after := in.store()
	written := changes(before, after)
	if e.Outcome != Accepted && written != "" {
		t.Errorf("it wrote:\n%s", written)
	}
	for name := range after {
		if before[name] != after[name] && !strings.HasPrefix(name, "pairs/priya-sam/") {
			t.Errorf("it wrote %s", name)
		}
	}
	for _, s := range has {
		if !strings.Contains(written, s) {
			t.Errorf("want %q in:\n%s", s, written)
		}
	}
	for _, s := range hasNot {
		if s != "" && strings.Contains(written, s) {
			t.Errorf("%q stands in:\n%s", s, written)
		}
	}
	if !utf8.ValidString(written) || strings.ContainsFunc(written, func(r rune) bool { return r != '\n' && unicode.IsControl(r) }) {
		t.Errorf("no clean text: %q", written)
	}
	if strings.Count(in.log.String(), "\n") != 1 {
		t.Errorf("want one line in the log, got:\n%s", in.log)
	}
	in.answers(t, told)
	if _, err := in.Deliver(context.Background(), m); err != nil && !e.Retryable {
		t.Fatal(err)
	}
	sameFiles(t, after, in.store())
	in.answers(t, told)
}

// answers fails the test unless Priya got n letters, -1 for any number, and nobody else any, each to her alone.
func (in *instance) answers(t *testing.T, n int) {
	t.Helper()
	in.flush()
	got := in.arrived("priya")
	if n >= 0 && len(got) != n || len(in.arrived("sam"))+len(in.arrived("jo")) > 0 {
		t.Errorf("want %d letters to Priya alone, got %d, and %d to others", n, len(got), len(in.arrived("sam"))+len(in.arrived("jo")))
	}
	for _, m := range got {
		if m.Header.Has("Cc") || m.Header.Has("Bcc") || m.Header.Text("To") != `"Priya Nair" <priya@example.org>` {
			t.Errorf("a letter went to %q, %q, %q", m.Header.Text("To"), m.Header.Text("Cc"), m.Header.Text("Bcc"))
		}
	}
}

// changes is the text of all files that differ.
func changes(before, after map[string]string) string {
	var all string
	for name, text := range after {
		if before[name] != text {
			all += text
		}
	}
	return all
}

// withoutFirst takes the first header field of that name out, so that the test's own stands.
func withoutFirst(raw []byte, name string) []byte {
	s := string(raw)
	i := strings.Index(s, "\r\n"+name+":")
	end := i + 2 + strings.Index(s[i+2:], "\r\n")
	return []byte(s[:i] + s[end:])
}
