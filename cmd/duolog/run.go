package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"duolog/mailflow/inbox"
	"duolog/mailflow/outbox"
)

// remindEvery is how often the service looks for letters that fell due.
const remindEvery = time.Minute

// buildEvery is how often the service builds the whole site; what replies change it builds at once.
const buildEvery = 24 * time.Hour

func runCommand(o *options) *cobra.Command {
	return &cobra.Command{
		Use:     "run",
		Example: "  duolog --dir team run",
		Short:   "The service: receive, remind, build, until stopped",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			in, err := o.open(c.Context())
			if errors.Is(err, errServed) || o.service != nil {
				return hint(fmt.Errorf("duolog runs already in %s", o.dir), "other verbs work beside it; stop it before you start another")
			}
			if err != nil {
				return err
			}
			defer in.close()
			fmt.Fprintln(c.OutOrStdout(), "duolog runs; stop it with Ctrl-C")
			return in.run(c)
		},
	}
}

// run watches the mailbox, the clock and the outbox. Everything that touches content takes turns.
func (in *instance) run(c *cobra.Command) error {
	ctx, cancel := context.WithCancel(c.Context())
	defer cancel()
	cfg, err := in.inboxConfig()
	if err := errors.Join(err, in.noSubmission); err != nil {
		return err
	}
	var turn sync.Mutex
	var wg sync.WaitGroup
	trouble := once(func(err error) { in.log.Error("trouble", "error", err) })
	in.queue.Trouble = trouble
	var keyed []string // pairs with a key that was mailed and is not published yet
	in.queue.Fresh = func(e outbox.Entry) ([]byte, error) {
		turn.Lock()
		defer turn.Unlock()
		keyed = append(keyed, e.Pair)
		return in.flow.Fresh(e)
	}
	wg.Go(func() { _ = in.queue.Run(ctx) })
	wg.Go(func() {
		if err := in.answerVerbs(ctx, &turn); err != nil {
			trouble(err)
		}
	})
	wg.Go(func() {
		var built time.Time
		for {
			turn.Lock()
			following := in.following(false)
			turn.Unlock()
			in.fetch(ctx, following) // servers may take their time, and mail need not wait for them
			turn.Lock()
			err := in.remind(ctx)
			if in.stale || time.Since(built) > buildEvery { // at the start, and daily: people edit by hand
				built, in.stale = time.Now(), false
				err = errors.Join(err, in.buildAndPublish(c, nil), in.tidy())
			} else if stale := slices.Concat(in.builder().Stale(), keyed); len(stale) > 0 { // a meeting began, a survey opened
				err = errors.Join(err, in.buildAndPublish(c, stale))
			}
			keyed = nil
			if err != nil && ctx.Err() == nil {
				trouble(err)
			}
			turn.Unlock()
			select {
			case <-ctx.Done():
				return
			case <-time.After(remindEvery):
			}
		}
	})
	err = inbox.Watch(ctx, cfg, in.log, trouble, func(ctx context.Context, box *inbox.Session) error {
		turn.Lock()
		defer turn.Unlock()
		return in.pass(c, ctx, box)
	})
	cancel()
	wg.Wait()
	if errors.Is(err, context.Canceled) {
		return nil
	}
	return err
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
func (in *instance) pass(c *cobra.Command, ctx context.Context, box *inbox.Session) error {
	report, err := in.flow.Receive(ctx, box)
	in.queue.Kick()
	if held := heldError(report); held != nil {
		in.log.Warn(held.Error())
	}
	if err != nil {
		return err
	}
	if len(report.Pairs) > 0 {
		if err := in.buildAndPublish(c, report.Pairs); err != nil {
			in.log.Error("the site is behind", "error", err)
		}
		return in.remind(ctx) // a heads-up goes out at once
	}
	return in.expire(ctx, box)
}

func (in *instance) buildAndPublish(c *cobra.Command, pairs []string) error {
	if err := in.build(c, pairs); err != nil {
		return err
	}
	if in.config.Site.Publish == "" {
		return nil
	}
	return in.publish(c, false)
}

// troubleAgain is after what time the same trouble is told again.
const troubleAgain = time.Hour

// once tells the same trouble once an hour, however often it comes.
func once(tell func(error)) func(error) {
	var mu sync.Mutex
	told := map[string]time.Time{}
	return func(err error) {
		mu.Lock()
		defer mu.Unlock()
		if now := time.Now(); now.Sub(told[err.Error()]) >= troubleAgain {
			told[err.Error()] = now
			tell(err)
		}
	}
}
