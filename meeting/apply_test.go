package meeting

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"go.yaml.in/yaml/v3"
)

var update = flag.Bool("update", false, "write what came into testdata")

// The cases are txtar files. Each mail is a section "mail KEY PERSON TIME [KIND [MEETING [NAME=VALUE …]]]" whose lines are intents,
// a kind and its fields: `topic {text: Reorg}`. A section "before …" is a mail that came earlier, "settle TIME" calls Settle.
// "result" has an effect per line, "change" what differs in the log; "undone" what still differs after every mail was
// undone, the last one first, and is left out when nothing does. Every case is also applied twice, and read back from YAML between.
func TestMailsChangeTheLogAsTheCasesSay(t *testing.T) {
	eachCase(t, "testdata/apply", runCase)
}

// eachCase runs a test for each case in a folder.
func eachCase(t *testing.T, dir string, run func(t *testing.T, file string, a *txtar.Archive)) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.txt"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			raw, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			run(t, file, txtar.Parse(raw))
		})
	}
}

func runCase(t *testing.T, file string, a *txtar.Archive) {
	l := acme(t)
	var mails []Mail
	var results []string
	before := state(l)
	for _, f := range a.Files {
		fields := strings.Fields(f.Name)
		switch fields[0] {
		case "before":
			l.Apply(intents(t, f.Data), mail(t, fields[1:]))
			before = state(l)
		case "settle":
			results = append(results, strings.TrimSpace("settled "+strings.Join(l.Settle(at(t, fields[1])), " ")))
		case "mail":
			from := mail(t, fields[1:])
			for _, e := range l.Apply(intents(t, f.Data), from) {
				results = append(results, from.Key+" "+shown(e))
			}
			mails = append(mails, from)
			l = reread(t, l)
			once := state(l)
			l.Apply(intents(t, f.Data), from)
			if d := difference(once, state(l)); len(d) > 0 {
				t.Errorf("applying %s again changed the log:\n%s", from.Key, strings.Join(d, "\n"))
			}
		}
	}
	got := map[string][]string{"result": results, "change": difference(before, state(l))}
	undoAll(t, l, mails)
	got["undone"] = difference(before, state(l))
	if *update {
		writeCase(t, file, a, got)
		return
	}
	for _, section := range []string{"result", "change", "undone"} {
		if want := lines(a, section); !slices.Equal(want, got[section]) {
			t.Errorf("%s: want\n  %s\ncame\n  %s", section, strings.Join(want, "\n  "), strings.Join(got[section], "\n  "))
		}
	}
}

// undoAll undoes the mails in answer to their acknowledgements, the last one first.
func undoAll(t *testing.T, l *Log, mails []Mail) {
	for _, m := range slices.Backward(mails) {
		from := Mail{Key: "undo-" + m.Key, By: m.By, At: m.At.AddDate(0, 0, 1), Occasion: Occasion{Kind: LetterAck, Meeting: m.Occasion.Meeting, Mail: m.Key}}
		l.Apply([]Intent{{Kind: Undo}}, from)
		once := state(l)
		l.Apply([]Intent{{Kind: Undo}}, from)
		if d := difference(once, state(l)); len(d) > 0 {
			t.Errorf("undoing %s again changed the log:\n%s", m.Key, strings.Join(d, "\n"))
		}
	}
}

func mail(t *testing.T, fields []string) Mail {
	t.Helper()
	m := Mail{Key: fields[0], By: fields[1], At: at(t, fields[2])}
	if len(fields) > 3 {
		m.Occasion.Kind = LetterKind(fields[3])
	}
	if len(fields) > 4 {
		m.Occasion.Meeting = strings.TrimPrefix(fields[4], "-")
	}
	for _, f := range fields[min(5, len(fields)):] {
		name, value, _ := strings.Cut(f, "=")
		switch name {
		case "mail":
			m.Occasion.Mail = value
		case "item":
			m.Occasion.Item = value
		}
	}
	return m
}

func intents(t *testing.T, body []byte) []Intent {
	t.Helper()
	var all []Intent
	for line := range strings.Lines(string(body)) {
		kind, fields, _ := strings.Cut(strings.TrimSpace(line), " ")
		if kind == "" {
			continue
		}
		values := fieldsOf(t, fields)
		in := Intent{Kind: IntentKind(kind)}
		if s, ok := values["sealed"].(string); ok {
			in.Sealed = s
		}
		raw, err := json.Marshal(values)
		if err == nil {
			err = json.Unmarshal(raw, &in)
		}
		if err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		all = append(all, in)
	}
	return all
}

// fieldsOf reads `{due: 2026-12-04, progress: 50, context: [why]}`; dates stay the words they are.
func fieldsOf(t *testing.T, text string) map[string]any {
	t.Helper()
	nodes := map[string]yaml.Node{}
	if err := yaml.Unmarshal([]byte(text), &nodes); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	values := map[string]any{}
	for name, n := range nodes {
		switch {
		case n.Kind == yaml.SequenceNode:
			var list []string
			for _, c := range n.Content {
				list = append(list, c.Value)
			}
			values[name] = list
		case n.Tag == "!!int":
			values[name], _ = strconv.Atoi(n.Value)
		default:
			values[name] = n.Value
		}
	}
	return values
}

// shown is an effect on one line.
func shown(e Effect) string {
	parts := []string{string(e.Intent.Kind), string(e.Result), e.Item, strings.Join(e.Items, ","), e.Field}
	if e.From != "" || e.To != "" {
		parts = append(parts, fmt.Sprintf("%q → %q", e.From, e.To))
	}
	return strings.Join(strings.Fields(strings.Join(append(parts, e.Reason), " ")), " ")
}

func lines(a *txtar.Archive, section string) []string {
	for _, f := range a.Files {
		if f.Name == section {
			return strings.Split(strings.TrimSpace(string(f.Data)), "\n")
		}
	}
	return nil
}

func writeCase(t *testing.T, file string, a *txtar.Archive, got map[string][]string) {
	a.Files = slices.DeleteFunc(a.Files, func(f txtar.File) bool { _, ours := got[f.Name]; return ours })
	for _, section := range []string{"result", "change", "undone"} {
		if len(got[section]) > 0 {
			a.Files = append(a.Files, txtar.File{Name: section, Data: []byte(strings.Join(got[section], "\n") + "\n")})
		}
	}
	if err := os.WriteFile(file, txtar.Format(a), 0o644); err != nil {
		t.Fatal(err)
	}
}
