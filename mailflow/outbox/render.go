package outbox

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	netmail "net/mail"
	"regexp"
	"strings"
	"time"
	"unicode"

	"github.com/wneessen/go-mail"
)

// Draft is a mail before it has bytes. The same draft always renders to the same bytes, so that a mail written again
// after a crash is the mail that was written before.
type Draft struct {
	From, FromName string
	To, ToName     string // one recipient, never more
	ReplyTo        string // "" for From
	Subject        string
	Text           string // always there; lines may be of any length
	HTML           string // the same in HTML, "" for none
	Calendar       []byte // an iCalendar object, nil for none
	CalendarMethod string // RFC 5546: "REQUEST", "CANCEL"; must be the METHOD of Calendar
	CalendarInline bool   // the mail is an invitation: programs show the Calendar in its place. It is attached as invite.ics either way
	MessageID      string // with or without angle brackets
	InReplyTo      string
	References     []string
	Date           time.Time
	Language       string // BCP 47, of the words in it; "" for none said
}

// autoSuppress asks Exchange for no automatic answers. MS-OXCMAIL, 2.1.3.2.20.
const autoSuppress = "OOF, AutoReply"

// Render writes the draft as a complete message of RFC 5322, with CRLF line ends.
//
// Nothing that people wrote can add a header field or a recipient: control characters in names and the subject become
// spaces, and an address, id or language that is not exactly one is an error.
func Render(d Draft) ([]byte, error) {
	options := []mail.MsgOption{mail.WithNoDefaultUserAgent()}
	if d.Calendar == nil { // the library takes one boundary for all multiparts
		options = append(options, mail.WithBoundary(boundary(d.MessageID)))
	}
	msg := mail.NewMsg(options...)
	if err := d.address(msg); err != nil {
		return nil, fmt.Errorf("render mail: %w", err)
	}
	if err := d.identify(msg); err != nil {
		return nil, fmt.Errorf("render mail: %w", err)
	}
	if err := d.fields(msg); err != nil {
		return nil, fmt.Errorf("render mail: %w", err)
	}
	if err := d.body(msg); err != nil {
		return nil, fmt.Errorf("render mail: %w", err)
	}
	var b bytes.Buffer
	if _, err := msg.WriteTo(&b); err != nil {
		return nil, fmt.Errorf("render mail: %w", err)
	}
	if d.Calendar == nil {
		return b.Bytes(), nil
	}
	return steady(b.Bytes(), d.MessageID), nil
}

// madeUp finds the boundaries that the library makes up where there are several. No text of a person looks like that: subjects have no
// line ends, and bodies no equals signs.
var madeUp = regexp.MustCompile(`(?m)^Content-Type: multipart/(?:mixed|alternative);\r\n boundary=([0-9a-f]{30,})\r$`)

// steady gives a mail of several multiparts boundaries that are the same each time.
func steady(raw []byte, id string) []byte {
	for i, m := range madeUp.FindAllSubmatch(raw, 2) {
		raw = bytes.ReplaceAll(raw, m[1], fmt.Appendf(nil, "%s-%d", boundary(id), i))
	}
	return raw
}

func (d Draft) address(msg *mail.Msg) error {
	from, err := address(d.FromName, d.From)
	if err != nil {
		return fmt.Errorf("from: %w", err)
	}
	to, err := address(d.ToName, d.To)
	if err != nil {
		return fmt.Errorf("to: %w", err)
	}
	msg.FromMailAddress(from)
	msg.ToMailAddress(to)
	if d.ReplyTo == "" {
		return nil
	}
	reply, err := address(d.FromName, d.ReplyTo)
	if err != nil {
		return fmt.Errorf("reply-to: %w", err)
	}
	msg.ReplyToMailAddress(reply)
	return nil
}

// identify sets what makes this mail this mail and puts it into its thread. RFC 5322, 3.6.4.
func (d Draft) identify(msg *mail.Msg) error {
	id, err := messageID(d.MessageID)
	if err != nil {
		return err
	}
	if d.Date.IsZero() {
		return fmt.Errorf("the date is missing")
	}
	msg.SetGenHeader(mail.HeaderMessageID, id)
	msg.SetDateWithValue(d.Date)
	var references []string
	for _, r := range d.References {
		ref, err := messageID(r)
		if err != nil {
			return err
		}
		references = append(references, ref)
	}
	if len(references) > 0 {
		msg.SetGenHeader(mail.HeaderReferences, strings.Join(references, " "))
	}
	if d.InReplyTo == "" {
		return nil
	}
	parent, err := messageID(d.InReplyTo)
	if err != nil {
		return err
	}
	msg.SetGenHeader(mail.HeaderInReplyTo, parent)
	return nil
}

func (d Draft) fields(msg *mail.Msg) error {
	msg.Subject(oneLine(d.Subject))
	msg.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834, 5
	msg.SetGenHeader(mail.HeaderXAutoResponseSuppress, autoSuppress)
	if d.Language == "" {
		return nil
	}
	if !plain(d.Language) {
		return fmt.Errorf("%q is not a language", d.Language)
	}
	msg.SetGenHeader("Content-Language", d.Language) // RFC 3282
	return nil
}

// body adds the alternatives, the plainest first (RFC 2046, 5.1.4), and the invitation once more as a file: some programs know only
// the one form, some only the other.
func (d Draft) body(msg *mail.Msg) error {
	msg.SetBodyString(mail.TypeTextPlain, d.Text)
	if d.HTML != "" {
		msg.AddAlternativeString(mail.TypeTextHTML, d.HTML)
	}
	if d.Calendar == nil {
		return nil
	}
	kind := "text/calendar"
	if plain(d.CalendarMethod) {
		kind += "; method=" + d.CalendarMethod
	}
	if d.CalendarInline {
		msg.AddAlternativeString(mail.ContentType(kind), string(d.Calendar), mail.WithPartEncoding(mail.EncodingB64))
	}
	return msg.AttachReader("invite.ics", bytes.NewReader(d.Calendar), mail.WithFileContentType("application/ics"))
}

// boundary is derived from the Message-ID, for a random one would make every rendering another mail.
func boundary(id string) string {
	sum := sha256.Sum256([]byte("boundary " + id))
	return "duolog-" + hex.EncodeToString(sum[:16])
}

func address(name, addr string) (*netmail.Address, error) {
	a, err := netmail.ParseAddress(addr)
	if err != nil || a.Name != "" || a.Address != addr {
		return nil, fmt.Errorf("%q is not one plain address", addr)
	}
	a.Name = oneLine(name)
	return a, nil
}

// IsMessageID reports whether a mail can be answered under that id: what other people's mails bear is often none. RFC 5322, 3.6.4.
func IsMessageID(id string) bool {
	_, err := messageID(id)
	return err == nil && len(id) <= maxID
}

// maxID is how long an id may be for a line of the header to hold it. RFC 5322, 2.1.1.
const maxID = 900

func messageID(id string) (string, error) {
	bare := strings.TrimSuffix(strings.TrimPrefix(id, "<"), ">")
	left, right, _ := strings.Cut(bare, "@")
	if left == "" || right == "" || strings.ContainsFunc(bare, notInID) {
		return "", fmt.Errorf("%q is not a message id", id)
	}
	return "<" + bare + ">", nil
}

func notInID(r rune) bool { return r <= ' ' || r >= 0x7f || strings.ContainsRune(`<>()[],;:"\`, r) }

// plain tells whether s is of letters, digits and hyphens alone, like a method (RFC 5545, 3.1) and a language (RFC 5646, 2.1).
func plain(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool {
		return r != '-' && (r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r))
	})
}

// oneLine turns every run of spaces and control characters into one space and drops what reorders text unseen.
func oneLine(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Bidi_Control, r):
			return -1
		case unicode.IsControl(r):
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
	return strings.Join(strings.Fields(s), " ")
}
