//go:build unix

// Package stopwatch measures what a piece of work costs, for benchmarks: the time it takes, the processors' time, the memory.
package stopwatch

import (
	"os"
	"runtime/debug"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Time reports the seconds that the work takes, by the unit, and with "cpu-" before it the processors' time, ours and our children's,
// which a busy machine does not falsify.
func Time(b *testing.B, unit string, work func()) (seconds float64) {
	b.Helper()
	begin, used := time.Now(), processors()
	work()
	seconds = time.Since(begin).Seconds()
	b.ReportMetric(seconds, unit)
	b.ReportMetric(processors()-used, "cpu-"+unit)
	return seconds
}

func processors() float64 {
	var all time.Duration
	for _, who := range []int{syscall.RUSAGE_SELF, syscall.RUSAGE_CHILDREN} {
		var usage syscall.Rusage
		_ = syscall.Getrusage(who, &usage)
		all += time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
	}
	return all.Seconds()
}

// ResetPeak gives back what memory it can, and begins anew with Peak.
func ResetPeak() {
	debug.FreeOSMemory()
	_ = os.WriteFile("/proc/self/clear_refs", []byte("5"), 0) // proc(5)
}

// Peak is the most memory that this process had since ResetPeak, in MiB; 0 where that is not to be known.
func Peak() float64 {
	text, _ := os.ReadFile("/proc/self/status")
	for line := range strings.Lines(string(text)) {
		if kib, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			n, _ := strconv.Atoi(strings.Fields(kib)[0])
			return float64(n) / 1024
		}
	}
	return 0
}
