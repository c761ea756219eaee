package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"duolog/meeting"
)

// gitCommit commits what one reply changed, with the person as author and no word of the reply. A repository is made when
// there is none; without git nothing happens. The log is safe in its files either way, so trouble is only logged.
func (in *instance) gitCommit(ctx context.Context, by *meeting.Person, pair string, changes int, _ []string) {
	err := in.commit(ctx, by, pair, changes)
	if err != nil && !errors.Is(err, errNoGit) {
		in.log.Warn("git", "error", err)
	}
}

func (in *instance) commit(ctx context.Context, by *meeting.Person, pair string, changes int) error {
	if _, err := os.Stat(filepath.Join(in.store.Dir(), ".git")); err != nil {
		if err := in.git(ctx, nil, "init", "--quiet", "--initial-branch=main"); err != nil {
			return err
		}
	}
	folder := filepath.Join("pairs", pair)
	if err := in.git(ctx, nil, "add", "--", folder, "people"); err != nil {
		return err
	}
	if in.git(ctx, nil, "diff", "--cached", "--quiet") == nil {
		return nil
	}
	stamp := in.now().Format("2006-01-02T15:04:05Z07:00")
	env := []string{
		"GIT_AUTHOR_NAME=" + by.Name, "GIT_AUTHOR_EMAIL=" + by.Addresses[0], "GIT_AUTHOR_DATE=" + stamp,
		"GIT_COMMITTER_NAME=duolog", "GIT_COMMITTER_EMAIL=" + in.config.Mail.Address, "GIT_COMMITTER_DATE=" + stamp,
	}
	return in.git(ctx, env, "commit", "--quiet", "--no-verify", "--message", fmt.Sprintf("%s: reply, %s", by.ID, plural(changes, "change", "changes")))
}
