package mailflow

import (
	"errors"
	"fmt"
	"html"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"duolog/content"
	"duolog/mailflow/mailtest"
	"duolog/mailflow/reply"
	"duolog/meeting"
)

// theKeys stand in for package seal: a key is wrapped weakly when it says so.
func theKeys() Keys {
	made := 0
	return Keys{
		Welcome: "https://log.example.org/welcome/",
		Accept: func(recipient string, wrapped []byte) (string, string) {
			if strings.HasPrefix(string(wrapped), "weak") {
				return "", meeting.KeyWork
			}
			return "ARMORED " + string(wrapped), ""
		},
		New: func() (passphrase, recipient, identity string, err error) {
			made++
			return fmt.Sprintf("%s-passphrase-%d", canary, made), fmt.Sprintf("age1made%d", made), fmt.Sprintf("ARMORED made %d", made), nil
		},
		Words: func(recipient string) string { return "the words of " + recipient[:6] },
	}
}

// enrolling is an instance with a site. Jo has no key yet.
func enrolling(t *testing.T) *instance {
	t.Helper()
	in := newInstance(t)
	in.Keys = theKeys()
	return in
}

// browserKey is what the page hands back.
func browserKey(token, name string) string {
	return reply.Key{Token: token, Recipient: "age1" + name + strings.Repeat("q", 58-len(name)), Wrapped: []byte("wrapped by " + name)}.String()
}

// lines breaks the key as the page does.
func lines(key string) string {
	var b strings.Builder
	b.WriteString("[Please send this mail as it is.]\n\n")
	for ; len(key) > 56; key = key[56:] {
		b.WriteString(key[:56] + "\n")
	}
	return b.String() + key
}

var linkAddress = regexp.MustCompile(`https://log\.example\.org/welcome/#(\S+)`)

// asked lets a person ask for a link and returns what is behind its "#".
func (in *instance) asked(person, pair string) url.Values {
	in.t.Helper()
	in.put(mail{from: person, pair: pair, text: "new password"})
	in.receive()
	in.flush()
	return in.lastLink(person)
}

func (in *instance) lastLink(person string) url.Values {
	in.t.Helper()
	mails := in.arrived(person)
	found := linkAddress.FindStringSubmatch(mails[len(mails)-1].Text)
	if found == nil {
		in.t.Fatalf("want a link in the last letter, got:\n%s", mails[len(mails)-1].Text)
	}
	values, err := url.ParseQuery(found[1])
	if err != nil {
		in.t.Fatal(err)
	}
	return values
}

func (in *instance) person(id string) *meeting.Person {
	in.t.Helper()
	p, err := content.Open(in.Content.Dir()).Person(id)
	if err != nil {
		in.t.Fatal(err)
	}
	return p
}

// lastLetter is the text of the newest mail in a person's mailbox.
func (in *instance) lastLetter(person string) string {
	in.t.Helper()
	in.flush()
	mails := in.arrived(person)
	if len(mails) == 0 {
		in.t.Fatalf("no letter to %s", person)
	}
	return mails[len(mails)-1].Text
}

func TestAKeyFromTheWelcomePageIsTakenOnceAndConfirmed(t *testing.T) {
	t.Parallel()
	in := enrolling(t)
	link := in.asked("jo", "jo-sam")
	if !strings.HasPrefix(link.Get("to"), "1on1+") || link.Get("l") != "de" {
		t.Errorf("want the reply address and the language in the link, got %v", link)
	}
	in.put(mail{from: "jo", pair: "jo-sam", to: link.Get("to"), text: lines(browserKey(link.Get("t"), "jo"))})
	r := in.receive()
	equal(t, "outcomes", []string{"accepted proved"}, outcomes(r))
	equal(t, "pairs to build", []string{"jo-sam"}, r.Pairs)
	if p := in.person("jo"); !strings.HasPrefix(p.Recipient, "age1joq") || p.Identity != "ARMORED wrapped by jo" {
		t.Errorf("want the key kept, got %q %q", p.Recipient, p.Identity)
	}
	equal(t, "topics", nil, in.topics("jo-sam"))
	if text := in.lastLetter("jo"); !strings.Contains(text, "the words of age1jo") {
		t.Errorf("want the fingerprint confirmed, got:\n%s", text)
	}

	before := in.store()
	in.put(mail{from: "jo", pair: "jo-sam", text: lines(browserKey(link.Get("t"), "mallory"))})
	in.receive()
	sameFiles(t, before, in.store())
	if text := in.lastLetter("jo"); !strings.Contains(text, "schon benutzt") {
		t.Errorf("want the second use refused in plain words, got:\n%s", text)
	}
}

func TestPrivateNotesAreKeptAsSoonAsThereIsAKey(t *testing.T) {
	t.Parallel()
	in := enrolling(t)
	link := in.asked("jo", "jo-sam")
	in.put(mail{from: "jo", pair: "jo-sam", text: lines(browserKey(link.Get("t"), "jo")) + "\n\nprivat: " + canary})
	in.receive()
	in.put(mail{from: "jo", pair: "jo-sam", text: "privat: mein " + canary})
	in.receive()
	if sealed := in.store()["pairs/jo-sam/private/jo.md"]; !strings.Contains(sealed, secretKey) {
		t.Errorf("want a sealed note, got %q", sealed)
	}
	in.noCanary()
}

func TestOnlyAFreshLinkOfOnesOwnBringsAKey(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		change func(in *instance, link url.Values)
		text   func(token string) string
		says   string
	}{
		"foreign": {func(in *instance, link url.Values) { link.Set("t", in.asked("priya", "priya-sam").Get("t")) }, nil, "nie gegeben"},
		"unknown": {func(_ *instance, link url.Values) { link.Set("t", "aaaabbbbccccdddd") }, nil, "nie gegeben"},
		"expired": {func(in *instance, _ url.Values) { in.clock = in.clock.Add(enrolFor + time.Minute) }, nil, "abgelaufen"},
		"replaced": {func(in *instance, _ url.Values) {
			in.clock = in.clock.Add(25 * time.Hour)
			in.asked("jo", "jo-sam")
		}, nil, "ersetzt"},
		"revoked": {func(in *instance, _ url.Values) {
			if err := in.Ledger.RevokeLinks("jo"); err != nil {
				in.t.Fatal(err)
			}
		}, nil, "ersetzt"},
		"none": {func(_ *instance, link url.Values) { link.Set("t", "") }, nil, "nicht deiner"},
		"cut":  {nil, func(token string) string { return lines(browserKey(token, "jo"))[:120] }, "kein ganzer Schlüssel"},
		"too weak": {nil, func(token string) string {
			return reply.Key{Token: token, Recipient: "age1" + strings.Repeat("q", 58), Wrapped: []byte("weak")}.String()
		}, "zu billig"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in := enrolling(t)
			link := in.asked("jo", "jo-sam")
			if row.change != nil {
				row.change(in, link)
			}
			text := lines(browserKey(link.Get("t"), "jo"))
			if row.text != nil {
				text = row.text(link.Get("t"))
			}
			before := in.store()
			in.put(mail{from: "jo", pair: "jo-sam", text: text})
			equal(t, "outcomes", []string{"accepted proved"}, outcomes(in.receive()))
			sameFiles(t, before, in.store())
			if got := in.lastLetter("jo"); !strings.Contains(got, row.says) {
				t.Errorf("want %q, got:\n%s", row.says, got)
			}
			if row.text != nil { // a slip does not use up the link
				in.put(mail{from: "jo", pair: "jo-sam", text: lines(browserKey(link.Get("t"), "jo"))})
				in.receive()
				if in.person("jo").Recipient == "" {
					t.Error("want the link to work still after a slip")
				}
			}
		})
	}
}

func TestAKeyByAnUnprovenMailChangesNothing(t *testing.T) {
	t.Parallel()
	in := enrolling(t)
	link := in.asked("jo", "jo-sam")
	before := in.store()
	text := lines(browserKey(link.Get("t"), "mallory"))
	in.put(mail{from: "jo", pair: "jo-sam", text: text, results: "dmarc=fail header.from=example.org"})
	in.put(mail{from: "mallory@evil.example", to: link.Get("to"), text: text})
	in.put(mail{from: "priya", text: text})
	in.receive()
	sameFiles(t, before, in.store())
	in.put(mail{from: "jo", pair: "jo-sam", text: text})
	in.receive()
	if in.person("jo").Recipient == "" {
		t.Error("want the link unused by all of them")
	}
}

func TestAKeyIsFoundHoweverTheMailProgramWroteIt(t *testing.T) {
	t.Parallel()
	for name, wrap := range map[string]func(text string) mail{
		"quoted by the mail program": func(text string) mail {
			return mail{text: "On Tuesday, 1:1 log wrote:\n> " + strings.ReplaceAll(text, "\n", "\n> ")}
		},
		"HTML alone": func(text string) mail {
			return mail{header: "Content-Type: text/html; charset=utf-8\r\n", text: "<html><body><p>" + strings.ReplaceAll(html.EscapeString(text), "\n", "<br>") + "</p></body></html>"}
		},
		"quoted in HTML": func(text string) mail {
			return mail{header: "Content-Type: text/html; charset=utf-8\r\n", text: "<html><body><p>see below</p><blockquote type=cite><div>" + strings.ReplaceAll(html.EscapeString(text), "\n", "</div><div>") + "</div></blockquote></body></html>"}
		},
		"smart quotes": func(text string) mail {
			return mail{text: "“" + strings.ReplaceAll(text, "\n", "”\n“") + "”\n—\nJo"}
		},
		"wrapped anew": func(text string) mail {
			head, key, _ := strings.Cut(text, "duologkey1")
			key = "duologkey1" + strings.ReplaceAll(key, "\n", "")
			var b strings.Builder
			for i, c := range key {
				if b.WriteRune(c); i%41 == 40 {
					b.WriteString(" \n  ")
				}
			}
			return mail{text: head + b.String() + "\n\nVon meinem iPhone gesendet"}
		},
		"above a signature": func(text string) mail { return mail{text: text + "\n-- \nJo Weiss\nBerlin"} },
		"private subject":   func(text string) mail { return mail{text: text, subject: "private: password"} },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in := enrolling(t)
			link := in.asked("jo", "jo-sam")
			m := wrap(lines(browserKey(link.Get("t"), "jo")))
			m.from, m.pair = "jo", "jo-sam"
			in.put(m)
			in.receive()
			if p := in.person("jo"); !strings.HasPrefix(p.Recipient, "age1joq") {
				t.Fatalf("want the key kept, got %q\n%s", p.Recipient, in.lastLetter("jo"))
			}
			for _, topic := range in.topics("jo-sam") {
				if strings.Contains(topic, "duolog") || len(topic) > 40 {
					t.Errorf("the key became a topic: %q", topic)
				}
			}
		})
	}
}

func TestANewPassphraseForTheSameKeyNeedsNoLink(t *testing.T) {
	t.Parallel()
	in := enrolling(t)
	link := in.asked("jo", "jo-sam")
	in.put(mail{from: "jo", pair: "jo-sam", text: browserKey(link.Get("t"), "jo")})
	in.receive()
	in.flush()
	recipient := in.person("jo").Recipient
	in.put(mail{from: "jo", pair: "jo-sam", text: reply.Key{Recipient: recipient, Wrapped: []byte("wrapped anew")}.String()})
	in.receive()
	if p := in.person("jo"); p.Recipient != recipient || p.Identity != "ARMORED wrapped anew" {
		t.Errorf("want the same key in another wrapping, got %q %q", p.Recipient, p.Identity)
	}
	if text := in.lastLetter("jo"); !strings.Contains(text, "bleiben dieselben") || !strings.Contains(text, "the words of age1jo") {
		t.Errorf("want it confirmed, got:\n%s", text)
	}
}

func TestAnOldPassphraseInAQuotationDoesNotComeBack(t *testing.T) {
	t.Parallel()
	in := enrolling(t)
	link := in.asked("jo", "jo-sam")
	in.put(mail{from: "jo", pair: "jo-sam", text: browserKey(link.Get("t"), "jo")})
	in.receive()
	recipient := in.person("jo").Recipient
	wrapped := func(how string) string { return reply.Key{Recipient: recipient, Wrapped: []byte(how)}.String() }
	in.put(mail{from: "jo", pair: "jo-sam", text: wrapped("wrapped with the stolen words")})
	in.receive()
	in.put(mail{from: "jo", pair: "jo-sam", text: wrapped("wrapped anew")})
	in.receive()
	in.put(mail{from: "jo", pair: "jo-sam", text: "topic: the release\n\nAm 1.12.2026 um 18:40 schrieb Jo Weiss <jo@example.org>:\n> " + wrapped("wrapped with the stolen words") + "\n"})
	in.receive()
	if p := in.person("jo"); p.Identity != "ARMORED wrapped anew" {
		t.Errorf("want the newest wrapping to stay, got %q", p.Identity)
	}
	equal(t, "topics", []string{"the release"}, in.topics("jo-sam"))
}

func TestTwoKeysOfOneLinkInOneBatchAreOneKey(t *testing.T) {
	t.Parallel()
	in := enrolling(t)
	link := in.asked("jo", "jo-sam")
	in.put(mail{from: "jo", pair: "jo-sam", text: browserKey(link.Get("t"), "first")})
	in.put(mail{from: "jo", pair: "jo-sam", text: browserKey(link.Get("t"), "second")})
	in.receive()
	if p := in.person("jo"); !strings.HasPrefix(p.Recipient, "age1first") {
		t.Errorf("want the first key, got %q", p.Recipient)
	}
}

func TestAKeyIsTakenOnceWhereverTheProgramStops(t *testing.T) {
	t.Parallel()
	for _, step := range []string{"raw kept", "journaled", "log written", "concluded", "file", "filed"} {
		t.Run(step, func(t *testing.T) {
			t.Parallel()
			in := enrolling(t)
			link := in.asked("jo", "jo-sam")
			in.put(mail{from: "jo", pair: "jo-sam", text: browserKey(link.Get("t"), "jo"), id: "key@mail.example.org"})
			in.stopBefore(t, step)
			in.reopen()
			in.Keys = theKeys()
			in.put(mail{from: "jo", pair: "jo-sam", text: browserKey(link.Get("t"), "second")})
			in.receive()
			if p := in.person("jo"); !strings.HasPrefix(p.Recipient, "age1joq") {
				t.Errorf("want the first key, got %q", p.Recipient)
			}
			equal(t, "letters", []string{"ack", "ack", "ack"}, in.letters("jo")) // the link, the confirmation, the refusal
		})
	}
}

func TestTheWelcomeLettersLeadToThePageAndAnyOfThemWorks(t *testing.T) {
	t.Parallel()
	in := enrolling(t)
	for _, pair := range []string{"jo-sam", "priya-sam"} {
		l, err := in.Content.Log(pair)
		if err != nil {
			t.Fatal(err)
		}
		l.Pair.Added = in.clock
		if pair == "priya-sam" { // Jo in both
			l.Pair.Report, l.Report = "jo", in.person("jo")
		}
		if _, err := in.Content.Save(l); err != nil {
			t.Fatal(err)
		}
	}
	in.enrol()
	if _, err := in.Remind(t.Context()); err != nil {
		t.Fatal(err)
	}
	in.flush()
	mails := in.arrived("jo")
	if len(mails) != 2 {
		t.Fatalf("want two welcome letters, got %d", len(mails))
	}
	if got := in.arrived("sam"); strings.Contains(got[0].Text, "/welcome/") {
		t.Error("who has a key is not asked to make one")
	}
	values, _ := url.ParseQuery(linkAddress.FindStringSubmatch(mails[0].Text)[1])
	in.put(mail{from: "jo", pair: "jo-sam", to: values.Get("to"), text: "ja\n\n" + lines(browserKey(values.Get("t"), "jo"))})
	in.receive()
	p := in.person("jo")
	if !strings.HasPrefix(p.Recipient, "age1joq") || p.Consent == nil || p.Consent.State != "yes" {
		t.Errorf("want the key and the yes, got %q %+v", p.Recipient, p.Consent)
	}
	values, _ = url.ParseQuery(linkAddress.FindStringSubmatch(mails[1].Text)[1])
	in.put(mail{from: "jo", pair: "jo-sam", text: browserKey(values.Get("t"), "second")})
	in.receive()
	if p := in.person("jo"); !strings.HasPrefix(p.Recipient, "age1joq") {
		t.Errorf("want the other link ended by the first key, got %q", p.Recipient)
	}
}

// fresh lets the outbox ask for the letters that are written when they are sent.
func (in *instance) fresh() *instance { in.Outbox.Fresh = in.Fresh; return in }

func TestAPasswordByMailIsInThatMailAndNowhereElse(t *testing.T) {
	t.Parallel()
	in := enrolling(t).fresh()
	in.put(mail{from: "jo", pair: "jo-sam", text: "schick mir ein Passwort"})
	in.receive()
	in.noCanary()
	if in.person("jo").Recipient != "" {
		t.Error("want the key made only when the letter goes out")
	}
	in.flush()
	in.noCanary()
	mails := in.arrived("jo")
	if len(mails) != 2 {
		t.Fatalf("want the acknowledgement and the password, got %d letters", len(mails))
	}
	for _, m := range mails {
		if strings.Contains(m.Text, canary+"-passphrase-1") != strings.Contains(m.Text, "Dein Passwort:") {
			t.Errorf("got:\n%s", m.Text)
		}
	}
	if p := in.person("jo"); p.Recipient != "age1made1" || p.Identity != "ARMORED made 1" {
		t.Errorf("want the key of that password, got %q %q", p.Recipient, p.Identity)
	}
	in.put(mail{from: "jo", pair: "jo-sam", text: "privat: mein " + canary})
	in.receive()
	in.noCanary()
	equal(t, "letters", []string{"ack", "ack", "password"}, in.letters("jo"))
}

func TestAPasswordThatMayHaveArrivedIsNotMailedAgain(t *testing.T) {
	t.Parallel()
	in := enrolling(t).fresh()
	in.put(mail{from: "jo", pair: "jo-sam", text: "schick mir ein Passwort"})
	in.receive()
	in.server.SMTPFaults.Add(mailtest.CutAfter(".").Always())
	_, _ = in.Outbox.Flush(t.Context())
	in.clock = in.clock.Add(time.Hour)
	_, _ = in.Outbox.Flush(t.Context())
	in.server.SMTPFaults.Clear()
	in.clock = in.clock.Add(time.Hour)
	in.flush()
	n := 0
	for _, m := range in.arrived("jo") {
		if strings.Contains(m.Text, canary+"-passphrase-1") {
			n++
		}
	}
	if n != 1 || in.person("jo").Recipient != "age1made1" {
		t.Errorf("want one letter whose password fits, got %d and %q", n, in.person("jo").Recipient)
	}
}

func TestAPasswordThatCannotBeMadeNowIsMadeLaterAndStopsNobody(t *testing.T) {
	t.Parallel()
	in := enrolling(t).fresh()
	in.put(mail{from: "jo", pair: "jo-sam", text: "schick mir ein Passwort"})
	in.put(mail{from: "priya", text: "topic: the release plan"})
	in.receive()
	working := in.Keys.New
	in.Keys.New = func() (a, b, c string, err error) { return "", "", "", errors.New("no entropy") }
	in.flush()
	if len(in.arrived("priya")) != 1 {
		t.Error("want the other letters sent")
	}
	in.Keys.New = working
	in.clock = in.clock.Add(time.Hour)
	if text := in.lastLetter("jo"); !strings.Contains(text, canary+"-passphrase-1") {
		t.Errorf("want the password mailed later, got:\n%s", text)
	}
}

func TestTheOperatorInvites(t *testing.T) {
	t.Parallel()
	in := enrolling(t)
	first := in.asked("jo", "jo-sam")
	in.clock = in.clock.Add(time.Minute)
	if err := in.Invite("jo-sam", "jo"); err != nil {
		t.Fatal(err)
	}
	in.flush()
	second := in.lastLink("jo")
	in.put(mail{from: "jo", pair: "jo-sam", text: browserKey(first.Get("t"), "first")})
	in.put(mail{from: "jo", pair: "jo-sam", text: browserKey(second.Get("t"), "second")})
	in.receive()
	if p := in.person("jo"); !strings.HasPrefix(p.Recipient, "age1second") {
		t.Errorf("want the newer link alone to work, got %q", p.Recipient)
	}
}
