package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"duolog"
	"duolog/mailflow/inbox"
	"duolog/mailflow/oauth"
)

func initCommand(o *options) *cobra.Command {
	var service bool
	c := &cobra.Command{
		Use:     "init DIR",
		Example: "  duolog init team",
		Short:   "Make an instance folder: config.yaml, content/, state/",
		Args:    cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			dir := args[0]
			if service {
				return printUnit(c, dir)
			}
			if _, err := os.Stat(filepath.Join(dir, "config.yaml")); err == nil {
				return hint(fmt.Errorf("there is an instance in %s already", dir), "edit its config.yaml")
			}
			if err := makeInstance(dir, duolog.SampleConfig, time.Now()); err != nil {
				return err
			}
			fmt.Fprintf(c.OutOrStdout(), "made %s\n\nnext:\n  edit %s\n  write the mailbox's password into %s\n"+
				"  duolog --dir %s person add …   and   pair add …\n  duolog --dir %s check\n  duolog init --systemd %s   prints a service that runs it\n",
				dir, filepath.Join(dir, "config.yaml"), filepath.Join(dir, "secrets", "mailbox"), dir, dir, dir)
			return nil
		},
	}
	c.Flags().BoolVar(&service, "systemd", false, "make nothing; print a service of systemd that runs the instance in DIR")
	return c
}

// printUnit prints a service for the instance, which need not exist yet.
func printUnit(c *cobra.Command, dir string) error {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	program, err := os.Executable()
	if err != nil {
		return err
	}
	fmt.Fprintf(c.OutOrStdout(), unit, program, dir, dir)
	return nil
}

// makeInstance makes the folders and files of a new instance. Everything but config.yaml and public/ is for its owner alone: the logs are
// not sealed where they are kept, and have answers that the other side may not see yet.
func makeInstance(dir string, config []byte, now time.Time) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for _, folder := range []string{"content", "content/people", "content/pairs", "state", "secrets"} {
		if err := os.MkdirAll(filepath.Join(dir, folder), 0o700); err != nil {
			return err
		}
	}
	if err := makeTokenKey(dir, now); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "config.yaml"), config, 0o644)
}

func checkCommand(o *options) *cobra.Command {
	var offline bool
	c := &cobra.Command{
		Use:     "check",
		Example: "  duolog check --offline",
		Short:   "Say what is wrong with the instance; try the logins, send ourselves a mail and a forged one",
		Args:    cobra.NoArgs,
		RunE: o.on(func(c *cobra.Command, in *instance, _ []string) error {
			s := &checks{w: c.OutOrStdout()}
			s.note("configuration", in.checkConfig())
			s.note("content", in.checkContent())
			_, err := in.builder().FindHugo(c.Context())
			s.note("hugo", err)
			s.note("address of the site", in.checkSite())
			for _, p := range in.following(offline) {
				found, err := in.checkCalendar(c.Context(), p)
				s.note(strings.TrimSuffix("calendar of "+p.ID+": "+found, ": "), err)
			}
			if !offline {
				s.note("mailbox (IMAP)", in.checkMailbox(c.Context()))
				s.note("submission (SMTP)", in.checkSubmission(c.Context()))
			}
			s.note("letters", in.checkLetters())
			if !offline && s.failed == 0 {
				fmt.Fprintln(s.w, "…     waiting up to 90 s for two mails to ourselves")
				s.note("a mail to ourselves, and a forged one", in.trial(c.Context(), s.w, trialWait))
			}
			return s.verdict()
		}),
	}
	c.Flags().BoolVar(&offline, "offline", false, "do not try the mail servers")
	return c
}

// checks prints what each check found, a line each, and counts them.
type checks struct {
	w                 io.Writer
	failed, forPerson int
}

func (s *checks) note(what string, err error) {
	if err == nil {
		fmt.Fprintf(s.w, "good  %s\n", what)
		return
	}
	verdict := "bad "
	if errors.Is(err, errNeedsPerson) {
		s.forPerson++
		verdict = "look"
	} else {
		s.failed++
	}
	fmt.Fprintf(s.w, "%s  %s: %v\n", verdict, what, err)
	if h := hintOf(err); h != "" {
		fmt.Fprintf(s.w, "      hint: %s\n", h)
	}
}

func (s *checks) verdict() error {
	switch {
	case s.failed > 0:
		return fmt.Errorf("%s", plural(s.failed, "check failed", "checks failed"))
	case s.forPerson > 0:
		return needsPerson("%s", plural(s.forPerson, "thing to look at", "things to look at"))
	}
	return nil
}

func loginCommand(o *options) *cobra.Command {
	return &cobra.Command{
		Use:     "login",
		Example: "  duolog login",
		Short:   "Ask the mailbox's owner for consent in a browser, for providers that take no passwords",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			config, err := readConfig(o.dir)
			if err != nil {
				return err
			}
			if config.OAuth.Provider == "" || config.OAuth.Grant != oauth.Code {
				return hint(errors.New("this instance needs no login"), "oauth.provider and oauth.grant in config.yaml say how it logs in")
			}
			login, err := config.oauthConfig(o.dir)
			if err != nil {
				return err
			}
			err = login.Login(c.Context(), func(url string) {
				fmt.Fprintf(c.OutOrStdout(), "Open this address in a browser on this machine and say yes:\n\n  %s\n\n", url)
			})
			if err != nil {
				return err
			}
			fmt.Fprintln(c.OutOrStdout(), "done; `duolog check` tries it")
			return nil
		},
	}
}

func (in *instance) checkContent() error {
	_, problem := in.store.People()
	pairs, err := in.store.Pairs()
	problem = errors.Join(problem, err)
	for _, id := range pairs {
		_, err := in.store.Log(id)
		problem = errors.Join(problem, err)
	}
	return hint(problem, "mend the file; until then only that pair stands still")
}

// checkSite looks whether people can find their log and make a password for it.
func (in *instance) checkSite() error {
	if in.config.Site.URL != "" {
		return nil
	}
	return hint(needsPerson("site.url is empty: no mail links to the log, and nobody can make a password"), "set it to the address at which the public folder is served")
}

func (in *instance) checkSubmission(ctx context.Context) error {
	if in.noSubmission != nil {
		return in.noSubmission
	}
	return in.advise("smtp", in.config.SMTP, in.queue.Check(ctx))
}

// checkLetters looks whether letters are sent, and whether they arrive.
func (in *instance) checkLetters() error {
	stop, err := in.ledger.Stopped()
	if err != nil {
		return err
	}
	if stop != nil {
		return hint(needsPerson("none is sent since %s: %s", stop.At.Format("2006-01-02 15:04"), stop.Reason), "mend it, then `duolog outbox resume`")
	}
	all, err := in.ledger.Bounces()
	if err != nil {
		return err
	}
	var lost []string
	for _, b := range all {
		if b.Undeliverable() {
			lost = append(lost, b.Person+" ("+b.Status+")")
		}
	}
	if len(lost) > 0 {
		return hint(needsPerson("they come back from %s", strings.Join(lost, ", ")), "correct the address: duolog person show PERSON")
	}
	return nil
}

func (in *instance) checkMailbox(ctx context.Context) error {
	box, err := in.mailbox(ctx)
	if err != nil {
		return err
	}
	_, err = box.Unknown(ctx, func(inbox.ID) bool { return true })
	return errors.Join(err, box.Close())
}

// tidy forgets what the ledger need not know any more, as mail.keep says.
func (in *instance) tidy() error {
	keep, err := keepDays(in.config.Mail.Keep)
	if err != nil {
		return err
	}
	return in.flow.Tidy(keep)
}

// expire removes old mails that were dealt with, as mail.keep says, and takes those that the operator accepted or dropped out of
// the folder of held mails.
func (in *instance) expire(ctx context.Context, box *inbox.Session) error {
	if err := in.flow.Refile(ctx, box); err != nil {
		in.log.Warn("mails that are no longer held", "error", err) // tried again at the next pass
	}
	keep, err := keepDays(in.config.Mail.Keep)
	if err != nil || keep == 0 {
		return err
	}
	_, err = box.Expire(ctx, in.config.IMAP.Done, in.now().Add(-keep))
	if errors.Is(err, inbox.ErrNotExpunged) { // the server removes nothing by itself; old mail stays, marked as deleted
		in.log.Warn("mail.keep", "error", err)
		return nil
	}
	return err
}
