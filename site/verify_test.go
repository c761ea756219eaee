package site

import (
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"duolog/themes/duolog"
)

func TestAnAlteredShellIsFoundInAFolderAndOverHTTP(t *testing.T) {
	dir := t.TempDir()
	files, err := shell(duolog.Files)
	if err != nil {
		t.Fatal(err)
	}
	d := (&building{public: public{dir}}).delivery()
	for _, f := range files {
		if err := d.add(f.Path, f.data); err != nil {
			t.Fatal(err)
		}
	}
	if err := d.done(); err != nil {
		t.Fatal(err)
	}
	host := httptest.NewServer(Handler(dir))
	defer host.Close()
	b := Builder{Public: dir}
	for _, place := range []string{dir, host.URL, host.URL + "/"} {
		if err := b.Verify(t.Context(), place); err != nil {
			t.Errorf("%s: want nothing wrong, got %v", place, err)
		}
	}
	dead := httptest.NewServer(Handler(dir))
	dead.Close()
	for _, place := range []string{dead.URL, t.TempDir(), host.URL + "/elsewhere"} {
		if err := b.Verify(t.Context(), place); err == nil || strings.Contains(err.Error(), "\n") || !strings.Contains(err.Error(), place) {
			t.Errorf("%s: want one line that nothing is there, got %v", place, err)
		}
	}
	script := public{dir}.path(files[0].Path)
	if err := os.WriteFile(script, append(files[0].data, "steal()"...), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(public{dir}.path(files[1].Path)); err != nil {
		t.Fatal(err)
	}
	for _, place := range []string{dir, host.URL} {
		err := b.Verify(t.Context(), place)
		if err == nil || !strings.Contains(err.Error(), files[0].Path+" is not the file") || !strings.Contains(err.Error(), files[1].Path+" is not there") {
			t.Errorf("%s: want both files told, got %v", place, err)
		}
	}
}
