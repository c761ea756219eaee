package newtext

import (
	"os"
	"strings"
	"testing"
)

// fixture returns the lines of a file in testdata without comments.
func fixture(t testing.TB, name string) []string {
	t.Helper()
	data, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, l := range strings.Split(strings.TrimRight(string(data), "\n"), "\n") {
		if !strings.HasPrefix(l, "# ") {
			out = append(out, l)
		}
	}
	return out
}

// wrap breaks s at the last space before column n, again and again.
func wrap(s string, n int) string {
	var out []string
	for len([]rune(s)) > n {
		r := []rune(s)
		i := n
		for i > 0 && r[i] != ' ' {
			i--
		}
		if i == 0 {
			break
		}
		out = append(out, string(r[:i]))
		s = string(r[i+1:])
	}
	return strings.Join(append(out, s), "\n")
}

const (
	answer = "we should talk about the on-call rota\n- third week in a row"
	below  = "What should we talk about?\nT4 On-call load\n\nOne line is enough."
)

func marked(s string) string { return "> " + strings.ReplaceAll(s, "\n", "\n> ") }

func TestAttributionsAreCutWithTheQuoteBelow(t *testing.T) {
	t.Parallel()
	for _, a := range fixture(t, "attributions.txt") {
		for name, mail := range map[string]string{
			"marked":         answer + "\n\n" + a + "\n" + marked(below),
			"marked, gap":    answer + "\n\n" + a + "\n\n" + marked(below) + "\n",
			"no gap above":   answer + "\n" + a + "\n" + marked(below),
			"unmarked":       answer + "\n\n" + a + "\n\n" + below,
			"wrapped at 72":  answer + "\n\n" + wrap(a, 72) + "\n\n" + marked(below),
			"wrapped at 50":  answer + "\n\n" + wrap(a, 50) + "\n\n" + marked(below),
			"wrapped, bare":  answer + "\n\n" + wrap(a, 60) + "\n\n" + below,
			"indented":       answer + "\n\n" + a + "\n\n    " + strings.ReplaceAll(below, "\n", "\n    "),
			"below":          a + "\n" + marked(below) + "\n\n" + answer,
			"below, wrapped": wrap(a, 60) + "\n\n" + marked(below) + "\n\n" + answer,
		} {
			if got := FromText(mail, nil).Text; got != answer {
				t.Errorf("%s, %q: new text is %q, want %q", name, a, got, answer)
			}
		}
	}
}

func TestAttributionsWithoutDateCountAboveMarkedLines(t *testing.T) {
	t.Parallel()
	for _, a := range fixture(t, "quoting.txt") {
		mail := answer + "\n\n" + a + "\n" + marked(below)
		if got := FromText(mail, nil).Text; got != answer {
			t.Errorf("%q: new text is %q, want %q", a, got, answer)
		}
	}
}

func TestHeaderBlocksAreCutWithAllBelow(t *testing.T) {
	t.Parallel()
	for _, b := range blocks(fixture(t, "headers.txt")) {
		for name, mail := range map[string]string{
			"below an answer": answer + "\n\n" + b + "\n\n" + below,
			"wrapped":         answer + "\n\n" + wrap(b, 400) + "\n" + below,
			"alone":           answer + "\n" + b + "\n",
		} {
			if got := FromText(mail, nil).Text; got != answer {
				t.Errorf("%s: new text is %q, want %q, block\n%s", name, got, answer, b)
			}
		}
	}
}

// blocks joins lines up to an empty line, unless the next line belongs to the same block: one of a
// program that sets labels on lines of their own.
func blocks(lines []string) []string {
	var out []string
	for _, b := range strings.Split(strings.Join(lines, "\n"), "\n\n") {
		if n := len(out); n > 0 && (strings.HasPrefix(b, "An\n") || strings.HasPrefix(b, "Thema\n")) {
			out[n-1] += "\n\n" + b
			continue
		}
		out = append(out, b)
	}
	return out
}

func TestForwardedMailsAreCutAndReported(t *testing.T) {
	t.Parallel()
	block := "From: Ana <ana@acme.example>\nDate: Tue, 1 Dec 2026 16:00\nSubject: latency regression\nTo: Priya <priya@acme.example>\n\np99 went up"
	for _, f := range fixture(t, "forwards.txt") {
		for name, mail := range map[string]string{
			"bare":   answer + "\n\n" + f + "\n" + block,
			"gap":    answer + "\n\n" + f + "\n\n" + block,
			"marked": answer + "\n\n" + f + "\n\n" + marked(block),
			"inside": answer + "\n\n" + marked(f+"\n\n"+block),
		} {
			r := FromText(mail, nil)
			if r.Text != answer {
				t.Errorf("%s, %q: new text is %q, want %q", name, f, r.Text, answer)
			}
			if r.Forwarded == nil || r.Forwarded.Subject != "latency regression" || r.Forwarded.Text != "p99 went up" {
				t.Errorf("%s, %q: forwarded is %+v, want subject and text", name, f, r.Forwarded)
			}
		}
	}
}

func TestMobileFootersAreCut(t *testing.T) {
	t.Parallel()
	for _, f := range fixture(t, "mobile.txt") {
		if got := FromText(answer+"\n\n"+f+"\n", nil).Text; got != answer {
			t.Errorf("%q: new text is %q, want %q", f, got, answer)
		}
	}
}

func TestPeoplesOwnLinesAreKept(t *testing.T) {
	t.Parallel()
	lines := fixture(t, "keep.txt")
	for _, l := range lines {
		if got := FromText("Hi Sam,\n"+l+"\nand one more topic here", nil).Text; !strings.Contains(got, l) || !strings.Contains(got, "one more") {
			t.Errorf("%q is missing in %q", l, got)
		}
	}
	all := strings.Join(lines, "\n")
	if got := FromText(all, nil).Text; got != all {
		t.Errorf("new text is\n%s\nwant\n%s", got, all)
	}
}

// TestWholeLettersThatLookLikeQuotesAreKept reads letters whose lines look like header blocks,
// attributions, signatures and footers: every word of them is the person's own, alone and above a quote.
func TestWholeLettersThatLookLikeQuotesAreKept(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("testdata/kept.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, letter := range strings.Split(string(data), "\n%%\n") {
		for _, quote := range []string{"", "\n\nOn Tue, Dec 1, 2026 at 4:00 PM Sam Ortega <sam@acme.example> wrote:\n\n> What should we talk about?\n"} {
			if got := FromText(letter+quote, nil).Plain; lettersOf(got) != lettersOf(letter) {
				t.Errorf("new text of\n%s\nis\n%s", letter, got)
			}
		}
	}
}
