package main

import (
	"context"
	"maps"
	"slices"
	"strings"

	"duolog/mailflow"
	"duolog/meeting"
)

// tally counts what happens in the year.
type tally struct {
	letters, replies, changes, other int            // since the last line of progress
	mails                            map[string]int // to each person, acknowledgements aside
	cycles                           map[string]int // to each person in each cycle of each pair
}

func (t *tally) sent(o meeting.Occasion) {
	t.letters++
	t.mails[o.Person]++
	if cycle := o.Cycle(); cycle != "" {
		t.cycles[o.Person+" "+o.Pair+" "+cycle]++
	}
}

func (t *tally) count(e mailflow.Entry) {
	if e.Outcome != mailflow.Accepted {
		t.other++
		return
	}
	t.replies++
	t.changes += len(e.Effects)
}

// progress prints one line about the month that has passed and adds it to the history.
func (p *playing) progress(ctx context.Context) {
	p.say("%s  %s, %s with %s, %s", p.clock.Format("January 2006"), plural(p.tally.letters, "letter", "letters"),
		plural(p.tally.replies, "reply", "replies"), plural(p.tally.changes, "change", "changes"), plural(p.tally.other, "automatic mail", "automatic mails"))
	p.tally.letters, p.tally.replies, p.tally.changes, p.tally.other = 0, 0, 0, 0
	if len(p.commits) > 0 && p.config.Content.Git {
		p.gitCommit(ctx, p.commits, slices.Sorted(maps.Keys(p.files)))
	}
	p.commits, p.files = nil, map[string]bool{}
}

// summary prints what the year left.
func (p *playing) summary() error {
	pairs, err := p.store.Pairs()
	if err != nil {
		return err
	}
	var all meeting.Numbers
	topics, actions, done, agreements, notes, answered := 0, 0, 0, 0, 0, 0
	for _, pair := range pairs {
		l, err := p.store.Log(pair)
		if err != nil {
			return err
		}
		n := l.Numbers(p.year.From, p.clock, p.clock)
		all.Held, all.Planned, all.Moved, all.Skipped, all.Missed = all.Held+n.Held, all.Planned+n.Planned, all.Moved+n.Moved, all.Skipped+n.Skipped, all.Missed+n.Missed
		topics, actions, agreements = topics+len(l.Topics), actions+len(l.Actions), agreements+len(l.Agreements)
		for _, a := range l.Actions {
			if a.State == meeting.ActionDone {
				done++
			}
		}
		for _, m := range l.Meetings {
			notes += len(m.Notes)
		}
		for _, s := range l.Surveys {
			if s.Answered(l.Pair.Manager) && s.Answered(l.Pair.Report) {
				answered++
			}
		}
	}
	p.say("%s: of %d meetings %d held, %d moved, %d skipped, %d missed", plural(len(pairs), "pair", "pairs"), all.Planned, all.Held, all.Moved, all.Skipped, all.Missed)
	p.say("%s, %s (%d done), %s, %s; %s answered by both", plural(topics, "topic", "topics"), plural(actions, "action", "actions"), done,
		plural(agreements, "agreement", "agreements"), plural(notes, "note", "notes"), plural(answered, "survey or feedback session", "surveys and feedback sessions"))
	for _, person := range p.year.People {
		most, cycles := p.tally.most(person.ID)
		p.say("  %-15s %4d letters in %3d cycles, at most %d in one", person.Name, p.tally.mails[person.ID], cycles, most)
	}
	return nil
}

// most is the greatest number of letters that the person got in one cycle, and how many cycles there were.
func (t *tally) most(person string) (most, cycles int) {
	for key, n := range t.cycles {
		if strings.HasPrefix(key, person+" ") {
			most, cycles = max(most, n), cycles+1
		}
	}
	return most, cycles
}
