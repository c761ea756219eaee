package mailflow

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"
)

func (in *instance) differences() []string {
	in.t.Helper()
	box, err := in.box()
	if err != nil {
		in.t.Fatal(err)
	}
	defer box.Close()
	found, err := in.Reconcile(in.t.Context(), box)
	if err != nil {
		in.t.Fatal(err)
	}
	var all []string
	for _, d := range found {
		all = append(all, d.What)
	}
	return all
}

func TestMailboxLedgerAndLogAgreeAfterAPass(t *testing.T) {
	t.Parallel()
	in := crashInstance(t)
	in.receive()
	in.put(mail{from: "priya", text: "undo"})
	in.put(mail{from: "sam", text: "A1 done\n\nT1: we should start earlier"})
	in.receive()
	if got := in.differences(); len(got) > 0 {
		t.Errorf("want no difference, got %q", got)
	}
}

func TestEachDifferenceIsFound(t *testing.T) {
	t.Parallel()
	page := func(in *instance) string { return filepath.Join(in.Content.Dir(), "pairs", "priya-sam", "_index.md") }
	for _, c := range []struct {
		name, want string
		spoil      func(in *instance) error
	}{
		{"a mail that waits", "was not read yet", func(in *instance) error {
			in.put(mail{from: "priya", text: "topic: waits"})
			return nil
		}},
		{"a topic taken out by hand", "T1, which this mail added, is not in the log", func(in *instance) error {
			raw, err := os.ReadFile(page(in))
			s := string(raw)
			i, j := strings.Index(s, "topics:"), strings.LastIndex(s, "---")
			return errors.Join(err, os.WriteFile(page(in), []byte(s[:i]+s[j:]), 0o644))
		}},
		{"a mail that the ledger forgot", "the ledger did not accept it", func(in *instance) error {
			return in.Ledger.DB.Update(func(tx *bolt.Tx) error {
				return remove(tx.Bucket(bucketMails), func(Entry) bool { return true })
			})
		}},
		{"a mail that was journaled alone", "its log was not changed yet", func(in *instance) error {
			return in.Ledger.DB.Update(func(tx *bolt.Tx) error {
				return rewrite(tx.Bucket(bucketMails), "", func(e *Entry) bool { e.Applied = false; return true })
			})
		}},
		{"a held mail without its bytes", "its bytes are not kept", func(in *instance) error {
			in.put(mail{from: "priya", results: "-", text: "x"})
			in.receive()
			return os.RemoveAll(filepath.Join(in.dir, "state", "held"))
		}},
		{"a broken page", "its files cannot be read", func(in *instance) error {
			return os.WriteFile(page(in), []byte("---\nid: [\n---\n"), 0o644)
		}},
		{"a mail in Done that nobody knows", "the ledger does not know it", func(in *instance) error {
			return in.server.Put(bot, "Done", in.raw(mail{from: "priya", text: "topic: moved by hand"}), in.clock)
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			in := newInstance(t)
			in.put(mail{from: "priya", text: "topic: the release plan"})
			in.receive()
			if err := c.spoil(in); err != nil {
				t.Fatal(err)
			}
			got := in.differences()
			if !slices.ContainsFunc(got, func(s string) bool { return strings.Contains(s, c.want) }) {
				t.Errorf("want %q, got %q", c.want, got)
			}
		})
	}
}

func TestWhatHadItsTimeIsForgottenButNotThatItHappened(t *testing.T) {
	t.Parallel()
	in := newInstance(t)
	first := in.put(mail{from: "priya", text: "topic: my " + canary})
	in.receive()
	in.flush()
	before := in.store()
	in.clock = in.clock.Add(15 * 24 * time.Hour)
	if err := in.Tidy(14 * 24 * time.Hour); err != nil {
		t.Fatal(err)
	}
	if e, _ := in.Ledger.Entry(in.onlyKey()); e.Effects != nil || e.Outcome != Accepted {
		t.Errorf("want an entry without effects, got %+v", e)
	}
	if _, _, ok := in.anyLetter(); !ok {
		t.Error("the letter is forgotten too early: it may still be answered")
	}
	in.clock = in.clock.Add(200 * 24 * time.Hour)
	if err := in.Tidy(14 * 24 * time.Hour); err != nil {
		t.Fatal(err)
	}
	if _, _, ok := in.anyLetter(); ok {
		t.Error("the letter is still kept")
	}
	in.putRaw(first)
	equal(t, "outcomes of the same mail", []string{"duplicate duplicate"}, outcomes(in.receive()))
	sameFiles(t, before, in.store())
}

// anyLetter is some letter that the ledger keeps.
func (in *instance) anyLetter() (mark string, l Letter, ok bool) {
	in.t.Helper()
	err := in.Ledger.DB.View(func(tx *bolt.Tx) error {
		k, _ := tx.Bucket(bucketLetters).Cursor().First()
		mark = string(k)
		return nil
	})
	if err != nil {
		in.t.Fatal(err)
	}
	l, ok = in.Ledger.Letter(mark)
	return mark, l, ok
}
