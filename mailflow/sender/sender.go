// Package sender decides which person, if any, truly sent a message.
//
// A From header proves nothing. A mail is a person's when three things agree: the token of one person
// in one pair, given out by [Register.Stamp] and found in the address it was sent to or in the
// Message-ID it answers; one From address that is enrolled for that person; and the word of our
// own mail server, or a signature, that the mail comes from that address's domain. Only [Verify]
// makes a [Sender], so whatever takes one cannot be reached by anybody else's mail.
//
// Whatever is in doubt is no. What was found is a [Verdict] with a stable [Reason], never an error.
// Verify is pure: the only network is the DNS lookup that [Trust] is given, the only clock the
// receive time.
//
// The standards are RFC 5322 (From, In-Reply-To), RFC 5233 (plus addresses), RFC 8601
// (Authentication-Results), RFC 6376 (DKIM), RFC 7489 (DMARC alignment), RFC 8617 (ARC), RFC 3834
// (automatic mail) and RFC 3464 (delivery reports).
package sender

import (
	"time"

	"duolog/mailflow/message"
)

// A Sender is the proof that one person wrote one mail, as one half of one pair. The zero value is
// nobody.
type Sender struct {
	person, pair, mark, answers string
}

// Person is the id of who wrote the mail, "" for nobody.
func (s Sender) Person() string { return s.person }

// Pair is the id of the only pair that the mail may change, "" for nobody.
func (s Sender) Pair() string { return s.pair }

// Mark names the letter that was answered: it is the Mark of that letter's Stamp.
func (s Sender) Mark() string { return s.mark }

// Answers is the Message-ID, without angle brackets, of the letter that the mail says it answers. It is
// "" unless it bears our proof for the same person and pair.
func (s Sender) Answers() string { return s.answers }

// A Policy is what Verify decides by.
type Policy struct {
	Register *Register
	Trust    Trust
	// Sent reports whether id is the Message-ID or envelope id of a mail that we sent. nil means that
	// only ids with our proof are known.
	Sent func(id string) bool
	// Vouched is for a held mail that the operator looked at and accepts: whose it is says its token
	// alone, however old. Never set it for mail that nobody looked at.
	Vouched bool
}

// Verify decides who sent m, received at now. raw is the mail as it came; it is read only where
// Trust.Method is DKIM. The Sender is somebody only with the outcome Accept. The first check that
// finds something decides; size and structure are for the caller to check before.
func Verify(m *message.Message, raw []byte, p Policy, now time.Time) (Sender, Verdict) {
	if !p.Vouched {
		for _, check := range []func(*message.Message) (Verdict, bool){p.own, p.delivery, p.automatic} {
			if v, found := check(m); found {
				return Sender{}, v
			}
		}
	}
	c, stale := p.Register.claimOf(m, now)
	v := p.identify(m, raw, c, stale)
	if c.seat != nil {
		v.Person, v.Pair = c.name.person, c.name.pair
	}
	if v.Outcome != Accept {
		return Sender{}, v
	}
	v.Quiet = calendarAnswer(m) && automaticReason(m.Header) != ""
	return p.Register.sender(m, c), v
}

// identify checks author and authentication of a mail with the claim c. A token that is too old does
// not end the checks: when all else is right, its person may be sent a fresh one.
func (p Policy) identify(m *message.Message, raw []byte, c claim, stale Reason) Verdict {
	if stale != "" && stale != TokenExpired && stale != TokenRevoked {
		return because(stale, "")
	}
	if p.Vouched {
		return because(Vouched, "")
	}
	address, reason := from(m)
	if reason == "" && !c.seat.enrolled(address) {
		reason = FromOther
	}
	var detail string
	if reason == "" {
		_, domain, _ := cutAddress(address)
		reason, detail = p.Trust.Authenticate(m, raw, domain)
	}
	if stale != "" {
		v := because(stale, "")
		v.Renew = rules[reason].outcome == Accept
		return v
	}
	return because(reason, detail)
}

// sender makes the proof.
func (r *Register) sender(m *message.Message, c claim) Sender {
	s := Sender{person: c.name.person, pair: c.name.pair, mark: c.letter()}
	if a := r.answered(m.Header); len(a) > 0 && a[0].name == c.name {
		s.answers = a[0].id(r.domain)
	}
	return s
}
