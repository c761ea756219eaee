// Package newtext finds what a person newly wrote in a reply.
//
// Every line gets one class: quote, attribution, signature and so on; a few ordered rules over the
// classes decide what is cut. The rule a newcomer would break: rules know shapes, never languages. A
// word that a mail program writes belongs into a table in languages/, one file per language, and is
// looked up for all languages at once, because people mix them. In doubt text is kept: a cut too
// many loses a person's words, a cut too few is noticed.
//
// What equals a mail of ours is a quote in any client ([Sent]); marks, attributions and header
// blocks serve for everything else. Running time is linear in the size of the input.
package newtext

import (
	"strings"

	"duolog/mailflow/message"
)

// Sent is a mail of ours that may be quoted. Either field may be empty.
type Sent struct{ Text, HTML string }

// A Result is what was found in one reply.
type Result struct {
	Text      string     // the new text; emphasis and links of HTML as Markdown
	Plain     string     // the same without that Markdown: for comparing and searching
	Blocks    []Block    // the new text again, split where quotes stood between
	Cuts      []Cut      // what was left out, in order
	Forwarded *Forwarded // nil when the mail forwards nothing
}

// A Block is new text without a quote inside.
type Block struct {
	Text    string
	Answers string // the quoted line directly above, whole even where the reply wrapped it; "" if none
}

// A Cut is a stretch of the mail that is not new text.
type Cut struct {
	Reason string // one of the Reason constants
	Text   string // without quote marks
}

// The reasons of cuts.
const (
	Quote       = "quote"
	Attribution = "attribution"
	HeaderBlock = "header block"
	Signature   = "signature"
	SignOff     = "sign-off"
	Disclaimer  = "disclaimer"
	Mobile      = "mobile footer"
	Forward     = "forwarded"
	Marker      = "marker"
	Warning     = "warning"
)

// Forwarded is a mail passed on inside the reply.
type Forwarded struct {
	Subject, From string // "" when not given
	Text          string // the first lines, at most forwardedLines
}

// Extract reads the visible parts of m in order. Where a part has plain text and HTML, the plain
// text counts, unless it only says that there is HTML. Sent holds the mails of ours that the reply
// may quote.
func Extract(m *message.Message, sent []Sent) Result {
	var lines []line
	for _, p := range m.Body {
		if len(lines) > 0 {
			lines = append(lines, line{})
		}
		if p.HTML != "" && placeholder(p.Text) {
			lines = append(lines, htmlLines(p.HTML)...)
		} else {
			lines = append(lines, textLines(p.Text)...)
		}
	}
	r := reader{lines: lines, names: namesOf(m.Header)}
	return r.read(sent, forwardSubject(m.Header.Text("Subject")))
}

// namesOf returns the words of the sender's name, in lower case.
func namesOf(h message.Header) []string {
	from, err := h.Addresses("From")
	if err != nil || len(from) != 1 {
		return nil
	}
	return strings.Fields(strings.ToLower(from[0].Name))
}

// namesIn returns the words of the name in "Priya Nair <priya@example.org>", the reader of the mail
// that is answered, in lower case; nil where several or none are named.
func namesIn(to string) []string {
	name, _, _ := strings.Cut(to, "<")
	if strings.Count(name, "/") > 1 {
		name, _, _ = strings.Cut(name, "/") // "Priya Nair/Berlin/Acme@ACME"
	}
	name = strings.Trim(name, " \"'")
	if strings.ContainsAny(name, ";,@(/") || strings.Count(to, "@") > 1 || !nameLike(name, 4) {
		return nil
	}
	return strings.Fields(strings.ToLower(name))
}

// FromText extracts from plain text.
func FromText(s string, sent []Sent) Result {
	r := reader{lines: textLines(message.Clean(s))}
	return r.read(sent, "")
}

// FromHTML extracts from HTML.
func FromHTML(s string, sent []Sent) Result {
	r := reader{lines: htmlLines(message.Clean(s))}
	return r.read(sent, "")
}

// read runs the rules in their order. subject is the subject of a mail that says it forwards.
func (r *reader) read(sent []Sent, subject string) Result {
	r.sent = indexSent(sent)
	r.cutArmor()
	r.markBars()
	r.matchSent()
	r.cutWarning()
	r.cutQuotes()
	r.recover()
	if len(r.names) == 0 {
		r.names = namesIn(r.block.reader)
	}
	r.trimSegments()
	return r.result(subject)
}

// placeholder reports whether plain text is empty or only points to the HTML beside it.
func placeholder(s string) bool {
	s = strings.TrimSpace(s)
	if len(s) > 300 {
		return false
	}
	return s == "" || words.html.anyIn(strings.ToLower(s)) && strings.Count(s, "\n") < 4
}

// forwardSubject returns the subject without a forward prefix such as "Fwd:", or "" when it has
// none.
func forwardSubject(s string) string {
	for {
		prefix, rest, ok := strings.Cut(s, ":")
		if !ok {
			return ""
		}
		if words.prefix[strings.ToLower(strings.TrimSpace(prefix))] {
			return strings.TrimSpace(rest)
		}
		if len([]rune(prefix)) > 4 {
			return ""
		}
		s = strings.TrimSpace(rest)
	}
}
