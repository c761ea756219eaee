package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/signal"
	"syscall"
)

// hangups hears SIGHUP, by which a service reads its configuration anew. Who runs it in a terminal means it to end with the terminal.
func hangups() (heard <-chan os.Signal, stop func()) {
	c := make(chan os.Signal, 1)
	if onTerminal() {
		return c, func() {}
	}
	signal.Notify(c, syscall.SIGHUP)
	return c, func() { signal.Stop(c) }
}

// onTerminal tells whether somebody sits at standard input.
func onTerminal() bool {
	in, err := os.Stdin.Stat()
	if err != nil || in.Mode()&os.ModeCharDevice == 0 {
		return false
	}
	null, err := os.Stat(os.DevNull)
	return err != nil || !os.SameFile(in, null)
}

// renewable tells whether a service can be opened with what config.yaml says now.
func renewable(dir string) error {
	config, err := readConfig(dir)
	if err != nil {
		return err
	}
	_, imap := config.inbox(dir)
	_, smtp := config.outbox(dir)
	_, holidays := readHolidays(dir, config.Content.Holidays)
	return errors.Join(imap, smtp, holidays)
}

// awaitHangup returns true when a hangup came and the configuration can be worked with; false when ctx has ended.
func (in *instance) awaitHangup(ctx context.Context, hangup <-chan os.Signal) bool {
	for {
		select {
		case <-ctx.Done():
			return false
		case <-hangup:
		}
		err := renewable(in.dir)
		if err == nil {
			in.log.Warn("config.yaml is read anew")
			return true
		}
		in.tellTrouble(notTaken(err))
	}
}

func notTaken(err error) error {
	return hint(errors.Join(errors.New("the changed config.yaml is not taken over"), err), "mend it; the service goes on with what it read before")
}

// configChanged says once that config.yaml is not what the service works with.
func (in *instance) configChanged() error {
	raw, err := os.ReadFile(configFile(in.dir))
	if err != nil || bytes.Equal(raw, in.seen) {
		return nil // that it is gone the next start says
	}
	in.seen = raw
	if err := renewable(in.dir); err != nil {
		return notTaken(err)
	}
	if !bytes.Equal(raw, in.raw) {
		in.log.Warn("config.yaml was changed", "hint", renewHint)
	}
	return nil
}

const renewHint = "restart `duolog run`, or send it SIGHUP, to take it over"

// checkConfig looks whether a service works with what config.yaml says now.
func (in *instance) checkConfig() error {
	raw, err := os.ReadFile(configFile(in.dir))
	if err == nil && !bytes.Equal(raw, in.raw) {
		err = hint(needsPerson("the running duolog works with an older config.yaml"), renewHint)
	}
	return err
}
