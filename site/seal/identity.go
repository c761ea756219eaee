package seal

import (
	"bytes"
	"crypto/ecdh"
	"crypto/rand"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"

	"filippo.io/age"
	"filippo.io/age/armor"
	"golang.org/x/text/unicode/norm"
)

// Work factors of scrypt, as exponents of two. Less is cheap to guess, more stalls a phone.
const (
	leastWork = 17
	mostWork  = 18
)

// An Identity opens what was sealed to its recipient. The zero Identity opens nothing and must not be used.
type Identity struct{ x25519 *age.X25519Identity }

// NewIdentity makes a fresh one.
func NewIdentity() (Identity, error) {
	key, err := age.GenerateX25519Identity()
	return Identity{key}, err
}

// ParseIdentity reads the line "AGE-SECRET-KEY-1…".
func ParseIdentity(secret string) (Identity, error) {
	key, err := age.ParseX25519Identity(strings.TrimSpace(secret))
	if err != nil {
		return Identity{}, errors.New("malformed identity") // the cause could quote the secret
	}
	return Identity{key}, nil
}

// Recipient returns the public side, "age1…".
func (i Identity) Recipient() string { return i.x25519.Recipient().String() }

// Secret returns "AGE-SECRET-KEY-1…", which opens everything; it goes into keyrings and private files only.
func (i Identity) Secret() string { return i.x25519.String() }

// String keeps the secret out of logs.
func (i Identity) String() string { return "identity of " + i.Recipient() }

// checkRecipient says whether s is the public side of a person's identity. The error is [ErrRecipient].
func checkRecipient(s string) error {
	to, err := parseRecipient(s)
	if err == nil {
		_, err = anybody().ECDH(to.public)
	}
	if err != nil {
		return fmt.Errorf("%w: %q: %w", ErrRecipient, s, err)
	}
	return nil
}

// anybody has a key like all others, with which a point of small order makes no secret: RFC 7748, 6.1.
var anybody = sync.OnceValue(func() *ecdh.PrivateKey {
	key, err := ecdh.X25519().GenerateKey(rand.Reader)
	if err != nil {
		panic(err) // no randomness on this machine
	}
	return key
})

// NewPerson makes a person's identity and wraps it by passphrase, which it does not judge.
// recipient and wrapped (an armored age file) may be stored and published; the identity itself is forgotten here.
func NewPerson(passphrase string) (recipient, wrapped string, err error) {
	identity, err := NewIdentity()
	if err != nil {
		return "", "", err
	}
	wrapped, err = Wrap(identity, passphrase)
	return identity.Recipient(), wrapped, err
}

// Wrap seals an identity by passphrase, as armored text. age -d opens it as well.
func Wrap(identity Identity, passphrase string) (string, error) {
	lock, err := age.NewScryptRecipient(normal(passphrase))
	if err != nil {
		return "", fmt.Errorf("wrap identity: %w", err)
	}
	lock.SetWorkFactor(leastWork)
	return armored(lock, []byte(identity.Secret()+"\n"))
}

// Unwrap opens a wrapped identity. The error is [ErrKey] for a wrong passphrase; [ErrDamaged] for anything that [Wrap]
// would not have made, among them work factors that are too cheap to guess or too dear to compute.
func Unwrap(wrapped, passphrase string) (Identity, error) {
	lock, err := age.NewScryptIdentity(normal(passphrase))
	if err != nil {
		return Identity{}, ErrKey
	}
	lock.SetMaxWorkFactor(mostWork)
	secret, err := decrypt(boundedWork{lock}, armor.NewReader(strings.NewReader(wrapped)))
	if err != nil {
		return Identity{}, fmt.Errorf("unwrap identity: %w", err)
	}
	identity, err := ParseIdentity(string(secret))
	if err != nil {
		return Identity{}, fmt.Errorf("unwrap identity: %w: %w", ErrDamaged, err)
	}
	return identity, nil
}

// boundedWork refuses a stanza that is too cheap before any work is done; age itself refuses the dear ones.
type boundedWork struct{ *age.ScryptIdentity }

func (b boundedWork) Unwrap(stanzas []*age.Stanza) ([]byte, error) {
	if len(stanzas) != 1 || stanzas[0].Type != "scrypt" || len(stanzas[0].Args) != 2 {
		return nil, errors.New("not wrapped by a passphrase")
	}
	work, err := strconv.Atoi(stanzas[0].Args[1])
	if err != nil || work < leastWork {
		return nil, errors.New("scrypt work factor too small")
	}
	return b.ScryptIdentity.Unwrap(stanzas)
}

// normal lets a passphrase be the same whatever keyboard typed it: Unicode NFKC, spaces as in [strings.Fields].
func normal(passphrase string) string {
	return strings.Join(strings.Fields(norm.NFKC.String(passphrase)), " ")
}

func armored(to age.Recipient, plain []byte) (string, error) {
	var text bytes.Buffer
	w := armor.NewWriter(&text)
	if err := encryptTo(w, to, plain); err != nil {
		return "", err
	}
	if err := w.Close(); err != nil {
		return "", err
	}
	return text.String(), nil
}
