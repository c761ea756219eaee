package meeting

import (
	"slices"
	"testing"
	"time"
)

func TestANoteWaitsForAYesUntilTheTwoHaveMetAgain(t *testing.T) {
	t.Parallel()
	first := time.Date(2026, 11, 5, 16, 0, 0, 0, time.UTC)
	note := func(id, kind string, at time.Time) *Note {
		return &Note{ID: id, Kind: kind, Text: "launch moves to May", State: NoteUnconfirmed, Origin: Origin{By: "priya", At: at}}
	}
	l := &Log{
		Pair:    Pair{ID: "priya-sam", Manager: "sam", Report: "priya"},
		Manager: &Person{ID: "sam", Name: "Sam"}, Report: &Person{ID: "priya", Name: "Priya"},
		Meetings: []*Meeting{
			{ID: "2026-11-05", Start: first, State: Held, Notes: []*Note{note("N1", "", first.Add(time.Hour)), note("N2", NoteFeeling, first.Add(time.Hour)), note("N3", "", first.AddDate(0, 0, 6))}},
			{ID: "2026-11-12", Start: first.AddDate(0, 0, 7), State: Planned},
		},
	}
	waiting := func() []string {
		return slices.DeleteFunc(l.Waiting("sam"), func(id string) bool { n, _ := l.Note(id); return l.Lapsed(n) })
	}
	if got, want := waiting(), []string{"N1", "N3"}; !slices.Equal(got, want) {
		t.Errorf("before the next meeting %q wait, want %q: all but how Priya feels", got, want)
	}
	if got := l.Waiting("priya"); len(got) > 0 {
		t.Errorf("%q wait for their own author", got)
	}
	l.Meetings[1].State = Held
	if got, want := waiting(), []string{"N3"}; !slices.Equal(got, want) {
		t.Errorf("after it %q wait, want %q, which was too late for a confirmation", got, want)
	}
	effects := l.Apply([]Intent{{Kind: Confirm, Item: "N1"}}, Mail{Key: "late", By: "sam", At: first.AddDate(0, 0, 8), Occasion: Occasion{Kind: LetterConfirmation, Meeting: "2026-11-05"}})
	if n, _ := l.Note("N1"); n.State != NoteConfirmed {
		t.Errorf("a late yes leaves the note %s, want it confirmed: %+v", n.State, effects)
	}
}
