package site

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// keysPage opens "Password and keys" of a log that is unlocked.
func (b *browser) keysPage() {
	b.t.Helper()
	eval[any](b, `(location.hash = "/~keys/", null)`)
	b.waitFor(`document.querySelector("#file-sheet") !== null`)
}

func TestTheKeyFileIsSavedByWhoKnowsThePasswordAlone(t *testing.T) {
	t.Parallel()
	b, s, host := reading(t, "priya")
	b.keysPage()
	eval[any](b, `(window.saved = [], HTMLAnchorElement.prototype.click = () => {}, URL.createObjectURL = ((make) => (blob) => { blob.text().then((text) => saved.push(text)); return make(blob); })(URL.createObjectURL.bind(URL)), null)`)
	try := func(passphrase string) {
		t.Helper()
		eval[any](b, `(document.querySelector("#file-passphrase").value = "", document.querySelector("#file-passphrase").focus(), null)`)
		perform(b, chromedp.KeyEvent(passphrase+kb.Enter))
	}
	try("not my password")
	b.waitFor(`document.querySelector("#file-sheet [role=alert]").textContent.includes("not your password")`)
	if saved := eval[int](b, `saved.length`); saved != 0 {
		t.Error("a wrong password saved the key")
	}
	try(passphrase("priya"))
	b.waitFor(`saved.length > 0`)
	identity, _ := keys(t, s, "priya")
	if got := eval[string](b, `saved.join(" ")`); !strings.Contains(got, identity.Secret()) {
		t.Errorf("saved is %q, want the key", got)
	}
	b.waitFor(`document.querySelector("#file-passphrase").value === ""`)
	if eval[bool](b, `document.querySelector("#earlier") !== null`) {
		t.Error("the page asks for an earlier key though no note is closed")
	}
	b.clean(host)
}

func TestPrivateNotesOfAnEarlierKeyOpenByItsFile(t *testing.T) {
	t.Parallel()
	s := sample(t)
	build(t, s)
	before, _ := keys(t, s, "priya")
	p, err := s.Content.Person("priya")
	if err != nil {
		t.Fatal(err)
	}
	p.Recipient, p.Identity = identities()["lena"][0], identities()["lena"][1]
	if err := s.Content.SavePerson(p); err != nil {
		t.Fatal(err)
	}
	s.Content.Reload()
	build(t, s)
	host := serve(t, s)
	b := newBrowser(t)
	b.open(host + link(t, s, "priya"))
	b.unlock(passphrase("lena"))
	b.waitFor(`[...document.querySelectorAll(".private")].filter((e) => e.innerText.includes("earlier key")).length === 2`)
	b.keysPage()
	b.waitFor(`document.querySelector("#earlier").innerText.includes("earlier key: 2")`)
	choose := func(text, says string) {
		t.Helper()
		eval[any](b, js(t, `((text) => { const all = new DataTransfer(), input = document.querySelector("#key-file"); all.items.add(new File([text], "duolog-key.txt")); input.files = all.files; input.dispatchEvent(new Event("change")); return null; })`, text))
		b.waitFor(`document.querySelector("#earlier").innerText.includes("` + says + `")`)
	}
	choose("my shopping list", "There is no key in this file")
	other, _ := keys(t, s, "sam")
	choose(other.Secret(), "opens none of them")
	choose("# a comment\n"+before.Secret()+"\n", "Opened: 2")
	eval[any](b, `(location.hash = "/priya-sam/", null)`)
	b.waitFor(`document.body.innerText.includes("I have an offer from another company.") && document.body.innerText.includes("He looked tired today.")`)
	perform(b, chromedp.Click("#lock-now"))
	b.waitFor(`document.querySelector("#page") === null`)
	b.unlock(passphrase("lena"))
	b.waitFor(`[...document.querySelectorAll(".private")].filter((e) => e.innerText.includes("earlier key")).length === 2`)
	b.clean(host)
}
