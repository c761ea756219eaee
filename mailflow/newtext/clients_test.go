package newtext

import (
	"html"
	"os"
	"strings"
	"testing"
)

// sentMail is a pre-meeting mail of ours; its twin in HTML is made from it.
func sentMail(t testing.TB) Sent {
	t.Helper()
	data, err := os.ReadFile("testdata/sent.txt")
	if err != nil {
		t.Fatal(err)
	}
	text := string(data)
	var b strings.Builder
	b.WriteString("<html><body>")
	list := false
	for _, l := range strings.Split(text, "\n") {
		item, isItem := strings.CutPrefix(l, "- ")
		if isItem != list {
			b.WriteString(map[bool]string{true: "<ul>", false: "</ul>"}[isItem])
			list = isItem
		}
		switch {
		case isItem:
			b.WriteString("<li>" + html.EscapeString(item) + "</li>\n")
		case l != "":
			b.WriteString("<p>" + html.EscapeString(l) + "</p>\n")
		}
	}
	return Sent{Text: text, HTML: b.String() + "</body></html>"}
}

// A client quotes a mail as one mail program does.
type client struct {
	name    string
	head    string // attribution or header block, as plain text
	mark    string // before each quoted line; "" = none
	wrap    int    // column at which quoted lines are wrapped; 0 = not
	foot    string // what it adds below the new text
	bare    string // replaces list marks in unmarked quotes
	joined  bool   // loses empty lines
	divider string
}

var outlookHead = "From: Acme 1:1 <1on1+k7q@acme.example>\nSent: Tuesday, December 1, 2026 4:00 PM\nTo: Priya Nair <priya@acme.example>\nSubject: 1:1 Priya + Sam – Thu 3 Dec 16:00 – what should we talk about?\n"

var clients = []client{
	{name: "Gmail web", head: "On Tue, Dec 1, 2026 at 4:00 PM Acme 1:1 <1on1+k7q@acme.example>\nwrote:\n", mark: "> ", wrap: 76},
	{name: "Gmail web, German", head: "Am Di., 1. Dez. 2026 um 16:00 Uhr schrieb Acme 1:1 <\n1on1+k7q@acme.example>:\n", mark: "> ", wrap: 76},
	{name: "Gmail Android", head: "On Tue, Dec 1, 2026, 4:00 PM Acme 1:1 <1on1+k7q@acme.example> wrote:\n", mark: "> ", wrap: 76},
	{name: "Apple Mail", head: "On 1 Dec 2026, at 16:00, Acme 1:1 <1on1+k7q@acme.example> wrote:\n", mark: "> "},
	{name: "Apple Mail, French", head: "Le 1 déc. 2026 à 16:00, Acme 1:1 <1on1+k7q@acme.example> a écrit :\n", mark: "> "},
	{name: "iOS", head: "On 1 Dec 2026, at 16:00, Acme 1:1 <1on1+k7q@acme.example> wrote:\n", mark: "> ", foot: "Sent from my iPhone"},
	{name: "iOS, German, no marks", head: "Am 01.12.2026 um 16:00 schrieb Acme 1:1 <1on1+k7q@acme.example>:\n", foot: "Von meinem iPhone gesendet", bare: "• "},
	{name: "Outlook classic", head: outlookHead, wrap: 0, bare: "*\t"},
	{name: "Outlook classic, German", head: "Von: Acme 1:1 <1on1+k7q@acme.example>\nGesendet: Dienstag, 1. Dezember 2026 16:00\nAn: Priya Nair\nBetreff: 1:1 Priya + Sam – Thu 3 Dec 16:00\n", bare: "•\t"},
	{name: "Outlook classic, marks", head: "-----Original Message-----\n" + outlookHead, mark: "> "},
	{name: "Outlook new", head: outlookHead, divider: "________________________________\n", bare: "  *   ", joined: true},
	{name: "Outlook web", head: outlookHead, divider: "________________________________\n", bare: "  *   "},
	{name: "Outlook mobile", head: outlookHead, divider: "________________________________\n", bare: "  *   ", foot: "Get Outlook for iOS<https://aka.ms/o0ukef>"},
	{name: "Thunderbird", head: "On 12/1/26 16:00, Acme 1:1 wrote:", mark: "> "},
	{name: "Thunderbird, flowed", head: "Am 01.12.26 um 16:00 schrieb Acme 1:1:", mark: "> ", wrap: 72},
	{name: "ProtonMail", head: "On Tuesday, December 1st, 2026 at 16:00, Acme 1:1 <1on1+k7q@acme.example> wrote:\n", mark: "> ", foot: "Sent with [Proton Mail](https://proton.me/mail/home) secure email."},
	{name: "GMX", head: "Gesendet: Dienstag, 1. Dezember 2026 um 16:00 Uhr\nVon: \"Acme 1:1\" <1on1+k7q@acme.example>\nAn: priya@acme.example\nBetreff: 1:1 Priya + Sam – Thu 3 Dec 16:00\n"},
	{name: "Yahoo", head: " On Tuesday, December 1, 2026, 4:00:00 PM GMT+1, Acme 1:1 <1on1+k7q@acme.example> wrote: \n", bare: "   - "},
	{name: "K-9", head: "On December 1, 2026 4:00:00 PM GMT+01:00, Acme 1:1 <1on1+k7q@acme.example> wrote:", mark: ">"},
	{name: "mutt", head: "On Tue, Dec 01, 2026 at 04:00:00PM +0100, Acme 1:1 wrote:", mark: "> "},
	{name: "no head, no marks", bare: "- "},
	{name: "no head, marks", mark: "> "},
}

// quote renders the lines of our mail; answers, by the start of a line, are typed below it.
func (c client) quote(sent string, answers map[string]string) string {
	var b strings.Builder
	for _, l := range strings.Split(strings.TrimSpace(sent), "\n") {
		if l == "" && c.joined {
			continue
		}
		shown := l
		if item, ok := strings.CutPrefix(l, "- "); ok && c.bare != "" {
			shown = c.bare + item
		}
		if c.wrap > 0 {
			shown = wrap(shown, c.wrap)
		}
		b.WriteString(strings.TrimRight(c.mark+strings.ReplaceAll(shown, "\n", "\n"+c.mark), " ") + "\n")
		for start, a := range answers {
			if strings.HasPrefix(l, start) {
				b.WriteString("\n" + a + "\n\n")
			}
		}
	}
	return b.String()
}

func (c client) whole(sent string, answers map[string]string) string {
	head := c.divider + c.head
	if head != "" {
		head += "\n"
	}
	return head + c.quote(sent, answers)
}

func TestTopPostsInAnyClient(t *testing.T) {
	t.Parallel()
	sent := sentMail(t)
	for _, c := range clients {
		mail := answer + "\n\n" + c.foot + "\n\n" + c.whole(sent.Text, nil)
		for name, known := range map[string][]Sent{"known": {sent}, "known by HTML": {{HTML: sent.HTML}}, "unknown": nil} {
			if c.head == "" && c.mark == "" && known == nil {
				continue
			}
			r := FromText(mail, known)
			if r.Text != answer {
				t.Errorf("%s, sent %s: new text is %q, want %q", c.name, name, r.Text, answer)
			}
			if len(r.Blocks) != 1 || r.Blocks[0].Answers != "" {
				t.Errorf("%s, sent %s: blocks are %q, want one that answers nothing", c.name, name, r.Blocks)
			}
		}
	}
}

func TestBottomPostsInAnyClient(t *testing.T) {
	t.Parallel()
	sent := sentMail(t)
	for _, c := range clients {
		mail := c.whole(sent.Text, nil) + "\n\n" + answer + "\n\n" + c.foot
		if r := FromText(mail, []Sent{sent}); r.Text != answer {
			t.Errorf("%s: new text is %q, want %q", c.name, r.Text, answer)
		}
	}
}

func TestInlineAnswersBelongToTheLineAbove(t *testing.T) {
	t.Parallel()
	sent := sentMail(t)
	answers := map[string]string{
		"- A8 draft":       "done, Ana approved it yesterday",
		"- A9 pair":        "Tom is on leave\nlet's say the 18th",
		"- T4 On-call":     "third week in a row",
		"2. Is there some": "private: not yet",
	}
	for _, c := range clients {
		mail := "see below\n\n" + c.foot + "\n\n" + c.whole(sent.Text, answers)
		r := FromText(mail, []Sent{sent})
		if len(r.Blocks) != 5 || r.Blocks[0].Text != "see below" {
			t.Errorf("%s: blocks are %q, want five, first \"see below\"", c.name, r.Blocks)
			continue
		}
		for start, want := range answers {
			found := false
			for _, b := range r.Blocks {
				found = found || b.Text == want && strings.HasPrefix(strings.TrimLeft(b.Answers, "-*• \t"), strings.TrimPrefix(start, "- "))
			}
			if !found {
				t.Errorf("%s: no block %q that answers %q in %q", c.name, want, start, r.Blocks)
			}
		}
	}
}

func TestAnswersTypedAtTheEndOfAQuotedLine(t *testing.T) {
	t.Parallel()
	sent := sentMail(t)
	for _, c := range clients {
		quote := strings.Replace(c.whole(sent.Text, nil), "T4 On-call load", "T4 On-call load - third week in a row", 1)
		r := FromText("inline\n\n"+quote, []Sent{sent})
		if len(r.Blocks) != 2 || r.Blocks[1].Text != "third week in a row" || !strings.HasSuffix(r.Blocks[1].Answers, "T4 On-call load") {
			t.Errorf("%s: blocks are %q, want the words typed behind T4", c.name, r.Blocks)
		}
	}
}

func TestRepliesThatSayNothingNew(t *testing.T) {
	t.Parallel()
	sent := sentMail(t)
	for _, c := range clients {
		if r := FromText("\n\n"+c.foot+"\n\n"+c.whole(sent.Text, nil), []Sent{sent}); r.Text != "" || len(r.Blocks) != 0 {
			t.Errorf("%s: new text is %q, want none", c.name, r.Text)
		}
	}
}

func TestWordsOfOursThatAPersonRepeatsAreKept(t *testing.T) {
	t.Parallel()
	sent := []Sent{sentMail(t)}
	for _, s := range []string{
		"T5 Roadmap draft",
		"A8 draft the roadmap for the first quarter: done",
		"- T3 Career: path to staff\n- on-call load",
		"What slowed you down last week, and who could change that?",
		"skip",
		"pair with Tom on the alerts\nask Lena about the conference budget",
	} {
		if got := FromText(s, sent).Text; got != s {
			t.Errorf("new text is %q, want %q", got, s)
		}
	}
}

func TestQuotesThatAreBrokenByWrapsAndLinks(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ mail, want string }{
		{"yes On Tue, Dec 1, 2026 at 4:00 PM, sam@acme.example wrote:\n> What should we talk about?", "yes"},
		{"yes -----Original Message-----\nFrom: Sam\nTo: Priya\nSubject: 1:1\n\nhello", "yes"},
		{"yes\n\nOn 1-Dec-2026, at 4:00 PM, Sam Ortega <sam@acme.example> sent:\n\n> hello", "yes"},
		{"yes\n\nDate: Tue, 1 Dec 2026 16:00:00 +0100\nTo: sam@acme.example\n\nhello", "yes"},
		{"yes\n\nOn Tue, Dec 1, 2026 at 4:00 PM, Sam Ortega wrote:\n\n> One line is enough\n(https://acme.example/rota) >\n> in the mail", "yes"},
		{"yes\n\nSam wrote:\n> This is a long line of ours that some gateway has wrapped at a\nbad place\n> and more", "yes"},
		{"yes\n\n> What should we talk about?\nThe rota\n> One line is enough", "yes\n\nThe rota"},
		{"Ahoj,\n\nodpoveď je áno", "Ahoj,\n\nodpoveď je áno"},
		{"Ciao\n\nSì", "Ciao\n\nSì"},
		{"CAUTION: This email originated from outside of the company.\nDo not click links unless you recognize the sender.\nHi Sam,\nyes", "Hi Sam,\nyes"},
		{">>> Sam Ortega <sam@acme.example> 12/1/2026 4:00 PM >>>\nhello", "hello"},
	} {
		if got := FromText(c.mail, nil).Text; got != c.want {
			t.Errorf("new text of %q is %q, want %q", c.mail, got, c.want)
		}
	}
}
