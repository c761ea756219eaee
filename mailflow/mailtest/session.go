package mailtest

import (
	"bufio"
	"bytes"
	"io"
	"maps"
	"slices"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-message/textproto"
	"github.com/emersion/go-sasl"
)

// session is one IMAP connection.
type session struct {
	server *Server
	user   *user   // nil before the login
	opened *folder // nil if none is selected
	view   *imapserver.SessionTracker
}

var _ imapserver.SessionIMAP4rev2 = (*session)(nil)

func (s *session) Close() error { return s.Unselect() }

func (s *session) Login(username, password string) error {
	u := s.server.userOf(username)
	if u == nil || u.password != password {
		return imapserver.ErrAuthFailed
	}
	s.user = u
	return nil
}

func (s *session) AuthenticateMechanisms() []string {
	if s.server.opts.Token == nil {
		return []string{"PLAIN"}
	}
	return []string{"PLAIN", "XOAUTH2", "OAUTHBEARER"}
}

func (s *session) Authenticate(mechanism string) (sasl.Server, error) {
	server := s.server.saslServer(mechanism, func(u *user) { s.user = u }, imapserver.ErrAuthFailed)
	if server == nil {
		return nil, no("", "mechanism not offered")
	}
	return server, nil
}

func no(code imap.ResponseCode, text string) error {
	return &imap.Error{Type: imap.StatusResponseTypeNo, Code: code, Text: text}
}

// folderLocked finds a folder; a missing one is refused with code.
func (s *session) folderLocked(name string, code imap.ResponseCode) (*folder, error) {
	f := s.user.folders[canonical(name)]
	if f == nil {
		return nil, no(code, "no such folder")
	}
	return f, nil
}

func (s *session) Select(name string, _ *imap.SelectOptions) (*imap.SelectData, error) {
	s.user.mu.Lock()
	defer s.user.mu.Unlock()
	f, err := s.folderLocked(name, imap.ResponseCodeNonExistent)
	if err != nil {
		return nil, err
	}
	_ = s.Unselect()
	s.opened, s.view = f, f.tracker.NewSession()
	flags := []imap.Flag{imap.FlagSeen, imap.FlagAnswered, imap.FlagFlagged, imap.FlagDeleted, imap.FlagDraft}
	return &imap.SelectData{
		Flags: flags, PermanentFlags: append(slices.Clone(flags), imap.FlagWildcard),
		NumMessages: uint32(len(f.mails)), UIDNext: f.next, UIDValidity: f.validity,
	}, nil
}

func (s *session) Unselect() error {
	if s.view != nil {
		s.view.Close()
	}
	s.opened, s.view = nil, nil
	return nil
}

func (s *session) Create(name string, _ *imap.CreateOptions) error {
	defer s.server.changed()
	s.user.mu.Lock()
	defer s.user.mu.Unlock()
	if s.user.folders[canonical(name)] != nil {
		return no(imap.ResponseCodeAlreadyExists, "folder exists")
	}
	s.user.makeLocked(name)
	return nil
}

func (s *session) Delete(name string) error {
	defer s.server.changed()
	s.user.mu.Lock()
	defer s.user.mu.Unlock()
	f, err := s.folderLocked(name, imap.ResponseCodeNonExistent)
	if err != nil {
		return err
	}
	if f.name == "INBOX" {
		return no(imap.ResponseCodeCannot, "INBOX stays")
	}
	delete(s.user.folders, f.name)
	return nil
}

func (s *session) Rename(from, to string, _ *imap.RenameOptions) error {
	return no(imap.ResponseCodeCannot, "folders keep their names here")
}

func (s *session) Subscribe(string) error   { return nil }
func (s *session) Unsubscribe(string) error { return nil }

func (s *session) Namespace() (*imap.NamespaceData, error) {
	return &imap.NamespaceData{Personal: []imap.NamespaceDescriptor{{Delim: '/'}}}, nil
}

func (s *session) List(w *imapserver.ListWriter, ref string, patterns []string, _ *imap.ListOptions) error {
	if len(patterns) == 0 {
		return w.WriteList(&imap.ListData{Attrs: []imap.MailboxAttr{imap.MailboxAttrNoSelect}, Delim: '/'})
	}
	s.user.mu.Lock()
	names := slices.Sorted(maps.Keys(s.user.folders))
	s.user.mu.Unlock()
	for _, name := range names {
		for _, pattern := range patterns {
			if !imapserver.MatchList(name, '/', ref, pattern) {
				continue
			}
			if err := w.WriteList(&imap.ListData{Mailbox: name, Delim: '/'}); err != nil {
				return err
			}
			break
		}
	}
	return nil
}

func (s *session) Status(name string, want *imap.StatusOptions) (*imap.StatusData, error) {
	s.user.mu.Lock()
	defer s.user.mu.Unlock()
	f, err := s.folderLocked(name, imap.ResponseCodeNonExistent)
	if err != nil {
		return nil, err
	}
	var size int64
	var unseen, deleted, recent uint32
	for _, m := range f.mails {
		size += int64(len(m.raw))
		if !m.has(imap.FlagSeen) {
			unseen++
		}
		if m.has(imap.FlagDeleted) {
			deleted++
		}
	}
	count := uint32(len(f.mails))
	status := &imap.StatusData{Mailbox: f.name, UIDNext: f.next, UIDValidity: f.validity}
	for _, item := range []struct {
		wanted bool
		field  **uint32
		value  *uint32
	}{
		{want.NumMessages, &status.NumMessages, &count}, {want.NumUnseen, &status.NumUnseen, &unseen},
		{want.NumDeleted, &status.NumDeleted, &deleted}, {want.NumRecent, &status.NumRecent, &recent},
	} {
		if item.wanted {
			*item.field = item.value
		}
	}
	if want.Size {
		status.Size = &size
	}
	return status, nil
}

func (s *session) Append(name string, r imap.LiteralReader, o *imap.AppendOptions) (*imap.AppendData, error) {
	raw, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	defer s.server.changed()
	s.user.mu.Lock()
	defer s.user.mu.Unlock()
	f, err := s.folderLocked(name, imap.ResponseCodeTryCreate)
	if err != nil {
		return nil, err
	}
	received := o.Time
	if received.IsZero() {
		received = s.server.opts.Now()
	}
	return &imap.AppendData{UIDValidity: f.validity, UID: f.addLocked(raw, received, o.Flags)}, nil
}

func (s *session) Poll(w *imapserver.UpdateWriter, allowExpunge bool) error {
	if s.view == nil {
		return nil
	}
	return s.view.Poll(w, allowExpunge)
}

func (s *session) Idle(w *imapserver.UpdateWriter, stop <-chan struct{}) error {
	if s.view == nil {
		<-stop
		return nil
	}
	return s.view.Idle(w, stop)
}

// chosen is a mail that a command names, with the number the client knows.
type chosen struct {
	*stored
	number uint32
	flags  []imap.Flag
}

// choose gives the mails of the opened folder that are in set.
func (s *session) choose(set imap.NumSet) []chosen {
	s.user.mu.Lock()
	defer s.user.mu.Unlock()
	return s.chooseLocked(set)
}

func (s *session) chooseLocked(set imap.NumSet) []chosen {
	var numbers imap.SeqSet
	var uids imap.UIDSet
	switch set := set.(type) {
	case imap.SeqSet:
		numbers = s.fixSeq(set)
	case imap.UIDSet:
		uids = s.fixUID(set)
	}
	var found []chosen
	for i, m := range s.opened.mails {
		number := s.view.EncodeSeqNum(uint32(i + 1))
		if number != 0 && numbers.Contains(number) || uids.Contains(m.uid) {
			found = append(found, chosen{m, number, m.flags})
		}
	}
	return found
}

// fixSeq and fixUID put the last number in place of "*", which is 0 here.
func (s *session) fixSeq(set imap.SeqSet) imap.SeqSet {
	last := uint32(len(s.opened.mails))
	fixed := slices.Clone(set)
	for i, r := range fixed {
		fixed[i].Start, fixed[i].Stop = order(r.Start, r.Stop, last)
	}
	return fixed
}

func (s *session) fixUID(set imap.UIDSet) imap.UIDSet {
	var last imap.UID
	if n := len(s.opened.mails); n > 0 {
		last = s.opened.mails[n-1].uid
	}
	fixed := slices.Clone(set)
	for i, r := range fixed {
		fixed[i].Start, fixed[i].Stop = order(r.Start, r.Stop, last)
	}
	return fixed
}

func order[N ~uint32](start, stop, last N) (N, N) {
	if start == 0 {
		start = last
	}
	if stop == 0 {
		stop = last
	}
	return min(start, stop), max(start, stop)
}

func (s *session) Fetch(w *imapserver.FetchWriter, set imap.NumSet, o *imap.FetchOptions) error {
	mails := s.choose(set)
	for _, section := range o.BodySection {
		if !section.Peek {
			s.flag(mails, &imap.StoreFlags{Op: imap.StoreFlagsAdd, Flags: []imap.Flag{imap.FlagSeen}})
			mails = s.choose(set)
			break
		}
	}
	for _, m := range mails {
		if err := m.write(w.CreateMessage(m.number), o); err != nil {
			return err
		}
	}
	return nil
}

func (m chosen) write(w *imapserver.FetchResponseWriter, o *imap.FetchOptions) error {
	if o.UID {
		w.WriteUID(m.uid)
	}
	if o.Flags {
		w.WriteFlags(m.flags)
	}
	if o.InternalDate {
		w.WriteInternalDate(m.received)
	}
	if o.RFC822Size {
		w.WriteRFC822Size(int64(len(m.raw)))
	}
	if o.Envelope {
		header, _ := textproto.ReadHeader(bufio.NewReader(bytes.NewReader(m.raw)))
		w.WriteEnvelope(imapserver.ExtractEnvelope(header))
	}
	if o.BodyStructure != nil {
		w.WriteBodyStructure(imapserver.ExtractBodyStructure(bytes.NewReader(m.raw)))
	}
	for _, section := range o.BodySection {
		part := m.section(section)
		body := w.WriteBodySection(section, int64(len(part)))
		if _, err := body.Write(part); err != nil {
			return err
		}
		if err := body.Close(); err != nil {
			return err
		}
	}
	return w.Close()
}

// flag changes flags and tells the other sessions.
func (s *session) flag(mails []chosen, change *imap.StoreFlags) {
	s.user.mu.Lock()
	defer s.user.mu.Unlock()
	for _, m := range mails {
		m.stored.flag(change)
		if i := slices.Index(s.opened.mails, m.stored); i >= 0 {
			s.opened.tracker.QueueMessageFlags(uint32(i+1), m.uid, m.stored.flags, s.view)
		}
	}
}

func (s *session) Store(w *imapserver.FetchWriter, set imap.NumSet, change *imap.StoreFlags, _ *imap.StoreOptions) error {
	s.flag(s.choose(set), change)
	if change.Silent {
		return nil
	}
	return s.Fetch(w, set, &imap.FetchOptions{UID: true, Flags: true})
}

func (s *session) Search(kind imapserver.NumKind, c *imap.SearchCriteria, _ *imap.SearchOptions) (*imap.SearchData, error) {
	s.user.mu.Lock()
	defer s.user.mu.Unlock()
	s.fix(c)
	var numbers imap.SeqSet
	var uids imap.UIDSet
	found := &imap.SearchData{}
	for i, m := range s.opened.mails {
		number := s.view.EncodeSeqNum(uint32(i + 1))
		if number == 0 || !m.matches(number, c) {
			continue
		}
		numbers.AddNum(number)
		uids.AddNum(m.uid)
		found.Count++
	}
	if found.All = numbers; kind == imapserver.NumKindUID {
		found.All = uids
	}
	return found, nil
}

// fix puts numbers in place of "*" everywhere in a SEARCH.
func (s *session) fix(c *imap.SearchCriteria) {
	for i, set := range c.SeqNum {
		c.SeqNum[i] = s.fixSeq(set)
	}
	for i, set := range c.UID {
		c.UID[i] = s.fixUID(set)
	}
	for i := range c.Not {
		s.fix(&c.Not[i])
	}
	for i := range c.Or {
		s.fix(&c.Or[i][0])
		s.fix(&c.Or[i][1])
	}
}

func (s *session) Expunge(_ *imapserver.ExpungeWriter, uids *imap.UIDSet) error {
	defer s.server.changed()
	s.user.mu.Lock()
	defer s.user.mu.Unlock()
	var only imap.UIDSet
	if uids != nil {
		only = s.fixUID(*uids)
	}
	s.opened.removeLocked(func(m *stored) bool {
		return m.has(imap.FlagDeleted) && (uids == nil || only.Contains(m.uid))
	})
	return nil // the view tells, as with any other change
}

func (s *session) Copy(set imap.NumSet, name string) (*imap.CopyData, error) {
	defer s.server.changed()
	s.user.mu.Lock()
	defer s.user.mu.Unlock()
	copied, err := s.copyLocked(set, name)
	if err != nil || len(copied.SourceUIDs) == 0 {
		return nil, err // COPYUID has no form for nothing
	}
	return copied, nil
}

func (s *session) copyLocked(set imap.NumSet, name string) (*imap.CopyData, error) {
	to, err := s.folderLocked(name, imap.ResponseCodeTryCreate)
	if err != nil {
		return nil, err
	}
	if to == s.opened {
		return nil, no(imap.ResponseCodeCannot, "it is there already")
	}
	copied := &imap.CopyData{UIDValidity: to.validity}
	for _, m := range s.chooseLocked(set) {
		copied.SourceUIDs.AddNum(m.uid)
		copied.DestUIDs.AddNum(to.addLocked(m.raw, m.received, m.flags))
	}
	return copied, nil
}

func (s *session) Move(w *imapserver.MoveWriter, set imap.NumSet, name string) error {
	defer s.server.changed()
	copied, err := s.move(set, name)
	if err != nil || len(copied.SourceUIDs) == 0 {
		return err
	}
	return w.WriteCopyData(copied) // the view tells of the expunges
}

func (s *session) move(set imap.NumSet, name string) (*imap.CopyData, error) {
	s.user.mu.Lock()
	defer s.user.mu.Unlock()
	copied, err := s.copyLocked(set, name)
	if err != nil {
		return nil, err
	}
	s.opened.removeLocked(func(m *stored) bool { return copied.SourceUIDs.Contains(m.uid) })
	return copied, nil
}
