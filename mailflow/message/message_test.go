package message

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"
)

// mail builds a message with CRLF line ends from a body with its content fields.
func mail(content string) []byte {
	s := "Received: from a by b\nFrom: Priya Nair <priya@acme.example>\nTo: 1on1+k7q@acme.example\nSubject: Re: 1:1\nMessage-ID: <m1@acme.example>\nMIME-Version: 1.0\n" + content
	return []byte(strings.ReplaceAll(s, "\n", "\r\n"))
}

func parse(t *testing.T, raw []byte) *Message {
	t.Helper()
	m, err := Parse(raw)
	if err != nil {
		t.Fatalf("parse: %v", err)
	}
	return m
}

func TestDecodesTheTextOfAPart(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ content, text string }{
		"no type":                 {"\nhello", "hello"},
		"bytes without label":     {"Content-Type: text/plain\n\nGrüße", "Grüße"},
		"Latin-1 label on UTF-8":  {"Content-Type: text/plain; charset=iso-8859-1\n\nGrüße", "Grüße"},
		"Latin-1":                 {"Content-Type: text/plain; charset=iso-8859-1\n\nGr\xfc\xdfe", "Grüße"},
		"Latin-1 without label":   {"Content-Type: text/plain\n\nGr\xfc\xdfe", "Grüße"},
		"Latin-2":                 {"Content-Type: text/plain; charset=\"iso-8859-2\"\n\n\xb5", "ľ"},
		"KOI8-R":                  {"Content-Type: text/plain; charset=koi8-r\n\n\xd0\xcc\xc1\xce", "план"},
		"Shift_JIS":               {"Content-Type: text/plain; charset=Shift_JIS\n\n\x8c\x76\x89\xe6", "計画"},
		"ISO-2022-JP":             {"Content-Type: text/plain; charset=iso-2022-jp\n\n\x1b$B7W2h\x1b(B", "計画"},
		"GBK labelled gb2312":     {"Content-Type: text/plain; charset=gb2312\n\n\xe9F", "镕"},
		"UTF-7 stays as it is":    {"Content-Type: text/plain; charset=utf-7\n\n+ADw-script+AD4-", "+ADw-script+AD4-"},
		"quoted-printable":        {"Content-Transfer-Encoding: quoted-printable\nContent-Type: text/plain; charset=utf-8\n\nGr=C3=BC=\n=C3=9Fe = so  ", "Grüße = so  "},
		"base64":                  {"Content-Transfer-Encoding: BASE64\nContent-Type: text/plain\n\naGVs\nbG8=\n", "hello"},
		"decomposed":              {"Content-Type: text/plain; charset=utf-8\n\nu\u0308", "ü"},
		"controls":                {"Content-Type: text/plain; charset=utf-8\n\na\x1b[2Jb\x07\u202ec\u2066", "a[2Jbc"},
		"flowed":                  {"Content-Type: text/plain; format=flowed\n\none \ntwo\n three \n-- \nx", "one two\nthree \n-- \nx"},
		"flowed, delsp":           {"Content-Type: text/plain; format=flowed; delsp=yes\n\nrel \nease", "release"},
		"flowed quotes":           {"Content-Type: text/plain; format=flowed\n\n> a \n> b\n>> c \nd", "> a b\n>> c \nd"},
		"charset without value":   {"Content-Type: text/plain; charset; =utf-8; name=\"\n\nhello", "hello"},
		"type that is no type":    {"Content-Type: plain\n\nhello", "hello"},
		"Content-Encoding":        {"Content-Encoding: gzip\nContent-Type: text/plain\n\nhello", "hello"},
		"unknown charset":         {"Content-Type: text/plain; charset=x-foo\n\nhé", "hé"},
		"UTF-32":                  {"Content-Type: text/plain; charset=utf-32\n\n\xff\xfe\x00\x00G\x00\x00\x00r\x00\x00\x00\xfc\x00\x00\x00n\x00\x00\x00", "Grün"},
		"ASCII called UTF-16":     {"Content-Type: text/plain; charset=utf-16\n\nprivate: hello\nyou", "private: hello\nyou"},
		"encoding with a comment": {"Content-Transfer-Encoding: Base64 (as ever)\nContent-Type: text/plain\n\naGVsbG8=", "hello"},
		"lines parted by VT, FF":  {"Content-Type: text/plain\n\none\vtwo\fthree", "one\ntwo\nthree"},
		"pages, no empty lines":   {"Content-Type: text/plain\n\none\f\ntwo\n\fthree", "one\ntwo\nthree"},
		"what is no character":    {"Content-Type: text/plain; charset=utf-8\n\na\ufffeb\ufdd0c\u2063d", "abcd"},
		"several broken sequence": {"Content-Type: text/plain; charset=utf-8\n\na\xc0\xafb", "a\uFFFDb"},
	} {
		if got := parse(t, mail(c.content)).Text; got != c.text {
			t.Errorf("%s: text is %q, want %q", name, got, c.text)
		}
	}
}

// TestWhatIsNotSeenIsTakenOut has a letter on either side of what must go, one of each range and both its ends.
func TestWhatIsNotSeenIsTakenOut(t *testing.T) {
	t.Parallel()
	for _, r := range []rune{
		0x00, 0x01, 0x08, 0x0e, 0x1b, 0x1f, 0x7f, 0x80, 0x9f, 0x202a, 0x202e, 0x2061, 0x206f, 0x200e, 0x200f, 0x061c, 0xfeff, 0xfff9, 0xfffb, 0xe0000, 0xe007f,
	} {
		if got := Clean("a" + string(r) + "b"); got != "ab" {
			t.Errorf("%U stays: %q", r, got)
		}
	}
	for _, r := range []rune{'\t', '\n', ' ', '~', 0xa0, 0xad, 0x200d, 0x2030, 0x2060, 0x2070, 0x061b, 0xfffd, 0xe0080} {
		if got, want := Clean("a"+string(r)+"b"), "a"+string(r)+"b"; got != want {
			t.Errorf("%U became %q", r, got)
		}
	}
	for in, want := range map[string]string{
		"a\r\nb": "a\nb", "a\rb": "a\nb", "a\u2028b": "a\nb", "a\u2029b": "a\nb", "a\u0085b": "a\nb", "a\xffb": "a\ufffdb", "u\u0308": "ü", "ok\n": "ok\n",
		"a\vb": "a\nb", "a\fb": "a\nb",
	} {
		if got := Clean(in); got != want {
			t.Errorf("%q became %q, want %q", in, got, want)
		}
	}
}

func TestFindsTheVisibleParts(t *testing.T) {
	t.Parallel()
	alternative := "--b\nContent-Type: multipart/alternative; boundary=b_alt\n\n--b_alt\nContent-Type: text/plain\n\nplain\n--b_alt\nContent-Type: text/html\n\n<p>html</p>\n--b_alt--\n"
	for name, c := range map[string]struct {
		content string
		want    []Part
	}{
		"alternative in mixed, boundary with the other as its beginning": {"Content-Type: multipart/mixed; boundary=b\n\n" + alternative + "--b--\n", []Part{{"plain", "<p>html</p>"}}},
		"footer of a list": {"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/html\n\n<p>html</p>\n--b\n\nfooter\n--b--\n", []Part{{"", "<p>html</p>"}, {"footer", ""}}},
		"two texts":        {"Content-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--b\n\ntwo\n--b--\n", []Part{{"one", ""}, {"two", ""}}},
		"related in alternative": {"Content-Type: multipart/alternative; boundary=b\n\n--b\n\nplain\n--b\nContent-Type: multipart/related; boundary=c\n\n--c\nContent-Type: text/html\n\n<p>html</p>\n--c\nContent-Type: image/png\n\nx\n--c--\n--b--\n",
			[]Part{{"plain", "<p>html</p>"}}},
		"no closing boundary": {"Content-Type: multipart/mixed; boundary=b\n\n--b\n\none\n", []Part{{"one\r\n", ""}}},
		"attached message":    {"Content-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--b\nContent-Type: message/rfc822\n\nSubject: x\n\nleaked\n--b--\n", []Part{{"one", ""}}},
		"AMP":                 {"Content-Type: multipart/alternative; boundary=b\n\n--b\n\none\n--b\nContent-Type: text/x-amp-html\n\namp\n--b--\n", []Part{{"one", ""}}},
		"signed":              {"Content-Type: multipart/signed; boundary=b; protocol=\"application/pgp-signature\"\n\n--b\n\none\n--b\nContent-Type: application/pgp-signature\n\nx\n--b--\n", []Part{{"one", ""}}},
		"gzip as of HTTP":     {"Content-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--b\nContent-Type: text/plain\nContent-Encoding: gzip\n\nx\n--b--\n", []Part{{"one", ""}}},
		"named text":          {"Content-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--b\nContent-Type: text/plain; name=log.txt\n\nlog\n--b--\n", []Part{{"one", ""}}},
	} {
		got := parse(t, mail(c.content)).Body
		for i := range got {
			got[i].Text, got[i].HTML = strings.TrimSpace(got[i].Text), strings.TrimSpace(got[i].HTML)
		}
		for i := range c.want {
			c.want[i].Text = strings.TrimSpace(c.want[i].Text)
		}
		if fmt.Sprintf("%q", got) != fmt.Sprintf("%q", c.want) {
			t.Errorf("%s: parts are %q, want %q", name, got, c.want)
		}
	}
}

func TestNotesDefects(t *testing.T) {
	t.Parallel()
	deep := strings.Repeat("Content-Type: message/rfc822\n\n", 30) + "x"
	nest := ""
	for i := range 30 {
		nest += fmt.Sprintf("Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n", i, i)
	}
	for name, c := range map[string]struct {
		raw  []byte
		want Code
	}{
		"nested messages":      {mail(deep), TooDeep},
		"nested multiparts":    {mail(nest), TooDeep},
		"many parts":           {mail("Content-Type: multipart/mixed; boundary=b\n\n" + strings.Repeat("--b\n\nx\n", 500) + "--b--\n"), TooManyParts},
		"large":                {mail("\n" + strings.Repeat("x", MaxSize)), TooLarge},
		"large header":         {mail("X: " + strings.Repeat("x", MaxHeader) + "\n\nx"), HeaderTooLarge},
		"large text":           {mail("\n" + strings.Repeat("x y\n", MaxText/3)), TextTooLarge},
		"empty boundary":       {mail("Content-Type: multipart/mixed; boundary=\"\"\n\nx"), BadBoundary},
		"no boundary":          {mail("Content-Type: multipart/mixed\n\nx"), BadBoundary},
		"another boundary":     {mail("Content-Type: multipart/mixed; boundary=b\n\n--c\n\nx\n--c--\n"), BadBoundary},
		"two types":            {mail("Content-Type: text/plain\nContent-Type: text/html\n\nx"), TwoContentTypes},
		"two encodings":        {mail("Content-Transfer-Encoding: 8bit\nContent-Transfer-Encoding: base64\n\nx"), TwoEncodings},
		"two ids":              {mail("Message-ID: <2@x>\n\nx"), TwoMessageIDs},
		"broken base64":        {mail("Content-Transfer-Encoding: base64\n\naGVs!!bG8"), BadBase64},
		"base64 cut short":     {mail("Content-Transfer-Encoding: base64\n\naGVsb"), BadBase64},
		"bare CR":              {bytes.ReplaceAll(mail("\nx"), []byte("\n"), nil), BareCR},
		"bare CR in a field":   {mail("X: a\rFrom: b@x\n\nx"), BareCR},
		"NUL":                  {mail("X: a\x00b\n\nx"), NUL},
		"partial":              {mail("Content-Type: message/partial; id=x; number=1\n\nx"), Partial},
		"external":             {mail("Content-Type: message/external-body; access-type=URL\n\nx"), ExternalBody},
		"PGP/MIME":             {mail("Content-Type: multipart/encrypted; boundary=b; protocol=\"application/pgp-encrypted\"\n\n--b\n\nx\n--b--\n"), Encrypted},
		"inline PGP":           {mail("\n-----BEGIN PGP MESSAGE-----\n\nx"), Encrypted},
		"S/MIME encrypted":     {mail("Content-Type: application/pkcs7-mime; smime-type=enveloped-data\n\nx"), Encrypted},
		"S/MIME signed":        {mail("Content-Type: application/pkcs7-mime; smime-type=signed-data\n\nx"), OpaqueSigned},
		"winmail.dat":          {mail("Content-Type: application/ms-tnef; name=winmail.dat\n\nx"), OnlyTNEF},
		"line without colon":   {mail("this is no field\n\nx"), BadHeaderLine},
		"unknown encoding":     {mail("Content-Transfer-Encoding: x-uuencode\n\nx"), UnknownEncoding},
		"UTF-7":                {mail("Content-Type: text/plain; charset=utf-7\n\nx"), UnknownCharset},
		"no closing boundary":  {mail("Content-Type: multipart/mixed; boundary=b\n\n--b\n\nx"), NoFinalBoundary},
		"stray =":              {mail("Content-Transfer-Encoding: quoted-printable\n\na = b"), BadQuoted},
		"nothing to read":      {mail("Content-Type: image/png\n\nx"), NoText},
		"bytes not of charset": {mail("Content-Type: text/plain; charset=utf-8\n\n\xff"), BadCharset},
		"two mails in one":     {mail("\nx\n.\nMAIL FROM:<a@x>\nRCPT TO:<b@x>\nDATA\nFrom: a@x\n\ny"), Smuggled},
		"broken parameters":    {mail("Content-Type: text/plain; charset\n\nx"), BadContentType},
	} {
		m := parse(t, c.raw)
		if !m.Has(c.want) {
			t.Errorf("%s: defects are %v, want %s", name, m.Defects, c.want)
		}
	}
	for _, content := range []string{"Content-Type: multipart/mixed; boundary=b\n\npreamble\n--b\n\nx\n--b--\n", "\nhello", "\nhello\n.\nmail from Ana: later", "\nhello\n.", "\n.\n.\n"} {
		if m := parse(t, mail(content)); len(m.Defects) != 0 {
			t.Errorf("%q: defects are %v, want none", content, m.Defects)
		}
	}
}

func TestOnlyWhatCouldMisleadIsUnsafe(t *testing.T) {
	t.Parallel()
	for _, c := range []Code{TooDeep, TwoContentTypes, TwoEncodings, BadBase64, BareCR, NUL, Partial, ExternalBody, Encrypted, OpaqueSigned, OnlyTNEF, BadBoundary, Smuggled} {
		if !c.Unsafe() {
			t.Errorf("%s is safe, want unsafe", c)
		}
	}
	for _, c := range []Code{TwoMessageIDs, BadHeaderLine, NoFinalBoundary, BadContentType, BadQuoted} {
		if c.Unsafe() {
			t.Errorf("%s is unsafe, want safe", c)
		}
	}
}

func TestBytesWithoutHeaderAreAnError(t *testing.T) {
	t.Parallel()
	for _, raw := range []string{"", "\r\nbody", "no field at all"} {
		if _, err := Parse([]byte(raw)); err != ErrEmpty {
			t.Errorf("%q: error is %v, want ErrEmpty", raw, err)
		}
	}
}

func TestHeaderFieldsAreReadInOrder(t *testing.T) {
	t.Parallel()
	m := parse(t, mail("X-A: one\nx-a : two\n three\nSubject: second\n\nx"))
	if got := m.Header.Values("X-a"); fmt.Sprint(got) != "[one two three]" {
		t.Errorf("values are %q, want one, and two three unfolded", got)
	}
	if got := m.Header.Text("subject"); got != "Re: 1:1" {
		t.Errorf("subject is %q, want the first", got)
	}
	if m.Header.Has("X-B") || !m.Header.Has("X-A") {
		t.Error("Has does not tell the fields")
	}
	if m.ID != "m1@acme.example" {
		t.Errorf("id is %q", m.ID)
	}
}

func TestEncodedWordsAreDecodedForReading(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"plain":                       "plain",
		"=?utf-8?q?Gr=C3=BC=C3=9Fe?=": "Grüße",
		"=?utf-8?B?R3LDvMOfZQ==?= =?utf-8?q?_x?=":    "Grüße x",
		"=?utf-8?q?Gr=C3?= =?utf-8?q?=BC?= b":        "Grü b",
		"=?utf-8*de?q?ja?=":                          "ja",
		"=?iso-8859-1?q?=FC?=x":                      "üx",
		"=?utf-8?q?a=0D=0ABcc:_b?=":                  "a Bcc: b",
		"=?utf-8?b?!!!?= kept":                       "=?utf-8?b?!!!?= kept",
		"=?x-none?q?kept?=":                          "kept",
		"a \u202eb":                                  "a b",
		"Gr\xfc\xdfe":                                "Grüße",
		strings.Repeat("=?utf-8?q?a?= ", 5000) + "b": strings.Repeat("a", 5000) + " b",
	} {
		if got := (Header{[]field{{"Subject", in}}}).Text("Subject"); got != want {
			t.Errorf("%.60q reads %.60q, want %.60q", in, got, want)
		}
	}
}

func TestAddressesFollowTheGrammar(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"priya@acme.example":                        "[{ priya@acme.example}]",
		"<priya@acme.example>":                      "[{ priya@acme.example}]",
		"Priya Nair <priya@acme.example>":           "[{Priya Nair priya@acme.example}]",
		`"Nair, Priya" <priya@acme.example>, b@c`:   "[{Nair, Priya priya@acme.example} { b@c}]",
		"=?utf-8?q?J=C3=BCrgen?= <jw@acme.example>": "[{Jürgen jw@acme.example}]",
		"John Q. Public <j@x>":                      "[{John Q. Public j@x}]",
		"priya@acme.example (Priya (the one))":      "[{ priya@acme.example}]",
		`"priya nair"@acme.example`:                 `[{ "priya nair"@acme.example}]`,
		`"priya"@acme.example`:                      "[{ priya@acme.example}]",
		"a@[192.0.2.1]":                             "[{ a@[192.0.2.1]}]",
		"grüße@münchen.example":                     "[{ grüße@münchen.example}]",
		"Evil <a@b> <c@d>":                          "error",
		"friends: a@b, c@d;":                        "error",
		"undisclosed-recipients:;":                  "error",
		"a@b <c@d>":                                 "error",
		"a@b@c":                                     "error",
		"<@relay:a@b>":                              "error",
		"Anna <a@b\x00@c>":                          "error",
		"Anna":                                      "error",
		"<a@b":                                      "error",
		"a..b@c":                                    "error",
		".a@c":                                      "error",
		"a@b; c@d":                                  "error",
		`"unclosed <a@b>`:                           "error",
		"(unclosed a@b":                             "error",
		"a @ b . c":                                 "error",
	} {
		got, err := Header{[]field{{"From", in}}}.Addresses("from")
		s := fmt.Sprint(got)
		if err != nil {
			s = "error"
		}
		if s != want {
			t.Errorf("%q reads %s, want %s", in, s, want)
		}
	}
	for _, in := range []string{
		"a@b\nc@d", "a@b\rc@d", "a@b\x00", "a (\x00) <a@b>", "(a\\", `"a\`, "\"a\x01\" <a@b>", "\"a\x7f\" <a@b>", "\"a\\\x01\" <a@b>", `"a"b@c`, `""@`,
		"a@", "a@.b", "a@b.", "a.@b", "a@b..c", "a@[192.0.2.1", "a@[192 .0.2.1]", "a@[[192.0.2.1]", `a@[\]`, "a@[\x7f]", "a\xff@b", "a@\xff", "a\u0085@b", "a\u202e@b", "a b@c", "a@b c@d",
		"A <a@b> B", ") a@b", "a@b )",
	} {
		if got, err := (Header{[]field{{"From", in}}}).Addresses("From"); err == nil {
			t.Errorf("%q reads %v, want an error", in, got)
		}
	}
	for in, want := range map[string]string{
		"a@b,, c@d,":                "[{ a@b} { c@d}]",
		"(x (y) \\) z) a@b":         "[{ a@b}]",
		`"a \"b\"" <a@b>`:           `[{a "b" a@b}]`,
		"\"a\tb\" <a@b>":            "[{a b a@b}]",
		`"a\"b"@c`:                  `[{ "a\"b"@c}]`,
		`"a..b"@c`:                  `[{ "a..b"@c}]`,
		"a!#$%&'*+-/=?^_`{|}~Zz9@b": "[{ a!#$%&'*+-/=?^_`{|}~Zz9@b}]",
	} {
		if got, err := (Header{[]field{{"From", in}}}).Addresses("From"); err != nil || fmt.Sprint(got) != want {
			t.Errorf("%q reads %v (%v), want %s", in, got, err, want)
		}
	}
	two := Header{[]field{{"From", "a@b"}, {"From", "c@d"}}}
	if got, err := two.Addresses("From"); err != nil || len(got) != 2 {
		t.Errorf("two fields read %v, %v, want both", got, err)
	}
}

func TestAttachmentsAreNamedWithoutPath(t *testing.T) {
	t.Parallel()
	m := parse(t, mail("Content-Type: multipart/mixed; boundary=b\n\n--b\n\nx\n--b\nContent-Type: application/pdf; name=a.pdf\nContent-Transfer-Encoding: base64\n\naGVsbG8=\n--b\nContent-Disposition: attachment; filename*0*=utf-8''%2e%2e%2f; filename*1*=etc%2fpasswd\n\nx\n--b\nContent-Disposition: attachment; filename=\"..\\\\..\\\\x\u202e.txt\"\n\nx\n--b--\n"))
	want := "[{a.pdf application/pdf 5} {passwd text/plain 1} {x.txt text/plain 1}]"
	if got := fmt.Sprint(m.Attachments); got != want {
		t.Errorf("attachments are %s, want %s", got, want)
	}
}

func TestReportsAreRead(t *testing.T) {
	t.Parallel()
	m := parse(t, mail("Content-Type: multipart/report; boundary=b; report-type=delivery-status\n\n--b\n\nfailed\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx\nOriginal-Envelope-Id: e1\n\nFinal-Recipient: rfc822; priya@acme.example\nAction: Failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550\n unknown\n\n--b\nContent-Type: text/rfc822-headers\n\nMessage-ID: <ours@acme.example>\n\n--b--\n"))
	want := "{delivery-status e1 ours@acme.example [{ priya@acme.example failed 5.1.1 smtp; 550 unknown }] false}"
	if m.Report == nil || fmt.Sprint(*m.Report) != want {
		t.Errorf("report is %+v, want %s", m.Report, want)
	}
	m = parse(t, mail("Content-Type: multipart/report; boundary=b; report-type=disposition-notification\n\n--b\n\nread\n--b\nContent-Type: message/disposition-notification\n\nFinal-Recipient: rfc822;priya@acme.example\nOriginal-Message-ID: <ours@acme.example>\nDisposition: manual-action/MDN-sent-manually; displayed\n\n--b--\n"))
	if m.Report == nil || m.Report.MessageID != "ours@acme.example" || len(m.Report.Recipients) != 1 || !strings.HasSuffix(m.Report.Recipients[0].Disposition, "displayed") {
		t.Errorf("report is %+v, want a disposition of ours", m.Report)
	}
}

func TestCalendarPartsAreKept(t *testing.T) {
	t.Parallel()
	m := parse(t, mail("Content-Type: multipart/alternative; boundary=b\n\n--b\n\nx\n--b\nContent-Type: text/calendar; method=REPLY\nContent-Transfer-Encoding: base64\n\nQkVHSU4=\n--b--\n"))
	if string(m.Calendar) != "BEGIN" {
		t.Errorf("calendar is %q", m.Calendar)
	}
}

func TestAReportOnManyIsReadOrSaysThatThereAreMore(t *testing.T) {
	t.Parallel()
	for n, more := range map[int]bool{maxRecipients: false, maxRecipients + 1: true} {
		var groups strings.Builder
		for i := range n {
			fmt.Fprintf(&groups, "\nFinal-Recipient: rfc822; p%d@acme.example\nAction: (a \\) (nested) one) Expanded (to 3 members)\nStatus: 2.0.0 (ok)\n", i)
		}
		m := parse(t, mail("Content-Type: multipart/report; boundary=b; report-type=delivery-status\n\n--b\n\nx\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx\n"+groups.String()+"\n--b--\n"))
		if m.Report == nil || len(m.Report.Recipients) != maxRecipients || m.Report.More != more {
			t.Fatalf("%d groups: want %d and more %v, got %d and %v", n, maxRecipients, more, len(m.Report.Recipients), m.Report.More)
		}
		want := Recipient{Final: fmt.Sprintf("p%d@acme.example", maxRecipients-1), Action: "expanded", Status: "2.0.0"}
		if got := m.Report.Recipients[maxRecipients-1]; got != want {
			t.Errorf("want %+v, got %+v", want, got)
		}
	}
}

func TestACalendarIsTheMailItselfUnlessItIsAFile(t *testing.T) {
	t.Parallel()
	const part = "Content-Type: text/calendar; method=REQUEST\n"
	for body, want := range map[string]bool{
		part + "\nBEGIN": true,
		"Content-Type: multipart/alternative; boundary=b\n\n--b\n\nx\n--b\n" + part + "\nBEGIN\n--b--\n":                                                                                          true,
		"Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: multipart/alternative; boundary=b\n\n--b\n\nx\n--b\n" + part + "\nBEGIN\n--b--\n--a--\n":                                 true,
		"Content-Type: multipart/alternative; boundary=b\n\n--b\n\nx\n--b\n" + part + "Content-Disposition: attachment; filename=e.ics\n\nBEGIN\n--b--\n":                                         false,
		"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nx\n--b\n" + part + "\nBEGIN\n--b--\n":                                                                                                false,
		"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nx\n--b\nContent-Type: application/ics; name=e.ics\n\nBEGIN\n--b--\n":                                                                 false,
		"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nx\n--b\nContent-Type: message/rfc822\n\nContent-Type: multipart/alternative; boundary=c\n\n--c\n" + part + "\nBEGIN\n--c--\n--b--\n": false,
	} {
		if m := parse(t, mail(body)); m.Scheduling != want {
			t.Errorf("want %v, got %v for\n%s", want, m.Scheduling, body)
		}
	}
}

func TestContentHashTellsBodiesNotPaths(t *testing.T) {
	t.Parallel()
	base := parse(t, mail("Content-Type: text/plain; charset=utf-8\n\nGrüße, A8 done"))
	for name, raw := range map[string][]byte{
		"another path":     append([]byte("Received: from c by d\r\n"), mail("Content-Type: text/plain; charset=utf-8\n\nGrüße, A8 done\n")...),
		"another encoding": mail("Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\nGr=C3=BC=C3=9Fe,=\n A8 done"),
		"another charset":  mail("Content-Type: text/plain; charset=iso-8859-1\n\nGr\xfc\xdfe, A8 done"),
		"line feeds only":  bytes.ReplaceAll(mail("Content-Type: text/plain; charset=utf-8\n\nGrüße, A8 done"), []byte("\r"), nil),
	} {
		if parse(t, raw).ContentHash() != base.ContentHash() {
			t.Errorf("%s: the hash differs, want the same", name)
		}
	}
	attached := "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain; charset=utf-8\n\nGrüße, A8 done\n--b\nContent-Type: image/png\n\n%s\n--b--\n"
	seen := map[[32]byte]string{base.ContentHash(): "base"}
	for name, raw := range map[string][]byte{
		"another text":       mail("Content-Type: text/plain; charset=utf-8\n\nGrüße, A9 done"),
		"HTML":               mail("Content-Type: text/html; charset=utf-8\n\nGrüße, A8 done"),
		"other HTML":         mail("Content-Type: text/html; charset=utf-8\n\nGrüße, A9 done"),
		"calendar":           mail("Content-Type: text/calendar; method=REPLY\n\nBEGIN:VCALENDAR\nMETHOD:REPLY\nEND:VCALENDAR\n"),
		"another calendar":   mail("Content-Type: text/calendar; method=REPLY\n\nBEGIN:VCALENDAR\nMETHOD:REPLY\nX:Y\nEND:VCALENDAR\n"),
		"attachment's type":  mail(strings.Replace(fmt.Sprintf(attached, "x"), "image/png", "image/gif", 1)),
		"attachment's name":  mail(strings.Replace(fmt.Sprintf(attached, "x"), "image/png", "image/png; name=x.png", 1)),
		"attachment":         mail(fmt.Sprintf(attached, "x")),
		"another attachment": mail(fmt.Sprintf(attached, "y")),
	} {
		h := parse(t, raw).ContentHash()
		if other, ok := seen[h]; ok { // the ledger would take one for the other, and drop it
			t.Errorf("%s and %s have the same hash", name, other)
		}
		seen[h] = name
	}
}

// FuzzParse states that any bytes give valid text within the limits, twice the same, and addresses
// that can be read again.
func FuzzParse(f *testing.F) {
	f.Add(mail("Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: multipart/alternative; boundary=b_alt\n\n--b_alt\n\nx\n--b_alt--\n--b\nContent-Type: message/rfc822\n\nSubject: x\n\ny\n--b--\n"))
	f.Add(mail("Content-Type: text/plain; format=flowed; charset=koi8-r\nContent-Transfer-Encoding: quoted-printable\n\n=D0 \n> a \n"))
	f.Add(mail("Content-Type: multipart/report; boundary=b; report-type=delivery-status\n\n--b\nContent-Type: message/delivery-status\n\nFinal-Recipient: rfc822; a@b\n\n--b--\n"))
	f.Add([]byte("From: =?utf-8?q?=?= <a@b>(\rContent-Type: text/html\r\r<p>"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		m, err := Parse(raw)
		if err != nil {
			return
		}
		for _, s := range []string{m.ID, m.Text, m.HTML, m.Header.Text("Subject"), m.Header.Text("From")} {
			if !utf8.ValidString(s) {
				t.Errorf("%q is not valid UTF-8", s)
			}
			if clean(s) != s {
				t.Errorf("%q is not clean", s)
			}
		}
		if len(m.Text) > 2*MaxText || len(m.Attachments) > MaxParts {
			t.Errorf("%d bytes of text, %d attachments", len(m.Text), len(m.Attachments))
		}
		again, _ := Parse(raw)
		if again.ContentHash() != m.ContentHash() {
			t.Error("two readings have two hashes")
		}
		list, err := m.Header.Addresses("From")
		if err != nil {
			return
		}
		for _, a := range list {
			h := Header{[]field{{"From", "<" + a.Addr + ">"}}}
			if back, err := h.Addresses("From"); err != nil || len(back) != 1 || back[0].Addr != a.Addr {
				t.Errorf("%q reads back as %v, %v", a.Addr, back, err)
			}
		}
	})
}

// BenchmarkParse reads a mail of 10 MB with an attachment.
func BenchmarkParse(b *testing.B) {
	raw := mail("Content-Type: multipart/mixed; boundary=b\n\n--b\n\nhello\n--b\nContent-Type: image/png\nContent-Transfer-Encoding: base64\n\n" + strings.Repeat("aGVsbG8gaGVsbG8gaGVsbG8gaGVsbG8gaGVsbG8gaGVs\n", 200_000) + "--b--\n")
	b.SetBytes(int64(len(raw)))
	for b.Loop() {
		if _, err := Parse(raw); err != nil {
			b.Fatal(err)
		}
	}
}
