package meeting

import (
	"testing"
	"time"
)

func BenchmarkDue(b *testing.B) {
	l := acme(b)
	now := at(b, "2026-12-01T16:00")
	for b.Loop() {
		l.Due(now)
		now = now.Add(15 * time.Minute)
	}
}
