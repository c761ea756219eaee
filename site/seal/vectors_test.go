package seal

import (
	"encoding/json"
	"errors"
	"flag"
	"os"
	"strings"
	"testing"

	"filippo.io/age"
)

var update = flag.Bool("update", false, "write testdata/vectors.json anew")

// vectors hold for us and for the script in themes/duolog, which tests itself with the same file.
type vectors struct {
	Passphrase string            `json:"passphrase"`
	SameAs     []string          `json:"same_as"` // other spellings of the passphrase
	Wrong      []string          `json:"wrong"`
	Recipient  string            `json:"recipient"`
	Wrapped    string            `json:"wrapped"`
	Refused    map[string]string `json:"refused"` // why → wrapped identity
	Pages      []sealedPage      `json:"pages"`
	Foreign    []byte            `json:"foreign"` // sealed to somebody else
	Note       sealedNote        `json:"note"`
	Keyring    Keyring           `json:"keyring"`
	KeyringAge []byte            `json:"keyring_sealed"`
}

type sealedPage struct {
	Text   string `json:"text"`
	Repeat int    `json:"repeat"` // the page is the text so many times
	Sealed []byte `json:"sealed"`
}

type sealedNote struct {
	Text   string `json:"text"`
	Sealed string `json:"sealed"`
}

func TestVectors(t *testing.T) {
	t.Parallel()
	const file = "testdata/vectors.json"
	if *update {
		text, err := json.MarshalIndent(newVectors(t), "", "\t")
		if err != nil {
			t.Fatal(err)
		}
		write(t, file, string(text)+"\n")
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var v vectors
	if err := json.Unmarshal(text, &v); err != nil {
		t.Fatal(err)
	}
	checkVectors(t, v)
}

func checkVectors(t *testing.T, v vectors) {
	t.Helper()
	for _, spelling := range append(v.SameAs, v.Passphrase) {
		if identity, err := Unwrap(v.Wrapped, spelling); err != nil || identity.Recipient() != v.Recipient {
			t.Fatalf("Unwrap by %q = %v, %v; want the identity of %s", spelling, identity, err, v.Recipient)
		}
	}
	for _, wrong := range v.Wrong {
		if _, err := Unwrap(v.Wrapped, wrong); !errors.Is(err, ErrKey) {
			t.Errorf("Unwrap by %q = %v, want ErrKey", wrong, err)
		}
	}
	for why, wrapped := range v.Refused {
		if _, err := Unwrap(wrapped, v.Passphrase); !errors.Is(err, ErrDamaged) {
			t.Errorf("Unwrap of one that is %s = %v, want ErrDamaged", why, err)
		}
	}
	identity, err := Unwrap(v.Wrapped, v.Passphrase)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range v.Pages {
		if got, err := Open(identity, p.Sealed); err != nil || string(got) != strings.Repeat(p.Text, p.Repeat) {
			t.Errorf("Open = %d bytes, %v; want %q %d times", len(got), err, p.Text, p.Repeat)
		}
	}
	if _, err := Open(identity, v.Foreign); !errors.Is(err, ErrKey) {
		t.Errorf("Open of another's page = %v, want ErrKey", err)
	}
	if got, err := OpenNote(identity, v.Note.Sealed); err != nil || got != v.Note.Text {
		t.Errorf("OpenNote = %q, %v; want %q", got, err, v.Note.Text)
	}
	opened, err := Open(identity, v.KeyringAge)
	if err != nil {
		t.Fatal(err)
	}
	if keyring, err := ParseKeyring(opened); err != nil || keyring.Name != v.Keyring.Name || len(keyring.Rooms) != len(v.Keyring.Rooms) {
		t.Errorf("ParseKeyring = %+v, %v; want %+v", keyring, err, v.Keyring)
	}
}

func newVectors(t *testing.T) vectors {
	t.Helper()
	v := vectors{
		Passphrase: "seven geese at the öld mill",
		SameAs:     []string{"  seven geese at  the o\u0308ld\u00a0mill\n"},
		Wrong:      []string{"", "seven geese at the old mill", "Seven geese at the öld mill"},
		Refused:    map[string]string{},
		Pages:      []sealedPage{{Text: "", Repeat: 1}, {Text: "<p>Grüße, 1:1 – ✅</p>\n", Repeat: 1}, {Text: "0123456789abcdef", Repeat: 20_000}},
		Note:       sealedNote{Text: "for me only:\nzwei Zeilen"},
	}
	identity, room := newIdentity(t), newIdentity(t)
	v.Recipient = identity.Recipient()
	v.Wrapped = must(t)(Wrap(identity, v.Passphrase))
	for why, work := range map[string]int{"too cheap": 16, "too dear": 19} {
		lock, err := age.NewScryptRecipient(normal(v.Passphrase))
		if err != nil {
			t.Fatal(err)
		}
		lock.SetWorkFactor(work)
		v.Refused[why] = must(t)(armored(lock, []byte(identity.Secret())))
	}
	v.Refused["cut"] = v.Wrapped[:len(v.Wrapped)/2]
	v.Refused["a note"] = must(t)(Note(v.Recipient, "not an identity"))
	for i, p := range v.Pages {
		v.Pages[i].Sealed = mustSeal(t, v.Recipient, strings.Repeat(p.Text, p.Repeat))
	}
	v.Foreign = mustSeal(t, room.Recipient(), "another's")
	v.Note.Sealed = must(t)(Note(v.Recipient, v.Note.Text))
	v.Keyring = Keyring{Version: 1, Person: "juergen", Name: "Jürgen Weiß", Language: "de", Rooms: []RoomKey{
		{Pages: map[string]string{"/notes/": strings.Repeat("0", 32)}},
		{Key: room.Secret(), Pages: map[string]string{"/juergen-sam/": strings.Repeat("a", 32)}},
	}}
	text, err := v.Keyring.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	v.KeyringAge = mustSeal(t, v.Recipient, string(text))
	return v
}

func must(t *testing.T) func(string, error) string {
	return func(s string, err error) string {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
}

func mustSeal(t *testing.T, recipient, text string) []byte {
	t.Helper()
	sealed, err := Seal(recipient, []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return sealed
}
