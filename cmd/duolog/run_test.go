//go:build unix

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	bolt "go.etcd.io/bbolt"

	"duolog/mailflow"
	"duolog/mailflow/inbox"
	"duolog/mailflow/mailtest"
	"duolog/stumble"
)

// noHugo makes every build fail at once, which leaves a trace of what was to be built.
const noHugo = ", hugo: /nonexistent/hugo"

func TestThePagesOfAReplyAreBuiltThoughItsMailCannotBeMoved(t *testing.T) {
	t.Parallel()
	w := aService(t, 1, noHugo)
	w.server.IMAPFaults.Add(mailtest.Refuse("UID MOVE", "NO [OVERQUOTA] the folder Done is full").Always())
	if err := w.service.pass(t.Context(), w.reply(t, "r0", "r0-m0")); err == nil || !strings.Contains(err.Error(), "OVERQUOTA") {
		t.Errorf("the pass says %v, want the server's refusal", err)
	}
	if !slices.Contains(w.behind, "r0-m0") {
		t.Errorf("the pages of %q were tried, want those of r0-m0", w.behind)
	}
}

func TestABrokenPairKeepsTheServiceFromNobodyElsesMail(t *testing.T) {
	t.Parallel()
	w := aService(t, 2, noHugo)
	var told []error
	w.trouble = func(err error) { told = append(told, err) }
	broken := filepath.Join(w.store.Dir(), "pairs", "r1-m0", "_index.md")
	if err := os.WriteFile(broken, []byte("---\n<<<<<<< HEAD\npair: r1-m0\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := w.service.pass(t.Context(), w.reply(t, "r0", "r0-m0")); err != nil {
		t.Errorf("the pass says %v, which would end the connection", err)
	}
	if l, err := w.store.Log("r0-m0"); err != nil || !strings.Contains(fmt.Sprint(l.Topics[len(l.Topics)-1].Text), "the release plan") {
		t.Errorf("the reply to the other pair is not in its log (%v)", err)
	}
	if len(told) == 0 || !strings.Contains(errors.Join(told...).Error(), broken) {
		t.Errorf("the operator heard %v, want the broken file", told)
	}
}

// TestOldMailGoesThoughAPairHasTrouble has an acceptance that cannot be finished, pass after pass.
func TestOldMailGoesThoughAPairHasTrouble(t *testing.T) {
	t.Parallel()
	w := aService(t, 1, noHugo)
	stuck, err := json.Marshal(mailflow.Entry{Key: "stuck", Outcome: mailflow.Accepted, Released: true})
	check(t, err)
	check(t, w.ledger.DB.Update(func(tx *bolt.Tx) error {
		refile, err := tx.CreateBucketIfNotExists([]byte("refile"))
		if err != nil {
			return err
		}
		return errors.Join(tx.Bucket([]byte("mails")).Put([]byte("stuck"), stuck), refile.Put([]byte("stuck"), []byte{1}))
	}))
	box := w.reply(t, "r0", "r0-m0")
	check(t, w.server.Put("1on1@acme.example", "Done", []byte("Subject: old\r\n\r\nwords\r\n"), w.now().AddDate(0, 0, -20)))
	for range 2 { // the first has a reply to build
		if err := w.service.pass(t.Context(), box); !errors.Is(err, inbox.ErrAgain) {
			t.Fatalf("the pass says %v, want that mails wait", err)
		}
	}
	if done, err := w.server.Mails("1on1@acme.example", "Done"); err != nil || len(done) != 1 {
		t.Errorf("%d mails are in Done, want the new one alone (%v)", len(done), err)
	}
}

func TestTheSameTroubleIsToldOnceWhateverPortItNames(t *testing.T) {
	var told []string
	tell := once(func(err error) { told = append(told, err.Error()) })
	for port := range 1000 {
		tell(fmt.Errorf("read tcp 127.0.0.1:%d->127.0.0.1:993: connection reset by peer", 40000+port))
	}
	tell(errors.New("login refused"))
	if len(told) != 2 {
		t.Errorf("told %q, want two", told)
	}
}

func TestTroubleIsToldWithWhatToDo(t *testing.T) {
	var log bytes.Buffer
	in := &instance{log: slog.New(slog.NewTextHandler(&log, nil))}
	in.tellTrouble(in.adviseMailbox(errors.New("imap 127.0.0.1:993: login refused: NO")))
	in.tellTrouble(in.adviseMailbox(ofWork(errors.New("pair r0-m0: line 3"))))
	if said := log.String(); strings.Count(said, "hint=") != 1 || !strings.Contains(said, "imap.username") {
		t.Errorf("the log says %s, want a hint for the login alone", said)
	}
	log.Reset()
	in.tellTrouble(in.adviseMailbox(stumble.Guard(func() error { panic("a bug") })))
	if said := log.String(); !strings.Contains(said, "report it") || strings.Contains(said, "imap.host") {
		t.Errorf("the log says %s, want a bug to be reported and no word of the mailbox", said)
	}
}

func TestPairsThatAreLeftOutAreToldOnceAndWhenTheyAreBack(t *testing.T) {
	t.Parallel()
	w := aService(t, 2, noHugo)
	var log bytes.Buffer
	w.log = slog.New(slog.NewTextHandler(&log, nil))
	file := filepath.Join(w.store.Dir(), "pairs", "r1-m0", "_index.md")
	good, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, content := range [][]byte{[]byte("---\nbroken: [\n"), good} {
		if err := os.WriteFile(file, content, 0o600); err != nil {
			t.Fatal(err)
		}
		for range 3 {
			if err := w.enrol(); err != nil {
				t.Fatal(err)
			}
		}
	}
	if said := log.String(); strings.Count(said, "left out") != 1 || strings.Count(said, "read again") != 1 {
		t.Errorf("want one line that it is left out and one that it is back, got\n%s", said)
	}
}

func TestAHangupTakesOverOnlyAConfigurationThatCanBeRead(t *testing.T) {
	t.Parallel()
	w := aService(t, 1, noHugo)
	var log bytes.Buffer
	w.log = slog.New(slog.NewTextHandler(&log, nil))
	file := configFile(w.dir)
	good, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	write := func(raw []byte) {
		if err := os.WriteFile(file, raw, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(w.configChanged(), w.checkConfig()); err != nil || log.Len() > 0 {
		t.Errorf("before a change: %v, %s", err, &log)
	}
	write(bytes.Replace(good, []byte("sender:"), []byte("sendr:"), 1))
	if err := w.configChanged(); err == nil || !strings.Contains(err.Error(), "sendr") || hintOf(err) == "" {
		t.Errorf("a slip of the pen says %v, want it named, with a hint", err)
	}
	if err := w.configChanged(); err != nil {
		t.Errorf("the same slip is told again: %v", err)
	}
	hangup := make(chan os.Signal)
	taken := make(chan bool)
	for _, bad := range [][]byte{bytes.Replace(good, []byte("sender:"), []byte("sendr:"), 1), bytes.Replace(good, []byte("smtp: {"), []byte("smtp: {password_file: secrets/none, "), 1)} {
		write(bad)
		ctx, cancel := context.WithCancel(t.Context())
		go func() { taken <- w.awaitHangup(ctx, hangup) }()
		hangup <- os.Interrupt
		select {
		case hangup <- os.Interrupt: // is heard only when the first left the service as it was
		case <-taken:
			t.Fatalf("a configuration was taken over with which no service starts:\n%s", bad)
		}
		cancel()
		<-taken
	}
	write(append(good, "# another\n"...))
	if err := w.configChanged(); err != nil || !strings.Contains(log.String(), "SIGHUP") {
		t.Errorf("a good change says %v and %s, want how to take it over", err, &log)
	}
	if err := w.checkConfig(); !errors.Is(err, errNeedsPerson) {
		t.Errorf("check says %v of an older configuration", err)
	}
	go func() { taken <- w.awaitHangup(t.Context(), hangup) }()
	hangup <- os.Interrupt
	if !<-taken {
		t.Error("a good configuration was not taken over")
	}
}
