package site

import "testing"

func TestAnAnswerThatIsAListIsShownOnce(t *testing.T) {
	t.Parallel()
	parts := []string{"fewer pages", "the launch", "nobody burned out"}
	for text, want := range map[string]bool{
		"a) fewer pages b) the launch c) nobody burned out":                 true,
		"fewer pages, the launch, nobody burned out.":                       true,
		"1. fewer pages\n2. the launch\n3. nobody burned out":               true,
		"Easy this time: fewer pages, the launch, nobody burned out":        false,
		"fewer pages, the launch, nobody burned out, and that says it all.": false,
		"fewer pages":                        false,
		"the launch and also all the others": false,
	} {
		if got := listed(text, parts); got != want {
			t.Errorf("%q says its parts and nothing more: %v, want %v", text, got, want)
		}
	}
	if listed("", nil) {
		t.Error("an answer without parts is its text")
	}
}
