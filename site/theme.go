package site

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"duolog/themes/duolog"
)

// themed returns our theme with the operator's own files over it. folder may be "" or missing.
func themed(folder string) fs.FS {
	if folder == "" {
		return duolog.Files
	}
	return overlay{os.DirFS(filepath.Join(folder, "duolog")), duolog.Files}
}

// overlay shows the files of both; where both have one, the upper's.
type overlay struct{ upper, lower fs.FS }

func (o overlay) Open(name string) (fs.File, error) {
	file, err := o.upper.Open(name)
	if err != nil {
		return o.lower.Open(name)
	}
	info, err := file.Stat()
	if err == nil && !info.IsDir() {
		return file, nil
	}
	file.Close()
	if below, err := o.lower.Open(name); err == nil {
		return below, nil
	}
	return o.upper.Open(name)
}

// ReadDir lists a folder of both: fs.WalkDir, fs.Glob and os.CopyFS ask for it.
func (o overlay) ReadDir(name string) ([]fs.DirEntry, error) {
	upper, upperErr := fs.ReadDir(o.upper, name)
	lower, lowerErr := fs.ReadDir(o.lower, name)
	if upperErr != nil && lowerErr != nil {
		return nil, errors.Join(upperErr, lowerErr)
	}
	all := upper
	for _, entry := range lower {
		if !slices.ContainsFunc(upper, func(e fs.DirEntry) bool { return e.Name() == entry.Name() }) {
			all = append(all, entry)
		}
	}
	slices.SortFunc(all, func(a, b fs.DirEntry) int {
		if a.Name() < b.Name() {
			return -1
		}
		return 1
	})
	return all, nil
}
