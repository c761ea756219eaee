package message

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// An Address is one mailbox of an address field.
type Address struct {
	Name string // display name, decoded and cleaned; "" when there is none
	Addr string // local part, @, domain, as written but without comments, folding and needless quotes
}

// Addresses returns the mailboxes of all fields of that name, nil when there is none. It follows the
// grammar of RFC 5322, 3.4, with UTF-8 (RFC 6532). Group syntax is an error, as is any byte that
// the grammar does not allow: who cannot be told exactly is nobody.
func (h Header) Addresses(name string) ([]Address, error) {
	var all []Address
	for _, v := range h.Values(name) {
		p := addressParser{s: v}
		list, err := p.list()
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", name, err)
		}
		all = append(all, list...)
	}
	return all, nil
}

var (
	errGroup   = errors.New("group of addresses")
	errAddress = errors.New("malformed address")
)

type addressParser struct {
	s  string
	at int
}

// list reads mailbox *("," mailbox). RFC 5322, 4.4: empty elements are tolerated.
func (p *addressParser) list() ([]Address, error) {
	var out []Address
	for {
		if err := p.space(); err != nil {
			return nil, err
		}
		if p.end() {
			return out, nil
		}
		if p.take(',') {
			continue
		}
		a, err := p.mailbox()
		if err != nil {
			return nil, err
		}
		out = append(out, a)
		if err := p.space(); err != nil {
			return nil, err
		}
		if !p.end() && !p.take(',') {
			return nil, errAddress
		}
	}
}

// mailbox reads a display name with an address in angle brackets, or a bare address.
func (p *addressParser) mailbox() (Address, error) {
	start := p.at
	var phrase []string
	for {
		if err := p.space(); err != nil {
			return Address{}, err
		}
		switch c := p.peek(); {
		case c == '<':
			p.at++
			addr, err := p.addrSpec()
			if err != nil {
				return Address{}, err
			}
			if !p.take('>') {
				return Address{}, errAddress
			}
			return Address{decodeWords(strings.Join(phrase, " ")), addr}, nil
		case c == '@':
			p.at = start
			addr, err := p.addrSpec()
			return Address{"", addr}, err
		case c == ':':
			return Address{}, errGroup
		case c == '"':
			w, err := p.quoted()
			if err != nil {
				return Address{}, err
			}
			phrase = append(phrase, w)
		default:
			w := p.atom(true)
			if w == "" {
				return Address{}, errAddress
			}
			phrase = append(phrase, w)
		}
	}
}

// addrSpec reads local-part "@" domain with comments and white space around.
func (p *addressParser) addrSpec() (string, error) {
	if err := p.space(); err != nil {
		return "", err
	}
	local := p.atom(true)
	if p.peek() == '"' && local == "" {
		q, err := p.quoted()
		if err != nil {
			return "", err
		}
		local = quoteLocal(q)
	}
	if err := p.space(); err != nil {
		return "", err
	}
	if !dotAtom(local) && !strings.HasPrefix(local, `"`) || !p.take('@') {
		return "", errAddress
	}
	if err := p.space(); err != nil {
		return "", err
	}
	domain := p.atom(true)
	if domain == "" && p.peek() == '[' {
		domain = p.literal()
	} else if !dotAtom(domain) {
		return "", errAddress
	}
	if domain == "" {
		return "", errAddress
	}
	return local + "@" + domain, p.space()
}

// space skips folding white space and comments, which may be nested.
func (p *addressParser) space() error {
	depth := 0
	for ; !p.end(); p.at++ {
		switch c := p.s[p.at]; {
		case c == '(':
			depth++
		case c == ')' && depth > 0:
			depth--
		case c == '\\' && depth > 0:
			p.at++
		case c == 0 || c == '\r' || c == '\n':
			return errAddress
		case c != ' ' && c != '\t' && depth == 0:
			return nil
		}
	}
	if depth > 0 {
		return errAddress
	}
	p.at = len(p.s)
	return nil
}

// atom reads atext characters, with dots when asked for.
func (p *addressParser) atom(dots bool) string {
	start := p.at
	for !p.end() {
		r, n := utf8.DecodeRuneInString(p.s[p.at:])
		if !(atext(r) || dots && r == '.') || r == utf8.RuneError && n == 1 {
			break
		}
		p.at += n
	}
	return p.s[start:p.at]
}

func (p *addressParser) quoted() (string, error) {
	var b strings.Builder
	for p.at++; !p.end(); p.at++ {
		c := p.s[p.at]
		if c == '"' {
			p.at++
			return b.String(), nil
		}
		if c == '\\' && p.at+1 < len(p.s) {
			p.at++
			c = p.s[p.at]
		}
		if c < ' ' && c != '\t' || c == 0x7f { // RFC 5322, 3.2.1: neither with a backslash before it
			return "", errAddress
		}
		b.WriteByte(c)
	}
	return "", errAddress
}

func (p *addressParser) literal() string {
	end := strings.IndexByte(p.s[p.at:], ']')
	if end < 0 || strings.IndexFunc(p.s[p.at+1:p.at+end], func(r rune) bool { return r <= ' ' || r == 0x7f || r == '[' || r == '\\' }) >= 0 {
		return ""
	}
	lit := p.s[p.at : p.at+end+1]
	p.at += end + 1
	return lit
}

func (p *addressParser) end() bool { return p.at >= len(p.s) }

func (p *addressParser) peek() byte {
	if p.end() {
		return 0
	}
	return p.s[p.at]
}

func (p *addressParser) take(c byte) bool {
	if p.peek() == c && !p.end() {
		p.at++
		return true
	}
	return false
}

// atext is RFC 5322, 3.2.3, with the UTF-8 of RFC 6532.
func atext(r rune) bool {
	switch {
	case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z', '0' <= r && r <= '9':
		return true
	case r < utf8.RuneSelf:
		return strings.ContainsRune("!#$%&'*+-/=?^_`{|}~", r)
	}
	return r >= 0xa0 && !hidden(r)
}

func dotAtom(s string) bool {
	return s != "" && s[0] != '.' && s[len(s)-1] != '.' && !strings.Contains(s, "..")
}

// quoteLocal takes needless quotes from a local part and keeps needed ones.
func quoteLocal(s string) string {
	p := addressParser{s: s}
	if dotAtom(p.atom(true)) && p.end() && dotAtom(s) {
		return s
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}
