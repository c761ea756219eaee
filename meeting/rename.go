package meeting

import (
	"slices"
	"strings"
)

// Rename writes another id in all places where the log names the person by the old one: who is in the pair, who wrote, promised,
// changed. What people wrote stays as it is. The pair's own id and the person's file are the caller's.
func (l *Log) Rename(person, to string) {
	set := func(id *string) {
		if *id == person {
			*id = to
		}
	}
	for _, it := range l.items() {
		if _, own := it.(*Person); !own {
			renameItem(it, set)
		}
	}
	for _, a := range l.Actions {
		set(&a.Who)
		set(&a.Follower)
	}
	for _, m := range l.Meetings {
		for i := range m.Outcomes {
			set(&m.Outcomes[i].By)
		}
		for i := range m.Answers {
			set(&m.Answers[i].By)
		}
		if m.Proposal != nil {
			set(&m.Proposal.By)
		}
	}
	for _, s := range l.Surveys {
		for i := range s.Answers {
			set(&s.Answers[i].By)
		}
	}
	for i := range l.Undone {
		set(&l.Undone[i].By)
	}
	l.renamePair(set)
	if notes, ok := l.Private[person]; ok {
		delete(l.Private, person)
		l.Private[to] = notes
	}
}

// renameItem writes the other id into who wrote an item, commented on it, changed it, and had it before.
func renameItem(it item, set func(*string)) {
	set(&it.origin().By)
	history := *it.history()
	for i := range history {
		set(&history[i].By)
		if c := &history[i]; c.Field == fieldWho || c.Field == fieldFollower {
			set(&c.From)
			set(&c.To)
		}
	}
	if list := it.comments(); list != nil {
		for i := range *list {
			set(&(*list)[i].By)
		}
	}
}

func (l *Log) renamePair(set func(*string)) {
	p := &l.Pair
	set(&p.Manager)
	set(&p.Report)
	if p.Proposal != nil {
		set(&p.Proposal.By)
	}
	if p.Handoff != nil {
		set(&p.Handoff.By)
	}
	leaving := strings.Fields(p.Leaving)
	for i := range leaving {
		set(&leaving[i])
	}
	p.Leaving = strings.Join(leaving, " ")
}

// Wrote counts the items and comments in the log that are the person's words, and their private notes.
func (l *Log) Wrote(person string) (items, private int) {
	for _, it := range l.items() {
		if named(it) && it.origin().By == person {
			items++
		}
		if list := it.comments(); list != nil {
			items += len(slices.DeleteFunc(slices.Clone(*list), func(c Comment) bool { return c.By != person }))
		}
	}
	for _, s := range l.Surveys {
		for _, a := range s.Answers {
			if a.By == person {
				items++
			}
		}
	}
	return items, len(l.Private[person])
}
