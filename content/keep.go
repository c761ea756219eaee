package content

import (
	"hash/maphash"
	"os"
	"path/filepath"
	"time"

	"duolog/meeting"
)

// keepLogs is how many logs a Store keeps after it saved them.
const keepLogs = 2000

// kept is a log that was saved, and the state of its files then.
type kept struct {
	log   *meeting.Log
	stamp uint64
}

// keep remembers a log that is on the disk as it is in memory, so that the next Log of the pair need not read it again.
func (s *Store) keep(l *meeting.Log) {
	if l.Manager == nil || l.Report == nil || len(s.kept) >= keepLogs {
		return
	}
	if s.kept == nil {
		s.kept = map[string]kept{}
	}
	k := kept{log: l}
	if !s.Rehearsal {
		k.stamp = s.Stamp(l.Pair.ID, l.Manager.ID, l.Report.ID)
	}
	s.kept[l.Pair.ID] = k
}

// take gives out a kept log, once: whoever has it may change it. It is nil when somebody touched the files meanwhile.
func (s *Store) take(pair string) *meeting.Log {
	s.mu.Lock()
	k, ok := s.kept[pair]
	if !s.Rehearsal {
		delete(s.kept, pair)
	}
	s.mu.Unlock()
	if s.Rehearsal {
		return k.log
	}
	if !ok || k.stamp != s.Stamp(pair, k.log.Manager.ID, k.log.Report.ID) || s.known(k.log.Manager.ID) != k.log.Manager || s.known(k.log.Report.ID) != k.log.Report {
		return nil
	}
	return k.log
}

// Stamp is another number once a file of the pair or of the people was touched: by their names, sizes and times of change.
func (s *Store) Stamp(pair string, people ...string) uint64 { return s.stamp(pair, "", people) }

// Glance is Stamp at a tenth of its cost, for who looks through thousands of pairs: of a meeting before that day it sees when its file
// came, went or was replaced, as by duolog and most editors, but not when it was written over in place.
func (s *Store) Glance(pair string, since time.Time, people ...string) uint64 {
	return s.stamp(pair, since.Format(time.DateOnly), people)
}

func (s *Store) stamp(pair, since string, people []string) uint64 {
	var h maphash.Hash
	h.SetSeed(seed)
	folder := filepath.Join(s.dir, "pairs", pair)
	for _, dir := range []string{folder, filepath.Join(folder, "private")} {
		if info, err := os.Stat(dir); err == nil {
			number(&h, info.ModTime().UnixNano())
		}
		entries, _ := os.ReadDir(dir)
		for _, e := range entries {
			if e.IsDir() || e.Name() < since && e.Name()[0] != '_' { // the pair's own page begins so; dates come first, then what has a name
				continue
			}
			if info, err := e.Info(); err == nil {
				mixFile(&h, info)
			}
		}
	}
	for _, id := range people {
		if info, err := os.Stat(s.personPath(id)); err == nil {
			mixFile(&h, info)
		}
	}
	return h.Sum64()
}

func mixFile(h *maphash.Hash, info os.FileInfo) {
	_, _ = h.WriteString(info.Name())
	number(h, info.Size())
	number(h, info.ModTime().UnixNano())
}
