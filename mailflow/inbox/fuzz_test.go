package inbox_test

import (
	"bytes"
	"context"
	"io"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"duolog/mailflow/inbox"
)

// Whatever a server answers to FETCH: no panic, no hang, and a mail is whole or
// not delivered.
func FuzzFetch(f *testing.F) {
	whole := "* 1 FETCH (UID 7 INTERNALDATE \"29-Nov-2024 09:15:00 +0000\" RFC822.SIZE 5"
	for _, answer := range []string{
		whole + ")\r\n", whole + " BODY[] {5}\r\nhello)\r\n", whole + " BODY[] NIL)\r\n",
		whole + " BODY[] {4}\r\nhell)\r\n", whole + " BODY[] {9999999999}\r\nhell)\r\n",
		whole + " BODY[] \"hello\")\r\n", whole + " BODY[] {5}\r\nhello BODY[] {2}\r\nhi)\r\n",
		"* 1 FETCH (UID 7 UID 8)\r\n", "* BYE\r\n", "* 1 EXPUNGE\r\n", "+ go\r\n", "* NO [ALERT] x\r\n", "\x00",
	} {
		f.Add([]byte(answer), []byte(whole+" BODY[] {5}\r\nhello)\r\n"))
	}
	f.Fuzz(func(t *testing.T, listed, fetched []byte) {
		synctest.Test(t, func(t *testing.T) { fetchFrom(t, listed, fetched) })
	})
}

// fetchFrom runs in virtual time, since silence is among the answers.
func fetchFrom(t *testing.T, listed, fetched []byte) {
	ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
	defer cancel()
	s, err := inbox.Dial(ctx, inbox.Config{
		Host: "127.0.0.1", TLS: "none", Username: "u", Password: "p",
		DialContext: func(context.Context, string, string) (net.Conn, error) {
			client, server := net.Pipe()
			go script(server, listed, fetched)
			return client, nil
		},
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	_ = s.Fetch(ctx, []inbox.ID{{Validity: 1, UID: 7}}, func(batch []inbox.Message) error {
		for _, m := range batch {
			if m.Broken == nil && !m.TooLarge && (int64(len(m.Raw)) != m.Size || m.Raw == nil || m.Received.IsZero()) {
				t.Errorf("delivered %d octets of %d, received %s", len(m.Raw), m.Size, m.Received)
			}
			if m.ID.UID != 7 {
				t.Errorf("delivered mail %s, which was not asked for", m.ID)
			}
		}
		return nil
	})
	if ctx.Err() != nil {
		t.Error("Fetch hangs")
	}
}

// script is a server that logs everybody in and answers FETCH with given bytes.
func script(conn net.Conn, listed, fetched []byte) {
	defer conn.Close()
	say := func(b []byte) bool {
		_, err := conn.Write(b)
		return err == nil
	}
	if !say([]byte("* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] hi\r\n")) {
		return
	}
	buffer := make([]byte, 4096)
	var pending []byte
	for {
		line, rest, found := bytes.Cut(pending, []byte("\r\n"))
		if !found {
			n, err := conn.Read(buffer)
			if err != nil {
				return
			}
			pending = append(pending, buffer[:n]...)
			continue
		}
		pending = rest
		tag, command, _ := strings.Cut(string(line), " ")
		switch {
		case command == "CAPABILITY":
			say([]byte("* CAPABILITY IMAP4rev1\r\n"))
		case strings.HasPrefix(command, "SELECT"):
			say([]byte("* 1 EXISTS\r\n* OK [UIDVALIDITY 1] ok\r\n"))
		case strings.HasPrefix(command, "UID SEARCH"):
			say([]byte("* SEARCH 7\r\n"))
		case strings.HasPrefix(command, "UID FETCH") && strings.Contains(command, "BODY"):
			if say(fetched); bytes.Contains(fetched, []byte{0}) {
				return
			}
		case strings.HasPrefix(command, "UID FETCH"):
			if say(listed); bytes.Contains(listed, []byte{0}) {
				return
			}
		case strings.HasPrefix(command, "STATUS"):
			say([]byte("* STATUS x (UIDNEXT 1)\r\n"))
		}
		if !say([]byte(tag + " OK done\r\n")) {
			_, _ = io.Copy(io.Discard, conn)
			return
		}
	}
}
