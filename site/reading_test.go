package site

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

func TestLockedThePageShowsAPasswordFieldAndNothingElse(t *testing.T) {
	t.Parallel()
	b, s, host := visiting(t)
	b.open(host + link(t, s, "priya"))
	b.waitFor(`document.activeElement.id === "passphrase"`)
	if got := eval[string](b, `document.title`); got != "Private log" {
		t.Errorf("the title is %q, want that of a locked page", got)
	}
	for _, mark := range marks {
		if strings.Contains(eval[string](b, `document.documentElement.outerHTML`), mark) {
			t.Errorf("the locked page contains %q", mark)
		}
	}
	b.shot("locked")
	b.try("not my password")
	b.waitFor(`document.querySelector("#alert").textContent !== ""`)
	if got := eval[string](b, `document.querySelector("[role=alert]").textContent`); !strings.Contains(got, "does not open") {
		t.Errorf("a wrong password says %q", got)
	}
	if eval[bool](b, `document.querySelector("#page") !== null`) {
		t.Error("a wrong password opened the log")
	}
	b.shot("wrong-password")
	b.clean(host)
}

func TestAReportReadsTheirLog(t *testing.T) {
	t.Parallel()
	b, _, host := reading(t, "priya")
	b.waitFor(`document.querySelectorAll(".private").length === 2`)
	text := b.text()
	for _, want := range []string{"Priya + Sam", "Thu 3 Dec, 16:00 Berlin", "Career: path to staff", "carried 2 times", "Draft the Q1 roadmap", "Launch moves to June", "Sam was sick",
		"I have an offer from another company.", "He looked tired today."} {
		if !strings.Contains(text, want) {
			t.Errorf("the log lacks %q", want)
		}
	}
	for _, secret := range []string{"talk to HR", "gibberish", "Elternzeit"} {
		if strings.Contains(text, secret) {
			t.Errorf("Priya's log shows %q", secret)
		}
	}
	order := regexp.MustCompile(`(?s)Open actions.*Sam Ortega.*Ask Lena.*Priya Nair.*Draft the Q1.*On the agenda.*Career.*Meetings.*26 Nov 2026.*19 Nov 2026.*12 Nov 2026.*5 Nov 2026`)
	if !order.MatchString(text) {
		t.Errorf("the order of the log is not: actions, the manager's first; agenda; meetings, newest first:\n%s", text)
	}
	if got := eval[string](b, `document.title`); got != "Priya + Sam" {
		t.Errorf("title = %q, want the pair", got)
	}
	for _, look := range []struct {
		name, scheme  string
		width, height int64
	}{{"log-light", "light", 1280, 900}, {"log-dark", "dark", 1280, 900}, {"log-tablet", "light", 800, 1100}, {"log-phone", "light", 390, 844}, {"log-phone-dark", "dark", 390, 844}} {
		b.look(look.width, look.height, look.scheme)
		if over := eval[int](b, `document.documentElement.scrollWidth - innerWidth`); over > 0 {
			t.Errorf("%s: the page is %d pixels too wide", look.name, over)
		}
		b.shot(look.name)
		b.screen(look.name + "-screen")
	}
	perform(b, chromedp.Click(`nav a[href$="/agreements/"]`))
	b.waitFor(`document.title.includes("Agreements")`)
	if !strings.Contains(b.text(), "No meetings during the launch week.") {
		t.Error("the agreements lack the one that has ended")
	}
	b.shot("agreements-phone")
	perform(b, chromedp.Click(`nav a[href$="/insights/"]`))
	b.waitFor(`document.title.includes("Insights") && document.querySelectorAll(".picture rect").length > 10`)
	if over := eval[int](b, `document.documentElement.scrollWidth - innerWidth`); over > 0 {
		t.Errorf("on a phone the insights are %d pixels too wide", over)
	}
	b.shot("insights-phone")
	b.look(1280, 900, "light")
	b.shot("insights")
	b.clean(host)
}

func TestAManagerStartsWithAllTheirPairs(t *testing.T) {
	t.Parallel()
	b, _, host := reading(t, "sam")
	b.look(1280, 900, "light")
	b.waitFor(`document.querySelectorAll(".card").length === 2`)
	text := b.text()
	if !regexp.MustCompile(`(?s)Hello Sam.*Your open actions.*Ask Lena.*Send the staff ladder examples.*Find out who takes over in March.*Priya \+ Sam.*Jürgen \+ Sam`).MatchString(text) {
		t.Errorf("the start page shows, in another order than wanted:\n%s", text)
	}
	if strings.Contains(text, "Draft the Q1 roadmap") {
		t.Error("the start page shows another's action among one's own")
	}
	b.shot("start-light")
	b.look(390, 844, "dark")
	if over := eval[int](b, `document.documentElement.scrollWidth - innerWidth`); over > 0 {
		t.Errorf("on a phone the start page is %d pixels too wide", over)
	}
	b.shot("start-phone-dark")
	perform(b, chromedp.Click(`.card a[href="#/juergen-sam/"]`))
	b.waitFor(`document.title === "Jürgen + Sam"`)
	if !strings.Contains(b.text(), "Elternzeit ab März") {
		t.Error("the second pair's log was not shown")
	}
	b.clean(host)
}

func TestAGermanReaderReadsGerman(t *testing.T) {
	t.Parallel()
	b, _, host := reading(t, "juergen")
	for _, want := range []string{"Offene Aufgaben", "Sperren", "Mi. 9. Dez."} {
		b.waitFor(`document.body.innerText.includes("` + want + `")`)
	}
	if got := eval[string](b, `document.querySelector("#page").lang + document.documentElement.lang`); got != "dede" {
		t.Errorf("the languages declared are %q, want de and de", got)
	}
	b.clean(host)
}

func TestSearchFindsWhatOneMayReadAndNothingElse(t *testing.T) {
	t.Parallel()
	b, _, host := reading(t, "sam")
	b.look(1280, 900, "light")
	perform(b, chromedp.KeyEvent("/"))
	b.waitFor(`document.querySelector("#search").open`)
	hits := func(query string) string {
		eval[any](b, `(document.querySelector("#query").value = "`+query+`", document.querySelector("#query").dispatchEvent(new Event("input")), null)`)
		b.waitFor(`/found|Nothing/.test(document.querySelector("#search [role=status]").textContent)`)
		return eval[string](b, `document.querySelector("#search ol").innerText`)
	}
	for query, want := range map[string]string{"ELTERNZEIT marz": "Elternzeit ab März", "latency agree": "", "launch june": "Launch moves to June", "hr lena": "talk to HR", "offer": "", "tired": "", "zzz": ""} {
		got := hits(query)
		if want == "" && (strings.Contains(got, "offer from") || strings.Contains(got, "tired")) || !strings.Contains(got, want) {
			t.Errorf("search %q finds %q, want %q", query, got, want)
		}
	}
	hits("roadmap")
	b.shot("search")
	perform(b, chromedp.KeyEvent(kb.ArrowDown))
	perform(b, chromedp.KeyEvent(kb.Enter))
	b.waitFor(`!document.querySelector("#search").open && document.activeElement.classList.contains("arrived")`)
	if got := eval[string](b, `document.activeElement.innerText`); !strings.Contains(got, "roadmap") {
		t.Errorf("the first hit leads to %q, want the roadmap", got)
	}
	b.clean(host)
}

func TestTheKeyboardAloneIsEnough(t *testing.T) {
	t.Parallel()
	b, s, host := visiting(t)
	b.open(host + link(t, s, "priya"))
	b.waitFor(`document.activeElement.id === "passphrase"`)
	key := func(keys string) { t.Helper(); perform(b, chromedp.KeyEvent(keys)) }
	key(passphrase("priya"))
	key(kb.Enter)
	b.waitFor(`document.activeElement.tagName === "H1"`)
	// Through the whole page: every stop is visible and named.
	stops := map[string]bool{}
	for range 60 {
		key(kb.Tab)
		stop := eval[string](b, `((e) => e === document.body ? "" : [e.id || e.className || e.getAttribute("href"), e.innerText.trim() || e.getAttribute("aria-label"), e.getClientRects().length > 0].join("|"))(document.activeElement)`)
		if stop == "" {
			continue // past the end, to begin again at the top
		}
		if strings.Contains(stop, "||") || strings.HasSuffix(stop, "false") {
			t.Errorf("the tab key stops at something without a name, or that nobody sees: %q", stop)
		}
		stops[strings.Split(stop, "|")[1]] = true
	}
	for _, want := range []string{"Search", "Lock", "Agreements", "Join"} {
		if !stops[want] {
			t.Errorf("the tab key never stops at %q, only at %v", want, stops)
		}
	}
	eval[any](b, `(document.querySelector("#lock-now").focus(), null)`)
	key(kb.Enter)
	b.waitFor(`document.activeElement.id === "passphrase"`)
	if strings.Contains(b.text(), "Priya") {
		t.Error("after Lock the page still shows the log")
	}
}

func TestLockForgetsAndReloadRemembers(t *testing.T) {
	t.Parallel()
	b, _, host := reading(t, "priya")
	b.waitFor(`sessionStorage.length > 0`)
	perform(b, chromedp.Reload())
	b.waitFor(`document.querySelector("#page h1") !== null`)
	perform(b, chromedp.Click("#lock-now"))
	b.waitFor(`document.querySelector("#page") === null && document.title === "Private log"`)
	if kept := eval[string](b, `new Promise((done) => { const o = indexedDB.open("duolog"); o.onsuccess = () => { const r = o.result.transaction("keys").objectStore("keys").getAll(); r.onsuccess = () => done(JSON.stringify(sessionStorage) + r.result.length); }; })`); kept != "{}0" {
		t.Errorf("after Lock the browser keeps %s, want nothing", kept)
	}
	perform(b, chromedp.Reload())
	b.waitFor(`document.activeElement.id === "passphrase"`)
	// The link is remembered, the password is asked for.
	if eval[bool](b, `!document.querySelector("#link-row").hidden`) {
		t.Error("after Lock the page asks for the link again")
	}
	perform(b, chromedp.Click("#remember"))
	b.unlock(passphrase("priya"))
	b.waitFor(`document.querySelector("#unlock").getAttribute("aria-busy") === "false"`)
	if kept := eval[string](b, `JSON.stringify(sessionStorage) + JSON.stringify(localStorage)`); strings.Contains(kept, "AGE-SECRET") || strings.Contains(kept, passphrase("priya")) {
		t.Errorf("the browser keeps a secret in the clear: %s", kept)
	}
	eval[any](b, `(sessionStorage.clear(), null)`) // as if the browser had been closed
	perform(b, chromedp.Reload())
	b.waitFor(`document.querySelector("#page h1") !== null`)
	b.clean(host)
}

func TestAfterAQuarterOfAnHourTheLogLocksItself(t *testing.T) {
	t.Parallel()
	b, _, host := reading(t, "priya")
	b.later(14 * time.Minute)
	b.comesBack()
	if eval[bool](b, `document.querySelector("#page") === null`) {
		t.Error("the log locked itself after 14 minutes")
	}
	b.later(15*time.Minute + 6*time.Second)
	b.comesBack()
	b.waitFor(`document.querySelector("#page") === null && document.querySelector("#alert").textContent.includes("15 minutes")`)
	if strings.Contains(b.text(), "Priya") {
		t.Error("the locked page still shows the log")
	}
	b.clean(host)
}

func TestTabsOpenAndLockTogether(t *testing.T) {
	t.Parallel()
	s := sample(t)
	build(t, s)
	host := serve(t, s)
	one := newBrowser(t)
	one.open(host + link(t, s, "priya"))
	one.unlock(passphrase("priya"))
	one.waitFor(`sessionStorage.length > 0`)
	two := one.another()
	two.open(host + link(t, s, "priya") + "&/priya-sam/agreements/")
	two.waitFor(`document.title.includes("Agreements")`)
	perform(two, chromedp.Click("#lock-now"))
	one.waitFor(`document.querySelector("#page") === null`)
	one.clean(host)
	two.clean(host)
}

func TestAStrangerToTheBrowserIsAskedForTheLink(t *testing.T) {
	t.Parallel()
	b, s, host := visiting(t)
	b.open(host)
	b.waitFor(`!document.querySelector("#link-row").hidden`)
	perform(b, chromedp.SendKeys("#link", host+link(t, s, "sam")))
	b.unlock(passphrase("sam"))
	b.waitFor(`document.body.innerText.includes("Hello Sam")`)
	b.clean(host)
}

func TestALinkOfAMailLeadsToItsPlace(t *testing.T) {
	t.Parallel()
	b, s, host := visiting(t)
	b.open(host + link(t, s, "sam") + "&/priya-sam/#A8")
	b.unlock(passphrase("sam"))
	b.waitFor(`document.activeElement.id === "A8"`)
	if got := eval[string](b, `location.hash`); got != "#/priya-sam/#A8" {
		t.Errorf("the address is %q, want the page without the person's link", got)
	}
	b.clean(host)
}

func TestAlteredFilesAreRefusedInPlainWords(t *testing.T) {
	t.Parallel()
	s := sample(t)
	build(t, s)
	host := serve(t, s)
	alter := func(pattern string, by func([]byte) []byte) {
		files, err := filepath.Glob(filepath.Join(s.Public, pattern))
		if err != nil || len(files) == 0 {
			t.Fatalf("no %s: %v", pattern, err)
		}
		for _, file := range files {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, by(data), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	flip := func(data []byte) []byte { data[len(data)-100] ^= 1; return data }
	b := newBrowser(t)
	b.open(host + link(t, s, "priya"))
	alter("b/*.age", flip)
	b.try(passphrase("priya"))
	b.waitFor(`document.querySelector("#page [role=alert]")?.textContent.includes("altered or damaged")`)
	perform(b, chromedp.Click("#lock-now"))
	alter("k/*/keyring.age", flip)
	b.try(passphrase("priya"))
	b.waitFor(`document.querySelector("#alert").textContent.includes("altered or damaged")`)
	alter("k/*/identity.age", func(data []byte) []byte { return data[:len(data)/2] })
	b.try(passphrase("priya"))
	b.waitFor(`document.querySelector("#alert").textContent === "" || document.querySelector("#unlock").getAttribute("aria-busy") === "true"`)
	b.waitFor(`document.querySelector("#alert").textContent.includes("altered or damaged")`)
	b.clean(host)
}

func TestOverPlainHTTPThePageSaysWhyItCannotOpen(t *testing.T) {
	t.Parallel()
	s := sample(t)
	build(t, s)
	host := strings.Replace(serve(t, s), "localhost", "log.example.org", 1)
	b := newBrowser(t)
	b.open(host + link(t, s, "priya"))
	b.waitFor(`document.querySelector("#alert").textContent.includes("https://")`)
	if eval[bool](b, `!document.querySelector("#unlock").hidden`) {
		t.Error("the page asks for a password that it cannot use")
	}
	b.clean(host)
}
