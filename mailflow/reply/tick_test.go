package reply

import (
	"strings"
	"testing"

	"duolog/mailflow/newtext"
	"duolog/meeting"
)

func TestATickedItemIsDoneAndWhatFollowsIsSeparate(t *testing.T) {
	const done = "action-update A8 state=done"
	for text, want := range map[string]string{
		"- [x] A8\n- [ ] new one by Friday": done + "\naction due=2026-12-04 \"new one\"",
		"A8 ✅\nI will foo by Friday":        done + "\naction who=priya due=2026-12-04 \"foo\"",
		"A8 ✅\nsomething else":              done + "\ntopic \"something else\"",
		"A8 👍\nnext":                        done + "\ntopic \"next\"",
	} {
		got := priyaReads(meeting.LetterPreReport, newtext.Result{Text: text})
		if g := strings.TrimSpace(render(got)); g != want {
			t.Errorf("%q: got\n%s\nwant\n%s", text, g, want)
		}
	}
}
