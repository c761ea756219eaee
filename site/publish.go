package site

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
)

// CopyTo brings the public folder to another folder, such as a web host's mounted one: only files that differ, sealed pages
// before the keyrings that point to them, and only then the removal of what is no longer there. It returns how many
// files changed; dry only counts.
func CopyTo(ctx context.Context, from, to string, dry bool) (int, error) {
	src, dst := public{from}, public{to}
	names, err := src.list()
	if err != nil {
		return 0, err
	}
	slices.SortStableFunc(names, func(a, b string) int { return publishRank(a) - publishRank(b) })
	old, err := dst.list()
	if err != nil {
		return 0, err
	}
	changed := 0
	for _, name := range names {
		if err := ctx.Err(); err != nil {
			return changed, err
		}
		did, err := copyFile(src, dst, name, dry)
		if err != nil {
			return changed, err
		}
		if did {
			changed++
		}
	}
	for _, name := range old {
		if slices.Contains(names, name) || !ours.MatchString(name) {
			continue
		}
		changed++
		if dry {
			continue
		}
		if _, err := dst.remove(name); err != nil {
			return changed, err
		}
	}
	return changed, nil
}

func copyFile(src, dst public, name string, dry bool) (bool, error) {
	data, err := os.ReadFile(src.path(name))
	if err != nil {
		return false, fmt.Errorf("publish: %w", err)
	}
	if dry {
		old, err := os.ReadFile(dst.path(name))
		return err != nil || string(old) != string(data), nil
	}
	return dst.put(name, data)
}

// publishRank orders what is copied: pages and assets, then the shell that loads them, then the keyrings that name them.
func publishRank(name string) int {
	switch {
	case strings.HasPrefix(name, "k/"):
		return 2
	case name == "index.html":
		return 1
	}
	return 0
}
