package content

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"
)

// Lock makes the caller the one owner of an instance folder until unlock is called or the process ends. It waits until ctx is
// done for another owner to finish.
func Lock(ctx context.Context, instance string) (unlock func(), err error) {
	if err := os.MkdirAll(filepath.Join(instance, "state"), 0o700); err != nil {
		return nil, err
	}
	l := flock.New(filepath.Join(instance, "state", "lock"))
	ok, err := l.TryLockContext(ctx, 100*time.Millisecond)
	if err != nil || !ok {
		return nil, fmt.Errorf("another duolog is at work in %s", instance)
	}
	return func() { _ = l.Unlock() }, nil
}
