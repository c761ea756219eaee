//go:build linux

package mailtest_test

import (
	"fmt"
	netsmtp "net/smtp"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"duolog/mailflow/mailtest"
)

func TestRealPostfixDeliversToRealDovecot(t *testing.T) {
	if testing.Short() {
		t.Skip("real servers are left out of the short run")
	}
	t.Parallel()
	d, err := mailtest.StartDovecot()
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	}()
	p, err := mailtest.StartPostfix(d, "acme.example", "mx.acme.example; dmarc=pass header.from=acme.example")
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	}()
	c, err := netsmtp.Dial(p.SMTP)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.Auth(netsmtp.PlainAuth("", "priya", mailtest.RealPassword, "127.0.0.1")); err != nil {
		t.Fatal(err)
	}
	_ = c.Mail("priya@acme.example")
	if err := c.Rcpt("1on1+tok@acme.example"); err != nil {
		t.Fatal(err)
	}
	w, err := c.Data()
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprint(w, letter("priya@acme.example", "1on1+tok@acme.example"))
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	for range 100 {
		found, _ := filepath.Glob(filepath.Join(d.Maildir("1on1"), "new", "*"))
		if len(found) == 1 {
			raw, _ := os.ReadFile(found[0])
			want := "Authentication-Results: mx.acme.example; dmarc=pass header.from=acme.example\n"
			if !strings.Contains(string(raw), want) || !strings.HasSuffix(string(raw), "\none\n.dot\n") {
				t.Errorf("the mail arrived as\n%s\nwant %s and its text", raw, want)
			}
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Error("the mail did not arrive within 10 s")
}
