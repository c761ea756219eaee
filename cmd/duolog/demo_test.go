package main

import (
	"testing"
	"time"
)

func TestTheClockOfTheDemoGoesOnAfterTheScript(t *testing.T) {
	script := time.Date(2026, 12, 3, 18, 31, 0, 0, time.UTC)
	d := demo{clock: script}
	if got := d.time(); !got.Equal(script) {
		t.Errorf("during the script: want %v, got %v", script, got)
	}
	d.live.Store(true)
	first := d.time()
	for range 1000 {
		if d.time().After(first) {
			return
		}
		time.Sleep(time.Millisecond)
	}
	t.Errorf("after the script the clock stands at %v", first)
}
