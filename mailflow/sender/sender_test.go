package sender

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"duolog/mailflow/message"
)

// A letter is a mail of a test: fields by name, in order of writing, over those of an honest reply.
type letter struct {
	from, to string
	fields   string // further fields, on top
	drop     string // names of fields to leave out
	body     string
}

const passes = "Authentication-Results: mx.example.net; dmarc=pass header.from=example.org\n"

func (l letter) raw() []byte {
	var b strings.Builder
	b.WriteString(l.fields)
	for _, f := range strings.SplitAfter(passes+"From: "+l.from+"\nTo: "+l.to+"\nSubject: Re: 1:1\nMessage-ID: <1@example.org>\n", "\n") {
		if name, _, _ := strings.Cut(f, ":"); !strings.Contains(l.drop, name) || name == "" {
			b.WriteString(f)
		}
	}
	if l.body == "" {
		l.body = "Content-Type: text/plain\n\n- release plan\n"
	}
	b.WriteString(l.body)
	return []byte(strings.ReplaceAll(b.String(), "\n", "\r\n"))
}

func (l letter) verify(t testing.TB, p Policy) (Sender, Verdict) {
	t.Helper()
	raw := l.raw()
	m, err := message.Parse(raw)
	if err != nil {
		t.Fatalf("%v\n%s", err, raw)
	}
	s, v := Verify(m, raw, p, received)
	if (v.Outcome == Accept) != (s != Sender{}) {
		t.Errorf("outcome %s comes with the sender %+v", v.Outcome, s)
	}
	return s, v
}

func testPolicy(t testing.TB) Policy {
	return Policy{Register: testRegister(t), Trust: Trust{Server: testServer}}
}

func TestAReplyIsItsPersons(t *testing.T) {
	p := testPolicy(t)
	stamp := p.Register.mustStamp(t, "priya", "priya-sam", received.Add(time.Hour))
	earlier, err := p.Register.Stamp("priya", "priya-sam", "priya-sam/2026-11-19/pre/priya", received.Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	for name, l := range map[string]letter{
		"as it should be":                               {from: "Priya <priya@example.org>", to: stamp.ReplyTo},
		"name before a tab":                             {from: "Priya\t<priya@example.org>", to: stamp.ReplyTo},
		"address in capitals":                           {from: "PRIYA@EXAMPLE.ORG", to: strings.ToUpper(stamp.ReplyTo)},
		"second address":                                {from: "priya.nair@mail.example.org", to: stamp.ReplyTo, fields: "Authentication-Results: mx.example.net; dmarc=pass header.from=mail.example.org\n", drop: "Authentication-Results"},
		"plus written %2B":                              {from: "priya@example.org", to: strings.Replace(stamp.ReplyTo, "+", "%2B", 1)},
		"plus written %2b":                              {from: "priya@example.org", to: strings.Replace(stamp.ReplyTo, "+", "%2b", 1)},
		"local part in quotes":                          {from: "priya@example.org", to: `"` + strings.Replace(stamp.ReplyTo, "@", `"@`, 1)},
		"in Cc":                                         {from: "priya@example.org", to: "someone@example.org", fields: "Cc: 1:1 <" + stamp.ReplyTo + ">\n"},
		"in Delivered-To":                               {from: "priya@example.org", to: "list@example.org", fields: "Delivered-To: " + stamp.ReplyTo + "\n"},
		"in X-Original-To":                              {from: "priya@example.org", to: "list@example.org", fields: "X-Original-To: " + stamp.ReplyTo + "\n"},
		"in Envelope-To":                                {from: "priya@example.org", to: "undisclosed-recipients:;", fields: "Envelope-To: <" + stamp.ReplyTo + ">\n"},
		"in To and Delivered-To":                        {from: "priya@example.org", to: stamp.ReplyTo, fields: "Delivered-To: " + strings.ToUpper(stamp.ReplyTo) + "\n"},
		"beside the bare address":                       {from: "priya@example.org", to: stamp.ReplyTo, fields: "Delivered-To: 1on1@acme.example\n"},
		"other Sender and Reply-To":                     {from: "priya@example.org", to: stamp.ReplyTo, fields: "Sender: assistant@example.org\nReply-To: mallory@evil.example\n"},
		"answering its letter":                          {from: "priya@example.org", to: stamp.ReplyTo, fields: "In-Reply-To: <" + stamp.MessageID + ">\n"},
		"answering somebody's letter":                   {from: "priya@example.org", to: stamp.ReplyTo, fields: "In-Reply-To: <x@example.org>\n"},
		"token off, In-Reply-To":                        {from: "priya@example.org", to: "1on1@acme.example", fields: "In-Reply-To: <" + stamp.MessageID + ">\n"},
		"token off, References":                         {from: "priya@example.org", to: "1on1@acme.example", fields: "References: <a@b>\n <" + stamp.MessageID + "> <c@d>\n"},
		"token off, the last of References":             {from: "priya@example.org", to: "1on1@acme.example", fields: "References: <" + earlier.MessageID + "> <" + stamp.MessageID + ">\n"},
		"token off, our name and a plus in the subject": {from: "priya@example.org", to: "1on1@acme.example", fields: "Subject: 1on1+retro\nIn-Reply-To: <" + stamp.MessageID + ">\n", drop: "Subject"},
		"token off, Message-ID in upper":                {from: "priya@example.org", to: "1on1@acme.example", fields: "In-Reply-To: <" + strings.ToUpper(stamp.MessageID) + ">\n"},
	} {
		s, v := l.verify(t, p)
		if v.Outcome != Accept || v.Reason != Proved || s.Person() != "priya" || s.Pair() != "priya-sam" || s.Mark() != stamp.Mark {
			t.Errorf("%s: got %+v from %+v", name, v, s)
		}
		if want := strings.Contains(name, "its letter") || strings.Contains(name, "token off"); (s.Answers() == stamp.MessageID) != want {
			t.Errorf("%s: answers %q, want it told: %v", name, s.Answers(), want)
		}
	}
}

func TestWhatIsInDoubtIsHeld(t *testing.T) {
	p := testPolicy(t)
	r := p.Register
	soon := received.Add(time.Hour)
	priya := r.mustStamp(t, "priya", "priya-sam", soon)
	sam := r.mustStamp(t, "sam", "priya-sam", soon)
	sam2 := r.mustStamp(t, "sam", "juergen-sam", soon)
	old := r.mustStamp(t, "priya", "priya-sam", received)
	garbage := "1on1+" + strings.Repeat("a", tokenLength) + "@acme.example"
	foreign, err := NewRegister("1on1@acme.example", []Key{testKey("z")}, testSeats)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		want Reason
		letter
	}{
		{"bare address, no thread", TokenMissing, letter{from: "priya@example.org", to: "1on1@acme.example"}},
		{"another address of the mailbox", TokenMissing, letter{from: "priya@example.org", to: "team@acme.example", fields: "In-Reply-To: <" + priya.MessageID + ">\n"}},
		{"bare address only where servers write", TokenMissing, letter{from: "priya@example.org", to: "team@acme.example", fields: "Delivered-To: 1on1@acme.example\nIn-Reply-To: <" + priya.MessageID + ">\n"}},
		{"token at another domain", TokenMissing, letter{from: "priya@example.org", to: strings.Replace(priya.ReplyTo, "acme", "evil", 1)}},
		{"token of another local part", TokenMissing, letter{from: "priya@example.org", to: strings.Replace(priya.ReplyTo, "1on1", "2on2", 1)}},
		{"token in the display name", TokenMissing, letter{from: "priya@example.org", to: `"` + priya.ReplyTo + `" <1on1@acme.example>`}},
		{"token in the display name of an answer", TokenMissing, letter{from: "priya@example.org", to: `"` + priya.ReplyTo + `" <1on1@acme.example>`, fields: "In-Reply-To: <" + priya.MessageID + ">\n"}},
		{"token with %2B in the display name of an answer", TokenMissing, letter{from: "priya@example.org", to: `"` + strings.Replace(priya.ReplyTo, "+", "%2B", 1) + `" <1on1@acme.example>`, fields: "In-Reply-To: <" + priya.MessageID + ">\n"}},
		{"answered Message-ID cut off", TokenMissing, letter{from: "priya@example.org", to: "1on1@acme.example", fields: "In-Reply-To: <" + priya.MessageID + "\n"}},
		{"token in the subject of an answer", TokenMissing, letter{from: "priya@example.org", to: `1on1@acme.example`, fields: "Subject: " + priya.ReplyTo + "\nIn-Reply-To: <" + priya.MessageID + ">\n", drop: "Subject"}},
		{"token in a name without quotes", TokenMissing, letter{from: "priya@example.org", to: priya.ReplyTo + ` <1on1@acme.example>`}},
		{"token in a broken name", TokenMissing, letter{from: "priya@example.org", to: `1:1 "<` + priya.ReplyTo + `>" (<` + priya.ReplyTo + `>) <1on1@acme.example>`}},
		{"token in a comment", TokenMissing, letter{from: "priya@example.org", to: `1on1@acme.example (` + priya.ReplyTo + `)`}},
		{"token in Reply-To", TokenMissing, letter{from: "priya@example.org", to: `1on1@acme.example`, fields: "Reply-To: " + priya.ReplyTo + "\n"}},
		{"token in the body", TokenMissing, letter{from: "priya@example.org", to: "1on1@acme.example", body: "\n" + priya.ReplyTo + "\n"}},
		{"never given out", TokenUnknown, letter{from: "priya@example.org", to: garbage}},
		{"too short", TokenUnknown, letter{from: "priya@example.org", to: "1on1+abc@acme.example"}},
		{"empty", TokenUnknown, letter{from: "priya@example.org", to: "1on1+@acme.example"}},
		{"of another installation", TokenUnknown, letter{from: "priya@example.org", to: foreign.mustStamp(t, "priya", "priya-sam", soon).ReplyTo}},
		{"never given out, answering a letter", TokenUnknown, letter{from: "priya@example.org", to: garbage, fields: "In-Reply-To: <" + priya.MessageID + ">\n"}},
		{"a good one beside one never given out", TokenUnknown, letter{from: "priya@example.org", to: priya.ReplyTo + ", " + garbage}},
		{"a Message-ID as an address", TokenUnknown, letter{from: "priya@example.org", to: "1on1+" + priya.MessageID}},
		{"of both persons", TokenSeveral, letter{from: "priya@example.org", to: priya.ReplyTo, fields: "Cc: " + sam.ReplyTo + "\n"}},
		{"of one person in two pairs", TokenSeveral, letter{from: "sam@example.org", to: sam.ReplyTo + ", " + sam2.ReplyTo}},
		{"of one pair, answering a letter of another", TokenSeveral, letter{from: "sam@example.org", to: sam.ReplyTo, fields: "In-Reply-To: <" + sam2.MessageID + ">\n"}},
		{"answering letters of two pairs", TokenSeveral, letter{from: "sam@example.org", to: "1on1@acme.example", fields: "References: <" + sam.MessageID + "> <" + sam2.MessageID + ">\n"}},
		{"expired", TokenExpired, letter{from: "priya@example.org", to: old.ReplyTo}},
		{"expired, and dated before", TokenExpired, letter{from: "priya@example.org", to: old.ReplyTo, fields: "Date: Mon, 02 Nov 2026 09:00:00 +0100\n"}},
		{"expired, answering a fresh letter", TokenExpired, letter{from: "priya@example.org", to: old.ReplyTo, fields: "In-Reply-To: <" + priya.MessageID + ">\n"}},
		{"expired letter answered", TokenExpired, letter{from: "priya@example.org", to: "1on1@acme.example", fields: "In-Reply-To: <" + old.MessageID + ">\n"}},

		{"nobody", FromMissing, letter{to: priya.ReplyTo, drop: "From"}},
		{"empty From", FromMissing, letter{from: "", to: priya.ReplyTo}},
		{"two From fields", FromSeveral, letter{from: "priya@example.org", to: priya.ReplyTo, fields: "From: priya@example.org\n"}},
		{"two From fields, one with a space", FromSeveral, letter{from: "priya@example.org", to: priya.ReplyTo, fields: "From : mallory@evil.example\n"}},
		{"two From fields, one empty", FromSeveral, letter{from: "priya@example.org", to: priya.ReplyTo, fields: "From:\n"}},
		{"two authors", FromSeveral, letter{from: "priya@example.org, sam@example.org", to: priya.ReplyTo}},
		{"group", FromMalformed, letter{from: "friends: priya@example.org;", to: priya.ReplyTo}},
		{"two addresses in one", FromMalformed, letter{from: "Priya <priya@example.org> <mallory@evil.example>", to: priya.ReplyTo}},
		{"address before an address", FromMalformed, letter{from: "priya@example.org <mallory@evil.example>", to: priya.ReplyTo}},
		{"escape sequence", FromMalformed, letter{from: "\x1b[2J <priya@example.org>", to: priya.ReplyTo}},
		{"C1 control in a comment", FromMalformed, letter{from: "priya@example.org (\u009b)", to: priya.ReplyTo}},
		{"NUL", HeaderUnreadable, letter{from: "Priya <priya@example.org\x00mallory@evil.example>", to: priya.ReplyTo}},
		{"carriage return", HeaderUnreadable, letter{from: "Priya <priya@example.org\rmallory@evil.example>", to: priya.ReplyTo}},
		{"address in an encoded word", FromMalformed, letter{from: "=?utf-8?q?priya=40example.org?=", to: priya.ReplyTo}},
		{"local part in an encoded word", FromOther, letter{from: "<=?utf-8?q?priya?=@example.org>", to: priya.ReplyTo}},
		{"address only in the name", FromOther, letter{from: `"priya@example.org" <mallory@evil.example>`, to: priya.ReplyTo}},
		{"address only in an encoded name", FromOther, letter{from: `=?utf-8?q?priya=40example.org=3E?= <mallory@evil.example>`, to: priya.ReplyTo}},
		{"third party", FromOther, letter{from: "carl@example.org", to: priya.ReplyTo}},
		{"the other of the pair", FromOther, letter{from: "sam@example.org", to: priya.ReplyTo}},
		{"person of another pair", FromOther, letter{from: "jw@example.org", to: priya.ReplyTo}},
		{"no-reply", FromOther, letter{from: "no-reply@example.org", to: priya.ReplyTo}},
		{"address below the enrolled one", FromOther, letter{from: "priya+work@example.org", to: priya.ReplyTo}},
		{"same name at a subdomain", FromOther, letter{from: "priya@mail.example.org", to: priya.ReplyTo}},
		{"letter that looks the same", FromOther, letter{from: "рriya@example.org", to: priya.ReplyTo}},
		{"letter that folds to the same", FromOther, letter{from: "PR\u0130YA@example.org", to: priya.ReplyTo}},
		{"domain literal", FromOther, letter{from: "priya@[192.0.2.1]", to: priya.ReplyTo}},
		{"person in Sender and Reply-To only", FromOther, letter{from: "mallory@evil.example", to: priya.ReplyTo, fields: "Sender: priya@example.org\nReply-To: priya@example.org\nResent-From: priya@example.org\n"}},

		{"forged", AuthFail, letter{from: "priya@example.org", to: priya.ReplyTo, fields: strings.Replace(passes, "pass", "fail", 1)}},
		{"no result", AuthMissing, letter{from: "priya@example.org", to: priya.ReplyTo, drop: "Authentication-Results"}},
		{"result for another domain", AuthConflict, letter{from: "priya.nair@mail.example.org", to: priya.ReplyTo}},
		{"not finished", AuthTemporary, letter{from: "priya@example.org", to: priya.ReplyTo, fields: strings.Replace(passes, "pass", "temperror", 1)}},
	} {
		_, v := c.verify(t, p)
		if v.Outcome != Hold || v.Reason != c.want {
			t.Errorf("%s: got %s %s (%s), want hold %s", c.name, v.Outcome, v.Reason, v.Detail, c.want)
		}
		if v.Retryable != (c.want == AuthTemporary) || v.Renew != (c.want == TokenExpired) {
			t.Errorf("%s: got %+v", c.name, v)
		}
	}
}

func TestAFreshAddressIsOwedOnlyToThePersonOfTheOldOne(t *testing.T) {
	p := testPolicy(t)
	old := p.Register.mustStamp(t, "priya", "priya-sam", received)
	seats := append([]Seat{}, testSeats...)
	seats[0].Epoch = 1
	revoking := Policy{Register: register(t, []Key{testKey("a")}, seats), Trust: p.Trust}
	for _, c := range []struct {
		name string
		want bool
		letter
	}{
		{"the person", true, letter{from: "priya@example.org", to: old.ReplyTo}},
		{"a stranger", false, letter{from: "mallory@evil.example", to: old.ReplyTo}},
		{"the other of the pair", false, letter{from: "sam@example.org", to: old.ReplyTo}},
		{"forged", false, letter{from: "priya@example.org", to: old.ReplyTo, fields: strings.Replace(passes, "pass", "fail", 1)}},
		{"not known yet", false, letter{from: "priya@example.org", to: old.ReplyTo, fields: strings.Replace(passes, "pass", "temperror", 1)}},
	} {
		_, expired := c.verify(t, p)
		_, revoked := c.verify(t, revoking)
		if expired.Reason != TokenExpired || expired.Renew != c.want || expired.Person != "priya" || expired.Pair != "priya-sam" {
			t.Errorf("expired, %s: got %+v", c.name, expired)
		}
		if revoked.Reason != TokenRevoked || revoked.Renew != c.want {
			t.Errorf("revoked, %s: got %+v", c.name, revoked)
		}
	}
}

func TestARevokedTokenIsHeldHoweverFresh(t *testing.T) {
	stamp := testRegister(t).mustStamp(t, "priya", "priya-sam", received.Add(time.Hour))
	seats := append([]Seat{}, testSeats...)
	seats[0].Epoch = 3
	p := Policy{Register: register(t, []Key{testKey("a")}, seats), Trust: Trust{Server: testServer}}
	for _, l := range []letter{
		{from: "priya@example.org", to: stamp.ReplyTo},
		{from: "priya@example.org", to: "1on1@acme.example", fields: "In-Reply-To: <" + stamp.MessageID + ">\n"},
	} {
		if _, v := l.verify(t, p); v.Reason != TokenRevoked || !v.Renew {
			t.Errorf("to %s: got %+v, want %s", l.to, v, TokenRevoked)
		}
	}
}

func TestTheOperatorMayVouchForMailWithAGenuineToken(t *testing.T) {
	p := testPolicy(t)
	p.Vouched = true
	fresh := p.Register.mustStamp(t, "priya", "priya-sam", received.Add(time.Hour))
	sam := p.Register.mustStamp(t, "sam", "priya-sam", received.Add(time.Hour))
	old := p.Register.mustStamp(t, "priya", "priya-sam", received.AddDate(-1, 0, 0))
	for _, c := range []struct {
		name string
		want Reason
		letter
	}{
		{"another address of hers", Vouched, letter{from: "priya@home.example", to: fresh.ReplyTo}},
		{"an old address of ours", Vouched, letter{from: "priya@example.org", to: old.ReplyTo}},
		{"written by a program", Vouched, letter{from: "priya@example.org", to: fresh.ReplyTo, fields: "Auto-Submitted: auto-replied\n"}},
		{"no return address", Vouched, letter{from: "priya@example.org", to: fresh.ReplyTo, fields: "Return-Path: <>\n"}},
		{"no token", TokenMissing, letter{from: "priya@example.org", to: "1on1@acme.example"}},
		{"forged token", TokenUnknown, letter{from: "priya@example.org", to: "1on1+" + strings.Repeat("a", tokenLength) + "@acme.example"}},
		{"tokens of two", TokenSeveral, letter{from: "priya@example.org", to: fresh.ReplyTo + ", " + sam.ReplyTo}},
	} {
		s, v := c.verify(t, p)
		if v.Reason != c.want || v.Quiet || (s.Person() == "priya" && s.Pair() == "priya-sam") != (c.want == Vouched) {
			t.Errorf("%s: got %+v for %+v, want %s", c.name, v, s, c.want)
		}
	}
}

func TestInsecureTrustStillNeedsTokenAndAddress(t *testing.T) {
	p := testPolicy(t)
	p.Trust = Trust{Method: Insecure}
	to := p.Register.mustStamp(t, "priya", "priya-sam", received.Add(time.Hour)).ReplyTo
	for from, want := range map[string]Reason{"priya@example.org": Unproved, "mallory@evil.example": FromOther} {
		if _, v := (letter{from: from, to: to, drop: "Authentication-Results"}).verify(t, p); v.Reason != want {
			t.Errorf("from %s: got %s, want %s", from, v.Reason, want)
		}
	}
	if _, v := (letter{from: "priya@example.org", to: "1on1@acme.example"}).verify(t, p); v.Reason != TokenMissing {
		t.Errorf("without token: got %s, want %s", v.Reason, TokenMissing)
	}
}

// Promise 5: of 20 pairs, both tokens of each, from 40 senders, only the person's own reply with the
// person's own token is taken, and for that one pair.
func TestATokenWorksForOnePersonInOnePair(t *testing.T) {
	var seats []Seat
	for i := range 20 {
		pair := fmt.Sprintf("pair%d", i)
		for _, who := range []string{"a", "b"} {
			person := fmt.Sprintf("%s%d", who, i)
			seats = append(seats, Seat{Person: person, Pair: pair, Addresses: []string{person + "@example.org"}})
		}
	}
	p := Policy{Register: register(t, []Key{testKey("a"), testKey("b")}, seats), Trust: Trust{Server: testServer}}
	accepted := 0
	for _, owner := range seats {
		stamp := p.Register.mustStamp(t, owner.Person, owner.Pair, received.Add(time.Hour))
		for _, from := range seats {
			for _, l := range []letter{
				{from: from.Addresses[0], to: stamp.ReplyTo},
				{from: from.Addresses[0], to: "1on1@acme.example", fields: "In-Reply-To: <" + stamp.MessageID + ">\n"},
			} {
				s, v := l.verify(t, p)
				own := owner.Person == from.Person
				if own != (v.Outcome == Accept) || own && (s.Person() != owner.Person || s.Pair() != owner.Pair) {
					t.Errorf("token of %s in %s, from %s: got %+v, %+v", owner.Person, owner.Pair, from.Person, v, s)
				}
				if v.Outcome == Accept {
					accepted++
				}
			}
		}
	}
	if accepted != 2*len(seats) {
		t.Errorf("%d mails were taken, want %d", accepted, 2*len(seats))
	}
}

func TestEveryReasonIsExplained(t *testing.T) {
	for r, rule := range rules {
		if !strings.HasSuffix(r.Explain(), ".") || strings.Count(r.Explain(), ". ") > 0 {
			t.Errorf("%s: %q is not one sentence", r, r.Explain())
		}
		if rule.outcome == "" {
			t.Errorf("%s has no outcome", r)
		}
	}
	if got := Reason("other").Explain(); got != "" {
		t.Errorf("a reason of somebody else's is explained as %q", got)
	}
}

// No mail without a token that was given out has a sender, however it is put together.
func FuzzNobodyWritesWithoutAToken(f *testing.F) {
	p := testPolicy(f)
	stamp := p.Register.mustStamp(f, "priya", "priya-sam", received.Add(time.Hour))
	f.Add(string(letter{from: "priya@example.org", to: stamp.ReplyTo}.raw()))
	f.Add(string(letter{from: "priya@example.org", to: "1on1@acme.example", fields: "In-Reply-To: <" + stamp.MessageID + ">\n"}.raw()))
	f.Add(string(letter{from: "sam@example.org", to: stamp.ReplyTo}.raw()))
	f.Add("Return-Path: <>\r\nContent-Type: multipart/report; boundary=x\r\n\r\n--x\r\n\r\n--x--\r\n")
	f.Fuzz(func(t *testing.T, raw string) {
		m, err := message.Parse([]byte(raw))
		if err != nil {
			return
		}
		s, v := Verify(m, []byte(raw), p, received)
		if rules[v.Reason].outcome != v.Outcome || v.Reason == "" {
			t.Fatalf("no such verdict: %+v", v)
		}
		if (s != Sender{}) != (v.Outcome == Accept) {
			t.Fatalf("%+v comes with %+v", s, v)
		}
		lower := asciiLower(raw)
		given := strings.Contains(lower, strings.TrimPrefix(strings.TrimSuffix(stamp.ReplyTo, "@acme.example"), "1on1+")) ||
			strings.Contains(lower, strings.TrimSuffix(stamp.MessageID, "@acme.example"))
		if v.Outcome == Accept && !given {
			t.Fatalf("%+v without a token", s)
		}
	})
}
