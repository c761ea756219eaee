package newtext

import (
	"bytes"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"duolog/mailflow/message"
)

// htmlLines renders HTML into lines. It works on the stream of tags and never builds a tree, so that
// neither depth nor disorder costs more than their length.
func htmlLines(s string) []line {
	p := page{tags: html.NewTokenizer(strings.NewReader(s))}
	p.tags.SetMaxBuf(0)
	for {
		switch p.tags.Next() {
		case html.ErrorToken:
			p.breakLine()
			p.addRest()
			return unwrapped(p.lines)
		case html.TextToken:
			p.textToken(p.tokenText())
		case html.StartTagToken, html.SelfClosingTagToken:
			p.startTag()
		case html.EndTagToken:
			name, _ := p.tags.TagName()
			p.endTag(atom.Lookup(name))
		}
	}
}

// unwrapped takes a quoting element away that holds all of a mail: it quotes nothing, unless an
// attribution or the like stands first in it.
func unwrapped(lines []line) []line {
	r := reader{lines: lines}
	first := r.skipBlank(0)
	for i := first; i < len(lines); i++ {
		if l := &lines[i]; !l.blank() && (l.depth == 0 || l.box == cited) {
			return lines
		}
	}
	if first == len(lines) || r.attribution(first) > 0 || r.headerBlock(first).lines > 0 {
		return lines
	}
	for i := first; i < len(lines); i++ {
		lines[i].depth = max(0, lines[i].depth-1)
	}
	return lines
}

// A page is the state of rendering.
type page struct {
	tags  *html.Tokenizer
	lines []line
	open  []element

	text, mark []byte // the line being written, without and with Markdown
	space      bool   // white space is due before the next word
	gap        bool   // a blank line is due before the next text
	emphasis   string // what is open in mark
	linkAt     int    // where the text of the open link begins in text
	linkMark   int    // and in mark

	styles styles    // of classes and names
	rest   [2][]byte // text beyond maxLines: new, and in a quoting element
}

// An element is what an open tag means for the text in it.
type element struct {
	name   atom.Atom
	hidden bool
	quote  bool
	box    box
	bold   bool
	italic bool
	pre    bool
	list   int // 1 for ul, 2 for ol
	items  int // counted so far in an ol
	href   string
	gap    bool // a paragraph: blank lines around
	depth  int  // of quoting elements, this one included
	lists  int  // of lists
}

// within returns e with what it inherits from the element around it.
func (e element) within(o element) element {
	e.hidden = e.hidden || o.hidden
	e.bold = e.bold || o.bold
	e.italic = e.italic || o.italic
	e.pre = e.pre || o.pre
	if e.box == noBox {
		e.box = o.box
	}
	e.depth, e.lists = o.depth, o.lists
	if e.quote {
		e.depth++
	}
	if e.list > 0 {
		e.lists++
	}
	return e
}

// maxOpen bounds how deep elements are followed, and how far an end tag searches its start.
const (
	maxOpen   = 400
	maxSearch = 60
)

func (p *page) startTag() {
	name, more := p.tags.TagName()
	tag := atom.Lookup(name)
	var a attributes
	for more {
		var key, value []byte
		key, value, more = p.tags.TagAttr()
		a.set(string(key), string(value))
	}
	switch tag {
	case atom.Br:
		p.newLine()
		return
	case atom.Hr:
		p.hr()
		return
	case atom.Img:
		p.image(a.alt)
		return
	case atom.Meta, atom.Link, atom.Input, atom.Base, atom.Col, atom.Area, atom.Wbr, atom.Embed, atom.Source, atom.Track, atom.Param:
		return
	case atom.Td, atom.Th:
		p.space = len(p.text) > 0
	}
	p.implied(tag)
	e := elementOf(tag, a)
	e.hidden = e.hidden || p.styles.hide(string(name), a)
	if blockLevel(tag) {
		p.breakLine()
		p.gap = p.gap || e.gap
	}
	if len(p.open) < maxOpen {
		p.open = append(p.open, e.within(p.state()))
	}
	switch tag {
	case atom.Li:
		p.bullet()
	case atom.Style:
		p.styles.someScreens = a.media != "" && a.media != "all" && a.media != "screen"
	}
	if tag == atom.A && e.href != "" {
		p.openLink()
	}
}

// implied closes what HTML lets people leave open: a paragraph before a block, an item before the
// next one.
func (p *page) implied(tag atom.Atom) {
	if len(p.open) == 0 {
		return
	}
	last := p.open[len(p.open)-1].name
	if last == atom.P && blockLevel(tag) && tag != atom.Span || last == atom.Li && tag == atom.Li || last == atom.Td && tag == atom.Td {
		p.endTag(last)
	}
}

func (p *page) endTag(tag atom.Atom) {
	if tag == atom.Br || tag == 0 {
		if tag == atom.Br {
			p.newLine()
		}
		return
	}
	for i := len(p.open) - 1; i >= 0 && i >= len(p.open)-maxSearch; i-- {
		if p.open[i].name != tag {
			continue
		}
		if tag == atom.A && p.open[i].href != "" {
			p.closeLink(p.open[i].href)
		}
		if blockLevel(tag) {
			p.breakLine()
			p.gap = p.gap || p.open[i].gap
		}
		p.open = p.open[:i]
		return
	}
}

// attributes are those of a tag that matter here.
type attributes struct{ class, id, style, href, alt, hidden, name, cite, kind, marker, media string }

func (a *attributes) set(key, value string) {
	switch key {
	case "class":
		a.class = value
	case "id":
		a.id = value
	case "style":
		a.style = strings.ToLower(strings.Join(strings.Fields(value), ""))
	case "href":
		a.href = value
	case "alt":
		a.alt = value
	case "name":
		a.name = value
	case "cite":
		a.cite = strings.ToLower(value)
	case "type":
		a.kind = value
	case "data-marker":
		a.marker = value
	case "media":
		a.media = value
	case "hidden":
		a.hidden = "hidden"
	}
}

func elementOf(tag atom.Atom, a attributes) element {
	e := element{name: tag, hidden: a.hidden != "" || invisible(a.style), box: boxOf(a)}
	switch tag {
	case atom.Head, atom.Style, atom.Script, atom.Title, atom.Noscript, atom.Template, atom.Object, atom.Iframe, atom.Svg, atom.Math, atom.Select, atom.Textarea:
		e.hidden = true
	case atom.Blockquote:
		// Mail programs cite a message by its identifier; a page on the net is cited by a person.
		e.quote, e.gap = !strings.HasPrefix(a.cite, "http") || a.kind == "cite", true
		if e.box != quoted && (a.kind == "cite" || strings.Contains(a.class, "quote")) {
			e.box = cited
		}
	case atom.Div:
		if e.box == noBox && strings.Contains(a.style, "border:none;border-top:solid") {
			e.box = bordered // as Outlook does above a header block
		}
		e.quote = a.name == "quote" || strings.Contains(a.style, "border-left:") && strings.Contains(a.style, "solid") && strings.Contains(a.style, "padding")
	case atom.B, atom.Strong:
		e.bold = true
	case atom.I, atom.Em:
		e.italic = true
	case atom.Pre, atom.Xmp, atom.Listing:
		e.pre, e.gap = true, true
	case atom.Ul, atom.Menu:
		e.list = 1
	case atom.Ol:
		e.list = 2
	case atom.A:
		e.href = a.href
	case atom.P:
		e.gap = !strings.Contains(a.class, "Mso") && !strings.Contains(a.style, "margin:0") && !strings.Contains(a.style, "margin-bottom:0")
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Table:
		e.gap = true
	}
	return e
}

// invisible reports whether a style, without spaces, hides its element.
func invisible(style string) bool {
	if style == "" {
		return false
	}
	for _, s := range []string{"display:none", "visibility:hidden", "mso-hide:all", "font-size:0;", "font-size:0px", "font-size:0pt", "max-height:0;", "max-height:0px", "opacity:0;"} {
		if strings.Contains(style, s) {
			return true
		}
	}
	return strings.HasSuffix(style, "font-size:0") || strings.HasSuffix(style, "opacity:0") || strings.HasSuffix(style, "max-height:0")
}

// boxOf recognises containers by the names that mail programs give them.
func boxOf(a attributes) box {
	if a.class == "" && a.id == "" && a.name == "" && a.marker == "" {
		return noBox
	}
	for _, c := range append(strings.Fields(a.class), a.id, a.name, a.marker) {
		c = givenName(strings.ToLower(c))
		if b := boxes[c]; b != noBox {
			return b
		}
		for prefix, b := range boxPrefixes {
			if strings.HasPrefix(c, prefix) {
				return b
			}
		}
		if b := spokenName(c); b != noBox {
			return b
		}
	}
	return noBox
}

// spokenName reads names as programs choose them that are in no list: "acme-mail-quoted-text",
// "signature_block".
func spokenName(c string) box {
	words := strings.FieldsFunc(c, func(r rune) bool { return r == '-' || r == '_' })
	for i, w := range words {
		switch w {
		case "quoted", "quotation", "quotedtext":
			return quoting
		case "quote":
			if len(words) == 1 || slices.ContainsFunc(words, func(w string) bool { return mailWords[w] }) {
				return quoting // not "price-quote"
			}
		case "signature", "sig", "signaturecontainer":
			if i == 0 || i == len(words)-1 {
				return signed
			}
		}
	}
	return noBox
}

// mailWords stand beside "quote" where that is no offer and no saying.
var mailWords = map[string]bool{
	"mail": true, "email": true, "message": true, "msg": true, "reply": true, "history": true, "original": true, "previous": true,
	"text": true, "block": true, "content": true, "container": true, "wrapper": true, "body": true, "header": true,
}

// givenName takes off what mail programs put before the names of elements in a mail that they quote:
// "x_", "m_-1234567890", "yiv1234567890", "ydp1a2b3c".
func givenName(c string) string {
	for strings.HasPrefix(c, "x_") {
		c = c[2:]
	}
	for _, p := range []struct{ prefix, set string }{{"m_", "-0123456789"}, {"yiv", "0123456789"}, {"ydp", "0123456789abcdef"}} {
		if rest, ok := strings.CutPrefix(c, p.prefix); ok {
			if t := strings.TrimLeft(rest, p.set); len(t) < len(rest) && t != "" {
				return t
			}
		}
	}
	return c
}

// boxes are names of containers.
var boxes = map[string]box{
	"tutanota_quote": quoted, "ms-outlook-quote": quoted, "olk_src_body_section": quoted, "mail-editor-reference-message-container": quoted,
	"reply_body": quoted, "reply-body": quoted, "replybody": quoted, "zimbraquote": quoted, "gmx_quote": quoted, "cite-prefix": quoted,
	"isreplycontent": quoted, "ntes-mailmaster-quote": quoted, "isforwardcontent": quoted, "origbody": quoted, "reply139content": quoted,
	"orimsghtmlseperator": quoted, "skiff_quote": quoted, "ms-outlook-mobile-reference-message": quoted,

	"signature": signing, "email-signature": signing, "email_signature": signing, "gmail_signature": signing, "moz-signature": signing, "acompli_signature": signing, "mail-signature": signing,
	"applemailsignature": signing, "yahoo-signature": signing, "bloop_sign": signing, "front-signature": signing,
	"blue-signature": signing, "canarysig": signing, "edo-signature": signing, "composer_signature": signing, "k9mail-signature": signing,
	"_rc_sig": signing, "moz-txt-sig": signing, "io-ox-signature": signing, "default-signature": signing, "tutanota-signature": signing,
	"messagesignaturesection": signing, "sh-signature": signing, "ydp-signature": signing,

	"gmail_attr": attributing, "moz-cite-prefix": attributing, "airmail_on": attributing, "blue-quoted-header": attributing,

	"divrplyfwdmsg": heading, "outlookmessageheader": heading, "groupwisereplyheader": heading, "__headers__": heading,

	"gmail_quote": around, "protonmail_quote": around, "messagereplysection": around, "zmail_extra": around,
	"hs_reply": around, "nylas-quote": around, "gmail_extra": around,
}

// boxPrefixes are beginnings of names that go on with a number or the like.
var boxPrefixes = map[string]box{
	"yahoo_quoted": quoted, "protonmail_signature_block": signing, "ms-outlook-mobile-signature": signing, "zm-_id_-sgn": signing,
	"bloop_sign_": signing,
}

func blockLevel(tag atom.Atom) bool {
	switch tag {
	case atom.P, atom.Div, atom.Blockquote, atom.Ul, atom.Ol, atom.Li, atom.Table, atom.Tr, atom.Pre, atom.H1, atom.H2, atom.H3,
		atom.H4, atom.H5, atom.H6, atom.Body, atom.Html, atom.Section, atom.Article, atom.Header, atom.Footer, atom.Dl, atom.Dt,
		atom.Dd, atom.Center, atom.Form, atom.Address, atom.Main, atom.Nav, atom.Aside, atom.Menu, atom.Fieldset, atom.Caption,
		atom.Tbody, atom.Thead, atom.Tfoot, atom.Xmp, atom.Listing, atom.Figure, atom.Figcaption, atom.Details, atom.Summary:
		return true
	}
	return false
}

// tokenText is the text of the token. The input was clean; what its entities stand for may not be.
func (p *page) tokenText() string {
	if bytes.IndexByte(p.tags.Raw(), '&') < 0 {
		return string(p.tags.Text())
	}
	return message.Clean(string(p.tags.Text()))
}

// state is what the open elements say together.
func (p *page) state() element {
	if len(p.open) == 0 {
		return element{}
	}
	return p.open[len(p.open)-1]
}

func (p *page) textToken(s string) {
	e := p.state()
	if e.name == atom.Style {
		p.styles.read(s)
	}
	if e.hidden {
		return
	}
	if e.pre {
		for i, l := range strings.Split(s, "\n") {
			if i > 0 {
				p.newLine()
			}
			p.write(l, e)
		}
		return
	}
	if collapsed(s) {
		p.space = p.space || s[0] == ' '
		if t := strings.Trim(s, " "); t != "" {
			p.write(t, e)
		}
		p.space = p.space || s[len(s)-1] == ' '
		return
	}
	for s != "" {
		i := strings.IndexFunc(s, func(r rune) bool { return !htmlSpace(r) })
		if i < 0 {
			p.space = true
			return
		}
		p.space = p.space || i > 0
		s = s[i:]
		end := strings.IndexFunc(s, htmlSpace)
		if end < 0 {
			end = len(s)
		}
		p.write(s[:end], e)
		s = s[end:]
	}
}

// collapsed reports whether the white space in s needs no work.
func collapsed(s string) bool {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c < ' ' || c == ' ' && i > 0 && s[i-1] == ' ' {
			return false
		}
	}
	return s != ""
}

func htmlSpace(r rune) bool { return r == ' ' || r == '\t' || r == '\n' || r == '\r' || r == '\f' }

// write adds a word, or preformatted text, to the line.
func (p *page) write(s string, e element) {
	if len(p.text) == 0 && unseeable(s) && !e.pre {
		p.space = false
		return // a line that only holds no-break spaces is blank
	}
	want := ""
	if !e.pre {
		if e.bold {
			want = "**"
		}
		if e.italic {
			want += "*"
		}
	}
	if p.emphasis != want {
		p.mark = append(p.mark, reverse(p.emphasis)...)
	}
	if p.space && len(p.text) > 0 {
		p.text = append(p.text, ' ')
		p.mark = append(p.mark, ' ')
	}
	p.space = false
	if p.emphasis != want {
		p.mark = append(p.mark, want...)
		p.emphasis = want
	}
	p.text = append(p.text, s...)
	p.mark = append(p.mark, s...)
}

// closeEmphasis ends what is open in mark; the next word opens it again where it goes on.
func (p *page) closeEmphasis() {
	p.mark = append(p.mark, reverse(p.emphasis)...)
	p.emphasis = ""
}

func reverse(emphasis string) string {
	if emphasis == "***" {
		return "***"
	}
	return emphasis
}

// newLine ends the line, even an empty one.
func (p *page) newLine() {
	if p.full() {
		return
	}
	if len(p.text) == 0 {
		p.gap = false
		p.add(line{})
		return
	}
	p.breakLine()
}

// breakLine ends the line if something is in it.
func (p *page) breakLine() {
	p.space = false
	if len(p.text) == 0 || p.full() {
		return
	}
	p.mark = append(p.mark, reverse(p.emphasis)...)
	p.emphasis = ""
	l := line{text: strings.TrimRightFunc(string(p.text), unicode.IsSpace)}
	if m := strings.TrimRightFunc(string(p.mark), unicode.IsSpace); m != l.text {
		l.mark = m
	}
	p.text, p.mark = p.text[:0], p.mark[:0]
	p.linkAt, p.linkMark = 0, 0
	if p.gap && len(p.lines) > 0 {
		p.add(line{})
	}
	p.gap = false
	p.add(l)
}

// full keeps what is beyond maxLines for one last line, and for one more what is quoted there.
func (p *page) full() bool {
	if len(p.lines) < maxLines-3 {
		return false
	}
	if len(p.text) > 0 {
		rest := &p.rest[0]
		if e := p.state(); e.depth > 0 || e.box == quoted {
			rest = &p.rest[1]
		}
		*rest = append(append(*rest, p.text...), '\n')
	}
	p.text, p.mark, p.emphasis, p.linkAt, p.linkMark = p.text[:0], p.mark[:0], "", 0, 0
	return true
}

func (p *page) addRest() {
	for depth, text := range p.rest {
		if len(text) > 0 {
			p.lines = append(p.lines, line{text: strings.TrimSpace(string(text)), depth: depth})
		}
	}
}

// add puts a line under the containers that are open.
func (p *page) add(l line) {
	e := p.state()
	if e.hidden {
		return
	}
	l.depth, l.box = e.depth, e.box
	if e.depth == 0 && l.text != "" {
		if d, t := unquote(l.text); d > 0 { // plain text that a gateway wrapped into HTML
			l.depth, l.text, l.mark = d, t, ""
		}
		l.rule = l.rule || isRule(l.text)
	}
	p.lines = append(p.lines, l)
}

func (p *page) hr() {
	p.breakLine()
	if p.full() {
		return
	}
	p.add(line{text: "---", rule: true})
}

// image shows an emoji that a program drew as a picture.
func (p *page) image(alt string) {
	alt = message.Clean(alt)
	if r, n := utf8.DecodeRuneInString(alt); n > 1 && n <= len(alt) && len(alt) <= 16 && !unicode.IsLetter(r) {
		e := p.state()
		if !e.hidden {
			p.write(alt, e)
		}
	}
}

// bullet begins an item of a list with its mark, indented by its depth.
func (p *page) bullet() {
	e := p.state()
	if e.hidden {
		return
	}
	mark := "- "
	for i := len(p.open) - 1; i >= 0; i-- {
		if o := &p.open[i]; o.list > 0 {
			if o.list == 2 {
				o.items++
				mark = itoa(o.items) + ". "
			}
			break
		}
	}
	mark = strings.Repeat("  ", min(max(e.lists-1, 0), 8)) + mark
	p.text = append(p.text, mark...)
	p.mark = append(p.mark, mark...)
}

func itoa(n int) string {
	if n >= 10 {
		return itoa(n/10) + itoa(n%10)
	}
	return string(rune('0' + n))
}

func (p *page) openLink() {
	p.closeEmphasis()
	if p.space && len(p.text) > 0 {
		p.text = append(p.text, ' ')
		p.mark = append(p.mark, ' ')
		p.space = false
	}
	p.linkAt, p.linkMark = len(p.text)+1, len(p.mark)+1
}

// closeLink turns the text since openLink into a Markdown link, if it leads somewhere safe and says
// something else than its address.
func (p *page) closeLink(href string) {
	at, mark := p.linkAt-1, p.linkMark-1
	p.linkAt, p.linkMark = 0, 0
	if at < 0 || at >= len(p.text) || mark > len(p.mark) {
		return
	}
	p.closeEmphasis()
	text := string(p.text[at:])
	href = strings.TrimSpace(message.Clean(href))
	low := strings.ToLower(href)
	safe := strings.HasPrefix(low, "http://") || strings.HasPrefix(low, "https://") || strings.HasPrefix(low, "mailto:")
	if !safe || len(href) > 500 || strings.ContainsAny(href, " ()<>\"\n") || strings.ContainsAny(text, "[]") || sameLink(text, href) {
		return
	}
	p.mark = append(p.mark, ' ')
	copy(p.mark[mark+1:], p.mark[mark:])
	p.mark[mark] = '['
	p.mark = append(append(append(p.mark, "]("...), href...), ')')
}

// sameLink reports whether the text of a link is its address.
func sameLink(text, href string) bool {
	return squeeze(href) == squeeze(text) || strings.Contains(squeeze(href), squeeze(text)) && strings.ContainsAny(text, "./@")
}
