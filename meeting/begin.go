package meeting

import (
	"slices"
	"time"
)

// begins tells the one who agreed first that the other agreed as well. Nobody is told who was not asked.
func (l *Log) begins() []Occasion {
	if l.Pair.Added.IsZero() || l.Manager.Consent == nil || l.Report.Consent == nil {
		return nil
	}
	last := l.Manager
	if l.Report.Consent.At.After(last.Consent.At) {
		last = l.Report
	}
	by := last.Consent.Origin
	by.By = last.ID
	if by.At.Before(l.Pair.Added) { // both agreed in other pairs, long ago
		return nil
	}
	return []Occasion{l.moveMail(StageBegins, by, AboutRhythm, "", by.At.Add(tellUntil))}
}

// declines tell one side that the other's calendar said no to all meetings, until they have another rhythm.
func (l *Log) declines() []Occasion {
	var all []Occasion
	for _, person := range l.both() {
		a := lastAnswer(l.Pair.Answers, person)
		if a == nil || a.Said != SaidDeclined {
			continue
		}
		changed := func(c Change) bool { return c.Field == fieldRhythm && c.At.After(a.At) }
		if !slices.ContainsFunc(l.Pair.History, changed) {
			all = append(all, l.moveMail(StageDeclined, a.Origin, AboutRhythm, "", a.At.Add(blindFor)))
		}
	}
	return all
}

// endedUntil is how long after its end a pair is told of it.
const endedUntil = 7 * 24 * time.Hour

// endings tell both that the pair has ended. Package mailflow sends it only to those whose calendar still has meetings to come.
func (l *Log) endings(now time.Time) []Occasion {
	day, err := time.ParseInLocation(time.DateOnly, l.Pair.Ended, l.Pair.Rhythm.Location())
	at := day.AddDate(0, 0, 1)
	if err != nil || now.Before(at) || !now.Before(at.Add(endedUntil)) {
		return nil
	}
	var all []Occasion
	for _, person := range l.both() {
		if p := l.Person(person); p != nil && len(p.Addresses) > 0 && p.Paused != Stopped {
			all = append(all, Occasion{
				Key: l.key(AboutRhythm, string(LetterMove), StageEnded, l.Pair.Ended, person), Kind: LetterMove, Stage: StageEnded,
				Pair: l.Pair.ID, Person: person, Item: AboutRhythm, At: at, Until: at.Add(endedUntil),
			})
		}
	}
	return all
}
