package main

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"net/mail"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"duolog/meeting"
)

func personPause(o *options) *cobra.Command {
	var until string
	c := &cobra.Command{
		Use:     "pause ID",
		Short:   "Send a person no mails, until a day or for good; their logs stay",
		Example: "  duolog person pause priya --until 2027-01-07",
		Args:    cobra.ExactArgs(1),
		RunE: o.on(func(c *cobra.Command, in *instance, args []string) error {
			if until == "" {
				until = meeting.Stopped
			} else if _, err := time.Parse(time.DateOnly, until); err != nil {
				return usage("person pause: %q is no day like 2027-01-07", until)
			}
			return in.setPaused(c, args[0], until)
		}),
	}
	c.Flags().StringVar(&until, "until", "", "the day from which mails come again; without it until `duolog person start`")
	return c
}

func personStart(o *options) *cobra.Command {
	return &cobra.Command{
		Use:     "start ID",
		Short:   "Send a person mails again",
		Example: "  duolog person start priya",
		Args:    cobra.ExactArgs(1),
		RunE: o.on(func(c *cobra.Command, in *instance, args []string) error {
			return in.setPaused(c, args[0], "")
		}),
	}
}

func (in *instance) setPaused(c *cobra.Command, id, until string) error {
	p, err := in.store.Person(id)
	if err != nil {
		return noPerson(id, err)
	}
	p.Paused = until
	if err := in.store.SavePerson(p); err != nil {
		return err
	}
	said := map[string]string{"": "gets mails again", meeting.Stopped: "gets no mails until `duolog person start " + id + "`"}[until]
	if said == "" {
		said = "gets no mails until " + until
	}
	fmt.Fprintf(c.OutOrStdout(), "%s %s\n", id, said)
	in.note(c.Context(), fmt.Sprintf("%s: %s", id, map[bool]string{true: "started", false: "paused"}[until == ""]))
	return nil
}

func noPair(id string, err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return hint(fmt.Errorf("there is no pair %q", id), "`duolog pair list` names all pairs")
	}
	return err
}

func personForget(o *options) *cobra.Command {
	var yes bool
	c := &cobra.Command{
		Use:   "forget ID",
		Short: "Delete a person: their words, notes and keys; their pairs end, and the other sides keep their own words",
		Long: "forget deletes a person from the instance for good, after saying what goes, and after asking (--yes does not ask). It cannot\n" +
			"reach copies elsewhere: it names them, so that you can deal with them.",
		Example: "  duolog person forget priya --dry-run",
		Args:    cobra.ExactArgs(1),
		RunE: o.on(func(c *cobra.Command, in *instance, args []string) error {
			return in.forgetPerson(c, args[0], o.dryRun, yes)
		}),
	}
	c.Flags().BoolVar(&yes, "yes", false, "do not ask")
	return dryRunFlag(c, o)
}

func (in *instance) forgetPerson(c *cobra.Command, id string, dry, yes bool) error {
	t, err := in.flow.Traces(id)
	if err != nil {
		return noPerson(id, err)
	}
	w := c.OutOrStdout()
	fmt.Fprintf(w, "what goes:\n  %s of theirs in %s: %s\n  %s, which nobody else could read\n  their name, addresses, keys and keyring; %s in the ledger and the outbox\n",
		plural(t.Items, "topic, note, promise or answer", "topics, notes, promises and answers"), plural(len(t.Pairs), "pair", "pairs"), strings.Join(t.Pairs, ", "),
		plural(t.Private, "private note", "private notes"), plural(t.Letters, "letter", "letters"))
	fmt.Fprint(w, "what stays:\n  the other side's words, also where they name this person; days and states of meetings and items, under a name that tells nothing\n"+
		"what is out of reach:\n  mails in the other sides' mailboxes, and in the folders of ours that mail.keep has not emptied yet\n")
	if in.config.Content.Git {
		fmt.Fprintf(w, "  the history of the content folder: remove or rewrite %s to lose it\n", inDir(in.dir, "content/.git"))
	}
	fmt.Fprint(w, "  backups, and offline copies that readers saved\n")
	if dry {
		return nil
	}
	if err := confirm(c, yes, id); err != nil {
		return err
	}
	t, err = in.flow.Forget(c.Context(), id)
	if err != nil {
		return hint(err, "nothing is lost by doing it again: duolog person forget %s", id)
	}
	in.outdate()
	in.note(c.Context(), t.As+": forgotten")
	if err := in.dropCalendars(t.Pairs); err != nil {
		return hint(err, "remove the files by hand")
	}
	fmt.Fprintf(w, "done; the logs say %s. Build and publish, so that the pages follow.\n", t.As)
	return nil
}

// confirm asks for the word that the command is about, unless the operator said yes beforehand.
func confirm(c *cobra.Command, yes bool, word string) error {
	if yes {
		return nil
	}
	fmt.Fprintf(c.OutOrStdout(), "type %s to go on: ", word)
	line, _ := bufio.NewReader(c.InOrStdin()).ReadString('\n')
	if strings.TrimSpace(line) != word {
		return hint(errors.New("nothing was changed"), "type the word that was asked for, or give --yes")
	}
	return nil
}

func pairStop(o *options) *cobra.Command {
	var on string
	c := &cobra.Command{
		Use:     "stop PAIR",
		Short:   "End a pair: no more meetings and mails; the log stays with the two",
		Example: "  duolog pair stop priya-sam --on 2027-01-31",
		Args:    cobra.ExactArgs(1),
		RunE: o.on(func(c *cobra.Command, in *instance, args []string) error {
			l, err := in.store.Log(args[0])
			if err != nil {
				return noPair(args[0], err)
			}
			if on == "" {
				on = in.now().In(l.Pair.Rhythm.Location()).Format(time.DateOnly)
			} else if _, err := time.Parse(time.DateOnly, on); err != nil {
				return usage("pair stop: %q is no day like 2027-01-31", on)
			}
			l.Pair.Ended = on
			if _, err := in.store.Save(l); err != nil {
				return err
			}
			fmt.Fprintf(c.OutOrStdout(), "%s ends on %s; its log stays\n", args[0], on)
			in.note(c.Context(), args[0]+": stopped")
			return nil
		}),
	}
	c.Flags().StringVar(&on, "on", "", "the last day, today if not given")
	return c
}

func pairRemove(o *options) *cobra.Command {
	var yes bool
	c := &cobra.Command{
		Use:     "remove PAIR",
		Short:   "Delete a pair with its whole log, for both",
		Example: "  duolog pair remove priya-sam",
		Args:    cobra.ExactArgs(1),
		RunE: o.on(func(c *cobra.Command, in *instance, args []string) error {
			l, err := in.store.Log(args[0])
			if err != nil {
				return noPair(args[0], err)
			}
			fmt.Fprintf(c.OutOrStdout(), "what goes: the log of %s and %s: %s, %s, %s; private notes of both\n", l.Manager.Name, l.Report.Name,
				plural(len(l.Meetings), "meeting", "meetings"), plural(len(l.Topics), "topic", "topics"), plural(len(l.Actions), "action", "actions"))
			if o.dryRun {
				return nil
			}
			if err := confirm(c, yes, args[0]); err != nil {
				return err
			}
			if err := in.flow.RemovePair(args[0]); err != nil {
				return err
			}
			in.outdate()
			in.note(c.Context(), args[0]+": removed")
			if err := in.dropCalendars(args); err != nil {
				return hint(err, "remove the files by hand")
			}
			fmt.Fprintln(c.OutOrStdout(), "done; build and publish, so that the pages follow")
			return nil
		}),
	}
	c.Flags().BoolVar(&yes, "yes", false, "do not ask")
	return dryRunFlag(c, o)
}

func pairHandOver(o *options) *cobra.Command {
	var to, from string
	var along []string
	c := &cobra.Command{
		Use:   "hand-over PAIR",
		Short: "Give the report of a pair a new manager: a new, empty log begins, the old one stays with the two",
		Long: "hand-over is for what both agreed on elsewhere. Otherwise one of them replies \"handoff to NAME <ADDRESS> from DAY\" to any mail, the\n" +
			"other is asked, and each chooses what goes along.",
		Example: "  duolog pair hand-over priya-sam --to 'Maria Lopez <maria@example.org>' --from 2027-01-04 --along T3,A8",
		Args:    cobra.ExactArgs(1),
		RunE: o.on(func(c *cobra.Command, in *instance, args []string) error {
			l, err := in.store.Log(args[0])
			if err != nil {
				return noPair(args[0], err)
			}
			address, err := mail.ParseAddress(to)
			if err != nil {
				return usage("pair hand-over: --to is a name and address, like 'Maria Lopez <maria@example.org>'")
			}
			if _, err := time.Parse(time.DateOnly, from); from != "" && err != nil {
				return usage("pair hand-over: %q is no day like 2027-01-04", from)
			}
			l.Pair.Handoff = &meeting.HandoffRequest{
				Name: address.Name, Address: address.Address, From: from, Agreed: true, Origin: meeting.Origin{By: l.Pair.Manager, At: in.now().UTC().Truncate(time.Second).Add(-meeting.ChooseFor)},
			}
			l.Pair.Along = strings.ToUpper(strings.Join(along, " "))
			if _, err := in.store.Save(l); err != nil {
				return err
			}
			if from != "" {
				fmt.Fprintf(c.OutOrStdout(), "%s is handed over on %s\n", args[0], from)
			}
			done, err := in.carryOut(c.Context())
			printCarried(c.OutOrStdout(), done, false)
			return err
		}),
	}
	c.Flags().StringVar(&to, "to", "", "name and address of the new manager")
	c.Flags().StringVar(&from, "from", "", "the day from which on, at once if not given")
	c.Flags().StringSliceVar(&along, "along", nil, "ids of topics and actions that go along")
	return c
}
