package mailflow

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"
)

// TestAnAcceptanceThatStopsAnywhereIsNotLost has the operator accept a held mail, and the program stop at each step of that. The next
// pass goes on with it, and so does accepting it again.
func TestAnAcceptanceThatStopsAnywhereIsNotLost(t *testing.T) {
	t.Parallel()
	held := func() (*instance, string) {
		in := newInstance(t)
		in.put(mail{from: "priya", text: "topic: the offsite", results: "dmarc=fail header.from=example.org"})
		in.receive()
		return in, in.heldWith(t, "the offsite")
	}
	refile := func(in *instance) {
		t.Helper()
		box, err := in.box()
		if err != nil {
			t.Fatal(err)
		}
		defer box.Close()
		if err := in.Refile(t.Context(), box); err != nil {
			t.Fatal(err)
		}
	}
	whole, key := held()
	var steps []string
	whole.stopAt = func(step string) error { steps = append(steps, step); return nil }
	if _, err := whole.AcceptHeld(t.Context(), key); err != nil || len(steps) < 4 {
		t.Fatalf("the test is void: steps %v, %v", steps, err)
	}
	for n, step := range steps {
		for _, again := range []bool{false, true} {
			in, key := held()
			in.stopAt = stopAfter(n)
			if _, err := in.AcceptHeld(t.Context(), key); !errors.Is(err, errStopped) {
				t.Fatalf("want it stopped at %s, got %v", step, err)
			}
			in.reopen()
			if err := in.Tidy(time.Hour); err != nil { // it needs the raw bytes still
				t.Fatal(err)
			}
			if refile(in); in.folders() != "INBOX 0, Done 0, Held 1" && step != "concluded" {
				t.Errorf("%s: the mail was moved before its effect: %s", step, in.folders())
			}
			journaled := step != "raw kept"
			if again {
				if _, err := in.AcceptHeld(t.Context(), key); err != nil && step != "concluded" {
					t.Errorf("%s: accepting it again says %v", step, err)
				}
			} else if in.receive(); !journaled {
				equal(t, "topics when nothing was journaled", nil, in.topics("priya-sam"))
				continue
			}
			refile(in)
			equal(t, "topics after a stop at "+step, []string{"the offsite"}, in.topics("priya-sam"))
			equal(t, "letters after a stop at "+step, []string{"ack"}, in.letters("priya"))
			if got := in.folders(); got != "INBOX 0, Done 1, Held 0" {
				t.Errorf("%s: the mail lies in %s", step, got)
			}
			if waiting, _ := in.Ledger.HeldMails(); len(waiting) > 0 {
				t.Errorf("%s: still held: %v", step, waiting)
			}
		}
	}
}

// A dry run goes on with nothing, and what cannot be done yet is told and tried again.
func TestAnInterruptedAcceptanceWaitsForItsLog(t *testing.T) {
	t.Parallel()
	in := newInstance(t)
	in.put(mail{from: "priya", text: "topic: the offsite", results: "dmarc=fail header.from=example.org"})
	in.receive()
	key := in.heldWith(t, "the offsite")
	in.stopAt = stopAfter(1)
	if _, err := in.AcceptHeld(t.Context(), key); !errors.Is(err, errStopped) {
		t.Fatalf("want it stopped, got %v", err)
	}
	in.stopAt = nil
	in.DryRun = true
	in.receive()
	equal(t, "topics after a dry run", nil, in.topics("priya-sam"))
	in.DryRun = false
	mend := in.breakPair("priya-sam")
	if _, err := in.tryReceive(); err == nil {
		t.Error("a pass says nothing of an accepted mail whose log cannot be read")
	}
	mend()
	in.receive()
	equal(t, "topics", []string{"the offsite"}, in.topics("priya-sam"))
	if _, err := in.AcceptHeld(context.Background(), key); !errors.Is(err, ErrNotHeld) {
		t.Errorf("accepting it once more says %v, want that it is not held", err)
	}
}

// breakPair makes the pair's page unreadable until mend is called.
func (in *instance) breakPair(pair string) (mend func()) {
	in.t.Helper()
	page := filepath.Join(in.dir, "content", "pairs", pair, "_index.md")
	whole, err := os.ReadFile(page)
	if err != nil {
		in.t.Fatal(err)
	}
	write := func(text []byte) {
		if err := os.WriteFile(page, text, 0o644); err != nil {
			in.t.Fatal(err)
		}
	}
	write([]byte("---\nid: [\n---\n"))
	return func() { write(whole) }
}

func TestOnlyAMailThatIsNamedWithoutDoubtIsAccepted(t *testing.T) {
	t.Parallel()
	in := newInstance(t)
	in.put(mail{from: "priya", text: "topic: the offsite", results: "dmarc=fail header.from=example.org"})
	in.put(mail{from: "priya", text: "topic: no address of hers", to: bot})
	in.receive()
	key, foreign := in.heldWith(t, "the offsite"), in.heldWith(t, "no address of hers")
	both := []Entry{{Key: "aaaa1", Outcome: Held, Person: "priya"}, {Key: "aaaa2", Outcome: Conflict, Person: "priya"}}
	in.update(func(tx *bolt.Tx) error { return errors.Join(putEntry(tx, both[0]), putEntry(tx, both[1])) })
	for _, name := range []string{"", key[:3], key + "0", "aaaa", "no such mail"} {
		if e, _, err := in.Ledger.HeldMail(name); !errors.Is(err, ErrNotHeld) {
			t.Errorf("%q names %v (%v), want no mail", name, e, err)
		}
	}
	for _, name := range []string{key, key[:4]} {
		if e, raw, err := in.Ledger.HeldMail(name); err != nil || e.Key != key || len(raw) == 0 {
			t.Errorf("%q names %v with %d bytes (%v), want the mail", name, e, len(raw), err)
		}
	}
	before := in.store()
	if _, err := in.AcceptHeld(t.Context(), foreign); err == nil {
		t.Error("a mail that nobody's token came with was accepted")
	}
	if e, raw, err := in.Ledger.HeldMail("aaaa2"); err != nil || e.Key != "aaaa2" || raw != nil {
		t.Errorf("want the mail though its bytes are gone, got %v, %v", e, err)
	}
	if _, err := in.AcceptHeld(t.Context(), "aaaa2"); err == nil {
		t.Error("a mail whose bytes are gone was accepted")
	}
	if waiting, _ := in.Ledger.HeldMails(); len(waiting) != 4 {
		t.Errorf("want the four mails that were held, got %v", waiting)
	}
	sameFiles(t, before, in.store())
}
