package site

import (
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"duolog/content"
)

// watch is what a page does until a condition holds, in milliseconds, and nothing that DevTools add to it.
const watch = `(act, holds) => new Promise((done) => {
	const began = performance.now();
	const look = () => holds() && (eye.disconnect(), done(performance.now() - began));
	const eye = new MutationObserver(look);
	eye.observe(document.documentElement, { childList: true, subtree: true, attributes: true, characterData: true });
	act();
	look();
})`

// median of some runs of what takes milliseconds.
func median(runs int, once func() float64) float64 {
	var all []float64
	for range runs {
		all = append(all, once())
	}
	slices.Sort(all)
	return all[len(all)/2]
}

// BenchmarkReading is what a reader waits for, in a log of 500 meetings, beside what the bare scrypt of a passphrase takes in the
// same browser: go test ./site -run - -bench Reading -benchtime 1x
func BenchmarkReading(b *testing.B) {
	dir := b.TempDir()
	store := content.Open(filepath.Join(dir, "content"))
	if _, err := store.Save(written(person("priya", "Priya Nair", "Europe/Berlin", "en"), person("sam", "Sam Ortega", "America/New_York", "en"), 500, english)); err != nil {
		b.Fatal(err)
	}
	s := &Builder{Content: content.Open(store.Dir()), Private: filepath.Join(dir, "private"), Public: filepath.Join(dir, "public"), Now: func() time.Time { return today }}
	build(b, s)
	host := serve(b, s)
	bare := scripted(b)
	for b.Loop() {
		for _, whose := range []string{"noble", "ours"} {
			b.ReportMetric(median(3, func() float64 { return eval[float64](bare, `bareScrypt("`+whose+`" === "ours")`) }), "ms/scrypt-of-"+whose)
		}
		for _, speed := range []struct {
			name string
			slow float64
			runs int
		}{{"", 1, 3}, {"-throttled", 4, 1}} {
			r := newBrowser(b)
			b.ReportMetric(median(speed.runs, func() float64 { return r.unlocking(host+link(b, s, "priya"), "priya", speed.slow) }), "ms/unlock"+speed.name)
			time.Sleep(2 * time.Second) // as a reader does who looks at the page
			for _, painted := range []bool{false, true} {
				unit := map[bool]string{false: "ms/next-page", true: "ms/next-page-painted"}[painted]
				b.ReportMetric(median(5, func() float64 {
					return max(r.turning("/priya-sam/agreements/", painted), r.turning("/priya-sam/", painted))
				}), unit+speed.name)
			}
			eval[any](r, `(document.querySelector("#search-open").click(), null)`)
			b.ReportMetric(r.searching("indexed"), "ms/first-search"+speed.name)
			b.ReportMetric(median(5, func() float64 { return max(r.searching("roadmap"), r.searching("pager nobody")) }), "ms/search"+speed.name)
		}
	}
}

func (b *browser) unlocking(address, reader string, slow float64) float64 {
	b.t.Helper()
	call(b, emulation.SetCPUThrottlingRate, emulation.SetCPUThrottlingRateParams{Rate: 1})
	if eval[bool](b, `document.querySelector("#lock-now") !== null`) {
		eval[any](b, `(document.querySelector("#lock-now").click(), null)`)
		b.waitFor(`!document.querySelector("#lock").hidden`) // all is forgotten
	}
	perform(b, chromedp.Navigate("about:blank"))
	b.open(address)
	eval[any](b, `(document.querySelector("#passphrase").dispatchEvent(new Event("input")), null)`) // the first letter
	time.Sleep(time.Second)                                                                         // a passphrase takes longer to type
	call(b, emulation.SetCPUThrottlingRate, emulation.SetCPUThrottlingRateParams{Rate: slow})
	return eval[float64](b, `(`+watch+`)(() => { document.querySelector("#passphrase").value = "`+passphrase(reader)+`"; document.querySelector("#unlock").requestSubmit(); }, () => document.querySelector("#page h1"))`)
}

// turning is the time until a page stands in its place and is laid out; painted, until it is on the screen, which waits for the next
// frame.
func (b *browser) turning(path string, painted bool) float64 {
	b.t.Helper()
	until := watch
	if painted {
		until = `async (act, holds) => {
			const began = performance.now();
			await (` + watch + `)(act, holds);
			await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
			return performance.now() - began;
		}`
	}
	return eval[float64](b, `(`+until+`)(() => (location.hash = "`+path+`"), () => document.querySelector(".head nav [aria-current]")?.getAttribute("href") === "#`+path+`")`)
}

func (b *browser) searching(query string) float64 {
	b.t.Helper()
	return eval[float64](b, `(`+watch+`)(() => { const q = document.querySelector("#query"); q.value = "`+query+`"; q.dispatchEvent(new Event("input")); }, () => /found/.test(document.querySelector("#search [role=status]").textContent))`)
}
