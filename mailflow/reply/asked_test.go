package reply

import (
	"strings"
	"testing"

	"duolog/mailflow/newtext"
	"duolog/meeting"
)

func TestTheMailThatAsksForAMoveIsAnswered(t *testing.T) {
	for _, item := range []string{"", "T7", meeting.AboutRhythm, meeting.AboutHandoff} {
		for text, want := range map[string]string{
			"yes": "confirm", "ok, fine": "confirm", "no": "reject", "sorry, no": "reject", "ja": "confirm", "non": "reject",
			"Friday 16:00": "move start=2026-12-04T16:00+01:00",
		} {
			l := priyaSam()
			o := meeting.Occasion{Kind: meeting.LetterMove, Stage: meeting.StageAsked, Person: "priya", Item: item}
			got := Read(newtext.Result{Text: text}, Context{Log: l, Sender: l.Report, Received: tuesday, Occasion: o})
			if g := strings.TrimSpace(render(got)); g != want {
				t.Errorf("%q about %q: got %q, want %q", text, item, g, want)
			}
		}
	}
}
