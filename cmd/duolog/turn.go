package main

import (
	"sync"

	"duolog/stumble"
)

// turns lets one at a time work on an instance. Work that panics ends with an error; what it half changed in memory is forgotten, and
// the service goes on.
type turns struct {
	mu sync.Mutex
	in *instance
}

func (t *turns) take(work func() error) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	err := stumble.Guard(work)
	if stumble.In(err) {
		t.in.store.Reload()
	}
	return err
}
