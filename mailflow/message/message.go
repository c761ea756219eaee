// Package message reads one raw Internet message within fixed limits.
//
// It never refuses a mail for being odd: what could not be read, or could be read in two ways, is a
// [Defect] beside whatever was readable, and the caller decides by [Code.Unsafe] whether such a mail
// may change anything. Text that leaves this package is valid UTF-8 in normal form C without control
// or bidirectional formatting characters; header fields as they came ([Header.Values]) are not.
//
// The standards are RFC 5322 (messages), RFC 2045 to 2047 and 2231 (MIME), RFC 3676 (flowed text) and
// RFC 6522 (reports). Attached messages are counted against the limits and otherwise left closed.
package message

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"strings"
)

// The limits. What goes beyond them is left unread and noted as a Defect.
const (
	MaxSize   = 10 << 20  // bytes of a raw message
	MaxText   = 1 << 20   // bytes of decoded text, and again of decoded HTML
	MaxHeader = 256 << 10 // bytes of one header section
	MaxParts  = 100       // MIME entities, multiparts and attached messages included
	MaxDepth  = 20        // nesting of multiparts and attached messages
)

// ErrEmpty means that the bytes hold no header field at all, so that nobody could have sent them.
var ErrEmpty = errors.New("message: no header field")

// A Message is what was readable of one mail.
type Message struct {
	Header      Header
	ID          string // Message-ID without the angle brackets, "" when missing or empty; case matters
	Body        []Part // the parts a mail program would show, in order
	Text        string // every Part's Text, joined by a line end
	HTML        string // every Part's HTML, joined by a line end
	Calendar    []byte // the first text/calendar part, decoded; nil when there is none
	Scheduling  bool   // the Calendar is the mail itself, its text only another form of that (RFC 6047), and no file sent along
	Attachments []Attachment
	Report      *Report // nil unless the message is a multipart/report
	Defects     []Defect

	attached [sha256.Size]byte // running hash over the attachments' contents
}

// A Part is one stretch of the visible body. The alternatives of a multipart/alternative make one
// Part with both fields set.
type Part struct {
	Text string // text/plain; flowed lines are joined (RFC 3676)
	HTML string // text/html, decoded to UTF-8 but otherwise as it came: it is not safe to show
}

// An Attachment is a part that is not shown as text. Its content is not kept.
type Attachment struct {
	Name string // the last path element of the name the mail gave, cleaned; "" when it gave none
	Type string // media type in lower case, such as "image/png"
	Size int    // bytes after transfer decoding
}

// Parse reads raw, with CRLF or LF line ends. The only error is ErrEmpty.
func Parse(raw []byte) (*Message, error) {
	m := &Message{}
	r := reader{m: m}
	head, body := r.split(raw)
	m.Header = r.header(head)
	if len(m.Header.fields) == 0 {
		return nil, ErrEmpty
	}
	m.ID = r.messageID()
	if len(raw) > MaxSize {
		r.defect(TooLarge, "")
		return m, nil
	}
	if smuggled(body) {
		r.defect(Smuggled, "")
	}
	r.entity(m.Header, body, place{})
	r.finish()
	return m, nil
}

// smuggled finds the end of one mail and the begin of another, as a server sees it that takes bare line feeds for line ends
// (CVE-2023-51764 and its like). People do write a lone dot, but no SMTP commands after it.
func smuggled(body []byte) bool {
	for dot := []byte("\n."); ; {
		i := bytes.Index(body, dot)
		if i < 0 {
			return false
		}
		body = body[i+len(dot):]
		next := bytes.TrimLeft(body[:min(len(body), 2)], "\r\n")
		next = body[min(len(body), 2)-len(next):]
		if len(next) < len(body) && command(next) {
			return true
		}
	}
}

func command(line []byte) bool {
	for _, verb := range []string{"MAIL FROM:", "RCPT TO:", "EHLO ", "HELO ", "RSET\r", "RSET\n"} {
		if len(line) >= len(verb) && strings.EqualFold(string(line[:len(verb)]), verb) {
			return true
		}
	}
	return false
}

// Has reports whether a defect of this code was found.
func (m *Message) Has(c Code) bool {
	for _, d := range m.Defects {
		if d.Code == c {
			return true
		}
	}
	return false
}

// messageID reads the first Message-ID field and notes a second one.
func (r *reader) messageID() string {
	ids := r.m.Header.Values("Message-ID")
	if len(ids) == 0 {
		return ""
	}
	if len(ids) > 1 {
		r.defect(TwoMessageIDs, "")
	}
	return trimID(ids[0])
}

// trimID returns what stands in the first pair of angle brackets, or the whole value without them.
func trimID(v string) string {
	if i := strings.IndexByte(v, '<'); i >= 0 {
		v = v[i+1:]
		if j := strings.IndexByte(v, '>'); j >= 0 {
			v = v[:j]
		}
	}
	return oneLine(v)
}

// finish joins the parts and notes what only the whole can tell.
func (r *reader) finish() {
	m := r.m
	var text, html []string
	for i, p := range m.Body {
		p.Text = cleartext(p.Text)
		m.Body[i].Text = p.Text
		if p.Text != "" {
			text = append(text, strings.TrimRight(p.Text, "\n"))
		}
		if p.HTML != "" {
			html = append(html, p.HTML)
		}
	}
	m.Text, m.HTML = strings.Join(text, "\n"), strings.Join(html, "\n")
	empty := strings.TrimSpace(m.Text) == "" && strings.TrimSpace(m.HTML) == ""
	switch {
	case strings.Contains("\n"+m.Text, "\n"+armorMessage), strings.TrimSpace(m.Text) == "" && strings.Contains(m.HTML, armorMessage):
		r.defect(Encrypted, "inline PGP")
	case empty && r.tnef:
		r.defect(OnlyTNEF, "")
	case empty && m.Calendar == nil && m.Report == nil:
		r.defect(NoText, "")
	}
}
