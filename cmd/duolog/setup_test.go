//go:build unix

package main

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestOnlyTheOwnerReadsANewInstance(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "team")
	if err := makeInstance(dir, nil, time.Now()); err != nil {
		t.Fatal(err)
	}
	for folder, want := range map[string]os.FileMode{".": 0o755, "content": 0o700, "state": 0o700, "secrets": 0o700} { // a web server reaches public/
		if info, err := os.Stat(filepath.Join(dir, folder)); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: want %v, got %v, %v", folder, want, info.Mode().Perm(), err)
		}
	}
}
