package message

import "strings"

// A Report is what a mail system or mail program says about a mail of ours (RFC 6522).
type Report struct {
	Type       string // report-type in lower case: "delivery-status", "disposition-notification", "feedback-report"
	EnvelopeID string // Original-Envelope-Id (RFC 3464, 2.2.1), "" when not given
	MessageID  string // of the mail reported on, without angle brackets, "" when not given
	Recipients []Recipient
	More       bool // there are further Recipients, beyond the limit
}

// maxRecipients bounds the groups that are read; a server that reports on a whole list writes one for each of its addresses.
const maxRecipients = 1000

// A Recipient is one per-recipient group of a report.
type Recipient struct {
	Original    string // Original-Recipient, without the address type
	Final       string // Final-Recipient, without the address type
	Action      string // in lower case: failed, delayed, delivered, relayed, expanded (RFC 3464, 2.3.3)
	Status      string // such as 5.1.1 (RFC 3463)
	Diagnosis   string // Diagnostic-Code, cleaned
	Disposition string // RFC 8098, 3.2.6, in lower case; "" for delivery reports
}

// status reads a message/delivery-status or message/disposition-notification part: groups of
// fields with empty lines between them.
func (r *reader) status(b []byte) {
	rep := r.m.Report
	for len(b) > 0 {
		var group []byte
		group, b = r.split(b)
		h := r.header(group)
		if id := h.Text("Original-Envelope-Id"); id != "" {
			rep.EnvelopeID = id
		}
		if id := h.Text("Original-Message-ID"); id != "" {
			rep.MessageID = trimID(id)
		}
		if !h.Has("Final-Recipient") && !h.Has("Action") && !h.Has("Disposition") {
			continue
		}
		if len(rep.Recipients) == maxRecipients {
			rep.More = true
			return
		}
		rep.Recipients = append(rep.Recipients, Recipient{
			Original:    withoutType(h.Text("Original-Recipient")),
			Final:       withoutType(h.Text("Final-Recipient")),
			Action:      strings.ToLower(firstWord(h.Text("Action"))),
			Status:      firstWord(h.Text("Status")),
			Diagnosis:   h.Text("Diagnostic-Code"),
			Disposition: strings.ToLower(h.Text("Disposition")),
		})
	}
}

// firstWord is what a field says that has room for one word, without the comments around it. RFC 3464, 2.1.1: these fields have the
// syntax of RFC 5322.
func firstWord(s string) string {
	p := addressParser{s: s}
	if p.space() != nil {
		return ""
	}
	return p.atom(true)
}

// returned takes the Message-ID from the returned message or its header.
func (r *reader) returned(b []byte) {
	head, _ := r.split(b)
	if ids := r.header(head).Values("Message-ID"); len(ids) > 0 && r.m.Report.MessageID == "" {
		r.m.Report.MessageID = trimID(ids[0])
	}
}

// withoutType turns "rfc822; anna@example.org" into the address (RFC 3464, 2.3.1).
func withoutType(s string) string {
	if _, addr, ok := strings.Cut(s, ";"); ok {
		s = addr
	}
	return strings.Trim(strings.TrimSpace(s), "<>")
}
