package meeting

import (
	"bytes"
	"cmp"
	"fmt"
	"hash/fnv"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"
)

// The simulated year: twenty pairs in six zones, in virtual time from event to event, from January 2027 to the end of January
// 2028; under the race detector, which is slow and looks for races alone, its first ten weeks. Every mail that is due is sent and perhaps answered; what is answered, how and when depends on the key of the mail alone.
var (
	yearFrom = time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
	yearTo   = map[bool]time.Time{false: time.Date(2028, 2, 1, 0, 0, 0, 0, time.UTC), true: time.Date(2027, 3, 10, 0, 0, 0, 0, time.UTC)}[raceDetector]
)

// world is all pairs with their shared people, and what the post remembers.
type world struct {
	people   map[string]*Person
	logs     []*Log
	sent     map[string]delivery // by key
	queue    []arrivalAt
	ended    map[string]string // pair to the day the operator ends it
	texts    map[string]string // "pair/T3" to the words it was raised with
	problems []string
}

type delivery struct {
	Occasion
	sent  time.Time
	moved bool // the meeting was not, or no longer, where the rhythm has it
}

type arrivalAt struct {
	at   time.Time
	pair string
	Mail
	said []Intent
}

var yearPairs = []struct {
	id, manager, report, zone, first, rule, start string
	kind                                          Kind
	settings                                      Settings
	ends                                          string
}{
	{"p01", "m1", "r01", "Europe/Berlin", "2027-01-07 16:00", "FREQ=WEEKLY;BYDAY=TH", "", KindReport, Settings{Sessions: true}, ""},
	{"p02", "m1", "r02", "Europe/Berlin", "2027-01-05 10:00", "FREQ=WEEKLY;BYDAY=TU", "", KindReport, Settings{Sessions: true}, ""},
	{"p03", "m1", "r03", "America/New_York", "2027-01-06 10:30", "FREQ=WEEKLY;INTERVAL=2;BYDAY=WE", "", KindReport, Settings{Sessions: true}, ""},
	{"p04", "m1", "r04", "Asia/Kolkata", "2027-01-08 14:30", "FREQ=WEEKLY;BYDAY=FR", "", KindReport, Settings{Sessions: true}, ""},
	{"p05", "m2", "r05", "America/New_York", "2027-01-04 11:00", "FREQ=WEEKLY;BYDAY=MO", "", KindReport, Settings{Sessions: true, MoveAlone: true}, ""},
	{"p06", "m2", "r06", "America/Los_Angeles", "2027-01-05 09:00", "FREQ=WEEKLY;BYDAY=TU", "", KindReport, Settings{Sessions: true}, ""},
	{"p07", "m2", "r07", "America/Los_Angeles", "2027-01-06 13:00", "FREQ=WEEKLY;BYDAY=WE", "", KindReport, Settings{Sessions: true}, "2027-07-15"},
	{"p08", "m2", "r08", "Europe/London", "2027-01-07 15:00", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TH", "", KindReport, Settings{Sessions: true}, ""},
	{"p09", "m3", "r09", "Europe/London", "2027-01-08 09:30", "FREQ=WEEKLY;BYDAY=FR", "", KindReport, Settings{Sessions: true, FocusDays: []string{"SA", "SU"}}, ""},
	{"p10", "m3", "r10", "Europe/Berlin", "2027-01-04 09:00", "FREQ=WEEKLY;BYDAY=MO", "", KindReport, Settings{Sessions: true, Holidays: []string{"2027-03-29", "2027-12-20/2027-12-31"}}, ""},
	{"p11", "m3", "r11", "Asia/Kolkata", "2027-01-05 17:00", "FREQ=WEEKLY;BYDAY=TU", "", KindReport, Settings{Sessions: true}, ""},
	{"p12", "m3", "r12", "Australia/Sydney", "2027-01-06 18:30", "FREQ=WEEKLY;BYDAY=WE", "", KindReport, Settings{Sessions: true}, ""},
	{"p13", "m4", "r13", "Australia/Sydney", "2027-01-07 09:00", "FREQ=WEEKLY;BYDAY=TH", "", KindReport, Settings{Sessions: true}, ""},
	{"p14", "m4", "r14", "Australia/Sydney", "2027-01-08 10:00", "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR", "", KindReport, Settings{Sessions: true, MailContent: "titles"}, ""},
	{"p15", "m4", "r15", "Asia/Kolkata", "2027-06-07 10:00", "FREQ=WEEKLY;BYDAY=MO", "2027-06-01", KindReport, Settings{Sessions: true}, ""},
	{"p16", "m4", "r16", "America/Los_Angeles", "2027-09-07 16:00", "FREQ=WEEKLY;BYDAY=TU", "2027-08-30", KindReport, Settings{Sessions: true}, ""},
	{"p17", "m1", "m2", "Europe/London", "2027-01-06 16:00", "FREQ=MONTHLY;BYDAY=1WE", "", KindPeer, Settings{}, ""},
	{"p18", "m3", "m4", "Europe/Berlin", "2027-01-07 08:00", "FREQ=WEEKLY;INTERVAL=4;BYDAY=TH", "", KindPeer, Settings{}, ""},
	{"p19", "m1", "r10", "Europe/Berlin", "2027-01-13 14:00", "FREQ=WEEKLY;INTERVAL=4;BYDAY=WE", "", KindMentor, Settings{}, ""},
	{"p20", "m2", "r01", "America/New_York", "2027-01-12 10:00", "FREQ=MONTHLY;BYDAY=2TU", "", KindSkipLevel, Settings{NoSurvey: true}, "2027-10-01"},
}

var homes = map[string]string{
	"m1": "Europe/Berlin", "m2": "America/New_York", "m3": "Europe/London", "m4": "Australia/Sydney", "r02": "Europe/Berlin", "r03": "America/New_York", "r04": "Asia/Kolkata",
	"r05": "America/Los_Angeles", "r06": "America/Los_Angeles", "r07": "America/Los_Angeles", "r11": "Asia/Kolkata", "r12": "Australia/Sydney", "r13": "Australia/Sydney", "r14": "Australia/Sydney",
	"r15": "Asia/Kolkata", "r16": "America/Los_Angeles",
}

// silent people answer next to nothing.
var silent = []string{"r04", "r13", "m4"}

func newWorld() *world {
	w := &world{people: map[string]*Person{}, sent: map[string]delivery{}, ended: map[string]string{}, texts: map[string]string{}}
	for _, p := range yearPairs {
		for _, id := range []string{p.manager, p.report} {
			if w.people[id] == nil {
				w.people[id] = &Person{ID: id, Name: "Person " + id, Addresses: []string{id + "@example.org"}, Zone: cmp.Or(homes[id], "Europe/Berlin"), Language: "en"}
			}
		}
		added := yearFrom
		if p.start != "" {
			added, _ = time.Parse(time.DateOnly, p.start)
		}
		w.logs = append(w.logs, &Log{
			Pair: Pair{ID: p.id, Kind: p.kind, Manager: p.manager, Report: p.report, Added: added, Settings: p.settings,
				Rhythm: Rhythm{Rule: p.rule, First: p.first, Zone: p.zone, Length: Duration(30 * time.Minute)}},
			Manager: w.people[p.manager], Report: w.people[p.report],
		})
		w.ended[p.id] = p.ends
	}
	return w
}

// run plays the year. After every event the process may stop and start again.
func (w *world) run(restart func()) {
	next := map[string]time.Time{}
	for _, l := range w.logs {
		next[l.Pair.ID] = l.Pair.Added
	}
	for {
		now := yearTo
		for _, at := range next {
			now = earlier(now, at)
		}
		if len(w.queue) > 0 {
			now = earlier(now, w.queue[0].at)
		}
		if !now.Before(yearTo) {
			return
		}
		for len(w.queue) > 0 && !w.queue[0].at.After(now) {
			a := w.queue[0]
			w.queue = w.queue[1:]
			w.receive(a)
			for _, l := range w.logs {
				if l.Person(a.By) != nil && !l.Pair.Added.After(now) { // settings hold in all pairs
					next[l.Pair.ID] = now
				}
			}
		}
		for i := range w.logs {
			if l := w.logs[i]; !next[l.Pair.ID].After(now) {
				w.tick(l, now)
				next[l.Pair.ID] = w.look(l, now)
				w.nothingBefore(l, now, next[l.Pair.ID])
			}
			restart()
		}
	}
}

// look is when the pair is looked at next: somebody ends it by hand on its day, whatever is due then.
func (w *world) look(l *Log, now time.Time) time.Time {
	next := l.NextDue(now)
	if ends, err := time.Parse(time.DateOnly, w.ended[l.Pair.ID]); err == nil && ends.AddDate(0, 0, 1).After(now) {
		next = earlier(next, ends.AddDate(0, 0, 1))
	}
	return next
}

// nothingBefore looks, now and then, whether anything falls due before the pair is looked at again.
func (w *world) nothingBefore(l *Log, now, next time.Time) {
	chance := rand.New(rand.NewPCG(uint64(now.Unix()), uint64(len(l.Pair.ID)+int(l.Pair.ID[2]))))
	at := now.Add(time.Duration(chance.Int64N(int64(next.Sub(now)))))
	if chance.IntN(6) > 0 || w.ended[l.Pair.ID] != "" {
		return
	}
	for _, o := range l.Due(at) {
		if _, sent := w.sent[o.Key]; !sent {
			w.problem("%s is due by %s, but the next look after %s is at %s", o.Key, at, now, next)
		}
	}
	if ids := l.Settle(at); len(ids) > 0 {
		w.problem("%s: %v change by %s, but the next look after %s is at %s", l.Pair.ID, ids, at, now, next)
	}
}

// tick sends what is due.
func (w *world) tick(l *Log, now time.Time) {
	if ends := w.ended[l.Pair.ID]; ends != "" && now.UTC().Format(time.DateOnly) > ends {
		l.Pair.Ended = ends
	}
	l.Settle(now)
	for _, o := range l.Due(now) {
		if _, again := w.sent[o.Key]; again {
			continue
		}
		for _, other := range w.logs {
			if other.Joins(o) {
				o.Pairs = append(o.Pairs, other.Pair.ID)
			}
		}
		m := l.Planned(o.Meeting)
		w.sent[o.Key] = delivery{o, now, m == nil || len(m.History) > 0}
		for _, m := range l.Upcoming(now.Add(-24*time.Hour), now.Add(1)) {
			if (m.State == Planned || m.State == Held) && now.Before(m.End()) {
				w.problem("%s sent in the slot of %s", o.Key, m.ID)
			}
		}
		w.answer(l, o, now)
	}
}

func (w *world) receive(a arrivalAt) {
	for _, pair := range a.Occasion.Pairs { // a manager's survey is about several
		w.log(pair).Apply(a.said, a.Mail)
	}
	l := w.log(a.pair)
	effects := l.Apply(a.said, a.Mail)
	for _, e := range effects {
		if t := l.Topic(e.Item); t != nil && e.Result == Added {
			w.texts[a.pair+"/"+t.ID] = t.Text
		}
		if e.Intent.Kind == Undo && e.Result == Changed {
			for _, id := range e.Items {
				delete(w.texts, a.pair+"/"+id)
			}
		}
	}
}

func (w *world) log(pair string) *Log {
	return w.logs[slices.IndexFunc(w.logs, func(l *Log) bool { return l.Pair.ID == pair })]
}

func (w *world) problem(format string, args ...any) {
	w.problems = append(w.problems, fmt.Sprintf(format, args...))
}

// restart forgets everything but what is written down.
func (w *world) restart(t testing.TB) {
	people := map[string]*Person{}
	for id, p := range w.people {
		people[id] = &Person{}
		copyInto(p, people[id])
	}
	for i, l := range w.logs {
		w.logs[i] = parseLog(t, writeLog(t, l))
		w.logs[i].Manager, w.logs[i].Report = people[l.Pair.Manager], people[l.Pair.Report]
	}
	w.people = people
}

func copyInto(from, to any) {
	raw, err := yaml.Marshal(from)
	if err == nil {
		err = yaml.Unmarshal(raw, to)
	}
	if err != nil {
		panic(err)
	}
}

// everything is all that is kept, in bytes.
func (w *world) everything(t testing.TB) []byte {
	var b bytes.Buffer
	for _, l := range w.logs {
		b.Write(writeLog(t, l))
	}
	for _, key := range slices.Sorted(maps.Keys(w.sent)) {
		fmt.Fprintln(&b, key, w.sent[key].sent.UTC())
	}
	return b.Bytes()
}

// answer makes up the reply to a mail, if any, and puts it into the post.
func (w *world) answer(l *Log, o Occasion, now time.Time) {
	h := fnv.New64a()
	h.Write([]byte(o.Key))
	g := &writer{rnd: rand.New(rand.NewPCG(h.Sum64(), 2027)), now: now}
	odds := 75
	if slices.Contains(silent, o.Person) {
		odds = 6
	}
	if o.Kind == LetterWelcome {
		odds = 100
	}
	if g.rnd.IntN(100) >= odds {
		return
	}
	now = now.UTC() // as our server writes it
	at := now.Add(time.Duration(1+g.rnd.IntN(26*60)) * time.Minute)
	if o.Kind == LetterNudge || o.Kind == LetterRecap {
		at = now.Add(time.Duration(1+g.rnd.IntN(150)) * time.Minute)
	}
	said := g.reply(l, o, at)
	if len(said) == 0 {
		return
	}
	m := Mail{Key: "re:" + o.Key, By: o.Person, At: at, Occasion: o}
	w.post(arrivalAt{at, l.Pair.ID, m, said})
	if g.chance(5) { // it comes twice
		w.post(arrivalAt{at.Add(time.Minute), l.Pair.ID, m, said})
	}
	if g.chance(3) {
		undo := Mail{Key: "undo:" + o.Key, By: o.Person, At: at.Add(time.Hour), Occasion: Occasion{Kind: LetterAck, Pair: o.Pair, Person: o.Person, Meeting: o.Meeting, Mail: m.Key}}
		w.post(arrivalAt{undo.At, l.Pair.ID, undo, []Intent{{Kind: Undo}}})
	}
}

func (w *world) post(a arrivalAt) {
	i, _ := slices.BinarySearchFunc(w.queue, a, func(a, b arrivalAt) int { return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.Key, b.Key)) })
	w.queue = slices.Insert(w.queue, i, a)
}

func (g *writer) chance(percent int) bool { return g.rnd.IntN(100) < percent }

var subjects = []string{"career", "on-call load", "the roadmap", "feedback on the demo", "hiring", "vacation", "latency", "the reorg", "mentoring", "the budget"}

// reply is what somebody answers to a mail.
func (g *writer) reply(l *Log, o Occasion, at time.Time) []Intent {
	switch o.Kind {
	case LetterWelcome:
		return []Intent{{Kind: Consented, State: pick(g, "yes", "yes", "mail-only")}}
	case LetterPreReport, LetterPreManager:
		return g.before(l, o, at)
	case LetterFeedback:
		return g.session(at)
	case LetterNudge:
		if g.chance(40) {
			return []Intent{g.topic()}
		}
		return []Intent{{Kind: Nothing}}
	case LetterRecap:
		return g.after(l, o, at)
	case LetterConfirmation:
		if waiting := l.Waiting(o.Person); len(waiting) > 0 && g.chance(20) {
			return []Intent{{Kind: Reject, Item: waiting[0], Reason: "not mine"}, {Kind: Confirm}}
		}
		return []Intent{{Kind: Confirm}}
	case LetterReminder:
		return []Intent{g.progress(o.Item, at)}
	case LetterMove:
		switch {
		case o.Stage != StageAsked:
			return nil
		case g.chance(70):
			return []Intent{{Kind: Confirm}}
		}
		return []Intent{{Kind: Reject}}
	case LetterSurveyMgr, LetterSurveyRep:
		var said []Intent
		for q := range 5 {
			said = append(said, Intent{Kind: AnswerSurvey, Item: fmt.Sprint(q + 1), Text: pick(g, subjects...), Progress: g.rnd.IntN(6)})
		}
		return said
	case LetterSurveyResult:
		if o.Person == l.Pair.Manager {
			return []Intent{{Kind: AddAgreement, Text: "more about " + pick(g, subjects...)}}
		}
	case LetterHeadsUp:
		return []Intent{{Kind: CommentOn, Item: o.Item, Text: "let us talk"}}
	}
	return nil
}

func (g *writer) topic() Intent {
	in := Intent{Kind: pick(g, AddTopic, AddTopic, AddTopic, AddTopic, AddQuestion), Text: pick(g, subjects...), TopicIs: pick(g, "status", "work", "growth", "wellbeing", "")}
	if g.chance(5) {
		in.State = "parked"
	}
	if g.chance(3) {
		in.DueWords = "quarter"
	}
	return in
}

func (g *writer) progress(id string, at time.Time) Intent {
	in := Intent{Kind: UpdateAction, Item: id}
	switch n := g.rnd.IntN(10); {
	case n < 6:
		in.State = "done"
	case n < 8:
		in.Due = at.AddDate(0, 0, 5+g.rnd.IntN(10)).Format(time.DateOnly)
	case n < 9:
		in.State, in.Reason, in.Due = "missed", "release week", at.AddDate(0, 0, 7).Format(time.DateOnly)
	default:
		in.Progress = 50
	}
	return in
}

func (g *writer) before(l *Log, o Occasion, at time.Time) []Intent {
	var said []Intent
	for range g.rnd.IntN(3) {
		said = append(said, g.topic())
	}
	for _, a := range l.Pending(o.Person) {
		if a.State == ActionOpen && g.chance(35) {
			said = append(said, g.progress(a.ID, at))
		}
	}
	switch n := g.rnd.IntN(100); {
	case n < 4:
		said = append(said, Intent{Kind: SkipMeeting, Reason: "travel"})
	case n < 10:
		if m := l.Planned(o.Meeting); m != nil {
			said = append(said, Intent{Kind: MoveMeeting, Start: m.Start.UTC().Add(time.Duration(20+g.rnd.IntN(30)) * time.Hour), Words: "another day"})
		}
	case n < 12:
		said = append(said, Intent{Kind: HeadsUp, Text: "something delicate"})
	case n < 13:
		said = append(said, Intent{Kind: AskMeeting, Text: "ten minutes", Start: at.Add(time.Duration(4+g.rnd.IntN(20)) * time.Hour)})
	case n < 14:
		said = append(said, Intent{Kind: Stop, Due: at.AddDate(0, 0, 9).Format(time.DateOnly)})
	case n < 15:
		said = append(said, Intent{Kind: Stop, State: "nudge"})
	case n == 15 && g.chance(30):
		said = append(said, Intent{Kind: Cadence, State: pick(g, "FREQ=WEEKLY", "FREQ=WEEKLY;INTERVAL=2"), Words: "another rhythm"})
	case len(said) == 0:
		said = append(said, Intent{Kind: Nothing})
	}
	return said
}

func (g *writer) after(l *Log, o Occasion, at time.Time) []Intent {
	if g.chance(4) {
		return []Intent{{Kind: MeetingMissed, Reason: "sick"}}
	}
	said := []Intent{{Kind: MeetingHeld, Minutes: 20 + g.rnd.IntN(25)}}
	for _, t := range l.Agenda() {
		if g.chance(60) {
			in := Intent{Kind: UpdateTopic, Item: t.ID, State: pick(g, "discussed", "discussed", "discussed", "next-time", "parked", "dropped", "follow-up")}
			if in.State == "follow-up" {
				in.Due = at.AddDate(0, 0, 6).Format(time.DateOnly)
				if g.chance(20) {
					in.Start = at.Add(50 * time.Hour).Truncate(time.Hour)
				}
			}
			said = append(said, in)
		}
	}
	for range g.rnd.IntN(3) {
		in := Intent{Kind: AddAction, Text: "see to " + pick(g, subjects...), Who: pick(g, o.Person, o.Person, l.Pair.Other(o.Person), "Tom", "")}
		if g.chance(80) {
			in.Due = at.AddDate(0, 0, 2+g.rnd.IntN(16)).Format(time.DateOnly)
		}
		said = append(said, in)
	}
	if g.chance(50) {
		said = append(said, Intent{Kind: AddNote, Text: "we spoke about " + pick(g, subjects...)})
	}
	if g.chance(8) {
		said = append(said, Intent{Kind: AddAgreement, Text: "from now on " + pick(g, subjects...)})
	}
	return said
}

func (g *writer) session(at time.Time) []Intent {
	switch {
	case g.chance(8):
		return []Intent{{Kind: AnswerSurvey, State: "postpone", Due: at.AddDate(0, 0, 20).Format(time.DateOnly)}}
	case g.chance(8):
		return []Intent{{Kind: AnswerSurvey, State: "in-person", Words: "in person"}}
	}
	var said []Intent
	for q := range 5 {
		said = append(said, Intent{Kind: AnswerSurvey, Item: fmt.Sprint(q + 1), Text: pick(g, subjects...)})
	}
	return said
}

// wholeYear is the year without interruption.
var wholeYear = sync.OnceValue(func() *world {
	w := newWorld()
	w.run(func() {})
	return w
})

func TestAYearOfTwentyPairs(t *testing.T) {
	t.Parallel()
	w := wholeYear()
	w.checkAtMostThree()
	w.checkMeetings(t)
	w.checkTopics(t)
	w.checkReminders(t)
	if !raceDetector {
		w.checkSurveys(t)
	}
	w.table(t)
	for i, p := range w.problems {
		if i == 40 {
			t.Errorf("and %d more", len(w.problems)-i)
			break
		}
		t.Error(p)
	}
}

func TestAYearThatIsInterruptedAtRandomIsTheSame(t *testing.T) {
	if testing.Short() {
		t.Skip("plays the year twice")
	}
	t.Parallel()
	whole, broken := wholeYear(), newWorld()
	rnd, restarts := rand.New(rand.NewPCG(3, 4)), 0
	broken.run(func() {
		if rnd.IntN(map[bool]int{false: 25000, true: 3000}[raceDetector]) == 0 {
			restarts++
			broken.restart(t)
		}
	})
	if restarts < 5 {
		t.Fatalf("only %d restarts", restarts)
	}
	t.Logf("%d restarts", restarts)
	if a, b := whole.everything(t), broken.everything(t); !bytes.Equal(a, b) {
		t.Errorf("the interrupted year is another:\n%s", strings.Join(firstOf(difference(strings.Split(string(a), "\n"), strings.Split(string(b), "\n")), 20), "\n"))
	}
}

func firstOf(lines []string, n int) []string { return lines[:min(n, len(lines))] }

func (w *world) perCycle() map[string]int {
	count := map[string]int{}
	for _, d := range w.sent {
		if cycle := d.Cycle(); cycle != "" {
			count[d.Pair+" "+cycle+" "+d.Person]++
		}
	}
	return count
}

func (w *world) checkAtMostThree() {
	for cycle, n := range w.perCycle() {
		if n > 3 {
			w.problem("%s: want at most three mails, came %d", cycle, n)
		}
	}
}

// checkMeetings looks at every meeting that nobody moved, skipped or arranged: the mails before it and its recap, each once and at its time.
func (w *world) checkMeetings(t *testing.T) {
	plain := 0
	for _, l := range w.logs {
		zone := l.Pair.Rhythm.Location()
		for _, m := range l.Upcoming(l.Pair.Added.AddDate(0, 0, 14), yearTo.AddDate(0, 0, -4)) {
			if !asPlanned(m) || w.awayAround(l, m) {
				continue
			}
			plain++
			if at := m.Start.In(zone).Format("15:04"); !strings.HasSuffix(l.Pair.Rhythm.First, at) {
				w.problem("%s %s is at %s, and not at the hour of %s", l.Pair.ID, m.ID, at, l.Pair.Rhythm.First)
			}
			for _, want := range []struct {
				kinds  []LetterKind
				person string
				at     []time.Time
			}{
				{[]LetterKind{LetterPreReport, LetterFeedback}, l.Pair.Report, []time.Time{m.Start.Add(-48 * time.Hour)}},
				{[]LetterKind{LetterPreManager, LetterFeedback}, l.Pair.Manager, []time.Time{m.Start.Add(-24 * time.Hour), m.Start.Add(-72 * time.Hour)}},
				{[]LetterKind{LetterRecap}, l.Pair.Report, []time.Time{m.End().Add(15 * time.Minute)}},
				{[]LetterKind{LetterRecap}, l.Pair.Manager, []time.Time{m.End().Add(15 * time.Minute)}},
			} {
				w.checkMail(l, m, want.kinds, want.person, want.at)
			}
		}
	}
	t.Logf("%d meetings that went as planned", plain)
}

// asPlanned tells whether the meeting was held, or nobody said, and nobody ever wanted it otherwise.
func asPlanned(m *Meeting) bool {
	return !slices.ContainsFunc(m.History, func(c Change) bool {
		return c.Field != fieldMinutes && (c.Field != fieldState || c.To != string(Held) && !c.Back)
	})
}

func (w *world) checkMail(l *Log, m *Meeting, kinds []LetterKind, person string, times []time.Time) {
	found := 0
	for _, kind := range kinds {
		d, ok := w.sent[l.key(m.ID, string(kind), person)]
		if !ok {
			continue
		}
		found++
		if !slices.ContainsFunc(times, d.sent.Equal) && !w.postponed(l, m) && !w.inSlot(l, d.At) {
			w.problem("%s: sent %s, owed %s", d.Key, d.sent, d.At)
		}
	}
	if found == 0 || found > 1 && !w.postponed(l, m) {
		w.problem("%s %s: %v to %s came %d times", l.Pair.ID, m.ID, kinds, person, found)
	}
}

// postponed tells whether a feedback session was taken off the meeting after its questions were out.
func (w *world) postponed(l *Log, m *Meeting) bool {
	_, asked := w.sent[l.key(m.ID, string(LetterFeedback), l.Pair.Manager)]
	return asked || slices.ContainsFunc(l.Surveys, func(s *Survey) bool { return s.IsSession() && len(s.History) > 0 })
}

func (w *world) inSlot(l *Log, at time.Time) bool {
	return slices.ContainsFunc(l.Upcoming(at.Add(-24*time.Hour), at.Add(1)), func(m *Meeting) bool { return at.Before(m.End()) })
}

// awayAround tells whether one of the two was paused about then, or the rhythm changed.
func (w *world) awayAround(l *Log, m *Meeting) bool {
	for _, p := range []*Person{l.Manager, l.Report} {
		for _, c := range p.History {
			if c.Field == fieldPaused && c.At.After(m.Start.AddDate(0, 0, -20)) && c.At.Before(m.End().AddDate(0, 0, 4)) {
				return true
			}
		}
	}
	return slices.ContainsFunc(l.Pair.History, func(c Change) bool {
		return c.Field == fieldRhythm && c.At.After(m.Start.AddDate(0, 0, -40)) && c.At.Before(m.Start.AddDate(0, 0, 40))
	})
}

func (w *world) checkTopics(t *testing.T) {
	open := 0
	for key, text := range w.texts {
		pair, id, _ := strings.Cut(key, "/")
		t := w.log(pair).Topic(id)
		switch {
		case t == nil:
			w.problem("%s is lost", key)
		case t.Text != text:
			w.problem("%s was %q and is now %q", key, text, t.Text)
		case t.OnAgenda():
			open++
			if !slices.Contains(w.log(pair).Agenda(), t) {
				w.problem("%s is open, but not on the agenda", key)
			}
		}
	}
	t.Logf("%d topics raised, %d still on an agenda", len(w.texts), open)
}

// checkReminders asks for every day on which a promise was due how its owner heard of it: by a reminder on the day, by a mail that lists
// all promises within a day, or ahead, by the one mail in between. Only what was promised after that one had gone waits for the next.
func (w *world) checkReminders(t *testing.T) {
	reminded, together, listed, near, ahead, late := 0, 0, 0, 0, 0, 0
	for _, l := range w.logs {
		for _, a := range l.Actions {
			for _, due := range dueDays(a) {
				p := l.Person(a.Who)
				if p == nil {
					continue
				}
				at := l.workday(time.Date(due.Year(), due.Month(), due.Day(), reminderHour, 0, 0, 0, p.Location()))
				if !openAt(a, at, due) || !at.Before(yearTo) || l.over(at.Format(time.DateOnly)) || w.awayAround(l, &Meeting{Start: at}) {
					continue
				}
				_, _, cycle := l.cycle(at)
				d, some := w.sent[l.key(cycle, betweenKey, a.Who)]
				switch {
				case some && d.Item == a.ID && d.Stage == StageDay && d.sent.Equal(at):
					reminded++
				case w.listed(l, a.Who, at, sameDay):
					listed++
				case w.listed(l, a.Who, at, withinADay):
					near++
				case some && d.Kind != LetterNudge && d.sent.Sub(at).Abs() < dayOfReminder && d.sent.After(setAt(a, due)):
					together++
				case some && d.Kind != LetterNudge && d.sent.Before(at) && d.sent.After(setAt(a, due)):
					ahead++
				case some && !d.sent.After(at) && (d.sent.Before(setAt(a, due)) || d.Kind == LetterNudge):
					late++
				case l.changedRhythm(at): // the cycles of then are no longer known
				default:
					w.problem("%s %s of %s was due on %s: no reminder, though the mail in between was %s %s at %s (set %s)", l.Pair.ID, a.ID, a.Who, due.Format(time.DateOnly), d.Kind, d.Item, d.sent, setAt(a, due))
				}
			}
		}
	}
	t.Logf("promises on their day: %d reminded of alone, %d together with others, %d listed by another mail of that day, %d by one of the day before or after, %d named ahead in the one mail in between, %d made after that mail had gone and named by the next that lists all", reminded, together, listed, near, ahead, late)
	if all := reminded + together + listed + near + ahead + late; !raceDetector && 50*late > all {
		w.problem("want at most one promise in fifty left to the next mail that lists all, came %d of %d", late, all)
	}
}

func (l *Log) changedRhythm(after time.Time) bool {
	return slices.ContainsFunc(l.Pair.History, func(c Change) bool { return c.Field == fieldRhythm && c.At.After(after) })
}

// lists tells whether the mail lists all open promises of the person.
func (d delivery) lists(l *Log, person string) bool {
	return d.Pair == l.Pair.ID && d.Person == person && (d.Kind == LetterPreReport || d.Kind == LetterPreManager || d.Kind == LetterRecap)
}

// listed tells whether a mail that lists all open promises went out on that day, or within a day.
func (w *world) listed(l *Log, person string, at time.Time, near int) bool {
	for _, d := range w.sent {
		if !d.lists(l, person) {
			continue
		}
		if near == withinADay && d.sent.Sub(at).Abs() <= dayOfReminder || d.sent.In(at.Location()).Format(time.DateOnly) == at.Format(time.DateOnly) {
			return true
		}
	}
	return false
}

// setAt is when the action got that date.
func setAt(a *Action, due time.Time) time.Time {
	for _, c := range slices.Backward(a.History) {
		if c.Field == fieldDue && c.To == due.Format(time.DateOnly) {
			return c.At
		}
	}
	return a.At
}

// dueDays are the days on which the action was due at some time.
func dueDays(a *Action) []time.Time {
	var days []time.Time
	for _, s := range append([]string{a.Due}, earlierDues(a)...) {
		if d, err := time.Parse(time.DateOnly, s); err == nil && !slices.Contains(days, d) {
			days = append(days, d)
		}
	}
	return days
}

func earlierDues(a *Action) []string {
	var all []string
	for _, c := range a.History {
		if c.Field == fieldDue {
			all = append(all, c.From)
		}
	}
	return all
}

// openAt tells whether the action was open, and due on that day, and owned by who owns it now, at that time.
func openAt(a *Action, at time.Time, due time.Time) bool {
	if a.At.After(at) || a.State == ActionWithdrawn {
		return false
	}
	state, date := string(a.State), a.Due
	for _, c := range slices.Backward(a.History) {
		if !c.At.After(at) {
			break
		}
		switch c.Field {
		case fieldState:
			state = c.From
		case fieldDue:
			date = c.From
		case fieldWho:
			return false
		}
	}
	return state == string(ActionOpen) && date == due.Format(time.DateOnly)
}

func (w *world) checkSurveys(t *testing.T) {
	asked, results, sessions, answers := 0, 0, 0, 0
	for _, l := range w.logs {
		mine, held := 0, 0
		for _, d := range w.sent {
			if d.Kind == LetterSurveyMgr && d.Stage == "" && slices.Contains(append(d.Pairs, d.Pair), l.Pair.ID) {
				mine++
			}
			if d.Kind == LetterSurveyRep && d.Stage == "" && d.Person == l.Pair.Manager && d.Pair == l.Pair.ID {
				mine++ // who leads nobody is asked as the other side is
			}
			if d.Pair != l.Pair.ID {
				continue
			}
			switch {
			case d.Kind == LetterSurveyResult:
				results++
			case d.Kind == LetterFeedback && d.Person == l.Pair.Manager:
				held++
			}
		}
		for _, s := range l.Surveys {
			answers += len(s.Answers)
		}
		asked, sessions = asked+mine, sessions+held
		whole := l.Pair.Added.Equal(yearFrom) && l.Pair.Ended == "" && strings.HasPrefix(l.Pair.Rhythm.Rule, "FREQ=WEEKLY") && !strings.Contains(l.Pair.Rhythm.Rule, "=4")
		if whole && mine != 4 {
			w.problem("%s: want four surveys, came %d", l.Pair.ID, mine)
		}
		if whole && l.Pair.Settings.Sessions && held < 4 {
			w.problem("%s: want four feedback sessions, came %d", l.Pair.ID, held)
		}
		if l.Pair.Settings.NoSurvey && mine > 0 {
			w.problem("%s: wants no survey, came %d", l.Pair.ID, mine)
		}
	}
	t.Logf("%d surveys asked, %d result mails, %d feedback sessions asked, %d answers", asked, results, sessions, answers)
}

// table prints, with -v, how many mails each pair's people got.
func (w *world) table(t *testing.T) {
	kinds := []LetterKind{LetterPreReport, LetterPreManager, LetterFeedback, LetterRecap, LetterConfirmation, LetterReminder, LetterNudge, LetterHeadsUp, LetterMove, LetterSurveyMgr, LetterSurveyRep, LetterSurveyResult, LetterWelcome}
	var b strings.Builder
	fmt.Fprintf(&b, "\n%-22s %7s %7s", "pair, person", "cycles", "most")
	for _, k := range kinds {
		fmt.Fprintf(&b, " %7.7s", strings.TrimPrefix(strings.TrimPrefix(string(k), "pre-"), "survey-"))
	}
	count := w.perCycle()
	for _, l := range w.logs {
		for _, person := range l.both() {
			cycles, most := 0, 0
			for c, n := range count {
				if strings.HasPrefix(c, l.Pair.ID+" ") && strings.HasSuffix(c, " "+person) {
					cycles, most = cycles+1, max(most, n)
				}
			}
			fmt.Fprintf(&b, "\n%-22s %7d %7d", l.Pair.ID+" "+person+" "+l.Person(person).Zone[strings.Index(l.Person(person).Zone, "/")+1:], cycles, most)
			for _, k := range kinds {
				n := 0
				for _, d := range w.sent {
					if d.Pair == l.Pair.ID && d.Person == person && d.Kind == k {
						n++
					}
				}
				fmt.Fprintf(&b, " %7d", n)
			}
		}
	}
	t.Log(b.String())
}
