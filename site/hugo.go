package site

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// hugoMinor is the oldest Hugo 0.x that knows our templates' layout.
const hugoMinor = 146

// ErrNoHugo says that there is no Hugo to build with.
var ErrNoHugo = errors.New("hugo was not found: install it, set site.hugo, or run inside duolog's source folder with Go")

// ErrOldHugo says that the Hugo that was found does not know our templates' layout, or does not tell its version.
var ErrOldHugo = fmt.Errorf("this hugo is older than 0.%d", hugoMinor)

// FindHugo returns the path of the Hugo to run: the configured one, the one beside our own binary, the one in PATH if it is
// not too old, or the one that go.mod names as a tool, which Go compiles at its first use (some minutes on an empty cache).
func FindHugo(ctx context.Context, configured string) (string, error) {
	if configured != "" {
		found, err := exec.LookPath(configured)
		if err == nil && !recent(ctx, found) {
			err = fmt.Errorf("%w: %s", ErrOldHugo, found)
		}
		return found, err
	}
	if self, err := os.Executable(); err == nil {
		if beside := filepath.Join(filepath.Dir(self), "hugo"); executable(beside) {
			return beside, nil
		}
	}
	found, err := exec.LookPath("hugo")
	if err == nil && recent(ctx, found) {
		return found, nil
	}
	tool, none := goTool(ctx)
	if none != nil && err == nil {
		return "", fmt.Errorf("%w: %s", ErrOldHugo, found)
	}
	return tool, none
}

func executable(file string) bool {
	info, err := os.Stat(file)
	return err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0
}

var hugoVersion = regexp.MustCompile(`v0\.(\d+)\.`)

func recent(ctx context.Context, hugo string) bool {
	text, err := exec.CommandContext(ctx, hugo, "version").Output()
	found := hugoVersion.FindSubmatch(text)
	if err != nil || found == nil {
		return false
	}
	minor, _ := strconv.Atoi(string(found[1]))
	return minor >= hugoMinor
}

func goTool(ctx context.Context) (string, error) {
	out, err := exec.CommandContext(ctx, "go", "tool", "-n", "hugo").Output()
	path := strings.TrimSpace(string(out))
	if err != nil || !executable(path) {
		return "", ErrNoHugo
	}
	return path, nil
}

// thrift is how much garbage Hugo may keep, in percent of what it uses (GOGC): a batch is small, and collecting twice as often
// as it grows would take a fifth of the time.
const thrift = 400

// runHugo renders the staging folder. threads bounds what one process takes; 0 leaves that to Hugo.
func runHugo(ctx context.Context, hugo string, s staging, threads int) error {
	cmd := hugoCommand(ctx, hugo, s)
	cmd.Env = append(cmd.Env, "GOGC="+strconv.Itoa(thrift))
	if threads > 0 {
		cmd.Env = append(cmd.Env, "GOMAXPROCS="+strconv.Itoa(threads))
	}
	said, err := cmd.CombinedOutput()
	if err != nil {
		return fmt.Errorf("hugo: %w: %s", err, complaints(string(said)))
	}
	return nil
}

func hugoCommand(ctx context.Context, hugo string, s staging) *exec.Cmd {
	cmd := exec.CommandContext(ctx, hugo, "build", "--noBuildLock",
		"--source", s.dir, "--config", s.config(), "--destination", s.rendered(), "--cacheDir", filepath.Join(s.dir, "cache"))
	// Nothing of our environment may change what is built, and nothing secret in it may reach a template.
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + s.dir, "TMPDIR=" + s.dir}
	return cmd
}

// complaints picks from Hugo's output what it says about the error.
func complaints(said string) string {
	var lines []string
	for line := range strings.Lines(said) {
		if lower := strings.ToLower(line); strings.HasPrefix(lower, "error") || strings.HasPrefix(lower, "panic") {
			lines = append(lines, strings.TrimSpace(line))
		}
	}
	if lines == nil {
		return strings.TrimSpace(said)
	}
	return strings.Join(lines, "; ")
}
