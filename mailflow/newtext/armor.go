package newtext

import "strings"

// cutArmor cuts what signs a text with OpenPGP in the clear: the lines above it and the signature
// below, and takes the dashes off that protect lines of it (RFC 9580, 7).
func (r *reader) cutArmor() {
	for i := 0; i < len(r.lines); i++ {
		if r.lines[i].text != "-----BEGIN PGP SIGNED MESSAGE-----" {
			continue
		}
		end := i + 1
		for end < len(r.lines) && !r.lines[end].blank() {
			end++
		}
		r.cut(i, end, Signature)
		for i = end; i < len(r.lines) && r.lines[i].text != "-----BEGIN PGP SIGNATURE-----"; i++ {
			if l := &r.lines[i]; strings.HasPrefix(l.text, "- -") {
				*l = line{text: l.text[2:], depth: l.depth, rule: l.depth == 0 && isRule(l.text[2:])}
			}
		}
		for end = i; end < len(r.lines) && r.lines[end].text != "-----END PGP SIGNATURE-----"; {
			end++
		}
		r.cut(i, min(end+1, len(r.lines)), Signature)
		i = end
	}
}
