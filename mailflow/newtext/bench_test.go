package newtext

import (
	"strings"
	"testing"

	"duolog/mailflow/message"
)

// BenchmarkReplies is the promise of 5,000 messages a second and core: whole mails of all clients,
// parsed and matched with what we sent.
func BenchmarkReplies(b *testing.B) {
	sent := sentMail(b)
	var mails [][]byte
	for _, c := range clients {
		body := answer + "\n\n" + c.foot + "\n\n" + c.whole(sent.Text, nil)
		mails = append(mails, []byte("From: Priya <priya@acme.example>\nSubject: Re: 1:1\nContent-Type: text/plain; charset=utf-8\n\n"+body))
	}
	for _, c := range htmlClients {
		mails = append(mails, []byte("From: Priya <priya@acme.example>\nSubject: Re: 1:1\nContent-Type: text/html; charset=utf-8\n\n"+c.mail(answerHTML, c.quote(sent, nil))))
	}
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		m, err := message.Parse(mails[n%len(mails)])
		if err != nil {
			b.Fatal(err)
		}
		Extract(m, []Sent{sent})
		n++
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "mails/s")
}

// worstCases are texts of 770 kB that make one part of the rules work hard.
func worstCases(t testing.TB) map[string]string {
	fill := func(s string) string { return strings.Repeat(s, 770_000/len(s)) }
	return map[string]string{
		"prose":           fill("This is a line of plain prose as people write it in long mails, word by word.\n"),
		"one line":        fill("word "),
		"short lines":     fill("a\n"),
		"dates":           fill("On Tue, Dec 1, 2026 at 4:00 PM Sam Ortega <sam@acme.example> said\n"),
		"names":           fill("Sam Ortega <sam@acme.example>\n"),
		"numbers":         fill("12:30 01.12.2026 4711 0815\n"),
		"digits":          fill("١٢٣٤٥٦٧٨٩٠١٢٣٤٥٦٧٨٩٠١٢٣٤٥٦٧٨٩٠١٢\n"),
		"other digits":    fill("๑๒:๓๐ ๐๑.๑๒.๒๕๖๙ 𝟜𝟟𝟙𝟙\n"),
		"Chinese":         fill("在 2026年12月1日 16:00，李雷 <lilei@acme.example> 说\n"),
		"Chinese, short":  fill("于2026年12月1日周二 16:00\n"),
		"labels":          fill("From: Sam\n\n"),
		"more labels":     fill("To: a@b.example\nDate: x\n"),
		"closings":        fill("Best regards\n\n"),
		"thanks":          fill("Thanks, and more of the kind,\n"),
		"delimiters":      fill("--\n- x\n"),
		"drawn lines":     fill("____\nx@y.example\n\n"),
		"cards":           fill("Anna Example\nTel: +49 30 1234567\n\nx. Y and so on it goes with the text\n\n"),
		"disclaimers":     fill("this is confidential and privileged\n\n"),
		"marks":           fill(">>>>>>>>>>>> x\n"),
		"only marks":      fill(">"),
		"marks and text":  fill("> quoted line that is long enough to be wrapped somewhere\nrest\n"),
		"footers between": fill("> x\nSent from my iPhone\n"),
		"other labels":    fill("Xx: 12:30 1.12.2026 Sam <a@b.example>\n"),
		"columns":         fill("        Xx 12:30 1.12.2026   To\n\n"),
		"letters shown":   fill("\"and\nBest regards\n"),
		"footers":         fill("Sent from my desk\n"),
		"forwards":        fill("---------- forwarded stuff ---------\n"),
		"our lines":       fill("T4 On-call load and more\n"),
		"our text":        fill(sentMail(t).Text),
		"empty lines":     fill("x\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n"),
		"HTML, divs":      fill("<div>"),
		"HTML, quotes":    fill("<blockquote>x"),
		"HTML, ends":      fill("<b>x</i>"),
		"HTML, lists":     fill("<ul><li>x"),
		"HTML, links":     fill("<a href='https://x.example/'>x"),
		"HTML, closed":    fill("<a href='https://x.example/'>x</a>"),
		"HTML, table":     fill("<table><tr><td>"),
		"HTML, prose":     fill("<p>This is a line of plain prose as people write it in long mails.</p>\n"),
	}
}

// BenchmarkWorst is the promise of 50 ms for the worst mail of 770 kB.
func BenchmarkWorst(b *testing.B) {
	sent := []Sent{sentMail(b)}
	for name, s := range worstCases(b) {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(s)))
			for b.Loop() {
				if strings.HasPrefix(name, "HTML") {
					FromHTML(s, sent)
				} else {
					FromText(s, sent)
				}
			}
		})
	}
}
