package meeting

import "time"

// Overview is what the logs of a whole organisation say about one calendar quarter, without a word and without a name: counts and
// averages for those who answer for how people are led.
type Overview struct {
	Quarter  string  `json:"quarter"`  // "2026q3", always one that is over
	People   int     `json:"people"`   // who have one-on-ones with their manager
	Managers int     `json:"managers"` //
	Planned  int     `json:"planned"`  // meetings
	Held     int     `json:"held"`     // percent of those planned
	Moved    int     `json:"moved"`    // percent of those planned
	Minutes  int     `json:"minutes"`  // of a meeting on average, where both said how long it was; 0 when nobody did
	Topics   float64 `json:"topics"`   // per meeting held, on average
	Theirs   int     `json:"theirs"`   // percent of the topics that the reports raised
	Done     int     `json:"done"`     // percent of the promises made in the quarter that were kept
	Value    float64 `json:"value"`    // that people gave their one-on-ones within the quarter, 1 to 5, on average; 0 when fewer than five did
}

// An Overview is given for so many people under so many managers at least, and never for a part of an organisation: where one can
// ask for two groups that differ by one person, the difference is that person.
const (
	OverviewPeople   = 5
	OverviewManagers = 3
)

// Overlook makes the overview of the last quarter that is over at now, of all pairs of report and manager that were there all through
// it. ok is false when they are too few to hide each of them; then only People and Managers are set.
//
// The quarter cannot be chosen, and pairs that came or went during it do not count: so two overviews never differ by one person alone.
func Overlook(logs []*Log, now time.Time) (o Overview, ok bool) {
	first, _ := quarter(now.UTC())
	from, name := quarter(first.AddDate(0, 0, -1))
	o.Quarter = name
	people, managers := map[string]bool{}, map[string]bool{}
	var counted []*Log
	for _, l := range logs {
		if l.Pair.Kind == KindReport && l.allThrough(from, first) {
			people[l.Pair.Report], managers[l.Pair.Manager] = true, true
			counted = append(counted, l)
		}
	}
	o.People, o.Managers = len(people), len(managers)
	if o.People < OverviewPeople || o.Managers < OverviewManagers {
		return o, false
	}
	o.count(counted, from, first, now)
	return o, true
}

// allThrough tells whether the pair met in the whole span.
func (l *Log) allThrough(from, to time.Time) bool {
	starts := l.slots(from.AddDate(-1, 0, 0), from.AddDate(0, 0, 35))
	return l.Started() && l.Pair.Added.Before(from) && len(starts) > 0 && !l.over(to.AddDate(0, 0, -1).Format(time.DateOnly))
}

func (o *Overview) count(logs []*Log, from, to, now time.Time) {
	var n Numbers
	held, timed, minutes, topics, values, given := 0, 0, 0, 0, 0, 0
	for _, l := range logs {
		one := l.Numbers(from, to, now)
		n.Planned, n.Moved, held = n.Planned+one.Planned, n.Moved+one.Moved, held+one.Held
		n.Manager.Topics, n.Report.Topics = n.Manager.Topics+one.Manager.Topics, n.Report.Topics+one.Report.Topics
		n.Manager.Promised, n.Manager.Done = n.Manager.Promised+one.Manager.Promised+one.Report.Promised, n.Manager.Done+one.Manager.Done+one.Report.Done
		if one.Minutes > 0 {
			timed, minutes = timed+one.Held, minutes+one.Minutes*one.Held
		}
		if v := l.valued(from, to); v > 0 {
			given, values = given+1, values+v
		}
	}
	topics = n.Manager.Topics + n.Report.Topics
	o.Planned, o.Held, o.Moved = n.Planned, percent(held, n.Planned), percent(n.Moved, n.Planned)
	o.Theirs, o.Done = percent(n.Report.Topics, topics), percent(n.Manager.Done, n.Manager.Promised)
	if timed > 0 {
		o.Minutes = (minutes + timed/2) / timed
	}
	if held > 0 {
		o.Topics = tenths(topics, held)
	}
	if given >= OverviewPeople {
		o.Value = tenths(values, given)
	}
}

// valued is what the report gave the one-on-ones in the survey that was asked and answered in the span, 0 for nothing. What comes after
// it never counts: else the averages before and after one answer would tell that answer.
func (l *Log) valued(from, to time.Time) int {
	value := 0
	for _, s := range l.Surveys {
		if s.IsSession() || !within(s.Asked, from, to) {
			continue
		}
		for _, a := range s.Answers {
			if a.By == l.Pair.Report && a.Value > 0 && a.At.Before(to) {
				value = a.Value
			}
		}
	}
	return value
}

func percent(part, all int) int {
	if all == 0 {
		return 0
	}
	return (200*part + all) / (2 * all)
}

func tenths(sum, n int) float64 { return float64((20*sum+n)/(2*n)) / 10 }
