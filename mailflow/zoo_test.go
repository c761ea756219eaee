package mailflow

import (
	"encoding/base64"
	"strings"
)

const (
	plainType = "Content-Type: text/plain; charset=utf-8\n"
	htmlType  = "Content-Type: text/html; charset=utf-8\n"
)

// from is a topic of Priya's with another From field.
func from(name, field, want string) written {
	w := written{name: "from " + name, raw: field + "\n", drop: "From", want: want}
	if want == ok {
		w.has, w.told = "release plan", 1
	}
	return w
}

// sentTo is a topic of Priya's with other fields that say to whom it went.
func sentTo(name, fields, want string) written {
	w := written{name: "to " + name, raw: fields + "\n", drop: "To", want: want}
	if want == ok {
		w.has, w.told = "release plan", 1
	}
	return w
}

// ofType is a mail of Priya's with a body of its own type.
func ofType(name, fields, body, want, has, not string) written {
	w := written{name: name, raw: fields, drop: "Content-Type", body: body, want: want, has: has, not: not}
	if want == ok {
		w.told = -1
	}
	return w
}

// subjected is what an answering program writes that does not say it is one.
func subjected(name, subject, text string) written {
	return written{name: "subject, " + name, raw: "Subject: " + subject + "\n", drop: "Subject", body: text, want: "held auto-subject"}
}

func inParts(kind string, parts ...string) (fields, body string) {
	for _, p := range parts {
		body += "--zoo\n" + p + "\n"
	}
	return "Content-Type: multipart/" + kind + "; boundary=zoo\n", body + "--zoo--\n"
}

func parted(name, kind, want, has, not string, parts ...string) written {
	fields, body := inParts(kind, parts...)
	return ofType(name, fields, body, want, has, not)
}

// answering is what a calendar program of Priya's sends, one event with those lines.
func answering(name, method, text, lines, want, has string) written {
	return parted(name, "alternative", want, has, "", plainType+"\n"+text+"\n",
		"Content-Type: text/calendar; method="+method+"; charset=utf-8\n\nBEGIN:VCALENDAR\nVERSION:2.0\nMETHOD:"+method+"\nBEGIN:VEVENT\n"+lines+"END:VEVENT\nEND:VCALENDAR")
}

// zooMails are what the mail systems of the world write, and what an attacker would: each with what must become of it. What they must
// come to was stated by the rules before they were run.
var zooMails = []written{
	// authors: one address, told without doubt, or nobody
	from("an address instead of a name", "From: priya@example.org <eve@evil.example>", "held from-malformed"),
	from("a comma at its end", "From: Priya Nair <priya@example.org>,", ok),
	from("comments within the address", "From: priya (eve@evil.example) @ (x) example.org", ok),
	from("a comment that holds a bracket", "From: (a (b) \\) <eve@evil.example>) priya@example.org", ok),
	from("a fold before the address", "From: Priya\n Nair\n\t<priya@example.org>", ok),
	from("a fold at once", "From:\n <priya@example.org>", ok),
	{name: "from a second, in capitals", raw: "FROM: eve@evil.example\n", want: "held from-several"},
	{name: "from a second, with a space before its colon", raw: "From : eve@evil.example\n", want: "held from-several"},
	{name: "from a second, behind a line of white space", raw: "X-Note: a\n \t \nFrom: eve@evil.example\n", want: "held from-several"},
	{name: "from a second, behind a bare carriage return", raw: "X-Note: a\rFrom: eve@evil.example\n", want: "held bare-cr"},
	from("a domain in punycode that looks alike", "From: priya@xn--exmple-qta.org", "held from-other"),
	from("a name in raw Latin-1", "From: \"Pr\xefya Nair\" <priya@example.org>", ok),
	from("a numbered host", "From: priya@[192.0.2.1]", "held from-other"),
	from("quotes that nobody needs", "From: \"priya\"@example.org", ok),
	from("a soft hyphen", "From: pri\u00adya@example.org", "held from-other|held from-malformed"),
	from("a wide at sign", "From: priya＠example.org", "held from-malformed"),
	from("a zero-width space", "From: priya\u200b@example.org", "held from-other|held from-malformed"),
	from("an address and a group", "From: priya@example.org, Team: eve@evil.example;", "held from-several|held from-malformed"),
	from("nobody in brackets", "From: Priya <>", "held from-malformed|held from-missing"),
	from("an assistant on behalf", "From: Ana Lopez on behalf of Priya Nair <ana@example.org>\nSender: priya@example.org", "held from-other"),
	from("a shared mailbox", "From: Team <team@example.org>\nReply-To: priya@example.org\nX-Original-From: priya@example.org", "held from-other"),
	from("a rewritten author", "From: Priya via Team <team@example.org>\nX-Google-Original-From: Priya <priya@example.org>", "held from-other"),
	{name: "from nobody, behind a byte order mark", raw: "\ufeffFrom: priya@example.org\n", drop: "From", want: "held from-missing"},
	{name: "from her, below the line of a mailbox file", raw: "From priya@example.org Tue Dec  1 17:39:00 2026\n", want: ok, has: "release plan", told: 1},
	{name: "from her, her assistant pressed send", raw: "Sender: Ana Lopez <ana@example.org>\n", want: ok, has: "release plan", told: 1},

	// tokens: one person in one pair, told by addresses that count
	sentTo("a group with the token in it", "To: log: <{TOKEN}>;", ok),
	sentTo("the token in capitals, a list before it", "To: team@example.org\nDelivered-To: {UPPER}", ok),
	sentTo("the token in Envelope-To alone", "To: Priya's log\nEnvelope-To: <{TOKEN}>", ok),
	sentTo("five thousand others", "To: "+strings.Repeat("a@b.example, ", 5000)+"{TOKEN}", ok),
	sentTo("a token here, another's in Delivered-To", "To: <{TOKEN}>\nDelivered-To: {OTHER}", "held token-several"),
	sentTo("a token here, half of it in Delivered-To", "To: <{TOKEN}>\nDelivered-To: {CUT}", "held token-unknown"),
	sentTo("a token in Resent-To alone", "To: 1on1@example.org\nResent-To: <{TOKEN}>", "held token-missing"),
	sentTo("a token in Reply-To alone", "To: 1on1@example.org\nReply-To: <{TOKEN}>", "held token-missing"),
	sentTo("a token behind a dash", "To: <1on1-{EXTENSION}@example.org>", "held token-missing"),
	sentTo("a token at another host", "To: <1on1+{EXTENSION}@evil.example>", "held token-missing"),
	sentTo("a bare address, of two pairs' letters", "To: 1on1@example.org\nReferences: <{OTHERID}> <{ID}>", "held token-several"),
	sentTo("a token, in answer to another pair's letter", "To: <{TOKEN}>\nIn-Reply-To: <{OTHERID}>", "held token-several"),
	sentTo("a token that is quoted", "To: \"1on1+{EXTENSION}\"@example.org", ok),
	{name: "to her token, by a colleague", raw: "From: Eve <eve@example.org>\n", drop: "From", want: "held from-other"},

	// authentication: our server's word, on top
	{name: "authenticated for a domain below", raw: "Authentication-Results: mx.example.org; dmarc=pass header.from=mail.example.org\n", drop: "Authentication-Results", want: "held auth-conflict"},
	{name: "authenticated by an envelope alone", raw: "Authentication-Results: mx.example.org; spf=pass smtp.mailfrom=priya@example.org\n", drop: "Authentication-Results", want: "held auth-unaligned"},
	{name: "authenticated by none", raw: "Authentication-Results: mx.example.org; none\n", drop: "Authentication-Results", want: "held auth-unaligned"},
	{name: "authenticated by a public suffix", raw: "Authentication-Results: mx.example.org; dkim=pass header.d=org; dmarc=none header.from=example.org\n", drop: "Authentication-Results", want: "held auth-unaligned"},
	{name: "authenticated in a field with a space before its colon", raw: "Authentication-Results : mx.example.org; dmarc=pass header.from=example.org\n", drop: "Authentication-Results", want: ok + "|held auth-missing", told: -1},
	{name: "authenticated by a seal that nobody trusts", raw: "ARC-Seal: i=1; a=rsa-sha256; cv=none; d=evil.example; s=x; b=x\nARC-Authentication-Results: i=1; mx.example.org; dmarc=pass header.from=example.org\nAuthentication-Results: mx.example.org; arc=pass (i=1); dmarc=fail header.from=example.org\n", drop: "Authentication-Results", want: "held auth-fail"},
	{name: "authenticated in a trace field of somebody", raw: "X-Authentication-Results: mx.example.org; dmarc=pass header.from=example.org\nReceived-SPF: pass\n", drop: "Authentication-Results", want: "held auth-missing"},

	// answering programs, with and without a sign
	{name: "away, by Zimbra", raw: "Auto-Submitted: auto-replied (zimbra; vacation)\n", want: "dropped auto-reply"},
	{name: "away, by Gmail", raw: "Precedence: bulk\nX-Autoreply: yes\nAuto-Submitted: auto-replied\n", want: "dropped auto-reply|dropped bulk"},
	{name: "away, by a rule of Exchange", raw: "X-MS-Exchange-Generated-Message-Source: Mailbox Rules Agent\n", want: "dropped auto-reply"},
	{name: "away, without a return address", raw: "Return-Path: <>\n", want: "held null-sender"},
	{name: "away, by a ticket system", raw: "Auto-Submitted: auto-generated\nX-Zendesk-From-Account-Id: 1\n", want: "dropped auto-reply"},
	subjected("Notes", "AUTO: Priya Nair is out of the office (returning 07/12/2026)", "I will be out of the office until Monday."),
	subjected("an older Notes", "Priya Nair is out of the office.", "I will be out of the office starting 01/12/2026 and will not return until 07/12/2026."),
	subjected("a German Notes", "Priya Nair ist außer Haus.", "Ich werde ab 01.12.2026 nicht im Büro sein."),
	subjected("no colon", "Automatic reply", "I am away."),
	subjected("GroupWise", "Out of Office", "I will answer on Monday."),
	subjected("Greek", "Αυτόματη απάντηση: 1:1", "Λείπω."),
	subjected("Hebrew", "תשובה אוטומטית: 1:1", "אינני במשרד."),
	subjected("Arabic", "رد تلقائي: 1:1", "أنا خارج المكتب."),
	subjected("Romanian", "Răspuns automat: 1:1", "Nu sunt la birou."),
	subjected("Slovak", "Automatická odpoveď: 1:1", "Nie som v kancelárii."),
	subjected("Ukrainian", "Автоматична відповідь: 1:1", "Мене немає в офісі."),
	subjected("Bulgarian", "Автоматичен отговор: 1:1", "Не съм в офиса."),
	subjected("Croatian", "Automatski odgovor: 1:1", "Nisam u uredu."),
	subjected("Slovenian", "Samodejni odgovor: 1:1", "Nisem v pisarni."),
	subjected("Estonian", "Automaatvastus: 1:1", "Olen kontorist eemal."),
	subjected("Latvian", "Automātiska atbilde: 1:1", "Neesmu birojā."),
	subjected("Lithuanian", "Automatinis atsakymas: 1:1", "Manęs nėra biure."),
	subjected("Vietnamese", "Trả lời tự động: 1:1", "Tôi vắng mặt."),
	subjected("Thai", "ตอบกลับอัตโนมัติ: 1:1", "ไม่อยู่ที่สำนักงาน"),
	subjected("Indonesian", "Balasan otomatis: 1:1", "Saya sedang cuti."),
	subjected("Catalan", "Resposta automàtica: 1:1", "Soc fora."),
	subjected("a receipt in plain words", "Read: 1:1 Priya + Sam", "Your message was read on Tuesday."),
	subjected("a German receipt in plain words", "Gelesen: 1:1 Priya + Sam", "Ihre Nachricht wurde am Dienstag gelesen."),
	subjected("a recall", "Recall: 1:1 Priya + Sam", "Priya would like to recall the message."),
	{name: "subject, a person who is away", raw: "Subject: Re: Out of office next week\n", drop: "Subject", want: ok, has: "release plan", told: 1},
	{name: "a reply that a sales program lets people unsubscribe from", raw: "List-Unsubscribe: <https://sales.example/u>\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\n", want: "held list-marked"},
	{name: "a newsletter", raw: "List-Unsubscribe: <https://news.example/u>\nTo: 1on1@example.org\n", drop: "To", want: "dropped mailing-list"},
	{name: "our own loop", raw: "X-Loop: 1on1@example.org\n", want: "dropped own-loop"},
	{name: "a report of abuse", raw: "Content-Type: multipart/report; report-type=feedback-report; boundary=zoo\n", drop: "Content-Type", body: "--zoo\n\nabuse\n--zoo\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\n--zoo--\n", want: "dropped machine-report"},

	{name: "a long way, as in a large company", raw: strings.Repeat("Received: from a.example.org by b.example.org; Tue, 1 Dec 2026 17:39:00 +0000\n", 40), want: ok, has: "release plan", told: 1},
	{name: "round in a circle", raw: strings.Repeat("Received: from a.example.org by b.example.org; Tue, 1 Dec 2026 17:39:00 +0000\n", 101), want: "held circling"},

	// ids that are none: the mail counts, and its author hears of it
	{name: "a Message-ID in Latin-1", raw: "Message-ID: <caf\xe9@mail.example.org>\n", drop: "Message-ID", want: ok, has: "release plan", told: 1},
	{name: "a Message-ID in Cyrillic", raw: "Message-ID: <письмо@почта.example.org>\n", drop: "Message-ID", want: ok, has: "release plan", told: 1},
	{name: "a Message-ID without a host", raw: "Message-ID: <20261201173900>\n", drop: "Message-ID", want: ok, has: "release plan", told: 1},
	{name: "a Message-ID of words", raw: "Message-ID: (none yet) \"no id\"\n", drop: "Message-ID", want: ok, has: "release plan", told: 1},
	{name: "a Message-ID longer than a line may be", raw: "Message-ID: <" + strings.Repeat("x", 3000) + "@mail.example.org>\n", drop: "Message-ID", want: ok, has: "release plan", told: 1},

	// bounces, by the book and not
	{name: "a delay, told by Gmail", raw: "From: Mail Delivery Subsystem <mailer-daemon@googlemail.com>\nReturn-Path: <>\nAuto-Submitted: auto-replied\nContent-Type: multipart/report; report-type=delivery-status; boundary=zoo\n", drop: "From,Content-Type", body: "--zoo\n\ntopic: it will be tried again\n--zoo\nContent-Type: message/delivery-status\nContent-Transfer-Encoding: base64\n\n" + base64.StdEncoding.EncodeToString([]byte("Reporting-MTA: dns; googlemail.com\r\n\r\nFinal-Recipient: rfc822; priya@example.org\r\nAction: Delayed (not yet)\r\nStatus: 4.4.1\r\n")) + "\n--zoo\nContent-Type: text/rfc822-headers\n\nMessage-ID: <{ID}>\n--zoo--\n", want: "bounce delivery-report"},
	{name: "a bounce by Exim", raw: "From: Mail Delivery System <Mailer-Daemon@mx.example.org>\nX-Failed-Recipients: priya@example.org\nReturn-Path: <>\nAuto-Submitted: auto-replied\n", drop: "From", body: "This message was created automatically.\n\n  priya@example.org\n    all relevant MX records point to non-existent hosts\n\ntopic: not one\n", want: "held bounce-unparsed"},
	{name: "a bounce that says nothing of the mail", raw: "From: postmaster@example.org\nReturn-Path: <>\nSubject: DELIVERY FAILURE: User priya not listed\n", drop: "From,Subject", body: "topic: not one\n", want: "held bounce-unparsed"},
	{name: "a bounce in her name", raw: "Return-Path: <>\nContent-Type: multipart/report; report-type=delivery-status; boundary=zoo\n", drop: "Content-Type", body: "--zoo\n\ntopic: not one\n--zoo\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\nFinal-Recipient: rfc822; priya@example.org\nAction: failed\nStatus: 5.1.1\n--zoo\nContent-Type: message/rfc822\n\nMessage-ID: <nobody@example.net>\n\ntopic: nor this\n--zoo--\n", want: "held bounce-unknown"},

	// calendars
	answering("a click on accept, no start said", "REPLY", "", "UID:priya-sam@example.org\nATTENDEE;PARTSTAT=ACCEPTED:mailto:priya@example.org\n", ok, "said: accepted"),
	answering("a click, by a program that writes small letters", "REPLY", "", "uid:priya-sam\n @example.org\nattendee;cn=Priya;partstat=tenta\n tive:mailto:PRIYA@example.org\n", ok, "said: tentative"),
	answering("a no with a word typed to it", "REPLY", "the dentist again, sorry", "UID:priya-sam@example.org\nATTENDEE;PARTSTAT=DECLINED:mailto:priya@example.org\n", ok, "the dentist again"),
	answering("an answer for the other side", "REPLY", "", "UID:priya-sam@example.org\nATTENDEE;PARTSTAT=DECLINED:mailto:sam@example.org\n", "held calendar", ""),
	answering("an answer to an event of others at the hour of ours", "REPLY", "", "UID:all-hands@example.org\nRECURRENCE-ID:20261203T150000Z\nDTSTART:20261203T150000Z\nATTENDEE;PARTSTAT=DECLINED:mailto:priya@example.org\n", "held calendar", ""),
	answering("a delegate is named", "REPLY", "", "UID:priya-sam@example.org\nATTENDEE;PARTSTAT=DELEGATED;DELEGATED-TO=\"mailto:eve@evil.example\":mailto:priya@example.org\nATTENDEE:mailto:eve@evil.example\n", "held calendar", ""),
	answering("an event of hers, called off", "CANCEL", "called off", "UID:hers@example.org\nDTSTART:20261203T150000Z\nSTATUS:CANCELLED\n", "held calendar", ""),
	answering("our own series, called off by her", "CANCEL", "called off", "UID:priya-sam@example.org\nDTSTART:20261203T150000Z\nSTATUS:CANCELLED\n", "held calendar", ""),
	answering("an invitation of hers", "REQUEST", "Place: the canteen", "UID:hers@example.org\nDTSTART:20261203T150000Z\nORGANIZER:mailto:priya@example.org\n", "held calendar", ""),
	parted("an invitation that calls itself an answer", "alternative", "held calendar", "", "", plainType+"\n\n", "Content-Type: text/calendar; method=REPLY\n\nBEGIN:VCALENDAR\nMETHOD:REQUEST\nBEGIN:VEVENT\nUID:priya-sam@example.org\nDTSTART:20261203T170000Z\nEND:VEVENT\nEND:VCALENDAR"),
	parted("an invitation as a file beside the text", "mixed", ok, "release plan", "canteen", plainType+"\ntopic: release plan", "Content-Type: text/calendar; method=REQUEST; name=e.ics\nContent-Disposition: attachment; filename=e.ics\n\nBEGIN:VCALENDAR\nMETHOD:REQUEST\nBEGIN:VEVENT\nUID:hers@example.org\nDTSTART:20261203T150000Z\nLOCATION:the canteen\nEND:VEVENT\nEND:VCALENDAR"),
	answering("a click on accept, and a list of hers", "REPLY", "- release plan\n- hiring", "UID:priya-sam@example.org\nATTENDEE;PARTSTAT=ACCEPTED:mailto:priya@example.org\n", ok, "text: release plan"),
	parted("a calendar that never ends", "mixed", ok, "release plan", "", plainType+"\ntopic: release plan", "Content-Type: text/calendar; method=REPLY\n\nBEGIN:VCALENDAR\nMETHOD:REPLY\n"+strings.Repeat("BEGIN:VEVENT\nRRULE:FREQ=SECONDLY\nDTSTART:19700101T000000Z\n", 20_000)),

	// what nobody but the author can read
	parted("PGP signed", "signed; protocol=\"application/pgp-signature\"; micalg=pgp-sha512", ok, "release plan", "iQEz", plainType+"\ntopic: release plan", "Content-Type: application/pgp-signature; name=signature.asc\n\n-----BEGIN PGP SIGNATURE-----\n\niQEz\n-----END PGP SIGNATURE-----"),
	{name: "PGP within HTML", raw: htmlType, drop: "Content-Type", body: "<pre>-----BEGIN PGP MESSAGE-----\n\nhQEMAwAAAAAAAAAAAQf\n=abcd\n-----END PGP MESSAGE-----</pre>", want: "held encrypted", told: 1},
	{name: "PGP with a greeting before it", body: "Hi,\n\n-----BEGIN PGP MESSAGE-----\n\nhQEMAwAAAAAAAAAAAQf\n=abcd\n-----END PGP MESSAGE-----\n", want: "held encrypted", told: 1},
	{name: "S/MIME by its file's name alone", raw: "Content-Type: application/octet-stream; name=smime.p7m\nContent-Transfer-Encoding: base64\n", drop: "Content-Type", body: "MIIB", want: "held encrypted", told: 1},
	{name: "PGP, and a footer that a server added", raw: "Content-Type: multipart/mixed; boundary=out\n", drop: "Content-Type", body: "--out\nContent-Type: multipart/encrypted; protocol=\"application/pgp-encrypted\"; boundary=zoo\n\n--zoo\nContent-Type: application/pgp-encrypted\n\nVersion: 1\n--zoo\nContent-Type: application/octet-stream\n\n-----BEGIN PGP MESSAGE-----\n--zoo--\n--out\n\ntopic: a footer\n--out--\n", want: "held encrypted", told: 1},
	{name: "a key beside the text", raw: "Autocrypt: addr=priya@example.org; keydata=" + strings.Repeat("A", 900) + "\n", want: ok, has: "release plan", not: "AAAA", told: 1},

	// parts that disagree
	parted("an empty text beside full HTML", "alternative", ok, "release plan", "", plainType+"\n\n \n", htmlType+"\n<p>topic: release plan</p>"),
	parted("a text and HTML that say two things", "alternative", ok, "pay Ann", "pay Eve", plainType+"\ntopic: pay Ann", htmlType+"\n<p>topic: pay Eve</p>"),
	parted("HTML before the text", "alternative", ok, "pay Ann", "pay Eve", htmlType+"\n<p>topic: pay Eve</p>", plainType+"\ntopic: pay Ann"),
	parted("HTML beside its picture", "related; type=\"text/html\"; start=\"<a>\"", ok, "release plan", "", htmlType+"Content-ID: <a>\n\n<p>topic: release plan</p><img src=\"cid:b\">", "Content-Type: image/png\nContent-ID: <b>\n\nx"),
	parted("a digest of other mails", "digest", ok, "", "of a stranger", "\nFrom: eve@evil.example\n\ntopic: of a stranger"),
	ofType("text before the first part and after the last", "Content-Type: multipart/mixed; boundary=zoo\n", "topic: in front\n--zoo\n"+plainType+"\ntopic: release plan\n--zoo--\ntopic: behind\n", ok, "release plan", "topic: in front"),
	ofType("a boundary in two pieces", "Content-Type: multipart/mixed; boundary*0=zo; boundary*1=o\n", "--zoo\n"+plainType+"\ntopic: release plan\n--zoo--\n", ok, "release plan", ""),
	ofType("two boundaries", "Content-Type: multipart/mixed; boundary=zoo; boundary=other\n", "--zoo\n\ntopic: one\n--zoo--\n--other\n\ntopic: two\n--other--\n", "held bad-boundary", "", ""),
	ofType("a boundary that never comes", "Content-Type: multipart/mixed; boundary=zoo\n", "--lion\n\ntopic: one\n--lion--\n", "held bad-boundary", "", ""),
	ofType("a boundary that never comes, and nothing else", "Content-Type: multipart/mixed; boundary=zoo\n", "\n\n", ok, "", ""),
	ofType("no boundary at all", "Content-Type: multipart/mixed\n", "--zoo\n\ntopic: one\n--zoo--\n", "held bad-boundary", "", ""),
	ofType("parts within base64", "Content-Type: multipart/mixed; boundary=zoo\nContent-Transfer-Encoding: base64\n", base64.StdEncoding.EncodeToString([]byte("--zoo\n\ntopic: hidden\n--zoo--\n")), "held bad-boundary", "", "hidden"),
	ofType("text in uuencode", "Content-Type: text/plain\nContent-Transfer-Encoding: x-uuencode\n", "begin 644 a.txt\n.=&]P:6,Z('!A>2!%=F4*\n`\nend\n", "held unknown-encoding", "", ""),
	ofType("an encoding with a comment", "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64 (by the gateway)\n", base64.StdEncoding.EncodeToString([]byte("topic: release plän\n")), ok, "release plän", ""),
	ofType("text in an encoding that is none", "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: utf-8\n", "topic: release plän", ok, "release plän", ""),
	parted("a mail forwarded as a file, with another's token", "mixed", ok, "release plan", "not hers", plainType+"\ntopic: release plan", "Content-Type: message/rfc822\n\nFrom: sam@example.org\nTo: <{SAM}>\nSubject: Re: 1:1\n\ntopic: not hers"),
	{name: "a mail forwarded in the text, with another's token", body: "topic: release plan\n\n---------- Forwarded message ---------\nFrom: Sam Ortega <sam@example.org>\nDate: Tue, 1 Dec 2026 at 16:00\nSubject: Re: 1:1\nTo: <{SAM}>\n\ntopic: not hers\n", want: ok, has: "release plan", not: "not hers", told: 1},
	parted("a card and a voice message", "mixed", ok, "release plan", "BEGIN:VCARD", plainType+"\ntopic: release plan", "Content-Type: text/vcard; name=p.vcf\n\nBEGIN:VCARD\nFN:Priya\nEND:VCARD", "Content-Type: audio/mpeg; name=v.mp3\n\nx"),

	// what the eye does not see
	ofType("a private mark with entities inside", htmlType, "<p>topic: release plan</p><p>p&#8238;riv&#x1b;ate: my salary</p>", ok, "release plan", "my salary"),
	ofType("a private mark called UTF-16", "Content-Type: text/plain; charset=utf-16\n", "private: my salary\n\ntopic: release plan", ok, "release plan", "my salary"),
	ofType("controls by entity", htmlType, "<p>topic: release&#x9b;31m &#x202e;plan&#xfffe;</p>", ok, "plan", "\u202e"),
	ofType("a class that nobody is shown", htmlType, "<head><style>.pre-header, span.x { display:none!important }</style></head><p class='a pre-header'>topic: a preview</p><p>topic: release <span class=x>without a </span>plan</p>", ok, "release plan", "preview"),
	ofType("spaces of no width", plainType, "\u200b\n\ntopic: release plan\n\n\u2060\u00ad\n", ok, "release plan", "\u2060"),
	ofType("where a picture was", plainType, "topic: release plan\n\n[cid:chart.png@01DD5A11]\n\n[image: chart.png]\n", ok, "release plan", "chart"),
	ofType("an id that only this mail makes", plainType, "- release plan\n\nT1 dropped\n", ok, "release plan", "dropped"),

	// much of it
	ofType("a quote of fifty thousand lines", plainType, "topic: release plan\n\n"+strings.Repeat("> topic: of old\n", 50_000), ok, "release plan", "of old"),
	ofType("HTML a hundred thousand levels deep", htmlType, strings.Repeat("<div>", 100_000)+"topic: release plan"+strings.Repeat("</div>", 100_000), ok, "release plan", ""),
	ofType("tables within tables", htmlType, strings.Repeat("<table><tr><td>", 5_000)+"topic: release plan", ok, "", ""),
	ofType("tags that never close", htmlType, "<p>topic: release plan</p>"+strings.Repeat("<b><i><a href=x>", 30_000), ok, "release plan", ""),
	ofType("a megabyte of entities", htmlType, "<p>topic: release plan</p>"+strings.Repeat("&amp;&nbsp;", 100_000), ok, "", ""), // refused as too long, and told: what is cut off could say "private"
	ofType("a megabyte of empty quotes", plainType, "topic: release plan\n\n"+strings.Repeat(">", 900_000)+"\n", ok, "release plan", ""),
	ofType("a line of a megabyte", plainType, "topic: release plan\n\n"+strings.Repeat("wrote: ", 150_000), ok, "", ""),
	ofType("a megabyte of lines that begin a quote", plainType, "topic: release plan\n\n"+strings.Repeat("On Tue, 1 Dec 2026 at 16:00, Sam <sam@example.org>\n", 19_000), ok, "release plan", ""),
	ofType("soft line ends by the hundred thousand", "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n", "topic: rel=\nease plan"+strings.Repeat("=\n", 300_000), ok, "release plan", ""),
	ofType("words encoded by the thousand", plainType+"Subject: "+strings.Repeat("=?utf-8?q?a?= ", 15_000)+"\n", "topic: release plan", ok, "release plan", ""),

	// charsets that are not what they say
	ofType("UTF-16 called UTF-8", plainType, "t\x00o\x00p\x00i\x00c\x00:\x00 \x00r\x00e\x00l\x00e\x00a\x00s\x00e\x00 \x00p\x00l\x00a\x00n\x00", ok, "release plan", "\x00"),
	ofType("Korean in ISO-2022-KR", "Content-Type: text/plain; charset=iso-2022-kr\n", "\x1b$)Ctopic: \x0e?9;j\x0f", ok, "예산", "\x1b"),
	ofType("code page 850", "Content-Type: text/plain; charset=cp850\n", "topic: Gr\x94\xe1e", ok, "Größe", ""),
	ofType("a Macintosh", "Content-Type: text/plain; charset=macintosh\n", "topic: Gr\x9a\xa7e", ok, "Größe", ""),
	ofType("a charset within quotes", "Content-Type: text/plain; charset=\"'utf-8'\"\n", "topic: Größe", ok, "Größe", ""),
	ofType("HTML with another charset in it", "Content-Type: text/html; charset=utf-8\n", "<meta charset=iso-8859-1><p>topic: Größe</p>", ok, "Größe", ""),

	// time and identity
	{name: "the year 2099", raw: "Date: Thu, 31 Dec 2099 23:59:59 +0000\n", drop: "Date", want: ok, has: "release plan", not: "2099", told: 1},
	{name: "two Dates", raw: "Date: Thu, 31 Dec 1998 23:59:59 +0000\n", want: ok, has: "release plan", not: "1998", told: 1},
	{name: "a Message-ID of white space", raw: "Message-ID: < >\n", drop: "Message-ID", want: ok, has: "release plan", told: 1},
	{name: "a Message-ID in a comment", raw: "Message-ID: (<{ID}>) <odd2@mail.example.org>\n", drop: "Message-ID", want: "dropped own-message-id|" + ok, told: -1},
	{name: "two thousand references", raw: "References:" + strings.Repeat(" <a@b.example>", 2000) + "\n", want: ok, has: "release plan", told: 1},
	{name: "line ends with two carriage returns", raw: "X-Gateway: yes\r\n", want: "held bare-cr"},
}
