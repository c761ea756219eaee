package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"duolog/mailflow"
	"duolog/meeting"
)

var (
	priya = &meeting.Person{ID: "priya", Name: "Priya <Nair>", Addresses: []string{"priya@example.org"}}
	sam   = &meeting.Person{ID: "sam", Name: "Sam Ortega", Addresses: []string{"sam@example.org"}}
)

func repository(t testing.TB) history {
	t.Helper()
	t.Setenv("GIT_CONFIG_GLOBAL", os.DevNull)
	h := history{dir: t.TempDir(), address: "1on1@example.org"}
	put(t, h, "people/priya.md", "priya")
	return h
}

func put(t testing.TB, h history, name, text string) {
	t.Helper()
	file := filepath.Join(h.dir, name)
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func (h history) run(t testing.TB, args ...string) string {
	t.Helper()
	out, err := h.git(t.Context(), nil, args...)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestAReplyIsACommitByItsAuthorAndHandEditsStandApart(t *testing.T) {
	h := repository(t)
	at := time.Date(2026, 12, 1, 18, 40, 0, 0, time.UTC)
	put(t, h, "pairs/priya-sam/_index.md", "one")
	first := []mailflow.Commit{{By: priya, Pair: "priya-sam", At: at, Changes: 2}}
	if err := h.commit(t.Context(), first, []string{"pairs/priya-sam/_index.md"}, at); err != nil {
		t.Fatal(err)
	}
	put(t, h, "pairs/priya-sam/_index.md", "two")
	put(t, h, "pairs/priya-sam/2026-12-03.md", "note")
	put(t, h, "people/our own \"notes\".md", "by hand")
	if err := os.Remove(filepath.Join(h.dir, "people/priya.md")); err != nil {
		t.Fatal(err)
	}
	second := []mailflow.Commit{{By: sam, Pair: "priya-sam", At: at.Add(time.Hour), Changes: 1}, {By: priya, Pair: "priya-sam", At: at.Add(2 * time.Hour), Changes: 1}}
	if err := h.commit(t.Context(), second, []string{"pairs/priya-sam/2026-12-03.md", "pairs/priya-sam/_index.md"}, at); err != nil {
		t.Fatal(err)
	}
	got := h.run(t, "log", "--reverse", "--format=%an|%cn|%s|%(trailers:key=Co-authored-by,valueonly,separator=%x2C)")
	want := `duolog|duolog|no reply: edited by hand, or settled as time passed|
Priya Nair|duolog|priya: reply, 2 changes|
duolog|duolog|no reply: edited by hand, or settled as time passed|
Sam Ortega|duolog|sam: reply, 2 changes|Priya Nair <priya@example.org>
`
	if got != want {
		t.Errorf("want\n%sgot\n%s", want, got)
	}
	if got := h.run(t, "status", "--porcelain"); got != "" {
		t.Errorf("not committed:\n%s", got)
	}
	if got := h.run(t, "show", "HEAD:pairs/priya-sam/_index.md"); got != "two" {
		t.Errorf("want the file as it is, got %q", got)
	}
	if got := h.run(t, "ls-tree", "-r", "--name-only", "HEAD"); strings.Contains(got, "people/priya.md") {
		t.Errorf("the removed file is still there:\n%s", got)
	}
}

// BenchmarkThousandReplies commits 1,000 replies of 1,000 pairs in batches of 200, as a backlog is read.
func BenchmarkThousandReplies(b *testing.B) {
	h := repository(b)
	for i := range b.N {
		for batch := range 5 {
			var replies []mailflow.Commit
			var files []string
			for n := range 200 {
				pair := fmt.Sprintf("pair-%d", batch*200+n)
				name := "pairs/" + pair + "/_index.md"
				put(b, h, name, strings.Repeat(fmt.Sprintln("round", i, pair), 300))
				replies, files = append(replies, mailflow.Commit{By: priya, Pair: pair, At: time.Unix(1e9, 0), Changes: 1}), append(files, name)
			}
			if err := h.commit(b.Context(), replies, files, time.Unix(1e9, 0)); err != nil {
				b.Fatal(err)
			}
		}
	}
}
