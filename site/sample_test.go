package site

import (
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"duolog/content"
	"duolog/meeting"
	"duolog/site/seal"
)

// today is a Tuesday, two days before the pairs meet.
var today = time.Date(2026, 12, 1, 18, 40, 0, 0, berlin)

var berlin = must(time.LoadLocation("Europe/Berlin"))

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// identities of the sample's people, made once: wrapping one takes a moment on purpose.
var identities = sync.OnceValue(func() map[string][2]string {
	all := map[string][2]string{}
	for _, id := range []string{"priya", "sam", "juergen", "lena"} {
		recipient, wrapped, err := seal.NewPerson(passphrase(id))
		if err != nil {
			panic(err)
		}
		all[id] = [2]string{recipient, wrapped}
	}
	return all
})

func passphrase(id string) string { return "five quiet words of " + id }

func person(id, name, zone, language string) *meeting.Person {
	p := &meeting.Person{ID: id, Name: name, Addresses: []string{id + "@acme.example"}, Zone: zone, Language: language}
	p.Recipient, p.Identity = identities()[id][0], identities()[id][1]
	return p
}

// sample is an instance with three pairs: priya-sam and juergen-sam, whose people have keys, and maria-sam, where Maria has
// none yet. It returns a builder for it.
func sample(t testing.TB) *Builder {
	t.Helper()
	dir := t.TempDir()
	store := content.Open(filepath.Join(dir, "content"))
	sam := person("sam", "Sam Ortega", "America/New_York", "en")
	priya := person("priya", "Priya Nair", "Europe/Berlin", "en")
	juergen := person("juergen", "Jürgen Weiß", "Europe/Berlin", "de")
	maria := &meeting.Person{ID: "maria", Name: "Maria Lopez", Addresses: []string{"maria@acme.example"}, Zone: "Europe/Madrid", Language: "en"}
	if _, err := store.Save(priyaSam(priya, sam), juergenSam(juergen, sam), mariaSam(maria, sam)); err != nil {
		t.Fatal(err)
	}
	if err := store.SavePerson(person("lena", "Lena Fox", "Europe/Paris", "en")); err != nil {
		t.Fatal(err)
	}
	return &Builder{
		Content: content.Open(store.Dir()), Private: filepath.Join(dir, "private"), Public: filepath.Join(dir, "public"),
		Now: func() time.Time { return today },
	}
}

func rhythm(rule, first string) meeting.Rhythm {
	return meeting.Rhythm{Rule: rule, First: first, Zone: "Europe/Berlin", Length: meeting.Duration(30 * time.Minute)}
}

func on(month time.Month, day, hour int) time.Time {
	return time.Date(2026, month, day, hour, 0, 0, 0, berlin)
}

func by(id string, at time.Time) meeting.Origin { return meeting.Origin{By: id, At: at} }

func priyaSam(priya, sam *meeting.Person) *meeting.Log {
	nov5, nov12, nov19, nov26 := on(11, 5, 16), on(11, 12, 16), on(11, 19, 16), on(11, 26, 16)
	l := &meeting.Log{
		Pair:    meeting.Pair{ID: "priya-sam", Kind: meeting.KindReport, Manager: "sam", Report: "priya", Rhythm: rhythm("FREQ=WEEKLY;BYDAY=TH", "2026-09-03 16:00"), JoinLink: "https://meet.acme.example/priya-sam"},
		Manager: sam, Report: priya,
		Topics: []*meeting.Topic{
			{ID: "T1", Text: "Beta launch retrospective", State: meeting.TopicDiscussed, Origin: by("sam", nov5)},
			{ID: "T2", Text: "Pairing with the new hire", Kind: "team", State: meeting.TopicDiscussed, Origin: by("priya", nov12)},
			{ID: "T3", Text: "Career: path to staff", Context: []string{"I read the staff ladder, want your honest take"}, Kind: "growth", State: meeting.TopicNextTime, Origin: by("priya", nov19.Add(-50*time.Hour)),
				History: []meeting.Change{{By: "sam", At: nov26, Field: "state", From: "open", To: "next-time"}}},
			{ID: "T4", Text: "On-call load", Context: []string{"third week in a row for me"}, Kind: "wellbeing", State: meeting.TopicOpen, Origin: by("priya", on(11, 30, 9)),
				Comments: []meeting.Comment{{Text: "can we talk about the rota?", Origin: by("priya", today)}}},
			{ID: "T5", Text: "Q1 roadmap draft https://docs.acme.example/q1 (numbers only)", Kind: "status", State: meeting.TopicOpen, Origin: by("sam", on(11, 30, 11))},
			{ID: "T6", Text: "Two missed on-call handovers (14 and 21 Nov)", Context: []string{"Not a drama, I want to understand what happened and fix it together."}, Kind: "feedback", HeadsUp: true, State: meeting.TopicOpen, Origin: by("sam", on(12, 1, 9))},
			{ID: "T7", Text: "team offsite", State: meeting.TopicParked, Origin: by("priya", nov12)},
			{ID: "T8", Text: "What do you want to focus on this year?", Question: &meeting.Question{MyAnswer: "fewer meetings, and getting two people to staff", Why: "planning season, I want to fight for the right things"}, State: meeting.TopicOpen, Origin: by("sam", on(12, 1, 10))},
		},
		Actions: []*meeting.Action{
			{ID: "A5", What: "Write up the beta launch for the all-hands", Who: "priya", Due: "2026-11-12", State: meeting.ActionDone, DoneOn: "2026-11-11", Meeting: "2026-11-05", Origin: by("sam", nov5)},
			{ID: "A7", What: "Ask Lena about the conference budget", Who: "sam", Due: "2026-11-27", State: meeting.ActionOpen, Kind: meeting.ReportBack, Meeting: "2026-11-19", Origin: by("sam", nov19)},
			{ID: "A8", What: "Draft the Q1 roadmap", Who: "priya", Due: "2026-12-04", Measure: "reviewed by Ana", State: meeting.ActionOpen, Progress: 50, Topic: "T5", Meeting: "2026-11-19", Origin: by("priya", nov19),
				History: []meeting.Change{{By: "priya", At: nov26, Field: "due", From: "2026-11-27", To: "2026-12-04", Why: "the beta took longer"}}},
			{ID: "A9", What: "Pair with Tom on alerts", Who: "priya", State: meeting.ActionOpen, Meeting: "2026-11-26", Origin: by("priya", nov26)},
			{ID: "A10", What: "Send the staff ladder examples", Who: "sam", Due: "2026-12-03", State: meeting.ActionOpen, Meeting: "2026-11-26", Origin: by("sam", nov26)},
			{ID: "A11", What: "Take the on-call week 51", Who: "Tom", Follower: "sam", Due: "2026-12-14", State: meeting.ActionProposed, Meeting: "2026-11-26", Origin: by("sam", nov26)},
		},
		Agreements: []*meeting.Agreement{
			{ID: "G1", Text: "We keep Thursday fixed; who moves it finds the new slot the same week.", Date: "2026-11-05", Review: "2027-02-01", Meeting: "2026-11-05", Origin: by("priya", nov5)},
			{ID: "G2", Text: "Priya leads the latency project until the end of January.", Date: "2026-11-26", Until: "2027-01-31", Meeting: "2026-11-26", Origin: by("sam", nov26)},
			{ID: "G3", Text: "No meetings during the launch week.", Date: "2026-10-01", Until: "2026-10-09", Origin: by("sam", on(10, 1, 16))},
		},
		Meetings: []*meeting.Meeting{
			{ID: "2026-11-05", Start: nov5, Length: meeting.Duration(30 * time.Minute), State: meeting.Held, Minutes: 35,
				Outcomes: []meeting.Outcome{{Topic: "T1", State: meeting.TopicDiscussed, Origin: by("sam", nov5)}},
				Notes: []*meeting.Note{
					{ID: "N1", Text: "Beta went out with two rollbacks; both found by the new alerts.", State: meeting.NoteConfirmed, Origin: by("priya", nov5)},
				}},
			{ID: "2026-11-12", Start: nov12, Length: meeting.Duration(30 * time.Minute), State: meeting.Missed, Reason: "Sam was sick"},
			{ID: "2026-11-19", Start: nov19, Length: meeting.Duration(30 * time.Minute), State: meeting.Held, Minutes: 25,
				Outcomes: []meeting.Outcome{{Topic: "T2", State: meeting.TopicDiscussed, Origin: by("sam", nov19)}, {Topic: "T3", State: meeting.TopicNextTime, Origin: by("sam", nov19)}},
				Notes: []*meeting.Note{
					{ID: "N2", Text: "Launch moves to June", State: meeting.NoteCorrected, Origin: by("sam", nov19), History: []meeting.Change{{By: "priya", At: nov26, Field: "text", From: "Launch moves to May", To: "Launch moves to June"}}},
					{ID: "N3", Text: "gibberish line of sam's", Only: "sam", State: meeting.NoteUnconfirmed, Origin: by("sam", nov19)},
				}},
			{ID: "2026-11-26", Start: nov26, Length: meeting.Duration(30 * time.Minute), State: meeting.Held, Minutes: 30,
				Outcomes: []meeting.Outcome{{Topic: "T3", State: meeting.TopicNextTime, Origin: by("sam", nov26)}},
				Notes: []*meeting.Note{
					{ID: "N4", Text: "latency p99 / cache. mentor - Ana?? staff: 2 examples missing = scope, writing. mood ok", State: meeting.NoteUnconfirmed, Origin: by("sam", nov26)},
					{ID: "N5", Text: "Thanks for shielding us from the audit; we shipped on time because of it.", Kind: "win", Topic: "T1", State: meeting.NoteConfirmed, Origin: by("priya", nov26)},
				},
				Prose: "Read the [staff ladder](https://docs.acme.example/ladder) again before **Thursday**.\n"},
		},
		Private: map[string][]*meeting.PrivateNote{
			"priya": {note("P1", "priya", "2026-12-03", "I have an offer from another company."), note("P2", "priya", "2026-11-26", "He looked tired today.")},
			"sam":   {note("P1", "sam", "2026-12-03", "If it happens again talk to HR. Check with Lena first.")},
		},
	}
	return l
}

func note(id, author, of, text string) *meeting.PrivateNote {
	sealed := must(seal.Note(identities()[author][0], text))
	return &meeting.PrivateNote{ID: id, Sealed: sealed, Meeting: of, Origin: by(author, today)}
}

func juergenSam(juergen, sam *meeting.Person) *meeting.Log {
	return &meeting.Log{
		Pair:    meeting.Pair{ID: "juergen-sam", Kind: meeting.KindReport, Manager: "sam", Report: "juergen", Rhythm: rhythm("FREQ=WEEKLY;INTERVAL=2;BYDAY=WE", "2026-09-02 10:00")},
		Manager: sam, Report: juergen,
		Topics: []*meeting.Topic{
			{ID: "T1", Text: "Elternzeit ab März", Context: []string{"wie planen wir die Übergabe?"}, State: meeting.TopicOpen, Origin: by("juergen", today)},
		},
		Actions: []*meeting.Action{
			{ID: "A1", What: "Um die Doku kümmern", Who: "juergen", Due: "2026-12-04", State: meeting.ActionOpen, Origin: by("juergen", today)},
			{ID: "A2", What: "Find out who takes over in March", Who: "sam", Due: meeting.NextMeeting, State: meeting.ActionProposed, Origin: by("juergen", today)},
		},
		Meetings: []*meeting.Meeting{{ID: "2026-11-25", Start: on(11, 25, 10), Length: meeting.Duration(30 * time.Minute), State: meeting.Held}},
	}
}

func mariaSam(maria, sam *meeting.Person) *meeting.Log {
	return &meeting.Log{
		Pair:    meeting.Pair{ID: "maria-sam", Kind: meeting.KindReport, Manager: "sam", Report: "maria", Rhythm: rhythm("FREQ=WEEKLY;BYDAY=MO", "2026-11-02 15:00")},
		Manager: sam, Report: maria,
		Topics: []*meeting.Topic{{ID: "T1", Text: "first steps", State: meeting.TopicOpen, Origin: by("sam", today)}},
	}
}

// longLog is a pair with a meeting every week for years.
func longLog(report, manager *meeting.Person, weeks int) *meeting.Log {
	l := &meeting.Log{
		Pair:    meeting.Pair{ID: report.ID + "-" + manager.ID, Kind: meeting.KindReport, Manager: manager.ID, Report: report.ID, Rhythm: rhythm("FREQ=WEEKLY;BYDAY=TH", "2020-01-02 16:00")},
		Manager: manager, Report: report,
	}
	for i := range weeks {
		start := on(11, 26, 16).AddDate(0, 0, -7*(weeks-1-i))
		id := start.Format(time.DateOnly)
		topic := &meeting.Topic{ID: fmt.Sprint("T", i+1), Text: fmt.Sprintf("Topic %d of the week", i+1), State: meeting.TopicDiscussed, Origin: by(report.ID, start.AddDate(0, 0, -2))}
		l.Topics = append(l.Topics, topic)
		l.Actions = append(l.Actions, &meeting.Action{ID: fmt.Sprint("A", i+1), What: fmt.Sprintf("Promise %d", i+1), Who: manager.ID, State: meeting.ActionDone, Meeting: id, Origin: by(manager.ID, start)})
		l.Meetings = append(l.Meetings, &meeting.Meeting{ID: id, Start: start, State: meeting.Held, Minutes: 30,
			Outcomes: []meeting.Outcome{{Topic: topic.ID, State: meeting.TopicDiscussed}},
			Notes:    []*meeting.Note{{ID: fmt.Sprint("N", i+1), Text: fmt.Sprintf("What was said in week %d, at some length, so that the page has a body.", i+1), State: meeting.NoteConfirmed, Origin: by(manager.ID, start)}}})
	}
	return l
}
