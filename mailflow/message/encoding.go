package message

import "bytes"

// decodeQuoted decodes quoted-printable text (RFC 2045, 6.7). A stray = stays as it is; ok is false
// then.
func decodeQuoted(b []byte) (out []byte, ok bool) {
	if bytes.IndexByte(b, '=') < 0 {
		return b, true
	}
	ok = true
	out = make([]byte, 0, len(b))
	for i := 0; i < len(b); {
		c := b[i]
		if c != '=' {
			out = append(out, c)
			i++
			continue
		}
		if n := softBreak(b[i+1:]); n > 0 {
			i += 1 + n
			continue
		}
		if i+2 < len(b) && unhex(b[i+1]) >= 0 && unhex(b[i+2]) >= 0 {
			out = append(out, byte(unhex(b[i+1])<<4|unhex(b[i+2])))
			i += 3
			continue
		}
		ok = ok && i+1 == len(b)
		out = append(out, c)
		i++
	}
	return out, ok
}

// softBreak measures white space up to and with a line end; 0 when something else stands there.
func softBreak(b []byte) int {
	for i, c := range b {
		switch c {
		case ' ', '\t', '\r':
		case '\n':
			return i + 1
		default:
			return 0
		}
	}
	return 0
}

func unhex(c byte) int {
	switch {
	case '0' <= c && c <= '9':
		return int(c - '0')
	case 'A' <= c && c <= 'F':
		return int(c-'A') + 10
	case 'a' <= c && c <= 'f':
		return int(c-'a') + 10
	}
	return -1
}

// decodeBase64 decodes what it can: characters outside the alphabet are skipped (RFC 2045, 6.8), a
// torn last group is cut. ok is false when there was any of these or something after the padding.
func decodeBase64(b []byte) (out []byte, ok bool) {
	ok = true
	out = make([]byte, 0, len(b)/4*3+3)
	var acc uint32
	var n, pad int
	for _, c := range b {
		v := base64Value[c]
		switch {
		case v == blank:
			continue
		case c == '=':
			pad++
			continue
		case v == invalid:
			ok = false
			continue
		}
		if pad > 0 { // another padded block follows
			ok = ok && (n+pad)%4 == 0
			out = flushBase64(out, acc, n)
			acc, n, pad = 0, 0, 0
		}
		acc = acc<<6 | uint32(v)
		if n++; n == 4 {
			out = append(out, byte(acc>>16), byte(acc>>8), byte(acc))
			acc, n = 0, 0
		}
	}
	return flushBase64(out, acc, n), ok && pad <= 2 && (n+pad)%4 == 0
}

func flushBase64(out []byte, acc uint32, n int) []byte {
	switch n {
	case 2:
		return append(out, byte(acc>>4))
	case 3:
		return append(out, byte(acc>>10), byte(acc>>2))
	}
	return out
}

const (
	blank   = 0xfe
	invalid = 0xff
)

var base64Value = func() (t [256]byte) {
	for i := range t {
		t[i] = invalid
	}
	for i, c := range []byte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/") {
		t[c] = byte(i)
	}
	for _, c := range []byte(" \t\r\n") {
		t[c] = blank
	}
	return t
}()
