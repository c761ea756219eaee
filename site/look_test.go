package site

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// look is a kind of screen, or paper.
type look struct {
	name, scheme  string
	width, height int64
}

var looks = []look{
	{"phone", "light", 390, 844}, {"tablet", "light", 820, 1180}, {"desktop", "light", 1280, 900},
	{"phone-dark", "dark", 390, 844}, {"tablet-dark", "dark", 820, 1180}, {"desktop-dark", "dark", 1280, 900}, {"print", "light", 760, 1000},
}

func (b *browser) as(l look) {
	b.t.Helper()
	b.look(l.width, l.height, l.scheme)
	if l.name == "print" {
		call(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"})
	}
}

// everyPage unlocks as a reader and calls at for each page that there is, in a language and a state that somebody may meet.
func (b *browser) everyPage(host string, s *Builder, reader string, at func(name string)) {
	b.t.Helper()
	b.enter(host, s, reader)
	paths := eval[[]string](b, `[...document.querySelectorAll(".card h3 a, .head nav a")].map((a) => a.getAttribute("href").slice(1))`)
	if eval[bool](b, `document.querySelector(".cards") !== null`) {
		at(reader + "-start")
	}
	for i := 0; i < len(paths); i++ {
		b.visit(paths[i])
		for _, more := range eval[[]string](b, `[...document.querySelectorAll(".head nav a")].map((a) => a.getAttribute("href").slice(1))`) {
			if !slices.Contains(paths, more) {
				paths = append(paths, more)
			}
		}
		at(reader + strings.ReplaceAll(strings.TrimSuffix(paths[i], "/"), "/", "-"))
	}
	perform(b, chromedp.Click("#search-open"))
	b.waitFor(`document.querySelector("#search").open`)
	perform(b, chromedp.SendKeys("#query", "a"))
	b.waitFor(`document.querySelector("#search ol").childElementCount > 0`)
	at(reader + "-search")
	eval[any](b, `(document.querySelector("#search").close(), null)`)
}

func TestEveryPageFitsEveryScreenAndAsksForNothing(t *testing.T) {
	t.Parallel()
	s := aYear(t)
	build(t, s)
	host := serve(t, s)
	for _, reader := range []string{"sam", "juergen", "priya"} {
		b := newBrowser(t)
		b.everyPage(host, s, reader, func(name string) {
			for _, l := range looks {
				b.as(l)
				if over := eval[int](b, `document.documentElement.scrollWidth - innerWidth`); over > 0 {
					t.Errorf("%s, %s: the page is %d pixels too wide", name, l.name, over)
				}
				b.shot(name + "-" + l.name)
			}
			b.as(looks[0])
			b.screen(name + "-phone-screen")
		})
		b.clean(host)
	}
}

// axe-core looks at every page in every look. It needs to run scripts that the site's policy forbids, so that is bypassed
// here, and nowhere else.
func TestAccessibilityHasNoViolations(t *testing.T) {
	t.Parallel()
	axe, err := os.ReadFile(filepath.Join(scriptFolder, "node_modules", "axe-core", "axe.min.js"))
	if err != nil {
		t.Fatalf("%v; hint: npm ci --prefix themes/duolog/script", err)
	}
	s := aYear(t)
	build(t, s)
	host := serve(t, s)
	open := func() *browser {
		b := newBrowser(t)
		call(b, cdppage.SetBypassCSP, cdppage.SetBypassCSPParams{Enabled: true})
		return b
	}
	check := func(b *browser, page string) {
		t.Helper()
		eval[any](b, `(document.querySelectorAll("details").forEach((d) => d.open = true), null)`)
		if !eval[bool](b, `"axe" in window`) {
			eval[any](b, string(axe)+";null")
		}
		for _, l := range []look{looks[2], looks[0], looks[3], looks[6]} { // light and dark, wide and narrow, and paper
			b.as(l)
			for _, v := range eval[[]string](b, `axe.run(document, {resultTypes: ["violations"]}).then((r) => r.violations.map((v) => v.id + ": " + v.nodes.map((n) => n.html + " " + n.failureSummary).slice(0, 3).join(" / ")))`) {
				t.Errorf("%s, %s: %s", page, l.name, v)
			}
		}
		b.as(looks[2])
	}
	b := open()
	b.open(host)
	b.waitFor(`!document.querySelector("#link-row").hidden`)
	check(b, "locked, unknown reader")
	b.open(host + link(t, s, "juergen"))
	perform(b, chromedp.Reload())
	b.try("wrong")
	b.waitFor(`document.querySelector("#alert").textContent !== ""`)
	check(b, "locked, wrong password")
	b = open()
	b.everyPage(host, s, "juergen", func(name string) { check(b, name) })
	b = open()
	b.everyPage(host, s, "priya", func(name string) { check(b, name) })
	b = open()
	b.enter(host, s, "sam")
	check(b, "sam-start")
}
