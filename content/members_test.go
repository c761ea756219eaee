package content

import (
	"os"
	"path/filepath"
	"testing"
)

func TestMembersAreThoseThatThePairHasHoweverTheyAreWritten(t *testing.T) {
	dir := t.TempDir()
	s := Open(dir)
	write := func(name, text string) {
		t.Helper()
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, id := range []string{"sam", "priya", "null"} {
		write("people/"+id+".md", "---\nid: "+id+"\nname: Somebody\naddress: "+id+"@example.org\nzone: Europe/Berlin\nlanguage: en\n---\n")
	}
	const rest = "kind: report\nrhythm:\n  rule: FREQ=WEEKLY;BYDAY=TH\n  first: 2026-01-01 16:00\n  zone: Europe/Berlin\n  length: 30m\n"
	for name, members := range map[string]string{
		"plain":     "manager: sam\nreport: priya\n",
		"quoted":    "manager: 'sam'\nreport: \"priya\"\n",
		"commented": "manager: sam # since May\nreport: priya\n",
		"blanks":    "manager:   sam  \nreport:\n  priya\n",
		"nested":    "note: |\n  manager: null\n  report: null\nmanager: sam\nreport: priya\n",
		"flow":      "\"manager\": sam\nreport: priya\n",
	} {
		pair := "p-" + name
		write("pairs/"+pair+"/_index.md", "---\nid: "+pair+"\n"+members+rest+"---\nmanager: null\nreport: null\n")
		l, err := s.Pair(pair)
		if err != nil {
			t.Fatal(err)
		}
		manager, report, err := s.Members(pair)
		if err != nil || manager != l.Pair.Manager || report != l.Pair.Report {
			t.Errorf("%s: want %s and %s, got %q and %q, %v", name, l.Pair.Manager, l.Pair.Report, manager, report, err)
		}
	}
	if _, _, err := s.Members("nobody-here"); !os.IsNotExist(err) {
		t.Errorf("want that there is no such pair, got %v", err)
	}
}
