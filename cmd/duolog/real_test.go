//go:build unix

package main

import (
	"bytes"
	"fmt"
	"net"
	"net/smtp"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"duolog/mailflow/mailtest"
	"duolog/mailflow/message"
)

// realRoute is an instance whose mailbox is at a real Dovecot and a real Postfix.
type realRoute struct {
	t       *testing.T
	dir     string
	dovecot *mailtest.Dovecot
	postfix *mailtest.Postfix
}

func TestTheWholeRoadOverRealDovecotAndPostfix(t *testing.T) {
	if testing.Short() {
		t.Skip("real servers are left out of the short run")
	}
	t.Run("as it is", func(t *testing.T) { wholeRoad(t, "") })
	t.Run("without MOVE and UIDPLUS", func(t *testing.T) { wholeRoad(t, mailtest.LesserMeans) })
}

func wholeRoad(t *testing.T, capabilities string) {
	r := startRealRoute(t, capabilities)
	r.duolog(0, "person", "add", "priya", "--name", "Priya Nair", "--address", "priya@acme.example", "--zone", "Europe/Berlin")
	r.duolog(0, "person", "add", "sam", "--name", "Sam Ortega", "--address", "sam@acme.example", "--zone", "America/New_York")
	r.duolog(0, "person", "password", "priya")
	soon := time.Now().Add(20 * time.Hour).UTC().Format("2006-01-02 15:04")
	r.duolog(0, "pair", "add", "priya-sam", "--manager", "sam", "--report", "priya", "--first", soon, "--consented")
	if out := r.duolog(3, "check"); !strings.Contains(out, `calls itself ["mx.acme.example"]`) || !strings.Contains(out, "site.url is empty") {
		t.Errorf("check said\n%s", out)
	}

	if out := r.duolog(0, "remind"); !strings.Contains(out, "pre-report to priya") || !strings.Contains(out, "pre-manager to sam") {
		t.Fatalf("remind said\n%s", out)
	}
	letter := r.letter("priya", "what should we talk about?")
	r.submit("priya", "Priya Nair <priya@acme.example>", letter, "topic: career path - honest take\nI will draft the plan by tomorrow\n\nprivate: secret plan B\n")
	r.submit("sam", "Sam Ortega <sam@acme.example>", letter, "topic: with her token\n")
	out := r.duolog(exitNeedsPerson, "receive")
	if !strings.Contains(out, "accepted   priya-sam: priya, 3 changes") || !strings.Contains(out, "held       from-other") {
		t.Fatalf("receive said\n%s", out)
	}
	export := r.duolog(0, "export", "priya-sam")
	for _, want := range []string{`"text": "career path"`, `"what": "draft the plan"`, `"who": "priya"`} {
		if !strings.Contains(export, want) {
			t.Errorf("no %s in the log\n%s", want, export)
		}
	}
	if strings.Contains(export, "with her token") {
		t.Errorf("a reply with somebody else's token changed the log\n%s", export)
	}
	r.letter("priya", "T1")
	if out := r.duolog(0, "receive"); !strings.Contains(out, "no new mail") {
		t.Errorf("the second receive said\n%s", out)
	}
	if left, err := r.dovecot.Mails("1on1"); len(left) > 0 && capabilities == "" || err != nil {
		t.Errorf("want an empty INBOX, got %d mails, %v", len(left), err)
	}
	folders := []string{r.dir}
	if capabilities == "" { // without UIDPLUS the mail can only be marked as deleted
		folders = append(folders, r.dovecot.Maildir("1on1"))
	}
	if found := grep(t, "secret plan B", folders...); len(found) > 0 {
		t.Errorf("private text lies readable in %v", found)
	}
}

func startRealRoute(t *testing.T, capabilities string) *realRoute {
	t.Helper()
	d, err := mailtest.DovecotOptions{Capabilities: capabilities}.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closeServer(t, d.Close) })
	p, err := mailtest.StartPostfix(d, "acme.example", "mx.acme.example; dmarc=pass header.from=acme.example")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closeServer(t, p.Close) })
	r := &realRoute{t: t, dir: t.TempDir(), dovecot: d, postfix: p}
	_, smtpPort, _ := net.SplitHostPort(p.SMTP)
	_, imapPort, _ := net.SplitHostPort(d.IMAPS)
	config := fmt.Sprintf(`mail: {address: 1on1@acme.example}
imap: {host: 127.0.0.1, port: %s, username: 1on1, password_file: secrets/mailbox, ca_file: %s}
smtp: {host: 127.0.0.1, port: %s, tls: starttls, username: 1on1, password_file: secrets/mailbox, ca_file: %s}
sender: {server: mx.acme.example}
`, imapPort, d.CertFile(), smtpPort, d.CertFile())
	if err := makeInstance(r.dir, []byte(config), time.Now()); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(r.dir, "secrets", "mailbox"), []byte(mailtest.RealPassword+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return r
}

func closeServer(t *testing.T, end func() error) {
	if err := end(); err != nil {
		t.Error(err)
	}
}

// duolog runs one verb and wants its exit code.
func (r *realRoute) duolog(code int, args ...string) string {
	r.t.Helper()
	var out, errs bytes.Buffer
	c := rootCommand()
	c.SetArgs(append([]string{"--dir", r.dir}, args...))
	c.SetOut(&out)
	if got := exitCode(c.ExecuteContext(r.t.Context()), &errs); got != code {
		r.t.Fatalf("duolog %s: exit code %d, want %d\n%s%s", strings.Join(args, " "), got, code, &out, &errs)
	}
	return out.String()
}

// letter waits for a mail with these words in a person's mailbox.
func (r *realRoute) letter(person, words string) *message.Message {
	r.t.Helper()
	for range 100 {
		mails, err := r.dovecot.Mails(person)
		if err != nil {
			r.t.Fatal(err)
		}
		for _, raw := range mails {
			m, err := message.Parse(raw)
			if err == nil && strings.Contains(m.Header.Text("Subject")+m.Text, words) {
				return m
			}
		}
		time.Sleep(100 * time.Millisecond)
	}
	r.t.Fatalf("no mail with %q reached %s within 10 s", words, person)
	return nil
}

// submit sends a reply through Postfix and waits until Dovecot has it.
func (r *realRoute) submit(user, from string, letter *message.Message, text string) {
	r.t.Helper()
	to := regexp.MustCompile(`<(.*)>`).FindStringSubmatch(letter.Header.Text("Reply-To"))[1]
	r.send(user, to, writeReply(demoReply{From: user, Client: "gmail", Text: text}.typed(time.Now()), from, letter))
}

// send hands a raw mail to Postfix and waits until Dovecot has it.
func (r *realRoute) send(user, to string, raw []byte) {
	r.t.Helper()
	before, err := r.dovecot.Mails("1on1")
	if err != nil {
		r.t.Fatal(err)
	}
	c, err := smtp.Dial(r.postfix.SMTP)
	if err != nil {
		r.t.Fatal(err)
	}
	defer c.Close()
	if err := c.Auth(smtp.PlainAuth("", user, mailtest.RealPassword, "127.0.0.1")); err != nil {
		r.t.Fatal(err)
	}
	_ = c.Mail(user + "@acme.example")
	if err := c.Rcpt(to); err != nil {
		r.t.Fatal(err)
	}
	w, err := c.Data()
	if err != nil {
		r.t.Fatal(err)
	}
	if _, err := w.Write(raw); err != nil {
		r.t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		r.t.Fatal(err)
	}
	for range 100 {
		if now, err := r.dovecot.Mails("1on1"); err == nil && len(now) > len(before) {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	r.t.Fatal("the reply did not arrive within 10 s")
}

// grep names the files below the folders that contain the words.
func grep(t *testing.T, words string, folders ...string) []string {
	t.Helper()
	var found []string
	for _, folder := range folders {
		err := filepath.WalkDir(folder, func(path string, entry os.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			raw, err := os.ReadFile(path)
			if err == nil && bytes.Contains(raw, []byte(words)) {
				found = append(found, path)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return found
}
