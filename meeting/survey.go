package meeting

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Survey is one round of questions to both: the quarterly "check in on your check-ins", or a feedback session.
type Survey struct {
	ID        string         `yaml:"id" json:"id"`                                   // "survey-2026q4" looks back on that quarter; "session-2026q4" takes place in it
	From      string         `yaml:"from" json:"from"`                               // ISO date, the first day of the period it asks about
	To        string         `yaml:"to" json:"to"`                                   // ISO date, the last day
	Asked     time.Time      `yaml:"asked" json:"asked"`                             // when the questions were owed
	Answers   []SurveyAnswer `yaml:"answers,omitempty" json:"-"`                     // of both; Seen says which of them a person may see
	Postponed string         `yaml:"postponed,omitempty" json:"postponed,omitempty"` // ISO date: a feedback session waits for the first meeting from then on
	Agreed    string         `yaml:"agreed,omitempty" json:"agreed,omitempty"`       // G3: the one change that came of it
	History   []Change       `yaml:"history,omitempty" json:"-"`
	Prose     string         `yaml:"-" json:"-"`
}

// SurveyAnswer is what one side answered to one question. A later answer to the same question adds to the earlier ones.
type SurveyAnswer struct {
	Question string   `yaml:"question,omitempty" json:"question,omitempty"` // "1" to "5", "change", or "" for free words
	Text     string   `yaml:"text,omitempty" json:"text,omitempty"`
	Parts    []string `yaml:"parts,omitempty" json:"parts,omitempty"` // of an answer that asks for several things
	Value    int      `yaml:"value,omitempty" json:"value,omitempty"` // 1 to 5, 0 when none was given
	Said     string   `yaml:"said,omitempty" json:"said,omitempty"`   // SurveySkipped or SurveyInPerson in place of words
	Origin   `yaml:",inline"`
}

// What one can say in place of an answer.
const (
	SurveySkipped  = "skip"
	SurveyInPerson = "in-person"
)

const (
	blindFor      = 10 * 24 * time.Hour // that one side's answers stay unseen while the other has not answered
	surveyPrefix  = "survey-"
	sessionPrefix = "session-"
	surveyHour    = 10 // o'clock, where the reader is
)

// IsSurvey tells the id of a survey or feedback session from that of a meeting.
func IsSurvey(id string) bool {
	return strings.HasPrefix(id, surveyPrefix) || strings.HasPrefix(id, sessionPrefix)
}

// IsSession tells whether the survey is a feedback session.
func (s *Survey) IsSession() bool { return strings.HasPrefix(s.ID, sessionPrefix) }

// Survey returns the survey with that id, nil when nobody answered it yet.
func (l *Log) Survey(id string) *Survey {
	return find(l.Surveys, func(s *Survey) bool { return s.ID == id })
}

// Answered tells whether the person answered anything.
func (s *Survey) Answered(person string) bool { return !s.answeredAt(person).IsZero() }

// answeredAt is when the person first answered in words, or said that it is for the meeting.
func (s *Survey) answeredAt(person string) time.Time {
	for _, a := range s.Answers {
		if a.By == person && a.Said != SurveySkipped {
			return a.At
		}
	}
	return time.Time{}
}

// Revealed is when both sides may see all answers of a quarterly survey: when both have answered, or after ten days. It is zero
// while nobody answered.
func (l *Log) Revealed(s *Survey) time.Time {
	m, r := s.answeredAt(l.Pair.Manager), s.answeredAt(l.Pair.Report)
	late := s.Opens()
	switch {
	case m.IsZero() && r.IsZero():
		return time.Time{}
	case m.IsZero() || r.IsZero():
		return late
	case m.After(r):
		r = m
	}
	if r.After(late) {
		return late
	}
	return r
}

// Seen lists the answers that the person may see at now: one's own; the other's when they are revealed. In a feedback
// session the report sees the manager's at once, and the manager the report's after answering.
func (l *Log) Seen(s *Survey, person string, now time.Time) []SurveyAnswer {
	open := l.Revealed(s)
	shown := !open.IsZero() && !now.Before(open)
	if s.IsSession() {
		shown = person == l.Pair.Report || s.Answered(person)
	}
	var seen []SurveyAnswer
	for _, a := range s.Answers {
		if a.By == person || shown {
			seen = append(seen, a)
		}
	}
	return seen
}

// Opens is when both sides see all answers at the latest.
func (s *Survey) Opens() time.Time { return s.Asked.Add(blindFor) }

func (s *Survey) id() string           { return s.ID }
func (s *Survey) origin() *Origin      { return &Origin{} }
func (s *Survey) history() *[]Change   { return &s.History }
func (s *Survey) comments() *[]Comment { return nil }

func (s *Survey) get(field string) string {
	switch field {
	case fieldPostponed:
		return s.Postponed
	case fieldAgreed:
		return s.Agreed
	}
	return ""
}

func (s *Survey) set(field, value string) {
	switch field {
	case fieldPostponed:
		s.Postponed = value
	case fieldAgreed:
		s.Agreed = value
	default:
		panic("meeting: a survey has no field " + field)
	}
}

// quarter is a calendar quarter: its first day and its name, "2026q4".
func quarter(t time.Time) (first time.Time, name string) {
	q := (int(t.Month()) - 1) / 3
	first = time.Date(t.Year(), time.Month(3*q+1), 1, 0, 0, 0, 0, t.Location())
	return first, fmt.Sprintf("%dq%d", t.Year(), q+1)
}

// SurveyOf is the survey that is asked in the quarter of t, which looks back on the quarter before: the recorded one, or a new one.
func (l *Log) SurveyOf(t time.Time) *Survey {
	first, _ := quarter(t.In(l.Pair.Rhythm.Location()))
	from, name := quarter(first.AddDate(0, -1, 0))
	if s := l.Survey(surveyPrefix + name); s != nil {
		return s
	}
	day := first.AddDate(0, 0, 7)
	for day.Weekday() != time.Tuesday {
		day = day.AddDate(0, 0, 1)
	}
	asked := l.workday(day.Add(surveyHour * time.Hour))
	return &Survey{ID: surveyPrefix + name, From: from.Format(time.DateOnly), To: first.AddDate(0, 0, -1).Format(time.DateOnly), Asked: asked}
}

// sessionOf is the feedback session of the quarter of t, and the meeting it takes the place of; nil when there is none yet.
func (l *Log) sessionOf(t time.Time) (*Survey, *Meeting) {
	first, name := quarter(t.In(l.Pair.Rhythm.Location()))
	target := first.AddDate(0, 1, 0)
	s := l.Survey(sessionPrefix + name)
	if s != nil && s.Postponed != "" {
		if day, err := time.ParseInLocation(time.DateOnly, s.Postponed, first.Location()); err == nil {
			target = day
		}
	}
	m := find(l.Upcoming(target, target.AddDate(0, 2, 0)), func(m *Meeting) bool { return m.State != Skipped && m.State != Moved })
	if m == nil {
		return s, nil
	}
	if s == nil {
		day := m.Start.In(first.Location())
		s = &Survey{ID: sessionPrefix + name, From: day.AddDate(0, -3, 0).Format(time.DateOnly), To: day.Format(time.DateOnly), Asked: m.Start.Add(-sessionBefore)}
	}
	return s, m
}

// SessionIn is the feedback session that takes the place of the meeting, nil for a usual meeting. One that nobody answered is not part
// of the log.
func (l *Log) SessionIn(m *Meeting) *Survey {
	if !l.Pair.Settings.Sessions {
		return nil
	}
	first, _ := quarter(m.Start.In(l.Pair.Rhythm.Location()))
	quarters := []time.Time{m.Start}
	if _, name := quarter(first.AddDate(0, -1, 0)); l.Survey(sessionPrefix+name) != nil { // it may be postponed into this quarter
		quarters = append(quarters, first.AddDate(0, -1, 0))
	}
	for _, t := range quarters {
		if s, in := l.sessionOf(t); in != nil && in.ID == m.ID {
			return s
		}
	}
	return nil
}

// surveyMeant is the survey that a mail answers, nil when it answers none.
func (l *Log) surveyMeant(from Mail) *Survey {
	if s := find(l.Surveys, func(s *Survey) bool { return s.ID == from.Occasion.Item }); s != nil {
		return s
	}
	switch from.Occasion.Kind {
	case LetterFeedback:
		if m := l.Planned(from.Occasion.Meeting); m != nil {
			if s := l.SessionIn(m); s != nil {
				return s
			}
		}
		s, _ := l.sessionOf(from.At)
		return s
	case LetterSurveyMgr, LetterSurveyRep, LetterSurveyResult:
		s := l.SurveyOf(from.At)
		if s.ID != from.Occasion.Item && s.Asked.After(from.At) { // a late answer to the quarter before
			s = l.SurveyOf(from.At.AddDate(0, -3, 0))
		}
		return s
	}
	return nil
}

// recordSurvey makes the survey part of the log, in its place.
func (l *Log) recordSurvey(s *Survey) *Survey {
	if old := l.Survey(s.ID); old != nil {
		return old
	}
	at, _ := slices.BinarySearchFunc(l.Surveys, s, func(a, b *Survey) int { return strings.Compare(a.ID, b.ID) })
	l.Surveys = slices.Insert(l.Surveys, at, s)
	return s
}

// answerSurvey keeps one answer, or postpones a feedback session, or takes it into the meeting.
func (l *Log) answerSurvey(in Intent, from Mail) Effect {
	s := l.surveyMeant(from)
	if s == nil {
		return refused(NotSupported)
	}
	switch {
	case in.Who == several:
		return refused(NamesSeveral)
	case in.Who != "" && !l.Pair.Has(in.Who):
		return Effect{Result: Told, Item: s.ID, Field: FieldElsewhere}
	case in.State == "postpone":
		return l.postpone(s, in, from)
	}
	answer := SurveyAnswer{Question: in.Item, Text: in.Text, Parts: in.Context, Value: min(max(in.Progress, 0), 5), Origin: from.origin(in.Pos)}
	switch in.State {
	case SurveySkipped, SurveyInPerson:
		answer.Said = in.State
	}
	s = l.recordSurvey(s)
	if !slices.ContainsFunc(s.Answers, func(a SurveyAnswer) bool { return from.made(&a.Origin, in.Pos) }) {
		s.Answers = append(s.Answers, answer)
	}
	e := Effect{Result: Added, Item: s.ID, Field: in.Item}
	if in.State == SurveyInPerson && s.IsSession() {
		e.Items = []string{l.addTopic(Intent{Kind: AddTopic, Pos: in.Pos, Text: in.Words, TopicIs: "feedback"}, from).Item}
	}
	return e
}

// postpone moves a feedback session to the first meeting of another day, a month later when no day was said.
func (l *Log) postpone(s *Survey, in Intent, from Mail) Effect {
	if !s.IsSession() {
		return Effect{Result: Told, Item: s.ID}
	}
	day := in.Due
	if _, err := time.Parse(time.DateOnly, day); err != nil || day <= l.day(from) {
		day = from.At.In(l.Person(from.By).Location()).AddDate(0, 1, 0).Format(time.DateOnly)
	}
	return l.change(l.recordSurvey(s), in, from, fieldPostponed, day)
}

const (
	surveyAgain    = 5 // working days after which a survey is asked once more
	surveyMeetings = 3 // planned in the period, below which there is nothing to look back on
	resultUntil    = 14 * 24 * time.Hour
)

// surveys are the mails of the quarter's survey: to both on the same day, once more to whoever did not answer, and the result.
func (l *Log) surveys(now time.Time) []Occasion {
	s := l.SurveyOf(now)
	if l.Pair.Settings.NoSurvey || now.Before(s.Asked.Add(-24*time.Hour)) || !l.met(s) {
		return nil
	}
	var all []Occasion
	revealed := l.Revealed(s)
	for _, person := range l.both() {
		kind := LetterSurveyRep
		if person == l.Pair.Manager && l.Pair.Kind.Managed() {
			kind = LetterSurveyMgr
		}
		if !s.Answered(person) {
			first, again := l.surveyDay(s, person, 0), l.surveyDay(s, person, surveyAgain)
			all = append(all, l.surveyMail(s, kind, person, "", first, again), l.surveyMail(s, kind, person, StageAgain, again, s.Opens()))
		}
		if !revealed.IsZero() {
			at := waking(revealed.In(l.Person(person).Location()))
			all = append(all, l.surveyMail(s, LetterSurveyResult, person, "", at, at.Add(resultUntil)))
		}
	}
	return all
}

func (l *Log) surveyMail(s *Survey, kind LetterKind, person, stage string, at, until time.Time) Occasion {
	o := Occasion{Key: l.key(s.ID, string(kind), person), Kind: kind, Stage: stage, Pair: l.Pair.ID, Person: person, Item: s.ID, At: at, Until: until}
	if kind == LetterSurveyMgr { // one mail about all reports
		o.Key = strings.Join([]string{s.ID, string(kind), person}, "/")
	}
	if stage != "" {
		o.Key += "/" + stage
	}
	return o
}

// surveyDay is the hour at which the person is asked, some working days after the survey began.
func (l *Log) surveyDay(s *Survey, person string, days int) time.Time {
	day := s.Asked.In(l.Pair.Rhythm.Location())
	for days > 0 {
		day = day.AddDate(0, 0, 1)
		if day.Weekday() != time.Saturday && day.Weekday() != time.Sunday && !l.free(day.Format(time.DateOnly)) {
			days--
		}
	}
	return time.Date(day.Year(), day.Month(), day.Day(), surveyHour, 0, 0, 0, l.Person(person).Location())
}

// SurveyAsked is a survey or feedback session that one of the two is asked to answer, between two moments.
type SurveyAsked struct {
	Survey    *Survey
	Person    string
	At, Until time.Time
}

// SurveysAsked lists what the two were or will be asked in the quarter of now and did not answer yet; nobody is asked for an answer that
// comes too late.
func (l *Log) SurveysAsked(now time.Time) []SurveyAsked {
	if !l.Started() {
		return nil
	}
	var all []SurveyAsked
	add := func(s *Survey, person string, at, until time.Time) {
		if !s.Answered(person) && now.Before(until) && l.writesTo(person, now) {
			all = append(all, SurveyAsked{s, person, at, until})
		}
	}
	if s := l.SurveyOf(now); !l.Pair.Settings.NoSurvey && l.met(s) {
		for _, person := range l.both() {
			add(s, person, l.surveyDay(s, person, 0), s.Opens())
		}
	}
	for _, m := range l.Upcoming(now, now.AddDate(0, 2, 0)) {
		if m.State != Planned {
			continue
		}
		if s := l.SessionIn(m); s != nil {
			for _, o := range l.before(m) {
				add(s, o.Person, o.At, o.Until)
			}
		}
	}
	return all
}

// met tells whether the period of the survey had meetings enough to look back on.
func (l *Log) met(s *Survey) bool {
	from, to := l.Period(s)
	planned := 0
	for _, m := range l.Upcoming(from, to) {
		if m.State != Skipped && m.State != Moved {
			planned++
		}
	}
	return planned >= surveyMeetings
}

// Period is the time that the survey looks back on, from and to exclusive, on the pair's calendar.
func (l *Log) Period(s *Survey) (from, to time.Time) {
	from, _ = time.ParseInLocation(time.DateOnly, s.From, l.Pair.Rhythm.Location())
	to, _ = time.ParseInLocation(time.DateOnly, s.To, l.Pair.Rhythm.Location())
	return from, to.AddDate(0, 0, 1)
}
