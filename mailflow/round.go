package mailflow

import (
	"slices"
	"sync"

	"duolog/meeting"
)

// A manager's survey is one mail about several pairs. The pair that owed it first carries it: its token, its entry in the ledger. What
// the reply says of the others is carried out in their logs, in the same batch and under the same key, so that it is undone with it.

// leads lists the pairs of each manager, read once when the first survey of a pass is owed.
func (f *Flow) leads() func() (map[string][]string, error) {
	return sync.OnceValues(func() (map[string][]string, error) {
		roll, err := f.Content.Roll() // a broken pair is reported by its own turn, and joins nothing
		if len(roll) == 0 {
			return nil, err
		}
		led := map[string][]string{}
		for _, e := range roll {
			led[e.Pair.Manager] = append(led[e.Pair.Manager], e.Pair.ID)
		}
		return led, nil
	})
}

// round are the other pairs that the manager's survey asks about, in the order of the reports' names.
func (f *Flow) round(o meeting.Occasion, led map[string][]string) []*meeting.Log {
	var joined []*meeting.Log
	for _, id := range led[o.Person] {
		if l, err := f.Content.Log(id); err == nil && l.Joins(o) {
			joined = append(joined, l)
		}
	}
	slices.SortStableFunc(joined, func(a, b *meeting.Log) int { return meeting.CompareNames(a.Report, b.Report) })
	return joined
}

// open reads the logs of several pairs, all or none.
func (k *desk) open(pairs []string) ([]*meeting.Log, error) {
	var logs []*meeting.Log
	for _, pair := range pairs {
		l, err := k.log(pair)
		if err != nil {
			return nil, err
		}
		logs = append(logs, l)
	}
	return logs, nil
}

// reports are the people whom the answers to a manager's survey may be about.
func reports(log *meeting.Log, others []*meeting.Log) []*meeting.Person {
	if len(others) == 0 {
		return nil
	}
	people := []*meeting.Person{log.Report}
	for _, l := range others {
		people = append(people, l.Report)
	}
	return people
}

// along lists the other pairs that a reply is about: those of the survey that it answers and, once its effects are known, those of the
// mail that it took back.
func (k *desk) along(e Entry, effects []meeting.Effect) []string {
	pairs := slices.Clone(e.Occasion.Pairs)
	if target, ok := k.entry(target(e, effects)); ok && target.Occasion != nil {
		pairs = append(pairs, target.Occasion.Pairs...)
	}
	slices.Sort(pairs)
	return slices.Compact(pairs)
}

// target is the mail that an undo took back, "" for none. What a survey's answers were about may be in other pairs alone.
func target(e Entry, effects []meeting.Effect) string {
	for _, x := range effects {
		switch {
		case x.Intent.Kind == meeting.Undo && x.From != "":
			return x.From
		case x.Intent.Kind == meeting.Undo:
			return e.Occasion.Mail
		}
	}
	return ""
}

// share carries out in the other pairs what the reply says of them, and gives the effects of those answers that are kept there alone.
func (k *desk) share(e Entry, intents []meeting.Intent, effects []meeting.Effect) []meeting.Effect {
	mail := meeting.Mail{Key: e.Key, By: e.Person, At: e.Received, Occasion: *e.Occasion}
	if took := target(e, effects); took != "" {
		mail.Occasion.Mail = took
	}
	for _, pair := range k.along(e, effects) {
		l, err := k.log(pair)
		if err != nil { // it was open when the mail was decided about
			continue
		}
		var some []meeting.Intent
		var at []int
		for i, in := range intents {
			if in.Pos = effects[i].Intent.Pos; in.Kind == meeting.AnswerSurvey || in.Kind == meeting.Undo {
				some, at = append(some, in), append(at, i)
			}
		}
		k.outdate(l)
		theirs := l.Apply(some, mail)
		changes := len(todo(some, theirs))
		for n, i := range at {
			if elsewhere(effects[i]) || effects[i].Result == meeting.Refused && theirs[n].Result == meeting.Changed {
				effects[i] = theirs[n]
			}
		}
		if changes > 0 {
			k.touched = append(k.touched, touch{pair, e.Person, e.Received, changes})
		}
	}
	for i, x := range effects {
		if elsewhere(x) {
			effects[i].Result, effects[i].Reason = meeting.Refused, meeting.NotSupported
		}
	}
	return effects
}

// elsewhere tells whether the answer is about a report of another pair.
func elsewhere(e meeting.Effect) bool { return e.Field == meeting.FieldElsewhere }
