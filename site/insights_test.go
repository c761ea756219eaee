package site

import (
	"encoding/json"
	"testing"

	"duolog/meeting"
)

func TestInsightsCountWhatHappened(t *testing.T) {
	t.Parallel()
	sam, priya := &meeting.Person{ID: "sam", Name: "Sam Ortega"}, &meeting.Person{ID: "priya", Name: "Priya Nair"}
	l := priyaSam(priya, sam)
	l.Meetings[2].History = []meeting.Change{{Field: "start"}}
	l.Actions[0].DoneOn = "2026-11-13" // one day late
	in := viewer{log: l, zone: berlin, now: today}.insights()
	for name, c := range map[string]struct {
		picture *picture
		want    string
	}{
		"rhythm":  {in.Rhythm, `[["2"],["1"],["0"],["1"],["0"]]`},            // held, moved, skipped, missed, planned
		"topics":  {in.Topics, `[["4","2"],["0","2"]]`},                      // the report's and the manager's, November and December
		"actions": {in.Actions, `[["0","0"],["0","1"],["2","2"],["0","0"]]`}, // done, late, open, dropped; each the manager's and the report's
	} {
		var rows [][]number
		for _, r := range c.picture.Rows {
			rows = append(rows, r.Numbers)
		}
		if got, _ := json.Marshal(rows); string(got) != c.want {
			t.Errorf("%s = %s, want %s", name, got, c.want)
		}
		for _, b := range c.picture.Bars {
			if b.X < 0 || b.Y < 0 || b.X+b.Width > pictureWidth || b.Y+b.Height > float64(c.picture.Height) {
				t.Errorf("%s: bar %+v lies outside the picture of %d×%d", name, b, c.picture.Width, c.picture.Height)
			}
		}
	}
	if empty := (viewer{log: &meeting.Log{Manager: sam, Report: priya}, zone: berlin, now: today}).insights(); empty != (insights{}) {
		t.Errorf("insights of an empty log = %+v, want no pictures", empty)
	}
}
