package outbox_test

import (
	"context"
	"errors"
	"net"
	"regexp"
	"strings"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"duolog/mailflow/mailtest"
	"duolog/mailflow/outbox"
)

func TestAQueueIsNotMadeOfSettingsThatCannotWork(t *testing.T) {
	t.Parallel()
	token := func(context.Context) (string, error) { return "t", nil }
	for name, c := range map[string]struct {
		cfg  outbox.Config
		want string // in the error, "" for none
	}{
		"no host":                 {outbox.Config{}, "no host"},
		"unknown protection":      {outbox.Config{Host: "smtp.example.org", TLS: "ssl"}, "unknown tls"},
		"no protection":           {outbox.Config{Host: "smtp.example.org", TLS: "none"}, "loopback only"},
		"no protection, address":  {outbox.Config{Host: "192.0.2.1", TLS: "none"}, "loopback only"},
		"no protection, nearby":   {outbox.Config{Host: "localhost", TLS: "none"}, ""},
		"no protection, loopback": {outbox.Config{Host: "::1", TLS: "none"}, ""},
		"starttls":                {outbox.Config{Host: "smtp.example.org", TLS: "starttls"}, ""},
		"unknown login":           {outbox.Config{Host: "smtp.example.org", Mechanism: "cram-md5"}, "unknown login mechanism"},
		"token login, no token":   {outbox.Config{Host: "smtp.example.org", Mechanism: "xoauth2"}, "access tokens"},
		"token login and a token": {outbox.Config{Host: "smtp.example.org", Mechanism: "xoauth2", Token: token}, ""},
		"nothing but a host":      {outbox.Config{Host: "smtp.example.org"}, ""},
	} {
		_, err := outbox.New(nil, c.cfg)
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want an error with %q", name, err, c.want)
		}
	}
}

func TestThePortIsThatOfTheProtection(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		tls, want string
		port      int
	}{{"", "smtp.example.org:465", 0}, {"implicit", "smtp.example.org:465", 0}, {"starttls", "smtp.example.org:587", 0}, {"", "smtp.example.org:2465", 2465}} {
		var asked string
		q, err := outbox.New(nil, outbox.Config{Host: "smtp.example.org", TLS: c.tls, Port: c.port, DialContext: func(_ context.Context, _, address string) (net.Conn, error) {
			asked = address
			return nil, errors.New("not today")
		}})
		if err != nil {
			t.Fatal(err)
		}
		if err := q.Check(context.Background()); err == nil || asked != c.want {
			t.Errorf("tls %q: asked for %s (%v), want %s", c.tls, asked, err, c.want)
		}
	}
}

func TestTheLoginIsOneThatTheServerOffers(t *testing.T) {
	t.Parallel()
	p := inMemory(t, mailtest.Options{})
	p.faults.Add(mailtest.Edit("EHLO", func(unit []byte) []byte {
		return regexp.MustCompile(`AUTH [A-Z0-9 ]+`).ReplaceAll(unit, []byte("AUTH XOAUTH2 LOGIN"))
	}).Always())
	var answers []string
	p.faults.Add(mailtest.Edit("AUTH", func(unit []byte) []byte {
		answers = append(answers, string(unit))
		return unit
	}).Always())
	if err := p.queue.Check(context.Background()); err != nil {
		t.Fatal(err)
	}
	if len(answers) == 0 || !strings.HasPrefix(answers[0], "334") { // PLAIN would be done at once
		t.Errorf("the server answered %q, want it to be asked for LOGIN, all that it offers", answers)
	}
}

func TestWithoutAUserNameNobodyLogsIn(t *testing.T) {
	t.Parallel()
	p := inMemory(t, mailtest.Options{})
	p.cfg.Username = ""
	p.restart()
	if err := p.queue.Check(context.Background()); err != nil {
		t.Fatal(err)
	}
	if said := strings.Join(p.faults.Commands(), " "); strings.Contains(said, "AUTH") {
		t.Errorf("said %q, want no login", said)
	}
}

func TestAQueueThatWasNeverUsedCanBeLookedInto(t *testing.T) {
	t.Parallel()
	p := inMemory(t, mailtest.Options{})
	err := p.db.View(func(tx *bbolt.Tx) error {
		all, err := outbox.List(tx)
		_, known, err2 := outbox.Get(tx, "a")
		_, found, err3 := outbox.Find(tx, "a@acme.example")
		stop, err4 := outbox.Stopped(tx)
		if len(all) > 0 || known || found || stop != nil {
			t.Errorf("an empty queue has %v, %v, %v, %v", all, known, found, stop)
		}
		return errors.Join(err, err2, err3, err4)
	})
	if err != nil {
		t.Error(err)
	}
	if pace, err := p.queue.Pace(); err != nil || pace != (outbox.Pace{PerMinute: 25, PerHour: 30}) {
		t.Errorf("pace is %+v (%v), want 25 a minute and 30 an hour", pace, err)
	}
}

func TestThePaceTellsWhatWentOutWithinTheHour(t *testing.T) {
	t.Parallel()
	p := inMemory(t, mailtest.Options{})
	p.cfg.PerMinute = 2
	p.restart()
	p.queue.Persons = func() int { return 12 }
	for _, key := range []string{"a", "b", "c"} {
		p.put(p.mail(key))
	}
	_ = p.flush()
	if pace, err := p.queue.Pace(); err != nil || pace != (outbox.Pace{Hour: 2, PerMinute: 2, PerHour: 36}) {
		t.Errorf("pace is %+v (%v), want 2 of 36, 2 a minute", pace, err)
	}
	p.now = p.now.Add(time.Hour)
	if pace, err := p.queue.Pace(); err != nil || pace.Hour != 0 {
		t.Errorf("pace is %+v (%v) an hour later, want none", pace, err)
	}
	p.queue.Persons = nil
	if pace, _ := p.queue.Pace(); pace.PerHour != 30 {
		t.Errorf("%d an hour for nobody enrolled, want 30", pace.PerHour)
	}
}
