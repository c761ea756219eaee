package seal

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"filippo.io/age"
	"filippo.io/age/armor"
)

// wrappedBy is an identity wrapped at a work factor, as the bytes of an age file.
func wrappedBy(t *testing.T, identity Identity, passphrase string, work int) []byte {
	t.Helper()
	lock, err := age.NewScryptRecipient(passphrase)
	if err != nil {
		t.Fatal(err)
	}
	lock.SetWorkFactor(work)
	text, err := armored(lock, []byte(identity.Secret()))
	if err != nil {
		t.Fatal(err)
	}
	file, err := io.ReadAll(armor.NewReader(strings.NewReader(text)))
	if err != nil {
		t.Fatal(err)
	}
	return file
}

func TestAnAcceptedIdentityOpensByItsPassphrase(t *testing.T) {
	t.Parallel()
	identity := newIdentity(t)
	wrapped, err := Accept(identity.Recipient(), wrappedBy(t, identity, "some five words or so", 17))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := Unwrap(wrapped, "some five words or so"); err != nil || got.Secret() != identity.Secret() {
		t.Errorf("Unwrap = %v, %v; want the identity", got, err)
	}
}

// smallOrder is the recipient of the point 0, with which every identity has the same secret.
const smallOrder = "age1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq5cu47z"

func TestOnlyWrappedIdentitiesAreAccepted(t *testing.T) {
	t.Parallel()
	identity := newIdentity(t)
	good := wrappedBy(t, identity, "some five words or so", 17)
	for name, row := range map[string]struct {
		recipient string
		wrapped   []byte
		want      error
	}{
		"too cheap":           {identity.Recipient(), wrappedBy(t, identity, "x", 16), ErrWork},
		"far too cheap":       {identity.Recipient(), wrappedBy(t, identity, "x", 2), ErrWork},
		"too dear":            {identity.Recipient(), bytes.Replace(good, []byte(" 17\n"), []byte(" 19\n"), 1), ErrWork},
		"no recipient":        {"age1x", good, ErrDamaged},
		"nobody's recipient":  {smallOrder, good, ErrDamaged},
		"an identity instead": {identity.Secret(), good, ErrDamaged},
		"empty":               {identity.Recipient(), nil, ErrDamaged},
		"cut":                 {identity.Recipient(), good[:60], ErrDamaged},
		"sealed to a key":     {identity.Recipient(), mustSeal(t, identity.Recipient(), "x"), ErrDamaged},
		"too long":            {identity.Recipient(), slices.Concat(good, good), ErrDamaged},
	} {
		if _, err := Accept(row.recipient, row.wrapped); !errors.Is(err, row.want) {
			t.Errorf("%s: Accept = %v, want %v", name, err, row.want)
		}
	}
}

func TestFingerprintsAreFourWordsOfTheRecipientAlone(t *testing.T) {
	t.Parallel()
	a, b := newIdentity(t).Recipient(), newIdentity(t).Recipient()
	if Fingerprint(a) != Fingerprint(strings.Clone(a)) || Fingerprint(a) == Fingerprint(b) {
		t.Errorf("Fingerprint = %q and %q, want the same for the same and different for different recipients", Fingerprint(a), Fingerprint(b))
	}
	if got := strings.Fields(Fingerprint(a)); len(got) != 4 {
		t.Errorf("Fingerprint = %q, want four words", got)
	}
	if words := Words(); len(words) != 7776 || words[0] != "abacus" || words[7775] != "zoom" {
		t.Errorf("Words = %d words from %q to %q, want the 7776 of the EFF", len(words), words[0], words[len(words)-1])
	}
}
