package meeting

import (
	"testing"
	"time"
)

func TestAYesToOneOfSeveralHoursTakesThatOne(t *testing.T) {
	l := acme(t)
	at := time.Date(2026, 12, 1, 10, 0, 0, 0, time.UTC)
	first, second := time.Date(2026, 12, 4, 10, 0, 0, 0, time.UTC), time.Date(2026, 12, 5, 12, 0, 0, 0, time.UTC)
	l.Apply([]Intent{{Kind: MoveMeeting, Start: first, Words: "Friday 11 or Saturday 13:00?", Pos: 1}}, Mail{Key: "asks", By: "sam", At: at})
	l.Apply([]Intent{{Kind: Confirm, Start: second, Pos: 1}}, Mail{Key: "agrees", By: "priya", At: at.Add(time.Hour)})
	if m := l.NextMeeting(at); m == nil || !m.Start.Equal(second) || m.Proposal != nil {
		t.Errorf("want the meeting on %v and nothing asked any more, got %+v", second, m)
	}
}

func TestASkipOfAnotherWeekLeavesTheNextMeeting(t *testing.T) {
	l := acme(t)
	at := time.Date(2026, 12, 1, 10, 0, 0, 0, time.UTC)
	next := l.NextMeeting(at)
	after := l.NextMeeting(next.Start)
	effects := l.Apply([]Intent{{Kind: SkipMeeting, Item: after.ID, Pos: 1}}, Mail{Key: "skips", By: "sam", At: at, Occasion: Occasion{Kind: LetterPreManager, Meeting: next.ID}})
	if m := l.Planned(next.ID); m.State != Planned {
		t.Errorf("want the meeting of %s to stay, it is %s", next.ID, m.State)
	}
	if m := l.Planned(after.ID); m.State != Skipped || effects[0].Item != after.ID {
		t.Errorf("want the meeting of %s given up, it is %s; effects %+v", after.ID, m.State, effects)
	}
}

func TestWhatIsSealedCannotBeSharedByAWord(t *testing.T) {
	l := acme(t)
	at := time.Date(2026, 12, 1, 10, 0, 0, 0, time.UTC)
	topic := l.Apply([]Intent{{Kind: AddTopic, Text: "budget", Pos: 1}}, Mail{Key: "open", By: "priya", At: at})[0].Item
	note := l.Apply([]Intent{{Kind: AddPrivate, Sealed: "sealed", Pos: 1}}, Mail{Key: "hidden", By: "priya", At: at})[0].Item
	for _, c := range []struct {
		about  string
		item   string
		by     string
		result Result
		reason string
	}{
		{"hidden", "", "priya", Refused, Sealed},
		{"hidden", note, "priya", Refused, Sealed},
		{"open", topic, "priya", Unchanged, ""},
		{"open", "", "priya", Unchanged, ""},
		{"hidden", note, "sam", Refused, NoSuchItem},
	} {
		mail := Mail{Key: "says " + c.about + c.item + c.by, By: c.by, At: at.Add(time.Hour), Occasion: Occasion{Kind: LetterAck, Mail: c.about}}
		if got := l.Apply([]Intent{{Kind: MarkItem, Item: c.item, State: "shared", Pos: 1}}, mail)[0]; got.Result != c.result || got.Reason != c.reason {
			t.Errorf("%s says of %q in answer to %s that it is not private: want %s %s, got %+v", c.by, c.item, c.about, c.result, c.reason, got)
		}
	}
	if p := find(l.Private["priya"], func(p *PrivateNote) bool { return p.ID == note }); p == nil || p.Sealed != "sealed" {
		t.Errorf("want the private note untouched, got %+v", p)
	}
}
