package inbox_test

import (
	"bytes"
	"context"
	"errors"
	"net"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"duolog/mailflow/inbox"
	"duolog/mailflow/mailtest"
)

func unknown(t *testing.T, s *inbox.Session) []inbox.ID {
	t.Helper()
	ids, err := s.Unknown(context.Background(), nil)
	if err != nil {
		t.Fatal(err)
	}
	return ids
}

func TestMoveFilesExactlyTheMailsAsked(t *testing.T) {
	onEach(t, func(t *testing.T, box *mailbox, can backend) {
		raws := box.fill(6)
		s := box.session()
		ids := unknown(t, s)
		if err := s.Move(context.Background(), ids[:4], "Done"); err != nil {
			t.Fatal(err)
		}
		if err := s.Move(context.Background(), ids[4:5], "Held"); err != nil {
			t.Fatal(err)
		}
		if !can.moves() {
			box.holds("INBOX", raws)
			box.holds("Done", nil)
			return
		}
		box.holds("Done", raws[:4])
		box.holds("Held", raws[4:5])
		box.holds("INBOX", raws[5:])
		if err := s.Move(context.Background(), ids[:4], "Done"); err != nil {
			t.Errorf("moving mails that are gone says %v, want nothing", err)
		}
		box.holds("Done", raws[:4])
		all, err := fetchAll(box.plain(), "Done")
		if err != nil || !all[0].Received.Equal(received) {
			t.Errorf("in Done the mail was received %v (%v), want %v", all[0].Received, err, received)
		}
	})
}

func TestAMoveOfMailsThatSomebodyRemovedMeanwhileMovesTheOthers(t *testing.T) {
	onEach(t, func(t *testing.T, box *mailbox, can backend) {
		if !can.moves() {
			return // it only marks them
		}
		raws := box.fill(4)
		s := box.session()
		ids := unknown(t, s)
		if err := box.session().Delete(context.Background(), ids[1:2]); err != nil {
			t.Fatal(err)
		}
		for _, command := range []string{"UID MOVE", "UID COPY"} { // RFC 5530, 3: the server may refuse the whole command
			box.faults.Add(mailtest.Refuse(command, "NO [EXPUNGEISSUED] Some of the requested messages no longer exist"))
		}
		if err := s.Move(context.Background(), ids, "Done"); err != nil {
			t.Errorf("the move says %v", err)
		}
		box.holds("INBOX", nil)
		box.holds("Done", [][]byte{raws[0], raws[2], raws[3]})
	})
}

// filing are the commands a move may consist of.
var filing = []string{"UID MOVE", "UID COPY", "UID STORE", "UID EXPUNGE"}

func TestARefusedMoveLosesNothingAndCanBeRepeated(t *testing.T) {
	onEach(t, func(t *testing.T, box *mailbox, can backend) {
		var raws [][]byte
		struck := 0
		for _, command := range filing {
			raws = append(raws, box.fill(5)...)
			s := box.session()
			ids := unknown(t, s)
			fired := box.faults.Fired()
			box.faults.Add(mailtest.Refuse(command, "NO [LIMIT] not now"))
			before := len(box.faults.Commands())
			err := s.Move(context.Background(), ids, "Done")
			said := box.faults.Commands()[before:]
			box.faults.Clear()
			hide(box, can)
			if box.faults.Fired() == fired || err == nil {
				continue // this server needs no such command
			}
			struck++
			if last := said[len(said)-1]; !strings.HasPrefix(last, command+" ") {
				t.Errorf("%s was refused, and yet %q followed", command, last)
			}
			everyMailIsSomewhere(box, raws)
		}
		if struck == 0 {
			t.Error("no command was refused")
		}
		s := box.session()
		if err := s.Move(context.Background(), unknown(t, s), "Done"); err != nil {
			t.Fatal(err)
		}
		if can.moves() {
			box.holds("INBOX", nil)
		}
		everyMailIsSomewhere(box, raws)
	})
}

func hide(box *mailbox, can backend) {
	if len(can.hide) > 0 {
		box.faults.Add(mailtest.HideCaps(append([]string(nil), can.hide...)...))
	}
}

// everyMailIsSomewhere fails unless each mail lies in INBOX or Done, whole.
func everyMailIsSomewhere(box *mailbox, raws [][]byte) {
	box.t.Helper()
	found := map[string]bool{}
	for _, folder := range []string{"INBOX", "Done"} {
		all, err := fetchAll(box.plain(), folder)
		if err != nil {
			box.t.Fatal(err)
		}
		for _, m := range all {
			found[string(m.Raw)] = true
		}
	}
	for i, raw := range raws {
		if !found[string(raw)] {
			box.t.Errorf("mail %d is lost", i)
		}
	}
}

func TestALineThatDropsWhileFilingLosesNothing(t *testing.T) {
	onEach(t, func(t *testing.T, box *mailbox, can backend) {
		var raws [][]byte
		for _, command := range filing {
			for _, fault := range []mailtest.Fault{
				mailtest.CutBefore(command), mailtest.CutAfter(command), mailtest.CutAt(command, 5),
			} {
				raws = append(raws, box.fill(3)...)
				s := box.session()
				ids := unknown(t, s)
				box.faults.Add(fault)
				_ = s.Move(context.Background(), ids, "Done")
				box.faults.Clear()
				hide(box, can)
				everyMailIsSomewhere(box, raws)
			}
		}
		s := box.session()
		if err := s.Move(context.Background(), unknown(t, s), "Done"); err != nil {
			t.Fatal(err)
		}
		if can.moves() {
			box.holds("INBOX", nil)
		}
		everyMailIsSomewhere(box, raws)
	})
}

// A line that drops within the answer to STORE, even after its "OK", must not pass for a server that cannot expunge: the caller
// would leave the mails for ever.
func TestALineThatDropsWhileMarkingIsNoServerOfLesserMeans(t *testing.T) {
	onEach(t, func(t *testing.T, box *mailbox, can backend) {
		if !can.expunges() {
			t.Skip("is such a server")
		}
		for n := range 24 {
			box.fill(1)
			s := box.session()
			ids := unknown(t, s)
			box.faults.Add(mailtest.CutAt("UID STORE", n))
			if err := s.Delete(context.Background(), ids); err == nil || errors.Is(err, inbox.ErrNotExpunged) {
				t.Errorf("cut after %d bytes of the answer, Delete says %v, want the loss of the connection", n, err)
			}
			box.faults.Clear()
			hide(box, can)
		}
		s := box.session()
		if err := s.Delete(context.Background(), unknown(t, s)); err != nil {
			t.Fatal(err)
		}
		box.holds("INBOX", nil)
	})
}

// A server may copy fewer mails than it was asked to and name those it did (COPYUID of RFC 4315): only those are removed.
func TestAMailThatTheServerDidNotCopyStays(t *testing.T) {
	t.Parallel()
	box := inMemory(t)
	box.t = t
	raws := box.fill(3)
	box.faults.Add(mailtest.HideCaps("MOVE"))
	s := box.session()
	ids := unknown(t, s)
	box.faults.Add(mailtest.Edit("UID COPY", func(unit []byte) []byte {
		return regexp.MustCompile(`COPYUID (\d+) \S+ \S+\]`).ReplaceAll(unit, []byte("COPYUID $1 1,3 1,3]"))
	}))
	if err := s.Move(context.Background(), ids, "Done"); err != nil {
		t.Fatal(err)
	}
	box.holds("INBOX", raws[1:2])
	box.holds("Done", raws)
}

func TestAMailWithoutADateDoesNotExpire(t *testing.T) {
	t.Parallel()
	box := inMemory(t)
	box.t = t
	raws := box.fill(2)
	s := box.session()
	box.faults.Add(mailtest.Edit("UID FETCH", func(unit []byte) []byte {
		if !bytes.Contains(unit, []byte("UID 1 ")) && !bytes.Contains(unit, []byte("UID 1)")) {
			return unit
		}
		return regexp.MustCompile(` ?INTERNALDATE "[^"]*"`).ReplaceAll(unit, nil)
	}).Always())
	n, err := s.Expire(context.Background(), "INBOX", received.AddDate(1, 0, 0))
	if err != nil || n != 1 {
		t.Errorf("Expire took %d mails (%v), want the one with a date", n, err)
	}
	box.faults.Clear()
	box.holds("INBOX", raws[:1])
}

func TestAnIdThatNamesNothingIsRefused(t *testing.T) {
	t.Parallel()
	box := inMemory(t)
	box.t = t
	raws := box.fill(2)
	s := box.session()
	for _, id := range []inbox.ID{{}, {Validity: s.Validity()}, {Validity: s.Validity() + 1, UID: 1}} {
		for what, err := range map[string]error{
			"Move":   s.Move(context.Background(), []inbox.ID{id}, "Done"),
			"Delete": s.Delete(context.Background(), []inbox.ID{id}),
			"Fetch":  s.Fetch(context.Background(), []inbox.ID{id}, func([]inbox.Message) error { return nil }),
		} {
			if !errors.Is(err, inbox.ErrStale) {
				t.Errorf("%s of %s says %v, want ErrStale", what, id, err)
			}
		}
	}
	box.holds("INBOX", raws)
}

func TestMoveMakesAFolderThatSomebodyRemoved(t *testing.T) {
	onEach(t, func(t *testing.T, box *mailbox, can backend) {
		raws := box.fill(2)
		s := box.session()
		box.raw(func(c *imapclient.Client) error { return c.Delete("Done").Wait() })
		if err := s.Move(context.Background(), unknown(t, s), "Done"); err != nil {
			t.Fatal(err)
		}
		if can.moves() {
			box.holds("Done", raws)
		}
	})
}

// raw does what another mail program may do to the mailbox.
func (m *mailbox) raw(do func(*imapclient.Client) error) {
	m.t.Helper()
	dial := m.direct.DialContext
	if dial == nil {
		dial = (&net.Dialer{}).DialContext
	}
	conn, err := dial(context.Background(), "tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(m.direct.Port)))
	if err != nil {
		m.t.Fatal(err)
	}
	c := imapclient.New(conn, nil)
	defer c.Close()
	if err := c.Login(m.direct.Username, m.direct.Password).Wait(); err != nil {
		m.t.Fatal(err)
	}
	if err := do(c); err != nil {
		m.t.Fatal(err)
	}
}

func TestDeleteRemovesOnlyOurMailsNotThoseOthersMarked(t *testing.T) {
	onEach(t, func(t *testing.T, box *mailbox, can backend) {
		raws := box.fill(4)
		box.raw(func(c *imapclient.Client) error {
			if _, err := c.Select("INBOX", nil).Wait(); err != nil {
				return err
			}
			mark := &imap.StoreFlags{Op: imap.StoreFlagsAdd, Flags: []imap.Flag{imap.FlagDeleted}}
			return c.Store(imap.UIDSetNum(1), mark, nil).Close()
		})
		s := box.session()
		ids := unknown(t, s)
		err := s.Delete(context.Background(), ids[1:3])
		if !can.expunges() {
			if !errors.Is(err, inbox.ErrNotExpunged) {
				t.Errorf("Delete without UIDPLUS says %v, want ErrNotExpunged", err)
			}
			box.holds("INBOX", raws)
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		box.holds("INBOX", [][]byte{raws[0], raws[3]})
		if err := s.Move(context.Background(), ids[3:], "Done"); err != nil {
			t.Fatal(err)
		}
		box.holds("INBOX", raws[:1])
	})
}

func TestExpireTakesOnlyWhatIsOlder(t *testing.T) {
	onEach(t, func(t *testing.T, box *mailbox, can backend) {
		ctx := context.Background()
		limit := time.Date(2024, 11, 20, 12, 0, 0, 0, time.FixedZone("", 9*3600))
		plain := box.plain()
		var raws [][]byte
		for i, at := range []time.Time{
			limit.AddDate(0, 0, -30), limit.Add(-time.Second), limit, limit.Add(time.Second), limit.AddDate(0, 0, 1),
		} {
			raws = append(raws, letter(i, 100))
			if err := plain.Append(ctx, "Done", raws[i], at); err != nil {
				t.Fatal(err)
			}
		}
		inINBOX := box.fill(1)
		s := box.session()
		n, err := s.Expire(ctx, "Done", limit)
		if !can.expunges() {
			if !errors.Is(err, inbox.ErrNotExpunged) {
				t.Errorf("Expire without UIDPLUS says %v, want ErrNotExpunged", err)
			}
			return
		}
		if err != nil || n != 2 {
			t.Errorf("Expire took %d mails (%v), want 2", n, err)
		}
		if n, err := s.Expire(ctx, "Done", limit); n != 0 || err != nil { // nothing is left but what is near
			t.Errorf("Expire took %d mails the second time (%v), want none", n, err)
		}
		box.holds("Done", raws[2:])
		box.holds("INBOX", inINBOX)
		if ids := unknown(t, s); len(ids) != 1 {
			t.Errorf("the session now shows %d mails, want the INBOX's one", len(ids))
		}
		if n, err := s.Expire(ctx, "Held", limit); n != 0 || err != nil {
			t.Errorf("Expire of an empty folder took %d (%v)", n, err)
		}
	})
}
