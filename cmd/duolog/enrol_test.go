package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"filippo.io/age/armor"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"duolog/mailflow/message"
	"duolog/mailflow/reply"
	"duolog/site"
	"duolog/site/seal"
)

// newcomers is an instance with the embedded mail servers and a served site, and two people who have no password yet.
type newcomers struct {
	t    *testing.T
	dir  string
	host string
}

func startNewcomers(t *testing.T) *newcomers {
	t.Helper()
	hugo, err := site.FindHugo(t.Context(), "")
	if err != nil {
		t.Fatalf("the build needs Hugo: %v", err)
	}
	n := &newcomers{t: t, dir: t.TempDir()}
	server := httptest.NewServer(site.Handler(filepath.Join(n.dir, "public")))
	t.Cleanup(server.Close)
	n.host = strings.Replace(server.URL, "127.0.0.1", "localhost", 1)
	config, err := demoFiles.ReadFile("demo/config.yaml")
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Replace(string(config), `url: ""`, "url: "+n.host+"\n  hugo: "+hugo, 1)
	if err := makeInstance(n.dir, []byte(text), time.Now()); err != nil {
		t.Fatal(err)
	}
	n.duolog(0, "person", "add", "priya", "--name", "Priya Nair", "--address", "priya@acme.example", "--zone", "Europe/Berlin")
	n.duolog(0, "person", "add", "sam", "--name", "Sam Ortega", "--address", "sam@acme.example", "--zone", "Europe/Berlin", "--language", "de")
	first := time.Now().Add(-20 * 24 * time.Hour).UTC().Format("2006-01-02 15:04")
	n.duolog(0, "pair", "add", "priya-sam", "--manager", "sam", "--report", "priya", "--first", first)
	return n
}

// duolog runs one verb and wants its exit code.
func (n *newcomers) duolog(code int, args ...string) string {
	n.t.Helper()
	return n.with("", code, args...)
}

func (n *newcomers) with(stdin string, code int, args ...string) string {
	n.t.Helper()
	var out, errs bytes.Buffer
	c := rootCommand()
	c.SetArgs(append([]string{"--dir", n.dir}, args...))
	c.SetIn(strings.NewReader(stdin))
	c.SetOut(&out)
	c.SetErr(&errs)
	if got := exitCode(c.ExecuteContext(n.t.Context()), &errs); got != code {
		n.t.Fatalf("duolog %s: exit code %d, want %d\n%s%s", strings.Join(args, " "), got, code, &out, &errs)
	}
	return out.String()
}

// newest is the newest letter in a person's mailbox.
func (n *newcomers) newest(person string) *message.Message {
	n.t.Helper()
	files, err := filepath.Glob(filepath.Join(n.dir, "mailboxes", person+"@acme.example", "INBOX", "*.eml"))
	if err != nil || len(files) == 0 {
		n.t.Fatalf("no letter to %s: %v", person, err)
	}
	raw, err := os.ReadFile(slices.Max(files))
	if err != nil {
		n.t.Fatal(err)
	}
	m, err := message.Parse(raw)
	if err != nil {
		n.t.Fatal(err)
	}
	return m
}

var mailedLink = regexp.MustCompile(`http://localhost:\d+/(welcome/)?#\S+`)

// link is the address in the newest letter.
func (n *newcomers) link(person string) string {
	n.t.Helper()
	found := mailedLink.FindString(n.newest(person).Text)
	if found == "" {
		n.t.Fatalf("no link in:\n%s", n.newest(person).Text)
	}
	return found
}

// deliver hands a mail of the person over as the receiving server does, and wants this outcome.
func (n *newcomers) deliver(person, to, text, outcome string) {
	n.t.Helper()
	raw := fmt.Sprintf("Authentication-Results: mx.acme.example; dmarc=pass header.from=acme.example\r\nFrom: %s@acme.example\r\nTo: %s\r\nSubject: My password\r\nDate: %s\r\nMessage-ID: <%d@acme.example>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n%s\r\n",
		person, to, time.Now().Format(time.RFC1123Z), time.Now().UnixNano(), strings.ReplaceAll(text, "\n", "\r\n"))
	if out := n.with(raw, 0, "deliver"); !strings.HasPrefix(out, outcome) {
		n.t.Fatalf("deliver said %q, want %s", out, outcome)
	}
}

// answers gives what the welcome page would hand back for a link, made without a browser.
func answers(t *testing.T, link, passphrase string) (to, text, recipient string) {
	t.Helper()
	values, err := url.ParseQuery(link[strings.Index(link, "#")+1:])
	if err != nil {
		t.Fatal(err)
	}
	recipient, wrapped, err := seal.NewPerson(passphrase)
	if err != nil {
		t.Fatal(err)
	}
	file, err := io.ReadAll(armor.NewReader(strings.NewReader(wrapped)))
	if err != nil {
		t.Fatal(err)
	}
	return values.Get("to"), "[Please send this mail.]\n\n" + reply.Key{Token: values.Get("t"), Recipient: recipient, Wrapped: file}.String(), recipient
}

// opened unlocks what is published as the page does, and returns the keyring; nil when the passphrase does not open it.
func (n *newcomers) opened(link, passphrase string) *seal.Keyring {
	n.t.Helper()
	folder := filepath.Join(n.dir, "public", "k", link[strings.Index(link, "#k=")+3:])
	wrapped, err := os.ReadFile(filepath.Join(folder, "identity.age"))
	if err != nil {
		return nil
	}
	identity, err := seal.Unwrap(string(wrapped), passphrase)
	if err != nil {
		return nil
	}
	sealed, err := os.ReadFile(filepath.Join(folder, "keyring.age"))
	if err != nil {
		n.t.Fatal(err)
	}
	text, err := seal.Open(identity, sealed)
	if err != nil {
		n.t.Fatal(err)
	}
	keyring, err := seal.ParseKeyring(text)
	if err != nil {
		n.t.Fatal(err)
	}
	return &keyring
}

func TestNewcomersComeToTheirPasswordsByMail(t *testing.T) {
	n := startNewcomers(t)
	n.duolog(0, "remind")
	welcome := n.link("priya")

	// Priya takes the page, and says yes.
	to, text, recipient := answers(t, welcome, "five words of priya here")
	n.deliver("priya", to, "yes\n\n"+text, "accepted")
	if got := n.newest("priya").Text; !strings.Contains(got, seal.Fingerprint(recipient)) {
		t.Errorf("want the four words %q confirmed, got:\n%s", seal.Fingerprint(recipient), got)
	}
	log := n.link("priya")
	if out := n.duolog(0, "build"); !strings.Contains(out, "sam has no password: duolog person enrol sam") {
		t.Errorf("build said %s", out)
	}

	// Sam asks for a password instead.
	letter := n.newest("sam")
	n.deliver("sam", letter.Header.Text("Reply-To"), "ja", "accepted")
	n.deliver("sam", letter.Header.Text("Reply-To"), "schick mir ein Passwort", "accepted")
	mailed := regexp.MustCompile(`(?m)^[a-z]+(-[a-z]+){4,}\r?$`).FindString(n.newest("sam").Text)
	if mailed == "" {
		t.Fatalf("want a password in the mail, got:\n%s", n.newest("sam").Text)
	}
	mailed = strings.TrimSpace(mailed)
	if found := grep(t, mailed, filepath.Join(n.dir, "state"), filepath.Join(n.dir, "content")); len(found) > 0 {
		t.Errorf("the password lies in %v", found)
	}
	n.duolog(0, "build")
	if k := n.opened(log, "five words of priya here"); k == nil || len(k.Rooms) != 2 || !strings.HasPrefix(k.Mail, "1on1+") {
		t.Errorf("Priya's keyring is %+v, want her pair and an address", k)
	}
	if k := n.opened(n.link("sam"), mailed); k == nil || len(k.Rooms) != 2 {
		t.Errorf("Sam's keyring is %+v, want his pair", k)
	}
	if out := n.duolog(0, "person", "list"); !strings.Contains(out, "key: "+seal.Fingerprint(recipient)) {
		t.Errorf("person list says\n%s", out)
	}

	// A new link, revoked, then another; the old password ends, the shared log loses nothing.
	n.duolog(0, "person", "enrol", "priya")
	revoked := n.link("priya")
	n.duolog(0, "person", "revoke", "priya")
	to, text, _ = answers(t, revoked, "other words of priya here")
	n.deliver("priya", to, text, "accepted")
	if k := n.opened(log, "five words of priya here"); k == nil {
		t.Error("a revoked link changed the password")
	}
	n.duolog(0, "person", "enrol", "priya")
	to, text, _ = answers(t, n.link("priya"), "other words of priya here")
	n.deliver("priya", to, text, "accepted")
	n.duolog(0, "build")
	if k := n.opened(log, "five words of priya here"); k != nil {
		t.Error("the old password still opens the log")
	}
	if k := n.opened(log, "other words of priya here"); k == nil || len(k.Rooms) != 2 {
		t.Errorf("the new password opens %+v, want the pair", k)
	}

	// Without a key nothing of theirs is there.
	n.duolog(0, "person", "revoke", "priya", "--key")
	n.duolog(0, "build")
	if k := n.opened(log, "other words of priya here"); k != nil {
		t.Error("who lost their key still opens the log")
	}
	n.duolog(1, "person", "enrol", "nobody")
}

func TestFromTheWelcomeMailToTheOpenLogInABrowser(t *testing.T) {
	n := startNewcomers(t)
	n.duolog(0, "person", "password", "sam")
	n.duolog(0, "remind")
	n.deliver("sam", n.newest("sam").Header.Text("Reply-To"), "ja", "accepted")
	n.duolog(0, "build") // the shell, though no pair yet

	ctx := chromium(t)
	open := func(address, ready string) {
		t.Helper()
		browse(t, ctx, chromedp.Navigate(address))
		browse(t, ctx, chromedp.Poll[bool](ready, chromedp.WithPollingTimeout(patience)))
	}
	open(n.link("priya"), `document.querySelector("#new-passphrase") !== null`)
	passphrase := browse(t, ctx, chromedp.Evaluate[string](`document.querySelector("#new-passphrase").value`))
	browse(t, ctx, chromedp.Evaluate[any](`(document.querySelector("#kept").click(), document.querySelector(".newkey").requestSubmit(), null)`))
	browse(t, ctx, chromedp.Poll[bool](`document.querySelector("#mail") !== null`, chromedp.WithPollingTimeout(patience)))
	words := browse(t, ctx, chromedp.Evaluate[string](`document.querySelector("#fingerprint").textContent`))
	mail, err := url.Parse(browse(t, ctx, chromedp.Evaluate[string](`document.querySelector("#mail").href`)))
	if err != nil {
		t.Fatal(err)
	}
	query, err := url.ParseQuery(strings.ReplaceAll(mail.RawQuery, "+", "%2B"))
	if err != nil {
		t.Fatal(err)
	}
	n.deliver("priya", mail.Opaque, "yes\n\n"+strings.ReplaceAll(query.Get("body"), "\r\n", "\n"), "accepted")
	if got := n.newest("priya").Text; !strings.Contains(got, words) {
		t.Errorf("the page showed %q, the mail says:\n%s", words, got)
	}
	n.duolog(0, "build")
	open(n.link("priya"), `document.querySelector("#passphrase") !== null`)
	browse(t, ctx, chromedp.SendKeys("#passphrase", passphrase+kb.Enter))
	browse(t, ctx, chromedp.Poll[bool](`document.title === "Priya + Sam"`, chromedp.WithPollingTimeout(patience)))
}

// patience bounds one step in the browser; it says when to give up, not how fast a step must be.
const patience = 2 * time.Minute

// browse does one thing in the browser.
func browse[T any](t *testing.T, ctx context.Context, action chromedp.Action[T]) T {
	t.Helper()
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	value, err := chromedp.Run(ctx, action)
	if err != nil {
		t.Fatalf("browser: %v", err)
	}
	return value
}

func chromium(t *testing.T) context.Context {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		t.Fatalf("%v; hint: apt-get install chromium", err)
	}
	allocator, stopAllocator := chromedp.NewExecAllocator(context.Background(), append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.Flag("lang", "en-US"))...)
	t.Cleanup(stopAllocator)
	ctx, stop := chromedp.NewContext(allocator)
	t.Cleanup(stop)
	if err := chromedp.Do(ctx); err != nil { // starts it, for as long as ctx lasts
		t.Fatalf("start Chromium: %v", err)
	}
	return ctx
}
