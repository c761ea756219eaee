package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"fmt"
	"mime"
	"net"
	"net/smtp"
	"strings"
	"time"

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
		p, err := d.store.Person(r.From)
		if err != nil {
			return err
		}
		from = fmt.Sprintf("%s <%s>", mime.QEncoding.Encode("utf-8", p.Name), p.Addresses[0])
	}
	return d.submit(r.From, from, letter.Header.Text("Reply-To"), writeReply(r, from, letter, d.clock))
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
func writeReply(r demoReply, from string, letter *message.Message, at time.Time) []byte {
	var b bytes.Buffer
	field := func(name, value string) { fmt.Fprintf(&b, "%s: %s\r\n", name, value) }
	domain := from[strings.LastIndex(from, "@")+1 : len(from)-1]
	field("From", from)
	field("To", letter.Header.Text("Reply-To"))
	field("Subject", mime.QEncoding.Encode("utf-8", "Re: "+letter.Header.Text("Subject")))
	field("Date", at.Format(time.RFC1123Z))
	field("Message-ID", fmt.Sprintf("<%d.%s@%s>", at.UnixNano(), r.From, domain))
	field("In-Reply-To", "<"+letter.ID+">")
	field("References", "<"+letter.ID+">")
	field("MIME-Version", "1.0")
	field("Content-Type", "text/plain; charset=utf-8")
	field("Content-Transfer-Encoding", "8bit")
	b.WriteString("\r\n")
	body := strings.TrimRight(r.Text, "\n") + "\n" + quoted(r.Client, from, letter, at)
	b.WriteString(strings.ReplaceAll(body, "\n", "\r\n"))
	return b.Bytes()
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
