package inbox

import (
	"context"
	"fmt"
	"time"

	"github.com/emersion/go-imap/v2"
)

// What the tests do and look at from outside.

// Append puts a raw message into folder as received at the given time.
func (s *Session) Append(ctx context.Context, folder string, raw []byte, received time.Time) error {
	err := s.command(ctx, func() error {
		options := &imap.AppendOptions{Time: received}
		cmd := s.client.Append(s.serverName(folder), int64(len(raw)), options)
		_, err := cmd.Write(raw)
		if closed := cmd.Close(); err == nil {
			err = closed
		}
		if _, answered := cmd.Wait(); answered != nil {
			err = answered
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("append to folder %s: %w", folder, err)
	}
	return nil
}

// Validity is the UIDVALIDITY of the opened folder.
func (s *Session) Validity() uint32 { return s.validity }
