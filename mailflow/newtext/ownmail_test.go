package newtext

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// ownMails are the letters that package letter writes, as its golden files hold them: one of each
// kind in each language.
func ownMails(t testing.TB) map[string]Sent {
	t.Helper()
	files, err := filepath.Glob("../letter/testdata/*.txt")
	if err != nil || len(files) < 20 {
		t.Fatalf("found %d letters of ours, error %v", len(files), err)
	}
	mails := map[string]Sent{}
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		page, err := os.ReadFile(strings.TrimSuffix(f, ".txt") + ".html")
		if err != nil {
			t.Fatal(err)
		}
		_, body, _ := strings.Cut(string(text), "\n\n") // without the subject
		mails[strings.TrimSuffix(filepath.Base(f), ".txt")] = Sent{Text: body, HTML: string(page)}
	}
	return mails
}

// item finds the lines of our mails that people answer.
var item = regexp.MustCompile(`(?m)^(?:\d+\. )?[A-Z]\d+  .*$`)

// replies are what people write, none of it ours.
var replies = []string{
	"yes, that is fine with me",
	"we should talk about the on-call rota\n- third week in a row",
	"A8 done\nA9 - let's say the 18th\n\nprivate: not yet",
}

// TestRepliesAboveAndBelowOurOwnLettersInAnyClient answers every letter of ours in every client.
func TestRepliesAboveAndBelowOurOwnLettersInAnyClient(t *testing.T) {
	t.Parallel()
	for kind, sent := range ownMails(t) {
		for n, c := range clients {
			reply, quote := replies[(n+len(kind))%len(replies)], c.whole(sent.Text, nil)
			for place, mail := range map[string]string{
				"above":        reply + "\n\n" + c.foot + "\n\n" + quote,
				"below":        quote + "\n\n" + reply + "\n\n" + c.foot,
				"right above":  reply + "\n" + quote,
				"alone":        reply,
				"short quote":  reply + "\n\n" + c.foot + "\n\n" + c.whole(firstLines(sent.Text, 3), nil),
				"quote edited": reply + "\n\n" + c.foot + "\n\n" + strings.ReplaceAll(quote, "  ", " "),
			} {
				if got := FromText(mail, []Sent{sent}).Text; got != reply {
					t.Errorf("%s, %s, %s: new text is %q, want %q", kind, c.name, place, got, reply)
				}
			}
			if got := FromText("\n"+c.foot+"\n\n"+c.whole(sent.Text, nil), []Sent{sent}).Text; got != "" {
				t.Errorf("%s, %s, nothing said: new text is %q, want none", kind, c.name, got)
			}
		}
	}
}

func firstLines(s string, n int) string {
	lines := strings.SplitAfter(s, "\n")
	return strings.Join(lines[:min(n, len(lines))], "")
}

// TestAnswersInsideOurOwnLettersInAnyClient types below and behind the items of every letter.
func TestAnswersInsideOurOwnLettersInAnyClient(t *testing.T) {
	t.Parallel()
	for kind, sent := range ownMails(t) {
		for n, line := range item.FindAllString(sent.Text, -1) {
			for m, c := range clients {
				if (n+m)%3 != 0 {
					continue // each client meets a third of the items
				}
				below := c.whole(strings.Replace(sent.Text, line+"\n", line+"\nANSWER\n", 1), nil)
				below = strings.Replace(below, strings.TrimRight(c.mark+"ANSWER", " "), "\nI will look at it on Friday\n", 1)
				behind := c.whole(strings.Replace(sent.Text, line+"\n", line+" -- I will look at it on Friday\n", 1), nil)
				for place, mail := range map[string]string{"below": below, "behind": behind} {
					if place == "behind" && c.wrap > 0 {
						continue // where it was wrapped anew, the mark stands in the middle of the answer
					}
					r := FromText(mail, []Sent{sent})
					if len(r.Blocks) != 1 || r.Blocks[0].Text != "I will look at it on Friday" || !sameWords(r.Blocks[0].Answers, line) {
						t.Errorf("%s, %s, %s item %d: blocks are %q, want one that answers %q", kind, c.name, place, n, r.Blocks, line)
					}
				}
			}
		}
	}
}

func sameWords(a, b string) bool { return squeeze(a) == squeeze(b) }

// mainOf is what programs quote of our page.
func mainOf(page string) string {
	_, rest, _ := strings.Cut(page, "<main>")
	body, _, _ := strings.Cut(rest, "</main>")
	return body
}

var flatten = strings.NewReplacer("<ul>", "", "</ul>", "", `<div class="more">`, "<br>", "</div></li>", "</p>",
	"<li>", `<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><span style='font-family:Symbol'>·<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp;&nbsp; </span></span>`,
	"</li>", "<o:p></o:p></p>", "<h2>", "<p class=MsoNormal><b>", "</h2>", "</b></p>", "<p>", "<p class=MsoNormal>")

// TestRepliesToOurOwnPagesInAnyClient answers the HTML of every letter: above, below, and below its
// items, with and without the plain text known.
func TestRepliesToOurOwnPagesInAnyClient(t *testing.T) {
	t.Parallel()
	for kind, sent := range ownMails(t) {
		for _, c := range htmlClients {
			page := mainOf(sent.HTML)
			parts := strings.SplitAfter(page, "</li>")
			inside := strings.Replace(page, parts[0], parts[0]+c.before+"I will look at it on Friday"+c.after, 1)
			if c.flat {
				page, inside = flatten.Replace(page), flatten.Replace(inside)
			}
			for known, ours := range map[string]Sent{"text and HTML known": sent, "HTML known": {HTML: sent.HTML}, "text known": {Text: sent.Text}} {
				above := c.mail("<p>we should talk about the on-call rota</p>", page)
				if got := FromHTML(above, []Sent{ours}).Text; got != "we should talk about the on-call rota" {
					t.Errorf("%s, %s, %s, above: new text is %q", kind, c.name, known, got)
				}
				below := c.mail("", page) + "<p>we should talk about the on-call rota</p>"
				if got := FromHTML(below, []Sent{ours}).Text; got != "we should talk about the on-call rota" {
					t.Errorf("%s, %s, %s, below: new text is %q", kind, c.name, known, got)
				}
				if len(parts) < 2 {
					continue
				}
				r := FromHTML(c.mail("<p>see below</p>", inside), []Sent{ours})
				if len(r.Blocks) != 2 || r.Blocks[0].Text != "see below" || r.Blocks[1].Text != "I will look at it on Friday" || r.Blocks[1].Answers == "" {
					t.Errorf("%s, %s, %s, inside: blocks are %q", kind, c.name, known, r.Blocks)
				}
			}
		}
	}
}

// TestTextTypedAtTheEndInsideAQuotingContainerIsKept covers people who go on writing where the quote
// ends, inside what their program takes for the quote.
func TestTextTypedAtTheEndInsideAQuotingContainerIsKept(t *testing.T) {
	t.Parallel()
	for kind, sent := range ownMails(t) {
		for _, c := range htmlClients {
			page := mainOf(sent.HTML) + "<div>we should talk about the on-call rota</div>"
			if c.flat {
				page = flatten.Replace(page)
			}
			if got := FromHTML(c.mail("", page), []Sent{sent}).Text; got != "we should talk about the on-call rota" {
				t.Errorf("%s, %s: new text is %q", kind, c.name, got)
			}
		}
	}
}

// TestRepliesToAReplyGiveOnlyTheNewOne answers once more: the quote holds the first answer, too.
func TestRepliesToAReplyGiveOnlyTheNewOne(t *testing.T) {
	t.Parallel()
	for kind, sent := range ownMails(t) {
		for _, c := range clients {
			if c.head == "" {
				continue // then nothing tells the first answer from the second
			}
			first := client{head: c.head, mark: c.mark, divider: c.divider}.whole("my first answer\nA8 done\n\n"+c.whole(sent.Text, nil), nil)
			if got := FromText("and one more topic\n\n"+c.foot+"\n\n"+first, []Sent{sent}).Text; got != "and one more topic" {
				t.Errorf("%s, %s: new text is %q, want the second answer", kind, c.name, got)
			}
		}
	}
}
