package sender

import (
	"reflect"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

func TestAuthenticationResultsAreReadByTheGrammar(t *testing.T) {
	got, err := parseAuthResults(`mx.example.net (x) 1; SPF=Pass (a "b) reason = "it \"is\"" smtp.MailFrom="a;\"b c"@example.org smtp.helo=[192.0.2.1]` +
		`; dkim = fail header.b="x=" (y) ; iprev=pass policy.iprev=2001:db8::1`)
	want := authResults{"mx.example.net", []authResult{
		{"spf", "pass", []authProp{{"smtp", "mailfrom", `a;"b c@example.org`}, {"smtp", "helo", "[192.0.2.1]"}}},
		{"dkim", "fail", []authProp{{"header", "b", "x="}}},
		{"iprev", "pass", []authProp{{"policy", "iprev", "2001:db8::1"}}},
	}}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v, %v\nwant %+v", got, err, want)
	}
}

func TestControlCharactersInAResultLeaveADoubt(t *testing.T) {
	for _, field := range []string{
		"mx.example.net; dmarc=pass (\x01) header.from=example.org",
		"mx.example.net; dmarc=pass (\x7f) header.from=example.org",
		"mx.example.net; dmarc=pass (\\\x01) header.from=example.org",
		"mx.example.net; dmarc=pass reason=\"\x01\" header.from=example.org",
		"mx.example.net; dmarc=pass reason=\"\\\x01\" header.from=example.org",
		"mx.example.net; dmarc=pass reason=\"\xff\" header.from=example.org",
		"mx.example.net; dmarc=pass header.from=example.org\x7f",
		"mx.example.net; dmarc=pass header.from=example.org\xff",
	} {
		if got, err := parseAuthResults(field); err == nil {
			t.Errorf("%q was read as %+v, want an error", field, got)
		}
	}
}

// write is the inverse of parseAuthResults, with everything quoted that may be.
func (a authResults) write() string {
	quote := func(s string) string { return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"` }
	var b strings.Builder
	b.WriteString(quote(a.server))
	if len(a.results) == 0 {
		b.WriteString("; none")
	}
	for _, r := range a.results {
		b.WriteString("; " + r.method + "=" + r.value)
		for _, p := range r.props {
			b.WriteString(" " + p.ptype + "." + p.name + "=" + quote(p.value))
		}
	}
	return b.String()
}

// What is read can be written and read again without a difference, and no name holds anything that
// could be taken for syntax.
func FuzzAuthenticationResultsSurviveWriting(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, s string) {
		a, err := parseAuthResults(s)
		if err != nil {
			return
		}
		b, err := parseAuthResults(a.write())
		if err != nil || !reflect.DeepEqual(a, b) {
			t.Fatalf("%q\nread    %+v\nwritten %q\nread    %+v, %v", s, a, a.write(), b, err)
		}
	})
}

// Whatever stands where a stranger's words may stand, between quotes or in a comment that the server
// wrote properly, a mail that failed is never believed.
func FuzzStrangersWordsProveNothing(f *testing.F) {
	seeds(f)
	quoted := strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\r", " ", "\n", " ")
	comment := strings.NewReplacer(`\`, `\\`, `(`, `\(`, `)`, `\)`, "\r", " ", "\n", " ")
	f.Fuzz(func(t *testing.T, s string) {
		for _, field := range []string{
			`mx.example.net; spf=pass smtp.mailfrom="` + quoted.Replace(s) + `"@evil.example; dmarc=fail header.from=example.org`,
			`mx.example.net; dkim=pass reason="` + quoted.Replace(s) + `" header.d=evil.example; spf=none`,
			`mx.example.net; dmarc=fail (` + comment.Replace(s) + `) header.from=example.org`,
			`mx.example.net; dkim=pass header.d=evil.example header.i="` + quoted.Replace(s) + `"@evil.example`,
		} {
			if got, _ := (Trust{Server: testServer}).byResults(header(t, "Authentication-Results: "+field), testDomain); got == Proved {
				t.Fatalf("%q was believed", field)
			}
		}
	})
}

// seeds are the fields of the test set and the pieces that attacks are made of.
func seeds(f *testing.F) {
	for _, name := range []string{"results.txtar", "microsoft.txtar"} {
		set, err := txtar.ParseFile("testdata/" + name)
		if err != nil {
			f.Fatal(err)
		}
		for _, c := range set.Files {
			for _, v := range header(f, string(c.Data)).Values("Authentication-Results") {
				f.Add(v)
			}
		}
	}
	for _, s := range []string{`;dmarc=pass header.from=example.org`, `\`, `\"`, `"`, `)`, `(`, "\x00", "\xff", `@example.org`, `; dmarc=pass (`} {
		f.Add(s)
	}
}
