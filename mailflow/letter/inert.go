package letter

import (
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The longest texts that a mail repeats, in characters. The log has the whole.
const (
	maxText    = 280
	maxDetail  = 200
	maxSubject = 120
)

// inert makes one harmless line of what a person wrote: no control, no invisible and no direction-changing
// characters, at most limit characters, the cut marked.
func inert(s string, limit int) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r), unicode.IsControl(r):
			return ' '
		case unicode.Is(unicode.Bidi_Control, r), r == utf8.RuneError, r == '\ufeff', r == '\u200b', r == '\u2060':
			return -1
		}
		return r
	}, s)
	return shorten(strings.Join(strings.Fields(s), " "), limit)
}

// shorten cuts at the last space before the limit.
func shorten(s string, limit int) string {
	if utf8.RuneCountInString(s) <= limit {
		return s
	}
	cut := string([]rune(s)[:limit-1])
	if at := strings.LastIndexByte(cut, ' '); at > len(cut)/2 {
		cut = cut[:at]
	}
	return strings.TrimRight(cut, " ,;:–-") + "…"
}

// inertLines is inert for text of several lines, at most n of them; empty ones are left out.
func inertLines(s string, n, limit int) []string {
	var lines []string
	for line := range strings.SplitSeq(s, "\n") {
		if line = inert(line, limit); line == "" {
			continue
		}
		if len(lines) == n {
			return append(lines, "…")
		}
		lines = append(lines, line)
	}
	return lines
}

// webAddress returns the address when it is one of http or https, "" otherwise.
func webAddress(s string) string {
	s = strings.TrimSpace(s)
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || s != inert(s, 2000) {
		return ""
	}
	return s
}
