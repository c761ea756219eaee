package site

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"duolog/content"
	"duolog/meeting"
)

// aYear is an instance as it looks after two years of use: a pair that writes much, a German one, one whose names run from the right to
// the left, one that promises too much in words that are too long, one that has just begun.
func aYear(t testing.TB) *Builder {
	t.Helper()
	dir := t.TempDir()
	store := content.Open(filepath.Join(dir, "content"))
	sam := person("sam", "Sam Ortega", "America/New_York", "en")
	as := func(id, name, zone, language string) *meeting.Person {
		p := person("lena", name, zone, language)
		p.ID, p.Addresses = id, []string{id + "@acme.example"}
		return p
	}
	priya := person("priya", "Priya Nair", "Europe/Berlin", "en")
	juergen := person("juergen", "Jürgen Weiß", "Europe/Berlin", "de")
	logs := []*meeting.Log{
		written(priya, sam, 100, english),
		written(juergen, sam, 60, german),
		written(as("noor", "نور الهاشمي", "Asia/Amman", "en"), sam, 20, arabic),
		tooMuch(as("tom", "Bartholomäus-Maximilian Freiherr von Oberschleißheim-Unterpfaffenhofen", "Europe/Berlin", "en"), sam),
		{
			Pair:    meeting.Pair{ID: "ana-sam", Kind: meeting.KindMentor, Manager: "sam", Report: "ana", Rhythm: rhythm("FREQ=MONTHLY;BYDAY=1FR", "2026-12-04 11:00")},
			Manager: sam, Report: as("ana", "Ana Sousa", "Europe/Lisbon", "en"),
		},
	}
	logs[0].Private = map[string][]*meeting.PrivateNote{"priya": {note("P1", "priya", "2026-11-26", "I have an offer from another company.")}}
	if _, err := store.Save(logs...); err != nil {
		t.Fatal(err)
	}
	return &Builder{Content: content.Open(store.Dir()), Private: filepath.Join(dir, "private"), Public: filepath.Join(dir, "public"), Now: func() time.Time { return today }}
}

// phrases are what a pair talks about, over and over.
type phrases struct {
	topics, context, notes, promises, measures, agreements, answers []string
}

var kindsOf = []string{"work", "growth", "status", "team", "feedback", "wellbeing", "", "status"}

var english = phrases{
	topics: []string{"On-call load", "Career: path to staff", "Q1 roadmap draft", "Pairing with the new hire", "Feedback on Tuesday's demo", "Too many meetings on Wednesdays", "Latency after the cache change",
		"Conference budget", "How the reorganisation touches us", "Code review turnaround", "Hiring: two candidates for the second round", "Holiday cover in August"},
	context: []string{"third week in a row for me", "I read the staff ladder, want your honest take", "numbers only https://docs.acme.example/q1", "before the all-hands, so that nobody hears it there first", ""},
	notes: []string{"Beta went out with two rollbacks; both were found by the new alerts, not by customers.", "Thanks for shielding us from the audit; we shipped on time because of it.",
		"p99 is back to 120 ms. The cache stays, the warm-up goes.", "Mood is good, energy is not. Too many evenings with the pager."},
	promises:   []string{"Draft the Q1 roadmap", "Ask Lena about the conference budget", "Send the staff ladder examples", "Write up the beta launch for the all-hands", "Pair with Tom on alerts", "Move the review to Tuesdays"},
	measures:   []string{"reviewed by Ana", "two people outside the team have read it", "", "the pager stays silent for a week"},
	agreements: []string{"We keep Thursday fixed; who moves it finds the new slot the same week.", "Priya leads the latency project until the end of January.", "Status goes into the mail, the hour is for everything else."},
	answers:    []string{"You always come prepared, and the career talk helped.", "Moved four times this quarter, often at the last minute.", "Keep Thursday fixed, 45 minutes every second week.", "Weekly is right.", "Mostly status; growth comes last."},
}

var german = phrases{
	topics:     []string{"Elternzeit ab März", "Bereitschaftsdienst am Wochenende", "Datenschutzgrundverordnungskonformität der Auswertungen", "Rückmeldung zur Vorführung", "Gehaltsgespräch", "Zusammenarbeit mit dem Vertrieb"},
	context:    []string{"wie planen wir die Übergabe?", "", "zum dritten Mal in Folge"},
	notes:      []string{"Die Übergabe beginnt im Februar; Tom übernimmt die Bereitschaft.", "Stimmung gut, aber die Abende mit dem Rufdienst zehren."},
	promises:   []string{"Um die Doku kümmern", "Mit der Personalabteilung über die Vertretung sprechen", "Eine Liste der offenen Vorgänge schreiben"},
	measures:   []string{"", "Ana hat es gelesen"},
	agreements: []string{"Dienstags keine Termine vor zehn.", "Die Übergabe steht bis Ende Februar."},
	answers:    []string{"Die Gespräche sind offen und pünktlich.", "Zu oft geht es nur um den Stand der Dinge.", "Alle zwei Wochen passt."},
}

var arabic = phrases{
	topics:     []string{"خطة الربع القادم", "التدريب والتطوير المهني", "Workload", "مراجعة العرض التقديمي"},
	context:    []string{"", "أود سماع رأيك بصراحة"},
	notes:      []string{"اتفقنا على أن المشروع يسير كما يجب.", "All fine."},
	promises:   []string{"إرسال المسودة إلى الفريق", "Book the training"},
	measures:   []string{""},
	agreements: []string{"نلتقي كل أسبوع في الوقت نفسه."},
	answers:    []string{"كل شيء على ما يرام."},
}

func pick[T any](of []T, i int) T { return of[i%len(of)] }

// written is a log of so many weekly meetings with all that a log can hold.
func written(report, manager *meeting.Person, weeks int, p phrases) *meeting.Log {
	l := longLog(report, manager, weeks)
	l.Pair.JoinLink = "https://meet.acme.example/" + l.Pair.ID
	l.Pair.Settings.Sessions = true
	l.Topics, l.Actions = nil, nil
	topic := func(i int, by string, at time.Time, state meeting.TopicState) *meeting.Topic {
		t := &meeting.Topic{ID: fmt.Sprint("T", len(l.Topics)+1), Text: pick(p.topics, i), Kind: pick(kindsOf, i*5+i/7), State: state, Origin: meeting.Origin{By: by, At: at}}
		if c := pick(p.context, i); c != "" {
			t.Context = []string{c}
		}
		l.Topics = append(l.Topics, t)
		return t
	}
	for i, m := range l.Meetings {
		if i%13 == 5 {
			m.State, m.Reason, m.Minutes, m.Notes, m.Outcomes = meeting.Skipped, pick([]string{"holiday", "all-hands"}, i), 0, nil, nil
			continue
		}
		if i%17 == 3 {
			m.History = []meeting.Change{{By: manager.ID, At: m.Start.AddDate(0, 0, -2), Field: "start", From: m.Start.AddDate(0, 0, -1).Format(time.RFC3339), To: m.Start.Format(time.RFC3339)}}
		}
		m.Outcomes, m.Notes, m.Minutes = nil, nil, 20+i%4*5
		for k := range 1 + i%3 {
			who := report.ID
			if (i+k)%3 == 0 {
				who = manager.ID
			}
			state := pick([]meeting.TopicState{meeting.TopicDiscussed, meeting.TopicDiscussed, meeting.TopicDropped}, i+k)
			t := topic(i+k, who, m.Start.Add(-50*time.Hour), state)
			m.Outcomes = append(m.Outcomes, meeting.Outcome{Topic: t.ID, State: state, Origin: by(who, m.Start)})
		}
		for k := range 1 + i%2 {
			n := &meeting.Note{ID: fmt.Sprintf("N%d", 2*i+k+1), Text: pick(p.notes, i+k), State: pick([]meeting.NoteState{meeting.NoteConfirmed, meeting.NoteUnconfirmed, meeting.NoteConfirmed}, i), Kind: pick([]string{"", "", "win", "feeling"}, i+k), Origin: by(manager.ID, m.Start)}
			if i%9 == 4 {
				n.State, n.History = meeting.NoteCorrected, []meeting.Change{{By: report.ID, At: m.Start.Add(40 * time.Hour), Field: "text", From: "Launch moves to May", To: n.Text}}
			}
			m.Notes = append(m.Notes, n)
		}
		l.Actions = append(l.Actions, promise(p, i, []string{report.ID, manager.ID}[i%2], m, i >= weeks-4))
		if i%8 == 7 {
			g := &meeting.Agreement{ID: fmt.Sprint("G", len(l.Agreements)+1), Text: pick(p.agreements, i/8), Date: m.ID, Meeting: m.ID, Origin: by(report.ID, m.Start)}
			if i < weeks-30 {
				g.Until = m.Start.AddDate(0, 3, 0).Format(time.DateOnly)
			}
			l.Agreements = append(l.Agreements, g)
		}
	}
	topic(1, report.ID, on(11, 19, 9), meeting.TopicNextTime)
	topic(2, manager.ID, on(11, 30, 9), meeting.TopicOpen).Question = &meeting.Question{MyAnswer: "fewer meetings, and getting two people to staff", Why: "planning season"}
	topic(4, report.ID, on(12, 1, 9), meeting.TopicOpen).HeadsUp = true
	topic(7, report.ID, on(10, 1, 9), meeting.TopicParked)
	l.Surveys = surveysOf(l, p)
	return l
}

func promise(p phrases, i int, who string, m *meeting.Meeting, open bool) *meeting.Action {
	due := m.Start.AddDate(0, 0, 5+i%6)
	a := &meeting.Action{ID: fmt.Sprint("A", i+1), What: pick(p.promises, i), Who: who, Due: due.Format(time.DateOnly), Measure: pick(p.measures, i), Meeting: m.ID, State: meeting.ActionDone, Origin: by(who, m.Start)}
	a.DoneOn = due.AddDate(0, 0, pick([]int{-1, 0, -2, 3}, i)).Format(time.DateOnly)
	switch {
	case open:
		a.State, a.DoneOn, a.Progress = meeting.ActionOpen, "", i%3*25
	case i%11 == 6:
		a.State, a.DoneOn = meeting.ActionDropped, ""
	case i%11 == 9:
		a.State, a.DoneOn = meeting.ActionMissed, ""
	}
	return a
}

// surveysOf are five quarters, a feedback session, and a survey that the report alone has answered so far.
func surveysOf(l *meeting.Log, p phrases) []*meeting.Survey {
	answer := func(by, question string, i, value int, at time.Time) meeting.SurveyAnswer {
		return meeting.SurveyAnswer{Question: question, Text: pick(p.answers, i), Value: value, Origin: meeting.Origin{By: by, At: at}}
	}
	var all []*meeting.Survey
	for i, first := range []time.Time{on(7, 1, 0).AddDate(-1, 0, 0), on(10, 1, 0).AddDate(-1, 0, 0), on(1, 1, 0), on(4, 1, 0), on(7, 1, 0)} {
		asked := first.AddDate(0, 3, 12)
		s := &meeting.Survey{ID: fmt.Sprintf("survey-%dq%d", first.Year(), (first.Month()+2)/3), From: first.Format(time.DateOnly), To: first.AddDate(0, 3, -1).Format(time.DateOnly), Asked: asked}
		for q := 1; q <= 5; q++ {
			if (q+i)%6 != 0 {
				s.Answers = append(s.Answers, answer(l.Pair.Manager, fmt.Sprint(q), q+i, 2+(q+i)%3, asked.Add(5*time.Hour)))
			}
			if value := 0; (q+i)%5 != 1 || q == 5 {
				if q == 5 {
					value = []int{2, 3, 3, 4, 5}[i]
				}
				s.Answers = append(s.Answers, answer(l.Pair.Report, fmt.Sprint(q), q+2*i, value, asked.Add(30*time.Hour)))
			}
		}
		if i == 4 && len(l.Agreements) > 0 {
			s.Agreed = l.Agreements[len(l.Agreements)-1].ID
		}
		s.Answers = append(s.Answers, answer(l.Pair.Manager, oneChange, i, 0, asked.Add(5*time.Hour)))
		all = append(all, s)
	}
	session := &meeting.Survey{ID: "session-2026q4", From: "2026-08-05", To: "2026-11-05", Asked: on(11, 3, 16)}
	for q := 1; q <= 5; q++ {
		session.Answers = append(session.Answers, answer(l.Pair.Manager, fmt.Sprint(q), q, 0, on(11, 3, 18)), answer(l.Pair.Report, fmt.Sprint(q), q+1, 0, on(11, 4, 9)))
	}
	session.Answers[5].Parts = []string{"the beta launch", "no pager weekends in October", "the new hire's first weeks"}
	session.Answers = session.Answers[:9]
	blind := &meeting.Survey{ID: "survey-2026q4", From: "2026-10-01", To: "2026-12-31", Asked: on(11, 30, 10)}
	blind.Answers = []meeting.SurveyAnswer{answer(l.Pair.Report, "1", 0, 0, on(12, 1, 9)), {Question: "2", Text: "Blind words of the report.", Origin: by(l.Pair.Report, on(12, 1, 9))}, {Question: "5", Value: 4, Origin: by(l.Pair.Report, on(12, 1, 9))}}
	return append([]*meeting.Survey{session}, append(all, blind)...)
}

// tooMuch is a pair with forty open actions, and words that no screen is wide enough for.
func tooMuch(report, manager *meeting.Person) *meeting.Log {
	l := written(report, manager, 3, english)
	long := strings.Repeat("Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft", 2)
	l.Topics[0].Text, l.Meetings[2].Notes[0].Text = long, "https://docs.acme.example/"+strings.ToLower(long)
	for i := range 40 {
		l.Actions = append(l.Actions, promise(english, 40+i, pick([]string{"sam", report.ID, "Somebody Else"}, i), l.Meetings[2], true))
	}
	l.Actions[len(l.Actions)-1].What = long
	l.Surveys = nil
	return l
}
