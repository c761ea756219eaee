package reply

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"duolog/mailflow/newtext"
	"duolog/meeting"
)

// tuesday is when the replies of the examples arrive, unless one says otherwise: Tue 1 Dec 2026, 18:40 in Berlin.
var tuesday = time.Date(2026, 12, 1, 17, 40, 0, 0, time.UTC)

// thursday is after the meeting of Thu 3 Dec 2026: 16:50 in Berlin, 10:50 in New York.
var thursday = time.Date(2026, 12, 3, 15, 50, 0, 0, time.UTC)

func priyaSam() *meeting.Log {
	priya := &meeting.Person{ID: "priya", Name: "Priya Nair", Addresses: []string{"priya@acme.example"}, Zone: "Europe/Berlin", Language: "en"}
	sam := &meeting.Person{ID: "sam", Name: "Sam Ortega", Addresses: []string{"sam@acme.example"}, Zone: "America/New_York", Language: "en"}
	raised := time.Date(2026, 11, 19, 9, 0, 0, 0, time.UTC)
	by := func(id string) meeting.Origin { return meeting.Origin{By: id, At: raised} }
	return &meeting.Log{
		Pair: meeting.Pair{
			ID: "priya-sam", Kind: meeting.KindReport, Manager: "sam", Report: "priya",
			Rhythm: meeting.Rhythm{Rule: "FREQ=WEEKLY;BYDAY=TH", First: "2026-09-03 16:00", Zone: "Europe/Berlin", Length: meeting.Duration(30 * time.Minute)},
		},
		Manager: sam, Report: priya,
		Topics: []*meeting.Topic{
			{ID: "T3", Text: "Career: path to staff", State: meeting.TopicOpen, Origin: by("priya")},
			{ID: "T4", Text: "On-call load", State: meeting.TopicOpen, Origin: by("priya")},
			{ID: "T5", Text: "Q1 roadmap draft", Kind: "status", State: meeting.TopicOpen, Origin: by("sam")},
		},
		Actions: []*meeting.Action{
			{ID: "A7", What: "ask Lena about conference budget", Who: "sam", Due: "2026-11-27", State: meeting.ActionOpen, Origin: by("sam")},
			{ID: "A8", What: "draft Q1 roadmap", Who: "priya", Due: "2026-12-04", Measure: "reviewed by Ana", State: meeting.ActionOpen, Origin: by("priya")},
			{ID: "A9", What: "pair with Tom on alerts", Who: "priya", State: meeting.ActionOpen, Origin: by("priya")},
			{ID: "A12", What: "update the runbook", Who: "priya", Due: "2026-12-11", State: meeting.ActionProposed, Origin: by("sam")},
			{ID: "A13", What: "invite Ana to the review", Who: "priya", Due: "2026-12-14", State: meeting.ActionProposed, Origin: by("sam")},
		},
		Agreements: []*meeting.Agreement{{ID: "G1", Text: "No meetings on Friday", Date: "2026-11-19", Origin: by("sam")}},
		Meetings: []*meeting.Meeting{{
			ID: "2026-11-26", Start: time.Date(2026, 11, 26, 15, 0, 0, 0, time.UTC), Length: meeting.Duration(30 * time.Minute), State: meeting.Held,
			Notes: []*meeting.Note{
				{ID: "N2", Text: "Launch moves to May", State: meeting.NoteUnconfirmed, Origin: by("sam")},
				{ID: "N5", Text: "mentor - Ana??", State: meeting.NoteUnconfirmed, Origin: by("sam")},
			},
		}},
		Private: map[string][]*meeting.PrivateNote{},
	}
}

func juergenSam() *meeting.Log {
	l := priyaSam()
	juergen := &meeting.Person{ID: "juergen", Name: "Jürgen Weiß", Addresses: []string{"jw@acme.example"}, Zone: "Europe/Berlin", Language: "de"}
	l.Pair.ID, l.Pair.Report, l.Report = "juergen-sam", "juergen", juergen
	l.Topics = []*meeting.Topic{
		{ID: "T1", Text: "Testabdeckung im Backend", State: meeting.TopicOpen, Origin: meeting.Origin{By: "juergen"}},
		{ID: "T2", Text: "Weiterbildung 2027", State: meeting.TopicOpen, Origin: meeting.Origin{By: "juergen"}},
	}
	l.Actions = []*meeting.Action{
		{ID: "A3", What: "Angebot von Kremer einholen", Who: "juergen", Due: "2026-12-02", State: meeting.ActionOpen},
		{ID: "A4", What: "Zugang für Mia beantragen", Who: "juergen", State: meeting.ActionOpen},
		{ID: "A5", What: "Budget mit Lena klären", Who: "sam", State: meeting.ActionOpen},
		{ID: "A6", What: "Wiki aufräumen", Who: "juergen", State: meeting.ActionProposed},
	}
	l.Agreements, l.Meetings = nil, nil
	return l
}

// render writes intents as the cases of testdata do: kind, item, fields, "text", + "context", !asks. What can be seen from
// a missing field (who, when, measure) is not asked again here.
func render(out Reading) string {
	var b strings.Builder
	for _, in := range out.Intents {
		b.WriteString(renderIntent(in) + "\n")
	}
	for _, line := range out.Unread {
		fmt.Fprintf(&b, "unread %q\n", line)
	}
	for _, c := range out.Cuts {
		fmt.Fprintf(&b, "cut %s\n", c.Reason)
	}
	return b.String()
}

func renderIntent(in meeting.Intent) string {
	f := []string{string(in.Kind)}
	field := func(name, value string) {
		if value != "" {
			f = append(f, name+value)
		}
	}
	field("", in.Item)
	field("who=", in.Who)
	field("due=", strings.ReplaceAll(in.Due, " ", "-"))
	field("state=", in.State)
	field("topic=", in.Topic)
	if in.Kind == meeting.AddNote || in.Kind == meeting.UpdateAction {
		field("is=", in.TopicIs)
	}
	if in.Kind == meeting.AddTopic && (in.DueWords == "quarter" || in.DueWords == "year") {
		field("every=", in.DueWords)
	}
	if in.Progress > 0 {
		f = append(f, fmt.Sprintf("progress=%d", in.Progress))
	}
	if in.Minutes > 0 {
		f = append(f, fmt.Sprintf("minutes=%d", in.Minutes))
	}
	if !in.Start.IsZero() {
		field("start=", in.Start.Format("2006-01-02T15:04Z07:00"))
	}
	quoted := func(name, value string) {
		if value != "" {
			f = append(f, fmt.Sprintf("%s%q", name, value))
		}
	}
	quoted("measure=", in.Measure)
	quoted("reason=", in.Reason)
	quoted("answer=", in.Answer)
	quoted("", in.Text)
	for _, c := range in.Context {
		f = append(f, fmt.Sprintf("+ %q", c))
	}
	for _, a := range in.Asks {
		switch a.Code {
		case meeting.AskWho, meeting.AskWhen, meeting.AskMeasure:
		default:
			f = append(f, "!"+a.Code)
			if len(a.Args) > 0 && a.Code != meeting.AskSensitive {
				f[len(f)-1] += "(" + a.Args[0] + ")"
			}
		}
	}
	return strings.Join(f, " ")
}

func read(l *meeting.Log, from string, kind meeting.LetterKind, at time.Time, text string) Reading {
	c := Context{Log: l, Sender: l.Person(from), Received: at, Occasion: meeting.Occasion{Kind: kind, Person: from}}
	return Read(newtext.Result{Text: text}, c)
}

func TestTheSimplestFormsAreRead(t *testing.T) {
	for _, c := range []struct {
		from, kind, text, want string
		at                     time.Time
	}{
		{"priya", "pre-report", "- budget\n- A8 done", "topic \"budget\"\naction-update A8 state=done\n", tuesday},
		{"priya", "pre-report", "topic: salary – when?", "topic \"salary\" + \"when?\"\n", tuesday},
		{"priya", "pre-report", "A8 → Friday", "action-update A8 due=2026-12-04\n", tuesday},
		{"sam", "recap", "I will send you the staff ladder examples by Tuesday", "action who=sam due=2026-12-08 \"send you the staff ladder examples\"\n", thursday},
		{"sam", "recap", "You will draft a one-page plan by next Friday, done when Ana has signed it off", "action who=priya due=2026-12-11 measure=\"Ana has signed it off\" \"draft a one-page plan\" !date(2026-12-11)\n", thursday},
		{"sam", "recap", "T3 discussed. T4 follow-up Monday 15:00. T5 next time.", "topic-state T3 state=discussed\ntopic-state T4 due=2026-12-07 state=follow-up start=2026-12-07T15:00-05:00 !night-hour(21:00)\ntopic-state T5 state=next-time\n", thursday},
		{"sam", "recap", "note: mood ok", "note \"mood ok\"\n", thursday},
		{"sam", "recap", "agreed: no meetings on Friday", "agreement \"no meetings on Friday\"\n", thursday},
		{"sam", "recap", "private: talk to HR", "private \"talk to HR\"\n", thursday},
		{"sam", "recap", "held 20 min", "held minutes=20\n", thursday},
		{"sam", "recap", "undo", "undo\n", thursday},
		{"sam", "recap", "Priya will write it down by tomorrow", "action who=priya due=2026-12-04 \"write it down\"\n", thursday},
	} {
		if got := render(read(priyaSam(), c.from, meeting.LetterKind(c.kind), c.at, c.text)); got != c.want {
			t.Errorf("%q\n got %s\nwant %s", c.text, got, c.want)
		}
	}
}
