package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// While `duolog run` owns an instance, it does the verbs of others for them: they send their arguments and standard input over a
// socket in the state folder, which only the instance's owner can open, and get the output and the exit code.

// maxSocketPath is how long the name of a socket may be: unix(7) has room for 108 bytes.
const maxSocketPath = 100

const (
	askWithin = time.Minute // to send arguments and input
	maxInput  = 64 << 20    // bytes; a mail beyond its own limit is held, however long
)

// socketIn is the service's socket below an instance folder. done frees what was needed for a name that is not too long.
func socketIn(dir string) (path string, done func(), err error) {
	state := filepath.Join(dir, "state")
	path = filepath.Join(state, "run.sock")
	if len(path) <= maxSocketPath || runtime.GOOS != "linux" {
		return path, func() {}, nil
	}
	f, err := os.Open(state)
	if err != nil {
		return "", nil, err
	}
	return fmt.Sprintf("/proc/self/fd/%d/run.sock", f.Fd()), func() { _ = f.Close() }, nil
}

// An asking is what a verb sends first; its standard input follows.
type asking struct {
	Args []string `json:"args"`
}

// An answering is a piece of what comes back; the last has the exit code.
type answering struct {
	Out  []byte `json:"out,omitempty"`
	Err  []byte `json:"err,omitempty"`
	Exit *int   `json:"exit,omitempty"`
}

// errElsewhere ends a verb that the service did: nothing is left to say.
func errElsewhere(code int) error {
	return sysexit{error: errors.New("done by the service"), code: code, quiet: true}
}

// answerVerbs does the verbs of others until ctx ends. They take turns with what the service does by itself.
func (in *instance) answerVerbs(ctx context.Context, turn *turns) error {
	path, done, err := socketIn(in.dir)
	if err != nil {
		return err
	}
	defer done()
	_ = os.Remove(filepath.Join(in.dir, "state", "run.sock")) // of a service that was killed: we have the lock
	l, err := net.Listen("unix", path)
	if err != nil {
		return fmt.Errorf("listen for other verbs: %w", err)
	}
	stop := context.AfterFunc(ctx, func() { _ = l.Close() })
	defer stop()
	var asked sync.WaitGroup
	defer asked.Wait()
	for {
		conn, err := l.Accept()
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			return fmt.Errorf("listen for other verbs: %w", err)
		}
		asked.Go(func() {
			defer conn.Close()
			defer context.AfterFunc(ctx, func() { _ = conn.Close() })()
			in.answerVerb(ctx, conn, turn)
		})
	}
}

func (in *instance) answerVerb(ctx context.Context, conn net.Conn, turn *turns) {
	_ = conn.SetReadDeadline(time.Now().Add(askWithin))
	from := bufio.NewReader(io.LimitReader(conn, maxInput))
	line, err := from.ReadBytes('\n')
	var ask asking
	if err != nil || json.Unmarshal(line, &ask) != nil {
		return
	}
	input, err := io.ReadAll(from) // before it is our turn: others need not wait for it
	if err != nil {
		return
	}
	to := json.NewEncoder(conn)
	for _, a := range in.inTurn(ctx, ask, input, turn) { // after our turn: a pager may read them an hour long
		if to.Encode(a) != nil { // whoever does not wait for it knows
			return
		}
	}
}

// inTurn does one verb and returns all that it says.
func (in *instance) inTurn(ctx context.Context, ask asking, input []byte, turn *turns) (said []answering) {
	stderr := writerFunc(func(b []byte) { said = append(said, answering{Err: bytes.Clone(b)}) })
	root := commandOf(&options{service: in})
	root.SetArgs(append([]string{"--dir", in.dir}, ask.Args...))
	root.SetIn(bytes.NewReader(input))
	root.SetOut(writerFunc(func(b []byte) { said = append(said, answering{Out: bytes.Clone(b)}) }))
	root.SetErr(stderr)
	code := exitCode(turn.take(func() error { return root.ExecuteContext(ctx) }), stderr)
	return append(said, answering{Exit: &code})
}

type writerFunc func([]byte)

func (f writerFunc) Write(b []byte) (int, error) {
	f(b)
	return len(b), nil
}

// borrow opens the service's instance for another verb.
func (in *instance) borrow(o *options) (*instance, error) {
	b, flow := *in, *in.flow
	flow.DryRun = o.dryRun
	b.flow, b.closer, b.lender = &flow, nil, in
	return &b, b.enrol()
}

// dial reaches the service.
func (o *options) dial() (net.Conn, error) {
	path, done, err := socketIn(o.dir)
	if err != nil {
		return nil, err
	}
	defer done()
	return net.DialTimeout("unix", path, time.Second)
}

// served tells whether a service answers.
func (o *options) served() bool {
	conn, err := o.dial()
	if err != nil {
		return false
	}
	_ = conn.Close()
	return true
}

// ask has the service do a verb, with input as its standard input; nil is none.
func (o *options) ask(c *cobra.Command, args []string, input io.Reader) error {
	conn, err := o.dial()
	if err != nil {
		return fmt.Errorf("ask the running duolog: %w", err)
	}
	defer conn.Close()
	stop := context.AfterFunc(c.Context(), func() { _ = conn.Close() })
	defer stop()
	if err := json.NewEncoder(conn).Encode(asking{argsOf(c, args)}); err != nil {
		return fmt.Errorf("ask the running duolog: %w", err)
	}
	if input != nil {
		if _, err := io.Copy(conn, input); err != nil {
			return fmt.Errorf("ask the running duolog: %w", err)
		}
	}
	if err := conn.(*net.UnixConn).CloseWrite(); err != nil {
		return fmt.Errorf("ask the running duolog: %w", err)
	}
	return hear(conn, c.OutOrStdout(), c.ErrOrStderr())
}

// hear passes on what the service says.
func hear(from io.Reader, stdout, stderr io.Writer) error {
	for answers := json.NewDecoder(from); ; {
		var a answering
		if err := answers.Decode(&a); err != nil {
			return fmt.Errorf("the running duolog broke off: %w", err)
		}
		_, _ = stdout.Write(a.Out)
		_, _ = stderr.Write(a.Err)
		switch {
		case a.Exit == nil:
		case *a.Exit == 0:
			return nil
		default:
			return errElsewhere(*a.Exit)
		}
	}
}

// argsOf are a verb, its flags and its arguments as they would be typed.
func argsOf(c *cobra.Command, args []string) []string {
	typed := strings.Fields(c.CommandPath())[1:]
	c.Flags().Visit(func(f *pflag.Flag) {
		if f.Name != "dir" {
			typed = append(typed, "--"+f.Name+"="+f.Value.String())
		}
	})
	return append(append(typed, "--"), args...)
}
