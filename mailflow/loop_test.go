package mailflow

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"duolog/mailflow/message"
	"duolog/meeting"
)

// week runs an instance for seven days of virtual time, hour by hour. answer gives the reply of whoever gets a letter, "" for
// none; it goes to the letter's Reply-To after the pause. What is written is proven genuine, so that nothing but the loop's own brakes stops it.
func (in *instance) week(pause time.Duration, answer func(letter *message.Message, n int) mail) (automatic map[string]int) {
	in.t.Helper()
	seen := map[string]int{}
	automatic = map[string]int{}
	for end := in.clock.Add(7 * 24 * time.Hour); in.clock.Before(end); in.clock = in.clock.Add(time.Hour) {
		if _, err := in.Remind(in.t.Context()); err != nil {
			in.t.Fatal(err)
		}
		for quiet := false; !quiet && in.clock.Before(end); in.clock = in.clock.Add(time.Second) {
			in.flush()
			quiet = true
			in.clock = in.clock.Add(pause)
			for _, person := range []string{"priya", "sam", "jo"} {
				all := in.arrived(person)
				for _, letter := range all[seen[person]:] {
					quiet = false
					in.countAnswer(letter, person, automatic)
					m := answer(letter, len(all))
					if m.from == "" {
						m.from = person
					}
					to := letter.Header.Text("Reply-To")
					m.to = strings.Trim(to[strings.LastIndex(to, " ")+1:], "<>")
					m.header += "In-Reply-To: <" + letter.ID + ">\r\n"
					in.put(m)
				}
				if seen[person] = len(all); seen[person] > 100 {
					in.t.Fatalf("a loop: %d letters to %s by %s", seen[person], person, in.clock)
				}
			}
			in.receive()
		}
	}
	return automatic
}

// countAnswer counts acknowledgements and the like by person and day.
func (in *instance) countAnswer(letter *message.Message, person string, automatic map[string]int) {
	all, err := in.Ledger.Letters()
	if err != nil {
		in.t.Fatal(err)
	}
	for _, e := range all {
		if e.MessageID == letter.ID && isAnswer(meeting.LetterKind(e.Kind)) {
			automatic[person+" "+in.clock.Format(time.DateOnly)]++
		}
	}
}

func TestNoLoopLastsWhateverAnswersEveryMail(t *testing.T) {
	t.Parallel()
	away := "I am out of the office until Monday and read no mail. In urgent cases please call my colleagues."
	for name, answer := range map[string]func(*message.Message, int) mail{
		"an assistant that says so": func(*message.Message, int) mail {
			return mail{text: away, header: "Auto-Submitted: auto-replied\r\n"}
		},
		"an assistant that does not": func(*message.Message, int) mail { return mail{text: away} },
		"a slow one that does not":   func(*message.Message, int) mail { return mail{text: away} },
		"one that never says the same twice": func(m *message.Message, n int) mail {
			return mail{text: fmt.Sprintf("topic: mail no. %d of yours came while I am away. %s", n, away)}
		},
		"another instance of duolog": func(m *message.Message, n int) mail {
			return mail{text: m.Text, header: "Auto-Submitted: auto-generated\r\nX-Auto-Response-Suppress: OOF, AutoReply\r\n"}
		},
		"one that sends our own words back": func(m *message.Message, n int) mail { return mail{text: m.Text} },
		"one that sends nothing back":       func(m *message.Message, n int) mail { return mail{text: ""} },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in := newInstance(t)
			pause := 10 * time.Second
			if strings.Contains(name, "slow") {
				pause = 5 * time.Minute
			}
			for day, n := range in.week(pause, answer) {
				if n > 1 {
					t.Errorf("%d automatic answers to %s", n, day)
				}
			}
			if log := in.log.String(); strings.Contains(log, "token-missing") || !strings.Contains(log, "outcome=") {
				t.Error("the test is void: the answers did not reach their address")
			}
			total := len(in.letters("priya")) + len(in.letters("sam")) + len(in.letters("jo"))
			if total < 8 || total > 40 {
				t.Errorf("%d letters in a week; too few would make the test void, too many are a loop", total)
			}
		})
	}
}

// TestTwoInstancesDoNotTalkToEachOther has each instance know the other's mailbox as a person: whatever one sends arrives
// at the other as it is.
func TestTwoInstancesDoNotTalkToEachOther(t *testing.T) {
	t.Parallel()
	a, b := newInstance(t), newInstance(t)
	seen := map[*instance]int{}
	for range 7 * 24 {
		for _, pair := range [][2]*instance{{a, b}, {b, a}} {
			from, to := pair[0], pair[1]
			from.clock = from.clock.Add(time.Hour)
			if _, err := from.Remind(t.Context()); err != nil {
				t.Fatal(err)
			}
			from.flush()
			letters, err := from.server.Mails("priya@example.org", "INBOX")
			if err != nil {
				t.Fatal(err)
			}
			for _, letter := range letters[seen[from]:] {
				results := "Authentication-Results: " + authserv + "; dmarc=pass header.from=example.org\r\n"
				to.putRaw(append([]byte(results), letter.Raw...))
			}
			seen[from] = len(letters)
			to.receive()
		}
	}
	for _, in := range []*instance{a, b} {
		if got := len(in.arrived("priya")); got < 2 || got > 8 {
			t.Errorf("want the letters of a week alone, got %d", got)
		}
		if len(in.topics("priya-sam"))+len(in.topics("jo-sam")) > 0 {
			t.Error("one took the other's letters for replies")
		}
	}
}

func TestTheSameWordsInAnswerToOurAnswerAreHeld(t *testing.T) {
	t.Parallel()
	in := newInstance(t)
	words := "topic: I am out of the office until Monday and read no mail"
	in.put(mail{from: "priya", text: words})
	in.receive()
	in.put(mail{from: "priya", text: words, occasion: "ack/" + in.onlyKey()})
	equal(t, "outcomes", []string{"held repeats"}, outcomes(in.receive()))
	if got := in.topics("priya-sam"); len(got) != 1 {
		t.Errorf("want the topic once, got %v", got)
	}
}
