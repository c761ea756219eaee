package sample

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"duolog/meeting"
)

// Reply is a mail that one of the sample people writes.
type Reply struct {
	At      time.Time
	Person  string
	Client  string    // "gmail", "outlook", "iphone" or "samsung": how it quotes the letter
	Text    string    // as typed, without the quotation
	Subject string    // of an automatic mail
	Auto    bool      // an out-of-office notice
	Accepts time.Time // start of the meeting that the calendar program accepts in passing; zero for none
}

// writer is one person with one letter before them.
type writer struct {
	*Year
	*actor
	*words
	occasion meeting.Occasion
	log      *meeting.Log
	now      time.Time
	dice     *rand.Rand
}

// answer says what the reader of a letter does: nil for nothing, mostly one reply at a later time. The log is as the letter shows it.
func (y *Year) answer(o meeting.Occasion, l *meeting.Log, now time.Time) []Reply {
	a := y.cast[o.Person]
	if a == nil {
		return nil
	}
	w := &writer{Year: y, actor: a, words: y.words[a.Language], occasion: o, log: l, now: now, dice: y.chance(o.Key)}
	if s := y.away(o.Person, now); s != nil {
		return w.outOfOffice(s)
	}
	if y.silent(a, now) {
		return nil
	}
	text, soon, late := w.reply()
	if text == "" {
		return nil
	}
	at := w.waking(now.Add(soon + time.Duration(w.dice.Int64N(int64(late-soon)))))
	if !o.Until.IsZero() && at.After(o.Until.Add(-10*time.Minute)) {
		if at = now.Add(20 * time.Minute); at.After(o.Until) {
			return nil
		}
	}
	r := Reply{At: at.Truncate(time.Minute), Person: o.Person, Client: a.Client, Text: w.dressed(text)}
	if m := l.NextMeeting(at); a.Accepts && o.Kind == meeting.LetterConfirmation && m != nil {
		r.Accepts = m.Start
	}
	return []Reply{r}
}

func (w *writer) percent(n int) bool { return w.dice.IntN(100) < n }

// waking moves a time into the working day of the writer.
func (w *writer) waking(at time.Time) time.Time {
	local := at.In(w.location())
	for {
		switch day := local.Weekday(); {
		case day == time.Saturday || day == time.Sunday || local.Hour() >= 20:
			local = time.Date(local.Year(), local.Month(), local.Day()+1, 8, local.Minute(), 0, 0, local.Location())
		case local.Hour() < 8:
			local = time.Date(local.Year(), local.Month(), local.Day(), 8, local.Minute(), 0, 0, local.Location())
		default:
			return local.UTC()
		}
	}
}

func (w *writer) location() *time.Location { return w.log.Person(w.ID).Location() }

// dressed puts the greeting and the closing around a text, as mostly done.
func (w *writer) dressed(text string) string {
	text = strings.TrimRight(text, "\n") + "\n"
	if w.Greeting != "" && w.percent(60) {
		text = fill(w.Greeting, "name", w.log.Other(w.ID).FirstName()) + "\n\n" + text
	}
	if w.Closing != "" && (w.Client == "outlook" || w.percent(50)) {
		text += "\n" + w.Closing
	}
	return text
}

// outOfOffice answers once per absence, pair and week.
func (w *writer) outOfOffice(s *stay) []Reply {
	key := fmt.Sprintf("%s %s %d", w.ID, w.occasion.Pair, w.week(w.now))
	if w.absent[key] {
		return nil
	}
	w.absent[key] = true
	return []Reply{{At: w.now.Add(2 * time.Minute), Person: w.ID, Subject: w.OutOfOffice, Text: cmp.Or(s.Note, w.Gone), Auto: true}}
}

// reply is the text, and how long after the letter it is written: between soon and late.
func (w *writer) reply() (text string, soon, late time.Duration) {
	const hour = time.Hour
	switch w.occasion.Kind {
	case meeting.LetterWelcome:
		return w.Welcome, hour, 20 * hour
	case meeting.LetterPreReport, meeting.LetterPreManager:
		return w.before(), 30 * time.Minute, 20 * hour
	case meeting.LetterRecap:
		return w.recap(), 5 * time.Minute, 3 * hour
	case meeting.LetterConfirmation:
		return w.confirmation(), hour, 30 * hour
	case meeting.LetterNudge:
		return w.nudge(), 10 * time.Minute, 2 * hour
	case meeting.LetterReminder:
		return w.reminded(), hour, 10 * hour
	case meeting.LetterMove:
		return w.asked(), 20 * time.Minute, 4 * hour
	case meeting.LetterHeadsUp:
		if w.percent(60) {
			return w.next(w.ID, "heads-up", w.words.HeadsUp), 20 * time.Minute, 3 * hour
		}
	case meeting.LetterSurveyMgr:
		if w.occasion.Stage != "" || !w.percent(12) { // some forget it the first time
			return w.survey("manager", w.Manager) + w.next(w.occasion.Pair, "change", w.Change), 3 * hour, 60 * hour
		}
	case meeting.LetterSurveyRep:
		if w.occasion.Stage != "" || !w.percent(12) {
			return w.survey("report", w.Report), 3 * hour, 60 * hour
		}
	case meeting.LetterFeedback:
		return w.survey("session", w.Session), 2 * hour, 20 * hour
	case meeting.LetterSurveyResult:
		if w.ID == w.log.Pair.Manager {
			return w.next(w.occasion.Pair, "agreed", w.Agreed), hour, 30 * hour
		}
	}
	return "", 0, 0
}

// before is what one writes to the mail before a meeting.
func (w *writer) before() string {
	m := w.log.Planned(w.occasion.Meeting)
	if m == nil || m.State != meeting.Planned {
		return ""
	}
	other := w.log.Other(w.ID)
	if w.away(other.ID, m.Start) != nil {
		return fill(w.words.Away, "name", other.FirstName())
	}
	if w.away(w.ID, m.Start) != nil {
		return fill(w.Skip, "why", w.next(w.ID, "travel", w.Travel))
	}
	lines := w.promises()
	s := w.scene(w.occasion.Pair, m)
	if s != nil {
		if text := s.Before[w.ID]; text != "" {
			return strings.Join(append(lines, w.dated(text)), "\n")
		}
	} else if w.percent(7) {
		return w.elsewhere(m)
	}
	switch {
	case !w.percent(w.Answers):
		return ""
	case s == nil && w.percent(50):
		lines = append(lines, w.next(w.occasion.Pair, "topic "+w.Language, w.Topics))
	case len(lines) == 0:
		lines = append(lines, w.next(w.occasion.Pair+w.ID, "nothing", w.Nothing))
	}
	return strings.Join(lines, "\n")
}

// elsewhere moves the meeting to the next day or skips it.
func (w *writer) elsewhere(m *meeting.Meeting) string {
	at := m.Start.In(w.location()).AddDate(0, 0, 1)
	if at.Weekday() == time.Saturday || w.percent(40) {
		return fill(w.Skip, "why", w.next(w.ID, "travel", w.Travel))
	}
	return fill(w.Move, "day", w.day(at), "time", at.Format("15:04"))
}

// promises says what became of what the writer promised and is due.
func (w *writer) promises() []string {
	var lines []string
	for _, a := range w.log.Pending(w.ID) {
		due, err := time.Parse(time.DateOnly, a.Due)
		if a.State != meeting.ActionOpen || w.leaves(a) || len(lines) == 3 || err == nil && due.After(w.now.AddDate(0, 0, 3)) || err != nil && !w.percent(30) {
			continue
		}
		switch n := w.dice.IntN(100); {
		case n < 58:
			lines = append(lines, a.ID+" "+w.next(w.ID, "done", w.words.Done))
		case n < 72:
			lines = append(lines, a.ID+" -> "+w.day(w.now.AddDate(0, 0, 6+w.dice.IntN(6))))
		case n < 75:
			lines = append(lines, a.ID+" "+w.Dropped)
		}
	}
	return lines
}

// leaves tells whether the writer says nothing any more about a promise: the year ends in the middle of things, like any day.
func (w *writer) leaves(a *meeting.Action) bool {
	return w.week(w.now) >= Weeks-1 && w.chance(w.occasion.Pair+a.ID).IntN(100) < 30
}

// recap is what came of the meeting. The one of the two who writes it down says what became of each topic.
func (w *writer) recap() string {
	m := w.log.Meeting(w.occasion.Meeting)
	if m == nil {
		m = w.log.Planned(w.occasion.Meeting)
	}
	if m == nil {
		return ""
	}
	s := w.scenes[w.occasion.Pair][m.ID]
	text := ""
	if s != nil {
		text = w.dated(s.Recap[w.ID])
	}
	if leave := w.away(w.ID, m.Start.AddDate(0, 0, 8)); leave != nil && w.Pauses {
		back := w.From.AddDate(0, 0, 7*leave.To)
		text = strings.TrimSpace(text + "\n" + fill(w.Pause, "day", w.day(back)))
	}
	if w.scribe(s, m) != w.ID {
		return text
	}
	lines := w.outcomes()
	switch {
	case text != "":
		lines = append(lines, strings.TrimRight(text, "\n"))
	case w.percent(8):
		return ""
	default:
		lines = append(lines, fmt.Sprintf("%d min", 15+5*w.dice.IntN(4)))
		if w.percent(45) {
			lines = append(lines, w.next(w.occasion.Pair, "promise "+w.Language, w.Promises))
		}
		if w.percent(35) {
			lines = append(lines, w.next(w.occasion.Pair, "note "+w.Language, w.Notes))
		}
	}
	return strings.Join(lines, "\n")
}

// scribe is who writes down what became of the topics: whom the story gives words, else one of the two by the dice.
func (w *writer) scribe(s *scene, m *meeting.Meeting) string {
	manager, report := w.log.Pair.Manager, w.log.Pair.Report
	switch {
	case s != nil && s.Recap[manager] != "":
		return manager
	case s != nil && s.Recap[report] != "":
		return report
	case w.chance(w.occasion.Pair+m.ID).IntN(100) < 60:
		return manager
	}
	return report
}

// outcomes says what became of the topics: most were discussed.
func (w *writer) outcomes() []string {
	agenda := w.log.Agenda()
	var lines []string
	discussed := 0
	for _, t := range agenda {
		switch n := w.dice.IntN(100); {
		case n < 82 || w.log.Carried(t) >= 2 || len(agenda) == 1 && n < 93:
			discussed++
			lines = append(lines, t.ID+" "+w.Discussed)
		case n < 96:
			lines = append(lines, t.ID+" "+w.Later)
		default:
			lines = append(lines, fill(w.Parked, "id", t.ID))
		}
	}
	if discussed > 1 && discussed == len(agenda) {
		return []string{w.All}
	}
	return lines
}

func (w *writer) confirmation() string {
	waiting := w.log.Waiting(w.ID)
	switch {
	case len(waiting) == 0 || !w.percent(w.Answers-5):
		return ""
	case w.percent(4) && strings.HasPrefix(waiting[0], "A"):
		return waiting[0] + " no, I have too much on my plate this week"
	}
	return w.next(w.ID, "agree", w.Agree)
}

func (w *writer) nudge() string {
	switch n := w.dice.IntN(100); {
	case n < 60:
		return w.next(w.ID, "nudge", w.words.Nudge)
	case n < 72:
		return w.next(w.occasion.Pair, "topic "+w.Language, w.Topics)
	}
	return ""
}

func (w *writer) reminded() string {
	a := w.log.Action(w.occasion.Item)
	if a == nil || w.leaves(a) {
		return ""
	}
	switch n := w.dice.IntN(100); {
	case n < 20 || n < 62 && w.occasion.Stage != meeting.StageHalf:
		return w.next(w.ID, "done", w.words.Done)
	case n < 50 && w.occasion.Stage == meeting.StageHalf:
		return fmt.Sprintf("%d%%", 30+10*w.dice.IntN(5))
	case n < 82 && w.occasion.Stage != meeting.StageHalf:
		return fill(w.Slipped, "day", w.day(w.now.AddDate(0, 0, 5+w.dice.IntN(8))))
	}
	return ""
}

func (w *writer) asked() string {
	if w.occasion.Stage != meeting.StageAsked || w.percent(8) && w.occasion.Item != meeting.AboutHandoff {
		return ""
	}
	yes := w.next(w.ID, "yes", w.Yes)
	if along := w.log.Choosable(w.ID); w.occasion.Item == meeting.AboutHandoff && len(along) > 0 {
		yes += "\n\n" + fill(w.Along, "items", strings.Join(along, " "))
	}
	return yes
}

// survey answers all questions of a set, each a little better with every time it is asked.
func (w *writer) survey(set string, questions [][]string) string {
	var b strings.Builder
	key := w.occasion.Pair + " " + w.ID + " " + set
	round := w.used[key]
	w.used[key]++
	for i, answers := range questions {
		value := min(5, 3+(round+w.dice.IntN(2))/2)
		if slices.Contains([]string{"tom"}, w.ID) && round == 1 { // after the quarrel
			value = 2
		}
		n := round
		if set != "manager" {
			n += int(w.chance(w.ID+set).Uint32() % 97)
		}
		answer := answers[min(n, len(answers)-1)]
		if set != "manager" {
			answer = answers[(n+i)%len(answers)]
		}
		fmt.Fprintf(&b, "%d. %s\n", i+1, fill(answer, "v", fmt.Sprint(value)))
	}
	return b.String()
}
