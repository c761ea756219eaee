package mailflow

import (
	"errors"
	"slices"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"

	"duolog/meeting"
)

// update writes to the ledger what a test needs there.
func (in *instance) update(write func(*bolt.Tx) error) {
	in.t.Helper()
	if err := in.Ledger.DB.Update(write); err != nil {
		in.t.Fatal(err)
	}
}

func TestTidyForgetsWordsThatHadTheirTimeAndNothingElse(t *testing.T) {
	t.Parallel()
	in := newInstance(t)
	const keep = 14 * 24 * time.Hour
	old, fresh := in.clock.Add(-keep-time.Second), in.clock.Add(-keep)
	words := []meeting.Effect{{Result: meeting.Added}}
	entries := []Entry{
		{Key: "accepted", Outcome: Accepted, Applied: true, Received: old, Effects: words},
		{Key: "dropped", Outcome: Dropped, Received: old, Detail: "words"},
		{Key: "fresh", Outcome: Accepted, Applied: true, Received: fresh, Effects: words, Detail: "words"},
		{Key: "pending", Outcome: Accepted, Received: old, Effects: words, Detail: "words"},
		{Key: "held", Outcome: Held, Received: old, Detail: "words"},
		{Key: "conflict", Outcome: Conflict, Received: old, Detail: "words"},
		{Key: "retryable", Outcome: Dropped, Retryable: true, Received: old, Detail: "words"},
	}
	links := map[string]link{"old": {Expires: in.clock.Add(-rememberLetters - time.Second)}, "fresh": {Expires: in.clock.Add(-rememberLetters)}}
	names := map[string]alias{"old": {"a", in.clock.Add(-rememberAliases - time.Second)}, "fresh": {"b", in.clock.Add(-rememberAliases)}}
	letters := map[string]Letter{"old": {Sent: in.clock.Add(-validity - time.Second)}, "fresh": {Sent: in.clock.Add(-validity)}}
	if err := in.Tidy(keep); err != nil { // nothing there yet
		t.Fatal(err)
	}
	in.update(func(tx *bolt.Tx) (err error) {
		for _, e := range entries {
			err = errors.Join(err, putEntry(tx, e))
		}
		for _, name := range [][]byte{bucketLinks, bucketAliases} {
			_, made := tx.CreateBucketIfNotExists(name)
			err = errors.Join(err, made)
		}
		for _, key := range []string{"old", "fresh"} {
			err = errors.Join(err, putJSON(tx.Bucket(bucketLinks), key, links[key]), putJSON(tx.Bucket(bucketAliases), key, names[key]),
				putLetter(tx, key, letters[key]))
		}
		return err
	})
	wordless := func() (keys []string) {
		for _, e := range entries {
			if got, _ := in.Ledger.Entry(e.Key); got.Effects == nil && got.Detail == "" {
				keys = append(keys, e.Key)
			}
		}
		return keys
	}
	if err := in.Tidy(0); err != nil {
		t.Fatal(err)
	}
	equal(t, "mails without words, when they are kept for ever", nil, wordless())
	if err := in.Tidy(keep); err != nil {
		t.Fatal(err)
	}
	equal(t, "mails without words", []string{"accepted", "dropped"}, wordless())
	_ = in.Ledger.DB.View(func(tx *bolt.Tx) error {
		for _, name := range [][]byte{bucketLinks, bucketAliases, bucketLetters} {
			var left []string
			err := tx.Bucket(name).ForEach(func(k, _ []byte) error {
				left = append(left, string(k))
				return nil
			})
			if err != nil || !slices.Equal(left, []string{"fresh"}) {
				t.Errorf("of the %s are left %v (%v), want the fresh one", name, left, err)
			}
		}
		return nil
	})
}

func TestOnlyAnAcceptedMailTakesItsNames(t *testing.T) {
	t.Parallel()
	in := newInstance(t)
	desk := in.newDesk()
	for _, o := range []Outcome{Held, Duplicate, Conflict, Dropped} {
		in.update(func(tx *bolt.Tx) error {
			return putAliases(tx, Entry{Key: "other", Outcome: o, Received: in.clock}, []string{"a"}, "")
		})
	}
	if key := desk.knownAs([]string{"a"}); key != "" {
		t.Errorf("a mail that was not accepted took the name: %q", key)
	}
	in.update(func(tx *bolt.Tx) error {
		return errors.Join(putAliases(tx, Entry{Key: "first", Outcome: Accepted}, []string{"a"}, ""), putAliases(tx, Entry{Key: "second", Outcome: Accepted}, []string{"a", "b"}, ""))
	})
	if key := desk.knownAs([]string{"none", "a"}); key != "first" {
		t.Errorf("the name is that of %q, want the first that had it", key)
	}
	if key := desk.knownAs([]string{"b"}); key != "second" {
		t.Errorf("the name is that of %q, want the second mail", key)
	}
}

func TestWhatTheOperatorReleasedCountsForNoFlood(t *testing.T) {
	t.Parallel()
	in := newInstance(t)
	e := Entry{Key: "a", Person: "priya", Outcome: Accepted, Received: in.clock}
	for _, change := range []func(*Entry){func(e *Entry) { e.Released = true }, func(e *Entry) { e.Outcome = Held }} {
		other := e
		change(&other)
		in.update(func(tx *bolt.Tx) error {
			for range mailsPerHour {
				if err := putTaken(tx, other); err != nil {
					return err
				}
			}
			return nil
		})
	}
	if in.newDesk().flooded(e) {
		t.Error("mails that were not taken from her count")
	}
	in.update(func(tx *bolt.Tx) error {
		for range mailsPerHour {
			if err := putTaken(tx, e); err != nil {
				return err
			}
		}
		return nil
	})
	for after, want := range map[time.Duration]bool{0: true, time.Hour - 1: true, time.Hour: false, -time.Hour: false, -time.Hour + 1: true} {
		later := e
		later.Received = e.Received.Add(after)
		if got := in.newDesk().flooded(later); got != want {
			t.Errorf("%v after as many as an hour may have: held %v, want %v", after, got, want)
		}
	}
}
