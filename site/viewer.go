package site

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"duolog/meeting"
)

// viewer reads one log for the templates.
type viewer struct {
	log  *meeting.Log
	zone *time.Location
	now  time.Time
}

func (v viewer) view() logView {
	l := v.log
	view := logView{
		Pair: l.Pair.ID, Title: l.Report.FirstName() + " + " + l.Manager.FirstName(), Kind: string(l.Pair.Kind),
		Manager: v.person(l.Manager.ID), Report: v.person(l.Report.ID), JoinLink: l.Pair.JoinLink, Ended: l.Pair.Ended,
		Pending: v.pending(), Waiting: v.waiting(), Agreements: v.agreements(func(*meeting.Agreement) bool { return true }),
		Prose: inert(l.Prose),
	}
	for _, t := range l.Topics {
		if t.State == meeting.TopicParked {
			view.Parked = append(view.Parked, v.topic(t, string(t.State)))
		}
	}
	if next := l.NextMeeting(v.now); next != nil {
		m := v.meeting(next)
		m.Topics = v.agenda()
		view.Next = &m
	}
	return view
}

func (v viewer) person(id string) personView {
	if p := v.log.Person(id); p != nil {
		return personView{p.ID, p.Name, p.FirstName()}
	}
	return personView{Name: id, First: id} // somebody outside the pair
}

// day is when something was written, on the pair's calendar.
func (v viewer) day(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.In(v.zone).Format(time.DateOnly)
}

// pending groups the open actions by owner: the manager's own first, then the report's, then other people's.
func (v viewer) pending() []promisesView {
	groups := []promisesView{{Owner: v.person(v.log.Manager.ID)}, {Owner: v.person(v.log.Report.ID)}}
	for _, a := range v.log.Pending("") {
		owner := v.person(a.Who)
		i := slices.IndexFunc(groups, func(g promisesView) bool { return g.Owner == owner })
		if i < 0 {
			i, groups = len(groups), append(groups, promisesView{Owner: owner})
		}
		groups[i].Actions = append(groups[i].Actions, v.action(a))
	}
	for _, g := range groups {
		slices.SortStableFunc(g.Actions, func(a, b actionView) int { return cmp.Compare(cmp.Or(a.Due, "9"), cmp.Or(b.Due, "9")) })
	}
	return groups
}

func (v viewer) agenda() []topicView {
	var agenda []topicView
	for _, t := range v.log.Agenda() {
		agenda = append(agenda, v.topic(t, string(t.State)))
	}
	return agenda
}

// past lists the meetings that are over or were called off, newest first.
func (v viewer) past() []*meeting.Meeting {
	var past []*meeting.Meeting
	for _, m := range slices.Backward(v.log.Meetings) {
		if !m.Start.After(v.now) || m.State != meeting.Planned {
			past = append(past, m)
		}
	}
	return past
}

func (v viewer) meetings(of []*meeting.Meeting) []meetingView {
	views := []meetingView{}
	for _, m := range of {
		views = append(views, v.meeting(m))
	}
	return views
}

func (v viewer) meeting(m *meeting.Meeting) meetingView {
	start := m.Start.In(v.zone)
	view := meetingView{
		ID: m.ID, Date: start.Format(time.DateOnly), Start: start.Format(time.RFC3339), Time: start.Format("15:04"), Zone: city(v.zone),
		Minutes: cmp.Or(m.Minutes, m.Length.Minutes()), State: string(m.State), Reason: m.Reason, Prose: inert(m.Prose),
		Agreements: v.agreements(func(g *meeting.Agreement) bool { return g.Meeting == m.ID }),
	}
	for _, o := range m.Outcomes {
		if t := v.log.Topic(o.Topic); t != nil && t.State != meeting.TopicWithdrawn && m.Outcome(o.Topic) == o.State {
			view.Topics = append(view.Topics, v.topic(t, string(o.State)))
		}
	}
	for _, n := range m.Notes {
		if n.State != meeting.NoteWithdrawn && n.Only == "" {
			view.Notes = append(view.Notes, v.note(n))
		}
	}
	for _, a := range v.log.Actions {
		if a.Meeting == m.ID && a.State != meeting.ActionWithdrawn {
			view.Actions = append(view.Actions, v.action(a))
		}
	}
	view.Session = v.sessionIn(m)
	for _, a := range m.Answers {
		view.Answers = append(view.Answers, answerView{By: v.person(a.By).First, Said: a.Said})
	}
	if p := m.Proposal; p != nil {
		at := p.Start.In(v.zone)
		view.Asked = &askedView{By: v.person(p.By).First, Date: at.Format(time.DateOnly), Time: at.Format("15:04"), Zone: city(v.zone)}
	}
	return view
}

func (v viewer) topic(t *meeting.Topic, state string) topicView {
	view := topicView{
		ID: t.ID, Text: runs(t.Text), Context: runs(strings.Join(t.Context, "\n")), Kind: t.Kind, State: state, FollowUp: t.FollowUp,
		HeadsUp: t.HeadsUp, Comments: v.comments(t.Comments), By: v.person(t.By), On: v.day(t.At), Changes: v.changes(t.History),
	}
	if t.OnAgenda() {
		view.Carried = v.log.Carried(t)
	}
	if q := t.Question; q != nil {
		view.Answer, view.Why = runs(q.MyAnswer), runs(q.Why)
	}
	return view
}

func (v viewer) action(a *meeting.Action) actionView {
	view := actionView{
		ID: a.ID, What: runs(a.What), Who: v.person(a.Who), Due: a.Due, Measure: runs(a.Measure), State: string(a.State), Progress: a.Progress,
		Back: a.Kind == meeting.ReportBack, Topic: a.Topic, DoneOn: a.DoneOn, Comments: v.comments(a.Comments),
		By: v.person(a.By), On: v.day(a.At), Changes: v.changes(a.History),
	}
	if a.Due == meeting.NextMeeting {
		view.Due, view.NextTime = "", true
	}
	return view
}

func (v viewer) note(n *meeting.Note) noteView {
	state := string(n.State)
	if n.State == meeting.NoteUnconfirmed && n.Kind == meeting.NoteFeeling {
		state = "" // nobody else can say
	} else if n.State == meeting.NoteUnconfirmed && v.log.Lapsed(n) {
		state = "lapsed"
	}
	return noteView{ID: n.ID, Text: runs(n.Text), Kind: n.Kind, State: state, Topic: n.Topic, By: v.person(n.By), On: v.day(n.At), Changes: v.changes(n.History)}
}

func (v viewer) agreements(wanted func(*meeting.Agreement) bool) []agreementView {
	views := []agreementView{}
	for _, g := range slices.Backward(v.log.Agreements) {
		if g.Made() && wanted(g) {
			views = append(views, agreementView{
				ID: g.ID, Text: runs(g.Text), Date: g.Date, Until: g.Until, Review: g.Review, Ended: g.State == "ended" || g.Until != "" && g.Until < v.day(v.now),
				Meeting: g.Meeting, By: v.person(g.By), Changes: v.changes(g.History),
			})
		}
	}
	slices.SortStableFunc(views, func(a, b agreementView) int { return cmp.Compare(b.Date, a.Date) })
	return views
}

func (v viewer) comments(of []meeting.Comment) []commentView {
	var views []commentView
	for _, c := range of {
		views = append(views, commentView{Text: runs(c.Text), By: v.person(c.By), On: v.day(c.At)})
	}
	return views
}

// changes leaves out a history of states alone, without reasons: what it tells stands beside the item already.
func (v viewer) changes(of []meeting.Change) []changeView {
	if !slices.ContainsFunc(of, func(c meeting.Change) bool { return c.Field != "state" || c.Why != "" }) {
		return nil
	}
	var views []changeView
	for _, c := range of {
		views = append(views, changeView{Field: c.Field, From: c.From, To: c.To, Why: c.Why, By: v.person(c.By), On: v.day(c.At)})
	}
	return views
}
