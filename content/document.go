package content

import "duolog/meeting"

// pairDoc is the front matter of a pair's _index.md.
type pairDoc struct {
	meeting.Pair `yaml:",inline"`
	Next         map[string]int       `yaml:"next,omitempty"`
	Topics       []*meeting.Topic     `yaml:"topics,omitempty"`
	Actions      []*meeting.Action    `yaml:"actions,omitempty"`
	Agreements   []*meeting.Agreement `yaml:"agreements,omitempty"`
	Undone       []meeting.Undone     `yaml:"undone,omitempty"`
}

// privateDoc is the front matter of one author's private notes in one pair.
type privateDoc struct {
	Notes []*meeting.PrivateNote `yaml:"notes,omitempty"`
}

func docOf(l *meeting.Log) *pairDoc {
	return &pairDoc{Pair: l.Pair, Next: l.Next, Topics: l.Topics, Actions: l.Actions, Agreements: l.Agreements, Undone: l.Undone}
}

func (d *pairDoc) log(prose string) *meeting.Log {
	return &meeting.Log{Pair: d.Pair, Next: d.Next, Topics: d.Topics, Actions: d.Actions, Agreements: d.Agreements, Undone: d.Undone, Prose: prose}
}

// countOn makes sure that no id is given out twice, whatever was added by hand.
func countOn(l *meeting.Log) {
	if l.Next == nil {
		l.Next = map[string]int{}
	}
	see := func(id string) {
		if letter, n, ok := meeting.SplitID(id); ok {
			l.Next[string(letter)] = max(l.Next[string(letter)], n+1)
		}
	}
	for _, t := range l.Topics {
		see(t.ID)
	}
	for _, a := range l.Actions {
		see(a.ID)
	}
	for _, g := range l.Agreements {
		see(g.ID)
	}
	for _, m := range l.Meetings {
		for _, n := range m.Notes {
			see(n.ID)
		}
	}
}
