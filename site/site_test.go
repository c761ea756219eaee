package site

import (
	"bytes"
	"context"
	"encoding/hex"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"duolog/meeting"
	"duolog/site/seal"
	"duolog/themes/duolog"
)

func build(t testing.TB, b *Builder, pairs ...string) Report {
	t.Helper()
	r, err := b.Build(context.Background(), pairs)
	if err != nil {
		t.Fatalf("Build(%q): %v", pairs, err)
	}
	for _, err := range r.Broken {
		t.Fatalf("Build(%q): %v", pairs, err)
	}
	if err := b.Check(); err != nil {
		t.Fatalf("Check after Build(%q): %v", pairs, err)
	}
	return r
}

// change loads a pair, changes it, saves it, as an applied reply does.
func change(t testing.TB, b *Builder, pair string, by func(*meeting.Log)) {
	t.Helper()
	b.Content.Reload()
	l, err := b.Content.Log(pair)
	if err != nil {
		t.Fatal(err)
	}
	by(l)
	if _, err := b.Content.Save(l); err != nil {
		t.Fatal(err)
	}
	b.Content.Reload()
}

// snapshot is the bytes of every public file.
func snapshot(t testing.TB, b *Builder) map[string]string {
	t.Helper()
	names, err := public{b.Public}.list()
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, name := range names {
		data, err := os.ReadFile(filepath.Join(b.Public, name))
		if err != nil {
			t.Fatal(err)
		}
		files[name] = string(data)
	}
	return files
}

// keys opens a person's keyring as the browser would, from the public folder and the passphrase alone.
func keys(t testing.TB, b *Builder, id string) (seal.Identity, seal.Keyring) {
	t.Helper()
	fragment, err := b.Link(id)
	if err != nil {
		t.Fatal(err)
	}
	folder := filepath.Join(b.Public, "k", strings.TrimPrefix(fragment, "#k="))
	wrapped, err := os.ReadFile(filepath.Join(folder, "identity.age"))
	if err != nil {
		t.Fatal(err)
	}
	identity := unwrapped(t, string(wrapped), passphrase(id))
	sealed, err := os.ReadFile(filepath.Join(folder, "keyring.age"))
	if err != nil {
		t.Fatal(err)
	}
	text, err := seal.Open(identity, sealed)
	if err != nil {
		t.Fatal(err)
	}
	keyring, err := seal.ParseKeyring(text)
	if err != nil {
		t.Fatal(err)
	}
	return identity, keyring
}

var known sync.Map // wrapped → identity: unwrapping takes a moment on purpose

func unwrapped(t testing.TB, wrapped, passphrase string) seal.Identity {
	t.Helper()
	if identity, ok := known.Load(wrapped); ok {
		return identity.(seal.Identity)
	}
	identity, err := seal.Unwrap(wrapped, passphrase)
	if err != nil {
		t.Fatal(err)
	}
	known.Store(wrapped, identity)
	return identity
}

// log opens every page of a person: path → text.
func log(t testing.TB, b *Builder, id string) map[string]string {
	t.Helper()
	identity, keyring := keys(t, b, id)
	pages := map[string]string{}
	for _, room := range keyring.Rooms {
		key := identity
		if room.Key != "" {
			var err error
			if key, err = seal.ParseIdentity(room.Key); err != nil {
				t.Fatal(err)
			}
		}
		for path, name := range room.Pages {
			sealed, err := os.ReadFile(filepath.Join(b.Public, blob(name)))
			if err != nil {
				t.Fatal(err)
			}
			text, err := seal.Open(key, sealed)
			if err != nil {
				t.Fatalf("%s opens %s: %v", id, path, err)
			}
			pages[path] = string(text)
		}
	}
	return pages
}

func paths(pages map[string]string) []string {
	var all []string
	for path := range pages {
		all = append(all, path)
	}
	slices.Sort(all)
	return all
}

func TestEverybodyReadsExactlyTheirOwnPairs(t *testing.T) {
	t.Parallel()
	b := sample(t)
	r := build(t, b)
	if !slices.Equal(r.Withheld, []string{"maria-sam"}) {
		t.Errorf("withheld %q, want maria-sam, whose Maria has no key", r.Withheld)
	}
	of := func(pair string) []string {
		return []string{"/" + pair + "/", "/" + pair + "/agreements/", "/" + pair + "/insights/", "/" + pair + "/own/", "/" + pair + "/surveys/"}
	}
	for id, want := range map[string][]string{
		"priya":   of("priya-sam"),
		"juergen": of("juergen-sam"),
		"sam":     append(of("juergen-sam"), of("priya-sam")...),
	} {
		if got := paths(log(t, b, id)); !slices.Equal(got, want) {
			t.Errorf("%s reads %q, want %q", id, got, want)
		}
	}
}

// Every identity there is against every sealed file there is.
func TestExactlyTheReadersOpenEachFile(t *testing.T) {
	t.Parallel()
	b := sample(t)
	build(t, b)
	people := []string{"priya", "sam", "juergen"}
	opens := map[string][]seal.Identity{}
	want := map[string][]string{} // file → readers, as the vault has it
	for _, id := range people {
		identity, keyring := keys(t, b, id)
		opens[id] = []seal.Identity{identity}
		for _, room := range keyring.Rooms {
			if room.Key != "" {
				key, err := seal.ParseIdentity(room.Key)
				if err != nil {
					t.Fatal(err)
				}
				opens[id] = append(opens[id], key)
			}
		}
	}
	vault, err := b.vault()
	if err != nil {
		t.Fatal(err)
	}
	for room, err := range vault.Rooms() {
		if err != nil {
			t.Fatal(err)
		}
		for _, page := range room.Pages() {
			name := blob(room.Name(page))
			if page == keyringPage {
				name = deskFolder(vault, room.People()[0]) + "keyring.age"
			}
			want[name] = room.People()
		}
	}
	checked := 0
	for name, data := range snapshot(t, b) {
		if !strings.HasSuffix(name, ".age") || strings.HasSuffix(name, "identity.age") {
			continue
		}
		var readers []string
		for _, id := range people {
			if slices.ContainsFunc(opens[id], func(k seal.Identity) bool { _, err := seal.Open(k, []byte(data)); return err == nil }) {
				readers = append(readers, id)
			}
		}
		slices.Sort(readers)
		if !slices.Equal(readers, want[name]) || len(readers) == 0 {
			t.Errorf("%s is opened by %q, want %q", name, readers, want[name])
		}
		checked++
	}
	if checked < 15 {
		t.Errorf("only %d sealed files, want the sample's 15 or more", checked)
	}
}

// marks are words of the sample that nobody may find in the public folder; each is somewhere in what its readers open.
var marks = []string{
	"Priya", "Ortega", "Jürgen", "acme.example", "juergen", "priya-sam",
	"Career", "staff ladder", "On-call", "roadmap", "conference", "latency", "Elternzeit", "die Doku", "offer from another",
	"tired today", "Check with Lena", "gibberish", "audit", "2026-11", "2026-12", "Nov 2026", "26 Nov",
}

// found returns the marks that occur in a folder, in any path or file.
func found(t testing.TB, dir string, marks []string) []string {
	t.Helper()
	var hits []string
	names, err := public{dir}.list()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(name, "assets/keys.") { // has a list of words, for passphrases
			data = bytes.Replace(data, []byte(strings.Join(seal.Words(), "\n")), nil, 1)
		}
		for _, mark := range marks {
			m := []byte(strings.ToLower(mark))
			if bytes.Contains(bytes.ToLower(data), m) || strings.Contains(strings.ToLower(name), string(m)) || bytes.Contains(data, []byte(hex.EncodeToString(m))) {
				hits = append(hits, mark+" in "+name)
			}
		}
	}
	return hits
}

func TestNothingOfAnybodyIsInThePublicFolder(t *testing.T) {
	t.Parallel()
	b := sample(t)
	build(t, b)
	for _, hit := range found(t, b.Public, marks) {
		t.Error(hit)
	}
	var all strings.Builder
	for _, id := range []string{"priya", "sam", "juergen"} {
		identity, _ := keys(t, b, id)
		for path, text := range log(t, b, id) {
			all.WriteString(path + text)
		}
		for _, pair := range []string{"priya-sam", "juergen-sam"} {
			l, err := b.Content.Log(pair)
			if err != nil {
				t.Fatal(err)
			}
			for _, n := range l.Private[id] {
				text, err := seal.OpenNote(identity, n.Sealed)
				if err != nil {
					t.Fatal(err)
				}
				all.WriteString(text)
			}
		}
	}
	for _, mark := range marks {
		if mark != "acme.example" && !strings.Contains(all.String(), mark) {
			t.Errorf("mark %q is in nothing that anybody reads, so its absence says nothing", mark)
		}
	}
	for _, folder := range []string{filepath.Join(b.Private, "staging"), filepath.Join(memoryFolder(), stagingName(b.Private))} {
		if left, _ := filepath.Glob(folder); len(left) > 0 {
			t.Errorf("the plain pages are still in %v after the build", left)
		}
	}
}

func TestThePublicFolderTestFindsACanary(t *testing.T) {
	t.Parallel()
	b := sample(t)
	build(t, b)
	canary := filepath.Join(b.Public, "b", strings.Repeat("0", 32)+".age")
	if err := os.WriteFile(canary, []byte("… on-CALL …"), 0o644); err != nil {
		t.Fatal(err)
	}
	if hits := found(t, b.Public, marks); len(hits) != 1 {
		t.Errorf("found %q, want the one canary", hits)
	}
	if err := b.Check(); err == nil {
		t.Error("Check passed a sealed file that nobody built")
	}
	if err := os.Rename(canary, filepath.Join(b.Public, "priya-sam.html")); err != nil {
		t.Fatal(err)
	}
	if hits := found(t, b.Public, marks); len(hits) != 3 { // the text, and two marks in the name
		t.Errorf("found %q, want the canary and its name", hits)
	}
	if err := b.Check(); err == nil {
		t.Error("Check passed an unsealed page")
	}
	if _, err := b.Build(context.Background(), nil); err == nil || !strings.Contains(err.Error(), "priya-sam.html") {
		t.Errorf("Build = %v, want an error that names the foreign file", err)
	}
}

func TestPrivateTextIsOnItsAuthorsPagesAlone(t *testing.T) {
	t.Parallel()
	b := sample(t)
	build(t, b)
	for path, text := range log(t, b, "priya") {
		if strings.Contains(text, "gibberish") {
			t.Errorf("%s shows Priya an unsorted line that only Sam may see", path)
		}
	}
	own := log(t, b, "sam")["/priya-sam/own/"]
	if !strings.Contains(own, "gibberish") || !strings.Contains(own, "BEGIN AGE ENCRYPTED FILE") {
		t.Errorf("Sam's own page = %s, want the unsorted line and the sealed note", own)
	}
	for path, text := range log(t, b, "sam") {
		if path != "/priya-sam/own/" && (strings.Contains(text, "gibberish") || strings.Contains(text, "AGE ENCRYPTED")) {
			t.Errorf("%s, which Priya reads too, holds what is Sam's alone", path)
		}
	}
}

func TestBuildingAgainChangesNoFile(t *testing.T) {
	t.Parallel()
	b := sample(t)
	build(t, b)
	before := snapshot(t, b)
	if r := build(t, b); r.Written+r.Removed+r.Pages > 0 {
		t.Errorf("a second build rendered %d pages, wrote %d and removed %d files, want none", r.Pages, r.Written, r.Removed)
	}
	if after := snapshot(t, b); !mapsEqual(before, after) {
		t.Error("a second build changed bytes in the public folder")
	}
}

func TestAnotherThemeRendersEveryPageAnewAndAMissingFileIsMadeAgain(t *testing.T) {
	t.Parallel()
	b := sample(t)
	all := build(t, b).Pages
	b.Themes = t.TempDir()
	file := filepath.Join(b.Themes, "duolog", "i18n", "en.yaml")
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	text, err := fs.ReadFile(duolog.Files, "i18n/en.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, bytes.ReplaceAll(text, []byte("Open actions"), []byte("Promises")), 0o644); err != nil {
		t.Fatal(err)
	}
	if r := build(t, b); r.Pages != all {
		t.Errorf("with another theme %d pages were rendered, want all %d", r.Pages, all)
	}
	if text := log(t, b, "sam")["/priya-sam/"]; !strings.Contains(text, "Promises") {
		t.Error("the page is not in the words of the operator's theme")
	}
	_, keyring := keys(t, b, "priya")
	if err := os.Remove(filepath.Join(b.Public, blob(keyring.Rooms[0].Pages["/priya-sam/"]))); err != nil {
		t.Fatal(err)
	}
	if r := build(t, b); r.Pages != 1 || r.Written != 1 {
		t.Errorf("one file was missing: rendered %d pages and wrote %d files, want 1 and 1", r.Pages, r.Written)
	}
}

func mapsEqual(a, b map[string]string) bool {
	if len(a) != len(b) {
		return false
	}
	for k, v := range a {
		if w, ok := b[k]; !ok || v != w {
			return false
		}
	}
	return true
}

func TestOneReplyChangesAtMostThreeFiles(t *testing.T) {
	t.Parallel()
	b := sample(t)
	build(t, b)
	change(t, b, "priya-sam", func(l *meeting.Log) {
		l.Apply([]meeting.Intent{{Kind: meeting.AddTopic, Text: "Hiring plan"}, {Kind: meeting.AddAgreement, Text: "No Friday deploys"}},
			meeting.Mail{Key: "m1", By: "priya", At: today})
	})
	if r := build(t, b, "priya-sam"); r.Written > 3 || r.Written == 0 || r.Removed > 0 {
		t.Errorf("one reply wrote %d and removed %d files, want 1 to 3 and none", r.Written, r.Removed)
	}
	if text := log(t, b, "sam")["/priya-sam/"]; !strings.Contains(text, "Hiring plan") {
		t.Error("the new topic is not on the page")
	}
}

func TestWhoSaysNoIsTakenBack(t *testing.T) {
	t.Parallel()
	b := sample(t)
	build(t, b)
	_, keyring := keys(t, b, "priya")
	change(t, b, "priya-sam", func(l *meeting.Log) { l.Report.Consent = &meeting.Consent{State: "mail-only"} })
	r := build(t, b, "priya-sam")
	if !slices.Equal(r.Withheld, []string{"priya-sam"}) {
		t.Errorf("withheld %q, want priya-sam", r.Withheld)
	}
	files := snapshot(t, b)
	for _, room := range keyring.Rooms {
		for path, name := range room.Pages {
			if _, ok := files[blob(name)]; ok {
				t.Errorf("%s is still published", path)
			}
		}
	}
	if got := paths(log(t, b, "sam")); slices.Contains(got, "/priya-sam/") || !slices.Contains(got, "/juergen-sam/") {
		t.Errorf("Sam reads %q, want juergen-sam alone", got)
	}
	fragment, _ := b.Link("priya")
	if _, err := os.Stat(filepath.Join(b.Public, "k", strings.TrimPrefix(fragment, "#k=")) + "/keyring.age"); err == nil {
		t.Error("Priya's keyring is still published")
	}
	change(t, b, "priya-sam", func(l *meeting.Log) { l.Report.Consent.State = "yes" })
	build(t, b, "priya-sam")
	if got := paths(log(t, b, "priya")); !slices.Contains(got, "/priya-sam/") {
		t.Errorf("after a yes Priya reads %q, want her log", got)
	}
}

func TestAnotherManagerBeginsARoomThatTheOldOneCannotEnter(t *testing.T) {
	t.Parallel()
	b := sample(t)
	build(t, b)
	_, before := keys(t, b, "sam")
	change(t, b, "priya-sam", func(l *meeting.Log) { l.Pair.Manager = "lena" })
	build(t, b, "priya-sam")
	if got := paths(log(t, b, "sam")); slices.Contains(got, "/priya-sam/") || slices.Contains(got, "/priya-sam/own/") {
		t.Errorf("Sam still reads %q", got)
	}
	if got := paths(log(t, b, "lena")); !slices.Contains(got, "/priya-sam/") {
		t.Errorf("Lena reads %q, want priya-sam", got)
	}
	for name, data := range snapshot(t, b) {
		for _, room := range before.Rooms {
			if room.Key == "" || !slices.Contains(paths(room.Pages), "/priya-sam/") {
				continue
			}
			key, err := seal.ParseIdentity(room.Key)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := seal.Open(key, []byte(data)); err == nil {
				t.Errorf("the old room's key opens %s", name)
			}
		}
	}
}

func TestANewPassphraseKeepsTheSharedLog(t *testing.T) {
	t.Parallel()
	b := sample(t)
	build(t, b)
	old, before := keys(t, b, "sam")
	recipient, wrapped, err := seal.NewPerson(passphrase("sam"))
	if err != nil {
		t.Fatal(err)
	}
	change(t, b, "priya-sam", func(l *meeting.Log) { l.Manager.Recipient, l.Manager.Identity = recipient, wrapped })
	build(t, b, "priya-sam")
	_, after := keys(t, b, "sam")
	if got, want := len(after.Rooms), len(before.Rooms); got != want {
		t.Errorf("with the new key Sam has %d rooms, want %d as before", got, want)
	}
	if before.Rooms[0].Key != after.Rooms[0].Key {
		t.Error("a new key of one person began a new room")
	}
	log(t, b, "sam") // everything opens, the own pages of the other pair too
	for name, data := range snapshot(t, b) {
		if _, err := seal.Open(old, []byte(data)); err == nil {
			t.Errorf("the old key still opens %s", name)
		}
	}
}

func TestAReaderReadsInTheirOwnLanguage(t *testing.T) {
	t.Parallel()
	b := sample(t)
	build(t, b)
	if text := log(t, b, "juergen")["/juergen-sam/"]; !strings.Contains(text, `lang="de"`) || !strings.Contains(text, "Offene Aufgaben") {
		t.Error("Jürgen's page is not in German")
	}
	if text := log(t, b, "sam")["/juergen-sam/"]; !strings.Contains(text, `lang="en"`) || !strings.Contains(text, "Open actions") {
		t.Error("Sam's page of the same pair is not in English")
	}
	// Sam changes it by a reply in one pair; the other pair must follow.
	change(t, b, "priya-sam", func(l *meeting.Log) { l.Manager.Language = "de-AT" })
	build(t, b, "priya-sam")
	for _, path := range []string{"/priya-sam/", "/juergen-sam/"} {
		if text := log(t, b, "sam")[path]; !strings.Contains(text, "Offene Aufgaben") {
			t.Errorf("after the change Sam's %s is not in German", path)
		}
	}
}

func TestABrokenPairStopsOnlyItself(t *testing.T) {
	t.Parallel()
	b := sample(t)
	build(t, b)
	before := log(t, b, "priya")["/priya-sam/"]
	file := filepath.Join(b.Content.Dir(), "pairs", "priya-sam", "_index.md")
	if err := os.WriteFile(file, []byte("---\nid: [\n---\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	change(t, b, "juergen-sam", func(l *meeting.Log) { l.Topics[0].Text = "Elternzeit ab April" })
	r, err := b.Build(context.Background(), nil)
	if err != nil || len(r.Broken) != 1 || !strings.Contains(r.Broken[0].Error(), "priya-sam") {
		t.Fatalf("Build = %v, broken %v; want no error and one broken pair", err, r.Broken)
	}
	if !strings.Contains(log(t, b, "sam")["/juergen-sam/"], "April") {
		t.Error("the sound pair was not built")
	}
	if log(t, b, "priya")["/priya-sam/"] != before {
		t.Error("the broken pair's published page changed")
	}
}

func TestARemovedPairIsSweptAway(t *testing.T) {
	t.Parallel()
	b := sample(t)
	build(t, b)
	if err := os.RemoveAll(filepath.Join(b.Content.Dir(), "pairs", "juergen-sam")); err != nil {
		t.Fatal(err)
	}
	r := build(t, b)
	if r.Removed == 0 {
		t.Error("nothing was removed")
	}
	if got := paths(log(t, b, "sam")); slices.Contains(got, "/juergen-sam/") {
		t.Errorf("Sam still reads %q", got)
	}
	if got := paths(log(t, b, "juergen")); len(got) > 0 {
		t.Errorf("Jürgen still reads %q", got)
	}
}

func TestAnInterruptedBuildIsCompletedByTheNext(t *testing.T) {
	t.Parallel()
	b := sample(t)
	build(t, b)
	change(t, b, "priya-sam", func(l *meeting.Log) { l.Topics[3].Text = "A changed topic" })
	// The sealed pages find no place: a build that stops in the middle.
	inTheWay := filepath.Join(b.Public, "b")
	if err := os.Rename(inTheWay, inTheWay+"-away"); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(inTheWay, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Build(context.Background(), []string{"priya-sam"}); err == nil {
		t.Fatal("Build into a place where no file can be written succeeded")
	}
	if err := os.Remove(inTheWay); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(inTheWay+"-away", inTheWay); err != nil {
		t.Fatal(err)
	}
	if r := build(t, b, "priya-sam"); r.Written == 0 {
		t.Error("the next build wrote nothing")
	}
	if !strings.Contains(log(t, b, "sam")["/priya-sam/"], "A changed topic") {
		t.Error("the change is not published")
	}
}

func TestCheckFindsWhatIsMissingOrAltered(t *testing.T) {
	t.Parallel()
	b := sample(t)
	build(t, b)
	for name, data := range snapshot(t, b) {
		file := filepath.Join(b.Public, name)
		if err := os.Remove(file); err != nil {
			t.Fatal(err)
		}
		if err := b.Check(); err == nil {
			t.Errorf("Check passed although %s is missing", name)
		}
		if err := os.WriteFile(file, []byte(data+" "), 0o644); err != nil {
			t.Fatal(err)
		}
		if err := b.Check(); err == nil {
			t.Errorf("Check passed although %s is altered", name)
		}
		if err := os.WriteFile(file, []byte(data), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.Check(); err != nil {
		t.Errorf("Check with all as it was: %v", err)
	}
}

func TestAnOperatorsThemeTakesPrecedence(t *testing.T) {
	t.Parallel()
	b := sample(t)
	b.Themes = t.TempDir()
	own := map[string]string{
		"layouts/_partials/chip.html": `<b class="id">№ {{ . }}</b>`,
		"assets/own.css":              ":root { --accent: #123456; }",
	}
	for name, text := range own {
		file := filepath.Join(b.Themes, "duolog", name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	build(t, b)
	if text := log(t, b, "priya")["/priya-sam/"]; !strings.Contains(text, "№ T3") {
		t.Error("the page does not use the operator's template")
	}
	if hits := found(t, b.Public, []string{"--accent: #123456", "--accent: #0f6b62"}); len(hits) != 4 { // in the style, and in that of the offline copy
		t.Errorf("the style has %q, want the operator's rule after ours", hits)
	}
}

func TestANewPairHasAPage(t *testing.T) {
	t.Parallel()
	b := sample(t)
	l := &meeting.Log{
		Pair:    meeting.Pair{ID: "lena-sam", Kind: meeting.KindPeer, Manager: "sam", Report: "lena", Rhythm: rhythm("FREQ=WEEKLY;BYDAY=FR", "2026-12-04 11:00")},
		Manager: person("sam", "Sam Ortega", "America/New_York", "en"), Report: person("lena", "Lena Fox", "Europe/Paris", "en"),
	}
	if _, err := b.Content.Save(l); err != nil {
		t.Fatal(err)
	}
	build(t, b, "lena-sam")
	pages := log(t, b, "lena")
	for _, want := range []string{"Fri 4 Dec, 11:00 Berlin", "Nothing open", "No topic yet", "Your first meeting will appear here"} {
		if !strings.Contains(pages["/lena-sam/"], want) {
			t.Errorf("the page of a new pair lacks %q", want)
		}
	}
}

func TestYearsThatAreOverHavePagesOfTheirOwn(t *testing.T) {
	t.Parallel()
	b := sample(t)
	l := longLog(person("priya", "Priya Nair", "Europe/Berlin", "en"), person("sam", "Sam Ortega", "America/New_York", "en"), 130)
	if err := os.RemoveAll(filepath.Join(b.Content.Dir(), "pairs", "priya-sam")); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Content.Save(l); err != nil {
		t.Fatal(err)
	}
	build(t, b)
	pages := log(t, b, "priya")
	for path, want := range map[string]string{"/priya-sam/": "Topic 130 of the week", "/priya-sam/2025/": "Topic 50 of the week", "/priya-sam/2024/": "Topic 3 of the week"} {
		if !strings.Contains(pages[path], want) {
			t.Errorf("%s lacks %q", path, want)
		}
	}
	change(t, b, "priya-sam", func(l *meeting.Log) { l.Topics[129].Text = "Another subject" })
	if r := build(t, b, "priya-sam"); r.Written != 1 {
		t.Errorf("a change in this year wrote %d files, want the running log alone", r.Written)
	}
}

func TestJanuaryStillShowsDecember(t *testing.T) {
	t.Parallel()
	p, m := &meeting.Person{ID: "p"}, &meeting.Person{ID: "m"}
	v := viewer{log: longLog(p, m, 200), zone: berlin, now: time.Date(2027, 1, 9, 9, 0, 0, 0, berlin)}
	for _, next := range []time.Time{time.Date(2026, 12, 31, 16, 0, 0, 0, berlin), time.Date(2027, 1, 7, 16, 0, 0, 0, berlin)} {
		v.log.Meetings = append(v.log.Meetings, &meeting.Meeting{ID: next.Format(time.DateOnly), Start: next, State: meeting.Held})
	}
	recent, years := byYear(v)
	if got := recent[len(recent)-1].Start.Year(); got != 2026 {
		t.Errorf("the running log reaches back to %d, want all of 2026", got)
	}
	if years[0].year != "2025" || len(recent)+len(years[0].meetings) < 100 {
		t.Errorf("the first year of its own is %s with %d meetings beside %d recent ones, want 2025 whole", years[0].year, len(years[0].meetings), len(recent))
	}
}
