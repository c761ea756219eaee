package mailflow

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	bolt "go.etcd.io/bbolt"

	"duolog/mailflow/inbox"
	"duolog/meeting"
)

// line is an instance whose people each report to the next, so that every mail has a person in common with others.
func line(t testing.TB, people int) *instance {
	t.Helper()
	in := newInstance(t)
	for n := range people {
		id := fmt.Sprintf("w%d", n)
		p := &meeting.Person{ID: id, Name: fmt.Sprintf("Worker Number%d", n), Addresses: []string{id + "@example.org"}, Zone: "Europe/Berlin", Language: []string{"en", "de"}[n%2]}
		if n%3 > 0 {
			p.Recipient = "age1" + id
		}
		if err := in.Content.SavePerson(p); err != nil {
			t.Fatal(err)
		}
	}
	for n := range people - 1 {
		if _, err := in.Content.Save(&meeting.Log{Pair: pairOf(fmt.Sprintf("w%d", n), fmt.Sprintf("w%d", n+1))}); err != nil {
			t.Fatal(err)
		}
	}
	in.enrol()
	return in
}

// lineMails are mails of everybody in the line to each of their pairs, in an order drawn by chance, with copies, forged ones and mails of
// the same name among them.
func (in *instance) lineMails(people, each int, r *rand.Rand) []inbox.Message {
	texts := []string{
		"the release plan", "I will ask Lena about it by Friday", "T1 discussed\n\nagreed: no meetings on Friday", "undo", "private: I am looking for another job",
		"A1 done", "pause until 5 Jan", "start", "skip: I am away", "can we move to Thu 10:00?", "note: the launch slips\n\nT2 private", "Thanks!", "new password",
		"my time zone is America/New_York", "language: French", "T1: after the summer\n\nyou will write the report by tomorrow", "A2 drop: not needed", "yes", "help", "every two weeks",
	}
	var raws [][]byte
	for n := range people - 1 {
		for _, from := range []int{n, n + 1} {
			for range each {
				m := mail{from: fmt.Sprintf("w%d", from), pair: fmt.Sprintf("w%d-w%d", n, n+1), text: texts[r.IntN(len(texts))]}
				if r.IntN(2) == 0 {
					m.text += fmt.Sprintf("\n\nI will send it by Monday\n\ntopic: thought %d", r.IntN(9))
				}
				switch r.IntN(12) {
				case 0:
					m.results = "dmarc=fail header.from=example.org"
				case 1:
					m.id = fmt.Sprintf("same%d@mail.example.org", r.IntN(2))
				case 2:
					raws = append(raws, in.raw(m))
					in.mails--
				}
				raws = append(raws, in.raw(m))
			}
		}
	}
	r.Shuffle(len(raws), func(i, j int) { raws[i], raws[j] = raws[j], raws[i] })
	var all []inbox.Message
	for _, raw := range raws {
		all = append(all, inbox.Message{Raw: raw, Size: int64(len(raw)), Received: in.clock})
	}
	return all
}

// dealt deals with the mails, so many at a time.
func (in *instance) dealt(mails []inbox.Message, together int) {
	in.t.Helper()
	for batch := range slices.Chunk(mails, together) {
		in.Content.Reload()
		if _, err := in.deal(context.Background(), batch); err != nil {
			in.t.Fatal(err)
		}
	}
}

// known is what the ledger keeps, or some buckets of it.
func (in *instance) known(buckets ...[]byte) string {
	in.t.Helper()
	var b strings.Builder
	err := in.Ledger.DB.View(func(tx *bolt.Tx) error {
		return tx.ForEach(func(name []byte, bucket *bolt.Bucket) error {
			if len(buckets) > 0 && !slices.ContainsFunc(buckets, func(b []byte) bool { return bytes.Equal(b, name) }) {
				return nil
			}
			return dump(&b, string(name), bucket)
		})
	})
	if err != nil {
		in.t.Fatal(err)
	}
	return b.String()
}

func TestACrowdInOneBatchEndsAsOneMailAfterTheOther(t *testing.T) {
	t.Parallel()
	const people = 12
	for seed := range uint64(6) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			alone, together := line(t, people), line(t, people)
			mails := alone.lineMails(people, 1+int(seed)/2*3, rand.New(rand.NewPCG(seed, 0)))
			alone.dealt(mails, 1)
			together.dealt(mails, len(mails))
			sameFiles(t, alone.store(), together.store())
			buckets := [][]byte{bucketMails, bucketIDs, bucketTaken, bucketAnswers}
			sameLines(t, alone.known(buckets...), together.known(buckets...))
		})
	}
}

// TestTheAnswersToACrowdAreThoseToEachAlone has one mail of each pair, since an answer tells of the log as it is once the whole batch is in it.
func TestTheAnswersToACrowdAreThoseToEachAlone(t *testing.T) {
	t.Parallel()
	const people = 100
	alone, together := line(t, people), line(t, people)
	var mails []inbox.Message
	for n := range people - 1 {
		raw := alone.raw(mail{from: fmt.Sprintf("w%d", n), pair: fmt.Sprintf("w%d-w%d", n, n+1), text: "topic: the release plan\n\nI will ask Lena by Friday\n\nprivate: not for all"})
		mails = append(mails, inbox.Message{Raw: raw, Size: int64(len(raw)), Received: alone.clock})
	}
	alone.dealt(mails, 1)
	together.dealt(mails, len(mails))
	sameFiles(t, alone.store(), together.store())
	sameLines(t, alone.known(), together.known())
	if got := len(together.letters("w0")); got != 1 {
		t.Errorf("want 1 answer to the first, got %d", got)
	}
}

func sameLines(t testing.TB, want, got string) {
	t.Helper()
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range max(len(w), len(g)) {
		if a, b := at(w, i), at(g, i); a != b {
			t.Fatalf("line %d\nwant: %s\ngot:  %s", i, cmp.Or(a, "nothing"), cmp.Or(b, "nothing"))
		}
	}
}

func at(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return ""
}
