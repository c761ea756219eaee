package main

import (
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"duolog/meeting"
)

func statsCommand(o *options) *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "stats",
		Short: "How the organisation's one-on-ones went last quarter: counts and averages, nobody's own",
		Long: fmt.Sprintf("stats looks at all pairs of report and manager that met all through the last calendar quarter, and says how often they met, what\n"+
			"became of promises, and what people think of it. It is for at least %d people under at least %d managers, and for the whole\n"+
			"organisation alone: there is no way to ask about a part of it, so nobody can be found by comparing two answers.", meeting.OverviewPeople, meeting.OverviewManagers),
		Example: "  duolog stats --json",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if _, err := readConfig(o.dir); err != nil {
				return err
			}
			return stats(c, o, asJSON)
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "write JSON")
	return c
}

func stats(c *cobra.Command, o *options, asJSON bool) error {
	store, now := o.store(), time.Now()
	ids, err := store.Pairs()
	if err != nil {
		return err
	}
	var logs []*meeting.Log
	var broken error
	for _, id := range ids {
		l, err := store.Log(id)
		if err != nil {
			broken = errors.Join(broken, err)
			continue
		}
		logs = append(logs, l)
	}
	view, ok := meeting.Overlook(logs, now)
	if !ok {
		return hint(errors.Join(fmt.Errorf("no figures for %s: %s under %s met all through it, and fewer than %d under %d could be told apart",
			view.Quarter, plural(view.People, "person", "people"), plural(view.Managers, "manager", "managers"), meeting.OverviewPeople, meeting.OverviewManagers), broken),
			"a pair sees its own figures in its log, under Insights")
	}
	if asJSON {
		return errors.Join(writeJSON(c, view), somePairs(broken))
	}
	w := c.OutOrStdout()
	fmt.Fprintf(w, "%s: %d people, %d managers\n", view.Quarter, view.People, view.Managers)
	fmt.Fprintf(w, "  %d meetings planned, %d %% held, %d %% moved", view.Planned, view.Held, view.Moved)
	if view.Minutes > 0 {
		fmt.Fprintf(w, ", %d minutes on average", view.Minutes)
	}
	fmt.Fprintf(w, "\n  %.1f topics per meeting, %d %% of them raised by the reports\n  %d %% of the promises kept\n", view.Topics, view.Theirs, view.Done)
	if view.Value > 0 {
		fmt.Fprintf(w, "  worth %.1f of 5 to the reports\n", view.Value)
	}
	return somePairs(broken)
}

// somePairs is for work that left out broken pairs: done, but something needs a person.
func somePairs(broken error) error {
	if broken == nil {
		return nil
	}
	return hint(errors.Join(needsPerson("some pairs are left out"), broken), "mend the files; `duolog check --offline` names them all")
}
