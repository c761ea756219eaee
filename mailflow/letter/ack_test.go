package letter

import (
	"go/ast"
	"go/parser"
	"go/token"
	"regexp"
	"slices"
	"strings"
	"testing"

	"duolog/meeting"
)

// a said is what one person wrote, in answer to which mail; every one of a story but the last prepares it.
type said struct {
	by      string
	to      meeting.Occasion
	intents []meeting.Intent
}

func recapped(by string, in ...meeting.Intent) said {
	return said{by, occasion(meeting.LetterRecap, by), in}
}

func asked(by, item string, in ...meeting.Intent) said {
	o := staged(occasion(meeting.LetterMove, by), meeting.StageAsked)
	o.Meeting = "2026-12-10"
	if o.Item = item; item != "" {
		o.Meeting = ""
	}
	return said{by, o, in}
}

func answering(by string, kind meeting.LetterKind, item string, in ...meeting.Intent) said {
	return said{by, meeting.Occasion{Kind: kind, Pair: "priya-sam", Person: by, Item: item, Meeting: "2026-12-10"}, in}
}

// undo takes back what the story did before.
func undo(by string) said {
	return said{by, meeting.Occasion{Kind: meeting.LetterAck, Pair: "priya-sam", Person: by, Meeting: "2026-12-03", Mail: "mail-1"}, []meeting.Intent{{Kind: meeting.Undo}}}
}

// stories end with a reply whose acknowledgement is looked at.
func stories() map[string][]said {
	one := func(in meeting.Intent) []said { return []said{recapped("priya", in)} }
	next := func(in meeting.Intent) said {
		return said{"priya", occasion(meeting.LetterPreReport, "priya"), []meeting.Intent{in}}
	}
	move := meeting.Intent{Kind: meeting.MoveMeeting, Start: berlin("2026-12-11 10:00"), Words: "move to Fri 11 Dec 10:00"}
	cadence := meeting.Intent{Kind: meeting.Cadence, State: "FREQ=WEEKLY;INTERVAL=2", Words: "let us meet every two weeks"}
	handoff := meeting.Intent{Kind: meeting.Handoff, Who: "Maria Lopez", Text: "maria@acme.example", Due: "2027-01-01"}
	soon := meeting.Intent{Kind: meeting.AskMeeting, Text: "ten minutes", Start: berlin("2026-12-07 15:00")}
	answers := []meeting.Intent{{Kind: meeting.AnswerSurvey, Item: "1", Text: "yes"}, {Kind: meeting.AnswerSurvey, Item: "3", Text: "more time", Progress: 4}}
	all := map[string][]said{
		"topic": one(meeting.Intent{Kind: meeting.AddTopic, Text: "a"}), "parked": one(meeting.Intent{Kind: meeting.AddTopic, Text: "a", State: "parked"}),
		"every quarter": one(meeting.Intent{Kind: meeting.AddTopic, Text: "a", DueWords: "quarter"}), "every year": one(meeting.Intent{Kind: meeting.AddTopic, Text: "a", DueWords: "year"}),
		"question": one(meeting.Intent{Kind: meeting.AddQuestion, Text: "a", Answer: "b", Reason: "c"}), "action": one(meeting.Intent{Kind: meeting.AddAction, Text: "a", Who: "priya", Due: meeting.NextMeeting}),
		"action of somebody else": one(meeting.Intent{Kind: meeting.AddAction, Text: "a", Who: "Tom"}), "report back": one(meeting.Intent{Kind: meeting.AddReportBack, Text: "a", Who: "sam"}),
		"note": one(meeting.Intent{Kind: meeting.AddNote, Text: "a"}), "agreement": one(meeting.Intent{Kind: meeting.AddAgreement, Text: "a", Due: "2026-12-31"}),
		"private": one(meeting.Intent{Kind: meeting.AddPrivate, Sealed: "x"}), "private without a key": one(meeting.Intent{Kind: meeting.AddPrivate}),
		"unsorted": one(meeting.Intent{Kind: meeting.AddUnsorted, Text: "a"}), "heads-up": one(meeting.Intent{Kind: meeting.HeadsUp, Text: "a"}),
		"progress": one(meeting.Intent{Kind: meeting.UpdateAction, Item: "A8", Progress: 50}), "dropped": one(meeting.Intent{Kind: meeting.UpdateAction, Item: "A8", State: "dropped", Reason: "no"}),
		"handed to Tom": one(meeting.Intent{Kind: meeting.UpdateAction, Item: "A8", Who: "Tom"}), "measured": one(meeting.Intent{Kind: meeting.UpdateAction, Item: "A8", Measure: "m"}),
		"commented": one(meeting.Intent{Kind: meeting.UpdateAction, Item: "A8", Text: "comment"}), "missed, new date": one(meeting.Intent{Kind: meeting.UpdateAction, Item: "A8", State: "missed", Due: "2026-12-08", Reason: "ill"}),
		"discussed": one(meeting.Intent{Kind: meeting.UpdateTopic, Item: "T3", State: "discussed"}), "all discussed": one(meeting.Intent{Kind: meeting.UpdateTopic, State: "discussed"}),
		"follow-up day": one(meeting.Intent{Kind: meeting.UpdateTopic, Item: "T3", State: "follow-up", Due: "2026-12-10"}), "follow-up hour": one(meeting.Intent{Kind: meeting.UpdateTopic, Item: "T3", State: "follow-up", Start: berlin("2026-12-07 15:00")}),
		"comment": one(meeting.Intent{Kind: meeting.CommentOn, Item: "T3", Text: "a"}), "comment on a note": one(meeting.Intent{Kind: meeting.CommentOn, Item: "N2", Text: "a"}), "comment on an agreement": one(meeting.Intent{Kind: meeting.CommentOn, Item: "G1", Text: "a"}),
		"corrected": one(meeting.Intent{Kind: meeting.CorrectNote, Item: "N2", Text: "a"}), "disputed": one(meeting.Intent{Kind: meeting.CorrectNote, Item: "N2"}),
		"yes to all": one(meeting.Intent{Kind: meeting.Confirm}), "yes to one": one(meeting.Intent{Kind: meeting.Confirm, Item: "N2"}), "yes to one's own": one(meeting.Intent{Kind: meeting.Confirm, Item: "A7"}),
		"no to one": one(meeting.Intent{Kind: meeting.Reject, Item: "N2"}), "no to nothing": {next(meeting.Intent{Kind: meeting.Reject})},
		"held": one(meeting.Intent{Kind: meeting.MeetingHeld}), "held 25": one(meeting.Intent{Kind: meeting.MeetingHeld, Minutes: 25}), "missed": one(meeting.Intent{Kind: meeting.MeetingMissed, Reason: "ill"}),
		"skip": {next(meeting.Intent{Kind: meeting.SkipMeeting, Reason: "ill"})}, "move": {next(move)}, "move without an hour": {next(meeting.Intent{Kind: meeting.MoveMeeting})},
		"move agreed": {next(move), asked("sam", "", meeting.Intent{Kind: meeting.Confirm})}, "move refused": {next(move), asked("sam", "", meeting.Intent{Kind: meeting.Reject})},
		"ad hoc": one(meeting.Intent{Kind: meeting.AskMeeting, Text: "talk", Due: "2026-12-02"}), "ad hoc agreed": {recapped("priya", soon), asked("sam", "T6", meeting.Intent{Kind: meeting.Confirm})},
		"ad hoc refused": {recapped("priya", soon), asked("sam", "T6", meeting.Intent{Kind: meeting.Reject})}, "ad hoc another time": {recapped("priya", soon), asked("sam", "T6", move)},
		"accepted": {next(meeting.Intent{Kind: meeting.AnswerInvite, State: "accepted"})}, "declined": {next(meeting.Intent{Kind: meeting.AnswerInvite, State: "declined"})}, "tentative": {next(meeting.Intent{Kind: meeting.AnswerInvite, State: "tentative"})},
		"nothing": {next(meeting.Intent{Kind: meeting.Nothing})},
		"survey":  {answering("sam", meeting.LetterSurveyMgr, "survey-2026q3", answers...)}, "survey of the report": {answering("priya", meeting.LetterSurveyRep, "survey-2026q3", answers[:1]...)},
		"survey skipped": {answering("priya", meeting.LetterSurveyRep, "survey-2026q3", meeting.Intent{Kind: meeting.AnswerSurvey, Item: "2", State: "skip"})}, "survey in own words": {answering("priya", meeting.LetterSurveyRep, "survey-2026q3", meeting.Intent{Kind: meeting.AnswerSurvey, Text: "fine"})},
		"survey later": {answering("priya", meeting.LetterSurveyRep, "survey-2026q3", meeting.Intent{Kind: meeting.AnswerSurvey, State: "postpone"})}, "survey where there is none": one(meeting.Intent{Kind: meeting.AnswerSurvey, Text: "x"}),
		"session": {answering("sam", meeting.LetterFeedback, "session-2026q4", answers...)}, "session in person": {answering("sam", meeting.LetterFeedback, "session-2026q4", meeting.Intent{Kind: meeting.AnswerSurvey, State: "in-person", Words: "rather in person"})},
		"session postponed": {answering("sam", meeting.LetterFeedback, "session-2026q4", meeting.Intent{Kind: meeting.AnswerSurvey, State: "postpone", Due: "2027-01-05"})},
		"help":              one(meeting.Intent{Kind: meeting.Help}), "stop": one(meeting.Intent{Kind: meeting.Stop}), "pause": one(meeting.Intent{Kind: meeting.Stop, Due: "2027-01-05"}), "stop nudges": one(meeting.Intent{Kind: meeting.Stop, State: "nudge"}),
		"start": one(meeting.Intent{Kind: meeting.Start}), "start nudges": {recapped("priya", meeting.Intent{Kind: meeting.Stop, State: "nudge"}), recapped("priya", meeting.Intent{Kind: meeting.Start, State: "nudge"})},
		"new password": one(meeting.Intent{Kind: meeting.NewPassword}), "send log": one(meeting.Intent{Kind: meeting.SendLog}), "password": one(meeting.Intent{Kind: meeting.EnrolKey, Text: "age1x\nwrapped"}),
		"consent": one(meeting.Intent{Kind: meeting.Consented, State: "yes"}), "no consent": one(meeting.Intent{Kind: meeting.Consented, State: "no"}), "mail only": one(meeting.Intent{Kind: meeting.Consented, State: "mail-only"}),
		"language": one(meeting.Intent{Kind: meeting.SetOwn, Item: "language", State: "de"}), "zone": one(meeting.Intent{Kind: meeting.SetOwn, Item: "zone", State: "Europe/Madrid"}), "zone nobody knows": one(meeting.Intent{Kind: meeting.SetOwn, Item: "zone", State: "Nowhere"}),
		"rhythm": {next(cadence)}, "rhythm as it is": {next(meeting.Intent{Kind: meeting.Cadence, State: "FREQ=WEEKLY;BYDAY=TH", Start: berlin("2026-09-03 16:00"), Words: "weekly"})}, "rhythm that is none": {next(meeting.Intent{Kind: meeting.Cadence, State: "FREQ=OFTEN"})},
		"rhythm agreed": {next(cadence), asked("sam", meeting.AboutRhythm, meeting.Intent{Kind: meeting.Confirm})}, "rhythm refused": {next(cadence), asked("sam", meeting.AboutRhythm, meeting.Intent{Kind: meeting.Reject})},
		"hand-over": {next(handoff)}, "hand-over to nobody": {next(meeting.Intent{Kind: meeting.Handoff, Who: "Maria"})},
		"hand-over agreed": {next(handoff), asked("sam", meeting.AboutHandoff, meeting.Intent{Kind: meeting.Confirm})}, "hand-over refused": {next(handoff), asked("sam", meeting.AboutHandoff, meeting.Intent{Kind: meeting.Reject})},
		"sensitive": one(meeting.Intent{Kind: meeting.MarkItem, Item: "T3", State: "sensitive"}), "deleted": {next(meeting.Intent{Kind: meeting.AddTopic, Text: "x"}), next(meeting.Intent{Kind: meeting.MarkItem, Item: "T6", State: "delete"})},
		"deleted too late": one(meeting.Intent{Kind: meeting.MarkItem, Item: "T4", State: "delete"}), "made private": {next(meeting.Intent{Kind: meeting.AddTopic, Text: "x"}), next(meeting.Intent{Kind: meeting.MarkItem, Item: "T6", State: "private", Sealed: "x"})},
		"the same": {next(meeting.Intent{Kind: meeting.AddTopic, Text: "x"}), next(meeting.Intent{Kind: meeting.MarkItem, Item: "T6", Topic: "T4", State: "yes"})},
		"forget":   one(meeting.Intent{Kind: meeting.Forget}), "forget, confirmed": one(meeting.Intent{Kind: meeting.Forget, Text: "priya-sam"}), "no such item": one(meeting.Intent{Kind: meeting.UpdateAction, Item: "A99", State: "done", Words: "A99 done"}),
	}
	all["a topic of its own"] = []said{next(meeting.Intent{Kind: meeting.CommentOn, Item: "T4", Text: "again"}), {"priya", meeting.Occasion{Kind: meeting.LetterAck, Mail: "mail-1"}, []meeting.Intent{{Kind: meeting.MarkItem, Item: "T4", State: "new-topic"}}}}
	for name, story := range all {
		if len(story) == 1 && story[0].by == "priya" {
			all["undo of "+name] = append(slices.Clone(story), undo("priya"))
		}
	}
	all["undo of what was built on"] = []said{recapped("priya", meeting.Intent{Kind: meeting.AddTopic, Text: "x"}, meeting.Intent{Kind: meeting.AddTopic, Text: "y"}), recapped("sam", meeting.Intent{Kind: meeting.CommentOn, Item: "T6", Text: "a"}), undo("priya")}
	return all
}

// tell plays a story and writes its last reply's acknowledgement.
func tell(t *testing.T, story []said, lang string) (effects []meeting.Effect, l Letter) {
	t.Helper()
	log := acme()
	log.Manager.Language, log.Report.Language = lang, lang
	var mail meeting.Mail
	for i, s := range story {
		mail = meeting.Mail{Key: "mail-" + number(i+1), By: s.by, At: berlin("2026-12-03 18:40"), Occasion: s.to}
		effects = log.Apply(s.intents, mail)
	}
	o := occasion(meeting.LetterAck, mail.By)
	if o.Meeting = mail.Occasion.Meeting; o.Meeting == "" {
		o.Meeting = "2026-12-10"
	}
	l, err := Compose(Request{Occasion: o, Log: log, Now: mail.At, Effects: effects, Subject: "Re: 1:1"})
	if err != nil {
		t.Errorf("%v", err)
	}
	return effects, l
}

// machinery is what no mail may say: names of fields, dates with a T, rules, ids of surveys and pairs, phrases without words.
var machinery = regexp.MustCompile(`(?m)[a-z]_[a-z]|FREQ=|\dT\d\d:|(survey|session)-20|priya-sam|<no value>|\{\{|\b(ack|undone|state|refused)\.[a-z]|""|“”|„“| \.|^ \S`)

func TestEveryEffectIsAcknowledgedInPlainWords(t *testing.T) {
	for name, story := range stories() {
		for _, lang := range []string{"en", "de"} {
			effects, l := tell(t, story, lang)
			body, _, _ := strings.Cut(l.Text, l.lastLine())
			lead, rest, _ := strings.Cut(body, "\n")
			_, rest, _ = strings.Cut(rest, "\n")
			switch none := languageOf(lang).Phrases["ack.none"]; {
			case lead == none && (effects[0].Result != meeting.Refused || strings.TrimSpace(rest) == ""):
				t.Errorf("%s in %s: %+v\nwant it acknowledged, got\n%s", name, lang, effects, l.Text)
			case lead == languageOf(lang).Phrases["ack.lead"] && strings.TrimSpace(rest) == "":
				t.Errorf("%s in %s: want a word on what became of it, got\n%s", name, lang, l.Text)
			}
			if bad := machinery.FindString(strings.ReplaceAll(l.Text, "DELETE priya-sam", "DELETE")); bad != "" {
				t.Errorf("%s in %s: want no machinery such as %q, got\n%s", name, lang, bad, l.Text)
			}
			for line := range strings.Lines(l.Text) {
				if line != "\n" && strings.TrimSpace(strings.Trim(strings.TrimSpace(line), "-–.·:")) == "" {
					t.Errorf("%s in %s: want no empty line of a list, got\n%s", name, lang, l.Text)
				}
			}
			if offered := strings.Contains(l.Text, languageOf(lang).Phrases["ack.undo"]); strings.HasPrefix(name, "undo") && offered {
				t.Errorf("%s in %s: want no undo of an undo, got\n%s", name, lang, l.Text)
			}
		}
	}
}

// lastLine is how the part of an acknowledgement begins that every one has.
func (l Letter) lastLine() string {
	if i := strings.LastIndex(l.Text, "\n\n"); i >= 0 {
		return l.Text[i:]
	}
	return "\x00"
}

func TestTheStoriesHaveEveryKindOfIntent(t *testing.T) {
	told := map[string]bool{}
	for _, story := range stories() {
		for _, s := range story {
			for _, in := range s.intents {
				told[string(in.Kind)] = true
			}
		}
	}
	f, err := parser.ParseFile(token.NewFileSet(), "../../meeting/intent.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	kinds := 0
	ast.Inspect(f, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || spec.Type == nil {
			return true
		}
		kinds++
		if kind := strings.Trim(spec.Values[0].(*ast.BasicLit).Value, `"`); !told[kind] {
			t.Errorf("want a story with the intent %q", kind)
		}
		return true
	})
	if kinds < 30 {
		t.Fatalf("want all kinds of intents, found %d", kinds)
	}
}

func TestAReplyThatNothingComesOfForNowIsToldSo(t *testing.T) {
	for lang, wants := range map[string]map[string]func(*meeting.Log){
		"en": {
			"have ended":             func(l *meeting.Log) { l.Pair.Ended = "2026-11-30" },
			"You said no":            func(l *meeting.Log) { l.Report.Consent = &meeting.Consent{State: "no"} },
			"are not active":         func(l *meeting.Log) { l.Manager.Consent = &meeting.Consent{State: "no"} },
			"once you have said yes": func(l *meeting.Log) { l.Pair.Added = berlin("2026-11-30 10:00") },
			"until Thu 2026-12-24":   func(l *meeting.Log) { l.Report.Paused = "2026-12-24" },
			"no more mails":          func(l *meeting.Log) { l.Report.Paused = meeting.Stopped },
			"Sam gets no mails":      func(l *meeting.Log) { l.Manager.Paused = "2026-12-24" },
			"as soon as Sam has said": func(l *meeting.Log) {
				l.Pair.Added, l.Report.Consent = berlin("2026-11-30 10:00"), &meeting.Consent{State: "yes"}
			},
		},
		"de": {
			"sind beendet":       func(l *meeting.Log) { l.Pair.Ended = "2026-11-30" },
			"Du hast Nein":       func(l *meeting.Log) { l.Report.Consent = &meeting.Consent{State: "no"} },
			"nicht aktiv":        func(l *meeting.Log) { l.Manager.Consent = &meeting.Consent{State: "no"} },
			"bis Do 2026-12-24":  func(l *meeting.Log) { l.Report.Paused = "2026-12-24" },
			"keine Mails mehr":   func(l *meeting.Log) { l.Report.Paused = meeting.Stopped },
			"gerade keine Mails": func(l *meeting.Log) { l.Manager.Paused = "2026-12-24" },
		},
	} {
		for want, change := range wants {
			r := cases()["ack"]
			r.Log.Report.Language = lang
			if l, err := Compose(r); err != nil || strings.Contains(l.Text, want) {
				t.Errorf("active: want no %q (%v), got\n%s", want, err, l.Text)
			}
			change(r.Log)
			if l, err := Compose(r); err != nil || !strings.Contains(l.Text, want) {
				t.Errorf("want %q (%v), got\n%s", want, err, l.Text)
			}
		}
	}
}

func TestWhatWasNotUnderstoodIsAnsweredWithThreeExamplesThatFit(t *testing.T) {
	for kind, want := range map[meeting.LetterKind]string{
		meeting.LetterPreReport: "A8 done", meeting.LetterConfirmation: "N2: not May but June", meeting.LetterReminder: "by Friday", meeting.LetterMove: "Thursday 15:00",
		meeting.LetterSurveyMgr: "2 skip", meeting.LetterSurveyRep: "2 skip", meeting.LetterFeedback: "2 skip", meeting.LetterSurveyResult: "once a month only about growth", meeting.LetterWelcome: "yes", meeting.LetterAck: "2 delete",
	} {
		r := cases()["not-read"]
		r.Answered = occasion(kind, "priya")
		l, err := Compose(r)
		_, try, _ := strings.Cut(l.Text, languageOf("en").Phrases["not-read.try"])
		lines := strings.Split(strings.TrimSpace(strings.Split(try, "\n\n")[0]), "\n")
		if err != nil || len(lines) != 3 || !slices.Contains(lines, want) {
			t.Errorf("%s: want three examples with %q (%v), got %q", kind, want, err, lines)
		}
	}
}

func TestAnotherRhythmIsOfferedOnlyWhereItIsAnother(t *testing.T) {
	for rule, want := range map[string]bool{"FREQ=WEEKLY": false, "FREQ=WEEKLY;INTERVAL=2": true} {
		in := meeting.Intent{Kind: meeting.AnswerSurvey, Item: "4", Text: "weekly is right", Asks: []meeting.Ask{{Code: meeting.AskRhythm, Args: []string{rule, "that often"}}}}
		_, l := tell(t, []said{answering("priya", meeting.LetterSurveyRep, "survey-2026q3", in)}, "en")
		if got := strings.Contains(l.Text, `Shall you meet "that often"`); got != want {
			t.Errorf("to a pair that meets weekly, %s is offered: %v, want %v:\n%s", rule, got, want, l.Text)
		}
	}
}
