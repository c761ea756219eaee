package meeting

import (
	"cmp"
	"slices"
	"time"
)

// tellUntil is how long news about the next meeting are news.
const tellUntil = 48 * time.Hour

// moves ask one side for what the other proposed, and tell one side what the other decided, about when they meet. Only the last word
// about each meeting counts.
func (l *Log) moves(now time.Time) []Occasion {
	var all []Occasion
	for _, m := range l.Meetings {
		if m.Start.After(now) {
			all = append(all, l.moveOf(m)...)
		}
	}
	for _, t := range l.Topics {
		all = append(all, l.moveFor(t, now)...)
	}
	all = slices.Concat(all, l.declines(), l.pauses(), l.begins())
	if p := l.Pair.Proposal; p != nil {
		all = append(all, l.moveMail(StageAsked, p.Origin, AboutRhythm, "", p.At.Add(blindFor)))
	}
	if h := l.Pair.Handoff; h != nil && !h.Agreed {
		all = append(all, l.moveMail(StageAsked, h.Origin, AboutHandoff, "", h.At.Add(blindFor)))
	}
	all = append(all, l.changes()...)
	for _, c := range l.verdicts(l.Pair.History, fieldProposal, fieldHandoff) {
		stage, item := StageRefused, AboutRhythm
		if c.Field == fieldHandoff {
			item = AboutHandoff
		}
		if c.To != "" || slices.ContainsFunc(l.Pair.History, func(o Change) bool { return o.Field == fieldRhythm && o.Mail == c.Mail }) {
			stage = StageAgreed
		}
		all = append(all, l.moveMail(stage, c.origin(), item, "", c.At.Add(tellUntil)))
	}
	return all
}

// moveMail is a mail to the side that did not write.
func (l *Log) moveMail(stage string, by Origin, item, meeting string, until time.Time) Occasion {
	person := l.Pair.Other(by.By)
	return Occasion{
		Key:  l.key(cmp.Or(item, meeting), string(LetterMove), stage, unix(by.At), person),
		Kind: LetterMove, Stage: stage, Pair: l.Pair.ID, Person: person, Item: item, Meeting: meeting, At: by.At, Until: until,
	}
}

// moveOf is the last word about one meeting that is still to come.
func (l *Log) moveOf(m *Meeting) []Occasion {
	var last Change
	for _, c := range m.History {
		if c.By != "" && (c.Field == fieldState || c.Field == fieldStart || c.Field == fieldProposal) && !c.At.Before(last.At) {
			if c.Mail == last.Mail && last.Field == fieldStart { // agreeing also clears the proposal
				continue
			}
			last = c
		}
	}
	var all []Occasion
	for _, person := range l.both() {
		if a := lastAnswer(m.Answers, person); a != nil && a.Said == SaidDeclined && a.At.After(last.At) {
			all = append(all, l.moveMail(StageDeclined, a.Origin, "", m.ID, m.Start))
		}
	}
	if stage := l.stageOf(m, last); stage != "" {
		o := l.moveMail(stage, last.origin(), "", m.ID, earlier(last.At.Add(tellUntil), m.Start))
		if stage == StageAsked {
			o.Until = earlier(m.Start, m.Proposal.Start)
		}
		all = append(all, o)
	}
	return all
}

// stageOf says what the change means to the side that did not make it, "" when nothing.
func (l *Log) stageOf(m *Meeting, c Change) string {
	switch {
	case slices.ContainsFunc(l.Pair.History, func(o Change) bool { return o.Mail == c.Mail && o.Field == fieldRhythm }):
		return "" // another rhythm moved it, which is told as such
	case c.Field == fieldProposal && m.Proposal != nil && !c.Back:
		return StageAsked
	case c.Field == fieldProposal && m.Proposal == nil && l.askedBy(m.History, c) == c.By:
		return StageBack
	case c.Field == fieldProposal && m.Proposal == nil:
		return StageRefused
	case c.Field == fieldStart && !c.Back && slices.ContainsFunc(m.History, func(o Change) bool { return o.Mail == c.Mail && o.Field == fieldProposal }):
		return StageAgreed
	case c.Field == fieldStart:
		return StageMoved
	case c.Field == fieldState && c.To == string(Skipped):
		return StageSkipped
	case c.Field == fieldState && c.To == string(Planned) && !c.Back && l.Topic(c.Why) != nil:
		return StageAgreed
	case c.Field == fieldState && c.To == string(Planned):
		return StageOnAgain
	}
	return ""
}

// askedBy is who had asked for what the change took off the table.
func (l *Log) askedBy(history []Change, c Change) string {
	if asked := settled(history, c.Field, c.From); asked != nil {
		return asked.By
	}
	return ""
}

// verdicts are the answers of one side to what the other asked about the pair itself.
func (l *Log) verdicts(history []Change, fields ...string) []Change {
	var all []Change
	for _, c := range history {
		if slices.Contains(fields, c.Field) && !c.Back && c.From != "" && c.By != l.askedBy(history, c) {
			all = append(all, c)
		}
	}
	return all
}

// moveFor asks for a meeting that a topic wants, or tells that the other side wants none.
func (l *Log) moveFor(t *Topic, now time.Time) []Occasion {
	if start, by, ok := l.wish(t); ok && start.After(now) {
		return []Occasion{l.moveMail(StageAsked, by, t.ID, "", start)}
	}
	if len(t.History) == 0 || !t.OnAgenda() {
		return nil
	}
	c := t.History[len(t.History)-1]
	if c.Field != fieldFollowUp || c.To != "" || c.Back || !isMoment(c.From) {
		return nil
	}
	return []Occasion{l.moveMail(StageRefused, c.origin(), t.ID, "", c.At.Add(tellUntil))}
}

func isMoment(s string) bool {
	_, err := time.Parse(momentLayout, s)
	return err == nil
}

// lastAnswer is the person's last, nil when there is none.
func lastAnswer(answers []Answer, person string) *Answer {
	for i, a := range slices.Backward(answers) {
		if a.By == person {
			return &answers[i]
		}
	}
	return nil
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}
