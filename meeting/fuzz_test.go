package meeting

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

// Whatever two people write in whatever order: nothing panics, a mail applied again changes nothing, undoing the last mail
// restores the log, ids are never used for anything else, and the log survives being written and read.
func FuzzMailsInAnyOrder(f *testing.F) {
	for seed := range uint64(16) {
		f.Add(seed, uint8(25))
	}
	f.Fuzz(func(t *testing.T, seed uint64, mails uint8) {
		g := &writer{rnd: rand.New(rand.NewPCG(seed, 1)), now: at(t, "2026-12-01T08:00")}
		l := acme(t)
		owners := map[string]string{}
		for n := range int(mails % 40) {
			l.Settle(g.now)
			before := state(l)
			from, said := g.mail(l, n)
			l.Apply(said, from)
			again(t, l, said, from)
			if g.rnd.IntN(2) == 0 {
				l = reread(t, l)
			}
			undone(t, l, before, said, from)
			checkIDs(t, l, owners)
			g.now = g.now.Add(time.Duration(1+g.rnd.IntN(30)) * time.Hour)
		}
	})
}

func again(t *testing.T, l *Log, said []Intent, from Mail) {
	t.Helper()
	once := state(l)
	l.Apply(said, from)
	if d := difference(once, state(l)); len(d) > 0 {
		t.Fatalf("applying %s again changed the log:\n%s\n%s", from.Key, strings.Join(d, "\n"), dump(said))
	}
}

// undone checks on a copy that undo restores what was, but for words that the mail itself deleted.
func undone(t *testing.T, l *Log, before []string, said []Intent, from Mail) {
	t.Helper()
	for _, in := range said {
		if in.Kind == Undo || in.Kind == EnrolKey || in.Kind == MarkItem && (in.State == "delete" || in.State == "private") {
			return
		}
	}
	after, c := state(l), reread(t, l)
	if d := difference(after, state(c)); len(d) > 0 {
		t.Fatalf("the log changed by being written and read:\n%s", strings.Join(d, "\n"))
	}
	for _, o := range []Occasion{{Kind: LetterAck, Mail: from.Key}, {Kind: LetterPreReport}} {
		c := reread(t, l)
		c.Apply([]Intent{{Kind: Undo}}, Mail{Key: "undo", By: from.By, At: from.At.Add(time.Minute), Occasion: o})
		if o.Mail == "" && len(difference(before, after)) == 0 { // an unchanged log has no last reply of its own
			continue
		}
		if d := difference(before, state(c)); len(d) > 0 {
			t.Fatalf("undoing %s left:\n%s\n%s", from.Key, strings.Join(d, "\n"), dump(said))
		}
	}
}

func dump(said []Intent) string {
	var b strings.Builder
	for _, in := range said {
		fmt.Fprintf(&b, "%+v\n", in)
	}
	return b.String()
}

// checkIDs fails when an id belongs to something else than before.
func checkIDs(t *testing.T, l *Log, owners map[string]string) {
	t.Helper()
	here := map[string]bool{}
	for _, it := range l.items() {
		if !named(it) {
			continue
		}
		o := it.origin()
		owner := fmt.Sprint(o.By, o.Mail, o.Pos, o.At.Unix())
		if was, known := owners[it.id()]; known && was != owner || here[it.id()] {
			t.Fatalf("%s was made by %q and is now %q", it.id(), was, owner)
		}
		owners[it.id()], here[it.id()] = owner, true
	}
}

// writer makes up mails.
type writer struct {
	rnd *rand.Rand
	now time.Time
}

func (g *writer) mail(l *Log, n int) (Mail, []Intent) {
	from := Mail{Key: fmt.Sprint("m", n), By: pick(g, "priya", "sam"), At: g.now}
	from.Occasion.Kind = pick(g, LetterPreReport, LetterPreManager, LetterRecap, LetterConfirmation, LetterAck, LetterMove, "")
	from.Occasion.Meeting = pick(g, "", "2026-12-03", "2026-12-10", "2026-11-19", "nonsense")
	if from.Occasion.Kind == LetterAck && n > 0 {
		from.Occasion.Mail = fmt.Sprint("m", g.rnd.IntN(n))
	}
	if from.Occasion.Kind == LetterMove {
		from.Occasion.Item = pick(g, "", "T7", "T8", "rhythm")
	}
	var said []Intent
	for range 1 + g.rnd.IntN(4) {
		said = append(said, g.intent(from))
	}
	return from, said
}

var kinds = []IntentKind{
	AddTopic, AddQuestion, AddAction, AddReportBack, AddNote, AddAgreement, AddPrivate, AddUnsorted, HeadsUp, UpdateAction, UpdateAction, UpdateAction,
	UpdateTopic, UpdateTopic, UpdateTopic, CommentOn, CommentOn, CorrectNote, Confirm, Confirm, Reject, MeetingHeld, MeetingMissed, SkipMeeting, MoveMeeting, AskMeeting,
	AnswerInvite, Nothing, AnswerSurvey, Undo, Help, Stop, Start, SendLog, Consented, SetOwn, Cadence, MarkItem, EnrolKey, Handoff, Forget, "unheard of",
}

func (g *writer) intent(from Mail) Intent {
	return Intent{
		Kind: pick(g, kinds...), Item: g.item(), Text: pick(g, "", "words", "other words"), Context: pick(g, nil, []string{"more"}), Topic: pick(g, "", "", "T4"),
		Who: pick(g, "", "priya", "sam", "Tom"), Due: pick(g, "", "2026-12-04", "2027-01-08", NextMeeting), DueWords: pick(g, "", "", "quarter"), Measure: pick(g, "", "", "seen"),
		State:    pick(g, "", "open", "done", "missed", "dropped", "discussed", "next-time", "follow-up", "parked", "yes", "no", "mail-only", "private", "delete", "sensitive", "new-topic", "nudge", "skip", "in-person", "postpone", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", "de"),
		Progress: g.rnd.IntN(3) * 40, Minutes: g.rnd.IntN(2) * 25, Start: pick(g, time.Time{}, from.At.Add(30*time.Hour), from.At.AddDate(0, 0, 9), from.At.AddDate(0, 0, -3)),
		Reason: pick(g, "", "because"), Sealed: pick(g, "", "AGE"),
	}
}

func (g *writer) item() string {
	letter := pick(g, "T", "A", "N", "G", "")
	if letter == "" {
		return pick(g, "", "", "2026-12-03", "2026-12-10", "language", "zone", "1", "3", "change", "rhythm")
	}
	return letter + fmt.Sprint(1+g.rnd.IntN(14))
}

func pick[T any](g *writer, choices ...T) T { return choices[g.rnd.IntN(len(choices))] }
