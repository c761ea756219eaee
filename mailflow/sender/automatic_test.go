package sender

import (
	"strings"
	"testing"
	"time"
)

// kinds are fields that an otherwise honest reply bears, and what must follow.
var kinds = []struct {
	name   string
	want   Reason
	fields string
}{
	{"a person's mail", Proved, ""},
	{"says it is a person's", Proved, "Auto-Submitted: no\n"},
	{"says so with a comment", Proved, "Auto-Submitted: (really) No (I mean it); x=auto-replied\n"},
	{"says nothing", Proved, "Auto-Submitted:\n"},
	{"Sieve vacation", AutoReply, "Auto-Submitted: auto-replied (vacation); owner-email=\"priya@example.org\"\n"},
	{"comment first", AutoReply, "Auto-Submitted: (no) auto-generated\n"},
	{"in capitals", AutoReply, "AUTO-SUBMITTED: AUTO-REPLIED\n"},
	{"folded", AutoReply, "Auto-Submitted:\n auto-replied\n"},
	{"a word of later standards", AutoReply, "Auto-Submitted: auto-notified; owner-email=x\n"},
	{"no, and yes", AutoReply, "Auto-Submitted: no\nAuto-Submitted: auto-replied\n"},
	{"comment without end", AutoReply, "Auto-Submitted: (no\n"},
	{"vacation with no return address", AutoReply, "Return-Path: <>\nAuto-Submitted: auto-replied\n"},

	{"no return address", NullSender, "Return-Path: <>\n"},
	{"return address", Proved, "Return-Path: <priya@example.org>\n"},
	{"return address of the last server counts", Proved, "Return-Path: <priya@example.org>\nReturn-Path: <>\n"},

	{"precedence bulk", Bulk, "Precedence: bulk\n"},
	{"precedence junk", Bulk, "Precedence: Junk (x)\n"},
	{"precedence list", MailingList, "Precedence: list\n"},
	{"precedence auto_reply", AutoReply, "Precedence: auto_reply\n"},
	{"precedence first-class", Proved, "Precedence: first-class\n"},
	{"precedence normal", Proved, "Precedence: normal\n"},

	{"list", MailingList, "List-Id: Team <team.example.org>\n"},
	{"newsletter, or a salesperson", ListMarked, "List-Unsubscribe: <https://example.org/u>\n"},
	{"old list server", MailingList, "Mailing-List: contact team@example.org\n"},

	{"suppresses all", AutoReply, "X-Auto-Response-Suppress: All\n"},
	{"suppresses absence notes", AutoReply, "X-Auto-Response-Suppress: DR, OOF, AutoReply\n"},
	{"suppresses answers", AutoReply, "X-Auto-Response-Suppress: DR;autoreply\n"},
	{"a person who wants no receipts", Proved, "X-Auto-Response-Suppress: DR, RN, NRN\n"},
	{"suppresses nothing", Proved, "X-Auto-Response-Suppress: None\n"},

	{"answering program", AutoReply, "X-Autoreply: yes\n"},
	{"answering program, by its sender", AutoReply, "X-Auto-Reply-From: priya@example.org\n"},
	{"no answering program", Proved, "X-Autoreply: no\n"},
	{"no answering program, in other words", Proved, "X-Autoreply: False\nX-Auto-Reply: 0\n"},
	{"prefers an answering program", AutoReply, "Preference: auto_reply\n"},
	{"suppresses absence notes alone", AutoReply, "X-Auto-Response-Suppress: OOF\n"},
	{"delivered to one", AutoReply, "Delivered-To: Autoresponder\n"},
	{"inbox rule", AutoReply, "X-MS-Exchange-Inbox-Rules-Loop: priya@example.org\n"},
	{"spam filter that asks back", Challenge, "X-Boxbe: 1\nAuto-Submitted: auto-replied\n"},

	{"may be reacted to", Proved, "X-MS-Reactions: allow\n"},
	{"thumb", Reaction, "Content-Disposition: reaction\n"},
	{"recall", Reaction, "Content-Class: urn:content-class:custom.IPM.Outlook.Recall\n"},

	{"our address in the circle", OwnLoop, "X-Loop: 1on1@acme.example\n"},
	{"in a circle of servers", Circling, strings.Repeat("Received: from a by b\n", 101)},
	{"a long way", Proved, strings.Repeat("Received: from a by b\n", 100)},
	{"somebody else's circle", Proved, "X-Loop: list@example.org\n"},
}

func TestMailOfProgramsIsToldFromMailOfPersons(t *testing.T) {
	p := testPolicy(t)
	to := p.Register.mustStamp(t, "priya", "priya-sam", received.Add(time.Hour)).ReplyTo
	for _, c := range kinds {
		_, v := (letter{from: "priya@example.org", to: to, fields: c.fields}).verify(t, p)
		if v.Reason != c.want || v.Outcome != rules[c.want].outcome {
			t.Errorf("%s: got %s %s, want %s", c.name, v.Outcome, v.Reason, c.want)
		}
	}
}

func TestSubjectsOfAutomaticAnswersAreHeld(t *testing.T) {
	p := testPolicy(t)
	to := p.Register.mustStamp(t, "priya", "priya-sam", received.Add(time.Hour)).ReplyTo
	for subject, want := range map[string]Reason{
		"Automatic reply: 1:1 Priya + Sam":             AutoSubject,
		"AUTOMATIC REPLY: 1:1":                         AutoSubject,
		"Automatische Antwort: 1:1":                    AutoSubject,
		"=?utf-8?q?R=C3=A9ponse_automatique_=3A?= 1:1": AutoSubject,
		"自動応答：1:1":                                     AutoSubject,
		"Report domain: what we own":                   Proved,
		"The submitter: who is it?":                    Proved,
		"Re: Automatic reply: 1:1":                     Proved,
		"Priya Nair ist im Urlaub":                     AutoSubject,
		"Abwesenheitsnotiz.":                           AutoSubject,
		"Automatic reply":                              AutoSubject,
		"1:1: Priya ist im Urlaub":                     Proved,
		"Out of office next week":                      Proved,
		"Automation: what next":                        Proved,
		"":                                             Proved,
	} {
		_, v := (letter{from: "priya@example.org", to: to, fields: "Subject: " + subject + "\n", drop: "Subject"}).verify(t, p)
		if v.Reason != want {
			t.Errorf("%q: got %s, want %s", subject, v.Reason, want)
		}
	}
}

func TestReportsOfMachinesAreDropped(t *testing.T) {
	p := testPolicy(t)
	to := p.Register.mustStamp(t, "priya", "priya-sam", received.Add(time.Hour)).ReplyTo
	parts := func(kind string, parts ...string) string {
		return "Content-Type: multipart/" + kind + "; boundary=b\n\n--b\n\ntext\n--b\n" + strings.Join(parts, "\n--b\n") + "\n--b--\n"
	}
	for _, c := range []struct {
		name string
		want Reason
		body string
	}{
		{"read receipt", Receipt, parts("report; report-type=disposition-notification", "Content-Type: message/disposition-notification\n\nFinal-Recipient: rfc822; priya@example.org\nDisposition: manual-action/MDN-sent-manually; displayed\n")},
		{"read receipt without type", Receipt, parts("report", "Content-Type: message/disposition-notification\n\nFinal-Recipient: rfc822; priya@example.org\nDisposition: automatic-action/MDN-sent-automatically; deleted\n")},
		{"read receipt in a plain multipart", Receipt, parts("mixed", "Content-Type: message/disposition-notification\n\nDisposition: displayed\n")},
		{"read receipt cut short", Receipt, parts("report; report-type=disposition-notification", "Content-Type: text/plain\n\nx")},
		{"report of a kind that nobody knows", MachineReport, parts("report; report-type=other", "Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.org\n\nFinal-Recipient: rfc822; priya@example.org\n")},
		{"complaint", MachineReport, parts("report; report-type=feedback-report", "Content-Type: message/feedback-report\n\nFeedback-Type: abuse\n")},
		{"report on TLS", MachineReport, parts("report; report-type=tlsrpt", "Content-Type: application/tlsrpt+gzip\n\nx")},
		{"report on TLS in a plain multipart", MachineReport, parts("mixed", "Content-Type: application/tlsrpt+gzip\n\nx")},
		{"report on TLS in a plain multipart, as text", MachineReport, parts("mixed", "Content-Type: application/tlsrpt+json\n\n{}")},
		{"complaint in a plain multipart", MachineReport, parts("mixed", "Content-Type: message/feedback-report\n\nFeedback-Type: abuse\n")},
		{"report on DMARC, by its file", MachineReport, parts("mixed", "Content-Type: application/gzip\nContent-Disposition: attachment; filename=\"mail.example!acme.example!1606780800!1606867199.xml.gz\"\n\nx")},
		{"thumb", Reaction, parts("alternative", "Content-Type: text/vnd.google.email-reaction+json\n\n{}")},
		{"picture", Proved, parts("mixed", "Content-Type: image/png\nContent-Disposition: attachment; filename=\"wow!.png\"\n\nx")},
	} {
		_, v := (letter{from: "priya@example.org", to: to, body: c.body}).verify(t, p)
		if v.Reason != c.want {
			t.Errorf("%s: got %s, want %s", c.name, v.Reason, c.want)
		}
	}
	_, v := (letter{from: "noreply@mail.example", to: "1on1@acme.example", drop: "Subject Authentication-Results",
		fields: "Subject: Report Domain: acme.example Submitter: mail.example Report-ID: <1>\n"}).verify(t, p)
	if v.Outcome != Drop || v.Reason != MachineReport {
		t.Errorf("report on DMARC, by its subject: got %+v", v)
	}
	_, v = (letter{from: "news@mail.example", to: "1on1@acme.example", fields: "List-Unsubscribe: <https://mail.example/u>\n"}).verify(t, p)
	if v.Outcome != Drop || v.Reason != MailingList {
		t.Errorf("newsletter to no address of a letter: got %+v, want it dropped as %s", v, MailingList)
	}
}

func TestACalendarsAnswerIsThePersonsButGetsNone(t *testing.T) {
	p := testPolicy(t)
	to := p.Register.mustStamp(t, "priya", "priya-sam", received.Add(time.Hour)).ReplyTo
	for _, c := range []struct {
		method, fields string
		want           Reason
		quiet          bool
	}{
		{"REPLY", "Auto-Submitted: auto-generated\n", Proved, true},
		{"COUNTER", "X-Auto-Response-Suppress: All\n", Proved, true},
		{"REPLY", "", Proved, false},
		{"REQUEST", "Auto-Submitted: auto-generated\n", AutoReply, false},
		{"REPLY", "List-Id: <team.example.org>\n", MailingList, false},
	} {
		_, v := (letter{from: "priya@example.org", to: to, fields: c.fields,
			body: "Content-Type: text/calendar; method=" + c.method + "\n\nBEGIN:VCALENDAR\nMETHOD: " + c.method + "\nEND:VCALENDAR\n"}).verify(t, p)
		if v.Reason != c.want || v.Quiet != c.quiet {
			t.Errorf("%s with %q: got %+v", c.method, c.fields, v)
		}
	}
}

func TestOurOwnMailIsDropped(t *testing.T) {
	p := testPolicy(t)
	p.Sent = func(id string) bool { return id == "old@acme.example" }
	stamp := p.Register.mustStamp(t, "priya", "priya-sam", received.Add(time.Hour))
	gone := p.Register.mustStamp(t, "priya", "priya-sam", received.AddDate(-1, 0, 0))
	for _, c := range []struct {
		name string
		want Reason
		letter
	}{
		{"from our address", OwnAddress, letter{from: "1:1 <1on1@acme.example>", to: stamp.ReplyTo}},
		{"from our address in capitals", OwnAddress, letter{from: "1ON1@Acme.Example", to: stamp.ReplyTo}},
		{"from our address with a token", OwnAddress, letter{from: stamp.ReplyTo, to: stamp.ReplyTo}},
		{"from us among others", OwnAddress, letter{from: "priya@example.org, 1on1@acme.example", to: stamp.ReplyTo}},
		{"from us in a group", OwnAddress, letter{from: "us: <1on1@acme.example>;", to: stamp.ReplyTo}},
		{"with the Message-ID of a letter", OwnMessageID, letter{from: "priya@example.org", to: stamp.ReplyTo, drop: "Message-ID", fields: "Message-ID: <" + stamp.MessageID + ">\n"}},
		{"with that of an old letter", OwnMessageID, letter{from: "priya@example.org", to: stamp.ReplyTo, drop: "Message-ID", fields: "Message-ID: <" + gone.MessageID + ">\n"}},
		{"with one that only the ledger knows", OwnMessageID, letter{from: "priya@example.org", to: stamp.ReplyTo, drop: "Message-ID", fields: "Message-ID: <old@acme.example>\n"}},
		{"with a second Message-ID", OwnMessageID, letter{from: "priya@example.org", to: stamp.ReplyTo, fields: "Message-ID: <x@example.org>\nMessage-ID: <" + stamp.MessageID + ">\n"}},
		{"with our address as its name only", Proved, letter{from: `"1on1@acme.example" <priya@example.org>`, to: stamp.ReplyTo}},
	} {
		if _, v := c.verify(t, p); v.Reason != c.want {
			t.Errorf("%s: got %s, want %s", c.name, v.Reason, c.want)
		}
	}
}
