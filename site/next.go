package site

import "time"

// next returns when some page of the log says something else though nobody wrote anything: a meeting starts, an
// agreement ends, a survey is asked or opens, a month begins. It is never zero.
func (v viewer) next() time.Time {
	now := v.now.In(v.zone)
	soonest := time.Date(now.Year(), now.Month()+1, 1, 0, 0, 0, 0, v.zone)
	sooner := func(at time.Time) {
		if at.After(v.now) && at.Before(soonest) {
			soonest = at
		}
	}
	if m := v.log.NextMeeting(v.now); m != nil {
		sooner(m.Start)
	}
	for _, m := range v.log.Meetings {
		sooner(m.Start)
	}
	for _, g := range v.log.Agreements {
		if last, err := time.ParseInLocation(time.DateOnly, g.Until, v.zone); err == nil {
			sooner(last.AddDate(0, 0, 1))
		}
	}
	for _, s := range v.log.Surveys {
		sooner(v.log.Revealed(s))
	}
	for _, a := range v.log.SurveysAsked(v.now) {
		sooner(a.At.Add(-askedApart))
		sooner(a.At)
		sooner(a.Until)
	}
	return soonest
}
