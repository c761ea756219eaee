package content

import (
	"fmt"
	"os"

	"golang.org/x/sync/errgroup"
)

// bulk is from how many files on a whole file system is made durable at once: two waits for the disk instead of two per file.
const bulk = 8

// syncing makes the files of one commit durable.
type syncing struct {
	changed []string // folders
	bulk    *os.File // something on the file system; nil to sync each file and folder alone
	hasty   bool     // nothing waits for the disk
}

func durably(folders []string, files int) syncing {
	s := syncing{changed: folders}
	if files >= bulk && canSyncAll {
		s.bulk, _ = os.Open(folders[0])
	}
	return s
}

// files waits until the temporary files are on the disk.
func (s syncing) files(all []file) error {
	if s.hasty {
		return nil
	}
	if s.bulk != nil {
		return syncAll(s.bulk)
	}
	for _, f := range all {
		if err := syncPath(f.temp); err != nil {
			return err
		}
	}
	return nil
}

// folders waits until the new names are on the disk.
func (s syncing) folders() error {
	if s.bulk != nil {
		return syncAll(s.bulk)
	}
	for _, d := range s.changed {
		if err := syncPath(d); err != nil {
			return err
		}
	}
	return nil
}

func (s syncing) close() {
	if s.bulk != nil {
		_ = s.bulk.Close() // nothing was written to it
	}
}

func syncPath(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := f.Sync(); err != nil {
		return fmt.Errorf("sync %s: %w", path, err)
	}
	return nil
}

// waiting is how many files are waited for side by side, where not all can be at once.
const waiting = 32

// Sync waits until files that were written are on the disk: at once where they are many and on one file system, as far as the
// operating system can.
func Sync(files []string) error {
	if len(files) >= bulk && canSyncAll {
		f, err := os.Open(files[0])
		if err != nil {
			return err
		}
		defer f.Close()
		return syncAll(f)
	}
	var some errgroup.Group
	some.SetLimit(waiting)
	for _, file := range files {
		some.Go(func() error { return syncPath(file) })
	}
	return some.Wait()
}
