package newtext

import (
	"bufio"
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"duolog/mailflow/message"
)

// A reply of testdata/replies.jsonl: what was sent in, and what is new in it. Also holds readings that
// are as good: with the sign-off, with the quoted lines.
type scored struct {
	ID, Kind, Lang, Client, Placement string
	Encoding                          string // of a raw mail that is not UTF-8: "latin-1", a character for each byte
	Input, Expected                   string
	Also                              []string
}

func (s scored) raw() []byte {
	if s.Encoding == "" {
		return []byte(s.Input)
	}
	var b []byte
	for _, r := range s.Input {
		b = append(b, byte(r))
	}
	return b
}

func (s scored) read(t *testing.T) string {
	switch s.Kind {
	case "html":
		return FromHTML(s.Input, nil).Plain
	case "eml":
		m, err := message.Parse(s.raw())
		if err != nil {
			t.Fatalf("%s: %v", s.ID, err)
		}
		return Extract(m, nil).Plain
	}
	return FromText(s.Input, nil).Plain
}

// figures count what became of a set of replies.
type figures struct{ n, exact, relaxed, leak, loss, forwards, forwardsRight int }

func (f *figures) add(s scored, got string) (right bool) {
	f.n++
	readings := append([]string{s.Expected}, s.Also...)
	for _, want := range readings {
		right = right || lettersOf(got) == lettersOf(want)
	}
	if lettersOf(got) == lettersOf(s.Expected) {
		f.exact++
	}
	if right {
		f.relaxed++
	}
	shortest, longest := wordBag(s.Expected), wordBag(s.Expected)
	for _, want := range s.Also {
		if b := wordBag(want); size(b) > size(longest) {
			longest = b
		} else if size(b) < size(shortest) {
			shortest = b
		}
	}
	if missing(wordBag(got), longest) >= 3 {
		f.leak++
	}
	if missing(shortest, wordBag(got)) > 0 {
		f.loss++
	}
	if s.Placement == "forward" {
		f.forwards++
		if right {
			f.forwardsRight++
		}
	}
	return right
}

// lettersOf keeps letters and digits: white space, bullets and punctuation do not count.
func lettersOf(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, s)
}

var word = regexp.MustCompile(`[\pL\pN_]+`)

func wordBag(s string) map[string]int {
	bag := map[string]int{}
	for _, w := range word.FindAllString(s, -1) {
		bag[w]++
	}
	return bag
}

func size(bag map[string]int) (n int) {
	for _, k := range bag {
		n += k
	}
	return n
}

// missing counts the words of a that b does not have.
func missing(a, b map[string]int) (n int) {
	for w, k := range a {
		n += max(0, k-b[w])
	}
	return n
}

// TestFiguresOfOurOwnRepliesStayWhereTheyAre reads testdata/replies.jsonl, which QUALITY.md is about,
// and prints the figures with -v.
func TestFiguresOfOurOwnRepliesStayWhereTheyAre(t *testing.T) {
	t.Parallel()
	file, err := os.Open("testdata/replies.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var f figures
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var s scored
		if err := json.Unmarshal(lines.Bytes(), &s); err != nil {
			t.Fatal(err)
		}
		if got := s.read(t); !f.add(s, got) {
			t.Logf("%s (%s, %s): new text is %q, want %q", s.ID, s.Lang, s.Client, got, s.Expected)
		}
	}
	t.Logf("%d replies: exact %.1f %%, relaxed %.1f %%, leak %.1f %%, loss %.1f %%, forwards %.1f %%", f.n, share(f.exact, f.n), share(f.relaxed, f.n), share(f.leak, f.n), share(f.loss, f.n), share(f.forwardsRight, f.forwards))
	if f.n < 500 || share(f.exact, f.n) < 95 || share(f.relaxed, f.n) < 98.5 || share(f.leak, f.n) > 1 || share(f.loss, f.n) > 0.5 || f.forwardsRight < f.forwards {
		t.Errorf("the figures fell: %+v", f)
	}
}

func share(k, n int) float64 { return 100 * float64(k) / float64(max(n, 1)) }
