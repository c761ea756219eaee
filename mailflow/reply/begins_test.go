package reply

import (
	"testing"

	"duolog/mailflow/newtext"
	"duolog/meeting"
)

func TestALineAnnouncedAsPrivateIsSealed(t *testing.T) {
	for _, text := range []string{
		"private canary is near", "private thoughts: canary", "Private stuff: canary", "A private matter: canary", "My private note: canary",
		"privately: canary", "priv: canary", "pvt: canary", "PRIVAT canary", "private… canary", "private -> canary", "private(canary)",
		"'private' canary", "Private/canary", "~~ private ~~ canary", "pri\u00advate: canary", "pri\u200bvate: canary", "pri\u2060vate canary",
		"ｐｒｉｖａｔｅ: canary", "T3: private canary", "note: canary private", "only me: canary", "canary (only me)", "for myself: canary",
		"visible only to me: canary", "only I should see this: canary", "nobody else should see this: canary", "Not for Sam's eyes: canary",
		"Sam isn't supposed to know: canary", "I don't want Sam to know canary", "Sam does not need to know this: canary",
		"never show Sam: canary", "don't put this in the log: canary", "canary. Please do not put this on the page.", "please hide: canary",
		"off-the-record: canary", "memo to myself: canary", "canary, but that stays with me", "bitte für dich behalten: canary",
		"canary, bitte für dich behalten", "nur für meine Augen: canary", "Persönlich: canary", "intern: canary", "privé canary", "privado canary",
	} {
		for _, kind := range []meeting.LetterKind{meeting.LetterPreReport, meeting.LetterRecap} {
			if got := priyaReads(kind, newtext.Result{Text: text}); leaks(got, "canary") {
				t.Errorf("%q: got %s, want a private note", text, render(got))
			}
		}
	}
}

func TestACompoundOfPrivateIsNoMark(t *testing.T) {
	for _, text := range []string{"private equity round", "Private cloud: canary", "private key rotation", "Privatschule", "topic: private beta", "private school fees"} {
		got := priyaReads(meeting.LetterPreReport, newtext.Result{Text: text})
		if len(got.Intents) != 1 || got.Intents[0].Kind != meeting.AddTopic {
			t.Errorf("%q: got %s, want a topic", text, render(got))
		}
	}
}
