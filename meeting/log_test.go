package meeting

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"
)

// doc is a log as the tests write and copy it: all that package content keeps, in one document.
type doc struct {
	Pair       `yaml:",inline"`
	People     []*Person                 `yaml:"people"`
	Next       map[string]int            `yaml:"next"`
	Topics     []*Topic                  `yaml:"topics"`
	Actions    []*Action                 `yaml:"actions"`
	Agreements []*Agreement              `yaml:"agreements"`
	Meetings   []*Meeting                `yaml:"meetings"`
	Private    map[string][]*PrivateNote `yaml:"private"`
	Undone     []Undone                  `yaml:"undone"`
	Surveys    []*Survey                 `yaml:"surveys"`
}

func parseLog(t testing.TB, raw []byte) *Log {
	t.Helper()
	var d doc
	if err := yaml.Unmarshal(raw, &d); err != nil {
		t.Fatal(err)
	}
	l := &Log{Pair: d.Pair, Next: d.Next, Topics: d.Topics, Actions: d.Actions, Agreements: d.Agreements, Meetings: d.Meetings, Private: d.Private, Undone: d.Undone, Surveys: d.Surveys}
	for _, p := range d.People {
		switch p.ID {
		case l.Pair.Manager:
			l.Manager = p
		case l.Pair.Report:
			l.Report = p
		}
	}
	return l
}

func writeLog(t testing.TB, l *Log) []byte {
	t.Helper()
	raw, err := yaml.Marshal(doc{Pair: l.Pair, People: []*Person{l.Manager, l.Report}, Next: l.Next, Topics: l.Topics, Actions: l.Actions, Agreements: l.Agreements, Meetings: l.Meetings, Private: l.Private, Undone: l.Undone, Surveys: l.Surveys})
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// reread is the log as it comes back after a stop and a start.
func reread(t testing.TB, l *Log) *Log { return parseLog(t, writeLog(t, l)) }

// acme is the pair of the examples: Priya in Berlin reports to Sam in New York, Thursdays at 16:00 Berlin.
func acme(t testing.TB) *Log {
	t.Helper()
	raw, err := os.ReadFile("testdata/acme.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return parseLog(t, raw)
}

// at reads a time on the clocks of Berlin.
func at(t testing.TB, s string) time.Time {
	t.Helper()
	v, err := time.ParseInLocation("2006-01-02T15:04", s, location("Europe/Berlin"))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// state is what two people would say stands in the log, one line per thing: no withdrawn items, no empty slots, no history, no
// meeting out of turn that is skipped, no survey without answers.
func state(l *Log) []string {
	var lines []string
	add := func(format string, args ...any) {
		lines = append(lines, strings.TrimSpace(strings.Join(strings.Fields(fmt.Sprintf(format, args...)), " ")))
	}
	add("rhythm %s", l.Pair.Rhythm.text())
	if p := l.Pair.Proposal; p != nil {
		add("%s asks for the rhythm %s %s", p.By, p.Rhythm.text(), mark("words", p.Words))
	}
	if h := l.Pair.Handoff; h != nil {
		add("%s hands over to %s <%s> from %s %s", h.By, h.Name, h.Address, h.From, when(h.Agreed, "agreed"))
	}
	if l.Pair.Leaving != "" {
		add("leaving %s", l.Pair.Leaving)
	}
	for _, s := range l.Surveys {
		if s.Postponed+s.Agreed != "" {
			add("%s %s %s", s.ID, mark("postponed", s.Postponed), mark("agreed", s.Agreed))
		}
		for _, a := range s.Answers {
			add("%s %s %q: %s %s %s", s.ID, a.By, a.Question, joined(append([]string{a.Text}, a.Parts...)), mark("value", number(a.Value)), mark("said", a.Said))
		}
	}
	for _, p := range []*Person{l.Manager, l.Report} {
		consent := ""
		if p.Consent != nil {
			consent = "consent=" + p.Consent.State
		}
		add("%s %s %s %s %s %s", p.ID, p.Zone, p.Language, mark("paused", p.Paused), mark("no-nudge", yes(p.NoNudge)), consent)
	}
	for _, t := range l.Topics {
		if t.State != TopicWithdrawn {
			q := ""
			if t.Question != nil {
				q = fmt.Sprintf("asks, own answer %q, why %q", t.Question.MyAnswer, t.Question.Why)
			}
			add("%s %s by %s: %s %s %s %s %s %s %s", t.ID, t.State, t.By, joined(append([]string{t.Text}, t.Context...)), mark("kind", t.Kind), mark("follow-up", t.FollowUp),
				mark("every", t.Every), when(t.HeadsUp, "heads-up"), when(t.Delicate, "delicate"), q)
			comments(add, t.ID, t.Comments)
		}
	}
	for _, a := range l.Actions {
		if a.State != ActionWithdrawn {
			add("%s %s %s: %s %s %s %s %s %s %s %s %s", a.ID, a.State, or(a.Who, "nobody"), a.What, mark("due", a.Due), mark("measure", a.Measure), mark("progress", number(a.Progress)),
				mark("done-on", a.DoneOn), mark("follower", a.Follower), mark("kind", a.Kind), mark("topic", a.Topic), mark("meeting", a.Meeting))
			comments(add, a.ID, a.Comments)
		}
	}
	for _, g := range l.Agreements {
		if g.State != Withdrawn {
			add("%s %s: %s %s %s %s %s", g.ID, g.Date, g.Text, mark("state", g.State), mark("until", g.Until), mark("review", g.Review), mark("meeting", g.Meeting))
		}
	}
	for _, m := range l.Meetings {
		if m.State != Planned && (m.State != Skipped || l.regular(m)) || m.State == Planned && !l.regular(m) {
			add("%s %s %s %s %s", m.ID, m.State, m.Start.In(l.Pair.Rhythm.Location()).Format("Mon 15:04"), mark("minutes", number(m.Minutes)), mark("reason", m.Reason))
		}
		for _, o := range m.Outcomes {
			add("%s %s %s, says %s", m.ID, o.Topic, o.State, o.By)
		}
		for _, n := range m.Notes {
			if n.State != NoteWithdrawn {
				add("%s %s %s by %s: %s %s %s %s", m.ID, n.ID, n.State, n.By, strings.ReplaceAll(n.Text, "\n", " | "), mark("kind", n.Kind), mark("topic", n.Topic), mark("only", n.Only))
			}
		}
		for _, a := range m.Answers {
			add("%s %s says %s", m.ID, a.By, a.Said)
		}
		if p := m.Proposal; p != nil {
			add("%s %s asks for %s %s", m.ID, p.By, p.Start.In(l.Pair.Rhythm.Location()).Format("2006-01-02 15:04"), mark("words", p.Words))
		}
	}
	for _, who := range []string{l.Pair.Manager, l.Pair.Report} {
		for _, p := range l.Private[who] {
			if p.State != Withdrawn {
				add("%s %s %s %s", who, p.ID, p.Sealed, mark("meeting", p.Meeting))
			}
		}
	}
	return lines
}

// regular tells whether the meeting is where the rhythm has it.
func (l *Log) regular(m *Meeting) bool {
	return slices.ContainsFunc(l.Pair.Rhythm.Between(m.Start, m.Start.Add(time.Minute)), func(s time.Time) bool { return s.Format(time.DateOnly) == m.ID })
}

func comments(add func(string, ...any), id string, all []Comment) {
	for _, c := range all {
		add("%s %s adds: %s", id, c.By, strings.ReplaceAll(c.Text, "\n", " | "))
	}
}

func joined(lines []string) string { return strings.Join(lines, " | ") }

func mark(name, value string) string {
	if value == "" {
		return ""
	}
	return name + "=" + value
}

func when(set bool, name string) string {
	if set {
		return name
	}
	return ""
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// difference lists the lines that only one of the two has: "-" before, "+" after.
func difference(before, after []string) []string {
	var lines []string
	for _, b := range before {
		if !slices.Contains(after, b) {
			lines = append(lines, "- "+b)
		}
	}
	for _, a := range after {
		if !slices.Contains(before, a) {
			lines = append(lines, "+ "+a)
		}
	}
	return lines
}
