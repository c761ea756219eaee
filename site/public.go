package site

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"duolog/content"
)

// public is the folder that a web host serves. Every file in it is replaced in one step, so nobody ever reads half a file,
// and files come before those that point to them.
type public struct{ dir string }

func (p public) path(name string) string { return filepath.Join(p.dir, filepath.FromSlash(name)) }

func (p public) has(name string) bool {
	info, err := os.Lstat(p.path(name))
	return err == nil && info.Mode().IsRegular()
}

// holds tells whether exactly these bytes are in a file.
func (p public) holds(name string, data []byte) bool {
	old, err := os.ReadFile(p.path(name))
	return err == nil && bytes.Equal(old, data)
}

// beside writes data into a new file in the folder of the named one, and returns where. It need not be on the disk yet.
func (p public) beside(name string, data []byte) (string, error) {
	dir := filepath.Dir(p.path(name))
	tmp, err := os.CreateTemp(dir, ".new-*")
	if errors.Is(err, fs.ErrNotExist) { // the first file of a folder
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return "", err
		}
		tmp, err = os.CreateTemp(dir, ".new-*")
	}
	if err != nil {
		return "", err
	}
	_, err = tmp.Write(data)
	if err = errors.Join(err, tmp.Chmod(0o644), tmp.Close()); err != nil {
		_ = os.Remove(tmp.Name())
		return "", err
	}
	return tmp.Name(), nil
}

// settle waits until the names of files that were put into their places are on the disk.
func (p public) settle(names []string) error {
	folders := map[string]bool{}
	for _, name := range names {
		for folder := filepath.Dir(p.path(name)); !folders[folder]; folder = filepath.Dir(folder) {
			if folders[folder] = true; folder == filepath.Clean(p.dir) {
				break
			}
		}
	}
	if err := content.Sync(slices.Collect(maps.Keys(folders))); err != nil {
		return fmt.Errorf("public folder: %w", err)
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
