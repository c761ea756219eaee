package mailflow

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"

	"duolog/mailflow/letter"
	"duolog/meeting"
)

// carry carries out what is due. It must succeed.
func (in *instance) carry() []Carried {
	in.t.Helper()
	done, err := in.CarryOut(context.Background())
	if err != nil {
		in.t.Fatalf("carry out: %v", err)
	}
	in.enrol()
	return done
}

// say is one reply, received at once.
func (in *instance) say(person, text string) {
	in.t.Helper()
	in.put(mail{from: person, text: text})
	if r := in.receive(); r.Outcomes[Accepted] != 1 {
		in.t.Fatalf("%s: %q: %v", person, text, outcomes(r))
	}
	in.clock = in.clock.Add(time.Minute)
}

func (in *instance) logOf(pair string) *meeting.Log {
	in.t.Helper()
	in.Content.Reload()
	l, err := in.Content.Log(pair)
	if err != nil {
		in.t.Fatal(err)
	}
	return l
}

// agreedHandOver has Sam hand Priya over to somebody new, with a topic and an action of each.
func agreedHandOver(t *testing.T) *instance {
	t.Helper()
	in := newInstance(t)
	in.say("priya", "topic: path to staff\n\ntopic: on-call load")
	in.say("sam", "topic: budget\n\nI will ask Lena about the conference by Friday")
	in.say("sam", "handoff to Maria Lopez <maria@example.org> from 14 Dec")
	in.put(mail{from: "priya", occasion: "priya-sam/handoff/move/asked/1/priya", text: "take along T1"})
	in.receive()
	in.clock = in.clock.Add(time.Minute)
	return in
}

func TestAHandOverThatBothAgreedToBeginsAnEmptyLogWithWhatEachChose(t *testing.T) {
	t.Parallel()
	in := agreedHandOver(t)
	if done := in.carry(); len(done) > 0 {
		t.Fatalf("nobody agreed yet, and %v was carried out", done)
	}
	in.say("sam", "take along A1 T2") // T2 is Priya's to take
	if got := in.logOf("priya-sam").Pair.Along; got != "T1" {
		t.Errorf("want Priya's topic alone, since Sam may not take hers, got %q", got)
	}
	in.say("sam", "take along A1")
	agree(in)
	in.clock = time.Date(2026, 12, 13, 12, 0, 0, 0, time.UTC)
	if done := in.carry(); len(done) > 0 {
		t.Fatalf("want nothing before the day, got %v", done)
	}
	in.clock = time.Date(2026, 12, 14, 12, 0, 0, 0, time.UTC)
	done := in.carry()
	if len(done) != 1 || done[0].New != "priya-maria" {
		t.Fatalf("want priya-sam to go on as priya-maria, got %v", done)
	}
	next, old := in.logOf("priya-maria"), in.logOf("priya-sam")
	if len(next.Topics) != 1 || next.Topics[0].Text != "path to staff" || len(next.Actions) != 1 || next.Actions[0].Who != "maria" || next.Actions[0].State != meeting.ActionProposed {
		t.Errorf("want Priya's topic and Sam's promise put to Maria, got %+v and %+v", next.Topics, next.Actions)
	}
	if old.Pair.Ended != "2026-12-13" || len(old.Topics) != 3 {
		t.Errorf("want the old log whole and ended the day before, got %q and %d topics", old.Pair.Ended, len(old.Topics))
	}
	before := in.store()
	if done := in.carry(); len(done) > 0 {
		t.Errorf("carried out again: %v", done)
	}
	sameFiles(t, before, in.store())
	if _, err := in.Remind(context.Background()); err != nil {
		t.Fatal(err)
	}
	if got := in.letters("maria"); !slices.Contains(got, string(meeting.LetterWelcome)) {
		t.Errorf("want Maria welcomed, got %v", got)
	}
}

// agree is Priya's yes to the hand-over, in answer to the letter that asks her.
func agree(in *instance) {
	in.t.Helper()
	l := in.logOf("priya-sam")
	effects := l.Apply([]meeting.Intent{{Kind: meeting.Confirm, Pos: 1}}, meeting.Mail{
		Key: "yes", By: "priya", At: in.clock, Occasion: meeting.Occasion{Kind: meeting.LetterMove, Pair: "priya-sam", Person: "priya", Item: meeting.AboutHandoff, Stage: meeting.StageAsked},
	})
	if _, err := in.Content.Save(l); err != nil || effects[0].Result != meeting.Changed {
		in.t.Fatalf("Priya's yes: %+v, %v", effects, err)
	}
}

func TestAHandOverThatStopsHalfwayIsCarriedOutOnce(t *testing.T) {
	t.Parallel()
	in := agreedHandOver(t)
	agree(in)
	in.clock = time.Date(2026, 12, 14, 12, 0, 0, 0, time.UTC)
	l := in.logOf("priya-sam")
	maria, err := in.newManager(l)
	if err != nil {
		t.Fatal(err)
	}
	if err := in.beginWith(l, maria, "priya-maria", l.HandsOver()); err != nil {
		t.Fatal(err)
	}
	if done := in.carry(); len(done) != 1 || done[0].New != "priya-maria" {
		t.Fatalf("want the hand-over finished as begun, got %v", done)
	}
	pairs, err := in.Content.Pairs()
	equal(t, "pairs", []string{"jo-sam", "priya-maria", "priya-sam"}, pairs)
	if err != nil || in.logOf("priya-sam").Pair.Ended == "" {
		t.Errorf("the old pair goes on: %v", err)
	}
}

func TestAWishToBeForgottenIsCarriedOutAfterSevenDays(t *testing.T) {
	t.Parallel()
	in := newInstance(t)
	in.say("priya", "topic: "+canary)
	in.say("sam", "topic: budget")
	in.say("priya", "DELETE priya-sam")
	in.clock = in.clock.Add(6 * 24 * time.Hour)
	if done := in.carry(); len(done) > 0 {
		t.Fatalf("want seven days to think, got %v", done)
	}
	in.clock = in.clock.Add(25 * time.Hour)
	if done := in.carry(); len(done) != 1 || done[0].What != CarriedForgotten || done[0].Person != "priya" {
		t.Fatalf("want Priya forgotten, got %v", done)
	}
	if all := in.everything(); strings.Contains(all, canary) {
		t.Errorf("her words are still in the instance:\n%s", around(all, canary))
	}
	equal(t, "topics", []string{"", "budget"}, in.topics("priya-sam"))
	if done := in.carry(); len(done) > 0 {
		t.Errorf("carried out again: %v", done)
	}
}

// TestWhatCannotBeForgottenForAnErrorOfTheDiskIsForgottenTheNextTime has the ledger fail at a moment when the log would tell already that
// nothing is left to do.
func TestWhatCannotBeForgottenForAnErrorOfTheDiskIsForgottenTheNextTime(t *testing.T) {
	t.Parallel()
	in := newInstance(t)
	in.say("priya", "topic: "+canary)
	in.say("priya", "DELETE priya-sam")
	in.clock = in.clock.Add(8 * 24 * time.Hour)
	if err := in.Ledger.Close(); err != nil {
		t.Fatal(err)
	}
	if done, err := in.CarryOut(context.Background()); err == nil || len(done) > 0 {
		t.Fatalf("want an error and nothing done, got %v", done)
	}
	if err := in.RemovePair("jo-sam"); err == nil {
		t.Error("want an error of removing a pair of which the ledger keeps letters")
	}
	if _, err := in.Content.Log("jo-sam"); err != nil {
		t.Errorf("want the pair still there, so that removing it can be repeated: %v", err)
	}
	in.reopen()
	if done := in.carry(); len(done) != 1 || done[0].What != CarriedForgotten {
		t.Fatalf("want Priya forgotten now, got %v", done)
	}
	if all := in.everything(); strings.Contains(all, canary) {
		t.Errorf("her words are still in the instance:\n%s", around(all, canary))
	}
}

func TestADeclinedEnrolmentThatCannotBeDeletedWhollyIsDeletedTheNextTime(t *testing.T) {
	t.Parallel()
	in := newInstance(t)
	l := in.logOf("priya-sam")
	l.Pair.Added = in.clock.Add(-30 * 24 * time.Hour)
	l.Report.Consent = &meeting.Consent{State: "no", Origin: meeting.Origin{By: "priya", At: in.clock.Add(-declinedAfter)}}
	if _, err := in.Content.Save(l); err != nil {
		t.Fatal(err)
	}
	if err := in.Ledger.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := in.CarryOut(context.Background()); err == nil {
		t.Fatal("want an error while the ledger cannot forget")
	}
	in.reopen()
	if done := in.carry(); len(done) != 1 || done[0].What != CarriedDeclined {
		t.Fatalf("want the enrolment deleted now, got %v", done)
	}
	for name := range in.store() {
		if strings.Contains(name, "priya") {
			t.Errorf("%s is still there", name)
		}
	}
}

// around is where the word stands.
func around(text, word string) string {
	i := strings.Index(text, word)
	return text[max(0, i-300):min(len(text), i+100)]
}

func TestWhoDeclinedIsDeletedAfterSevenDaysWithThePairThatNeverBegan(t *testing.T) {
	t.Parallel()
	in := newInstance(t)
	l := in.logOf("priya-sam")
	l.Pair.Added = in.clock.Add(-24 * time.Hour)
	l.Report.Consent = &meeting.Consent{State: "no", Origin: meeting.Origin{By: "priya", At: in.clock}}
	if _, err := in.Content.Save(l); err != nil {
		t.Fatal(err)
	}
	in.clock = in.clock.Add(declinedAfter - time.Minute)
	if done := in.carry(); len(done) > 0 {
		t.Fatalf("too early: %v", done)
	}
	again := in.logOf("jo-sam")
	again.Pair.Added = in.clock // a pair that begins now
	again.Report.Consent = &meeting.Consent{State: "no", Origin: meeting.Origin{By: "jo", At: in.clock.Add(-30 * 24 * time.Hour)}}
	if _, err := in.Content.Save(again); err != nil {
		t.Fatal(err)
	}
	in.clock = in.clock.Add(time.Minute)
	if done := in.carry(); len(done) != 1 || done[0].What != CarriedDeclined {
		t.Fatalf("want the enrolment deleted, got %v", done)
	}
	for name, text := range in.store() {
		if strings.Contains(name+text, "priya") {
			t.Errorf("%s still knows Priya", name)
		}
	}
	equal(t, "topics of the others", nil, in.topics("jo-sam"))
}

func TestAForgottenPersonLeavesNoWordAddressOrKeyBehind(t *testing.T) {
	t.Parallel()
	in := newInstance(t)
	in.say("priya", "topic: "+canary+"\n\nprivate: "+canary+" too\n\nI will ask Lena by Friday")
	in.say("sam", "topic: budget\n\nPriya will draft the plan by Friday")
	in.put(mail{from: "priya", text: "topic: forged " + canary, results: "dmarc=fail header.from=example.org"})
	in.receive()
	in.flush()
	c := letter.Calendars{Has: map[string]letter.Copy{}}
	remember := func(tx *bolt.Tx) error {
		return rememberInvite(tx, meeting.Occasion{Pair: "priya-sam", Person: "sam"}, c, &letter.Invite{UID: "1", Copy: letter.Copy{Print: "print of the series"}})
	}
	if err := in.Ledger.DB.Update(remember); err != nil {
		t.Fatal(err)
	}
	traces, err := in.Traces("priya")
	if err != nil || traces.Items < 2 || traces.Private != 1 || !slices.Equal(traces.Pairs, []string{"priya-sam"}) {
		t.Fatalf("want what will go named, got %+v, %v", traces, err)
	}
	gone, err := in.Forget(context.Background(), "priya")
	if err != nil {
		t.Fatal(err)
	}
	in.log.Reset() // the log of the service names keys only, and is not kept by duolog
	all := in.everything()
	for _, trace := range []string{canary, "priya@example.org", "Priya Nair", "age1priya", secretKey} {
		if strings.Contains(all, trace) {
			t.Errorf("%q is still in the instance:\n%s", trace, around(all, trace))
		}
	}
	_ = in.Ledger.DB.View(func(tx *bolt.Tx) error {
		if had, err := in.calendars(tx, "sam", "priya-sam"); err != nil || len(had.Has) > 0 {
			t.Errorf("want nobody's calendar remembered to have the series, got %v, %v", had.Has, err)
		}
		return nil
	})
	l := in.logOf(gone.As + "-sam")
	if l.Pair.Ended == "" || l.Report.ID != gone.As || len(l.Topics) != 2 || l.Topics[1].Text != "budget" || l.Action("A2").Who != gone.As {
		t.Errorf("want Sam's words under another name, got %+v %+v %+v", l.Pair, l.Topics, l.Actions)
	}
	if _, err := in.Forget(context.Background(), "priya"); !errors.Is(err, ErrNoPerson) {
		t.Errorf("want nobody to forget the second time, got %v", err)
	}
	in.enrol()
	in.put(mail{from: "sam", pair: "jo-sam", text: "topic: snacks"})
	if r := in.receive(); r.Outcomes[Accepted] != 1 {
		t.Errorf("the others' mail: %v", outcomes(r))
	}
}

func TestAYesToOneHandOverIsNoneToAnother(t *testing.T) {
	t.Parallel()
	in := newInstance(t)
	in.say("sam", "handoff to Maria Lopez <maria@example.org> from 14 Dec")
	if _, err := in.Remind(t.Context()); err != nil {
		t.Fatal(err)
	}
	asked := func() (keys []string) {
		letters, err := in.Ledger.Letters()
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range letters {
			if strings.Contains(e.Key, "/handoff/move/asked/") {
				keys = append(keys, e.Key)
			}
		}
		slices.Sort(keys)
		return keys
	}
	first := asked()
	in.clock = in.clock.Add(time.Minute)
	in.say("sam", "handoff to Mallory <mallory@example.org> from 14 Dec")
	in.put(mail{from: "priya", occasion: first[0], text: "yes"})
	in.receive()
	if h := in.logOf("priya-sam").Pair.Handoff; h == nil || h.Agreed || h.Name != "Mallory" {
		t.Errorf("want Mallory asked for and not agreed to, got %+v", h)
	}
	if _, err := in.Remind(t.Context()); err != nil {
		t.Fatal(err)
	}
	both := asked()
	if len(both) != 2 {
		t.Fatalf("want Priya asked anew, got %v", both)
	}
	in.put(mail{from: "priya", occasion: both[1], text: "yes"})
	in.receive()
	if h := in.logOf("priya-sam").Pair.Handoff; h == nil || !h.Agreed {
		t.Errorf("want her yes to that taken, got %+v", h)
	}
}

func TestOnlyAPairThatNeverBeganIsDeletedForANo(t *testing.T) {
	t.Parallel()
	in := newInstance(t)
	long := in.clock.Add(-30 * 24 * time.Hour)
	consent := func(state string) *meeting.Consent {
		return &meeting.Consent{State: state, Origin: meeting.Origin{At: long}}
	}
	for _, c := range []struct {
		name            string
		manager, report *meeting.Consent
		met             bool
		want            string
	}{
		{"nobody said anything", nil, nil, false, ""},
		{"both said yes", consent("yes"), consent("yes"), false, ""},
		{"one said yes", consent("yes"), nil, false, ""},
		{"one said yes, one no", consent("yes"), consent("no"), false, "priya"},
		{"the manager said no", consent("no"), nil, false, "sam"},
		{"one said no, but they met", nil, consent("no"), true, ""},
	} {
		l := in.logOf("priya-sam")
		l.Pair.Added, l.Manager.Consent, l.Report.Consent = long, c.manager, c.report
		if c.met {
			l.Meetings = append(l.Meetings, &meeting.Meeting{})
		}
		if got := declined(l, in.clock); got != c.want {
			t.Errorf("%s: declined is %q, want %q", c.name, got, c.want)
		}
	}
}

func TestWhoSaidNoToOnePairStaysForAnother(t *testing.T) {
	t.Parallel()
	in := newInstance(t)
	in.clock = in.clock.Add(time.Hour)
	l := in.logOf("priya-sam")
	l.Pair.Added = in.clock
	l.Manager.Consent = &meeting.Consent{State: "no", Origin: meeting.Origin{By: "sam", At: in.clock}}
	if _, err := in.Content.Save(l); err != nil {
		t.Fatal(err)
	}
	other := in.logOf("jo-sam")
	other.Meetings = append(other.Meetings, &meeting.Meeting{ID: "2026-12-03", Start: in.clock, State: meeting.Held}) // began long ago
	if _, err := in.Content.Save(other); err != nil {
		t.Fatal(err)
	}
	in.clock = in.clock.Add(declinedAfter)
	in.DryRun = true
	before := in.store()
	if done := in.carry(); len(done) != 1 || done[0].What != CarriedDeclined {
		t.Fatalf("want the enrolment deleted, got %v", done)
	}
	sameFiles(t, before, in.store())
	in.DryRun = false
	in.carry()
	pairs, err := in.Content.Pairs()
	equal(t, "pairs", []string{"jo-sam"}, pairs)
	if _, gone := in.Content.Person("sam"); err != nil || gone != nil {
		t.Errorf("want Sam kept for the other pair: %v, %v", err, gone)
	}
}

// TestANewManagerTakesNobodysPlace hands Priya over to somebody whose short name is taken, or who met her before.
func TestANewManagerTakesNobodysPlace(t *testing.T) {
	t.Parallel()
	in := newInstance(t)
	in.Domains = []string{"mail.example.org"}
	in.say("sam", "handoff to Jo Lopez <jo@mail.example.org> from 14 Dec")
	agree(in)
	in.clock = time.Date(2026, 12, 14, 12, 0, 0, 0, time.UTC)
	in.DryRun = true
	before := in.store()
	if done := in.carry(); len(done) != 1 || done[0].New != "priya-jo-2" {
		t.Errorf("want it told that priya-jo-2 begins, got %v", done)
	}
	sameFiles(t, before, in.store())
	in.DryRun = false
	if done := in.carry(); len(done) != 1 || done[0].New != "priya-jo-2" {
		t.Fatalf("want another id than the one of Jo Weiss, got %v", done)
	}
	jo, err := in.Content.Person("jo")
	if err != nil || jo.Name != "Jo Weiss" || !slices.Equal(jo.Addresses, []string{"jo@example.org"}) {
		t.Errorf("Jo Weiss became %+v, %v", jo, err)
	}
	second, err := in.Content.Person("jo-2")
	if err != nil || second.Name != "Jo Lopez" || !slices.Equal(second.Addresses, []string{"jo@mail.example.org"}) {
		t.Errorf("Jo Lopez became %+v, %v", second, err)
	}
}

func TestWhoMetBeforeGetsALogOfTheirOwnAnew(t *testing.T) {
	t.Parallel()
	in := newInstance(t)
	long := &meeting.Log{Pair: pairOf("priya", "jo")}
	long.Pair.Ended = "2026-06-30"
	long.Pair.Added = in.clock.AddDate(-1, 0, 0)
	if _, err := in.Content.Save(long); err != nil {
		t.Fatal(err)
	}
	in.enrol()
	in.say("sam", "handoff to Jo Weiss <JO@example.org> from 14 Dec")
	agree(in)
	before := in.store()
	in.clock = time.Date(2026, 12, 14, 12, 0, 0, 0, time.UTC)
	if done := in.carry(); len(done) != 1 || done[0].New != "priya-jo-2026-12-14" {
		t.Fatalf("want a log of its own, got %v", done)
	}
	after := in.store()
	for name, text := range before {
		if strings.HasPrefix(name, "pairs/priya-jo/") && after[name] != text {
			t.Errorf("%s changed to\n%s", name, after[name])
		}
	}
}

func TestTheIdOfANewManagerIsMadeOfPlainLetters(t *testing.T) {
	t.Parallel()
	for _, c := range [][3]string{
		{"Maria Lopez", "ml", "maria"}, {"Zoë 2", "zoe", "zo"}, {"Øystein", "oy1", "ystein"}, {"李 雷", "li.lei7", "lilei7"}, {"李", "雷", "manager"},
		{"../x", "y", "x"},
	} {
		if got := slug(c[0], c[1]); got != c[2] {
			t.Errorf("%q, %q: got %q, want %q", c[0], c[1], got, c[2])
		}
	}
}

func TestForgettingOneLeavesWhatIsOthers(t *testing.T) {
	t.Parallel()
	in := newInstance(t)
	in.say("priya", "topic: path to staff")
	in.put(mail{from: "jo", pair: "jo-sam", text: "topic: the offsite"})
	in.put(mail{from: "jo", pair: "jo-sam", text: "topic: held", results: "dmarc=fail header.from=example.org"})
	in.receive()
	bounced := func(person string) func(*bolt.Tx) error {
		return func(tx *bolt.Tx) error {
			b, err := tx.CreateBucketIfNotExists(bucketBounces)
			if err != nil {
				return err
			}
			return putJSON(b, person, Bounces{Person: person, Count: 1})
		}
	}
	in.update(bounced("jo"))
	in.update(bounced("priya"))
	ofJo := func() (all []string) {
		err := in.Ledger.Entries(func(e Entry) bool {
			if e.Person == "jo" {
				all = append(all, string(e.Outcome), strconv.Itoa(len(e.Effects)))
			}
			return true
		})
		if err != nil {
			t.Fatal(err)
		}
		held, err := in.Ledger.HeldMails()
		for _, e := range held {
			_, raw, _ := in.Ledger.HeldMail(e.Key)
			all = append(all, e.Person, strconv.Itoa(len(raw)))
		}
		_ = in.Ledger.DB.View(func(tx *bolt.Tx) error {
			return tx.Bucket(bucketLetters).ForEach(func(_, v []byte) error {
				if strings.Contains(string(v), `"jo-sam"`) {
					all = append(all, "letter")
				}
				return nil
			})
		})
		bounces, _ := in.Ledger.Bounces()
		for _, b := range bounces {
			if b.Person == "jo" {
				all = append(all, "bounces")
			}
		}
		slices.Sort(all)
		return append(append(all, in.letters("jo")...), fmt.Sprint(err))
	}
	before, content := ofJo(), in.store()
	traces, err := in.Traces("priya")
	if err != nil || traces.Letters != 1 {
		t.Errorf("want one letter to Priya, got %+v, %v", traces, err)
	}
	if sam, err := in.Traces("sam"); err != nil || sam.Letters != 2 || len(sam.Pairs) != 2 {
		t.Errorf("want two letters about Sam's pairs, got %+v, %v", sam, err)
	}
	if _, err := in.Forget(context.Background(), "priya"); err != nil {
		t.Fatal(err)
	}
	equal(t, "what is Jo's", before, ofJo())
	for name, text := range in.store() {
		if strings.Contains(name, "jo") && content[name] != text {
			t.Errorf("%s changed to\n%s", name, text)
		}
	}
	equal(t, "letters to Priya", nil, in.letters("priya"))
	if bounces, _ := in.Ledger.Bounces(); len(bounces) != 1 {
		t.Errorf("want the bounces of Jo alone, got %+v", bounces)
	}
}

// TestAForgottenManagerOfSeveralLogsMixesNoneUp forgets Sam, who met Priya twice and leads Jo.
func TestAForgottenManagerOfSeveralLogsMixesNoneUp(t *testing.T) {
	t.Parallel()
	in := newInstance(t)
	first := &meeting.Log{Pair: pairOf("priya", "sam")}
	first.Pair.ID, first.Pair.Ended, first.Pair.Added = "priya-sam-2024", "2024-06-30", in.clock.AddDate(-3, 0, 0)
	first.Topics = []*meeting.Topic{{ID: "T1", Text: "from the first time", State: meeting.TopicOpen}}
	if _, err := in.Content.Save(first); err != nil {
		t.Fatal(err)
	}
	in.enrol()
	in.say("priya", "topic: from now")
	gone, err := in.Forget(context.Background(), "sam")
	if err != nil {
		t.Fatal(err)
	}
	pairs, err := in.Content.Pairs()
	equal(t, "pairs", []string{"jo-" + gone.As, "priya-" + gone.As, "priya-" + gone.As + "-2"}, pairs)
	if err != nil {
		t.Fatal(err)
	}
	ended := map[string]string{}
	for _, pair := range pairs[1:] {
		l := in.logOf(pair)
		if l.Manager.ID != gone.As || l.Report.ID != "priya" {
			t.Errorf("%s is of %s and %s", pair, l.Report.ID, l.Manager.ID)
		}
		for _, topic := range l.Topics {
			ended[topic.Text] = l.Pair.Ended
		}
	}
	if ended["from the first time"] != "2024-06-30" || ended["from now"] == "" || ended["from now"] == "2024-06-30" {
		t.Errorf("want each topic in its log, ended when that ended, got %v", ended)
	}
}
