package mailflow

import (
	"context"
	"strings"
	"testing"

	"duolog/meeting"
	"duolog/stumble"
)

func TestAMailAtWhoseStorageWeStumbleStopsNobodyElse(t *testing.T) {
	for _, step := range []string{"journaled", "log written"} {
		t.Run(step, func(t *testing.T) {
			in := newInstance(t)
			in.put(mail{from: "priya", text: "topic: hers"})
			in.put(mail{from: "jo", pair: "jo-sam", text: "topic: his"})
			times := 0
			in.stopAt = func(at string) error {
				if at != step {
					return nil
				}
				if times++; times <= 2 { // the batch, and the first mail of it alone
					panic("a bug")
				}
				return nil
			}
			r, err := in.tryReceive()
			if !stumble.In(err) || r.Mails != 2 || r.Outcomes[Accepted] != 1 {
				t.Fatalf("want one mail done and one told of, got %v, %v", outcomes(r), err)
			}
			if got := in.topics("jo-sam"); len(got) != 1 {
				t.Errorf("want the other mail in the log, got %q", got)
			}
			in.receive()
			for _, pair := range []string{"priya-sam", "jo-sam"} {
				if got := in.topics(pair); len(got) != 1 {
					t.Errorf("%s: want one topic after the next pass, got %q", pair, got)
				}
			}
			if n := in.count("INBOX"); n != 0 {
				t.Errorf("want both mails filed, %d are left", n)
			}
		})
	}
}

// TestAnAnswerAtWhichWeStumbleLeavesTheMailDone has the address of a person's page panic, which an answer says.
func TestAnAnswerAtWhichWeStumbleLeavesTheMailDone(t *testing.T) {
	in := newInstance(t)
	in.put(mail{from: "priya", text: "topic: hers"})
	in.put(mail{from: "jo", pair: "jo-sam", text: "topic: his"})
	in.Page = func(p *meeting.Person) string {
		if p.ID == "priya" {
			panic("a bug")
		}
		return ""
	}
	if r, err := in.tryReceive(); err != nil || r.Outcomes[Accepted] != 2 {
		t.Fatalf("want both accepted, got %v, %v", outcomes(r), err)
	}
	equal(t, "folders", []string{"INBOX 0, Done 2, Held 0"}, []string{in.folders()})
	equal(t, "letters to jo", []string{"ack"}, in.letters("jo"))
	equal(t, "letters to priya", nil, in.letters("priya"))
}

func TestAPairAtWhichWeStumbleKeepsNoOtherFromBeingCarriedOut(t *testing.T) {
	in := newInstance(t)
	asked := in.clock
	for _, person := range []string{"jo", "priya"} {
		l := in.logOf(person + "-sam")
		l.Pair.Leaving = person
		l.Pair.History = append(l.Pair.History, meeting.Change{Field: "leaving", By: person, To: person, At: asked})
		if person == "jo" {
			l.Pair.Follows = meeting.Follows{Source: "secrets/calendar", Summary: "1:1"}
		}
		if _, err := in.Content.Save(l); err != nil {
			t.Fatal(err)
		}
	}
	in.clock = in.clock.Add(declinedAfter)
	in.Content.Calendar = func(p *meeting.Pair) *meeting.Calendar {
		if p.ID == "jo-sam" {
			panic("a bug")
		}
		return nil
	}
	done, err := in.CarryOut(context.Background())
	if err == nil || !strings.Contains(err.Error(), "jo-sam") || len(done) != 1 || done[0].Pair != "priya-sam" {
		t.Errorf("want priya-sam carried out and jo-sam told of, got %v, %v", done, err)
	}
}
