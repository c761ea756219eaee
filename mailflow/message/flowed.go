package message

import "strings"

// unflow joins the soft-broken lines of format=flowed text (RFC 3676), quoted ones within their own
// depth. With delsp the space that marks a soft break belongs to the break.
func unflow(s string, delsp bool) string {
	var out strings.Builder
	out.Grow(len(s))
	open, depth := false, 0 // the line before was soft-broken, at this depth
	for len(s) > 0 {
		var line string
		line, s, _ = strings.Cut(s, "\n")
		line = strings.TrimSuffix(line, "\r")
		text := strings.TrimLeft(line, ">")
		d := len(line) - len(text)
		text = strings.TrimPrefix(text, " ") // 4.4: space-stuffing
		signature := text == "-- "           // 4.3: never soft-broken
		if open && (d != depth || signature) {
			out.WriteByte('\n')
			open = false
		}
		if !open && d > 0 {
			out.WriteString(line[:d] + " ")
		}
		soft := strings.HasSuffix(text, " ") && !signature
		if soft && delsp {
			text = text[:len(text)-1]
		}
		out.WriteString(text)
		if open, depth = soft, d; !open {
			out.WriteByte('\n')
		}
	}
	if open {
		out.WriteByte('\n')
	}
	return out.String()
}
