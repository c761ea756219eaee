package seal

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"strconv"

	"filippo.io/age/armor"
)

// ErrWork says that an identity is wrapped with a work factor that is too cheap to guess, or too dear to compute.
var ErrWork = errors.New("the work factor is not between 2^17 and 2^18")

// wrappedHead is the header of an identity wrapped by passphrase: one scrypt stanza and the MAC
// (age-encryption.org/v1, "Header" and "scrypt recipient").
var wrappedHead = regexp.MustCompile(`^age-encryption\.org/v1\n-> scrypt [A-Za-z0-9+/]{22} ([1-9][0-9]?)\n[A-Za-z0-9+/]{43}\n--- [A-Za-z0-9+/]{43}\n`)

// mostWrapped is more bytes than an identity in an age file has after the header: nonce 16, the line and its end, tag 16.
const mostWrapped = 16 + 80 + 16

// Accept takes the key that somebody's browser made: the recipient, and the identity wrapped by passphrase as an age file.
// It returns the wrapped identity as [Wrap] does. Whether both belong together only the passphrase tells. The error is
// [ErrWork] or [ErrDamaged].
func Accept(recipient string, wrapped []byte) (string, error) {
	if err := checkRecipient(recipient); err != nil {
		return "", fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	head := wrappedHead.FindSubmatch(wrapped)
	if head == nil || len(wrapped) > len(head[0])+mostWrapped {
		return "", fmt.Errorf("wrapped identity: %w", ErrDamaged)
	}
	if work, err := strconv.Atoi(string(head[1])); err != nil || work < leastWork || work > mostWork {
		return "", fmt.Errorf("wrapped identity: %w", ErrWork)
	}
	var text bytes.Buffer
	w := armor.NewWriter(&text)
	if _, err := w.Write(wrapped); err != nil {
		return "", err
	}
	if err := w.Close(); err != nil {
		return "", err
	}
	return text.String(), nil
}
