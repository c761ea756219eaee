package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"duolog/mailflow"
)

// history is the git repository over the content folder. Each accepted reply becomes a commit by its author that holds no
// word of the reply in its message; what was changed otherwise becomes a commit of its own before. Commits are made by
// git's fast-import, so that a thousand replies cost two processes per batch.
type history struct {
	dir     string // the content folder
	address string // of the committer, our own mailbox
}

// notByReply is the message of what changed between replies: files edited by hand, and promises that nobody refused for 48 hours.
const notByReply = "no reply: edited by hand, or settled as time passed"

var errNoGit = errors.New("git is not installed")

// gitCommit commits what a batch of replies changed. The log is safe in its files either way, so trouble is only logged.
func (in *instance) gitCommit(ctx context.Context, replies []mailflow.Commit, files []string) {
	h := history{dir: in.store.Dir(), address: in.config.Mail.Address}
	if err := h.commit(ctx, replies, files, in.now()); err != nil && !errors.Is(err, errNoGit) {
		in.log.Warn("git", "error", err)
	}
}

// note commits all that was changed since the last commit, by hand or by a verb, under one message.
func (h history) note(ctx context.Context, message string, now time.Time) error {
	if err := h.prepare(ctx); err != nil {
		return err
	}
	changed, err := h.changedOtherwise(ctx, nil)
	if err != nil || len(changed) == 0 {
		return err
	}
	branch, err := h.git(ctx, nil, "symbolic-ref", "HEAD")
	if err != nil {
		return err
	}
	_, noParent := h.git(ctx, nil, "rev-parse", "--quiet", "--verify", "HEAD")
	s := stream{history: h, branch: strings.TrimSpace(branch), first: noParent != nil}
	s.commit(h.address, "", now, message, nil, changed)
	return s.send(ctx)
}

func (h history) commit(ctx context.Context, replies []mailflow.Commit, files []string, now time.Time) error {
	if err := h.prepare(ctx); err != nil {
		return err
	}
	branch, err := h.git(ctx, nil, "symbolic-ref", "HEAD")
	if err != nil {
		return err
	}
	branch = strings.TrimSpace(branch)
	_, noParent := h.git(ctx, nil, "rev-parse", "--quiet", "--verify", "HEAD")
	s := stream{history: h, branch: branch, first: noParent != nil}
	hand, err := h.changedOtherwise(ctx, files)
	if err != nil {
		return err
	}
	if len(hand) > 0 {
		s.commit(h.address, "", now, notByReply, nil, hand)
	}
	for _, c := range byPair(replies, files) {
		s.commit(c.author.Addresses[0], c.author.Name, c.at, c.message, c.others, c.files)
	}
	return s.send(ctx)
}

// send gives the commits to git.
func (s *stream) send(ctx context.Context) error {
	if s.err != nil {
		return s.err
	}
	if _, err := s.git(ctx, &s.out, "fast-import", "--quiet", "--date-format=raw"); err != nil {
		return err
	}
	_, err := s.git(ctx, nil, "reset", "--quiet", "--mixed")
	return err
}

// prepare makes the repository when there is none.
func (h history) prepare(ctx context.Context) error {
	if _, err := os.Stat(filepath.Join(h.dir, ".git")); err == nil {
		return nil
	}
	_, err := h.git(ctx, nil, "init", "--quiet", "--initial-branch=main")
	return err
}

// changedOtherwise lists the files that differ from the last commit and are not among files.
func (h history) changedOtherwise(ctx context.Context, files []string) ([]string, error) {
	out, err := h.git(ctx, nil, "status", "--porcelain", "-z", "--no-renames", "--untracked-files=all")
	var hand []string
	for _, entry := range strings.Split(out, "\x00") {
		if len(entry) > 3 && !slices.Contains(files, entry[3:]) {
			hand = append(hand, entry[3:])
		}
	}
	return hand, err
}

// pairCommit is what the replies of one batch changed in one pair. Mostly that is one reply; replies to the same pair that
// are read in the same batch share a commit, whose trailers name the further authors.
type pairCommit struct {
	author  person
	at      time.Time
	message string
	others  []person
	files   []string
}

// person is who a commit names.
type person struct {
	ID, Name  string
	Addresses []string
}

func byPair(replies []mailflow.Commit, files []string) []pairCommit {
	var commits []pairCommit
	index := map[string]int{}
	changes := map[string]int{}
	for _, r := range replies {
		author := person{r.By.ID, r.By.Name, r.By.Addresses}
		changes[r.Pair] += r.Changes
		i, ok := index[r.Pair]
		if !ok {
			i = len(commits)
			index[r.Pair] = i
			commits = append(commits, pairCommit{author: author, at: r.At})
		}
		c := &commits[i]
		named := func(p person) bool { return p.ID == author.ID }
		if !named(c.author) && !slices.ContainsFunc(c.others, named) {
			c.others = append(c.others, author)
		}
		c.message = fmt.Sprintf("%s: reply, %s", c.author.ID, plural(changes[r.Pair], "change", "changes"))
	}
	for pair, i := range index {
		for _, f := range files {
			if strings.HasPrefix(f, "pairs/"+pair+"/") || i == 0 && strings.HasPrefix(f, "people/") {
				commits[i].files = append(commits[i].files, f)
			}
		}
	}
	return slices.DeleteFunc(commits, func(c pairCommit) bool { return len(c.files) == 0 })
}

// stream writes what git fast-import reads.
type stream struct {
	history
	branch string
	first  bool // the next commit has no parent
	began  bool
	out    bytes.Buffer
	err    error
}

func (s *stream) commit(address, name string, at time.Time, message string, others []person, files []string) {
	if name == "" {
		name = "duolog"
	}
	if len(others) > 0 {
		message += "\n"
		for _, o := range others {
			message += fmt.Sprintf("\nCo-authored-by: %s <%s>", ident(o.Name), ident(o.Addresses[0]))
		}
	}
	stamp := fmt.Sprintf("%d +0000", at.Unix())
	fmt.Fprintf(&s.out, "commit %s\nauthor %s <%s> %s\ncommitter duolog <%s> %s\ndata %d\n%s\n",
		s.branch, ident(name), ident(address), stamp, ident(s.address), stamp, len(message), message)
	if !s.first && !s.began {
		fmt.Fprintf(&s.out, "from %s^0\n", s.branch)
	}
	s.began = true
	for _, f := range files {
		s.file(f)
	}
	s.out.WriteString("\n")
}

func (s *stream) file(name string) {
	raw, err := os.ReadFile(filepath.Join(s.dir, filepath.FromSlash(path.Clean(name))))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		fmt.Fprintf(&s.out, "D %s\n", strconv.Quote(name))
	case err != nil:
		s.err = errors.Join(s.err, err)
	default:
		fmt.Fprintf(&s.out, "M 100644 inline %s\ndata %d\n", strconv.Quote(name), len(raw))
		s.out.Write(raw)
		s.out.WriteString("\n")
	}
}

// ident keeps a name or address from ending its field.
func ident(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == '<' || r == '>' {
			return -1
		}
		return r
	}, s)
}

// git runs git in the content folder.
func (h history) git(ctx context.Context, in *bytes.Buffer, args ...string) (string, error) {
	program, err := exec.LookPath("git")
	if err != nil {
		return "", errNoGit
	}
	cmd := exec.CommandContext(ctx, program, append([]string{"-C", h.dir, "-c", "core.quotepath=false", "-c", "core.fsyncMethod=batch"}, args...)...)
	if in != nil {
		cmd.Stdin = in
	}
	var errs strings.Builder
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("git %s: %w: %s", args[0], err, strings.TrimSpace(errs.String()))
	}
	return string(out), nil
}
