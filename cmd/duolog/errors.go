package main

import (
	"errors"
	"fmt"

	"duolog/stumble"
)

// hinted is an error with the next thing to do.
type hinted struct {
	error
	hint string
}

func (h hinted) Unwrap() error { return h.error }

func hint(err error, format string, args ...any) error {
	if err == nil {
		return nil
	}
	return hinted{err, fmt.Sprintf(format, args...)}
}

func hintOf(err error) string {
	var h hinted
	switch {
	case errors.As(err, &h):
		return h.hint
	case stumble.In(err):
		return "a bug of duolog; please report it with these lines"
	}
	return ""
}

// usageError is a command line that says nothing sensible: exit code 2.
type usageError struct{ error }

func (u usageError) Unwrap() error { return u.error }

func usage(format string, args ...any) error {
	return usageError{hint(fmt.Errorf(format, args...), "see `duolog help`")}
}

// errNeedsPerson marks work that was done but left something for a person: exit code 3.
var errNeedsPerson = errors.New("something needs a person")

func needsPerson(format string, args ...any) error {
	return fmt.Errorf("%w: %s", errNeedsPerson, fmt.Sprintf(format, args...))
}

// sysexit is an exit code of sysexits(3), for `duolog deliver`.
type sysexit struct {
	error
	code  int
	quiet bool // nothing to say
}

func (s sysexit) Unwrap() error { return s.error }

// The codes of sysexits(3) that an MTA acts on: try again later, or give up.
const (
	exTempFail = 75
	exNoInput  = 66
)
