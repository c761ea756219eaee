package inbox_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"duolog/mailflow/inbox"
	"duolog/mailflow/mailtest"
)

func TestEveryMailComesWholeInBatchesOf200(t *testing.T) {
	onEach(t, func(t *testing.T, box *mailbox, _ backend) {
		raws := box.fill(450)
		s := box.session()
		ctx := context.Background()
		ids, err := s.Unknown(ctx, nil)
		if err != nil {
			t.Fatal(err)
		}
		var got []inbox.Message
		err = s.Fetch(ctx, ids, func(batch []inbox.Message) error {
			if len(batch) > 200 {
				t.Errorf("a batch holds %d mails, want at most 200", len(batch))
			}
			got = append(got, batch...)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		box.same("INBOX", got, raws)
		for i, m := range got {
			if m.ID != ids[i] || !m.Received.Equal(received) || m.Size != int64(len(m.Raw)) {
				t.Errorf("mail %d is %s of %s, %d octets; want %s of %s, %d octets",
					i, m.ID, m.Received, m.Size, ids[i], received, len(m.Raw))
			}
		}
		forbidden := regexp.MustCompile(`UNSEEN|SINCE|BEFORE|NEW|RECENT|BODY\[|RFC822[^.]`)
		for _, command := range box.faults.Commands() {
			if forbidden.MatchString(command) {
				t.Errorf("asked %q: it depends on flags or dates, or sets a flag", command)
			}
		}
	})
}

func TestBytesComeUnchanged(t *testing.T) {
	onEach(t, func(t *testing.T, box *mailbox, _ backend) {
		var all bytes.Buffer
		all.WriteString("Subject: =?x?=\r\n")
		all.WriteString("X: \xff\xfe 8 bit\r\n\r\n.\r\n..\r\n* 1 FETCH (UID 1)\r\n)\r\nT1 OK\r\n{10}\r\n")
		for c := range 256 {
			if c != 0 && c != '\r' && c != '\n' {
				all.WriteByte(byte(c))
			}
		}
		all.WriteString("\r\n" + strings.Repeat("x", 100_000) + "\r\nno line end")
		raws := [][]byte{all.Bytes(), []byte("\r\n"), []byte("Subject: only a header\r\n")}
		for _, raw := range raws {
			if err := box.plain().Append(context.Background(), "INBOX", raw, received); err != nil {
				t.Fatal(err)
			}
		}
		got, err := fetchAll(box.session(), "INBOX")
		if err != nil {
			t.Fatal(err)
		}
		box.same("INBOX", got, raws)
	})
}

func TestUnknownAsksTheLedgerAboutEveryMail(t *testing.T) {
	onEach(t, func(t *testing.T, box *mailbox, _ backend) {
		box.fill(5)
		s := box.session()
		ids, err := s.Unknown(context.Background(), func(id inbox.ID) bool { return id.UID%2 == 0 })
		if err != nil {
			t.Fatal(err)
		}
		var uids []uint32
		for _, id := range ids {
			uids = append(uids, id.UID)
			if id.Validity != s.Validity() || id.Validity == 0 {
				t.Errorf("id %s, want validity %d", id, s.Validity())
			}
		}
		if !slices.Equal(uids, []uint32{1, 3, 5}) {
			t.Errorf("unknown are %v, want 1, 3, 5", uids)
		}
	})
}

// lies are what a server may answer about mail 3 of 10.
var lies = map[string]mailtest.Fault{
	"mail left out":            mailtest.OmitMail(3),
	"body left out":            mailtest.OmitBody(3),
	"body one octet short":     mailtest.ShortBody(3, 1),
	"body empty":               mailtest.ShortBody(3, 1_000_000),
	"size one too large":       mailtest.ChangeSize(3, 1),
	"size one too small":       mailtest.ChangeSize(3, -1),
	"UID of another mail":      mailtest.ChangeUID(3, 4),
	"UID nobody asked for":     mailtest.ChangeUID(3, 999),
	"cut in the mail":          mailtest.CutBody(3, 20),
	"cut before the mail":      mailtest.CutBody(3, 0),
	"cut after the whole body": mailtest.CutBody(3, len(letter(2, 200))),
	"no date": mailtest.Edit("UID FETCH", func(unit []byte) []byte {
		if !bytes.Contains(unit, []byte("UID 3 ")) {
			return unit
		}
		return regexp.MustCompile(` ?INTERNALDATE "[^"]*"`).ReplaceAll(unit, nil)
	}).Always(),
	"a date that is none": mailtest.Edit("UID FETCH", func(unit []byte) []byte {
		if !bytes.Contains(unit, []byte("UID 3 ")) {
			return unit
		}
		return bytes.Replace(unit, []byte("-Nov-"), []byte("-Nix-"), 1)
	}).Always(),
}

func TestALieThatPassesDoesNoHarm(t *testing.T) {
	onEach(t, func(t *testing.T, box *mailbox, _ backend) {
		raws := box.fill(10)
		for name, lie := range lies {
			for times := 1; times <= 3; times++ {
				for _, skip := range []int{0, 1} { // the list of sizes, the mails
					box.faults.Clear()
					box.faults.Add(lie.Times(times).Skip(skip))
					got, err := fetchAll(box.session(), "INBOX")
					if err != nil {
						t.Errorf("%s, %d times, after %d: %v", name, times, skip, err)
						continue
					}
					box.same(fmt.Sprintf("%s, %d times, after %d:", name, times, skip), got, raws)
					for _, m := range got {
						if !bytes.Equal(m.Raw, raws[m.ID.UID-1]) {
							t.Errorf("%s, %d times, after %d: another mail came as %s", name, times, skip, m.ID)
						}
					}
				}
			}
		}
	})
}

func TestALieThatStaysBreaksOnlyItsMail(t *testing.T) {
	onEach(t, func(t *testing.T, box *mailbox, _ backend) {
		raws := box.fill(10)
		for name, lie := range lies {
			box.faults.Clear()
			box.faults.Add(lie)
			got, err := fetchAll(box.session(), "INBOX")
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			i := slices.IndexFunc(got, func(m inbox.Message) bool { return m.Broken != nil })
			if i < 0 || got[i].ID.UID != 3 || got[i].Raw != nil {
				t.Errorf("%s: mail 3 is not broken", name)
				continue
			}
			box.same(name, slices.Delete(got, i, i+1), slices.Delete(slices.Clone(raws), 2, 3))
		}
	})
}

func TestACutAtAnyOctetLosesAndDoublesNothing(t *testing.T) {
	onEach(t, func(t *testing.T, box *mailbox, b backend) {
		raws := box.fill(4)
		step := 23
		if b.real {
			step = 211
		}
		for _, skip := range []int{0, 1} { // the list of sizes, the mails
			for n := 0; n < 1500; n += step {
				box.faults.Clear()
				box.faults.Add(mailtest.CutAt("UID FETCH", n).Skip(skip))
				got, err := fetchAll(box.session(), "INBOX")
				if err != nil {
					t.Fatalf("cut at octet %d: %v", n, err)
				}
				box.same(fmt.Sprintf("cut at octet %d", n), got, raws)
			}
		}
	})
}

func TestAServerThatAlwaysHangsUpIsAnErrorNotBrokenMail(t *testing.T) {
	onEach(t, func(t *testing.T, box *mailbox, _ backend) {
		box.fill(3)
		s := box.session()
		ids, err := s.Unknown(context.Background(), nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, fault := range []mailtest.Fault{
			mailtest.CutBefore("SELECT").Always(),
			mailtest.Refuse("UID FETCH", "NO [UNAVAILABLE] later").Always(),
			mailtest.Refuse("UID FETCH", "NO [INUSE] locked").Always(),
		} {
			box.faults.Clear()
			box.faults.Add(mailtest.CutBefore("UID FETCH"), fault)
			err := s.Fetch(context.Background(), ids, func(batch []inbox.Message) error {
				t.Errorf("delivered %v", batch)
				return nil
			})
			if err == nil {
				t.Error("Fetch says all is well")
			}
			box.faults.Clear()
			s = box.session()
		}
	})
}

func TestAServerThatDeliversNothingWholeIsAnErrorBeforeAllIsHeld(t *testing.T) {
	onEach(t, func(t *testing.T, box *mailbox, _ backend) {
		box.fill(30)
		for uid := range 30 {
			box.faults.Add(mailtest.OmitBody(uid + 1))
		}
		got, err := fetchAll(box.session(), "INBOX")
		if err == nil || len(got) != 10 {
			t.Errorf("%d mails were given up (%v), want 10 and an error", len(got), err)
		}
	})
}

func TestSeveralPoisonMailsBreakOnlyThemselves(t *testing.T) {
	onEach(t, func(t *testing.T, box *mailbox, _ backend) {
		raws := box.fill(30)
		for _, uid := range []int{1, 2, 9, 30} {
			box.faults.Add(mailtest.OmitMail(uid))
		}
		got, err := fetchAll(box.session(), "INBOX")
		if err != nil {
			t.Fatal(err)
		}
		var broken []uint32
		got = slices.DeleteFunc(got, func(m inbox.Message) bool {
			if m.Broken != nil {
				broken = append(broken, m.ID.UID)
			}
			return m.Broken != nil
		})
		if !slices.Equal(broken, []uint32{1, 2, 9, 30}) {
			t.Errorf("broken are %v, want 1, 2, 9, 30", broken)
		}
		box.same("INBOX", got, slices.Concat(raws[2:8], raws[9:29]))
	})
}

// Dovecot hangs up at a mail whose file name lies about its size.
func TestAMailThatDovecotCannotReadBreaksAlone(t *testing.T) {
	if testing.Short() {
		t.Skip("real servers are left out of the short run")
	}
	t.Parallel()
	box := inDovecot(t)
	box.t = t
	raws := box.fill(20)
	maildir := dovecot.Maildir(box.cfg.Username)
	poison := filepath.Join(maildir, "new", "1700000000.M1P1.host,S=77")
	if err := errors.Join(os.WriteFile(poison, letter(99, 5000), 0o644), os.Chown(poison, 5000, 5000)); err != nil {
		t.Fatal(err)
	}
	raws = append(raws, box.fill(5)...)
	got, err := fetchAll(box.session(), "INBOX")
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(got, func(m inbox.Message) bool { return m.Broken != nil })
	if i >= 0 {
		got = slices.Delete(got, i, i+1)
	} else { // or it came in the end
		raws = append(raws, letter(99, 5000))
	}
	box.same("INBOX", got, raws)
}

func TestALargeMailIsReadByItsHeaderOnly(t *testing.T) {
	onEach(t, func(t *testing.T, box *mailbox, _ backend) {
		plain := box.plain()
		large := letter(0, inbox.MaxSize+1)
		fits := letter(1, inbox.MaxSize-100)
		small := letter(2, 100)
		for _, raw := range [][]byte{large, fits, small} {
			if err := plain.Append(context.Background(), "INBOX", raw, received); err != nil {
				t.Fatal(err)
			}
		}
		got, err := fetchAll(box.session(), "INBOX")
		if err != nil {
			t.Fatal(err)
		}
		if len(got) != 3 {
			t.Fatalf("%d mails came, want 3", len(got))
		}
		header := large[:bytes.Index(large, []byte("\r\n\r\n"))+4]
		if m := got[0]; !m.TooLarge || m.Size != int64(len(large)) || !bytes.Equal(m.Raw, header) {
			t.Errorf("the large mail came as %.200q, %d octets, too large: %v", m.Raw, m.Size, m.TooLarge)
		}
		for i, raw := range [][]byte{fits, small} {
			if m := got[i+1]; m.TooLarge || !bytes.Equal(m.Raw, raw) {
				t.Errorf("a mail of %d octets came with %d, too large: %v", len(raw), len(m.Raw), m.TooLarge)
			}
		}
	})
}

func TestABatchHoldsNoMoreThan16MB(t *testing.T) {
	t.Parallel()
	box := inMemory(t)
	box.t = t
	plain := box.plain()
	for i := range 5 {
		if err := plain.Append(context.Background(), "INBOX", letter(i, 6<<20), received); err != nil {
			t.Fatal(err)
		}
	}
	s := box.session()
	ids, err := s.Unknown(context.Background(), nil)
	if err != nil {
		t.Fatal(err)
	}
	var batches []int
	err = s.Fetch(context.Background(), ids, func(batch []inbox.Message) error {
		batches = append(batches, len(batch))
		return nil
	})
	if err != nil || !slices.Equal(batches, []int{2, 2, 1}) {
		t.Errorf("batches of %v mails (%v), want 2, 2, 1", batches, err)
	}
	box.faults.Add(mailtest.Edit("UID FETCH", func(unit []byte) []byte {
		return regexp.MustCompile(`SIZE \d+`).ReplaceAll(unit, []byte("SIZE 100"))
	}))
	total := 0
	err = s.Fetch(context.Background(), ids, func(batch []inbox.Message) error {
		bytes := 0
		for _, m := range batch {
			bytes += len(m.Raw)
		}
		if total += len(batch); bytes > 16<<20 {
			t.Errorf("a batch of mails listed as small holds %d octets", bytes)
		}
		return nil
	})
	if err != nil || total != 5 {
		t.Errorf("%d mails came (%v), want 5", total, err)
	}
}

func TestAMailThatIsGoneIsLeftOut(t *testing.T) {
	onEach(t, func(t *testing.T, box *mailbox, b backend) {
		if !b.expunges() {
			return
		}
		raws := box.fill(3)
		s := box.session()
		ids, err := s.Unknown(context.Background(), nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := box.plain().Delete(context.Background(), ids[1:2]); err != nil {
			t.Fatal(err)
		}
		var got []inbox.Message
		err = s.Fetch(context.Background(), ids, func(batch []inbox.Message) error {
			got = append(got, batch...)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		box.same("INBOX", got, [][]byte{raws[0], raws[2]})
	})
}

func TestTheCallersErrorEndsFetch(t *testing.T) {
	onEach(t, func(t *testing.T, box *mailbox, _ backend) {
		box.fill(3)
		s := box.session()
		ids, _ := s.Unknown(context.Background(), nil)
		if err := s.Fetch(context.Background(), ids, func([]inbox.Message) error { return errStop }); !errors.Is(err, errStop) {
			t.Errorf("Fetch says %v, want %v", err, errStop)
		}
	})
}

func TestARenumberedMailboxMakesOldIDsStaleAndAllMailsUnknown(t *testing.T) {
	t.Parallel()
	server, err := mailtest.Start(mailtest.Options{Unlisted: true})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	if err := server.AddUser("1on1", "secret"); err != nil {
		t.Fatal(err)
	}
	box := &mailbox{t: t, cfg: inbox.Config{
		Host: "127.0.0.1", TLS: "none", Username: "1on1", Password: "secret", DialContext: server.DialIMAP,
	}}
	box.direct, box.faults = box.cfg, &server.IMAPFaults
	raws := box.fill(3)
	ctx := context.Background()
	s := box.session()
	old, err := s.Unknown(ctx, nil)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[inbox.ID]bool{old[0]: true, old[1]: true, old[2]: true}
	if err := server.Renumber("1on1", "INBOX"); err != nil {
		t.Fatal(err)
	}
	s = box.session()
	ids, err := s.Unknown(ctx, func(id inbox.ID) bool { return seen[id] })
	if err != nil || len(ids) != len(raws) {
		t.Errorf("%d mails are unknown after the renumbering (%v), want all %d", len(ids), err, len(raws))
	}
	for name, do := range map[string]func() error{
		"Fetch":  func() error { return s.Fetch(ctx, old, func([]inbox.Message) error { return nil }) },
		"Move":   func() error { return s.Move(ctx, old, "Done") },
		"Delete": func() error { return s.Delete(ctx, old) },
	} {
		if err := do(); !errors.Is(err, inbox.ErrStale) {
			t.Errorf("%s with old ids says %v, want ErrStale", name, err)
		}
	}
	box.holds("INBOX", raws)
	// Renumbered while a lost connection is made anew.
	box.faults.Add(mailtest.Edit("UID FETCH", func(unit []byte) []byte {
		return nil
	}), mailtest.CutAfter("UID FETCH"))
	s2 := box.session()
	ids, _ = s2.Unknown(ctx, nil)
	if err := server.Renumber("1on1", "INBOX"); err != nil {
		t.Fatal(err)
	}
	err = s2.Fetch(ctx, ids, func([]inbox.Message) error { return nil })
	if !errors.Is(err, inbox.ErrStale) {
		t.Errorf("Fetch over a connection to the renumbered mailbox says %v, want ErrStale", err)
	}
}

func TestAnApproximateSizeIsTakenOnlyWhereConfigured(t *testing.T) {
	t.Parallel()
	box := inMemory(t)
	box.t = t
	raws := box.fill(3)
	for uid := range 3 {
		box.faults.Add(mailtest.ChangeSize(uid+1, 17))
	}
	if got, err := fetchAll(box.session(), "INBOX"); err != nil || len(got) != 3 || got[0].Broken == nil {
		t.Errorf("sizes that are wrong were taken: %v, %v", got, err)
	}
	box.cfg.ApproximateSize = true
	got, err := fetchAll(box.session(), "INBOX")
	if err != nil {
		t.Fatal(err)
	}
	box.same("INBOX", got, raws)
	for name, fault := range map[string]mailtest.Fault{
		"no body": mailtest.OmitBody(2), "cut": mailtest.CutBody(2, 30),
		"two bodies": mailtest.Edit("UID FETCH", func(unit []byte) []byte {
			if !bytes.Contains(unit, []byte("UID 2 ")) {
				return unit
			}
			return bytes.Replace(unit, []byte("BODY[]"), []byte("BODY[] NIL BODY[]"), 1)
		}).Always(),
		"beyond the limit": mailtest.Edit("UID FETCH", func(unit []byte) []byte {
			if !bytes.Contains(unit, []byte("UID 2 ")) || !bytes.Contains(unit, []byte("BODY[]")) {
				return unit
			}
			return fmt.Appendf(nil, "* 2 FETCH (UID 2 INTERNALDATE \"29-Nov-2024 09:15:00 +0000\" RFC822.SIZE 240 BODY[] {%d}\r\n%s)\r\n",
				inbox.MaxSize+1, bytes.Repeat([]byte("x"), inbox.MaxSize+1))
		}).Always(),
	} {
		box.faults.Clear()
		box.faults.Add(fault)
		got, err := fetchAll(box.session(), "INBOX")
		i := slices.IndexFunc(got, func(m inbox.Message) bool { return m.Broken != nil })
		if err != nil || i < 0 || got[i].ID.UID != 2 {
			t.Errorf("%s: mail 2 is not broken (%v)", name, err)
			continue
		}
		box.same(name, slices.Delete(got, i, i+1), [][]byte{raws[0], raws[2]})
	}
}

func TestTheHeaderOfALargeMailMustComeToo(t *testing.T) {
	t.Parallel()
	box := inMemory(t)
	box.t = t
	if err := box.plain().Append(context.Background(), "INBOX", letter(0, inbox.MaxSize+1), received); err != nil {
		t.Fatal(err)
	}
	box.faults.Add(mailtest.OmitBody(1))
	got, err := fetchAll(box.session(), "INBOX")
	if err != nil || len(got) != 1 || got[0].Broken == nil {
		t.Errorf("without its header the large mail came as %v, %v", got, err)
	}
}

func TestReadMessageTakesTheMailOrItsHeader(t *testing.T) {
	t.Parallel()
	raw := letter(1, 1000)
	m, err := inbox.ReadMessage(bytes.NewReader(raw), received)
	if err != nil || !bytes.Equal(m.Raw, raw) || m.TooLarge || !m.Received.Equal(received) {
		t.Errorf("a small mail was read as %v, %v", m, err)
	}
	large := letter(1, inbox.MaxSize+5000)
	m, err = inbox.ReadMessage(bytes.NewReader(large), received)
	want := large[:bytes.Index(large, []byte("\r\n\r\n"))+4]
	if err != nil || !m.TooLarge || m.Size != int64(len(large)) || !bytes.Equal(m.Raw, want) {
		t.Errorf("a large mail was read as %.100q (%d octets, too large: %v), %v", m.Raw, m.Size, m.TooLarge, err)
	}
	endless := bytes.Repeat([]byte("x"), inbox.MaxSize+1)
	if m, _ = inbox.ReadMessage(bytes.NewReader(endless), received); len(m.Raw) != inbox.MaxHeader {
		t.Errorf("a header without end was read to %d octets, want %d", len(m.Raw), inbox.MaxHeader)
	}
}
