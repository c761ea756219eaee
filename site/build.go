package site

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"duolog/meeting"
	"duolog/site/seal"
)

// batch is how many pairs one Hugo process renders: more takes memory, fewer takes time.
const batch = 20

// writers is how many files are written at once. Each waits for the disk; waiting together takes a third of the time.
const writers = 32

// building is one build on its way.
type building struct {
	*Builder
	vault     *seal.Vault
	theme     fs.FS
	languages []string // of the theme, "en" first
	shell     []shellFile
	public    public
	staging   string
	rooms     map[string]*seal.Room // by pair: what this build sealed or emptied
	readers   map[string]*reader    // by person: whose keyring this build looks at
	until     map[string]time.Time  // by pair: see Builder.until
	mu        sync.Mutex            // guards report while batches are rendered
	report    Report
}

// job is one pair to render.
type job struct {
	room      *seal.Room
	pages     []page
	languages []string
}

func (b *Builder) begin(ctx context.Context) (*building, error) {
	bu := &building{Builder: b, theme: themed(b.Themes), public: public{b.Public}, rooms: map[string]*seal.Room{}, readers: map[string]*reader{}, until: map[string]time.Time{}}
	var err error
	if bu.languages, err = languagesOf(bu.theme); err != nil {
		return nil, fmt.Errorf("theme: %w", err)
	}
	if bu.shell, err = shell(bu.theme); err != nil {
		return nil, err
	}
	if bu.vault, err = b.vault(); err != nil {
		return nil, err
	}
	if b.hugo == "" {
		if b.hugo, err = FindHugo(ctx, b.Hugo); err != nil {
			return nil, err
		}
	}
	bu.staging = filepath.Join(b.Private, "staging")
	if err := os.RemoveAll(bu.staging); err != nil { // what an interrupted build left
		return nil, fmt.Errorf("staging: %w", err)
	}
	if err := os.MkdirAll(bu.staging, 0o700); err != nil {
		return nil, fmt.Errorf("staging: %w", err)
	}
	return bu, bu.publishShell()
}

// publishShell puts the page that names the assets last.
func (bu *building) publishShell() error {
	for _, f := range bu.shell {
		if err := bu.put(f.Path, f.data); err != nil {
			return err
		}
	}
	return nil
}

func (bu *building) put(name string, data []byte) error {
	written, err := bu.public.put(name, data)
	if written {
		bu.mu.Lock()
		bu.report.Written++
		bu.mu.Unlock()
	}
	return err
}

// everything lists all pairs, after emptying the rooms of those that are gone.
func (bu *building) everything() ([]string, error) {
	pairs, err := bu.Content.Pairs()
	if err != nil {
		return nil, err
	}
	rooms, err := bu.vault.Rooms()
	if err != nil {
		return nil, err
	}
	for _, room := range rooms {
		switch pair := room.Pair(); {
		case pair == "":
			bu.reader(room.People()[0])
		case !slices.Contains(pairs, pair):
			bu.empty(room)
		}
	}
	return pairs, nil
}

// widen adds the pairs that must be rendered because a reader of the given ones has another language or key now.
func (bu *building) widen(pairs []string) ([]string, error) {
	wide := slices.Clone(pairs)
	for _, pair := range pairs {
		l, err := bu.Content.Log(pair)
		if err != nil {
			continue // reported when it is rendered
		}
		for _, p := range []*meeting.Person{l.Manager, l.Report} {
			more, err := bu.unread(p)
			if err != nil {
				return nil, err
			}
			wide = append(wide, more...)
		}
	}
	slices.Sort(wide)
	return slices.Compact(wide), nil
}

// unread lists the person's pairs of which some page is not there for this person yet.
func (bu *building) unread(p *meeting.Person) ([]string, error) {
	desk, err := bu.vault.KnownDesk(p.ID)
	if err != nil {
		return nil, err
	}
	if desk == nil && reads(p) { // the first key: all pairs that waited for it
		return bu.pairsOf(p)
	}
	if desk == nil {
		return nil, nil
	}
	if desk.Recipient() != p.Recipient { // a new key: all that only this person reads is sealed anew
		return desk.Pairs(), nil
	}
	var pairs []string
	for _, pair := range desk.Pairs() {
		room, err := bu.vault.Known(pair)
		if err != nil {
			return nil, err
		}
		if room != nil && len(pagesIn(room, bu.languageOf(p))) == 0 {
			pairs = append(pairs, pair)
		}
	}
	return pairs, nil
}

// pairsOf lists the pairs that a person is in.
func (bu *building) pairsOf(p *meeting.Person) ([]string, error) {
	all, err := bu.Content.Pairs()
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(all, func(pair string) bool {
		l, err := bu.Content.Pair(pair)
		return err != nil || l.Pair.Manager != p.ID && l.Pair.Report != p.ID
	}), nil
}

// languageOf returns the theme's language for a person.
func (bu *building) languageOf(p *meeting.Person) string {
	wanted := strings.ToLower(p.Language)
	for _, l := range []string{wanted, strings.SplitN(wanted, "-", 2)[0]} {
		if slices.Contains(bu.languages, l) {
			return l
		}
	}
	return bu.languages[0]
}

// render makes and seals the pages of the pairs, in batches side by side, which bounds the memory whatever their number.
func (bu *building) render(ctx context.Context, pairs []string) error {
	workers, ctx := errgroup.WithContext(ctx)
	workers.SetLimit(runtime.NumCPU())
	threads := 0
	if len(pairs) > batch {
		threads = 1
	}
	for some := range slices.Chunk(pairs, batch) {
		jobs, err := bu.jobs(some)
		if err != nil {
			workers.Wait()
			return err
		}
		if len(jobs) > 0 {
			workers.Go(func() error { return bu.renderBatch(ctx, jobs, threads) })
		}
		if ctx.Err() != nil {
			break
		}
	}
	return workers.Wait()
}

func (bu *building) jobs(pairs []string) ([]job, error) {
	var jobs []job
	for _, pair := range pairs {
		l, err := bu.Content.Log(pair)
		if err != nil {
			bu.broken(fmt.Errorf("pair %s: %w", pair, err))
			continue
		}
		if !published(l) {
			bu.report.Withheld = append(bu.report.Withheld, pair)
			if err := bu.withdraw(l); err != nil {
				return nil, err
			}
			continue
		}
		j, err := bu.job(l)
		if err != nil {
			return nil, err
		}
		jobs = append(jobs, j)
	}
	return jobs, nil
}

func (bu *building) broken(err error) {
	bu.mu.Lock()
	defer bu.mu.Unlock()
	bu.report.Broken = append(bu.report.Broken, err)
}

// published tells whether both people have a key and did not say no.
func published(l *meeting.Log) bool { return reads(l.Manager) && reads(l.Report) }

func reads(p *meeting.Person) bool {
	return p != nil && p.Recipient != "" && p.Identity != "" && (p.Consent == nil || p.Consent.State == "yes")
}

func (bu *building) job(l *meeting.Log) (job, error) {
	room, err := bu.vault.Room(l.Pair.ID, l.Manager.ID, l.Report.ID)
	if err != nil {
		return job{}, err
	}
	bu.rooms[l.Pair.ID] = room
	v := viewer{log: l, zone: l.Pair.Rhythm.Location(), now: bu.now()}
	bu.until[l.Pair.ID] = v.next()
	j := job{room: room, pages: pages(v)}
	for _, p := range []*meeting.Person{l.Manager, l.Report} {
		if lang := bu.languageOf(p); !slices.Contains(j.languages, lang) {
			j.languages = append(j.languages, lang)
		}
		r := bu.reader(p.ID)
		r.enters[l.Pair.ID] = v.own(p.ID, j.pages[0].view.Next)
	}
	for _, person := range room.Left() {
		bu.reader(person).leaves = append(bu.reader(person).leaves, l.Pair.ID)
	}
	return j, nil
}

// withdraw takes from the public folder what was published of a pair while it could be.
func (bu *building) withdraw(l *meeting.Log) error {
	bu.reader(l.Manager.ID)
	bu.reader(l.Report.ID)
	room, err := bu.vault.Known(l.Pair.ID)
	if err == nil && room != nil {
		bu.empty(room)
	}
	return err
}

func (bu *building) empty(room *seal.Room) {
	for _, page := range room.Pages() {
		room.Forget(page)
	}
	bu.rooms[room.Pair()] = room
	for _, person := range append(room.People(), room.Left()...) {
		bu.reader(person).leaves = append(bu.reader(person).leaves, room.Pair())
	}
}

// renderBatch renders some pairs with one Hugo and seals them. When Hugo fails, each is tried alone, so that one broken
// pair stops only itself.
func (bu *building) renderBatch(ctx context.Context, jobs []job, threads int) error {
	s, err := newStaging(bu.staging, bu.theme, bu.languages)
	defer os.RemoveAll(s.dir)
	if err != nil {
		return err
	}
	for _, j := range jobs {
		for _, p := range j.pages {
			for _, l := range j.languages {
				if err := s.write(p, l); err != nil {
					return err
				}
			}
		}
	}
	err = runHugo(ctx, bu.hugo, s, threads)
	switch {
	case err != nil && ctx.Err() != nil:
		return ctx.Err()
	case err != nil && len(jobs) > 1:
		for i := range jobs {
			if err := bu.renderBatch(ctx, jobs[i:i+1], threads); err != nil {
				return err
			}
		}
		return nil
	case err != nil:
		bu.broken(fmt.Errorf("pair %s: %w", jobs[0].room.Pair(), err))
		return nil
	}
	var puts errgroup.Group
	puts.SetLimit(writers)
	for _, j := range jobs {
		if err := bu.sealPages(s, j, &puts); err != nil {
			puts.Wait()
			return err
		}
	}
	return puts.Wait()
}

// sealPages publishes what changed of one pair and forgets the pages that it has no more.
func (bu *building) sealPages(s staging, j job, puts *errgroup.Group) error {
	var keys []string
	for _, p := range j.pages {
		for _, l := range j.languages {
			text, err := s.read(p, l)
			if err != nil {
				return err
			}
			keys = append(keys, l+p.path)
			name, sealed, err := bu.sealPage(j.room, l+p.path, text)
			if err != nil {
				return err
			}
			if sealed != nil {
				puts.Go(func() error { return bu.put(name, sealed) })
			}
		}
	}
	for _, key := range j.room.Pages() {
		if !slices.Contains(keys, key) {
			j.room.Forget(key)
		}
	}
	bu.mu.Lock()
	defer bu.mu.Unlock()
	bu.report.Pairs++
	bu.report.Pages += len(keys)
	return nil
}

// sealPage returns a page's file to publish; no bytes when it is published as it is.
func (bu *building) sealPage(room *seal.Room, key string, text []byte) (name string, sealed []byte, err error) {
	name = blob(room.Name(key))
	if room.Holds(key, text) && bu.public.has(name) {
		return name, nil, nil
	}
	sealed, err = room.Seal(key, text)
	return name, sealed, err
}

func blob(name string) string { return "b/" + name + ".age" }

// pagesIn lists the pages of a room in one language, by their path in the log.
func pagesIn(room *seal.Room, language string) []string {
	var paths []string
	for _, key := range room.Pages() {
		if path, ok := strings.CutPrefix(key, language+"/"); ok {
			paths = append(paths, "/"+path)
		}
	}
	return paths
}
