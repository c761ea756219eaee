package main

import (
	"errors"
	"fmt"
	"io/fs"
	"net/mail"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"duolog/content"
	"duolog/meeting"
)

func pairCommand(o *options) *cobra.Command {
	c := &cobra.Command{Use: "pair", Short: "Manage the pairs"}
	c.AddCommand(pairAdd(o), pairList(o), pairShow(o), pairStop(o), pairRemove(o), pairHandOver(o))
	return c
}

func pairAdd(o *options) *cobra.Command {
	p := meeting.Pair{}
	var kind, length string
	var consented bool
	c := &cobra.Command{
		Use:     "add ID",
		Short:   "Add a pair",
		Example: "  duolog pair add priya-sam --manager sam --report priya --rule 'FREQ=WEEKLY;BYDAY=TH' --first '2026-12-03 16:00' --zone Europe/Berlin --length 30m",
		Args:    cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			p.ID, p.Kind = args[0], meeting.Kind(kind)
			if p.Follows.Source != "" && !c.Flags().Changed("rule") {
				p.Rhythm.Rule = ""
			}
			if err := checkNew(&p, length); err != nil {
				return err
			}
			if !consented {
				p.Added = time.Now().UTC().Truncate(time.Second)
			}
			return o.write(c, func(store *content.Store) error {
				if err := addPair(c, o.dir, store, p); err != nil {
					return err
				}
				o.noted(c, store, p.ID+": added")
				return nil
			})
		},
	}
	f := c.Flags()
	f.StringVar(&kind, "kind", string(meeting.KindReport), "report, skip-level, peer or mentor")
	f.StringVar(&p.Manager, "manager", "", "person id of the manager, the mentor, or either peer")
	f.StringVar(&p.Report, "report", "", "person id of the other")
	f.StringVar(&p.Rhythm.Rule, "rule", "FREQ=WEEKLY", "recurrence rule of RFC 5545")
	f.StringVar(&p.Rhythm.First, "first", "", "date and time of the first meeting, 2026-12-03 16:00")
	f.StringVar(&p.Rhythm.Zone, "zone", "UTC", "time zone of the meeting, Europe/Berlin")
	f.StringVar(&length, "length", "30m", "length of a meeting")
	f.BoolVar(&consented, "consented", false, "both agreed already: begin at once, without the welcome mail that asks them")
	f.StringVar(&p.JoinLink, "link", "", "where to join the call")
	f.StringVar(&p.Follows.Source, "calendar", "", "address (https) or file (.ics) of a calendar that says when they meet, instead of a rule; an address is kept as a secret")
	f.StringVar(&p.Follows.Summary, "event", "", "with --calendar: the title of the event")
	f.StringVar(&p.Follows.UID, "event-uid", "", "with --calendar: the event's UID, instead of its title")
	f.BoolVar(&p.Settings.NoInvites, "no-invites", false, "they have the meeting in their calendars already: send no invitations")
	return c
}

// checkNew says what a pair that is to be added lacks, and reads its length.
func checkNew(p *meeting.Pair, length string) error {
	if err := content.CheckID(p.ID); err != nil {
		return usageError{err}
	}
	if err := p.Rhythm.Length.UnmarshalText([]byte(length)); err != nil {
		return usageError{err}
	}
	if p.Rhythm.First == "" && p.Follows.Source == "" {
		return usage("pair add: --first is needed, like '2026-12-03 16:00', or --calendar")
	}
	if err := p.CheckTimes(); err != nil {
		return usageError{err}
	}
	return nil
}

func addPair(c *cobra.Command, dir string, store *content.Store, p meeting.Pair) error {
	if _, err := store.Pair(p.ID); !errors.Is(err, fs.ErrNotExist) {
		return hint(fmt.Errorf("there is a pair %q already", p.ID), "edit content/pairs/%s/_index.md to change it", p.ID)
	}
	if p.Manager == p.Report {
		return usage("pair add: a pair is two different people")
	}
	l := &meeting.Log{Pair: p}
	var err error
	for id, person := range map[string]**meeting.Person{p.Manager: &l.Manager, p.Report: &l.Report} {
		if *person, err = store.Person(id); err != nil {
			if errors.Is(err, fs.ErrNotExist) {
				err = fmt.Errorf("there is no person %q", id)
			}
			return hint(err, "add them first: `duolog person add`")
		}
	}
	if p.Follows.Source != "" {
		if l.Pair.Follows.Source, err = keepAddress(dir, p.ID, p.Follows.Source); err != nil {
			return err
		}
	}
	if _, err := store.Save(l); err != nil {
		return err
	}
	fmt.Fprintf(c.OutOrStdout(), "added %s; edit it in %s\n", p.ID, filepath.Join("content", "pairs", p.ID, "_index.md"))
	return nil
}

func pairList(o *options) *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "list",
		Short: "List the pairs",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if _, err := readConfig(o.dir); err != nil {
				return err
			}
			store := o.store()
			ids, err := store.Pairs()
			if err != nil {
				return err
			}
			var pairs []meeting.Pair
			var lines []string
			var broken error
			for _, id := range ids {
				l, err := store.Pair(id)
				if err != nil {
					broken = errors.Join(broken, err)
					continue
				}
				pairs = append(pairs, l.Pair)
				lines = append(lines, pairLine(l))
			}
			if asJSON {
				return errors.Join(writeJSON(c, orEmpty(pairs)), somePairs(broken))
			}
			for _, line := range lines {
				fmt.Fprintln(c.OutOrStdout(), line)
			}
			return somePairs(broken)
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "write JSON")
	return c
}

// pairLine is one pair in the list: who, when, and whether anything is sent yet or still.
func pairLine(l *meeting.Log) string {
	p := l.Pair
	line := fmt.Sprintf("%-20s %-10s %-12s %-12s %s %s", p.ID, p.Kind, p.Manager, p.Report, p.Rhythm.Rule, p.Rhythm.Length)
	switch {
	case p.Ended != "":
		return line + ", until " + p.Ended
	case !l.Started():
		return line + ", begins when both have said yes"
	}
	return line
}

func pairShow(o *options) *cobra.Command {
	return &cobra.Command{
		Use:   "show ID",
		Short: "Show one pair's settings and counts",
		Args:  cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			l, err := o.pairLog(args[0])
			if err != nil {
				return err
			}
			return writeJSON(c, struct {
				meeting.Pair
				Meetings   int `json:"meetings"`
				Agenda     int `json:"agenda"`
				Actions    int `json:"open_actions"`
				Agreements int `json:"agreements"`
			}{l.Pair, len(l.Meetings), len(l.Agenda()), len(l.Pending("")), len(l.Agreements)})
		},
	}
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

func noPair(id string, err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return hint(fmt.Errorf("there is no pair %q", id), "`duolog pair list` names all pairs")
	}
	return err
}
