package stumble

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

func fall() { panic("no such page") }

func TestAPanicBecomesAnErrorOfOneLineThatKeepsItsStack(t *testing.T) {
	err := Guard(func() error { fall(); return nil })
	if err == nil || err.Error() != "stumbled over a bug: no such page" {
		t.Fatalf("want the panic as an error, got %v", err)
	}
	twice := errors.Join(fmt.Errorf("pair priya-sam: %w", err), errors.New("disk full"), fmt.Errorf("pair jo-sam: %w", err))
	stacks := Stacks(twice)
	if !In(twice) || len(stacks) != 2 || !strings.Contains(stacks[1], "stumble.fall") {
		t.Errorf("want the stacks of both panics with the function that panicked, got %d: %q", len(stacks), stacks)
	}
}

func TestWorkThatDoesNotPanicReturnsItsOwnError(t *testing.T) {
	full := errors.New("disk full")
	if err := Guard(func() error { return full }); err != full || In(err) || Stacks(err) != nil {
		t.Errorf("want %v, got %v with stacks %q", full, err, Stacks(err))
	}
	if err := Guard(func() error { return nil }); err != nil || In(nil) {
		t.Errorf("want no error, got %v", err)
	}
}
