//go:build linux

package mailflow

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"duolog/mailflow/mailtest"
)

// TestTheProgramKilledAnywhereLosesAndDoublesNothing kills the real program (SIGKILL) at each change of a file and at
// each answer of a mail server, starts it again, and compares with a run that was left alone.
func TestTheProgramKilledAnywhereLosesAndDoublesNothing(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the program")
	}
	t.Parallel()
	program := buildProgram(t)
	start := time.Now()
	whole := killInstance(t, start)
	points := whole.run(program, 0)
	want := whole.stateAfterKill()
	if points < 40 || want.folders != "INBOX 0, Done 6, Held 2" {
		t.Fatalf("the test is void: %d points, %s", points, want.folders)
	}
	killed := 0
	for n := 1; n <= points; n += every(15) {
		t.Run(fmt.Sprintf("point %d of %d", n, points), func(t *testing.T) {
			in := killInstance(t, start)
			if in.run(program, n) == n {
				killed++
			}
			in.run(program, 0)
			sameState(t, want, in.stateAfterKill())
			in.run(program, 0)
			sameState(t, want, in.stateAfterKill())
		})
	}
	t.Logf("killed %d times at points 1 to %d", killed, points)
}

// killInstance has mails waiting and a configuration for the program.
func killInstance(t *testing.T, start time.Time) *instance {
	t.Helper()
	in := newInstanceIn(t, quickDir(t), start, mailtest.Options{})
	for _, m := range crashMails {
		m.occasion = m.pair + "/x" // the meeting of this week, whichever it is
		m.text = strings.ReplaceAll(m.text, "private:", "topic:")
		in.put(m)
	}
	in.configure()
	return in
}

// quickDir is a folder of the test, in memory where the system has room for it there: a process that is killed leaves what it wrote,
// whether it was synced or not.
func quickDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "duolog-test-")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// configure writes what the program needs and closes the ledger.
func (in *instance) configure() {
	in.t.Helper()
	_, imap, _ := net.SplitHostPort(in.server.IMAP)
	_, smtp, _ := net.SplitHostPort(in.server.SMTP)
	config := fmt.Sprintf(`mail: {address: %s, name: 1:1 log}
imap: {host: 127.0.0.1, port: %s, tls: none, username: %s, password_file: password}
smtp: {host: 127.0.0.1, port: %s, tls: none, username: %s, password_file: password}
sender: {method: results, server: %s}
content: {git: false}
`, bot, imap, bot, smtp, bot, authserv)
	for name, text := range map[string]string{
		"config.yaml": config, "password": "secret",
		"state/token-keys": "1 " + base64.StdEncoding.EncodeToString(tokenKey),
	} {
		if err := os.WriteFile(filepath.Join(in.dir, name), []byte(text), 0o600); err != nil {
			in.t.Fatal(err)
		}
	}
	if err := in.Ledger.Close(); err != nil {
		in.t.Fatal(err)
	}
}

// end stops the servers before the test ends, which may have thousands of instances.
func (in *instance) end() {
	in.t.Helper()
	if err := in.server.Close(); err != nil {
		in.t.Error(err)
	}
	_ = os.RemoveAll(in.dir)
}

func (in *instance) stateAfterKill() crashState {
	in.t.Helper()
	in.open()
	s := in.state()
	if err := in.Ledger.Close(); err != nil {
		in.t.Fatal(err)
	}
	for _, person := range []string{"priya", "sam", "jo"} {
		seen := map[string]int{}
		for _, m := range in.arrived(person) {
			if seen[m.ID]++; seen[m.ID] > 2 {
				in.t.Errorf("%s got the letter %s %d times", person, m.ID, seen[m.ID])
			}
		}
	}
	return s
}

// run lets the program do one pass and kills it at the given point, 0 for never. It returns how many points it came past.
func (in *instance) run(program string, at int) int {
	in.t.Helper()
	var out bytes.Buffer
	c := exec.Command(program, "--dir", in.dir, "receive")
	c.Stdout, c.Stderr = &out, &out
	var mu sync.Mutex
	points := 0
	point := func() {
		mu.Lock()
		defer mu.Unlock()
		if points++; points == at {
			_ = c.Process.Kill()
		}
	}
	unwatch := watch(in.t, in.dir, point)
	defer unwatch()
	atAnswer := mailtest.Edit("", func(unit []byte) []byte {
		if !waitsForMore(unit) {
			point()
		}
		return unit
	}).Always()
	in.server.IMAPFaults.Add(atAnswer)
	in.server.SMTPFaults.Add(atAnswer)
	mu.Lock() // points may come before the process has a number
	err := c.Start()
	mu.Unlock()
	if err != nil {
		in.t.Fatal(err)
	}
	err = c.Wait()
	in.said = out.String()
	in.server.IMAPFaults.Clear()
	in.server.SMTPFaults.Clear()
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.ExitCode() != 3 && at == 0 { // 3: something is held
		in.t.Fatalf("receive: %v\n%s", err, &out)
	}
	mu.Lock()
	defer mu.Unlock()
	return points
}

// waitsForMore tells a line of an IMAP answer at which the program does nothing yet: stopping there is stopping at the answer's end. It
// spools each mail that is fetched.
func waitsForMore(unit []byte) bool {
	return bytes.HasPrefix(unit, []byte("* ")) && !bytes.HasPrefix(unit, []byte("* OK [CAPABILITY")) && !bytes.Contains(unit, []byte(" FETCH "))
}

// watch calls back at each change of a file below dir until it is stopped.
func watch(t testing.TB, dir string, changed func()) (stop func()) {
	t.Helper()
	fd, err := syscall.InotifyInit1(syscall.IN_CLOEXEC | syscall.IN_NONBLOCK)
	if err != nil {
		t.Fatal(err)
	}
	for _, folder := range []string{"state", "state/held", "content/people", "content/pairs/priya-sam", "content/pairs/jo-sam"} {
		if _, err := syscall.InotifyAddWatch(fd, filepath.Join(dir, folder), syscall.IN_MODIFY|syscall.IN_CREATE|syscall.IN_MOVED_TO); err != nil {
			t.Fatal(err)
		}
	}
	var ended sync.WaitGroup
	events := os.NewFile(uintptr(fd), "inotify")
	ended.Go(func() {
		buf := make([]byte, 64<<10)
		for {
			n, err := events.Read(buf)
			if err != nil {
				return
			}
			for rest := buf[:n]; len(rest) >= syscall.SizeofInotifyEvent; {
				name := binary.NativeEndian.Uint32(rest[12:])
				rest = rest[syscall.SizeofInotifyEvent+name:]
				changed()
			}
		}
	})
	return func() {
		_ = events.Close()
		ended.Wait()
	}
}
