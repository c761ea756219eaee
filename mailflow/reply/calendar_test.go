package reply

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"duolog/mailflow/newtext"
	"duolog/meeting"
)

// calendarAnswer is what one calendar program sends, and what it must mean.
type calendarAnswer struct{ name, object, want string }

// calendarAnswers are the files of testdata/calendar: written by hand in the shapes that the programs use.
func calendarAnswers(t testing.TB) []calendarAnswer {
	t.Helper()
	files, err := filepath.Glob("testdata/calendar/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	var all []calendarAnswer
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		object, want, ok := strings.Cut(string(raw), "-- want --\n")
		if !ok {
			t.Fatalf("%s says not what is wanted", file)
		}
		all = append(all, calendarAnswer{strings.TrimSuffix(filepath.Base(file), ".txt"), strings.ReplaceAll(object, "\n", "\r\n"), want})
	}
	return all
}

func answered(object string) Reading {
	l := priyaSam()
	return Read(newtext.Result{Text: "Accepted: 1:1 Priya + Sam\nPriya Nair has accepted this invitation.\n"},
		Context{Log: l, Sender: l.Report, Received: tuesday, Calendar: []byte(object)})
}

func TestCalendarProgramsAnswerTheInvitation(t *testing.T) {
	for _, c := range calendarAnswers(t) {
		t.Run(c.name, func(t *testing.T) {
			got := answered(c.object)
			if g := render(got); g != c.want {
				t.Errorf("got %q, want %q", g, c.want)
			}
			if !got.Calendar {
				t.Error("want the text left alone: a program wrote it")
			}
			if lf := answered(strings.ReplaceAll(c.object, "\r\n", "\n")); render(lf) != c.want {
				t.Errorf("with bare line feeds: got %q, want %q", render(lf), c.want)
			}
		})
	}
}

// Most programs put what a person adds into the comment. Some let them write into the text, where others write a sentence of their own.
func TestWhatIsWrittenBesideACalendarsAnswerIsRead(t *testing.T) {
	answer := func(lines string) string {
		return "BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\nUID:priya-sam@acme.example\r\nDTSTART:20261203T150000Z\r\nRECURRENCE-ID:20261203T150000Z\r\nSUMMARY:1:1 Priya + Sam\r\n" +
			lines + "ATTENDEE;PARTSTAT=ACCEPTED:mailto:priya@acme.example\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
	}
	const accepted = "calendar 2026-12-03 state=accepted\n"
	for _, c := range []struct{ name, text, lines, want, unread string }{
		{"a list", "- the offsite\n- hiring", "", accepted + "topic \"the offsite\"\ntopic \"hiring\"\n", ""},
		{"an id and thanks", "Hi,\nA8 done\nThanks", "", accepted + "action-update A8 state=done\n", ""},
		{"private words", "see you\n\nprivate: I am on my way out", "", "", ""},
		{"a person's name beside an id", "A8 done\ntopic: Sam Ortega's offsite plan", "", accepted + "action-update A8 state=done\ntopic \"Sam Ortega's offsite plan\"\n", ""},
		{"a link beside an id", "A8 done, see https://acme.example/plan", "", accepted + "action-update A8 state=done \"see https://acme.example/plan\"\n", ""},
		{"private words with a name", "private: Sam Ortega is on his way out", "", "", ""},
		{"a private item", "- hiring\n- private: I am on my way out", "", "", ""},
		{"a program's list", "priya@acme.example has accepted.\n- Where: here\n- note: none", "", accepted, ""},
		{"a program's title", "Accepted: 1:1 Priya + Sam\n- Where: here", "", accepted, ""},
		{"the subject again", "Zugesagt: unser Gespräch\n- Wo: hier", "", accepted, ""},
		{"a comment as well", "- the offsite", "COMMENT:the offsite\r\n", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := priyaSam()
			got := Read(newtext.Result{Text: c.text}, Context{Log: l, Sender: l.Report, Received: tuesday, Calendar: []byte(answer(c.lines)), Subject: "Zugesagt: unser Gespräch"})
			if g := render(got); c.want != "" && g != c.want {
				t.Errorf("got %q, want %q", g, c.want)
			}
			if u := strings.Join(got.Unread, "\n"); u != c.unread {
				t.Errorf("not read: %q, want %q", u, c.unread)
			}
			switch kinds := render(got); {
			case strings.Contains(c.name, "private") && !strings.Contains(kinds, "private"), c.lines != "" && strings.Contains(kinds, "topic"):
				t.Errorf("got %q", kinds)
			}
		})
	}
}

func TestACalendarThatIsNoAnswerLeavesTheTextToBeRead(t *testing.T) {
	for _, object := range []string{
		"", "BEGIN:VCALENDAR", "BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\nEND:VCALENDAR\r\n", "no calendar at all",
		"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nUID:priya-sam@acme.example\r\nDTSTART:20261203T150000Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
	} {
		l := priyaSam()
		got := Read(newtext.Result{Text: "topic: the offsite"}, Context{Log: l, Sender: l.Report, Received: tuesday, Calendar: []byte(object)})
		if g := render(got); g != "topic \"the offsite\"\n" || got.Calendar {
			t.Errorf("%q: got %q, want the topic", object, g)
		}
	}
}

// What a person types to an answer stands in the text alone when her program writes no comment; what a program says there is not hers.
func TestWordsBesideAnAnswerAreItsReason(t *testing.T) {
	answer := func(lines string) []byte {
		return []byte("BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\nUID:priya-sam@acme.example\r\nSUMMARY:1:1 Priya + Sam\r\n" +
			"ATTENDEE;CN=Nair\\, P.;PARTSTAT=DECLINED:mailto:priya@acme.example\r\n" + lines + "END:VEVENT\r\nEND:VCALENDAR\r\n")
	}
	for _, c := range []struct{ text, lines, want string }{
		{"on the train\nall day", "", "on the train all day"},
		{"on the train", "COMMENT:at the dentist\r\n", "at the dentist"},
		{"", "", ""},
		{"Declined", "", ""},
		{"Priya Nair's answer is no.", "", ""},
		{"Priya Nair has declined this invitation.", "", ""},
		{"Priya Nair hat diese Einladung abgelehnt.", "", ""},
		{"This invitation was declined.", "", ""},
		{"No: 1:1 Priya + Sam", "", ""},
		{"Sam Ortega invited you. Not going.", "", ""},
		{"Not going: https://calendar.example/e/1", "", ""},
		{"<priya@acme.example> is not going", "", ""},
	} {
		l := priyaSam()
		got := Read(newtext.Result{Text: c.text}, Context{Log: l, Sender: l.Report, Received: tuesday, Subject: "Declined: 1:1 Priya + Sam", Calendar: answer(c.lines)})
		if len(got.Intents) != 1 || got.Intents[0].Kind != meeting.AnswerInvite || got.Intents[0].Reason != c.want {
			t.Errorf("%q, %q: want it declined for %q, got %+v", c.text, c.lines, c.want, got.Intents)
		}
	}
}

func TestAShortNameWithinAWordIsNoMarkOfAProgram(t *testing.T) {
	l := priyaSam()
	l.Manager.Name = "Tom"
	got := Read(newtext.Result{Text: "back tomorrow"}, Context{Log: l, Sender: l.Report, Received: tuesday, Calendar: []byte(
		"BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\nUID:priya-sam@acme.example\r\nATTENDEE;PARTSTAT=DECLINED:mailto:priya@acme.example\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n")})
	if len(got.Intents) != 1 || got.Intents[0].Reason != "back tomorrow" {
		t.Errorf("want it declined for \"back tomorrow\", got %+v", got.Intents)
	}
}

func TestPrivateWordsBesideAnAnswerAreTheirAuthorsAlone(t *testing.T) {
	l := priyaSam()
	got := Read(newtext.Result{Text: "private: an interview elsewhere"}, Context{Log: l, Sender: l.Report, Received: tuesday, Calendar: []byte(
		"BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\nUID:priya-sam@acme.example\r\nATTENDEE;PARTSTAT=DECLINED:mailto:priya@acme.example\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n")})
	for _, in := range got.Intents {
		if in.Kind != meeting.AddPrivate && strings.Contains(fmt.Sprintf("%+v", in), "interview") {
			t.Errorf("the words stand in %+v", in)
		}
	}
	if len(got.Intents) != 2 {
		t.Errorf("want a private note and the answer, got %+v", got.Intents)
	}
}

// Whatever a stranger to the format puts into an answer: it is read at all, and means nothing or what it says.
func TestHostileCalendarsAreBounded(t *testing.T) {
	answer := func(lines string) string {
		return "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\nUID:priya-sam@acme.example\r\nDTSTART:20261203T150000Z\r\nRECURRENCE-ID:20261203T150000Z\r\n" +
			"ATTENDEE;PARTSTAT=DECLINED:mailto:priya@acme.example\r\n" + lines + "END:VEVENT\r\nEND:VCALENDAR\r\n"
	}
	var zones bytes.Buffer
	for i := range 5000 {
		fmt.Fprintf(&zones, "BEGIN:VTIMEZONE\r\nTZID:z%d\r\nBEGIN:STANDARD\r\nDTSTART:19000101T000000\r\nTZOFFSETTO:+0100\r\nRRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n", i)
	}
	for name, c := range map[string]struct{ object, want string }{
		"a rule without end":       {answer("RRULE:FREQ=SECONDLY;INTERVAL=1\r\n"), "declined"},
		"a rule that never fits":   {answer("RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30\r\n"), "declined"},
		"a line of a megabyte":     {answer("COMMENT:" + strings.Repeat("x", 900<<10) + "\r\n"), "declined"},
		"a parameter of 200 kB":    {answer("ATTENDEE" + strings.Repeat(";A=1", 50<<10) + ":mailto:priya@acme.example\r\n"), "declined"},
		"40,000 attendees":         {answer(strings.Repeat("ATTENDEE:mailto:x@evil.example\r\n", 25_000)), "declined"},
		"a folded line per byte":   {answer("COMMENT:" + strings.Repeat("x\r\n ", 200_000) + "\r\n"), "declined"},
		"100,000 dates":            {answer("EXDATE:" + strings.Repeat("20261203T150000Z,", 50_000) + "20261203T150000Z\r\n"), "declined"},
		"components in each other": {"BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\n" + strings.Repeat("BEGIN:VEVENT\r\n", 60_000), ""},
		"events without number":    {"BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\n" + strings.Repeat("BEGIN:VEVENT\r\nEND:VEVENT\r\n", 60_000) + "END:VCALENDAR\r\n", ""},
		"zones without number":     {strings.Replace(answer(""), "BEGIN:VEVENT", zones.String()+"BEGIN:VEVENT", 1), "declined"},
		"two megabytes":            {answer(strings.Repeat("COMMENT:x\r\n", 250_000)), ""},
	} {
		t.Run(name, func(t *testing.T) {
			begin := time.Now()
			got := answered(c.object)
			state := ""
			for _, in := range got.Intents {
				if in.Kind == meeting.AnswerInvite {
					state = in.State
				}
			}
			if state != c.want {
				t.Errorf("want %q, got %+v", c.want, got)
			}
			t.Logf("%d bytes in %v", len(c.object), time.Since(begin))
		})
	}
}
