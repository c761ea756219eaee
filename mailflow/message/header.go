package message

import (
	"bytes"
	"encoding/base64"
	"strings"
	"unicode/utf8"
)

// A Header holds the fields of one header section in the order in which they came. The zero value
// is an empty header.
type Header struct {
	fields []field
}

type field struct {
	name  string // as written
	value string // unfolded, outer white space off, undecoded
}

// Values returns the unfolded, undecoded values of the fields of that name, from the top. They may
// hold any bytes. The name's case does not matter.
func (h Header) Values(name string) []string {
	var vs []string
	for _, f := range h.fields {
		if strings.EqualFold(f.name, name) {
			vs = append(vs, f.value)
		}
	}
	return vs
}

// Has reports whether there is a field of that name.
func (h Header) Has(name string) bool {
	_, ok := h.first(name)
	return ok
}

// Text returns the first value of that name for people to read: encoded words decoded (RFC 2047),
// one line, without control and bidirectional formatting characters. It is "" when there is none.
func (h Header) Text(name string) string {
	v, _ := h.first(name)
	return decodeWords(v)
}

func (h Header) first(name string) (string, bool) {
	for _, f := range h.fields {
		if strings.EqualFold(f.name, name) {
			return f.value, true
		}
	}
	return "", false
}

// split cuts an entity at the first empty line. Where the section has no line feed at all, the
// lines of its header are taken to end with carriage returns.
func (r *reader) split(b []byte) (head, body []byte) {
	if bytes.IndexByte(b, '\n') < 0 && bytes.IndexByte(b, '\r') >= 0 {
		r.defect(BareCR, "no line feed in the message")
		b = bytes.ReplaceAll(b, []byte("\r"), []byte("\n"))
	}
	for at := 0; at < len(b); {
		end := bytes.IndexByte(b[at:], '\n')
		if end < 0 {
			return b, nil
		}
		if end == 0 || end == 1 && b[at] == '\r' {
			return b[:at], b[at+end+1:]
		}
		at += end + 1
	}
	return b, nil
}

// header reads the fields of a header section.
func (r *reader) header(b []byte) Header {
	if len(b) > MaxHeader {
		r.defect(HeaderTooLarge, "")
		b = b[:MaxHeader]
	}
	if bytes.IndexByte(b, 0) >= 0 {
		r.defect(NUL, "")
	}
	var h Header
	var cur []byte // the field being unfolded
	flush := func() {
		if f, ok := parseField(cur); ok {
			h.fields = append(h.fields, f)
		} else if len(cur) > 0 && !bytes.HasPrefix(cur, []byte("From ")) {
			r.defect(BadHeaderLine, "")
		}
		cur = nil
	}
	for len(b) > 0 {
		var line []byte
		line, b, _ = bytes.Cut(b, []byte("\n"))
		line = bytes.TrimSuffix(line, []byte("\r"))
		if bytes.IndexByte(line, '\r') >= 0 {
			r.defect(BareCR, "in a header")
		}
		if len(line) > 0 && (line[0] == ' ' || line[0] == '\t') {
			cur = append(cur, line...)
			continue
		}
		flush()
		cur = append(cur, line...)
	}
	flush()
	return h
}

// parseField splits "Name: value". RFC 5322, 2.2: a name is printable ASCII without the colon;
// white space before the colon is the obsolete form of 4.5.
func parseField(line []byte) (field, bool) {
	name, value, ok := bytes.Cut(line, []byte(":"))
	name = bytes.TrimRight(name, " \t")
	if !ok || len(name) == 0 {
		return field{}, false
	}
	for _, c := range name {
		if c <= ' ' || c > '~' {
			return field{}, false
		}
	}
	return field{string(name), string(bytes.Trim(value, " \t"))}, true
}

// decodeWords decodes the encoded words in v. Neighbours of the same charset are joined before
// they are decoded, because some mailers split a character between two of them.
func decodeWords(v string) string {
	if !strings.Contains(v, "=?") {
		return oneLine(rawText(v))
	}
	var out strings.Builder
	var pending []byte
	var charset string
	flush := func() {
		if len(pending) > 0 {
			s, _ := decodeCharset(pending, charset)
			out.WriteString(s)
			pending = pending[:0]
		}
	}
	for v != "" {
		word, rest, ok := encodedWord(v)
		if ok {
			if word.charset != charset {
				flush()
				charset = word.charset
			}
			pending = append(pending, word.data...)
			v = rest
			if next := strings.TrimLeft(v, " \t"); strings.HasPrefix(next, "=?") {
				if _, _, ok := encodedWord(next); ok {
					v = next // RFC 2047, 6.2: white space between encoded words is not shown
				}
			}
			continue
		}
		flush()
		n := strings.Index(v[1:], "=?") + 1
		if n == 0 {
			n = len(v)
		}
		out.WriteString(rawText(v[:n]))
		v = v[n:]
	}
	flush()
	return oneLine(out.String())
}

type word struct {
	charset string
	data    []byte
}

// maxWord bounds one encoded word. RFC 2047, 2 allows 75 characters; mailers do not keep to it.
const maxWord = 1000

// encodedWord reads =?charset?B|Q?text?= at the start of s.
func encodedWord(s string) (w word, rest string, ok bool) {
	if !strings.HasPrefix(s, "=?") {
		return w, s, false
	}
	head := s[2:min(len(s), maxWord)]
	charset, head, ok1 := strings.Cut(head, "?")
	enc, head, ok2 := strings.Cut(head, "?")
	text, _, ok3 := strings.Cut(head, "?=")
	if !ok1 || !ok2 || !ok3 || charset == "" || strings.ContainsAny(text, " \t") && !strings.EqualFold(enc, "q") {
		return w, s, false
	}
	rest = s[2+len(charset)+1+len(enc)+1+len(text)+2:]
	charset, _, _ = strings.Cut(charset, "*") // RFC 2231, 5: language after an asterisk
	switch enc {
	case "B", "b":
		data, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(text, "="))
		if err != nil {
			return w, s, false
		}
		return word{strings.ToLower(charset), data}, rest, true
	case "Q", "q":
		data, _ := decodeQuoted([]byte(strings.ReplaceAll(text, "_", " ")))
		return word{strings.ToLower(charset), data}, rest, true
	}
	return w, s, false
}

// rawText reads header bytes that carry no charset: UTF-8 (RFC 6532) or else Windows-1252.
func rawText(v string) string {
	if utf8.ValidString(v) {
		return v
	}
	s, _ := decodeCharset([]byte(v), "")
	return s
}

func oneLine(s string) string {
	s = clean(s)
	if strings.ContainsAny(s, "\n\t") {
		s = strings.Join(strings.Fields(s), " ")
	}
	return strings.TrimSpace(s)
}
