package seal

import (
	"encoding/json"
	"fmt"
)

// A Keyring is what one person can open: the identities of their rooms, and where each page lies. It is sealed to that
// person alone, on their desk. The browser's script reads the same JSON: change both together, and Version with them.
type Keyring struct {
	Version  int       `json:"v"`              // 1
	Person   string    `json:"person"`         // id
	Name     string    `json:"name"`           // how to greet the person
	Language string    `json:"lang"`           // BCP 47
	Mail     string    `json:"mail,omitempty"` // the address that takes the person's mails, "" when it is not known
	Rooms    []RoomKey `json:"rooms"`
}

// A RoomKey opens one room.
type RoomKey struct {
	Key   string            `json:"key"`   // "AGE-SECRET-KEY-1…"; empty for the desk: the person's own identity opens it
	Pages map[string]string `json:"pages"` // a page's path in the log → its opaque name
}

// Bytes returns the keyring as the text to seal: equal keyrings give equal bytes.
func (k Keyring) Bytes() ([]byte, error) {
	k.Version = 1
	return json.Marshal(k)
}

// ParseKeyring reads an opened keyring.
func ParseKeyring(text []byte) (Keyring, error) {
	var k Keyring
	if err := json.Unmarshal(text, &k); err != nil {
		return Keyring{}, fmt.Errorf("keyring: %w: %w", ErrDamaged, err)
	}
	if k.Version != 1 {
		return Keyring{}, fmt.Errorf("keyring: version %d is not one we know", k.Version)
	}
	return k, nil
}
