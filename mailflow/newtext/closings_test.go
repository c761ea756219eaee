package newtext

import (
	"strings"
	"testing"

	"duolog/mailflow/message"
)

// longAnswers are new texts of several shapes; every closing is cut below each of them.
var longAnswers = []string{
	answer,
	"Hi Sam,\n\ncan we talk about the rota? It is the third week in a row for me.",
	"A8 done, Ana approved it yesterday\nA9 - Tom is on leave until the 14th so let's say the 18th",
	"- reorg: I want to know what changes\n- feedback on Tuesday's demo",
	"1. good\n2. skip\n3. maybe a different slot",
	"private: I have an offer from another company.\ndo not bring this up myself\n\ntopic: pairing with the new hire",
	"Thanks for the mail. Could we move to Thursday, 3 Dec at 11:00?",
	"yes",
}

func TestClosingsAreCut(t *testing.T) {
	t.Parallel()
	for _, c := range strings.Split(strings.Join(fixture(t, "closings.txt"), "\n"), "\n%\n") {
		for _, a := range longAnswers {
			for name, mail := range map[string]string{
				"at the end":           a + "\n\n" + c + "\n",
				"above marked lines":   a + "\n\n" + c + "\n\nOn 12/1/26 16:00, Acme 1:1 wrote:\n" + marked(below),
				"above a header block": a + "\n\n" + c + "\n\n" + outlookHead + "\n" + below,
				"below marked lines":   "On 12/1/26 16:00, Acme 1:1 wrote:\n" + marked(below) + "\n\n" + a + "\n\n" + c,
			} {
				if got := FromText(mail, nil).Text; got != a {
					t.Errorf("%s: new text is %q, want %q", name, got, a)
				}
			}
		}
	}
}

func TestTextRightAboveAnAttributionIsKept(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"In 2015 we had 3 of them, at 10:30 or so", "A 3 day trip is fine", "Den 3 maj fungerar bra för mig", "W 2015 roku było 5 osób",
		"Le 3 mai me va", "On 3 May 2026 I can", "@sam: see 12:30", "mail me at x@y.example", "wrote you on 3 May 2026 already", "10:30 then",
		"Sure, Monday at 10:30 works for me.\nOn Tuesday I am away until 14:00", "2026-12-03 is fine", "Thursday, 3 Dec 2026 16:00 it is",
		"Ana, Tom and Lena said yes", "see http://x.example/a@b", "Am 3. Mai habe ich Zeit", "Em 2015 éramos 3", "el 3 de mayo puedo", "Tom",
	} {
		for _, a := range fixture(t, "attributions.txt") {
			for name, mail := range map[string]string{
				"marked":   text + "\n" + a + "\n" + marked(below),
				"unmarked": text + "\n\n" + a + "\n" + below,
				"wrapped":  text + "\n" + wrap(a, 72) + "\n" + marked(below),
			} {
				if got := FromText(mail, nil).Text; got != text {
					t.Errorf("%s, %q: new text is %q, want %q", name, a, got, text)
				}
			}
		}
	}
}

func TestTextBelowAClosingIsKept(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ mail, want string }{
		{"Best,\nPriya\n\nPS: A8 done", "PS: A8 done"},
		{"topic: rota\n\nBest,\nPriya\n\nOne more thing that I forgot to say is that the demo has moved to Friday.", "topic: rota\n\nOne more thing that I forgot to say is that the demo has moved to Friday."},
		{"Thanks,\n\nand now to the rota: I would like to swap weeks with Tom, is that fine?", "Thanks,\n\nand now to the rota: I would like to swap weeks with Tom, is that fine?"},
		{"Thanks\n- rota\n- demo", "Thanks\n- rota\n- demo"},
		{"Hi\n\n--\n- rota\n- demo", "Hi\n\n--\n- rota\n- demo"},
		{"rota\n---\ndemo\n---\nbudget", "rota\n---\ndemo\n---\nbudget"},
		{"my new number is:\n\nPriya Nair\nTel: +49 30 1234567\nFax: +49 30 1234568", "my new number is:\n\nPriya Nair\nTel: +49 30 1234567\nFax: +49 30 1234568"},
		{"Thanks", "Thanks"},
		{"- Grüße", "- Grüße"},
		{"A8 done\n\n-- Priya", "A8 done"},
		{"A8 done\n--Priya Nair\nAcme, Inc.", "A8 done"},
		{"-- Rota\n-- Budget", "-- Rota\n-- Budget"},
		{"one topic:\n-- Rota", "one topic:\n-- Rota"},
		{"- demo\n- best", "- demo\n- best"},
		{"Danke, Sam\n\nMir geht es gut.", "Danke, Sam\n\nMir geht es gut."},
		{"between us: this is confidential, please delete it after reading", "between us: this is confidential, please delete it after reading"},
		{"Best idea of the week\nTom", "Best idea of the week\nTom"},
		{"A8 done\nsee you Thursday", "A8 done\nsee you Thursday"},
	} {
		if got := FromText(c.mail, nil).Text; got != c.want {
			t.Errorf("new text of %q is %q, want %q", c.mail, got, c.want)
		}
	}
}

func TestReasonsOfCutsAreNamed(t *testing.T) {
	t.Parallel()
	r := FromText("CAUTION: This email originated from outside of the organization. Do not click links.\n\n"+answer+"\n\nBest,\nPriya\n\n"+outlookHead+"\n-- reply above this line --\n"+below, nil)
	var got []string
	for _, c := range r.Cuts {
		got = append(got, c.Reason)
	}
	if want := "warning, sign-off, header block, quote"; strings.Join(got, ", ") != want || r.Text != answer {
		t.Errorf("cuts are %q, want %s; new text %q", got, want, r.Text)
	}
}

func TestTheSendersOwnNameClosesTheText(t *testing.T) {
	t.Parallel()
	head := "From: Priya Nair <priya@acme.example>\nSubject: Re: 1:1\n\n"
	for _, c := range []struct{ body, want string }{
		{answer + "\n\nPriya", answer},
		{answer + "\nPriya Nair", answer},
		{answer + "\n\n-Priya", answer},
		{answer + "\n\nTom", answer + "\n\nTom"},
		{answer + "\n\n- Priya", answer + "\n\n- Priya"},
		{"Priya", "Priya"},
		{answer + "\n\nP.", answer},
		{answer + "\n\nPN", answer},
		{answer + "\n\nA8", answer + "\n\nA8"},
		{answer + "\n\nB.", answer + "\n\nB."},
		{answer + "\n\nPriya\nSt Wilfrid's", answer},
		{answer + "\n\nPriya\nAcme Ltd", answer},
		{answer + "\n\nPriya\nTom", answer + "\n\nPriya\nTom"},
		{answer + "\n\nPriya Nair\nTom Berger", answer + "\n\nPriya Nair\nTom Berger"},
		{answer + "\n\nPriya\nwill be away", answer + "\n\nPriya\nwill be away"},
		{"who is in:\n\nPriya\nTom Berger", "who is in:\n\nPriya\nTom Berger"},
		{"Priya Nair\nEngineer\nT +49 30 1234567", ""},
	} {
		m, err := message.Parse([]byte(head + c.body))
		if err != nil {
			t.Fatal(err)
		}
		if got := Extract(m, nil).Text; got != c.want {
			t.Errorf("new text of %q is %q, want %q", c.body, got, c.want)
		}
	}
}

func TestPlainTextCountsUnlessItIsAPlaceholder(t *testing.T) {
	t.Parallel()
	head := "From: Priya Nair <priya@acme.example>\nSubject: Fwd: latency regression\nContent-Type: multipart/alternative; boundary=b\n\n--b\n\n%\n--b\nContent-Type: text/html\n\n<p>from <b>HTML</b></p>\n--b--\n"
	for plain, want := range map[string]string{
		"from text":                              "from text",
		"":                                       "from **HTML**",
		"Your mail reader does not support HTML": "from **HTML**",
	} {
		m, err := message.Parse([]byte(strings.Replace(head, "%", plain, 1)))
		if err != nil {
			t.Fatal(err)
		}
		r := Extract(m, nil)
		if r.Text != want || r.Plain != strings.ReplaceAll(want, "*", "") {
			t.Errorf("%q: new text is %q, plain %q, want %q", plain, r.Text, r.Plain, want)
		}
	}
}

func TestForwardWithoutSeparatorIsToldByTheSubject(t *testing.T) {
	t.Parallel()
	m, err := message.Parse([]byte("From: priya@acme.example\nSubject: WG: latency regression\n\nsee below, let's discuss\n\n" + outlookHead + "\np99 went up"))
	if err != nil {
		t.Fatal(err)
	}
	r := Extract(m, nil)
	if r.Text != "see below, let's discuss" || r.Forwarded == nil || r.Forwarded.Text != "p99 went up" || !strings.Contains(r.Forwarded.From, "1on1+k7q") {
		t.Errorf("new text is %q, forwarded %+v", r.Text, r.Forwarded)
	}
}
