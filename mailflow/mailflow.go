// Package mailflow carries mail both ways: replies into the log, letters out of it.
//
// This is the tour of the house, from the ground up.
//
// Package meeting is the domain and nothing else: people, pairs, topics, actions; intents change a Log, and Due says which
// letters a pair owes. Package content keeps a Log as Markdown files.
//
// A letter comes in (receive.go, top to bottom). Package inbox reads it from the mailbox, every byte or not at all. Package
// message takes the raw bytes apart within fixed limits. Package sender says which person truly sent it: only it can make a
// Sender, so nothing is ever read on the word of a From header. Package newtext finds what the person newly wrote, package
// reply what that text asks for. The log changes, and the acknowledgement is queued.
//
// A letter goes out (remind.go, top to bottom). meeting.Due names the occasions, package letter writes each, package outbox
// makes it durable before it dials and sends it once. What calendar programs send and offer package ical reads; package oauth
// gets the tokens of servers that take no passwords.
//
// Pages are a route of their own: site.Build has Hugo render the pairs that changed, package seal encrypts each page for its
// readers, package host brings them to where they are hosted. Site and mailflow know nothing of each other; cmd/duolog, the
// verbs, has both. Package stumble, below them all, makes an error of a panic. Package mailtest is a mail provider in one
// process, for the tests and for the demo, whose people are in content/sample.
//
// The rule that a newcomer would break is the order of effects: the decision is journaled in the ledger, then the Markdown
// is changed, then the answer is queued, and only then is the mail moved. Stopping anywhere and starting again changes
// nothing more, because every step carries the identity of the mail and recognises its own work. The mailbox is only
// transport; the ledger is the truth about which mails were dealt with.
package mailflow

import (
	"context"
	"log/slog"
	"time"

	"duolog/content"
	"duolog/mailflow/sender"
	"duolog/meeting"
	"duolog/stumble"
)

// Flow is everything that the two routes need. One Flow at a time works on an instance (content.Lock).
type Flow struct {
	Content *content.Store
	Ledger  *Ledger
	Policy  sender.Policy // its Register has all people and pairs as they are now
	Partial bool          // some pairs could not be read, so an unknown token may be one of theirs: such mail is tried again

	Address string // the mailbox that people write to, without token
	Name    string // its display name

	// Domains are those whose addresses a hand-over by mail may enrol: "example.org". Empty: those of the people enrolled already.
	Domains []string

	DoneFolder string // of the mailbox, for mails that were dealt with
	HeldFolder string // of the mailbox, for mails that wait for the operator

	// Seal encrypts a private note to its author's recipient, as armored text.
	Seal func(recipient, text string) (string, error)
	// Keys makes and judges people's keys.
	Keys Keys
	// Page is the link to a person's log, "" when there is no site.
	Page func(person *meeting.Person) string
	// Committed is told after the log changed, once per batch: each reply that changed it, and the files written. It may be nil.
	Committed func(ctx context.Context, replies []Commit, files []string)

	DryRun bool // decide everything, change nothing
	Now    func() time.Time
	Log    *slog.Logger // silent when nil

	reminding, carrying *diary // when Remind and CarryOut have to look at each pair again

	stopAt func(step string) error // of tests alone: makes a step fail, or ends the process there
}

// Commit says that one reply changed a pair's log.
type Commit struct {
	By      *meeting.Person
	Pair    string
	At      time.Time // when it was received
	Changes int
}

// validity is how long a letter's token works.
const validity = 200 * 24 * time.Hour

func (f *Flow) now() time.Time {
	if f.Now == nil {
		return time.Now()
	}
	return f.Now()
}

func (f *Flow) logger() *slog.Logger {
	if f.Log == nil {
		return slog.New(slog.DiscardHandler)
	}
	return f.Log
}

// afresh forgets, after a stumble, what was half changed in memory. It is deferred before stumble.Catch, so that it comes after it.
func (f *Flow) afresh(err *error) {
	if stumble.In(*err) {
		f.Content.Reload()
	}
}

// Seats lists who sits in which pair, for sender.NewRegister. Broken files are reported beside the seats of the others.
func Seats(store *content.Store) ([]sender.Seat, error) {
	roll, problem := store.Roll()
	var seats []sender.Seat
	for _, e := range roll {
		for _, p := range []*meeting.Person{e.Manager, e.Report} {
			seats = append(seats, sender.Seat{Person: p.ID, Pair: e.Pair.ID, Addresses: p.Addresses, Epoch: e.Pair.Epoch})
		}
	}
	return seats, problem
}
