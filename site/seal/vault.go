package seal

import (
	"bytes"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// A Vault is the private folder of an instance: the site key, and a file for each room with its identity and a record of
// what was sealed for it. Who has the folder can open every shared page (no private note), so it is made for its owner
// alone, and it must be kept: without it the next build seals everything anew under other names.
type Vault struct {
	dir string
	key []byte
}

// OpenVault opens the vault in dir and makes what is missing.
func OpenVault(dir string) (*Vault, error) {
	if err := os.MkdirAll(filepath.Join(dir, "rooms"), 0o700); err != nil {
		return nil, fmt.Errorf("vault: %w", err)
	}
	if err := os.Chmod(dir, 0o700); err != nil {
		return nil, fmt.Errorf("vault: %w", err)
	}
	key, err := siteKey(filepath.Join(dir, "site.key"))
	if err != nil {
		return nil, fmt.Errorf("vault: %w", err)
	}
	return &Vault{dir, key}, nil
}

func siteKey(file string) ([]byte, error) {
	text, err := os.ReadFile(file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		key := make([]byte, 32)
		rand.Read(key)
		return key, writeDurably(file, []byte(hex.EncodeToString(key)+"\n"))
	case err != nil:
		return nil, err
	}
	key, err := hex.DecodeString(strings.TrimSpace(string(text)))
	if err != nil || len(key) != 32 {
		return nil, fmt.Errorf("%s: not a key of 64 hex digits", file)
	}
	return key, nil
}

// Name returns the opaque name, 32 hex digits, of what parts describe. Without the site key nobody can tell from a
// name what it stands for, nor try guesses. Parts never contain a zero byte.
func (v *Vault) Name(parts ...string) string {
	return hex.EncodeToString(v.mac("name", []byte(strings.Join(parts, "\x00")))[:16])
}

// mac is HMAC-SHA256 under the site key; use keeps the keyed hashes for different uses apart.
func (v *Vault) mac(use string, data []byte) []byte {
	h := hmac.New(sha256.New, v.key)
	h.Write([]byte(use))
	h.Write([]byte{0})
	h.Write(data)
	return h.Sum(nil)
}

// Room returns the room of a pair, which exactly these people (by id, in any order) may enter. When the people differ
// from the last time, a new epoch begins: another identity, other names, no page in it yet; see [Room.Left] and
// [Room.Stale]. It lasts from its first [Room.Save] on: until then the next call makes yet another. A person's new key begins no
// epoch; it only needs a new keyring.
func (v *Vault) Room(pair string, people ...string) (*Room, error) {
	return v.room("pair", pair, people, func(r *Room) error {
		identity, err := NewIdentity()
		if err != nil {
			return err
		}
		r.state.Identity, r.state.Recipient = identity.Secret(), identity.Recipient()
		return nil
	})
}

// Desk returns the room of one person alone, for what nobody else reads. Pages there are sealed to the person's own
// recipient; a new recipient begins a new epoch.
func (v *Vault) Desk(person, recipient string) (*Room, error) {
	if err := checkRecipient(recipient); err != nil {
		return nil, err
	}
	return v.room("person", person, []string{recipient}, func(r *Room) error {
		r.state.Recipient = recipient
		return nil
	})
}

// Known returns the room of a pair as it was left, nil when there is none.
func (v *Vault) Known(pair string) (*Room, error) { return v.known("pair", pair) }

// KnownDesk returns a person's desk as it was left, nil when there is none.
func (v *Vault) KnownDesk(person string) (*Room, error) { return v.known("person", person) }

func (v *Vault) known(kind, name string) (*Room, error) {
	r, err := v.read(kind, name)
	if err != nil || r.state.Epoch == 0 {
		return nil, err
	}
	return r, nil
}

// Rooms goes through every room and desk of the vault, in no particular order, one in memory at a time. The first error ends it.
func (v *Vault) Rooms() iter.Seq2[*Room, error] {
	return func(yield func(*Room, error) bool) {
		files, err := filepath.Glob(filepath.Join(v.dir, "rooms", "*.json"))
		if err != nil {
			yield(nil, fmt.Errorf("vault: %w", err))
			return
		}
		for _, file := range files {
			r, err := v.open(file)
			if !yield(r, err) || err != nil {
				return
			}
		}
	}
}

func (v *Vault) open(file string) (*Room, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("room: %w", err)
	}
	r := &Room{vault: v, file: file}
	if err := r.load(text); err != nil {
		return nil, fmt.Errorf("room %s: %w", file, err)
	}
	return r, nil
}

func (v *Vault) room(kind, name string, people []string, furnish func(*Room) error) (*Room, error) {
	r, err := v.read(kind, name)
	if err != nil {
		return nil, err
	}
	if people = sortedUnique(people); slices.Equal(people, r.state.People) && !r.state.Closed {
		return r, nil
	}
	last := r.state
	stale := append(last.Stale, r.names()...)
	r.state = roomState{Kind: kind, Name: name, Epoch: last.Epoch + 1, People: people, Stale: stale, Rooms: last.Rooms, Sealed: map[string]sums{}}
	if kind == "pair" {
		r.state.Left = sortedUnique(append(last.Left, last.People...))
	}
	if err := furnish(r); err != nil {
		return nil, fmt.Errorf("room %s: %w", name, err)
	}
	return r, nil
}

func (v *Vault) read(kind, name string) (*Room, error) {
	file := filepath.Join(v.dir, "rooms", v.Name(kind, name)+".json")
	r, err := v.open(file)
	if errors.Is(err, fs.ErrNotExist) {
		return &Room{vault: v, file: file}, nil
	}
	return r, err
}

func (r *Room) load(text []byte) error {
	strict := json.NewDecoder(bytes.NewReader(text))
	strict.DisallowUnknownFields()
	if err := strict.Decode(&r.state); err != nil {
		return err
	}
	if r.state.Sealed == nil {
		r.state.Sealed = map[string]sums{}
	}
	return nil
}

// writeDurably replaces file in one step: the old bytes or the new, never a mixture, also when the power fails.
func writeDurably(file string, data []byte) error {
	dir := filepath.Dir(file)
	tmp, err := os.CreateTemp(dir, ".new-*") // mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name())
	_, err = tmp.Write(data)
	if err = errors.Join(err, tmp.Sync(), tmp.Close()); err != nil {
		return err
	}
	if err := os.Rename(tmp.Name(), file); err != nil {
		return err
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
