package newtext

import (
	"html"
	"strings"
	"testing"
)

// An htmlClient writes a reply as HTML alone. In its shape, ANSWER stands for what the person
// writes above, QUOTE for our mail, and split is what it puts around an answer inside the quote.
type htmlClient struct {
	name, shape, before, after string
	flat                       bool // drops our lists and paragraphs for its own
}

var htmlClients = []htmlClient{
	{name: "Gmail", shape: `<div dir="ltr">ANSWER</div><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">On Tue, Dec 1, 2026 at 4:00 PM Acme 1:1 &lt;<a href="mailto:1on1+k7q@acme.example">1on1+k7q@acme.example</a>&gt; wrote:<br></div><blockquote class="gmail_quote" style="margin:0 0 0 .8ex;border-left:1px #ccc solid;padding-left:1ex">QUOTE</blockquote></div>`, before: `</blockquote><div>`, after: `</div><blockquote class="gmail_quote">`},
	{name: "Apple Mail", shape: `<html><body style="overflow-wrap: break-word;">ANSWER<br><div><br><blockquote type="cite"><div>On 1 Dec 2026, at 16:00, Acme 1:1 &lt;1on1+k7q@acme.example&gt; wrote:</div><br class="Apple-interchange-newline"><div>QUOTE</div></blockquote></div><br></body></html>`, before: `</div></blockquote><div>`, after: `</div><blockquote type="cite"><div>`},
	{name: "Outlook classic", shape: `<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style><!-- p.MsoNormal {margin:0cm} --></style></head><body lang=DE><div class=WordSection1>ANSWER<p class=MsoNormal><o:p>&nbsp;</o:p></p><div><div style='border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm'><p class=MsoNormal><b>Von:</b> Acme 1:1 &lt;1on1+k7q@acme.example&gt; <br><b>Gesendet:</b> Dienstag, 1. Dezember 2026 16:00<br><b>An:</b> Priya Nair<br><b>Betreff:</b> 1:1 Priya + Sam<o:p></o:p></p></div></div><p class=MsoNormal><o:p>&nbsp;</o:p></p>QUOTE</div></body></html>`, before: `<p class=MsoNormal><span style='color:red'>`, after: `<o:p></o:p></span></p>`, flat: true},
	{name: "Outlook web", shape: `<html><body dir="ltr"><div style="font-family: Aptos">ANSWER</div><div id="appendonsend"></div><hr style="display:inline-block;width:98%" tabindex="-1"><div id="divRplyFwdMsg" dir="ltr"><font face="Calibri, sans-serif" style="font-size:11pt"><b>From:</b> Acme 1:1 &lt;1on1+k7q@acme.example&gt;<br><b>Sent:</b> Tuesday, December 1, 2026 4:00 PM<br><b>To:</b> Priya Nair<br><b>Subject:</b> 1:1 Priya + Sam</font><div>&nbsp;</div></div><div>QUOTE</div></body></html>`, before: `<div style="color:rgb(200,0,0)">`, after: `</div>`},
	{name: "Outlook mobile", shape: `<html><body><div dir="auto">ANSWER</div><div id="ms-outlook-mobile-signature"><div><br></div>Get <a href="https://aka.ms/o0ukef">Outlook for iOS</a></div><hr style="display:inline-block;width:98%"><div id="divRplyFwdMsg" dir="ltr"><b>From:</b> Acme 1:1 &lt;1on1+k7q@acme.example&gt;<br><b>Sent:</b> Tuesday, December 1, 2026 4:00:00 PM<br><b>To:</b> Priya Nair<br><b>Subject:</b> 1:1 Priya + Sam</div>QUOTE</body></html>`, before: `<div>`, after: `</div>`},
	{name: "Yahoo", shape: `<html><body><div class="ydp1yahoo-style-wrap"><div dir="ltr">ANSWER</div><div><br></div></div><div id="yahoo_quoted_1" class="yahoo_quoted"><div style="font-family:'Helvetica Neue'"><div>On Tuesday, December 1, 2026, 4:00:00 PM GMT+1, Acme 1:1 &lt;1on1+k7q@acme.example&gt; wrote:</div><div><br></div><div>QUOTE</div></div></div></body></html>`, before: `<div>`, after: `</div>`},
	{name: "ProtonMail", shape: `<div style="font-family: Arial">ANSWER</div><div class="protonmail_signature_block"><div class="protonmail_signature_block-proton">Sent with <a target="_blank" href="https://proton.me/mail/home">Proton Mail</a> secure email.</div></div><div><br></div><div class="protonmail_quote">On Tuesday, December 1st, 2026 at 16:00, Acme 1:1 &lt;1on1+k7q@acme.example&gt; wrote:<br><br><blockquote class="protonmail_quote" type="cite">QUOTE</blockquote></div>`, before: `</blockquote><div>`, after: `</div><blockquote type="cite">`},
	{name: "GMX", shape: `<html><head></head><body><div style="font-family: Verdana;font-size: 12.0px;"><div>ANSWER</div><div>&nbsp;<div name="quote" style="margin:10px 5px 5px 10px; padding: 10px 0 10px 10px; border-left:2px solid #C3D9E5;"><div style="margin:0 0 10px 0;"><b>Gesendet:</b>&nbsp;Dienstag, 1. Dezember 2026 um 16:00 Uhr<br/><b>Von:</b>&nbsp;&quot;Acme 1:1&quot; &lt;1on1+k7q@acme.example&gt;<br/><b>An:</b>&nbsp;priya@acme.example<br/><b>Betreff:</b>&nbsp;1:1 Priya + Sam</div><div name="quoted-content">QUOTE</div></div></div></div></body></html>`, before: `<div>`, after: `</div>`},
	{name: "Thunderbird", shape: `<html><head><meta http-equiv="Content-Type" content="text/html; charset=UTF-8"></head><body>ANSWER<div class="moz-cite-prefix">On 12/1/26 16:00, Acme 1:1 wrote:<br></div><blockquote type="cite" cite="mid:x@acme.example">QUOTE</blockquote></body></html>`, before: `</blockquote>`, after: `<blockquote type="cite">`},
	{name: "K-9", shape: `<!DOCTYPE html><html><body><div dir="auto">ANSWER</div><br><br><div class="gmail_quote"><div dir="auto">On December 1, 2026 4:00:00 PM GMT+01:00, Acme 1:1 &lt;1on1+k7q@acme.example&gt; wrote:</div><blockquote class="gmail_quote" style="margin: 0pt 0pt 0pt 0.8ex; border-left: 1px solid rgb(204, 204, 204); padding-left: 1ex;">QUOTE</blockquote></div></body></html>`, before: `</blockquote><div>`, after: `</div><blockquote>`},
}

func (c htmlClient) quote(sent Sent, answers map[string]string) string {
	var b strings.Builder
	for _, l := range strings.Split(strings.TrimSpace(sent.Text), "\n") {
		if l == "" {
			continue
		}
		item, isItem := strings.CutPrefix(l, "- ")
		switch {
		case c.flat && isItem:
			b.WriteString("<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><span style='font-family:Symbol'>·<span style='font:7.0pt \"Times New Roman\"'>&nbsp;&nbsp;&nbsp;&nbsp; </span></span>" + html.EscapeString(item) + "<o:p></o:p></p>")
		case c.flat:
			b.WriteString("<p class=MsoNormal>" + html.EscapeString(l) + "<o:p></o:p></p>")
		case isItem:
			b.WriteString("<ul><li>" + html.EscapeString(item) + "</li></ul>")
		default:
			b.WriteString("<p>" + html.EscapeString(l) + "</p>")
		}
		for start, a := range answers {
			if strings.HasPrefix(l, start) {
				b.WriteString(c.before + html.EscapeString(a) + c.after)
			}
		}
	}
	return b.String()
}

func (c htmlClient) mail(text, quote string) string {
	return strings.NewReplacer("ANSWER", text, "QUOTE", quote).Replace(c.shape)
}

const (
	answerHTML = `<p>we should <b>talk</b> about the <a href="https://wiki.acme.example/rota">on-call rota</a></p><ul><li>third week in a row<ul><li>and no swap</li></ul></li></ul>`
	answerMark = "we should **talk** about the [on-call rota](https://wiki.acme.example/rota)\n\n- third week in a row\n  - and no swap"
)

func TestTopPostsInHTMLKeepListsLinksAndEmphasis(t *testing.T) {
	t.Parallel()
	sent := sentMail(t)
	for _, c := range htmlClients {
		mail := c.mail(answerHTML, c.quote(sent, nil))
		for name, known := range map[string][]Sent{"known": {sent}, "unknown": nil} {
			if got := FromHTML(mail, known); got.Text != answerMark {
				t.Errorf("%s, sent %s: new text is %q, want %q", c.name, name, got.Text, answerMark)
			}
		}
	}
}

func TestInlineAnswersInHTMLBelongToTheLineAbove(t *testing.T) {
	t.Parallel()
	sent := sentMail(t)
	answers := map[string]string{
		"- A8 draft":       "done, Ana approved it yesterday",
		"- T4 On-call":     "third week in a row",
		"2. Is there some": "private: not yet",
	}
	for _, c := range htmlClients {
		r := FromHTML(c.mail("<p>my answers in red</p>", c.quote(sent, answers)), []Sent{sent})
		if len(r.Blocks) != 4 || r.Blocks[0].Text != "my answers in red" {
			t.Errorf("%s: blocks are %q, want four", c.name, r.Blocks)
			continue
		}
		for start, want := range answers {
			found := false
			for _, b := range r.Blocks {
				found = found || b.Text == want && strings.HasPrefix(b.Answers, start)
			}
			if !found {
				t.Errorf("%s: no block %q that answers %q in %q", c.name, want, start, r.Blocks)
			}
		}
	}
}

func TestBottomPostsInHTML(t *testing.T) {
	t.Parallel()
	sent := sentMail(t)
	for _, c := range htmlClients {
		if c.name == "Yahoo" || c.name == "GMX" {
			continue // their quotes have no outside below
		}
		mail := c.mail("", c.quote(sent, nil)) + "<p>we should talk about the on-call rota</p>"
		if got := FromHTML(mail, []Sent{sent}).Text; got != "we should talk about the on-call rota" {
			t.Errorf("%s: new text is %q, want the line below", c.name, got)
		}
	}
}

func TestHiddenAndActiveHTMLIsNoText(t *testing.T) {
	t.Parallel()
	for mail, want := range map[string]string{
		`<div style="display:none">no</div><p>yes</p>`:                                    "yes",
		`<span style="font-size:0px">no</span><script>alert(1)</script>yes`:               "yes",
		`<a href="javascript:alert(1)">yes</a>`:                                           "yes",
		`<p>yes <img src="https://evil.example/p.gif" alt="no"></p>`:                      "yes",
		`<title>no</title><style>p{}</style><p>yes</p><!-- no -->`:                        "yes",
		`<p>see <a href="https://acme.example/x">https://acme.example/x</a></p>`:          "see https://acme.example/x",
		`<a href="https://acme.example/x"><b>the</b> rota</a>.`:                           "[**the** rota](https://acme.example/x).",
		`<b>see <a href="https://acme.example/x">the rota</a> please</b>.`:                "**see** [**the rota**](https://acme.example/x) **please**.",
		`<ol><li>good</li><li>skip</li></ol>`:                                             "1. good\n2. skip",
		`<table><tr><td>A8</td><td>done</td></tr><tr><td>A9</td><td>no</td></tr></table>`: "A8 done\nA9 no",
		`<pre>  if x {` + "\n" + `    y` + "\n" + `  }</pre>`:                             "if x {\n    y\n  }",
		`one<br>two<br><br>three`:                                                         "one\ntwo\n\nthree",
		`<p>&lt;b&gt; &amp; &nbsp;c</p>`:                                                  "<b> & \u00a0c",
	} {
		if got := FromHTML(mail, nil).Text; got != want {
			t.Errorf("%s: new text is %q, want %q", mail, got, want)
		}
	}
}
