package mailflow

import (
	"regexp"
	"strings"
	"time"

	bolt "go.etcd.io/bbolt"

	"duolog/mailflow/message"
)

// A mail may come again under another Message-ID: some gateways, mailing tools and moves between servers write a new one. It is
// known again by what two mails never share: the id it had before, a signature, a boundary that was drawn by chance. Words and
// date alone do for some minutes (see resent.go): people answer "ok" twice.

// rememberAliases is for how long a mail is known again under another Message-ID.
const rememberAliases = 30 * 24 * time.Hour

var bucketAliases = []byte("aliases") // alias → alias

// alias is a mail's other name.
type alias struct {
	Key string    `json:"key"` // of the mail
	At  time.Time `json:"at"`  // when it was received
}

// formerIDs are fields in which whoever writes a new Message-ID keeps the one before.
var formerIDs = []string{"Message-ID", "X-Google-Original-Message-ID", "X-Microsoft-Original-Message-ID", "X-Original-Message-ID", "Original-Message-ID"}

var (
	signedBy = regexp.MustCompile(`(?:^|;)\s*b\s*=\s*([A-Za-z0-9+/=\s]{40,})`) // RFC 6376, 3.5
	boundary = regexp.MustCompile(`(?i);\s*boundary\s*=\s*"?([^";\s]{24,70})`)
)

// aliases are the names under which the accepted mail of one person to one pair would be known again. Those by signature and
// boundary hold only together with its date and with what it answers.
func (x *examined) aliases() []string {
	hash := x.m.ContentHash()
	name := func(kind string, parts ...string) string {
		all := [][]byte{[]byte(kind), []byte(x.sender.Person()), []byte(x.sender.Pair()), hash[:]}
		for _, p := range parts {
			all = append(all, []byte(p))
		}
		return digest(all...)
	}
	var names []string
	for _, field := range formerIDs {
		for _, v := range x.m.Header.Values(field) {
			if id := strings.Trim(v, "<> \t"); id != "" {
				names = append(names, name("id", id))
			}
		}
	}
	date := strings.Join(x.m.Header.Values("Date"), "\n")
	if date == "" {
		return names
	}
	for _, drawn := range drawnByChance(x.m.Header) {
		names = append(names, name("drawn", date, x.sender.Answers(), drawn))
	}
	return names
}

func drawnByChance(h message.Header) []string {
	var all []string
	for _, v := range h.Values("DKIM-Signature") {
		if b := signedBy.FindStringSubmatch(v); b != nil {
			all = append(all, strings.Join(strings.Fields(b[1]), ""))
		}
	}
	for _, v := range h.Values("Content-Type") {
		if b := boundary.FindStringSubmatch(v); b != nil && strings.ContainsAny(b[1], "0123456789") {
			all = append(all, b[1])
		}
	}
	return all
}

// knownAs returns the key of the accepted mail that had one of the names, "" when none did.
func (k *desk) knownAs(names []string) (key string) {
	for _, name := range names {
		if key := k.aliases[name]; key != "" {
			return key
		}
	}
	_ = k.flow.Ledger.DB.View(func(tx *bolt.Tx) error {
		bucket := tx.Bucket(bucketAliases)
		for _, name := range names {
			var a alias
			if bucket != nil && getJSON(bucket, name, &a) == nil && a.Key != "" {
				key = a.Key
			}
		}
		return nil
	})
	return key
}

// putAliases remembers the names of an accepted mail. The one under which it may be sent again is that of the last such mail.
func putAliases(tx *bolt.Tx, e Entry, names []string, resend string) error {
	if e.Outcome != Accepted || len(names) == 0 && resend == "" {
		return nil
	}
	bucket, err := tx.CreateBucketIfNotExists(bucketAliases)
	if err != nil {
		return err
	}
	for _, name := range names {
		if bucket.Get([]byte(name)) != nil {
			continue
		}
		if err := putJSON(bucket, name, alias{e.Key, e.Received}); err != nil {
			return err
		}
	}
	if resend == "" {
		return nil
	}
	return putJSON(bucket, resend, alias{e.Key, e.Received})
}
