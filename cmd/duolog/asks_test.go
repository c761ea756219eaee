package main

import (
	"fmt"
	"io/fs"
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
