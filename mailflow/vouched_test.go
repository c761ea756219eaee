package mailflow

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
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
