package site

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"regexp"
	"slices"

	"duolog/site/seal"
)

// Owns tells whether a file of the public folder, named with slashes, can be one of the site's. No name there is made of
// anything that people wrote.
func Owns(name string) bool { return ours.MatchString(name) }

var ours = regexp.MustCompile(`^((welcome/)?index\.html|assets/(log|keys|icons|copy)\.[0-9a-f]{12}\.(js|css|svg|html)|b/[0-9a-f]{32}\.age|k/[0-9a-f]{32}/(keyring|identity)\.age)$`)

// Check compares the public folder with what was built and returns all that is wrong with it, nil when nothing is: files
// that are missing, altered, left over or not ours.
func (b *Builder) Check() error {
	vault, err := b.vault()
	if err != nil {
		return err
	}
	files, err := shell(themed(b.Themes))
	if err != nil {
		return err
	}
	want, err := allowed(vault, files, b.identitySum)
	if err != nil {
		return err
	}
	there := public{b.Public}
	names, err := there.list()
	if err != nil {
		return err
	}
	var wrong []error
	for _, name := range names {
		sum, known := want[name]
		switch {
		case !Owns(name):
			wrong = append(wrong, fmt.Errorf("%s is not a file of the site; take it away", name))
		case !known:
			wrong = append(wrong, fmt.Errorf("%s belongs to nothing any more; build the whole site again", name))
		case sum != nil && !same(there.path(name), sum):
			wrong = append(wrong, fmt.Errorf("%s is not as it was built; build the whole site again", name))
		}
		delete(want, name)
	}
	for name := range want {
		wrong = append(wrong, fmt.Errorf("%s is missing; build the whole site again", name))
	}
	slices.SortFunc(wrong, func(a, b error) int { return len(a.Error()) - len(b.Error()) })
	return errors.Join(wrong...)
}

// allowed lists the files that may be in the public folder, with the SHA-256 of their bytes, nil where that is unknown. identity gives
// that of a person's wrapped identity.
func allowed(vault *seal.Vault, files []shellFile, identity func(person string) []byte) (map[string][]byte, error) {
	want := map[string][]byte{}
	for _, f := range files {
		sum := sha256.Sum256(f.data)
		want[f.Path] = sum[:]
	}
	for room, err := range vault.Rooms() {
		if err != nil {
			return nil, err
		}
		for _, page := range room.Pages() {
			if page == keyringPage && room.Pair() == "" {
				folder := deskFolder(vault, room.People()[0])
				want[folder+"keyring.age"], want[folder+"identity.age"] = room.Sum(page), identity(room.People()[0])
				continue
			}
			want[blob(room.Name(page))] = room.Sum(page)
		}
	}
	return want, nil
}

func (b *Builder) identitySum(person string) []byte {
	p, err := b.Content.Person(person)
	if err != nil {
		return nil // a broken file; the build reports it
	}
	sum := sha256.Sum256([]byte(p.Identity))
	return sum[:]
}

func same(file string, sum []byte) bool {
	data, err := os.ReadFile(file)
	got := sha256.Sum256(data)
	return err == nil && string(got[:]) == string(sum)
}

// sweep removes our own leftovers and fails on anything else, which could be a page that was never sealed.
func (bu *building) sweep() error {
	want, err := allowed(bu.vault, bu.shell, func(string) []byte { return nil })
	if err != nil {
		return err
	}
	names, err := bu.public.list()
	if err != nil {
		return err
	}
	var foreign []error
	for _, name := range names {
		if !Owns(name) && !leftover.MatchString(name) {
			foreign = append(foreign, fmt.Errorf("%s in the public folder is not a file of the site; take it away", name))
			continue
		}
		if _, ok := want[name]; !ok {
			if err := bu.remove(name); err != nil {
				return err
			}
		}
	}
	return errors.Join(foreign...)
}

// leftover is a file that an interrupted build was writing.
var leftover = regexp.MustCompile(`(^|/)\.new-[0-9]+$`)
