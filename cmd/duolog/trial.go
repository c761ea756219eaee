package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"duolog/mailflow/inbox"
	"duolog/mailflow/message"
	"duolog/mailflow/outbox"
	"duolog/mailflow/sender"
)

// trialWait is how long the two mails of a trial may take to arrive.
const trialWait = 90 * time.Second

// trial sends two mails from our address to itself, one of them with a forged proof of authentication, and looks at
// what the receiving server made of them: whether it says whom it believes, and whether it lets a forgery through.
func (in *instance) trial(ctx context.Context, w io.Writer, wait time.Duration) error {
	trust := in.flow.Policy.Trust
	if trust.Method == sender.Insecure {
		return needsPerson("sender.method is insecure: whoever can deliver mail here and knows a reply address can write as its person")
	}
	_, domain, _ := strings.Cut(in.config.Mail.Address, "@")
	honest, err := in.sendTrial(ctx, "")
	if err != nil {
		return err
	}
	forged, err := in.sendTrial(ctx, trust.Forgery(domain))
	if err != nil {
		return err
	}
	came, err := in.awaitTrials(ctx, wait, honest, forged)
	if err != nil {
		return err
	}
	if len(came) < 2 {
		return hint(fmt.Errorf("%d of 2 mails to ourselves arrived within %s", len(came), wait), "look for them in other folders; is mail.address the address of this mailbox, and does it take plus addresses (in Postfix: recipient_delimiter = +)?")
	}
	servers := sender.Servers(came[honest].m.Header)
	fmt.Fprintf(w, "      the receiving server calls itself %q\n", servers)
	if len(servers) == 0 && trust.Method == sender.Results {
		return hint(needsPerson("your server writes no Authentication-Results"), "set sender.method: dkim, or let the server write them (OpenDKIM, rspamd)")
	}
	honestly, detail := trust.Authenticate(came[honest].m, came[honest].raw, domain)
	if byForgery, _ := trust.Authenticate(came[forged].m, came[forged].raw, domain); byForgery == sender.Proved && honestly != sender.Proved {
		return hint(errors.New("a forged proof of authentication is believed: the server neither writes its own nor removes it"),
			"do not use sender.method %s with this provider", in.config.Sender.Method)
	}
	if honestly != sender.Proved && honestly != sender.Unproved {
		return hint(needsPerson("a mail from our own address is not proved (%s %s)", honestly, detail),
			"servers often write no results for mail of their own users; send a mail from outside and see `duolog explain` on it")
	}
	return nil
}

// arrived is a mail of a trial as the mailbox holds it.
type arrived struct {
	m   *message.Message
	raw []byte
}

// sendTrial sends one mail to ourselves, with field on top, and returns its Message-ID.
func (in *instance) sendTrial(ctx context.Context, field string) (string, error) {
	nonce := make([]byte, 12)
	_, _ = rand.Read(nonce)
	address := in.config.Mail.Address
	id := hex.EncodeToString(nonce) + ".check@" + address[strings.LastIndex(address, "@")+1:]
	raw, err := outbox.Render(outbox.Draft{
		From: address, To: address, Subject: "duolog check", MessageID: id, Date: in.now(),
		Text: "duolog tries out this mailbox. This mail removes itself.", Language: "en",
	})
	if err != nil {
		return "", err
	}
	local, domain, _ := strings.Cut(address, "@") // to a plus address, because replies come to those
	return id, in.queue.Try(ctx, address, local+"+check@"+domain, append([]byte(field), raw...))
}

// awaitTrials waits for mails by their ids, reads them and removes them.
func (in *instance) awaitTrials(ctx context.Context, wait time.Duration, ids ...string) (map[string]arrived, error) {
	came := map[string]arrived{}
	box, err := in.mailbox(ctx)
	if err != nil {
		return nil, err
	}
	defer box.Close()
	looked := map[inbox.ID]bool{}
	for deadline := time.Now().Add(wait); len(came) < len(ids) && time.Now().Before(deadline); {
		unknown, err := box.Unknown(ctx, func(id inbox.ID) bool { return looked[id] || in.ledger.Known(id) })
		if err != nil {
			return nil, err
		}
		if err := takeTrials(ctx, box, unknown, ids, came); err != nil {
			return nil, err
		}
		for _, id := range unknown {
			looked[id] = true
		}
		if len(came) < len(ids) {
			select {
			case <-ctx.Done():
				return nil, ctx.Err()
			case <-time.After(2 * time.Second):
			}
		}
	}
	return came, nil
}

// takeTrials reads the given mails of the mailbox, and takes those with one of our ids out of it and into came.
func takeTrials(ctx context.Context, box *inbox.Session, unknown []inbox.ID, ids []string, came map[string]arrived) error {
	var ours []inbox.ID
	err := box.Fetch(ctx, unknown, func(batch []inbox.Message) error {
		for _, msg := range batch {
			if m, err := message.Parse(msg.Raw); err == nil && slices.Contains(ids, m.ID) {
				came[m.ID] = arrived{m, msg.Raw}
				ours = append(ours, msg.ID)
			}
		}
		return nil
	})
	if err != nil || len(ours) == 0 {
		return err
	}
	if err := box.Delete(ctx, ours); !errors.Is(err, inbox.ErrNotExpunged) {
		return err
	}
	return nil
}
