package host

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/google/renameio/v2"
)

// folder is a folder of this machine.
type folder struct{ dir string }

func (f folder) list(context.Context) (map[string]string, error) {
	there := map[string]string{}
	err := fs.WalkDir(os.DirFS(f.dir), ".", func(name string, entry fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) && name == "." {
			return fs.SkipAll
		}
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := os.ReadFile(f.path(name))
		there[name] = fingerprint(data)
		return err
	})
	return there, err
}

func (f folder) put(_ context.Context, name string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(f.path(name)), 0o755); err != nil {
		return err
	}
	return renameio.WriteFile(f.path(name), data, 0o644)
}

func (f folder) remove(_ context.Context, name string) error { return os.Remove(f.path(name)) }

func (f folder) path(name string) string { return filepath.Join(f.dir, filepath.FromSlash(name)) }
