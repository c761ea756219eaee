package letter

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"

	"duolog/meeting"
)

// inBoth composes every case in English and German and hands each letter to check.
func inBoth(t *testing.T, change func(*Request), check func(name string, r Request, l Letter)) {
	t.Helper()
	for _, lang := range []string{"en", "de"} {
		for name, r := range cases() {
			if lang == "de" {
				german(r.Log)
			}
			if change != nil {
				change(&r)
			}
			l, err := Compose(r)
			if err != nil {
				t.Errorf("%s in %s: %v", name, lang, err)
				continue
			}
			check(name+" in "+lang, r, l)
		}
	}
}

func TestEveryKindOfMailHasACase(t *testing.T) {
	covered := map[meeting.LetterKind]bool{}
	for _, r := range cases() {
		covered[r.Occasion.Kind] = true
	}
	for kind := range forms {
		if !covered[kind] {
			t.Errorf("want a case for %s", kind)
		}
	}
}

func TestTheFirstLineIsFollowedByTheReplyMarker(t *testing.T) {
	inBoth(t, nil, func(name string, r Request, l Letter) {
		lines := strings.Split(l.Text, "\n")
		marker := languageOf(r.Log.Person(r.Occasion.Person).Language).Phrases["marker"]
		if lines[0] == "" || lines[1] != marker || !strings.HasPrefix(marker, "-- ") {
			t.Errorf("%s: want a line and then %q, got %q", name, marker, lines[:2])
		}
		if strings.Count(l.Text, marker) != 1 || !strings.Contains(l.HTML, marker) {
			t.Errorf("%s: want the marker once in the text, and in the HTML", name)
		}
	})
}

func TestHTMLSaysWhatTheTextSays(t *testing.T) {
	inBoth(t, nil, func(name string, r Request, l Letter) {
		if want, got := words(l.Text), words(visible(t, l.HTML)); !slices.Equal(want, got) {
			t.Errorf("%s: want the words\n%q\ngot\n%q", name, want, got)
		}
	})
}

func words(s string) []string { return strings.Fields(s) }

// visible is the text of an HTML document, without title and style.
func visible(t *testing.T, doc string) string {
	root, err := html.Parse(strings.NewReader(doc))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for n := range root.Descendants() {
		if n.Type == html.TextNode && n.Parent.Data != "style" && n.Parent.Data != "title" {
			b.WriteString(n.Data + " ")
		}
	}
	return b.String()
}

func TestHTMLLoadsNothingAndRunsNothing(t *testing.T) {
	inBoth(t, nil, func(name string, r Request, l Letter) {
		root, err := html.Parse(strings.NewReader(l.HTML))
		if err != nil {
			t.Fatal(err)
		}
		for n := range root.Descendants() {
			if slices.Contains([]string{"script", "img", "link", "iframe", "object", "form", "video", "audio", "base"}, n.Data) && n.Type == html.ElementNode {
				t.Errorf("%s: want no <%s>", name, n.Data)
			}
			for _, a := range n.Attr {
				if a.Key == "src" || a.Key == "srcset" || a.Key == "background" || strings.HasPrefix(a.Key, "on") {
					t.Errorf("%s: want no attribute %s", name, a.Key)
				}
			}
		}
		if strings.Contains(l.HTML, "url(") || strings.Contains(l.HTML, "@import") {
			t.Errorf("%s: want no address in the style", name)
		}
	})
}

func TestItemLinesStartWithTheirIds(t *testing.T) {
	for name, want := range map[string][]string{
		"pre-report": {"A8  Draft Q1 roadmap", "A7  Ask Lena about conference budget", "T3  Career: path to staff", "G1  Priya leads"},
		"recap":      {"T3  Career", "T4  On-call load", "A9  Pair with Tom on alerts"},
		"ack":        {"1. T6  salary review", "2. A8  Draft Q1 roadmap", "6. N4  "},
		"reminder":   {"A8  Draft Q1 roadmap"},
	} {
		l, err := Compose(cases()[name])
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range want {
			if !strings.Contains(l.Text, "\n"+line) {
				t.Errorf("%s: want a line that starts %q, got\n%s", name, line, l.Text)
			}
		}
	}
}

func TestTheNumbersOfAnAcknowledgementAreThoseOfEcho(t *testing.T) {
	r := cases()["ack"]
	want := Echo(r.Effects)
	if !slices.Equal(want, []string{"T6", "A8", "A9", "A10", "A11", "N4"}) {
		t.Errorf("want all items but the private note and what was refused, got %q", want)
	}
	r.Occasion.Echo = []string{"A9", "T6"}
	l, err := Compose(r)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(l.Text, "\n1. A9  ") || !strings.Contains(l.Text, "\n2. T6  ") || strings.Contains(l.Text, "\n3. ") {
		t.Errorf("want the order of the occasion, got\n%s", l.Text)
	}
}

// Whatever the log holds that is not the reader's appears in no mail.
func TestNoMailShowsWhatItsReaderMayNotSee(t *testing.T) {
	hide := func(r *Request) {
		const secret = "CANARY"
		other := r.Log.Pair.Other(r.Occasion.Person)
		r.Log.Private = map[string][]*meeting.PrivateNote{"sam": {{ID: "P1", Sealed: secret}}, "priya": {{ID: "P1", Sealed: secret}}}
		held := r.Log.Meetings[0]
		held.Notes = append(held.Notes,
			&meeting.Note{ID: "N90", Text: secret, Only: other, State: meeting.NoteUnconfirmed, Origin: by(other, "2026-11-26 17:00")},
			&meeting.Note{ID: "N91", Text: secret, State: meeting.NoteWithdrawn, Origin: by(other, "2026-11-26 17:00")})
		r.Log.Agreements = append(r.Log.Agreements, &meeting.Agreement{ID: "G90", Text: secret, State: meeting.Withdrawn, Meeting: held.ID})
		r.Log.Topics = append(r.Log.Topics,
			&meeting.Topic{ID: "T90", Text: secret, State: meeting.TopicWithdrawn, Origin: by(other, "2026-12-01 10:00")},
			&meeting.Topic{ID: "T91", Text: secret, Context: []string{secret}, Delicate: true, State: meeting.TopicOpen, Origin: by(other, "2026-12-01 10:00"), Comments: []meeting.Comment{{Text: secret}}})
		r.Log.Manager.Identity, r.Log.Report.Identity = secret, secret
		r.Effects = append(slices.Clone(r.Effects),
			meeting.Effect{Result: meeting.Refused, Reason: meeting.NoKey, Intent: meeting.Intent{Kind: meeting.AddPrivate, Text: secret, Words: secret, Context: []string{secret}}},
			meeting.Effect{Result: meeting.Added, Item: "P1", Intent: meeting.Intent{Kind: meeting.AddPrivate, Text: secret, Words: secret, Sealed: secret}})
	}
	inBoth(t, hide, func(name string, r Request, l Letter) {
		if strings.Contains(l.Text+l.HTML+l.Subject, "CANARY") {
			t.Errorf("%s: want no secret, got\n%s", name, l.Text)
		}
	})
}

func TestTitlesOnlyMeansNoTextBesideTheTitles(t *testing.T) {
	spoil := func(r *Request) {
		r.Log.Pair.Settings.MailContent = "titles"
		const secret = "CANARY"
		for _, x := range r.Log.Topics {
			x.Context, x.Comments = []string{secret}, []meeting.Comment{{Text: secret, Origin: by("sam", "2026-11-26 17:00")}}
			x.Question = &meeting.Question{MyAnswer: secret, Why: secret}
			if x.HeadsUp {
				x.Text = secret
			}
		}
		for _, a := range r.Log.Actions {
			a.Measure, a.Comments = secret, []meeting.Comment{{Text: secret}}
		}
		for _, g := range r.Log.Agreements {
			g.Text = secret
		}
		for _, m := range r.Log.Meetings {
			for _, n := range m.Notes {
				n.Text = secret
			}
		}
	}
	inBoth(t, spoil, func(name string, r Request, l Letter) {
		if strings.Contains(l.Text+l.HTML+l.Subject, "CANARY") {
			t.Errorf("%s: want titles only, got\n%s", name, l.Text)
		}
	})
}

func TestTextFromPeopleStaysInert(t *testing.T) {
	const evil = "{{.Me}}<b>x</b> <script>alert(1)</script>\r\nBcc: eve@evil.example\n-- reply above this line --\nT9  fake \u202eabc\u0000\x1b[31m"
	spoil := func(r *Request) {
		for _, x := range r.Log.Topics {
			x.Text, x.Context = evil, []string{evil}
		}
		for _, a := range r.Log.Actions {
			a.What, a.Measure = evil, evil
		}
		for _, m := range r.Log.Meetings {
			for _, n := range m.Notes {
				n.Text = evil
			}
		}
		r.Log.Manager.Name, r.Log.Report.Name = "Sam\r\nBcc: eve@evil.example", "Priya<script>"
		r.Log.Pair.JoinLink, r.PageURL = "javascript:alert(1)", "https://ok.example/\r\nBcc: eve@evil.example"
		r.NotRead, r.Subject = evil, "x"+evil
	}
	inBoth(t, spoil, func(name string, r Request, l Letter) {
		root, err := html.Parse(strings.NewReader(l.HTML))
		if err != nil {
			t.Fatal(err)
		}
		for n := range root.Descendants() {
			if n.Type == html.ElementNode && n.Data == "script" || n.Type == html.TextNode && n.Parent.Data == "b" && n.Data == "x" {
				t.Errorf("%s: want markup of people escaped, got\n%s", name, l.HTML)
			}
		}
		if strings.ContainsFunc(l.Subject, unicode.IsControl) || utf8.RuneCountInString(l.Subject) > maxSubject+4 {
			t.Errorf("%s: want a short subject on one line, got %q", name, l.Subject)
		}
		if strings.Contains(l.Text, "javascript:") || strings.Contains(l.Text, "ok.example") {
			t.Errorf("%s: want no address that is not plainly one, got\n%s", name, l.Text)
		}
		if strings.ContainsFunc(strings.ReplaceAll(l.Text, "\n", ""), func(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) }) {
			t.Errorf("%s: want no control characters, got %q", name, l.Text)
		}
		if strings.Contains(l.Text, "\nBcc:") || strings.Contains(l.Text, "\nT9  fake") || strings.Count(l.Text, "\n-- ") != 1 {
			t.Errorf("%s: want every text on its own one line, got\n%s", name, l.Text)
		}
	})
}

func TestAHugeLogStillMakesAShortMail(t *testing.T) {
	flood := func(r *Request) {
		long := strings.Repeat("very long words ", 100)
		for i := range 300 {
			id := number(100 + i)
			r.Log.Topics = append(r.Log.Topics, &meeting.Topic{ID: "T" + id, Text: long, Context: strings.Fields(long), State: meeting.TopicOpen, Origin: by("sam", "2026-11-27 10:00")})
			r.Log.Actions = append(r.Log.Actions, &meeting.Action{ID: "A" + id, What: long, Measure: long, Who: r.Occasion.Person, State: meeting.ActionProposed, Origin: by("sam", "2026-11-27 10:00")})
			r.Log.Meetings[0].Notes = append(r.Log.Meetings[0].Notes, &meeting.Note{ID: "N" + id, Text: long, State: meeting.NoteUnconfirmed, Origin: by("sam", "2026-11-27 10:00")})
		}
		r.NotRead = strings.Repeat(long+"\n", 100)
	}
	inBoth(t, flood, func(name string, r Request, l Letter) {
		if len(l.Text) > 24<<10 {
			t.Errorf("%s: want at most 24 KB, got %d", name, len(l.Text))
		}
	})
}

func TestTimesAreTheReadersWithTheOthersBeside(t *testing.T) {
	l, err := Compose(cases()["pre-manager"])
	if err != nil {
		t.Fatal(err)
	}
	if want := "Thursday 3 December, 10:00 (16:00 for Priya)"; !strings.Contains(l.Text, want) || !strings.Contains(l.Subject, "Thu 3 Dec 10:00") {
		t.Errorf("want %q, got %q\n%s", want, l.Subject, l.Text)
	}
	r := cases()["pre-report"]
	r.Log.Manager.Zone = "Asia/Tokyo"
	if l, err = Compose(r); err != nil || !strings.Contains(l.Text, "16:00 (Fri 4 Dec 00:00 for Sam)") {
		t.Errorf("want the other's day where it differs (%v), got\n%s", err, l.Text)
	}
	r = cases()["pre-report"]
	r.Log.Manager.Zone = "Europe/Paris"
	if l, err = Compose(r); err != nil || strings.Contains(l.Text, "for Sam)") {
		t.Errorf("want one clock where both show the same (%v), got\n%s", err, l.Text)
	}
}

func TestTwoPeopleOfTheSameFirstNameAreToldApart(t *testing.T) {
	r := cases()["pre-report"]
	r.Log.Manager.Name, r.Log.Report.Name = "Sam Ortega", "Sam Nair"
	l, err := Compose(r)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(l.Subject, "Sam Nair + Sam Ortega") || !strings.Contains(l.Text, "with Sam Ortega on Thursday") {
		t.Errorf("want whole names, got %q\n%s", l.Subject, l.Text)
	}
}

func TestAnUnknownLanguageIsAnsweredInEnglish(t *testing.T) {
	r := cases()["nudge"]
	r.Log.Report.Language = "tlh"
	if l, err := Compose(r); err != nil || l.Language != "en" {
		t.Errorf("want en, got %q (%v)", l.Language, err)
	}
}

func TestComposeRefusesWhatItCannotWrite(t *testing.T) {
	for name, spoil := range map[string]func(*Request){
		"a stranger":         func(r *Request) { r.Occasion.Person = "eve" },
		"no log":             func(r *Request) { r.Log = nil },
		"an unknown kind":    func(r *Request) { r.Occasion.Kind = "poem" },
		"no such meeting":    func(r *Request) { r.Occasion.Meeting = "2026-12-05" },
		"no meeting":         func(r *Request) { r.Occasion.Meeting = "" },
		"no action":          func(r *Request) { r.Occasion.Kind = meeting.LetterReminder },
		"one's own heads-up": func(r *Request) { r.Occasion.Kind, r.Occasion.Item = meeting.LetterHeadsUp, "T3" },
		"nothing to confirm": func(r *Request) { r.Occasion.Kind = meeting.LetterConfirmation; r.Log.Meetings = nil },
	} {
		r := cases()["pre-report"]
		spoil(&r)
		if l, err := Compose(r); err == nil {
			t.Errorf("%s: want an error, got\n%s", name, l.Text)
		}
	}
}

func TestHintsPointOutSilenceAndOneSidedTopics(t *testing.T) {
	r := cases()["pre-manager"]
	for _, day := range []string{"2026-11-05 16:00", "2026-11-12 16:00", "2026-11-19 16:00"} {
		m := &meeting.Meeting{ID: day[:10], Start: berlin(day), State: meeting.Held}
		r.Log.Meetings = slices.Insert(r.Log.Meetings, len(r.Log.Meetings)-1, m)
	}
	const quiet = "brought no topic to the last 4 meetings"
	if l, err := Compose(r); err != nil || strings.Contains(l.Text, quiet) {
		t.Errorf("want no hint while Priya brings topics (%v), got\n%s", err, l.Text)
	}
	for i, x := range r.Log.Topics {
		x.Origin = by("sam", "2026-11-27 10:00")
		x.Kind = "status"
		r.Log.Topics[i] = x
	}
	r.Log.Topics = append(r.Log.Topics, &meeting.Topic{ID: "T6", Text: "x", Kind: "growth", State: meeting.TopicOpen, Origin: by("sam", "2026-11-27 10:00")})
	l, err := Compose(r)
	if err != nil || !strings.Contains(l.Text, quiet) || !strings.Contains(l.Text, "4 of the last 5 topics were about status") {
		t.Errorf("want both hints (%v), got\n%s", err, l.Text)
	}
}

func TestReminderKnowsWhetherItIsEarlyDueOrLate(t *testing.T) {
	for now, want := range map[string]string{"2026-12-01 09:00": "How is it going?", "2026-12-04 09:00": "Today is the day", "2026-12-06 09:00": "This slipped"} {
		r := cases()["reminder"]
		r.Now = berlin(now)
		if l, err := Compose(r); err != nil || !strings.HasPrefix(l.Text, want) {
			t.Errorf("%s: want %q (%v), got\n%s", now, want, err, l.Text)
		}
	}
}

func TestThreadIsOnePerMeeting(t *testing.T) {
	pre, recap := occasion(meeting.LetterPreReport, "priya"), occasion(meeting.LetterRecap, "sam")
	if thread(pre) != "priya-sam.2026-12-03" || thread(recap) != thread(pre) {
		t.Errorf("want one thread, got %q and %q", thread(pre), thread(recap))
	}
}

func TestLanguagesHaveTheSamePhrases(t *testing.T) {
	english := slices.Sorted(maps.Keys(languages()["en"].Phrases))
	for code, l := range languages() {
		for _, name := range english {
			if !l.has(name) {
				t.Errorf("%s has no phrase %s", code, name)
			}
		}
		for name := range l.Phrases {
			if !languages()["en"].has(name) {
				t.Errorf("%s has a phrase %s that English has not", code, name)
			}
		}
	}
}

// Every code that package meeting names has its sentence, in each language.
func TestEveryReasonAndAskHasItsSentence(t *testing.T) {
	values := map[string]any{"Me": "Priya", "Other": "Sam", "A": "a", "B": "b", "All": "a, b", "N": 1, "Items": "T1", "Name": "Tom"}
	for file, prefix := range map[string]string{"../../meeting/intent.go": "ask.", "../../meeting/effect.go": "refused."} {
		codes := untypedStrings(t, file)
		if len(codes) < 8 {
			t.Errorf("%s: want its codes, got %q", file, codes)
		}
		for _, code := range codes {
			for _, l := range languages() {
				if _, err := l.say(prefix+code, values); err != nil {
					t.Errorf("%s in %s: %v", prefix+code, l.Code, err)
				}
			}
		}
	}
}

// untypedStrings are the values of a file's string constants that have no type of their own.
func untypedStrings(t *testing.T, file string) []string {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var codes []string
	ast.Inspect(f, func(n ast.Node) bool {
		if spec, ok := n.(*ast.ValueSpec); ok && spec.Type == nil {
			for _, v := range spec.Values {
				if lit, ok := v.(*ast.BasicLit); ok && lit.Kind == token.STRING {
					codes = append(codes, strings.Trim(lit.Value, `"`))
				}
			}
		}
		return true
	})
	return codes
}

func TestAnUnclearLineIsAnsweredWithTheQuestionWhatIsMeant(t *testing.T) {
	r := cases()["ack-nothing"]
	r.Effects = []meeting.Effect{{Result: meeting.Refused, Reason: meeting.NoSuchItem, Intent: meeting.Intent{
		Kind: meeting.MarkItem, State: "delete", Words: "delete", Asks: []meeting.Ask{{Code: meeting.AskWhich, Args: []string{"A8", "A9"}}},
	}}}
	l, err := Compose(r)
	if err != nil || !strings.Contains(l.Text, `"delete": Which one do you mean: A8, A9?`) {
		t.Errorf("want the question (%v), got\n%s", err, l.Text)
	}
}

func TestAnUnclearLineThatCouldMeanAnythingIsAnsweredToo(t *testing.T) {
	for lang, want := range map[string]string{"en": "Which one do you mean? Put its id first.", "de": "Was meinst du? Stell die Kennung voran."} {
		r := cases()["ack-nothing"]
		r.Log.Report.Language = lang
		r.Effects = []meeting.Effect{{Result: meeting.Refused, Reason: meeting.NoSuchItem, Intent: meeting.Intent{
			Kind: meeting.UpdateAction, Due: "2026-12-04", Words: "by Friday", Asks: []meeting.Ask{{Code: meeting.AskWhich}},
		}}}
		l, err := Compose(r)
		if err != nil || !strings.Contains(l.Text, want) {
			t.Errorf("%s: want %q (%v), got\n%s", lang, want, err, l.Text)
		}
	}
}

func FuzzInertIsOneShortHarmlessLine(f *testing.F) {
	f.Add("a\r\nb\x00\u202ec \ufeff", 10)
	f.Fuzz(func(t *testing.T, s string, limit int) {
		limit = 2 + max(0, limit)%300
		got := inert(s, limit)
		if utf8.RuneCountInString(got) > limit || strings.ContainsFunc(got, unicode.IsControl) || !utf8.ValidString(got) || strings.ContainsAny(got, "\n\u2028\u2029\u202e") {
			t.Errorf("inert(%q, %d): got %q", s, limit, got)
		}
		if again := inert(got, limit); again != got {
			t.Errorf("want inert to leave its own result alone: %q became %q", got, again)
		}
	})
}

func TestANewTimeThatOneSideAskedForIsShownToBoth(t *testing.T) {
	for person, want := range map[string]string{
		"priya": "Sam asks to move it to Thu 2026-12-03 17:00 (11:00 for Sam).",
		"sam":   "You asked to move it to Thu 2026-12-03 11:00 (17:00 for Priya).",
	} {
		r := cases()["pre-report"]
		r.Occasion = occasion(meeting.LetterPreReport, person)
		m := r.Log.Planned("2026-12-03")
		m.Proposal = &meeting.MoveProposal{Start: berlin("2026-12-03 17:00"), Origin: by("sam", "2026-12-01 10:00")}
		r.Log.Meetings = append(r.Log.Meetings, m)
		if l, err := Compose(r); err != nil || !strings.Contains(l.Text, want) {
			t.Errorf("%s: want %q (%v), got\n%s", person, want, err, l.Text)
		}
	}
}

func TestAReplyAboutAMeetingThatIsGoneIsStillAcknowledged(t *testing.T) {
	r := cases()["ack"]
	r.Occasion.Meeting, r.Subject = "2025-01-01", ""
	l, err := Compose(r)
	if err != nil || l.Subject != "1:1 Priya + Sam – noted" {
		t.Errorf("want an acknowledgement without a date, got %q (%v)", l.Subject, err)
	}
}

func TestTheSubjectOfAnAnswerStaysInItsThread(t *testing.T) {
	for reply, want := range map[string]string{
		"AW: Re: 1:1 Priya + Sam": "Re: 1:1 Priya + Sam", "1:1 Priya + Sam": "Re: 1:1 Priya + Sam", "re:re: x": "Re: x", "Reply": "Re: Reply",
	} {
		r := cases()["ack-nothing"]
		r.Subject = reply
		if l, err := Compose(r); err != nil || l.Subject != want {
			t.Errorf("%q: want %q, got %q (%v)", reply, want, l.Subject, err)
		}
	}
}

func TestTheSurveyCountsTheQuarterBefore(t *testing.T) {
	r := cases()["survey-manager"]
	r.Log.Meetings = append(r.Log.Meetings, []*meeting.Meeting{
		{ID: "2026-10-01", Start: berlin("2026-10-01 16:00"), State: meeting.Held},
		{ID: "2026-10-08", Start: berlin("2026-10-09 16:00"), State: meeting.Held, History: []meeting.Change{{Field: "start", From: "2026-10-08T16:00:00+02:00", At: berlin("2026-10-08 10:00")}}},
		{ID: "2026-10-15", Start: berlin("2026-10-15 16:00"), State: meeting.Skipped},
		{ID: "2027-01-07", Start: berlin("2027-01-07 16:00"), State: meeting.Held},
	}...)
	l, err := Compose(r)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"October to December 2026 in numbers", "You met 3 of 14 times, 1 of them moved (1 at short notice).",
		"Promises kept: you 0 of 1, Priya 1 of 3.", "Topics: 2 from you, 2 from Priya.", "\n5. Am I spotting issues early",
	} {
		if !strings.Contains(l.Text, want) {
			t.Errorf("want %q, got\n%s", want, l.Text)
		}
	}
}

func TestANoteMadePrivateLaterIsNamedAndNotShown(t *testing.T) {
	r := cases()["ack"]
	r.Effects = []meeting.Effect{{Result: meeting.Added, Item: "P2", Intent: meeting.Intent{Kind: meeting.MarkItem, Item: "N2", State: "private"}}}
	r.Occasion.Echo, r.Unread = Echo(r.Effects), nil
	l, err := Compose(r)
	if err != nil || !strings.HasPrefix(l.Text, "N2 is a private note now; only you can open it.\n") || strings.Contains(l.Text, "P2") || strings.Contains(l.Text, "undo") {
		t.Errorf("want it said, and no undo offered where the words are gone (%v), got\n%s", err, l.Text)
	}
}

func TestAConfirmationShowsTheLastMeetingsNotesBeforeThoseThatLapsed(t *testing.T) {
	r := cases()["confirmation"]
	old := &meeting.Meeting{ID: "2026-11-05", Start: berlin("2026-11-05 16:00"), State: meeting.Held}
	for n := range 2*maxItems + 1 {
		old.Notes = append(old.Notes, &meeting.Note{ID: fmt.Sprint("N", 50+n), Text: "long ago", State: meeting.NoteUnconfirmed, Origin: by("sam", "2026-11-05 17:00")})
	}
	r.Log.Meetings = slices.Insert(r.Log.Meetings, 0, old)
	last := r.Log.Meetings[len(r.Log.Meetings)-1]
	last.State = meeting.Held
	last.Notes = append(last.Notes, &meeting.Note{ID: "N99", Text: "just now", State: meeting.NoteUnconfirmed, Origin: by("sam", "2026-12-03 17:00")})
	l, err := Compose(r)
	if fresh, old := strings.Index(l.Text, "just now"), strings.Index(l.Text, "long ago"); err != nil || fresh < 0 || old < fresh {
		t.Errorf("want the note of the last meeting first, got (%v)\n%s", err, l.Text)
	}
}
