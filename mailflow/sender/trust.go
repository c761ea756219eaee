package sender

import (
	"strings"

	"duolog/mailflow/message"

	"golang.org/x/net/publicsuffix"
)

// Trust says whose word counts for a From address. The zero value trusts nobody.
type Trust struct {
	// Method is one of the four ways below; "" is Results.
	Method Method
	// Server is the authserv-id that our receiving server writes, byte for byte: "mx.acme.example".
	// Results only. The server must take away fields that arrive with that id (RFC 8601, 5), and
	// where it writes several, DMARC or DKIM must be in the topmost; `duolog check` tries both.
	Server string
	// Sealers are the domains of forwarders whose ARC seals are believed (RFC 8617): "lists.acme.example".
	// Results only; empty means that forwarded mail needs a signature that survived.
	Sealers []string
	// Internal believes X-MS-Exchange-Organization-AuthAs: Internal, which Exchange Online writes on
	// mail between mailboxes of one organization, where it checks neither DKIM nor DMARC, and takes
	// from mail that comes from outside. Microsoft only.
	Internal bool
	// LookupTXT asks the DNS for the keys of signatures. DKIM only. Errors whose Temporary method
	// returns true make the mail's verdict retryable.
	LookupTXT func(name string) ([]string, error)
}

// A Method is a way to tell that a From address is true.
type Method string

// The methods.
const (
	// Results believes the Authentication-Results of our own receiving server.
	Results Method = "results"
	// Microsoft believes the topmost Authentication-Results of Exchange Online, which bears no
	// authserv-id. It is for mailboxes at Microsoft 365 only: anywhere else a sender can write that
	// field himself.
	Microsoft Method = "microsoft365"
	// DKIM verifies signatures here, for servers that write no result. Forwarded and unsigned mail
	// is held.
	DKIM Method = "dkim"
	// Insecure believes every From address, so that a leaked reply address is enough to write as
	// its person. It is for closed systems, where nobody from outside can deliver mail, and for tests.
	Insecure Method = "insecure"
)

// Authenticate judges whether a mail truly comes from domain: Proved, Unproved, or one of the reasons
// that begin with auth-, with a detail for the operator. raw is read for DKIM only. Verify does all
// that a reply needs; this alone is for trying out a mail server.
func (t Trust) Authenticate(m *message.Message, raw []byte, domain string) (Reason, string) {
	switch t.Method {
	case "", Results:
		return t.byResults(m.Header, domain)
	case Microsoft:
		return t.byMicrosoft(m.Header, domain)
	case DKIM:
		return t.bySignature(raw, domain)
	case Insecure:
		return Unproved, ""
	}
	return AuthMissing, "unknown method " + string(t.Method)
}

// byResults reads every field that bears the name of our server. The topmost decides, being the one
// that was written last; those below may be forged, and can only take trust away.
func (t Trust) byResults(h message.Header, domain string) (Reason, string) {
	var ours []authResults
	for _, field := range h.Values("Authentication-Results") {
		server, named, err := authServer(field)
		if err != nil {
			return AuthMalformed, "a field without a readable authserv-id"
		}
		if !named || server != t.Server {
			continue
		}
		a, err := parseAuthResults(field)
		if err != nil {
			return AuthMalformed, "a field of " + t.Server
		}
		ours = append(ours, a)
	}
	if len(ours) == 0 || t.Server == "" {
		return AuthMissing, "no field of " + t.Server
	}
	reason, detail := ours[0].judge(domain)
	if reason == AuthFail && t.sealed(h, ours[0], domain) {
		return Proved, "arc"
	}
	for _, a := range ours[1:] {
		if d, _ := a.dmarc(); reason == Proved && d != "" && d != "pass" && d != "none" {
			return AuthConflict, "dmarc=" + d + " in a lower field of " + t.Server
		}
	}
	return reason, detail
}

// byMicrosoft reads the topmost field and no other.
func (t Trust) byMicrosoft(h message.Header, domain string) (Reason, string) {
	fields := h.Values("Authentication-Results")
	if len(fields) == 0 {
		return AuthMissing, "no field"
	}
	if _, named, err := authServer(fields[0]); err == nil && named {
		return AuthMissing, "the topmost field is not Microsoft's"
	}
	a, err := parseMicrosoft(fields[0])
	if err != nil {
		return AuthMalformed, "the topmost field"
	}
	for _, r := range a.results {
		if r.method == "compauth" && r.value == "fail" {
			return AuthFail, "compauth=" + r.value
		}
	}
	reason, detail := a.judge(domain)
	as := h.Values("X-MS-Exchange-Organization-AuthAs")
	if reason == AuthUnaligned && t.Internal && len(as) == 1 && as[0] == "Internal" {
		return Proved, "internal"
	}
	return reason, detail
}

// judge applies the rule: dmarc=pass for exactly this domain, or, where the domain has no DMARC
// record or the server does not look for one, dkim=pass aligned with it.
func (a authResults) judge(domain string) (Reason, string) {
	dmarc, from := a.dmarc()
	for _, f := range from {
		if f = afterAt(f); f != domain {
			return AuthConflict, "the server read another From domain"
		}
	}
	switch dmarc {
	case "pass":
		return Proved, "dmarc"
	case "", "none", "bestguesspass":
		return a.judgeDKIM(domain)
	case "temperror":
		return AuthTemporary, "dmarc=temperror"
	case conflicting:
		return AuthConflict, "several results of dmarc"
	}
	return AuthFail, "dmarc=" + dmarc
}

// conflicting stands for results that differ.
const conflicting = "differing"

// dmarc is the one result of DMARC, "" when there is none, and the domains that it is about.
func (a authResults) dmarc() (value string, from []string) {
	for _, r := range a.results {
		if r.method != "dmarc" {
			continue
		}
		if value != "" && value != r.value {
			return conflicting, nil
		}
		value = r.value
		from = append(from, r.all("header", "from")...)
	}
	return value, from
}

// judgeDKIM looks for a signature of the domain. A bad one of the same domain beside a good one is a
// doubt.
func (a authResults) judgeDKIM(domain string) (Reason, string) {
	seen := map[string]bool{}
	for _, r := range a.results {
		if d, ok := r.signer(); r.method == "dkim" && ok && aligned(d, domain) {
			seen[r.value] = true
		}
	}
	switch {
	case seen["pass"] && seen["fail"]:
		return AuthConflict, "several results of dkim"
	case seen["pass"]:
		return Proved, "dkim"
	case seen["temperror"]:
		return AuthTemporary, "dkim=temperror"
	case seen["fail"]:
		return AuthFail, "dkim=fail"
	}
	return AuthUnaligned, "no dkim=pass of the From domain"
}

// signer is the domain that signed: header.d, or that of header.i where d is not given. RFC 8601, 2.7.1.
func (r authResult) signer() (string, bool) {
	d, i := r.all("header", "d"), r.all("header", "i")
	switch {
	case len(d) == 1 && len(i) <= 1:
		d[0] = asciiLower(d[0])
		return d[0], len(i) == 0 || within(afterAt(i[0]), d[0])
	case len(d) == 0 && len(i) == 1:
		return afterAt(i[0]), true
	}
	return "", false
}

// all returns the values of a property.
func (r authResult) all(ptype, name string) []string {
	var vs []string
	for _, p := range r.props {
		if p.ptype == ptype && p.name == name {
			vs = append(vs, p.value)
		}
	}
	return vs
}

// afterAt is the domain of an address or a bare domain, in canonical form where it has one.
func afterAt(s string) string {
	s = s[strings.LastIndexByte(s, '@')+1:]
	if d, ok := canonicalDomain(s); ok {
		return d
	}
	return s
}

// within reports whether domain is parent or a name below it.
func within(domain, parent string) bool {
	return parent != "" && (domain == parent || strings.HasSuffix(domain, "."+parent))
}

// aligned is the relaxed alignment of RFC 7489, 3.1.1: the same organizational domain.
func aligned(signer, from string) bool {
	signer, ok := canonicalDomain(signer)
	if !ok {
		return false
	}
	if signer == from {
		return true
	}
	a, err := publicsuffix.EffectiveTLDPlusOne(signer)
	if err != nil {
		return false
	}
	b, err := publicsuffix.EffectiveTLDPlusOne(from)
	return err == nil && a == b
}
