package host

import (
	"context"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"
)

const (
	page    = "b/00000000000000000000000000000001.age"
	other   = "b/00000000000000000000000000000002.age"
	keyring = "k/00000000000000000000000000000003/keyring.age"
	script  = "assets/log.0123456789ab.js"
)

func ours(name string) bool { return name != "notes.txt" }

// public is a folder as a build leaves it.
func public(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range []string{page, other, keyring, script, "index.html"} {
		write(t, dir, name, "first "+name)
	}
	return dir
}

func write(t *testing.T, dir, name, text string) {
	t.Helper()
	file := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// place is one kind of host with a way to look at what it serves.
type place struct {
	target string
	read   func(t *testing.T) map[string]string
}

func TestEachHostGetsWhatChangedAndLosesWhatIsGone(t *testing.T) {
	for kind, place := range map[string]place{"folder": folderPlace(t), "rsync": rsyncPlace(t), "git": gitPlace(t), "s3": s3Place(t)} {
		t.Run(kind, func(t *testing.T) {
			from := public(t)
			h, err := Open(place.target, t.TempDir(), ours)
			if err != nil {
				t.Fatal(err)
			}
			push := func(want int, dry bool) {
				t.Helper()
				if n, err := h.Push(t.Context(), from, dry); n != want || err != nil {
					t.Fatalf("want %d files changed, got %d, %v", want, n, err)
				}
			}
			push(5, true)
			if got := place.read(t); len(got) != 0 {
				t.Fatalf("a dry run left %v", got)
			}
			push(5, false)
			push(0, false)
			write(t, from, page, "second")
			if err := os.Remove(filepath.Join(from, filepath.FromSlash(other))); err != nil {
				t.Fatal(err)
			}
			push(2, true)
			push(2, false)
			got := place.read(t)
			if got[page] != "second" || got[keyring] != "first "+keyring || len(got) != 4 {
				t.Errorf("the host serves %v", got)
			}
		})
	}
}

func TestSingleFilesAreSentWithoutLookingAtOthers(t *testing.T) {
	for kind, place := range map[string]place{"folder": folderPlace(t), "s3": s3Place(t)} {
		t.Run(kind, func(t *testing.T) {
			from := public(t)
			h, err := Open(place.target, t.TempDir(), ours)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := h.Push(t.Context(), from, false); err != nil {
				t.Fatal(err)
			}
			for _, name := range []string{page, keyring, script, "notes.txt"} {
				write(t, from, name, "second "+name)
			}
			if err := os.Remove(filepath.Join(from, filepath.FromSlash(other))); err != nil {
				t.Fatal(err)
			}
			for _, dry := range []bool{true, false} {
				if n, err := h.(Sender).Send(t.Context(), from, []string{keyring, other, page, page, "notes.txt"}, dry); n != 3 || err != nil {
					t.Fatalf("dry %v: want 3 files changed, got %d, %v", dry, n, err)
				}
			}
			got := place.read(t)
			if got[page] != "second "+page || got[keyring] != "second "+keyring || got[script] != "first "+script || got[other] != "" || len(got) != 4 {
				t.Errorf("the host serves %v", got)
			}
		})
	}
}

func folderPlace(t *testing.T) place {
	dir := filepath.Join(t.TempDir(), "www")
	return place{dir, func(t *testing.T) map[string]string { return readFolder(t, dir) }}
}

func rsyncPlace(t *testing.T) place {
	dir := filepath.Join(t.TempDir(), "www")
	return place{"rsync:" + dir, func(t *testing.T) map[string]string { return readFolder(t, dir) }}
}

func readFolder(t *testing.T, dir string) map[string]string {
	t.Helper()
	got := map[string]string{}
	names, err := mirror{ours: ours}.publicFiles(dir)
	if err != nil {
		return got
	}
	for _, name := range names {
		raw, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(name)))
		if err != nil {
			t.Fatal(err)
		}
		got[name] = string(raw)
	}
	return got
}

func gitPlace(t *testing.T) place {
	repo := filepath.Join(t.TempDir(), "origin.git")
	run := func(args ...string) string {
		out, err := output(context.Background(), "", "git", args...)
		if err != nil && !strings.Contains(err.Error(), "not a tree object") && !strings.Contains(err.Error(), "Not a valid object name") {
			t.Fatal(err)
		}
		return out
	}
	run("init", "--quiet", "--bare", repo)
	return place{"git:" + repo + "#pages", func(t *testing.T) map[string]string {
		got := map[string]string{}
		for name := range strings.Lines(run("--git-dir="+repo, "ls-tree", "-r", "--name-only", "pages")) {
			name = strings.TrimSpace(name)
			got[name] = run("--git-dir="+repo, "show", "pages:"+name)
		}
		return got
	}}
}

func s3Place(t *testing.T) place {
	backend := s3mem.New()
	server := httptest.NewServer(gofakes3.New(backend).Server())
	t.Cleanup(server.Close)
	if err := backend.CreateBucket("logs"); err != nil {
		t.Fatal(err)
	}
	t.Setenv("AWS_ACCESS_KEY_ID", "id")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "secret")
	return place{"s3://logs/team?region=us-east-1&endpoint=" + server.URL, func(t *testing.T) map[string]string {
		got := map[string]string{}
		list, err := backend.ListBucket("logs", nil, gofakes3.ListBucketPage{})
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range list.Contents {
			object, err := backend.GetObject("logs", o.Key, nil)
			if err != nil {
				t.Fatal(err)
			}
			raw := make([]byte, object.Size)
			_, _ = object.Contents.Read(raw)
			got[strings.TrimPrefix(o.Key, "team/")] = string(raw)
		}
		return got
	}}
}

// recorder is a store that remembers the order of what is done to it.
type recorder struct{ did []string }

func (r *recorder) list(context.Context) (map[string]string, error) {
	return map[string]string{"b/00000000000000000000000000000009.age": "old", "notes.txt": "not ours"}, nil
}

func (r *recorder) put(_ context.Context, name string, _ []byte) error {
	r.did = append(r.did, name)
	return nil
}

func (r *recorder) remove(_ context.Context, name string) error {
	r.did = append(r.did, "remove "+name)
	return nil
}

func TestPagesComeBeforeTheShellBeforeTheKeyringsBeforeRemovals(t *testing.T) {
	r := &recorder{}
	if _, err := (mirror{r, ours}).Push(t.Context(), public(t), false); err != nil {
		t.Fatal(err)
	}
	want := []string{script, page, other, "index.html", keyring, "remove b/00000000000000000000000000000009.age"}
	if !slices.Equal(r.did, want) {
		t.Errorf("want %v, got %v", want, r.did)
	}
}

func TestATargetThatNamesNoPlaceIsRefused(t *testing.T) {
	for _, target := range []string{"git:example.org/log.git", "s3://", "s3://b?endpoint=nowhere", "ftp://host/folder"} {
		if _, err := Open(target, t.TempDir(), ours); err == nil {
			t.Errorf("%s was taken", target)
		}
	}
}

func TestAFolderWithoutASiteIsNotPublished(t *testing.T) {
	if n, err := (mirror{folder{t.TempDir()}, ours}).Push(t.Context(), t.TempDir(), false); err == nil {
		t.Errorf("an empty folder was published: %d files", n)
	}
}
