package content

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestTheRollReadsAFileAgainOnlyWhenItWasTouched(t *testing.T) {
	dir := t.TempDir()
	put := func(name, front string, old time.Duration) {
		t.Helper()
		path := filepath.Join(dir, name)
		at := time.Now().Add(-old)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte("---\n"+front+"---\n"), 0o644); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, at, at); err != nil {
			t.Fatal(err)
		}
	}
	person := func(id, address string, old time.Duration) {
		put("people/"+id+".md", "id: "+id+"\nname: "+id+"\naddresses:\n  - "+address+"\nzone: UTC\nlanguage: en\n", old)
	}
	const index = "id: a-m\nkind: report\nmanager: m\nreport: a\nrhythm:\n  rule: FREQ=WEEKLY;BYDAY=TH\n  first: 2026-09-03 16:00\n  zone: UTC\n  length: 30m\n"
	person("m", "m@example.org", time.Hour)
	person("a", "a@example.org", time.Hour)
	put("pairs/a-m/_index.md", index, time.Hour)
	s := Open(dir)
	address := func(want string) {
		t.Helper()
		roll, err := s.Roll()
		if err != nil || len(roll) != 1 || roll[0].Pair.ID != "a-m" || roll[0].Manager.ID != "m" || roll[0].Report.Addresses[0] != want {
			t.Errorf("want a-m with %s, got %+v, %v", want, roll, err)
		}
	}
	address("a@example.org")

	person("a", "b@example.org", time.Hour/2)
	address("b@example.org") // touched
	info, err := os.Stat(filepath.Join(dir, "people/a.md"))
	if err != nil {
		t.Fatal(err)
	}
	person("a", "c@example.org", 0)
	if err := os.Chtimes(filepath.Join(dir, "people/a.md"), info.ModTime(), info.ModTime()); err != nil {
		t.Fatal(err)
	}
	address("b@example.org") // changed without a trace, so it was not read

	person("a", "d@example.org", 0)
	address("d@example.org")
	raw, err := os.ReadFile(filepath.Join(dir, "people/a.md"))
	if err != nil {
		t.Fatal(err)
	}
	info, err = os.Stat(filepath.Join(dir, "people/a.md"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "people/a.md"), bytes.Replace(raw, []byte("d@"), []byte("e@"), 1), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(filepath.Join(dir, "people/a.md"), info.ModTime(), info.ModTime()); err != nil {
		t.Fatal(err)
	}
	address("e@example.org") // so young that two changes may look alike

	put("pairs/b-m/_index.md", index, time.Hour)
	if roll, err := s.Roll(); err == nil || len(roll) != 1 {
		t.Errorf("want the broken pair reported beside the other, got %d, %v", len(roll), err)
	}
	if err := os.RemoveAll(filepath.Join(dir, "pairs/b-m")); err != nil {
		t.Fatal(err)
	}
	address("e@example.org")
}
