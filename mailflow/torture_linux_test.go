package mailflow

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"duolog/mailflow/mailtest"
	"duolog/meeting"
)

// With TORTURE=N the tests of this file and of the kill test try every N-th point instead of a sample: `make torture`. With
// TORTURE_MAIL they also try the mails of a folder: raw messages *.eml, with placeholders for what only an instance knows.
var torture, _ = strconv.Atoi(os.Getenv("TORTURE"))

// every is the distance between the points that are tried.
func every(sample int) int {
	if torture > 0 {
		return torture
	}
	return sample
}

// tortured is one mail, or a few in their order, of a set.
type tortured struct {
	name  string
	mails func(t *testing.T, in *instance) [][]byte
}

func torturedMails(t *testing.T) []tortured {
	t.Helper()
	var all []tortured
	for _, c := range hostile {
		all = append(all, tortured{"hostile: " + c.name, func(_ *testing.T, in *instance) [][]byte {
			m := c.mail
			if m.from == "" {
				m.from = "priya"
			}
			return [][]byte{in.raw(m)}
		}})
	}
	for _, w := range slices.Concat(writtenMails, zooMails) {
		all = append(all, tortured{"written: " + w.name, func(t *testing.T, in *instance) [][]byte {
			raw := w.mail(t, in)
			if strings.HasPrefix(w.name, "bare") { // an IMAP server has it with CRLF
				raw = bytes.ReplaceAll(raw, []byte("\n"), []byte("\r\n"))
			}
			return [][]byte{raw}
		}})
	}
	foreign, err := filepath.Glob(filepath.Join(os.Getenv("TORTURE_MAIL"), "*.eml"))
	if err != nil {
		t.Fatal(err)
	}
	if os.Getenv("TORTURE_MAIL") == "" {
		return all
	}
	for _, path := range foreign {
		all = append(all, tortured{"foreign: " + filepath.Base(path), func(t *testing.T, in *instance) [][]byte {
			raw, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			return [][]byte{in.placed(t, raw)}
		}})
	}
	return all
}

// placed writes what only this instance knows for the placeholders of a foreign mail.
func (in *instance) placed(t *testing.T, raw []byte) []byte {
	t.Helper()
	stamp := func(person, pair string, expires time.Time) (to, id string) {
		s, err := in.Policy.Register.Stamp(person, pair, pair+"/x", expires)
		if err != nil {
			t.Fatal(err)
		}
		return s.ReplyTo, s.MessageID
	}
	later := in.clock.Add(100 * 24 * time.Hour)
	to, id := stamp("priya", "priya-sam", later)
	other, _ := stamp("jo", "jo-sam", later)
	old, _ := stamp("priya", "priya-sam", in.clock.Add(-24*time.Hour))
	in.mails++
	return []byte(strings.NewReplacer(
		"{{TO_TOKEN}}", to, "{{OTHER_TOKEN}}", other, "{{EXPIRED_TOKEN}}", old, "{{PAST_TOKEN}}", to, "{{NEXT_TOKEN}}", to,
		"{{TO_TOKEN_UPPER}}", strings.ToUpper(to), "{{TO_TOKEN_PCT}}", strings.Replace(to, "+", "%2B", 1),
		"{{FROM_ADDR}}", "priya@example.org", "{{FROM_DOMAIN}}", "example.org", "{{FROM_ADDR_UPPER}}", "PRIYA@EXAMPLE.ORG",
		"{{FROM_ADDR_PLUS}}", "priya+work@example.org", "{{FROM_ADDR_Q}}", "=?utf-8?q?priya=40example.org?=", "{{PEER_ADDR}}", "sam@example.org",
		"{{BASE_ADDR}}", bot, "{{BOUNCE_ADDR}}", bot, "{{MSGID}}", fmt.Sprintf("%d.foreign@mail.example.org", in.mails), "{{OUR_MSGID}}", id,
		"{{ENVID}}", id, "{{ICS_UID}}", "priya-sam.2026-12-03@example.org", "{{AUTHSERV}}", authserv,
		"{{DATE}}", in.clock.Format(time.RFC1123Z), "{{DATE_PLUS_10MIN}}", in.clock.Add(10*time.Minute).Format(time.RFC1123Z),
	).Replace(string(raw)))
}

// canaries stand in the log of each pair, and must stand nowhere else.
var canaries = map[string]string{"priya-sam": "canary-peach", "jo-sam": "canary-plum"}

// tortureInstance has canaries in its logs and an honest mail to each pair beside the mails of a case.
func tortureInstance(t *testing.T, start time.Time, c tortured) *instance {
	t.Helper()
	in := newInstanceIn(t, quickDir(t), start, mailtest.Options{})
	for pair, canary := range canaries {
		l, err := in.Content.Log(pair)
		if err != nil {
			t.Fatal(err)
		}
		l.Apply([]meeting.Intent{{Kind: meeting.AddTopic, Text: canary}}, meeting.Mail{Key: "seed", By: "sam", At: start.Add(-time.Hour)})
		if _, err := in.Content.Save(l); err != nil {
			t.Fatal(err)
		}
	}
	in.put(mail{from: "sam", pair: "jo-sam", occasion: "jo-sam/x", text: "topic: " + canaries["jo-sam"] + " again"})
	for _, raw := range c.mails(t, in) {
		in.putRaw(raw)
	}
	in.put(mail{from: "priya", occasion: "priya-sam/x", text: "I will ask Lena about " + canaries["priya-sam"] + " by Friday"})
	in.configure()
	return in
}

// tally counts what `make torture` tells.
type tally struct {
	mu                    sync.Mutex
	cases, points, runs   int
	lost, doubled, leaked int
	begin                 time.Time
}

func (s *tally) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return fmt.Sprintf("%d mails, %d points of stop, %d runs: %d lost, %d doubled, %d leaked, in %s",
		s.cases, s.points, s.runs, s.lost, s.doubled, s.leaked, time.Since(s.begin).Round(time.Second))
}

func (s *tally) count(cases, points, runs int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.cases, s.points, s.runs = s.cases+cases, s.points+points, s.runs+runs
}

// compare counts the lines that are missing from a state, and those that it has more of.
func (s *tally) compare(t *testing.T, want, got crashState) {
	t.Helper()
	lines := func(c crashState) (all []string) {
		for name, text := range c.store {
			for line := range strings.Lines(text) {
				all = append(all, name+": "+line)
			}
		}
		return append(append(append(all, c.letters...), c.entries...), c.folders, fmt.Sprintf("%d raw", c.held))
	}
	count := map[string]int{}
	for _, l := range lines(want) {
		count[l]++
	}
	for _, l := range lines(got) {
		count[l]--
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for line, n := range count {
		if n > 0 {
			s.lost += n
			t.Errorf("lost: %q", line)
		}
		if n < 0 {
			s.doubled -= n
			t.Errorf("doubled or new: %q", line)
		}
	}
}

// leaks looks for the canaries of each pair where they must not be.
func (s *tally) leaks(t *testing.T, in *instance, said string) {
	t.Helper()
	found := func(where string) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.leaked++
		t.Errorf("a canary is in %s", where)
	}
	for pair, canary := range canaries {
		other := "jo-sam"
		if pair == other {
			other = "priya-sam"
		}
		for name, text := range in.store() {
			if strings.Contains(text, canary) && !strings.HasPrefix(name, "pairs/"+pair+"/") {
				found(name)
			}
		}
		if strings.Contains(said, canary) {
			found("what the program said")
		}
		reader := strings.TrimSuffix(other, "-sam")
		for _, m := range in.arrived(reader) {
			if strings.Contains(m.Text+m.HTML+m.Header.Text("Subject"), canary) {
				found("a letter to " + reader)
			}
		}
		in.open()
		_ = in.Ledger.Entries(func(e Entry) bool {
			if raw, _ := json.Marshal(e); e.Pair == other && strings.Contains(string(raw), canary) {
				found("the ledger's entry of a mail to " + other)
			}
			return true
		})
		_ = in.Ledger.Close()
	}
}

// TestEveryMailKilledAnywhereEndsAsIfItHadNot runs the real program over each mail of the sets, kills it at one point after another,
// runs it again, and compares with a run that was left alone.
func TestEveryMailKilledAnywhereEndsAsIfItHadNot(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the program")
	}
	t.Parallel()
	program := buildProgram(t)
	s := &tally{begin: time.Now()}
	t.Cleanup(func() { t.Log(s) }) // when all mails are through
	for n, c := range torturedMails(t) {
		if torture == 0 && n%10 != 0 && !strings.HasPrefix(c.name, "foreign") {
			continue
		}
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s.torture(t, program, c, n)
			if torture > 0 {
				fmt.Fprintf(os.Stderr, "%s: %v\n", c.name, s) // it takes long
			}
		})
	}
}

// again is how many points share one more run over what is done already, each in its turn.
const again = 8

func (s *tally) torture(t *testing.T, program string, c tortured, n int) {
	start := time.Now()
	whole := tortureInstance(t, start, c)
	points := whole.run(program, 0)
	want := whole.stateAfterKill()
	s.leaks(t, whole, whole.said)
	whole.run(program, 0)
	s.compare(t, want, whole.stateAfterKill())
	whole.end()
	s.count(1, 0, 2)
	step := every(points)
	for at := 1 + n*7%step; at <= points; at += step { // other points for each mail
		in := tortureInstance(t, start, c)
		in.run(program, at)
		said := in.said
		in.run(program, 0)
		said += in.said
		s.compare(t, want, in.stateAfterKill())
		s.count(0, 1, 2)
		if torture == 0 || (at+n)%again == 0 {
			in.run(program, 0)
			s.compare(t, want, in.stateAfterKill())
			s.count(0, 0, 1)
		}
		s.leaks(t, in, said+in.said)
		in.end()
		if t.Failed() {
			t.Fatalf("killed at point %d of %d", at, points)
		}
	}
}

// faultyCalls are the system calls by which the program changes files, and how each may fail. write is for named files alone: Go's
// runtime wakes itself with it, and stands still when that fails.
var faultyCalls = []struct {
	call   string
	errors []string
}{
	{"openat", []string{"ENOSPC", "EROFS", "EIO"}},
	{"pwrite64", []string{"ENOSPC", "EIO"}},
	{"ftruncate", []string{"ENOSPC", "EFBIG"}},
	{"fsync", []string{"EIO"}},
	{"fdatasync", []string{"EIO"}},
	{"syncfs", []string{"EIO"}},
	{"renameat", []string{"ENOSPC", "EIO", "EROFS"}},
	{"mkdirat", []string{"ENOSPC", "EROFS"}},
	{"unlinkat", []string{"EIO", "EROFS"}},
}

// TestAnErrorOfTheDiskAnywhereLosesNothing has one system call of the real program fail, each in turn, and compares what the
// next run makes of it with a run that was left alone. strace makes the errors.
func TestAnErrorOfTheDiskAnywhereLosesNothing(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the program")
	}
	if _, err := exec.LookPath("strace"); err != nil {
		t.Skip("needs strace")
	}
	t.Parallel()
	program := buildProgram(t)
	start := time.Now()
	s := &tally{begin: start}
	whole := killInstance(t, start)
	before := whole.contents(t)
	counts := whole.calls(t, program)
	counts["write"] = 1 // of a file that is named
	want := whole.stateAfterKill()
	var all, some []string // strace's words
	for _, f := range faultyCalls {
		for _, errno := range f.errors {
			for n := 1; n <= counts[f.call]; n++ {
				all = append(all, fmt.Sprintf("%s:error=%s:when=%d", f.call, errno, n))
			}
		}
	}
	if len(all) < 100 {
		t.Fatalf("the test is void: only %v", counts)
	}
	for i := 0; i < len(all); i += every(len(all)/25 + 1) {
		some = append(some, all[i])
	}
	for _, fault := range append(some, "write:error=ENOSPC:when=1 priya-sam", "write:error=EIO:when=1 jo-sam", "write:error=EFBIG:when=1 priya-sam") {
		t.Run(fault, func(t *testing.T) {
			in := killInstance(t, start)
			fault, pair, named := strings.Cut(fault, " ")
			options := []string{"-e", "inject=" + fault}
			if named { // the file that is written before it takes the place of the pair's page
				options = append(options, "-e", "trace=write", "-P", filepath.Join(in.dir, "content/pairs", pair, "._index.md.tmp"))
			}
			said, log := in.strace(t, program, options...)
			if s.count(0, 0, 1); !strings.Contains(log, "(INJECTED)") { // strace counts the calls of each thread alone
				in.end()
				return
			}
			s.count(0, 1, 2)
			if !wasHeard(fault, in.dir, said, log) {
				t.Errorf("the program went on as if nothing had failed: %q", injected(log))
			}
			if strings.Contains(said, "second try") && !syncedAgain(log) {
				t.Errorf("what could not be made durable was not, and yet the mails were filed: %q", injected(log))
			}
			in.wholeFiles(t, before, want.store)
			in.run(program, 0)
			s.compare(t, want, in.stateAfterKill())
			in.run(program, 0)
			s.compare(t, want, in.stateAfterKill())
			in.end()
			if t.Failed() {
				t.Logf("the program said:\n%s", said)
			}
		})
	}
	t.Logf("%d errors came, of %d tried, in %v: %v", s.points, s.runs-2*s.points, counts, s)
	if s.points < 10 {
		t.Error("the test is void: too few errors came")
	}
}

// wasHeard tells whether the program ended with the error of strace's words, or told that it had to try again.
func wasHeard(fault, dir, said, log string) bool {
	_, rest, _ := strings.Cut(fault, ":error=")
	name, _, _ := strings.Cut(rest, ":")
	errno := map[string]syscall.Errno{"ENOSPC": syscall.ENOSPC, "EIO": syscall.EIO, "EROFS": syscall.EROFS, "EFBIG": syscall.EFBIG}[name]
	if !slices.ContainsFunc(injected(log), func(call string) bool { return matters(call, dir, log) }) {
		return true
	}
	for line := range strings.Lines(said) {
		if strings.HasPrefix(line, "duolog: error:") && (strings.Contains(line, errno.Error()) || strings.Contains(line, "second try")) {
			return true
		}
	}
	return false
}

// matters tells whether somebody has to hear that the call failed. Nobody needs to of what lies outside the instance, where Go and the
// libraries look for files that may be missing; of a file that could not be read, since who reads ahead or looks whether something changed
// leaves it to the one who needs it to read it and to complain; and of a file that could not be removed because there was none.
func matters(call, dir, log string) bool {
	_, path, _ := strings.Cut(call, dir)
	path, _, _ = strings.Cut(dir+path, `"`)
	switch {
	case !strings.Contains(call, dir):
		return false
	case strings.Contains(call, " openat("):
		return strings.Contains(call, "O_WRONLY") || strings.Contains(call, "O_RDWR")
	case strings.Contains(call, " unlinkat("):
		return !strings.Contains(log, path+`", AT_REMOVEDIR) = -1 ENOENT`) // Go tries this next
	}
	return true
}

// syncedAgain tells whether all that could not be synced was synced later.
func syncedAgain(log string) bool {
	for _, call := range injected(log) {
		_, name, sync := strings.Cut(call, " fsync(")
		_, name, _ = strings.Cut(name, "<")
		name, _, _ = strings.Cut(name, ">")
		_, later, _ := strings.Cut(log, call)
		if sync && !strings.Contains(later, "<"+name+">) = 0") {
			return false
		}
	}
	return true
}

// TestAFolderThatCouldNotBeSyncedIsSyncedBeforeItsMailsAreFiled has the files of a log written and renamed, but not their folder made durable:
// the second try, or the next run, finds nothing to write, and must not take that for done.
func TestAFolderThatCouldNotBeSyncedIsSyncedBeforeItsMailsAreFiled(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the program")
	}
	if _, err := exec.LookPath("strace"); err != nil {
		t.Skip("needs strace")
	}
	t.Parallel()
	program := buildProgram(t)
	start := time.Now()
	whole := killInstance(t, start)
	whole.calls(t, program)
	want := whole.stateAfterKill()
	in := killInstance(t, start)
	folder := filepath.Join(in.dir, "content/pairs/priya-sam")
	said, log := in.strace(t, program, "-P", folder, "-e", "inject=fsync:error=EIO:when=1")
	if twice := len(injected(log)) > 1; len(injected(log)) == 0 || !twice && (!strings.Contains(said, "second try") || !syncedAgain(log)) { // once a thread
		t.Errorf("want it tried again and told, got %q\n%s\n%s", injected(log), log, said)
	}
	in = killInstance(t, start)
	folder = filepath.Join(in.dir, "content/pairs/priya-sam")
	said, log = in.strace(t, program, "-P", folder, "-e", "inject=fsync:error=EIO")
	if len(injected(log)) < 2 || !strings.Contains(said, "duolog: error: change log of priya-sam: sync") {
		t.Fatalf("want it tried twice and told, got %q\n%s", injected(log), said)
	}
	sameFiles(t, want.store, in.store())
	_, log = in.strace(t, program, "-P", folder)
	if !strings.Contains(log, "fsync(") {
		t.Errorf("want %s synced before its mails are filed, got\n%s", folder, log)
	}
	sameState(t, want, in.stateAfterKill())
}

// injected are the calls that strace let fail, each wholly: the calls of another thread may have come in between.
func injected(log string) []string {
	begun, failed := map[string]string{}, []string(nil) // by thread
	for line := range strings.Lines(log) {
		thread, _, _ := strings.Cut(line, " ")
		if call, unfinished := strings.CutSuffix(strings.TrimSpace(line), "<unfinished ...>"); unfinished {
			begun[thread] = call
		}
		if !strings.Contains(line, "(INJECTED)") {
			continue
		}
		if strings.Contains(line, " resumed>") {
			line = begun[thread] + line
		}
		failed = append(failed, line)
	}
	return failed
}

// TestAnAnswerCutAtAnyByteChangesNothing cuts the connection after so many bytes of the answers to each command of a pass.
func TestAnAnswerCutAtAnyByteChangesNothing(t *testing.T) {
	t.Parallel()
	whole := crashInstance(t)
	whole.receive()
	want := whole.state()
	s := &tally{begin: time.Now()}
	for _, c := range []struct {
		command     string
		skip, bytes int
	}{{"UID SEARCH", 0, 60}, {"UID FETCH", 0, 900}, {"UID FETCH", 1, 4500}, {"UID MOVE", 0, 200}, {"UID MOVE", 1, 200}, {"UID STORE", 0, 60}, {"UID EXPUNGE", 0, 60}} {
		for n := 0; n < c.bytes; n += every(389) {
			in := crashInstance(t)
			in.server.IMAPFaults.Add(mailtest.CutAt(c.command, n).Skip(c.skip))
			_, _ = in.tryReceive()
			if in.server.IMAPFaults.Fired() == 0 {
				t.Fatalf("the test is void: no %s no. %d was sent", c.command, c.skip+1)
			}
			in.server.IMAPFaults.Clear()
			in.reopen()
			in.receive()
			s.compare(t, want, in.state())
			in.receive()
			s.compare(t, want, in.state())
			s.points++
			s.runs += 3
			_ = in.Ledger.Close()
			in.end()
			if t.Failed() {
				t.Fatalf("cut after %d bytes of the answer to %s", n, c.command)
			}
		}
	}
	t.Log(s)
}

// TestServersOfLesserMeansComeToTheSame hides what servers may lack; the mails end elsewhere, but the log is the same.
func TestServersOfLesserMeansComeToTheSame(t *testing.T) {
	t.Parallel()
	whole := crashInstance(t)
	whole.receive()
	want := whole.state()
	for name, faults := range map[string][]mailtest.Fault{
		"no MOVE":                     {mailtest.HideCaps("MOVE")},
		"no MOVE, COPY refused":       {mailtest.HideCaps("MOVE"), mailtest.Refuse("UID COPY", "NO [OVERQUOTA] full").Always()},
		"neither MOVE nor UIDPLUS":    {mailtest.HideCaps("MOVE", "UIDPLUS")},
		"no IDLE, no NAMESPACE":       {mailtest.HideCaps("IDLE", "NAMESPACE")},
		"MOVE refused":                {mailtest.Refuse("UID MOVE", "NO [LIMIT] not now").Always()},
		"EXPUNGE refused, no MOVE":    {mailtest.HideCaps("MOVE"), mailtest.Refuse("UID EXPUNGE", "NO [CANNOT] no").Always()},
		"the folder Done disappeared": {mailtest.Refuse("UID MOVE", "NO [TRYCREATE] no such folder")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in := crashInstance(t)
			in.server.IMAPFaults.Add(faults...)
			for range 3 {
				_, err := in.tryReceive() // what cannot be filed is said each time
				if err != nil && name == "neither MOVE nor UIDPLUS" {
					t.Errorf("want no error where trying again is of no use, got %v", err)
				}
				in.reopen()
			}
			got := in.state()
			sameFiles(t, want.store, got.store)
			equal(t, "letters", want.letters, got.letters)
			if n := in.count("INBOX") + in.count("Done") + in.count("Held"); n < 7 {
				t.Errorf("want the 7 mails without private text in the mailbox, got %s", got.folders)
			}
			in.server.IMAPFaults.Clear()
			if err := in.server.Renumber(bot, "INBOX"); err != nil {
				t.Fatal(err)
			}
			in.receive()
			sameFiles(t, want.store, in.state().store)
		})
	}
}

// TestALimitOnTheSizeOfFilesLosesNothing runs the program under RLIMIT_FSIZE, which ends writes within a file.
func TestALimitOnTheSizeOfFilesLosesNothing(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the program")
	}
	t.Parallel()
	program := buildProgram(t)
	start := time.Now()
	whole := killInstance(t, start)
	before := whole.contents(t)
	whole.run(program, 0)
	want := whole.stateAfterKill()
	s, failed := &tally{begin: start}, 0
	for _, blocks := range []int{0, 1, 2, 4, 64, 80, 96, 128, 192, 256} { // of 512 bytes
		in := killInstance(t, start)
		_, err := exec.Command("sh", "-c", fmt.Sprintf(`ulimit -f %d && exec "$0" --dir "$1" receive`, blocks), program, in.dir).CombinedOutput()
		var exit *exec.ExitError
		if errors.As(err, &exit) && exit.ExitCode() != 3 {
			failed++
		}
		in.wholeFiles(t, before, want.store)
		in.run(program, 0)
		s.compare(t, want, in.stateAfterKill())
		in.end()
		if t.Failed() {
			t.Fatalf("with files of at most %d blocks", blocks)
		}
	}
	if failed < 3 {
		t.Errorf("the test is void: the limit mattered %d times", failed)
	}
}

// strace runs the program under strace and returns what it said and the calls it made.
func (in *instance) strace(t *testing.T, program string, options ...string) (said, calls string) {
	t.Helper()
	log := filepath.Join(t.TempDir(), "calls")
	var names []string
	for _, f := range faultyCalls {
		names = append(names, f.call)
	}
	args := slices.Concat([]string{"-f", "-y", "-qq", "--seccomp-bpf", "-o", log, "-e", "trace=" + strings.Join(names, ",")}, options,
		[]string{program, "--dir", in.dir, "receive"})
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute) // far more than it needs; then it is as if killed
	defer cancel()
	c := exec.CommandContext(ctx, "strace", args...)
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	c.Cancel = func() error { return syscall.Kill(-c.Process.Pid, syscall.SIGKILL) }
	out, err := c.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(log)
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return string(out), string(raw)
}

// calls counts the system calls of a run that is left alone.
func (in *instance) calls(t *testing.T, program string) map[string]int {
	t.Helper()
	said, log := in.strace(t, program)
	counts := callsOf(log)
	if counts["pwrite64"] == 0 {
		t.Skipf("strace does not work here: %s", said)
	}
	return counts
}

// callsOf counts the calls in what strace wrote.
func callsOf(log string) map[string]int {
	counts := map[string]int{}
	for line := range strings.Lines(log) {
		fields := strings.Fields(line)
		if len(fields) < 2 {
			continue
		}
		if name, _, called := strings.Cut(fields[1], "("); called && !strings.Contains(line, "resumed>") {
			counts[name]++
		}
	}
	return counts
}

func (in *instance) contents(t *testing.T) map[string]string {
	t.Helper()
	return files(t, filepath.Join(in.dir, "content"))
}

// wholeFiles wants every file of the log as it was or as it shall be.
func (in *instance) wholeFiles(t *testing.T, before, after map[string]string) {
	t.Helper()
	for name, text := range in.contents(t) {
		if strings.HasSuffix(name, ".md") && text != before[name] && text != after[name] {
			t.Errorf("%s is neither as it was nor as it shall be:\n%s", name, text)
		}
	}
}

func buildProgram(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "duolog")
	if out, err := exec.Command("go", "build", "-o", path, "../cmd/duolog").CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	return path
}
