package seal

import (
	"crypto/sha256"
	"encoding/binary"
	"strings"

	"github.com/sethvargo/go-diceware/diceware"
)

// fingerprintWords in a fingerprint: 4 × 12.9 = 52 bits.
const fingerprintWords = 4

// Fingerprint names a recipient in four words, for people to compare: those of the EFF's long list that the first four
// groups of four bytes of its SHA-256 point to, big-endian, modulo the length of the list. The browser says the same.
func Fingerprint(recipient string) string {
	sum := sha256.Sum256([]byte(recipient))
	list := Words()
	named := make([]string, fingerprintWords)
	for i := range named {
		named[i] = list[binary.BigEndian.Uint32(sum[4*i:])%uint32(len(list))]
	}
	return strings.Join(named, " ")
}

// Words returns the EFF's long list in the order of the dice, 11111 first.
func Words() []string {
	dice := diceware.WordListEffLarge()
	var words []string
	for roll := 11111; roll <= 66666; roll++ {
		if word := dice.WordAt(roll); word != "" { // there is none where a die would show 0, 7, 8 or 9
			words = append(words, word)
		}
	}
	return words
}
