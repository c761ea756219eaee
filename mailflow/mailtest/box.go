package mailtest

import (
	"bytes"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
)

// user is a mailbox with its folders.
type user struct {
	name, password string

	mu       sync.Mutex
	folders  map[string]*folder
	validity uint32 // the last one given
}

// folder is one mail folder. It keeps mails as they are: go-imap's own memory
// server parses headers and writes them anew, and has no answer for a mail
// whose header is odd.
type folder struct {
	name     string
	validity uint32
	next     imap.UID
	mails    []*stored // by UID
	tracker  *imapserver.MailboxTracker
}

type stored struct {
	uid      imap.UID
	raw      []byte
	received time.Time
	flags    []imap.Flag
}

func newUser(name, password string) *user {
	u := &user{name: name, password: password, folders: make(map[string]*folder)}
	u.makeLocked("INBOX")
	return u
}

// canonical is a folder's name as it is kept: INBOX is one in any case.
func canonical(name string) string {
	if strings.EqualFold(name, "INBOX") {
		return "INBOX"
	}
	return strings.TrimSuffix(name, "/")
}

func (u *user) makeLocked(name string) *folder {
	u.validity++
	f := &folder{
		name: canonical(name), validity: u.validity, next: 1,
		tracker: imapserver.NewMailboxTracker(0),
	}
	u.folders[f.name] = f
	return f
}

// add puts a mail into a folder, which is made if missing.
func (u *user) add(name string, raw []byte, received time.Time, flags []imap.Flag) (*folder, imap.UID) {
	u.mu.Lock()
	defer u.mu.Unlock()
	f := u.folders[canonical(name)]
	if f == nil {
		f = u.makeLocked(name)
	}
	return f, f.addLocked(bytes.Clone(raw), received, flags)
}

func (f *folder) addLocked(raw []byte, received time.Time, flags []imap.Flag) imap.UID {
	m := &stored{uid: f.next, raw: raw, received: received, flags: slices.Clone(flags)}
	f.next++
	f.mails = append(f.mails, m)
	f.tracker.QueueNumMessages(uint32(len(f.mails)))
	return m.uid
}

// removeLocked takes out the mails that gone names and gives their numbers, the
// last first, so that each is right when the others before it are out.
func (f *folder) removeLocked(gone func(*stored) bool) []uint32 {
	var numbers []uint32
	for i, m := range slices.Backward(f.mails) {
		if gone(m) {
			numbers = append(numbers, uint32(i+1))
			f.tracker.QueueExpunge(uint32(i + 1))
		}
	}
	f.mails = slices.DeleteFunc(f.mails, gone)
	return numbers
}

// has tells whether the mail bears the flag, in any case.
func (m *stored) has(flag imap.Flag) bool {
	return slices.ContainsFunc(m.flags, func(f imap.Flag) bool {
		return strings.EqualFold(string(f), string(flag))
	})
}

// flag changes the mail's flags as STORE says. It makes a new list, since the
// old one may be on its way to a client.
func (m *stored) flag(change *imap.StoreFlags) {
	var flags []imap.Flag
	if change.Op != imap.StoreFlagsSet {
		flags = slices.DeleteFunc(slices.Clone(m.flags), func(f imap.Flag) bool {
			return slices.ContainsFunc(change.Flags, func(g imap.Flag) bool {
				return strings.EqualFold(string(f), string(g))
			})
		})
	}
	if change.Op != imap.StoreFlagsDel {
		flags = append(flags, change.Flags...)
	}
	m.flags = flags
}

// section gives the part of the mail that FETCH asks for.
func (m *stored) section(s *imap.FetchItemBodySection) []byte {
	if len(s.Part) > 0 || len(s.HeaderFields) > 0 || len(s.HeaderFieldsNot) > 0 {
		return imapserver.ExtractBodySection(bytes.NewReader(m.raw), s)
	}
	part := m.raw
	header, body := headerAndBody(m.raw)
	empty := min(len(body), 2) // the line after the header belongs to it
	switch s.Specifier {
	case imap.PartSpecifierHeader:
		part = m.raw[:len(header)+empty]
	case imap.PartSpecifierText:
		part = body[empty:]
	}
	if s.Partial != nil {
		from := min(s.Partial.Offset, int64(len(part)))
		part = part[from:min(from+s.Partial.Size, int64(len(part)))]
	}
	return part
}

// matches tells whether the mail with this number meets a SEARCH.
func (m *stored) matches(number uint32, c *imap.SearchCriteria) bool {
	for _, set := range c.SeqNum {
		if !set.Contains(number) {
			return false
		}
	}
	for _, set := range c.UID {
		if !set.Contains(m.uid) {
			return false
		}
	}
	for _, flag := range c.Flag {
		if !m.has(flag) {
			return false
		}
	}
	for _, flag := range c.NotFlag {
		if m.has(flag) {
			return false
		}
	}
	if !c.Since.IsZero() && day(m.received).Before(day(c.Since)) ||
		!c.Before.IsZero() && !day(m.received).Before(day(c.Before)) ||
		c.Larger > 0 && int64(len(m.raw)) <= c.Larger ||
		c.Smaller > 0 && int64(len(m.raw)) >= c.Smaller {
		return false
	}
	return m.matchesText(c) && m.matchesNested(number, c)
}

func (m *stored) matchesNested(number uint32, c *imap.SearchCriteria) bool {
	for _, not := range c.Not {
		if m.matches(number, &not) {
			return false
		}
	}
	for _, or := range c.Or {
		if !m.matches(number, &or[0]) && !m.matches(number, &or[1]) {
			return false
		}
	}
	return true
}

// matchesText looks for words in the undecoded mail.
func (m *stored) matchesText(c *imap.SearchCriteria) bool {
	header, body := headerAndBody(m.raw)
	contains := func(text []byte, word string) bool {
		return bytes.Contains(bytes.ToLower(text), []byte(strings.ToLower(word)))
	}
	for _, want := range c.Header {
		found := slices.ContainsFunc(fields(header), func(field []byte) bool {
			name, value, _ := bytes.Cut(field, []byte(":"))
			return strings.EqualFold(string(name), want.Key) && contains(value, want.Value)
		})
		if !found {
			return false
		}
	}
	for _, word := range c.Body {
		if !contains(body, word) {
			return false
		}
	}
	for _, word := range c.Text {
		if !contains(m.raw, word) {
			return false
		}
	}
	return true
}

// day is the date of t alone: RFC 3501, 6.4.4 disregards time and zone.
func day(t time.Time) time.Time {
	y, m, d := t.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}
