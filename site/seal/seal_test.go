package seal

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func newIdentity(t testing.TB) Identity {
	t.Helper()
	identity, err := NewIdentity()
	if err != nil {
		t.Fatal(err)
	}
	return identity
}

func TestWhatIsSealedOpensForItsRecipientAlone(t *testing.T) {
	t.Parallel()
	reader, stranger := newIdentity(t), newIdentity(t)
	text := []byte("<p>Priya: on-call load</p>")
	sealed, err := Seal(reader.Recipient(), text)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := Open(reader, sealed); err != nil || !bytes.Equal(got, text) {
		t.Errorf("Open by the reader = %q, %v; want the text", got, err)
	}
	if got, err := Open(stranger, sealed); !errors.Is(err, ErrKey) || got != nil {
		t.Errorf("Open by a stranger = %q, %v; want nothing, ErrKey", got, err)
	}
	if bytes.Contains(sealed, []byte("on-call")) {
		t.Error("the sealed bytes contain the text")
	}
}

func TestEveryFlippedByteIsRefused(t *testing.T) {
	t.Parallel()
	reader := newIdentity(t)
	sealed, err := Seal(reader.Recipient(), []byte("short"))
	if err != nil {
		t.Fatal(err)
	}
	for i := range sealed {
		altered := bytes.Clone(sealed)
		altered[i] ^= 1
		if got, err := Open(reader, altered); !errors.Is(err, ErrDamaged) && !errors.Is(err, ErrKey) || got != nil {
			t.Fatalf("byte %d of %d flipped: Open = %q, %v; want nothing, ErrDamaged or ErrKey", i, len(sealed), got, err)
		}
	}
	for _, n := range []int{0, 1, 100, len(sealed) - 1} {
		if got, err := Open(reader, sealed[:n]); err == nil || got != nil {
			t.Errorf("cut to %d bytes: Open = %q, %v; want nothing and an error", n, got, err)
		}
	}
}

func TestPagesOfSimilarLengthHaveOneSize(t *testing.T) {
	t.Parallel()
	reader := newIdentity(t)
	var sizes []int
	for _, text := range []string{"", "one line", strings.Repeat("forty lines\n", 40)} {
		sealed, err := Seal(reader.Recipient(), []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		sizes = append(sizes, len(sealed))
	}
	if sizes[0] != sizes[1] || sizes[1] != sizes[2] {
		t.Errorf("sealed sizes = %v, want all equal", sizes)
	}
}

// The way out: with the identity, tools that every system has open a page without us.
func TestAgeOpensAPageByHand(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("age"); err != nil {
		t.Fatal("age is not installed; hint: apt-get install age")
	}
	dir := t.TempDir()
	wrappedFile, key, page := filepath.Join(dir, "wrapped"), filepath.Join(dir, "key.txt"), filepath.Join(dir, "page.age")
	reader := newIdentity(t)
	text := strings.Repeat("<p>what we agreed</p>\n", 1000)
	sealed, err := Seal(reader.Recipient(), []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	write(t, key, reader.Secret()+"\n")
	write(t, page, string(sealed))
	out, err := exec.Command("sh", "-c", `age -d -i "$1" "$2" | tail -c +5 | gunzip`, "sh", key, page).Output()
	if err != nil || string(out) != text {
		t.Errorf("age -d | tail -c +5 | gunzip = %d bytes, %v; want the %d bytes of the page", len(out), err, len(text))
	}
	note, err := Note(reader.Recipient(), "for me only")
	if err != nil {
		t.Fatal(err)
	}
	write(t, wrappedFile, note)
	out, err = exec.Command("age", "-d", "-i", key, wrappedFile).Output()
	if err != nil || strings.TrimSpace(string(out)) != "for me only" {
		t.Errorf("age -d of a note = %q, %v; want its text", out, err)
	}
}

func TestWhatAgeSealedByHandIsReadAsANote(t *testing.T) {
	t.Parallel()
	reader := newIdentity(t)
	sealing := exec.Command("age", "-a", "-r", reader.Recipient())
	sealing.Stdin = strings.NewReader("typed at a shell\n")
	sealed, err := sealing.Output()
	if err != nil {
		t.Fatalf("age -a: %v; hint: apt-get install age", err)
	}
	if got, err := OpenNote(reader, string(sealed)); err != nil || got != "typed at a shell" {
		t.Errorf("OpenNote = %q, %v; want the text", got, err)
	}
}

func TestANoteHidesItsLengthAndItsTextFromOthers(t *testing.T) {
	t.Parallel()
	author, other := newIdentity(t), newIdentity(t)
	short, err := Note(author.Recipient(), "no")
	if err != nil {
		t.Fatal(err)
	}
	long, err := Note(author.Recipient(), strings.Repeat("äh ", 60))
	if err != nil {
		t.Fatal(err)
	}
	if len(short) != len(long) {
		t.Errorf("sealed notes are %d and %d bytes, want the same", len(short), len(long))
	}
	if _, err := OpenNote(other, short); !errors.Is(err, ErrKey) {
		t.Errorf("OpenNote by another = %v, want ErrKey", err)
	}
	if _, err := Note("age1nonsense", "x"); err == nil {
		t.Error("Note to a malformed recipient succeeded")
	}
}

func FuzzUnpack(f *testing.F) {
	for _, text := range []string{"", "a", strings.Repeat("ab", 5000)} {
		packed, err := pack([]byte(text))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(packed)
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if plain, err := unpack(b); err == nil {
			again, err := pack(plain)
			if err != nil {
				t.Fatalf("unpacked, but does not pack: %v", err)
			}
			if got, err := unpack(again); err != nil || !bytes.Equal(got, plain) {
				t.Fatalf("packed again = %q, %v; want %q", got, err, plain)
			}
		} else if plain != nil || !errors.Is(err, ErrDamaged) {
			t.Fatalf("unpack = %q, %v; want nothing, ErrDamaged", plain, err)
		}
		packed, err := pack(b)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := unpack(packed); err != nil || !bytes.Equal(got, b) {
			t.Fatalf("unpack(pack(b)) = %q, %v; want %q", got, err, b)
		}
	})
}

func TestPaddingAddsTwelvePercentAtMost(t *testing.T) {
	t.Parallel()
	for n := smallestSize + 1; n < 1<<22; n += 997 {
		padded := paddedSize(n)
		if padded < n || float64(padded) > 1.12*float64(n) {
			t.Fatalf("paddedSize(%d) = %d; want between 1 and 1.12 times", n, padded)
		}
		if paddedSize(padded) != padded {
			t.Fatalf("paddedSize(%d) = %d, but that pads on to %d", n, padded, paddedSize(padded))
		}
	}
}

func BenchmarkSealPageOf20kB(b *testing.B) {
	page, err := os.ReadFile("seal_test.go")
	if err != nil {
		b.Fatal(err)
	}
	page = bytes.Repeat(page, 4)[:20_000]
	to := newIdentity(b).Recipient()
	b.SetBytes(int64(len(page)))
	for b.Loop() {
		if _, err := Seal(to, page); err != nil {
			b.Fatal(err)
		}
	}
}

func write(t *testing.T, file, text string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
