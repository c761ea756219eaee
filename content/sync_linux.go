package content

import (
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

const canSyncAll = true

// syncAll waits until everything on the file system of f is on the disk: syncfs(2), which reports errors since Linux 5.8.
func syncAll(f *os.File) error {
	if err := unix.Syncfs(int(f.Fd())); err != nil {
		return fmt.Errorf("sync the file system of %s: %w", f.Name(), err)
	}
	return nil
}
