package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"

	"duolog/stumble"
)

// options are the flags that all verbs share.
type options struct {
	dir     string
	dryRun  bool
	verbose bool

	service *instance // of the service that does this verb for another duolog
}

func (o *options) logger() *slog.Logger {
	level := slog.LevelWarn
	if o.verbose {
		level = slog.LevelInfo
	}
	return slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: level, ReplaceAttr: withStack}))
}

// withStack adds to an error that came of a panic where the program panicked.
func withStack(_ []string, a slog.Attr) slog.Attr {
	err, ok := a.Value.Any().(error)
	if !ok || !stumble.In(err) {
		return a
	}
	return slog.Group("", slog.String(a.Key, err.Error()), slog.String("stack", strings.Join(stumble.Stacks(err), "\n")))
}

func rootCommand() *cobra.Command { return commandOf(&options{}) }

func commandOf(o *options) *cobra.Command {
	root := &cobra.Command{
		Use:   "duolog",
		Short: "The shared log of one-on-one meetings, kept by replying to mails",
		Long: "duolog keeps the shared log of one-on-one meetings. People reply to mails; what they write becomes topics, notes,\n" +
			"agreements and actions in Markdown; a static site shows every pair its own log behind a password.\n\n" +
			"Try it: duolog demo",
		PersistentPreRunE: func(*cobra.Command, []string) (err error) {
			o.dir, err = filepath.Abs(o.dir)
			return err
		},
		Version:       version(),
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	dir := os.Getenv("DUOLOG_DIR")
	if dir == "" {
		dir = "."
	}
	root.PersistentFlags().StringVar(&o.dir, "dir", dir, "the instance folder (also from DUOLOG_DIR)")
	root.PersistentFlags().BoolVarP(&o.verbose, "verbose", "v", false, "log every mail and page")
	root.AddCommand(
		demoCommand(o), initCommand(o), checkCommand(o), loginCommand(o), runCommand(o),
		receiveCommand(o), remindCommand(o), buildCommand(o), publishCommand(o), verifyCommand(o), serveCommand(o),
		deliverCommand(o), explainCommand(o), exportCommand(o),
		personCommand(o), pairCommand(o), heldCommand(o), outboxCommand(o), reconcileCommand(o), statsCommand(o),
	)
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usage("%v", err) })
	argsAreUsage(root)
	return root
}

// argsAreUsage turns cobra's complaints about arguments and unknown verbs into usage errors.
func argsAreUsage(c *cobra.Command) {
	check := c.Args
	if check == nil && c.HasSubCommands() {
		check = func(c *cobra.Command, args []string) error {
			if len(args) > 0 {
				return errors.New("unknown verb " + args[0])
			}
			return nil
		}
	}
	if check != nil {
		c.Args = func(c *cobra.Command, args []string) error {
			if err := check(c, args); err != nil {
				return usage("%s: %s", c.CommandPath(), strings.TrimSpace(err.Error()))
			}
			return nil
		}
	}
	if c.HasSubCommands() && c.Run == nil && c.RunE == nil {
		c.RunE = func(c *cobra.Command, _ []string) error { return c.Help() }
	}
	for _, sub := range c.Commands() {
		argsAreUsage(sub)
	}
}

func dryRunFlag(c *cobra.Command, o *options) *cobra.Command {
	c.Flags().BoolVarP(&o.dryRun, "dry-run", "n", false, "say what would happen, change nothing")
	return c
}

// version is the module version or the commit that the program was built from.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && len(s.Value) >= 12 {
			return s.Value[:12]
		}
	}
	return info.Main.Version
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

func plural(n int, one, many string) string {
	if n == 1 {
		return fmt.Sprintf("1 %s", one)
	}
	return fmt.Sprintf("%d %s", n, many)
}
