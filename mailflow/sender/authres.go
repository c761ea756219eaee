package sender

import "strings"

// authResults is one Authentication-Results field. Names of methods, results, property types and
// properties are in lower case; comments are gone.
type authResults struct {
	server  string // authserv-id, "" in Microsoft's form
	results []authResult
}

// An authResult is what one method found.
type authResult struct {
	method, value string // "dmarc", "pass"
	props         []authProp
}

// An authProp is one ptype.property=value; Microsoft's action=none has no ptype.
type authProp struct{ ptype, name, value string }

// parseAuthResults reads a field by the grammar of RFC 8601, 2.2. It refuses what the grammar does not
// allow, but for two habits that leave no doubt: a semicolon at the end, and the characters
// /=:[]? in a property's value without quotes, as in base64.
func parseAuthResults(field string) (authResults, error) {
	p := authParser{fieldReader: fieldReader{s: field}}
	server, err := p.server()
	if err != nil {
		return authResults{}, err
	}
	results, err := p.results()
	return authResults{server, results}, err
}

// parseMicrosoft reads the form that Exchange Online writes: no authserv-id, and properties without
// ptype among the others.
func parseMicrosoft(field string) (authResults, error) {
	p := authParser{fieldReader{s: ";" + field}, true}
	results, err := p.results()
	if len(results) == 0 {
		err = errSyntax
	}
	return authResults{"", results}, err
}

// authServer reads the authserv-id alone. named is false where the field plainly has none: it begins
// with a result, as Microsoft's does.
func authServer(field string) (server string, named bool, err error) {
	p := fieldReader{s: field}
	if server, err = p.value(); err != nil {
		return "", false, err
	}
	if err := p.space(); err != nil {
		return "", false, err
	}
	return server, p.peek() != '=' && p.peek() != '/', nil
}

type authParser struct {
	fieldReader
	bare bool // properties without ptype are allowed
}

// server reads authserv-id [CFWS version].
func (p *authParser) server() (string, error) {
	id, err := p.value()
	if err != nil {
		return "", err
	}
	if err := p.space(); err != nil {
		return "", err
	}
	if !p.end() && p.peek() != ';' {
		if p.word(digit) != "1" { // RFC 8601, 2.2: the version of that grammar
			return "", errSyntax
		}
	}
	return id, p.space()
}

// results reads no-result / 1*resinfo, up to the end.
func (p *authParser) results() ([]authResult, error) {
	var out []authResult
	for n := 0; ; n++ {
		if err := p.space(); err != nil {
			return nil, err
		}
		if p.end() {
			return out, nil
		}
		if !p.take(';') {
			return nil, errSyntax
		}
		if err := p.space(); err != nil {
			return nil, err
		}
		if p.end() && n > 0 {
			return out, nil
		}
		res, none, err := p.result()
		if err != nil {
			return nil, err
		}
		if none {
			if n > 0 || !p.end() {
				return nil, errSyntax
			}
			return nil, nil
		}
		out = append(out, res)
	}
}

// result reads methodspec [reasonspec] *propspec, or the word none.
func (p *authParser) result() (res authResult, none bool, err error) {
	res.method = asciiLower(p.word(keyword))
	if res.method == "" {
		return res, false, errSyntax
	}
	if err := p.space(); err != nil {
		return res, false, err
	}
	if p.end() && res.method == "none" {
		return res, true, nil
	}
	if p.take('/') {
		if v, err := p.spaced(digit); err != nil || v != "1" {
			return res, false, errSyntax
		}
	}
	if !p.take('=') {
		return res, false, errSyntax
	}
	if res.value, err = p.spaced(keyword); err != nil || res.value == "" {
		return res, false, errSyntax
	}
	res.value = asciiLower(res.value)
	for first := true; ; first = false {
		more, err := p.gap()
		if err != nil || !more {
			return res, false, err
		}
		prop, reason, err := p.property()
		if err != nil || reason && !first && !p.bare {
			return res, false, errSyntax
		}
		if !reason {
			res.props = append(res.props, prop)
		}
	}
}

// gap reads the white space or comment that must stand before a property, and reports whether one
// follows.
func (p *authParser) gap() (more bool, err error) {
	before := p.at
	if err := p.space(); err != nil {
		return false, err
	}
	if p.end() || p.peek() == ';' {
		return false, nil
	}
	if p.at == before {
		return false, errSyntax
	}
	return true, nil
}

// property reads one propspec, or the reasonspec, whose text is for people.
func (p *authParser) property() (prop authProp, reason bool, err error) {
	prop.ptype = asciiLower(p.word(keyword))
	if err := p.space(); err != nil {
		return prop, false, err
	}
	if prop.ptype == "" {
		return prop, false, errSyntax
	}
	if p.take('.') {
		if prop.name, err = p.spaced(keyword); err != nil || prop.name == "" {
			return prop, false, errSyntax
		}
		prop.name = asciiLower(prop.name)
	} else if prop.ptype == "reason" {
		reason = true
	} else if p.bare {
		prop.ptype, prop.name = "", prop.ptype
	} else {
		return prop, false, errSyntax
	}
	if !p.take('=') {
		return prop, false, errSyntax
	}
	prop.value, err = p.propertyValue()
	return prop, reason, err
}

// propertyValue reads value / [[local-part] "@"] domain-name. The local part may be quoted, and hold
// anything an attacker likes in it.
func (p *authParser) propertyValue() (string, error) {
	if err := p.space(); err != nil {
		return "", err
	}
	var v string
	if p.peek() == '"' {
		q, err := p.quoted()
		if err != nil {
			return "", err
		}
		if p.peek() != '@' {
			return q, nil
		}
		v = q
	}
	v += p.word(valueChar)
	if v == "" {
		return "", errSyntax
	}
	return v, nil
}

func digit(c byte) bool { return '0' <= c && c <= '9' }

// keyword is Ldh-str of RFC 5321, 4.1.2, with the underscore that some property names have.
func keyword(c byte) bool {
	return digit(c) || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '-' || c == '_'
}

func valueChar(c byte) bool { return tokenChar(c) || strings.IndexByte("@/=:[]?", c) >= 0 }
