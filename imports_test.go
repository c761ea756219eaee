package duolog

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// mayImport names, for each of our packages, the others of ours that it may import. A package that is not listed may
// import none of ours; cmd may import all, and all may import stumble, which stands below them.
var mayImport = map[string][]string{
	"mailflow":         {"content", "meeting", "mailflow/inbox", "mailflow/letter", "mailflow/message", "mailflow/newtext", "mailflow/outbox", "mailflow/reply", "mailflow/sender"},
	"mailflow/letter":  {"meeting"},
	"mailflow/newtext": {"mailflow/message"},
	"mailflow/reply":   {"meeting", "mailflow/ical", "mailflow/newtext"},
	"mailflow/sender":  {"mailflow/message"},
	"content":          {"meeting"},
	"content/sample":   {"meeting"},
	"site":             {"content", "meeting", "site/seal", "themes/duolog"},
}

// doors names the packages that may import a library; tests and mailtest may use any.
var doors = map[string][]string{
	"github.com/emersion/go-imap":      {"mailflow/inbox"},
	"github.com/wneessen/go-mail":      {"mailflow/outbox"},
	"github.com/emersion/go-msgauth":   {"mailflow/sender"},
	"github.com/emersion/go-message":   {"mailflow/message"},
	"github.com/arran4/golang-ical":    {"mailflow/ical", "mailflow/letter"}, // one reads, the other writes
	"filippo.io/age":                   {"site/seal"},
	"github.com/evanw/esbuild":         {"site", "themes/duolog"},
	"github.com/minio/minio-go":        {"site/host"},
	"github.com/adrg/frontmatter":      {"content"},
	"github.com/spf13/viper":           {"cmd/duolog"},
	"github.com/spf13/cobra":           {"cmd/duolog"},
	"golang.org/x/oauth2":              {"mailflow/oauth"},
	"github.com/teambition/rrule-go":   {"mailflow/ical", "meeting"},
	"go.etcd.io/bbolt":                 {"mailflow", "mailflow/outbox"},
	"github.com/sethvargo/go-diceware": {"site/seal"},
}

func TestPackagesImportOnlyWhatTheirPlaceAllows(t *testing.T) {
	for file, imports := range sources(t) {
		pkg := path.Dir(file)
		for _, imported := range imports {
			if ours, ok := strings.CutPrefix(imported, "duolog/"); ok && !allowed(pkg, ours) {
				t.Errorf("%s imports %s: %s may import %v", file, imported, pkg, mayImport[pkg])
			}
			for library, open := range doors {
				if strings.HasPrefix(imported, library) && !contains(open, pkg) && pkg != "mailflow/mailtest" {
					t.Errorf("%s imports %s: only %v may", file, imported, open)
				}
			}
		}
	}
}

func allowed(pkg, imported string) bool {
	return strings.HasPrefix(pkg, "cmd/") || imported == "stumble" || contains(mayImport[pkg], imported)
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

// sources maps every Go file that is not a test to its imports.
func sources(t *testing.T) map[string][]string {
	t.Helper()
	all := map[string][]string{}
	err := filepath.WalkDir(".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (entry.Name() == "node_modules" || strings.HasPrefix(entry.Name(), ".") && name != "."):
			return fs.SkipDir
		case entry.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go"):
			return nil
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, spec := range f.Imports {
			imported, _ := strconv.Unquote(spec.Path.Value)
			all[filepath.ToSlash(name)] = append(all[filepath.ToSlash(name)], imported)
		}
		return nil
	})
	if err != nil || len(all) < 50 {
		t.Fatalf("read %d source files: %v", len(all), err)
	}
	return all
}
