package site

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"duolog/meeting"
)

// TestAFullDiskLeavesThePublishedPagesWhole has room for less and less of what a build publishes.
func TestAFullDiskLeavesThePublishedPagesWhole(t *testing.T) {
	t.Parallel()
	disk := t.TempDir()
	if err := syscall.Mount("tmpfs", disk, "tmpfs", 0, "size=24m"); err != nil {
		t.Skipf("needs root to mount a small disk: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(disk, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	b := sample(t)
	b.Public, b.Private = filepath.Join(disk, "public"), filepath.Join(disk, "private")
	build(t, b)
	full, last := 0, ""
	for leave := int64(0); leave <= 20<<10; leave += 4 << 10 {
		text := fmt.Sprintf("A topic for %d bytes", leave)
		change(t, b, "priya-sam", func(l *meeting.Log) {
			if last == "" {
				last = l.Topics[3].Text
			}
			l.Topics[3].Text = text
		})
		empty := fill(t, disk, leave)
		_, err := b.Build(context.Background(), []string{"priya-sam"})
		if err != nil && !errors.Is(err, syscall.ENOSPC) {
			t.Errorf("%d bytes free: want it said that the disk is full, got %v", leave, err)
		}
		if err != nil {
			full++
		}
		noHalfFile(t, b.Public)
		for _, reader := range []string{"sam", "priya"} {
			page := log(t, b, reader)["/priya-sam/"] // every file that a keyring names opens
			if !strings.Contains(page, text) && (err == nil || !strings.Contains(page, last)) {
				t.Errorf("%d bytes free, %v: %s reads neither the old page nor the new", leave, err, reader)
			}
		}
		empty()
		build(t, b, "priya-sam")
		if err := b.Check(); err != nil {
			t.Errorf("%d bytes free: after there was room again: %v", leave, err)
		}
		if !strings.Contains(log(t, b, "sam")["/priya-sam/"], text) {
			t.Errorf("%d bytes free: the change is not published once there is room", leave)
		}
		if last = text; t.Failed() {
			t.FailNow()
		}
	}
	if full < 2 {
		t.Errorf("the test is void: the disk was full %d times", full)
	}
}

// fill leaves so many bytes free on the disk, and returns how to have the rest again.
func fill(t *testing.T, disk string, leave int64) (empty func()) {
	t.Helper()
	path := filepath.Join(disk, "filler")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for page := make([]byte, 4096); err == nil; {
		_, err = f.Write(page)
	}
	end, err := f.Seek(0, 2)
	if err = errors.Join(err, f.Truncate(end-leave)); err != nil {
		t.Fatal(err)
	}
	return func() {
		if err := os.Remove(path); err != nil {
			t.Error(err)
		}
	}
}

// noHalfFile wants nothing in the public folder that a build did not finish.
func noHalfFile(t *testing.T, public string) {
	t.Helper()
	err := filepath.WalkDir(public, func(path string, entry fs.DirEntry, err error) error {
		if strings.HasPrefix(entry.Name(), ".new-") {
			t.Errorf("half a file is left: %s", path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
