package content

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// writer collects the files of one Save and writes those that changed: temporary file, fsync, rename, and one fsync per
// folder at the end.
type writer struct {
	root    string
	prints  map[string]uint64 // of the files as they were read
	files   []file
	problem error
	queued  map[string]bool
}

type file struct {
	path string
	data []byte
	temp string // where it is written first
}

// put queues v for path, unless the file says the same already.
func (w *writer) put(path string, v any, prose string) {
	print := fingerprint(v, prose)
	was, read := w.prints[path]
	if w.problem != nil || w.queued[path] || read && was == print {
		return
	}
	old, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		w.problem = err
		return
	}
	data, err := format(old, v, prose, read)
	if err != nil {
		w.problem = fmt.Errorf("%s: %w", path, err)
		return
	}
	if w.prints != nil {
		w.prints[path] = print
	}
	if w.queued == nil {
		w.queued = map[string]bool{}
	}
	w.queued[path] = true
	if !bytes.Equal(old, data) {
		w.files = append(w.files, file{path: path, data: data})
	}
}

// commit writes the queued files in their order and returns their paths relative to the root. Each is whole or as it was,
// whenever the machine stops, and all are durable when commit returns.
func (w *writer) commit() ([]string, error) {
	if w.problem != nil || len(w.files) == 0 {
		return nil, w.problem
	}
	var folders []string // that get new entries
	for _, f := range w.files {
		made, err := makeFolder(filepath.Dir(f.path))
		if err != nil {
			return nil, err
		}
		folders = append(folders, append(made, filepath.Dir(f.path))...)
	}
	slices.Sort(folders)
	sync := durably(slices.Compact(folders), len(w.files))
	for i := range w.files {
		if err := w.files[i].prepare(); err != nil {
			return nil, err
		}
	}
	if err := sync.files(w.files); err != nil {
		return nil, err
	}
	var written []string
	for _, f := range w.files {
		if err := os.Rename(f.temp, f.path); err != nil {
			return written, fmt.Errorf("write %s: %w", f.path, err)
		}
		rel, _ := filepath.Rel(w.root, f.path)
		written = append(written, filepath.ToSlash(rel))
	}
	return written, sync.folders()
}

// prepare writes the file under a temporary name beside its own: always the same one, since there is one owner, so that what an
// interrupted write left is written over by the next.
func (f *file) prepare() error {
	f.temp = filepath.Join(filepath.Dir(f.path), "."+filepath.Base(f.path)+".tmp")
	if err := os.WriteFile(f.temp, f.data, 0o644); err != nil {
		return fmt.Errorf("write %s: %w", f.path, err)
	}
	return nil
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
