package main

import (
	"fmt"
	"io"
	"slices"

	"github.com/spf13/cobra"

	"duolog/mailflow/outbox"
)

func outboxCommand(o *options) *cobra.Command {
	var all bool
	list := o.on(func(c *cobra.Command, in *instance, _ []string) error { return outboxList(c, in, all) })
	c := &cobra.Command{
		Use:     "outbox [list|resume]",
		Short:   "The letters that wait to be sent, or could not be; with --all every letter",
		Example: "  duolog outbox --all",
		Args:    cobra.NoArgs,
		RunE:    list,
	}
	c.PersistentFlags().BoolVar(&all, "all", false, "also the letters that were sent")
	c.AddCommand(
		&cobra.Command{Use: "list", Short: "List the letters", Args: cobra.NoArgs, RunE: list},
		&cobra.Command{Use: "resume", Short: "Go on after the queue was stopped: by a refused login, or by the breaker", Args: cobra.NoArgs, RunE: o.on(outboxResume)},
	)
	return c
}

func outboxList(c *cobra.Command, in *instance, all bool) error {
	letters, err := in.ledger.Letters()
	if err != nil {
		return err
	}
	shown := letters
	if !all {
		shown = slices.DeleteFunc(slices.Clone(letters), func(e outbox.Entry) bool { return e.State == outbox.Sent })
		fmt.Fprintf(c.OutOrStdout(), "%s waiting or not sent, %d sent (--all lists them)\n", plural(len(shown), "letter", "letters"), len(letters)-len(shown))
	}
	for _, e := range shown {
		fmt.Fprintf(c.OutOrStdout(), "%-10s %-16s %-20s %-12s %s\n", e.State, e.Kind, e.Pair, e.Person, reasonOf(e))
	}
	if err := in.printDelivery(c.OutOrStdout()); err != nil {
		return err
	}
	stop, err := in.ledger.Stopped()
	if err != nil || stop == nil {
		return err
	}
	return hint(needsPerson("nothing is sent since %s: %s", stop.At.Format("2006-01-02 15:04"), stop.Reason), "mend it, then `duolog outbox resume`")
}

// reasonOf is why a letter is where it is, and when it is tried next.
func reasonOf(e outbox.Entry) string {
	if e.Reason == "" || e.Next.IsZero() {
		return e.Reason
	}
	return e.Reason + "; again at " + e.Next.Local().Format("2006-01-02 15:04")
}

// printDelivery says whose letters come back, and how near the limits on sending are.
func (in *instance) printDelivery(w io.Writer) error {
	bounces, err := in.ledger.Bounces()
	if err != nil {
		return err
	}
	for _, b := range bounces {
		what := plural(b.Count, "letter came back", "letters came back")
		if b.Undeliverable() {
			what += "; no more are sent until a sign of life"
		}
		fmt.Fprintf(w, "%-10s %-16s %s, the last on %s: %s\n", "returned", b.Person, what, b.Last.Format("2006-01-02"), b.Status)
	}
	pace, err := in.queue.Pace()
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "%-10s %d within the last hour; %d a minute at most, and %d an hour stop everything\n", "limits", pace.Hour, pace.PerMinute, pace.PerHour)
	return nil
}

func outboxResume(c *cobra.Command, in *instance, _ []string) error {
	if err := in.ledger.Resume(); err != nil {
		return err
	}
	return in.flush(c.Context())
}
