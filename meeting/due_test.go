package meeting

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"
	"go.yaml.in/yaml/v3"
)

// The cases are txtar files. "settings" is YAML for the pair's settings; mails are written as for TestMailsChangeTheLogAsTheCasesSay
// and arrive at their time; "due FROM TO" asks every quarter of an hour and has a line per mail that is sent: the time where its reader
// is, the reader, the kind, what it is about.
func TestMailsAreDueAsTheCasesSay(t *testing.T) {
	eachCase(t, "testdata/due", func(t *testing.T, file string, a *txtar.Archive) {
		l, p := acme(t), &post{sent: map[string]time.Time{}}
		for i, f := range a.Files {
			switch fields := strings.Fields(f.Name); fields[0] {
			case "settings":
				if err := yaml.Unmarshal(f.Data, &l.Pair.Settings); err != nil {
					t.Fatal(err)
				}
			case "mail":
				p.waiting = append(p.waiting, arrival{mail(t, fields[1:]), intents(t, f.Data)})
			case "due":
				got := strings.Join(p.deliver(l, at(t, fields[1]), at(t, fields[2])), "\n") + "\n"
				if *update {
					a.Files[i].Data = []byte(strings.TrimPrefix(got, "\n"))
				} else if want := string(f.Data); want != strings.TrimPrefix(got, "\n") {
					t.Errorf("%s: want\n%scame\n%s", f.Name, want, got)
				}
			}
		}
		if *update {
			if err := os.WriteFile(file, txtar.Format(a), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// post sends what is due, once per key, and hands in the mails that arrive meanwhile.
type post struct {
	sent    map[string]time.Time
	waiting []arrival
}

type arrival struct {
	Mail
	said []Intent
}

func (p *post) deliver(l *Log, from, to time.Time) []string {
	var lines []string
	for now := from; now.Before(to); now = now.Add(15 * time.Minute) {
		for len(p.waiting) > 0 && !p.waiting[0].At.After(now) {
			l.Apply(p.waiting[0].said, p.waiting[0].Mail)
			p.waiting = p.waiting[1:]
		}
		l.Settle(now)
		for _, o := range l.Due(now) {
			if _, again := p.sent[o.Key]; !again {
				p.sent[o.Key] = now
				lines = append(lines, sentLine(l, o, now))
			}
		}
	}
	return lines
}

func sentLine(l *Log, o Occasion, now time.Time) string {
	person := l.Person(o.Person)
	s := fmt.Sprintf("%s %s %s %s %s %s", now.In(person.Location()).Format("Mon 2006-01-02 15:04 MST"), o.Person, o.Kind, o.Stage, o.Meeting, o.Item)
	return strings.Join(strings.Fields(s), " ")
}

func TestNoMailIsDueBeforeBothAgreed(t *testing.T) {
	l := acme(t)
	l.Pair.Added, l.Actions = at(t, "2026-11-30T10:00"), nil
	kinds := func(now string) (all []string) {
		for _, o := range l.Due(at(t, now)) {
			all = append(all, o.Person+" "+string(o.Kind))
		}
		slices.Sort(all)
		return all
	}
	want := func(now string, want ...string) {
		t.Helper()
		if got := kinds(now); !slices.Equal(got, want) {
			t.Errorf("%s: want %q, came %q", now, want, got)
		}
	}
	say := func(by, state string) {
		l.Apply([]Intent{{Kind: Consented, State: state}}, Mail{Key: by + state, By: by, At: at(t, "2026-12-01T10:00"), Occasion: Occasion{Kind: LetterWelcome}})
	}
	want("2026-12-01T17:00", "priya welcome", "sam welcome")
	say("priya", "yes")
	want("2026-12-01T17:00", "sam welcome")
	say("sam", "mail-only")
	want("2026-12-01T17:00", "priya move", "priya pre-report") // she is told that it begins
	say("priya", "no")
	want("2026-12-01T17:00")
	l.Pair.Added = time.Time{}
	want("2026-12-01T17:00")
	l.Manager.Consent, l.Report.Consent = nil, nil
	want("2026-12-01T17:00", "priya pre-report")
}
