// Package site builds the private log as a static site that even its host cannot read.
//
// Hugo renders the pairs that changed into a private staging folder; package seal encrypts every page for its readers; only
// what is sealed, and a shell that is the same for everybody, reaches the public folder. So nothing rendered may ever be
// written elsewhere, and no name, title or date may become part of a path there: [Builder.Check] fails on both.
//
// A pair is published when both its people have a key and did not say no: no key, no page.
package site

import (
	"context"
	"io"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"duolog/content"
	"duolog/site/seal"
)

// A Builder makes the site of one instance. Whoever builds holds the lock of the instance.
type Builder struct {
	Content *content.Store
	Private string                           // folder for keys, records and staging; made for its owner alone
	Public  string                           // folder that the web host serves
	Themes  string                           // folder with the operator's own theme files, "" or missing for none
	Hugo    string                           // path of Hugo, "" to look for it
	Mail    func(person, pair string) string // the address that takes a person's mails about a pair, for their keyring; nil for none
	Log     *slog.Logger                     // nil is silent
	Now     func() time.Time                 // nil is time.Now

	hugo   string               // found once
	until  map[string]time.Time // by pair: how long what was built says what it would say if it were built again
	people map[string][]string  // by pair: who is in it, as far as it was read
}

// A Report says what a build did. Counts are of files in the public folder.
type Report struct {
	Pairs    int // rendered
	Pages    int // rendered, each language counted
	Written  int
	Removed  int
	Changed  []string // names of the files written or removed, in no order
	Withheld []string // pairs not published, because somebody in them has no key or said no
	Broken   []error  // pairs and people whose files are broken; what was published of them stays as it was
}

// Build renders and publishes the given pairs, or all when pairs is nil; only that also sweeps the public folder and fails
// on files there that are not ours. What did not change stays as it is, byte by byte. Building again after an
// interruption completes what was begun.
func (b *Builder) Build(ctx context.Context, pairs []string) (Report, error) {
	bu, err := b.begin(ctx)
	if err != nil {
		return Report{}, err
	}
	defer func() {
		if err := os.RemoveAll(bu.staging); err != nil { // what is published is sealed; this is not
			b.logger().Error("the plain pages of the build could not be removed", "error", err)
		}
	}()
	bu.all = pairs == nil
	if bu.all {
		bu.store = b.Content.Reader()
		pairs, err = bu.everything()
	} else {
		pairs, err = bu.widen(pairs)
	}
	if err != nil {
		return Report{}, err
	}
	steps := []func() error{
		func() error { return bu.render(ctx, pairs) },
		bu.publishKeyrings,
		bu.clear,
	}
	if bu.all {
		steps = append(steps, bu.sweep)
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return bu.report, err
		}
	}
	b.remember(bu.until, bu.all)
	r := bu.report
	b.logger().Info("site built", "pairs", r.Pairs, "pages", r.Pages, "written", r.Written, "removed", r.Removed, "withheld", len(r.Withheld), "broken", len(r.Broken))
	return r, nil
}

// Stale lists the pairs whose pages would say something else if they were built now, though nobody wrote anything since this
// Builder built them: a meeting began, an agreement or a month ended, a survey opened. It costs next to nothing.
func (b *Builder) Stale() []string {
	var pairs []string
	for pair, until := range b.until {
		if !b.now().Before(until) {
			pairs = append(pairs, pair)
		}
	}
	slices.Sort(pairs)
	return pairs
}

func (b *Builder) remember(until map[string]time.Time, all bool) {
	if all || b.until == nil {
		b.until = map[string]time.Time{}
	}
	maps.Copy(b.until, until)
}

// Link returns the part of the site's address that leads one person to their log, to be put behind it: "#k=…". It names
// the person to nobody and opens nothing.
func (b *Builder) Link(person string) (string, error) {
	vault, err := b.vault()
	if err != nil {
		return "", err
	}
	return "#k=" + vault.Name("person", person), nil
}

func (b *Builder) vault() (*seal.Vault, error) {
	return seal.OpenVault(filepath.Join(b.Private, "seal"))
}

func (b *Builder) logger() *slog.Logger {
	if b.Log == nil {
		return slog.New(slog.NewTextHandler(io.Discard, nil))
	}
	return b.Log
}

func (b *Builder) now() time.Time {
	if b.Now == nil {
		return time.Now()
	}
	return b.Now()
}
