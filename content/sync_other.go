//go:build !linux

package content

import (
	"errors"
	"os"
)

const canSyncAll = false

func syncAll(*os.File) error { return errors.ErrUnsupported }
