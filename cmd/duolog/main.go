// Command duolog keeps the shared log of one-on-one meetings: people reply to mails, a private static site shows the log.
//
// Every verb works on one instance folder. Exit codes: 0 done, 1 broken, 2 wrong usage, 3 done but something needs a person.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"
	_ "time/tzdata" // for systems without zone files, such as small containers

	"duolog/stumble"
)

func main() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(400) // a full mailbox is read a third faster; what a pass keeps is small
		debug.SetMemoryLimit(memoryAim)
	}
	os.Exit(run())
}

// memoryAim is how much memory the collector tries to stay below.
const memoryAim = 512 << 20

func run() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	return exitCode(rootCommand().ExecuteContext(ctx), os.Stderr)
}

// The exit codes that scripts may rely on.
const (
	exitBroken      = 1
	exitUsage       = 2
	exitNeedsPerson = 3
)

// exitCode tells the error the way the operator reads it, with the next thing to do, and chooses the exit code.
func exitCode(err error, w io.Writer) int {
	if err == nil {
		return 0
	}
	var sys sysexit
	if errors.As(err, &sys) && sys.quiet {
		return sys.code
	}
	for line := range strings.Lines(err.Error()) {
		fmt.Fprintln(w, "duolog: error:", strings.TrimRight(line, "\n"))
	}
	for _, stack := range stumble.Stacks(err) {
		fmt.Fprint(w, stack)
	}
	if h := hintOf(err); h != "" {
		fmt.Fprintln(w, "duolog: hint:", h)
	}
	var usage usageError
	switch {
	case errors.As(err, &sys):
		return sys.code
	case errors.Is(err, errNeedsPerson):
		return exitNeedsPerson
	case errors.As(err, &usage):
		return exitUsage
	}
	return exitBroken
}
