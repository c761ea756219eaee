package newtext

import (
	"strings"
	"testing"
)

// Beyond maxLines lines are no longer told apart; only what is marked there as quoted is.
func TestAQuoteLongerThanAnyLetterIsStillAQuote(t *testing.T) {
	t.Parallel()
	marked, tagged := strings.Repeat("> the old words\n", 3*maxLines), strings.Repeat("<p>the old words</p>", 3*maxLines)
	for name, got := range map[string]Result{
		"text":            FromText("A8 done\n\nOn Tue, 1 Dec 2026 at 16:00, Acme 1:1 wrote:\n"+marked, nil),
		"text, no head":   FromText("A8 done\n\n"+marked, nil),
		"html":            FromHTML("<p>A8 done</p><blockquote type=cite>"+tagged+"</blockquote>", nil),
		"html, no end":    FromHTML("<p>A8 done</p><blockquote type=cite>"+tagged, nil),
		"html, container": FromHTML("<p>A8 done</p><div class=tutanota_quote>"+tagged+"</div>", nil),
	} {
		if got.Plain != "A8 done" {
			t.Errorf("%s: want the new line alone, got %d bytes: %.60q", name, len(got.Plain), got.Plain)
		}
	}
}

func TestNewTextBehindALongQuoteIsKept(t *testing.T) {
	t.Parallel()
	quoted, tagged := strings.Repeat("> the old words\n", 2*maxLines), strings.Repeat("<p>the old words</p>", 2*maxLines)
	for name, got := range map[string]Result{
		"text": FromText("A8 done\n\n"+quoted+"\nA9 done\n"+quoted+"\nprivate: the last\n", nil),
		"html": FromHTML("<p>A8 done</p><blockquote type=cite>"+tagged+"</blockquote><p>A9 done</p><blockquote type=cite>"+tagged+"</blockquote><p>private: the last</p>", nil),
	} {
		if lines := strings.Join(strings.Fields(got.Plain), " "); lines != "A8 done A9 done private: the last" {
			t.Errorf("%s: want all new lines, got %d bytes: %.80q", name, len(lines), lines)
		}
	}
}
