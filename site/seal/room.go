package seal

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
)

// A Room is what a set of people may read, in one epoch: an identity of its own, and a record of the pages sealed for it.
// It is not safe for concurrent use; different rooms are independent.
type Room struct {
	vault    *Vault
	file     string
	identity Identity
	state    roomState
}

type roomState struct {
	Kind      string          `json:"kind"`
	Name      string          `json:"name"`
	Epoch     int             `json:"epoch"`
	People    []string        `json:"people"`
	Identity  string          `json:"identity,omitempty"`
	Recipient string          `json:"recipient"`
	Sealed    map[string]sums `json:"sealed"`
}

// sums are what we remember of a sealed page.
type sums struct {
	Plain  []byte `json:"plain"`  // keyed hash of the text and the recipient
	Sealed []byte `json:"sealed"` // SHA-256 of the bytes published
}

// Name returns the opaque name under which page is published for this room in this epoch.
func (r *Room) Name(page string) string {
	return r.vault.Name("page", r.state.Kind, r.state.Name, strconv.Itoa(r.state.Epoch), page)
}

// Key returns what readers need to open the room's pages, for their keyrings; empty for a desk, whose owner needs no more.
func (r *Room) Key() string { return r.state.Identity }

// Pages lists the pages sealed for this room in this epoch, in order.
func (r *Room) Pages() []string {
	pages := make([]string, 0, len(r.state.Sealed))
	for page := range r.state.Sealed {
		pages = append(pages, page)
	}
	slices.Sort(pages)
	return pages
}

// Sum returns the SHA-256 of the bytes last sealed for page, nil when there are none.
func (r *Room) Sum(page string) []byte { return r.state.Sealed[page].Sealed }

// Holds says whether exactly this text was the last one sealed for page, so that what is published may stay as it is.
func (r *Room) Holds(page string, plain []byte) bool {
	known, ok := r.state.Sealed[page]
	return ok && hmac.Equal(known.Plain, r.plainSum(plain))
}

func (r *Room) plainSum(plain []byte) []byte {
	text := append([]byte(r.state.Recipient+"\x00"), plain...)
	return r.vault.mac("plain", text)
}

// Seal encrypts a page to the room and remembers that it did; [Room.Save] makes the memory last.
func (r *Room) Seal(page string, plain []byte) ([]byte, error) {
	sealed, err := Seal(r.state.Recipient, plain)
	if err != nil {
		return nil, fmt.Errorf("seal %s: %w", page, err)
	}
	hash := sha256.Sum256(sealed)
	r.state.Sealed[page] = sums{Plain: r.plainSum(plain), Sealed: hash[:]}
	return sealed, nil
}

// Forget drops a page from the record, so that it is neither held nor listed.
func (r *Room) Forget(page string) { delete(r.state.Sealed, page) }

// Save writes the record durably. Call it when the sealed pages are in their place, not before: a record of pages that
// were never published would keep them from being sealed again.
func (r *Room) Save() error {
	text, err := json.Marshal(r.state)
	if err != nil {
		return fmt.Errorf("room: %w", err)
	}
	if err := writeDurably(r.file, text); err != nil {
		return fmt.Errorf("room: %w", err)
	}
	return nil
}

func sortedUnique(s []string) []string {
	s = slices.Clone(s)
	slices.Sort(s)
	return slices.Compact(s)
}
