package mailflow

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"duolog/mailflow/inbox"
	"duolog/mailflow/mailtest"
)

// BenchmarkDovecot is BenchmarkReceive over a real Dovecot, beside mbsync, which only pulls the same mails into a Maildir.
func BenchmarkDovecot(b *testing.B) {
	mails := waiting(b)
	dovecot, err := mailtest.StartDovecot()
	if errors.Is(err, mailtest.ErrMissing) {
		b.Skip(err)
	}
	if err != nil {
		b.Fatal(err)
	}
	defer dovecot.Close()
	for _, each := range []int{20, 1} {
		pairs := mails / each
		in := crowd(b, pairs)
		user := fmt.Sprintf("bot%d", each)
		fill(b, in, dovecot, user, pairs, mails)
		pulled := b.TempDir() // removed at the end: where the disk is slow to forget files, that would be part of the next measurement
		b.Run(fmt.Sprintf("mbsync/%dx%d", pairs, each), func(b *testing.B) { mbsync(b, dovecot, pulled, user, mails) })
		b.Run(fmt.Sprintf("duolog/%dx%d", pairs, each), func(b *testing.B) {
			_, port, _ := net.SplitHostPort(dovecot.IMAP)
			n, _ := strconv.Atoi(port)
			in.receiveAll(b, mails, func() (*inbox.Session, error) {
				return inbox.Dial(context.Background(), inbox.Config{Host: "127.0.0.1", Port: n, TLS: "none", Username: user, Password: mailtest.RealPassword}, nil)
			})
		})
	}
}

// fill lays the mails into a user's Maildir as a delivery agent does.
func fill(b *testing.B, in *instance, d *mailtest.Dovecot, user string, pairs, mails int) {
	b.Helper()
	for _, part := range []string{"tmp", "new", "cur"} {
		if err := os.MkdirAll(filepath.Join(d.Maildir(user), part), 0o777); err != nil {
			b.Fatal(err)
		}
	}
	for n := range mails {
		name := filepath.Join(d.Maildir(user), "new", fmt.Sprintf("%d.M%dP1.host", in.clock.Unix()+int64(n), n))
		if err := os.WriteFile(name, in.crowdMail(n%pairs, n/pairs), 0o666); err != nil {
			b.Fatal(err)
		}
	}
	if out, err := exec.Command("chown", "-R", "--reference", filepath.Dir(filepath.Dir(d.Maildir(user))), filepath.Dir(d.Maildir(user))).CombinedOutput(); err != nil {
		b.Fatalf("%v: %s", err, out)
	}
}

// mbsync pulls a user's INBOX into a folder, waiting for the disk.
func mbsync(b *testing.B, d *mailtest.Dovecot, dir, user string, mails int) {
	b.Helper()
	if _, err := exec.LookPath("mbsync"); err != nil {
		b.Skip("mbsync is not installed")
	}
	_, port, _ := net.SplitHostPort(d.IMAP)
	config := fmt.Sprintf(`FSync yes
IMAPAccount a
Host 127.0.0.1
Port %s
User %s
Pass %s
SSLType None
AuthMechs PLAIN

IMAPStore far
Account a

MaildirStore near
Path %s/
Inbox %s/INBOX

Channel c
Far :far:
Near :near:
Patterns INBOX
Create Near
Sync Pull
SyncState *
`, port, user, mailtest.RealPassword, dir, dir)
	rc := filepath.Join(dir, "mbsyncrc")
	if err := os.WriteFile(rc, []byte(config), 0o600); err != nil {
		b.Fatal(err)
	}
	begin := time.Now()
	if out, err := exec.Command("mbsync", "-c", rc, "c").CombinedOutput(); err != nil {
		b.Fatalf("mbsync: %v\n%s", err, out)
	}
	took := time.Since(begin)
	pulled := 0
	for _, part := range []string{"new", "cur"} {
		entries, _ := os.ReadDir(filepath.Join(dir, "INBOX", part))
		pulled += len(entries)
	}
	if pulled != mails {
		b.Fatalf("mbsync pulled %d of %d", pulled, mails)
	}
	b.ReportMetric(float64(mails)/took.Seconds(), "mails/s")
}
