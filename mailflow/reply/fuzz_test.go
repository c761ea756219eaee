package reply

import (
	"strings"
	"testing"

	"duolog/mailflow/newtext"
	"duolog/meeting"
)

// kinds are the mails that a fuzzed reply may answer.
var letterKinds = []meeting.LetterKind{
	"", meeting.LetterPreReport, meeting.LetterRecap, meeting.LetterConfirmation, meeting.LetterAck, meeting.LetterNudge,
	meeting.LetterReminder, meeting.LetterSurveyMgr, meeting.LetterSurveyRep, meeting.LetterSurveyResult, meeting.LetterFeedback, meeting.LetterWelcome,
}

// FuzzRead states what holds for any text: no word of it is lost, and what stands behind a private label, up to the next
// blank line, is nowhere but in private notes.
func FuzzRead(f *testing.F) {
	for _, file := range []string{"testdata/examples.txt", "testdata/people.txt"} {
		for i, s := range scenarios(f, file) {
			f.Add(s.text, s.answers, byte(i), "hxq secret")
		}
	}
	f.Fuzz(func(t *testing.T, text, answers string, kind byte, secret string) {
		if len(text)+len(secret) > maxText/2 {
			return
		}
		secret = strings.Join(strings.Fields("qzx"+strings.Map(lettersOnly, secret)), " ")
		text = strings.ReplaceAll(text, "qzx", "") + "\n\nprivate: " + secret
		l := priyaSam()
		c := Context{Log: l, Sender: l.Report, Received: tuesday, Occasion: meeting.Occasion{
			Kind: letterKinds[int(kind)%len(letterKinds)], Item: "A8", Echo: []string{"T3", "A9"}, Person: "priya",
		}}
		out := Read(newtext.Result{Text: text, Blocks: []newtext.Block{{Text: text, Answers: answers}}}, c)
		accountedFor(t, text, out)
		kept := false
		for i, in := range out.Intents {
			if in.Kind == meeting.AddPrivate {
				kept = kept || strings.Contains(in.Text, "qzx")
				in.Text = ""
			}
			if s := strings.Join([]string{renderIntent(in), in.Words, in.DueWords, strings.Join(in.Context, " ")}, " "); strings.Contains(s, "qzx") {
				t.Errorf("private text is in intent %+v", in)
			}
			if in.Pos != i+1 {
				t.Errorf("intent %d has Pos %d", i, in.Pos)
			}
		}
		if !kept {
			t.Errorf("the private note is lost: %+v", out)
		}
		for _, s := range append(out.Unread, out.Quiet...) {
			if strings.Contains(s, "qzx") {
				t.Errorf("private text is in %q", s)
			}
		}
		for _, cut := range out.Cuts {
			if strings.Contains(cut.Text, "qzx") {
				t.Errorf("private text is in cut %+v", cut)
			}
		}
	})
}

func lettersOnly(r rune) rune {
	if r >= 'a' && r <= 'z' || r == ' ' {
		return r
	}
	return -1
}

func FuzzCalendar(f *testing.F) {
	for _, answer := range calendarAnswers(f) {
		f.Add([]byte(answer.object))
	}
	f.Fuzz(func(t *testing.T, ics []byte) {
		l := priyaSam()
		for _, in := range Read(newtext.Result{}, Context{Log: l, Sender: l.Report, Received: tuesday, Calendar: ics}).Intents {
			switch in.Kind {
			case meeting.AnswerInvite, meeting.MoveMeeting, meeting.Cadence, meeting.AddPrivate:
			default:
				t.Errorf("a calendar part asked for %s", in.Kind)
			}
		}
	})
}

func BenchmarkRead(b *testing.B) {
	cases := append(scenarios(b, "testdata/examples.txt"), scenarios(b, "testdata/people.txt")...)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		cases[i%len(cases)].read()
	}
}

func BenchmarkReadWorst(b *testing.B) {
	l := priyaSam()
	c := Context{Log: l, Sender: l.Report, Received: tuesday}
	for name, line := range map[string]string{"words": "on ", "numbers": "1 ", "ids": "A8, ", "lines": "by Friday\n", "colons": "private ", "quotes": "between "} {
		text := newtext.Result{Text: strings.Repeat(line, maxText/len(line))}
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				Read(text, c)
			}
		})
	}
}
