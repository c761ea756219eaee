package seal

import (
	"crypto/ecdh"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"

	"filippo.io/age"
	"golang.org/x/crypto/chacha20poly1305"
)

// x25519Recipient wraps file keys as [age.X25519Recipient] does, in half the time: one key pair a file and one shared secret. age
// reckons a key pair for each of the two.
type x25519Recipient struct{ public *ecdh.PublicKey }

func parseRecipient(s string) (x25519Recipient, error) {
	checked, err := age.ParseX25519Recipient(s)
	if err != nil {
		return x25519Recipient{}, fmt.Errorf("recipient: %w", err)
	}
	public, err := ecdh.X25519().NewPublicKey(pointOf(checked.String()))
	if err != nil {
		return x25519Recipient{}, fmt.Errorf("recipient: %w", err)
	}
	return x25519Recipient{public}, nil
}

// bech32 is the alphabet of BIP 173: each letter is five bits.
const bech32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"

// pointOf returns the 32 bytes between "age1" and the six letters of the checksum of a recipient that is known to be right.
func pointOf(recipient string) []byte {
	letters := strings.TrimPrefix(recipient, "age1")
	point := make([]byte, 0, 32)
	var bits, buffer uint
	for _, letter := range letters[:len(letters)-6] {
		buffer = buffer<<5 | uint(strings.IndexRune(bech32, letter))
		if bits += 5; bits >= 8 {
			bits -= 8
			point = append(point, byte(buffer>>bits))
		}
	}
	return point
}

// Wrap implements [age.Recipient]. age-encryption.org/v1, "X25519 recipient stanza".
func (r x25519Recipient) Wrap(fileKey []byte) ([]*age.Stanza, error) {
	ephemeral, err := ecdh.X25519().GenerateKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	secret, err := ephemeral.ECDH(r.public)
	if err != nil {
		return nil, err
	}
	share := ephemeral.PublicKey().Bytes()
	key, err := hkdf.Key(sha256.New, secret, slices.Concat(share, r.public.Bytes()), "age-encryption.org/v1/X25519", chacha20poly1305.KeySize)
	if err != nil {
		return nil, err
	}
	lock, err := chacha20poly1305.New(key)
	if err != nil {
		return nil, err
	}
	body := lock.Seal(nil, make([]byte, chacha20poly1305.NonceSize), fileKey, nil)
	return []*age.Stanza{{Type: "X25519", Args: []string{base64.RawStdEncoding.EncodeToString(share)}, Body: body}}, nil
}
