// Package stumble turns a panic into an error.
//
// A panic is a bug, of ours or of a library. It ends the whole program unless it is caught in the goroutine in which it happens; so
// whoever works for many (mails, pairs, letters, pages) catches it for each, and so does whoever starts a goroutine: the one is left
// undone, the others go on. What the work had half changed in memory is for whoever catches it to forget.
//
// It stands below all our packages and imports none.
package stumble

import (
	"errors"
	"fmt"
	"runtime/debug"
)

// Error is a panic that was caught. Its text is one line, for people; the stack is for the log.
type Error struct {
	Cause any    // what was panicked with
	Stack []byte // of the goroutine, where it panicked
}

func (e *Error) Error() string { return fmt.Sprintf("stumbled over a bug: %v", e.Cause) }

// Catch is deferred. It makes a panic the error of the function that defers it, whose other results stay as they were by then.
func Catch(err *error) {
	if cause := recover(); cause != nil {
		*err = &Error{cause, debug.Stack()}
	}
}

// Guard does the work, and returns a panic of it as an error.
func Guard(work func() error) (err error) {
	defer Catch(&err)
	return work()
}

// In tells whether err is a panic that was caught, or has one in it.
func In(err error) bool {
	var e *Error
	return errors.As(err, &e)
}

// Stacks gives the stack of every panic in err.
func Stacks(err error) (all []string) {
	switch err := err.(type) {
	case *Error:
		return []string{string(err.Stack)}
	case interface{ Unwrap() error }:
		return Stacks(err.Unwrap())
	case interface{ Unwrap() []error }:
		for _, e := range err.Unwrap() {
			all = append(all, Stacks(e)...)
		}
	}
	return all
}
