package main

import (
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
)

// turns lets one at a time work on an instance. Work that panics ends with an error; what it half changed in memory is forgotten, and
// the service goes on.
type turns struct {
	mu sync.Mutex
	in *instance
}

// errStumbled means that the program panicked: a bug of ours.
var errStumbled = errors.New("stumbled over a bug")

func (t *turns) take(work func() error) (err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	defer func() {
		if r := recover(); r != nil {
			t.in.log.Error("panicked", "panic", fmt.Sprint(r), "stack", string(debug.Stack()))
			t.in.store.Reload()
			err = fmt.Errorf("%w: %v", errStumbled, r)
		}
	}()
	return work()
}
