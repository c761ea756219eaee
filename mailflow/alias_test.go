package mailflow

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

const signature = "DKIM-Signature: v=1; a=rsa-sha256; d=example.org; s=s1; h=from:to;\r\n bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=;\r\n b=dzdVyOfAKCdLXdJOc9G2q8LoXSlEniSbav+yuU4zGeeruD00lszZVoG4ZHRNiYzR\r\n"

// TestTheSameMailUnderAnotherMessageIDCountsOnce delivers a mail and what a gateway may make of it, in both orders.
func TestTheSameMailUnderAnotherMessageIDCountsOnce(t *testing.T) {
	t.Parallel()
	again := func(m mail) mail { m.id = "new@gateway.example.org"; return m }
	signed := mail{from: "priya", text: "topic: the release plan", header: signature, id: "old@mail.example.org"}
	drawn := multipart("alternative", plain+"topic: the release plan")
	drawn.header = strings.ReplaceAll(drawn.header, "frontier", "Apple-Mail=_1C2A84D2-B8E2-4B77")
	drawn.text = strings.ReplaceAll(drawn.text, "frontier", "Apple-Mail=_1C2A84D2-B8E2-4B77")
	bare := mail{from: "priya", text: "topic: the release plan", id: "old@mail.example.org"}
	for _, c := range []struct {
		name   string
		a, b   mail
		edit   func(string) string // of the second
		counts bool
	}{
		{name: "the signature stayed", a: signed, b: again(signed)},
		{name: "the signature stayed, the id is gone", a: signed, b: signed, edit: func(s string) string { return strings.Replace(s, "Message-ID: <old@mail.example.org>\r\n", "", 1) }},
		{name: "the boundary stayed", a: drawn, b: again(drawn)},
		{name: "the old id was kept beside", a: bare, b: again(mail{from: "priya", text: bare.text, header: "X-Microsoft-Original-Message-ID: <old@mail.example.org>\r\n"})},
		{name: "the old id is the second of two", a: bare, b: again(mail{from: "priya", text: bare.text, header: "Message-ID: <old@mail.example.org>\r\n"})},

		{name: "the same words at once", a: bare, b: again(bare)},
		{name: "the same words, another date written", a: bare, b: again(bare), edit: func(s string) string { return strings.Replace(s, "17:40:00", "17:50:00", 1) }},
		{name: "the same words in answer to another letter", a: bare, b: again(mail{from: "priya", text: bare.text, occasion: "priya-sam/2026-12-10/pre/priya"}), counts: true},
		{name: "the same words under another subject, which may hold a private mark", a: bare, b: again(mail{from: "priya", text: bare.text, subject: "Re: 1:1, once more"}), counts: true},
		{name: "other words", a: signed, b: again(mail{from: "priya", text: "topic: the offsite", header: signature}), counts: true},
		{name: "another person", a: signed, b: again(mail{from: "sam", text: signed.text, header: signature}), counts: true},
		{name: "another pair", a: mail{from: "sam", text: "topic: x", header: signature, id: "old@mail.example.org"}, b: again(mail{from: "sam", pair: "jo-sam", text: "topic: x", header: signature}), counts: true},
	} {
		for _, apart := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s, in two passes: %v", c.name, apart), func(t *testing.T) {
				t.Parallel()
				in := newInstance(t)
				first, second := string(in.raw(c.a)), string(in.raw(c.b))
				if c.edit != nil {
					second = c.edit(second)
				}
				if second == first {
					t.Fatal("the test is void: both are the same")
				}
				var got []string
				in.putRaw([]byte(first))
				if apart {
					got = outcomes(in.receive())
				}
				in.putRaw([]byte(second))
				got = append(got, outcomes(in.receive())...)
				want := []string{"accepted proved", "duplicate duplicate"}
				if c.counts {
					want[1] = "accepted proved"
				}
				equal(t, "outcomes", want, got)
				if got := in.folders(); got != "INBOX 0, Done 2, Held 0" {
					t.Errorf("the mails lie in %s", got)
				}
			})
		}
	}
}

// TestTheSameWordsCountAgainAfterTenMinutesOrOtherWords is about a mail that is sent once more under a new id, as by a program that
// lost the server's answer, and a person who means the same words a second time.
func TestTheSameWordsCountAgainAfterTenMinutesOrOtherWords(t *testing.T) {
	t.Parallel()
	plan := mail{from: "priya", text: "topic: the release plan"}
	for _, c := range []struct {
		name    string
		between *mail
		after   time.Duration
		want    string
	}{
		{name: "nine minutes", after: 9 * time.Minute, want: "duplicate duplicate"},
		{name: "eleven minutes", after: 11 * time.Minute, want: "accepted proved"},
		{name: "after other words", between: &mail{from: "priya", text: "undo"}, after: time.Minute, want: "accepted proved"},
		{name: "after other words of somebody else", between: &mail{from: "sam", text: "topic: the offsite"}, after: time.Minute, want: "accepted proved"},
		{name: "after the same words", between: &plan, after: time.Minute, want: "duplicate duplicate"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			in := newInstance(t)
			in.put(plan)
			in.receive()
			if c.between != nil {
				in.put(*c.between)
				in.receive()
			}
			in.clock = in.clock.Add(c.after)
			before := in.store()
			in.put(plan)
			equal(t, "outcomes", []string{c.want}, outcomes(in.receive()))
			if c.want != "accepted proved" {
				sameFiles(t, before, in.store())
			}
			in.clock = in.clock.Add(11 * time.Minute)
			in.put(plan)
			equal(t, "outcomes long after", []string{"accepted proved"}, outcomes(in.receive()))
			in.put(plan)
			equal(t, "outcomes at once after that", []string{"duplicate duplicate"}, outcomes(in.receive()))
		})
	}
}

func TestAFloodOfOnePersonIsHeldAndStopsNobodyElse(t *testing.T) {
	t.Parallel()
	in := newInstance(t)
	for n := range mailsPerHour + 3 {
		in.put(mail{from: "priya", text: fmt.Sprintf("topic: number %d", n)})
	}
	in.put(mail{from: "jo", pair: "jo-sam", text: "Thema: Urlaub"})
	r := in.receive()
	if r.Outcomes[Accepted] != mailsPerHour+1 || r.Outcomes[Held] != 3 {
		t.Fatalf("want 3 held, got %v", r.Outcomes)
	}
	in.put(mail{from: "priya", text: "topic: within the hour"})
	equal(t, "outcomes", []string{"held flood"}, outcomes(in.receive()))
	in.clock = in.clock.Add(61 * time.Minute)
	in.put(mail{from: "priya", text: "topic: later"})
	equal(t, "outcomes an hour later", []string{"accepted proved"}, outcomes(in.receive()))
}
