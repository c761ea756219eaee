package site

import (
	"crypto/ecdh"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"

	"golang.org/x/crypto/scrypt"

	"duolog/site/seal"
)

// outcome is what a function of the script came to.
type outcome struct{ Text, Error string }

// scripted is a browser on a page that has the script's functions and nothing else.
func scripted(t testing.TB) *browser {
	t.Helper()
	script := bundle(t, "test/expose.js")
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/expose.js" {
			w.Header().Set("Content-Type", "text/javascript; charset=utf-8")
			w.Write(script)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Write([]byte(`<!doctype html><form id="unlock"></form><script src="/expose.js"></script>`))
	}))
	t.Cleanup(server.Close)
	b := newBrowser(t)
	b.open(server.URL)
	return b
}

func js(t *testing.T, name string, arguments ...string) string {
	t.Helper()
	var quoted []string
	for _, a := range arguments {
		text, err := json.Marshal(a)
		if err != nil {
			t.Fatal(err)
		}
		quoted = append(quoted, string(text))
	}
	return name + "(" + strings.Join(quoted, ",") + ")"
}

func TestTooLittleMemoryIsNotToldAsDamage(t *testing.T) {
	t.Parallel()
	_, wrapped, err := seal.NewPerson("correct horse battery staple moon")
	if err != nil {
		t.Fatal(err)
	}
	b := scripted(t)
	const full = `globalThis.Int32Array = class { constructor(n) { if (n > 1 << 20) throw new RangeError("Array buffer allocation failed"); return new Uint32Array(n) } }`
	if got := eval[outcome](b, full+`; `+js(t, "unwrap", wrapped, "correct horse battery staple moon")); got.Error != "room" {
		t.Errorf("without memory the identity fails with %q, want %q", got.Error, "room")
	}
}

// The same vectors as in site/seal, which wrote them.
func TestTheScriptOpensWhatGoSealed(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("seal/testdata/vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var v struct {
		Passphrase string
		SameAs     []string `json:"same_as"`
		Wrong      []string
		Wrapped    string
		Refused    map[string]string
		Pages      []struct {
			Text   string
			Repeat int
			Sealed string
		}
		Foreign       string
		Note          struct{ Text, Sealed string }
		Keyring       seal.Keyring
		KeyringSealed string `json:"keyring_sealed"`
	}
	if err := json.Unmarshal(text, &v); err != nil {
		t.Fatal(err)
	}
	b := scripted(t)
	identity := ""
	for _, spelling := range append(v.SameAs, v.Passphrase) {
		got := eval[outcome](b, js(t, "unwrap", v.Wrapped, spelling))
		if !strings.HasPrefix(got.Text, "AGE-SECRET-KEY-1") {
			t.Fatalf("unwrap by %q = %q, want an identity", spelling, got.Error)
		}
		identity = got.Text
	}
	for _, wrong := range v.Wrong {
		if got := eval[outcome](b, js(t, "unwrap", v.Wrapped, wrong)); got.Error != "key" {
			t.Errorf("unwrap by %q = %q, want key", wrong, got.Error)
		}
	}
	for why, wrapped := range v.Refused {
		if got := eval[outcome](b, js(t, "unwrap", wrapped, v.Passphrase)); got.Error != "damaged" {
			t.Errorf("unwrap of one that is %s = %q, want damaged", why, got.Error)
		}
	}
	for _, p := range v.Pages {
		if got := eval[outcome](b, js(t, "openPage", identity, p.Sealed)); got.Error != "" || got.Text != strings.Repeat(p.Text, p.Repeat) {
			t.Errorf("openPage = %d bytes, %q; want %q %d times", len(got.Text), got.Error, p.Text, p.Repeat)
		}
	}
	eval[any](b, `(forgetX25519(), null)`)
	for _, p := range v.Pages[:1] {
		if got := eval[outcome](b, js(t, "openPage", identity, p.Sealed)); got.Error != "" || got.Text != strings.Repeat(p.Text, p.Repeat) {
			t.Errorf("without an X25519 of the browser's own, openPage = %d bytes, %q; want %q %d times", len(got.Text), got.Error, p.Text, p.Repeat)
		}
	}
	if got := eval[outcome](b, js(t, "openPage", identity, v.Foreign)); got.Error != "key" {
		t.Errorf("openPage of another's = %q, want key", got.Error)
	}
	if got := eval[outcome](b, js(t, "openNote", identity, v.Note.Sealed)); got.Text != v.Note.Text {
		t.Errorf("openNote = %q, %q; want %q", got.Text, got.Error, v.Note.Text)
	}
	got := eval[outcome](b, js(t, "openPage", identity, v.KeyringSealed))
	if keyring, err := seal.ParseKeyring([]byte(got.Text)); err != nil || keyring.Name != v.Keyring.Name {
		t.Errorf("the keyring opens to %q, %v; want that of %s", got.Text, err, v.Keyring.Name)
	}
	sealed, err := base64.StdEncoding.DecodeString(v.Pages[1].Sealed)
	if err != nil {
		t.Fatal(err)
	}
	failures := eval[map[string]int](b, js(t, "flipEach", identity, v.Pages[1].Sealed))
	if failures["damaged"]+failures["key"] != len(sealed) {
		t.Errorf("each of %d bytes flipped = %v, want damaged or key every time", len(sealed), failures)
	}
}

func TestTheScriptsCurveIsThatOfTheStandardLibrary(t *testing.T) {
	t.Parallel()
	b := scripted(t)
	encode := base64.StdEncoding.EncodeToString
	for range 20 {
		mine, theirs := must(ecdh.X25519().GenerateKey(rand.Reader)), must(ecdh.X25519().GenerateKey(rand.Reader))
		if got, want := eval[string](b, js(t, "curve", encode(mine.Bytes()))), encode(mine.PublicKey().Bytes()); got != want {
			t.Errorf("the point of %x is %s, want %s", mine.Bytes(), got, want)
		}
		want := encode(must(mine.ECDH(theirs.PublicKey())))
		if got := eval[string](b, js(t, "curve", encode(mine.Bytes()), encode(theirs.PublicKey().Bytes()))); got != want {
			t.Errorf("the secret of %x and %x is %s, want %s", mine.Bytes(), theirs.PublicKey().Bytes(), got, want)
		}
	}
	zero := encode(make([]byte, 32)) // a point of small order: RFC 7748, 6.1
	if got := eval[string](b, `(() => { try { return `+js(t, "curve", encode(must(ecdh.X25519().GenerateKey(rand.Reader)).Bytes()), zero)+`; } catch { return "refused"; } })()`); got != "refused" {
		t.Errorf("a point of small order gives %s, want it refused", got)
	}
}

func TestInTheBrowserTooExactlyTheReadersOpenEachFile(t *testing.T) {
	t.Parallel()
	s := sample(t)
	build(t, s)
	b := scripted(t)
	people := []string{"juergen", "priya", "sam"}
	secrets := map[string][]string{}
	want := map[string][]string{}
	for _, id := range people {
		identity, keyring := keys(t, s, id)
		secrets[id] = []string{identity.Secret()}
		for _, room := range keyring.Rooms {
			if room.Key != "" {
				secrets[id] = append(secrets[id], room.Key)
			}
			for _, name := range room.Pages {
				want[blob(name)] = append(want[blob(name)], id)
			}
		}
	}
	for name, data := range snapshot(t, s) {
		if !strings.HasPrefix(name, "b/") {
			continue
		}
		var readers []string
		for _, id := range people {
			if slices.ContainsFunc(secrets[id], func(secret string) bool {
				return eval[outcome](b, js(t, "openPage", secret, base64.StdEncoding.EncodeToString([]byte(data)))).Error == ""
			}) {
				readers = append(readers, id)
			}
		}
		// A page in the other reader's language is in no keyring of one's own, but one may read it.
		for _, id := range want[name] {
			if !slices.Contains(readers, id) {
				t.Errorf("%s does not open for %s", name, id)
			}
		}
		if len(readers) == 0 || len(readers) > 2 || slices.Contains(readers, "priya") && slices.Contains(readers, "juergen") {
			t.Errorf("%s opens for %q, want its readers alone", name, readers)
		}
	}
}

// RFC 7914, section 12: the vector that has the r and p of age. Of others what Go makes of them.
func TestTheScryptOfTheScriptIsThatOfTheStandard(t *testing.T) {
	t.Parallel()
	b := scripted(t)
	for _, v := range []struct {
		password, salt string
		n, length      int
		want           string // in hex
	}{
		{"pleaseletmein", "SodiumChloride", 16384, 64, "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887"},
		{"pleaseletmein", "SodiumChloride", 2, 32, ""},
		{"", "", 16, 16, ""},
		{"pässword 漢", "salt", 4096, 40, ""},
	} {
		want := v.want
		if want == "" {
			key, err := scrypt.Key([]byte(v.password), []byte(v.salt), v.n, 8, 1, v.length)
			if err != nil {
				t.Fatal(err)
			}
			want = hex.EncodeToString(key)
		}
		got := eval[struct {
			Key          string
			Async, Noble bool
		}](b, fmt.Sprintf(`derive(%q, %q, %d, %d)`, v.password, v.salt, v.n, v.length))
		if got.Key != want || !got.Async || !got.Noble {
			t.Errorf("scrypt of %q with N = %d is %s, want %s; the same as scryptAsync: %t, as noble's: %t", v.password, v.n, got.Key, want, got.Async, got.Noble)
		}
	}
}
