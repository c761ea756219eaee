package reply

import (
	"slices"
	"strings"
	"testing"

	"duolog/mailflow/newtext"
	"duolog/meeting"
)

func ackReads(text, language string, echo ...string) Reading {
	l := priyaSam()
	l.Report.Language = language
	o := meeting.Occasion{Kind: meeting.LetterAck, Person: "priya", Echo: echo}
	return Read(newtext.Result{Text: text}, Context{Log: l, Sender: l.Report, Received: tuesday, Occasion: o})
}

func TestAnAcknowledgedItemIsMadePrivateInManyWords(t *testing.T) {
	const which, both, one = "mark state=private !which(T3)", "mark T3 state=private\nmark A8 state=private", "mark T3 state=private"
	for text, want := range map[string]string{
		"both are private": both, "make that private": which, "this was private": which, "make T4 private": "mark T4 state=private",
		"hide 1": one, "keep 1 private": one, "undo, that was private": which, "1 and 2 private": both, "1, 2 are private": both,
		"1,2 private": both, "1 just for me": one, "1 delete, this was private": one, "please make 1 private": one,
		"1 private please": one, "1 private\n2: private please": one + "\nmark A8 state=private", "private": which, "3 private": "mark state=private !which(T3)", "1. private": one,
		"Hi, please make all of them private, thanks\nPriya": both, "beide sind privat": both, "1 bitte privat": one,
		"les deux sont privés": both, "ambos son privados": both, "oculta 1": one,
	} {
		if got := strings.TrimSpace(render(ackReads(text, "en", "T3", "A8"))); got != want {
			t.Errorf("%q: got\n%s\nwant\n%s", text, got, want)
		}
	}
	for _, text := range []string{"make that private", "this was private", "undo, that was private", "it is private", "private"} {
		if got := strings.TrimSpace(render(ackReads(text, "en", "T3"))); got != one {
			t.Errorf("%q of the only item: got %q, want %q", text, got, one)
		}
	}
}

func TestTextBesidePrivateItemsIsNoneOfThem(t *testing.T) {
	for _, text := range []string{"private: 1 and my doubts", "1 private because my doubts", "3 private my doubts", "this is private\n\nmy doubts about Sam"} {
		got := ackReads(text, "en", "T3", "A8")
		sealed := slices.ContainsFunc(got.Intents, func(in meeting.Intent) bool {
			return in.Kind == meeting.AddPrivate && strings.Contains(in.Text, "my doubts")
		})
		if !sealed {
			t.Errorf("%q: got %s, want the doubts in a private note", text, render(got))
		}
		for _, in := range got.Intents {
			if strings.Contains(in.Words, "doubts") || in.Kind != meeting.AddPrivate && strings.Contains(in.Text, "doubts") {
				t.Errorf("%q: the intent %+v tells of the doubts", text, in)
			}
		}
	}
}

func TestAnItemIsMadePrivateWhereMoreIsSaid(t *testing.T) {
	got := strings.TrimSpace(render(ackReads("1 private because Sam shouts", "en", "T3", "A8")))
	if want := "mark T3 state=private\nprivate \"1 private because Sam shouts\""; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
