package seal

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"filippo.io/age"
)

func TestAPersonsIdentityOpensByThePassphraseAlone(t *testing.T) {
	t.Parallel()
	recipient, wrapped, err := NewPerson("correct horse battery staple")
	if err != nil {
		t.Fatal(err)
	}
	identity, err := Unwrap(wrapped, "correct horse battery staple")
	if err != nil || identity.Recipient() != recipient {
		t.Fatalf("Unwrap = %v, %v; want the identity of %s", identity, err, recipient)
	}
	for _, wrong := range []string{"", "correct horse battery stapl", "Correct horse battery staple"} {
		if _, err := Unwrap(wrapped, wrong); !errors.Is(err, ErrKey) {
			t.Errorf("Unwrap by %q = %v, want ErrKey", wrong, err)
		}
	}
}

func TestAPassphraseIsTheSameFromEveryKeyboard(t *testing.T) {
	t.Parallel()
	_, wrapped, err := NewPerson("Zoë trägt fünf Hüte")
	if err != nil {
		t.Fatal(err)
	}
	decomposed := "  Zoe\u0308 tra\u0308gt\u00a0fu\u0308nf  Hu\u0308te\n"
	if _, err := Unwrap(wrapped, decomposed); err != nil {
		t.Errorf("Unwrap by decomposed letters and other spaces = %v, want no error", err)
	}
}

func TestWorkFactorsOutsideTheBoundsAreRefused(t *testing.T) {
	t.Parallel()
	identity := newIdentity(t)
	for work, want := range map[int]error{1: ErrDamaged, 16: ErrDamaged, 17: nil, 18: nil, 19: ErrDamaged} {
		t.Run(fmt.Sprint(work), func(t *testing.T) {
			t.Parallel()
			lock, err := age.NewScryptRecipient("pass")
			if err != nil {
				t.Fatal(err)
			}
			lock.SetWorkFactor(work)
			wrapped, err := armored(lock, []byte(identity.Secret()))
			if err != nil {
				t.Fatal(err)
			}
			if _, err := Unwrap(wrapped, "pass"); !errors.Is(err, want) {
				t.Errorf("Unwrap at 2^%d = %v, want %v", work, err, want)
			}
		})
	}
}

func TestOnlyAWrappedIdentityIsUnwrapped(t *testing.T) {
	t.Parallel()
	identity := newIdentity(t)
	note, err := Note(identity.Recipient(), "sealed by key, not by passphrase")
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"a note": note, "nothing": "", "prose": "Dear Priya"} {
		if _, err := Unwrap(text, "pass"); !errors.Is(err, ErrDamaged) {
			t.Errorf("Unwrap of %s = %v, want ErrDamaged", name, err)
		}
	}
}

func TestAnIdentityNeverPrintsItsSecret(t *testing.T) {
	t.Parallel()
	identity := newIdentity(t)
	if printed := fmt.Sprintf("%v %+v %s", identity, identity, identity); strings.Contains(printed, "SECRET") {
		t.Error("an identity prints its secret")
	}
	if _, err := ParseIdentity(identity.Secret() + "X"); err == nil || strings.Contains(err.Error(), "SECRET") {
		t.Errorf("ParseIdentity of a malformed secret = %v, want an error that does not quote it", err)
	}
}

func TestPassphrasesAreFiveWords(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for range 50 {
		p, err := Passphrase()
		if err != nil {
			t.Fatal(err)
		}
		if n := len(strings.Split(p, "-")); n < 5 {
			t.Errorf("Passphrase() = %q, want five words or more", p)
		}
		if seen[p] {
			t.Errorf("Passphrase() gave %q twice", p)
		}
		seen[p] = true
	}
}
