package site

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"duolog/site/seal"
)

// The way out: from the public folder and a person's identity to the text of the log, with age, tail and gunzip.
func TestAgeAloneRecoversAWholeLog(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("age"); err != nil {
		t.Fatal("age is not installed; hint: apt-get install age")
	}
	b := sample(t)
	build(t, b)
	identity, _ := keys(t, b, "sam")
	open := func(secret, file string) string {
		t.Helper()
		key := filepath.Join(t.TempDir(), "key.txt")
		if err := os.WriteFile(key, []byte(secret+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		text, err := exec.Command("sh", "-c", `age -d -i "$1" "$2" | tail -c +5 | gunzip`, "sh", key, file).Output()
		if err != nil {
			t.Fatalf("age -d %s: %v", file, err)
		}
		return string(text)
	}
	fragment, err := b.Link("sam")
	if err != nil {
		t.Fatal(err)
	}
	var keyring seal.Keyring
	text := open(identity.Secret(), filepath.Join(b.Public, "k", strings.TrimPrefix(fragment, "#k="), "keyring.age"))
	if err := json.Unmarshal([]byte(text), &keyring); err != nil {
		t.Fatal(err)
	}
	read := 0
	want := log(t, b, "sam")
	for _, room := range keyring.Rooms {
		secret := room.Key
		if secret == "" {
			secret = identity.Secret()
		}
		for path, name := range room.Pages {
			if got := open(secret, filepath.Join(b.Public, blob(name))); got != want[path] {
				t.Errorf("age -d of %s = %d bytes, want the %d of the page", path, len(got), len(want[path]))
			}
			read++
		}
	}
	if read != 10 {
		t.Errorf("recovered %d pages, want all 10", read)
	}
}
