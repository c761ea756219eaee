package main

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"

	"duolog/content"
	"duolog/mailflow"
	"duolog/mailflow/ical"
	"duolog/mailflow/inbox"
	"duolog/mailflow/mailtest"
	"duolog/mailflow/outbox"
	"duolog/mailflow/sender"
	"duolog/meeting"
	"duolog/site/seal"
)

// instance is an opened instance folder: its configuration and everything that works on it.
type instance struct {
	dir    string
	config Config
	log    *slog.Logger
	store  *content.Store
	ledger *mailflow.Ledger
	queue  *outbox.Queue
	flow   *mailflow.Flow
	pages  *builder // see instance.builder
	now    func() time.Time
	closer []func()

	enrolled *atomic.Pointer[enrolled] // for the queue, which sends while the rest works
	lender   *instance                 // the service that this is borrowed from for one verb; it sends and builds by itself

	raw, seen    []byte    // config.yaml as it was read, and as it was looked at last
	leftOut      string    // what was told of pairs that cannot be read
	stale        bool      // more of the site changed than the replies say: all of it is to be built
	behind       []string  // pairs whose pages could not be built or published
	failed       time.Time // when that was last
	built        time.Time // when all of it was built last
	noSubmission error     // why nothing can be sent, such as a missing password

	servers *mailtest.Server // of a demo's instance alone
}

func (o *options) store() *content.Store {
	s := content.Open(filepath.Join(o.dir, "content"))
	s.Calendar = follow(o.dir)
	return s
}

// on is the body of a verb that works on an opened instance.
func (o *options) on(work func(c *cobra.Command, in *instance, args []string) error) func(*cobra.Command, []string) error {
	return func(c *cobra.Command, args []string) error {
		in, err := o.open(c.Context())
		if errors.Is(err, errServed) {
			return o.ask(c, args, nil)
		}
		if err != nil {
			return err
		}
		defer in.close()
		return work(c, in, args)
	}
}

// errServed tells that `duolog run` owns the instance: it does the verb when asked.
var errServed = errors.New("duolog run is at work")

// lockWait is how long a verb waits for another duolog to finish with the instance.
const lockWait = 10 * time.Second

// lockLook is how often it looks whether that is the service.
const lockLook = 300 * time.Millisecond

// open takes the lock of the instance and opens everything for mail. The caller closes it. The error is errServed when the
// service has the lock.
func (o *options) open(ctx context.Context) (*instance, error) {
	if o.service != nil {
		return o.service.borrow(o)
	}
	config, err := readConfig(o.dir)
	if err != nil {
		return nil, err
	}
	return o.openWith(ctx, config, time.Now)
}

func (o *options) openWith(ctx context.Context, config Config, now func() time.Time) (*instance, error) {
	in := &instance{dir: o.dir, config: config, log: o.logger(), store: o.store(), now: now}
	in.raw, _ = os.ReadFile(configFile(o.dir))
	in.seen = in.raw
	unlock, err := o.lock(ctx)
	if err != nil {
		return nil, err
	}
	in.closer = append(in.closer, unlock)
	if err := in.openMail(ctx, o); err != nil {
		in.close()
		return nil, err
	}
	return in, nil
}

// lock waits for another verb to finish, but not for the service.
func (o *options) lock(ctx context.Context) (unlock func(), err error) {
	for begin := time.Now(); ; {
		waiting, cancel := context.WithTimeout(ctx, lockLook)
		unlock, err = content.Lock(waiting, o.dir)
		cancel()
		switch {
		case err == nil:
			return unlock, nil
		case o.served():
			return nil, errServed
		case ctx.Err() != nil:
			return nil, ctx.Err()
		case time.Since(begin) > lockWait:
			return nil, hint(err, "wait for it to finish")
		}
	}
}

func (in *instance) openMail(ctx context.Context, o *options) error {
	var err error
	if in.store.Holidays, err = readHolidays(in.dir, in.config.Content.Holidays); err != nil {
		return err
	}
	if in.ledger, err = mailflow.OpenLedger(filepath.Join(in.dir, "state")); err != nil {
		return err
	}
	in.closer = append(in.closer, func() { _ = in.ledger.Close() })
	if err := in.startDemoServers(ctx); err != nil {
		return err
	}
	smtp, problem := in.outboxConfig()
	in.noSubmission = problem // only who sends has to know
	if in.queue, err = outbox.New(in.ledger.DB, smtp); err != nil {
		return err
	}
	in.queue.Now, in.queue.Log = in.now, in.log
	in.enrolled = &atomic.Pointer[enrolled]{}
	in.queue.Enrolled = func(address string) bool { return in.enrolled.Load().addresses[strings.ToLower(address)] }
	in.queue.Persons = func() int { return len(in.enrolled.Load().people) }
	in.flow = &mailflow.Flow{
		Content: in.store, Ledger: in.ledger, Address: in.config.Mail.Address, Name: in.config.Mail.Name,
		Domains: in.config.People.Domains, DoneFolder: in.config.IMAP.Done, HeldFolder: in.config.IMAP.Held,
		Seal: seal.Note, Keys: in.keys(), Page: in.pageURL, DryRun: o.dryRun, Now: in.now, Log: in.log,
	}
	in.queue.Fresh = in.flow.Fresh
	if in.config.Content.Git {
		in.flow.Committed = in.gitCommit
	}
	return in.enrol()
}

// enrol takes over who is in the content folder now: whose tokens count, and whom mails may go to.
func (in *instance) enrol() error {
	keys, err := tokenKeys(in.dir)
	if err != nil {
		return err
	}
	seats, broken := mailflow.Seats(in.store)
	in.tellLeftOut(broken)
	now := in.enrolled.Load()
	if now == nil || !reflect.DeepEqual(now.keys, keys) || !reflect.DeepEqual(now.seats, seats) {
		if now, err = enrol(in.config.Mail.Address, keys, seats); err != nil {
			return err
		}
		in.enrolled.Store(now)
	}
	in.flow.Policy = sender.Policy{Register: now.register, Trust: in.config.trust()}
	in.flow.Partial = broken != nil
	return nil
}

// tellLeftOut logs which pairs cannot be read, when that changed.
func (in *instance) tellLeftOut(broken error) {
	switch said := errText(broken); {
	case said == in.leftOut:
	case broken != nil:
		in.log.Warn("some pairs are left out", "error", broken, "hint", "mend the file; until then only that pair stands still")
	default:
		in.log.Warn("all pairs are read again")
	}
	in.leftOut = errText(broken)
}

// enrolled is who is in the content folder: whose tokens count, and whom mails may go to.
type enrolled struct {
	keys              []sender.Key
	seats             []sender.Seat
	register          *sender.Register
	addresses, people map[string]bool
}

func enrol(address string, keys []sender.Key, seats []sender.Seat) (*enrolled, error) {
	register, err := sender.NewRegister(address, keys, seats)
	if err != nil {
		return nil, err
	}
	now := enrolled{keys: keys, seats: seats, register: register, addresses: map[string]bool{}, people: map[string]bool{}}
	for _, s := range seats {
		now.people[s.Person] = true
		for _, a := range s.Addresses {
			now.addresses[strings.ToLower(a)] = true
		}
	}
	return &now, nil
}

// readHolidays reads the days on which nobody meets, none when no calendar is configured.
func readHolidays(dir, file string) ([]string, error) {
	if file == "" {
		return nil, nil
	}
	raw, err := os.ReadFile(inDir(dir, file))
	if err != nil {
		return nil, hint(fmt.Errorf("read holidays: %w", err), "content.holidays in config.yaml names the file")
	}
	days, err := ical.ParseDays(raw)
	if err != nil {
		return nil, fmt.Errorf("read holidays %s: %w", file, err)
	}
	return days, nil
}

// flush sends what is due in the outbox.
func (in *instance) flush(ctx context.Context) error {
	if in.noSubmission != nil {
		return in.noSubmission
	}
	if in.lender != nil {
		in.queue.Kick()
		return nil
	}
	_, err := in.queue.Flush(ctx)
	if errors.Is(err, outbox.ErrStopped) {
		return adviseStopped(err)
	}
	return err
}

func (in *instance) close() {
	for i := len(in.closer) - 1; i >= 0; i-- {
		in.closer[i]()
	}
}

// mailbox opens the mailbox that replies come to.
func (in *instance) mailbox(ctx context.Context) (*inbox.Session, error) {
	cfg, err := in.inboxConfig()
	if err != nil {
		return nil, err
	}
	box, err := inbox.Dial(ctx, cfg, in.log)
	return box, in.advise("imap", in.config.IMAP.Server, err)
}

func (in *instance) inboxConfig() (inbox.Config, error) {
	cfg, err := in.config.inbox(in.dir)
	if in.servers != nil {
		cfg.Port, cfg.TLS, cfg.Password, cfg.RootCAs = demoPort(in.servers.IMAPS), "implicit", demoPassword, in.servers.CertPool()
		cfg.Secret = nil
	}
	return cfg, err
}

func (in *instance) outboxConfig() (outbox.Config, error) {
	cfg, err := in.config.outbox(in.dir)
	if in.servers != nil {
		cfg.Port, cfg.TLS, cfg.Password, cfg.RootCAs = demoPort(in.servers.SMTP), "starttls", demoPassword, in.servers.CertPool()
		cfg.Secret = nil
		cfg.PerMinute = 1000 // the demo's clock runs through a week in seconds
	}
	return cfg, err
}

// tokenKeysFile holds the secrets of the reply addresses, the active one first: "id base64" per line.
func tokenKeysFile(dir string) string { return filepath.Join(dir, "state", "token-keys") }

func tokenKeys(dir string) ([]sender.Key, error) {
	raw, err := os.ReadFile(tokenKeysFile(dir))
	if err != nil {
		return nil, hint(fmt.Errorf("read token keys: %w", err), "restore state/token-keys from a backup; without it no reply address works")
	}
	var keys []sender.Key
	for line := range strings.Lines(string(raw)) {
		id, secret, ok := strings.Cut(strings.TrimSpace(line), " ")
		if !ok {
			continue
		}
		b, err := base64.StdEncoding.DecodeString(secret)
		if err != nil {
			return nil, fmt.Errorf("read token keys: key %s: %w", id, err)
		}
		keys = append(keys, sender.Key{ID: id, Secret: b})
	}
	return keys, nil
}

func makeTokenKey(dir string, now time.Time) error {
	path := tokenKeysFile(dir)
	if _, err := os.Stat(path); err == nil {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	secret := make([]byte, 32)
	_, _ = rand.Read(secret)
	line := now.Format("20060102") + " " + base64.StdEncoding.EncodeToString(secret) + "\n"
	return os.WriteFile(path, []byte(line), 0o600)
}

// pairLog reads one pair for a verb that shows it.
func (o *options) pairLog(pair string) (*meeting.Log, error) {
	log, err := o.store().Log(pair)
	if errors.Is(err, os.ErrNotExist) {
		return nil, hint(fmt.Errorf("there is no pair %q", pair), "`duolog pair list` names all pairs")
	}
	return log, err
}
