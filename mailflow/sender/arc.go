package sender

import (
	"slices"
	"strconv"
	"strings"

	"duolog/mailflow/message"
)

// sealed reports whether a forwarder that is listed vouches for the mail: our server found its chain
// of seals whole (arc=pass), its seal is the last, and it saw DMARC pass itself. RFC 8617.
func (t Trust) sealed(h message.Header, ours authResults, domain string) bool {
	if len(t.Sealers) == 0 {
		return false
	}
	arc := false
	for _, r := range ours.results {
		if r.method == "arc" {
			if r.value != "pass" {
				return false
			}
			arc = true
		}
	}
	seals, saw := sealSets(h.Values("ARC-Seal")), sealSets(h.Values("ARC-Authentication-Results"))
	last := len(seals)
	if !arc || last == 0 || len(seals[last]) != 1 || len(saw[last]) != 1 || len(saw) != last {
		return false
	}
	if !slices.Contains(t.Sealers, tag(seals[last][0], "d")) {
		return false
	}
	a, err := parseAuthResults(saw[last][0])
	if err != nil {
		return false
	}
	reason, _ := a.judge(domain)
	return reason == Proved
}

// sealSets sorts fields by their instance i=, which is taken off. An instance beyond the 50 that
// RFC 8617, 4.2.1 allows, or none, makes the sets useless: nil.
func sealSets(fields []string) map[int][]string {
	sets := map[int][]string{}
	for _, f := range fields {
		first, rest, _ := strings.Cut(f, ";")
		name, n, _ := strings.Cut(first, "=")
		i, err := strconv.Atoi(strings.TrimSpace(n))
		if err != nil || i < 1 || i > 50 || strings.TrimSpace(name) != "i" {
			return nil
		}
		sets[i] = append(sets[i], rest)
	}
	return sets
}

// tag reads one tag of a tag-list (RFC 6376, 3.2), "" unless it is there exactly once.
func tag(list, name string) string {
	var value string
	for _, t := range strings.Split(list, ";") {
		k, v, _ := strings.Cut(t, "=")
		if strings.TrimSpace(k) == name {
			if value != "" {
				return ""
			}
			value = asciiLower(strings.TrimSpace(v))
		}
	}
	return value
}
