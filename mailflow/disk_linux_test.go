package mailflow

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"duolog/content"
	"duolog/mailflow/mailtest"
)

// smallDisk mounts a file system of so many bytes.
func smallDisk(t *testing.T, size int) string {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, fmt.Sprintf("size=%d", size)); err != nil {
		t.Skipf("needs root to mount a small disk: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// fillUp leaves so many bytes free on the disk of dir, and returns how to have the rest again.
func fillUp(t *testing.T, dir string, leave int64) (empty func()) {
	t.Helper()
	path := filepath.Join(dir, "filler")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	page := make([]byte, 4096)
	for err == nil {
		_, err = f.Write(page)
	}
	if !errors.Is(err, syscall.ENOSPC) {
		t.Fatalf("want the disk full, got %v", err)
	}
	end, err := f.Seek(0, 2)
	if err == nil {
		err = f.Truncate(end - end%4096 - leave)
	}
	if err != nil {
		t.Fatal(err)
	}
	return func() {
		if err := os.Remove(path); err != nil {
			t.Error(err)
		}
	}
}

// diskMails are those of the crash table and one that needs much room, held.
func diskMails(in *instance) {
	for _, m := range crashMails {
		in.put(m)
	}
	in.put(mail{from: "priya", id: "g@mail.example.org", text: strings.Repeat("topic: forged at length\n", 4000), results: "dmarc=fail header.from=example.org"})
}

// TestAFullDiskLosesNothingAndWhatWaitsIsDoneWhenThereIsRoom fills the disk so that the route in comes to its end at another place
// each time; the same process, or another, goes on when there is room again.
func TestAFullDiskLosesNothingAndWhatWaitsIsDoneWhenThereIsRoom(t *testing.T) {
	t.Parallel()
	whole := newInstance(t)
	diskMails(whole)
	whole.receive()
	want := whole.state()
	stopped := map[string]bool{} // at which steps the disk was full
	for leave := int64(0); leave <= 640<<10; leave += 20 << 10 {
		disk := smallDisk(t, 24<<20)
		in := newInstanceIn(t, filepath.Join(disk, "instance"), now, mailtest.Options{Unlisted: true})
		diskMails(in)
		before := in.store()
		empty := fillUp(t, disk, leave)
		step := "begin"
		var mu sync.Mutex // filing and deciding go on side by side
		in.stopAt = func(s string) error {
			mu.Lock()
			defer mu.Unlock()
			step = s
			return nil
		}
		_, err := in.tryReceive()
		if err != nil {
			stopped[step] = true
			in.publishesNothingPartial(t, before, want.store)
		}
		if err != nil && !errors.Is(err, syscall.ENOSPC) {
			t.Errorf("%d bytes free: want it said that the disk is full, got %v", leave, err)
		}
		_, again := in.tryReceive() // still full
		if leave/(20<<10)%2 == 0 {  // the others go on in the same process
			in.reopen()
		}
		if _, err := in.Ledger.HeldMails(); err != nil {
			t.Errorf("the operator cannot look at held mails: %v", err)
		}
		if err == nil && again != nil {
			t.Errorf("%d bytes free: nothing is left to do, but %v", leave, again)
		}
		empty()
		in.receive()
		sameState(t, want, in.state())
		in.reopen()
		in.receive()
		sameState(t, want, in.state())
		if t.Failed() {
			t.Fatalf("with %d bytes free, stopped after %q", leave, step)
		}
	}
	t.Logf("full after the steps %v", stopped)
	if len(stopped) < 3 {
		t.Errorf("the test is void: the disk was full only after %v", stopped)
	}
}

// publishesNothingPartial wants every file of the log as it was or as it shall be, and readable.
func (in *instance) publishesNothingPartial(t *testing.T, before, after map[string]string) {
	t.Helper()
	for name, text := range in.store() {
		if strings.HasSuffix(name, ".md") && text != before[name] && text != after[name] {
			t.Errorf("%s is neither as it was nor as it shall be:\n%s", name, text)
		}
	}
	for _, pair := range []string{"priya-sam", "jo-sam"} {
		if _, err := content.Open(in.Content.Dir()).Log(pair); err != nil {
			t.Errorf("the log of %s: %v", pair, err)
		}
	}
}

// TestAReadOnlyFolderLosesNothing has content, state or both read-only for one pass.
func TestAReadOnlyFolderLosesNothing(t *testing.T) {
	t.Parallel()
	whole := newInstance(t)
	diskMails(whole)
	whole.receive()
	want := whole.state()
	for _, folder := range []string{"content", "state"} {
		t.Run(folder, func(t *testing.T) {
			t.Parallel()
			in := newInstance(t)
			diskMails(in)
			before := in.store()
			path := filepath.Join(in.dir, folder)
			if err := syscall.Mount(path, path, "", syscall.MS_BIND, ""); err != nil {
				t.Skipf("needs root to mount: %v", err)
			}
			unmount := func() { _ = syscall.Unmount(path, syscall.MNT_DETACH) }
			t.Cleanup(unmount)
			if err := syscall.Mount("", path, "", syscall.MS_BIND|syscall.MS_REMOUNT|syscall.MS_RDONLY, ""); err != nil {
				t.Fatal(err)
			}
			if _, err := in.tryReceive(); err == nil || !errors.Is(err, syscall.EROFS) {
				t.Errorf("want it said that %s is read-only, got %v", folder, err)
			}
			sameFiles(t, before, in.store())
			if n := in.count("Done"); folder == "state" && n > 0 {
				t.Errorf("%d mails were moved although nothing could be remembered", n)
			}
			unmount()
			in.receive()
			sameState(t, want, in.state())
		})
	}
}
