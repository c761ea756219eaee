package mailflow

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"

	"duolog/mailflow/inbox"
	"duolog/mailflow/mailtest"
	"duolog/meeting"
)

func TestAReplyBecomesMarkdownIsAcknowledgedAndFiled(t *testing.T) {
	t.Parallel()
	in := newInstance(t)
	in.put(mail{from: "priya", text: "topic: the release plan"})
	equal(t, "outcomes", []string{"accepted proved"}, outcomes(in.receive()))
	equal(t, "topics of the pair", []string{"the release plan"}, in.topics("priya-sam"))
	equal(t, "topics of the other pair", nil, in.topics("jo-sam"))
	if got := in.folders(); got != "INBOX 0, Done 1, Held 0" {
		t.Errorf("the mail lies in %s", got)
	}
	in.flush()
	acks := in.arrived("priya")
	if len(acks) != 1 || !strings.Contains(acks[0].Text, "the release plan") {
		t.Fatalf("want one acknowledgement with the topic, got %d: %v", len(acks), acks)
	}
	if got := acks[0].Header.Text("In-Reply-To"); got != "<1.priya@mail.example.org>" {
		t.Errorf("the acknowledgement answers %s", got)
	}
	if got := acks[0].Header.Text("Auto-Submitted"); got != "auto-generated" {
		t.Errorf("Auto-Submitted: %s", got)
	}
	if got := acks[0].Header.Text("Content-Language"); got != "en" {
		t.Errorf("Content-Language: %q, want the language of the letter", got)
	}
	equal(t, "letters to the other side", nil, in.letters("sam"))
}

func TestWhatIsNotProvenIsHeldWithItsReasonAndChangesNothing(t *testing.T) {
	t.Parallel()
	rows := []struct {
		name, reason string
		mail         mail
	}{
		{"a stranger with a token", "from-other", mail{from: "mallory@evil.example", to: "TOKEN", text: "topic: buy"}},
		{"a stranger without", "token-missing", mail{from: "mallory@evil.example", to: bot, text: "topic: buy"}},
		{"the token of another pair", "from-other", mail{from: "priya", to: "JO", text: "topic: theirs"}},
		{"a token that was never given out", "token-unknown", mail{from: "priya", to: "1on1+" + strings.Repeat("a", 52) + "@example.org", text: "topic: x"}},
		{"forged", "auth-fail", mail{from: "priya", results: "dmarc=fail header.from=example.org", text: "topic: forged"}},
		{"without results", "auth-missing", mail{from: "priya", results: "-", text: "topic: unproven"}},
		{"too old", "token-expired", mail{from: "priya", expires: now.Add(-time.Hour), text: "topic: late"}},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			in := newInstance(t)
			stamp := func(person, pair string) string {
				s, err := in.Policy.Register.Stamp(person, pair, "x", now.Add(time.Hour))
				if err != nil {
					t.Fatal(err)
				}
				return s.ReplyTo
			}
			switch row.mail.to {
			case "TOKEN":
				row.mail.to = stamp("priya", "priya-sam")
			case "JO":
				row.mail.to = stamp("jo", "jo-sam")
			}
			before := in.store()
			raw := in.put(row.mail)
			equal(t, "outcomes", []string{"held " + row.reason}, outcomes(in.receive()))
			sameFiles(t, before, in.store())
			if got := in.folders(); got != "INBOX 0, Done 0, Held 1" {
				t.Errorf("the mail lies in %s", got)
			}
			held, err := in.Ledger.HeldMails()
			if err != nil || len(held) != 1 {
				t.Fatalf("want one held mail, got %v, %v", held, err)
			}
			if _, kept, err := in.Ledger.HeldMail(held[0].Key); err != nil || !slices.Equal(kept, raw) {
				t.Errorf("want the raw bytes kept, got %d of %d, %v", len(kept), len(raw), err)
			}
			in.flush()
			if row.reason != "token-expired" && len(in.arrived("priya"))+len(in.arrived("jo")) > 0 {
				t.Error("somebody was answered")
			}
		})
	}
}

func TestTheSameMailAgainChangesNothing(t *testing.T) {
	t.Parallel()
	in := newInstance(t)
	first := in.put(mail{from: "priya", text: "topic: the release plan\n\nI will ask Lena by Friday", id: "same@mail.example.org"})
	in.receive()
	in.flush()
	before, letters := in.store(), in.letters("priya")

	in.putRaw(first) // once more
	other := strings.Replace(string(first), "From:", "Received: from relay.example.org by mx.example.org; Tue, 1 Dec 2026 18:00:00 +0000\r\nFrom:", 1)
	in.putRaw([]byte(other)) // and by another path
	equal(t, "outcomes", []string{"duplicate duplicate", "duplicate duplicate"}, outcomes(in.receive()))
	sameFiles(t, before, in.store())

	in.putRaw(first) // a third time, and after a restart
	in.reopen()
	equal(t, "outcomes", []string{"duplicate duplicate"}, outcomes(in.receive()))
	sameFiles(t, before, in.store())
	in.flush()
	equal(t, "letters", letters, in.letters("priya"))
	if e, ok := in.Ledger.Entry(in.onlyKey()); !ok || e.Copies != 3 || e.Outcome != Accepted {
		t.Errorf("want one accepted entry with 3 copies, got %+v", e)
	}
}

// onlyKey is the key of the only mail in the ledger.
func (in *instance) onlyKey() string {
	in.t.Helper()
	var keys []string
	err := in.Ledger.Entries(func(e Entry) bool { keys = append(keys, e.Key); return true })
	if err != nil || len(keys) != 1 {
		in.t.Fatalf("want one entry in the ledger, got %v, %v", keys, err)
	}
	return keys[0]
}

func TestCopiesWithinOneBatchAreAppliedOnce(t *testing.T) {
	t.Parallel()
	in := newInstance(t)
	raw := in.put(mail{from: "priya", text: "topic: the release plan"})
	in.putRaw(raw)
	equal(t, "outcomes", []string{"accepted proved", "duplicate duplicate"}, outcomes(in.receive()))
	equal(t, "topics", []string{"the release plan"}, in.topics("priya-sam"))
	equal(t, "letters", []string{"ack"}, in.letters("priya"))
}

// TestABatchIsWrittenTogether counts what is written: as many steps, transactions of the ledger and files for 300 mails as for 3.
func TestABatchIsWrittenTogether(t *testing.T) {
	t.Parallel()
	var want []string
	for _, mails := range []int{3, 300} {
		in := newInstance(t)
		var done []string
		in.stopAt = func(step string) error { done = append(done, step); return nil }
		in.Committed = func(_ context.Context, _ []Commit, files []string) {
			done = append(done, fmt.Sprintf("files %v", files))
		}
		for n := range mails {
			in.put(mail{from: []string{"priya", "sam"}[n%2], text: fmt.Sprintf("topic: number %d", n)})
		}
		before := in.transactions(t)
		if r := in.receive(); r.Outcomes[Accepted] != mails {
			t.Fatalf("want %d accepted, got %v", mails, r.Outcomes)
		}
		done = append(done, fmt.Sprintf("%d transactions", in.transactions(t)-before))
		if want == nil {
			want = done
		}
		equal(t, fmt.Sprintf("what is written for %d mails", mails), want, done)
	}
}

// transactions is how often the ledger was written.
func (in *instance) transactions(t *testing.T) (n int) {
	t.Helper()
	if err := in.Ledger.DB.View(func(tx *bolt.Tx) error { n = tx.ID(); return nil }); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestARenumberedMailboxChangesNothing(t *testing.T) {
	t.Parallel()
	in := newInstance(t)
	in.server.IMAPFaults.Add(hideMoves())
	for _, text := range []string{"topic: one", "topic: two", "agreed: we meet on Thursdays"} {
		in.put(mail{from: "priya", text: text})
	}
	in.put(mail{from: "priya", results: "-", text: "topic: unproven"})
	in.receive()
	before := in.store()
	if err := in.server.Renumber(bot, "INBOX"); err != nil {
		t.Fatal(err)
	}
	in.reopen()
	r := in.receive()
	if r.Outcomes[Duplicate] != 3 || r.Outcomes[Held] != 1 || r.Mails != 4 {
		t.Errorf("want 3 duplicates and 1 held, got %v", r.Outcomes)
	}
	sameFiles(t, before, in.store())
	equal(t, "letters", []string{"ack", "ack", "ack"}, in.letters("priya"))
}

func TestAnotherMailWithTheSameIdIsHeldAndBothAreKept(t *testing.T) {
	t.Parallel()
	in := newInstance(t)
	in.put(mail{from: "priya", text: "topic: first", id: "same@mail.example.org"})
	in.receive()
	before := in.store()
	raw := in.put(mail{from: "priya", text: "topic: second", id: "same@mail.example.org"})
	equal(t, "outcomes", []string{"conflict conflict"}, outcomes(in.receive()))
	sameFiles(t, before, in.store())
	if got := in.folders(); got != "INBOX 0, Done 1, Held 1" {
		t.Errorf("the mails lie in %s", got)
	}
	held, _ := in.Ledger.HeldMails()
	if len(held) != 1 {
		t.Fatalf("want one held mail, got %v", held)
	}
	if _, kept, err := in.Ledger.HeldMail(held[0].Key); err != nil || !slices.Equal(kept, raw) {
		t.Errorf("want the second mail kept, got %d bytes, %v", len(kept), err)
	}
	if _, err := in.AcceptHeld(context.Background(), held[0].Key); err != nil {
		t.Fatalf("accept: %v", err)
	}
	equal(t, "topics after the operator accepted it", []string{"first", "second"}, in.topics("priya-sam"))
	if held, _ := in.Ledger.HeldMails(); len(held) > 0 {
		t.Errorf("still held: %v", held)
	}
}

func TestAForgedCopyNeitherTakesTheIdNorStopsTheGenuineMail(t *testing.T) {
	t.Parallel()
	in := newInstance(t)
	genuine := in.raw(mail{from: "priya", text: "topic: the release plan", id: "same@mail.example.org"})
	in.put(mail{from: "priya", text: "topic: something else", id: "same@mail.example.org", results: "dmarc=fail header.from=example.org"})
	in.putRaw([]byte(strings.Replace(string(genuine), "dmarc=pass", "dmarc=fail", 1)))
	in.receive()
	in.putRaw(genuine)
	equal(t, "outcomes", []string{"accepted proved"}, outcomes(in.receive()))
	equal(t, "topics", []string{"the release plan"}, in.topics("priya-sam"))
	if held, _ := in.Ledger.HeldMails(); len(held) != 1 {
		t.Errorf("want only the other forgery held, got %v", held)
	}
	in.putRaw([]byte(strings.Replace(string(genuine), "dmarc=pass", "dmarc=fail", 1)))
	equal(t, "a forged copy afterwards", []string{"duplicate duplicate"}, outcomes(in.receive()))
}

func TestAnEmptyReplyIsAnsweredAtMostOnceUntilOneIsUnderstood(t *testing.T) {
	t.Parallel()
	in := newInstance(t)
	before := in.store()
	for range 3 {
		in.put(mail{from: "priya", text: ""})
		equal(t, "outcomes", []string{"accepted proved"}, outcomes(in.receive()))
		in.clock = in.clock.Add(25 * time.Hour)
	}
	sameFiles(t, before, in.store())
	equal(t, "letters", []string{"not-read"}, in.letters("priya"))
	in.put(mail{from: "priya", text: "topic: the release plan"})
	in.receive()
	in.put(mail{from: "priya", text: ""})
	in.receive()
	equal(t, "letters", []string{"ack", "not-read", "not-read"}, in.letters("priya"))
}

func TestThanksAloneAreNotAnswered(t *testing.T) {
	t.Parallel()
	in := newInstance(t)
	in.put(mail{from: "priya", text: "Thanks!"})
	equal(t, "outcomes", []string{"accepted proved"}, outcomes(in.receive()))
	equal(t, "letters", nil, in.letters("priya"))
}

func TestABrokenPairStopsOnlyItselfAndItsMailsAreTriedAgain(t *testing.T) {
	t.Parallel()
	in := newInstance(t)
	page := filepath.Join(in.dir, "content", "pairs", "priya-sam", "_index.md")
	whole, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(page, []byte("---\nid: [\n---\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	in.put(mail{from: "priya", text: "topic: waits"})
	in.put(mail{from: "jo", pair: "jo-sam", text: "Thema: geht"})
	equal(t, "outcomes", []string{"held log-unreadable", "accepted proved"}, outcomes(in.receive()))
	if got := in.folders(); got != "INBOX 1, Done 1, Held 0" {
		t.Errorf("the mails lie in %s", got)
	}
	if err := os.WriteFile(page, whole, 0o644); err != nil {
		t.Fatal(err)
	}
	equal(t, "outcomes after mending", []string{"accepted proved"}, outcomes(in.receive()))
	equal(t, "topics", []string{"waits"}, in.topics("priya-sam"))
	if held := files(t, filepath.Join(in.dir, "state", "held")); len(held) > 0 {
		t.Errorf("raw bytes of the accepted mail are still kept: %d", len(held))
	}
	if got := in.folders(); got != "INBOX 0, Done 2, Held 0" {
		t.Errorf("the mails lie in %s", got)
	}
}

func TestAnUnknownTokenWaitsWhilePairsCannotBeRead(t *testing.T) {
	t.Parallel()
	in := newInstance(t)
	in.put(mail{from: "priya", to: "1on1+" + strings.Repeat("a", 52) + "@example.org", text: "topic: whose?"})
	in.Partial = true
	equal(t, "outcomes", []string{"held token-unknown"}, outcomes(in.receive()))
	if got := in.folders(); got != "INBOX 1, Done 0, Held 0" {
		t.Errorf("the mail lies in %s", got)
	}
	in.Partial = false
	equal(t, "outcomes once all are read", []string{"held token-unknown"}, outcomes(in.receive()))
	if got := in.folders(); got != "INBOX 0, Done 0, Held 1" {
		t.Errorf("the mail lies in %s", got)
	}
}

func TestAFolderThatCannotBeWrittenStopsOnlyItsPair(t *testing.T) {
	t.Parallel()
	in := newInstance(t)
	barrier := filepath.Join(in.dir, "content", "pairs", "priya-sam", "2026-12-03.md")
	if err := os.Mkdir(barrier, 0o755); err != nil {
		t.Fatal(err)
	}
	in.put(mail{from: "priya", text: "note: the way is barred"})
	in.put(mail{from: "jo", pair: "jo-sam", text: "Thema: geht"})
	if _, err := in.tryReceive(); !errors.As(err, new(PairsError)) || !strings.Contains(err.Error(), "priya-sam") {
		t.Errorf("want a PairsError that names the pair, got %v", err)
	}
	equal(t, "topics of the other pair", []string{"geht"}, in.topics("jo-sam"))
	if got := in.folders(); got != "INBOX 1, Done 1, Held 0" {
		t.Errorf("the mails lie in %s", got)
	}
	if err := os.Remove(barrier); err != nil {
		t.Fatal(err)
	}
	in.receive()
	if got := in.folders(); got != "INBOX 0, Done 2, Held 0" {
		t.Errorf("the mails lie in %s", got)
	}
	if page := in.store()["pairs/priya-sam/2026-12-03.md"]; strings.Count(page, "the way is barred") != 1 {
		t.Errorf("want the note once, got:\n%s", page)
	}
	equal(t, "letters", []string{"ack"}, in.letters("priya"))
}

func TestAHeldMailIsNotTriedForEver(t *testing.T) {
	t.Parallel()
	in := newInstance(t)
	in.put(mail{from: "priya", text: "topic: waits", results: "dmarc=temperror header.from=example.org"})
	equal(t, "outcomes", []string{"held auth-temporary"}, outcomes(in.receive()))
	if got := in.folders(); got != "INBOX 1, Done 0, Held 0" {
		t.Errorf("the mail lies in %s", got)
	}
	in.clock = in.clock.Add(6 * 24 * time.Hour)
	equal(t, "outcomes", []string{"held auth-temporary"}, outcomes(in.receive()))
	if got := in.folders(); got != "INBOX 0, Done 0, Held 1" {
		t.Errorf("the mail lies in %s", got)
	}
	equal(t, "outcomes of the next pass", nil, outcomes(in.receive()))
}

func TestAMailThatIsHeldForNowIsLeftToTheMTA(t *testing.T) {
	t.Parallel()
	in := newInstance(t)
	raw := in.raw(mail{from: "priya", text: "topic: waits", results: "dmarc=temperror header.from=example.org"})
	e, err := in.Deliver(context.Background(), inbox.Message{Raw: raw, Received: in.clock, Size: int64(len(raw))})
	if err == nil || e.Outcome != Held {
		t.Errorf("want it held with an error so that the MTA tries again, got %s, %v", e.Outcome, err)
	}
}

func TestADryRunChangesNothing(t *testing.T) {
	t.Parallel()
	in := newInstance(t)
	in.put(mail{from: "priya", text: "topic: the release plan"})
	in.put(mail{from: "priya", text: "topic: forged", results: "dmarc=fail header.from=example.org"})
	in.put(mail{from: "priya", text: "I am away", header: "Auto-Submitted: auto-replied\r\n"})
	before, state := in.store(), in.everything()
	in.DryRun = true
	equal(t, "outcomes", []string{"accepted proved", "held auth-fail", "dropped auto-reply"}, outcomes(in.receive()))
	sameFiles(t, before, in.store())
	if in.everything() != state {
		t.Error("the ledger changed")
	}
	if got := in.folders(); got != "INBOX 3, Done 0, Held 0" {
		t.Errorf("the mails lie in %s", got)
	}
}

func TestADryRunOwesLettersButWritesNone(t *testing.T) {
	t.Parallel()
	in := newInstance(t)
	in.clock = now.Add(24 * time.Hour) // 24 h before the meeting
	before, state := in.store(), in.everything()
	in.DryRun = true
	owed, err := in.Remind(t.Context())
	if err != nil || len(owed) == 0 {
		t.Fatalf("the test is void: %v, %v", owed, err)
	}
	sameFiles(t, before, in.store())
	if in.everything() != state {
		t.Error("the ledger changed")
	}
	in.DryRun = false
	queued, err := in.Remind(t.Context())
	if err != nil || len(queued) != len(owed) {
		t.Errorf("queued %d letters (%v), the dry run said %d", len(queued), err, len(owed))
	}
}

// TestWhatDidNotComeWholeIsHeldAndNeverRead has mails that the inbox could not read, or only the header of, though all else is right.
func TestWhatDidNotComeWholeIsHeldAndNeverRead(t *testing.T) {
	t.Parallel()
	in := newInstance(t)
	before := in.store()
	raw := in.raw(mail{from: "priya", text: "topic: the release plan"})
	cut := errors.New("server did not deliver the whole mail")
	done, err := in.deal(context.Background(), []inbox.Message{
		{ID: inbox.ID{Validity: 1, UID: 1}, Received: in.clock, Broken: cut},
		{ID: inbox.ID{Validity: 1, UID: 2}, Received: in.clock, Broken: cut},
		{ID: inbox.ID{Validity: 1, UID: 3}, Received: in.clock, Raw: raw, Size: inbox.MaxSize + 1, TooLarge: true},
	})
	if err != nil {
		t.Fatal(err)
	}
	keys := map[string]bool{}
	for i, want := range []string{reasonUnreadable, reasonUnreadable, reasonTooLarge} {
		e := done[i].entry
		if keys[e.Key] = true; e.Outcome != Held || e.Reason != want || e.Detail == "" {
			t.Errorf("mail %d: got %s %s (%s), want it held as %s", i+1, e.Outcome, e.Reason, e.Detail, want)
		}
	}
	if len(keys) != 3 {
		t.Errorf("three mails have %d keys", len(keys))
	}
	sameFiles(t, before, in.store())
	equal(t, "letters", nil, in.letters("priya"))
	if held, err := in.Ledger.HeldMails(); len(held) != 3 || err != nil {
		t.Errorf("want three mails held, got %v, %v", held, err)
	}
}

func TestAMailThatMakesUsStumbleIsHeldAndStopsNobodyElse(t *testing.T) {
	t.Parallel()
	in := newInstance(t)
	in.Seal = func(string, string) (string, error) { panic("a bug") }
	in.put(mail{from: "priya", text: "private: stumble"})
	in.put(mail{from: "jo", pair: "jo-sam", text: "Thema: geht"})
	equal(t, "outcomes", []string{"held bug", "accepted proved"}, outcomes(in.receive()))
	if got := in.folders(); got != "INBOX 0, Done 1, Held 1" {
		t.Errorf("the mails lie in %s", got)
	}
	equal(t, "outcomes of the next pass", nil, outcomes(in.receive()))
}

func TestWhoWritesToAnOldAddressIsToldOnceAndGetsAFreshOne(t *testing.T) {
	t.Parallel()
	in := newInstance(t)
	for range 2 {
		in.put(mail{from: "priya", text: "topic: late", expires: now})
	}
	in.receive()
	in.flush()
	letters := in.arrived("priya")
	if len(letters) != 1 || !strings.Contains(letters[0].Text, "has a fresh one") {
		t.Fatalf("want one letter that says so, got %d", len(letters))
	}
	to := letters[0].Header.Text("Reply-To")
	in.put(mail{from: "priya", text: "topic: on time", to: strings.Trim(to[strings.LastIndex(to, " ")+1:], "<>")})
	equal(t, "outcomes", []string{"accepted proved"}, outcomes(in.receive()))
	equal(t, "topics", []string{"on time"}, in.topics("priya-sam"))
}

func TestWhatCameBeforeFetchingBrokeOffIsDealtWith(t *testing.T) {
	t.Parallel()
	in := newInstance(t)
	for range 250 { // more than the inbox fetches at once
		in.put(mail{from: "priya", text: ""})
	}
	in.put(mail{from: "priya", text: "topic: the release plan"})
	in.server.IMAPFaults.Add(mailtest.CutBefore("UID FETCH").Skip(1).Always())
	if _, err := in.tryReceive(); err == nil {
		t.Fatal("the test is void: nothing broke")
	}
	known := 0
	if err := in.Ledger.Entries(func(Entry) bool { known++; return true }); err != nil || known == 0 || known > 250 {
		t.Errorf("want some mails dealt with, got %d, %v", known, err)
	}
	in.server.IMAPFaults.Clear()
	in.receive()
	equal(t, "topics", []string{"the release plan"}, in.topics("priya-sam"))
}

func TestAPairThatMakesUsStumbleKeepsNobodyElseFromBeingReminded(t *testing.T) {
	t.Parallel()
	in := newInstance(t)
	l := in.logOf("jo-sam") // the first of all
	l.Pair.Follows, l.Pair.Rhythm.Rule, l.Pair.Rhythm.First = meeting.Follows{Source: "team.ics", UID: "1"}, "", ""
	if _, err := in.Content.Save(l); err != nil {
		t.Fatal(err)
	}
	in.Content.Calendar = func(*meeting.Pair) *meeting.Calendar { panic("a rule that nobody thought of") }
	_, err := in.Remind(t.Context())
	if err == nil || !strings.Contains(err.Error(), "jo-sam") {
		t.Errorf("want the pair named, got %v", err)
	}
	if len(in.letters("priya")) == 0 {
		t.Error("want the other pair's letters sent")
	}
}
