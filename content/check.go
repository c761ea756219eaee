package content

import (
	"errors"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"time"

	"duolog/meeting"
	"go.yaml.in/yaml/v3"
)

var validID = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,62}$`)

// CheckID says whether an id can name a person or a pair: up to 63 lower-case letters, digits and hyphens.
func CheckID(id string) error {
	if !validID.MatchString(id) {
		return fmt.Errorf("id %q is not made of lower-case letters, digits and hyphens", id)
	}
	return nil
}

// CheckAddress says whether an address can be enrolled: one plain local@domain, without comments, quotes or a display name.
func CheckAddress(a string) error {
	local, domain, _ := strings.Cut(a, "@")
	if local == "" || domain == "" || strings.Contains(domain, "@") || strings.ContainsAny(a, " \t\r\n<>,;\"()") {
		return fmt.Errorf("%q is not a mail address", a)
	}
	return nil
}

// problems collects what is wrong with one file; each is told with the line that says it.
type problems struct {
	path  string
	front *yaml.Node
	shift int
	found []error
}

// add reads the file once more for its line numbers; only broken files pay for that.
func (p *problems) add(value string, path []any, format string, args ...any) {
	if p.front == nil {
		if raw, err := os.ReadFile(p.path); err == nil {
			if page, err := parse(raw); err == nil {
				p.front, p.shift = page.front, page.shift
			}
		}
	}
	line := 1
	if n := at(p.front, path); n != nil {
		line = n.Line + p.shift
	}
	p.found = append(p.found, fmt.Errorf("%s: line %d: %s %q: %s", p.path, line, last(path), value, fmt.Sprintf(format, args...)))
}

func (p *problems) err() error { return errors.Join(p.found...) }

func last(path []any) string {
	for _, step := range slices.Backward(path) {
		if key, ok := step.(string); ok {
			return key
		}
	}
	return ""
}

// at follows keys and indexes from a node; it returns the deepest node that exists.
func at(n *yaml.Node, path []any) *yaml.Node {
	for _, step := range path {
		var next *yaml.Node
		switch step := step.(type) {
		case string:
			next = lookup(n, step)
		case int:
			if n != nil && n.Kind == yaml.SequenceNode && step < len(n.Content) {
				next = n.Content[step]
			}
		}
		if next == nil {
			return n
		}
		n = next
	}
	return n
}

func (p *problems) oneOf(value string, allowed []string, path ...any) {
	if !slices.Contains(allowed, value) {
		p.add(value, path, "must be one of %s", strings.Join(slices.DeleteFunc(slices.Clone(allowed), func(s string) bool { return s == "" }), ", "))
	}
}

func (p *problems) date(value string, path ...any) {
	if value == "" || value == meeting.NextMeeting {
		return
	}
	if _, err := time.Parse(time.DateOnly, value); err != nil {
		p.add(value, path, "must be a date like 2026-12-04")
	}
}

func (p *problems) itemID(seen map[string]bool, id, letter string, path ...any) {
	l, _, ok := meeting.SplitID(id)
	if !ok || string(l) != letter || id[0] != letter[0] {
		p.add(id, path, "must be %s and a number", letter)
	} else if seen[id] {
		p.add(id, path, "stands here twice")
	}
	seen[id] = true
}

func texts[T ~string](values ...T) []string {
	var all []string
	for _, v := range values {
		all = append(all, string(v))
	}
	return all
}

var (
	kinds         = texts(meeting.KindReport, meeting.KindSkipLevel, meeting.KindPeer, meeting.KindMentor)
	topicStates   = texts(meeting.TopicOpen, meeting.TopicDiscussed, meeting.TopicNextTime, meeting.TopicFollowUp, meeting.TopicParked, meeting.TopicDropped, meeting.TopicWithdrawn)
	actionStates  = texts(meeting.ActionProposed, meeting.ActionOpen, meeting.ActionDone, meeting.ActionDropped, meeting.ActionMissed, meeting.ActionRejected, meeting.ActionWithdrawn)
	noteStates    = texts(meeting.NoteUnconfirmed, meeting.NoteConfirmed, meeting.NoteCorrected, meeting.NoteDisputed, meeting.NoteWithdrawn)
	meetingStates = texts(meeting.Planned, meeting.Held, meeting.Skipped, meeting.Missed, meeting.Moved)
)

func checkPerson(path, id string, person *meeting.Person) error {
	p := problems{path: path}
	if person.ID != id {
		p.add(person.ID, []any{"id"}, "must be the name of the file")
	}
	if strings.TrimSpace(person.Name) == "" {
		p.add(person.Name, []any{"name"}, "is missing")
	}
	if _, err := meeting.Zone(person.Zone); err != nil || person.Zone == "" {
		p.add(person.Zone, []any{"zone"}, "is not an IANA time zone such as Europe/Berlin")
	}
	for i, a := range person.Addresses {
		if CheckAddress(a) != nil {
			p.add(a, []any{"addresses", i}, "is not a mail address")
		}
	}
	return p.err()
}

func checkPair(path, id string, l *meeting.Log) error {
	p := problems{path: path}
	if l.Pair.ID != id {
		p.add(l.Pair.ID, []any{"id"}, "must be the name of the folder")
	}
	p.oneOf(string(l.Pair.Kind), kinds, "kind")
	if l.Pair.Manager == l.Pair.Report {
		p.add(l.Pair.Report, []any{"report"}, "is the same person as the manager")
	}
	if err := l.Pair.CheckTimes(); err != nil {
		p.add(l.Pair.Rhythm.Rule, []any{"rhythm"}, "%v", err)
	}
	seen := map[string]bool{}
	for i, t := range l.Topics {
		p.itemID(seen, t.ID, "T", "topics", i, "id")
		p.oneOf(string(t.State), topicStates, "topics", i, "state")
	}
	for i, a := range l.Actions {
		p.itemID(seen, a.ID, "A", "actions", i, "id")
		p.oneOf(string(a.State), actionStates, "actions", i, "state")
		p.date(a.Due, "actions", i, "due")
		p.date(a.DoneOn, "actions", i, "done_on")
	}
	for i, g := range l.Agreements {
		p.itemID(seen, g.ID, "G", "agreements", i, "id")
		p.date(g.Date, "agreements", i, "date")
		p.date(g.Until, "agreements", i, "until")
	}
	return p.err()
}

func checkMeeting(path, id string, m *meeting.Meeting) error {
	p := problems{path: path}
	if m.ID != id {
		p.add(m.ID, []any{"id"}, "must be the name of the file")
	}
	if m.Start.IsZero() {
		p.add("", []any{"start"}, "is missing; write it like 2026-12-03T16:00:00+01:00")
	}
	p.oneOf(string(m.State), meetingStates, "state")
	seen := map[string]bool{}
	for i, n := range m.Notes {
		p.itemID(seen, n.ID, "N", "notes", i, "id")
		p.oneOf(string(n.State), noteStates, "notes", i, "state")
	}
	for i, o := range m.Outcomes {
		p.oneOf(string(o.State), topicStates, "outcomes", i, "state")
	}
	return p.err()
}

func checkSurvey(path, id string, s *meeting.Survey) error {
	p := problems{path: path}
	if s.ID != id {
		p.add(s.ID, []any{"id"}, "must be the name of the file")
	}
	p.date(s.From, "from")
	p.date(s.To, "to")
	p.date(s.Postponed, "postponed")
	for i, a := range s.Answers {
		if a.Value < 0 || a.Value > 5 {
			p.add(fmt.Sprint(a.Value), []any{"answers", i, "value"}, "must be from 1 to 5")
		}
	}
	return p.err()
}
