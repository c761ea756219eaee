package mailflow

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"duolog/mailflow/sender"
)

// written is a mail of which only what the test is about is stated; {TOKEN} stands for Priya's address at ours, {OTHER} for Jo's
// in another pair, {SAM} for Sam's in hers, {ID} for the Message-ID of the letter she answers.
type written struct {
	name string
	raw  string // the whole mail, or only further fields when body is set
	body string // after the header of an honest reply; "" for a topic
	drop string // names of fields of the honest header to leave out, with commas
	want string // outcome and reason
	has  string
	not  string
	told int
}

const honest = "Authentication-Results: mx.example.org; dmarc=pass header.from=example.org\nFrom: Priya Nair <priya@example.org>\nTo: <{TOKEN}>\nSubject: Re: 1:1\nDate: Tue, 01 Dec 2026 17:39:00 +0000\nMessage-ID: <odd@mail.example.org>\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n"

const ok = "accepted proved"

func away(name, subject, text string) written {
	return written{name: "away, " + name, raw: "Subject: " + subject + "\n", drop: "Subject", body: text, want: "held auto-subject"}
}

func utf16Mail(text string) string {
	var b []byte
	for _, u := range append([]uint16{0xfeff}, utf16.Encode([]rune(text))...) {
		b = append(b, byte(u>>8), byte(u))
	}
	return base64.StdEncoding.EncodeToString(b)
}

// writtenMails are further ways in which a mail can be odd, each with what must become of it.
var writtenMails = []written{
	// who wrote it
	{name: "two authors in one field", raw: "From: priya@example.org, eve@evil.example\n", drop: "From", want: "held from-several"},
	{name: "two From fields", raw: "From: eve@evil.example\n", want: "held from-several"},
	{name: "a group of one", raw: "From: Team: priya@example.org;\n", drop: "From", want: "held from-malformed"},
	{name: "an empty group", raw: "From: Nobody:;\n", drop: "From", want: "held from-malformed"},
	{name: "the address in the name alone", raw: "From: \"priya@example.org\" <eve@evil.example>\n", drop: "From", want: "held from-other"},
	{name: "the address in an encoded name", raw: "From: =?utf-8?q?Priya_=3Cpriya=40example=2Eorg=3E?= <eve@evil.example>\n", drop: "From", want: "held from-other"},
	{name: "the address as an encoded word", raw: "From: =?utf-8?q?priya=40example.org?=\n", drop: "From", want: "held from-malformed"},
	{name: "an encoded name", raw: "From: =?utf-8?b?UHJpeWEg8J+YgA==?= <priya@example.org>\n", drop: "From", want: ok, has: "release plan", told: 1},
	{name: "a name with an unquoted comma", raw: "From: Nair, Priya <priya@example.org>\n", drop: "From", want: "held from-malformed"},
	{name: "a comment with another address", raw: "From: priya@example.org (eve@evil.example)\n", drop: "From", want: ok, told: 1},
	{name: "a route", raw: "From: <@evil.example:priya@example.org>\n", drop: "From", want: ok + "|held from-malformed", told: -1},
	{name: "two at signs", raw: "From: \"priya@example.org\"@evil.example\n", drop: "From", want: "held from-other"},
	{name: "a NUL in the address", raw: "From: priya@example.org\x00.evil.example\n", drop: "From", want: "held header-unreadable|held nul-in-header"},
	{name: "a lookalike of Cyrillic letters", raw: "From: рriya@example.org\n", drop: "From", want: "held from-other"},
	{name: "a lookalike domain", raw: "From: priya@exаmple.org\n", drop: "From", want: "held from-other"},
	{name: "a domain with a dot at its end", raw: "From: priya@example.org.\n", drop: "From", want: ok + "|held from-other|held from-malformed", told: -1},
	{name: "a plus address of hers", raw: "From: priya+work@example.org\n", drop: "From", want: "held from-other"},
	{name: "capitals", raw: "From: PRIYA@EXAMPLE.ORG\n", drop: "From", want: ok, told: 1},
	{name: "no From", drop: "From", raw: "X: y\n", want: "held from-missing"},
	{name: "Sender and Resent fields of others", raw: "Sender: eve@evil.example\nResent-From: eve@evil.example\nResent-To: all@evil.example\nResent-Message-ID: <r@evil.example>\n", want: ok, told: 1},
	{name: "Sam with her token", raw: "From: sam@example.org\n", drop: "From", want: "held from-other"},

	// to whom
	{name: "token in Cc", raw: "To: sam@example.org\nCc: log <{TOKEN}>\n", drop: "To", want: ok, told: 1},
	{name: "token in Bcc", raw: "To: sam@example.org\nBcc: <{TOKEN}>\n", drop: "To", want: "held token-missing|" + ok, told: -1},
	{name: "token in Delivered-To", raw: "To: undisclosed-recipients:;\nDelivered-To: {TOKEN}\n", drop: "To", want: ok, told: 1},
	{name: "token in X-Original-To", raw: "To: undisclosed-recipients:;\nX-Original-To: {TOKEN}\n", drop: "To", want: ok, told: 1},
	{name: "two tokens, of two people", raw: "Cc: <{SAM}>\n", want: "held token-several"},
	{name: "two tokens, of two pairs", raw: "Cc: <{OTHER}>\n", want: "held token-unknown|held token-several"},
	{name: "the token twice", raw: "Cc: <{TOKEN}>\nDelivered-To: {TOKEN}\n", want: ok, told: 1},
	{name: "a letter cut off the token", raw: "To: <{CUT}>\n", drop: "To", want: "held token-unknown"},
	{name: "the token in the name", raw: "To: \"{TOKEN}\" <1on1@example.org>\n", drop: "To", want: "held token-missing"},
	{name: "the token with folding white space", raw: "To:\n\t<{TOKEN}>\n", drop: "To", want: ok, told: 1},
	{name: "two To fields", raw: "To: someone@example.net\n", want: ok, told: 1},
	{name: "the plus taken off, References", raw: "To: 1on1@example.org\nReferences: <a@b.example> <{ID}>\n", drop: "To", want: ok, told: 1},
	{name: "the plus taken off, no reference", raw: "To: 1on1@example.org\n", drop: "To", want: "held token-missing"},
	{name: "the plus taken off, forged reference", raw: "To: 1on1@example.org\nIn-Reply-To: <aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@example.org>\n", drop: "To", want: "held token-missing"},
	{name: "Reply-To of a stranger", raw: "Reply-To: eve@evil.example\nErrors-To: eve@evil.example\nReturn-Receipt-To: eve@evil.example\n", want: ok, told: 1},

	// what the servers say
	{name: "results folded and commented", raw: "Authentication-Results: (a (b) \\) c)\n  mx.example.org (x) 1 (y) ;\n dmarc (d) = (e) pass (f)\n header (g) . (h) from (i) = (j) example.org\n", drop: "Authentication-Results", want: ok + "|held auth-malformed", told: -1},
	{name: "results with a version", raw: "Authentication-Results: mx.example.org 1; dmarc=pass header.from=example.org\n", drop: "Authentication-Results", want: ok, told: 1},
	{name: "results of version 2", raw: "Authentication-Results: mx.example.org 2; dmarc=pass header.from=example.org\n", drop: "Authentication-Results", want: "held auth-malformed|held auth-missing"},
	{name: "a server in capitals", raw: "Authentication-Results: MX.EXAMPLE.ORG; dmarc=pass header.from=example.org\n", drop: "Authentication-Results", want: "held auth-missing"},
	{name: "a server with a port", raw: "Authentication-Results: mx.example.org:25; dmarc=pass header.from=example.org\n", drop: "Authentication-Results", want: "held auth-missing|held auth-malformed"},
	{name: "a server whose name begins alike", raw: "Authentication-Results: mx.example.org.evil.example; dmarc=pass header.from=example.org\n", drop: "Authentication-Results", want: "held auth-missing"},
	{name: "a pass in a quoted value", raw: "Authentication-Results: mx.example.org; spf=pass smtp.mailfrom=\"a;dmarc=pass header.from=example.org\"@evil.example; dmarc=fail header.from=example.org\n", drop: "Authentication-Results", want: "held auth-fail"},
	{name: "a pass in a comment", raw: "Authentication-Results: mx.example.org; dmarc=fail (dmarc=pass header.from=example.org)\n", drop: "Authentication-Results", want: "held auth-fail"},
	{name: "a pass in a reason", raw: "Authentication-Results: mx.example.org; dmarc=fail reason=\"; dmarc=pass\" header.from=example.org\n", drop: "Authentication-Results", want: "held auth-fail"},
	{name: "ours twice, the upper one fails", raw: "Authentication-Results: mx.example.org; dmarc=fail header.from=example.org\n", want: "held auth-fail|held auth-conflict"},
	{name: "ours twice, the lower one fails", raw: "X: 1\n", body: "", want: ok, told: 1},
	{name: "a stranger's above ours", raw: "Authentication-Results: relay.evil.example; dmarc=fail header.from=example.org\n", want: ok + "|held auth-missing", told: -1},
	{name: "pass for another From", raw: "Authentication-Results: mx.example.org; dmarc=pass header.from=evil.example\n", drop: "Authentication-Results", want: "held auth-unaligned|held auth-fail|held auth-conflict"},
	{name: "signed, no policy", raw: "Authentication-Results: mx.example.org; dkim=pass header.d=example.org; dmarc=none header.from=example.org\n", drop: "Authentication-Results", want: ok, told: 1},
	{name: "signed by another, no policy", raw: "Authentication-Results: mx.example.org; dkim=pass header.d=evil.example; dmarc=none header.from=example.org\n", drop: "Authentication-Results", want: "held auth-unaligned"},
	{name: "a passing reason", raw: "Authentication-Results: mx.example.org; dmarc=temperror header.from=example.org\n", drop: "Authentication-Results", want: "held auth-temporary"},
	{name: "results without end", raw: "Authentication-Results: mx.example.org; dmarc=pass (header.from=example.org\n", drop: "Authentication-Results", want: "held auth-malformed"},
	{name: "forwarded with a seal", raw: "ARC-Authentication-Results: i=1; mx.example.org; dmarc=pass header.from=example.org\nAuthentication-Results: mx.example.org; arc=pass; dmarc=fail header.from=example.org\n", drop: "Authentication-Results", want: "held auth-fail"},

	// what programs send
	away("German", "Abwesenheitsnotiz: 1:1", "Ich bin bis Montag nicht im Haus."),
	away("English", "Automatic reply: 1:1", "I am out of the office."),
	away("French", "Réponse automatique : 1:1", "Je suis absente jusqu'à lundi."),
	away("Spanish", "Respuesta automática: 1:1", "Estoy fuera de la oficina."),
	away("Italian", "Risposta automatica: 1:1", "Sono fuori ufficio."),
	away("Dutch", "Automatisch antwoord: 1:1", "Ik ben afwezig."),
	away("Portuguese", "Resposta automática: 1:1", "Estou fora do escritório."),
	away("Japanese", "自動応答: 1:1", "不在にしております。"),
	away("Polish", "Automatyczna odpowiedź: 1:1", "Jestem poza biurem."),
	away("Swedish", "Autosvar: 1:1", "Jag är inte på kontoret."),
	away("Danish", "Automatisk svar: 1:1", "Jeg er ikke på kontoret."),
	away("Finnish", "Automaattinen vastaus: 1:1", "En ole toimistolla."),
	away("Czech", "Automatická odpověď: 1:1", "Nejsem v kanceláři."),
	away("Turkish", "Otomatik Yanıt: 1:1", "Ofis dışındayım."),
	away("Russian", "Автоматический ответ: 1:1", "Меня нет в офисе."),
	away("Chinese", "自动答复: 1:1", "我不在办公室。"),
	away("Korean", "자동 회신: 1:1", "부재중입니다."),
	away("Hungarian", "Automatikus válasz: 1:1", "Nem vagyok az irodában."),
	away("Norwegian", "Automatisk svar: 1:1", "Jeg er ikke på kontoret."),
	{name: "away, by Exchange", raw: "X-Auto-Response-Suppress: All\nAuto-Submitted: auto-generated\n", want: "dropped auto-reply"},
	{name: "away, by an old program", raw: "Precedence: junk\nX-Autoreply: yes\n", want: "dropped bulk|dropped auto-reply"},
	{name: "a read receipt", raw: "Content-Type: multipart/report; report-type=disposition-notification; boundary=b\n", drop: "Content-Type", body: "--b\nContent-Type: text/plain\n\nIt was read.\n--b\nContent-Type: message/disposition-notification\n\nFinal-Recipient: rfc822; priya@example.org\nOriginal-Message-ID: <{ID}>\nDisposition: manual-action/MDN-sent-manually; displayed\n--b--\n", want: "dropped receipt"},
	{name: "a list's copy", raw: "List-Id: <team.example.org>\nList-Post: <mailto:team@example.org>\n", want: "dropped mailing-list"},
	{name: "a spam filter asks back", raw: "X-Boxbe: 1\nAuto-Submitted: auto-replied\n", want: "dropped challenge"},
	{name: "Exchange's bounce", raw: "From: Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@example.org>\nReturn-Path: <>\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n", drop: "From,Content-Type", body: "--b\nContent-Type: text/plain\n\nDelivery has failed.\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns;mx.example.org\n\nFinal-Recipient: RFC822;priya@example.org\nAction: Failed\nStatus: 5.1.10\n--b\nContent-Type: message/rfc822\n\nMessage-ID: <{ID}>\n\nx\n--b--\n", want: "bounce delivery-report"},
	{name: "a bounce for nobody", raw: "From: mailer-daemon@example.org\nReturn-Path: <>\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n", drop: "From,Content-Type", body: "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns;mx.example.org\n--b--\n", want: "held bounce-unparsed"},
	{name: "forwarded by a rule", raw: "From: 1on1@example.org\nMessage-ID: <{ID}>\n", drop: "From,Message-ID", want: "dropped own-address"},

	// letters of all kinds
	{name: "UTF-16", raw: "Content-Type: text/plain; charset=utf-16\nContent-Transfer-Encoding: base64\n", drop: "Content-Type", body: utf16Mail("topic: Größe 😀"), want: ok, has: "Größe 😀", told: 1},
	{name: "ISO-2022-JP", raw: "Content-Type: text/plain; charset=iso-2022-jp\n", drop: "Content-Type", body: "topic: \x1b$BM=;;\x1b(B", want: ok, has: "予算", not: "\x1b", told: 1},
	{name: "Windows-1251 called Latin-1", raw: "Content-Type: text/plain; charset=iso-8859-1\n", drop: "Content-Type", body: "topic: budget \x8430\x93", want: ok, has: "budget", told: 1},
	{name: "Windows-1252 called UTF-8", body: "topic: caf\xe9 and \x93quotes\x94", want: ok, has: "caf", told: 1},
	{name: "an unknown charset", raw: "Content-Type: text/plain; charset=x-nonsense\n", drop: "Content-Type", body: "topic: plain words", want: ok, has: "plain words", told: 1},
	{name: "raw bytes in the header", raw: "Subject: Re: Gr\xfc\xdfe\nX-Odd: \xff\xfe\n", drop: "Subject", want: ok, told: 1},
	{name: "flowed with deleted spaces", raw: "Content-Type: text/plain; charset=utf-8; format=flowed; delsp=yes\n", drop: "Content-Type", body: "topic: the rel \nease plan \n for May\n", want: ok, has: "the release plan", told: 1},
	{name: "quoted-printable with soft ends", raw: "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n", drop: "Content-Type", body: "topic: the rel=\nease pl=C3=A4n=20\n", want: ok, has: "the release plän", told: 1},
	{name: "zero-width letters", body: "topic: bud\u200bget\u2060 plan\ufeff", want: ok, has: "bud", not: "\u202e", told: 1},
	{name: "a name that turns round", raw: "From: \"Priya \u202e gro.elpmaxe\" <priya@example.org>\n", drop: "From", want: ok, not: "\u202e", told: 1},

	// structure
	{name: "bare line feeds, no CR", raw: "X-LF: yes\n", want: ok, told: 1},
	{name: "a NUL in the body", body: "topic: before\x00after", want: ok, has: "before", not: "\x00", told: 1},
	{name: "a line of 5,000", body: "topic: " + strings.Repeat("word ", 1000), want: ok, has: "word word", told: 1},
	{name: "a header line without a colon", raw: "this is no field\n", want: ok + "|held bad-header-line", told: -1},
	{name: "a header line that begins with a space", raw: " X: folded under nothing\n", want: ok + "|held bad-header-line", told: -1},
	{name: "the same boundary inside", raw: "Content-Type: multipart/mixed; boundary=b\n", drop: "Content-Type", body: "--b\nContent-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/plain\n\ntopic: release plan\n--b--\n--b--\n", want: ok + "|held bad-boundary|held no-text", told: -1},
	{name: "a boundary with a space at its end", raw: "Content-Type: multipart/mixed; boundary=\"b \"\n", drop: "Content-Type", body: "--b \nContent-Type: text/plain\n\ntopic: release plan\n--b --\n", want: ok + "|held bad-boundary", told: -1},
	{name: "a thousand levels", raw: "Content-Type: multipart/mixed; boundary=b0\n", drop: "Content-Type", body: levels(1000), want: "held too-deep"},
	{name: "ten thousand parts", raw: "Content-Type: multipart/mixed; boundary=b\n", drop: "Content-Type", body: strings.Repeat("--b\n\nx\n", 10_000) + "--b--\n", want: "held too-many-parts"},
	{name: "a zip that unpacks to much", raw: "Content-Type: multipart/mixed; boundary=b\n", drop: "Content-Type", body: "--b\n\ntopic: release plan\n--b\nContent-Type: application/zip; name=bomb.zip\nContent-Transfer-Encoding: base64\n\n" + strings.Repeat("UEsDBBQAAAAIAAAAIQ", 4000) + "\n--b--\n", want: ok + "|held bad-base64", told: -1},
	{name: "base64 text with line ends missing", raw: "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n", drop: "Content-Type", body: base64.StdEncoding.EncodeToString([]byte("topic: release plan\n" + strings.Repeat("- another line\n", 20))), want: ok, told: 1},
	{name: "an empty body", body: "\n", want: ok, told: -1},
	{name: "nothing but a header", raw: "X-Last: 1\n", body: " ", want: ok, told: -1},
	{name: "an attachment alone", raw: "Content-Type: application/pdf; name=plan.pdf\nContent-Transfer-Encoding: base64\n", drop: "Content-Type", body: "JVBERi0=", want: ok, told: -1},
	{name: "a picture alone", raw: "Content-Type: image/png\nContent-Transfer-Encoding: base64\n", drop: "Content-Type", body: "iVBORw0KGgo=", want: ok, told: -1},
	{name: "text attached", raw: "Content-Type: text/plain\nContent-Disposition: attachment; filename=notes.txt\n", drop: "Content-Type", body: "topic: in the file", want: ok, not: "in the file", told: -1},
	{name: "an invitation accepted", raw: "Content-Type: text/calendar; method=REPLY; charset=utf-8\n", drop: "Content-Type", body: "BEGIN:VCALENDAR\nMETHOD:REPLY\nBEGIN:VEVENT\nUID:priya-sam@example.org\nATTENDEE;PARTSTAT=ACCEPTED:mailto:priya@example.org\nEND:VEVENT\nEND:VCALENDAR\n", want: ok, told: -1},
	{name: "PGP in the text", body: "-----BEGIN PGP MESSAGE-----\n\nhQEMA\n-----END PGP MESSAGE-----\n", want: "held encrypted", told: 1},
	{name: "PGP signed in the text", body: "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\ntopic: release plan\n-----BEGIN PGP SIGNATURE-----\n\niQEz\n-----END PGP SIGNATURE-----\n", want: ok, has: "release plan", not: "iQEz", told: 1},
	{name: "S/MIME signed", raw: "Content-Type: multipart/signed; protocol=\"application/pkcs7-signature\"; micalg=sha-256; boundary=b\n", drop: "Content-Type", body: "--b\nContent-Type: text/plain\n\ntopic: release plan\n--b\nContent-Type: application/pkcs7-signature; name=smime.p7s\nContent-Transfer-Encoding: base64\n\nMIIB\n--b--\n", want: ok, has: "release plan", told: 1},
	{name: "S/MIME encrypted", raw: "Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m\nContent-Transfer-Encoding: base64\n", drop: "Content-Type", body: "MIIB", want: "held encrypted", told: 1},
	{name: "Outlook's own format beside the text", raw: "Content-Type: multipart/mixed; boundary=b\n", drop: "Content-Type", body: "--b\nContent-Type: text/plain\n\ntopic: release plan\n--b\nContent-Type: application/ms-tnef; name=winmail.dat\n\nx\n--b--\n", want: ok, has: "release plan", told: 1},
	{name: "HTML that hides", raw: "Content-Type: text/html; charset=utf-8\n", drop: "Content-Type", body: `<div style="font-size:0">topic: zero</div><span hidden>topic: hidden</span><p style="mso-hide:all">topic: mso</p><p style="color:#fff;background:#fff">topic: white</p><p>topic: release plan</p>`, want: ok, has: "release plan", not: "topic: hidden", told: 1},

	// time and names
	{name: "the year 1970", raw: "Date: Thu, 01 Jan 1970 00:00:00 +0000\n", drop: "Date", want: ok, not: "1970", told: 1},
	{name: "no Date", drop: "Date", raw: "X: 1\n", want: ok, told: 1},
	{name: "a zone that does not exist", raw: "Date: Tue, 01 Dec 2026 17:39:00 +9999\n", drop: "Date", want: ok, told: 1},
	{name: "no Message-ID", drop: "Message-ID", raw: "X: 1\n", want: ok, told: 1},
	{name: "our own Message-ID", raw: "Message-ID: <{ID}>\n", drop: "Message-ID", want: "dropped own-message-id"},
	{name: "our own Message-ID as a second", raw: "Message-ID: <first@mail.example.org>\nMessage-ID: <{ID}>\n", drop: "Message-ID", want: "dropped own-message-id"},
	{name: "a Message-ID without brackets", raw: "Message-ID: odd@mail.example.org\n", drop: "Message-ID", want: ok, told: 1},
	{name: "a Message-ID of 10 kB", raw: "Message-ID: <" + strings.Repeat("a", 10_000) + "@mail.example.org>\n", drop: "Message-ID", want: ok, told: 1},
	{name: "a Message-ID that is a path", raw: "Message-ID: <../../../etc/passwd@mail.example.org>\n", drop: "Message-ID", want: ok, not: "passwd", told: 1},
	{name: "a subject over ten lines", raw: "Subject: Re:\n 1:1\n with\n a\n very\n long\n\tand\n folded\n subject\n", drop: "Subject", want: ok, told: 1},
	{name: "two subjects", raw: "Subject: another\n", want: ok, told: 1},
	{name: "a header of 300 kB", raw: "X-Padding: " + strings.Repeat("x", 300<<10) + "\n", want: "held header-too-large"},
	{name: "5,000 header fields", raw: strings.Repeat("X-Relay: by relay.example.org; Tue, 01 Dec 2026 17:39:00 +0000\n", 2000), want: ok, told: 1},
}

func levels(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "--b%d\nContent-Type: multipart/mixed; boundary=b%d\n\n", i, i+1)
	}
	return b.String()
}

// mail is the bytes of the mail as Priya's to the pair priya-sam.
func (w written) mail(t *testing.T, in *instance) []byte {
	t.Helper()
	stamp := func(person, pair string) sender.Stamp {
		s, err := in.Policy.Register.Stamp(person, pair, pair+"/2026-12-03/pre/"+person, in.clock.Add(100*24*time.Hour))
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	ours, other := stamp("priya", "priya-sam"), stamp("jo", "jo-sam")
	text := w.raw
	for field := range strings.Lines(honest) {
		if name, _, _ := strings.Cut(field, ":"); !strings.Contains(","+w.drop+",", ","+name+",") {
			text += field
		}
	}
	body := w.body
	if body == "" {
		body = "topic: release plan\n"
	}
	text = strings.NewReplacer("{TOKEN}", ours.ReplyTo, "{CUT}", strings.Replace(ours.ReplyTo, "@", "", 1)[:len(ours.ReplyTo)-14]+"@example.org",
		"{OTHER}", other.ReplyTo, "{OTHERID}", other.MessageID, "{SAM}", stamp("sam", "priya-sam").ReplyTo, "{ID}", ours.MessageID,
		"{UPPER}", strings.ToUpper(ours.ReplyTo), "{EXTENSION}", strings.TrimPrefix(strings.TrimSuffix(ours.ReplyTo, "@example.org"), "1on1+")).Replace(text + "\n" + body)
	if strings.HasPrefix(w.name, "bare line feeds") {
		return []byte(text)
	}
	return []byte(strings.ReplaceAll(text, "\n", "\r\n"))
}

func TestMailsAsTheyAreWrittenEndAsTheyMust(t *testing.T) {
	t.Parallel()
	for _, w := range slices.Concat(writtenMails, zooMails) {
		t.Run(w.name, func(t *testing.T) {
			t.Parallel()
			in := newInstance(t)
			raw := w.mail(t, in)
			in.endsAsItMust(t, raw, w.want, []string{w.has}, []string{w.not}, w.told)
		})
	}
}
