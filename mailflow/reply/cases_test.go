package reply

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode"

	"duolog/mailflow/newtext"
	"duolog/meeting"
)

var score = flag.Bool("score", false, "report how many cases of testdata are read as wanted instead of failing")

// scenario is one reply of testdata with what is wanted.
type scenario struct {
	name    string
	log     *meeting.Log
	context Context
	answers string
	text    string
	want    string
}

// scenarios reads a file of cases: "== name | sender mail options", the reply, "--", the reading.
func scenarios(t testing.TB, file string) []scenario {
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var all []scenario
	for _, chunk := range strings.Split("\n"+string(bytes.TrimSpace(data)), "\n== ")[1:] {
		head, body, _ := strings.Cut(chunk, "\n")
		name, setting, ok := strings.Cut(head, " | ")
		text, want, ok2 := strings.Cut("\n"+body+"\n", "\n--\n")
		if !ok || !ok2 {
			t.Fatalf("%s: %q has no setting or no \"--\"", file, head)
		}
		s := scenario{name: name, text: strings.Trim(text, "\n"), want: strings.TrimSpace(want)}
		s.set(t, setting)
		all = append(all, s)
	}
	return all
}

func (s *scenario) set(t testing.TB, setting string) {
	setting, answers, _ := strings.Cut(setting, "answers=")
	setting, subject, _ := strings.Cut(setting, "subject=")
	s.answers = strings.TrimSpace(answers)
	words := strings.Fields(setting)
	s.log = priyaSam()
	if words[0] == "juergen" || strings.Contains(setting, "pair=juergen") {
		s.log = juergenSam()
	}
	s.context = Context{Log: s.log, Sender: s.log.Person(words[0]), Received: tuesday, Subject: strings.TrimSpace(subject)}
	if s.context.Sender == nil {
		t.Fatalf("%s: nobody is called %s", s.name, words[0])
	}
	o := &s.context.Occasion
	if o.Person = words[0]; words[1] != "-" {
		o.Kind = meeting.LetterKind(words[1])
	}
	if o.Kind == meeting.LetterRecap || o.Kind == meeting.LetterConfirmation {
		s.context.Received = thursday
	}
	for _, w := range words[2:] {
		key, value, _ := strings.Cut(w, "=")
		switch key {
		case "item":
			o.Item = value
		case "echo":
			o.Echo = strings.Split(value, ",")
		case "lang":
			s.context.Sender.Language = value
		case "zone":
			s.context.Sender.Zone = value
		case "proposal":
			m := s.log.NextMeeting(s.context.Received)
			m.Proposal = &meeting.MoveProposal{Origin: meeting.Origin{By: value}, Start: time.Date(2026, 12, 4, 14, 0, 0, 0, time.UTC)}
			if o.Kind == meeting.LetterMove {
				o.Stage = meeting.StageAsked
			}
			s.log.Meetings = append(s.log.Meetings, m)
		case "at":
			at, err := time.Parse(time.RFC3339, value)
			if err != nil {
				t.Fatalf("%s: %v", s.name, err)
			}
			s.context.Received = at
		case "pair":
		default:
			t.Fatalf("%s: unknown option %q", s.name, w)
		}
	}
}

func (s scenario) read() Reading {
	blocks := s.blocks()
	text := make([]string, len(blocks))
	for i, b := range blocks {
		text[i] = b.Text
	}
	return Read(newtext.Result{Text: strings.Join(text, "\n"), Blocks: blocks}, s.context)
}

// blocks are the stretches of the reply between lines that start with "> ", each with the quoted line above it.
func (s scenario) blocks() []newtext.Block {
	blocks := []newtext.Block{{Answers: s.answers}}
	for line := range strings.SplitSeq(s.text, "\n") {
		last := &blocks[len(blocks)-1]
		if quoted, ok := strings.CutPrefix(line, "> "); !ok {
			last.Text += line + "\n"
		} else if last.Text == "" {
			last.Answers = quoted
		} else {
			blocks = append(blocks, newtext.Block{Answers: quoted})
		}
	}
	for i := range blocks {
		blocks[i].Text = strings.TrimSuffix(blocks[i].Text, "\n")
	}
	return blocks
}

// own is the reply without the lines it quotes.
func (s scenario) own() string {
	var text []string
	for _, b := range s.blocks() {
		text = append(text, b.Text)
	}
	return strings.Join(text, "\n")
}

func TestRepliesAreReadAsTheirAuthorsMeantThem(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases in testdata: %v", err)
	}
	for _, file := range files {
		good, items, goodItems := 0, 0, 0
		cases := scenarios(t, file)
		for _, s := range cases {
			out := s.read()
			got := strings.TrimSpace(render(out))
			n, ok := matching(s.want, got)
			items, goodItems = items+n, goodItems+ok
			if got == s.want {
				good++
			} else if *score {
				t.Logf("%s: %s\n%s\n got %s\nwant %s", filepath.Base(file), s.name, s.text, indent(got), indent(s.want))
			} else {
				t.Errorf("%s: %s\n%s\n got %s\nwant %s", filepath.Base(file), s.name, s.text, indent(got), indent(s.want))
			}
			accountedFor(t, s.own(), out)
		}
		t.Logf("%s: %d of %d replies, %d of %d items as wanted", file, good, len(cases), goodItems, items)
	}
}

func matching(want, got string) (items, equal int) {
	have := map[string]int{}
	for line := range strings.Lines(got) {
		have[strings.TrimSpace(line)]++
	}
	for line := range strings.Lines(want) {
		items++
		if have[strings.TrimSpace(line)] > 0 {
			have[strings.TrimSpace(line)]--
			equal++
		}
	}
	return items, equal
}

func indent(s string) string { return strings.ReplaceAll(s, "\n", "\n     ") }

// accountedFor checks that each word of the reply is somewhere in the reading.
func accountedFor(t testing.TB, text string, out Reading) {
	t.Helper()
	if len(out.Cuts) > 0 {
		return
	}
	var all []string
	for _, in := range out.Intents {
		all = append(all, in.Words)
		if in.Kind == meeting.AddPrivate || in.Kind == meeting.EnrolKey {
			all = append(all, in.Text)
		}
	}
	all = append(append(all, out.Unread...), out.Quiet...)
	known := map[string]bool{}
	for _, w := range words(strings.Join(all, "\n")) {
		known[w] = true
	}
	for line := range strings.Lines(text) {
		for _, w := range words(line) {
			if !known[w] && !privateWord[w] && !unicode.IsDigit(rune(w[0])) && !slipOfPrivate(w) {
				t.Errorf("the word %q of the line %q is in no intent, Unread or Quiet: %+v", w, line, out)
			}
		}
	}
}

// privateWord are the words of private labels, which are not kept.
var privateWord = func() map[string]bool {
	known := map[string]bool{}
	for _, t := range loadTables() {
		for _, phrase := range append(t["labels"]["private"], t["private"]["word"]...) {
			for _, w := range words(phrase) {
				known[w] = true
			}
		}
	}
	return known
}()

func slipOfPrivate(w string) bool {
	for p := range privateWord {
		if len(p) >= 6 && oneSlip(w, p) {
			return true
		}
	}
	return false
}

func words(s string) []string {
	var all []string
	for _, w := range strings.FieldsFunc(s, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("'@_-", r)
	}) {
		if w = strings.Trim(fold(w), "'@_-"); w != "" {
			all = append(all, w)
		}
	}
	return all
}
