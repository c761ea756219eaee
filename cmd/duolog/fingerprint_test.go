package main

import (
	"crypto/sha256"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// fingerprint writes the name and sum of every file below the folders, but those of git, into a file.
func fingerprint(ts *testscript.TestScript, _ bool, args []string) {
	var b strings.Builder
	for _, folder := range args[1:] {
		root := ts.MkAbs(folder)
		ts.Check(filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				if err == nil && entry.Name() == ".git" {
					return fs.SkipDir
				}
				return err
			}
			raw, err := os.ReadFile(path)
			fmt.Fprintf(&b, "%x %s\n", sha256.Sum256(raw), strings.TrimPrefix(path, root))
			return err
		}))
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(b.String()), 0o600))
}
