package content

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"

	"duolog/stumble"
)

// writer collects the files of one Save and writes those that changed: temporary file, fsync, rename, and one fsync per
// folder at the end.
type writer struct {
	root   string
	prints map[string]uint64 // of the files as they were read
	files  []file
	queued map[string]bool
	hasty  bool // does not wait for the disk
}

type file struct {
	path  string
	v     any
	prose string
	print uint64
	read  bool   // v is what was read from the file, changed since
	data  []byte // nil when the file says the same already
	temp  string // where it is written first
}

// put queues v for path, unless the file says the same already.
func (w *writer) put(path string, v any, prose string) {
	print := fingerprint(v, prose)
	was, read := w.prints[path]
	if w.queued[path] || read && was == print {
		return
	}
	if w.queued == nil {
		w.queued = map[string]bool{}
	}
	w.queued[path] = true
	w.files = append(w.files, file{path: path, v: v, prose: prose, print: print, read: read})
}

// commit writes the queued files in their order and returns their paths relative to the root. Each is whole or as it was,
// whenever the machine stops, and all are durable when commit returns.
func (w *writer) commit() ([]string, error) {
	if err := each(w.files, (*file).format); err != nil {
		return nil, err
	}
	w.files = slices.DeleteFunc(w.files, func(f file) bool {
		if w.prints != nil {
			w.prints[f.path] = f.print
		}
		return f.data == nil
	})
	if len(w.files) == 0 {
		return nil, nil
	}
	folders, err := w.folders()
	if err != nil {
		return nil, err
	}
	sync := syncing{hasty: true}
	if !w.hasty {
		sync = durably(folders, len(w.files))
	}
	defer sync.close()
	if err := errors.Join(each(w.files, (*file).prepare), sync.files(w.files)); err != nil {
		w.abandon()
		return nil, err
	}
	var written []string
	for _, f := range w.files {
		if err := os.Rename(f.temp, f.path); err != nil {
			w.abandon()
			return written, fmt.Errorf("write %s: %w", f.path, err)
		}
		rel, _ := filepath.Rel(w.root, f.path)
		written = append(written, filepath.ToSlash(rel))
	}
	return written, sync.folders()
}

// folders makes the folders of the files and returns those that get new entries.
func (w *writer) folders() ([]string, error) {
	var folders []string
	for _, f := range w.files {
		made, err := makeFolder(filepath.Dir(f.path))
		if err != nil {
			return nil, err
		}
		folders = append(folders, append(made, filepath.Dir(f.path))...)
	}
	slices.Sort(folders)
	return slices.Compact(folders), nil
}

// Settle waits until the names of a pair's files, and of people's, are on the disk. Save waits for those of the files that it writes; who goes
// on with what was interrupted finds files that say the same already, and nobody may have waited for them.
func (s *Store) Settle(pair string) error {
	if err := CheckID(pair); err != nil || s.Rehearsal {
		return err
	}
	folder := filepath.Join(s.dir, "pairs", pair)
	for _, dir := range []string{filepath.Join(s.dir, "people"), filepath.Dir(folder), folder, filepath.Join(folder, "private")} {
		if err := syncPath(dir); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// abandon removes what was written beside the files, since a full disk needs the room.
func (w *writer) abandon() {
	for _, f := range w.files {
		_ = os.Remove(f.temp) // the renamed ones are gone already
	}
}

// each does the work for all files, some at a time: half of it is waiting for the disk. The error is that of the first file.
func each(files []file, work func(*file) error) error {
	problems := make([]error, len(files))
	var g errgroup.Group
	g.SetLimit(2 * runtime.GOMAXPROCS(0))
	for i := range files {
		g.Go(func() error {
			defer stumble.Catch(&problems[i])
			problems[i] = work(&files[i])
			return nil
		})
	}
	_ = g.Wait()
	for i, err := range problems {
		if stumble.In(err) {
			return fmt.Errorf("write %s: %w", files[i].path, err)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// format finds the bytes of the file, nil when it says the same already.
func (f *file) format() error {
	old, err := os.ReadFile(f.path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	data, err := format(old, f.v, f.prose, f.read)
	if err != nil {
		return fmt.Errorf("%s: %w", f.path, err)
	}
	if !bytes.Equal(old, data) {
		f.data = data
	}
	return nil
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
