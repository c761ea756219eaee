package mailflow

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"text/template"
	"time"

	"go.yaml.in/yaml/v3"

	"duolog/mailflow/letter"
	"duolog/mailflow/newtext"
	"duolog/mailflow/reply"
	"duolog/meeting"
)

// offer is what the wordings that one phrase of our mails offers must mean, in answer to the mails in which it stands.
type offer struct {
	in    []meeting.LetterKind
	under string   // the line of ours under which a wording about an item is typed, "" when it stands for itself
	want  []string // one per wording: the intents it is read as; "" where it is no wording to send
}

var (
	preMails      = []meeting.LetterKind{meeting.LetterPreReport, meeting.LetterPreManager}
	recaps        = []meeting.LetterKind{meeting.LetterRecap}
	confirmations = []meeting.LetterKind{meeting.LetterConfirmation}
	ackMails      = []meeting.LetterKind{meeting.LetterAck}
	reminderMails = []meeting.LetterKind{meeting.LetterReminder}
	moveMails     = []meeting.LetterKind{meeting.LetterMove}
	surveyMails   = []meeting.LetterKind{meeting.LetterSurveyMgr, meeting.LetterSurveyRep}
	sessions      = []meeting.LetterKind{meeting.LetterFeedback}
	resultMails   = []meeting.LetterKind{meeting.LetterSurveyResult}
	welcomes      = []meeting.LetterKind{meeting.LetterWelcome}
	notReadMails  = []meeting.LetterKind{meeting.LetterNotRead}
	passwordMails = []meeting.LetterKind{meeting.LetterPassword, meeting.LetterAck}
	commonMails   = slices.Concat(preMails, recaps, confirmations, ackMails, notReadMails, []meeting.LetterKind{meeting.LetterNudge, meeting.LetterHeadsUp})
	everyMail     = slices.Concat(commonMails, reminderMails, moveMails, surveyMails, sessions, resultMails, welcomes)
)

// offers has every phrase of letter/lang that offers a wording in quotes, or lines of examples.
var offers = map[string]offer{
	"key.words":             {in: passwordMails, want: []string{"new-password"}},
	"password.keep":         {in: passwordMails, want: []string{"new-password"}},
	"refused.key-expired":   {in: passwordMails, want: []string{"new-password"}},
	"refused.key-other":     {in: passwordMails, want: []string{"new-password"}},
	"refused.key-revoked":   {in: passwordMails, want: []string{"new-password"}},
	"refused.key-unknown":   {in: passwordMails, want: []string{"new-password"}},
	"refused.key-used":      {in: passwordMails, want: []string{"new-password"}},
	"refused.key-work":      {in: passwordMails, want: []string{"new-password"}},
	"refused.key-damaged":   {want: []string{""}},
	"welcome.send":          {in: slices.Concat(welcomes, passwordMails), want: []string{"new-password by-mail"}},
	"password.how":          {in: passwordMails, want: []string{"new-password by-mail"}},
	"move.declined":         {in: moveMails, want: []string{"confirm"}},
	"move.declined-all":     {in: moveMails, want: []string{"cadence at"}},
	"ack.fix-delete":        {in: ackMails, want: []string{"mark A9 delete"}},
	"ack.fix-due":           {in: ackMails, want: []string{"action-update A9 due"}},
	"ack.forget":            {in: ackMails, want: []string{"undo"}},
	"ack.move-when":         {in: ackMails, want: []string{"move at"}},
	"ack.rhythm-asked":      {want: []string{""}},
	"ack.stop":              {in: ackMails, want: []string{"start"}},
	"ack.stop-nudge":        {in: ackMails, want: []string{"start nudge"}},
	"ack.stop-until":        {in: ackMails, want: []string{"start"}},
	"ack.undo":              {in: ackMails, want: []string{"undo"}},
	"ask.rhythm":            {want: []string{""}},
	"ask.same-action":       {in: ackMails, want: []string{"", "mark A9 yes"}},
	"ask.same-topic":        {in: ackMails, want: []string{"", "mark A9 yes"}},
	"ask.sensitive":         {in: ackMails, want: []string{"mark A9 sensitive"}},
	"ask.which":             {in: ackMails, want: []string{"action-update A8 due"}},
	"change.asked":          {in: moveMails, want: []string{"confirm", "reject"}},
	"confirm.how":           {in: confirmations, want: []string{"reject A12"}},
	"confirm.lead":          {in: confirmations, want: []string{"confirm"}},
	"examples.ack":          {in: ackMails, want: []string{"action-update A9 due", "mark T3 delete", "undo"}},
	"examples.after":        {in: []meeting.LetterKind{meeting.LetterRecap, meeting.LetterNotRead}, want: []string{"topic-state T3 discussed", "action priya due", "held"}},
	"examples.before":       {in: slices.Concat(preMails, notReadMails), want: []string{"action-update A8 done", "action priya due", "topic"}},
	"examples.first":        {in: slices.Concat(preMails, notReadMails), want: []string{"topic", "action priya due", "nothing"}},
	"examples.confirm":      {in: confirmations, want: []string{"confirm", "correct N2", "reject A12"}},
	"examples.move":         {in: moveMails, want: []string{"confirm", "reject", "move at"}},
	"examples.reminder":     {in: reminderMails, want: []string{"action-update A8 done", "action-update A8 due", "action-update A8 dropped"}},
	"examples.result":       {in: resultMails, want: []string{"agreement", "agreement", "agreement"}},
	"examples.survey":       {in: surveyMails, want: []string{"survey 1", "survey 2 skip", "survey change"}},
	"examples.welcome":      {in: welcomes, want: []string{"consent yes", "consent yes; topic", "consent no"}},
	"feedback.other":        {in: sessions, want: []string{"survey in-person", "survey postpone due"}},
	"footer.help":           {in: slices.DeleteFunc(slices.Clone(everyMail), func(k meeting.LetterKind) bool { return k == meeting.LetterReminder }), want: []string{"help"}},
	"footer.readers":        {in: everyMail, want: []string{"private"}},
	"handoff.asked":         {in: moveMails, want: []string{"confirm", "reject"}},
	"help":                  {in: commonMails, want: []string{"action priya due", "action sam", "action-update A8 done", "action-update A8 due", "action-update A8 dropped", "topic-state T3 discussed", "topic-state T3 next-time", "topic-state T3 follow-up due", "agreement", "private", "undo", "move at", "skip", "stop due", "stop"}},
	"inactive.paused":       {in: ackMails, want: []string{"start"}},
	"inactive.said-no":      {in: welcomes, want: []string{"consent yes"}},
	"inactive.stopped":      {in: ackMails, want: []string{"start"}},
	"inactive.you-asked":    {in: welcomes, want: []string{"consent yes"}},
	"missing.measure":       {want: []string{""}},
	"move.asked":            {in: moveMails, want: []string{"confirm", "reject"}},
	"move.meeting-declined": {in: moveMails, want: []string{"skip", "move at"}},
	"not-read.kept":         {in: notReadMails, want: []string{"undo"}},
	"nudge.fine":            {in: []meeting.LetterKind{meeting.LetterNudge}, want: []string{"nothing"}},
	"pre.how":               {in: preMails, under: "A8  Draft the roadmap – due Fri 4 Dec", want: []string{"action-update A8 done", "action-update A8 due", "move at", "skip", "nothing"}},
	"proposal.theirs":       {in: preMails, want: []string{"confirm"}},
	"recap.forms":           {in: recaps, want: []string{"action priya", "action sam due", "agreement"}},
	"recap.held":            {in: recaps, want: []string{"held", "missed"}},
	"recap.how":             {in: recaps, under: "T3  Career: path to staff (you)", want: []string{"topic-state T3 discussed", "topic-state T3 next-time", "topic-state T3 follow-up due", "topic-state T3 dropped", "topic-state discussed"}},
	"refused":               {want: []string{""}},
	"refused.cadence":       {in: []meeting.LetterKind{meeting.LetterAck, meeting.LetterMove}, want: []string{"cadence", "cadence at"}},
	"refused.forget":        {in: ackMails, want: []string{"forget"}},
	"refused.names-several": {in: surveyMails, want: []string{"survey 1"}},
	"refused.setting":       {want: []string{""}},
	"refused.too-late":      {in: ackMails, want: []string{"action-update A8 dropped"}},
	"reminder.early":        {in: reminderMails, want: []string{"action-update A8 done", "action-update A8 dropped"}},
	"reminder.how":          {in: reminderMails, want: []string{"heads-up A8"}},
	"reminder.late":         {in: reminderMails, want: []string{"action-update A8 done", "action-update A8 missed"}},
	"reminder.today":        {in: reminderMails, want: []string{"action-update A8 done"}},
	"come-back.lead":        {in: reminderMails, want: []string{"topic-state T3 discussed"}},
	"reminder.several":      {in: reminderMails, want: []string{"action-update A12 done"}},
	"result.proposed":       {in: resultMails, want: []string{"confirm"}},
	"result.take-up":        {in: resultMails, want: []string{"confirm"}},
	"rhythm.asked":          {in: moveMails, want: []string{"confirm", "reject"}},
	"survey.change":         {in: surveyMails, want: []string{"survey change"}},
	"survey.each":           {in: surveyMails[:1], want: []string{"survey 2"}},
	"survey.skip":           {in: surveyMails, want: []string{"private"}},
	"undone.item":           {want: []string{""}},
	"welcome.lead":          {in: welcomes, want: []string{"consent yes"}},
	"welcome.no":            {in: welcomes, want: []string{"consent mail-only", "consent no"}},
	"welcome.what":          {in: welcomes, want: []string{"private", "undo"}},
}

func TestEveryWordingThatOurMailsOfferIsUnderstoodAsPromised(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("letter/lang/*.yaml")
	if err != nil || len(files) < 2 {
		t.Fatalf("want the phrases of at least two languages, got %v, %v", files, err)
	}
	for _, file := range files {
		code := strings.TrimSuffix(filepath.Base(file), ".yaml")
		phrases := phrasesOf(t, file)
		for _, key := range slices.Sorted(maps.Keys(phrases)) {
			wordings := wordingsOf(t, key, phrases[key])
			o, known := offers[key]
			if len(wordings) == 0 {
				continue
			}
			if !known || len(o.want) != len(wordings) {
				t.Errorf("%s: %s offers %q, of which the table of this test knows %d", code, key, wordings, len(o.want))
				continue
			}
			for i, text := range wordings {
				o.check(t, code, key, text, o.want[i])
			}
		}
	}
}

// The questions that our mails ask are no wordings to send. What is written below one, or behind its number, is kept with it.
func TestAnAnswerToAnyQuestionThatOurMailsAskIsKeptWithTheQuestion(t *testing.T) {
	t.Parallel()
	for _, code := range []string{"en", "de"} {
		number := map[string]int{}
		for _, q := range letter.Bank(code) {
			if q.Set == "" {
				if got := offeredRead(code, "", meeting.LetterPreReport, q.Text, "xyzzy plugh"); got != "topic" {
					t.Errorf("%s: below %q in a mail before a meeting: want a topic, got %q", code, q.Text, got)
				}
				continue
			}
			kind := map[string]meeting.LetterKind{"self-assessment": meeting.LetterSurveyMgr, "feedback-session": meeting.LetterFeedback}[q.Set]
			number[q.Set]++
			answersQuestion(t, code, kind, number[q.Set], q.Text)
		}
		for i, question := range strings.Split(phrasesOf(t, "letter/lang/"+code+".yaml")["survey.asks"], "\n") {
			answersQuestion(t, code, meeting.LetterSurveyRep, i+1, question)
		}
	}
}

// answersQuestion checks an answer typed below a question, behind its number, and behind its own words.
func answersQuestion(t *testing.T, code string, kind meeting.LetterKind, n int, question string) {
	t.Helper()
	want := fmt.Sprintf("survey %d", n)
	asked := fmt.Sprintf("%d. %s", n, question)
	for _, said := range []struct{ under, text string }{{asked, "xyzzy plugh"}, {"", fmt.Sprintf("%d. xyzzy plugh", n)}, {"", fmt.Sprintf("%d: xyzzy plugh", n)}, {"", asked + " xyzzy plugh"}} {
		if got := offeredRead(code, "", kind, said.under, said.text); got != want {
			t.Errorf("%s: in answer to %s, below %q: %q is read as %q, want %q", code, kind, said.under, said.text, got, want)
		}
	}
}

func (o offer) check(t *testing.T, code, key, text, want string) {
	t.Helper()
	if want == "" {
		return
	}
	under := o.under
	if !strings.Contains(want, " A8 ") && !strings.Contains(want, " T3 ") {
		under = "" // it is about the meeting, not about the line above it
	}
	for _, kind := range o.in {
		if got := offeredRead(code, key, kind, under, text); got != want {
			t.Errorf("%s: %s, in answer to %s below %q: %q is read as %q, want %q", code, key, kind, under, text, got, want)
		}
	}
}

func phrasesOf(t *testing.T, file string) map[string]string {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var f struct{ Phrases map[string]string }
	if err := yaml.Unmarshal(data, &f); err != nil {
		t.Fatal(err)
	}
	return f.Phrases
}

var inQuotes = regexp.MustCompile(`"([^"]*)"|„([^“]*)“`)

// wordingsOf are the wordings that a phrase offers, as a person would send them: what it leaves open is filled in.
func wordingsOf(t *testing.T, key, phrase string) []string {
	t.Helper()
	tmpl, err := template.New(key).Parse(phrase)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := tmpl.Execute(&b, map[string]any{
		"Other": "Sam", "Me": "Priya", "Name": "Sam", "N": 1, "A": "A8", "B": "x", "ID": "A12", "Items": "A8", "Pair": "priya-sam",
		"Action": map[bool]string{true: "A12", false: "A8"}[key == "examples.confirm"], "Topic": "T3", "Note": "N2",
		"Text": "x", "Day": "Fri 4 Dec", "When": "", "Words": "w", "All": "A8, A9", "Why": "y",
	}); err != nil {
		t.Fatalf("%s: %v", key, err)
	}
	if strings.HasPrefix(key, "examples.") {
		return strings.Split(strings.TrimSpace(b.String()), "\n")
	}
	var all []string
	for _, m := range inQuotes.FindAllStringSubmatch(b.String(), -1) {
		all = append(all, filled(key, m[1]+m[2]))
	}
	return all
}

func filled(key, wording string) string {
	wording = strings.ReplaceAll(wording, "…", "xyzzy")
	switch {
	case strings.HasSuffix(wording, ":"):
		return wording + " xyzzy"
	case key == "move.meeting-declined" && strings.Contains(wording, " "):
		return wording + " Fri 10:00"
	}
	return wording
}

// offeredRead is how a reply is read: kind, item, state, and "due" or "at" where a day or hour was understood.
func offeredRead(code, key string, kind meeting.LetterKind, under, text string) string {
	l := offeredLog(code, kind)
	o := meeting.Occasion{Kind: kind, Person: "priya", Meeting: "2026-12-03"}
	received := now
	switch kind {
	case meeting.LetterReminder:
		o.Item = "A8"
		if key == "come-back.lead" {
			o.Item = "T3"
		}
	case meeting.LetterAck:
		o.Echo = []string{"A9", "T3"}
	case meeting.LetterMove:
		o.Stage = meeting.StageAsked
		o.Item = map[string]string{"rhythm.asked": meeting.AboutRhythm, "refused.cadence": meeting.AboutRhythm, "handoff.asked": meeting.AboutHandoff, "change.asked": "G1", "move.declined-all": meeting.AboutRhythm}[key]
		if strings.HasPrefix(key, "move.declined") {
			o.Stage = meeting.StageDeclined
		}
	case meeting.LetterRecap, meeting.LetterConfirmation:
		received = now.Add(48 * time.Hour)
	}
	if o.Stage == meeting.StageDeclined {
		for _, m := range l.Meetings {
			m.Proposal = nil
		}
	}
	c := reply.Context{Log: l, Sender: l.Report, Received: received, Occasion: o}
	blocks := []newtext.Block{{Text: text, Answers: under}}
	var all []string
	for _, in := range reply.Read(newtext.Result{Text: text, Blocks: blocks}, c).Intents {
		all = append(all, described(in))
	}
	return strings.Join(all, "; ")
}

func described(in meeting.Intent) string {
	words := []string{string(in.Kind)}
	for _, w := range []string{in.Item, in.State} {
		if w != "" && in.Kind != meeting.Cadence {
			words = append(words, w)
		}
	}
	if in.Kind == meeting.AddAction {
		words = append(words, in.Who)
	}
	if !in.Start.IsZero() {
		words = append(words, "at")
	} else if in.Due != "" {
		words = append(words, "due")
	}
	return strings.Join(words, " ")
}

func offeredLog(code string, kind meeting.LetterKind) *meeting.Log {
	priya := &meeting.Person{ID: "priya", Name: "Priya Nair", Zone: "Europe/Berlin", Language: code}
	sam := &meeting.Person{ID: "sam", Name: "Sam Ortega", Zone: "Europe/Berlin", Language: code}
	by := func(id string) meeting.Origin { return meeting.Origin{By: id, At: now.AddDate(0, 0, -12)} }
	l := &meeting.Log{
		Pair: pairOf("priya", "sam"), Manager: sam, Report: priya, Private: map[string][]*meeting.PrivateNote{},
		Topics: []*meeting.Topic{{ID: "T3", Text: "Career: path to staff", State: meeting.TopicOpen, Origin: by("priya")}, {ID: "T4", Text: "On-call load", State: meeting.TopicOpen, Origin: by("sam")}},
		Actions: []*meeting.Action{
			{ID: "A8", What: "Draft the roadmap", Who: "priya", Due: "2026-12-04", State: meeting.ActionOpen, Origin: by("priya")},
			{ID: "A9", What: "Pair with Tom on alerts", Who: "priya", State: meeting.ActionOpen, Origin: by("priya")},
			{ID: "A12", What: "Update the runbook", Who: "priya", State: meeting.ActionProposed, Origin: by("sam")},
		},
		Meetings: []*meeting.Meeting{{ID: "2026-11-26", Start: now.AddDate(0, 0, -5), State: meeting.Held, Notes: []*meeting.Note{{ID: "N2", Text: "Launch moves to May", State: meeting.NoteUnconfirmed, Origin: by("sam")}}}},
	}
	l.Agreements = []*meeting.Agreement{{ID: "G1", Text: "My topics first", State: meeting.AgreementProposed, Origin: by("sam")}}
	if kind == meeting.LetterMove || kind == meeting.LetterPreReport || kind == meeting.LetterPreManager {
		if m := l.NextMeeting(now); m != nil {
			m.Proposal = &meeting.MoveProposal{Origin: by("sam"), Start: m.Start.Add(24 * time.Hour)}
			l.Meetings = append(l.Meetings, m)
		}
	}
	return l
}
