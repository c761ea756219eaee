package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"fmt"
	"mime"
	"net"
	"net/smtp"
	"strings"
	"time"

	"duolog/content/sample"
	"duolog/mailflow/mailtest"
	"duolog/mailflow/message"
	"duolog/meeting"
)

// startDemoServers runs the embedded mail servers over the folder that the configuration names, in a demo's instance alone.
func (in *instance) startDemoServers(context.Context) error {
	if in.config.Demo.Mailboxes == "" {
		return nil
	}
	server, err := mailtest.Start(mailtest.Options{Dir: inDir(in.dir, in.config.Demo.Mailboxes), Now: in.now})
	if err != nil {
		return fmt.Errorf("start demo mail servers: %w", err)
	}
	in.closer = append(in.closer, func() { _ = server.Close() })
	people, broken := in.store.People()
	if broken != nil { // they stand still, the others go on
		in.log.Info("some people are left out", "error", broken)
	}
	addresses := []string{in.config.Mail.Address}
	for _, p := range people {
		addresses = append(addresses, p.Addresses...)
	}
	for _, a := range addresses {
		if err := server.AddUser(a, demoPassword); err != nil {
			return err
		}
	}
	in.servers = server
	return nil
}

// demoPort is the port of a server that listens on loopback.
func demoPort(addr string) int {
	_, port, _ := net.SplitHostPort(addr)
	n := 0
	fmt.Sscan(port, &n)
	return n
}

// answerLetter writes the reply as the person's mail program would and sends it through SMTP.
func (d *demo) answerLetter(ctx context.Context, r demoReply) error {
	pair, kind := letterKind(r.Answers)
	addressee := r.From
	if r.From == "stranger" {
		addressee = "priya"
	}
	letter, err := d.findLetter(pair, kind, addressee)
	if err != nil {
		return err
	}
	from := "Mallory <mallory@evil.example>"
	if r.From != "stranger" {
		if from, err = d.mailboxOf(r.From); err != nil {
			return err
		}
	}
	return d.submit(r.From, from, letter.Header.Text("Reply-To"), writeReply(r.typed(d.clock), from, letter))
}

// mailboxOf is a person's name and address, as it stands in a From field.
func (d *demo) mailboxOf(person string) (string, error) {
	p, err := d.store.Person(person)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%s <%s>", mime.QEncoding.Encode("utf-8", p.Name), p.Addresses[0]), nil
}

// findLetter finds the letter in the mailbox of its addressee.
func (d *demo) findLetter(pair string, kind meeting.LetterKind, person string) (*message.Message, error) {
	p, err := d.store.Person(person)
	if err != nil {
		return nil, err
	}
	var id string
	sent, err := d.ledger.Letters()
	if err != nil {
		return nil, err
	}
	for _, e := range sent {
		if e.Pair == pair && e.Kind == string(kind) && e.Person == person {
			id = e.MessageID
		}
	}
	mails, err := d.servers.Mails(p.Addresses[0], "INBOX")
	if err != nil {
		return nil, err
	}
	for _, mail := range mails {
		if m, err := message.Parse(mail.Raw); err == nil && m.ID == id && id != "" {
			return m, nil
		}
	}
	return nil, fmt.Errorf("no %s for %s arrived", kind, person)
}

// submit sends a raw mail as one person; who is not registered is not logged in.
func (d *demo) submit(person, from, to string, raw []byte) error {
	c, err := smtp.Dial(d.servers.SMTP)
	if err != nil {
		return err
	}
	defer c.Close()
	host, _, _ := net.SplitHostPort(d.servers.SMTP)
	if err := c.StartTLS(&tls.Config{ServerName: host, RootCAs: d.servers.CertPool()}); err != nil {
		return err
	}
	address := from[strings.LastIndex(from, "<")+1 : len(from)-1]
	if person != "stranger" {
		if err := c.Auth(smtp.PlainAuth("", address, demoPassword, host)); err != nil {
			return err
		}
	}
	if err := c.Mail(address); err != nil {
		return err
	}
	if err := c.Rcpt(to[strings.LastIndex(to, "<")+1 : len(strings.TrimSuffix(to, ">"))]); err != nil {
		return err
	}
	w, err := c.Data()
	if err != nil {
		return err
	}
	if _, err := w.Write(raw); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	return c.Quit()
}

// writeReply is the whole mail: what the person typed, and the letter quoted the way the mail program does it.
func writeReply(r sample.Reply, from string, letter *message.Message) []byte {
	var b bytes.Buffer
	field := func(name, value string) { fmt.Fprintf(&b, "%s: %s\r\n", name, value) }
	domain := from[strings.LastIndex(from, "@")+1 : len(from)-1]
	subject, body := "Re: "+letter.Header.Text("Subject"), strings.TrimRight(r.Text, "\n")+"\n"
	if r.Auto { // RFC 3834
		field("Auto-Submitted", "auto-replied")
		subject = r.Subject + ": " + letter.Header.Text("Subject")
	} else {
		body += quoted(r.Client, from, letter, r.At)
	}
	field("From", from)
	field("To", letter.Header.Text("Reply-To"))
	field("Subject", mime.QEncoding.Encode("utf-8", subject))
	field("Date", r.At.Format(time.RFC1123Z))
	field("Message-ID", fmt.Sprintf("<%d.%s.%s@%s>", r.At.UnixNano(), r.Person, shortHash(letter.ID), domain))
	field("In-Reply-To", "<"+letter.ID+">")
	field("References", "<"+letter.ID+">")
	field("MIME-Version", "1.0")
	text := "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n" + strings.ReplaceAll(body, "\n", "\r\n")
	if r.Accepts.IsZero() || len(letter.Calendar) == 0 {
		b.WriteString(text)
		return b.Bytes()
	}
	const boundary = "=_demo"
	field("Content-Type", `multipart/mixed; boundary="`+boundary+`"`)
	fmt.Fprintf(&b, "\r\n--%[1]s\r\n%[2]s\r\n--%[1]s\r\nContent-Type: text/calendar; method=REPLY; charset=utf-8\r\n\r\n%[3]s\r\n--%[1]s--\r\n",
		boundary, text, acceptance(letter.Calendar, from, r.Accepts))
	return b.Bytes()
}

// shortHash keeps the replies to several letters apart that one person writes in the same minute.
func shortHash(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:4])
}

// acceptance is what a calendar program answers to the invitation to a series, about one of its meetings. RFC 5546, 3.2.3.
func acceptance(invitation []byte, from string, start time.Time) string {
	uid := ""
	for line := range strings.Lines(string(invitation)) {
		if v, ok := strings.CutPrefix(line, "UID:"); ok {
			uid = strings.TrimSpace(v)
		}
	}
	at := start.UTC().Format("20060102T150405Z")
	return strings.Join([]string{
		"BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//demo//EN", "METHOD:REPLY", "BEGIN:VEVENT", "UID:" + uid, "DTSTAMP:" + at, "DTSTART:" + at, "RECURRENCE-ID:" + at,
		"ATTENDEE;PARTSTAT=ACCEPTED:mailto:" + from[strings.LastIndex(from, "<")+1:len(from)-1], "END:VEVENT", "END:VCALENDAR",
	}, "\r\n")
}

// quoted is the end of a reply: the mail program's footer, attribution line and quotation.
func quoted(client, from string, letter *message.Message, at time.Time) string {
	text := strings.TrimRight(strings.ReplaceAll(letter.Text, "\r\n", "\n"), "\n")
	marked := "> " + strings.ReplaceAll(text, "\n", "\n> ") + "\n"
	sent := at.Add(-2 * time.Hour)
	author := letter.Header.Text("From")
	switch client {
	case "outlook":
		return fmt.Sprintf("\n________________________________\nFrom: %s\nSent: %s\nTo: %s\nSubject: %s\n\n%s\n",
			author, sent.Format("Monday, January 2, 2006 3:04 PM"), from, letter.Header.Text("Subject"), text)
	case "iphone":
		return fmt.Sprintf("\nSent from my iPhone\n\n> On %s, %s wrote:\n> \n%s", sent.Format("2 Jan 2006, at 15:04"), author, marked)
	case "samsung":
		return fmt.Sprintf("\nVon meinem Samsung Galaxy Smartphone gesendet.\n\n-------- Ursprüngliche Nachricht --------\nVon: %s\nDatum: %s\nAn: %s\nBetreff: %s\n\n%s\n",
			author, sent.Format("02.01.06 15:04 (GMT+01:00)"), from, letter.Header.Text("Subject"), text)
	}
	return fmt.Sprintf("\nOn %s %s wrote:\n\n%s", sent.Format("Mon, Jan 2, 2006 at 3:04 PM"), author, marked)
}
