package sender

import (
	"slices"
	"strings"
	"time"

	"duolog/mailflow/message"
)

// recipientFields are where the address stands that a mail was sent to: who wrote it named the first
// two, servers on its way the others.
var recipientFields = []string{"To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To"}

// maxReferences bounds the Message-IDs that are looked at, from the newest.
const maxReferences = 100

// claimOf finds whose reply the mail says it is. A token in an address counts first. Where the mail
// was sent to our bare address, because something on the way took the token off, the token in
// the Message-ID that it answers counts instead.
func (r *Register) claimOf(m *message.Message, now time.Time) (claim, Reason) {
	tokens, bare := r.addressed(m.Header)
	answered := r.answered(m.Header)
	if len(tokens) == 0 {
		if !bare || r.displaced(m.Header) {
			return claim{}, TokenMissing
		}
		return choose(answered, now)
	}
	var claims []claim
	for _, s := range tokens {
		t, ok := parseToken(s)
		c, genuine := r.recognise(forAddress, t)
		if !ok || !genuine {
			return claim{}, TokenUnknown
		}
		claims = append(claims, c)
	}
	c, reason := choose(claims, now)
	if reason != TokenSeveral && len(answered) > 0 && answered[0].name != c.name {
		return c, TokenSeveral // it answers a letter of another seat: one of the two is not meant
	}
	return c, reason
}

// choose takes the first claim that works, of several that agree on the seat.
func choose(claims []claim, now time.Time) (claim, Reason) {
	if len(claims) == 0 {
		return claim{}, TokenMissing
	}
	for _, c := range claims {
		if c.name != claims[0].name {
			return claim{}, TokenSeveral
		}
	}
	if i := slices.IndexFunc(claims, func(c claim) bool { return c.live(now) }); i >= 0 {
		return claims[i], ""
	}
	if claims[0].revoked {
		return claims[0], TokenRevoked
	}
	return claims[0], TokenExpired
}

// addressed returns what stands behind the plus of our address in the recipient fields, and whether
// our address stands bare in To or Cc. Display names do not count.
func (r *Register) addressed(h message.Header) (tokens []string, bare bool) {
	for i, name := range recipientFields {
		for _, address := range addresses(h, name) {
			extension, plus, ours := r.extension(address)
			switch {
			case ours && plus && !slices.Contains(tokens, extension):
				tokens = append(tokens, extension)
			case ours && !plus && i < 2:
				bare = true
			}
		}
	}
	return tokens, bare
}

// addresses reads the addresses of a recipient field. Of a field that does not follow the grammar,
// such as one with a name that has a colon but no quotes, it is what stands in angle brackets, or
// the whole.
func addresses(h message.Header, name string) []string {
	var all []string
	list, err := h.Addresses(name)
	for _, a := range list {
		all = append(all, a.Addr)
	}
	if err == nil {
		return all
	}
	for _, v := range h.Values(name) {
		all = append(append(all, bracketed(v)...), v)
	}
	return all
}

// extension reports whether address is ours, and what stands behind its plus, in lower case. Some
// programs write the plus as %2B.
func (r *Register) extension(address string) (extension string, plus, ours bool) {
	local, domain, ok := cutAddress(strings.Trim(address, "<> \t"))
	if !ok || domain != r.domain || strings.ContainsAny(local, "@<>,; \t") {
		return "", false, false
	}
	local = strings.Replace(asciiLower(strings.Trim(local, `"`)), "%2b", "+", 1)
	base, extension, plus := strings.Cut(local, "+")
	return extension, plus, base == asciiLower(r.local)
}

// displaced reports whether our address with something behind its plus stands in a place that is for
// people, such as a display name: then nobody took the token off on the way, and the mail was
// put together by hand.
func (r *Register) displaced(h message.Header) bool {
	for _, name := range []string{"To", "Cc", "Subject"} {
		for _, v := range h.Values(name) {
			v = strings.ReplaceAll(asciiLower(v), "%2b", "+")
			if strings.Contains(v, asciiLower(r.local)+"+") && strings.Contains(v, "@"+r.domain) {
				return true
			}
		}
	}
	return false
}

// answered returns our letters that the mail names, the one it answers first. RFC 5322, 3.6.4: that is
// In-Reply-To, or else the last of References.
func (r *Register) answered(h message.Header) []claim {
	var claims []claim
	for _, id := range answeredIDs(h) {
		if c, ok := r.messageID(id); ok {
			claims = append(claims, c)
		}
	}
	return claims
}

func answeredIDs(h message.Header) []string {
	refs := messageIDs(h.Values("References"))
	slices.Reverse(refs)
	ids := append(messageIDs(h.Values("In-Reply-To")), refs...)
	return ids[:min(len(ids), maxReferences)]
}

// messageIDs returns what stands between angle brackets.
func messageIDs(values []string) []string {
	var ids []string
	for _, v := range values {
		for {
			_, rest, ok := strings.Cut(v, "<")
			id, after, closed := strings.Cut(rest, ">")
			if !ok || !closed {
				break
			}
			ids, v = append(ids, strings.TrimSpace(id)), after
		}
	}
	return ids
}
