package site

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	cdpbrowser "github.com/chromedp/cdproto/browser"
	"github.com/chromedp/chromedp"
)

// taken is the file that a reader's browser saves.
func taken(t *testing.T, b *browser) string {
	t.Helper()
	dir := t.TempDir()
	call(b, cdpbrowser.SetDownloadBehavior, cdpbrowser.SetDownloadBehaviorParams{Behavior: "allow", DownloadPath: dir, BrowserContextID: chromedp.FromContext(b.ctx).BrowserContextID})
	eval[any](b, `(document.querySelector("#take-copy").click(), null)`)
	for began := time.Now(); time.Since(began) < patience; time.Sleep(20 * time.Millisecond) {
		files, err := filepath.Glob(filepath.Join(dir, "*.html"))
		if err != nil {
			t.Fatal(err)
		}
		if len(files) == 1 {
			return files[0]
		}
	}
	t.Fatal("the browser saved no copy")
	return ""
}

func TestACopyOpensFromAFileWithTheSamePassword(t *testing.T) {
	t.Parallel()
	b, _, host := reading(t, "priya")
	file := taken(t, b)
	b.waitFor(`document.querySelector("#take-help").textContent.includes("downloads")`)
	b.clean(host)
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, mark := range marks {
		if strings.HasPrefix(mark, "2026") { // the copy says on which day it was taken
			continue
		}
		if strings.Contains(string(text)+file, mark) {
			t.Errorf("the copy contains %q in the clear", mark)
		}
	}
	offline := newBrowser(t)
	offline.open("file://" + file)
	offline.try("not the password")
	offline.waitFor(`document.querySelector("#alert").textContent.includes("does not open")`)
	eval[any](offline, `(document.querySelector("#passphrase").value = "", null)`)
	offline.unlock(passphrase("priya"))
	offline.waitFor(`document.querySelectorAll(".private").length === 2 && document.body.innerText.includes("This is a copy of")`)
	for _, page := range []string{"agreements", "insights", "surveys"} {
		offline.visit("/priya-sam/" + page + "/")
	}
	offline.look(1280, 900, "light")
	offline.shot("copy")
	eval[any](offline, `(document.querySelector("#search-open").click(), null)`)
	offline.waitFor(`document.querySelector("#search").open`)
	perform(offline, chromedp.KeyEvent("roadmap"))
	offline.waitFor(`document.querySelector("#search ol").childElementCount > 0`)
	if kept := eval[string](offline, `JSON.stringify(sessionStorage) + JSON.stringify(localStorage)`); kept != "{}{}" {
		t.Errorf("the copy leaves %s in the browser, which all files share; want nothing", kept)
	}
	offline.clean("file://")
}

func TestAnAlteredCopyIsRefusedInPlainWords(t *testing.T) {
	t.Parallel()
	b, _, _ := reading(t, "priya")
	file := taken(t, b)
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	blobs := strings.Split(string(text), `.age":"`)
	for i, b := range blobs {
		if i > 0 && len(b) > 1000 { // the wrapped identity is shorter, and stays whole
			blobs[i] = b[:1000] + swapped(b[1000:1001]) + b[1001:]
		}
	}
	if err := os.WriteFile(file, []byte(strings.Join(blobs, `.age":"`)), 0o600); err != nil {
		t.Fatal(err)
	}
	offline := newBrowser(t)
	offline.open("file://" + file)
	offline.try(passphrase("priya"))
	offline.waitFor(`document.querySelector("#alert").textContent.includes("altered or damaged")`)
}

func swapped(letter string) string {
	if letter == "A" {
		return "B"
	}
	return "A"
}
