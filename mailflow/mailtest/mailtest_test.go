package mailtest_test

import (
	"bytes"
	"fmt"
	"net"
	netsmtp "net/smtp"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"duolog/mailflow/mailtest"
)

func start(t *testing.T, o mailtest.Options) *mailtest.Server {
	t.Helper()
	s, err := mailtest.Start(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	for _, name := range []string{"1on1", "priya", "sam"} {
		if err := s.AddUser(name, name+"-secret"); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

// submit hands a mail in over the plain port; user empty: without a login.
func submit(t *testing.T, s *mailtest.Server, user, from, to, raw string) error {
	t.Helper()
	var auth netsmtp.Auth
	if user != "" {
		auth = netsmtp.PlainAuth("", user, user+"-secret", "127.0.0.1")
	}
	c, err := netsmtp.Dial(s.SMTP)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if auth != nil {
		if err := c.Auth(auth); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.Mail(from); err != nil {
		return err
	}
	if err := c.Rcpt(to); err != nil {
		return err
	}
	w, err := c.Data()
	if err != nil {
		return err
	}
	fmt.Fprint(w, raw)
	return w.Close()
}

func letter(from, to string, more ...string) string {
	return "From: " + from + "\r\nTo: " + to + "\r\n" + strings.Join(more, "") +
		"Subject: hello\r\nMessage-ID: <a@acme.example>\r\n\r\none\r\n.dot\r\n"
}

func only(t *testing.T, s *mailtest.Server, user, folder string) string {
	t.Helper()
	mails, err := s.Mails(user, folder)
	if err != nil {
		t.Fatal(err)
	}
	if len(mails) != 1 {
		t.Fatalf("%s of %s holds %d mails, want 1", folder, user, len(mails))
	}
	return string(mails[0].Raw)
}

func TestPlusAddressesReachTheirUserAndOtherPeopleTheirOwnMailbox(t *testing.T) {
	t.Parallel()
	s := start(t, mailtest.Options{})
	body := letter("priya@acme.example", "1on1+tok@acme.example")
	if err := submit(t, s, "priya", "priya@acme.example", "1on1+tok@acme.example", body); err != nil {
		t.Fatal(err)
	}
	got := only(t, s, "1on1", "INBOX")
	want := "Return-Path: <priya@acme.example>\r\nDelivered-To: 1on1+tok@acme.example\r\n" +
		"Authentication-Results: mx.acme.example; dmarc=pass header.from=acme.example\r\nReceived: from localhost by mx.acme.example"
	if !strings.HasPrefix(got, want) {
		t.Errorf("trace on top:\n%s\nwant\n%s", got, want)
	}
	if !strings.HasSuffix(got, body) {
		t.Errorf("mail changed:\n%q\nwant at its end\n%q", got, body)
	}
	if err := submit(t, s, "1on1", "1on1@acme.example", "sam@acme.example", body); err != nil {
		t.Fatal(err)
	}
	only(t, s, "sam", "INBOX")
	if err := submit(t, s, "sam", "sam@acme.example", "nobody@acme.example", body); err == nil {
		t.Error("mail to an unknown user was taken")
	}
	if err := submit(t, s, "sam", "sam@acme.example", "sam@elsewhere.example", body); err == nil {
		t.Error("mail to another domain was taken")
	}
}

func TestResultsTellWhoWroteInWhoseName(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ user, from, want string }{
		{"priya", "Priya <priya@acme.example>", "dmarc=pass header.from=acme.example"},
		{"sam", "Priya <priya@acme.example>", "dmarc=fail header.from=acme.example"},
		{"", "priya@acme.example", "dmarc=fail header.from=acme.example"},
		{"", "eve@evil.example", "dmarc=none header.from=evil.example"},
		{"", "not an address", "none"},
	} {
		s := start(t, mailtest.Options{})
		forged := "authentication-results: mx.ACME.example (trust me); dmarc=pass\r\n header.from=acme.example\r\n" +
			"Authentication-Results: other.example; dmarc=none\r\n"
		if err := submit(t, s, c.user, "x@acme.example", "1on1@acme.example", letter(c.from, "1on1@acme.example", forged)); err != nil {
			t.Fatal(err)
		}
		got := only(t, s, "1on1", "INBOX")
		if want := "Authentication-Results: mx.acme.example; " + c.want + "\r\n"; !strings.Contains(got, want) {
			t.Errorf("%q as %q: got\n%s\nwant %s", c.from, c.user, got, want)
		}
		if strings.Contains(got, "trust me") || strings.Contains(got, "\r\n header.from") {
			t.Errorf("forged results stayed:\n%s", got)
		}
		if !strings.Contains(got, "other.example") {
			t.Errorf("another server's results were removed:\n%s", got)
		}
	}
}

func TestJudgeRefusesAfterTheDot(t *testing.T) {
	t.Parallel()
	s := start(t, mailtest.Options{Judge: func(mailtest.Arrival) error { return mailtest.Reply("451 4.3.0 later") }})
	err := submit(t, s, "", "a@b.example", "sam@acme.example", letter("a@b.example", "sam@acme.example"))
	if err == nil || !strings.HasPrefix(err.Error(), "451") {
		t.Errorf("refused with %v, want 451", err)
	}
}

func TestKeptMailboxesComeBackWithTheirNumbers(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	at := time.Date(2026, 11, 30, 9, 15, 0, 0, time.UTC)
	s, err := mailtest.Start(mailtest.Options{Dir: dir, Unlisted: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.AddUser("sam", "x"); err != nil {
		t.Fatal(err)
	}
	for i := range 3 {
		if err := s.Put("sam", "INBOX", fmt.Appendf(nil, "Subject: %d\r\n\r\nx\r\n", i), at); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Renumber("sam", "INBOX"); err != nil {
		t.Fatal(err)
	}
	if err := s.Put("sam", "Done/2026", []byte("Subject: d\r\n\r\n"), at); err != nil {
		t.Fatal(err)
	}
	before, err := s.Mails("sam", "INBOX")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(dir, "sam", "INBOX", "000002.eml")); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		s, err = mailtest.Start(mailtest.Options{Dir: dir, Unlisted: true})
		if err != nil {
			t.Fatal(err)
		}
		if err := s.AddUser("sam", "x"); err != nil {
			t.Fatal(err)
		}
		after, err := s.Mails("sam", "INBOX")
		if err != nil {
			t.Fatal(err)
		}
		if len(after) != 2 || after[0].UID != 1 || after[1].UID != 3 {
			t.Fatalf("mails came back as %v, want UIDs 1 and 3", after)
		}
		if !bytes.Equal(after[1].Raw, before[2].Raw) || !after[1].Received.Equal(at) {
			t.Errorf("mail came back as %q of %s, want %q of %s", after[1].Raw, after[1].Received, before[2].Raw, at)
		}
		if done, _ := s.Mails("sam", "Done/2026"); len(done) != 1 {
			t.Errorf("folder Done/2026 came back with %d mails, want 1", len(done))
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestWithoutAFolderNothingIsKept(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	t.Setenv("TMPDIR", dir)
	s, err := mailtest.Start(mailtest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.AddUser("sam", "x"); err != nil {
		t.Fatal(err)
	}
	if err := s.Put("sam", "INBOX", []byte("Subject: x\r\n\r\n"), time.Now()); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if left, _ := os.ReadDir(dir); len(left) != 0 {
		t.Errorf("the server left %v behind", left)
	}
	if _, err := net.DialTimeout("tcp", s.IMAP, time.Second); err == nil {
		t.Error("the IMAP port still answers after Close")
	}
}

func TestFaultsStrikeOnceInOrderAndOnlyTheirCommand(t *testing.T) {
	t.Parallel()
	s := start(t, mailtest.Options{})
	s.SMTPFaults.Add(
		mailtest.Refuse("MAIL", "451 first"),
		mailtest.Refuse("MAIL", "452 second").Skip(1),
	)
	send := func() error {
		return submit(t, s, "", "a@b.example", "sam@acme.example", letter("a@b.example", "sam@acme.example"))
	}
	for i, want := range []string{"451", "", "452", ""} {
		err := send()
		if want == "" && err != nil || want != "" && (err == nil || !strings.HasPrefix(err.Error(), want)) {
			t.Errorf("mail %d: %v, want %q", i+1, err, want)
		}
	}
	if got := s.SMTPFaults.Fired(); got != 2 {
		t.Errorf("%d faults fired, want 2", got)
	}
}

func TestFrontPassesARealServersBytesAndItsFaults(t *testing.T) {
	t.Parallel()
	s := start(t, mailtest.Options{})
	front, err := mailtest.NewFront(s.SMTP, mailtest.SMTP)
	if err != nil {
		t.Fatal(err)
	}
	defer front.Close()
	front.Faults.Add(mailtest.CutAfter("."))
	c, err := netsmtp.Dial(front.Addr)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	_ = c.Mail("a@b.example")
	_ = c.Rcpt("sam@acme.example")
	w, err := c.Data()
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprint(w, letter("a@b.example", "sam@acme.example"))
	if err := w.Close(); err == nil {
		t.Error("the answer to the dot came through, want a cut connection")
	}
	only(t, s, "sam", "INBOX")
}
