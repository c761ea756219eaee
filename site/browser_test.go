package site

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

var shots = flag.String("shots", "", "folder for screenshots of every page, none when empty")

// patience bounds one step in the browser; it says when to give up, not how fast a step must be.
const patience = 2 * time.Minute

// browser is one tab of a fresh Chromium, and what it noticed.
type browser struct {
	t      testing.TB
	ctx    context.Context
	mu     sync.Mutex
	asked  []string // addresses requested
	errors []string // exceptions, errors on the console
}

// chromium is one process for all tests; each has its own profile in it.
var chromium = sync.OnceValues(func() (context.Context, error) {
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		return nil, errors.New("no Chromium; hint: apt-get install chromium")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU, // a fresh profile in a temporary folder is its default
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true), chromedp.Flag("lang", "en-US"),
		chromedp.Flag("host-resolver-rules", "MAP log.example.org 127.0.0.1"))
	allocator, stopAllocator := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, stop := chromedp.NewContext(allocator)
	stopChromium = func() { stop(); stopAllocator() }
	return ctx, chromedp.Do(ctx)
})

var stopChromium = func() {}

func TestMain(m *testing.M) {
	flag.Parse()
	code := m.Run()
	stopChromium()
	os.Exit(code)
}

// newBrowser opens a tab with a profile of its own.
func newBrowser(t testing.TB) *browser {
	t.Helper()
	process, err := chromium()
	if err != nil {
		t.Fatalf("start Chromium: %v", err)
	}
	ctx, cancel := chromedp.NewContext(process, chromedp.WithNewBrowserContext())
	t.Cleanup(cancel)
	return tab(t, ctx)
}

// another opens a second tab with the same profile.
func (b *browser) another() *browser {
	b.t.Helper()
	ctx, cancel := chromedp.NewContext(b.ctx)
	b.t.Cleanup(cancel)
	return tab(b.t, ctx)
}

func tab(t testing.TB, ctx context.Context) *browser {
	t.Helper()
	b := &browser{t: t, ctx: ctx}
	if err := chromedp.Listen(ctx, b.notice); err != nil {
		t.Fatalf("open a tab: %v", err)
	}
	call(b, network.Enable, network.EnableParams{})
	call(b, runtime.Enable, cdp.Empty{})
	call(b, cdppage.AddScriptToEvaluateOnNewDocument, cdppage.AddScriptToEvaluateOnNewDocumentParams{Source: `window.violations = [];
		addEventListener("securitypolicyviolation", (e) => violations.push(e.violatedDirective + " " + e.blockedURI + " " + e.sample))`})
	return b
}

// call sends one command of the DevTools protocol.
func call[P, R any](b *browser, command cdp.Command[P, R], params P) R {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	result, err := chromedp.Call(ctx, command, params)
	if err != nil {
		b.t.Fatalf("browser: %v", err)
	}
	return result
}

func (b *browser) notice(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		b.asked = append(b.asked, e.Request.URL)
	case *runtime.EventExceptionThrown:
		text := e.ExceptionDetails.Text
		if e.ExceptionDetails.Exception != nil {
			text += " " + e.ExceptionDetails.Exception.Description
		}
		b.errors = append(b.errors, text)
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeError {
			b.errors = append(b.errors, string(e.Args[0].Value))
		}
	}
}

// perform does one action; when it fails or takes too long, so does the test, and says what the page shows.
func perform[T any](b *browser, action chromedp.Action[T]) T {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	value, err := chromedp.Run(ctx, action)
	if err != nil {
		soon, cancel := context.WithTimeout(b.ctx, 2*time.Second)
		defer cancel()
		text, _ := chromedp.Run(soon, chromedp.Evaluate[string](`location.hash + " | " + document.body.innerText.slice(0, 800)`))
		b.mu.Lock()
		defer b.mu.Unlock()
		b.t.Fatalf("browser: %v; the page shows: %s; errors: %v", err, text, b.errors)
	}
	return value
}

// eval returns the value of a JavaScript expression, awaited.
func eval[T any](b *browser, expression string) T {
	b.t.Helper()
	return perform(b, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
}

func (b *browser) text() string { return eval[string](b, `document.body.innerText`) }

// waitFor waits until a JavaScript expression is true.
func (b *browser) waitFor(expression string) {
	b.t.Helper()
	poll := chromedp.Poll[bool](expression, chromedp.WithPollingInterval(20*time.Millisecond), chromedp.WithPollingTimeout(patience))
	perform(b, func(ctx context.Context, tab *chromedp.Target) (bool, error) {
		for {
			met, err := poll(ctx, tab)
			if err == nil || ctx.Err() != nil || !strings.Contains(err.Error(), "Cannot find context") {
				return met, err
			} // the page that was asked made way for the one that is awaited
		}
	})
}

// later lets the page's clock be so much ahead of the real one.
func (b *browser) later(d time.Duration) {
	b.t.Helper()
	eval[any](b, fmt.Sprintf(`((now) => { Date.now = () => now() + %d; return null; })(window.realNow ??= Date.now.bind(Date))`, d.Milliseconds()))
}

// comesBack is what the page hears when its reader comes back to its tab.
func (b *browser) comesBack() {
	b.t.Helper()
	eval[any](b, `(document.dispatchEvent(new Event("visibilitychange")), null)`)
}

func (b *browser) open(address string) {
	b.t.Helper()
	perform(b, chromedp.Navigate(address))
	perform(b, chromedp.WaitReady("#unlock"))
}

// try types a passphrase as a person would.
func (b *browser) try(passphrase string) {
	b.t.Helper()
	b.waitFor(`!document.querySelector("#lock").hidden`) // a moment after a page was locked
	eval[any](b, `(document.querySelector("#passphrase").value = "", document.querySelector("#passphrase").focus(), null)`)
	perform(b, chromedp.KeyEvent(passphrase))
	b.waitFor(`document.querySelector("#passphrase").value === "` + passphrase + `"`)
	perform(b, chromedp.KeyEvent(kb.Enter))
}

// unlock waits for the log that the passphrase opens.
func (b *browser) unlock(passphrase string) {
	b.t.Helper()
	b.try(passphrase)
	b.waitFor(`document.querySelector("#page h1") !== null`)
}

// enter opens the log as its reader does: by the link of a mail and the passphrase.
func (b *browser) enter(host string, s *Builder, reader string) {
	b.t.Helper()
	b.open(host + link(b.t, s, reader))
	b.unlock(passphrase(reader))
}

// visit goes to a page of the log by its address.
func (b *browser) visit(path string) {
	b.t.Helper()
	eval[any](b, `(location.hash = "`+path+`", null)`)
	b.waitFor(`document.querySelector(".head nav [aria-current]")?.getAttribute("href") === "#` + path + `"`)
}

// reading is a browser in which somebody has unlocked the sample's log, its builder, and the address of its host.
func reading(t testing.TB, reader string) (*browser, *Builder, string) {
	t.Helper()
	b, s, host := visiting(t)
	b.enter(host, s, reader)
	return b, s, host
}

// visiting is a browser that was nowhere yet, the builder of the sample's site, and the address of its host.
func visiting(t testing.TB) (*browser, *Builder, string) {
	t.Helper()
	s := sample(t)
	build(t, s)
	host := serve(t, s) // which ends after the browser
	return newBrowser(t), s, host
}

// shot writes a screenshot of the whole page, if asked to.
func (b *browser) shot(name string) {
	b.t.Helper()
	if *shots == "" {
		return
	}
	png := perform(b, chromedp.FullScreenshot(100))
	if err := os.WriteFile(filepath.Join(*shots, name+".png"), png, 0o644); err != nil {
		b.t.Fatal(err)
	}
}

// screen writes a screenshot of what one sees without scrolling, if asked to.
func (b *browser) screen(name string) {
	b.t.Helper()
	if *shots == "" {
		return
	}
	if err := os.WriteFile(filepath.Join(*shots, name+".png"), perform(b, chromedp.CaptureScreenshot()), 0o644); err != nil {
		b.t.Fatal(err)
	}
}

func (b *browser) look(width, height int64, scheme string) {
	b.t.Helper()
	perform(b, chromedp.EmulateViewport(width, height))
	call(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}})
}

func serve(t testing.TB, b *Builder) string {
	t.Helper()
	server := httptest.NewServer(Handler(b.Public))
	t.Cleanup(server.Close)
	return strings.Replace(server.URL, "127.0.0.1", "localhost", 1)
}

func link(t testing.TB, b *Builder, person string) string {
	t.Helper()
	fragment, err := b.Link(person)
	if err != nil {
		t.Fatal(err)
	}
	return "/" + fragment
}

// clean fails the test for whatever the browser complained about or asked of another host.
func (b *browser) clean(host string) {
	b.t.Helper()
	violations := eval[[]string](b, `window.violations`)
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, address := range b.asked {
		if !strings.HasPrefix(address, host) && !strings.HasPrefix(address, "blob:"+host) && address != "about:blank" && !strings.HasPrefix(address, "data:") {
			b.t.Errorf("the page asked for %s, want requests to %s alone", address, host)
		}
	}
	for _, e := range b.errors {
		b.t.Errorf("error in the browser: %s", e)
	}
	for _, v := range violations {
		b.t.Errorf("violation of the content security policy: %s", v)
	}
}
