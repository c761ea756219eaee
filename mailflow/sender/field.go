package sender

import (
	"errors"
	"strings"
	"unicode/utf8"
)

var errSyntax = errors.New("malformed field")

// A fieldReader reads a structured header field from the left: the words, comments and quoted
// strings of RFC 5322, 3.2, which attackers fill with what looks like syntax.
type fieldReader struct {
	s  string
	at int
}

// value reads token / quoted-string (RFC 2045, 5.1) with white space before.
func (p *fieldReader) value() (string, error) {
	if err := p.space(); err != nil {
		return "", err
	}
	if p.peek() == '"' {
		return p.quoted()
	}
	if w := p.word(tokenChar); w != "" {
		return w, nil
	}
	return "", errSyntax
}

// spaced reads a word with white space around.
func (p *fieldReader) spaced(in func(byte) bool) (string, error) {
	if err := p.space(); err != nil {
		return "", err
	}
	w := p.word(in)
	before := p.at
	if err := p.space(); err != nil {
		return "", err
	}
	if !p.end() && p.peek() != '=' {
		p.at = before // it separates what follows
	}
	return w, nil
}

// space skips CFWS: white space and comments, which nest. RFC 5322, 3.2.2.
func (p *fieldReader) space() error {
	depth := 0
	for ; !p.end(); p.at++ {
		switch c := p.s[p.at]; {
		case control(c):
			return errSyntax
		case c == '(':
			depth++
		case c == ')' && depth > 0:
			depth--
		case c == '\\' && depth > 0:
			if p.at++; p.end() || control(p.s[p.at]) {
				return errSyntax
			}
		case c != ' ' && c != '\t' && depth == 0:
			return nil
		}
	}
	if depth > 0 {
		return errSyntax
	}
	return nil
}

// quoted reads a quoted-string. RFC 5322, 3.2.4.
func (p *fieldReader) quoted() (string, error) {
	var b strings.Builder
	for p.at++; !p.end(); p.at++ {
		switch c := p.s[p.at]; {
		case c == '"':
			p.at++
			if !utf8.ValidString(b.String()) {
				return "", errSyntax
			}
			return b.String(), nil
		case control(c):
			return "", errSyntax
		case c == '\\':
			if p.at++; p.end() || control(p.s[p.at]) {
				return "", errSyntax
			}
			b.WriteByte(p.s[p.at])
		default:
			b.WriteByte(c)
		}
	}
	return "", errSyntax
}

// word reads the longest run of bytes that are in a class, "" when there is none.
func (p *fieldReader) word(in func(byte) bool) string {
	start := p.at
	for !p.end() && in(p.s[p.at]) {
		p.at++
	}
	w := p.s[start:p.at]
	if !utf8.ValidString(w) {
		p.at = start
		return ""
	}
	return w
}

func (p *fieldReader) end() bool { return p.at >= len(p.s) }

func (p *fieldReader) peek() byte {
	if p.end() {
		return 0
	}
	return p.s[p.at]
}

func (p *fieldReader) take(c byte) bool {
	if p.end() || p.s[p.at] != c {
		return false
	}
	p.at++
	return true
}

func control(c byte) bool { return c < ' ' && c != '\t' || c == 0x7f }

// tokenChar is token of RFC 2045, 5.1, with UTF-8 (RFC 8616).
func tokenChar(c byte) bool {
	return c > ' ' && c != 0x7f && !strings.ContainsRune(`()<>@,;:\"/[]?=`, rune(c)) || c >= utf8.RuneSelf
}

// keywordOf reads the first word of a structured field; comments and parameters are left out.
func keywordOf(v string) string {
	p := fieldReader{s: v}
	if p.space() != nil {
		return v
	}
	return p.word(tokenChar)
}

// bracketed returns what stands between angle brackets, outside quotes and comments.
func bracketed(field string) (all []string) {
	p := fieldReader{s: field}
	for p.space() == nil && !p.end() {
		switch p.peek() {
		case '"':
			if _, err := p.quoted(); err != nil {
				return all
			}
		case '<':
			inside, _, closed := strings.Cut(field[p.at+1:], ">")
			if !closed {
				return all
			}
			all = append(all, inside)
			p.at += len(inside) + 2
		default:
			p.at++
		}
	}
	return all
}
