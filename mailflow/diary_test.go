package mailflow

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"

	"duolog/meeting"
)

// A pair that rests is not even read: its file can be broken without a trace, and nobody notices until there is a reason to look.
func TestAPairAtRestIsLookedAtAgainForEveryReasonAndForNoOther(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(in *instance, index string)
		looks  bool
	}{
		"none":                  {func(in *instance, _ string) {}, false},
		"a minute":              {func(in *instance, _ string) { in.clock = in.clock.Add(time.Minute) }, false},
		"an hour":               {func(in *instance, _ string) { in.clock = in.clock.Add(lookAgain) }, true},
		"the clock going back":  {func(in *instance, _ string) { in.clock = in.clock.Add(-time.Minute) }, true},
		"a new process":         {func(in *instance, _ string) { in.reminding = nil }, true},
		"a file edited by hand": {func(in *instance, index string) { edit(in, index) }, true},
		"a new file":            {func(in *instance, index string) { edit(in, filepath.Join(filepath.Dir(index), "2026-11-26.md")) }, true},
		"an old meeting's file, replaced": {func(in *instance, index string) {
			old := filepath.Join(filepath.Dir(index), "2026-01-01.md")
			if err := errors.Join(os.WriteFile(old+".new", nil, 0o600), os.Rename(old+".new", old)); err != nil {
				in.t.Fatal(err)
			}
		}, true},
		"its person's file":       {func(in *instance, _ string) { edit(in, filepath.Join(in.Content.Dir(), "people", "priya.md")) }, true},
		"another person's file":   {func(in *instance, _ string) { edit(in, filepath.Join(in.Content.Dir(), "people", "jo.md")) }, false},
		"other holidays":          {func(in *instance, _ string) { in.Content.Holidays = []string{"2026-12-25"} }, true},
		"a letter that falls due": {func(in *instance, _ string) { in.clock = time.Date(2026, 12, 2, 15, 0, 0, 0, time.UTC) }, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in := newInstance(t)
			for range 3 {
				remind(t, in)
			}
			index := filepath.Join(in.Content.Dir(), "pairs", "priya-sam", "_index.md")
			breakWithoutTrace(t, index)
			c.change(in, index)
			_, err := in.Remind(context.Background())
			if looked := err != nil; looked != c.looks {
				t.Errorf("want looked at %v, got %v (%v)", c.looks, looked, err)
			}
		})
	}
}

func TestAPairAtRestWakesForWhatIsToBeCarriedOut(t *testing.T) {
	t.Parallel()
	in := newInstance(t)
	l, err := in.Content.Log("priya-sam")
	if err != nil {
		t.Fatal(err)
	}
	l.Report.Consent = &meeting.Consent{State: "no", Origin: meeting.Origin{By: "priya", At: in.clock}}
	if _, err := in.Content.Save(l); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if done, err := in.CarryOut(context.Background()); err != nil || len(done) > 0 {
			t.Fatalf("want nothing yet, got %v, %v", done, err)
		}
	}
	in.clock = in.clock.Add(declinedAfter)
	if done, err := in.CarryOut(context.Background()); err != nil || len(done) != 1 {
		t.Errorf("want the enrolment deleted at its time, got %v, %v", done, err)
	}
}

// A pair whose letter could not be queued does not rest.
func TestALetterThatNobodyWasReachedByIsOwedAtTheNextLook(t *testing.T) {
	t.Parallel()
	in := newInstance(t)
	in.clock = time.Date(2026, 12, 2, 15, 30, 0, 0, time.UTC) // Sam's letter before the meeting fell due
	bounced(t, in, Bounces{Person: "sam", Address: "sam@example.org", Count: hardBounces})
	for range 3 {
		for _, o := range remind(t, in) {
			if o.Person == "sam" {
				t.Fatalf("%s was queued for somebody whose mail comes back", o.Key)
			}
		}
	}
	bounced(t, in, Bounces{Person: "sam", Address: "sam@example.org"})
	for _, o := range remind(t, in) {
		if o.Person == "sam" {
			return
		}
	}
	t.Error("want the letter at the next look, got none")
}

func remind(t *testing.T, in *instance) []meeting.Occasion {
	t.Helper()
	queued, err := in.Remind(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return queued
}

func bounced(t *testing.T, in *instance, b Bounces) {
	t.Helper()
	err := in.Ledger.DB.Update(func(tx *bolt.Tx) error {
		bucket, err := tx.CreateBucketIfNotExists(bucketBounces)
		if err != nil {
			return err
		}
		return putJSON(bucket, b.Person, b)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// edit makes sure that the file is there, changed now.
func edit(in *instance, path string) {
	in.t.Helper()
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY, 0o600)
	if err == nil {
		_ = f.Close()
		later := time.Now().Add(time.Second)
		err = os.Chtimes(path, later, later)
	}
	if err != nil {
		in.t.Fatal(err)
	}
}

// breakWithoutTrace leaves the size and the time of the file as they were.
func breakWithoutTrace(t *testing.T, path string) {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(path)
	if err == nil {
		err = os.WriteFile(path, bytes.ReplaceAll(raw, []byte(":"), []byte("?")), 0o600)
	}
	if err == nil {
		err = os.Chtimes(path, info.ModTime(), info.ModTime())
	}
	if err != nil {
		t.Fatal(err)
	}
}
