package site

import (
	"encoding/json"
	"testing"
	"time"

	"duolog/meeting"
)

func TestInsightsCountWhatHappened(t *testing.T) {
	t.Parallel()
	sam, priya := &meeting.Person{ID: "sam", Name: "Sam Ortega"}, &meeting.Person{ID: "priya", Name: "Priya Nair"}
	l := priyaSam(priya, sam)
	l.Meetings[2].History = []meeting.Change{{Field: "start", From: on(11, 18, 16).Format(time.RFC3339)}}
	l.Actions[0].DoneOn = "2026-11-13" // one day late
	in := viewer{log: l, zone: berlin, now: today}.insights()
	for name, c := range map[string]struct {
		picture *picture
		want    string
	}{
		"rhythm":  {in.Rhythm, `[["2"],["1"],["0"],["1"],["9"]]`},            // held, moved, skipped, missed, planned: the nine of before the first record
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

func TestInsightsCountWhatTheMailsCount(t *testing.T) {
	t.Parallel()
	b := aYear(t)
	for _, pair := range []string{"priya-sam", "juergen-sam"} {
		l, err := b.Content.Log(pair)
		if err != nil {
			t.Fatal(err)
		}
		v := viewer{log: l, zone: berlin, now: today}
		from, to := v.span()
		n, in := l.Numbers(from, to, to), v.insights()
		row := func(p *picture, i int) (sum int) {
			for _, number := range p.Rows[i].Numbers {
				sum += int(number)
			}
			return sum
		}
		for _, c := range []struct {
			what      string
			want, got int
		}{
			{"squares", n.Planned, len(in.Rhythm.Bars)}, {"held", n.Held, row(in.Rhythm, 0) + row(in.Rhythm, 1)}, {"skipped", n.Skipped, row(in.Rhythm, 2)}, {"missed", n.Missed, row(in.Rhythm, 3)},
			{"done in time", n.Manager.InTime + n.Report.InTime, row(in.Actions, 0)}, {"done", n.Manager.Done + n.Report.Done, row(in.Actions, 0) + row(in.Actions, 1)},
			{"promised", n.Manager.Promised + n.Report.Promised, row(in.Actions, 0) + row(in.Actions, 1) + row(in.Actions, 2) + row(in.Actions, 3)},
		} {
			if c.got != c.want {
				t.Errorf("%s, %s: the picture shows %d, want %d, which the survey's mail tells", pair, c.what, c.got, c.want)
			}
		}
	}
}
