package content

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"duolog/meeting"
)

func TestHandWrittenKeysCommentsAndProseSurviveAWrite(t *testing.T) {
	s := sample(t)
	path := filepath.Join(s.Dir(), "pairs", "priya-sam", "_index.md")
	edit(t, path, "kind: report\n", "kind: report # since the reorg\nroom_booked: blue\n")
	edit(t, path, "  - id: T1\n", "  # the big one\n  - id: T1\n    colour: red\n")
	raw, _ := os.ReadFile(path)
	os.WriteFile(path, append(raw, "\nOur own words.\n\n---\n\nMore.\n"...), 0o644)

	l := load(t, s)
	l.Apply([]meeting.Intent{{Kind: meeting.AddTopic, Text: "second\n---\ntopic"}}, meeting.Mail{Key: "m2", By: "sam", At: day})
	if _, err := s.Save(l); err != nil {
		t.Fatal(err)
	}
	got, _ := os.ReadFile(path)
	for _, want := range []string{"# since the reorg", "room_booked: blue", "# the big one", "colour: red", "id: T2", "\nOur own words.\n\n---\n\nMore.\n"} {
		if !strings.Contains(string(got), want) {
			t.Errorf("%q is gone from\n%s", want, got)
		}
	}
	if again := load(t, s); again.Topic("T2").Text != "second\n---\ntopic" {
		t.Errorf("T2 came back as %q", again.Topic("T2").Text)
	}
}

func TestSavingAnUnchangedLogWritesNothing(t *testing.T) {
	s := sample(t)
	written, err := s.Save(load(t, s))
	if err != nil || len(written) > 0 {
		t.Errorf("want no file written, got %v, %v", written, err)
	}
}

func TestASurveyIsAFileBesideTheMeetings(t *testing.T) {
	s := sample(t)
	l := load(t, s)
	l.Surveys = append(l.Surveys, &meeting.Survey{ID: "survey-2026q4", From: "2026-10-01", To: "2026-12-31", Asked: day, Prose: "by hand\n",
		Answers: []meeting.SurveyAnswer{{Question: "1", Text: "good\ntalks", Value: 4, Origin: meeting.Origin{By: "priya", At: day, Mail: "m9"}}}})
	if _, err := s.Save(l); err != nil {
		t.Fatal(err)
	}
	again := load(t, s)
	if len(again.Surveys) != 1 || again.Surveys[0].Answers[0].Text != "good\ntalks" || again.Surveys[0].Prose != "by hand\n" || len(again.Meetings) != len(l.Meetings) {
		t.Errorf("the survey came back as %+v", again.Surveys)
	}
	edit(t, filepath.Join(s.Dir(), "pairs", "priya-sam", "survey-2026q4.md"), "value: 4", "value: 9")
	if _, err := s.Log("priya-sam"); err == nil || !strings.Contains(err.Error(), `value "9": must be from 1 to 5`) {
		t.Errorf("want the bad value told, got %v", err)
	}
}

func TestABrokenFileIsToldWithFileAndLine(t *testing.T) {
	for _, c := range []struct{ old, new, want string }{
		{"state: open", "state: opne", `line 16: state "opne": must be one of open`},
		{"kind: report", "kind: [", "line 3: did not find expected"},
		{"id: T1", "id: X1", `id "X1": must be T and a number`},
		{"zone: Europe/Berlin", "zone: Berlin", "is not an IANA time zone"},
		{"length: 30m", "length: soon", `length "soon" is not between`},
		{"---\nid", "id", "does not begin with front matter"},
	} {
		s := sample(t)
		path := filepath.Join(s.Dir(), "pairs", "priya-sam", "_index.md")
		edit(t, path, c.old, c.new)
		_, err := s.Log("priya-sam")
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "_index.md") {
			t.Errorf("%q: want an error with %q, got %v", c.new, c.want, err)
		}
	}
}

func TestEveryTextComesBackFromItsFile(t *testing.T) {
	for _, text := range []string{
		"\nmore", " a\nb", "\ta\nb", "a\n", "a\n\n", " ", "\n", "a\n b", "a\n  ---\nb", "x: y", "- a", "#c", "a #b", "'q'", "yes", "1", "~", "null",
		"\u2028b", "a\rb", "😀\n😀", "a \nb", "\n\na", "%TAG", "@a", "`a", "a:\n  b",
	} {
		out, err := format(nil, &meeting.Person{ID: "a", Name: text}, "", false)
		if err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		var got meeting.Person
		p, err := parse(out)
		if err == nil {
			err = p.decode(&got)
		}
		if err != nil || got.Name != text {
			t.Errorf("%q came back as %q, %v, from\n%s", text, got.Name, err, out)
		}
	}
}

func FuzzFormatKeepsTheProse(f *testing.F) {
	f.Add("---\nid: a\nx: 1 # c\n---\nprose\n", "text")
	f.Add("---\n---\n", "---\n")
	f.Add("---\n---", "\x9d")
	f.Add("\n ---\n{a: [b]}\n---\n", "a\u2028---\nb")
	f.Fuzz(func(t *testing.T, raw, text string) {
		p, err := parse([]byte(raw))
		if err != nil {
			return
		}
		out, err := format([]byte(raw), &meeting.Person{ID: "a", Name: text}, p.prose, false)
		if err != nil {
			return
		}
		again, err := parse(out)
		if err != nil || again.prose != p.prose {
			t.Fatalf("%q became %q: prose %q, %v", raw, out, again.prose, err)
		}
	})
}

var day = time.Date(2026, 12, 1, 18, 40, 0, 0, time.UTC)

// sample is a store with one pair that has one topic.
func sample(t *testing.T) *Store {
	t.Helper()
	s := Open(t.TempDir())
	priya := &meeting.Person{ID: "priya", Name: "Priya Nair", Addresses: []string{"priya@acme.example"}, Zone: "Europe/Berlin", Language: "en"}
	sam := &meeting.Person{ID: "sam", Name: "Sam Ortega", Addresses: []string{"sam@acme.example"}, Zone: "America/New_York", Language: "en"}
	l := &meeting.Log{Manager: sam, Report: priya, Pair: meeting.Pair{
		ID: "priya-sam", Kind: meeting.KindReport, Manager: "sam", Report: "priya",
		Rhythm: meeting.Rhythm{Rule: "FREQ=WEEKLY;BYDAY=TH", First: "2026-09-03 16:00", Zone: "Europe/Berlin", Length: meeting.Duration(30 * time.Minute)},
	}}
	l.Apply([]meeting.Intent{{Kind: meeting.AddTopic, Text: "Career: path to staff"}}, meeting.Mail{Key: "m1", By: "priya", At: day})
	if _, err := s.Save(l); err != nil {
		t.Fatal(err)
	}
	return s
}

func load(t *testing.T, s *Store) *meeting.Log {
	t.Helper()
	l, err := s.Log("priya-sam")
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func edit(t *testing.T, path, old, new string) {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil || !strings.Contains(string(raw), old) {
		t.Fatalf("no %q in %s: %v\n%s", old, path, err, raw)
	}
	if err := os.WriteFile(path, []byte(strings.Replace(string(raw), old, new, 1)), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestWhatAnInterruptedWriteLeftIsWrittenOver(t *testing.T) {
	dir := t.TempDir()
	store := Open(dir)
	p := &meeting.Person{ID: "priya", Name: "Priya Nair", Addresses: []string{"priya@acme.example"}, Zone: "Europe/Berlin", Language: "en"}
	if err := os.MkdirAll(filepath.Join(dir, "people"), 0o755); err != nil {
		t.Fatal(err)
	}
	left := filepath.Join(dir, "people", ".priya.md.tmp")
	if err := os.WriteFile(left, []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := store.SavePerson(p); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(left); !os.IsNotExist(err) {
		t.Errorf("%s is still there: %v", left, err)
	}
}

func TestEmojiAreWrittenAsPeopleReadThem(t *testing.T) {
	s := sample(t)
	l := load(t, s)
	text := "讨论 😀 and 👍🏽, \\U0001F600 as typed, \ue000 private use"
	l.Apply([]meeting.Intent{{Kind: meeting.AddTopic, Text: text}}, meeting.Mail{Key: "m2", By: "sam", At: day})
	if _, err := s.Save(l); err != nil {
		t.Fatal(err)
	}
	raw, _ := os.ReadFile(filepath.Join(s.Dir(), "pairs", "priya-sam", "_index.md"))
	if !strings.Contains(string(raw), "讨论 😀 and 👍🏽") {
		t.Errorf("want the text as it is, got:\n%s", raw)
	}
	if got := load(t, s).Topics[1].Text; got != text {
		t.Errorf("want %q read back, got %q", text, got)
	}
}

func TestALogThatWasSavedIsReadAgainOnceSomebodyTouchedIt(t *testing.T) {
	s := sample(t)
	l := load(t, s)
	if _, err := s.Save(l); err != nil {
		t.Fatal(err)
	}
	if again := load(t, s); again != l {
		t.Error("a log that nobody touched was read again")
	}
	if load(t, s) == l {
		t.Error("a log was given out twice, though its first owner may have changed it")
	}
	for _, c := range []struct{ file, old, new string }{
		{"pairs/priya-sam/_index.md", "Career: path to staff", "Career: by hand"},
		{"people/priya.md", "Priya Nair", "Priya N. Nair"},
	} {
		l := load(t, s)
		if _, err := s.Save(l); err != nil {
			t.Fatal(err)
		}
		edit(t, filepath.Join(s.Dir(), c.file), c.old, c.new)
		if load(t, s) == l {
			t.Errorf("%s was changed, but the log was not read again", c.file)
		}
		s.Reload()
	}
}

func TestAFileAtWhichWeStumbleIsAnErrorOfThatFile(t *testing.T) {
	done := make([]bool, 3)
	files := []file{{path: "a"}, {path: "b"}, {path: "c"}}
	err := each(files, func(f *file) error {
		if f.path == "b" {
			panic("a bug")
		}
		done[f.path[0]-'a'] = true
		return nil
	})
	if err == nil || !strings.Contains(err.Error(), "write b") || !done[0] || !done[2] {
		t.Errorf("want an error about b and the others done, got %v, %v", err, done)
	}
}
