package seal

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"
)

func openVault(t *testing.T, dir string) *Vault {
	t.Helper()
	v, err := OpenVault(dir)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func enter(t *testing.T, v *Vault, pair string, people ...string) *Room {
	t.Helper()
	r, err := v.Room(pair, people...)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// sealed is the room of Priya and Sam with one page, as it was left.
func sealed(t *testing.T, v *Vault) *Room {
	t.Helper()
	r := enter(t, v, "priya-sam", "priya", "sam")
	if _, err := r.Seal("/", []byte("text")); err != nil {
		t.Fatal(err)
	}
	if err := r.Save(); err != nil {
		t.Fatal(err)
	}
	return r
}

func TestARoomIsTheSameAfterARestart(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	before := sealed(t, openVault(t, dir))
	after := enter(t, openVault(t, dir), "priya-sam", "sam", "priya")
	if before.Key() != after.Key() || before.Name("/") != after.Name("/") {
		t.Error("identity or names of the room changed over a restart")
	}
	if !after.Holds("/", []byte("text")) || after.Holds("/", []byte("Text")) || after.Holds("/other", []byte("text")) {
		t.Error("the room does not hold exactly the page that was sealed")
	}
}

func TestANewReaderBeginsANewEpoch(t *testing.T) {
	t.Parallel()
	v := openVault(t, t.TempDir())
	before := sealed(t, v)
	after := enter(t, v, "priya-sam", "priya", "maria")
	if before.Key() == after.Key() || before.Name("/") == after.Name("/") || after.Holds("/", []byte("text")) {
		t.Error("the new epoch shares its identity, names or pages with the old one")
	}
	sealed, err := after.Seal("/", []byte("text"))
	if err != nil {
		t.Fatal(err)
	}
	gone, err := ParseIdentity(before.Key())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Open(gone, sealed); !errors.Is(err, ErrKey) {
		t.Errorf("who left opens a page of the new epoch: %v, want ErrKey", err)
	}
}

func TestAClosedRoomIsAnotherOneForTheSamePeople(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	before := enter(t, openVault(t, dir), "priya-sam", "priya", "sam")
	if _, err := before.Seal("/", []byte("text")); err != nil {
		t.Fatal(err)
	}
	before.Forget("/")
	before.Close()
	if err := before.Save(); err != nil {
		t.Fatal(err)
	}
	after := enter(t, openVault(t, dir), "priya-sam", "priya", "sam")
	if before.Key() == after.Key() || before.Name("/") == after.Name("/") {
		t.Error("the room has the same identity or names after it was closed")
	}
	if err := after.Save(); err != nil {
		t.Fatal(err)
	}
	if again := enter(t, openVault(t, dir), "priya-sam", "priya", "sam"); again.Key() != after.Key() {
		t.Error("the room is another one each time after it was closed once")
	}
}

func TestAnEpochLeavesBehindWhatMustGo(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	before := sealed(t, openVault(t, dir))
	after := enter(t, openVault(t, dir), "priya-sam", "priya", "maria")
	if got := after.Stale(); !slices.Equal(got, []string{before.Name("/")}) {
		t.Errorf("Stale = %v, want the one page of the old epoch", got)
	}
	if got := after.Left(); !slices.Equal(got, []string{"sam"}) {
		t.Errorf("Left = %v, want [sam]", got)
	}
	after.Cleared()
	if err := after.Save(); err != nil {
		t.Fatal(err)
	}
	if again := enter(t, openVault(t, dir), "priya-sam", "maria", "priya"); len(again.Stale())+len(again.Left()) > 0 {
		t.Errorf("after Cleared: Stale = %v, Left = %v; want none", again.Stale(), again.Left())
	}
}

func TestAForgottenPageIsStaleUntilItIsSealedAgain(t *testing.T) {
	t.Parallel()
	r := enter(t, openVault(t, t.TempDir()), "priya-sam", "priya", "sam")
	if _, err := r.Seal("/2019/", []byte("text")); err != nil {
		t.Fatal(err)
	}
	r.Forget("/2019/")
	if r.Holds("/2019/", []byte("text")) || !slices.Equal(r.Stale(), []string{r.Name("/2019/")}) {
		t.Errorf("Forget left the page held or not stale: %v", r.Stale())
	}
	if _, err := r.Seal("/2019/", []byte("text")); err != nil {
		t.Fatal(err)
	}
	if len(r.Stale()) > 0 {
		t.Errorf("Stale = %v after sealing again, want none", r.Stale())
	}
}

func TestADeskFollowsItsOwnersKey(t *testing.T) {
	t.Parallel()
	v := openVault(t, t.TempDir())
	first, second := newIdentity(t), newIdentity(t)
	desk, err := v.Desk("priya", first.Recipient())
	if err != nil {
		t.Fatal(err)
	}
	if desk.Key() != "" {
		t.Error("a desk has a key of its own, want none: its owner's identity opens it")
	}
	sealed, err := desk.Seal("keyring", []byte("{}"))
	if err != nil {
		t.Fatal(err)
	}
	if text, err := Open(first, sealed); err != nil || string(text) != "{}" {
		t.Errorf("Open by the owner = %q, %v; want the text", text, err)
	}
	if err := desk.Save(); err != nil {
		t.Fatal(err)
	}
	desk, err = v.Desk("priya", second.Recipient())
	if err != nil {
		t.Fatal(err)
	}
	if desk.Holds("keyring", []byte("{}")) {
		t.Error("after a new key the desk still holds what the old key opens")
	}
	if _, err := v.Desk("sam", "age1bad"); err == nil {
		t.Error("Desk with a malformed recipient succeeded")
	}
}

func TestNamesAreOpaqueAndDifferByInstance(t *testing.T) {
	t.Parallel()
	one, other := openVault(t, t.TempDir()), openVault(t, t.TempDir())
	name := one.Name("person", "priya")
	if !regexp.MustCompile(`^[0-9a-f]{32}$`).MatchString(name) {
		t.Errorf("Name = %q, want 32 hex digits", name)
	}
	if name == other.Name("person", "priya") || name == one.Name("person", "sam") || name == one.Name("personpriya") {
		t.Error("names repeat between instances or parts")
	}
}

func TestTheVaultIsForItsOwnerAlone(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "private")
	if err := enter(t, openVault(t, dir), "priya-sam", "priya", "sam").Save(); err != nil {
		t.Fatal(err)
	}
	err := filepath.Walk(dir, func(path string, info os.FileInfo, err error) error {
		if err == nil && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has mode %v, want nothing for group and others", path, info.Mode())
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestABrokenVaultIsAnErrorNotANewKey(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	r := enter(t, openVault(t, dir), "priya-sam", "priya", "sam")
	if err := os.WriteFile(r.file, []byte(`{"epoch":`), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := openVault(t, dir).Room("priya-sam", "priya", "sam"); err == nil {
		t.Error("Room from a cut file succeeded")
	}
	if err := os.WriteFile(filepath.Join(dir, "site.key"), []byte("abc"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenVault(dir); err == nil {
		t.Error("OpenVault with a cut site key succeeded")
	}
}

// Everybody's keyring against everybody's pages: exactly the readers open a page.
func TestExactlyTheReadersOpenARoom(t *testing.T) {
	t.Parallel()
	v := openVault(t, t.TempDir())
	pairs := map[string][]string{"a": {"p1", "m1"}, "b": {"p2", "m1"}, "c": {"p1", "p2"}, "d": {"m1", "m2"}}
	people := []string{"p1", "p2", "m1", "m2"}
	type page struct {
		pair   string
		sealed []byte
	}
	var pages []page
	keys := map[string][]Identity{}
	for pair, readers := range pairs {
		room := enter(t, v, pair, readers...)
		sealed, err := room.Seal("/", []byte(pair))
		if err != nil {
			t.Fatal(err)
		}
		pages = append(pages, page{pair, sealed})
		key, err := ParseIdentity(room.Key())
		if err != nil {
			t.Fatal(err)
		}
		for _, reader := range readers {
			keys[reader] = append(keys[reader], key)
		}
	}
	for _, person := range people {
		for _, p := range pages {
			opened := slices.ContainsFunc(keys[person], func(k Identity) bool {
				text, err := Open(k, p.sealed)
				return err == nil && bytes.Equal(text, []byte(p.pair))
			})
			if want := slices.Contains(pairs[p.pair], person); opened != want {
				t.Errorf("%s opens pair %s: %v, want %v", person, p.pair, opened, want)
			}
		}
	}
}
