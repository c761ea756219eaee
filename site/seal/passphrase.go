package seal

import (
	"strings"

	"github.com/sethvargo/go-diceware/diceware"
)

// words of the EFF's long list in a generated passphrase: 5 × 12.9 = 64 bits. Those that people choose are made and judged in
// their browser alone: themes/duolog/script/src/passphrase.js.
const words = 5

// Passphrase returns a new passphrase of five random words, in lower case, joined by hyphens.
func Passphrase() (string, error) {
	list, err := diceware.Generate(words)
	if err != nil {
		return "", err
	}
	return strings.ToLower(strings.Join(list, "-")), nil
}
