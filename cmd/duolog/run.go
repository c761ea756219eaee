package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"

	"github.com/spf13/cobra"

	"duolog/mailflow"
	"duolog/mailflow/inbox"
	"duolog/mailflow/outbox"
	"duolog/meeting"
)

// remindEvery is how often the service looks for letters that fell due.
const remindEvery = time.Minute

// buildEvery is how often the service builds the whole site; what replies change it builds at once.
const buildEvery = 24 * time.Hour

// buildAgain is how long it waits before it builds again what could not be built or published.
const buildAgain = 5 * time.Minute

func runCommand(o *options) *cobra.Command {
	return &cobra.Command{
		Use:     "run",
		Example: "  duolog --dir team run",
		Short:   "The service: receive, remind, build, until stopped",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			renewed, stop := hangups()
			defer stop()
			for {
				in, err := o.open(c.Context())
				if errors.Is(err, errServed) || o.service != nil {
					return hint(fmt.Errorf("duolog runs already in %s", o.dir), "other verbs work beside it; stop it before you start another")
				}
				if err != nil {
					return err
				}
				fmt.Fprintln(c.OutOrStdout(), "duolog runs; stop it with Ctrl-C")
				again, err := in.run(c, renewed)
				in.close()
				if !again {
					return err
				}
			}
		},
	}
}

// service is an instance at work until it is stopped. Everything that touches content takes turns.
type service struct {
	*instance
	c       *cobra.Command
	turn    turns
	trouble func(error)
	keyed   []string // pairs with a key that was mailed and is not published yet
}

// run watches the mailbox, the clock and the outbox. again tells that it ended because a hangup asked for the configuration to be read anew.
func (in *instance) run(c *cobra.Command, hangup <-chan os.Signal) (again bool, err error) {
	ctx, cancel := context.WithCancel(c.Context())
	defer cancel()
	cfg, err := in.inboxConfig()
	if err := errors.Join(err, in.noSubmission); err != nil {
		return false, err
	}
	s := &service{instance: in, c: c, turn: turns{in: in}, trouble: once(in.tellTrouble)}
	in.queue.Trouble, in.queue.Fresh = func(err error) { s.trouble(in.adviseOutbox(err)) }, s.fresh
	var wg sync.WaitGroup
	wg.Go(func() {
		if again = in.awaitHangup(ctx, hangup); again {
			cancel()
		}
	})
	wg.Go(func() { _ = in.queue.Run(ctx) })
	wg.Go(func() {
		if err := in.answerVerbs(ctx, &s.turn); err != nil {
			s.trouble(err)
		}
	})
	wg.Go(func() { s.watchClock(ctx) })
	err = inbox.Watch(ctx, cfg, in.log, func(err error) { s.trouble(in.adviseMailbox(err)) }, func(ctx context.Context, box *inbox.Session) error {
		return ofWork(s.turn.take(func() error { return s.pass(ctx, box) }))
	})
	cancel()
	wg.Wait()
	if errors.Is(err, context.Canceled) {
		err = nil
	}
	return again && err == nil, err
}

// fresh writes a letter that may stand nowhere, such as one with a password.
func (s *service) fresh(e outbox.Entry) (raw []byte, err error) {
	err = s.turn.take(func() error {
		s.keyed = append(s.keyed, e.Pair)
		raw, err = s.flow.Fresh(e)
		return err
	})
	return raw, err
}

// watchClock does every minute what the time has come for.
func (s *service) watchClock(ctx context.Context) {
	for {
		var following []*meeting.Pair
		err := s.turn.take(func() error {
			following = s.following(false)
			return nil
		})
		s.fetch(ctx, following) // servers may take their time, and mail need not wait for them
		if err := errors.Join(err, s.turn.take(func() error { return s.due(ctx) })); err != nil && ctx.Err() == nil {
			s.trouble(err)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(remindEvery):
		}
	}
}

// due sends the letters that are owed, and builds what the time has made stale.
func (s *service) due(ctx context.Context) error {
	err := errors.Join(s.remind(ctx), s.renew(s.c, s.keyed), s.configChanged())
	s.keyed = nil
	return err
}

// renew builds what changed without a reply: all of it at the start and daily, since people edit by hand; the pairs of which a meeting
// began or a survey opened; and, some time after a failure, what could not be built or published.
func (in *instance) renew(c *cobra.Command, keyed []string) error {
	now := in.now()
	again := now.Sub(in.failed) > buildAgain
	if again && (in.stale || now.Sub(in.built) > buildEvery) {
		return errors.Join(in.buildAndPublish(c, nil), in.tidy())
	}
	stale := slices.Concat(in.builder().Stale(), keyed)
	if again {
		stale = append(stale, in.behind...)
	}
	if len(stale) == 0 {
		return nil
	}
	return in.buildAndPublish(c, stale)
}

func (in *instance) remind(ctx context.Context) error {
	_, carried := in.carryOut(ctx)
	if err := in.enrol(); err != nil {
		return errors.Join(carried, err)
	}
	queued, err := in.flow.Remind(ctx)
	for _, o := range queued {
		in.log.Info("letter", "kind", o.Kind, "pair", o.Pair, "person", o.Person)
	}
	if len(queued) > 0 {
		in.queue.Kick()
	}
	return errors.Join(carried, err)
}

// pass receives what is waiting and builds the pages of the pairs that changed.
// The error is of the mailbox or of everything: trouble with some pairs must not keep the others waiting.
func (s *service) pass(ctx context.Context, box *inbox.Session) error {
	report, err := s.flow.Receive(ctx, box)
	s.queue.Kick()
	if held := heldError(report); held != nil {
		s.log.Warn(held.Error(), "hint", hintOf(held))
	}
	if errors.As(err, new(mailflow.PairsError)) {
		s.trouble(err)
		err = inbox.ErrAgain
	}
	if len(report.Pairs) > 0 { // whatever broke after the log changed
		if err := s.buildAndPublish(s.c, report.Pairs); err != nil {
			s.log.Error("the site is behind", "error", err)
		}
		if err := s.remind(ctx); err != nil { // a heads-up goes out at once
			s.trouble(err)
		}
		return err
	}
	if err != nil && !errors.Is(err, inbox.ErrAgain) {
		return err
	}
	if problem := s.expire(ctx, box); problem != nil {
		return problem
	}
	return err
}

// buildAndPublish renews the pages of some pairs, of all when nil, and remembers them where that fails. A pair whose file is broken
// waits for a person and keeps nobody else waiting.
func (in *instance) buildAndPublish(c *cobra.Command, pairs []string) error {
	err := in.build(c, pairs)
	if (err == nil || errors.Is(err, errNeedsPerson)) && in.config.Site.Publish != "" {
		err = errors.Join(err, in.publish(c, false))
	}
	switch failed := err != nil && !errors.Is(err, errNeedsPerson); {
	case failed && pairs != nil:
		in.failed, in.behind = in.now(), append(in.behind, pairs...)
	case failed:
		in.failed, in.stale = in.now(), true
	case pairs != nil:
		in.behind = slices.DeleteFunc(in.behind, func(pair string) bool { return slices.Contains(pairs, pair) })
	default:
		in.built, in.stale, in.behind = in.now(), false, nil
	}
	return err
}

// troubleAgain is after what time the same trouble is told again.
const troubleAgain = time.Hour

// once tells the same trouble once an hour, however often it comes. Ports, times and counts make no other trouble of it.
func once(tell func(error)) func(error) {
	var mu sync.Mutex
	told := map[string]time.Time{}
	return func(err error) {
		mu.Lock()
		defer mu.Unlock()
		same := strings.Map(func(r rune) rune {
			if unicode.IsDigit(r) {
				return -1
			}
			return r
		}, err.Error())
		if now := time.Now(); now.Sub(told[same]) >= troubleAgain {
			told[same] = now
			tell(err)
		}
	}
}
