package message

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/ianaindex"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"
	"golang.org/x/text/unicode/norm"
)

// decodeCharset turns bytes of the labelled charset into valid UTF-8. The Code is "" when label and
// bytes agree.
func decodeCharset(b []byte, label string) (string, Code) {
	label = strings.ToLower(strings.Trim(label, " \t\"'"))
	enc, code := lookup(label)
	if enc == nil || guessable(label) && hasUTF8(b) || wide(label) && unconverted(b) {
		if utf8.Valid(b) {
			return string(b), code
		}
		if label == "utf-8" || label == "utf8" {
			return strings.ToValidUTF8(string(b), "\uFFFD"), BadCharset
		}
		enc = charmap.Windows1252
	}
	if label == "iso-2022-kr" {
		b = unshift(b)
	}
	out, err := enc.NewDecoder().Bytes(b)
	if err != nil {
		return strings.ToValidUTF8(string(b), "\uFFFD"), BadCharset
	}
	if bytes.ContainsRune(out, utf8.RuneError) && code == "" {
		code = BadCharset
	}
	return strings.ToValidUTF8(string(out), "\uFFFD"), code
}

// lookup finds the encoding of a label; nil means UTF-8, or a guess where there is no label.
func lookup(label string) (encoding.Encoding, Code) {
	switch label {
	case "", "utf-8", "utf8", "us-ascii", "ascii", "unicode-1-1-utf-8":
		return nil, ""
	case "gb2312", "gb_2312-80", "x-gbk", "cp936", "gbk", "euc-cn":
		return simplifiedchinese.GB18030, "" // the later standards contain the earlier ones
	case "utf-16", "utf16", "ucs-2", "iso-10646-ucs-2":
		return unicode.UTF16(unicode.BigEndian, unicode.UseBOM), "" // RFC 2781, 4.3
	case "utf-32", "utf32", "ucs-4", "iso-10646-ucs-4":
		return utf32.UTF32(utf32.BigEndian, utf32.UseBOM), ""
	case "utf-32be":
		return utf32.UTF32(utf32.BigEndian, utf32.IgnoreBOM), ""
	case "utf-32le":
		return utf32.UTF32(utf32.LittleEndian, utf32.IgnoreBOM), ""
	case "iso-2022-kr", "csiso2022kr":
		return korean.EUCKR, "" // once its shifts are undone
	case "utf-7", "unicode-1-1-utf-7":
		return nil, UnknownCharset // UTF-7 hides markup from filters: it is never decoded
	}
	if e, err := ianaindex.MIME.Encoding(label); err == nil && e != nil && (strings.HasPrefix(label, "ibm") || strings.HasPrefix(label, "cp")) {
		return e, "" // of DOS, which browsers do not know
	}
	for _, name := range []string{label, strings.TrimPrefix(label, "x-"), strings.Replace(label, "cp", "windows-", 1),
		strings.Replace(label, "_", "-", -1)} {
		if e, err := htmlindex.Get(name); err == nil && e != encoding.Replacement {
			return e, ""
		}
	}
	return nil, UnknownCharset
}

// unshift writes ISO-2022-KR (RFC 1557) as EUC-KR: between SO and SI each byte stands for the one with its high bit set.
func unshift(b []byte) []byte {
	b = bytes.ReplaceAll(b, []byte("\x1b$)C"), nil)
	out, high := make([]byte, 0, len(b)), byte(0)
	for _, c := range b {
		switch {
		case c == 0x0e:
			high = 0x80
		case c == 0x0f || c == '\n':
			high = 0
		}
		if c != 0x0e && c != 0x0f {
			if c > ' ' {
				c |= high
			}
			out = append(out, c)
		}
	}
	return out
}

// guessable tells the labels that mailers put on UTF-8 by mistake.
func guessable(label string) bool {
	return label == "iso-8859-1" || label == "latin1" || label == "windows-1252"
}

// wide tells the labels of text in which every line end has a NUL: what has none, and only ASCII, was never converted.
func wide(label string) bool {
	return strings.HasPrefix(label, "utf-16") || strings.HasPrefix(label, "utf16") || strings.HasPrefix(label, "utf-32") || strings.HasPrefix(label, "ucs-")
}

func unconverted(b []byte) bool {
	return !bytes.ContainsFunc(b, func(r rune) bool { return r == 0 || r >= utf8.RuneSelf })
}

// hasUTF8 reports whether b is UTF-8 with at least one character of several bytes.
func hasUTF8(b []byte) bool {
	if !utf8.Valid(b) {
		return false
	}
	for _, c := range b {
		if c >= utf8.RuneSelf {
			return true
		}
	}
	return false
}

// Clean returns s as this package gives out text: valid UTF-8 in normal form C, LF line ends,
// without control characters (tab apart) and bidirectional formatting characters.
func Clean(s string) string { return clean(s) }

func clean(s string) string {
	if plainASCII(s) {
		return s
	}
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "\uFFFD")
	}
	s = strings.ReplaceAll(s, "\r\n", "\n")
	s = strings.Map(mapRune(), s)
	return norm.NFC.String(s)
}

// mapRune writes every line end as \n and drops what is hidden. A vertical tab or form feed parts lines, too (UAX 14), but makes no empty
// line beside another line end: a page break is none in the text.
func mapRune() func(rune) rune {
	last, feed := '\n', false // what was written last, and whether a feed was
	return func(r rune) rune {
		switch {
		case r == '\v' || r == '\f':
			if last == '\n' {
				return -1
			}
			last, feed = '\n', true
			return last
		case r == '\n' && feed:
			feed = false
			return -1
		case r == '\r' || r == '\u2028' || r == '\u2029' || r == '\u0085':
			r = '\n'
		case hidden(r):
			return -1
		}
		last, feed = r, false
		return r
	}
}

func plainASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c >= 0x7f || c < ' ' && c != '\n' && c != '\t' {
			return false
		}
	}
	return true
}

// hidden tells control characters and those that reorder what stands around them.
func hidden(r rune) bool {
	switch {
	case r < ' ':
		return r != '\n' && r != '\t'
	case r >= 0x7f && r < 0xa0, r >= 0x202a && r <= 0x202e, r >= 0x2061 && r <= 0x206f: // 2061 to 2064 are operators that nobody sees
		return true
	case r&0xfffe == 0xfffe, r >= 0xfdd0 && r <= 0xfdef: // no characters at all
		return true
	case r == 0x200e, r == 0x200f, r == 0x061c, r == 0xfeff, r >= 0xfff9 && r <= 0xfffb, r >= 0xe0000 && r <= 0xe007f:
		return true
	}
	return false
}
