package site

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"duolog/meeting"
)

func TestPagesGrowStaleWhenAMeetingBeginsAndNotBefore(t *testing.T) {
	t.Parallel()
	b := sample(t)
	now := today
	b.Now = func() time.Time { return now }
	build(t, b)
	at := func(when time.Time, want ...string) {
		t.Helper()
		now = when
		if got := b.Stale(); !slices.Equal(got, want) {
			t.Errorf("at %s stale are %q, want %q", when.Format(time.RFC3339), got, want)
		}
	}
	at(today)
	at(on(12, 3, 16).Add(-time.Second))
	at(on(12, 3, 16), "priya-sam")
	build(t, b, "priya-sam")
	at(now)
	if text := log(t, b, "priya")["/priya-sam/"]; !strings.Contains(text, "Thu 10 Dec, 16:00 Berlin") {
		t.Error("once the meeting has begun the page does not show the one after it")
	}
	at(on(12, 9, 10), "juergen-sam")
}

// Whatever the log holds: between now and next nothing that is built changes, and at next something may.
func TestUntilTheNextMomentABuildSaysTheSame(t *testing.T) {
	t.Parallel()
	b := aYear(t)
	for _, pair := range []string{"priya-sam", "juergen-sam", "ana-sam"} {
		l, err := b.Content.Log(pair)
		if err != nil {
			t.Fatal(err)
		}
		l.Agreements = append(l.Agreements, &meeting.Agreement{ID: "G99", Text: "ends soon", Date: "2026-11-01", Until: "2026-12-15"})
		said := func(at time.Time) string {
			v := viewer{log: l, zone: berlin, now: at}
			return string(must(jsonOf(pages(v), v.own("priya", nil))))
		}
		at := today
		for at.Before(today.AddDate(0, 3, 0)) {
			next := viewer{log: l, zone: berlin, now: at}.next()
			if !next.After(at) {
				t.Fatalf("%s: next after %s is %s", pair, at, next)
			}
			for _, between := range []time.Time{at.Add(next.Sub(at) / 2), next.Add(-time.Second)} {
				if said(between) != said(at) {
					t.Errorf("%s: the pages of %s differ from those of %s, although the next moment is %s", pair, between, at, next)
				}
			}
			at = next
		}
	}
}

// jsonOf is all that the templates, or one reader's browser, get to know.
func jsonOf(pages []page, own []ownNote) ([]byte, error) {
	var all []any
	for _, p := range pages {
		all = append(all, p.path, p.layout, p.view, p.extra)
	}
	return json.Marshal(append(all, own))
}
