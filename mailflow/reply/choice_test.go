package reply

import (
	"testing"
	"time"

	"duolog/mailflow/newtext"
	"duolog/meeting"
)

func TestOneOfSeveralHoursThatTheOtherSideOfferedIsChosenByNamingIt(t *testing.T) {
	asked := time.Date(2026, 12, 1, 15, 0, 0, 0, time.UTC)
	thursday, friday := time.Date(2026, 12, 3, 14, 0, 0, 0, time.UTC), time.Date(2026, 12, 4, 16, 0, 0, 0, time.UTC)
	for _, kind := range []meeting.LetterKind{meeting.LetterMove, meeting.LetterPreReport} {
		for text, want := range map[string]time.Time{
			"ok": {}, "Friday": friday, "Friday works": friday, "the second one": friday, "the second is better": friday, "Fri 17:00": friday,
			"Thursday": thursday,
		} {
			l := priyaSam()
			m := l.NextMeeting(tuesday)
			m.Proposal = &meeting.MoveProposal{Start: thursday, Words: "can we do Thursday 9am or Friday 11?", Origin: meeting.Origin{By: "sam", At: asked}}
			l.Meetings = append(l.Meetings, m)
			c := Context{Log: l, Sender: l.Report, Received: tuesday, Occasion: meeting.Occasion{Kind: kind, Person: "priya"}}
			if kind == meeting.LetterMove {
				c.Occasion.Stage = meeting.StageAsked
			}
			got := Read(newtext.Result{Text: text}, c).Intents
			if len(got) != 1 || got[0].Kind != meeting.Confirm || !got[0].Start.Equal(want) && text != "Thursday" {
				t.Errorf("%q in answer to %s: want a yes to %v, got %+v", text, kind, want, got)
			}
		}
	}
}
