package site

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"duolog/content"
	"duolog/meeting"
)

// many is an instance of so many pairs, each with a year of weekly meetings and a manager for every eight reports.
func many(b *testing.B, pairs int) *Builder {
	b.Helper()
	dir := b.TempDir()
	store := content.Open(filepath.Join(dir, "content"))
	var manager *meeting.Person
	for i := range pairs {
		if i%8 == 0 {
			manager = person("sam", fmt.Sprint("Manager ", i), "America/New_York", "en")
			manager.ID = fmt.Sprint("m", i)
		}
		report := person("priya", fmt.Sprint("Report ", i), "Europe/Berlin", "en")
		report.ID = fmt.Sprint("r", i)
		if _, err := store.Save(longLog(report, manager, 52)); err != nil {
			b.Fatal(err)
		}
	}
	return &Builder{Content: content.Open(store.Dir()), Private: filepath.Join(dir, "private"), Public: filepath.Join(dir, "public"), Now: func() time.Time { return today }}
}

// How a site grows: go test ./site -run XXX -bench Site -benchtime 1x
func BenchmarkSite(b *testing.B) {
	for _, pairs := range []int{10, 100, 1000} {
		b.Run(fmt.Sprint(pairs, "-pairs"), func(b *testing.B) {
			s := many(b, pairs)
			b.ResetTimer()
			for b.Loop() {
				if err := os.RemoveAll(s.Public); err != nil {
					b.Fatal(err)
				}
				start := time.Now()
				if _, err := s.Build(context.Background(), nil); err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(time.Since(start).Seconds(), "s/full-build")
				change(b, s, "r0-m0", func(l *meeting.Log) { l.Topics[51].Text += "!" })
				start = time.Now()
				r, err := s.Build(context.Background(), []string{"r0-m0"})
				if err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(time.Since(start).Seconds(), "s/reply")
				b.ReportMetric(float64(r.Written), "files/reply")
				start = time.Now()
				if r, err = s.Build(context.Background(), nil); err != nil || r.Written > 0 {
					b.Fatalf("nothing changed: %+v, %v", r, err)
				}
				b.ReportMetric(time.Since(start).Seconds(), "s/unchanged")
				var m runtime.MemStats
				runtime.ReadMemStats(&m)
				b.ReportMetric(float64(m.Sys)/(1<<20), "MiB")
			}
		})
	}
}
