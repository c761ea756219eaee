package sender

import (
	"strings"

	"duolog/mailflow/message"
)

// delivery finds what mail servers say about our own mail. A report is believed for the one mail whose
// id it returns, which nobody knows but whom we sent it to and the servers between.
func (p Policy) delivery(m *message.Message) (Verdict, bool) {
	if !deliveryReport(m) {
		if mailSystem(m) {
			return because(BounceUnparsed, ""), true
		}
		return Verdict{}, false
	}
	if !understood(m.Report) {
		return because(BounceUnparsed, "not every recipient has a known action"), true
	}
	ids := []string{m.Report.MessageID, strings.Trim(m.Report.EnvelopeID, "<>")}
	for _, id := range append(ids, answeredIDs(m.Header)...) { // many servers answer the mail they report on
		if p.ours(id) {
			v := because(Delivery, keywordOf(m.Report.Recipients[0].Action))
			v.Mail = id
			return v, true
		}
	}
	return because(BounceUnknown, ""), true
}

func deliveryReport(m *message.Message) bool {
	if m.Report == nil {
		return false
	}
	if m.Report.Type == "delivery-status" {
		return true
	}
	return m.Report.Type == "" && understood(m.Report)
}

// understood reports whether the fate of every recipient is known and one that RFC 3464, 2.3.3 names.
func understood(r *message.Report) bool {
	for _, to := range r.Recipients {
		switch keywordOf(to.Action) {
		case "failed", "delayed", "delivered", "relayed", "expanded":
		default:
			return false
		}
	}
	return len(r.Recipients) > 0 && !r.More
}

// mailSystem finds bounces in plain words, as qmail writes them: they come from a mail system, or name
// the recipients that failed.
func mailSystem(m *message.Message) bool {
	if m.Header.Has("X-Failed-Recipients") {
		return true
	}
	for _, a := range addresses(m.Header, "From") {
		local, _, _ := strings.Cut(asciiLower(strings.Trim(a, "<> ")), "@")
		if local == "mailer-daemon" || local == "postmaster" && nullSender(m.Header) {
			return true
		}
	}
	for _, a := range m.Attachments {
		if a.Type == "message/delivery-status" || a.Type == "message/global-delivery-status" {
			return true
		}
	}
	return false
}

// nullSender reports whether the envelope had no return address. RFC 5321, 4.4 and 4.5.5: the server that
// delivers notes it in Return-Path.
func nullSender(h message.Header) bool {
	paths := h.Values("Return-Path")
	return len(paths) > 0 && strings.Trim(paths[0], " \t") == "<>"
}
