package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"duolog/content"
	"duolog/mailflow"
)

// carryOut does what people agreed on or asked for and has had its time, and puts it into the history. The site is stale then.
func (in *instance) carryOut(ctx context.Context) ([]mailflow.Carried, error) {
	done, err := in.flow.CarryOut(ctx)
	for _, d := range done {
		in.log.Info("carried out", "what", d.What, "pair", d.Pair, "person", d.Person, "new", d.New)
		if !in.flow.DryRun {
			in.outdate()
			in.note(ctx, fmt.Sprintf("%s: %s", d.Pair, d.What))
		}
	}
	return done, err
}

// outdate says that all of the site is to be built, by the service too where this is borrowed from one.
func (in *instance) outdate() {
	in.stale = true
	if in.lender != nil {
		in.lender.stale = true
	}
}

func printCarried(w io.Writer, done []mailflow.Carried, dry bool) {
	verb := ""
	if dry {
		verb = "would be "
	}
	for _, d := range done {
		switch d.What {
		case mailflow.CarriedHandOver:
			fmt.Fprintf(w, "%shanded over: %s goes on as %s\n", verb, d.Pair, d.New)
		case mailflow.CarriedForgotten:
			fmt.Fprintf(w, "%sdeleted: what %s wrote in %s, which ends\n", verb, d.Person, d.Pair)
		case mailflow.CarriedDeclined:
			fmt.Fprintf(w, "%sdeleted: the enrolment %s, which %s declined\n", verb, d.Pair, d.Person)
		}
	}
}

// note puts what changed in the content folder into its history, with a message that says why and holds no words of the log.
func (in *instance) note(ctx context.Context, message string) {
	if !in.config.Content.Git {
		return
	}
	h := history{dir: in.store.Dir(), address: in.config.Mail.Address}
	if err := h.note(ctx, message, in.now()); err != nil && !errors.Is(err, errNoGit) {
		in.log.Warn("git", "error", err)
	}
}

// noted is instance.note for a verb that needs no opened instance. The configuration was read before.
func (o *options) noted(c *cobra.Command, store *content.Store, message string) {
	if config, err := readConfig(o.dir); err == nil {
		(&instance{config: config, store: store, log: o.logger(), now: time.Now}).note(c.Context(), message)
	}
}
