package mailtest

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
)

// Mail is a mail as it lies in a folder.
type Mail struct {
	UID      uint32
	Received time.Time
	Flags    []string
	Raw      []byte
}

// Mails gives what lies in a user's folder, oldest first; nothing if there is
// no such user or folder.
func (s *Server) Mails(name, folder string) ([]Mail, error) {
	u := s.userOf(name)
	if u == nil {
		return nil, nil
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	f := u.folders[canonical(folder)]
	if f == nil {
		return nil, nil
	}
	var mails []Mail
	for _, m := range f.mails {
		kept := Mail{UID: uint32(m.uid), Received: m.received, Raw: m.raw}
		for _, flag := range m.flags {
			kept.Flags = append(kept.Flags, string(flag))
		}
		mails = append(mails, kept)
	}
	return mails, nil
}

// Renumber gives a folder a new UIDVALIDITY and its mails new UIDs, in another
// order so that no UID means the same mail, as servers do after a repair.
// Sessions that have it open keep the old one, without mails.
func (s *Server) Renumber(name, folder string) error {
	u := s.userOf(name)
	if u == nil {
		return fmt.Errorf("no mail user %s", name)
	}
	defer s.changed()
	u.mu.Lock()
	defer u.mu.Unlock()
	old := u.folders[canonical(folder)]
	if old == nil {
		return fmt.Errorf("no folder %s", folder)
	}
	f := u.makeLocked(folder)
	for _, m := range slices.Backward(old.mails) {
		f.addLocked(m.raw, m.received, m.flags)
	}
	old.removeLocked(func(*stored) bool { return true })
	return nil
}

// A kept mailbox is one folder per user, with one folder per mail folder in it,
// names escaped as in URLs: DIR/USER/FOLDER/UID.eml, the file's time being when
// the mail was received, and "numbering" with UIDVALIDITY and the next UID.
// Flags are not kept.

const numberingFile = "numbering"

type numbering struct {
	Validity uint32 `json:"uidvalidity"`
	Next     uint32 `json:"uidnext"`
}

// changed has the mailboxes saved soon.
func (s *Server) changed() {
	if s.opts.Dir == "" {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.saver == nil && !s.shut {
		s.saver = time.AfterFunc(100*time.Millisecond+10*s.lasted, s.saveSoon)
	}
}

func (s *Server) saveSoon() {
	s.mu.Lock()
	s.saver = nil
	shut := s.shut
	s.mu.Unlock()
	if shut {
		return
	}
	began := time.Now()
	if err := s.save(); err != nil {
		s.opts.Log.Warn("mailboxes not saved", "error", err)
	}
	s.mu.Lock()
	s.lasted = time.Since(began)
	s.mu.Unlock()
}

// save writes what is new and removes what is gone.
func (s *Server) save() error {
	if s.opts.Dir == "" {
		return nil
	}
	s.saving.Lock()
	defer s.saving.Unlock()
	s.mu.Lock()
	names := slices.Sorted(maps.Keys(s.users))
	s.mu.Unlock()
	for _, name := range names {
		if err := saveUser(s.userOf(name), filepath.Join(s.opts.Dir, url.PathEscape(name))); err != nil {
			return fmt.Errorf("save mails of %s: %w", name, err)
		}
	}
	return nil
}

func saveUser(u *user, dir string) error {
	u.mu.Lock()
	defer u.mu.Unlock()
	kept := map[string]bool{}
	for _, f := range u.folders {
		name := url.PathEscape(f.name)
		kept[name] = true
		if err := saveFolder(f, filepath.Join(dir, name)); err != nil {
			return fmt.Errorf("folder %s: %w", f.name, err)
		}
	}
	return removeOthers(dir, kept)
}

// removeOthers removes from dir what is not kept.
func removeOthers(dir string, kept map[string]bool) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if !kept[entry.Name()] {
			if err := os.RemoveAll(filepath.Join(dir, entry.Name())); err != nil {
				return err
			}
		}
	}
	return nil
}

func saveFolder(f *folder, dir string) error {
	if old, err := readNumbering(dir); err == nil && old.Validity != f.validity {
		if err := os.RemoveAll(dir); err != nil {
			return err
		}
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	kept := map[string]bool{numberingFile: true}
	for _, m := range f.mails {
		name := fmt.Sprintf("%06d.eml", m.uid)
		kept[name] = true
		if err := saveMail(filepath.Join(dir, name), m); err != nil {
			return err
		}
	}
	record, err := json.Marshal(numbering{Validity: f.validity, Next: uint32(f.next)})
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, numberingFile), record, 0o600); err != nil {
		return err
	}
	return removeOthers(dir, kept)
}

func saveMail(path string, m *stored) error {
	if _, err := os.Stat(path); err == nil {
		return nil // a UID names the same mail for ever
	}
	if err := os.WriteFile(path+".new", m.raw, 0o600); err != nil {
		return err
	}
	if err := os.Chtimes(path+".new", m.received, m.received); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}

func readNumbering(dir string) (numbering, error) {
	var n numbering
	record, err := os.ReadFile(filepath.Join(dir, numberingFile))
	if err != nil {
		return n, err
	}
	return n, json.Unmarshal(record, &n)
}

// load brings a user's kept mails back with the numbers they had.
func (s *Server) load(u *user) error {
	if s.opts.Dir == "" {
		return nil
	}
	dir := filepath.Join(s.opts.Dir, url.PathEscape(u.name))
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, entry := range entries {
		f, err := loadFolder(filepath.Join(dir, entry.Name()))
		if err != nil {
			return fmt.Errorf("folder %s: %w", entry.Name(), err)
		}
		u.folders[f.name] = f
		u.validity = max(u.validity, f.validity)
	}
	return nil
}

func loadFolder(dir string) (*folder, error) {
	name, err := url.PathUnescape(filepath.Base(dir))
	if err != nil {
		return nil, err
	}
	n, err := readNumbering(dir)
	if err != nil {
		return nil, err
	}
	paths, err := filepath.Glob(filepath.Join(dir, "*.eml"))
	if err != nil {
		return nil, err
	}
	f := &folder{name: name, validity: n.Validity, tracker: imapserver.NewMailboxTracker(0)}
	for _, path := range paths { // ascending, since the numbers have leading zeros
		uid, err := strconv.ParseUint(strings.TrimSuffix(filepath.Base(path), ".eml"), 10, 32)
		if err != nil {
			return nil, err
		}
		raw, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		at, err := os.Stat(path)
		if err != nil {
			return nil, err
		}
		f.next = imap.UID(uid)
		f.addLocked(raw, at.ModTime(), nil)
	}
	f.next = max(imap.UID(n.Next), f.next)
	return f, nil
}
