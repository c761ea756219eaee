package mailflow

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"

	"duolog/content"
	"duolog/content/sample"
	"duolog/mailflow/inbox"
	"duolog/mailflow/mailtest"
	"duolog/mailflow/message"
	"duolog/mailflow/outbox"
	"duolog/meeting"
)

// simulation is the year of the sample people over the real route: every letter is composed, queued, submitted and read by its
// addressee, and every reply lies in the mailbox, is read and answered, on a clock that goes from event to event.
type simulation struct {
	*instance
	year   *sample.Year
	course sample.Course[string]
	box    *inbox.Session
	owed   map[string]meeting.Occasion // all that the log ever said it owes, by key
	came   map[string][]arrival        // what people found in their mailboxes, by key
	read   map[string]int              // how many mails of theirs each person has read
	topics map[string]string           // "pair/T3" to the words it was raised with
	acks   int
	stops  int
	handed int // over to a new manager
}

type arrival struct {
	at   time.Time
	text string
}

// simulate plays the first weeks of the year. After any step of the route that stop chooses, the process ends and another begins.
func simulate(t *testing.T, weeks int, stop func(step string) error) *simulation {
	t.Helper()
	year := sample.NewYear(time.Date(2027, 1, 4, 0, 0, 0, 0, time.UTC), 3)
	s := &simulation{
		instance: &instance{t: t, dir: t.TempDir(), clock: year.From, log: &bytes.Buffer{}}, year: year, course: sample.Course[string]{Year: year, Next: map[string]time.Time{}},
		owed: map[string]meeting.Occasion{}, came: map[string][]arrival{}, read: map[string]int{}, topics: map[string]string{},
	}
	store := content.Open(filepath.Join(s.dir, "content"))
	s.serve(mailtest.Options{Unlisted: true})
	for _, p := range year.People {
		p.Addresses, p.Recipient = []string{p.ID + "@example.org"}, "age1"+p.ID
		if err := store.SavePerson(p); err != nil {
			t.Fatal(err)
		}
		_ = s.server.AddUser(p.Addresses[0], "secret") // some have one already
	}
	s.reopen()
	for s.clock.Before(year.From.AddDate(0, 0, 7*weeks)) {
		s.Flow.stopAt = stop
		err := s.event()
		switch {
		case errors.Is(err, errStopped):
			s.stops++
			s.reopen()
			continue
		case err != nil:
			t.Fatalf("%s: %v", s.clock, err)
		}
		s.clock = s.course.Soonest(s.clock.Add(12 * time.Hour))
	}
	return s
}

// reopen ends the process, if one runs, and begins another.
func (s *simulation) reopen() {
	s.t.Helper()
	if s.Flow != nil {
		_ = s.box.Close()
		if err := s.Ledger.Close(); err != nil {
			s.t.Fatal(err)
		}
	}
	s.open()
	s.Outbox.Enrolled = func(string) bool { return true }
	s.Content.Rehearsal, s.Ledger.DB.NoSync = true, true
	var err error
	if s.box, err = s.instance.box(); err != nil {
		s.t.Fatal(err)
	}
	pairs, err := s.Content.Pairs()
	if err != nil {
		s.t.Fatal(err)
	}
	for _, pair := range pairs {
		s.course.Next[pair] = s.clock
	}
}

// event does all that is due now. It may be done again when it was stopped.
func (s *simulation) event() error {
	if err := s.course.Begin(s.clock, s.begin); err != nil {
		return err
	}
	for _, d := range s.course.Sent(s.clock) {
		s.put(typed(d))
		for pair := range s.course.Next { // whose people may have changed it
			s.course.Next[pair] = s.clock
		}
	}
	if err := s.box.Select(context.Background(), s.box.Folder()); err != nil { // an open session need not see what came since
		return err
	}
	report, err := s.Receive(context.Background(), s.box)
	s.remember(report)
	if err != nil {
		return err
	}
	done, err := s.CarryOut(context.Background())
	for _, d := range done {
		s.course.Next[d.New] = s.clock
		s.handed++
		s.enrol()
	}
	if err := errors.Join(err, s.remind()); err != nil {
		return err
	}
	for _, person := range s.year.People {
		s.readMail(person)
	}
	return nil
}

// begin enrols a pair.
func (s *simulation) begin(p meeting.Pair) error {
	manager, err := s.Content.Person(p.Manager)
	if err != nil {
		return err
	}
	report, err := s.Content.Person(p.Report)
	if err != nil {
		return err
	}
	_, err = s.Content.Save(&meeting.Log{Pair: p, Manager: manager, Report: report})
	s.enrol()
	return err
}

// remember keeps the topics that the log took in, so that none can be lost.
func (s *simulation) remember(report Report) {
	for _, e := range report.Entries {
		if e.Outcome == Held || e.Outcome == Conflict {
			s.t.Errorf("%s: a mail of %s is %s: %s %s", s.clock, e.Person, e.Outcome, e.Reason, e.Detail)
		}
		for _, x := range e.Effects {
			if x.Result == meeting.Added && x.Intent.Kind == meeting.AddTopic && x.Item != "" {
				s.topics[e.Pair+"/"+x.Item] = x.Intent.Text
			}
		}
	}
}

// remind asks the logs what they owe, and lets the flow send it.
func (s *simulation) remind() error {
	for _, pair := range slices.Sorted(maps.Keys(s.course.Next)) { // of a letter that several owe, the first is asked for
		if s.course.Next[pair].After(s.clock) {
			continue
		}
		l := s.logOf(pair)
		for _, o := range l.Due(s.clock) {
			if l.Meeting(o.Meeting) == nil && l.Planned(o.Meeting) == nil && o.Meeting != "" {
				s.t.Errorf("%s is about no meeting", o.Key)
			}
			if _, known := s.owed[o.Key]; !known {
				s.owed[o.Key] = o
			}
		}
	}
	queued, err := s.Remind(context.Background())
	for _, o := range queued { // of pairs that were not expected to owe one yet, as when a pause ends
		if _, known := s.owed[o.Key]; !known && slices.ContainsFunc(s.logOf(o.Pair).Due(s.clock), func(d meeting.Occasion) bool { return d.Key == o.Key }) {
			s.owed[o.Key] = o
		}
	}
	if err != nil {
		return err
	}
	for pair := range s.course.Next {
		s.course.Next[pair] = s.logOf(pair).NextDue(s.clock)
	}
	_, err = s.Outbox.Flush(context.Background())
	return err
}

func (s *simulation) logOf(pair string) *meeting.Log {
	l, err := s.Content.Log(pair)
	if err != nil {
		s.t.Fatal(err)
	}
	return l
}

// readMail lets a person read what is new, and perhaps write an answer.
func (s *simulation) readMail(p *meeting.Person) {
	mails, err := s.server.Mails(p.Addresses[0], "INBOX")
	if err != nil {
		s.t.Fatal(err)
	}
	for _, mail := range mails[s.read[p.ID]:] {
		m, err := message.Parse(mail.Raw)
		if err != nil {
			s.t.Fatal(err)
		}
		e, ok, err := s.Ledger.Outgoing(m.ID)
		if err != nil || !ok {
			s.t.Fatalf("%s got a mail that nobody queued: %q (%v)", p.ID, m.Header.Text("Subject"), err)
		}
		if strings.HasPrefix(e.Key, "ack/") {
			s.acks++
			continue
		}
		s.came[e.Key] = append(s.came[e.Key], arrival{s.clock, m.Text})
		o, l := s.owed[e.Key], s.logOf(e.Pair)
		if meets(l, s.clock) {
			s.t.Errorf("%s was sent while the two met", e.Key)
		}
		s.course.Read(m.Text, o, l, s.clock)
	}
	s.read[p.ID] = len(mails)
}

func meets(l *meeting.Log, at time.Time) bool {
	return slices.ContainsFunc(l.Upcoming(at.Add(-24*time.Hour), at.Add(1)), func(m *meeting.Meeting) bool {
		return (m.State == meeting.Planned || m.State == meeting.Held) && at.Before(m.End())
	})
}

// typed is the draft as a mail program sends it: above the letter, quoted.
func typed(d sample.Draft[string]) mail {
	o := d.Occasion
	m := mail{from: d.Person, pair: o.Pair, occasion: o.Key, id: fmt.Sprintf("%d.%s@mail.example.org", d.At.Unix(), strings.ReplaceAll(o.Key, "/", "."))}
	if d.Auto {
		m.text, m.header, m.subject = d.Text, "Auto-Submitted: auto-replied\r\n", d.Subject
		return m
	}
	quoted := "> " + strings.ReplaceAll(strings.TrimRight(strings.ReplaceAll(d.Letter, "\r\n", "\n"), "\n"), "\n", "\n> ")
	m.text = d.Text + "\n\nOn Mon, 4 Jan 2027 at 10:00, 1:1 log wrote:\n\n" + quoted
	return m
}

// yearWeeks is how much of the year is played: all of it and the first survey of the next; under the race detector, which is
// slow and looks for races alone, only its beginning.
func yearWeeks() int {
	if raceDetector || testing.Short() {
		return 4
	}
	return 56
}

func TestAYearOverTheRealRouteSendsWhatIsOwedOnceAndInTime(t *testing.T) {
	t.Parallel()
	s := simulate(t, yearWeeks(), nil)
	s.checkLetters()
	s.checkMeetings()
	s.checkTopics()
	s.checkReminders()
	if yearWeeks() > 52 {
		if s.handed != 1 || len(s.logOf("amara-ana").Topics) < 5 || s.logOf("amara-ana").Topics[0].By != "amara" {
			t.Errorf("want Amara handed over to Ana once, with what she chose; %d times", s.handed)
		}
		s.checkSurveys()
	}
	t.Logf("%d letters, %d acknowledgements, %d mails read; the outbox has nothing open: %v", len(s.came), s.acks, s.count("Done"), s.checkOutbox())
	s.table()
}

func TestAYearWithStopsAtRandomIsTheSameYear(t *testing.T) {
	t.Parallel()
	weeks := min(yearWeeks(), 16)
	whole := simulate(t, weeks, nil)
	dice := rand.New(rand.NewPCG(5, 6))
	var mu sync.Mutex // filing and deciding go on side by side
	broken := simulate(t, weeks, func(string) error {
		mu.Lock()
		defer mu.Unlock()
		if dice.IntN(60) == 0 {
			return errStopped
		}
		return nil
	})
	if broken.stops < weeks {
		t.Fatalf("stopped %d times only", broken.stops)
	}
	t.Logf("stopped %d times", broken.stops)
	sameFiles(t, whole.store(), broken.store())
	for key, arrivals := range whole.came {
		if got := broken.came[key]; len(got) != 1 || got[0].text != arrivals[0].text {
			t.Errorf("%s: came once, and with stops %d times or with other words", key, len(got))
		}
	}
	for key := range broken.came {
		if len(whole.came[key]) == 0 {
			t.Errorf("%s: came with stops alone", key)
		}
	}
}

// checkLetters compares what the logs owed with what lies in people's mailboxes.
func (s *simulation) checkLetters() {
	count := map[string]int{}
	for key, o := range s.owed {
		got := s.came[key]
		if len(got) != 1 {
			s.t.Errorf("%s was owed from %s and came %d times", key, o.At, len(got))
			continue
		}
		if cycle := o.Cycle(); cycle != "" {
			count[o.Pair+" "+cycle+" "+o.Person]++
		}
	}
	for key := range s.came {
		if _, ok := s.owed[key]; !ok {
			s.t.Errorf("%s came and was not owed", key)
		}
	}
	for cycle, n := range count {
		if n > 3 {
			s.t.Errorf("%s: want at most three letters, came %d", cycle, n)
		}
	}
}

// checkMeetings looks at the meetings that nobody moved or skipped: each side got its letter before and its recap, at the hour where
// the pair meets, whatever the clocks did meanwhile.
func (s *simulation) checkMeetings() {
	plain := 0
	for _, e := range s.year.Pairs {
		if _, begun := s.course.Next[e.Pair.ID]; !begun {
			continue
		}
		l := s.logOf(e.Pair.ID)
		for _, m := range l.Upcoming(e.At.AddDate(0, 0, 14), s.clock.AddDate(0, 0, -4)) {
			if moved(m) || s.away(l, m) {
				continue
			}
			plain++
			if at := m.Start.In(l.Pair.Rhythm.Location()).Format("15:04"); !strings.HasSuffix(l.Pair.Rhythm.First, at) {
				s.t.Errorf("%s %s is at %s and not at the hour of %s", l.Pair.ID, m.ID, at, l.Pair.Rhythm.First)
			}
			for person, before := range map[string]time.Duration{l.Pair.Report: 48 * time.Hour, l.Pair.Manager: 24 * time.Hour} {
				s.checkTime(l, m, person, m.Start.Add(-before), meeting.LetterPreReport, meeting.LetterPreManager, meeting.LetterFeedback)
				s.checkTime(l, m, person, m.End().Add(15*time.Minute), meeting.LetterRecap)
			}
		}
	}
	s.t.Logf("%d meetings took place as planned", plain)
}

func moved(m *meeting.Meeting) bool {
	return slices.ContainsFunc(m.History, func(c meeting.Change) bool { return c.Field == "start" || c.Field == "state" && c.To != "held" })
}

// away tells whether letters to one of the two were paused about then.
func (s *simulation) away(l *meeting.Log, m *meeting.Meeting) bool {
	return slices.ContainsFunc(slices.Concat(l.Manager.History, l.Report.History), func(c meeting.Change) bool {
		return c.Field == "paused_until" && c.At.After(m.Start.AddDate(0, 0, -30)) && c.At.Before(m.Start.AddDate(0, 0, 7))
	})
}

func (s *simulation) checkTime(l *meeting.Log, m *meeting.Meeting, person string, at time.Time, kinds ...meeting.LetterKind) {
	for _, kind := range kinds {
		key := strings.Join([]string{l.Pair.ID, m.ID, string(kind), person}, "/")
		got := s.came[key]
		if len(got) == 0 {
			continue
		}
		if kind == meeting.LetterFeedback && person == l.Pair.Manager {
			at = m.Start.Add(-72 * time.Hour)
		}
		if !got[0].at.Equal(at) && !meets(l, at) {
			s.t.Errorf("%s: came %s, wanted %s", key, got[0].at, at)
		}
		return
	}
	s.t.Errorf("%s %s: %s got no letter of %v", l.Pair.ID, m.ID, person, kinds)
}

func (s *simulation) checkTopics() {
	if len(s.topics) < 20 {
		s.t.Errorf("only %d topics were raised", len(s.topics))
	}
	for key, text := range s.topics {
		pair, id, _ := strings.Cut(key, "/")
		topic := s.logOf(pair).Topic(id)
		switch {
		case topic == nil:
			s.t.Errorf("%s is lost: %s", key, text)
		case topic.Text != text:
			s.t.Errorf("%s was %q and is %q", key, text, topic.Text)
		case topic.OnAgenda() && !slices.Contains(s.logOf(pair).Agenda(), topic):
			s.t.Errorf("%s is open and on no agenda", key)
		}
	}
}

// checkReminders reads every reminder: it is to the owner, and says the promise in its own words.
func (s *simulation) checkReminders() {
	n := 0
	for key, o := range s.owed {
		if o.Kind != meeting.LetterReminder || len(s.came[key]) == 0 {
			continue
		}
		n++
		a := s.logOf(o.Pair).Action(o.Item)
		if a == nil || a.Who != o.Person && a.Follower != o.Person {
			s.t.Errorf("%s reminds %s of %s, which is not theirs", key, o.Person, o.Item)
			continue
		}
		words := strings.Join(strings.Fields(s.came[key][0].text), " ")
		if !strings.Contains(words, a.ID) || !strings.Contains(words, strings.Join(strings.Fields(a.What), " ")) {
			s.t.Errorf("%s does not say %s %q:\n%s", key, a.ID, a.What, s.came[key][0].text)
		}
	}
	s.t.Logf("%d reminders", n)
}

// checkSurveys wants four surveys and four feedback sessions of every pair that met all year long. Each side answers all but those
// that come while they are away; what came of a survey goes to both.
func (s *simulation) checkSurveys() {
	for _, e := range s.year.Pairs {
		l := s.logOf(e.Pair.ID)
		if e.Pair.Settings.NoSurvey || !e.Pair.Added.IsZero() || l.Pair.Ended != "" {
			continue
		}
		asked, results, sessions := 0, 0, 0
		for _, o := range s.owed {
			switch {
			case o.Pair != e.Pair.ID:
			case o.Kind == meeting.LetterSurveyRep && o.Stage == "" && o.Person == l.Pair.Report:
				asked++
			case o.Kind == meeting.LetterSurveyResult:
				results++
			case o.Kind == meeting.LetterFeedback && o.Person == l.Pair.Manager:
				sessions++
			}
		}
		answered := map[bool]int{}
		for _, survey := range l.Surveys {
			if survey.Answered(l.Pair.Manager) && survey.Answered(l.Pair.Report) {
				answered[survey.IsSession()]++
			}
		}
		if asked != 4 || results != 8 || answered[false] < 3 {
			s.t.Errorf("%s: want 4 surveys and their results to both, answered by both mostly; asked %d, results %d, answered %d", e.Pair.ID, asked, results, answered[false])
		}
		if e.Pair.Settings.Sessions && (sessions < 4 || answered[true] < 3) {
			s.t.Errorf("%s: want 4 feedback sessions, answered by both mostly; asked %d, answered %d", e.Pair.ID, sessions, answered[true])
		}
	}
}

// checkOutbox tells whether every letter was sent.
func (s *simulation) checkOutbox() bool {
	letters, err := s.Ledger.Letters()
	if err != nil {
		s.t.Fatal(err)
	}
	for _, e := range letters {
		if e.State != outbox.Sent {
			s.t.Errorf("%s is %s: %s", e.Key, e.State, e.Reason)
		}
	}
	err = s.Ledger.DB.View(func(tx *bolt.Tx) error {
		stop, err := outbox.Stopped(tx)
		if stop != nil {
			s.t.Errorf("the outbox stands still: %s", stop.Reason)
		}
		return err
	})
	return err == nil
}

// table prints, with -v, how many letters everybody got.
func (s *simulation) table() {
	kinds := []meeting.LetterKind{meeting.LetterPreReport, meeting.LetterPreManager, meeting.LetterFeedback, meeting.LetterRecap, meeting.LetterConfirmation, meeting.LetterReminder,
		meeting.LetterNudge, meeting.LetterHeadsUp, meeting.LetterMove, meeting.LetterSurveyMgr, meeting.LetterSurveyRep, meeting.LetterSurveyResult, meeting.LetterWelcome}
	cycles, letters := map[string]map[string]int{}, map[string]map[meeting.LetterKind]int{}
	for _, o := range s.owed {
		seat := o.Pair + " " + o.Person
		if letters[seat] == nil {
			cycles[seat], letters[seat] = map[string]int{}, map[meeting.LetterKind]int{}
		}
		letters[seat][o.Kind]++
		if cycle := o.Cycle(); cycle != "" {
			cycles[seat][cycle]++
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, "\n%-22s %7s %7s", "pair, person", "cycles", "most")
	for _, k := range kinds {
		fmt.Fprintf(&b, " %7.7s", strings.TrimPrefix(strings.TrimPrefix(string(k), "pre-"), "survey-"))
	}
	for _, seat := range slices.Sorted(maps.Keys(letters)) {
		most := 0
		for _, n := range cycles[seat] {
			most = max(most, n)
		}
		fmt.Fprintf(&b, "\n%-22s %7d %7d", seat, len(cycles[seat]), most)
		for _, k := range kinds {
			fmt.Fprintf(&b, " %7d", letters[seat][k])
		}
	}
	s.t.Log(b.String())
}
