package mailflow

import (
	"crypto/rand"
	"encoding/base32"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	bolt "go.etcd.io/bbolt"

	"duolog/mailflow/letter"
	"duolog/mailflow/message"
	"duolog/mailflow/outbox"
	"duolog/mailflow/reply"
	"duolog/meeting"
)

// Keys makes and judges people's keys. With the zero value nobody comes to a password by mail.
type Keys struct {
	Welcome string // address of the page on which people make their key, "" when there is no site

	// Accept takes the key that somebody's browser made and returns the wrapped identity as it is kept, or why it is refused:
	// meeting.KeyWork or meeting.KeyDamaged.
	Accept func(recipient string, wrapped []byte) (identity, refusal string)
	// New makes a key under a fresh passphrase, of which nothing is kept.
	New func() (passphrase, recipient, identity string, err error)
	// Words names a recipient in a few words, for people to compare.
	Words func(recipient string) string
}

// enrolFor is how long a link to the page works.
const enrolFor = 14 * 24 * time.Hour

// bucketLinks has the one-time tokens of the links to the welcome page: token → link.
var bucketLinks = []byte("enrolment links")

// link is one link that was mailed to one person.
type link struct {
	Person  string    `json:"person"`
	Expires time.Time `json:"expires"`
	Used    string    `json:"used,omitempty"`    // key of the mail that used it up
	Revoked bool      `json:"revoked,omitempty"` // a newer one, a new key or the operator took its place
}

var tokenAlphabet = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// newLink makes a link for the person that works once.
func (f *Flow) newLink(tx *bolt.Tx, person *meeting.Person, replyTo string) (string, error) {
	secret := make([]byte, 10)
	_, _ = rand.Read(secret)
	token := tokenAlphabet.EncodeToString(secret)
	bucket, err := tx.CreateBucketIfNotExists(bucketLinks)
	if err != nil {
		return "", err
	}
	if err := putJSON(bucket, token, link{Person: person.ID, Expires: f.now().Add(enrolFor)}); err != nil {
		return "", err
	}
	address := fmt.Sprintf("%s#t=%s&to=%s&l=%s", f.Keys.Welcome, token, url.QueryEscape(replyTo), url.QueryEscape(person.Language))
	if f.Page != nil {
		if _, own, ok := strings.Cut(f.Page(person), "#"); ok { // whose old password may be known still
			address += "&" + own
		}
	}
	return address, nil
}

// revokeLinks ends all links of a person that were not used.
func revokeLinks(tx *bolt.Tx, person string) error {
	bucket := tx.Bucket(bucketLinks)
	if bucket == nil {
		return nil
	}
	return rewrite(bucket, "", func(l *link) bool {
		if l.Person != person || l.Used != "" || l.Revoked {
			return false
		}
		l.Revoked = true
		return true
	})
}

// RevokeLinks ends all links to the welcome page that the person was mailed and did not use.
func (l *Ledger) RevokeLinks(person string) error {
	return l.DB.Update(func(tx *bolt.Tx) error { return revokeLinks(tx, person) })
}

// useLink notes which mail used up a link. All others of the same person end.
func useLink(tx *bolt.Tx, token, person, mail string) error {
	bucket, err := tx.CreateBucketIfNotExists(bucketLinks)
	if err != nil {
		return err
	}
	var l link
	if err := getJSON(bucket, token, &l); err != nil {
		return err
	}
	l.Used = mail
	return errors.Join(putJSON(bucket, token, l), revokeLinks(tx, person))
}

func (l *Ledger) link(token string) (found link) {
	_ = l.DB.View(func(tx *bolt.Tx) error {
		if bucket := tx.Bucket(bucketLinks); bucket != nil {
			return getJSON(bucket, token, &found)
		}
		return nil
	})
	return found
}

// enrol decides about the key that a mail brings, wherever in the mail it stands: it is the link's token that makes it the
// answer to our mail, not its place. A key in quoted text counts as long as its link was not used; without one, which only changes the
// passphrase, it would bring an old passphrase back.
func (k *desk) enrol(d *decision, m *message.Message, log *meeting.Log) {
	intents := &d.reading.Intents
	isKey := func(in meeting.Intent) bool { return in.Kind == meeting.EnrolKey }
	at := slices.IndexFunc(*intents, isKey)
	var key *reply.Key
	var err error
	if at >= 0 {
		key, err = reply.FindKey((*intents)[at].Text)
	}
	if key == nil {
		var quoted *reply.Key
		if quoted, err = reply.FindKey(m.Text, m.HTML); quoted != nil && quoted.Token != "" {
			key = quoted
		} else if at >= 0 {
			err = reply.ErrKey
		}
	}
	if at < 0 && (key == nil || k.refuses(d.entry, key, log) != "") {
		return // nothing, or an old one in the quotation
	}
	d.enrols = true
	in := meeting.Intent{Kind: meeting.EnrolKey, Pos: 1}
	if at >= 0 {
		in.Pos = (*intents)[at].Pos
	} else {
		in.Pos = len(*intents) + 1
	}
	switch {
	case err != nil:
		in.Reason = meeting.KeyDamaged
	case k.flow.Keys.Accept == nil:
		in.Reason = meeting.NotSupported
	default:
		in.Reason = k.refuses(d.entry, key, log)
	}
	if in.Reason == "" {
		var identity string
		if identity, in.Reason = k.flow.Keys.Accept(key.Recipient, key.Wrapped); in.Reason == "" {
			in.Text = key.Recipient + "\n" + identity
			d.token = key.Token
			k.usedUp(key.Token, d.entry)
		}
	}
	*intents = append([]meeting.Intent{in}, slices.DeleteFunc(*intents, isKey)...)
}

// refuses tells why a key may not be taken from this mail, "" when it may: another wrapping of the key that the person has
// needs no link, everything else one that was mailed to that person and is fresh.
func (k *desk) refuses(e Entry, key *reply.Key, log *meeting.Log) string {
	same := log.Person(e.Person).Recipient == key.Recipient
	if key.Token == "" {
		if same {
			return ""
		}
		return meeting.KeyOther
	}
	l, known := k.links[key.Token]
	if !known {
		l = k.flow.Ledger.link(key.Token)
	}
	switch {
	case l.Person != e.Person:
		return meeting.KeyUnknown
	case l.Used != "" && l.Used != e.Key:
		return meeting.KeyUsed
	case l.Revoked || k.keyed[e.Person] && l.Used == "":
		return meeting.KeyRevoked
	case !e.Received.Before(l.Expires):
		return meeting.KeyExpired
	}
	return ""
}

// usedUp remembers a link for the later mails of the same batch, as if it were journaled already.
func (k *desk) usedUp(token string, e Entry) {
	if token != "" {
		k.links[token] = link{Person: e.Person, Used: e.Key}
		k.keyed[e.Person] = true
	}
}

// enrolLink makes the link of a letter that leads to the welcome page. One that was asked for ends those before it; who is
// welcomed in several pairs may take any.
func (f *Flow) enrolLink(tx *bolt.Tx, r letter.Request) (string, error) {
	if !f.asksLink(r) {
		return "", nil
	}
	stamp, err := f.stamp(r.Occasion)
	if err == nil && r.Occasion.Kind != meeting.LetterWelcome {
		err = revokeLinks(tx, r.Occasion.Person)
	}
	if err != nil {
		return "", err
	}
	return f.newLink(tx, r.Log.Person(r.Occasion.Person), stamp.ReplyTo)
}

// asksLink tells whether the letter leads to the welcome page.
func (f *Flow) asksLink(r letter.Request) bool {
	if f.Keys.Welcome == "" {
		return false
	}
	wants := func(e meeting.Effect) bool {
		return e.Intent.Kind == meeting.NewPassword && e.Intent.State != meeting.ByMail && e.Result == meeting.Told
	}
	switch r.Occasion.Kind {
	case meeting.LetterWelcome:
		return r.Log.Person(r.Occasion.Person).Recipient == ""
	case meeting.LetterPassword:
		return r.Occasion.Stage != meeting.StageMade
	}
	return slices.ContainsFunc(r.Effects, wants)
}

// keyWords names the key that a reply brought.
func (f *Flow) keyWords(effects []meeting.Effect) string {
	for _, e := range effects {
		if e.Intent.Kind == meeting.EnrolKey && e.Result != meeting.Refused && f.Keys.Words != nil {
			return f.Keys.Words(e.To)
		}
	}
	return ""
}

// mailPassword queues the letter that brings a password, for who asked for one in the mail. What is queued has no password:
// Fresh makes it.
func (f *Flow) mailPassword(tx *bolt.Tx, d *decision, log *meeting.Log) error {
	byMail := func(e meeting.Effect) bool {
		return e.Intent.Kind == meeting.NewPassword && e.Intent.State == meeting.ByMail && e.Result == meeting.Told
	}
	if f.Keys.New == nil || f.Keys.Welcome == "" || !slices.ContainsFunc(d.entry.Effects, byMail) {
		return nil
	}
	o := f.answerTo(d, meeting.LetterPassword)
	o.Key, o.Stage = "password/"+d.entry.Key, meeting.StageMade
	return f.send(tx, letter.Request{Occasion: o, Log: log, Now: f.now()}, "")
}

// Invite queues the letter that leads a person to the page where they make a key. Links mailed before end.
func (f *Flow) Invite(pair, person string) error {
	if f.Keys.Welcome == "" {
		return errors.New("there is no site to make a password on")
	}
	f.Content.Reload()
	log, err := f.Content.Log(pair)
	if err != nil {
		return err
	}
	now := f.now()
	o := meeting.Occasion{
		Key: fmt.Sprintf("%s/password/%s/%d", pair, person, now.UnixNano()), Kind: meeting.LetterPassword, Pair: pair, Person: person,
		At: now, Until: now.Add(retryFor),
	}
	return f.Ledger.DB.Update(func(tx *bolt.Tx) error { return f.send(tx, letter.Request{Occasion: o, Log: log, Now: now}, "") })
}

// Fresh writes a letter that brings a password, at the moment it is sent, for outbox.Queue. The key is kept, then the letter
// handed over, and nothing keeps the password: each attempt makes another. Who calls it holds the lock of the instance.
func (f *Flow) Fresh(e outbox.Entry) ([]byte, error) {
	f.Content.Reload()
	log, err := f.Content.Log(e.Pair)
	if err != nil {
		return nil, err
	}
	stamp, err := f.Policy.Register.Stamp(e.Person, e.Pair, e.Key, f.now().Add(validity))
	if err != nil {
		return nil, err
	}
	sent, ok := f.Ledger.Letter(stamp.Mark)
	person := log.Person(e.Person)
	if !ok || person == nil || f.Keys.New == nil {
		return nil, fmt.Errorf("letter %s: nothing is known of it any more", e.Key)
	}
	r := letter.Request{Occasion: sent.Occasion, Log: log, Now: f.now()}
	if r.Password, person.Recipient, person.Identity, err = f.Keys.New(); err != nil {
		return nil, err
	}
	if f.Page != nil { // the link is made of the key
		r.PageURL = f.Page(person)
	}
	if err := f.Content.SavePerson(person); err != nil {
		return nil, err
	}
	if err := f.Ledger.RevokeLinks(person.ID); err != nil {
		return nil, err
	}
	w, err := f.write(r, "")
	return w.raw, err
}
