// Package inbox reads the mailbox that replies come to, over IMAP.
//
// The mailbox is transport, never truth: which mails were dealt with is the
// ledger's to say. So a Session asks for every UID and lets the caller name
// those it knows; it never asks for UNSEEN mail or for mail since a date,
// because other programs touch flags and clocks differ. A mail counts as read
// only if every byte of it came (see Fetch), it is moved only when the caller
// says so, and nothing is expunged but by Delete and Expire.
//
// This is the only package that knows go-imap; the traps of its v2.0.0-beta.8
// are met here: no command timeout (conn.go), a Move fallback that loses mail
// when COPY is refused (file.go), an IDLE whose end goes unnoticed (watch.go).
//
// Standards: RFC 3501 and 9051 (IMAP4rev1, rev2), 2177 (IDLE), 4315 (UIDPLUS),
// 6851 (MOVE), 7628 (OAUTHBEARER).
package inbox

import (
	"bytes"
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"time"
)

// Limits on what is read. They belong to the mail path's promises rather than
// to a configuration: everything after the inbox is sized by them.
const (
	// MaxSize is the size in octets up to which a mail is read whole.
	MaxSize = 10 << 20
	// MaxHeader is how much of a larger mail is read: the start of its header.
	MaxHeader = 256 << 10
)

// Config says which mailbox to read and how to reach it.
type Config struct {
	// Host is the IMAP server's name, as in its certificate. No default.
	// Example: imap.example.org
	Host string
	// Port is the server's TCP port. Default: 993 with TLS implicit, else 143.
	Port int
	// TLS says how the connection is protected: implicit, starttls, or none,
	// which is taken only for a loopback address. Default: implicit.
	TLS string
	// Username is the login name. No default. Example: 1on1@example.org
	Username string
	// Password is the password itself, read by the caller from its file or the
	// environment. Unused with a Token.
	Password string
	// Secret gives the password as it is now and is asked at each login instead
	// of Password, so that Watch takes over a new one. Default: nil.
	Secret func() (string, error)
	// Mechanism is how to log in: plain, xoauth2 or oauthbearer.
	// Default: plain without a Token, xoauth2 with one.
	Mechanism string
	// Token gives a fresh OAuth 2.0 access token for xoauth2 and oauthbearer.
	// It is asked at every login and may refresh. Default: nil.
	Token func(ctx context.Context) (string, error)
	// Mailbox is where replies arrive. Default: INBOX.
	Mailbox string
	// Done is the folder for mails that were dealt with; it is made if missing.
	// Default: Done. Example: 1on1/Done
	Done string
	// Held is the folder for mails that wait for the operator; it is made if
	// missing. Default: Held.
	Held string
	// ApproximateSize says that the server reports RFC822.SIZE only roughly,
	// as Exchange does unless told otherwise. Sizes are then compared with the
	// literal alone. Default: false.
	ApproximateSize bool
	// RootCAs are the certificate authorities to trust. Default: the system's.
	RootCAs *x509.CertPool
	// DialContext opens the connection. Default: a net.Dialer with 30 s.
	DialContext func(ctx context.Context, network, address string) (net.Conn, error)
}

// ErrLogin tells that the server refused the name, password or token: trying
// again without a change of configuration is pointless.
var ErrLogin = errors.New("login refused")

// ErrStale tells that the mailbox was made anew on the server (UIDVALIDITY
// changed), so that ids from before name nothing: ask Unknown again.
var ErrStale = errors.New("mailbox was renumbered by the server")

// ErrNotExpunged tells that mails were marked as deleted but are still there,
// because a server without UIDPLUS can only expunge everybody's marked mails.
var ErrNotExpunged = errors.New("server cannot expunge single mails")

// errUnread is why a mail that the server lists could not be read.
var errUnread = errors.New("server did not deliver the whole mail")

// ID names one mail of one mailbox for as long as the server keeps its
// numbering. The same mail has another ID after a move or a renumbering: the
// identity that counts is the ledger's.
type ID struct {
	Validity uint32 // UIDVALIDITY of the mailbox
	UID      uint32
}

// String gives the id as it is logged: validity/uid.
func (id ID) String() string { return fmt.Sprintf("%d/%d", id.Validity, id.UID) }

// Message is one mail as the mailbox holds it.
type Message struct {
	// ID is zero for a message that did not come from a mailbox.
	ID ID
	// Received is when the mail reached the mailbox (INTERNALDATE): the only
	// clock that decisions about the mail may use.
	Received time.Time
	// Raw is the complete mail, byte for byte; the start of its header only if
	// TooLarge; nil if Broken.
	Raw []byte
	// Size is the size in octets that the server states for the whole mail.
	Size int64
	// TooLarge tells that the mail exceeds MaxSize and was not read whole.
	TooLarge bool
	// Broken, if not nil, tells why the mail could not be read in three
	// attempts although the server lists it. Such a mail must be held.
	Broken error
}

// ReadMessage reads one raw message from r, as an MTA pipes it, with the same
// size gate as Fetch.
func ReadMessage(r io.Reader, received time.Time) (Message, error) {
	raw, err := io.ReadAll(io.LimitReader(r, MaxSize+1))
	if err != nil {
		return Message{}, fmt.Errorf("read message: %w", err)
	}
	m := Message{Received: received, Raw: raw, Size: int64(len(raw))}
	if len(raw) <= MaxSize {
		return m, nil
	}
	rest, err := io.Copy(io.Discard, r)
	if err != nil {
		return Message{}, fmt.Errorf("read message: %w", err)
	}
	m.Size += rest
	m.TooLarge = true
	m.Raw = headerOf(raw)
	return m, nil
}

// headerOf gives the header of raw with its empty line, at most MaxHeader.
func headerOf(raw []byte) []byte {
	head := raw[:min(len(raw), MaxHeader)]
	for _, end := range []string{"\r\n\r\n", "\n\n"} {
		if i := bytes.Index(head, []byte(end)); i >= 0 {
			return bytes.Clone(head[:i+len(end)])
		}
	}
	return bytes.Clone(head)
}
