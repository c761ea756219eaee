//go:build unix

package site

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"duolog/content"
	"duolog/meeting"
	"duolog/site/seal"
	"duolog/site/stopwatch"
)

// sizes are the numbers of pairs to measure: DUOLOG_SCALE=10,100,1000,10000 go test ./site -run - -bench Scale -benchtime 1x -timeout 0
func sizes(b *testing.B) []int {
	b.Helper()
	var all []int
	for _, s := range strings.Split(os.Getenv("DUOLOG_SCALE"), ",") {
		n, err := strconv.Atoi(s)
		if err != nil {
			return []int{10, 100}
		}
		all = append(all, n)
	}
	return all
}

// mostForHugo is how many pairs Hugo can render at once in the memory of a usual machine.
const mostForHugo = 1000

// many is an instance of so many pairs, each with a year of weekly meetings and a manager for every eight reports.
func many(b *testing.B, pairs int) *Builder {
	b.Helper()
	dir := b.TempDir()
	store := content.Open(filepath.Join(dir, "content"))
	var manager *meeting.Person
	var logs []*meeting.Log
	for i := range pairs {
		if i%8 == 0 {
			manager = person("sam", fmt.Sprint("Manager ", i), "America/New_York", "en")
			manager.ID = fmt.Sprint("m", i)
		}
		report := person("priya", fmt.Sprint("Report ", i), "Europe/Berlin", "en")
		report.ID = fmt.Sprint("r", i)
		logs = append(logs, written(report, manager, 52, english))
		if len(logs) == 50 || i == pairs-1 {
			if _, err := store.Save(logs...); err != nil {
				b.Fatal(err)
			}
			logs = logs[:0]
			store.Reload()
		}
	}
	return &Builder{Content: content.Open(store.Dir()), Private: filepath.Join(dir, "private"), Public: filepath.Join(dir, "public"), Now: func() time.Time { return today }}
}

// BenchmarkScale shows how a site grows, and beside it what Hugo alone takes for the same pages, and StatiCrypt to seal them.
func BenchmarkScale(b *testing.B) {
	built := map[int]*Builder{}
	for _, pairs := range sizes(b) { // all of ours before all of theirs, since the peak of our Hugos is that of all children so far
		b.Run(fmt.Sprintf("duolog/%d-pairs", pairs), func(b *testing.B) {
			s := many(b, pairs)
			built[pairs] = s
			for b.Loop() {
				measureBuilds(b, s)
			}
		})
	}
	for _, pairs := range sizes(b) {
		if built[pairs] == nil || pairs > mostForHugo {
			continue
		}
		b.Run(fmt.Sprintf("hugo+staticrypt/%d-pairs", pairs), func(b *testing.B) {
			for b.Loop() {
				measureAnchors(b, many(b, pairs))
			}
		})
	}
}

func measureBuilds(b *testing.B, s *Builder) {
	b.Helper()
	stopwatch.ResetPeak()
	took := stopwatch.Time(b, "s/full-build", func() { must(s.Build(context.Background(), nil)) })
	b.ReportMetric(stopwatch.Peak(), "MiB")
	b.ReportMetric(hugoPeak(), "MiB/hugo")
	change(b, s, "r0-m0", func(*meeting.Log) {}) // a service has read the log before
	var r Report
	stopwatch.Time(b, "s/reply", func() {
		l := must(s.Content.Log("r0-m0"))
		l.Apply([]meeting.Intent{{Kind: meeting.AddTopic, Text: "Hiring plan"}, {Kind: meeting.AddAgreement, Text: "No Friday deploys"}}, meeting.Mail{Key: "m1", By: "r0", At: today})
		must(s.Content.Save(l))
		r = must(s.Build(context.Background(), []string{"r0-m0"}))
	})
	b.ReportMetric(float64(r.Written), "files/reply")
	if r.Written == 0 || r.Written > 3 {
		b.Errorf("one reply wrote %d files, want 1 to 3", r.Written)
	}
	stopwatch.Time(b, "s/unchanged", func() { r = must(s.Build(context.Background(), nil)) })
	if r.Written+r.Removed > 0 {
		b.Errorf("nothing changed, and %d files were written, %d removed", r.Written, r.Removed)
	}
	b.Logf("%d pages in %.1f s", r.Pages, took)
}

// measureAnchors lets one Hugo, which is given all of the machine, render the same pages with the same templates: first from what
// we make of the content, which leaves it nothing to read but one file a page, then with the content itself to read as well, as any
// site made of it must. StatiCrypt seals what came out.
func measureAnchors(b *testing.B, s *Builder) {
	b.Helper()
	bu := must(s.begin(context.Background()))
	defer os.RemoveAll(bu.staging)
	one := must(newStaging(b.TempDir(), bu.theme, bu.languages)) // on the disk, as for everybody
	for _, pair := range must(s.Content.Pairs()) {
		j := must(bu.job(must(s.Content.Log(pair))))
		for _, r := range j.stale {
			if err := one.write(r.page.path, r.language, r.source[len(bu.templates):]); err != nil {
				b.Fatal(err)
			}
		}
	}
	stopwatch.Time(b, "s/hugo", func() { hugoAlone(b, bu.hugo, one) })
	b.ReportMetric(hugoPeak(), "MiB/hugo")
	config := hugoConfig(bu.languages)
	config["module"] = map[string]any{"mounts": []map[string]string{
		{"source": "layouts", "target": "layouts"}, {"source": "i18n", "target": "i18n"},
		{"source": "content", "target": "content"}, {"source": filepath.Join(s.Content.Dir(), "pairs"), "target": "content/of"},
	}}
	config["cascade"] = []map[string]any{{"target": map[string]string{"path": "/of/**"}, "build": map[string]string{"render": "never", "list": "never"}}}
	if err := os.WriteFile(one.config(), must(json.Marshal(config)), 0o600); err != nil {
		b.Fatal(err)
	}
	stopwatch.Time(b, "s/hugo-content", func() { hugoAlone(b, bu.hugo, one) })
	staticrypt := installStatiCrypt(b)
	stopwatch.Time(b, "s/staticrypt", func() { staticrypt(one.rendered()) })
}

// hugoAlone runs Hugo as it comes, without what we know of a batch.
func hugoAlone(b *testing.B, hugo string, s staging) {
	b.Helper()
	if out, err := hugoCommand(context.Background(), hugo, s).CombinedOutput(); err != nil {
		b.Fatalf("hugo: %v: %s", err, out)
	}
}

// hugoPeak is the most memory that a single one of our children had.
func hugoPeak() float64 {
	var usage syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_CHILDREN, &usage)
	return float64(usage.Maxrss) / 1024
}

const statiCrypt = "staticrypt@3.5.4"

// installStatiCrypt returns what seals a folder by StatiCrypt, and reports the bytes that come out.
func installStatiCrypt(b *testing.B) func(folder string) {
	b.Helper()
	dir := b.TempDir()
	install := exec.Command("npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", dir, statiCrypt)
	if out, err := install.CombinedOutput(); err != nil {
		b.Fatalf("npm install %s: %v: %s", statiCrypt, err, out)
	}
	return func(folder string) {
		seal := exec.Command(filepath.Join(dir, "node_modules", ".bin", "staticrypt"), folder, "-r", "-d", filepath.Join(dir, "sealed"), "-p", "five quiet words of everybody", "--short", "-c", "false")
		seal.Dir = dir
		if out, err := seal.CombinedOutput(); err != nil {
			b.Fatalf("staticrypt: %v: %s", err, out[max(0, len(out)-500):])
		}
		b.ReportMetric(float64(seal.ProcessState.SysUsage().(*syscall.Rusage).Maxrss)/1024, "MiB/staticrypt")
		b.ReportMetric(float64(bytesIn(b, filepath.Join(dir, "sealed")))/float64(bytesIn(b, folder)), "bytes/staticrypt")
	}
}

func bytesIn(b *testing.B, dir string) int64 {
	b.Helper()
	var all int64
	names, err := public{dir}.list()
	if err != nil {
		b.Fatal(err)
	}
	for _, name := range names {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil {
			b.Fatal(err)
		}
		all += info.Size()
	}
	return all
}

// BenchmarkSeal seals and publishes 10,000 pages of 20 kB, and then lets StatiCrypt seal them.
func BenchmarkSeal(b *testing.B) {
	for b.Loop() {
		pages, sealed := b.TempDir(), public{b.TempDir()}
		s := aYear(b)
		build(b, s)
		text := log(b, s, "priya")["/priya-sam/"]
		const count, size = 10_000, 20_000
		page := func(i int) []byte {
			at := i * 61 % (len(text) - size)
			return []byte(fmt.Sprintf("<!doctype html><title>%d</title>", i) + text[at:at+size])
		}
		for i := range count {
			if err := os.WriteFile(filepath.Join(pages, fmt.Sprintf("%05d.html", i)), page(i), 0o600); err != nil {
				b.Fatal(err)
			}
		}
		vault := must(s.vault())
		stopwatch.ResetPeak()
		ours := stopwatch.Time(b, "s/duolog", func() { sealAll(b, vault, sealed, count, page) })
		b.ReportMetric(stopwatch.Peak(), "MiB")
		b.ReportMetric(float64(bytesIn(b, sealed.dir))/(count*size), "bytes")
		staticrypt := installStatiCrypt(b)
		theirs := stopwatch.Time(b, "s/staticrypt", func() { staticrypt(pages) })
		b.ReportMetric(theirs/ours, "times-faster")
	}
}

// sealAll does with pages what a full build does: as many batches side by side as there are processors, five pages a room, and then
// the records of the rooms.
func sealAll(b *testing.B, vault *seal.Vault, to public, count int, page func(int) []byte) {
	b.Helper()
	const batches, pages = 50, 5
	bu := &building{public: to, rooms: map[string]*seal.Room{}}
	var workers errgroup.Group
	workers.SetLimit(runtime.NumCPU())
	for batch := range batches {
		workers.Go(func() error {
			d := bu.delivery()
			var room *seal.Room
			for i := batch * count / batches; i < (batch+1)*count/batches; i++ {
				if i%pages == 0 {
					pair := fmt.Sprint("pair-", i/pages)
					var err error
					if room, err = vault.Room(pair, "priya", "sam"); err != nil {
						return err
					}
					bu.mu.Lock()
					bu.rooms[pair] = room
					bu.mu.Unlock()
				}
				if err := bu.sealPage(d, room, fmt.Sprintf("en/%d/", i), page(i)); err != nil {
					return err
				}
			}
			return d.done()
		})
	}
	if err := workers.Wait(); err != nil {
		b.Fatal(err)
	}
	if err := bu.clear(); err != nil {
		b.Fatal(err)
	}
}
