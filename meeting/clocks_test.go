package meeting

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// Berlin leaves summer time on 25 October 2026 and New York on 1 November; New York is back in it on 14 March 2027 and Berlin on the 28th.
// Whatever the two do to their rhythm: the clock of the pair's zone stays, and only the other's shows another hour for the weeks between.
func TestWhatIsDoneToARhythmKeepsTheClockAcrossBothChanges(t *testing.T) {
	thursdays := func(l *Log, drop ...string) (all []string) {
		for day := at(t, "2026-10-15T00:00"); day.Before(at(t, "2027-04-09T00:00")); day = day.AddDate(0, 0, 7) {
			if id := day.Format(time.DateOnly); !slices.Contains(drop, id) {
				all = append(all, id+" 16:00 "+newYork(t, id+"T16:00"))
			}
		}
		return all
	}
	replace := func(all []string, id, with string) []string {
		for i, s := range all {
			if strings.HasPrefix(s, id) {
				all[i] = id + " " + with
			}
		}
		return all
	}
	say := func(l *Log, key, by string, o Occasion, in ...Intent) {
		l.Apply(in, Mail{Key: key, By: by, At: at(t, "2026-10-12T10:00"), Occasion: o})
	}
	for name, c := range map[string]struct {
		do   func(*Log)
		want func(*Log) []string
	}{
		"nothing": {func(*Log) {}, func(l *Log) []string { return thursdays(l) }},
		"a skip on either side": {func(l *Log) {
			for _, id := range []string{"2026-10-29", "2027-03-18"} {
				say(l, "skip"+id, "sam", Occasion{Kind: LetterPreManager, Meeting: id}, Intent{Kind: SkipMeeting})
			}
		}, func(l *Log) []string { return thursdays(l, "2026-10-29", "2027-03-18") }},
		"a move on either side": {func(l *Log) {
			l.Pair.Settings.MoveAlone = true
			say(l, "m1", "sam", Occasion{Kind: LetterPreManager, Meeting: "2026-10-22"}, Intent{Kind: MoveMeeting, Start: at(t, "2026-10-27T09:30")})
			say(l, "m2", "sam", Occasion{Kind: LetterPreManager, Meeting: "2027-03-25"}, Intent{Kind: MoveMeeting, Start: at(t, "2027-03-29T09:30")})
		}, func(l *Log) []string {
			return replace(replace(thursdays(l), "2026-10-22", "09:30 04:30"), "2027-03-25", "09:30 03:30")
		}},
		"holidays on either side": {func(l *Log) {
			l.Holidays, l.Pair.Settings.Holidays = []string{"2026-10-22"}, []string{"2027-03-29/2027-04-02"}
		}, func(l *Log) []string { return thursdays(l, "2026-10-22", "2027-04-01") }},
		"a focus day": {func(l *Log) { l.Pair.Settings.FocusDays = []string{"TH"} }, func(*Log) []string { return nil }},
		"a pause across a change": {func(l *Log) {
			say(l, "m1", "priya", Occasion{}, Intent{Kind: Stop, Due: "2026-11-06"})
		}, func(l *Log) []string {
			return thursdays(l, "2026-10-15", "2026-10-22", "2026-10-29", "2026-11-05")
		}},
		"a meeting out of turn": {func(l *Log) {
			l.Topics = append(l.Topics, &Topic{ID: "T20", Text: "budget", State: TopicFollowUp, FollowUp: at(t, "2026-10-26T15:00").Format(momentLayout), Origin: Origin{By: "sam", At: at(t, "2026-10-11T10:00")}})
			say(l, "m1", "priya", Occasion{Kind: LetterMove, Stage: StageAsked, Item: "T20"}, Intent{Kind: Confirm})
		}, func(l *Log) []string {
			return append(thursdays(l), "2026-10-26 15:00 10:00")
		}},
		"another rhythm": {func(l *Log) {
			say(l, "m1", "sam", Occasion{}, Intent{Kind: Cadence, State: "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", Start: at(t, "2026-10-20T09:30")})
			say(l, "m2", "priya", Occasion{Kind: LetterMove, Stage: StageAsked, Item: AboutRhythm}, Intent{Kind: Confirm})
		}, func(*Log) []string {
			all := []string{"2026-10-15 16:00 10:00"}
			for day := at(t, "2026-10-20T00:00"); day.Before(at(t, "2027-04-09T00:00")); day = day.AddDate(0, 0, 14) {
				id := day.Format(time.DateOnly)
				all = append(all, id+" 09:30 "+newYork(t, id+"T09:30"))
			}
			return all
		}},
	} {
		t.Run(name, func(t *testing.T) {
			l := acme(t)
			l.Meetings = nil
			c.do(l)
			var got []string
			for _, m := range l.Upcoming(at(t, "2026-10-13T00:00"), at(t, "2027-04-09T00:00")) {
				if m.State == Planned {
					start := m.Start.In(l.Report.Location())
					got = append(got, m.ID+" "+start.Format("15:04")+" "+start.In(l.Manager.Location()).Format("15:04"))
				}
			}
			want := c.want(l)
			slices.Sort(got)
			slices.Sort(want)
			if !slices.Equal(got, want) {
				t.Errorf("want\n%s\ncame\n%s", strings.Join(want, "\n"), strings.Join(got, "\n"))
			}
		})
	}
}

// newYork is the clock there at a time in Berlin, by the dates on which the clocks are set.
func newYork(t *testing.T, berlin string) string {
	behind := 6 * time.Hour
	if day := berlin[:10]; day >= "2026-10-25" && day < "2026-11-01" || day >= "2027-03-14" && day < "2027-03-28" {
		behind = 5 * time.Hour
	}
	wall, err := time.Parse("2006-01-02T15:04", berlin)
	if err != nil {
		t.Fatal(err)
	}
	return wall.Add(-behind).Format("15:04")
}
