package sender

import "strings"

// A Verdict says what becomes of a mail, as far as its sender decides that.
type Verdict struct {
	Outcome   Outcome
	Reason    Reason
	Detail    string // more for the operator, one line; holds no address and no text of the mail
	Retryable bool   // hold only: the same mail may be accepted when tried again later

	// Person and Pair are whom a genuine token named, "" when there was none. They are for the
	// operator's list: only a Sender proves who wrote.
	Person, Pair string

	// Renew is set on a held mail that was all right but for the age of its token: its person may
	// be sent one letter with a fresh address, at the enrolled address.
	Renew bool

	// Quiet is set on an accepted mail that a program sent on the person's behalf, such as a
	// calendar's answer: nothing may be answered.
	Quiet bool

	// Mail is, for a bounce, the Message-ID or envelope id of our mail that it reports on; the
	// recipients and what became of them are in the message's Report.
	Mail string
}

// An Outcome is what becomes of a mail.
type Outcome string

// The outcomes.
const (
	Accept Outcome = "accept" // its Sender wrote it; go on to duplicates, rate caps and content
	Hold   Outcome = "hold"   // keep it for the operator, change nothing
	Drop   Outcome = "drop"   // note the reason, change nothing, never answer
	Bounce Outcome = "bounce" // change only the delivery record of our own mail
)

// A Reason is a short, stable name for why a mail was treated as it was. Ledgers may store it.
type Reason string

// The reasons, in the order of the checks.
const (
	OwnAddress   Reason = "own-address"
	OwnMessageID Reason = "own-message-id"
	OwnLoop      Reason = "own-loop"
	Circling     Reason = "circling"

	Delivery       Reason = "delivery-report"
	BounceUnknown  Reason = "bounce-unknown"
	BounceUnparsed Reason = "bounce-unparsed"

	Receipt       Reason = "receipt"
	MachineReport Reason = "machine-report"
	MailingList   Reason = "mailing-list"
	ListMarked    Reason = "list-marked"
	Bulk          Reason = "bulk"
	AutoReply     Reason = "auto-reply"
	Challenge     Reason = "challenge"
	Reaction      Reason = "reaction"
	NullSender    Reason = "null-sender"
	AutoSubject   Reason = "auto-subject"

	TokenMissing Reason = "token-missing"
	TokenUnknown Reason = "token-unknown"
	TokenSeveral Reason = "token-several"
	TokenRevoked Reason = "token-revoked"
	TokenExpired Reason = "token-expired"

	HeaderUnreadable Reason = "header-unreadable"
	FromMissing      Reason = "from-missing"
	FromSeveral      Reason = "from-several"
	FromMalformed    Reason = "from-malformed"
	FromOther        Reason = "from-other"

	AuthMissing   Reason = "auth-missing"
	AuthMalformed Reason = "auth-malformed"
	AuthConflict  Reason = "auth-conflict"
	AuthFail      Reason = "auth-fail"
	AuthUnaligned Reason = "auth-unaligned"
	AuthTemporary Reason = "auth-temporary"

	Proved   Reason = "proved"
	Unproved Reason = "unproved"
	Vouched  Reason = "vouched"
)

// rules says for every reason what becomes of the mail, with one sentence for the operator.
var rules = map[Reason]struct {
	outcome Outcome
	text    string
}{
	OwnAddress:   {Drop, "It comes from our own address."},
	OwnMessageID: {Drop, "It bears the Message-ID of a mail we sent: our own mail came back."},
	OwnLoop:      {Drop, "Its X-Loop field names our address: it went round in a circle."},
	Circling:     {Hold, "More than a hundred mail servers passed it on, as happens to mail that goes round in a circle; accept it if a person wrote it."},

	Delivery:       {Bounce, "A mail server reports what became of a mail of ours."},
	BounceUnknown:  {Hold, "A delivery report on a mail that we did not send."},
	BounceUnparsed: {Hold, "A mail server reports a failure in a form that only people can read; look at which mail it means."},

	Receipt:       {Drop, "A read receipt."},
	MachineReport: {Drop, "A report that machines write for machines (DMARC, TLS, abuse)."},
	MailingList:   {Drop, "It was sent through a mailing list."},
	ListMarked:    {Hold, "It lets its reader unsubscribe, as newsletters do and some programs of salespeople; accept it if a person wrote it."},
	Bulk:          {Drop, "It is marked as bulk or list mail (Precedence)."},
	AutoReply:     {Drop, "A program wrote it, such as an out-of-office assistant."},
	Challenge:     {Drop, "A spam filter asks to be answered; answers go only to enrolled persons."},
	Reaction:      {Drop, "A reaction, such as a thumb, or a recall of a mail; it has no text."},
	NullSender:    {Hold, "It has no return address, as bounces have, but says nothing of being one."},
	AutoSubject:   {Hold, "Its subject is that of an automatic answer; accept it if a person wrote it."},

	TokenMissing: {Hold, "It was not sent to the address of any letter of ours, nor does it answer one."},
	TokenUnknown: {Hold, "The address it was sent to was never given out."},
	TokenSeveral: {Hold, "It bears the tokens of several persons or pairs, so that it is not clear whom it is meant for."},
	TokenRevoked: {Hold, "The address it was sent to was revoked."},
	TokenExpired: {Hold, "The address it was sent to has expired."},

	HeaderUnreadable: {Hold, "Its header is damaged so that its From field cannot be trusted."},
	FromMissing:      {Hold, "It has no From field."},
	FromSeveral:      {Hold, "It names several authors."},
	FromMalformed:    {Hold, "Its From field is not one well-formed address."},
	FromOther:        {Hold, "Its author is not the person to whom the address it was sent to belongs."},

	AuthMissing:   {Hold, "Our mail server wrote no result of authentication on it; see sender.method in the configuration."},
	AuthMalformed: {Hold, "Our mail server's result of authentication cannot be read without doubt."},
	AuthConflict:  {Hold, "Results of authentication contradict each other."},
	AuthFail:      {Hold, "It failed authentication: its From address is probably forged."},
	AuthUnaligned: {Hold, "Nobody vouches for its From address: a signature is missing or of another domain."},
	AuthTemporary: {Hold, "Authentication could not be finished for a passing reason; try again later."},

	Proved:   {Accept, "Token, address and authentication agree."},
	Unproved: {Accept, "Token and address agree; authentication is turned off (trust: insecure)."},
	Vouched:  {Accept, "The operator accepted it."},
}

// Explain is one sentence on the reason for the operator, "" when it is none of this package's.
func (r Reason) Explain() string { return rules[r].text }

// maxDetail bounds what a stranger's words can add to a list.
const maxDetail = 80

// because is the verdict that belongs to a reason.
func because(r Reason, detail string) Verdict {
	detail = strings.ToValidUTF8(detail[:min(len(detail), maxDetail)], "")
	return Verdict{Outcome: rules[r].outcome, Reason: r, Detail: detail, Retryable: r == AuthTemporary}
}
