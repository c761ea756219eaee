package site

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"
)

// Verify compares the shell that is published at place, an http address or a folder, with the one of this duolog, and returns all
// that differs, nil when nothing does. The shell is the page and script that people type their password into, so whoever
// alters it can read along; the sealed pages prove themselves when they are opened. A host that shows different visitors
// different files is not found out this way.
func (b *Builder) Verify(ctx context.Context, place string) error {
	files, err := shell(themed(b.Themes))
	if err != nil {
		return err
	}
	fetch := func(name string) ([]byte, error) { return os.ReadFile(public{place}.path(name)) }
	if u, err := url.Parse(place); err == nil && (u.Scheme == "http" || u.Scheme == "https") {
		fetch = func(name string) ([]byte, error) { return get(ctx, strings.TrimSuffix(place, "/")+"/"+name) }
	}
	var wrong []error
	missing := 0
	for _, f := range files {
		published, err := fetch(f.Path)
		switch dead := (*url.Error)(nil); {
		case errors.As(err, &dead):
			return fmt.Errorf("%s cannot be reached: %w", place, dead.Err)
		case err != nil:
			missing++
			wrong = append(wrong, fmt.Errorf("%s is not there: %w", f.Path, err))
		case !bytes.Equal(published, f.data):
			wrong = append(wrong, fmt.Errorf("%s %w", f.Path, ErrAltered))
		}
	}
	if missing == len(files) {
		return fmt.Errorf("nothing of the site is at %s: %w", place, wrong[0])
	}
	return errors.Join(wrong...)
}

// ErrAltered means that a published file of the shell is not the one that this duolog builds.
var ErrAltered = errors.New("is not the file that this duolog published")

func get(ctx context.Context, address string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimSuffix(address, "index.html"), nil)
	if err != nil {
		return nil, err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, errors.New(resp.Status)
	}
	return io.ReadAll(io.LimitReader(resp.Body, 10<<20))
}
