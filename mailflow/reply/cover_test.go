package reply

import (
	"strings"
	"testing"

	"duolog/mailflow/newtext"
	"duolog/meeting"
)

// leaks tells whether a word stands anywhere but in the text of a private note.
func leaks(out Reading, word string) bool {
	for i := range out.Intents {
		if out.Intents[i].Kind == meeting.AddPrivate {
			out.Intents[i].Text = ""
		}
	}
	return strings.Contains(strings.ToLower(render(out)), word)
}

func TestAMarkOfTheWholeReplyCoversAllOfIt(t *testing.T) {
	for _, text := range []string{
		"The rest of this mail is private.\n\ncanary\n\ncanary", "This whole mail is private\n\ncanary", "all of this is private\n\ncanary\n\ncanary",
		"Please keep the following between us.\n\ncanary\n\ncanary", "Private:\n\ncanary\n\ncanary", "Private:\n- canary\n\n- canary",
		"canary\n\ncanary\n\nThe above is private.", "canary\n(private)", "canary\n\nprivate", "- canary\n- canary\n\nprivate\n\nThanks\nPriya",
		"Der Rest ist privat\n\ncanary\n\ncanary", "Le reste est privé\n\ncanary\n\ncanary", "El resto es privado\n\ncanary\n\ncanary",
	} {
		for _, kind := range []meeting.LetterKind{meeting.LetterPreReport, meeting.LetterRecap} {
			if got := priyaReads(kind, newtext.Result{Text: text}); leaks(got, "canary") {
				t.Errorf("%q: got %s, want nothing outside private notes", text, render(got))
			}
		}
	}
}

func TestAMarkOfTheRestLeavesWhatStandsBefore(t *testing.T) {
	got := priyaReads(meeting.LetterPreReport, newtext.Result{Text: "topic: budget\n\nThe rest is private.\n\ncanary\n\ncanary"})
	if len(got.Intents) == 0 || got.Intents[0].Text != "budget" || leaks(got, "canary") {
		t.Errorf("got %s, want the topic and a private note", render(got))
	}
}

func TestAPrivateSubjectCoversTheReply(t *testing.T) {
	for subject, want := range map[string]bool{
		"Re: private": true, "AW: Re: privat: dies und das": true, "[private] thoughts": true, "confidential": true,
		"Re: Your 1:1 with Sam on Thursday": false, "": false, "Re: ": false,
	} {
		l := priyaSam()
		got := Read(newtext.Result{Text: "canary\n\ncanary"}, Context{Log: l, Sender: l.Report, Received: tuesday, Subject: subject})
		if leaks(got, "canary") == want {
			t.Errorf("under the subject %q got %s, want it private: %t", subject, render(got), want)
		}
	}
}
