package main

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/spf13/cobra"

	"duolog/site"
)

// TestPagesThatCouldNotBePublishedAreTriedAgain has a file where the host's folder shall be.
func TestPagesThatCouldNotBePublishedAreTriedAgain(t *testing.T) {
	t.Parallel()
	hugo, err := site.FindHugo(t.Context(), "")
	if err != nil {
		t.Fatalf("the test needs Hugo: %v", err)
	}
	dir, host := t.TempDir(), filepath.Join(t.TempDir(), "www")
	config := "mail: {address: 1on1@acme.example}\nimap: {host: imap.acme.example}\nsmtp: {host: smtp.acme.example}\nsender: {server: mx.acme.example}\n" +
		"content: {git: false}\nsite: {hugo: " + hugo + ", publish: " + host + "}\n"
	clock := time.Date(2026, time.December, 1, 17, 40, 0, 0, time.UTC)
	if err := makeInstance(dir, []byte(config), clock); err != nil {
		t.Fatal(err)
	}
	o := &options{dir: dir}
	read, err := readConfig(dir)
	if err != nil {
		t.Fatal(err)
	}
	in, err := o.openWith(t.Context(), read, func() time.Time { return clock })
	if err != nil {
		t.Fatal(err)
	}
	defer in.close()
	in.log = slog.New(slog.DiscardHandler)
	c := &cobra.Command{}
	c.SetContext(context.Background())
	c.SetOut(io.Discard)
	published := func() bool { _, err := os.Stat(filepath.Join(host, "index.html")); return err == nil }

	if err := os.WriteFile(host, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := in.renew(c, nil); err == nil {
		t.Fatal("the test is void: publishing into a file succeeded")
	}
	if err := os.Remove(host); err != nil {
		t.Fatal(err)
	}
	clock = clock.Add(time.Minute)
	if err := in.renew(c, nil); err != nil || published() {
		t.Errorf("want it to wait a while, got %v, published: %v", err, published())
	}
	clock = clock.Add(buildAgain)
	if err := in.renew(c, nil); err != nil || !published() {
		t.Errorf("want it published now, got %v, published: %v", err, published())
	}

	in.failed, in.behind = clock, []string{"priya-sam"} // no such pair: what matters is that it is tried and forgotten
	clock = clock.Add(time.Minute)
	if err := in.renew(c, nil); err != nil || len(in.behind) != 1 {
		t.Errorf("want the pair to wait a while, got %v, %v", err, in.behind)
	}
	clock = clock.Add(buildAgain)
	if err := in.renew(c, nil); !errors.Is(err, errNeedsPerson) || len(in.behind) != 0 {
		t.Errorf("want the pair built now, got %v, %v", err, in.behind)
	}
}
