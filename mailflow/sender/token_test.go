package sender

import (
	"bytes"
	"strings"
	"testing"
	"time"
)

var received = time.Date(2026, 12, 1, 17, 40, 0, 0, time.UTC)

func testKey(id string) Key { return Key{id, bytes.Repeat([]byte(id), 32)} }

// testSeats are those of the two pairs that the tests speak of.
var testSeats = []Seat{
	{Person: "priya", Pair: "priya-sam", Addresses: []string{"priya@example.org", "Priya.Nair@mail.example.org"}},
	{Person: "sam", Pair: "priya-sam", Addresses: []string{"sam@example.org"}},
	{Person: "juergen", Pair: "juergen-sam", Addresses: []string{"jw@example.org"}},
	{Person: "sam", Pair: "juergen-sam", Addresses: []string{"sam@example.org"}},
}

func register(t testing.TB, keys []Key, seats []Seat) *Register {
	t.Helper()
	r, err := NewRegister("1on1@acme.example", keys, seats)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func testRegister(t testing.TB) *Register { return register(t, []Key{testKey("a")}, testSeats) }

func (r *Register) mustStamp(t testing.TB, person, pair string, expires time.Time) Stamp {
	t.Helper()
	s, err := r.Stamp(person, pair, pair+"/2026-12-03/pre/"+person, expires)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// addressClaim recognises the token of an address of ours.
func (r *Register) addressClaim(address string) (claim, bool) {
	extension, _, _ := r.extension(address)
	t, ok := parseToken(extension)
	if !ok {
		return claim{}, false
	}
	return r.recognise(forAddress, t)
}

func TestATokenNamesItsPersonPairAndLetter(t *testing.T) {
	r := testRegister(t)
	marks := map[string]bool{}
	for _, s := range testSeats {
		stamp := r.mustStamp(t, s.Person, s.Pair, received.Add(time.Hour))
		c, ok := r.addressClaim(stamp.ReplyTo)
		if !ok || c.name != (seatName{s.Person, s.Pair}) || c.letter() != stamp.Mark || !c.live(received) {
			t.Errorf("address of %s in %s: got %+v, %v", s.Person, s.Pair, c.name, ok)
		}
		c, ok = r.messageID(stamp.MessageID)
		if !ok || c.name != (seatName{s.Person, s.Pair}) || c.letter() != stamp.Mark || c.id(r.domain) != stamp.MessageID {
			t.Errorf("Message-ID of %s in %s: got %+v, %v", s.Person, s.Pair, c.name, ok)
		}
		if marks[stamp.Mark] {
			t.Errorf("mark %s names two letters", stamp.Mark)
		}
		marks[stamp.Mark] = true
	}
}

func TestTheSameLetterHasTheSameStampAndAnotherLetterAnother(t *testing.T) {
	r := testRegister(t)
	a, _ := r.Stamp("sam", "priya-sam", "recap", received)
	b, _ := r.Stamp("sam", "priya-sam", "recap", received)
	c, _ := r.Stamp("sam", "priya-sam", "nudge", received)
	if a != b {
		t.Errorf("the same letter got %v and %v", a, b)
	}
	if a.MessageID == c.MessageID || a.ReplyTo == c.ReplyTo || a.Mark == c.Mark {
		t.Errorf("two letters got %v and %v", a, c)
	}
}

func TestAStampTellsNobodyNamesAndFitsALocalPart(t *testing.T) {
	r, err := NewRegister("one-on-ones@acme.example", []Key{testKey("a")}, testSeats)
	if err != nil {
		t.Fatal(err)
	}
	s := r.mustStamp(t, "priya", "priya-sam", received)
	for _, v := range []string{s.ReplyTo, s.MessageID, s.Mark} {
		local, _, _ := strings.Cut(v, "@")
		if len(local) > 64 {
			t.Errorf("%s: local part has %d characters, want 64 at most", v, len(local))
		}
		bare := local[strings.IndexByte(local, '+')+1:]
		raw, err := alphabet.DecodeString(bare)
		if err != nil || strings.Contains(local, "priya") || bytes.Contains(raw, []byte("priya")) || bytes.Contains(raw, []byte("sam")) {
			t.Errorf("%s: decoded to %q, %v", v, raw, err)
		}
		if v != strings.ToLower(v) {
			t.Errorf("%s: want lower case", v)
		}
	}
	if _, err := NewRegister("one-on-one-log@acme.example", []Key{testKey("a")}, nil); err == nil {
		t.Error("an address whose local part with a token has 67 characters was taken")
	}
}

func TestEveryChangedCharacterBreaksAToken(t *testing.T) {
	r := testRegister(t)
	s := r.mustStamp(t, "priya", "priya-sam", received.Add(time.Hour))
	local, domain, _ := strings.Cut(s.MessageID, "@")
	for i := range local {
		for _, c := range "abcdefghijklmnopqrstuvwxyz234567" {
			if changed := local[:i] + string(c) + local[i+1:]; changed != local && r.ours(changed+"@"+domain) {
				t.Errorf("%s was taken for %s", changed, local)
			}
		}
	}
	for _, changed := range []string{local[1:], local + "a", local[:len(local)-1], "", local + "="} {
		if r.ours(changed + "@" + domain) {
			t.Errorf("%q was taken for %s", changed, local)
		}
	}
	if r.ours(local+"@evil.example") || r.ours(local) {
		t.Error("a token at another domain, or at none, was taken for ours")
	}
}

func TestAnAddressIsNoMessageIDAndTheOtherWayRound(t *testing.T) {
	r := testRegister(t)
	s := r.mustStamp(t, "priya", "priya-sam", received.Add(time.Hour))
	inAddress := strings.TrimPrefix(s.ReplyTo, "1on1+")
	if r.ours(inAddress) {
		t.Error("the token of an address was taken for that of a Message-ID")
	}
	if _, ok := r.addressClaim("1on1+" + s.MessageID); ok {
		t.Error("the token of a Message-ID was taken for that of an address")
	}
}

func TestATokenWorksBeforeItsExpiryOnly(t *testing.T) {
	r := testRegister(t)
	expires := received.Add(time.Hour)
	c, _ := r.addressClaim(r.mustStamp(t, "sam", "priya-sam", expires).ReplyTo)
	for at, want := range map[time.Time]bool{
		expires.Add(-time.Second):                true,
		expires:                                  false,
		expires.Add(time.Second):                 false,
		expires.AddDate(30, 0, 0):                false,
		time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC): true,
	} {
		if c.live(at) != want {
			t.Errorf("received %v, expires %v: works %v, want %v", at, expires, c.live(at), want)
		}
	}
	for _, at := range []time.Time{{}, time.Unix(-1, 0), time.Unix(1<<40, 0)} {
		if s, err := r.Stamp("sam", "priya-sam", "x", at); err == nil {
			t.Errorf("expiry %v: got %v, want an error", at, s)
		}
	}
}

func TestRaisingTheEpochRevokesTheTokensOfOneSeat(t *testing.T) {
	old := testRegister(t)
	seats := append([]Seat{}, testSeats...)
	seats[0].Epoch = 1
	r := register(t, []Key{testKey("a")}, seats)
	for i, s := range seats {
		c, ok := r.addressClaim(old.mustStamp(t, s.Person, s.Pair, received.Add(time.Hour)).ReplyTo)
		if !ok || c.revoked != (i == 0) {
			t.Errorf("%s in %s: known %v, revoked %v", s.Person, s.Pair, ok, c.revoked)
		}
		c, ok = r.addressClaim(r.mustStamp(t, s.Person, s.Pair, received.Add(time.Hour)).ReplyTo)
		if !ok || c.revoked {
			t.Errorf("new token of %s in %s: known %v, revoked %v", s.Person, s.Pair, ok, c.revoked)
		}
	}
}

func TestKeysRotate(t *testing.T) {
	a, b := testKey("a"), testKey("b")
	stamp := register(t, []Key{a}, testSeats).mustStamp(t, "sam", "juergen-sam", received.Add(time.Hour))
	for _, c := range []struct {
		name string
		keys []Key
		want bool
	}{
		{"old key behind the new one", []Key{b, a}, true},
		{"old key left out", []Key{b}, false},
		{"old secret under another id", []Key{{"b", a.Secret}}, false},
	} {
		r := register(t, c.keys, testSeats)
		if _, ok := r.addressClaim(stamp.ReplyTo); ok != c.want {
			t.Errorf("%s: address known %v, want %v", c.name, ok, c.want)
		}
		if r.ours(stamp.MessageID) != c.want {
			t.Errorf("%s: Message-ID known %v, want %v", c.name, !c.want, c.want)
		}
		if s := r.mustStamp(t, "sam", "juergen-sam", received.Add(time.Hour)); s == stamp {
			t.Errorf("%s: the new stamp was made with the old key", c.name)
		}
	}
}

func TestARegisterRefusesWhatItCannotKeepApart(t *testing.T) {
	key := testKey("a")
	for name, try := range map[string]func() (*Register, error){
		"no key": func() (*Register, error) { return NewRegister("1on1@acme.example", nil, nil) },
		"short key": func() (*Register, error) {
			return NewRegister("1on1@acme.example", []Key{{"a", make([]byte, 31)}}, nil)
		},
		"one id for two keys": func() (*Register, error) {
			return NewRegister("1on1@acme.example", []Key{key, {"a", make([]byte, 32)}}, nil)
		},
		"no address":           func() (*Register, error) { return NewRegister("1on1", []Key{key}, nil) },
		"address with a plus":  func() (*Register, error) { return NewRegister("1on1+x@acme.example", []Key{key}, nil) },
		"seat without person":  func() (*Register, error) { return NewRegister("1on1@acme.example", []Key{key}, []Seat{{Pair: "p"}}) },
		"seat without pair":    func() (*Register, error) { return NewRegister("1on1@acme.example", []Key{key}, []Seat{{Person: "a"}}) },
		"domain literal":       func() (*Register, error) { return NewRegister("1on1@[192.0.2.1]", []Key{key}, nil) },
		"dot at the end":       func() (*Register, error) { return NewRegister("1on1@acme.example.", []Key{key}, nil) },
		"dot at the beginning": func() (*Register, error) { return NewRegister("1on1@.acme.example", []Key{key}, nil) },
		"epoch below 0": func() (*Register, error) {
			return NewRegister("1on1@acme.example", []Key{key}, []Seat{{Person: "a", Pair: "p", Epoch: -1}})
		},
		"seat twice": func() (*Register, error) {
			return NewRegister("1on1@acme.example", []Key{key}, []Seat{{Person: "a", Pair: "p"}, {Person: "a", Pair: "p"}})
		},
		"epoch too high": func() (*Register, error) {
			return NewRegister("1on1@acme.example", []Key{key}, []Seat{{Person: "a", Pair: "p", Epoch: 1 << 16}})
		},
		"broken address": func() (*Register, error) {
			return NewRegister("1on1@acme.example", []Key{key}, []Seat{{Person: "a", Pair: "p", Addresses: []string{"a"}}})
		},
	} {
		if r, err := try(); err == nil {
			t.Errorf("%s: got %v, want an error", name, r)
		}
	}
	if s, err := testRegister(t).Stamp("priya", "juergen-sam", "x", received); err == nil {
		t.Errorf("stamp for nobody's seat: got %v, want an error", s)
	}
}

// Seats whose short names in tokens collide, one pair of them in four billion, stay apart.
func TestSeatsWithOneShortNameStayApart(t *testing.T) {
	r := testRegister(t)
	var all []entry
	for _, e := range r.entries {
		all = append(all, e...)
	}
	for short := range r.entries {
		r.entries[short] = all
	}
	for _, s := range testSeats {
		c, ok := r.addressClaim(r.mustStamp(t, s.Person, s.Pair, received).ReplyTo)
		if !ok || c.name != (seatName{s.Person, s.Pair}) {
			t.Errorf("%s in %s: got %v, %v", s.Person, s.Pair, c.name, ok)
		}
	}
}

// Ids that read the same when they are put together name two seats all the same.
func TestSeatsWhoseIDsRunTogetherStayApart(t *testing.T) {
	seats := []Seat{{Person: "ann", Pair: "a-bob"}, {Person: "anna", Pair: "-bob"}}
	r := register(t, []Key{testKey("a")}, seats)
	one, err := r.Stamp("ann", "a-bob", "x", received)
	other, err2 := r.Stamp("anna", "-bob", "x", received)
	if err != nil || err2 != nil || one.ReplyTo == other.ReplyTo || one.MessageID == other.MessageID {
		t.Errorf("two seats got %v and %v (%v, %v)", one, other, err, err2)
	}
}

// Nothing but what Stamp gave out is recognised, up to the case of its letters.
func FuzzOnlyTokensGivenOutAreKnown(f *testing.F) {
	r := testRegister(f)
	given := map[string]bool{}
	for _, s := range testSeats {
		stamp := r.mustStamp(f, s.Person, s.Pair, received)
		for _, v := range []string{stamp.ReplyTo, stamp.MessageID} {
			given[v] = true
			f.Add(v)
			f.Add(strings.ToUpper(v))
			f.Add(strings.Replace(v, "+", "%2B", 1))
		}
	}
	f.Fuzz(func(t *testing.T, s string) {
		if r.ours(s) && !given[asciiLower(s)] {
			t.Errorf("Message-ID %q was taken for ours", s)
		}
		if c, ok := r.addressClaim(s); ok {
			if a := "1on1+" + c.String() + "@acme.example"; !given[a] {
				t.Errorf("address %q was taken for %q", s, a)
			}
		}
		if token, ok := parseToken(s); ok && token.String() != asciiLower(s) {
			t.Errorf("token %q is written %q", s, token)
		}
	})
}
