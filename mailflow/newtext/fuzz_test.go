package newtext

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"duolog/mailflow/message"
)

// FuzzFromText states: whatever comes in, the new text is valid, is made of the mail's own words, and
// every word of the mail is either in the new text or in a cut.
func FuzzFromText(f *testing.F) {
	sent := sentMail(f)
	f.Add(answer, true)
	for _, c := range clients {
		f.Add(answer+"\n\n"+c.foot+"\n"+c.whole(sent.Text, map[string]string{"- T4": "third"}), true)
	}
	for _, name := range []string{"attributions.txt", "headers.txt", "forwards.txt", "mobile.txt", "keep.txt"} {
		f.Add(strings.Join(fixture(f, name), "\n"), false)
	}
	f.Add("> a\n>> b\n-- \nc\n\n---\n* \n> wrote:\n", false)
	f.Fuzz(func(t *testing.T, s string, known bool) {
		var sents []Sent
		if known {
			sents = []Sent{sent}
		}
		r := FromText(s, sents)
		if !utf8.ValidString(r.Text) {
			t.Errorf("new text %q is not valid UTF-8", r.Text)
		}
		var all strings.Builder
		all.WriteString(r.Text)
		for _, c := range r.Cuts {
			all.WriteString(" " + c.Text)
		}
		have := map[string]int{}
		for _, w := range wordsOf(all.String()) {
			have[w]++
		}
		for _, l := range strings.Split(message.Clean(s), "\n") {
			_, l = unquote(strings.TrimRightFunc(l, unicode.IsSpace)) // initials may be quote marks
			for _, w := range wordsOf(l) {
				if have[w]--; have[w] < 0 {
					t.Fatalf("%q is neither in the new text nor in a cut of %q", w, s)
				}
			}
		}
	})
}

// wordsOf returns the letters and digits of s, rune by rune: marks and splits do not matter then.
func wordsOf(s string) []string { return strings.Split(squeeze(s), "") }

// FuzzFromHTML states that any HTML gives valid text without tags of scripts.
func FuzzFromHTML(f *testing.F) {
	sent := sentMail(f)
	for _, c := range htmlClients {
		f.Add(c.mail(answerHTML, c.quote(sent, map[string]string{"- T4": "third"})))
	}
	f.Add("<a href=x><b><i>x</a></i></b><ul><ol><li><pre>\n<td><p></td>")
	f.Fuzz(func(t *testing.T, s string) {
		r := FromHTML(s, []Sent{sent})
		if !utf8.ValidString(r.Text) {
			t.Errorf("new text %q is not valid UTF-8", r.Text)
		}
		if strings.Contains(strings.ToLower(r.Text), "](javascript:") && !strings.Contains(strings.ToLower(s), "](javascript:") {
			t.Errorf("active link in %q", r.Text)
		}
	})
}
