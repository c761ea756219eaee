package sender

import (
	"strings"
	"testing"
	"time"
)

// report is a delivery report (RFC 3464) on one mail.
func report(status, returned string) string {
	return "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n" +
		"--b\n\nsorry\n--b\nContent-Type: message/delivery-status\n\n" + status + "\n--b\nContent-Type: text/rfc822-headers\n\n" + returned + "\n--b--\n"
}

func TestDeliveryReportsAreBelievedForOurOwnMailOnly(t *testing.T) {
	p := testPolicy(t)
	p.Sent = func(id string) bool { return id == "env7" }
	stamp := p.Register.mustStamp(t, "priya", "priya-sam", received.Add(-time.Hour))
	ours := "Subject: 1:1\nMessage-ID: <" + stamp.MessageID + ">\n"
	for _, c := range []struct {
		name    string
		want    Reason
		outcome Outcome
		mail    string
		body    string
	}{
		{"hard", Delivery, Bounce, stamp.MessageID, report("Reporting-MTA: dns; mx.example.org\n\nFinal-Recipient: rfc822; priya@example.org\nAction: failed\nStatus: 5.1.1\n", ours)},
		{"delayed", Delivery, Bounce, stamp.MessageID, report("Reporting-MTA: dns; mx.example.org\n\nFinal-Recipient: rfc822; priya@example.org\nAction: delayed\nStatus: 4.4.1\n", ours)},
		{"delivered", Delivery, Bounce, stamp.MessageID, report("Reporting-MTA: dns; mx.example.org\n\nFinal-Recipient: rfc822; priya@example.org\nAction: Delivered (to mailbox)\nStatus: 2.0.0\n", ours)},
		{"by envelope id", Delivery, Bounce, "env7", report("Reporting-MTA: dns; mx.example.org\nOriginal-Envelope-Id: env7\n\nFinal-Recipient: rfc822; priya@example.org\nAction: failed\nStatus: 5.1.1\n", "Subject: 1:1\n")},
		{"somebody else's mail", BounceUnknown, Hold, "", report("Reporting-MTA: dns; mx.example.org\n\nFinal-Recipient: rfc822; priya@example.org\nAction: failed\nStatus: 5.1.1\n", "Message-ID: <x@example.org>\n")},
		{"forged id", BounceUnknown, Hold, "", report("Reporting-MTA: dns; mx.example.org\n\nFinal-Recipient: rfc822; priya@example.org\nAction: failed\nStatus: 5.1.1\n", "Message-ID: <"+strings.Repeat("a", tokenLength)+"@acme.example>\n")},
		{"the token of an address as id", BounceUnknown, Hold, "", report("Reporting-MTA: dns; mx.example.org\n\nFinal-Recipient: rfc822; priya@example.org\nAction: failed\nStatus: 5.1.1\n", "Message-ID: <"+strings.TrimPrefix(stamp.ReplyTo, "1on1+")+">\n")},
		{"unknown action", BounceUnparsed, Hold, "", report("Reporting-MTA: dns; mx.example.org\n\nFinal-Recipient: rfc822; priya@example.org\nAction: eaten\nStatus: 5.1.1\n", ours)},
		{"more recipients than are read", BounceUnparsed, Hold, "", report("Reporting-MTA: dns; mx.example.org\n"+strings.Repeat("\nFinal-Recipient: rfc822; ana@example.org\nAction: delivered\nStatus: 2.0.0\n", 1001), ours)},
		{"no recipient", BounceUnparsed, Hold, "", report("Reporting-MTA: dns; mx.example.org\n", ours)},
		{"report of another kind", BounceUnparsed, Hold, "", strings.Replace(report("Reporting-MTA: dns; mx.example.org\n\nFinal-Recipient: rfc822; priya@example.org\nAction: failed\nStatus: 5.1.1\n", ours), "=delivery-status", "=other", 1)},
		{"words alone", BounceUnparsed, Hold, "", "\nHi. This is the mail program at example.org.\n\n<priya@example.org>:\nuser unknown\n\nMessage-ID: <" + stamp.MessageID + ">\n"},
	} {
		for _, from := range []string{"Mail Delivery System <MAILER-DAEMON@mx.example.org>", "MAILER-DAEMON"} {
			_, v := (letter{from: from, to: stamp.ReplyTo, fields: "Return-Path: <>\nAuto-Submitted: auto-replied\n", drop: "Authentication-Results", body: c.body}).verify(t, p)
			if v.Outcome != c.outcome || v.Reason != c.want || v.Mail != c.mail {
				t.Errorf("%s, from %s: got %+v, want %s %s", c.name, from, v, c.outcome, c.want)
			}
		}
	}
}

func TestAReportMayNameOurMailByAnsweringIt(t *testing.T) {
	p := testPolicy(t)
	stamp := p.Register.mustStamp(t, "priya", "priya-sam", received)
	_, v := (letter{from: "MAILER-DAEMON@mx.example.org", to: "1on1@acme.example", fields: "Return-Path: <>\nIn-Reply-To: <" + stamp.MessageID + ">\n",
		body: report("Reporting-MTA: dns; mx.example.org\n\nFinal-Recipient: rfc822; priya@example.org\nAction: failed\nStatus: 5.1.1\n", "Subject: 1:1\n")}).verify(t, p)
	if v.Outcome != Bounce || v.Mail != stamp.MessageID || v.Detail != "failed" {
		t.Errorf("got %+v", v)
	}
}

func TestABounceInWordsIsNeverATopic(t *testing.T) {
	p := testPolicy(t)
	p.Trust = Trust{Method: Insecure}
	stamp := p.Register.mustStamp(t, "priya", "priya-sam", received.Add(time.Hour))
	for name, l := range map[string]letter{
		"from a mail system":               {from: "MAILER-DAEMON@example.org"},
		"from a postmaster without return": {from: "postmaster@example.org", fields: "Return-Path: <>\n"},
		"names the recipients that failed": {from: "priya@example.org", fields: "X-Failed-Recipients: sam@example.org\n"},
		"status in letters of all the world": {from: "priya@example.org",
			body: "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nsorry\n--b\nContent-Type: message/global-delivery-status\n\nAction: failed\n--b--\n"},
		"status in a plain multipart": {from: "priya@example.org",
			body: "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nsorry\n--b\nContent-Type: message/delivery-status\n\nAction: failed\n--b--\n"},
	} {
		l.to = stamp.ReplyTo
		if _, v := l.verify(t, p); v.Outcome != Hold || v.Reason != BounceUnparsed {
			t.Errorf("%s: got %s %s, want hold %s", name, v.Outcome, v.Reason, BounceUnparsed)
		}
	}
	human := letter{from: "postmaster@example.org", to: stamp.ReplyTo, fields: "Return-Path: <postmaster@example.org>\n"}
	if _, v := human.verify(t, p); v.Reason != FromOther {
		t.Errorf("a postmaster who can be answered: got %s, want %s", v.Reason, FromOther)
	}
}
