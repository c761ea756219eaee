package main

import (
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"duolog/content"
	"duolog/stumble"
)

func TestWorkThatPanicsEndsItsTurnAndNotTheService(t *testing.T) {
	turn := turns{in: &instance{store: content.Open(t.TempDir()), log: slog.New(slog.DiscardHandler)}}
	if err := turn.take(func() error { panic("a bug") }); !stumble.In(err) {
		t.Errorf("want an error that tells of the bug, got %v", err)
	}
	worked := false
	if err := turn.take(func() error { worked = true; return nil }); err != nil || !worked {
		t.Errorf("want the next in its turn, got %v", err)
	}
}

func TestThePlaceOfAPanicIsToldBesideItsError(t *testing.T) {
	err := fmt.Errorf("pair priya-sam: %w", stumble.Guard(func() error { panic("a bug") }))
	var logged, said strings.Builder
	slog.New(slog.NewTextHandler(&logged, &slog.HandlerOptions{ReplaceAttr: withStack})).Error("trouble", "error", err)
	code := exitCode(err, &said)
	for _, want := range []string{"pair priya-sam: stumbled over a bug: a bug", "turn_test.go"} {
		if !strings.Contains(logged.String(), want) {
			t.Errorf("want %q in the log, got %s", want, &logged)
		}
		if !strings.Contains(said.String(), want) || code != exitBroken {
			t.Errorf("want %q said and code %d, got %d and %s", want, exitBroken, code, &said)
		}
	}
}
