package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/google/renameio/v2"

	"duolog/site/host"
)

// published is the record of what the host has: all that the public folder had when everything was compared last, and every
// change since but those of the files Behind. Without it nothing is known, and publishing compares every file. A build of
// everything, of which there is one a day, ends it.
type published struct {
	Target string   `json:"target"`
	Behind []string `json:"behind,omitempty"` // files that builds wrote or removed since
}

func (in *instance) publishedFile() string {
	return filepath.Join(in.dir, "state", "host", "published.json")
}

// published returns nil when there is no record, or none that makes sense.
func (in *instance) published() *published {
	raw, err := os.ReadFile(in.publishedFile())
	p := &published{}
	if err != nil || json.Unmarshal(raw, p) != nil {
		return nil
	}
	return p
}

// unpublish ends the record before a build begins, since a build that is interrupted does not tell what it changed.
func (in *instance) unpublish() (*published, error) {
	p := in.published()
	if err := os.RemoveAll(in.publishedFile()); err != nil {
		return nil, fmt.Errorf("publish: %w", err)
	}
	return p, nil
}

func (in *instance) save(p *published) error {
	slices.Sort(p.Behind)
	p.Behind = slices.Compact(p.Behind)
	raw, err := json.Marshal(p)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(in.publishedFile()), 0o700); err != nil {
		return fmt.Errorf("publish: %w", err)
	}
	if err := renameio.WriteFile(in.publishedFile(), raw, 0o600); err != nil {
		return fmt.Errorf("publish: %w", err)
	}
	return nil
}

// changedSince returns how to send the few files that changed since the host had everything; nil when that is unknown, or the
// host takes only whole folders.
func (in *instance) changedSince(h host.Host) (host.Sender, []string) {
	sender, ok := h.(host.Sender)
	p := in.published()
	if !ok || p == nil || p.Target != in.config.Site.Publish {
		return nil, nil
	}
	return sender, p.Behind
}
