package seal

import (
	"fmt"
	"strings"

	"filippo.io/age"
	"filippo.io/age/armor"
)

// noteStep hides the length of a short note: its text is filled up with newlines to a multiple of this.
const noteStep = 256

// Note seals a private note to its author's recipient ("age1…"), as armored text for a Markdown file.
// After that nobody but the author can read it, the operator included. age -d shows the text itself.
func Note(recipient, text string) (string, error) {
	to, err := age.ParseX25519Recipient(recipient)
	if err != nil {
		return "", fmt.Errorf("seal note: recipient: %w", err)
	}
	text = strings.TrimRight(text, "\n")
	fill := noteStep - len(text)%noteStep
	return armored(to, []byte(text+strings.Repeat("\n", fill)))
}

// OpenNote reverses [Note], but for newlines at the end of the text.
func OpenNote(identity Identity, sealed string) (string, error) {
	text, err := decrypt(identity.x25519, armor.NewReader(strings.NewReader(sealed)))
	if err != nil {
		return "", fmt.Errorf("open note: %w", err)
	}
	return strings.TrimRight(string(text), "\n"), nil
}
