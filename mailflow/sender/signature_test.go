package sender

import (
	"bytes"
	"crypto"
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-msgauth/dkim"
)

// A zone is a DNS of keys by name; names that are not there do not exist.
type zone map[string]string

func (z zone) lookup(name string) ([]string, error) {
	switch r, ok := z[name]; {
	case !ok:
		return nil, &net.DNSError{Err: "no such host", Name: name, IsNotFound: true}
	case r == "down":
		return nil, &net.DNSError{Err: "server failure", Name: name, IsTemporary: true}
	default:
		return []string{r}, nil
	}
}

var signingKey = ed25519.NewKeyFromSeed(bytes.Repeat([]byte{1}, ed25519.SeedSize))

func keyRecord(key ed25519.PrivateKey, flags string) string {
	return "v=DKIM1; k=ed25519; " + flags + "p=" + base64.StdEncoding.EncodeToString(key.Public().(ed25519.PublicKey))
}

func signed(t *testing.T, raw []byte, domain string, key crypto.Signer) []byte {
	t.Helper()
	var out bytes.Buffer
	err := dkim.Sign(&out, bytes.NewReader(raw), &dkim.SignOptions{Domain: domain, Selector: "s1", Signer: key, Hash: crypto.SHA256,
		HeaderCanonicalization: dkim.CanonicalizationRelaxed, BodyCanonicalization: dkim.CanonicalizationRelaxed})
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestSignaturesAreVerifiedWhereTheServerWritesNoResult(t *testing.T) {
	good := zone{"s1._domainkey.example.org": keyRecord(signingKey, "")}
	reply := letter{from: "priya@example.org", to: "1on1@acme.example", drop: "Authentication-Results"}.raw()
	ours := signed(t, reply, "example.org", signingKey)
	other := signed(t, reply, "mailer.example", signingKey)
	crowded := ours
	for range maxSignatures {
		crowded = signed(t, crowded, "mailer.example", signingKey)
	}
	for _, c := range []struct {
		name string
		want Reason
		raw  []byte
		zone zone
	}{
		{"good", Proved, ours, good},
		{"good, of the mail host below", Proved, signed(t, reply, "mail.example.org", signingKey), zone{"s1._domainkey.mail.example.org": keyRecord(signingKey, "")}},
		{"good, beside a stranger's", Proved, signed(t, ours, "mailer.example", signingKey), good},
		{"good, beside a broken one", Proved, signed(t, signed(t, reply, "example.org", ed25519.NewKeyFromSeed(make([]byte, 32))), "example.org", signingKey), good},
		{"good, below more of strangers than are looked at", AuthUnaligned, crowded, good},
		{"none", AuthUnaligned, reply, good},
		{"a stranger's", AuthUnaligned, other, zone{"s1._domainkey.mailer.example": keyRecord(signingKey, "")}},
		{"text changed", AuthFail, bytes.Replace(ours, []byte("release"), []byte("secret"), 1), good},
		{"author changed", AuthFail, bytes.Replace(ours, []byte("From: priya"), []byte("From: sam"), 1), good},
		{"another key", AuthFail, ours, zone{"s1._domainkey.example.org": keyRecord(ed25519.NewKeyFromSeed(make([]byte, 32)), "")}},
		{"no key", AuthFail, ours, zone{}},
		{"key in testing", AuthFail, ours, zone{"s1._domainkey.example.org": keyRecord(signingKey, "t=y:s; ")}},
		{"key for one host only", Proved, ours, zone{"s1._domainkey.example.org": keyRecord(signingKey, "t=s; ")}},
		{"DNS down", AuthTemporary, ours, zone{"s1._domainkey.example.org": "down"}},
		{"part of the text signed", AuthFail, bytes.Replace(ours, []byte("DKIM-Signature: "), []byte("DKIM-Signature: l=1; "), 1), good},
		{"no mail", AuthMissing, nil, good},
	} {
		trust := Trust{Method: DKIM, LookupTXT: c.zone.lookup}
		if got, detail := trust.Authenticate(nil, c.raw, testDomain); got != c.want {
			t.Errorf("%s: got %s (%s), want %s", c.name, got, detail, c.want)
		}
	}
	if got, _ := (Trust{Method: DKIM}).Authenticate(nil, ours, testDomain); got != AuthMissing {
		t.Errorf("without DNS: got %s, want %s", got, AuthMissing)
	}
}

func TestASignedReplyIsItsPersons(t *testing.T) {
	p := testPolicy(t)
	asked := 0
	p.Trust = Trust{Method: DKIM, LookupTXT: func(name string) ([]string, error) {
		asked++
		return zone{"s1._domainkey.example.org": keyRecord(signingKey, "")}.lookup(name)
	}}
	stamp := p.Register.mustStamp(t, "priya", "priya-sam", received.Add(time.Hour))
	unsigned := letter{from: "priya@example.org", to: stamp.ReplyTo}
	if _, v := unsigned.verify(t, p); v.Reason != AuthUnaligned || asked > 0 {
		t.Errorf("unsigned, with a result that anybody can write: got %s after %d questions, want %s", v.Reason, asked, AuthUnaligned)
	}
	raw := signed(t, unsigned.raw(), "example.org", signingKey)
	head := strings.TrimSuffix(string(raw), string(unsigned.raw()))
	unsigned.fields = strings.ReplaceAll(head, "\r\n", "\n")
	if s, v := unsigned.verify(t, p); v.Reason != Proved || s.Person() != "priya" || asked != 1 {
		t.Errorf("signed: got %+v for %+v after %d questions", v, s, asked)
	}
}

func TestOtherDomainsKeysAreNotAskedFor(t *testing.T) {
	trust := Trust{LookupTXT: func(name string) ([]string, error) {
		t.Errorf("the DNS was asked for %s", name)
		return nil, errors.New("asked")
	}}
	for _, name := range []string{"s1._domainkey.mailer.example", "s1._domainkey.example.org.evil.example", "example.org", "s._domainkey.x._domainkey.evil.example"} {
		if _, err := trust.lookup(testDomain)(name); !errors.Is(err, errStranger) {
			t.Errorf("%s: got %v, want %v", name, err, errStranger)
		}
	}
}
