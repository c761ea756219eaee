package mailflow

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"duolog/content"
	"duolog/mailflow/mailtest"
)

// inJanuary is an instance whose quarterly survey is owed now, in one mail about Jo and Priya, which the pair jo-sam carries.
func inJanuary(t *testing.T) *instance {
	t.Helper()
	in := newInstanceAt(t, time.Date(2027, time.January, 12, 16, 0, 0, 0, time.UTC), mailtest.Options{Unlisted: true})
	if _, err := in.Remind(t.Context()); err != nil {
		t.Fatal(err)
	}
	surveys := slices.DeleteFunc(in.letters("sam"), func(kind string) bool { return kind != "survey-manager" })
	equal(t, "surveys to Sam", []string{"survey-manager"}, surveys)
	return in
}

const roundKey = "survey-2026q4/survey-manager/sam"

func fromSam(text string) mail {
	return mail{from: "sam", pair: "jo-sam", occasion: roundKey, text: text}
}

// survey lists what the pair's survey has: "1 mostly status".
func (in *instance) survey(pair string) []string {
	in.t.Helper()
	l, err := content.Open(in.Content.Dir()).Log(pair)
	if err != nil {
		in.t.Fatal(err)
	}
	var all []string
	for _, s := range l.Surveys {
		for _, a := range s.Answers {
			all = append(all, a.Question+" "+a.Text)
		}
	}
	return all
}

// ackTo is the newest answer to a mail of the person's.
func (in *instance) ackTo(person string) (ack string) {
	in.t.Helper()
	in.flush()
	for _, m := range in.arrived(person) {
		if m.Header.Text("In-Reply-To") != "" {
			ack = m.Text
		}
	}
	return ack
}

const said = "1. mostly status\n2. Priya is fine, weekly\n3. Jo and Priya both do\n5. too late with Jo\nchange: start with their topics"

func TestOneSurveyOfAManagerIsKeptPairByPair(t *testing.T) {
	t.Parallel()
	in := inJanuary(t)
	in.put(fromSam(said))
	report := in.receive()
	slices.Sort(report.Pairs)
	equal(t, "pairs that changed", []string{"jo-sam", "priya-sam"}, report.Pairs)
	equal(t, "Jo's survey", []string{"1 mostly status", "5 too late with Jo", "change start with their topics"}, in.survey("jo-sam"))
	equal(t, "Priya's survey", []string{"1 mostly status", "2 Priya is fine, weekly", "change start with their topics"}, in.survey("priya-sam"))
	for name, text := range in.store() {
		if strings.Contains(name, "priya-sam") && strings.Contains(text, "Jo") || strings.Contains(name, "jo-sam") && strings.Contains(text, "Priya") {
			t.Errorf("%s names somebody else's report:\n%s", name, text)
		}
	}
	ack := in.ackTo("sam")
	for _, want := range []string{"Your answers to questions 1, 2 and 5 are kept.", "Jo and Priya can see", "speaks of several people"} {
		if !strings.Contains(ack, want) {
			t.Errorf("want %q, got\n%s", want, ack)
		}
	}
	differences, err := in.Reconcile(t.Context(), nil)
	if err != nil || len(differences) > 0 {
		t.Errorf("want ledger and logs to agree, got %v, %v", differences, err)
	}
}

func TestWhatAManagerLabelsInTheSurveyOfSeveralReachesNobodyElse(t *testing.T) {
	t.Parallel()
	in := inJanuary(t)
	in.put(fromSam("1. mostly status\n\nnote: Priya misses deadlines\n\ntopic: the raise of Priya\n\nfeedback: she interrupts\n\nheads-up: Priya and Jo change desks\n\nnote: Jo writes well"))
	in.receive()
	for name, text := range in.store() {
		for _, words := range []string{"Priya misses", "the raise", "interrupts", "desks"} {
			if strings.Contains(name, "jo-sam") && strings.Contains(text, words) {
				t.Errorf("%s says what is not about Jo:\n%s", name, text)
			}
		}
	}
	equal(t, "Priya's survey", []string{" Priya misses deadlines", " the raise of Priya", "1 mostly status"}, in.survey("priya-sam"))
	l := in.logOf("jo-sam")
	if n, _ := l.Note("N1"); n == nil || n.Text != "Jo writes well" {
		t.Errorf("want what is about Jo in Jo's log, got %+v", n)
	}
	if ack := in.ackTo("sam"); strings.Count(ack, "speaks of several people") != 2 || !strings.Contains(ack, "interrupts") || !strings.Contains(ack, "desks") {
		t.Errorf("want Sam asked whom the others are about, got\n%s", ack)
	}
}

func TestTheUndoOfASurveyTakesBackAllPairsAnswers(t *testing.T) {
	t.Parallel()
	for _, text := range []string{said, "2. Priya is fine, weekly"} { // the second is kept in Priya's pair alone
		in := inJanuary(t)
		in.put(fromSam(text))
		in.receive()
		in.put(mail{from: "sam", pair: "jo-sam", occasion: "ack/" + in.onlyKey(), text: "undo"})
		in.receive()
		for _, pair := range []string{"jo-sam", "priya-sam"} {
			equal(t, pair, nil, in.survey(pair))
		}
	}
}

func TestASurveyThatStopsBetweenThePairsEndsWhole(t *testing.T) {
	t.Parallel()
	in := inJanuary(t)
	in.put(fromSam(said))
	in.stopAt = func(step string) error {
		if step == "log written" {
			return errors.New("stopped")
		}
		return nil
	}
	if _, err := in.tryReceive(); err == nil {
		t.Fatal("want the stop")
	}
	broken := filepath.Join(in.Content.Dir(), "pairs", "priya-sam", "survey-2026q4.md")
	if err := os.Remove(broken); err != nil { // as if the second pair had not been written
		t.Fatal(err)
	}
	in.reopen()
	in.receive()
	equal(t, "Priya's survey", []string{"1 mostly status", "2 Priya is fine, weekly", "change start with their topics"}, in.survey("priya-sam"))
	equal(t, "Jo's survey", []string{"1 mostly status", "5 too late with Jo", "change start with their topics"}, in.survey("jo-sam"))
}

func TestASurveyWaitsForAPairThatCannotBeRead(t *testing.T) {
	t.Parallel()
	in := inJanuary(t)
	path := filepath.Join(in.Content.Dir(), "pairs", "priya-sam", "_index.md")
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte("---\n: broken\n---\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	in.put(fromSam(said))
	equal(t, "outcomes", []string{"held log-unreadable"}, outcomes(in.receive()))
	if err := os.WriteFile(path, whole, 0o600); err != nil {
		t.Fatal(err)
	}
	in.receive()
	equal(t, "Jo's survey", []string{"1 mostly status", "5 too late with Jo", "change start with their topics"}, in.survey("jo-sam"))
	equal(t, "Priya's survey", []string{"1 mostly status", "2 Priya is fine, weekly", "change start with their topics"}, in.survey("priya-sam"))
}
