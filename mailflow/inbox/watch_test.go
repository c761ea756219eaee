package inbox_test

import (
	"context"
	"errors"
	"net"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"duolog/mailflow/inbox"
	"duolog/mailflow/mailtest"
	"duolog/stumble"
)

// watched is a Watch in a bubble of virtual time, over the memory server.
type watched struct {
	t        *testing.T
	mu       sync.Mutex // of what follows, but server, cfg and began
	server   *mailtest.Server
	cfg      inbox.Config
	began    time.Time
	passes   []time.Duration // since began
	dials    []time.Duration
	troubles []error
	seen     map[string]bool // the mails that a pass saw
	down     bool            // the server takes no connection
	fail     error           // of the next pass
	bug      bool            // the next pass panics
	cancel   context.CancelFunc
	ended    chan error
}

// watching starts a Watch and runs the test in the same bubble.
func watching(t *testing.T, prepare func(*watched), run func(*watched)) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		server, err := mailtest.Start(mailtest.Options{Unlisted: true})
		if err != nil {
			t.Fatal(err)
		}
		if err := server.AddUser("1on1", "secret"); err != nil {
			t.Fatal(err)
		}
		w := &watched{
			t: t, server: server, began: time.Now(), seen: map[string]bool{}, ended: make(chan error, 1),
			cfg: inbox.Config{Host: "127.0.0.1", TLS: "none", Username: "1on1", Password: "secret"},
		}
		w.cfg.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.dials = append(w.dials, time.Since(w.began))
			if w.down {
				return nil, errors.New("connection refused")
			}
			return server.DialIMAP(ctx, network, address)
		}
		if prepare != nil {
			prepare(w)
		}
		ctx, cancel := context.WithCancel(t.Context())
		w.cancel = cancel
		go func() { w.ended <- inbox.Watch(ctx, w.cfg, nil, w.trouble, w.pass) }()
		synctest.Wait()
		w.mu.Lock()
		run(w)
		w.mu.Unlock()
		cancel()
		if err := <-w.ended; !errors.Is(err, context.Canceled) {
			t.Errorf("Watch ended with %v, want canceled", err)
		}
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
}

func (w *watched) trouble(err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.troubles = append(w.troubles, err)
}

func (w *watched) pass(ctx context.Context, s *inbox.Session) error {
	w.mu.Lock()
	w.passes = append(w.passes, time.Since(w.began))
	fail, bug := w.fail, w.bug
	w.fail, w.bug = nil, false
	w.mu.Unlock()
	if bug {
		panic("a bug")
	}
	if fail != nil {
		return fail
	}
	ids, err := s.Unknown(ctx, nil)
	if err != nil {
		return err
	}
	return s.Fetch(ctx, ids, func(batch []inbox.Message) error {
		w.mu.Lock()
		defer w.mu.Unlock()
		for _, m := range batch {
			w.seen[string(m.Raw)] = true
		}
		return nil
	})
}

// wait lets d pass. The test holds the lock but here.
func (w *watched) wait(d time.Duration) {
	w.mu.Unlock()
	time.Sleep(d)
	synctest.Wait()
	w.mu.Lock()
}

// arrives puts a mail into the INBOX and gives it.
func (w *watched) arrives(i int) string {
	w.t.Helper()
	raw := letter(i, 100)
	if err := w.server.Put("1on1", "INBOX", raw, received); err != nil {
		w.t.Fatal(err)
	}
	return string(raw)
}

func TestAnnouncedMailIsSeenAtOnce(t *testing.T) {
	watching(t, nil, func(w *watched) {
		for i := range 5 {
			w.wait(time.Duration(i) * 77 * time.Second)
			raw := w.arrives(i)
			w.wait(100 * time.Millisecond)
			if !w.seen[raw] {
				w.t.Errorf("mail %d was not seen within 0.1 s", i)
			}
		}
		if len(w.dials) != 1 || len(w.troubles) != 0 {
			w.t.Errorf("%d connections, troubles %v; want one and none", len(w.dials), w.troubles)
		}
	})
}

func TestAQuietMailboxIsLookedAtEveryFiveMinutes(t *testing.T) {
	watching(t, nil, func(w *watched) {
		w.wait(time.Hour)
		if n := len(w.passes); n != 13 {
			w.t.Errorf("%d passes in an hour, want 13: %v", n, w.passes)
		}
		if len(w.dials) != 1 {
			w.t.Errorf("%d connections, want 1", len(w.dials))
		}
	})
}

// A server that falls silent in any of these ways is left within six minutes.
func TestADeadConnectionIsNoticedWithinSixMinutes(t *testing.T) {
	for name, fault := range map[string]mailtest.Fault{
		"in IDLE":             mailtest.StallAt("IDLE", len("+ idling\r\n")),
		"before IDLE":         mailtest.Stall("IDLE"),
		"in the middle of +":  mailtest.StallAt("IDLE", 1),
		"at NOOP":             mailtest.Stall("NOOP"),
		"in the search":       mailtest.StallAt("UID SEARCH", 5),
		"before the search":   mailtest.Stall("UID SEARCH"),
		"in the list":         mailtest.StallAt("UID FETCH", 20),
		"in a mail":           mailtest.StallAt("UID FETCH", 150).Skip(1),
		"after a mail":        mailtest.StallAt("UID FETCH", 200).Skip(1),
		"in the greeting":     mailtest.Stall("GREETING"),
		"in the login":        mailtest.Stall("AUTHENTICATE"),
		"in the capabilities": mailtest.Stall("CAPABILITY"),
		"in the selection":    mailtest.StallAt("SELECT", 10),
		"making folders":      mailtest.Stall("CREATE"),
		"in the namespace":    mailtest.Stall("NAMESPACE"),
	} {
		t.Run(name, func(t *testing.T) {
			var raw string
			watching(t, func(w *watched) {
				raw = w.arrives(0)
				w.server.IMAPFaults.Add(fault)
			}, func(w *watched) {
				w.wait(6*time.Minute + 2*time.Second)
				if w.server.IMAPFaults.Fired() == 0 {
					w.t.Error("the fault did not strike")
				}
				if len(w.dials) < 2 {
					w.t.Errorf("the dead connection was not noticed; passes %v, dials %v, troubles %v, commands %q", w.passes, w.dials, w.troubles, w.server.IMAPFaults.Commands())
					return
				}
				later := w.arrives(1)
				w.wait(time.Second)
				if !w.seen[raw] || !w.seen[later] {
					w.t.Error("the new connection does not work")
				}
			})
		})
	}
}

func TestARestartOfTheServerIsNoticedWithin15Seconds(t *testing.T) {
	watching(t, nil, func(w *watched) {
		w.wait(2 * time.Minute)
		w.down = true
		w.server.DropConnections()
		raw := w.arrives(0)
		w.wait(3 * time.Second)
		w.down = false
		w.wait(12 * time.Second)
		if !w.seen[raw] {
			w.t.Errorf("15 s after the restart the mail was not seen; dialed at %v", w.dials)
		}
	})
}

func TestAnOutageOfAMinuteIsOverWithin15Seconds(t *testing.T) {
	for name, begin := range map[string]func(*watched){
		"no server":             func(w *watched) { w.down = true },
		"nobody behind a proxy": func(w *watched) { w.server.IMAPFaults.Add(mailtest.CutBefore("GREETING").Always()) },
	} {
		t.Run(name, func(t *testing.T) {
			watching(t, nil, func(w *watched) {
				for i := range 20 {
					w.wait(11 * time.Minute) // healthy again
					begin(w)
					w.server.DropConnections()
					w.wait(time.Minute)
					w.down = false
					w.server.IMAPFaults.Clear()
					raw := w.arrives(i)
					w.wait(15 * time.Second)
					if !w.seen[raw] {
						w.t.Errorf("15 s after outage %d the mail was not seen; dialed at %v, troubles %v", i, w.dials, w.troubles)
						return
					}
				}
			})
		})
	}
}

func TestTheOperatorHearsOfAnOutageButNotOfAConnectionThatIsRenewedAtOnce(t *testing.T) {
	watching(t, nil, func(w *watched) {
		w.wait(6 * time.Minute)
		w.server.DropConnections()
		w.wait(10 * time.Second)
		if len(w.dials) != 2 || len(w.troubles) != 0 {
			w.t.Errorf("%d connections and troubles %v, want a second one and no word", len(w.dials), w.troubles)
		}
		w.wait(6 * time.Minute)
		w.down = true
		w.server.DropConnections()
		w.wait(10 * time.Second)
		if len(w.troubles) == 0 {
			w.t.Error("the outage was not told")
		}
	})
}

func TestALongOutageIsAskedAboutLessAndLessButAtLeastEveryFiveMinutes(t *testing.T) {
	watching(t, nil, func(w *watched) {
		w.down = true
		w.server.DropConnections()
		w.wait(24 * time.Hour)
		if n := len(w.dials); n < 24*12 || n > 24*12*4 {
			w.t.Errorf("%d connections were tried in a day, want some 600", n)
		}
		for i := 1; i < len(w.dials); i++ {
			if gap := w.dials[i] - w.dials[i-1]; gap > 5*time.Minute {
				w.t.Errorf("nothing was tried for %s", gap)
			}
		}
		w.down = false
		raw := w.arrives(0)
		w.wait(5 * time.Minute)
		if !w.seen[raw] {
			w.t.Error("5 min after the outage the mail was not seen")
		}
	})
}

func TestOnlyAWholeHealthyCycleResetsTheBackoff(t *testing.T) {
	watching(t, func(w *watched) {
		w.server.IMAPFaults.Add(mailtest.CutBefore("IDLE").Always()) // logs in and lists, then dies
	}, func(w *watched) {
		w.wait(6 * time.Hour)
		if n := len(w.dials); n > 6*12*4 {
			w.t.Errorf("%d connections in six hours: the backoff was reset by half a cycle", n)
		}
		w.server.IMAPFaults.Clear()
		w.wait(15 * time.Minute)
		before := len(w.dials)
		w.server.DropConnections()
		w.wait(2 * time.Second)
		if len(w.dials) == before {
			w.t.Error("after a healthy cycle the backoff was not reset")
		}
	})
}

func TestAnIDLEThatTheServerEndsDoesNotDeafenUs(t *testing.T) {
	for name, reply := range map[string]string{
		"at once":     "OK IDLE ended",
		"after +":     "+ idling\r\nOK IDLE ended",
		"refused":     "NO [UNAVAILABLE] not now",
		"after + no":  "+ idling\r\nNO IDLE ended",
		"after + bye": "+ idling\r\n* BYE bye",
	} {
		t.Run(name, func(t *testing.T) {
			watching(t, func(w *watched) {
				w.server.IMAPFaults.Add(mailtest.Refuse("IDLE", reply))
			}, func(w *watched) {
				w.wait(time.Second)
				raw := w.arrives(0)
				w.wait(6 * time.Minute)
				if !w.seen[raw] {
					w.t.Errorf("the mail was not seen within 6 min: passes at %v, troubles %v", w.passes, w.troubles)
				}
			})
		})
	}
}

func TestAServerWithoutIDLEIsAskedEveryMinute(t *testing.T) {
	watching(t, func(w *watched) {
		w.server.IMAPFaults.Add(mailtest.HideCaps("IDLE"))
	}, func(w *watched) {
		w.wait(10*time.Minute + time.Second)
		if n := len(w.passes); n != 11 {
			w.t.Errorf("%d passes in ten minutes, want 11", n)
		}
		if slices.Contains(w.server.IMAPFaults.Commands(), "IDLE") {
			w.t.Error("IDLE was sent")
		}
	})
}

func TestAnErrorOfThePassIsToldAndTriedAgain(t *testing.T) {
	watching(t, func(w *watched) { w.fail = errStop }, func(w *watched) {
		w.wait(2 * time.Second)
		if len(w.troubles) != 1 || !errors.Is(w.troubles[0], errStop) {
			w.t.Errorf("troubles are %v, want the pass's error", w.troubles)
		}
		if len(w.passes) != 2 {
			w.t.Errorf("%d passes, want 2", len(w.passes))
		}
	})
}

func TestAPassThatPanicsIsToldAndTriedAgain(t *testing.T) {
	watching(t, func(w *watched) { w.bug = true }, func(w *watched) {
		w.wait(2 * time.Second)
		if len(w.troubles) != 1 || !stumble.In(w.troubles[0]) || len(w.passes) != 2 {
			w.t.Errorf("told of %v after %d passes, want the panic told and a second pass", w.troubles, len(w.passes))
		}
	})
}

func TestAPassThatLeftSomethingUndoneIsRepeatedWithinAMinuteOverTheSameConnection(t *testing.T) {
	watching(t, func(w *watched) { w.fail = inbox.ErrAgain }, func(w *watched) {
		w.wait(90 * time.Second)
		w.fail = inbox.ErrAgain
		w.wait(6 * time.Minute)
		var at []time.Duration
		for _, pass := range w.passes {
			at = append(at, pass.Round(time.Second))
		}
		if want := []time.Duration{0, time.Minute, 6 * time.Minute, 7 * time.Minute}; !slices.Equal(at, want) {
			w.t.Errorf("passes at %v, want %v", at, want)
		}
		if len(w.dials) != 1 || len(w.troubles) != 0 {
			w.t.Errorf("%d connections, troubles %v; want one and none", len(w.dials), w.troubles)
		}
	})
}

func TestANewPasswordIsTakenOverAtTheNextLogin(t *testing.T) {
	watching(t, func(w *watched) {
		w.cfg.Secret = func() (string, error) {
			w.mu.Lock()
			defer w.mu.Unlock()
			switch len(w.dials) {
			case 1:
				return "", errors.New("read password: no such file")
			case 2:
				return "of yesterday", nil
			}
			return "secret", nil
		}
	}, func(w *watched) {
		w.wait(10 * time.Second)
		if len(w.troubles) != 2 || errors.Is(w.troubles[0], inbox.ErrLogin) || !errors.Is(w.troubles[1], inbox.ErrLogin) {
			w.t.Errorf("troubles are %v, want a file that cannot be read and a refused login", w.troubles)
		}
		if len(w.passes) != 1 {
			w.t.Errorf("%d passes under the new password, want 1", len(w.passes))
		}
	})
}

func TestARefusedLoginIsToldAndTriedAgain(t *testing.T) {
	watching(t, func(w *watched) {
		w.server.IMAPFaults.Add(mailtest.Refuse("AUTHENTICATE", "NO [AUTHENTICATIONFAILED] no").Times(3))
	}, func(w *watched) {
		w.wait(time.Minute)
		if len(w.troubles) != 3 || !errors.Is(w.troubles[0], inbox.ErrLogin) {
			w.t.Errorf("troubles are %v, want three of ErrLogin", w.troubles)
		}
		if len(w.passes) == 0 {
			w.t.Error("the login was not tried again")
		}
	})
}

// A mail that no server can deliver holds up the others by the time it takes
// to notice, not by the tries of its own.
func TestAPoisonMailDelaysTheOthersByLittle(t *testing.T) {
	for name, fault := range map[string]mailtest.Fault{
		"hangs up": mailtest.CutBody(1, 10), "omitted": mailtest.OmitMail(1), "no body": mailtest.OmitBody(1),
	} {
		t.Run(name, func(t *testing.T) {
			var raws []string
			watching(t, func(w *watched) {
				for i := range 50 {
					raws = append(raws, w.arrives(i))
				}
				w.server.IMAPFaults.Add(fault)
			}, func(w *watched) {
				w.wait(2 * time.Second)
				for i, raw := range raws[1:] {
					if !w.seen[raw] {
						w.t.Errorf("mail %d waits for the poison mail", i+1)
					}
				}
			})
		})
	}
}
