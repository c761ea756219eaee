package main

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"
	"go.yaml.in/yaml/v3"

	"duolog/content"
	"duolog/content/sample"
	"duolog/mailflow"
	"duolog/meeting"
	"duolog/site"
)

//go:embed demo
var demoFiles embed.FS

func demoCommand(o *options) *cobra.Command {
	var addr string
	var once, year bool
	var seed uint64
	c := &cobra.Command{
		Use:   "demo",
		Short: "Show all of duolog on this machine: mail servers, people, replies, the sealed site",
		Long: "demo sends, receives and builds as the service does, with sample people who answer, on mail servers of its own: the\n" +
			"week of one meeting, or with --year a whole year of nine people and twelve pairs in about a minute. Then it serves\n" +
			"the site and goes on.",
		Example: "  duolog demo --year --once --dir demo",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if !c.Flags().Changed("dir") {
				dir, err := os.MkdirTemp("", "duolog-demo-")
				if err != nil {
					return err
				}
				if !once {
					defer os.RemoveAll(dir)
				}
				o.dir = dir
			}
			d := &demo{c: c, seed: seed, passwords: map[string]string{}}
			if year {
				return d.run(o, addr, once, d.castYear, func(ctx context.Context) error { return d.playYear(ctx, time.Now()) })
			}
			return d.run(o, addr, once, d.sampleWeek, d.play)
		},
	}
	c.Flags().StringVar(&addr, "addr", "127.0.0.1:8080", "HOST:PORT to serve the site on")
	c.Flags().BoolVar(&once, "once", false, "do everything but serve, leave the instance, and end")
	c.Flags().BoolVar(&year, "year", false, "play a whole year instead of one week")
	c.Flags().Uint64Var(&seed, "seed", 1, "of the dice that the people of the year throw: the same seed and day, the same year")
	return c
}

// demo is one run of the demo, on a clock of its own that the script moves.
type demo struct {
	*instance
	c         *cobra.Command
	clock     time.Time
	live      atomic.Bool // the script is over: from now on the time is everybody's
	weeks     int         // the sample is written for one week; this many lie between it and the demo's
	seed      uint64
	year      *sample.Year // nil when one week is played
	passwords map[string]string
}

// Demo mail is read and written with this password, on loopback only.
const demoPassword = "demo"

// run makes an instance, fills it with people, plays what happens to them, builds, and serves unless it is to end then.
func (d *demo) run(o *options, addr string, once bool, fill func(*content.Store) error, play func(context.Context) error) error {
	if entries, err := os.ReadDir(o.dir); err == nil && len(entries) > 0 {
		return hint(fmt.Errorf("%s is not empty", o.dir), "choose a new folder with --dir")
	}
	c := d.c
	l, err := (&net.ListenConfig{}).Listen(c.Context(), "tcp", addr)
	if err != nil {
		return hint(err, "choose another address with --addr")
	}
	defer l.Close()
	if err := d.prepare(o, "http://"+l.Addr().String(), fill); err != nil {
		return err
	}
	if err := d.givePasswords(o.store()); err != nil {
		return err
	}
	config, err := readConfig(o.dir)
	if err != nil {
		return err
	}
	if d.instance, err = o.openWith(c.Context(), config, d.time); err != nil {
		return err
	}
	defer d.close()
	if err := play(c.Context()); err != nil {
		return err
	}
	d.live.Store(true)
	d.say("building the site with Hugo; where Go has to compile Hugo first, that takes about two minutes")
	if err := d.build(c, nil); err != nil {
		return err
	}
	newcomer, err := d.invite(c.Context())
	if err != nil {
		return err
	}
	d.farewell(l.Addr().String(), newcomer, once)
	if once {
		return nil
	}
	return d.stay(c, l)
}

// time is that of the mail servers and of all who work in the demo.
func (d *demo) time() time.Time {
	if d.live.Load() {
		return time.Now()
	}
	return d.clock
}

func (d *demo) say(format string, args ...any) {
	fmt.Fprintf(d.c.OutOrStdout(), "· "+format+"\n", args...)
}

// prepare makes the instance: configuration and people.
func (d *demo) prepare(o *options, url string, fill func(*content.Store) error) error {
	config, err := demoFiles.ReadFile("demo/config.yaml")
	if err != nil {
		return err
	}
	text := strings.Replace(string(config), `url: ""`, "url: "+url, 1)
	if err := makeInstance(o.dir, []byte(text), time.Now()); err != nil {
		return err
	}
	return fill(o.store())
}

// givePasswords makes a fresh password for everybody.
func (d *demo) givePasswords(store *content.Store) error {
	people, err := store.People()
	if err != nil {
		return err
	}
	for _, p := range people {
		if d.passwords[p.ID], err = setPassword(p); err != nil {
			return err
		}
		if err := store.SavePerson(p); err != nil {
			return err
		}
	}
	pairs, err := store.Pairs()
	d.say("%s, %s, in %s", plural(len(people), "person", "people"), plural(len(pairs), "pair", "pairs"), filepath.Dir(store.Dir()))
	return err
}

// sampleWeek puts the sample people with their history into the store.
func (d *demo) sampleWeek(store *content.Store) error {
	d.weeks = weeksToMove(time.Now())
	d.clock = d.moved("2026-12-01 09:00")
	return d.copySample(store.Dir())
}

var sampleZone = sync.OnceValue(func() *time.Location {
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		return time.UTC
	}
	return zone
})

// weeksToMove is how many weeks the sample must move so that its meeting, Thursday 3 December 2026, is the latest Thursday
// whose recap was answered by now.
func weeksToMove(now time.Time) int {
	meeting := time.Date(2026, 12, 3, 19, 0, 0, 0, sampleZone())
	weeks := int(now.Sub(meeting).Hours() / (7 * 24))
	for meeting.AddDate(0, 0, 7*weeks).After(now) {
		weeks--
	}
	return weeks
}

// moved is a local time of the sample's week in the demo's week.
func (d *demo) moved(local string) time.Time {
	at, _ := time.ParseInLocation("2006-01-02 15:04", local, sampleZone())
	return at.AddDate(0, 0, 7*d.weeks)
}

var sampleDate = regexp.MustCompile(`\b(20\d\d-\d\d-\d\d)(T\d\d:\d\d:\d\d[+-]\d\d:\d\d)?`)

// move shifts every date in a sample file; times keep their place on the wall clock.
func (d *demo) move(text string) string {
	return sampleDate.ReplaceAllStringFunc(text, func(s string) string {
		if at, err := time.Parse(time.RFC3339, s); err == nil {
			wall := at.In(sampleZone()).AddDate(0, 0, 7*d.weeks)
			return wall.Format(time.RFC3339)
		}
		day, err := time.Parse(time.DateOnly, s)
		if err != nil {
			return s
		}
		return day.AddDate(0, 0, 7*d.weeks).Format(time.DateOnly)
	})
}

func (d *demo) copySample(to string) error {
	return fs.WalkDir(sample.Files, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		raw, err := sample.Files.ReadFile(name)
		if err != nil {
			return err
		}
		file := filepath.Join(to, filepath.FromSlash(path.Dir(name)), d.move(path.Base(name)))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return err
		}
		return os.WriteFile(file, []byte(d.move(string(raw))), 0o644)
	})
}

// demoReply is one answer of the script, demo/replies.yaml.
type demoReply struct {
	At      string `yaml:"at"`
	From    string `yaml:"from"`
	Answers string `yaml:"answers"` // "priya-sam recap"
	Client  string `yaml:"client"`
	Text    string `yaml:"text"`
}

// typed is one mail that somebody writes in answer to a letter.
func (r demoReply) typed(at time.Time) sample.Reply {
	return sample.Reply{At: at, Person: r.From, Client: r.Client, Text: r.Text}
}

// play moves the clock through the week of one meeting: letters go out when they are owed, people answer, answers are read.
func (d *demo) play(ctx context.Context) error {
	raw, err := demoFiles.ReadFile("demo/replies.yaml")
	if err != nil {
		return err
	}
	var replies []demoReply
	if err := yaml.Unmarshal(raw, &replies); err != nil {
		return err
	}
	for _, r := range replies {
		at := d.moved(r.At)
		for d.clock.Before(at) {
			if err := d.sendOwed(ctx); err != nil {
				return err
			}
			d.clock = d.clock.Add(15 * time.Minute)
		}
		d.clock = at
		if err := d.answerLetter(ctx, r); err != nil {
			return fmt.Errorf("reply of %s to %s: %w", r.From, r.Answers, err)
		}
		if err := d.receiveAll(ctx); err != nil {
			return err
		}
	}
	d.clock = d.clock.Add(time.Hour)
	return d.sendOwed(ctx)
}

// sendOwed sends what is owed by now, letter by letter at its own time.
func (d *demo) sendOwed(ctx context.Context) error {
	queued, err := d.flow.Remind(ctx)
	if err != nil {
		return err
	}
	for _, o := range queued {
		d.say("%s  %s to %s (%s)", d.stamp(), o.Kind, o.Person, o.Pair)
	}
	return d.flush(ctx)
}

func (d *demo) stamp() string { return d.clock.In(sampleZone()).Format("Mon 2 Jan 15:04") }

func (d *demo) receiveAll(ctx context.Context) error {
	box, err := d.mailbox(ctx)
	if err != nil {
		return err
	}
	defer box.Close()
	report, err := d.flow.Receive(ctx, box)
	if err != nil {
		return err
	}
	for _, e := range report.Entries {
		switch e.Outcome {
		case mailflow.Accepted:
			d.say("%s  reply of %s (%s): %s", d.stamp(), e.Person, e.Pair, plural(len(e.Effects), "change", "changes"))
		default:
			d.say("%s  a mail was %s: %s", d.stamp(), e.Outcome, mailflow.ExplainReason(e.Reason))
		}
	}
	return d.flush(ctx)
}

// invite mails one person the way to a password of their own, as a newcomer gets it, and returns the link.
func (d *demo) invite(ctx context.Context) (string, error) {
	const person = "priya"
	pair, err := d.pairOf(person)
	if err != nil {
		return "", nil // another cast
	}
	if err := d.flow.Invite(pair, person); err != nil {
		return "", err
	}
	if err := d.flush(ctx); err != nil {
		return "", err
	}
	letter, err := d.findLetter(pair, meeting.LetterPassword, person)
	if err != nil {
		return "", err
	}
	return welcomeLink.FindString(letter.Text), nil
}

var welcomeLink = regexp.MustCompile(`https?://\S+/welcome/#\S+`)

func (d *demo) farewell(addr, newcomer string, once bool) {
	w := d.c.OutOrStdout()
	fmt.Fprintf(w, "\nThe instance is in %s; its Markdown in %s.\n\n", d.dir, filepath.Join(d.dir, "content"))
	people, _ := d.store.People()
	for _, p := range people {
		fmt.Fprintf(w, "%-14s %-20s password %s\n               %s\n", p.Name, p.Addresses[0], d.passwords[p.ID], d.pageURL(p))
	}
	if newcomer != "" {
		fmt.Fprintf(w, "\nMake a password of your own for Priya, as people do by a link in a mail; it goes back as a mail from her address:\n  %s\n", newcomer)
	}
	if once {
		fmt.Fprintf(w, "\nLook at it: %s --dir %s serve --addr %s\n", os.Args[0], d.dir, addr)
		return
	}
	fmt.Fprintf(w, "\nWrite to the log: every address above has a mailbox here, password %q.\n  IMAP %s (TLS), SMTP %s (STARTTLS); letters wait there for answers.\n  Reload the page to see what an answer changed.\n",
		demoPassword, d.servers.IMAPS, d.servers.SMTP)
	fmt.Fprintf(w, "\nServing http://%s until interrupted (Ctrl-C).\n", addr)
}

// stay serves the site and goes on as `duolog run` does, so that one can send further replies.
func (d *demo) stay(c *cobra.Command, l net.Listener) error {
	ctx, cancel := context.WithCancel(c.Context())
	defer cancel()
	served := make(chan error, 1)
	go func() {
		defer cancel()
		served <- site.Serve(ctx, l, d.builder().Public)
	}()
	c.SetContext(ctx)
	_, err := d.instance.run(c, nil)
	cancel()
	if err := errors.Join(err, <-served); err != nil && c.Context().Err() == nil {
		return err
	}
	return nil
}

// letterKind reads what a reply of the script answers.
func letterKind(answers string) (pair string, kind meeting.LetterKind) {
	pair, k, _ := strings.Cut(answers, " ")
	return pair, meeting.LetterKind(k)
}
