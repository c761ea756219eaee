package site

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"

	"duolog/meeting"
	"duolog/site/seal"
	"duolog/stumble"
)

// reader is a person whose keyring a build looks at, because something in one of their pairs may have changed.
type reader struct {
	id     string
	enters map[string][]ownNote // pairs rendered by this build, with what only this person sees of them
	leaves []string             // pairs that this person could read and cannot now
	desk   *seal.Room
}

func (bu *building) reader(id string) *reader {
	r := bu.readers[id]
	if r == nil {
		r = &reader{id: id, enters: map[string][]ownNote{}}
		bu.readers[id] = r
	}
	return r
}

// publishKeyrings comes after the pages that the keyrings name.
func (bu *building) publishKeyrings() error {
	d := bu.delivery()
	defer d.drop()
	var some errgroup.Group
	some.SetLimit(runtime.NumCPU())
	for _, id := range slices.Sorted(maps.Keys(bu.readers)) {
		p, err := bu.store.Person(id) // not safe to ask for in parallel
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			bu.broken(fmt.Errorf("person %s: %w", id, err))
			continue
		}
		some.Go(func() (err error) {
			defer stumble.Catch(&err)
			err = bu.publishKeyring(d, bu.readers[id], p)
			if errors.Is(err, seal.ErrRecipient) {
				bu.broken(fmt.Errorf("person %s: %w", id, err))
				return nil
			}
			if err != nil {
				return fmt.Errorf("keyring of %s: %w", id, err)
			}
			return nil
		})
	}
	if err := some.Wait(); err != nil {
		return err
	}
	return d.done()
}

// publishKeyring publishes all that is one person's own. p is nil when there is no such person any more.
func (bu *building) publishKeyring(d *delivery, r *reader, p *meeting.Person) error {
	if !reads(p) {
		return bu.closeDesk(r)
	}
	var err error
	if r.desk, err = bu.vault.Desk(p.ID, p.Recipient); err != nil {
		return err
	}
	if err := bu.sealOwn(d, r); err != nil {
		return err
	}
	keyring, err := bu.keyring(r, p)
	if err != nil {
		return err
	}
	text, err := keyring.Bytes()
	if err != nil {
		return err
	}
	folder := deskFolder(bu.vault, p.ID)
	if name := folder + "keyring.age"; !r.desk.Holds(keyringPage, text) || !bu.inPlace(name, r.desk.Sum(keyringPage)) {
		sealed, err := r.desk.Seal(keyringPage, text)
		if err != nil {
			return err
		}
		if err := d.add(name, sealed); err != nil {
			return err
		}
	}
	if name := folder + "identity.age"; !bu.public.holds(name, []byte(p.Identity)) {
		return d.add(name, []byte(p.Identity))
	}
	return nil
}

// keyringPage is how a desk's record calls the keyring, which is published under the person's name, not its own.
const keyringPage = "keyring"

// deskFolder is where the link in a person's mails leads.
func deskFolder(vault *seal.Vault, person string) string {
	return "k/" + vault.Name("person", person) + "/"
}

// sealOwn publishes what only the reader sees, pair by pair. There is such a page for every pair, also when it is empty, so
// that nobody can tell who keeps private notes.
func (bu *building) sealOwn(d *delivery, r *reader) error {
	for _, pair := range r.leaves {
		r.desk.Dismiss(pair)
		r.desk.Forget(ownPage(pair))
	}
	for _, pair := range slices.Sorted(maps.Keys(r.enters)) {
		r.desk.Admit(pair)
		text, err := json.Marshal(r.enters[pair])
		if err != nil {
			return err
		}
		if err := bu.sealPage(d, r.desk, ownPage(pair), text); err != nil {
			return err
		}
	}
	return nil
}

func ownPage(pair string) string { return "/" + pair + "/own/" }

func (bu *building) keyring(r *reader, p *meeting.Person) (seal.Keyring, error) {
	language := bu.languageOf(p)
	desk := seal.RoomKey{Pages: map[string]string{}}
	k := seal.Keyring{Person: p.ID, Name: p.Name, Language: language, Rooms: []seal.RoomKey{}}
	if pairs := r.desk.Pairs(); bu.Mail != nil && len(pairs) > 0 {
		k.Mail = bu.Mail(p.ID, pairs[0])
	}
	for _, pair := range r.desk.Pairs() {
		room, err := bu.room(pair)
		if err != nil {
			return k, err
		}
		if room == nil || !slices.Contains(room.People(), p.ID) || len(room.Pages()) == 0 {
			continue
		}
		desk.Pages[ownPage(pair)] = r.desk.Name(ownPage(pair))
		key := seal.RoomKey{Key: room.Key(), Pages: map[string]string{}}
		for _, path := range pagesIn(room, language) {
			key.Pages[path] = room.Name(language + path)
		}
		k.Rooms = append(k.Rooms, key)
	}
	k.Rooms = append(k.Rooms, desk)
	return k, nil
}

func (bu *building) room(pair string) (*seal.Room, error) {
	if room := bu.rooms[pair]; room != nil {
		return room, nil
	}
	return bu.vault.Known(pair)
}

// closeDesk takes back all that was published for a person who has no key any more, or said no.
func (bu *building) closeDesk(r *reader) error {
	desk, err := bu.vault.KnownDesk(r.id)
	if err != nil || desk == nil {
		return err
	}
	for _, page := range desk.Pages() {
		desk.Forget(page)
	}
	r.desk = desk
	for _, name := range []string{"keyring.age", "identity.age"} {
		if err := bu.remove(deskFolder(bu.vault, r.id) + name); err != nil {
			return err
		}
	}
	return nil
}

// clear removes what nothing points to any more, then writes the records. Not before: an interrupted build must find that
// it has work to do, also after the power failed.
func (bu *building) clear() error {
	rooms := slices.Collect(maps.Values(bu.rooms))
	for _, r := range bu.readers {
		if r.desk != nil {
			rooms = append(rooms, r.desk)
		}
	}
	if err := bu.public.settle(bu.report.Changed); err != nil {
		return err
	}
	var some errgroup.Group
	some.SetLimit(writers)
	for _, room := range rooms {
		some.Go(func() (err error) {
			defer stumble.Catch(&err)
			for _, name := range room.Stale() {
				if err := bu.remove(blob(name)); err != nil {
					return err
				}
			}
			room.Cleared()
			return room.Save()
		})
	}
	return some.Wait()
}

func (bu *building) remove(name string) error {
	removed, err := bu.public.remove(name)
	if removed {
		bu.mu.Lock()
		bu.report.Removed++
		bu.report.Changed = append(bu.report.Changed, name)
		bu.mu.Unlock()
	}
	return err
}
