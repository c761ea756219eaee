// Package host brings the public folder to where it is hosted.
//
// The rule that a newcomer would break is the order: sealed pages and assets first, then the page that loads them, then the
// keyrings that name them, and only then the removal of what is gone. A reader who comes in between sees the old log or the new one,
// never a link to nothing. Only what changed is sent.
package host

import (
	"cmp"
	"context"
	"crypto/md5" //nolint:gosec // as the fingerprint that S3 lists, not for security
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Host is a place that serves a copy of the public folder.
type Host interface {
	// Push makes the place like the folder and returns how many files it sent or removed; dry only counts them.
	Push(ctx context.Context, folder string, dry bool) (changed int, err error)
}

// Sender is a Host that also takes single files, from somebody who knows what changed. Others must compare everything.
type Sender interface {
	Host
	// Send makes the named files of the place like those of the folder, and takes away those that the folder has no more. It looks
	// at no others. It returns how many it sent or removed; dry only counts them.
	Send(ctx context.Context, folder string, names []string, dry bool) (changed int, err error)
}

// Open understands where a host is:
//
//	DIR                                  a folder, such as a mounted one
//	rsync:[USER@]HOST:PATH               by the rsync program, over ssh
//	git:URL#BRANCH                       a branch whose only content is the site, by the git program
//	s3://BUCKET[/PREFIX][?endpoint=URL]  an S3-compatible bucket; keys from the environment or AWS's files
//
// scratch is a private folder where it may keep what it needs between pushes. ours tells the names that files of the site have;
// others, in the folder and at the host, are left alone.
func Open(target, scratch string, ours func(name string) bool) (Host, error) {
	kind, rest, _ := strings.Cut(target, ":")
	switch kind {
	case "rsync":
		return rsync{strings.TrimSuffix(rest, "/") + "/"}, nil
	case "git":
		url, branch, ok := strings.Cut(rest, "#")
		if !ok || branch == "" {
			return nil, fmt.Errorf("%q names no branch; write git:URL#BRANCH", target)
		}
		return branchOf{url: url, name: branch, scratch: scratch}, nil
	case "s3":
		return openBucket(target, ours)
	}
	if strings.HasPrefix(rest, "//") {
		return nil, fmt.Errorf("%q is not a kind of host: name a folder, rsync:, git: or s3://", kind)
	}
	return mirror{folder{target}, ours}, nil
}

// store is a place of files that are put one by one.
type store interface {
	// list gives the fingerprint of every file, none when the place does not exist yet.
	list(ctx context.Context) (map[string]string, error)
	put(ctx context.Context, name string, data []byte) error
	remove(ctx context.Context, name string) error
}

// mirror is a Host over a store.
type mirror struct {
	store
	ours func(name string) bool
}

// Push compares fingerprints, puts what differs in its order, and removes last.
func (m mirror) Push(ctx context.Context, from string, dry bool) (int, error) {
	there, err := m.list(ctx)
	if err != nil {
		return 0, fmt.Errorf("list host: %w", err)
	}
	names, err := m.publicFiles(from)
	if err != nil {
		return 0, err
	}
	changed := 0
	for _, name := range names {
		data, err := os.ReadFile(filepath.Join(from, filepath.FromSlash(name)))
		if err != nil {
			return changed, err
		}
		old, known := there[name]
		delete(there, name)
		if known && old == fingerprint(data) {
			continue
		}
		if !dry {
			if err := m.put(ctx, name, data); err != nil {
				return changed, fmt.Errorf("put %s: %w", name, err)
			}
		}
		changed++
	}
	for name := range there {
		if !m.ours(name) {
			continue
		}
		if !dry {
			if err := m.remove(ctx, name); err != nil {
				return changed, fmt.Errorf("remove %s: %w", name, err)
			}
		}
		changed++
	}
	return changed, nil
}

// Send puts the named files in their order, and removes last.
func (m mirror) Send(ctx context.Context, from string, names []string, dry bool) (int, error) {
	names = slices.DeleteFunc(inOrder(names), func(name string) bool { return !m.ours(name) })
	if dry {
		return len(names), nil
	}
	changed := 0
	var gone []string
	for _, name := range names {
		data, err := os.ReadFile(filepath.Join(from, filepath.FromSlash(name)))
		if errors.Is(err, fs.ErrNotExist) {
			gone = append(gone, name)
			continue
		}
		if err == nil {
			err = m.put(ctx, name, data)
		}
		if err != nil {
			return changed, fmt.Errorf("put %s: %w", name, err)
		}
		changed++
	}
	for _, name := range gone {
		if err := m.remove(ctx, name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return changed, fmt.Errorf("remove %s: %w", name, err)
		}
		changed++
	}
	return changed, nil
}

// publicFiles lists the site's files in the order in which they may appear.
func (m mirror) publicFiles(folder string) ([]string, error) {
	var names []string
	err := fs.WalkDir(os.DirFS(folder), ".", func(name string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() && m.ours(name) {
			names = append(names, name)
		}
		return err
	})
	if err == nil && len(names) == 0 {
		err = fmt.Errorf("there is no site in %s", folder)
	}
	return inOrder(names), err
}

// inOrder sorts names into the order in which the files may appear, each once.
func inOrder(names []string) []string {
	names = slices.Clone(names)
	slices.SortFunc(names, func(a, b string) int { return cmp.Or(rank(a)-rank(b), strings.Compare(a, b)) })
	return slices.Compact(names)
}

func rank(name string) int {
	switch {
	case strings.HasPrefix(name, "k/"):
		return 2
	case strings.HasSuffix(name, "index.html"):
		return 1
	}
	return 0
}

func fingerprint(data []byte) string {
	sum := md5.Sum(data)
	return hex.EncodeToString(sum[:])
}
