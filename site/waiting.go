package site

import (
	"slices"
	"time"

	"duolog/meeting"
)

// askedApart is longer than the two are ever asked after each other. A survey is listed so much before either is, or it would be gone
// between the answer of the first and the question to the second.
const askedApart = 7 * 24 * time.Hour

// waiting lists what waits for one of the two, the latest first: what the other wrote down and wants a yes for, and the surveys. Those
// wait for both as long as they wait for one: whether a person answered is on that person's own page alone.
func (v viewer) waiting() []waitingView {
	var all []waitingView
	for _, person := range []string{v.log.Manager.ID, v.log.Report.ID} {
		seen := map[string]bool{}
		for _, a := range v.log.SurveysAsked(v.now) {
			if seen[a.Survey.ID] || a.At.Add(-askedApart).After(v.now) {
				continue
			}
			seen[a.Survey.ID] = true
			all = append(all, v.asked(a, person))
		}
		for _, id := range slices.Backward(v.log.Waiting(person)) {
			if n, _ := v.log.Note(id); n == nil || !v.log.Lapsed(n) {
				all = append(all, v.unanswered(person, id))
			}
		}
	}
	return all
}

func (v viewer) asked(a meeting.SurveyAsked, person string) waitingView {
	kind := "survey"
	if a.Survey.IsSession() {
		kind = "session"
	}
	until := a.Until.In(v.log.Person(person).Location()).Format(time.DateOnly)
	return waitingView{Person: person, Kind: kind, Place: "surveys/", Survey: a.Survey.ID, From: a.Survey.From, To: a.Survey.To, Until: until}
}

func (v viewer) unanswered(person, id string) waitingView {
	w := waitingView{Person: person, ID: id}
	from := func(kind, text string, o meeting.Origin) {
		w.Kind, w.Text, w.By, w.On = kind, runs(text), v.person(o.By), v.day(o.At)
	}
	if a := v.log.Action(id); a != nil {
		from("action", a.What, a.Origin)
		w.Place = "#" + id
	}
	if g := v.log.Agreement(id); g != nil {
		from("agreement", g.Text, g.Origin)
	}
	for _, m := range v.log.Meetings {
		for _, n := range m.Notes {
			if n.ID == id {
				from("note", n.Text, n.Origin)
				w.Place = "#" + m.ID + "-" + id
			}
		}
	}
	return w
}
