package site

import (
	"encoding/base32"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	cdpbrowser "github.com/chromedp/cdproto/browser"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"duolog/meeting"
	"duolog/site/seal"
)

const (
	someToken = "abcdefghij234567"
	replyTo   = "1on1+abcdefghijklmnopqrstuvwxyz234567abcdefghijklmnopqrst@acme.example"
)

// welcomeLink is what a mail links to, behind the address of the site.
func welcomeLink(language, more string) string {
	return "/welcome/#t=" + someToken + "&to=" + url.QueryEscape(replyTo) + "&l=" + language + more
}

// openWelcome opens a link and waits for the form.
func (b *browser) openWelcome(address string) {
	b.t.Helper()
	perform(b, chromedp.Navigate("about:blank")) // another fragment alone would load nothing
	perform(b, chromedp.Navigate(address))
	b.waitFor(`document.readyState === "complete" && document.querySelector("#welcome p") !== null`)
}

// makeKey sends the form as it is and waits for the key.
func (b *browser) makeKey() {
	b.t.Helper()
	eval[any](b, `(document.querySelector("#kept").click(), document.querySelector(".newkey").requestSubmit(), null)`)
	b.waitFor(`document.querySelector("#key-text") !== null`)
}

func (b *browser) handedBack() string {
	return eval[string](b, `document.querySelector("#key-text").value`)
}

func TestTheWelcomePageMakesAKeyThatGoesBackByMail(t *testing.T) {
	t.Parallel()
	b, _, host := visiting(t)
	b.look(390, 844, "light")
	b.openWelcome(host + welcomeLink("en", ""))
	drawn := eval[string](b, `document.querySelector("#new-passphrase").value`)
	if len(strings.Split(drawn, "-")) < 5 {
		t.Errorf("the page proposes %q, want five words", drawn)
	}
	perform(b, chromedp.Click("#redraw"))
	passphrase := eval[string](b, `document.querySelector("#new-passphrase").value`)
	if passphrase == drawn {
		t.Error("the page proposes the same words again")
	}
	b.shot("welcome-phone")
	eval[any](b, `document.querySelector(".newkey").requestSubmit() ?? null`)
	if eval[bool](b, `document.querySelector("#key-text") !== null || document.querySelector(".newkey[aria-busy]") !== null`) {
		t.Error("a password that nobody wrote down was set")
	}
	b.makeKey()
	mail, err := url.Parse(eval[string](b, `document.querySelector("#mail").href`))
	if err != nil {
		t.Fatal(err)
	}
	if n := len(mail.String()); n >= 1500 {
		t.Errorf("the address of the mail has %d characters, want less than 1,500", n)
	}
	query, err := url.ParseQuery(strings.ReplaceAll(mail.RawQuery, "+", "%2B"))
	if err != nil || mail.Opaque != replyTo || query.Get("subject") == "" {
		t.Errorf("the mail goes to %q about %q, %v", mail.Opaque, query.Get("subject"), err)
	}
	text := b.handedBack()
	if body := strings.ReplaceAll(query.Get("body"), "\r\n", "\n"); body != text {
		t.Errorf("the mail says:\n%s\nwant what is there to be copied:\n%s", body, text)
	}
	key := decodeKey(t, text)
	if key.token != someToken {
		t.Errorf("the key names the token %q, want %q", key.token, someToken)
	}
	wrapped, err := seal.Accept(key.recipient, key.wrapped)
	if err != nil {
		t.Fatalf("Accept: %v", err)
	}
	identity, err := seal.Unwrap(wrapped, passphrase)
	if err != nil || identity.Recipient() != key.recipient {
		t.Fatalf("the passphrase opens %v, %v; want the identity of %s", identity, err, key.recipient)
	}
	if got := eval[string](b, `document.querySelector("#fingerprint").textContent`); got != seal.Fingerprint(key.recipient) {
		t.Errorf("the page shows the words %q, want %q", got, seal.Fingerprint(key.recipient))
	}
	if over := eval[int](b, `document.documentElement.scrollWidth - innerWidth`); over > 0 {
		t.Errorf("on a phone the page is %d pixels too wide", over)
	}
	b.shot("welcome-key-phone")
	if stored := eval[string](b, `JSON.stringify(sessionStorage) + JSON.stringify(localStorage)`); stored != "{}{}" {
		t.Errorf("the page left %s in the browser, want nothing", stored)
	}
	for _, asked := range b.asked {
		if strings.Contains(asked, someToken) && !strings.Contains(asked, "#") {
			t.Errorf("the token was sent to the host: %s", asked)
		}
	}
	if got := saved(b); !strings.Contains(got, identity.Secret()) || !strings.Contains(got, key.recipient) {
		t.Errorf("the key file says %q, want the identity", got)
	}
	b.clean(host)
}

// saved presses the button that saves the key file and returns what is in it.
func saved(b *browser) string {
	b.t.Helper()
	dir := b.t.TempDir()
	info := call(b, target.GetTargetInfo, target.GetTargetInfoParams{}).TargetInfo
	call(b, cdpbrowser.SetDownloadBehavior, cdpbrowser.SetDownloadBehaviorParams{BrowserContextID: info.BrowserContextID, Behavior: cdpbrowser.SetDownloadBehaviorBehaviorAllow, DownloadPath: dir})
	perform(b, chromedp.Click("#save"))
	file := filepath.Join(dir, "duolog-key.txt")
	b.waitFor(`new Promise((soon) => setTimeout(() => soon(true), 500))`)
	for range 100 {
		if text, err := os.ReadFile(file); err == nil && len(text) > 0 {
			return string(text)
		}
		b.waitFor(`new Promise((soon) => setTimeout(() => soon(true), 100))`)
	}
	b.t.Fatal("no key file was saved")
	return ""
}

func TestTheWelcomePageSpeaksTheLanguageOfTheMail(t *testing.T) {
	t.Parallel()
	b, _, host := visiting(t)
	b.openWelcome(host + welcomeLink("de", ""))
	if text := b.text(); !strings.Contains(text, "Neues Passwort") || eval[string](b, `document.documentElement.lang`) != "de" {
		t.Errorf("want German, got:\n%s", text)
	}
	b.openWelcome(host + "/welcome/")
	if text := b.text(); !strings.Contains(text, "by the link in your mail") || eval[bool](b, `document.querySelector("form") !== null`) {
		t.Errorf("without a token the page says:\n%s", text)
	}
	b.clean(host)
}

func TestOverPlainHTTPTheWelcomePageSaysWhyItMakesNoKey(t *testing.T) {
	t.Parallel()
	s := sample(t)
	build(t, s)
	host := strings.Replace(serve(t, s), "localhost", "log.example.org", 1)
	b := newBrowser(t)
	b.openWelcome(host + welcomeLink("en", ""))
	if text := b.text(); !strings.Contains(text, "https://") || eval[bool](b, `document.querySelector("form") !== null`) {
		t.Errorf("the page says:\n%s", text)
	}
	b.clean(host)
}

func TestWhoKnowsTheOldPasswordKeepsTheKey(t *testing.T) {
	t.Parallel()
	b, s, host := visiting(t)
	own := "&" + strings.TrimPrefix(link(t, s, "priya"), "/#")
	b.openWelcome(host + welcomeLink("en", own))
	b.shot("welcome-again")
	perform(b, chromedp.SendKeys("#old-passphrase", "not the old one"))
	eval[any](b, `(document.querySelector("#kept").click(), document.querySelector(".newkey").requestSubmit(), null)`)
	b.waitFor(`document.querySelector("[role=alert]").textContent.includes("not the old password")`)
	eval[any](b, `(document.querySelector("#old-passphrase").value = "", null)`)
	perform(b, chromedp.SendKeys("#old-passphrase", passphrase("priya")))
	chosen := eval[string](b, `document.querySelector("#new-passphrase").value`)
	eval[any](b, `(document.querySelector(".newkey").requestSubmit(), null)`)
	b.waitFor(`document.querySelector("#key-text") !== null`)
	key := decodeKey(t, b.handedBack())
	wrapped, err := seal.Accept(key.recipient, key.wrapped)
	if err != nil || key.recipient != identities()["priya"][0] {
		t.Fatalf("want Priya's key in another wrapping, got %s, %v", key.recipient, err)
	}
	if _, err := seal.Unwrap(wrapped, chosen); err != nil {
		t.Errorf("the new password does not open the key: %v", err)
	}
	b.openWelcome(host + welcomeLink("en", own))
	perform(b, chromedp.Click("#old-lost"))
	b.makeKey()
	if key := decodeKey(t, b.handedBack()); key.recipient == identities()["priya"][0] {
		t.Error("who lost the password got the old key")
	}
	b.clean(host)
}

func TestWeakPasswordsAreRefusedAndStrongOnesAreNot(t *testing.T) {
	t.Parallel()
	b, _, host := visiting(t)
	b.openWelcome(host + welcomeLink("en", ""))
	for chosen, strong := range map[string]bool{
		"Sommer2026!": false, "Tr0ub4dor&3": false, "password password password": false, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa": false,
		"abcdefghijklmnopqrstuvwxyz": false, "1234567890123456789012": false, "qwertyuiopasdfghjkl": false, "I love my dog very much": false,
		"ich liebe meine katze sehr": false, "correct horse battery staple": false, "12.05.1987 18.11.2014": false, "Passwort2026!Berlin": false,
		"seven geese at the öld mill": true, "violin tractor mellow sunrise crab": true, "x9$Kq!vR2m&Lp0Zt": true, "Sieben Gänse baden spät im Teich": true,
	} {
		eval[any](b, js(t, `((v) => { const f = document.querySelector("#new-passphrase"); f.value = v; f.dispatchEvent(new Event("input")); return null; })`, chosen))
		if got := eval[bool](b, `document.querySelector("#new-passphrase").checkValidity()`); got != strong {
			t.Errorf("%q: strong enough %v, want %v", chosen, got, strong)
		}
	}
	if eval[bool](b, `document.querySelector(".newkey").requestSubmit() ?? document.querySelector(".newkey[aria-busy]") !== null`) {
		t.Error("a weak password was taken")
	}
	b.clean(host)
}

// enrolled gives a person the key that was handed back, as the mail flow does.
func enrolled(t *testing.T, s *Builder, id string, key travelled) {
	t.Helper()
	identity, err := seal.Accept(key.recipient, key.wrapped)
	if err != nil {
		t.Fatal(err)
	}
	p, err := s.Content.Person(id)
	if err != nil {
		t.Fatal(err)
	}
	p.Recipient, p.Identity = key.recipient, identity
	if err := s.Content.SavePerson(p); err != nil {
		t.Fatal(err)
	}
	s.Content.Reload()
}

func TestAFirstKeyOpensAllPairsThatWaitedForIt(t *testing.T) {
	t.Parallel()
	s := sample(t)
	priya, err := s.Content.Person("priya")
	if err != nil {
		t.Fatal(err)
	}
	maria, err := s.Content.Person("maria")
	if err != nil {
		t.Fatal(err)
	}
	second := mariaSam(maria, priya)
	second.Pair.ID, second.Pair.Manager = "maria-priya", "priya"
	if _, err := s.Content.Save(second); err != nil {
		t.Fatal(err)
	}
	build(t, s)
	host := serve(t, s)
	b := newBrowser(t)
	b.openWelcome(host + welcomeLink("en", ""))
	chosen := eval[string](b, `document.querySelector("#new-passphrase").value`)
	b.makeKey()
	enrolled(t, s, "maria", decodeKey(t, b.handedBack()))
	if _, err := s.Build(t.Context(), []string{"maria-sam"}); err != nil {
		t.Fatal(err)
	}
	b.open(host + link(t, s, "maria"))
	b.unlock(chosen)
	b.waitFor(`document.querySelectorAll(".card").length === 2`)
	b.clean(host)
}

func TestAnUnlockedPersonChangesThePassword(t *testing.T) {
	t.Parallel()
	s := sample(t)
	s.Mail = func(person, pair string) string { return person + "+" + pair + "@acme.example" }
	build(t, s)
	host := serve(t, s)
	b := newBrowser(t)
	b.open(host + link(t, s, "priya"))
	b.unlock(passphrase("priya"))
	perform(b, chromedp.Click(`.foot a[href="#/~keys/"]`))
	b.waitFor(`document.querySelector("#change-begin") !== null`)
	if got := eval[string](b, `document.querySelector("#fingerprint").textContent`); got != seal.Fingerprint(identities()["priya"][0]) {
		t.Errorf("the page shows the words %q", got)
	}
	b.shot("keys")
	perform(b, chromedp.Click("#change-begin"))
	perform(b, chromedp.Evaluate[any](`(document.querySelector("#new-passphrase").select(), null)`))
	perform(b, chromedp.SendKeys("#new-passphrase", "violin tractor mellow sunrise"))
	b.makeKey()
	key := decodeKey(t, b.handedBack())
	if key.token != "" || key.recipient != identities()["priya"][0] {
		t.Errorf("want the same key without a token, got %q %q", key.token, key.recipient)
	}
	if got := eval[string](b, `document.querySelector("#mail").href`); !strings.HasPrefix(got, "mailto:priya+priya-sam@acme.example?") {
		t.Errorf("the mail goes to %s", got)
	}
	enrolled(t, s, "priya", key)
	build(t, s)
	perform(b, chromedp.Click("#lock-now"))
	perform(b, chromedp.SendKeys("#passphrase", passphrase("priya")+kb.Enter))
	b.waitFor(`document.querySelector("#alert").textContent.includes("does not open")`)
	eval[any](b, `(document.querySelector("#passphrase").value = "", null)`)
	b.unlock("violin tractor mellow sunrise")
	b.waitFor(`document.querySelectorAll(".private").length === 2`) // the private notes stayed open
	b.clean(host)
}

// authenticator gives the tab a device with passkeys that compute (CTAP2, hmac-secret).
func (b *browser) authenticator() {
	b.t.Helper()
	call(b, webauthn.Enable, webauthn.EnableParams{})
	call(b, webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{Options: &webauthn.VirtualAuthenticatorOptions{
		Protocol: webauthn.AuthenticatorProtocolCtap2, Ctap2version: webauthn.Ctap2versionCtap21, Transport: webauthn.AuthenticatorTransportInternal,
		HasResidentKey: true, HasUserVerification: true, HasPrf: true, AutomaticPresenceSimulation: true, IsUserVerified: true,
	}})
}

func TestAPasskeyIsAFurtherWayIn(t *testing.T) {
	t.Parallel()
	b, s, host := visiting(t)
	b.authenticator()
	b.open(host + link(t, s, "priya"))
	if eval[bool](b, `!document.querySelector("#passkey").hidden`) {
		t.Error("the page offers a passkey that nobody made")
	}
	b.unlock(passphrase("priya"))
	eval[any](b, `(location.hash = "/~keys/", null)`)
	b.waitFor(`document.querySelector("#passkey-toggle") !== null`)
	perform(b, chromedp.Click("#passkey-toggle"))
	b.waitFor(`document.querySelector("#passkey-sheet").innerText.includes("has a passkey")`)
	b.shot("keys-passkey")
	perform(b, chromedp.Click("#lock-now"))
	b.waitFor(`!document.querySelector("#passkey").hidden`)
	if kept := eval[string](b, storedKeys); strings.Contains(kept, "AGE-SECRET") || !strings.Contains(kept, "fido2prf") {
		t.Errorf("the browser keeps %s, want the key encrypted to the passkey", kept)
	}
	b.shot("locked-passkey")
	perform(b, chromedp.Click("#passkey"))
	b.waitFor(`document.querySelector("#page h1") !== null`)
	b.waitFor(`document.querySelectorAll(".private").length === 2`)
	b.clean(host)

	// A new key: the passkey no longer fits, the password is the way in.
	recipient, identity, err := seal.NewPerson("violin tractor mellow sunrise")
	if err != nil {
		t.Fatal(err)
	}
	p, err := s.Content.Person("priya")
	if err != nil {
		t.Fatal(err)
	}
	p.Recipient, p.Identity = recipient, identity
	if err := s.Content.SavePerson(p); err != nil {
		t.Fatal(err)
	}
	s.Content.Reload()
	build(t, s)
	perform(b, chromedp.Click("#lock-now"))
	b.waitFor(`!document.querySelector("#passkey").hidden`)
	perform(b, chromedp.Click("#passkey"))
	b.waitFor(`document.querySelector("#alert").textContent.includes("new key") && document.querySelector("#passkey").hidden`)
	b.unlock("violin tractor mellow sunrise")
}

// storedKeys is all that the browser keeps in its database, as text.
const storedKeys = `new Promise((done) => { const o = indexedDB.open("duolog"); o.onsuccess = () => { const r = o.result.transaction("keys").objectStore("keys").getAll(); r.onsuccess = () => done(r.result.map((v) => v.credential + new TextDecoder().decode(v.wrapped)).join(" ")); }; })`

func TestAPasskeyCanBeRemovedAndAFailingOneLeavesThePassword(t *testing.T) {
	t.Parallel()
	b, s, host := visiting(t)
	b.authenticator()
	b.open(host + link(t, s, "priya"))
	b.unlock(passphrase("priya"))
	eval[any](b, `(location.hash = "/~keys/", null)`)
	b.waitFor(`document.querySelector("#passkey-toggle") !== null`)
	perform(b, chromedp.Click("#passkey-toggle"))
	b.waitFor(`document.querySelector("#passkey-sheet").innerText.includes("has a passkey")`)
	perform(b, chromedp.Click("#lock-now"))
	b.waitFor(`!document.querySelector("#passkey").hidden`)
	eval[any](b, `(navigator.credentials.get = () => Promise.reject(new DOMException("", "NotAllowedError")), null)`)
	perform(b, chromedp.Click("#passkey"))
	b.waitFor(`document.querySelector("#alert").textContent.includes("use your password")`)
	b.unlock(passphrase("priya"))
	eval[any](b, `(location.hash = "/~keys/", null)`)
	b.waitFor(`document.querySelector("#passkey-toggle")?.textContent.includes("Remove")`)
	perform(b, chromedp.Click("#passkey-toggle"))
	b.waitFor(`document.querySelector("#passkey-sheet").innerText.includes("no passkey")`)
	perform(b, chromedp.Click("#lock-now"))
	b.waitFor(`document.activeElement.id === "passphrase"`)
	if kept := eval[string](b, storedKeys); kept != "" {
		t.Errorf("the browser keeps %q, want nothing", kept)
	}
	b.clean(host)
}

func TestTheKeyboardAloneMakesAKey(t *testing.T) {
	t.Parallel()
	b, _, host := visiting(t)
	b.openWelcome(host + welcomeLink("en", ""))
	key := func(keys string) { t.Helper(); perform(b, chromedp.KeyEvent(keys)) }
	reach := func(id string) {
		t.Helper()
		for range 10 {
			key(kb.Tab)
			if eval[string](b, `document.activeElement.id || document.activeElement.type || ""`) == id {
				return
			}
		}
		t.Fatalf("the tab key never stops at %q", id)
	}
	reach("new-passphrase")
	reach("redraw")
	key(kb.Enter)
	reach("kept")
	key(" ")
	reach("submit")
	key(kb.Enter)
	b.waitFor(`document.activeElement.tagName === "H1" && document.querySelector("#key-text") !== null`)
	reach("mail")
	reach("key-text")
	reach("copy")
	key(kb.Enter)
	b.waitFor(`[...document.querySelectorAll("[role=status]")].some((e) => /Copied|marked/.test(e.textContent))`)
	reach("print")
	reach("save")
	b.clean(host)
}

func TestTheMakingOfAKeyKeepsThePageAlive(t *testing.T) {
	t.Parallel()
	b, _, host := visiting(t)
	b.openWelcome(host + welcomeLink("en", ""))
	eval[any](b, `(window.workers = [], window.RealWorker = Worker, window.Worker = class extends RealWorker { constructor(u) { super(u); workers.push(String(u)); } }, null)`)
	b.makeKey()
	if got := eval[[]string](b, `workers`); len(got) != 1 || !strings.Contains(got[0], "/assets/keys.") {
		t.Errorf("want the key made in a Worker of our own script, got %q", got)
	}
}

func TestTheViewsOfKeysHaveNoAccessibilityViolations(t *testing.T) {
	t.Parallel()
	axe, err := os.ReadFile(filepath.Join(scriptFolder, "node_modules", "axe-core", "axe.min.js"))
	if err != nil {
		t.Fatalf("%v; hint: npm ci --prefix themes/duolog/script", err)
	}
	s := sample(t)
	s.Mail = func(_, _ string) string { return replyTo }
	build(t, s)
	host := serve(t, s)
	b := newBrowser(t)
	call(b, cdppage.SetBypassCSP, cdppage.SetBypassCSPParams{Enabled: true})
	check := func(view string) {
		t.Helper()
		for _, look := range []struct {
			scheme        string
			width, height int64
		}{{"light", 1280, 900}, {"dark", 1280, 900}, {"light", 390, 844}, {"dark", 390, 844}} {
			b.look(look.width, look.height, look.scheme)
			eval[any](b, string(axe)+";null")
			for _, v := range eval[[]string](b, `axe.run(document, {resultTypes: ["violations"]}).then((r) => r.violations.map((v) => v.id + ": " + v.nodes.map((n) => n.html + " " + n.failureSummary).slice(0, 3).join(" / ")))`) {
				t.Errorf("%s, %s, %d wide: %s", view, look.scheme, look.width, v)
			}
			if over := eval[int](b, `document.documentElement.scrollWidth - innerWidth`); over > 0 {
				t.Errorf("%s is %d pixels too wide for %d", view, over, look.width)
			}
		}
	}
	b.openWelcome(host + "/welcome/")
	check("welcome without a token")
	b.openWelcome(host + welcomeLink("de", "&"+strings.TrimPrefix(link(t, s, "priya"), "/#")))
	check("welcome, again")
	b.openWelcome(host + welcomeLink("en", ""))
	eval[any](b, `((f) => { f.value = "weak"; f.dispatchEvent(new Event("input")); return null; })(document.querySelector("#new-passphrase"))`)
	check("welcome, weak")
	perform(b, chromedp.Click("#redraw"))
	b.makeKey()
	check("welcome, the key is made")
	b.open(host + link(t, s, "priya"))
	b.unlock(passphrase("priya"))
	eval[any](b, `(location.hash = "/~keys/", null)`)
	b.waitFor(`document.querySelector("#change-begin") !== null`)
	perform(b, chromedp.Click("#change-begin"))
	check("keys")
}

func TestAFailingScriptOfKeysIsToldInPlainWords(t *testing.T) {
	t.Parallel()
	b, s, host := visiting(t)
	b.open(host + link(t, s, "priya"))
	b.unlock(passphrase("priya"))
	for _, file := range must(filepath.Glob(filepath.Join(s.Public, "assets", "keys.*"))) {
		if err := os.Remove(file); err != nil {
			t.Fatal(err)
		}
	}
	eval[any](b, `(location.hash = "/~keys/", null)`)
	b.waitFor(`document.querySelector("#page [role=alert]")?.textContent.includes("cannot be reached")`)
}

// travelled is a key as the mail flow reads it; its own reader is package mailflow/reply, which this package must not know.
type travelled struct {
	token, recipient string
	wrapped          []byte
}

var keyText = regexp.MustCompile(`^\[[^\[\]]+\]\n\nduologkey1([a-z2-7\n]+)$`)

func decodeKey(t *testing.T, text string) travelled {
	t.Helper()
	found := keyText.FindStringSubmatch(text)
	if found == nil {
		t.Fatalf("the page hands back %q", text)
	}
	b, err := base32alphabet.DecodeString(strings.ReplaceAll(found[1], "\n", ""))
	if err != nil {
		t.Fatal(err)
	}
	k := travelled{token: base32alphabet.EncodeToString(b[2:12]), recipient: string(b[12:74]), wrapped: b[74 : len(b)-4]}
	if strings.Trim(k.token, "a") == "" {
		k.token = ""
	}
	return k
}

var base32alphabet = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

func TestAKeyringOfBeforeAKeyWasTakenAwayOpensNothingOfAfterwards(t *testing.T) {
	t.Parallel()
	b := sample(t)
	build(t, b)
	_, before := keys(t, b, "priya")
	key := func(recipient, identity string) {
		t.Helper()
		change(t, b, "priya-sam", func(l *meeting.Log) { l.Report.Recipient, l.Report.Identity = recipient, identity })
		build(t, b, "priya-sam")
	}
	key("", "")
	key(identities()["lena"][0], identities()["lena"][1])
	if got := paths(log(t, b, "sam")); !slices.Contains(got, "/priya-sam/") {
		t.Errorf("Sam reads %q, want the log that both are in again", got)
	}
	for name, data := range snapshot(t, b) {
		for _, room := range before.Rooms {
			if room.Key == "" || !strings.HasPrefix(name, "b/") {
				continue
			}
			identity, err := seal.ParseIdentity(room.Key)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := seal.Open(identity, []byte(data)); err == nil {
				t.Errorf("the keyring of before opens %s", name)
			}
		}
	}
}
