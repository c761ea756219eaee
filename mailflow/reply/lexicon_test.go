package reply

import (
	"strings"
	"testing"
)

// grammar are the groups in which languages differ by nature: a form that one needs, another lacks.
var grammar = map[string]bool{"promise": true, "not-promise": true, "infinitives": true, "verb-endings": true, "not-verbs": true, "zones": true,
	"ordinals": true, "numbers": true, "no-name": true, "duty": true, "duty-next": true, "duty-last": true, "verbs": true, "passive": true, "filler": true, "took-over": true}

// Not every language has a word for these.
var lacking = map[string]bool{"dates/from-now": true, "dates/next-after": true, "dates/quarter-number": true, "dates/next": true, "clock/am": true, "clock/pm": true, "clock/half-past": true,
	"clock/instead": true, "clock/at": true, "labels/mine": true, "labels/yours": true, "agreement/around": true, "meeting/skip-open": true, "meeting/skip-close": true, "agreement/close": true, "handed/have": true, "handed/has": true, "owner/ends-so": true, "meeting/before": true, "meeting/unfit": true, "dates/eod": true, "dates/a": true}

func TestEveryLanguageSaysWhatTheRulesLookFor(t *testing.T) {
	tables := loadTables()
	for code, other := range tables {
		for group, meanings := range tables["en"] {
			for meaning := range meanings {
				if grammar[group] || lacking[group+"/"+meaning] {
					continue
				}
				if len(other[group][meaning]) == 0 {
					t.Errorf("languages/%s.yaml lacks %s: %s", code, group, meaning)
				}
			}
		}
		for group, meanings := range other {
			for meaning := range meanings {
				if _, ok := tables["en"][group][meaning]; !ok && !grammar[group] && !lacking[group+"/"+meaning] {
					t.Errorf("languages/%s.yaml has %s: %s, which no rule looks for", code, group, meaning)
				}
			}
		}
	}
}

func TestPhrasesAreWords(t *testing.T) {
	for code, table := range loadTables() {
		for group, meanings := range table {
			for meaning, phrases := range meanings {
				for _, p := range phrases {
					if len(tokens(p)) == 0 && group != "verb-endings" {
						t.Errorf("languages/%s.yaml, %s: %s: %q can never be found", code, group, meaning, p)
					}
					if strings.ContainsAny(p, `"[]{}`) {
						t.Errorf("languages/%s.yaml, %s: %s: %q looks like broken YAML", code, group, meaning, p)
					}
				}
			}
		}
	}
}

func TestThePersonsOwnLanguageIsTriedFirst(t *testing.T) {
	toks := tokens("sept")
	for language, want := range map[string]string{"fr": "7", "en": ""} {
		if got, _ := speaking(language).at("numbers", toks, 0); language == "fr" && got != want {
			t.Errorf("%s reads sept as number %q, want %q", language, got, want)
		}
	}
	if speaking("de-AT") != speaking("de") || speaking("xx") != speaking("en") {
		t.Error("want de-AT read as de, and an unknown language as en")
	}
}
