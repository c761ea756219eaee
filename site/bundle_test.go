package site

import (
	"bytes"
	"compress/gzip"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/evanw/esbuild/pkg/api"

	"duolog/site/seal"
)

var update = flag.Bool("update", false, "write the script's bundle anew")

const scriptFolder = "../themes/duolog/script"

// bundle makes one file of a script of ours and the libraries that it imports.
func bundle(t testing.TB, entry string) []byte {
	t.Helper()
	folder, err := filepath.Abs(scriptFolder)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(folder, "node_modules", "age-encryption")); err != nil {
		t.Fatalf("%v; hint: npm ci --prefix themes/duolog/script", err)
	}
	result := api.Build(api.BuildOptions{
		EntryPoints: []string{entry}, AbsWorkingDir: folder,
		Bundle: true, Format: api.FormatIIFE, Target: api.ES2022, Charset: api.CharsetUTF8,
		MinifySyntax: true, MinifyWhitespace: true, MinifyIdentifiers: true,
		LegalComments: api.LegalCommentsEndOfFile,
		Alias: map[string]string{
			"@noble/curves/ed25519.js": "./src/x25519.js", "@noble/hashes/scrypt.js": "./src/scrypt.js",
			"@noble/curves/nist.js": "./src/unused.js", "@noble/post-quantum/hybrid.js": "./src/unused.js",
		},
	})
	for _, e := range result.Errors {
		t.Fatalf("bundle %s: %s", entry, e.Text)
	}
	return result.OutputFiles[0].Contents
}

// To bundle anew after a change of the script: go test ./site -run Bundle -update
func TestTheCommittedBundlesAreMadeOfTheCommittedScript(t *testing.T) {
	t.Parallel()
	for _, b := range []struct {
		entry, committed string
		most             int // bytes, compressed
	}{
		{"src/main.js", "../themes/duolog/assets/log.js", 35_000},
		{"src/keys.js", "../themes/duolog/assets/keys.js", 80_000}, // comes only where keys are made; a third is the list of words
	} {
		want := bundle(t, b.entry)
		if *update {
			if err := os.WriteFile(b.committed, want, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		got, err := os.ReadFile(b.committed)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s is stale; hint: go test ./site -run Bundle -update", b.committed)
		}
		if n := zipped(t, got); n > b.most {
			t.Errorf("%s is %d bytes when compressed, want at most %d", b.committed, n, b.most)
		} else {
			t.Logf("%s: %d bytes, %d compressed", b.committed, len(got), n)
		}
	}
}

// To write the list anew after a change of the library: go test ./site -run Bundle -update
func TestTheListOfWordsInTheBundleIsThatOfThePassphrases(t *testing.T) {
	t.Parallel()
	const file = scriptFolder + "/src/words.txt"
	want := strings.Join(seal.Words(), "\n") + "\n"
	if *update {
		if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := os.ReadFile(file); err != nil || string(got) != want {
		t.Errorf("%s is not the list of package seal: %v; hint: go test ./site -run Bundle -update", file, err)
	}
}

func zipped(t *testing.T, text []byte) int {
	t.Helper()
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	w.Write(text)
	w.Close()
	return b.Len()
}
