package host

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// rsync is a place that the rsync program reaches; dest ends in a slash.
type rsync struct{ dest string }

// Push runs rsync once per rank and once more to remove what is gone.
func (r rsync) Push(ctx context.Context, from string, dry bool) (int, error) {
	from = strings.TrimSuffix(from, "/") + "/"
	changed := 0
	for _, filter := range [][]string{
		{"--exclude=/k/", "--exclude=/index.html"},
		{"--exclude=/k/"},
		nil,
		{"--delete-after"},
	} {
		args := append([]string{"--recursive", "--checksum", "--chmod=D755,F644", "--out-format=%i %n"}, filter...)
		if dry {
			args = append(args, "--dry-run")
		}
		out, err := output(ctx, "", "rsync", append(args, from, r.dest)...)
		if err != nil {
			return changed, err
		}
		n := sentFiles(out)
		if dry { // nothing was done, so each run counts all that is left of it
			changed = max(changed, n)
			continue
		}
		changed += n
	}
	return changed, nil
}

// sentFiles counts the files in rsync's itemized output: ">f…" or "<f…" was sent, "*deleting" removed.
func sentFiles(out string) int {
	n := 0
	for line := range strings.Lines(out) {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "<f") || strings.HasPrefix(line, ">f") || strings.HasPrefix(line, "*deleting") && !strings.HasSuffix(line, "/") {
			n++
		}
	}
	return n
}

// branchOf is a branch of a git repository; one commit on it replaces the whole site at once.
type branchOf struct{ url, name, scratch string }

// Push commits the folder as it is on top of the branch and pushes that. Hosts switch from one commit to the next, so the
// order of files does not matter here.
func (b branchOf) Push(ctx context.Context, from string, dry bool) (int, error) {
	repo := filepath.Join(b.scratch, "host.git")
	if err := os.MkdirAll(b.scratch, 0o700); err != nil {
		return 0, err
	}
	from, err := filepath.Abs(from)
	if err != nil {
		return 0, err
	}
	if _, err := os.Stat(repo); err != nil {
		if _, err := output(ctx, "", "git", "init", "--quiet", "--bare", repo); err != nil {
			return 0, err
		}
	}
	git := func(args ...string) (string, error) {
		return output(ctx, "", "git", append([]string{
			"--git-dir=" + repo, "--work-tree=" + from, "-c", "user.name=duolog", "-c", "user.email=duolog@localhost", "-c", "core.autocrlf=false",
		}, args...)...)
	}
	_, fetchErr := git("fetch", "--quiet", "--depth=1", b.url, "+refs/heads/"+b.name+":refs/heads/published")
	if fetchErr != nil { // a branch that is not there yet begins empty; an unreachable repository fails at the push
		_, _ = git("update-ref", "-d", "refs/heads/published")
	}
	if _, err := git("symbolic-ref", "HEAD", "refs/heads/published"); err != nil {
		return 0, err
	}
	if _, err := git("add", "--all", "."); err != nil {
		return 0, err
	}
	status, err := git("status", "--porcelain")
	changed := strings.Count(status, "\n")
	if err != nil || changed == 0 || dry {
		return changed, err
	}
	if _, err := git("commit", "--quiet", "--no-verify", "--message=site"); err != nil {
		return 0, err
	}
	_, err = git("push", "--quiet", b.url, "refs/heads/published:refs/heads/"+b.name)
	return changed, err
}

// output runs a program and returns what it printed.
func output(ctx context.Context, dir, program string, args ...string) (string, error) {
	path, err := exec.LookPath(program)
	if err != nil {
		return "", fmt.Errorf("%s is not installed", program)
	}
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.Dir = dir
	var errs strings.Builder
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("%s: %w: %s", program, err, strings.TrimSpace(errs.String()))
	}
	return string(out), nil
}
