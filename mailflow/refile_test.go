package mailflow

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestWhatTheOperatorAcceptsOrDropsLeavesTheFolderOfHeldMails(t *testing.T) {
	t.Parallel()
	in := newInstance(t)
	for _, text := range []string{"private: " + canary, "topic: the offsite", "topic: stays", "topic: goes"} {
		in.put(mail{from: "priya", text: text, results: "dmarc=fail header.from=example.org"})
	}
	in.receive()
	if got := in.folders(); got != "INBOX 0, Done 0, Held 4" {
		t.Fatalf("the mails lie in %s", got)
	}
	for _, words := range []string{canary, "the offsite", "goes"} {
		key := in.heldWith(t, words)
		var err error
		if words == "goes" {
			_, err = in.DropHeld(key)
		} else {
			_, err = in.AcceptHeld(context.Background(), key)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	in.reopen()
	box, err := in.box()
	if err != nil {
		t.Fatal(err)
	}
	defer box.Close()
	for range 2 {
		if err := in.Refile(context.Background(), box); err != nil {
			t.Fatal(err)
		}
		if got := in.folders(); got != "INBOX 0, Done 2, Held 1" {
			t.Errorf("the mails lie in %s", got)
		}
	}
	if box.Folder() != "INBOX" {
		t.Errorf("the session has %s open", box.Folder())
	}
	if strings.Contains(in.everything(), canary) {
		t.Error("private text is kept")
	}
	for _, folder := range []string{"INBOX", "Done", "Held"} {
		mails, _ := in.server.Mails(bot, folder)
		for _, m := range mails {
			if strings.Contains(string(m.Raw), canary) {
				t.Errorf("private text lies in %s", folder)
			}
		}
	}
}

func TestRawBytesThatCouldNotBeRemovedGoTheNextTime(t *testing.T) {
	t.Parallel()
	in := newInstance(t)
	in.put(mail{from: "priya", text: "topic: forged", results: "dmarc=fail header.from=example.org"})
	in.put(mail{from: "priya", text: "topic: dropped", results: "dmarc=fail header.from=example.org"})
	in.receive()
	kept, dropped := in.heldWith(t, "forged"), in.heldWith(t, "dropped")
	raw, err := os.ReadFile(in.Ledger.rawPath(dropped))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := in.DropHeld(dropped); err != nil {
		t.Fatal(err)
	}
	unknown := in.Ledger.rawPath("of-a-ledger-that-was-restored")
	for _, path := range []string{in.Ledger.rawPath(dropped), unknown} { // as if the disk had refused to remove it
		if err := os.WriteFile(path, raw, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := in.Tidy(0); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]bool{in.Ledger.rawPath(kept): true, in.Ledger.rawPath(dropped): false, unknown: true} {
		if _, err := os.Stat(path); (err == nil) != want {
			t.Errorf("%s: want it there %v, got %v", filepath.Base(path), want, err)
		}
	}
}

// heldWith is the key of the held mail that has the words.
func (in *instance) heldWith(t *testing.T, words string) string {
	t.Helper()
	held, err := in.Ledger.HeldMails()
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range held {
		if _, raw, _ := in.Ledger.HeldMail(e.Key); strings.Contains(string(raw), words) {
			return e.Key
		}
	}
	t.Fatalf("no held mail has %q", words)
	return ""
}
