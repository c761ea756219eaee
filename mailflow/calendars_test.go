package mailflow

import (
	"encoding/base64"
	"slices"
	"strings"
	"testing"

	"duolog/content"
	"duolog/mailflow/message"
)

// object is an answer to the invitation of Priya and Sam.
func object(method, partstat, lines string) string {
	return "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//example.org//EN\nMETHOD:" + method + "\nBEGIN:VEVENT\nUID:priya-sam@example.org\nDTSTAMP:20261201T174000Z\nDTSTART:20261210T150000Z\n" +
		"ATTENDEE;PARTSTAT=" + partstat + ":mailto:priya@example.org\n" + lines + "END:VEVENT\nEND:VCALENDAR\n"
}

const words = "Priya Nair has accepted this invitation.\n\nInvitation from 1:1 log: topic: the weekly\n"

// shapes are the ways in which mail programs send an answer of a calendar.
var shapes = map[string]func(object string) mail{
	"Gmail": func(o string) mail {
		return mail{header: "Content-Type: multipart/mixed; boundary=a\r\n", text: "--a\nContent-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/plain; charset=UTF-8; format=flowed; delsp=yes\nContent-Transfer-Encoding: base64\n\n" +
			base64.StdEncoding.EncodeToString([]byte(words)) + "\n--b\nContent-Type: text/html; charset=UTF-8\n\n<p>" + words + "\n--b\nContent-Type: text/calendar; charset=UTF-8; method=REPLY\nContent-Transfer-Encoding: 7bit\n\n" + o +
			"--b--\n--a\nContent-Type: application/ics; name=\"invite.ics\"\nContent-Disposition: attachment; filename=\"invite.ics\"\nContent-Transfer-Encoding: base64\n\n" + base64.StdEncoding.EncodeToString([]byte(o)) + "\n--a--\n"}
	},
	"Exchange": func(o string) mail {
		return mail{header: "X-MS-Has-Attach:\r\nX-Auto-Response-Suppress: DR, OOF, AutoReply\r\nContent-Type: multipart/alternative; boundary=a\r\n", text: "--a\nContent-Type: text/plain; charset=\"us-ascii\"\n\n" + words +
			"--a\nContent-Type: text/calendar; charset=\"utf-8\"; method=REPLY\nContent-Transfer-Encoding: base64\n\n" + base64.StdEncoding.EncodeToString([]byte(strings.ReplaceAll(o, "\n", "\r\n"))) + "\n--a--\n"}
	},
	"Apple": func(o string) mail {
		return mail{header: "Content-Type: multipart/alternative; boundary=a\r\n", text: "--a\nContent-Type: text/plain; charset=us-ascii\n\n" + words +
			"--a\nContent-Type: text/calendar; method=REPLY; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n" + strings.ReplaceAll(o, "=", "=3D") + "--a--\n"}
	},
	"Thunderbird": func(o string) mail {
		return mail{header: "Content-Type: multipart/mixed; boundary=a\r\n", text: "--a\nContent-Type: text/plain; charset=UTF-8\n\n" + words +
			"--a\nContent-Type: text/calendar; method=REPLY; charset=UTF-8\nContent-Disposition: attachment; filename=invite.ics\nContent-Transfer-Encoding: 8bit\n\n" + o + "--a--\n"}
	},
	"Nextcloud": func(o string) mail {
		return mail{header: "Auto-Submitted: auto-generated\r\nContent-Type: multipart/mixed; boundary=a\r\n", text: "--a\nContent-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/plain; charset=utf-8\n\n" + words + "--b\nContent-Type: text/html; charset=utf-8\n\n<p>" + words +
			"--b--\n--a\nContent-Type: text/calendar; method=REPLY; charset=\"UTF-8\"; name=event.ics\nContent-Disposition: attachment; filename=event.ics\n\n" + o + "--a--\n"}
	},
	"a part alone": func(o string) mail {
		return mail{header: "Content-Type: text/calendar; method=REPLY; charset=UTF-8\r\n", text: o}
	},
}

func TestAClickInACalendarIsNotedAndNotAnswered(t *testing.T) {
	t.Parallel()
	for name, shape := range shapes {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in := newInstance(t)
			m := shape(object("REPLY", "ACCEPTED", ""))
			m.from, m.subject, m.occasion, m.expires = "priya", "Accepted: 1:1 Priya + Sam @ weekly", "priya-sam/calendar/priya", organizerUntil
			in.put(m)
			equal(t, "outcomes", []string{"accepted proved"}, outcomes(in.receive()))
			l, err := content.Open(in.Content.Dir()).Log("priya-sam")
			if err != nil {
				t.Fatal(err)
			}
			if len(l.Pair.Answers) != 1 || l.Pair.Answers[0].Said != "accepted" {
				t.Errorf("want it noted, got %+v", l.Pair.Answers)
			}
			equal(t, "topics", nil, in.topics("priya-sam"))
			equal(t, "letters", nil, in.letters("priya"))
			if n := len(l.Meetings); n > 0 {
				t.Errorf("want no meeting recorded for that, got %d", n)
			}
		})
	}
}

func TestAProgramThatInvitesOrRefusesToAnswerIsNoPersonsAnswer(t *testing.T) {
	t.Parallel()
	for method, want := range map[string]string{"REQUEST": "dropped auto-reply", "PUBLISH": "dropped auto-reply", "REPLY": "accepted proved"} {
		in := newInstance(t)
		m := shapes["Nextcloud"](object(method, "DECLINED", "RECURRENCE-ID:20261210T150000Z\n"))
		m.from = "priya"
		in.put(m)
		equal(t, method, []string{want}, outcomes(in.receive()))
	}
}

func TestTheOtherSideIsAskedAboutADeclineAndAnotherTime(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ method, partstat, lines, want string }{
		{"REPLY", "DECLINED", "RECURRENCE-ID:20261210T150000Z\nCOMMENT:at the dentist\n", "Why: at the dentist"},
		{"REPLY", "DECLINED", "RRULE:FREQ=WEEKLY\nCOMMENT:no more Thursdays\n", "Why: no more Thursdays"},
		{"COUNTER", "TENTATIVE", "RECURRENCE-ID:20261209T150000Z\nCOMMENT:x\n", "asks to move your 1:1 to"},
	} {
		in := newInstance(t)
		m := shapes["Exchange"](object(c.method, c.partstat, c.lines))
		m.from = "priya"
		in.put(m)
		in.receive()
		if _, err := in.Remind(t.Context()); err != nil {
			t.Fatal(err)
		}
		in.flush()
		found := slices.ContainsFunc(in.arrived("sam"), func(m *message.Message) bool { return strings.Contains(m.Text, c.want) })
		if !found {
			t.Errorf("%s %s: want Sam told %q", c.method, c.partstat, c.want)
		}
	}
}

func TestAPrivateCommentInACalendarIsSealed(t *testing.T) {
	t.Parallel()
	in := newInstance(t)
	m := shapes["Exchange"](object("REPLY", "DECLINED", "RECURRENCE-ID:20261210T150000Z\nCOMMENT:private: canary interview\n"))
	m.from = "priya"
	in.put(m)
	in.receive()
	if _, err := in.Remind(t.Context()); err != nil {
		t.Fatal(err)
	}
	in.flush()
	l, err := content.Open(in.Content.Dir()).Log("priya-sam")
	if err != nil {
		t.Fatal(err)
	}
	if len(l.Private["priya"]) != 1 || strings.Contains(in.everything(), "canary") {
		t.Errorf("want the comment sealed and nowhere else, got %+v", l.Private)
	}
	for _, m := range in.arrived("sam") {
		if strings.Contains(m.Text+m.HTML, "canary") {
			t.Errorf("Sam reads the private comment:\n%s", m.Text)
		}
	}
}

func TestAMailBringsTheCalendarOnceAndAgainWhenItChanged(t *testing.T) {
	t.Parallel()
	in := newInstance(t)
	if _, err := in.Remind(t.Context()); err != nil { // two days before: the mail to Priya
		t.Fatal(err)
	}
	in.flush()
	brought := func(person string) (n int) {
		for _, m := range in.arrived(person) {
			n += len(m.Attachments)
		}
		return n
	}
	if brought("priya") != 1 {
		t.Fatalf("want the first invitation, got %d", brought("priya"))
	}
	in.put(mail{from: "priya", text: "topic: the offsite"})
	in.receive()
	in.flush()
	if brought("priya") != 1 {
		t.Errorf("a topic changes no calendar: want one invitation, got %d", brought("priya"))
	}
	in.put(mail{from: "priya", text: "pause until 2 Dec"})
	in.receive()
	in.flush()
	if brought("priya") != 1 {
		t.Errorf("nor does a pause without a meeting in it: want one invitation, got %d", brought("priya"))
	}
	in.put(mail{from: "priya", text: "start"})
	in.put(mail{from: "priya", text: "skip: all-hands"})
	in.receive()
	in.flush()
	if brought("priya") != 2 {
		t.Errorf("a skip does: want two, got %d", brought("priya"))
	}
	in.reopen()
	if _, err := in.Remind(t.Context()); err != nil {
		t.Fatal(err)
	}
	in.flush()
	if brought("priya") != 2 || brought("sam") != 1 {
		t.Errorf("after a new start: want two for Priya, one for Sam, got %d and %d", brought("priya"), brought("sam"))
	}
}
