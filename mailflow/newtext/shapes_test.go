package newtext

import (
	"os"
	"slices"
	"strings"
	"testing"
)

// A shape is a whole reply and what is new in it.
type shape struct{ name, mail, want string }

// shapes reads a file of replies: a name after "## ", the reply, "==>" and the new text.
func shapes(t testing.TB, file string) []shape {
	t.Helper()
	data, err := os.ReadFile("testdata/" + file)
	if err != nil {
		t.Fatal(err)
	}
	var out []shape
	for _, block := range strings.Split("\n"+string(data), "\n## ")[1:] {
		name, rest, _ := strings.Cut(block, "\n")
		mail, want, ok := strings.Cut(rest, "\n==>")
		if !ok {
			t.Fatalf("%s: %s has no ==>", file, name)
		}
		out = append(out, shape{name, mail, strings.TrimSpace(want)})
	}
	return out
}

func TestRepliesOfManyShapesAreRead(t *testing.T) {
	t.Parallel()
	for _, s := range slices.Concat(shapes(t, "shapes.txt"), shapes(t, "programs.txt"), shapes(t, "endings.txt"), shapes(t, "mixed.txt"), shapes(t, "tricky.txt"), shapes(t, "lessons.txt")) {
		read := FromText
		if strings.HasPrefix(s.mail, "<") {
			read = FromHTML
		}
		if got := read(s.mail, nil).Plain; got != s.want {
			t.Errorf("%s: new text is\n%q, want\n%q", s.name, got, s.want)
		}
	}
}
