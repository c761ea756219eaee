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
	// backoffAway is how long a server that cannot be reached is waited for at
	// least: nobody is burdened by being asked in vain, and a restart is short.
	backoffAway = 15 * time.Second
)

// ErrAgain is returned by a pass that left something undone which has nothing to
// do with the mailbox: Watch calls it again within a minute.
var ErrAgain = errors.New("mails wait")

// Watch keeps a session open until ctx ends and calls pass after each login,
// whenever the server announces mail, and at least every five minutes. A lost
// connection, a refused login or an error of pass ends the session; a new one
// is tried after a wait of up to 1 s, 2 s, 4 s … 5 min, drawn anew each time
// (full jitter), that starts over only after a whole healthy cycle. A server
// that is not reached is waited for at most a quarter as long as it was away,
// or 15 s: it is back soon after a restart. trouble, if not nil, hears each such
// error, for the operator, but a first loss of a healthy connection, which
// servers and middle boxes end as they please; log hears when the mailbox is
// back. Watch returns ctx's error, or at once if cfg cannot work.
func Watch(ctx context.Context, cfg Config, log *slog.Logger, trouble func(error), pass func(context.Context, *Session) error) error {
	cfg, err := cfg.complete()
	if err != nil {
		return err
	}
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	w := watch{cfg: cfg, log: log, trouble: trouble, wait: backoffFirst}
	for {
		err := w.once(ctx, pass)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		pause := w.lose(err)
		log.Info("mailbox lost", "error", err, "again_in", pause.Round(time.Millisecond))
		if err := sleep(ctx, pause); err != nil {
			return err
		}
	}
}

// watch is what Watch remembers from one session to the next.
type watch struct {
	cfg     Config
	log     *slog.Logger
	trouble func(error)
	wait    time.Duration // the longest next pause
	healthy bool          // the session went through a whole cycle
	away    time.Time     // since when there is no session that works
	told    bool          // of trouble since then
}

// lose tells of what ended a session and gives the pause until the next.
func (w *watch) lose(err error) time.Duration {
	if w.away.IsZero() {
		w.away = time.Now()
	}
	var passing lostInIdle
	if usual := w.healthy && errors.As(err, &passing); !usual && w.trouble != nil {
		w.trouble(err)
		w.told = true
	}
	w.healthy = false
	var nobody unreached
	if errors.As(err, &nobody) {
		w.wait = min(w.wait, max(backoffAway, time.Since(w.away)/4))
	}
	pause := rand.N(w.wait)
	w.wait = min(2*w.wait, backoffMost)
	return pause
}

// works notes that a pass went well.
func (w *watch) works() {
	if w.told {
		w.log.Warn("mailbox is back", "after", time.Since(w.away).Round(time.Second))
	}
	w.told, w.away = false, time.Time{}
}

// once runs cycles over one connection until something breaks.
func (w *watch) once(ctx context.Context, pass func(context.Context, *Session) error) (err error) {
	defer stumble.Catch(&err)
	s, err := Dial(ctx, w.cfg, w.log)
	if err != nil {
		return err
	}
	defer s.Close()
	err = pass(ctx, s)
	if err != nil && !errors.Is(err, ErrAgain) {
		return err
	}
	w.works()
	for {
		within := cycle
		if err != nil {
			within = poll
		}
		if err := s.await(ctx, within); err != nil {
			return lostInIdle{err}
		}
		if err = pass(ctx, s); err != nil && !errors.Is(err, ErrAgain) {
			return err
		}
		w.healthy, w.wait = true, backoffFirst
	}
}

// lostInIdle is the end of a connection on which nothing was under way.
type lostInIdle struct{ error }

func (l lostInIdle) Unwrap() error { return l.error }

// await returns when the server announced mail or the time is over, after the
// server has answered that it is there.
func (s *Session) await(ctx context.Context, within time.Duration) error {
	if s.caps.Has(imap.CapIdle) {
		if err := s.idle(ctx, within); err != nil {
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
			_ = cmd.Close() // ends the wait for a tagged answer that cannot come
			return errors.New("connection closed by the server")
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
