package site

import (
	"bytes"
	"compress/gzip"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/evanw/esbuild/pkg/api"
)

var update = flag.Bool("update", false, "write the script's bundle anew")

const scriptFolder = "../themes/duolog/script"

// bundle makes one file of a script of ours and the libraries that it imports.
func bundle(t *testing.T, entry string) []byte {
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
		Alias:         map[string]string{"@noble/post-quantum/hybrid.js": "./src/unused.js", "@noble/curves/nist.js": "./src/unused.js"},
	})
	for _, e := range result.Errors {
		t.Fatalf("bundle %s: %s", entry, e.Text)
	}
	return result.OutputFiles[0].Contents
}

// To bundle anew after a change of the script: go test ./site -run Bundle -update
func TestTheCommittedBundleIsMadeOfTheCommittedScript(t *testing.T) {
	t.Parallel()
	const committed = "../themes/duolog/assets/log.js"
	want := bundle(t, "src/main.js")
	if *update {
		if err := os.WriteFile(committed, want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(committed)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s is stale; hint: go test ./site -run Bundle -update", committed)
	}
	const most = 35_000
	if n := zipped(t, got); n > most {
		t.Errorf("%s is %d bytes when compressed, want at most %d", committed, n, most)
	} else {
		t.Logf("%d bytes, %d compressed", len(got), n)
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
