package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"duolog/mailflow"
)

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
		if e.Retryable {
			about += " tried again by itself"
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

func notHeld(err error) error {
	if errors.Is(err, mailflow.ErrNotHeld) {
		return hint(err, "`duolog held list` names them")
	}
	return err
}
