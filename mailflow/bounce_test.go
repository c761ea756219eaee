package mailflow

import (
	"fmt"
	"strings"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"

	"duolog/mailflow/message"
	"duolog/mailflow/outbox"
	"duolog/meeting"
)

// report is a delivery report on a mail of ours.
func (in *instance) report(messageID, action, status string) {
	header, body := multi("report; report-type=delivery-status",
		"Content-Type: text/plain\n\nIt did not work.",
		fmt.Sprintf("Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.org\n\nFinal-Recipient: rfc822; priya@example.org\nAction: %s\nStatus: %s\n", action, status),
		"Content-Type: text/rfc822-headers\n\nMessage-ID: <"+messageID+">\n")
	in.put(mail{from: "mailer-daemon@mx.example.org", to: bot, header: "Return-Path: <>\r\n" + header, text: body})
}

// sentTo is the Message-ID of the last letter to a person.
func (in *instance) sentTo(person string) string {
	in.t.Helper()
	all := in.arrived(person)
	if len(all) == 0 {
		in.t.Fatalf("no letter arrived at %s", person)
	}
	return all[len(all)-1].ID
}

func TestADeliveryReportChangesOnlyTheRecordOfOurMail(t *testing.T) {
	t.Parallel()
	in := newInstance(t)
	in.put(mail{from: "priya", text: "topic: the release plan"})
	in.receive()
	in.flush()
	before, id := in.store(), in.sentTo("priya")
	in.report(id, "failed", "5.1.1")
	equal(t, "outcomes", []string{"bounce delivery-report"}, outcomes(in.receive()))
	sameFiles(t, before, in.store())
	err := in.Ledger.DB.View(func(tx *bolt.Tx) error {
		e, _, err := outbox.Find(tx, id)
		if e.Delivery != "failed 5.1.1" {
			t.Errorf("the record says %q", e.Delivery)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	in.report("unknown@example.org", "failed", "5.1.1")
	equal(t, "outcomes of a report on nothing of ours", []string{"held bounce-unknown"}, outcomes(in.receive()))
}

// TestAReportOnAnotherRecipientOrAnOldMailIsNotBelieved has reports that bear the id of a letter, as anybody could write who got
// that letter forwarded.
func TestAReportOnAnotherRecipientOrAnOldMailIsNotBelieved(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		recipient string
		after     time.Duration
		want      string
	}{
		"hers":                   {"Final-Recipient: rfc822; Priya@Example.org", 0, "failed 5.1.1"},
		"hers, forwarded":        {"Original-Recipient: rfc822; priya@example.org\nFinal-Recipient: rfc822; p@home.example.org", 0, "failed 5.1.1"},
		"hers, the last of many": {strings.Repeat("Final-Recipient: rfc822; ana@example.org\nAction: delivered\nStatus: 2.0.0\n\n", 300) + "Final-Recipient: rfc822; priya@example.org", 0, "failed 5.1.1"},
		"somebody else's":        {"Final-Recipient: rfc822; eve@evil.example", 0, ""},
		"her mail of June":       {"Final-Recipient: rfc822; priya@example.org", 30 * 24 * time.Hour, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in := newInstance(t)
			in.put(mail{from: "priya", text: "topic: the release plan"})
			in.receive()
			in.flush()
			id := in.sentTo("priya")
			in.clock = in.clock.Add(c.after)
			header, body := multi("report; report-type=delivery-status", plain+"It did not work.",
				"Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.org\n\n"+c.recipient+"\nAction: Failed (for good)\nStatus: 5.1.1 (no such mailbox)\n",
				"Content-Type: text/rfc822-headers\n\nMessage-ID: <"+id+">\n")
			in.put(mail{from: "mailer-daemon@mx.example.org", to: bot, header: "Return-Path: <>\r\n" + header, text: body})
			equal(t, "outcomes", []string{"bounce delivery-report"}, outcomes(in.receive()))
			err := in.Ledger.DB.View(func(tx *bolt.Tx) error {
				e, _, err := outbox.Find(tx, id)
				if e.Delivery != c.want || e.Reported.IsZero() != (c.want == "") {
					t.Errorf("want the record to say %q, got %q at %v", c.want, e.Delivery, e.Reported)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		})
	}
}

// TestAMailThatChangesNoLogIsSettledWithWhatFollowsFromIt ends the process when the mails are journaled: the next finds them settled.
func TestAMailThatChangesNoLogIsSettledWithWhatFollowsFromIt(t *testing.T) {
	t.Parallel()
	in := newInstance(t)
	in.put(mail{from: "sam", text: "topic: the release plan"})
	in.put(mail{from: "priya", text: "topic: the offsite"})
	in.receive()
	in.flush()
	in.report(in.sentTo("priya"), "failed", "5.1.1")
	in.put(mail{from: "sam", text: "-----BEGIN PGP MESSAGE-----\n\nhQEMA\n-----END PGP MESSAGE-----"})
	in.stopBefore(t, "journaled")
	in.reopen()
	in.receive()
	equal(t, "letters to Sam", []string{"ack", "not-read"}, in.letters("sam"))
	if all, err := in.Ledger.Bounces(); len(all) != 1 || all[0].Count != 1 {
		t.Errorf("want one refusal of Priya's server on record, got %+v, %v", all, err)
	}
}

func TestWhoCannotBeReachedGetsNoMoreLettersUntilASignOfLife(t *testing.T) {
	t.Parallel()
	in := newInstance(t)
	in.put(mail{from: "priya", text: "topic: the release plan"})
	in.receive()
	in.flush()
	id := in.sentTo("priya")
	for range hardBounces - 1 {
		in.report(id, "failed", "5.1.1")
		in.report(id, "failed", "4.4.7")
		in.report(id, "delayed", "4.4.1")
		in.clock = in.clock.Add(time.Minute)
	}
	in.receive()
	if all, _ := in.Ledger.Bounces(); len(all) != 1 || all[0].Undeliverable() || all[0].Count != hardBounces-1 {
		t.Fatalf("too early, or the wrong reports counted: %+v", all)
	}
	in.report(id, "failed", "5.1.1 again")
	in.report(id, "failed", "5.2.1")
	in.receive()
	if all, _ := in.Ledger.Bounces(); len(all) != 1 || !all[0].Undeliverable() || all[0].Person != "priya" {
		t.Fatalf("want Priya marked, got %+v", all)
	}
	if n := strings.Count(in.log.String(), "comes back"); n != 1 {
		t.Errorf("want the operator told once, got %d times", n)
	}
	in.clock = now.Add(24 * time.Hour) // 24 h before the meeting
	if _, err := in.Remind(t.Context()); err != nil {
		t.Fatal(err)
	}
	equal(t, "letters to her", []string{"ack"}, in.letters("priya"))
	if len(in.letters("sam")) == 0 {
		t.Error("Sam gets no letters either")
	}
	in.put(mail{from: "priya", text: "topic: I am back"})
	in.receive()
	if _, err := in.Remind(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := in.letters("priya"); len(got) < 3 {
		t.Errorf("want letters again after her mail, got %v", got)
	}
}

func TestAReportCountsForThePersonItIsAboutAndAgainstNobodyElse(t *testing.T) {
	t.Parallel()
	const ours = "ours@example.org"
	sent := func() *instance {
		in := newInstance(t)
		in.update(func(tx *bolt.Tx) error {
			return outbox.Put(tx, outbox.Mail{Key: "a", MessageID: ours, To: "priya@example.org", Person: "priya", Raw: []byte("Message-ID: <" + ours + ">\r\n\r\n")}, in.clock)
		})
		return in
	}
	to := func(final, original, action, status string) []message.Recipient {
		return []message.Recipient{{Final: final, Original: original, Action: action, Status: status}}
	}
	const hers = "priya@example.org"
	for _, c := range []struct {
		name     string
		at       time.Duration // after it was queued
		to       []message.Recipient
		delivery string
		count    int
	}{
		{"for good", 0, to(hers, "", "failed", "5.1.1"), "failed 5.1.1", 1},
		{"in capitals", 0, to("PRIYA@example.org", "", "Failed", "5.1.1"), "failed 5.1.1", 1},
		{"where it was forwarded to", 0, to("p@home.example", hers, "failed", "5.1.1"), "failed 5.1.1", 1},
		{"for now", 0, to(hers, "", "failed", "4.4.7"), "failed 4.4.7", 0},
		{"late", 0, to(hers, "", "delayed", "5.0.0"), "delayed 5.0.0", 0},
		{"about nobody by name", 0, to("", "", "failed", "5.1.1"), "failed 5.1.1", 1},
		{"about somebody else", 0, to("sam@example.org", "", "failed", "5.1.1"), "", 0},
		{"about somebody else, by another name", 0, to("", "sam@example.org", "failed", "5.1.1"), "", 0},
		{"before it was sent, by the other clock", -time.Hour, to(hers, "", "failed", "5.1.1"), "failed 5.1.1", 1},
		{"before it was sent", -time.Hour - time.Second, to(hers, "", "failed", "5.1.1"), "", 0},
		{"after two weeks", reportWithin, to(hers, "", "failed", "5.1.1"), "failed 5.1.1", 1},
		{"long after", reportWithin + time.Second, to(hers, "", "failed", "5.1.1"), "", 0},
	} {
		in := sent()
		d := &decision{entry: Entry{Key: "report", Received: in.clock.Add(c.at)}, about: ours, bounce: &message.Message{Report: &message.Report{Recipients: c.to}}}
		in.update(func(tx *bolt.Tx) error { return in.recordBounce(tx, d) })
		e, _, err := in.Ledger.Outgoing(ours)
		all, _ := in.Ledger.Bounces()
		count := 0
		for _, b := range all {
			count += b.Count
		}
		if err != nil || e.Delivery != c.delivery || count != c.count {
			t.Errorf("%s: the record says %q (%v), %d refusals; want %q, %d", c.name, e.Delivery, err, count, c.delivery, c.count)
		}
	}
}

func TestALetterThatArrivesOrAnotherAddressClearsTheRecord(t *testing.T) {
	t.Parallel()
	in := newInstance(t)
	refused := func(person, address string) {
		in.update(func(tx *bolt.Tx) error {
			return in.countBounce(tx, outbox.Entry{Person: person, To: address}, "failed 5.1.1")
		})
	}
	priya := &meeting.Person{ID: "priya", Addresses: []string{"priya@example.org", "old@example.org"}}
	for range hardBounces {
		refused("priya", "priya@example.org")
		refused("jo", "jo@example.org")
	}
	if in.Ledger.reaches(priya) || !in.Ledger.reaches(&meeting.Person{ID: "sam", Addresses: []string{"priya@example.org"}}) {
		t.Error("want Priya not reached and Sam reached")
	}
	if !in.Ledger.reaches(&meeting.Person{ID: "priya", Addresses: []string{"new@example.org", "priya@example.org"}}) {
		t.Error("want Priya tried at her new first address")
	}
	refused("priya", "old@example.org")
	all, err := in.Ledger.Bounces()
	if err != nil || len(all) != 2 || all[1].Count != 1 || all[1].Address != "old@example.org" {
		t.Errorf("want the count of another address begun anew, got %+v, %v", all, err)
	}
	in.update(func(tx *bolt.Tx) error {
		return outbox.Put(tx, outbox.Mail{Key: "a", MessageID: "a@example.org", To: "jo@example.org", Person: "jo", Raw: []byte("Message-ID: <a@example.org>\r\n\r\n")}, in.clock)
	})
	d := &decision{entry: Entry{Received: in.clock}, about: "a@example.org",
		bounce: &message.Message{Report: &message.Report{Recipients: []message.Recipient{{Final: "jo@example.org", Action: "delivered", Status: "2.0.0"}}}}}
	in.update(func(tx *bolt.Tx) error { return in.recordBounce(tx, d) })
	if all, _ := in.Ledger.Bounces(); len(all) != 1 || all[0].Person != "priya" {
		t.Errorf("want Jo's record cleared by a letter that arrived, got %+v", all)
	}
}
