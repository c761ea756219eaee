package reply

import (
	"testing"

	"duolog/mailflow/newtext"
	"duolog/meeting"
)

func TestAnAnswerToTheReminderOfATopicIsAboutIt(t *testing.T) {
	for text, want := range map[string]meeting.Intent{
		"discussed":              {Kind: meeting.UpdateTopic, Item: "T4", State: "discussed"},
		"next time":              {Kind: meeting.UpdateTopic, Item: "T4", State: "next-time"},
		"it got better, I think": {Kind: meeting.CommentOn, Item: "T4", Text: "it got better, I think"},
		"topic: hiring":          {Kind: meeting.AddTopic, Text: "hiring"},
	} {
		l := priyaSam()
		o := meeting.Occasion{Kind: meeting.LetterReminder, Person: "priya", Item: "T4"}
		got := Read(newtext.Result{Text: text}, Context{Log: l, Sender: l.Report, Received: tuesday, Occasion: o})
		if len(got.Intents) != 1 {
			t.Errorf("%q: want one intent, came %+v", text, got.Intents)
			continue
		}
		if in := got.Intents[0]; in.Kind != want.Kind || in.Item != want.Item || in.State != want.State || in.Text != want.Text {
			t.Errorf("%q: want %+v, came %+v", text, want, in)
		}
	}
}

func TestOtherWordsForAChangeToTryTakeItsPlace(t *testing.T) {
	l := priyaSam()
	l.Agreements = append(l.Agreements, &meeting.Agreement{ID: "G9", Text: "Status by mail", State: meeting.AgreementProposed, Origin: meeting.Origin{By: "sam"}})
	o := meeting.Occasion{Kind: meeting.LetterMove, Stage: meeting.StageAsked, Person: "priya", Item: "G9"}
	for text, want := range map[string]meeting.IntentKind{"ok": meeting.Confirm, "no": meeting.Reject, "status by mail, but only the numbers": meeting.CorrectNote} {
		got := Read(newtext.Result{Text: text}, Context{Log: l, Sender: l.Report, Received: tuesday, Occasion: o})
		if len(got.Intents) != 1 || got.Intents[0].Kind != want {
			t.Errorf("%q: want %s, came %+v", text, want, got.Intents)
		}
	}
}

func TestWhoSaidNoMaySayYesInAnswerToAnyMail(t *testing.T) {
	for _, kind := range []meeting.LetterKind{meeting.LetterAck, meeting.LetterNotRead, meeting.LetterPreReport} {
		l := priyaSam()
		l.Report.Consent = &meeting.Consent{State: "no"}
		o := meeting.Occasion{Kind: kind, Person: "priya"}
		got := Read(newtext.Result{Text: "yes"}, Context{Log: l, Sender: l.Report, Received: tuesday, Occasion: o})
		if len(got.Intents) != 1 || got.Intents[0].Kind != meeting.Consented || got.Intents[0].State != "yes" {
			t.Errorf("%s: want the yes taken, came %+v", kind, got.Intents)
		}
	}
}
