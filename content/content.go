// Package content keeps the log as Markdown files that the team owns.
//
// An instance's content folder holds
//
//	people/<person>.md                one file per person
//	pairs/<pair>/_index.md            what hangs on the pair: settings, topics, actions, agreements
//	pairs/<pair>/<date>.md            one file per meeting: its state, notes and outcomes
//	pairs/<pair>/survey-<quarter>.md  one file per survey, session-<quarter>.md per feedback session
//	pairs/<pair>/private/<person>.md  private notes, sealed to their author
//
// Structured fields are YAML front matter, hand-written prose is the Markdown below it. The rule that a newcomer would
// break: these files belong to people, who edit them by hand. Keys and comments that duolog does not know survive every
// write, the prose survives to the byte, and a broken file stops only its own pair.
package content

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"duolog/meeting"
)

// Store reads and writes one content folder. The zero value is not useful; make one with Open. Several goroutines may read
// logs at once, but each log and all writing belong to one, and whoever writes holds the lock of the instance.
type Store struct {
	Holidays []string // days on which no pair meets, for every log that is read: see meeting.Log.Holidays

	// Calendar gives the meeting times of a pair that follows a calendar of its own, nil for all others. It may be nil itself.
	Calendar func(*meeting.Pair) *meeting.Calendar

	// Rehearsal is for the demo's year alone: nobody else writes the folder meanwhile, and it may be lost with the machine. What was
	// read once is not read again, a Log is shared by all who ask for it, and nothing waits for the disk.
	Rehearsal bool

	dir    string
	reads  bool                       // is a Reader
	mu     sync.Mutex                 // for the maps below
	people map[string]*meeting.Person // by id, read once per Store; shared by all its logs
	prints map[string]uint64          // of what each file said when it was read, by path
	kept   map[string]kept            // logs that were saved, by pair
	roll   map[string]rolled          // who is in which pair, by path
}

// Open returns the store of a content folder, which need not exist yet.
func Open(dir string) *Store { return &Store{dir: dir} }

// Reader returns a store of the same folder for who reads many logs and saves none: it remembers nothing of how their files were, which
// takes several kilobytes a pair. A rehearsal, which remembers all it read, is its own.
func (s *Store) Reader() *Store {
	if s.Rehearsal {
		return s
	}
	return &Store{Holidays: s.Holidays, Calendar: s.Calendar, dir: s.dir, reads: true}
}

// Dir is the content folder.
func (s *Store) Dir() string { return s.dir }

// People lists everybody, in the order of ids. Broken files are reported together, beside the people that could be read.
func (s *Store) People() ([]*meeting.Person, error) {
	names, err := s.list("people", ".md")
	if err != nil {
		return nil, err
	}
	var people []*meeting.Person
	var problems []error
	for _, name := range names {
		p, err := s.Person(strings.TrimSuffix(name, ".md"))
		if err != nil {
			problems = append(problems, err)
			continue
		}
		people = append(people, p)
	}
	return people, errors.Join(problems...)
}

// Person returns one person; an error that wraps fs.ErrNotExist when there is no such file. The same pointer comes back
// until Reload.
func (s *Store) Person(id string) (*meeting.Person, error) {
	if p := s.known(id); p != nil {
		return p, nil
	}
	if err := CheckID(id); err != nil {
		return nil, err
	}
	path := s.personPath(id)
	p := &meeting.Person{}
	prose, err := s.read(path, p)
	if err != nil {
		return nil, err
	}
	p.Prose = prose
	if err := checkPerson(path, id, p); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if first := s.people[id]; first != nil { // another goroutine was faster
		return first, nil
	}
	if s.people == nil {
		s.people = map[string]*meeting.Person{}
	}
	s.people[id] = p
	return p, nil
}

// known is a person that was read before.
func (s *Store) known(id string) *meeting.Person {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.people[id]
}

// Reload forgets what was read so far, so that the next Log sees what was edited by hand. A rehearsal has no need to.
func (s *Store) Reload() {
	if s.Rehearsal {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.people, s.prints, s.kept = nil, nil, nil
}

// read reads one file into v, returns its prose and remembers what it said.
func (s *Store) read(path string, v any) (string, error) {
	prose, err := readFile(path, v)
	if err != nil {
		return "", err
	}
	if s.reads {
		return prose, nil
	}
	print := fingerprint(v, prose)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.prints == nil {
		s.prints = map[string]uint64{}
	}
	s.prints[path] = print
	return prose, nil
}

// Pairs lists the ids of all pairs, sorted.
func (s *Store) Pairs() ([]string, error) { return s.list("pairs", "") }

// Pair reads what hangs on a pair, without its meetings and private notes: enough to know who is in it.
func (s *Store) Pair(pair string) (*meeting.Log, error) {
	if err := CheckID(pair); err != nil {
		return nil, err
	}
	var doc pairDoc
	path := s.pairPath(pair)
	prose, err := s.read(path, &doc)
	if err != nil {
		return nil, err
	}
	l := doc.log(prose)
	l.Holidays = s.Holidays
	s.follow(l)
	if err := checkPair(path, pair, l); err != nil {
		return nil, err
	}
	if l.Manager, err = s.Person(l.Pair.Manager); err != nil {
		return nil, fmt.Errorf("%s: manager: %w", path, err)
	}
	if l.Report, err = s.Person(l.Pair.Report); err != nil {
		return nil, fmt.Errorf("%s: report: %w", path, err)
	}
	return l, nil
}

// follow lets the log know what the pair's own calendar says now.
func (s *Store) follow(l *meeting.Log) {
	if s.Calendar != nil && l.Pair.Follows.Source != "" {
		l.Calendar = s.Calendar(&l.Pair)
	}
}

// Log reads all that one pair has. Errors name the file and the line.
func (s *Store) Log(pair string) (*meeting.Log, error) {
	if l := s.take(pair); l != nil {
		s.follow(l)
		return l, nil
	}
	l, err := s.Pair(pair)
	if err != nil {
		return nil, err
	}
	if err := s.meetings(pair, l); err != nil {
		return nil, err
	}
	if err := s.private(pair, l); err != nil {
		return nil, err
	}
	countOn(l)
	if s.Rehearsal {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.keep(l)
	}
	return l, nil
}

// meetings reads the meetings and surveys of a pair.
func (s *Store) meetings(pair string, l *meeting.Log) error {
	names, err := s.list(filepath.Join("pairs", pair), ".md")
	if err != nil {
		return err
	}
	for _, name := range names {
		path, id := filepath.Join(s.dir, "pairs", pair, name), strings.TrimSuffix(name, ".md")
		switch {
		case name == "_index.md":
		case meeting.IsSurvey(id):
			survey := &meeting.Survey{}
			if survey.Prose, err = s.read(path, survey); err != nil {
				return err
			}
			if err := checkSurvey(path, id, survey); err != nil {
				return err
			}
			l.Surveys = append(l.Surveys, survey)
		default:
			m := &meeting.Meeting{}
			if m.Prose, err = s.read(path, m); err != nil {
				return err
			}
			if err := checkMeeting(path, id, m); err != nil {
				return err
			}
			l.Meetings = append(l.Meetings, m)
		}
	}
	slices.SortStableFunc(l.Meetings, func(a, b *meeting.Meeting) int { return a.Start.Compare(b.Start) })
	return nil
}

func (s *Store) private(pair string, l *meeting.Log) error {
	for _, person := range []string{l.Pair.Manager, l.Pair.Report} {
		var doc privateDoc
		_, err := s.read(s.privatePath(pair, person), &doc)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		if l.Private == nil {
			l.Private = map[string][]*meeting.PrivateNote{}
		}
		l.Private[person] = doc.Notes
	}
	return nil
}

// Save writes what changed of the given logs and their two people, durably, and returns the files it wrote, relative to
// the folder of the store. A log's own page is written last: it counts the ids, so an interrupted Save can be repeated.
func (s *Store) Save(logs ...*meeting.Log) ([]string, error) {
	w := writer{root: s.dir, prints: s.prints, hasty: s.Rehearsal}
	for _, l := range logs {
		for _, m := range l.Meetings {
			w.put(s.meetingPath(l.Pair.ID, m.ID), m, m.Prose)
		}
		for _, survey := range l.Surveys {
			w.put(s.meetingPath(l.Pair.ID, survey.ID), survey, survey.Prose)
		}
		for person, notes := range l.Private {
			w.put(s.privatePath(l.Pair.ID, person), &privateDoc{Notes: notes}, "")
		}
		for _, p := range []*meeting.Person{l.Manager, l.Report} {
			if p != nil {
				w.put(s.personPath(p.ID), p, p.Prose)
			}
		}
		w.put(s.pairPath(l.Pair.ID), docOf(l), l.Prose)
	}
	written, err := w.commit()
	if err != nil { // what the files say now is unknown
		s.prints, s.kept = nil, nil
		return written, err
	}
	for _, l := range logs {
		s.keep(l)
	}
	return written, nil
}

// SavePerson writes one person's file durably.
func (s *Store) SavePerson(p *meeting.Person) error {
	w := writer{root: s.dir}
	w.put(s.personPath(p.ID), p, p.Prose)
	_, err := w.commit()
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.people, p.ID)
	delete(s.prints, s.personPath(p.ID))
	return err
}

// list names the entries of a folder that end in ext, or its subfolders when ext is "". A missing folder has none.
func (s *Store) list(folder, ext string) ([]string, error) {
	entries, err := os.ReadDir(filepath.Join(s.dir, folder))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("list %s: %w", folder, err)
	}
	var names []string
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), ".") || e.IsDir() != (ext == "") || !strings.HasSuffix(e.Name(), ext) {
			continue
		}
		names = append(names, e.Name())
	}
	return names, nil
}

func (s *Store) personPath(id string) string { return filepath.Join(s.dir, "people", id+".md") }
func (s *Store) pairPath(id string) string   { return filepath.Join(s.dir, "pairs", id, "_index.md") }
func (s *Store) meetingPath(pair, id string) string {
	return filepath.Join(s.dir, "pairs", pair, id+".md")
}
func (s *Store) privatePath(pair, person string) string {
	return filepath.Join(s.dir, "pairs", pair, "private", person+".md")
}
