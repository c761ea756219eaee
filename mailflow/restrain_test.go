package mailflow

import (
	"testing"
	"time"

	"duolog/meeting"
)

func TestWhoMustHearOfARefusalIsAnsweredPastTheUsualBounds(t *testing.T) {
	now := time.Date(2026, 12, 1, 18, 0, 0, 0, time.UTC)
	var a answered
	repair := question{kind: meeting.LetterAck, to: meeting.LetterAck}
	for n := range acksToAcks {
		if !a.allows(repair, now) {
			t.Fatalf("answer %d was refused", n+1)
		}
		a.count(repair, now)
	}
	if a.allows(repair, now) {
		t.Errorf("more than %d answers to answers were allowed", acksToAcks)
	}
	repair.urgent = true
	for n := acksToAcks; n < urgentAcks; n++ {
		if !a.allows(repair, now) {
			t.Fatalf("the urgent answer %d was refused", n+1)
		}
		a.count(repair, now)
	}
	if a.allows(repair, now) {
		t.Errorf("more than %d urgent answers were allowed", urgentAcks)
	}
	if (&answered{}).allows(question{kind: meeting.LetterAck, to: meeting.LetterAck, fast: true, urgent: true}, now) {
		t.Error("a program's answer to an answer was answered as urgent")
	}
}
