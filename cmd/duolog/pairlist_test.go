package main

import (
	"strings"
	"testing"
	"time"

	"duolog/meeting"
)

func TestTheListOfPairsSaysWhichHaveNotBegunAndWhichEnd(t *testing.T) {
	consent := &meeting.Consent{State: "yes"}
	for _, test := range []struct {
		name, ended string
		consent     *meeting.Consent
		want        string
	}{
		{"begun", "", consent, "FREQ=WEEKLY 30m"},
		{"asked", "", nil, "FREQ=WEEKLY 30m, begins when both have said yes"},
		{"ended", "2026-12-03", consent, "FREQ=WEEKLY 30m, until 2026-12-03"},
	} {
		l := &meeting.Log{Manager: &meeting.Person{ID: "sam", Consent: test.consent}, Report: &meeting.Person{ID: "priya", Consent: test.consent}}
		l.Pair.Added, l.Pair.Ended = time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC), test.ended
		l.Pair.Rhythm.Rule, l.Pair.Rhythm.Length = "FREQ=WEEKLY", meeting.Duration(30*time.Minute)
		if got := pairLine(l); !strings.HasSuffix(got, test.want) {
			t.Errorf("%s: want a line that ends in %q, got %q", test.name, test.want, got)
		}
	}
}
