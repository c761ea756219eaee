package content

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/google/renameio/v2"
)

// writer collects the files of one Save and writes those that changed: temporary file, fsync, rename, and one fsync per
// folder at the end.
type writer struct {
	root    string
	files   []file
	problem error
	queued  map[string]bool
}

type file struct {
	path string
	data []byte
}

// put queues v for path, unless the file says the same already.
func (w *writer) put(path string, v any, prose string) {
	if w.problem != nil || w.queued[path] {
		return
	}
	old, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		w.problem = err
		return
	}
	data, err := format(old, v, prose)
	if err != nil {
		w.problem = fmt.Errorf("%s: %w", path, err)
		return
	}
	if w.queued == nil {
		w.queued = map[string]bool{}
	}
	w.queued[path] = true
	if !bytes.Equal(old, data) {
		w.files = append(w.files, file{path, data})
	}
}

// commit writes the queued files in their order and returns their paths relative to the root.
func (w *writer) commit() ([]string, error) {
	if w.problem != nil {
		return nil, w.problem
	}
	var written, folders []string
	seen := map[string]bool{}
	for _, f := range w.files {
		made, err := makeFolder(filepath.Dir(f.path))
		if err != nil {
			return written, err
		}
		if err := sweep(f.path); err != nil {
			return written, err
		}
		if err := renameio.WriteFile(f.path, f.data, 0o644, renameio.WithTempDir(filepath.Dir(f.path))); err != nil {
			return written, fmt.Errorf("write %s: %w", f.path, err)
		}
		for _, d := range append(made, filepath.Dir(f.path)) {
			if !seen[d] {
				seen[d], folders = true, append(folders, d)
			}
		}
		rel, _ := filepath.Rel(w.root, f.path)
		written = append(written, filepath.ToSlash(rel))
	}
	for _, d := range folders {
		if err := syncFolder(d); err != nil {
			return written, err
		}
	}
	return written, nil
}

// sweep removes the temporary files that interrupted writes of path left behind. Nobody else is writing: there is one owner.
func sweep(path string) error {
	left, err := filepath.Glob(filepath.Join(filepath.Dir(path), "."+filepath.Base(path)+"[0-9]*"))
	for _, name := range left {
		err = errors.Join(err, os.Remove(name))
	}
	return err
}

// makeFolder makes the folder and returns the existing folder that got a new entry by it, if any.
func makeFolder(dir string) ([]string, error) {
	var changed []string
	for d := dir; ; d = filepath.Dir(d) {
		if _, err := os.Stat(d); err == nil || d == filepath.Dir(d) {
			break
		}
		changed = append(changed, filepath.Dir(d))
	}
	return changed, os.MkdirAll(dir, 0o755)
}

func syncFolder(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := f.Sync(); err != nil {
		return fmt.Errorf("sync %s: %w", dir, err)
	}
	return nil
}
