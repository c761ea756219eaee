package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"duolog/mailflow/letter"
	"duolog/themes/duolog"
)

// The pages of the log show the questions that the mails asked; site may not import letter, so the theme has them once more.
func TestThePagesHaveTheQuestionsOfTheMails(t *testing.T) {
	t.Parallel()
	for _, language := range []string{"en", "de"} {
		text, err := fs.ReadFile(duolog.Files, "i18n/"+language+".yaml")
		if err != nil {
			t.Fatal(err)
		}
		words := map[string]any{}
		if err := yaml.Unmarshal(text, &words); err != nil {
			t.Fatal(err)
		}
		n := map[string]int{}
		for _, q := range letter.Bank(language) {
			set := map[string]string{"self-assessment": "manager", "feedback-session": "session"}[q.Set]
			if set == "" || strings.Contains(q.Text, "{{") || q.ID == "feedback-session-3" { // those about a period, which stands in the page's heading
				n[set]++
				continue
			}
			n[set]++
			if key := fmt.Sprintf("ask_%s_%d", set, n[set]); words[key] != q.Text {
				t.Errorf("%s: %s = %q, want as in the mail %q", language, key, words[key], q.Text)
			}
		}
		if n["manager"] != 5 || n["session"] != 5 {
			t.Errorf("%s: %d and %d questions, want 5 and 5", language, n["manager"], n["session"])
		}
	}
}

// The kinds of topics are words of the reading tables; the pages must have a name for each.
func TestThePagesNameEveryKindOfTopic(t *testing.T) {
	t.Parallel()
	tables, err := filepath.Glob("../../mailflow/reply/languages/*.yaml")
	if err != nil || len(tables) < 2 {
		t.Fatalf("reading tables: %q (%v)", tables, err)
	}
	for _, language := range []string{"en", "de"} {
		words := map[string]any{}
		text, err := fs.ReadFile(duolog.Files, "i18n/"+language+".yaml")
		if err := errors.Join(err, yaml.Unmarshal(text, &words)); err != nil {
			t.Fatal(err)
		}
		for _, name := range tables {
			var table struct{ Kinds map[string]any }
			text, err := os.ReadFile(name)
			if err := errors.Join(err, yaml.Unmarshal(text, &table)); err != nil || len(table.Kinds) == 0 {
				t.Fatalf("%s: %d kinds (%v)", name, len(table.Kinds), err)
			}
			for kind := range table.Kinds {
				if words["kind_"+kind] == nil || words["in_"+kind] == nil {
					t.Errorf("%s has no words for the kind %s", language, kind)
				}
			}
		}
	}
}
