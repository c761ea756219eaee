package mailflow

import (
	"reflect"
	"strings"
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

// TestAnswersStayWithinTheirBounds has what a person was answered before, each with a question that is one too many and one that is not.
func TestAnswersStayWithinTheirBounds(t *testing.T) {
	at := time.Date(2026, 12, 1, 18, 0, 0, 0, time.UTC)
	many := func(n int, age time.Duration) (times []time.Time) {
		for range n {
			times = append(times, at.Add(-age))
		}
		return times
	}
	ack, notRead := question{kind: meeting.LetterAck}, question{kind: meeting.LetterNotRead}
	toAck := question{kind: meeting.LetterAck, to: meeting.LetterAck}
	toNotRead := question{kind: meeting.LetterAck, to: meeting.LetterNotRead}
	same := question{kind: meeting.LetterAck, text: "x"}
	urgent, urgentSame := question{kind: meeting.LetterAck, urgent: true}, question{kind: meeting.LetterAck, urgent: true, text: "x"}
	fast, fastToAck := question{kind: meeting.LetterAck, fast: true}, question{kind: meeting.LetterAck, to: meeting.LetterAck, fast: true}
	urgentFast := question{kind: meeting.LetterAck, to: meeting.LetterAck, fast: true, urgent: true}
	for _, c := range []struct {
		name string
		a    answered
		q    question
		want bool
	}{
		{"the first", answered{}, ack, true},
		{"the tenth within the hour", answered{Times: many(acksPerHour-1, time.Minute)}, ack, true},
		{"the eleventh within the hour", answered{Times: many(acksPerHour, time.Minute)}, ack, false},
		{"the eleventh, the others an hour ago", answered{Times: many(acksPerHour, time.Hour+1)}, ack, true},
		{"the sixth to an answer in a day", answered{ToAcks: many(acksToAcks, 23*time.Hour)}, toAck, false},
		{"the sixth to a mail that said not read", answered{ToAcks: many(acksToAcks, 23*time.Hour)}, toNotRead, false},
		{"the sixth to an answer, the others yesterday", answered{ToAcks: many(acksToAcks, 24*time.Hour+1)}, toAck, true},
		{"one to a letter after five to answers", answered{ToAcks: many(acksToAcks, time.Hour)}, ack, true},
		{"the same words again", answered{Text: "x", At: at.Add(-23 * time.Hour)}, same, false},
		{"the same words a day later", answered{Text: "x", At: at.Add(-24 * time.Hour)}, same, true},
		{"other words", answered{Text: "y", At: at}, same, true},
		{"few words, as before", answered{Text: "", At: at}, ack, true},

		{"not read, for the first time", answered{}, notRead, true},
		{"not read, right after not read", answered{Last: meeting.LetterNotRead, Unasked: at.Add(-48 * time.Hour)}, notRead, false},
		{"not read, twice in a day", answered{Last: meeting.LetterAck, Unasked: at.Add(-23 * time.Hour)}, notRead, false},
		{"not read, a day later", answered{Last: meeting.LetterAck, Unasked: at.Add(-24 * time.Hour)}, notRead, true},

		{"urgent past the hour's", answered{Times: many(acksPerHour, 0)}, urgent, true},
		{"urgent past all bounds", answered{Times: many(urgentAcks, 0)}, urgent, false},
		{"urgent past all bounds of the day", answered{ToAcks: many(urgentAcks, 23*time.Hour)}, urgent, false},
		{"urgent, but the same words", answered{Text: "x", At: at}, urgentSame, false},

		{"quick, for the first time", answered{}, fast, true},
		{"quick again", answered{Quick: at.Add(-23 * time.Hour)}, fast, false},
		{"quick a day later", answered{Quick: at.Add(-24 * time.Hour)}, fast, true},
		{"quick to an answer", answered{}, fastToAck, false},
		{"quick to an answer, and urgent", answered{}, urgentFast, false},
	} {
		if got := c.a.allows(c.q, at); got != c.want {
			t.Errorf("%s: answered %v, want %v", c.name, got, c.want)
		}
	}
}

func TestAnAnswerIsCountedAsWhatItIs(t *testing.T) {
	at := time.Date(2026, 12, 1, 18, 0, 0, 0, time.UTC)
	before := answered{Text: "y", At: at.Add(-time.Hour), Quick: at.Add(-time.Hour), Unasked: at.Add(-time.Hour)}
	for _, c := range []struct {
		name string
		q    question
		want answered
	}{
		{"to a letter", question{kind: meeting.LetterAck, text: "x"},
			answered{Last: meeting.LetterAck, Text: "x", At: at, Quick: before.Quick, Unasked: before.Unasked, Times: []time.Time{at}}},
		{"few words", question{kind: meeting.LetterAck},
			answered{Last: meeting.LetterAck, Text: "y", At: before.At, Quick: before.Quick, Unasked: before.Unasked, Times: []time.Time{at}}},
		{"quick, to an answer", question{kind: meeting.LetterAck, to: meeting.LetterNotRead, fast: true},
			answered{Last: meeting.LetterAck, Text: "y", At: before.At, Quick: at, Unasked: before.Unasked, Times: []time.Time{at}, ToAcks: []time.Time{at}}},
		{"not read", question{kind: meeting.LetterNotRead, fast: true},
			answered{Last: meeting.LetterNotRead, Text: "y", At: before.At, Quick: before.Quick, Unasked: at}},
	} {
		got := before
		if got.count(c.q, at); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: got\n%+v\nwant\n%+v", c.name, got, c.want)
		}
	}
}

func TestWhatProgramsWriteIsToldByItsWordsAndItsHaste(t *testing.T) {
	at := time.Date(2026, 12, 1, 18, 0, 0, 0, time.UTC)
	const words = "I am out of the office until the 14th and read no mail"
	of := func(text string, change func(*decision)) *decision {
		d := &decision{entry: Entry{Received: at}}
		d.text.Plain, d.answers.Sent = text, at.Add(-quickWithin+1)
		if change != nil {
			change(d)
		}
		return d
	}
	first := of(words, nil)
	for name, d := range map[string]*decision{
		"in capitals": of(strings.ToUpper(words), nil), "with marks": of("> "+strings.ReplaceAll(words, " ", "\n> ")+"!", nil),
	} {
		if d.fingerprint() != first.fingerprint() {
			t.Errorf("%s, the words are other words", name)
		}
	}
	if of(strings.Replace(words, "14th", "15th", 1), nil).fingerprint() == first.fingerprint() {
		t.Error("another day is told as the same words")
	}
	if of(strings.Replace(words, "office", "country", 1), nil).fingerprint() == first.fingerprint() {
		t.Error("another word is told as the same words")
	}
	for _, c := range []struct {
		name   string
		d      *decision
		fast   bool
		traced bool
	}{
		{"in haste", first, true, true},
		{"in time", of(words, func(d *decision) { d.answers.Sent = at.Add(-quickWithin) }), false, true},
		{"to no letter that is known", of(words, func(d *decision) { d.answers.Sent = time.Time{} }), false, true},
		{"few words", of("ok, thanks", nil), false, false},
		{"private", of(words, func(d *decision) { d.entry.Private = true }), false, false},
		{"a key", of(words, func(d *decision) { d.enrols = true }), false, false},
	} {
		if c.d.fast() != c.fast || (c.d.fingerprint() != "") != c.traced {
			t.Errorf("%s: fast %v, traced %q; want %v, %v", c.name, c.d.fast(), c.d.fingerprint(), c.fast, c.traced)
		}
	}
}
