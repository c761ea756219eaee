package sender

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"time"
)

// A Key is a secret from which tokens are made.
type Key struct {
	ID     string // part of every proof; must never name another secret
	Secret []byte // at least 32 random bytes
}

// A Seat is the place of one person in one pair.
type Seat struct {
	Person    string   // id
	Pair      string   // id
	Addresses []string // enrolled; mail from any of them is this person's
	Epoch     int      // 0 to 65535; raising it revokes every token given out for the seat before
}

// A Stamp is what one letter of ours carries so that its reply can be believed.
type Stamp struct {
	ReplyTo   string // address with the token: "1on1+…@acme.example"
	MessageID string // with the second token, without angle brackets
	Mark      string // opaque name of the occasion: what Sender.Mark returns for the reply
}

// A Register knows every seat and makes and recognises their tokens. It does not change, so that any
// number of goroutines may use it; make another one when people, pairs or keys change.
type Register struct {
	local, domain string
	active        Key
	seats         map[seatName]*Seat
	entries       map[[4]byte][]entry // by the seat's short name; several only by rare chance
	nobody        entry               // tried where no seat has that short name, so that it takes as long
}

type seatName struct{ person, pair string }

// An entry is one seat under one key.
type entry struct {
	key  Key
	name seatName
	seat *Seat
}

// NewRegister takes the address that people write to, without token, and the keys: new tokens are
// made with the first, those of the others still work. To rotate, put a new key in front; to
// revoke everything an old key made, leave it out.
func NewRegister(address string, keys []Key, seats []Seat) (*Register, error) {
	local, domain, ok := cutAddress(address)
	if !ok || strings.ContainsAny(local, `+%" `) {
		return nil, fmt.Errorf("address %q: want local@domain without a plus", address)
	}
	if n := len(local) + 1 + tokenLength; n > 64 {
		return nil, fmt.Errorf("address %q: with a token its local part has %d characters of 64 (RFC 5321, 4.5.3.1.1)", address, n)
	}
	if len(keys) == 0 {
		return nil, errors.New("no token key")
	}
	r := &Register{local: local, domain: domain, active: keys[0],
		seats: make(map[seatName]*Seat, len(seats)), entries: make(map[[4]byte][]entry, len(seats)*len(keys))}
	for _, s := range seats {
		if err := r.enrol(s); err != nil {
			return nil, err
		}
	}
	seen := map[string]bool{}
	for _, k := range keys {
		if len(k.Secret) < 32 || seen[k.ID] {
			return nil, fmt.Errorf("token key %q: want 32 bytes or more under an id of its own", k.ID)
		}
		seen[k.ID] = true
		for name, s := range r.seats {
			short := k.short(name)
			r.entries[short] = append(r.entries[short], entry{k, name, s})
		}
	}
	r.nobody = entry{key: r.active}
	return r, nil
}

func (r *Register) enrol(s Seat) error {
	name := seatName{s.Person, s.Pair}
	if s.Person == "" || s.Pair == "" || r.seats[name] != nil {
		return fmt.Errorf("seat of %q in %q: named twice or not at all", s.Person, s.Pair)
	}
	if s.Epoch < 0 || s.Epoch > math.MaxUint16 {
		return fmt.Errorf("seat of %q in %q: epoch %d is not between 0 and %d", s.Person, s.Pair, s.Epoch, math.MaxUint16)
	}
	for _, a := range s.Addresses {
		if _, _, ok := cutAddress(a); !ok {
			return fmt.Errorf("seat of %q in %q: %q is no address", s.Person, s.Pair, a)
		}
	}
	r.seats[name] = &s
	return nil
}

// Stamp makes the stamp of the letter that occasion names, for one seat. The same arguments give
// the same stamp; another occasion gives another Message-ID. The tokens work for mail received
// before expires, which is rounded down to the minute.
func (r *Register) Stamp(person, pair, occasion string, expires time.Time) (Stamp, error) {
	name := seatName{person, pair}
	seat := r.seats[name]
	if seat == nil {
		return Stamp{}, fmt.Errorf("stamp for %q in %q: not enrolled", person, pair)
	}
	minute, ok := expiryMinute(expires)
	if !ok {
		return Stamp{}, fmt.Errorf("stamp for %q in %q: no such expiry: %v", person, pair, expires)
	}
	t := token{short: r.active.short(name), epoch: uint16(seat.Epoch), mark: r.active.mark(occasion), expires: minute}
	t.mac = r.active.sign(forAddress, name, t)
	address := r.local + "+" + t.String() + "@" + r.domain
	t.mac = r.active.sign(forMessageID, name, t)
	return Stamp{ReplyTo: address, MessageID: t.String() + "@" + r.domain, Mark: t.letter()}, nil
}

// A claim is what a genuine token says.
type claim struct {
	entry
	token
	revoked bool
}

// recognise finds the seat that t was made for.
func (r *Register) recognise(p purpose, t token) (claim, bool) {
	candidates := r.entries[t.short]
	if len(candidates) == 0 {
		candidates = []entry{r.nobody}
	}
	var found *entry
	for i, e := range candidates {
		if e.key.proves(p, e.name, t) && e.seat != nil {
			found = &candidates[i]
		}
	}
	if found == nil {
		return claim{}, false
	}
	return claim{*found, t, int(t.epoch) != found.seat.Epoch}, true
}

// live reports whether the token works for a mail received at now.
func (c claim) live(now time.Time) bool { return !c.revoked && !c.expired(now) }

// ours reports whether id, a Message-ID without angle brackets, bears our proof, whatever its age.
func (r *Register) ours(id string) bool {
	_, ok := r.messageID(id)
	return ok
}

// messageID recognises a Message-ID of ours.
func (r *Register) messageID(id string) (claim, bool) {
	local, domain, ok := strings.Cut(id, "@")
	if !ok || asciiLower(domain) != r.domain {
		return claim{}, false
	}
	t, ok := parseToken(local)
	if !ok {
		return claim{}, false
	}
	return r.recognise(forMessageID, t)
}

// enrolled reports whether mail from address is this seat's person.
func (s *Seat) enrolled(address string) bool {
	want, ok := canonical(address)
	if !ok {
		return false
	}
	for _, a := range s.Addresses {
		if got, ok := canonical(a); ok && got == want {
			return true
		}
	}
	return false
}

// id is the Message-ID that the claim was read from.
func (c claim) id(domain string) string { return c.token.String() + "@" + domain }
