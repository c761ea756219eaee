package inbox

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"time"

	"github.com/emersion/go-imap/v2"

	"duolog/stumble"
)

// cycle is how long one IDLE lasts at most. go-imap does not notice an IDLE
// that the server ended, and a middle box may drop an idle connection without
// a word: the command that ends the cycle finds out.
const cycle = 5 * time.Minute

// poll is how often a server without IDLE is asked.
const poll = time.Minute

const (
	backoffFirst = time.Second
	backoffMost  = 5 * time.Minute
)

// Watch keeps a session open until ctx ends and calls pass after each login,
// whenever the server announces mail, and at least every five minutes. A lost
// connection, a refused login or an error of pass ends the session; a new one
// is tried after a wait of up to 1 s, 2 s, 4 s … 5 min, drawn anew each time
// (full jitter), that starts over only after a whole healthy cycle. trouble,
// if not nil, hears each such error, for the operator. Watch returns ctx's
// error, or at once if cfg cannot work.
func Watch(ctx context.Context, cfg Config, log *slog.Logger, trouble func(error), pass func(context.Context, *Session) error) error {
	cfg, err := cfg.complete()
	if err != nil {
		return err
	}
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	wait := backoffFirst
	for {
		healthy := func() { wait = backoffFirst }
		err := watchOnce(ctx, cfg, log, healthy, pass)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if trouble != nil {
			trouble(err)
		}
		pause := rand.N(wait)
		log.Warn("mailbox lost", "error", err, "again_in", pause.Round(time.Millisecond))
		if err := sleep(ctx, pause); err != nil {
			return err
		}
		wait = min(2*wait, backoffMost)
	}
}

// watchOnce runs cycles over one connection until something breaks.
func watchOnce(ctx context.Context, cfg Config, log *slog.Logger, healthy func(), pass func(context.Context, *Session) error) (err error) {
	defer stumble.Catch(&err)
	s, err := Dial(ctx, cfg, log)
	if err != nil {
		return err
	}
	defer s.Close()
	if err := pass(ctx, s); err != nil {
		return err
	}
	for {
		if err := s.await(ctx); err != nil {
			return err
		}
		if err := pass(ctx, s); err != nil {
			return err
		}
		healthy()
	}
}

// await returns when the server announced mail or the cycle is over, after the
// server has answered that it is there.
func (s *Session) await(ctx context.Context) error {
	if s.caps.Has(imap.CapIdle) {
		if err := s.idle(ctx, cycle); err != nil {
			return fmt.Errorf("idle: %w", err)
		}
	} else if err := sleep(ctx, poll); err != nil {
		return err
	}
	return s.command(ctx, func() error {
		if err := s.client.Noop().Wait(); err != nil {
			return fmt.Errorf("noop: %w", err)
		}
		return nil
	})
}

// idle waits in IDLE for news, at most d.
func (s *Session) idle(ctx context.Context, d time.Duration) error {
	return s.command(ctx, func() error {
		cmd, err := s.client.Idle()
		if err != nil {
			return err
		}
		s.conn.allow(idleTimeout)
		over := time.NewTimer(d)
		defer over.Stop()
		select {
		case <-s.news:
		case <-over.C:
		case <-s.client.Closed():
			// Closing ends the wait for a tagged answer that cannot come.
			return errors.Join(errors.New("connection closed by the server"), cmd.Close())
		}
		s.conn.allow(commandTimeout)
		if err := cmd.Close(); err != nil {
			return err
		}
		return cmd.Wait()
	})
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
