package main

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"duolog/content"
	"duolog/meeting"
	"duolog/site/seal"
)

func personCommand(o *options) *cobra.Command {
	c := &cobra.Command{Use: "person", Short: "Manage the people"}
	c.AddCommand(personAdd(o), personList(o), personShow(o), personEnrol(o), personRevoke(o), personPassword(o), personPause(o), personStart(o), personForget(o))
	return c
}

func personAdd(o *options) *cobra.Command {
	p := &meeting.Person{}
	c := &cobra.Command{
		Use:     "add ID",
		Short:   "Add a person",
		Example: "  duolog person add priya --name 'Priya Nair' --address priya@example.org --zone Europe/Berlin --language en",
		Args:    cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			p.ID = args[0]
			if err := checkPerson(p); err != nil {
				return err
			}
			return o.write(c, func(store *content.Store) error {
				if owner := addressOwner(store, p.Addresses); owner != "" {
					return hint(fmt.Errorf("one of the addresses belongs to %s already", owner), "one address is one person")
				}
				if _, err := store.Person(p.ID); !errors.Is(err, fs.ErrNotExist) {
					return hint(fmt.Errorf("there is a person %q already", p.ID), "edit content/people/%s.md to change them", p.ID)
				}
				if err := store.SavePerson(p); err != nil {
					return err
				}
				o.noted(c, store, p.ID+": added")
				fmt.Fprintf(c.OutOrStdout(), "added %s; the welcome mail of their first pair leads to their password, or `duolog person enrol %s`\n", p.ID, p.ID)
				return nil
			})
		},
	}
	c.Flags().StringVar(&p.Name, "name", "", "the person's name")
	c.Flags().StringSliceVar(&p.Addresses, "address", nil, "mail address; the first is written to, all are believed")
	c.Flags().StringVar(&p.Zone, "zone", "UTC", "time zone, like Europe/Berlin")
	c.Flags().StringVar(&p.Language, "language", "en", "language of the mails: en or de")
	c.Flags().StringSliceVar(&p.Aliases, "alias", nil, "further names that people call them")
	return c
}

// addressOwner is the id of a person who has one of the addresses, "" when nobody has.
func addressOwner(store *content.Store, addresses []string) string {
	people, _ := store.People()
	for _, p := range people {
		for _, a := range p.Addresses {
			if slices.ContainsFunc(addresses, func(b string) bool { return strings.EqualFold(a, b) }) {
				return p.ID
			}
		}
	}
	return ""
}

func checkPerson(p *meeting.Person) error {
	if err := content.CheckID(p.ID); err != nil {
		return usageError{err}
	}
	if strings.TrimSpace(p.Name) == "" || len(p.Addresses) == 0 {
		return usage("person add: --name and --address are needed")
	}
	for _, a := range p.Addresses {
		if err := content.CheckAddress(a); err != nil {
			return usageError{err}
		}
	}
	if _, err := time.LoadLocation(p.Zone); err != nil {
		return usage("person add: %q is no time zone like Europe/Berlin", p.Zone)
	}
	return nil
}

// write runs a change of the content folder under the instance's lock.
func (o *options) write(c *cobra.Command, change func(*content.Store) error) error {
	if _, err := readConfig(o.dir); err != nil {
		return err
	}
	unlock, err := content.Lock(c.Context(), o.dir)
	if err != nil {
		return hint(err, "wait for it to finish, or stop `duolog run`")
	}
	defer unlock()
	return change(o.store())
}

func personList(o *options) *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "list",
		Short: "List the people",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if _, err := readConfig(o.dir); err != nil {
				return err
			}
			people, err := o.store().People()
			if asJSON {
				return errors.Join(writeJSON(c, orEmpty(people)), err)
			}
			for _, p := range people {
				key := "no password yet"
				if p.Recipient != "" {
					key = "password set, key: " + seal.Fingerprint(p.Recipient)
				}
				fmt.Fprintf(c.OutOrStdout(), "%-16s %-24s %-20s %s\n", p.ID, p.Name, p.Zone, key)
			}
			return err
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "write JSON")
	return c
}

func personShow(o *options) *cobra.Command {
	return &cobra.Command{
		Use:   "show ID",
		Short: "Show one person",
		Args:  cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			p, err := o.store().Person(args[0])
			if err != nil {
				return noPerson(args[0], err)
			}
			return writeJSON(c, p)
		},
	}
}

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
