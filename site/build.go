package site

import (
	"context"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"duolog/content"
	"duolog/meeting"
	"duolog/site/seal"
	"duolog/stumble"
)

// batch is how many pairs one Hugo process renders: more takes memory, fewer takes time.
const batch = 40

// writers is how many records are written at once. Each waits for the disk; waiting together takes a third of the time.
const writers = 32

// building is one build on its way.
type building struct {
	*Builder
	store     *content.Store // what it reads logs from
	all       bool           // of every pair
	vault     *seal.Vault
	theme     fs.FS
	templates []byte   // stands for what the theme, and Hugo, make of a page
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

// job is one pair to publish.
type job struct {
	room  *seal.Room
	keys  []string    // of its pages, by language and path
	stale []rendering // what of it Hugo must render: the others are published as they would come out
}

// rendering is one page in one language.
type rendering struct {
	page     page
	language string
	source   []byte // all that the rendered text depends on
}

func (r rendering) key() string { return r.language + r.page.path }

func (b *Builder) begin(ctx context.Context) (*building, error) {
	bu := &building{Builder: b, store: b.Content, theme: themed(b.Themes), public: public{b.Public}, rooms: map[string]*seal.Room{}, readers: map[string]*reader{}, until: map[string]time.Time{}}
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
	if bu.staging, err = stagingFolder(b.Private); err != nil {
		return nil, fmt.Errorf("staging: %w", err)
	}
	if bu.templates, err = templates(bu.theme, b.hugo); err != nil {
		return nil, fmt.Errorf("theme: %w", err)
	}
	return bu, bu.publishShell()
}

// publishShell puts the page that names the assets last.
func (bu *building) publishShell() error {
	d := bu.delivery()
	defer d.drop()
	for _, f := range bu.shell {
		if bu.public.holds(f.Path, f.data) {
			continue
		}
		if err := d.add(f.Path, f.data); err != nil {
			return err
		}
	}
	return d.done()
}

func (bu *building) wrote(name string) {
	bu.mu.Lock()
	defer bu.mu.Unlock()
	bu.report.Written++
	bu.report.Changed = append(bu.report.Changed, name)
}

// everything lists all pairs, after emptying the rooms of those that are gone.
func (bu *building) everything() ([]string, error) {
	pairs, err := bu.store.Pairs()
	if err != nil {
		return nil, err
	}
	for room, err := range bu.vault.Rooms() {
		if err != nil {
			return nil, err
		}
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
		l, err := bu.store.Pair(pair)
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

// pairsOf lists the pairs that a person is in. A Builder reads who is in a pair once, and again when it builds the pair: there
// may be ten thousand.
func (bu *building) pairsOf(p *meeting.Person) ([]string, error) {
	all, err := bu.store.Pairs()
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(all, func(pair string) bool {
		if _, known := bu.people[pair]; !known {
			manager, report, err := bu.store.Members(pair)
			if err != nil {
				return true
			}
			bu.meet(pair, manager, report)
		}
		return !slices.Contains(bu.people[pair], p.ID)
	}), nil
}

func (bu *building) meet(pair, manager, report string) {
	if bu.people == nil {
		bu.people = map[string][]string{}
	}
	bu.people[pair] = []string{manager, report}
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
	begin := func(jobs []job) {
		workers.Go(func() (err error) {
			defer stumble.Catch(&err)
			return bu.renderBatch(ctx, jobs, threads)
		})
	}
	var some []job
	for pair, l := range bu.logs(pairs) {
		j, err := bu.prepare(pair, l)
		if err != nil {
			workers.Wait()
			return err
		}
		if len(j.stale) == 0 {
			bu.settle(j)
			continue
		}
		if some = append(some, j); len(some) == batch {
			begin(some)
			some = nil
		}
		if ctx.Err() != nil {
			break
		}
	}
	if len(some) > 0 {
		begin(some)
	}
	return workers.Wait()
}

// logs reads the logs of the pairs, some ahead and side by side, and gives them in their order; nil for one that is broken.
func (bu *building) logs(pairs []string) iter.Seq2[string, *meeting.Log] {
	type read struct {
		log *meeting.Log
		err error
	}
	return func(yield func(string, *meeting.Log) bool) {
		var ahead []chan read
		defer func() {
			for _, unused := range ahead {
				<-unused
			}
		}()
		for i, pair := range pairs {
			for len(ahead) <= runtime.NumCPU() && i+len(ahead) < len(pairs) {
				next, done := pairs[i+len(ahead)], make(chan read, 1)
				go func() {
					l, err := bu.log(next)
					done <- read{l, err}
				}()
				ahead = append(ahead, done)
			}
			r := <-ahead[0]
			ahead = ahead[1:]
			if r.err != nil {
				bu.broken(fmt.Errorf("pair %s: %w", pair, r.err))
			}
			if !yield(pair, r.log) {
				return
			}
		}
	}
}

// log reads the log of a pair.
func (bu *building) log(pair string) (l *meeting.Log, err error) {
	defer stumble.Catch(&err)
	return bu.store.Log(pair)
}

// prepare says what is to be done for a pair; nothing where its log is broken or not published.
func (bu *building) prepare(pair string, l *meeting.Log) (job, error) {
	if l == nil {
		return job{}, nil
	}
	bu.meet(pair, l.Pair.Manager, l.Pair.Report)
	if !published(l) {
		bu.mu.Lock()
		bu.report.Withheld = append(bu.report.Withheld, pair)
		bu.mu.Unlock()
		return job{}, bu.withdraw(l)
	}
	return bu.job(l)
}

func (bu *building) broken(err error) {
	bu.mu.Lock()
	defer bu.mu.Unlock()
	bu.report.Broken = append(bu.report.Broken, err)
}

// published tells whether both people have a key and did not say no. Where one was forgotten, the other reads on.
func published(l *meeting.Log) bool {
	gone := func(p *meeting.Person) bool { return p != nil && p.Gone }
	return reads(l.Manager) && (reads(l.Report) || gone(l.Report)) || gone(l.Manager) && reads(l.Report)
}

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
	all := pages(v)
	var languages []string
	for _, p := range []*meeting.Person{l.Manager, l.Report} {
		if lang := bu.languageOf(p); !slices.Contains(languages, lang) {
			languages = append(languages, lang)
		}
		r := bu.reader(p.ID)
		r.enters[l.Pair.ID] = v.own(p.ID, all[0].view.Next)
	}
	for _, person := range room.Left() {
		bu.reader(person).leaves = append(bu.reader(person).leaves, l.Pair.ID)
	}
	j := job{room: room}
	for _, p := range all {
		text, err := p.text()
		if err != nil {
			return job{}, err
		}
		source := slices.Concat(bu.templates, text)
		for _, lang := range languages {
			r := rendering{page: p, language: lang, source: source}
			j.keys = append(j.keys, r.key())
			if !room.Stands(r.key(), source) || !bu.inPlace(blob(room.Name(r.key())), room.Sum(r.key())) {
				j.stale = append(j.stale, r)
			}
		}
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
	room.Close()
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
		for _, r := range j.stale {
			if err := s.write(r.page.path, r.language, r.source[len(bu.templates):]); err != nil {
				return err
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
	d := bu.delivery()
	defer d.drop()
	for _, j := range jobs {
		if err := bu.sealPages(s, j, d); err != nil {
			return err
		}
	}
	return d.done()
}

// sealPages publishes what changed of one pair.
func (bu *building) sealPages(s staging, j job, d *delivery) error {
	for _, r := range j.stale {
		text, err := s.read(r.page.path, r.language)
		if err != nil {
			return err
		}
		if err := bu.sealPage(d, j.room, r.key(), text); err != nil {
			return err
		}
		j.room.MadeOf(r.key(), r.source)
	}
	bu.settle(j)
	return nil
}

// settle forgets the pages that a pair has no more.
func (bu *building) settle(j job) {
	if j.room == nil { // of a pair that is not published
		return
	}
	for _, key := range j.room.Pages() {
		if !slices.Contains(j.keys, key) {
			j.room.Forget(key)
		}
	}
	bu.mu.Lock()
	defer bu.mu.Unlock()
	bu.report.Pairs++
	bu.report.Pages += len(j.stale)
}

// sealPage publishes a page, unless it is published as it is.
func (bu *building) sealPage(d *delivery, room *seal.Room, key string, text []byte) error {
	name := blob(room.Name(key))
	if room.Holds(key, text) && bu.inPlace(name, room.Sum(key)) {
		return nil
	}
	sealed, err := room.Seal(key, text)
	if err != nil {
		return err
	}
	return d.add(name, sealed)
}

// inPlace tells whether what was sealed is published. Building everything, it looks at the bytes too: somebody may have altered them.
func (bu *building) inPlace(name string, sum []byte) bool {
	return bu.public.has(name) && (!bu.all || same(bu.public.path(name), sum))
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
