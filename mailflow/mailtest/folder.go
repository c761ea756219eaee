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
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"
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
	var mails []Mail
	err := s.inside(name, func(c *imapclient.Client) error {
		box, err := c.Select(folder, &imap.SelectOptions{ReadOnly: true}).Wait()
		if refused(err) {
			return nil
		}
		if err != nil {
			return err
		}
		mails, err = fetchAll(c, box.NumMessages)
		return err
	})
	return mails, err
}

func refused(err error) bool {
	var no *imap.Error
	return errors.As(err, &no)
}

// fetchAll reads the n mails of the opened folder. (Client.Mailbox may still be
// nil right after SELECT.)
func fetchAll(c *imapclient.Client, n uint32) ([]Mail, error) {
	if n == 0 {
		return nil, nil
	}
	var all imap.SeqSet
	all.AddRange(1, 0)
	found, err := c.Fetch(all, &imap.FetchOptions{
		UID: true, InternalDate: true, Flags: true,
		BodySection: []*imap.FetchItemBodySection{{Peek: true}},
	}).Collect()
	if err != nil {
		return nil, err
	}
	var mails []Mail
	for _, m := range found {
		kept := Mail{UID: uint32(m.UID), Received: m.InternalDate}
		for _, section := range m.BodySection {
			kept.Raw = section.Bytes
		}
		for _, flag := range m.Flags {
			kept.Flags = append(kept.Flags, string(flag))
		}
		mails = append(mails, kept)
	}
	return mails, nil
}

// inside runs f over a connection of our own, which no fault meets.
func (s *Server) inside(name string, f func(*imapclient.Client) error) error {
	u := s.userOf(name)
	if u == nil {
		return nil
	}
	conn, err := s.imapPipe.dial()
	if err != nil {
		return err
	}
	c := imapclient.New(conn, nil)
	defer c.Close()
	if err := c.Login(u.name, u.password).Wait(); err != nil {
		return err
	}
	return f(c)
}

// Renumber gives a folder a new UIDVALIDITY and its mails new UIDs, as servers
// do after a repair.
func (s *Server) Renumber(name, folder string) error {
	mails, err := s.Mails(name, folder)
	if err != nil {
		return err
	}
	u := s.userOf(name)
	if u == nil {
		return fmt.Errorf("no mail user %s", name)
	}
	if err := u.box.Delete(folder); err != nil {
		return err
	}
	for _, m := range slices.Backward(mails) { // so that no UID means the same mail
		if err := s.append(u, folder, m.Raw, m.Received); err != nil {
			return err
		}
	}
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
		s.saver = time.AfterFunc(100*time.Millisecond, s.saveSoon)
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
	if err := s.save(); err != nil {
		s.opts.Log.Warn("mailboxes not saved", "error", err)
	}
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
		err := s.inside(name, func(c *imapclient.Client) error {
			return saveUser(c, filepath.Join(s.opts.Dir, url.PathEscape(name)))
		})
		if err != nil {
			return fmt.Errorf("save mails of %s: %w", name, err)
		}
	}
	return nil
}

func saveUser(c *imapclient.Client, dir string) error {
	boxes, err := c.List("", "*", nil).Collect()
	if err != nil {
		return err
	}
	kept := map[string]bool{}
	for _, box := range boxes {
		name := url.PathEscape(box.Mailbox)
		kept[name] = true
		if err := saveFolder(c, box.Mailbox, filepath.Join(dir, name)); err != nil {
			return fmt.Errorf("folder %s: %w", box.Mailbox, err)
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

func saveFolder(c *imapclient.Client, folder, dir string) error {
	box, err := c.Select(folder, &imap.SelectOptions{ReadOnly: true}).Wait()
	if err != nil {
		return err
	}
	if old, err := readNumbering(dir); err == nil && old.Validity != box.UIDValidity {
		if err := os.RemoveAll(dir); err != nil {
			return err
		}
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	mails, err := fetchAll(c, box.NumMessages)
	if err != nil {
		return err
	}
	kept := map[string]bool{numberingFile: true}
	for _, m := range mails {
		name := fmt.Sprintf("%06d.eml", m.UID)
		kept[name] = true
		if err := saveMail(filepath.Join(dir, name), m); err != nil {
			return err
		}
	}
	record, err := json.Marshal(numbering{Validity: box.UIDValidity, Next: uint32(box.UIDNext)})
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, numberingFile), record, 0o600); err != nil {
		return err
	}
	return removeOthers(dir, kept)
}

func saveMail(path string, m Mail) error {
	if _, err := os.Stat(path); err == nil {
		return nil // a UID names the same mail for ever
	}
	if err := os.WriteFile(path+".new", m.Raw, 0o600); err != nil {
		return err
	}
	if err := os.Chtimes(path+".new", m.Received, m.Received); err != nil {
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
	folders := map[uint32]string{}
	for _, entry := range entries {
		n, err := readNumbering(filepath.Join(dir, entry.Name()))
		if err != nil {
			return err
		}
		folders[n.Validity] = entry.Name()
	}
	// The memory server numbers folders as they are made.
	validity := uint32(1)
	for _, wanted := range slices.Sorted(maps.Keys(folders)) {
		for ; validity < wanted; validity++ {
			if err := errors.Join(u.box.Create("gap", nil), u.box.Delete("gap")); err != nil {
				return err
			}
		}
		validity++
		if err := loadFolder(u.box, filepath.Join(dir, folders[wanted])); err != nil {
			return fmt.Errorf("folder %s: %w", folders[wanted], err)
		}
	}
	return nil
}

func loadFolder(box *imapmemserver.User, dir string) error {
	folder, err := url.PathUnescape(filepath.Base(dir))
	if err != nil {
		return err
	}
	n, err := readNumbering(dir)
	if err != nil {
		return err
	}
	if err := box.Create(folder, nil); err != nil {
		return err
	}
	for uid := uint32(1); uid < n.Next; uid++ {
		options := &imap.AppendOptions{}
		path := filepath.Join(dir, fmt.Sprintf("%06d.eml", uid))
		raw, err := os.ReadFile(path)
		if errors.Is(err, fs.ErrNotExist) { // it left; its number stays taken
			options.Flags = []imap.Flag{imap.FlagDeleted}
		} else if err != nil {
			return err
		} else if at, err := os.Stat(path); err == nil {
			options.Time = at.ModTime()
		}
		if _, err := box.Append(folder, literalOf(raw), options); err != nil {
			return err
		}
	}
	opened := imapmemserver.NewUserSession(box)
	defer opened.Close()
	if _, err := opened.Select(folder, &imap.SelectOptions{}); err != nil {
		return err
	}
	return opened.Expunge(nil, nil)
}
