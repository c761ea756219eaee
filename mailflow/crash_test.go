package mailflow

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"duolog/mailflow/mailtest"
)

// The mails of the crash table: one of each kind that leaves something behind.
var crashMails = []mail{
	{from: "sam", id: "0@mail.example.org", text: "A1 done"}, // there is no A1 yet, but soon there is
	{from: "priya", id: "a@mail.example.org", text: "topic: the release plan\n\nI will ask Lena by Friday\n\nnote: launch moves to May\n\nagreed: no meetings on Fridays"},
	{from: "sam", id: "b@mail.example.org", text: "private: think about " + canary + "\n\ntopic: budget"},
	{from: "jo", pair: "jo-sam", id: "c@mail.example.org", text: "Thema: Elternzeit"},
	{from: "priya", id: "d@mail.example.org", text: "topic: forged", results: "dmarc=fail header.from=example.org"},
	{from: "priya", id: "a@mail.example.org", text: "topic: another mail with that id"},
	{from: "priya", id: "e@mail.example.org", text: "in Elbonia until May", header: "Auto-Submitted: auto-replied\r\n"},
	{from: "priya", id: "f@mail.example.org", text: "skip: on holiday"},
}

// crashState is all that must be the same after an interruption as without one.
type crashState struct {
	store   map[string]string
	letters []string
	folders string
	entries []string
	held    int
}

func (in *instance) state() crashState {
	in.t.Helper()
	s := crashState{store: in.store(), folders: in.folders(), held: len(files(in.t, filepath.Join(in.dir, "state", "held")))}
	for _, person := range []string{"priya", "sam", "jo"} {
		s.letters = append(s.letters, in.letters(person)...)
	}
	err := in.Ledger.Entries(func(e Entry) bool {
		s.entries = append(s.entries, fmt.Sprintf("%s %s %s %v copies %d todo %d effects %d", e.Key, e.Outcome, e.Reason, e.Applied, e.Copies, len(e.Todo), len(e.Effects)))
		return true
	})
	if err != nil {
		in.t.Fatal(err)
	}
	return s
}

func sameState(t *testing.T, want, got crashState) {
	t.Helper()
	sameFiles(t, want.store, got.store)
	equal(t, "letters", want.letters, got.letters)
	equal(t, "ledger", want.entries, got.entries)
	if want.folders != got.folders || want.held != got.held {
		t.Errorf("want %s and %d raw, got %s and %d", want.folders, want.held, got.folders, got.held)
	}
}

// crashInstance has the mails of the table waiting.
func crashInstance(t *testing.T) *instance {
	t.Helper()
	in := newInstance(t)
	for _, m := range crashMails {
		in.put(m)
	}
	return in
}

var errStopped = errors.New("stopped by the test")

// TestARouteThatStopsAnywhereEndsAsIfItHadNot stops at each step of the route in, both when the step fails and when it was
// done but the process ends, starts again and compares with a run that was not stopped.
func TestARouteThatStopsAnywhereEndsAsIfItHadNot(t *testing.T) {
	t.Parallel()
	whole := crashInstance(t)
	var steps []string
	whole.stopAt = func(step string) error { steps = append(steps, step); return nil }
	whole.receive()
	want := whole.state()
	if len(steps) < 7 || want.folders != "INBOX 0, Done 5, Held 2" {
		t.Fatalf("the test is void: %d steps, %s", len(steps), want.folders)
	}
	for n, step := range steps {
		t.Run(fmt.Sprintf("%d %s", n+1, step), func(t *testing.T) {
			t.Parallel()
			in := crashInstance(t)
			in.stopAt = stopAfter(n)
			if _, err := in.tryReceive(); !errors.Is(err, errStopped) {
				t.Fatalf("want it stopped, got %v", err)
			}
			in.reopen()
			in.receive()
			sameState(t, want, in.state())
			in.receive()
			sameState(t, want, in.state())
		})
		t.Run(fmt.Sprintf("%d %s, same process", n+1, step), func(t *testing.T) {
			t.Parallel()
			in := crashInstance(t)
			in.stopAt = stopAfter(n)
			if _, err := in.tryReceive(); !errors.Is(err, errStopped) {
				t.Fatalf("want it stopped, got %v", err)
			}
			in.stopAt = nil
			in.receive()
			sameState(t, want, in.state())
		})
	}
}

// stopAfter lets n steps pass and fails at every later one, as all that a dead process would still have done.
func stopAfter(n int) func(string) error {
	return func(string) error {
		if n--; n < 0 {
			return errStopped
		}
		return nil
	}
}

// TestALogThatWasWrittenInPartEndsWhole stops between the files of one save: each is written whole or not at all, so the folder
// after a crash has the first k of them.
func TestALogThatWasWrittenInPartEndsWhole(t *testing.T) {
	t.Parallel()
	whole := crashInstance(t)
	before := whole.store()
	whole.receive()
	want := whole.state()
	var changed []string
	for _, name := range writeOrder(want.store) {
		if before[name] != want.store[name] {
			changed = append(changed, name)
		}
	}
	if len(changed) < 4 {
		t.Fatalf("the test is void: only %v changed", changed)
	}
	for k := range changed {
		t.Run(fmt.Sprintf("%d of %d files", k, len(changed)), func(t *testing.T) {
			t.Parallel()
			in := crashInstance(t)
			in.stopBefore(t, "journaled")
			for _, name := range changed[:k] {
				path := filepath.Join(in.dir, "content", name)
				if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(path, []byte(want.store[name]), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			in.reopen()
			in.receive()
			sameState(t, want, in.state())
		})
	}
}

// stopBefore runs a pass that ends at a step.
func (in *instance) stopBefore(t *testing.T, at string) {
	t.Helper()
	stopped := false
	in.stopAt = func(step string) error {
		if stopped = stopped || step == at; stopped {
			return errStopped
		}
		return nil
	}
	if _, err := in.tryReceive(); !errors.Is(err, errStopped) {
		t.Fatalf("want it stopped at %s, got %v", at, err)
	}
}

// writeOrder is the order in which content.Store.Save writes: a pair's meetings and private notes, then its people and page.
func writeOrder(store map[string]string) []string {
	var names []string
	for name := range store {
		names = append(names, name)
	}
	rank := func(name string) string {
		pair := filepath.Dir(strings.TrimPrefix(name, "pairs/"))
		switch {
		case strings.HasPrefix(name, "people/"):
			return "z" + name
		case strings.HasSuffix(name, "_index.md"):
			return pair + "/9"
		}
		return pair + "/0" + name
	}
	slices.SortFunc(names, func(a, b string) int { return strings.Compare(rank(a), rank(b)) })
	return names
}

// TestALostAnswerOfTheMailServerChangesNothing has the server fail, or act and say nothing, at each command of a pass.
func TestALostAnswerOfTheMailServerChangesNothing(t *testing.T) {
	t.Parallel()
	whole := crashInstance(t)
	whole.receive()
	want := whole.state()
	faults := map[string]func(on string) mailtest.Fault{
		"cut before": mailtest.CutBefore, "cut after": mailtest.CutAfter,
		"refused":       func(on string) mailtest.Fault { return mailtest.Refuse(on, "NO [LIMIT] not now") },
		"half answered": func(on string) mailtest.Fault { return mailtest.CutAt(on, 40) },
	}
	for name, fault := range faults {
		for _, command := range []string{"SELECT", "UID SEARCH", "UID FETCH", "UID MOVE", "UID STORE", "UID EXPUNGE"} {
			t.Run(command+" "+name, func(t *testing.T) {
				t.Parallel()
				in := crashInstance(t)
				in.server.IMAPFaults.Add(fault(command))
				_, _ = in.tryReceive()
				if in.server.IMAPFaults.Fired() == 0 {
					t.Fatalf("the test is void: no %s was sent", command)
				}
				in.server.IMAPFaults.Clear()
				in.reopen()
				in.receive()
				sameState(t, want, in.state())
			})
		}
	}
}
