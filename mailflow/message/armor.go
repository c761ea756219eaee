package message

import "strings"

const (
	armorMessage   = "-----BEGIN PGP MESSAGE-----"
	armorSigned    = "-----BEGIN PGP SIGNED MESSAGE-----"
	armorSignature = "-----BEGIN PGP SIGNATURE-----"
	armorEnd       = "-----END PGP SIGNATURE-----"
)

// cleartext takes the armor off text that was signed in place (RFC 9580, 7). The signature proves nothing here. Text without a
// whole armor stays as it is.
func cleartext(s string) string {
	before, rest, signed := strings.Cut(s, armorSigned+"\n")
	headers, rest, headed := strings.Cut(rest, "\n\n")
	text, rest, signature := strings.Cut(rest, armorSignature+"\n")
	_, after, ended := strings.Cut(rest, armorEnd)
	if !signed || !headed || !signature || !ended || !hashHeaders(headers) || before != "" && !strings.HasSuffix(before, "\n") {
		return s
	}
	text = strings.ReplaceAll("\n"+text, "\n- ", "\n") // dash-escaped lines
	return before + text[1:] + strings.TrimPrefix(after, "\n")
}

// hashHeaders reports whether the lines are the headers that may stand there.
func hashHeaders(lines string) bool {
	for line := range strings.Lines(lines) {
		if name, _, ok := strings.Cut(line, ": "); !ok || name != "Hash" && name != "NotDashEscaped" && name != "Charset" && name != "Version" && name != "Comment" {
			return false
		}
	}
	return true
}
