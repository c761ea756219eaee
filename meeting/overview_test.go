package meeting

import (
	"fmt"
	"testing"
	"time"
)

// organisation has as many reports as wanted, dealt out to as many managers, all meeting weekly since long before.
func organisation(reports, managers int) []*Log {
	var logs []*Log
	for i := range reports {
		m, r := &Person{ID: fmt.Sprintf("m%d", i%managers), Zone: "UTC"}, &Person{ID: fmt.Sprintf("r%d", i), Zone: "UTC"}
		l := &Log{
			Pair:    Pair{ID: r.ID, Kind: KindReport, Manager: m.ID, Report: r.ID, Rhythm: Rhythm{Rule: "FREQ=WEEKLY", First: "2026-01-05 10:00", Zone: "UTC", Length: Duration(30 * time.Minute)}},
			Manager: m, Report: r,
		}
		for week := range 13 {
			start := time.Date(2026, 7, 6, 10, 0, 0, 0, time.UTC).AddDate(0, 0, 7*week)
			state := Held
			if week == 0 {
				state = Skipped
			}
			l.Meetings = append(l.Meetings, &Meeting{ID: start.Format(time.DateOnly), Start: start, Length: l.Pair.Rhythm.Length, State: state, Minutes: 20})
		}
		l.Topics = []*Topic{{ID: "T1", State: TopicDiscussed, Origin: Origin{By: r.ID, At: time.Date(2026, 8, 1, 9, 0, 0, 0, time.UTC)}}}
		logs = append(logs, l)
	}
	return logs
}

var inNovember = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

func TestAnOverviewIsRefusedWhereItWouldShowSingles(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		reports, managers int
		ok                bool
	}{{5, 3, true}, {4, 3, false}, {5, 2, false}, {40, 2, false}, {4, 4, false}, {12, 6, true}} {
		o, ok := Overlook(organisation(c.reports, c.managers), inNovember)
		if ok != c.ok || o.People != c.reports || o.Managers != c.managers {
			t.Errorf("%d people under %d managers: want shown %v, got %v (%d, %d)", c.reports, c.managers, c.ok, ok, o.People, o.Managers)
		}
		if !ok && (o != Overview{Quarter: o.Quarter, People: o.People, Managers: o.Managers}) {
			t.Errorf("%d people under %d managers: refused, and still it says %+v", c.reports, c.managers, o)
		}
	}
}

func TestAnOverviewCountsTheQuarterThatIsOver(t *testing.T) {
	t.Parallel()
	o, _ := Overlook(organisation(6, 3), inNovember)
	want := Overview{Quarter: "2026q3", People: 6, Managers: 3, Planned: 78, Held: 92, Minutes: 20, Topics: 0.1, Theirs: 100}
	if o != want {
		t.Errorf("want %+v, got %+v", want, o)
	}
}

func TestWhoComesOrGoesInTheQuarterIsNotInItsOverview(t *testing.T) {
	t.Parallel()
	logs := organisation(8, 4)
	before, _ := Overlook(logs, inNovember)
	logs[0].Pair.Ended = "2026-08-15"
	logs[1].Pair.Rhythm.First = "2026-08-10 10:00"
	logs[2].Pair.Kind = KindPeer
	if o, ok := Overlook(logs, inNovember); !ok || o.People != before.People-3 {
		t.Errorf("want five people of eight, got %d", o.People)
	}
	logs[3].Pair.Ended = "2026-09-01"
	if _, ok := Overlook(logs, inNovember); ok {
		t.Error("want four people refused")
	}
}

func TestAPairThatFollowsACalendarCountsInTheOverview(t *testing.T) {
	t.Parallel()
	logs := organisation(5, 3)
	l := logs[0]
	start := time.Date(2026, 6, 1, 10, 0, 0, 0, time.UTC)
	l.Calendar = NewCalendar(time.UTC, start.AddDate(-1, 0, 0), start.AddDate(1, 0, 0), []Slot{{Planned: start, Start: start}})
	l.Pair.Follows, l.Pair.Rhythm.Rule, l.Pair.Rhythm.First = Follows{Source: "team.ics", UID: "1"}, "", ""
	if o, ok := Overlook(logs, inNovember); !ok || o.People != 5 {
		t.Errorf("want five people, got %+v, %v", o, ok)
	}
}

func TestAnAnswerThatComesLaterDoesNotChangeTheOverview(t *testing.T) {
	t.Parallel()
	logs := organisation(6, 3)
	asked := time.Date(2026, 7, 14, 8, 0, 0, 0, time.UTC)
	for i, l := range logs {
		answer := SurveyAnswer{Question: "5", Value: 4, Origin: Origin{By: l.Pair.Report, At: asked.AddDate(0, 0, 3)}}
		l.Surveys = []*Survey{{ID: "survey-2026q2", From: "2026-04-01", To: "2026-06-30", Asked: asked, Answers: []SurveyAnswer{answer}}}
		if i == 0 {
			l.Surveys[0].Answers = nil
		}
	}
	before, _ := Overlook(logs, inNovember)
	if before.Value != 4 {
		t.Fatalf("the test is void: five gave a 4, and the overview says %v", before.Value)
	}
	late := SurveyAnswer{Question: "5", Value: 1, Origin: Origin{By: logs[0].Pair.Report, At: inNovember.Add(-time.Hour)}}
	logs[0].Surveys[0].Answers = []SurveyAnswer{late}
	logs[1].Surveys = append(logs[1].Surveys, &Survey{ID: "survey-2026q3", From: "2026-07-01", To: "2026-09-30", Asked: asked.AddDate(0, 3, 0), Answers: []SurveyAnswer{late}})
	logs[1].Surveys[1].Answers[0].By = logs[1].Pair.Report
	if after, _ := Overlook(logs, inNovember); after != before {
		t.Errorf("two answers came since, and the overview went from %+v to %+v", before, after)
	}
}
