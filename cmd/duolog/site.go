package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"duolog/meeting"
	"duolog/site"
	"duolog/site/host"
)

// builder is the one builder of the instance: it remembers what it found and when its pages grow stale.
func (in *instance) builder() *builder {
	if in.pages == nil {
		in.pages = &builder{site.Builder{
			Content: in.store, Private: filepath.Join(in.dir, "state", "site"), Public: inDir(in.dir, in.config.Site.Public),
			Themes: filepath.Join(in.dir, "themes"), Hugo: in.config.Site.Hugo, Mail: in.mailTo, Log: in.log, Now: in.now,
		}}
	}
	return in.pages
}

// builder is a site.Builder that also finds its Hugo.
type builder struct{ site.Builder }

// FindHugo tells which Hugo the next build would run.
func (b *builder) FindHugo(ctx context.Context) (string, error) {
	path, err := site.FindHugo(ctx, b.Hugo)
	if errors.Is(err, site.ErrNoHugo) || errors.Is(err, site.ErrOldHugo) {
		return "", hint(err, "https://gohugo.io tells how to install it; or name it in site.hugo")
	}
	return path, err
}

// pageURL is where one person opens the log, "" when the site has no address.
func (in *instance) pageURL(p *meeting.Person) string {
	if in.config.Site.URL == "" || p.Recipient == "" {
		return ""
	}
	link, err := in.builder().Link(p.ID)
	if err != nil {
		return ""
	}
	return in.config.Site.URL + "/" + link
}

// mailTo is an address that takes a person's mails without a letter of ours that they answer, for the log's own page. It stays
// the same for a quarter, so that keyrings do, and works for one more; "" when the instance is not open for mail.
func (in *instance) mailTo(person, pair string) string {
	if in.flow == nil {
		return ""
	}
	now := in.now().UTC()
	quarter := time.Date(now.Year(), (now.Month()-1)/3*3+1, 1, 0, 0, 0, 0, time.UTC)
	stamp, err := in.flow.Policy.Register.Stamp(person, pair, "site/"+quarter.Format(time.DateOnly), quarter.AddDate(0, 6, 0))
	if err != nil {
		return ""
	}
	return stamp.ReplyTo
}

func buildCommand(o *options) *cobra.Command {
	return dryRunFlag(&cobra.Command{
		Use:     "build [PAIR …]",
		Example: "  duolog build priya-sam",
		Short:   "Build the sealed site, wholly or for some pairs",
		RunE: o.on(func(c *cobra.Command, in *instance, args []string) error {
			if o.dryRun {
				pairs, err := in.store.Pairs()
				fmt.Fprintf(c.OutOrStdout(), "would build %s into %s\n", plural(len(pairs), "pair", "pairs"), in.builder().Public)
				return err
			}
			return in.build(c, args)
		}),
	}, o)
}

func (in *instance) build(c *cobra.Command, pairs []string) error {
	if len(pairs) == 0 {
		pairs = nil
	}
	there, err := in.unpublish()
	if err != nil {
		return err
	}
	r, err := in.builder().Build(c.Context(), pairs)
	if err != nil {
		return err
	}
	if pairs != nil && there != nil {
		there.Behind = append(there.Behind, r.Changed...)
		if err := in.save(there); err != nil {
			return err
		}
	}
	fmt.Fprintf(c.OutOrStdout(), "built %s: %s written, %d removed, in %s\n",
		plural(r.Pairs, "pair", "pairs"), plural(r.Written, "file", "files"), r.Removed, in.builder().Public)
	for _, pair := range r.Withheld {
		fmt.Fprintf(c.OutOrStdout(), "not published: %s (%s)\n", pair, in.whyWithheld(pair))
	}
	if len(r.Broken) > 0 {
		return hint(errors.Join(append(r.Broken, needsPerson("%s left as published before", plural(len(r.Broken), "pair is", "pairs are")))...), "mend the file and build again")
	}
	return nil
}

// whyWithheld says what keeps a pair from being published.
func (in *instance) whyWithheld(pair string) string {
	l, err := in.store.Pair(pair)
	if err != nil {
		return err.Error()
	}
	for _, p := range []*meeting.Person{l.Manager, l.Report} {
		if p.Recipient == "" {
			return fmt.Sprintf("%s has no password: duolog person enrol %s", p.ID, p.ID)
		}
		if p.Consent != nil && p.Consent.State != "yes" {
			return fmt.Sprintf("%s answered %q", p.ID, p.Consent.State)
		}
	}
	return "somebody did not agree"
}

func publishCommand(o *options) *cobra.Command {
	return dryRunFlag(&cobra.Command{
		Use:     "publish [TARGET]",
		Example: "  duolog publish rsync:www@host.example.org:/var/www/log",
		Short:   "Bring the public folder to its host: only what changed, pages before keyrings",
		Long: "publish brings the public folder to TARGET, or to site.publish: a folder, rsync:[USER@]HOST:PATH, git:URL#BRANCH,\n" +
			"or s3://BUCKET[/PREFIX][?endpoint=URL].",
		Args: cobra.MaximumNArgs(1),
		RunE: o.on(func(c *cobra.Command, in *instance, args []string) error {
			if len(args) == 1 {
				in.config.Site.Publish = args[0]
			}
			if in.config.Site.Publish == "" {
				return usage("publish: name the host, here or as site.publish: a folder, rsync:HOST:PATH, git:URL#BRANCH, s3://BUCKET")
			}
			return in.publish(c, o.dryRun)
		}),
	}, o)
}

func (in *instance) publish(c *cobra.Command, dry bool) error {
	h, err := host.Open(in.config.Site.Publish, filepath.Join(in.dir, "state", "host"), site.Owns)
	if err != nil {
		return err
	}
	n, err := in.push(c.Context(), h, dry)
	if err != nil {
		return err
	}
	if !dry {
		if err := in.save(&published{Target: in.config.Site.Publish}); err != nil {
			return err
		}
	}
	verb := "changed"
	if dry {
		verb = "would change"
	}
	fmt.Fprintf(c.OutOrStdout(), "%s %s at %s\n", plural(n, "file", "files"), verb, in.config.Site.Publish)
	return nil
}

// push sends what changed since the last time, where that is known; otherwise it compares every file with what was built, and
// then with the host's.
func (in *instance) push(ctx context.Context, h host.Host, dry bool) (changed int, err error) {
	b := in.builder()
	if sender, names := in.changedSince(h); sender != nil {
		changed, err = sender.Send(ctx, b.Public, names, dry)
	} else {
		if err := b.Check(); err != nil {
			return 0, hint(err, "run `duolog build` first")
		}
		changed, err = h.Push(ctx, b.Public, dry)
	}
	if err != nil {
		return changed, fmt.Errorf("publish: %w", err)
	}
	return changed, nil
}

func verifyCommand(o *options) *cobra.Command {
	return &cobra.Command{
		Use:     "verify URL|DIR",
		Example: "  duolog verify https://log.example.org",
		Short:   "Compare the published page and script with what this duolog builds",
		Args:    cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			config, err := readConfig(o.dir)
			if err != nil {
				return err
			}
			in := &instance{dir: o.dir, config: config, store: o.store(), log: o.logger()}
			err = in.builder().Verify(c.Context(), args[0])
			switch {
			case errors.Is(err, site.ErrAltered):
				return hint(err, "build the whole site and publish again; if it comes back, the host alters what it serves: stop using it and change the passwords")
			case err != nil:
				return hint(err, "is the address right, and was the site published there?")
			}
			fmt.Fprintln(c.OutOrStdout(), "the page and its script are as built")
			return nil
		},
	}
}

func serveCommand(o *options) *cobra.Command {
	var addr string
	c := &cobra.Command{
		Use:     "serve",
		Example: "  duolog serve --addr 127.0.0.1:8080",
		Short:   "Serve the public folder, to look at it",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			config, err := readConfig(o.dir)
			if err != nil {
				return err
			}
			if addr == "" {
				addr = config.Site.Listen
			}
			return serve(c, addr, inDir(o.dir, config.Site.Public))
		},
	}
	c.Flags().StringVar(&addr, "addr", "", "HOST:PORT instead of site.listen")
	return c
}

func serve(c *cobra.Command, addr, dir string) error {
	if _, err := os.Stat(dir); err != nil {
		return hint(fmt.Errorf("there is no site in %s", dir), "run `duolog build` first")
	}
	l, err := (&net.ListenConfig{}).Listen(c.Context(), "tcp", addr)
	if err != nil {
		return hint(err, "choose another address with --addr")
	}
	fmt.Fprintf(c.OutOrStdout(), "serving http://%s until interrupted\n", l.Addr())
	return site.Serve(c.Context(), l, dir)
}
