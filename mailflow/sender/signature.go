package sender

import (
	"bytes"
	"errors"
	"slices"
	"strings"

	"github.com/emersion/go-msgauth/dkim"
)

// maxSignatures bounds the work that one mail can cause.
const maxSignatures = 8

// domainKey stands between selector and domain in the name of a key's record. RFC 6376, 3.6.2.1.
const domainKey = "._domainkey."

var (
	errStranger = errors.New("not a domain of the author")
	errTesting  = errors.New("key in testing")
)

// bySignature looks for a good DKIM signature of the From domain (RFC 6376). go-msgauth refuses
// signatures over part of the body (l=) and those that leave out From.
func (t Trust) bySignature(raw []byte, domain string) (Reason, string) {
	if t.LookupTXT == nil || len(raw) == 0 {
		return AuthMissing, "nothing to verify signatures with"
	}
	found, err := dkim.VerifyWithOptions(bytes.NewReader(raw), &dkim.VerifyOptions{
		MaxVerifications: maxSignatures,
		LookupTXT:        t.lookup(domain),
	})
	if err != nil && !errors.Is(err, dkim.ErrTooManySignatures) {
		return AuthMalformed, "signatures"
	}
	seen := map[Reason]bool{}
	for _, v := range found {
		switch {
		case !aligned(v.Domain, domain):
		case v.Err == nil:
			seen[Proved] = true
		case dkim.IsTempFail(v.Err):
			seen[AuthTemporary] = true
		default:
			seen[AuthFail] = true
		}
	}
	for _, r := range []Reason{Proved, AuthTemporary, AuthFail} {
		if seen[r] {
			return r, "dkim"
		}
	}
	return AuthUnaligned, "no signature of the From domain"
}

// lookup asks for the keys of domain and its relatives only, since others could not help, and hides
// keys in testing, whose signatures count as none (RFC 6376, 3.6.1: t=y).
func (t Trust) lookup(domain string) func(string) ([]string, error) {
	return func(name string) ([]string, error) {
		i := strings.LastIndex(name, domainKey)
		if i < 0 || !aligned(name[i+len(domainKey):], domain) {
			return nil, errStranger
		}
		records, err := t.LookupTXT(name)
		for _, r := range records {
			if slices.Contains(strings.Split(tag(r, "t"), ":"), "y") {
				return nil, errTesting
			}
		}
		return records, err
	}
}
