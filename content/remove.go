package content

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// RemovePair removes all that is kept of a pair, durably; nothing when there is no such pair.
func (s *Store) RemovePair(pair string) error {
	if err := CheckID(pair); err != nil {
		return err
	}
	return s.remove(filepath.Join(s.dir, "pairs", pair))
}

// RemovePerson removes a person's file, durably; nothing when there is none. Pairs that still name the person cannot be read then.
func (s *Store) RemovePerson(id string) error {
	if err := CheckID(id); err != nil {
		return err
	}
	return s.remove(s.personPath(id))
}

func (s *Store) remove(path string) error {
	s.mu.Lock()
	s.people, s.prints, s.kept = nil, nil, nil
	s.mu.Unlock()
	if err := os.RemoveAll(path); err != nil {
		return fmt.Errorf("remove %s: %w", path, err)
	}
	if err := syncPath(filepath.Dir(path)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
