package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/text/encoding/charmap"

	"duolog/mailflow"
	"duolog/mailflow/inbox"
	"duolog/mailflow/message"
	"duolog/mailflow/newtext"
	"duolog/meeting"
)

func explainCommand(o *options) *cobra.Command {
	var asJSON, lines bool
	c := &cobra.Command{
		Use:     "explain [FILE]",
		Example: "  duolog explain message.eml",
		Short:   "Show how a raw message is read, changing nothing",
		Long: "explain shows how a raw message is read, changing nothing: what becomes of it and why, the new text, what was cut,\n" +
			"what it asks for. It reads FILE or standard input.\n\n" +
			"--jsonl reads lines {\"id\",\"kind\":\"text\"|\"html\"|\"eml\",\"input\"} and writes {\"id\",\"text\"}, the new text alone.",
		Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if lines && len(args) > 0 {
				return usage("explain: --jsonl reads standard input, not %s", args[0])
			}
			if lines {
				return explainLines(c.InOrStdin(), c.OutOrStdout())
			}
			raw, err := readArgument(c, args)
			if err != nil {
				return err
			}
			x, err := o.explain(c, raw)
			if errors.Is(err, errServed) {
				return o.ask(c, nil, bytes.NewReader(raw))
			}
			if err != nil {
				return err
			}
			if asJSON {
				enc := json.NewEncoder(c.OutOrStdout())
				enc.SetIndent("", "  ")
				enc.SetEscapeHTML(false)
				return enc.Encode(x)
			}
			printExplanation(c.OutOrStdout(), x)
			return nil
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "write JSON")
	c.Flags().BoolVar(&lines, "jsonl", false, "read and write JSON lines: the new text of each message")
	return c
}

func readArgument(c *cobra.Command, args []string) ([]byte, error) {
	if len(args) == 0 || args[0] == "-" {
		return io.ReadAll(c.InOrStdin())
	}
	raw, err := os.ReadFile(args[0])
	return raw, hint(err, "name a file that holds one raw message")
}

// explain reads the message as the instance would; without an instance it only finds the new text.
func (o *options) explain(c *cobra.Command, raw []byte) (mailflow.Explanation, error) {
	in, err := o.open(c.Context())
	if errors.Is(err, os.ErrNotExist) || in == nil && hintOf(err) != "" && strings.Contains(err.Error(), "no instance") {
		return mailflow.ExplainAlone(raw)
	}
	if err != nil {
		return mailflow.Explanation{}, err
	}
	defer in.close()
	m, err := inbox.ReadMessage(strings.NewReader(string(raw)), in.now())
	if err != nil {
		return mailflow.Explanation{}, err
	}
	return in.flow.Explain(m), nil
}

func printExplanation(w io.Writer, x mailflow.Explanation) {
	fmt.Fprintf(w, "outcome  %s\nreason   %s: %s\n", x.Outcome, x.Reason, mailflow.ExplainReason(x.Reason))
	if x.Detail != "" {
		fmt.Fprintln(w, "detail   "+x.Detail)
	}
	if x.Seen != "" {
		fmt.Fprintf(w, "seen     the same mail came in before and was %s\n", x.Seen)
	}
	if x.Pair != "" {
		fmt.Fprintf(w, "pair     %s, written by %s\n", x.Pair, x.Person)
	}
	if x.Answers != "" {
		fmt.Fprintln(w, "answers  "+x.Answers)
	}
	fmt.Fprintln(w, "\nnew text")
	if x.Private {
		fmt.Fprintln(w, "  not shown: some of it is private, for its author alone")
	} else {
		indent(w, x.Text)
	}
	for _, cut := range x.Cuts {
		fmt.Fprintf(w, "\ncut: %s\n", cut.Reason)
		indent(w, cut.Text)
	}
	for _, in := range x.Intents {
		fmt.Fprintf(w, "\nintent %d: %s %s\n", in.Pos, in.Kind, in.Item)
		if in.Words != "" {
			fmt.Fprintf(w, "  from: %s\n", in.Words)
		}
		printIntent(w, in)
	}
}

func indent(w io.Writer, text string) {
	for line := range strings.Lines(strings.TrimRight(text, "\n") + "\n") {
		fmt.Fprint(w, "  | ", line)
	}
}

// jsonLine is one line of --jsonl, in and out.
type jsonLine struct {
	ID       json.RawMessage `json:"id"`
	Kind     string          `json:"kind,omitempty"`
	Input    string          `json:"input,omitempty"`
	Encoding string          `json:"input_encoding,omitempty"`
}

type jsonAnswer struct {
	ID    json.RawMessage `json:"id"`
	Text  string          `json:"text"`
	Error string          `json:"error,omitempty"`
}

// explainLines answers each line in turn; a line that cannot be read is answered with its error.
func explainLines(r io.Reader, w io.Writer) error {
	in := bufio.NewReaderSize(r, 1<<20)
	out := bufio.NewWriter(w)
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	for {
		line, err := in.ReadBytes('\n')
		if len(strings.TrimSpace(string(line))) > 0 {
			if err := enc.Encode(explainLine(line)); err != nil {
				return err
			}
		}
		if errors.Is(err, io.EOF) {
			return out.Flush()
		}
		if err != nil {
			return errors.Join(err, out.Flush())
		}
	}
}

func explainLine(line []byte) jsonAnswer {
	var l jsonLine
	if err := json.Unmarshal(line, &l); err != nil {
		return jsonAnswer{Error: err.Error()}
	}
	text, err := newTextOf(l)
	a := jsonAnswer{ID: l.ID, Text: text}
	if err != nil {
		a.Error = err.Error()
	}
	return a
}

func newTextOf(l jsonLine) (string, error) {
	switch l.Kind {
	case "text":
		return newtext.FromText(l.Input, nil).Plain, nil
	case "html":
		return newtext.FromHTML(l.Input, nil).Plain, nil
	case "eml":
		raw := []byte(l.Input)
		if strings.HasPrefix(l.Encoding, "latin-1") { // "latin-1 (bytes)", too
			b, err := charmap.ISO8859_1.NewEncoder().Bytes(raw)
			if err != nil {
				return "", err
			}
			raw = b
		}
		m, err := message.Parse(raw)
		if err != nil {
			return "", err
		}
		return newtext.Extract(m, nil).Plain, nil
	}
	return "", fmt.Errorf("kind %q is none of text, html, eml", l.Kind)
}

func printIntent(w io.Writer, in meeting.Intent) {
	fields := []struct{ name, value string }{
		{"text", in.Text}, {"who", in.Who}, {"when", strings.TrimSpace(in.Due + " " + in.DueWords)}, {"measure", in.Measure},
		{"state", in.State}, {"reason", in.Reason}, {"context", strings.Join(in.Context, " / ")},
	}
	for _, f := range fields {
		if f.value != "" {
			fmt.Fprintf(w, "  %s: %s\n", f.name, f.value)
		}
	}
	for _, a := range in.Asks {
		fmt.Fprintf(w, "  asks: %s %s\n", a.Code, strings.Join(a.Args, ", "))
	}
}
