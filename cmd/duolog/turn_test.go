package main

import (
	"errors"
	"log/slog"
	"testing"

	"duolog/content"
)

func TestWorkThatPanicsEndsItsTurnAndNotTheService(t *testing.T) {
	turn := turns{in: &instance{store: content.Open(t.TempDir()), log: slog.New(slog.DiscardHandler)}}
	if err := turn.take(func() error { panic("a bug") }); !errors.Is(err, errStumbled) {
		t.Errorf("want an error that tells of the bug, got %v", err)
	}
	worked := false
	if err := turn.take(func() error { worked = true; return nil }); err != nil || !worked {
		t.Errorf("want the next in its turn, got %v", err)
	}
}
