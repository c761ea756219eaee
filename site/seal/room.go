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
	vault *Vault
	file  string
	state roomState
}

type roomState struct {
	Kind      string          `json:"kind"`
	Name      string          `json:"name"`
	Epoch     int             `json:"epoch"`
	People    []string        `json:"people"`
	Identity  string          `json:"identity,omitempty"`
	Recipient string          `json:"recipient"`
	Sealed    map[string]sums `json:"sealed"`
	Stale     []string        `json:"stale,omitempty"`  // names that may still be published but belong to nothing any more
	Left      []string        `json:"left,omitempty"`   // people of earlier epochs
	Closed    bool            `json:"closed,omitempty"` // the epoch has ended, whoever enters next
	Rooms     []string        `json:"rooms,omitempty"`  // of a desk: the pairs whose rooms its owner may enter
}

// sums are what we remember of a sealed page.
type sums struct {
	Plain  []byte `json:"plain"`            // keyed hash of the text and the recipient
	Sealed []byte `json:"sealed"`           // SHA-256 of the bytes published
	Source []byte `json:"source,omitempty"` // keyed hash of what the text was made of
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

// MadeOf remembers what the page that is sealed under that name was made of, so that [Room.Stands] can tell that making it again is
// needless.
func (r *Room) MadeOf(page string, source []byte) {
	known := r.state.Sealed[page]
	known.Source = r.vault.mac("source", source)
	r.state.Sealed[page] = known
}

// Stands says whether the page sealed last under that name was made of exactly this.
func (r *Room) Stands(page string, source []byte) bool {
	known, ok := r.state.Sealed[page]
	return ok && known.Source != nil && hmac.Equal(known.Source, r.vault.mac("source", source))
}

// Forget drops a page from the record, so that it is neither held nor listed; its name becomes stale.
func (r *Room) Forget(page string) {
	if _, ok := r.state.Sealed[page]; ok {
		delete(r.state.Sealed, page)
		r.state.Stale = append(r.state.Stale, r.Name(page))
	}
}

// Close ends the epoch: whoever enters next, the same people too, gets another identity and other names. So a key that was
// taken away opens nothing that is sealed afterwards, not even by way of an old keyring.
func (r *Room) Close() { r.state.Closed = true }

// Stale lists the opaque names of pages that were forgotten, or that earlier epochs left behind: they must go from where
// they were published. [Room.Cleared] says that they did.
func (r *Room) Stale() []string {
	current := r.names()
	return slices.DeleteFunc(slices.Clone(r.state.Stale), func(n string) bool { return slices.Contains(current, n) })
}

// Cleared empties the list of [Room.Stale] and of [Room.Left].
func (r *Room) Cleared() { r.state.Stale, r.state.Left = nil, nil }

// Left lists the people, by id, who could enter in an earlier epoch and cannot now: their keyrings still hold its key.
func (r *Room) Left() []string {
	return slices.DeleteFunc(slices.Clone(r.state.Left), func(p string) bool { return slices.Contains(r.state.People, p) })
}

// Pair returns the pair's id of a room, "" of a desk.
func (r *Room) Pair() string {
	if r.state.Kind != "pair" {
		return ""
	}
	return r.state.Name
}

// People lists who may enter, by id; of a desk, its owner.
func (r *Room) People() []string {
	if r.state.Kind != "pair" {
		return []string{r.state.Name}
	}
	return slices.Clone(r.state.People)
}

// Recipient returns whom the pages are sealed to.
func (r *Room) Recipient() string { return r.state.Recipient }

// Pairs lists, for a desk, the pairs whose rooms its owner may enter.
func (r *Room) Pairs() []string { return slices.Clone(r.state.Rooms) }

// Admit notes on a desk that its owner may enter the room of a pair, and Dismiss that not any more.
func (r *Room) Admit(pair string) { r.state.Rooms = sortedUnique(append(r.state.Rooms, pair)) }

// Dismiss is the opposite of [Room.Admit].
func (r *Room) Dismiss(pair string) {
	r.state.Rooms = slices.DeleteFunc(r.state.Rooms, func(p string) bool { return p == pair })
}

func (r *Room) names() []string {
	var names []string
	for page := range r.state.Sealed {
		names = append(names, r.Name(page))
	}
	return names
}

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
