package mailflow

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	bolt "go.etcd.io/bbolt"

	"duolog/meeting"
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

func TestPrivateTextWaitsWhereItCannotBeSealed(t *testing.T) {
	t.Parallel()
	in := newInstance(t)
	in.Seal = nil
	in.put(mail{from: "priya", text: "private: my " + canary})
	in.put(mail{from: "sam", text: "topic: budget"})
	r := in.receive()
	if r.Outcomes[Held] != 1 || r.Outcomes[Accepted] != 1 {
		t.Fatalf("want the private mail held for now, got %v", outcomes(r))
	}
	if got := in.folders(); got != "INBOX 1, Done 1, Held 0" {
		t.Errorf("want it tried again, the mails lie in %s", got)
	}
	in.Seal = fakeSeal
	if r := in.receive(); r.Outcomes[Accepted] != 1 {
		t.Errorf("want it taken once it can be sealed, got %v", outcomes(r))
	}
	in.noCanary()
}

// TestHidingTakesOutTheItemsOfThatPairAlone hides T1 and T2 of one pair, in what is kept of mails and letters.
func TestHidingTakesOutTheItemsOfThatPairAlone(t *testing.T) {
	t.Parallel()
	in := newInstance(t)
	effect := func(item, of, topic string) meeting.Effect {
		return meeting.Effect{Result: meeting.Added, Item: item, Intent: meeting.Intent{Kind: meeting.AddTopic, Item: of, Topic: topic, Text: "words"}}
	}
	entries := []Entry{
		{Key: "added", Pair: "priya-sam", Outcome: Accepted, Effects: []meeting.Effect{effect("T1", "", ""), effect("T3", "", "")}},
		{Key: "changed", Pair: "priya-sam", Outcome: Accepted, Effects: []meeting.Effect{effect("", "T2", "")}},
		{Key: "note", Pair: "priya-sam", Outcome: Accepted, Effects: []meeting.Effect{effect("N1", "", "T1")}},
		{Key: "held", Pair: "priya-sam", Outcome: Held, Effects: []meeting.Effect{effect("T1", "", "")}},
		{Key: "other", Pair: "jo-sam", Outcome: Accepted, Detail: "priya-sam", Effects: []meeting.Effect{effect("T1", "", "")}},
	}
	letters := map[string]Letter{
		"says":    {Occasion: meeting.Occasion{Key: "says", Pair: "priya-sam"}, Text: "T1  words", HTML: "T1 words"},
		"says it": {Occasion: meeting.Occasion{Key: "says it", Pair: "priya-sam"}, Text: "1. words (T2)", HTML: "words"},
		"another": {Occasion: meeting.Occasion{Key: "another", Pair: "priya-sam"}, Text: "T11 words, T22 words", HTML: "T11 words"},
		"other":   {Occasion: meeting.Occasion{Key: "priya-sam of another", Pair: "jo-sam"}, Text: "T1 words", HTML: "T1 words"},
	}
	made := meeting.Effect{Result: meeting.Added, Intent: meeting.Intent{Kind: meeting.MarkItem, State: "private", Item: "T1"}}
	also := made
	also.Intent.Item = "T2"
	refused := made
	refused.Result, refused.Intent.Item = meeting.Refused, "T3"
	discussed := made
	discussed.Intent.State, discussed.Intent.Item = "discussed", "T3"
	in.update(func(tx *bolt.Tx) (err error) {
		for _, e := range entries {
			err = errors.Join(err, putEntry(tx, e))
		}
		for mark, l := range letters {
			err = errors.Join(err, putLetter(tx, mark, l))
		}
		return errors.Join(err, hidePrivate(tx, Entry{Pair: "priya-sam", Effects: []meeting.Effect{made, also, refused, discussed}}))
	})
	var told []string
	for _, e := range entries {
		got, _ := in.Ledger.Entry(e.Key)
		for i, x := range got.Effects {
			if x.Intent.Text != "" {
				told = append(told, fmt.Sprint(e.Key, i))
			}
		}
	}
	equal(t, "effects that keep their words", []string{"added1", "held0", "other0"}, told)
	for mark := range letters {
		l, _ := in.Ledger.Letter(mark)
		if want := !strings.HasPrefix(mark, "says"); (l.Text != "") != want || (l.HTML != "") != want {
			t.Errorf("the letter %q keeps %q and %q, want its words kept: %v", mark, l.Text, l.HTML, want)
		}
	}
}
