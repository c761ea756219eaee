package main

import (
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"duolog/mailflow"
	"duolog/mailflow/inbox"
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
			return errors.Join(retriedError(report), heldError(report))
		}),
	}, o)
}

func retriedError(r mailflow.Report) error {
	if r.Retried {
		return hint(needsPerson("the log could be written only at the second try"), "is the disk full, or failing? the warning above says what it answered")
	}
	return nil
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
