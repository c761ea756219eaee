package content

import (
	"errors"
	"fmt"
	"os"
	"time"

	"duolog/meeting"
)

// Enrolled is who is in a pair, as its files say. It is shared by all who ask and not to be changed.
type Enrolled struct {
	Pair            *meeting.Pair
	Manager, Report *meeting.Person
}

// rolled is what a file said, and its state then.
type rolled struct {
	size    int64
	changed time.Time
	pair    *meeting.Pair
	person  *meeting.Person
}

// justNow is how old a file must be for its state to tell whether it was touched again.
const justNow = time.Second

// Roll lists all pairs with their two people, in the order of ids. It reads a file again only when it was touched since, so that asking
// often costs little. Pairs that cannot be read are reported together, beside the others.
func (s *Store) Roll() ([]Enrolled, error) {
	ids, err := s.Pairs()
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	before := s.roll
	s.roll = make(map[string]rolled, len(before))
	var all []Enrolled
	var problems []error
	for _, id := range ids {
		e, err := s.enrolled(id, before)
		if err != nil {
			problems = append(problems, err)
			continue
		}
		all = append(all, e)
	}
	return all, errors.Join(problems...)
}

func (s *Store) enrolled(id string, before map[string]rolled) (e Enrolled, err error) {
	if err := CheckID(id); err != nil {
		return e, err
	}
	path := s.pairPath(id)
	if e.Pair, err = s.rollPair(path, id, before); err != nil {
		return e, err
	}
	if e.Manager, err = s.rollPerson(e.Pair.Manager, before); err != nil {
		return e, fmt.Errorf("%s: manager: %w", path, err)
	}
	if e.Report, err = s.rollPerson(e.Pair.Report, before); err != nil {
		return e, fmt.Errorf("%s: report: %w", path, err)
	}
	return e, nil
}

func (s *Store) rollPair(path, id string, before map[string]rolled) (*meeting.Pair, error) {
	r, err := s.rollFile(path, before, func() (r rolled, err error) {
		var doc pairDoc
		prose, err := readFile(path, &doc)
		if err != nil {
			return r, err
		}
		r.pair = &doc.Pair
		return r, checkPair(path, id, doc.log(prose))
	})
	return r.pair, err
}

func (s *Store) rollPerson(id string, before map[string]rolled) (*meeting.Person, error) {
	if err := CheckID(id); err != nil {
		return nil, err
	}
	path := s.personPath(id)
	r, err := s.rollFile(path, before, func() (r rolled, err error) {
		r.person = &meeting.Person{}
		if _, err := readFile(path, r.person); err != nil {
			return r, err
		}
		return r, checkPerson(path, id, r.person)
	})
	return r.person, err
}

// rollFile reads a file unless it is as it was. What was changed just now is read again the next time.
func (s *Store) rollFile(path string, before map[string]rolled, read func() (rolled, error)) (rolled, error) {
	if r, ok := s.roll[path]; ok { // a person of another pair
		return r, nil
	}
	info, err := os.Stat(path)
	if err != nil {
		return rolled{}, err
	}
	r, ok := before[path]
	if !ok || r.size != info.Size() || !r.changed.Equal(info.ModTime()) {
		begin := time.Now()
		if r, err = read(); err != nil {
			return r, err
		}
		if r.size, r.changed = info.Size(), info.ModTime(); begin.Sub(r.changed) < justNow {
			r.changed = time.Time{}
		}
	}
	s.roll[path] = r
	return r, nil
}
