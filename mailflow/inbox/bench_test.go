package inbox_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"duolog/mailflow/inbox"
	"duolog/mailflow/mailtest"
)

const waiting = 10_000

// pile makes a user of a Dovecot with waiting replies in the INBOX.
func pile(b *testing.B, d *mailtest.Dovecot, user string) {
	b.Helper()
	maildir := d.Maildir(user)
	for _, dir := range []string{"", "new", "cur", "tmp"} {
		if err := os.MkdirAll(filepath.Join(maildir, dir), 0o755); err != nil {
			b.Fatal(err)
		}
	}
	for i := range waiting {
		raw := letter(i, 4000)
		name := fmt.Sprintf("%d.M%dP%d.host,S=%d", 1_700_000_000+i, rand.IntN(1_000_000), rand.IntN(60_000), len(raw))
		if err := os.WriteFile(filepath.Join(maildir, "new", name), raw, 0o644); err != nil {
			b.Fatal(err)
		}
	}
	if err := exec.Command("chown", "-R", "5000:5000", filepath.Dir(maildir)).Run(); err != nil {
		b.Fatal(err)
	}
}

// The fetching and filing part of "10,000 waiting replies in 10 s", over Dovecot
// with TLS, beside mbsync, which only pulls, in the same run:
//
//	go test -run - -bench Waiting -benchtime 1x ./mailflow/inbox
func BenchmarkWaitingReplies(b *testing.B) {
	d, err := mailtest.StartDovecot()
	if err != nil {
		b.Fatal(err)
	}
	defer d.Close()
	b.Run("fetch and move", func(b *testing.B) {
		for n := range b.N {
			b.StopTimer()
			user := fmt.Sprintf("bench%d-%d", b.N, n)
			pile(b, d, user)
			b.StartTimer()
			fetchAndMove(b, d, user)
		}
		b.ReportMetric(float64(waiting*b.N)/b.Elapsed().Seconds(), "mails/s")
	})
	b.Run("mbsync pulls", func(b *testing.B) {
		if _, err := exec.LookPath("mbsync"); err != nil {
			b.Fatal("install it with: apt-get install isync")
		}
		for n := range b.N {
			b.StopTimer()
			user := fmt.Sprintf("mbs%d-%d", b.N, n)
			pile(b, d, user)
			b.StartTimer()
			pull(b, d, user)
		}
		b.ReportMetric(float64(waiting*b.N)/b.Elapsed().Seconds(), "mails/s")
	})
}

func fetchAndMove(b *testing.B, d *mailtest.Dovecot, user string) {
	b.Helper()
	ctx := context.Background()
	s, err := inbox.Dial(ctx, inbox.Config{
		Host: "127.0.0.1", Port: portOf(d.IMAPS), Username: user, Password: mailtest.RealPassword,
		RootCAs: d.CertPool(),
	}, nil)
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	ids, err := s.Unknown(ctx, nil)
	if err != nil {
		b.Fatal(err)
	}
	count := 0
	err = s.Fetch(ctx, ids, func(batch []inbox.Message) error {
		count += len(batch)
		done := make([]inbox.ID, len(batch))
		for i, m := range batch {
			done[i] = m.ID
		}
		return s.Move(ctx, done, "Done")
	})
	if err != nil || count != waiting {
		b.Fatalf("%d mails were fetched (%v), want %d", count, err, waiting)
	}
}

func pull(b *testing.B, d *mailtest.Dovecot, user string) {
	b.Helper()
	dir := b.TempDir()
	config := filepath.Join(dir, "mbsyncrc")
	text := fmt.Sprintf(`FSync yes
IMAPAccount a
Host localhost
Port %d
User %s
Pass %s
SSLType IMAPS
SystemCertificates no
CertificateFile %s

IMAPStore far
Account a

MaildirStore near
Path %s/
Inbox %s/INBOX

Channel c
Far :far:
Near :near:
Sync Pull
Create Near
`, portOf(d.IMAPS), user, mailtest.RealPassword, d.CertFile(), dir, dir)
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		b.Fatal(err)
	}
	if out, err := exec.Command("mbsync", "-c", config, "c").CombinedOutput(); err != nil {
		b.Fatalf("mbsync: %v\n%s", err, out)
	}
	b.StopTimer()
	defer b.StartTimer()
	pulled, _ := filepath.Glob(filepath.Join(dir, "INBOX", "*", "*"))
	if len(pulled) < waiting {
		b.Fatalf("mbsync pulled %d mails, want %d", len(pulled), waiting)
	}
}
