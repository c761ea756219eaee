package mailflow

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
	"time"

	"duolog/mailflow/inbox"
	"duolog/mailflow/mailtest"
)

// BenchmarkReceive is promise 12: 10,000 waiting replies, read, applied durably, acknowledged and filed. DUOLOG_BENCH makes
// the number of mails another.
func BenchmarkReceive(b *testing.B) {
	mails := waiting(b)
	for _, each := range []int{20, 1} {
		pairs := mails / each
		b.Run(fmt.Sprintf("memory/%dx%d", pairs, each), func(b *testing.B) {
			for range b.N {
				b.StopTimer()
				in := crowd(b, pairs)
				for n := range mails {
					in.putRaw(in.crowdMail(n%pairs, n/pairs))
				}
				b.StartTimer()
				in.receiveAll(b, mails, func() (*inbox.Session, error) { return in.box() })
			}
		})
	}
}

// waiting is how many mails wait.
func waiting(b *testing.B) int {
	b.Helper()
	mails := 10_000
	if s := os.Getenv("DUOLOG_BENCH"); s != "" {
		if _, err := fmt.Sscan(s, &mails); err != nil {
			b.Fatal(err)
		}
	}
	return mails
}

// crowd is an instance with many pairs and three weeks of history in each.
func crowd(b *testing.B, pairs int) *instance {
	b.Helper()
	in := newInstanceAt(b, now, mailtest.Options{Unlisted: true})
	for n := range pairs {
		id := fmt.Sprintf("p%d-m%d", n, n)
		for _, person := range []string{"p", "m"} {
			in.write(b, fmt.Sprintf("people/%s%d.md", person, n), fmt.Sprintf("id: %s%d\nname: Person %d\naddresses:\n  - %s%d@example.org\nzone: Europe/Berlin\nlanguage: en\n", person, n, n, person, n))
		}
		in.write(b, "pairs/"+id+"/_index.md", fmt.Sprintf("id: %s\nkind: report\nmanager: m%d\nreport: p%d\nrhythm:\n  rule: FREQ=WEEKLY;BYDAY=TH\n  first: 2026-09-03 16:00\n  zone: Europe/Berlin\n  length: 30m\n", id, n, n))
		for week := range 3 {
			at := time.Date(2026, 11, 12+7*week, 16, 0, 0, 0, time.UTC)
			in.write(b, fmt.Sprintf("pairs/%s/%s.md", id, at.Format(time.DateOnly)), fmt.Sprintf("id: %s\nstart: %s\nlength: 30m\nstate: held\nnotes:\n  - id: N%d\n    text: what was said in week %d\n    state: confirmed\n    by: p%d\n    at: %s\n",
				at.Format(time.DateOnly), at.Format(time.RFC3339), week+1, week, n, at.Format(time.RFC3339)))
		}
	}
	in.enrol()
	return in
}

func (in *instance) write(b *testing.B, name, front string) {
	b.Helper()
	path := filepath.Join(in.Content.Dir(), name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		b.Fatal(err)
	}
	if err := os.WriteFile(path, []byte("---\n"+front+"---\n"), 0o644); err != nil {
		b.Fatal(err)
	}
}

// crowdMail is the k-th reply to the n-th pair.
func (in *instance) crowdMail(n, k int) []byte {
	return in.raw(mail{
		from: fmt.Sprintf("p%d", n), pair: fmt.Sprintf("p%d-m%d", n, n),
		text: fmt.Sprintf("topic: the release plan, part %d\n\nI will ask Lena about it by Friday\n", k),
	})
}

func (in *instance) receiveAll(b *testing.B, mails int, dial func() (*inbox.Session, error)) {
	b.Helper()
	box, err := dial()
	if err != nil {
		b.Fatal(err)
	}
	defer box.Close()
	begin := time.Now()
	user, system := cpu()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	r, err := in.Receive(context.Background(), box)
	if err != nil {
		b.Fatal(err)
	}
	if r.Outcomes[Accepted] != mails {
		b.Fatalf("want %d accepted, got %v", mails, r.Outcomes)
	}
	runtime.ReadMemStats(&after)
	b.ReportMetric(float64(mails)/time.Since(begin).Seconds(), "mails/s")
	userNow, systemNow := cpu()
	b.ReportMetric((userNow - user).Seconds(), "user-s")
	b.ReportMetric((systemNow - system).Seconds(), "system-s")
	b.ReportMetric(float64(after.TotalAlloc-before.TotalAlloc)/float64(mails)/1024, "kB/mail")
}

// cpu is the processor time that the program has used: its own, and the system's on its behalf. The latter grows many times over where
// a file system without a journal looks through the files that were deleted within the last minutes, by whomever, for each new one.
func cpu() (user, system time.Duration) {
	var r syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &r)
	return time.Duration(r.Utime.Nano()), time.Duration(r.Stime.Nano())
}
