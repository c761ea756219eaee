package meeting

import "time"

// The states of an agreement, beside "" for one in force and Withdrawn.
const (
	AgreementProposed = "proposed" // a change that one side wants to try, until the other says yes
	AgreementRejected = "rejected"
	AgreementEnded    = "ended"
)

// Made tells whether both agreed, be it in force still or ended.
func (g *Agreement) Made() bool { return g.State == "" || g.State == AgreementEnded }

// wordedBy is whose words the agreement has now.
func (g *Agreement) wordedBy() string { return lastWords(g.By, g.History) }

// lastWords is who worded an item last, an undo apart.
func lastWords(author string, history []Change) string {
	for _, c := range history {
		if c.Field == fieldText && c.By != "" && !c.Back {
			author = c.By
		}
	}
	return author
}

// offer makes an agreement that answers the result of a survey a proposal to the other side, which both look at again when the next
// survey is asked.
func (l *Log) offer(g *Agreement, s *Survey, from Mail) {
	g.State, g.Survey, g.Review = AgreementProposed, s.ID, l.nextReview(from.At)
}

// nextReview is the day on which the next quarter's survey is asked.
func (l *Log) nextReview(now time.Time) string {
	zone := l.Pair.Rhythm.Location()
	first, _ := quarter(now.In(zone))
	return l.SurveyOf(first.AddDate(0, 3, 0)).Asked.In(zone).Format(time.DateOnly)
}

// adopt puts a proposal in force.
func (l *Log) adopt(g *Agreement, in Intent, from Mail) Effect {
	e := l.change(g, in, from, fieldState, "")
	if s := l.Survey(g.Survey); s != nil {
		l.change(s, in, from, fieldAgreed, g.ID)
	}
	return e
}

// agreeToChange says yes to the change that the other side wants to try: the one that the mail or the reply names or, in answer to the
// result of a survey, what the other answered to the last question.
func (l *Log) agreeToChange(g *Agreement, in Intent, from Mail) (Effect, bool) {
	switch {
	case g == nil && from.Occasion.Kind == LetterSurveyResult && in.Item == "":
		return l.takeUp(in, from)
	case g == nil, !g.proposedTo(from.By) && done(g, from, in.Pos, fieldState) == nil:
		return Effect{Result: Unchanged}, false
	}
	return l.adopt(g, in, from), true
}

// proposedTo tells whether the agreement waits for the person's yes.
func (g *Agreement) proposedTo(person string) bool {
	return g.State == AgreementProposed && g.wordedBy() != person
}

// takeUp makes an agreement of the one change that the other side named in the survey, when nothing was proposed or agreed yet.
func (l *Log) takeUp(in Intent, from Mail) (Effect, bool) {
	s := l.surveyMeant(from)
	if g := find(l.Agreements, func(g *Agreement) bool { return from.made(&g.Origin, in.Pos) }); g != nil {
		return Effect{Result: Added, Item: g.ID}, true
	}
	if s == nil || s.Agreed != "" || len(l.Proposed(s, from.By)) > 0 {
		return Effect{Result: Unchanged}, false
	}
	text := s.change(l.Pair.Other(from.By))
	if at := l.Revealed(s); text == "" || at.IsZero() || from.At.Before(at) {
		return Effect{Result: Unchanged}, false
	}
	g := &Agreement{ID: l.nextID("G"), Text: text, Date: l.day(from), Review: l.nextReview(from.At), Survey: s.ID, Origin: from.origin(in.Pos)}
	l.Agreements = append(l.Agreements, g)
	l.change(s, in, from, fieldAgreed, g.ID)
	return Effect{Result: Added, Item: g.ID}, true
}

// change is the one change that the person named last, "" for none.
func (s *Survey) change(person string) string {
	text := ""
	for _, a := range s.Answers {
		if a.By == person && a.Question == "change" && a.Said == "" {
			text = a.Text
		}
	}
	return text
}

// Proposed lists the changes that came of a survey and wait for the person's yes.
func (l *Log) Proposed(s *Survey, person string) []*Agreement {
	var all []*Agreement
	for _, g := range l.Agreements {
		if g.Survey == s.ID && g.proposedTo(person) {
			all = append(all, g)
		}
	}
	return all
}

// changes ask one side for the change that the other wants to try, and tell what became of it.
func (l *Log) changes() []Occasion {
	var all []Occasion
	for _, g := range l.Agreements {
		if g.State == AgreementProposed {
			by := g.Origin
			for _, c := range g.History {
				if c.Field == fieldText && !c.Back {
					by = c.origin()
				}
			}
			all = append(all, l.moveMail(StageAsked, by, g.ID, "", by.At.Add(resultUntil)))
			continue
		}
		for _, c := range g.History {
			if c.Field != fieldState || c.From != AgreementProposed || c.Back || c.To != g.State || c.By == "" || g.State == Withdrawn {
				continue
			}
			stage := StageAgreed
			if c.To == AgreementRejected {
				stage = StageRefused
			}
			all = append(all, l.moveMail(stage, c.origin(), g.ID, "", c.At.Add(tellUntil)))
		}
	}
	return all
}
