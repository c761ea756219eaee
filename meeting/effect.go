package meeting

// Effect is what became of one intent; the acknowledgement is written from them.
type Effect struct {
	Intent Intent   `json:"intent"`
	Result Result   `json:"result"`
	Item   string   `json:"item,omitempty"`   // the item created or changed: T7
	Items  []string `json:"items,omitempty"`  // all of them, where one intent touches several ("all discussed", "ok", "undo")
	Field  string   `json:"field,omitempty"`  // of a change: "state", "due", …
	From   string   `json:"from,omitempty"`   // its value before
	To     string   `json:"to,omitempty"`     // its value now
	Reason string   `json:"reason,omitempty"` // why it was refused, a code below
}

// Result says what Log.Apply did with an intent.
type Result string

// The results.
const (
	Added     Result = "added"     // a new item
	Changed   Result = "changed"   // an item's field
	Commented Result = "commented" // a comment on an item
	Told      Result = "told"      // nothing to store in the log, but the mail flow has something to do: help, pause, send log
	Unchanged Result = "unchanged" // it was so already
	Refused   Result = "refused"   // Reason says why; nothing was stored
)

// Why an intent is refused.
const (
	NoSuchItem    = "no-such-item"
	NotYours      = "not-yours"       // only its author, while it is new, or the one whom it waits for may do that
	TooLate       = "too-late"        // it holds for both, or has stood for a day: one side alone does not take it back any more
	Sealed        = "sealed"          // a private note is to be shared, but nobody else can open it: its text must come again
	NoKey         = "no-key"          // a private note of somebody without a password cannot be sealed, so it is not kept
	NothingToUndo = "nothing-to-undo" // or the words are gone for good
	BuiltOn       = "built-on"        // later changes built on it; Items names them, and they are left as they are
	NamesSeveral  = "names-several"   // an answer about several reports at once: each would read what is said of the other
	NoMeeting     = "no-meeting"      // there is no meeting that the mail could mean
	TooMany       = "too-many"        // more than 50 items in one mail
	KeyDamaged    = "key-damaged"     // a key from the welcome page is not whole, or none that a browser of ours made
	KeyWork       = "key-work"        // its passphrase could be tried too cheaply, or opening it takes too long
	KeyUnknown    = "key-unknown"     // the link that led to the page was never given to this person
	KeyUsed       = "key-used"        // the link was used before
	KeyExpired    = "key-expired"     // the link had its time
	KeyRevoked    = "key-revoked"     // a newer link, or the operator, took its place
	KeyOther      = "key-other"       // a new passphrase came with another key than the person has
	Outside       = "outside"         // an address of a domain that people may not bring in by mail; the operator can
	NotSupported  = "not-supported"   // understood, but this duolog cannot do it; a person must
)
