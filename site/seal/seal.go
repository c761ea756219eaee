// Package seal encrypts the pages of the log for their readers.
//
// A page has one recipient: the room it belongs to (a pair, in one epoch), or one person. Who is in the room holds the
// room's identity in a keyring that only that person can open. So never seal a page to two people: put them into a room,
// whose one stanza tells an onlooker neither how many readers there are nor whether the page is private.
//
// Everything is a plain age file (age-encryption.org/v1, X25519 and scrypt recipients) that the age command opens too;
// what lies inside a page's file is described at [Open]. Private notes are armored age files of their plain text.
package seal

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"filippo.io/age"
)

// ErrKey says that a key or a passphrase does not fit the sealed bytes.
var ErrKey = errors.New("the key does not fit")

// ErrDamaged says that sealed bytes are not as they left us: cut, altered, or never sealed by us.
var ErrDamaged = errors.New("the sealed data is altered or damaged")

// ErrRecipient says that something is no recipient to which anything could be sealed.
var ErrRecipient = errors.New("not a recipient")

// Seal encrypts plain to one recipient ("age1…"), compressed and padded so that its size says little about its text.
// Sealing twice gives different bytes; [Room.Holds] tells when sealing again is needless.
func Seal(recipient string, plain []byte) ([]byte, error) {
	packed, err := pack(plain)
	if err != nil {
		return nil, err
	}
	return encrypt(recipient, packed)
}

// Open reverses [Seal]. What lies inside the age file is a length in four bytes, big-endian; then that many bytes of gzip;
// then zeros. By hand: age -d -i key.txt FILE | tail -c +5 | gunzip.
// It returns an error that is [ErrKey] or [ErrDamaged], and never a part of the text.
func Open(identity Identity, sealed []byte) ([]byte, error) {
	packed, err := decrypt(identity.x25519, bytes.NewReader(sealed))
	if err != nil {
		return nil, err
	}
	return unpack(packed)
}

func encrypt(recipient string, plain []byte) ([]byte, error) {
	to, err := parseRecipient(recipient)
	if err != nil {
		return nil, err
	}
	var sealed bytes.Buffer
	sealed.Grow(len(plain) + 512)
	if err := encryptTo(&sealed, to, plain); err != nil {
		return nil, err
	}
	return sealed.Bytes(), nil
}

func encryptTo(w io.Writer, to age.Recipient, plain []byte) error {
	body, err := age.Encrypt(w, to)
	if err != nil {
		return fmt.Errorf("seal: %w", err)
	}
	if _, err := body.Write(plain); err != nil {
		return fmt.Errorf("seal: %w", err)
	}
	return body.Close()
}

// decrypt reads all of an age file, or nothing.
func decrypt(identity age.Identity, sealed io.Reader) ([]byte, error) {
	body, err := age.Decrypt(sealed, identity)
	var noMatch *age.NoIdentityMatchError
	switch {
	case errors.As(err, &noMatch):
		return nil, ErrKey
	case err != nil:
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	plain, err := io.ReadAll(body)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return plain, nil
}
