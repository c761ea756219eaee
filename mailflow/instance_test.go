package mailflow

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"

	"duolog/content"
	"duolog/mailflow/inbox"
	"duolog/mailflow/mailtest"
	"duolog/mailflow/message"
	"duolog/mailflow/outbox"
	"duolog/mailflow/sender"
	"duolog/meeting"
)

// instance is a whole installation for one test: a content folder, a ledger and a mail provider in memory.
type instance struct {
	*Flow
	t      testing.TB
	dir    string
	clock  time.Time
	server *mailtest.Server
	Outbox *outbox.Queue
	log    *bytes.Buffer
	mails  int    // how many were written, for their Message-IDs
	said   string // by the program, where a test runs it
}

const (
	bot       = "1on1@example.org"
	authserv  = "mx.example.org"
	secretKey = "AGE-SEALED"
)

var tokenKey = bytes.Repeat([]byte{7}, 32)

// now is a Tuesday evening before the pairs' meeting on Thursday.
var now = time.Date(2026, time.December, 1, 17, 40, 0, 0, time.UTC)

// newInstance has three people in two pairs: Priya and Sam, and Jo and Sam.
func newInstance(t testing.TB) *instance {
	t.Helper()
	return newInstanceAt(t, now, mailtest.Options{Unlisted: true})
}

// newInstanceAt is newInstance at another time, with another mail provider.
func newInstanceAt(t testing.TB, clock time.Time, provider mailtest.Options) *instance {
	t.Helper()
	return newInstanceIn(t, t.TempDir(), clock, provider)
}

// newInstanceIn is newInstanceAt in a folder of the test's own.
func newInstanceIn(t testing.TB, dir string, clock time.Time, provider mailtest.Options) *instance {
	t.Helper()
	in := &instance{t: t, dir: dir, clock: clock, log: &bytes.Buffer{}}
	store := content.Open(filepath.Join(in.dir, "content"))
	for _, p := range []*meeting.Person{
		{ID: "priya", Name: "Priya Nair", Addresses: []string{"priya@example.org"}, Zone: "Europe/Berlin", Language: "en", Recipient: "age1priya"},
		{ID: "sam", Name: "Sam Ortega", Addresses: []string{"sam@example.org"}, Zone: "America/New_York", Language: "en", Recipient: "age1sam"},
		{ID: "jo", Name: "Jo Weiss", Addresses: []string{"jo@example.org"}, Zone: "Europe/Berlin", Language: "de"},
	} {
		if err := store.SavePerson(p); err != nil {
			t.Fatal(err)
		}
	}
	for _, report := range []string{"priya", "jo"} {
		l := &meeting.Log{Pair: pairOf(report, "sam")}
		if _, err := store.Save(l); err != nil {
			t.Fatal(err)
		}
	}
	in.serve(provider)
	in.open()
	return in
}

func pairOf(report, manager string) meeting.Pair {
	return meeting.Pair{
		ID: report + "-" + manager, Kind: meeting.KindReport, Manager: manager, Report: report,
		Rhythm: meeting.Rhythm{Rule: "FREQ=WEEKLY;BYDAY=TH", First: "2026-09-03 16:00", Zone: "Europe/Berlin", Length: meeting.Duration(30 * time.Minute)},
	}
}

func (in *instance) serve(provider mailtest.Options) {
	in.t.Helper()
	provider.Domains, provider.Now = []string{"example.org"}, func() time.Time { return in.clock }
	server, err := mailtest.Start(provider)
	if err != nil {
		in.t.Fatal(err)
	}
	in.t.Cleanup(func() {
		if err := server.Close(); err != nil {
			in.t.Error(err)
		}
	})
	for _, user := range []string{bot, "priya@example.org", "sam@example.org", "jo@example.org"} {
		if err := server.AddUser(user, "secret"); err != nil {
			in.t.Fatal(err)
		}
	}
	in.server = server
}

// open opens the instance as a new process does.
func (in *instance) open() {
	in.t.Helper()
	ledger, err := OpenLedger(filepath.Join(in.dir, "state"))
	if err != nil {
		in.t.Fatal(err)
	}
	in.t.Cleanup(func() { _ = ledger.Close() })
	queue, err := outbox.New(ledger.DB, outbox.Config{
		Host: "127.0.0.1", TLS: "none", Username: bot, Password: "secret", DialContext: in.server.DialSMTP, PerMinute: 1000, PerHour: 1000,
	})
	if err != nil {
		in.t.Fatal(err)
	}
	clock := func() time.Time { return in.clock }
	queue.Now = clock
	queue.Enrolled = func(a string) bool {
		return slices.Contains([]string{"priya@example.org", "sam@example.org", "jo@example.org"}, a)
	}
	in.Outbox = queue
	in.Flow = &Flow{
		Content: content.Open(filepath.Join(in.dir, "content")), Ledger: ledger,
		Address: bot, Name: "1:1 log", DoneFolder: "Done", HeldFolder: "Held",
		Seal: fakeSeal, Now: clock, Log: slog.New(slog.NewTextHandler(in.log, nil)),
	}
	in.enrol()
}

// enrol takes over who is in the content folder.
func (in *instance) enrol() {
	in.t.Helper()
	seats, err := Seats(in.Content)
	if err != nil {
		in.t.Fatal(err)
	}
	register, err := sender.NewRegister(bot, []sender.Key{{ID: "1", Secret: tokenKey}}, seats)
	if err != nil {
		in.t.Fatal(err)
	}
	in.Policy = sender.Policy{Register: register, Trust: sender.Trust{Method: sender.Results, Server: authserv}}
}

// reopen is the end of one process and the start of another.
func (in *instance) reopen() {
	in.t.Helper()
	if err := in.Ledger.Close(); err != nil {
		in.t.Fatal(err)
	}
	in.open()
}

// fakeSeal hides the text and gives the same for the same, so that folders can be compared.
func fakeSeal(recipient, text string) (string, error) {
	sum := sha256.Sum256([]byte(recipient + "\n" + text))
	return secretKey + " " + base64.StdEncoding.EncodeToString(sum[:]), nil
}

// mail is a reply in the making. The zero value of each field is what an honest mail program writes.
type mail struct {
	from     string // person or address
	pair     string
	occasion string // key of the letter that is answered
	text     string
	subject  string // instead of "Re: 1:1"
	id       string // Message-ID
	to       string // instead of the address with the token
	results  string // of authentication; "-" for none
	header   string // further fields, whole lines
	expires  time.Time
}

// raw writes the mail.
func (in *instance) raw(m mail) []byte {
	in.t.Helper()
	in.mails++
	person, _, isAddress := strings.Cut(m.from, "@")
	if !isAddress {
		m.from += "@example.org"
	}
	if m.pair == "" {
		m.pair = "priya-sam"
	}
	if m.occasion == "" {
		m.occasion = m.pair + "/2026-12-03/pre/" + person
	}
	if m.expires.IsZero() {
		m.expires = in.clock.Add(100 * 24 * time.Hour)
	}
	if m.to == "" {
		stamp, err := in.Policy.Register.Stamp(person, m.pair, m.occasion, m.expires)
		if err != nil {
			in.t.Fatal(err)
		}
		m.to = stamp.ReplyTo
	}
	if m.id == "" {
		m.id = fmt.Sprintf("%d.%s@mail.example.org", in.mails, person)
	}
	if m.results == "" {
		m.results = "dmarc=pass header.from=" + m.from[strings.Index(m.from, "@")+1:]
	}
	var b bytes.Buffer
	if m.results != "-" {
		fmt.Fprintf(&b, "Authentication-Results: %s; %s\r\n", authserv, m.results)
	}
	fmt.Fprintf(&b, "From: <%s>\r\nTo: <%s>\r\nSubject: %s\r\nDate: %s\r\nMessage-ID: <%s>\r\n%s", m.from, m.to, cmp.Or(m.subject, "Re: 1:1"),
		in.clock.Format(time.RFC1123Z), m.id, m.header)
	if !strings.Contains(m.header, "Content-Type") {
		b.WriteString("Content-Type: text/plain; charset=utf-8\r\n")
	}
	b.WriteString("\r\n" + strings.ReplaceAll(m.text, "\n", "\r\n") + "\r\n")
	return b.Bytes()
}

// put writes the mail and lays it into the mailbox.
func (in *instance) put(m mail) []byte {
	in.t.Helper()
	raw := in.raw(m)
	in.putRaw(raw)
	return raw
}

func (in *instance) putRaw(raw []byte) {
	in.t.Helper()
	if err := in.server.Put(bot, "INBOX", raw, in.clock); err != nil {
		in.t.Fatal(err)
	}
}

func (in *instance) box() (*inbox.Session, error) {
	return inbox.Dial(context.Background(), inbox.Config{
		Host: "127.0.0.1", Port: 1, TLS: "none", Username: bot, Password: "secret", DialContext: in.server.DialIMAP,
	}, nil)
}

// receive is one pass over the mailbox. It must succeed.
func (in *instance) receive() Report {
	in.t.Helper()
	r, err := in.tryReceive()
	if err != nil {
		in.t.Fatalf("receive: %v", err)
	}
	return r
}

func (in *instance) tryReceive() (Report, error) {
	box, err := in.box()
	if err != nil {
		return Report{}, err
	}
	defer box.Close()
	return in.Receive(context.Background(), box)
}

// flush sends what is queued.
func (in *instance) flush() {
	in.t.Helper()
	if _, err := in.Outbox.Flush(context.Background()); err != nil {
		in.t.Fatalf("flush: %v", err)
	}
}

// arrived lists the mails in a person's mailbox.
func (in *instance) arrived(person string) []*message.Message {
	in.t.Helper()
	mails, err := in.server.Mails(person+"@example.org", "INBOX")
	if err != nil {
		in.t.Fatal(err)
	}
	var all []*message.Message
	for _, mail := range mails {
		m, err := message.Parse(mail.Raw)
		if err != nil {
			in.t.Fatal(err)
		}
		all = append(all, m)
	}
	return all
}

// count is how many mails lie in a folder of the bot's mailbox.
func (in *instance) count(folder string) int {
	in.t.Helper()
	mails, err := in.server.Mails(bot, folder)
	if err != nil {
		in.t.Fatal(err)
	}
	return len(mails)
}

// folders says where the bot's mails lie: "INBOX 0, Done 1, Held 0".
func (in *instance) folders() string {
	return fmt.Sprintf("INBOX %d, Done %d, Held %d", in.count("INBOX"), in.count("Done"), in.count("Held"))
}

// files is every file of a folder by its name.
func files(t testing.TB, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := os.ReadFile(path)
		rel, _ := filepath.Rel(dir, path)
		all[rel] = string(raw)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func (in *instance) store() map[string]string {
	in.t.Helper()
	return files(in.t, filepath.Join(in.dir, "content"))
}

// sameFiles fails the test when two states of a folder differ.
func sameFiles(t testing.TB, want, got map[string]string) {
	t.Helper()
	for name, text := range want {
		if got[name] != text {
			t.Errorf("%s changed\nwant:\n%s\ngot:\n%s", name, text, got[name])
		}
	}
	for name, text := range got {
		if _, ok := want[name]; !ok {
			t.Errorf("%s is new:\n%s", name, text)
		}
	}
}

// letters lists the kinds of the letters queued or sent to a person, sorted.
func (in *instance) letters(person string) []string {
	in.t.Helper()
	all, err := in.Ledger.Letters()
	if err != nil {
		in.t.Fatal(err)
	}
	var kinds []string
	for _, e := range all {
		if e.Person == person {
			kinds = append(kinds, e.Kind)
		}
	}
	slices.Sort(kinds)
	return kinds
}

// outcomes lists what became of the mails of a pass, as "accepted proved".
func outcomes(r Report) []string {
	var all []string
	for _, e := range r.Entries {
		all = append(all, fmt.Sprintf("%s %s", e.Outcome, e.Reason))
	}
	return all
}

// topics lists the texts of a pair's topics.
func (in *instance) topics(pair string) []string {
	in.t.Helper()
	l, err := content.Open(in.Content.Dir()).Log(pair)
	if err != nil {
		in.t.Fatal(err)
	}
	var all []string
	for _, topic := range l.Topics {
		all = append(all, topic.Text)
	}
	return all
}

// everything is all that the instance keeps beside its content: the ledger with outbox and letters, decoded, and the files.
func (in *instance) everything() string {
	in.t.Helper()
	var b strings.Builder
	err := in.Ledger.DB.View(func(tx *bolt.Tx) error {
		return tx.ForEach(func(name []byte, bucket *bolt.Bucket) error { return dump(&b, string(name), bucket) })
	})
	if err != nil {
		in.t.Fatal(err)
	}
	all := files(in.t, in.dir)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		text := all[name]
		if filepath.Base(name) != "duolog.db" {
			b.WriteString(name + "\n" + text + "\n")
		}
	}
	b.WriteString(in.log.String())
	return b.String()
}

func dump(b *strings.Builder, name string, bucket *bolt.Bucket) error {
	return bucket.ForEach(func(k, v []byte) error {
		if v == nil {
			return dump(b, name+"/"+string(k), bucket.Bucket(k))
		}
		fmt.Fprintf(b, "%s %q = %s\n", name, k, v)
		if m, err := message.Parse(v); err == nil {
			fmt.Fprintf(b, "%s\n", m.Text)
		}
		return nil
	})
}

func equal[T comparable](t testing.TB, what string, want, got []T) {
	t.Helper()
	if !slices.Equal(want, got) {
		t.Errorf("%s: want %v, got %v", what, want, got)
	}
}

// hideMoves makes the server one that can neither move nor expunge single mails.
func hideMoves() mailtest.Fault { return mailtest.HideCaps("MOVE", "UIDPLUS") }
