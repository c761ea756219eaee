package reply

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"duolog/mailflow/newtext"
	"duolog/meeting"
)

func priyaReads(kind meeting.LetterKind, text newtext.Result) Reading {
	l := priyaSam()
	return Read(text, Context{Log: l, Sender: l.Report, Received: tuesday, Occasion: meeting.Occasion{Kind: kind, Person: "priya"}})
}

func wantReading(t *testing.T, got Reading, want ...string) {
	t.Helper()
	if g := strings.TrimSpace(render(got)); g != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", g, strings.Join(want, "\n"))
	}
}

func TestTextUnderAQuotedItemBelongsToThatItem(t *testing.T) {
	got := priyaReads(meeting.LetterPreReport, newtext.Result{Blocks: []newtext.Block{
		{Text: "Hi Sam, answers below"},
		{Text: "two examples are missing\n\nnote: Lena supports it", Answers: "T3  Career: path to staff (carried once)"},
		{Text: "done, Ana has seen it", Answers: "  A8  draft Q1 roadmap – due Fri 4 Dec"},
		{Text: "topic: offsite", Answers: "A9  pair with Tom on alerts"},
		{Text: "budget", Answers: "Your open actions"},
	}})
	wantReading(t, got,
		`comment T3 "two examples are missing"`,
		`note topic=T3 "Lena supports it"`,
		`action-update A8 state=done "Ana has seen it"`,
		`topic "offsite"`,
		`topic "budget"`)
}

func TestAForwardedMailBecomesOneTopic(t *testing.T) {
	f := &newtext.Forwarded{Subject: "latency regression", From: "Ana <ana@acme.example>", Text: "p99 went from 120 to 310ms after the cache change"}
	wantReading(t, priyaReads(meeting.LetterPreReport, newtext.Result{Text: "See below, let's discuss", Forwarded: f}),
		`topic "latency regression" + "See below, let's discuss" + "> p99 went from 120 to 310ms after the cache change"`)
	wantReading(t, priyaReads(meeting.LetterPreReport, newtext.Result{Forwarded: f}),
		`topic "latency regression" + "> p99 went from 120 to 310ms after the cache change"`)
}

func TestAPrivateMarkMakesTheForwardedMailPrivateToo(t *testing.T) {
	for _, c := range []struct{ own, forwarded string }{
		{"private: what do I make of this?", "p99 went up"},
		{"see below", "Between us: p99 went up"},
	} {
		f := &newtext.Forwarded{Subject: "latency regression", Text: c.forwarded}
		got := priyaReads(meeting.LetterPreReport, newtext.Result{Text: c.own, Forwarded: f})
		if len(got.Intents) != 1 || got.Intents[0].Kind != meeting.AddPrivate || got.Intents[0].Words != "" {
			t.Errorf("%q above %q: got %+v, want one private note without words", c.own, c.forwarded, got)
		}
	}
}

func TestABrokenCalendarChangesNothing(t *testing.T) {
	l := priyaSam()
	for _, ics := range []string{"", "BEGIN:VCALENDAR", "BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\nEND:VCALENDAR\r\n"} {
		if got := Read(newtext.Result{}, Context{Log: l, Sender: l.Report, Received: tuesday, Calendar: []byte(ics)}); len(got.Intents) > 0 {
			t.Errorf("%q: got %+v, want nothing", ics, got.Intents)
		}
	}
}

func TestMoreThanFiftyItemsAreCutAndReported(t *testing.T) {
	var b strings.Builder
	for i := range 60 {
		fmt.Fprintf(&b, "- item number %d\n", i)
	}
	b.WriteString("\nprivate: the last one is a secret")
	got := priyaReads(meeting.LetterPreReport, newtext.Result{Text: b.String()})
	if len(got.Intents) != meeting.MaxIntents {
		t.Errorf("got %d intents, want %d", len(got.Intents), meeting.MaxIntents)
	}
	last := got.Intents[len(got.Intents)-1]
	if last.Kind != meeting.AddPrivate || last.Text != "the last one is a secret" || last.Pos != 50 {
		t.Errorf("the last intent is %+v, want the private note, since private text is never cut", last)
	}
	if len(got.Cuts) != 11 {
		t.Errorf("got %d cuts, want the 11 items that had no room", len(got.Cuts))
	}
	for _, c := range got.Cuts {
		if c.Reason != TooMany || strings.Contains(c.Text, "secret") {
			t.Errorf("got cut %+v, want reason %q and no private text", c, TooMany)
		}
	}
}

func TestALongItemIsCutAndReportedButPrivateTextIsKeptWhole(t *testing.T) {
	long := strings.Repeat("ä word ", 600)
	got := priyaReads(meeting.LetterRecap, newtext.Result{Text: "note: " + long + "\n\nprivate: " + long})
	if n := len(got.Intents[0].Text); n > maxItem || n < maxItem-4 {
		t.Errorf("the note has %d bytes, want %d", n, maxItem)
	}
	if len(got.Cuts) == 0 || got.Cuts[0].Reason != TooLong || !strings.HasPrefix(long, got.Intents[0].Text) {
		t.Errorf("got cuts %+v, want the end of the note", got.Cuts)
	}
	if got.Intents[1].Text != strings.TrimSpace(long) {
		t.Errorf("the private note has %d bytes, want all %d", len(got.Intents[1].Text), len(long)-1)
	}
}

func TestAPastedLogFileIsNotRead(t *testing.T) {
	got := priyaReads(meeting.LetterPreReport, newtext.Result{Text: strings.Repeat("2026-12-01 error: no such file\n", 13000)})
	if len(got.Intents) != 0 || len(got.Cuts) != 1 || got.Cuts[0].Reason != TooLong {
		t.Errorf("got %d intents and cuts %v, want none and %q", len(got.Intents), got.Cuts, TooLong)
	}
}

func TestAnEmptyReplySaysNothing(t *testing.T) {
	for _, text := range []string{"", "\n \n", "Thanks!\nPriya"} {
		if got := priyaReads(meeting.LetterPreReport, newtext.Result{Text: text}); len(got.Intents)+len(got.Unread) > 0 {
			t.Errorf("%q: got %+v, want nothing", text, got)
		}
	}
}

func TestANumberedListOnOneLineHasSeveralItems(t *testing.T) {
	wantReading(t, priyaReads(meeting.LetterPreReport, newtext.Result{Text: "1) Trip 2) Intern project 3) A8 done"}),
		`topic "Trip"`, `topic "Intern project"`, `action-update A8 state=done`)
	wantReading(t, priyaReads(meeting.LetterSurveyMgr, newtext.Result{Text: "1. 4 2. weekly is fine 3. skip"}),
		`survey 1 progress=4`, `survey 2 "weekly is fine" !rhythm(FREQ=WEEKLY)`, `survey 3 state=skip`)
}

func TestWhatATopicIsAboutIsGuessedFromItsWords(t *testing.T) {
	for text, want := range map[string]string{
		"feedback on Tuesday's demo": "feedback", "promotion case": "growth", "Q1 roadmap": "status", "I feel tired": "wellbeing",
		"salary review": "pay", "Elternzeit": "leave", "Weiterbildung": "growth", "charge de travail": "wellbeing", "hiring": "team", "lunch": "",
	} {
		if got := priyaReads(meeting.LetterPreReport, newtext.Result{Text: text}); got.Intents[0].TopicIs != want {
			t.Errorf("%q is about %q, want %q", text, got.Intents[0].TopicIs, want)
		}
	}
}

func TestDaysAreReadInTheSendersZone(t *testing.T) {
	late := time.Date(2026, 12, 2, 4, 30, 0, 0, time.UTC) // Wednesday in Berlin, still Tuesday in New York
	for from, want := range map[string]string{"priya": "2026-12-03", "sam": "2026-12-02"} {
		got := read(priyaSam(), from, meeting.LetterRecap, late, "I will call Ana tomorrow")
		if due := got.Intents[0].Due; due != want {
			t.Errorf("tomorrow is %s for %s, want %s", due, from, want)
		}
	}
}

func TestReadingChangesNothingInTheLog(t *testing.T) {
	l := priyaSam()
	before := fmt.Sprintf("%+v %+v %+v", l.Topics[0], l.Actions[1], l.Meetings[0])
	for _, s := range scenarios(t, "testdata/examples.txt") {
		c := s.context
		c.Log, c.Sender = l, l.Report
		Read(newtext.Result{Text: s.text}, c)
	}
	if after := fmt.Sprintf("%+v %+v %+v", l.Topics[0], l.Actions[1], l.Meetings[0]); after != before || len(l.Meetings) != 1 {
		t.Errorf("the log changed from\n%s to\n%s", before, after)
	}
}
