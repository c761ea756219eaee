package site

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"duolog/meeting"
	"duolog/stumble"
)

func TestBuildingEverythingMendsFilesThatSomebodyAltered(t *testing.T) {
	t.Parallel()
	b := sample(t)
	build(t, b)
	_, keyring := keys(t, b, "sam")
	names := []string{deskFolder(must(b.vault()), "sam") + "keyring.age"}
	for _, room := range keyring.Rooms {
		for _, name := range room.Pages {
			names = append(names, blob(name))
		}
	}
	for _, name := range names {
		if err := os.WriteFile(filepath.Join(b.Public, filepath.FromSlash(name)), []byte("something else"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.Check(); err == nil {
		t.Fatal("Check passed files that are not as they were built")
	}
	if r := build(t, b); r.Written != len(names) {
		t.Errorf("%d files were written, want the %d that somebody altered", r.Written, len(names))
	}
	if got, want := len(log(t, b, "sam")), len(names)-1; got != want {
		t.Errorf("Sam reads %d pages, want %d", got, want)
	}
}

func TestALogThatIsReadWithAPanicBreaksItsPairAlone(t *testing.T) {
	t.Parallel()
	b := sample(t)
	change(t, b, "maria-sam", func(l *meeting.Log) { l.Pair.Follows.Source = "calendar.ics" })
	b.Content.Calendar = func(*meeting.Pair) *meeting.Calendar { panic("a bug of ours") }
	r, err := b.Build(context.Background(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Broken) != 1 || !strings.Contains(r.Broken[0].Error(), "maria-sam: stumbled over a bug: a bug of ours") {
		t.Errorf("broken is %v, want maria-sam, which panicked", r.Broken)
	}
	if r.Pairs != 2 {
		t.Errorf("%d pairs are built, want the two others", r.Pairs)
	}
}

func TestAKeyringThatIsMadeWithAPanicFailsTheBuildAndEndsNothingElse(t *testing.T) {
	t.Parallel()
	b := sample(t)
	b.Mail = func(string, string) string { panic("a bug of ours") }
	if _, err := b.Build(context.Background(), nil); !stumble.In(err) {
		t.Fatalf("want the build to fail with the panic, got %v", err)
	}
	b.Mail = nil
	build(t, b)
	if got := len(log(t, b, "sam")); got == 0 {
		t.Error("Sam reads nothing after the next build")
	}
}

func TestAShellThatCannotBePublishedLeavesNothingBeside(t *testing.T) {
	t.Parallel()
	b := sample(t)
	if err := os.MkdirAll(filepath.Join(b.Public, "index.html", "full"), 0o755); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Build(context.Background(), nil); err == nil {
		t.Fatal("the site is built though its page cannot be written")
	}
	for _, name := range must(public{b.Public}.list()) {
		if leftover.MatchString(name) {
			t.Errorf("%s is left", name)
		}
	}
}

func TestAPersonWithoutARecipientKeepsNobodyElseFromReading(t *testing.T) {
	t.Parallel()
	for _, recipient := range []string{
		"age1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq5cu47z", // a point of small order
		"age1withatypo",
	} {
		b := sample(t)
		build(t, b)
		p := must(b.Content.Person("priya"))
		p.Recipient = recipient
		if err := b.Content.SavePerson(p); err != nil {
			t.Fatal(err)
		}
		change(t, b, "juergen-sam", func(l *meeting.Log) { l.Topics[0].Text = "something new" })
		r, err := b.Build(context.Background(), nil)
		if err != nil {
			t.Fatal(err)
		}
		if len(r.Broken) != 1 || !strings.Contains(r.Broken[0].Error(), "person priya: not a recipient") {
			t.Errorf("with %s broken is %v, want priya", recipient, r.Broken)
		}
		if !strings.Contains(log(t, b, "juergen")["/juergen-sam/"], "something new") {
			t.Errorf("with %s Jürgen reads nothing new", recipient)
		}
		if err := b.Check(); err != nil {
			t.Error(err)
		}
	}
}
