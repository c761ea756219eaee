package inbox_test

import (
	"bytes"
	"context"
	"errors"
	"net"
	"strings"
	"testing"
	"time"

	"duolog/mailflow/inbox"
	"duolog/mailflow/mailtest"
)

func TestDialMakesTheFoldersOnce(t *testing.T) {
	onEach(t, func(t *testing.T, box *mailbox, _ backend) {
		box.cfg.Done, box.cfg.Held = "1on1/Done", "Gehalten & geprüft"
		box.direct = box.cfg
		for range 2 {
			s := box.session()
			for _, folder := range []string{box.cfg.Done, box.cfg.Held, "INBOX", "inbox"} {
				if err := s.Select(context.Background(), folder); err != nil {
					t.Errorf("folder %s: %v", folder, err)
				}
			}
		}
		if err := box.session().Select(context.Background(), "Done"); err == nil {
			t.Error("a folder Done was made though another name was configured")
		}
	})
}

func TestARefusedLoginIsToldApartFromTrouble(t *testing.T) {
	onEach(t, func(t *testing.T, box *mailbox, b backend) {
		dial := func(faults ...mailtest.Fault) error {
			box.faults.Clear()
			box.faults.Add(faults...)
			s, err := inbox.Dial(context.Background(), box.cfg, nil)
			if err == nil {
				s.Close()
			}
			return err
		}
		right := box.cfg.Password
		box.cfg.Password = "wrong"
		if !b.real { // Dovecot makes a wrong password wait
			if err := dial(); !errors.Is(err, inbox.ErrLogin) {
				t.Errorf("a wrong password says %v, want ErrLogin", err)
			}
		}
		box.cfg.Password = right
		for name, c := range map[string]struct {
			fault mailtest.Fault
			login bool
		}{
			"refused":            {mailtest.Refuse("AUTHENTICATE", "NO [AUTHENTICATIONFAILED] no"), true},
			"unavailable":        {mailtest.Refuse("AUTHENTICATE", "NO [UNAVAILABLE] later"), false},
			"broken server":      {mailtest.Refuse("AUTHENTICATE", "NO [SERVERBUG] oops"), false},
			"cut":                {mailtest.CutBefore("AUTHENTICATE"), false},
			"cut after":          {mailtest.CutAfter("AUTHENTICATE"), false},
			"no greeting":        {mailtest.CutBefore("GREETING"), false},
			"half a greeting":    {mailtest.CutAt("GREETING", 4), false},
			"no capabilities":    {mailtest.CutBefore("CAPABILITY"), false},
			"no folder":          {mailtest.Refuse("SELECT", "NO [NONEXISTENT] gone"), false},
			"no UIDVALIDITY":     {mailtest.Edit("SELECT", dropLines("UIDVALIDITY")).Always(), false},
			"folders not made":   {mailtest.Refuse("CREATE", "NO [NOPERM] no").Always(), false},
			"cut when selecting": {mailtest.CutAfter("SELECT"), false},
		} {
			err := dial(c.fault)
			if name == "folders not made" && err == nil {
				continue // they were there
			}
			if err == nil || errors.Is(err, inbox.ErrLogin) != c.login {
				t.Errorf("%s: Dial says %v; is it the login? want %v", name, err, c.login)
			}
		}
		if err := dial(); err != nil {
			t.Errorf("without faults Dial says %v", err)
		}
	})
}

func dropLines(word string) func([]byte) []byte {
	return func(unit []byte) []byte {
		if strings.Contains(string(unit), word) {
			return nil
		}
		return unit
	}
}

func TestCapabilitiesCountAsTheyAreAfterTheLogin(t *testing.T) {
	t.Parallel()
	box := inMemory(t)
	box.t = t
	raws := box.fill(2)
	box.faults.Add(mailtest.Edit("GREETING", func(unit []byte) []byte {
		return []byte(strings.Replace(string(unit), "[CAPABILITY ", "[CAPABILITY MOVE ", 1))
	}), mailtest.Edit("AUTHENTICATE", func(unit []byte) []byte {
		at := strings.Index(string(unit), "OK [CAPABILITY")
		if at < 0 {
			return unit
		}
		return append(unit[:at:at], "OK in\r\n"...)
	}), mailtest.Edit("CAPABILITY", func(unit []byte) []byte {
		return []byte(strings.Replace(string(unit), " MOVE", "", 1))
	}).Always())
	s := box.session()
	if err := s.Move(context.Background(), unknown(t, s), "Done"); err != nil {
		t.Fatal(err)
	}
	if said := strings.Join(box.faults.Commands(), "\n"); strings.Contains(said, "UID MOVE") || !strings.Contains(said, "UID COPY") {
		t.Errorf("a server that has no MOVE after the login was told\n%s", said)
	}
	box.holds("Done", raws)
}

func TestTLSIsNeverGivenUp(t *testing.T) {
	t.Parallel()
	server, err := mailtest.Start(mailtest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	if err := server.AddUser("1on1", "secret"); err != nil {
		t.Fatal(err)
	}
	dial := func(c inbox.Config) error {
		s, err := inbox.Dial(context.Background(), c, nil)
		if err != nil {
			return err
		}
		return s.Close()
	}
	at := func(address, tls string) inbox.Config {
		return inbox.Config{
			Host: "127.0.0.1", Port: portOf(address), TLS: tls,
			Username: "1on1", Password: "secret", RootCAs: server.CertPool(),
		}
	}
	for _, c := range []inbox.Config{at(server.IMAPS, ""), at(server.IMAP, "starttls"), at(server.IMAP, "none")} {
		if err := dial(c); err != nil {
			t.Errorf("tls %q: %v", c.TLS, err)
		}
		if c.TLS == "none" {
			continue
		}
		c.RootCAs = nil
		if err := dial(c); err == nil {
			t.Errorf("tls %q: an unknown authority was trusted", c.TLS)
		}
	}
	for _, fault := range []mailtest.Fault{
		mailtest.Refuse("STARTTLS", "NO not today"), mailtest.Refuse("STARTTLS", "BAD what"),
		mailtest.Edit("GREETING", func([]byte) []byte { return []byte("* PREAUTH welcome\r\n") }),
	} {
		server.IMAPFaults.Add(fault)
		before := len(server.IMAPFaults.Commands())
		if err := dial(at(server.IMAP, "starttls")); err == nil {
			t.Error("went on without TLS")
		}
		for _, said := range server.IMAPFaults.Commands()[before:] {
			if said == "LOGIN" || said == "AUTHENTICATE" {
				t.Errorf("without TLS the client said %s", said)
			}
		}
	}
}

func TestASettingThatCannotWorkIsRefusedBeforeAnyConnection(t *testing.T) {
	t.Parallel()
	token := func(context.Context) (string, error) { return "t", nil }
	for name, c := range map[string]struct {
		cfg  inbox.Config
		want string // where it is dialed, "" for nowhere
	}{
		"no protection":              {inbox.Config{Host: "imap.example.org", TLS: "none"}, ""},
		"no protection, address":     {inbox.Config{Host: "192.0.2.1", TLS: "none"}, ""},
		"no host":                    {inbox.Config{}, ""},
		"unknown protection":         {inbox.Config{Host: "localhost", TLS: "maybe"}, ""},
		"unknown login":              {inbox.Config{Host: "localhost", Mechanism: "cram"}, ""},
		"token login, no token":      {inbox.Config{Host: "localhost", Mechanism: "xoauth2"}, ""},
		"bearer login, no token":     {inbox.Config{Host: "localhost", Mechanism: "oauthbearer"}, ""},
		"nothing but a host":         {inbox.Config{Host: "imap.example.org"}, "imap.example.org:993"},
		"starttls":                   {inbox.Config{Host: "imap.example.org", TLS: "starttls"}, "imap.example.org:143"},
		"no protection, nearby":      {inbox.Config{Host: "localhost", TLS: "none"}, "localhost:143"},
		"no protection, loopback":    {inbox.Config{Host: "127.0.0.1", TLS: "none"}, "127.0.0.1:143"},
		"a port of one's own":        {inbox.Config{Host: "imap.example.org", Port: 1993}, "imap.example.org:1993"},
		"bearer login and a token":   {inbox.Config{Host: "imap.example.org", Mechanism: "oauthbearer", Token: token}, "imap.example.org:993"},
		"plain login beside a token": {inbox.Config{Host: "imap.example.org", Mechanism: "plain", Token: token}, "imap.example.org:993"},
	} {
		dialed := ""
		c.cfg.DialContext = func(_ context.Context, _, address string) (net.Conn, error) {
			dialed = address
			return nil, errStop
		}
		if _, err := inbox.Dial(context.Background(), c.cfg, nil); err == nil || dialed != c.want {
			t.Errorf("%s: dialed %q (%v), want %q", name, dialed, err, c.want)
		}
	}
}

func TestAServerThatOffersNoSASLIsLoggedInToTheOldWay(t *testing.T) {
	t.Parallel()
	box := inMemory(t)
	box.t = t
	box.faults.Add(mailtest.HideCaps("AUTH=PLAIN"))
	box.session()
}

func TestATokenThatWouldEndItsFieldIsNotSent(t *testing.T) {
	t.Parallel()
	box := inMemory(t)
	box.t = t
	box.cfg.Token = func(context.Context) (string, error) { return "good\x01auth=Bearer other", nil }
	if _, err := inbox.Dial(context.Background(), box.cfg, nil); err == nil || errors.Is(err, inbox.ErrLogin) {
		t.Errorf("Dial says %v, want that the token cannot be sent", err)
	}
	for _, said := range box.faults.Commands() {
		if strings.HasPrefix(said, "AUTHENTICATE") {
			t.Errorf("the client said %s", said)
		}
	}
}

func TestAFolderThatIsThereAlreadyIsNoTrouble(t *testing.T) {
	t.Parallel()
	for reply, want := range map[string]bool{"NO [ALREADYEXISTS] there": true, "NO [NOPERM] no": false} {
		box := inMemory(t)
		box.t = t
		box.faults.Add(mailtest.Refuse("STATUS", "NO not that").Always(), mailtest.Refuse("CREATE", reply).Always())
		s, err := inbox.Dial(context.Background(), box.cfg, nil)
		if (err == nil) != want {
			t.Errorf("to %q Dial says %v, want it to go on: %v", reply, err, want)
		}
		if err == nil {
			s.Close()
		}
	}
}

func TestAnAccessTokenLogsInAndAStaleOneIsALoginError(t *testing.T) {
	t.Parallel()
	server, err := mailtest.Start(mailtest.Options{
		Unlisted: true,
		Token:    func(user, token string) bool { return user == "1on1" && token == "good" },
	})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	if err := server.AddUser("1on1", "secret"); err != nil {
		t.Fatal(err)
	}
	for _, mechanism := range []string{"", "xoauth2", "oauthbearer"} {
		for token, want := range map[string]bool{"good": true, "stale": false} {
			for _, fault := range []mailtest.Fault{{}, mailtest.HideCaps("SASL-IR")} {
				server.IMAPFaults.Clear()
				server.IMAPFaults.Add(fault)
				s, err := inbox.Dial(context.Background(), inbox.Config{
					Host: "127.0.0.1", TLS: "none", Username: "1on1", Mechanism: mechanism,
					Token:       func(context.Context) (string, error) { return token, nil },
					DialContext: server.DialIMAP,
				}, nil)
				if want && err != nil || !want && !errors.Is(err, inbox.ErrLogin) {
					t.Errorf("%s with a %s token says %v", mechanism, token, err)
				}
				if err == nil {
					s.Close()
				}
			}
		}
	}
	_, err = inbox.Dial(context.Background(), inbox.Config{
		Host: "127.0.0.1", TLS: "none", Username: "1on1", DialContext: server.DialIMAP,
		Token: func(context.Context) (string, error) { return "", errStop },
	}, nil)
	if !errors.Is(err, errStop) || errors.Is(err, inbox.ErrLogin) {
		t.Errorf("without a token Dial says %v, want its source's error and no ErrLogin", err)
	}
}

func TestAnEndlessListOfMailsIsRefused(t *testing.T) {
	t.Parallel()
	box := inMemory(t)
	box.t = t
	box.fill(1)
	for _, list := range []string{"1:4294967295", "1:5000001", "1:3000000,3000001:6000000", "0", "7:*"} {
		struck := ""
		box.faults.Add(mailtest.Edit("UID SEARCH", func(unit []byte) []byte {
			if !bytes.HasPrefix(unit, []byte("* SEARCH")) {
				return unit
			}
			struck = "* ESEARCH UID ALL " + list + "\r\n" // the only answer that has ranges
			return []byte(struck)
		}))
		s := box.session()
		if ids, err := s.Unknown(context.Background(), nil); err == nil || struck == "" {
			t.Errorf("%s: %d mails were listed (%v) by %q, want an error", list, len(ids), err, struck)
		}
	}
}

func TestFoldersLieWhereTheServerWantsThem(t *testing.T) {
	t.Parallel()
	box := inMemory(t)
	box.t = t
	box.faults.Add(mailtest.Edit("NAMESPACE", func(unit []byte) []byte {
		if strings.HasPrefix(string(unit), "* NAMESPACE") {
			return []byte("* NAMESPACE ((\"INBOX.\" \".\")) NIL NIL\r\n")
		}
		return unit
	}).Always())
	box.cfg.Done = "1on1/Done"
	s := box.session()
	if err := s.Select(context.Background(), "1on1/Done"); err != nil {
		t.Fatal(err)
	}
	said := strings.Join(box.faults.Commands(), "\n")
	if !strings.Contains(said, "CREATE INBOX.1on1.Done") && !strings.Contains(said, `CREATE "INBOX.1on1.Done"`) {
		t.Errorf("the folder was not made as INBOX.1on1.Done:\n%s", said)
	}
}

func TestTheEndOfAContextEndsTheCommand(t *testing.T) {
	onEach(t, func(t *testing.T, box *mailbox, _ backend) {
		box.fill(1)
		s := box.session()
		ids := unknown(t, s)
		box.faults.Add(mailtest.Stall("UID FETCH"))
		ctx, cancel := context.WithCancel(context.Background())
		done := make(chan error)
		go func() { done <- s.Fetch(ctx, ids, func([]inbox.Message) error { return nil }) }()
		for box.faults.Fired() == 0 {
			time.Sleep(time.Millisecond)
		}
		cancel()
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Errorf("Fetch says %v, want canceled", err)
		}
	})
}
