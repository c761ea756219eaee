package main

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"

	"duolog/content"
	"duolog/content/sample"
)

// playWeeks plays the first weeks of a year of the sample people and returns the content by file. Keys are as good as fixed, so
// that years can be compared.
func playWeeks(t *testing.T, seed uint64, weeks int) map[string]string {
	t.Helper()
	dir := t.TempDir()
	o := &options{dir: dir}
	d := &demo{c: &cobra.Command{}, seed: seed, passwords: map[string]string{}}
	d.c.SetOut(io.Discard)
	from := time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC)
	err := d.prepare(o, "http://127.0.0.1:1", func(store *content.Store) error { return d.cast(store, sample.NewYear(from, seed)) })
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(tokenKeysFile(dir), []byte("1 "+strings.Repeat("A", 43)+"=\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, p := range d.year.People {
		p.Recipient, p.Identity = "age1"+p.ID, "wrapped"
		if err := o.store().SavePerson(p); err != nil {
			t.Fatal(err)
		}
	}
	config, err := readConfig(dir)
	if err != nil {
		t.Fatal(err)
	}
	config.Content.Git = false
	if d.instance, err = o.openWith(context.Background(), config, d.time); err != nil {
		t.Fatal(err)
	}
	defer d.close()
	d.flow.Page = nil // its links are made of keys
	d.flow.Seal = func(recipient, text string) (string, error) {
		return fmt.Sprintf("sealed %s %d", recipient, len(text)), nil
	}
	if err := d.playYear(context.Background(), from.AddDate(0, 0, 7*weeks)); err != nil {
		t.Fatal(err)
	}
	return contentOf(t, filepath.Join(dir, "content"))
}

func contentOf(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		raw, err := os.ReadFile(name)
		rel, _ := filepath.Rel(dir, name)
		files[rel] = string(raw)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func TestTheSameSeedPlaysTheSameYearAndAnotherSeedAnother(t *testing.T) {
	t.Parallel()
	const weeks = 4
	first, again, other := playWeeks(t, 1, weeks), playWeeks(t, 1, weeks), playWeeks(t, 2, weeks)
	if len(first) < 25 {
		t.Errorf("want people, pairs and their meetings, got %d files", len(first))
	}
	for name, text := range first {
		if again[name] != text {
			t.Errorf("%s is another the second time:\n%s\nand first:\n%s", name, again[name], text)
		}
	}
	if len(again) != len(first) {
		t.Errorf("want %d files the second time, got %d", len(first), len(again))
	}
	same := 0
	for name, text := range other {
		if first[name] == text {
			same++
		}
	}
	if same > len(other)/2 {
		t.Errorf("%d of %d files are the same with another seed", same, len(other))
	}
	if !strings.Contains(first["pairs/priya-sam/_index.md"], "path to staff") {
		t.Error("the story of priya-sam is missing")
	}
}
