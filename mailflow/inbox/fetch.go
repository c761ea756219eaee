package inbox

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
)

const (
	batchMails = 200
	batchBytes = 16 << 20
	tries      = 3
	// rounds is how many mails may spoil a batch before all are read alone.
	rounds = 10
	// hopeless is how many mails in a row may prove unreadable before the
	// server is to blame.
	hopeless = 10
)

// listing is what the server says about a mail before its bytes are asked for.
type listing struct {
	uid      imap.UID
	size     int64
	received time.Time
}

// Fetch reads the mails of ids and hands them to deliver in batches of at most
// 200 mails or 16 MB. Nothing is marked as seen.
//
// A mail counts as read only if its body came, as long as the literal promised
// and as RFC822.SIZE says, the command ended well, and the mails answered were
// the mails asked. What made a batch fail is set apart and asked for again
// alone, after all the others, three times, over a new connection where the
// old one broke; what is still listed but unreadable is delivered Broken. A
// mail that is gone meanwhile is left out.
//
// deliver may use the session, such as to Move what it was given. An error of
// deliver ends Fetch and is returned as it is; ErrStale tells that an id is not
// of the opened folder. If ten mails in a row are Broken, the server is to blame
// rather than the mails, and Fetch ends with an error; the rest stays unknown.
func (s *Session) Fetch(ctx context.Context, ids []ID, deliver func([]Message) error) error {
	uids, err := s.uids(ids)
	if err != nil {
		return err
	}
	var suspects []imap.UID
	for chunk := range slices.Chunk(uids, batchMails) {
		listed, odd, err := s.list(ctx, chunk)
		if err != nil {
			return fmt.Errorf("list mails: %w", err)
		}
		suspects = append(suspects, odd...)
		for _, batch := range split(listed) {
			messages, odd, err := s.readBatch(ctx, batch)
			if err != nil {
				return fmt.Errorf("fetch mails: %w", err)
			}
			suspects = append(suspects, odd...)
			if err := deliverSome(deliver, messages); err != nil {
				return err
			}
		}
	}
	return s.fetchAlone(ctx, suspects, deliver)
}

// fetchAlone delivers one by one the mails that made batches fail.
func (s *Session) fetchAlone(ctx context.Context, suspects []imap.UID, deliver func([]Message) error) error {
	slices.Sort(suspects)
	broken := 0 // in a row
	for _, uid := range suspects {
		m, present, err := s.readAlone(ctx, uid)
		if err != nil {
			return fmt.Errorf("fetch mail %d alone: %w", uid, err)
		}
		if !present {
			continue
		}
		if err := deliver([]Message{m}); err != nil {
			return err
		}
		if broken++; m.Broken == nil {
			broken = 0
		}
		if broken == hopeless {
			return fmt.Errorf("fetch mails: %d in a row: %w", broken, m.Broken)
		}
	}
	return nil
}

func deliverSome(deliver func([]Message) error, messages []Message) error {
	if len(messages) == 0 {
		return nil
	}
	return deliver(messages)
}

// split makes batches of at most batchBytes. A mail over MaxSize counts as
// long as what is read of it.
func split(listed []listing) [][]listing {
	var batches [][]listing
	var bytes int64
	for _, l := range listed {
		size := l.size
		if size > MaxSize {
			size = MaxHeader
		}
		last := len(batches) - 1
		if last < 0 || bytes+size > batchBytes {
			batches = append(batches, nil)
			bytes, last = 0, last+1
		}
		batches[last] = append(batches[last], l)
		bytes += size
	}
	return batches
}

// list asks for the sizes of uids. Those it learns nothing credible about are
// odd. A lost connection is made anew, and then all of uids are odd if it is
// lost every time.
func (s *Session) list(ctx context.Context, uids []imap.UID) (listed []listing, odd []imap.UID, err error) {
	options := &imap.FetchOptions{UID: true, RFC822Size: true, InternalDate: true}
	for range tries {
		listed, err = nil, nil
		err = s.fetch(ctx, uids, options, func(a answer) { listed = append(listed, a.listing) })
		if !lost(err) {
			break
		}
		if err := s.again(ctx, err); err != nil {
			return nil, nil, err
		}
	}
	if err != nil {
		return nil, uids, nil
	}
	listed = slices.DeleteFunc(listed, func(l listing) bool { return l.size <= 0 || l.received.IsZero() })
	slices.SortFunc(listed, func(a, b listing) int { return cmp.Compare(a.uid, b.uid) })
	return listed, missing(uids, listed), nil
}

// missing gives the uids that are not listed.
func missing(uids []imap.UID, listed []listing) []imap.UID {
	var gone []imap.UID
	for _, uid := range uids {
		if !slices.ContainsFunc(listed, func(l listing) bool { return l.uid == uid }) {
			gone = append(gone, uid)
		}
	}
	return gone
}

// readBatch reads the mails of batch, setting apart those that made it fail
// until the rest comes through as a whole. The first loss of a connection is
// nobody's fault: a mail set apart comes after those that arrived later.
func (s *Session) readBatch(ctx context.Context, batch []listing) (messages []Message, odd []imap.UID, err error) {
	blameless := true
	for range rounds {
		if len(batch) == 0 {
			return nil, odd, nil
		}
		messages, bad, err := s.read(ctx, batch)
		if len(bad) == 0 && err == nil {
			return messages, odd, nil
		}
		s.log.Warn("batch of mails not read", "mails", len(batch), "suspects", len(bad), "error", err)
		if lost(err) {
			if err := s.again(ctx, err); err != nil {
				return nil, nil, err
			}
			if blameless {
				blameless = false
				continue
			}
		}
		odd = append(odd, bad...)
		batch = slices.DeleteFunc(batch, func(l listing) bool { return slices.Contains(bad, l.uid) })
		if len(bad) == 0 {
			break // nobody to suspect
		}
	}
	for _, l := range batch {
		odd = append(odd, l.uid)
	}
	return nil, odd, nil
}

// readAlone reads one mail, trying three times. present is false if the server
// does not list it any more.
func (s *Session) readAlone(ctx context.Context, uid imap.UID) (m Message, present bool, err error) {
	reason := errUnread
	for range tries {
		messages, err := s.readOne(ctx, uid)
		if err == nil && len(messages) == 1 {
			return messages[0], true, nil
		}
		reason = cmp.Or(err, reason)
		if temporary(err) {
			return m, false, err
		}
		if lost(err) {
			if err := s.again(ctx, err); err != nil {
				return m, false, err
			}
		}
	}
	still, err := s.search(ctx, &imap.SearchCriteria{UID: []imap.UIDSet{imap.UIDSetNum(uid)}})
	if err != nil {
		return m, false, err
	}
	id := ID{Validity: s.validity, UID: uint32(uid)}
	if !slices.Contains(still, uid) {
		s.log.Info("mail is gone from the mailbox", "mail", id.String())
		return m, false, nil
	}
	s.log.Warn("mail could not be read", "mail", id.String(), "error", reason)
	return Message{ID: id, Broken: reason}, true, nil
}

// temporary tells whether the server refused for reasons that are not the
// mail's (RFC 5530, 3).
func temporary(err error) bool {
	var no *imap.Error
	if !errors.As(err, &no) {
		return false
	}
	switch no.Code {
	case imap.ResponseCodeUnavailable, imap.ResponseCodeInUse, imap.ResponseCodeLimit:
		return true
	}
	return false
}

func (s *Session) readOne(ctx context.Context, uid imap.UID) ([]Message, error) {
	var listed []listing
	options := &imap.FetchOptions{UID: true, RFC822Size: true, InternalDate: true}
	err := s.fetch(ctx, []imap.UID{uid}, options, func(a answer) { listed = append(listed, a.listing) })
	if err != nil {
		return nil, err
	}
	if len(listed) != 1 {
		return nil, errUnread
	}
	messages, bad, err := s.read(ctx, listed)
	if err == nil && len(bad) > 0 {
		err = errUnread
	}
	return messages, err
}

// again makes a new connection after one that a mail may have broken. The
// folder must be the same as before.
func (s *Session) again(ctx context.Context, cause error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	s.log.Warn("connection lost while reading mail", "error", cause)
	folder, validity := s.folder, s.validity
	_ = s.Close()
	if err := s.dial(ctx); err != nil {
		return err
	}
	if err := s.Select(ctx, folder); err != nil {
		return err
	}
	if s.validity != validity {
		return fmt.Errorf("folder %s: %w", folder, ErrStale)
	}
	return nil
}

// read asks for a batch once: whole mails, and the headers of those too large.
// bad are the mails whose answers cannot be trusted; messages is complete only
// if bad is empty and err is nil.
func (s *Session) read(ctx context.Context, batch []listing) (messages []Message, bad []imap.UID, err error) {
	var whole, large []listing
	for _, l := range batch {
		if l.size > MaxSize {
			large = append(large, l)
		} else {
			whole = append(whole, l)
		}
	}
	for _, part := range [][]listing{whole, large} {
		if len(part) == 0 {
			continue
		}
		got, odd, err := s.readPart(ctx, part)
		messages = append(messages, got...)
		bad = append(bad, odd...)
		if err != nil {
			return nil, bad, err
		}
	}
	slices.SortFunc(messages, func(a, b Message) int { return cmp.Compare(a.ID.UID, b.ID.UID) })
	return messages, bad, nil
}

// readPart reads mails that are all within MaxSize, or all beyond it.
func (s *Session) readPart(ctx context.Context, part []listing) (messages []Message, bad []imap.UID, err error) {
	large := part[0].size > MaxSize
	section := &imap.FetchItemBodySection{Peek: true}
	if large {
		section.Specifier = imap.PartSpecifierHeader
		section.Partial = &imap.SectionPartial{Size: MaxHeader}
	}
	options := &imap.FetchOptions{
		UID: true, RFC822Size: true, InternalDate: true,
		BodySection: []*imap.FetchItemBodySection{section},
	}
	asked := make(map[imap.UID]listing, len(part))
	uids := make([]imap.UID, 0, len(part))
	for _, l := range part {
		asked[l.uid] = l
		uids = append(uids, l.uid)
	}
	var begun imap.UID
	err = s.fetch(ctx, uids, options, func(a answer) {
		begun = a.uid
		if !s.credible(a, asked[a.uid]) {
			return
		}
		delete(asked, a.uid)
		messages = append(messages, Message{
			ID:       ID{Validity: s.validity, UID: uint32(a.uid)},
			Received: a.received, Raw: a.body, Size: a.size, TooLarge: large,
		})
	})
	if lost(err) {
		return nil, suspect(asked, begun), err
	}
	for uid := range asked {
		bad = append(bad, uid)
	}
	return messages, bad, err
}

// suspect names the mail that a connection most likely broke on: the one that
// was arriving, else the first that did not come. If all came, nobody.
func suspect(waiting map[imap.UID]listing, begun imap.UID) []imap.UID {
	if _, ok := waiting[begun]; ok {
		return []imap.UID{begun}
	}
	var first imap.UID
	for uid := range waiting {
		if first == 0 || uid < first {
			first = uid
		}
	}
	if first == 0 {
		return nil
	}
	return []imap.UID{first}
}

// credible tells whether the answer is to what was asked and holds all of it.
// That the body is as long as its literal, readLiteral has seen to.
func (s *Session) credible(a answer, l listing) bool {
	switch {
	case l.uid == 0 || a.uid != l.uid || a.bodies != 1 || a.body == nil || a.received.IsZero():
		return false
	case l.size > MaxSize:
		return a.size > MaxSize && a.literal <= MaxHeader
	case s.cfg.ApproximateSize:
		return true
	}
	return a.literal == a.size && a.size == l.size // l.size made the batch small enough
}

// answer is one FETCH response.
type answer struct {
	listing
	body    []byte // nil if NIL, missing, or cut off
	literal int64  // length the server promised for body
	bodies  int    // body items in the response
}

// fetch sends one UID FETCH and gives each mail's answer to got as it comes.
// got is also called for the answer that a lost connection cut off.
func (s *Session) fetch(ctx context.Context, uids []imap.UID, options *imap.FetchOptions, got func(answer)) error {
	return s.command(ctx, func() error {
		cmd := s.client.Fetch(imap.UIDSetNum(uids...), options)
		for m := cmd.Next(); m != nil; m = cmd.Next() {
			a, err := collect(m)
			got(a)
			if err != nil {
				// Going on, even to close the command, would read the broken
				// literal again while go-imap's own goroutine already does.
				_ = s.conn.Close()
				return err
			}
		}
		return cmd.Close()
	})
}

// collect reads one response, never more than MaxSize octets of body. (Collect
// of go-imap holds 112 MB for a mail of 50 MB.) An error means that the
// connection broke within the body, and that m must not be touched again.
func collect(m *imapclient.FetchMessageData) (a answer, err error) {
	for item := m.Next(); item != nil; item = m.Next() {
		switch item := item.(type) {
		case imapclient.FetchItemDataUID:
			a.uid = item.UID
		case imapclient.FetchItemDataRFC822Size:
			a.size = item.Size
		case imapclient.FetchItemDataInternalDate:
			a.received = item.Time
		case imapclient.FetchItemDataBodySection:
			a.bodies++
			a.body, a.literal, err = readLiteral(item.Literal)
			if err != nil {
				return a, err
			}
		}
	}
	return a, nil
}

func readLiteral(r imap.LiteralReader) (body []byte, size int64, err error) {
	if r == nil {
		return nil, 0, nil
	}
	size = r.Size()
	if size < 0 || size > MaxSize {
		return nil, size, nil
	}
	body = make([]byte, size)
	if _, err := io.ReadFull(r, body); err != nil {
		return nil, size, fmt.Errorf("read mail: %w", err)
	}
	return body, size, nil
}
