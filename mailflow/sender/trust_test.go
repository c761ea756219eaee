package sender

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"duolog/mailflow/message"

	"golang.org/x/tools/txtar"
)

const (
	testServer = "mx.example.net"
	testDomain = "example.org"
)

// header reads the fields of a test.
func header(t testing.TB, fields string) message.Header {
	t.Helper()
	m, err := message.Parse([]byte(strings.ReplaceAll(strings.TrimLeft(fields, "\n"), "\n", "\r\n") + "\r\n\r\n"))
	if err != nil {
		t.Fatal(err)
	}
	return m.Header
}

func TestResultsOfAuthenticationAreJudged(t *testing.T) {
	for file, trust := range map[string]Trust{
		"results.txtar":   {Server: testServer},
		"microsoft.txtar": {Method: Microsoft},
		"forwarded.txtar": {Server: testServer, Sealers: []string{"lists.example"}},
	} {
		set, err := txtar.ParseFile(filepath.Join("testdata", file))
		if err != nil {
			t.Fatal(err)
		}
		if len(set.Files) < 8 {
			t.Fatalf("%s: only %d cases", file, len(set.Files))
		}
		for _, f := range set.Files {
			want, _, _ := strings.Cut(f.Name, ":")
			m := &message.Message{Header: header(t, string(f.Data))}
			got, detail := trust.Authenticate(m, nil, testDomain)
			if string(got) != want {
				t.Errorf("%s: %s: got %s (%s)", file, f.Name, got, detail)
			}
		}
	}
}

func TestSealsAreNotBelievedUnlessListed(t *testing.T) {
	set, err := txtar.ParseFile("testdata/forwarded.txtar")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range set.Files {
		want, _, _ := strings.Cut(f.Name, ":")
		if want == string(Proved) {
			want = string(AuthFail)
		}
		m := &message.Message{Header: header(t, string(f.Data))}
		if got, _ := (Trust{Server: testServer}).Authenticate(m, nil, testDomain); string(got) != want {
			t.Errorf("%s: got %s, want %s", f.Name, got, want)
		}
	}
}

func TestInternalMailOfExchangeIsBelievedOnlyWhenSet(t *testing.T) {
	const results = "Authentication-Results: dkim=none (message not signed) header.d=none;dmarc=none action=none header.from=example.org;\n"
	for _, c := range []struct {
		fields string
		trust  Trust
		want   Reason
	}{
		{results + "X-MS-Exchange-Organization-AuthAs: Internal", Trust{Method: Microsoft, Internal: true}, Proved},
		{results + "X-MS-Exchange-Organization-AuthAs: Internal", Trust{Method: Microsoft}, AuthUnaligned},
		{results + "X-MS-Exchange-Organization-AuthAs: Anonymous", Trust{Method: Microsoft, Internal: true}, AuthUnaligned},
		{results + "X-MS-Exchange-Organization-AuthAs: Internal\nX-MS-Exchange-Organization-AuthAs: Anonymous", Trust{Method: Microsoft, Internal: true}, AuthUnaligned},
		{strings.Replace(results, "dmarc=none", "dmarc=fail", 1) + "X-MS-Exchange-Organization-AuthAs: Internal", Trust{Method: Microsoft, Internal: true}, AuthFail},
		{"X-MS-Exchange-Organization-AuthAs: Internal", Trust{Server: testServer, Internal: true}, AuthMissing},
	} {
		if got, _ := c.trust.Authenticate(&message.Message{Header: header(t, c.fields)}, nil, testDomain); got != c.want {
			t.Errorf("%q with %+v: got %s, want %s", c.fields, c.trust, got, c.want)
		}
	}
}

func TestWhatAServerWroteAddsLittleToAList(t *testing.T) {
	p := testPolicy(t)
	to := p.Register.mustStamp(t, "priya", "priya-sam", received.Add(time.Hour)).ReplyTo
	_, v := (letter{from: "priya@example.org", to: to, drop: "Authentication-Results",
		fields: "Authentication-Results: mx.example.net; dmarc=" + strings.Repeat("x", 500) + " header.from=example.org\n"}).verify(t, p)
	if v.Reason != AuthFail || len(v.Detail) != maxDetail {
		t.Errorf("got %s with %d characters, want %s with %d", v.Reason, len(v.Detail), AuthFail, maxDetail)
	}
}

func TestTheZeroTrustBelievesNobody(t *testing.T) {
	for _, fields := range []string{
		"Authentication-Results: mx.example.net; dmarc=pass header.from=example.org",
		`Authentication-Results: ""; dmarc=pass header.from=example.org`,
		"Authentication-Results: dmarc=pass header.from=example.org",
	} {
		if got, _ := (Trust{}).Authenticate(&message.Message{Header: header(t, fields)}, nil, testDomain); got == Proved {
			t.Errorf("%q: got %s, want it refused", fields, got)
		}
	}
	if got, _ := (Trust{Method: "dmarc"}).Authenticate(&message.Message{}, nil, testDomain); got != AuthMissing {
		t.Errorf("unknown method: got %s, want %s", got, AuthMissing)
	}
}

func TestOnlyTheOrganizationalDomainAligns(t *testing.T) {
	for _, c := range []struct {
		signer, from string
		want         bool
	}{
		{"example.org", "example.org", true},
		{"Example.ORG", "example.org", true},
		{"mail.example.org", "example.org", true},
		{"example.org", "mail.example.org", true},
		{"a.example.org", "b.example.org", true},
		{"example.co.uk", "mail.example.co.uk", true},
		{"a.co.uk", "b.co.uk", false},
		{"co.uk", "b.co.uk", false},
		{"org", "example.org", false},
		{"a.github.io", "b.github.io", false}, // strangers under one roof
		{"example.org.evil.example", "example.org", false},
		{"notexample.org", "example.org", false},
		{"", "example.org", false},
		{"none", "example.org", false},
		{"bücher.example", "xn--bcher-kva.example", true},
	} {
		if got := aligned(c.signer, c.from); got != c.want {
			t.Errorf("signature of %q, From %q: aligned %v, want %v", c.signer, c.from, got, c.want)
		}
	}
}
