package main

import (
	"encoding/csv"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"duolog/meeting"
)

func exportCommand(o *options) *cobra.Command {
	var format string
	c := &cobra.Command{
		Use:     "export PAIR",
		Example: "  duolog export priya-sam --format md",
		Short:   "Write a pair's shared log as JSON, Markdown or CSV",
		Args:    cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			log, err := o.pairLog(args[0])
			if err != nil {
				return err
			}
			x := exportOf(log)
			switch format {
			case "json":
				return writeJSON(c, x)
			case "md":
				return x.markdown(c.OutOrStdout())
			case "csv":
				return x.csv(c.OutOrStdout())
			}
			return usage("export: format %q is none of json, md, csv", format)
		},
	}
	c.Flags().StringVar(&format, "format", "json", "json, md or csv")
	return c
}

// export is the shared log: nothing private, nothing withdrawn, no line that only its author sees.
type export struct {
	Pair       string               `json:"pair"`
	Topics     []*meeting.Topic     `json:"topics"`
	Actions    []*meeting.Action    `json:"actions"`
	Notes      []exportNote         `json:"notes"`
	Agreements []*meeting.Agreement `json:"agreements"`
	Meetings   []exportMeeting      `json:"meetings"`
}

type exportNote struct {
	*meeting.Note
	Meeting string `json:"meeting"`
}

type exportMeeting struct {
	Date     string               `json:"date"`
	Start    string               `json:"start"`
	State    meeting.MeetingState `json:"state"`
	Minutes  int                  `json:"minutes,omitempty"`
	Reason   string               `json:"reason,omitempty"`
	Outcomes []meeting.Outcome    `json:"outcomes,omitempty"`
}

func exportOf(l *meeting.Log) export {
	x := export{
		Pair: l.Pair.ID, Topics: []*meeting.Topic{}, Actions: []*meeting.Action{}, Notes: []exportNote{},
		Agreements: []*meeting.Agreement{}, Meetings: []exportMeeting{},
	}
	for _, t := range l.Topics {
		if t.State != meeting.TopicWithdrawn {
			x.Topics = append(x.Topics, t)
		}
	}
	for _, a := range l.Actions {
		if a.State != meeting.ActionWithdrawn {
			x.Actions = append(x.Actions, a)
		}
	}
	for _, g := range l.Agreements {
		if g.State != meeting.Withdrawn {
			x.Agreements = append(x.Agreements, g)
		}
	}
	zone := l.Pair.Rhythm.Location()
	for _, m := range l.Meetings {
		start := m.Start.In(zone)
		x.Meetings = append(x.Meetings, exportMeeting{
			Date: start.Format("2006-01-02"), Start: start.Format("2006-01-02T15:04:05Z07:00"), State: m.State,
			Minutes: m.Minutes, Reason: m.Reason, Outcomes: m.Outcomes,
		})
		for _, n := range m.Notes {
			if n.State != meeting.NoteWithdrawn && n.Only == "" {
				x.Notes = append(x.Notes, exportNote{n, m.ID})
			}
		}
	}
	return x
}

func (x export) csv(w io.Writer) error {
	out := csv.NewWriter(w)
	_ = out.Write([]string{"type", "id", "text", "by", "at", "who", "when", "measure", "state"})
	row := func(kind, id, text string, o meeting.Origin, rest ...string) {
		_ = out.Write(append([]string{kind, id, plain(text), o.By, o.At.Format("2006-01-02T15:04:05Z07:00")}, rest...))
	}
	for _, t := range x.Topics {
		row("topic", t.ID, t.Text, t.Origin, "", t.FollowUp, "", string(t.State))
	}
	for _, a := range x.Actions {
		row("action", a.ID, a.What, a.Origin, plain(a.Who), a.Due, plain(a.Measure), string(a.State))
	}
	for _, n := range x.Notes {
		row("note", n.ID, n.Text, n.Origin, "", n.Meeting, "", string(n.State))
	}
	for _, g := range x.Agreements {
		row("agreement", g.ID, g.Text, g.Origin, "", g.Date, "", g.State)
	}
	for _, m := range x.Meetings {
		_ = out.Write([]string{"meeting", m.Date, plain(m.Reason), "", m.Start, "", "", "", string(m.State)})
	}
	out.Flush()
	return out.Error()
}

// plain keeps a spreadsheet from taking text for a formula.
func plain(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}

func (x export) markdown(w io.Writer) error {
	var b strings.Builder
	section := func(title string, n int) {
		if n > 0 {
			fmt.Fprintf(&b, "\n## %s\n\n", title)
		}
	}
	fmt.Fprintf(&b, "# %s\n", x.Pair)
	section("Topics", len(x.Topics))
	for _, t := range x.Topics {
		fmt.Fprintf(&b, "- **%s** %s (%s, %s)\n", t.ID, inert(t.Text), t.By, t.State)
	}
	section("Actions", len(x.Actions))
	for _, a := range x.Actions {
		fmt.Fprintf(&b, "- **%s** %s: %s", a.ID, inert(a.Who), inert(a.What))
		if a.Due != "" {
			fmt.Fprintf(&b, ", by %s", a.Due)
		}
		if a.Measure != "" {
			fmt.Fprintf(&b, ", done when %s", inert(a.Measure))
		}
		fmt.Fprintf(&b, " (%s)\n", a.State)
	}
	section("Agreements", len(x.Agreements))
	for _, g := range x.Agreements {
		fmt.Fprintf(&b, "- **%s** %s (%s)\n", g.ID, inert(g.Text), g.Date)
	}
	section("Meetings", len(x.Meetings))
	for _, m := range x.Meetings {
		fmt.Fprintf(&b, "### %s (%s)\n\n", m.Date, m.State)
		for _, n := range x.Notes {
			if n.Meeting == m.Date {
				fmt.Fprintf(&b, "- **%s** %s (%s, %s)\n", n.ID, inert(n.Text), n.By, n.State)
			}
		}
		b.WriteString("\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

var markdownEscaper = strings.NewReplacer("\\", "\\\\", "*", "\\*", "_", "\\_", "`", "\\`", "[", "\\[", "]", "\\]",
	"<", "&lt;", ">", "&gt;", "#", "\\#", "|", "\\|", "{", "&#123;", "\n", " / ")

// inert keeps people's text from being Markdown.
func inert(s string) string { return markdownEscaper.Replace(s) }
