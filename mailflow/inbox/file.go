package inbox

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/emersion/go-imap/v2"
)

// Filed is the keyword that Move leaves on mails it can neither move nor copy
// and expunge, on servers with neither MOVE nor UIDPLUS.
const Filed = "DuologFiled"

// Move files the mails of ids in folder. Only when the server has said OK to
// the copy is the original touched; a refused or unanswered move leaves every
// mail in at least one of the two folders. Repeating it is safe: ids that are
// gone are ignored. On a server with neither MOVE nor UIDPLUS the mails stay
// and get the keyword Filed.
func (s *Session) Move(ctx context.Context, ids []ID, folder string) error {
	uids, err := s.uids(ids)
	if err != nil {
		return err
	}
	for chunk := range slices.Chunk(uids, batchMails) {
		if err := s.moveChunk(ctx, chunk, folder); err != nil {
			return fmt.Errorf("move to folder %s: %w", folder, err)
		}
	}
	return nil
}

func (s *Session) moveChunk(ctx context.Context, uids []imap.UID, folder string) error {
	err := s.moveOnce(ctx, uids, folder)
	var no *imap.Error
	if !errors.As(err, &no) {
		return err
	}
	switch no.Code {
	case imap.ResponseCodeTryCreate: // somebody removed the folder since the login
		err = s.ensure(ctx, folder)
	case expungeIssued: // somebody removed some of the mails
		uids, err = s.listed(ctx, uids)
	}
	if err != nil || len(uids) == 0 {
		return err
	}
	return s.moveOnce(ctx, uids, folder)
}

// expungeIssued says that some of the mails are gone (RFC 5530, 3).
const expungeIssued imap.ResponseCode = "EXPUNGEISSUED"

// listed gives those of uids that are still there.
func (s *Session) listed(ctx context.Context, uids []imap.UID) ([]imap.UID, error) {
	err := s.command(ctx, func() error { return s.client.Noop().Wait() }) // only then the server forgets what is gone
	if err != nil {
		return nil, fmt.Errorf("noop: %w", err)
	}
	return s.search(ctx, &imap.SearchCriteria{UID: []imap.UIDSet{imap.UIDSetNum(uids...)}})
}

func (s *Session) moveOnce(ctx context.Context, uids []imap.UID, folder string) error {
	switch {
	case s.caps.Has(imap.CapMove) && s.client.Caps().Has(imap.CapMove):
		// Client.Move falls back to COPY, STORE and EXPUNGE without waiting for
		// the COPY where its own list lacks MOVE, so it is called only where
		// both lists have it.
		return s.command(ctx, func() error {
			_, err := s.client.Move(imap.UIDSetNum(uids...), s.serverName(folder)).Wait()
			return err
		})
	case s.caps.Has(imap.CapUIDPlus):
		copied, err := s.copy(ctx, uids, folder)
		if err != nil {
			return err
		}
		return s.expunge(ctx, copied)
	}
	return s.mark(ctx, uids, Filed)
}

// copy waits for the server's OK and gives the mails it says it copied
// (COPYUID of RFC 4315), or all of uids if it does not say which.
func (s *Session) copy(ctx context.Context, uids []imap.UID, folder string) ([]imap.UID, error) {
	copied := uids
	err := s.command(ctx, func() error {
		result, err := s.client.Copy(imap.UIDSetNum(uids...), s.serverName(folder)).Wait()
		if err != nil {
			return fmt.Errorf("copy: %w", err)
		}
		if len(result.SourceUIDs) > 0 {
			copied = slices.DeleteFunc(slices.Clone(uids), func(u imap.UID) bool {
				return !result.SourceUIDs.Contains(u)
			})
		}
		return nil
	})
	return copied, err
}

// expunge marks uids as deleted and removes exactly those. Without UIDPLUS they
// stay marked, and the error is ErrNotExpunged.
func (s *Session) expunge(ctx context.Context, uids []imap.UID) error {
	if len(uids) == 0 {
		return nil
	}
	if err := s.mark(ctx, uids, imap.FlagDeleted); err != nil {
		return err
	}
	// The list of the login is asked: the library's is empty once the connection
	// is gone, which would pass for a server that can do no better.
	if !s.caps.Has(imap.CapUIDPlus) {
		return ErrNotExpunged
	}
	return s.command(ctx, func() error {
		if err := s.client.UIDExpunge(imap.UIDSetNum(uids...)).Close(); err != nil {
			return fmt.Errorf("expunge: %w", err)
		}
		return nil
	})
}

func (s *Session) mark(ctx context.Context, uids []imap.UID, flag imap.Flag) error {
	return s.command(ctx, func() error {
		store := &imap.StoreFlags{Op: imap.StoreFlagsAdd, Silent: true, Flags: []imap.Flag{flag}}
		if err := s.client.Store(imap.UIDSetNum(uids...), store, nil).Close(); err != nil {
			return fmt.Errorf("mark as %s: %w", flag, err)
		}
		return nil
	})
}

// Delete removes mails for ever. It is for mails whose private text was sealed;
// the rest leaves by Expire. The error is ErrNotExpunged if the server could
// only mark them.
func (s *Session) Delete(ctx context.Context, ids []ID) error {
	uids, err := s.uids(ids)
	if err != nil {
		return err
	}
	for chunk := range slices.Chunk(uids, batchMails) {
		if err := s.expunge(ctx, chunk); err != nil {
			return fmt.Errorf("delete from folder %s: %w", s.folder, err)
		}
	}
	return nil
}

// Expire deletes the mails of folder that were received before the given time
// and tells how many. The opened folder stays the same.
func (s *Session) Expire(ctx context.Context, folder string, before time.Time) (int, error) {
	opened := s.folder
	if err := s.Select(ctx, folder); err != nil {
		return 0, err
	}
	n, err := s.expire(ctx, before)
	if err != nil {
		return n, fmt.Errorf("expire mails in folder %s: %w", folder, err)
	}
	return n, s.Select(ctx, opened)
}

func (s *Session) expire(ctx context.Context, before time.Time) (int, error) {
	// RFC 3501, 6.4.4: BEFORE knows days only and disregards the zone. So ask
	// for two days more, then look at the time.
	uids, err := s.search(ctx, &imap.SearchCriteria{Before: before.AddDate(0, 0, 2)})
	if err != nil {
		return 0, err
	}
	n := 0
	for chunk := range slices.Chunk(uids, batchMails) {
		var old []imap.UID
		options := &imap.FetchOptions{UID: true, InternalDate: true}
		err := s.fetch(ctx, chunk, options, func(a answer) {
			if !a.received.IsZero() && a.received.Before(before) {
				old = append(old, a.uid)
			}
		})
		if err != nil {
			return n, err
		}
		if err := s.expunge(ctx, old); err != nil {
			return n, err
		}
		n += len(old)
	}
	return n, nil
}
