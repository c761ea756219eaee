package sender

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"hash"
	"math"
	"slices"
	"strings"
	"time"
)

// A token is the proof that a mail answers one of ours, in 32 bytes:
//
//	seat 4 | epoch 2 | mark 6 | expiry 4 | HMAC-SHA256, cut to 16
//
// The seat is a short name of one person in one pair, the mark one of the mail answered; both are
// keyed hashes, so that nobody else can read or compare them. Everything needed to believe a token
// is in the token and the configuration: a lost ledger loses no reply.
type token struct {
	short   [4]byte
	epoch   uint16
	mark    [6]byte
	expires uint32 // minutes since 1970; the token works before that minute begins
	mac     [16]byte
}

const (
	tokenSize   = 4 + 2 + 6 + 4 + 16
	tokenLength = (tokenSize*8 + 4) / 5 // characters
)

// A purpose keeps the proof in an address and the one in a Message-ID apart: neither can be made
// from the other, since Message-IDs are quoted in more places than addresses.
type purpose string

const (
	forAddress   purpose = "duolog address 1"
	forMessageID purpose = "duolog message-id 1"
	forSeat      purpose = "duolog seat 1"
	forMark      purpose = "duolog mark 1"
)

// alphabet is that of RFC 4648, 6, in lower case: mail programs that change the case of a local
// part do no harm.
var alphabet = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// String is the token as it stands in an address.
func (t token) String() string { return alphabet.EncodeToString(append(t.claimed(), t.mac[:]...)) }

// letter names the letter that the token was made for, among those to all seats.
func (t token) letter() string { return alphabet.EncodeToString(slices.Concat(t.short[:], t.mark[:])) }

// claimed is all but the proof.
func (t token) claimed() []byte {
	b := append([]byte{}, t.short[:]...)
	b = binary.BigEndian.AppendUint16(b, t.epoch)
	b = append(b, t.mark[:]...)
	return binary.BigEndian.AppendUint32(b, t.expires)
}

// parseToken reads what String wrote, in any case. It proves nothing.
func parseToken(s string) (t token, ok bool) {
	if len(s) != tokenLength {
		return token{}, false
	}
	lower := asciiLower(s)
	b, err := alphabet.DecodeString(lower)
	if err != nil || alphabet.EncodeToString(b) != lower { // spare bits set: not of our writing
		return token{}, false
	}
	copy(t.short[:], b)
	t.epoch = binary.BigEndian.Uint16(b[4:])
	copy(t.mark[:], b[6:])
	t.expires = binary.BigEndian.Uint32(b[12:])
	copy(t.mac[:], b[16:])
	return t, true
}

// expired reports whether the token no longer works for a mail received at now.
func (t token) expired(now time.Time) bool { return now.Unix() >= int64(t.expires)*60 }

// expiryMinute rounds down, so that no token works longer than was asked for.
func expiryMinute(at time.Time) (uint32, bool) {
	m := at.Unix() / 60
	return uint32(m), m > 0 && m <= math.MaxUint32
}

// sign computes the proof of t for one seat.
func (k Key) sign(p purpose, s seatName, t token) (mac [16]byte) {
	h := k.hash(p, s.person, s.pair)
	h.Write(t.claimed())
	copy(mac[:], h.Sum(nil))
	return mac
}

// proves reports in constant time whether t was made with this key for that seat and purpose.
func (k Key) proves(p purpose, s seatName, t token) bool {
	want := k.sign(p, s, t)
	return hmac.Equal(want[:], t.mac[:])
}

// short gives the seat its name in tokens.
func (k Key) short(s seatName) (short [4]byte) {
	copy(short[:], k.hash(forSeat, s.person, s.pair).Sum(nil))
	return short
}

// mark gives an occasion its name in tokens.
func (k Key) mark(occasion string) (mark [6]byte) {
	copy(mark[:], k.hash(forMark, occasion).Sum(nil))
	return mark
}

// hash begins an HMAC over fields, each with its length, so that no two lists look alike.
func (k Key) hash(p purpose, fields ...string) hash.Hash {
	h := hmac.New(sha256.New, k.Secret)
	for _, f := range append([]string{string(p), k.ID}, fields...) {
		h.Write(binary.BigEndian.AppendUint32(nil, uint32(len(f))))
		h.Write([]byte(f))
	}
	return h
}

// asciiLower leaves letters beyond ASCII alone: folding those makes strangers equal.
func asciiLower(s string) string {
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, s)
}
