package mailflow

import (
	"strings"
	"testing"
)

// canary is text that must be found nowhere.
const canary = "zanzibar-offer"

func TestPrivateTextIsKeptSealedAndNowhereElse(t *testing.T) {
	t.Parallel()
	in := newInstance(t)
	in.put(mail{from: "priya", text: "topic: the release plan\n\nprivate: my " + canary + "\nstill " + canary})
	in.put(mail{from: "priya", text: "private\n\nall of it is " + canary})
	in.put(mail{from: "priya", text: "note: something " + "for me only: " + canary})
	in.put(mail{from: "priya", subject: "Re: private: " + canary, text: "and this is " + canary})
	in.receive()
	in.noCanary()
	if got := in.folders(); got != "INBOX 0, Done 0, Held 0" {
		t.Errorf("want the mails deleted, they lie in %s", got)
	}
	if sealed := in.store()["pairs/priya-sam/private/priya.md"]; strings.Count(sealed, secretKey) < 4 {
		t.Errorf("want four sealed notes, got:\n%s", sealed)
	}
	in.flush()
	in.noCanary()
	for _, m := range in.arrived("priya") {
		if strings.Contains(m.Text+m.HTML, canary) {
			t.Errorf("a letter says it:\n%s", m.Text)
		}
	}
}

func TestPrivateTextIsNowhereEvenBetweenTwoSteps(t *testing.T) {
	t.Parallel()
	for _, step := range []string{"raw kept", "journaled", "log written", "concluded", "file", "filed"} {
		t.Run(step, func(t *testing.T) {
			t.Parallel()
			in := newInstance(t)
			in.put(mail{from: "priya", text: "topic: the release plan\n\nprivate: my " + canary})
			in.stopBefore(t, step)
			in.noCanary()
		})
	}
}

// noCanary fails the test when the canary stands anywhere in the instance: content, ledger, letters, outbox, held, log.
func (in *instance) noCanary() {
	in.t.Helper()
	for line := range strings.Lines(in.everything()) {
		if strings.Contains(line, canary) {
			in.t.Errorf("found it in: %s", line)
		}
	}
}

func TestPrivateTextOfSomebodyWithoutAKeyIsNotKept(t *testing.T) {
	t.Parallel()
	in := newInstance(t)
	in.put(mail{from: "jo", pair: "jo-sam", text: "privat: mein " + canary})
	in.receive()
	in.noCanary()
	equal(t, "letters", []string{"ack"}, in.letters("jo"))
}

func TestAnItemMadePrivateLaterIsHiddenWhereItWasKept(t *testing.T) {
	t.Parallel()
	in := newInstance(t)
	in.put(mail{from: "priya", text: "topic: the release plan\n\ntopic: my " + canary, id: "first@mail.example.org"})
	in.receive()
	if queued, err := in.Remind(t.Context()); err != nil || len(queued) == 0 {
		t.Fatalf("want letters queued, got %v, %v", queued, err)
	}
	if !strings.Contains(in.everything(), canary) {
		t.Fatal("the test is void: the words are nowhere")
	}
	e, _ := in.Ledger.Entry(in.onlyKey())
	in.put(mail{from: "priya", text: "2 private", occasion: "ack/" + e.Key})
	in.receive()
	in.noCanary()
	in.flush()
	for _, person := range []string{"priya", "sam"} {
		for _, m := range in.arrived(person) {
			if strings.Contains(m.Text+m.HTML, canary) {
				t.Errorf("a letter to %s says it:\n%s", person, m.Text)
			}
		}
	}
	queued, err := in.Remind(t.Context())
	if err != nil || len(queued) == 0 {
		t.Errorf("want the withdrawn letters written anew, got %v, %v", queued, err)
	}
	in.noCanary()
}
