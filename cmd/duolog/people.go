package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
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
		return usage("person add: %q is no time zone", p.Zone)
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
			var broken error
			for _, id := range ids {
				l, err := store.Pair(id)
				if err != nil {
					broken = errors.Join(broken, err)
					continue
				}
				pairs = append(pairs, l.Pair)
			}
			if asJSON {
				return errors.Join(writeJSON(c, orEmpty(pairs)), somePairs(broken))
			}
			for _, p := range pairs {
				fmt.Fprintf(c.OutOrStdout(), "%-20s %-10s %-12s %-12s %s %s\n", p.ID, p.Kind, p.Manager, p.Report, p.Rhythm.Rule, p.Rhythm.Length)
			}
			return somePairs(broken)
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "write JSON")
	return c
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

func writeJSON(c *cobra.Command, v any) error {
	enc := json.NewEncoder(c.OutOrStdout())
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}

// orEmpty makes an empty list [] instead of null.
func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
