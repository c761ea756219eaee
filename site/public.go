package site

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// public is the folder that a web host serves. Every file in it is replaced in one step, so nobody ever reads half a file,
// and files come before those that point to them.
type public struct{ dir string }

func (p public) path(name string) string { return filepath.Join(p.dir, filepath.FromSlash(name)) }

func (p public) has(name string) bool {
	info, err := os.Lstat(p.path(name))
	return err == nil && info.Mode().IsRegular()
}

// put writes a file unless these bytes are there already, and tells whether it did.
func (p public) put(name string, data []byte) (bool, error) {
	if old, err := os.ReadFile(p.path(name)); err == nil && bytes.Equal(old, data) {
		return false, nil
	}
	return true, p.replace(name, data)
}

// replace writes a file, whatever is there.
func (p public) replace(name string, data []byte) error {
	file := p.path(name)
	tmp, err := os.CreateTemp(filepath.Dir(file), ".new-*")
	if errors.Is(err, fs.ErrNotExist) { // the first file of a folder
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return fmt.Errorf("publish: %w", err)
		}
		tmp, err = os.CreateTemp(filepath.Dir(file), ".new-*")
	}
	if err != nil {
		return fmt.Errorf("publish: %w", err)
	}
	_, err = tmp.Write(data)
	if err = errors.Join(err, tmp.Chmod(0o644), tmp.Sync(), tmp.Close()); err == nil {
		err = os.Rename(tmp.Name(), file)
	}
	if err != nil {
		_ = os.Remove(tmp.Name())
		return fmt.Errorf("publish %s: %w", name, err)
	}
	return nil
}

// remove takes a file away and tells whether it was there.
func (p public) remove(name string) (bool, error) {
	err := os.Remove(p.path(name))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("publish: %w", err)
	}
	return true, nil
}

// list names every file in the folder, with slashes.
func (p public) list() ([]string, error) {
	var names []string
	err := fs.WalkDir(os.DirFS(p.dir), ".", func(name string, entry fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) && name == "." {
			return fs.SkipAll
		}
		if err == nil && !entry.IsDir() {
			names = append(names, name)
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("public folder: %w", err)
	}
	return names, nil
}
