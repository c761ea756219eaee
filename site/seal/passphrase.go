package seal

import (
	"errors"
	"strings"

	"github.com/sethvargo/go-diceware/diceware"
)

// words of the EFF's long list in a generated passphrase: 5 × 12.9 = 64 bits.
const words = 5

// Reasons why [Strong] refuses a passphrase, in words for the person who chose it.
var (
	ErrShort = errors.New("a passphrase needs at least 16 characters; five random words are easy to keep")
	ErrPlain = errors.New("this passphrase repeats itself too much to be hard to guess")
	ErrNamed = errors.New("a passphrase must not be made of your own name or address")
)

// Passphrase returns a new passphrase of five random words, in lower case, joined by hyphens.
func Passphrase() (string, error) {
	list, err := diceware.Generate(words)
	if err != nil {
		return "", err
	}
	return strings.ToLower(strings.Join(list, "-")), nil
}

// Strong says whether a passphrase that a person chose is hard enough to guess offline, where only scrypt slows the
// guessing. about lists what others know of the person: names, addresses.
func Strong(passphrase string, about ...string) error {
	chosen := normal(passphrase)
	if len([]rune(chosen)) < 16 {
		return ErrShort
	}
	if unlike(chosen) < 8 {
		return ErrPlain
	}
	rest := strings.ToLower(chosen)
	for _, fact := range about {
		for _, part := range strings.FieldsFunc(strings.ToLower(fact), func(r rune) bool { return strings.ContainsRune(" @.-_+", r) }) {
			if len(part) > 2 {
				rest = strings.ReplaceAll(rest, part, "")
			}
		}
	}
	if len([]rune(rest)) < 12 {
		return ErrNamed
	}
	return nil
}

// unlike counts the different steps from one character to the next, so that "aaaa", "abcd" and "abab" all count little.
func unlike(s string) int {
	runes := []rune(s)
	seen := map[[2]rune]bool{}
	for i := 1; i < len(runes); i++ {
		step := runes[i] - runes[i-1]
		if step >= -1 && step <= 1 {
			continue
		}
		seen[[2]rune{runes[i-1], runes[i]}] = true
	}
	return len(seen)
}
