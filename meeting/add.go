package meeting

import (
	"strings"
	"time"
)

func (l *Log) addTopic(in Intent, from Mail) Effect {
	if t := find(l.Topics, func(t *Topic) bool { return from.made(&t.Origin, in.Pos) }); t != nil {
		return Effect{Result: Added, Item: t.ID}
	}
	t := &Topic{
		ID: l.nextID("T"), Text: in.Text, Context: in.Context, Kind: in.TopicIs, State: TopicOpen,
		HeadsUp: in.Kind == HeadsUp || in.Kind == AskMeeting, Origin: from.origin(in.Pos),
	}
	if in.State == string(TopicParked) {
		t.State = TopicParked
	}
	if in.DueWords == "quarter" || in.DueWords == "year" {
		t.Every = in.DueWords
	}
	if in.Kind == AskMeeting {
		t.FollowUp = followUp(in)
	}
	if in.Kind == AddQuestion {
		t.Question = &Question{MyAnswer: in.Answer, Why: in.Reason}
	}
	l.Topics = append(l.Topics, t)
	return Effect{Result: Added, Item: t.ID}
}

func (l *Log) addAction(in Intent, from Mail) Effect {
	if a := find(l.Actions, func(a *Action) bool { return from.made(&a.Origin, in.Pos) }); a != nil {
		return Effect{Result: Added, Item: a.ID}
	}
	a := &Action{
		ID: l.nextID("A"), What: in.Text, Who: in.Who, Due: in.Due, Measure: in.Measure, State: ActionOpen,
		Topic: in.Topic, Origin: from.origin(in.Pos),
	}
	if in.Kind == AddReportBack {
		a.Kind = ReportBack
	}
	switch {
	case in.Who == l.Pair.Other(from.By):
		a.State = ActionProposed
	case !l.Pair.Has(in.Who) && in.Who != "":
		a.Follower = from.By
	}
	if afterMeeting(from.Occasion.Kind) {
		if m := l.meant(from); m != nil {
			a.Meeting = m.ID
		}
	}
	for _, line := range in.Context {
		a.Comments = append(a.Comments, Comment{Text: line, Origin: from.origin(in.Pos)})
	}
	l.Actions = append(l.Actions, a)
	return Effect{Result: Added, Item: a.ID}
}

func (l *Log) addNote(in Intent, from Mail) Effect {
	m := l.meant(from)
	if m == nil {
		return refused(NoMeeting)
	}
	if n := find(m.Notes, func(n *Note) bool { return from.made(&n.Origin, in.Pos) }); n != nil {
		return Effect{Result: Added, Item: n.ID}
	}
	m = l.record(m)
	n := &Note{ID: l.nextID("N"), Text: withContext(in), Kind: in.TopicIs, Topic: in.Topic, State: NoteUnconfirmed, Origin: from.origin(in.Pos)}
	if in.Kind == AddUnsorted {
		n.Only = from.By
	}
	m.Notes = append(m.Notes, n)
	return Effect{Result: Added, Item: n.ID}
}

func (l *Log) addAgreement(in Intent, from Mail) Effect {
	if g := find(l.Agreements, func(g *Agreement) bool { return from.made(&g.Origin, in.Pos) }); g != nil {
		return Effect{Result: Added, Item: g.ID}
	}
	g := &Agreement{ID: l.nextID("G"), Text: withContext(in), Date: l.day(from), Until: in.Due, Origin: from.origin(in.Pos)}
	if afterMeeting(from.Occasion.Kind) {
		if m := l.meant(from); m != nil {
			g.Meeting, g.Date = m.ID, m.Start.In(l.Pair.Rhythm.Location()).Format(time.DateOnly)
		}
	}
	if from.Occasion.Kind == LetterSurveyResult {
		if s := l.surveyMeant(from); s != nil {
			l.offer(g, l.recordSurvey(s), from)
		}
	}
	l.Agreements = append(l.Agreements, g)
	return Effect{Result: Added, Item: g.ID}
}

// addPrivate keeps the sealed text alone. Without it, which means that the author has no key, nothing is kept.
func (l *Log) addPrivate(in Intent, from Mail) Effect {
	notes := l.Private[from.By]
	if p := find(notes, func(p *PrivateNote) bool { return from.made(&p.Origin, in.Pos) }); p != nil {
		return Effect{Result: Added, Item: p.ID}
	}
	if in.Sealed == "" {
		return refused(NoKey)
	}
	p := &PrivateNote{ID: privateID(notes), Sealed: in.Sealed, Origin: from.origin(in.Pos)}
	if m := l.meetingOf(from); m != nil {
		p.Meeting = m.ID
	}
	if l.Private == nil {
		l.Private = map[string][]*PrivateNote{}
	}
	l.Private[from.By] = append(notes, p)
	return Effect{Result: Added, Item: p.ID}
}

func privateID(notes []*PrivateNote) string {
	highest := 0
	for _, p := range notes {
		if _, n, ok := SplitID(p.ID); ok {
			highest = max(highest, n)
		}
	}
	return "P" + number(highest+1)
}

// day is the date on which the author wrote, on the author's own calendar.
func (l *Log) day(from Mail) string {
	return from.At.In(l.Person(from.By).Location()).Format(time.DateOnly)
}

// withContext is the text with its further lines below.
func withContext(in Intent) string {
	return strings.TrimSpace(strings.Join(append([]string{in.Text}, in.Context...), "\n"))
}
