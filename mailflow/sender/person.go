package sender

import (
	"strings"

	"duolog/mailflow/message"

	"golang.org/x/net/idna"
)

// from reads the one address that a mail is from. RFC 5322, 3.6.2 allows several, and groups by RFC
// 6854; neither is one person. Sender and Reply-To say nothing about who wrote it.
func from(m *message.Message) (address string, r Reason) {
	for _, c := range []message.Code{message.NUL, message.BareCR, message.HeaderTooLarge} {
		if m.Has(c) {
			return "", HeaderUnreadable
		}
	}
	fields := m.Header.Values("From")
	switch {
	case len(fields) == 0:
		return "", FromMissing
	case len(fields) > 1:
		return "", FromSeveral
	case !printable(fields[0]):
		return "", FromMalformed
	}
	list, err := m.Header.Addresses("From")
	switch {
	case err != nil:
		return "", FromMalformed
	case len(list) == 0:
		return "", FromMissing
	case len(list) > 1:
		return "", FromSeveral
	}
	return list[0].Addr, ""
}

// printable reports whether s holds no control character, tab apart.
func printable(s string) bool {
	for _, r := range s {
		if r < ' ' && r != '\t' || r >= 0x7f && r < 0xa0 {
			return false
		}
	}
	return true
}

// cutAddress splits an address at its last @ and brings the domain into canonical form. A domain
// literal is no domain.
func cutAddress(address string) (local, domain string, ok bool) {
	i := strings.LastIndexByte(address, '@')
	if i <= 0 {
		return "", "", false
	}
	domain, ok = canonicalDomain(address[i+1:])
	return address[:i], domain, ok
}

// canonical is the form in which addresses are compared. RFC 5321, 2.4 leaves the case of local parts
// to their host; no host in use gives two people addresses that differ only in case.
func canonical(address string) (string, bool) {
	local, domain, ok := cutAddress(address)
	return asciiLower(local) + "@" + domain, ok
}

// canonicalDomain is the domain in lower-case ASCII (RFC 5890).
func canonicalDomain(s string) (string, bool) {
	s, err := idna.Lookup.ToASCII(asciiLower(s))
	ok := err == nil && s != "" && !strings.ContainsAny(s, " \t[]@\"()<>:;,\\") && s[0] != '.' && s[len(s)-1] != '.'
	return s, ok
}
