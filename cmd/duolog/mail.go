package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/spf13/cobra"

	"duolog/mailflow"
	"duolog/mailflow/inbox"
	"duolog/mailflow/outbox"
)

func receiveCommand(o *options) *cobra.Command {
	return dryRunFlag(&cobra.Command{
		Use:     "receive",
		Example: "  duolog receive --dry-run",
		Short:   "Read the replies that are waiting in the mailbox",
		Args:    cobra.NoArgs,
		RunE: o.on(func(c *cobra.Command, in *instance, _ []string) error {
			box, err := in.mailbox(c.Context())
			if err != nil {
				return err
			}
			defer box.Close()
			report, err := in.flow.Receive(c.Context(), box)
			printReport(c.OutOrStdout(), report, o.dryRun)
			if err != nil {
				return err
			}
			if !o.dryRun {
				if err := in.flush(c.Context()); err != nil {
					return err
				}
				if err := errors.Join(in.expire(c.Context(), box), in.tidy()); err != nil {
					return err
				}
			}
			return heldError(report)
		}),
	}, o)
}

func heldError(r mailflow.Report) error {
	if n := r.Outcomes[mailflow.Held] + r.Outcomes[mailflow.Conflict]; n > 0 {
		return hint(needsPerson("%s held", plural(n, "mail is", "mails are")), "see `duolog held list`")
	}
	return nil
}

func printReport(w io.Writer, r mailflow.Report, dry bool) {
	if r.Mails == 0 {
		fmt.Fprintln(w, "no new mail")
		return
	}
	for _, e := range r.Entries {
		line := fmt.Sprintf("%-10s %s", e.Outcome, e.Reason)
		if e.Outcome == mailflow.Accepted {
			line = fmt.Sprintf("%-10s %s: %s, %s", e.Outcome, e.Pair, e.Person, plural(len(e.Effects), "change", "changes"))
		}
		if dry {
			line = "would be " + line
		}
		fmt.Fprintln(w, line)
	}
}

func remindCommand(o *options) *cobra.Command {
	return dryRunFlag(&cobra.Command{
		Use:     "remind",
		Example: "  duolog remind --dry-run",
		Short:   "Send the letters that are owed now",
		Args:    cobra.NoArgs,
		RunE: o.on(func(c *cobra.Command, in *instance, _ []string) error {
			in.fetchCalendars(c.Context())
			carried, broken := in.carryOut(c.Context())
			printCarried(c.OutOrStdout(), carried, o.dryRun)
			if err := in.enrol(); err != nil {
				return errors.Join(broken, err)
			}
			queued, err := in.flow.Remind(c.Context())
			err = errors.Join(broken, err)
			if in.flow.Partial {
				err = somePairs(err)
			}
			for _, due := range queued {
				verb := "send"
				if o.dryRun {
					verb = "would send"
				}
				fmt.Fprintf(c.OutOrStdout(), "%s %s to %s (%s)\n", verb, due.Kind, due.Person, due.Pair)
			}
			if len(queued) == 0 && err == nil {
				fmt.Fprintln(c.OutOrStdout(), "no letter is owed")
			}
			if o.dryRun {
				return err
			}
			return errors.Join(err, in.flush(c.Context()))
		}),
	}, o)
}

func deliverCommand(o *options) *cobra.Command {
	return &cobra.Command{
		Use:     "deliver",
		Example: "  duolog --dir /srv/duolog deliver < message.eml",
		Short:   "Take one raw message on standard input, as an MTA pipes it (exit codes of sysexits)",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			in, err := o.open(c.Context())
			if errors.Is(err, errServed) {
				return tempFail(o.ask(c, nil, c.InOrStdin()))
			}
			if err != nil {
				return sysexit{error: err, code: exTempFail}
			}
			defer in.close()
			m, err := inbox.ReadMessage(c.InOrStdin(), in.now())
			if err != nil {
				return sysexit{error: err, code: exTempFail}
			}
			if len(m.Raw) == 0 {
				return sysexit{error: errors.New("no message on standard input"), code: exNoInput}
			}
			entry, err := in.flow.Deliver(c.Context(), m)
			if err != nil {
				return sysexit{error: err, code: exTempFail}
			}
			fmt.Fprintf(c.OutOrStdout(), "%s %s\n", entry.Outcome, entry.Reason)
			if err := in.flush(c.Context()); err != nil { // the mail is dealt with; the answer stays queued
				in.log.Warn("answers wait in the outbox", "error", err)
			}
			return nil
		},
	}
}

// tempFail has the MTA try again, unless the service said what to do.
func tempFail(err error) error {
	if err == nil || errors.As(err, new(sysexit)) {
		return err
	}
	return sysexit{error: err, code: exTempFail}
}

func reconcileCommand(o *options) *cobra.Command {
	return &cobra.Command{
		Use:     "reconcile",
		Example: "  duolog reconcile",
		Short:   "Compare mailbox, ledger and log, and print every difference",
		Args:    cobra.NoArgs,
		RunE: o.on(func(c *cobra.Command, in *instance, _ []string) error {
			box, err := in.mailbox(c.Context())
			if err != nil {
				return err
			}
			defer box.Close()
			found, err := in.flow.Reconcile(c.Context(), box)
			for _, d := range found {
				fmt.Fprintf(c.OutOrStdout(), "%-16s %s  %s\n", d.Pair, d.Mail, d.What)
			}
			if err == nil && len(found) == 0 {
				fmt.Fprintln(c.OutOrStdout(), "no difference")
			}
			if err == nil && len(found) > 0 {
				err = needsPerson("%s", plural(len(found), "difference", "differences"))
			}
			return err
		}),
	}
}

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
		fmt.Fprintf(c.OutOrStdout(), "%-10s %-16s %-20s %-12s %s\n", e.State, e.Kind, e.Pair, e.Person, e.Reason)
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

func heldCommand(o *options) *cobra.Command {
	var reason string
	held := &cobra.Command{
		Use:     "held [list|show|accept|drop]",
		Example: "  duolog held show 3f2a",
		Short:   "Mails that were held, with their reasons",
		Args:    cobra.NoArgs,
		RunE:    o.on(heldList),
	}
	held.AddCommand(
		&cobra.Command{Use: "list", Short: "List the held mails", Args: cobra.NoArgs, RunE: o.on(heldList)},
		&cobra.Command{Use: "show KEY", Short: "Show why one mail is held, and its header", Args: cobra.ExactArgs(1), RunE: o.on(heldShow)},
		&cobra.Command{Use: "accept KEY", Short: "Apply one mail: you know that its sender is genuine", Args: cobra.ExactArgs(1), RunE: o.on(heldAccept)},
	)
	drop := &cobra.Command{
		Use: "drop KEY …", Short: "Forget some mails, or with --reason all that are held for one reason", Example: "  duolog held drop --reason token-unknown",
		RunE: o.on(func(c *cobra.Command, in *instance, keys []string) error { return heldDrop(c, in, keys, reason) }),
	}
	drop.Flags().StringVar(&reason, "reason", "", "all mails that are held for this reason")
	held.AddCommand(drop)
	return held
}

func heldList(c *cobra.Command, in *instance, _ []string) error {
	held, err := in.ledger.HeldMails()
	if err != nil {
		return err
	}
	if len(held) == 0 {
		fmt.Fprintln(c.OutOrStdout(), "no mail is held")
	}
	for _, e := range held {
		about := e.Pair
		if e.Person != "" {
			about += " (token of " + e.Person + ")"
		}
		from := "nobody"
		if _, raw, err := in.ledger.HeldMail(e.Key); err == nil {
			from = mailflow.Author(raw)
		}
		fmt.Fprintf(c.OutOrStdout(), "%s  %s  %-18s %-28s %s\n", e.Key, e.Received.Format("2006-01-02 15:04"), e.Reason, from, about)
	}
	return nil
}

func heldShow(c *cobra.Command, in *instance, args []string) error {
	e, raw, err := in.ledger.HeldMail(args[0])
	if err != nil {
		return notHeld(err)
	}
	w := c.OutOrStdout()
	fmt.Fprintf(w, "key      %s\nreceived %s\noutcome  %s\nreason   %s: %s\n", e.Key, e.Received.Format("2006-01-02 15:04 MST"), e.Outcome, e.Reason, mailflow.ExplainReason(e.Reason))
	if e.Detail != "" {
		fmt.Fprintf(w, "detail   %s\n", e.Detail)
	}
	for _, field := range mailflow.Envelope(raw) {
		fmt.Fprintln(w, field)
	}
	fmt.Fprintf(w, "size     %d bytes; the text is not shown, it may be private\n", len(raw))
	return nil
}

func heldAccept(c *cobra.Command, in *instance, args []string) error {
	e, err := in.flow.AcceptHeld(c.Context(), args[0])
	if err != nil {
		return notHeld(err)
	}
	fmt.Fprintf(c.OutOrStdout(), "accepted %s: %s, %s\n", e.Pair, e.Person, plural(len(e.Effects), "change", "changes"))
	in.refile(c.Context())
	return in.flush(c.Context())
}

// refile takes what is no longer held out of the mailbox's folder now, if the mailbox can be reached; else the next pass does.
func (in *instance) refile(ctx context.Context) {
	box, err := in.mailbox(ctx)
	if err == nil {
		err = errors.Join(in.flow.Refile(ctx, box), box.Close())
	}
	if err != nil {
		in.log.Warn("the mail stays in the folder of held mails until the next pass", "error", err)
	}
}

func heldDrop(c *cobra.Command, in *instance, keys []string, reason string) error {
	if (len(keys) == 0) == (reason == "") {
		return usage("held drop: name mails, or a reason with --reason")
	}
	if reason != "" {
		held, err := in.ledger.HeldMails()
		if err != nil {
			return err
		}
		for _, e := range held {
			if e.Reason == reason {
				keys = append(keys, e.Key)
			}
		}
	}
	for _, key := range keys {
		e, err := in.flow.DropHeld(key)
		if err != nil {
			return notHeld(err)
		}
		fmt.Fprintf(c.OutOrStdout(), "dropped %s\n", e.Key)
	}
	if len(keys) == 0 {
		return hint(fmt.Errorf("no mail is held for %q", reason), "`duolog held list` names the reasons")
	}
	in.refile(c.Context())
	return nil
}

func notHeld(err error) error {
	if errors.Is(err, mailflow.ErrNotHeld) {
		return hint(err, "`duolog held list` names them")
	}
	return err
}

func plural(n int, one, many string) string {
	if n == 1 {
		return fmt.Sprintf("1 %s", one)
	}
	return fmt.Sprintf("%d %s", n, many)
}
