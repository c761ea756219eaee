package mailtest

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"regexp"
	"strconv"
	"strings"
	"sync"
)

// wire passes one connection on to a server and lets the faults strike.
type wire struct {
	client, server net.Conn
	faults         *Faults
	smtp           bool

	writing sync.Mutex // of client, by both directions
	mu      sync.Mutex
	calls   []*call // commands without their final answer, oldest first
	mail    *call   // SMTP: the DATA whose mail the client is sending
	more    bool    // SMTP: the client's next line continues AUTH
	sealed  bool    // TLS began: pass bytes on unseen
	closing sync.Once
	closed  chan struct{}
}

// call is a command that waits for its answer.
type call struct {
	tag, verb string
	act       *Fault
	edits     []func([]byte) []byte
	passed    int           // octets of the answer, or of the mail
	answered  chan struct{} // closed with the final answer
}

// relay passes bytes between client and server until one of them ends.
func relay(client, server net.Conn, faults *Faults, smtp bool) {
	w := &wire{client: client, server: server, faults: faults, smtp: smtp, closed: make(chan struct{})}
	defer w.cut()
	act, edits := faults.strike("GREETING", "")
	w.calls = []*call{{verb: "GREETING", act: act, edits: edits, answered: make(chan struct{})}}
	if act != nil {
		switch act.kind {
		case cutBefore:
			return
		case stall:
			_, _ = io.Copy(io.Discard, client)
			return
		}
	}
	go func() {
		defer w.cut()
		w.answers()
	}()
	w.commands()
}

// cut ends the connection on both sides.
func (w *wire) cut() {
	w.closing.Do(func() {
		close(w.closed)
		_ = w.client.Close()
		_ = w.server.Close()
	})
}

func (w *wire) write(b []byte) error {
	w.writing.Lock()
	defer w.writing.Unlock()
	_, err := w.client.Write(b)
	return err
}

var literalMark = regexp.MustCompile(`\{(\d+)\+?\}\r\n`)

// literalLength is the length of the literal that a line announces, and
// whether it comes without being asked for (RFC 7888).
func literalLength(line []byte) (n int64, unasked, ok bool) {
	if !bytes.HasSuffix(line, []byte("}\r\n")) {
		return 0, false, false
	}
	start := bytes.LastIndexByte(line, '{')
	if start < 0 {
		return 0, false, false
	}
	number, plus := strings.CutSuffix(string(line[start+1:len(line)-3]), "+")
	n, err := strconv.ParseInt(number, 10, 64)
	return n, plus, err == nil && n >= 0
}

// commands passes on what the client says.
func (w *wire) commands() {
	r := bufio.NewReader(w.client)
	for {
		line, err := r.ReadBytes('\n')
		if err != nil {
			return
		}
		w.mu.Lock()
		mail, more := w.mail != nil, w.more
		w.more = false
		w.mu.Unlock()
		var c *call
		switch {
		case mail:
			line, err = w.mailLine(r, line)
		case !more:
			c, line, err = w.command(r, line)
		}
		if err != nil {
			return
		}
		if line == nil {
			continue
		}
		if _, err := w.server.Write(line); err != nil {
			return
		}
		if err := w.literals(r, line); err != nil {
			return
		}
		if c != nil && c.verb == "STARTTLS" && w.sealedBy(c) {
			_, _ = io.Copy(w.server, r)
			return
		}
	}
}

// sealedBy waits for the answer to STARTTLS and tells whether TLS begins.
func (w *wire) sealedBy(c *call) bool {
	select {
	case <-c.answered:
	case <-w.closed:
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.sealed
}

// literals passes on the literals, and the lines after them, of an IMAP command.
func (w *wire) literals(r *bufio.Reader, line []byte) error {
	for !w.smtp {
		n, _, ok := literalLength(line)
		if !ok {
			return nil
		}
		if _, err := io.CopyN(w.server, r, n); err != nil {
			return err
		}
		var err error
		if line, err = r.ReadBytes('\n'); err != nil {
			return err
		}
		if _, err := w.server.Write(line); err != nil {
			return err
		}
	}
	return nil
}

// command lets faults strike at a command line. It gives the command, nil if
// the line is none, and the line to pass on, nil if none.
func (w *wire) command(r *bufio.Reader, line []byte) (*call, []byte, error) {
	c := &call{answered: make(chan struct{})}
	c.tag, c.verb = w.parse(string(line))
	if c.verb == "" {
		return nil, line, nil // DONE, or a step of AUTHENTICATE
	}
	heard := strings.TrimSpace(strings.TrimPrefix(string(line), c.tag))
	if c.verb == "LOGIN" || c.verb == "AUTHENTICATE" || c.verb == "AUTH" {
		heard = c.verb
	}
	c.act, c.edits = w.faults.strike(c.verb, heard)
	if c.act != nil {
		switch c.act.kind {
		case refuse:
			return c, nil, w.refuse(r, c, line)
		case cutBefore:
			return c, nil, io.EOF
		case stall:
			_, _ = io.Copy(io.Discard, r)
			return c, nil, io.EOF
		}
	}
	w.mu.Lock()
	w.calls = append(w.calls, c)
	w.mu.Unlock()
	return c, line, nil
}

// parse gives the tag and the command of a line.
func (w *wire) parse(line string) (tag, verb string) {
	words := strings.Fields(strings.ToUpper(line))
	switch {
	case len(words) == 0:
		return "", ""
	case w.smtp:
		return "", words[0]
	case len(words) < 2:
		return "", ""
	case words[1] == "UID" && len(words) > 2:
		words[1] = "UID " + words[2]
	}
	tag, _, _ = strings.Cut(line, " ")
	return tag, words[1]
}

// refuse answers for the server and swallows literals that come unasked.
func (w *wire) refuse(r *bufio.Reader, c *call, line []byte) error {
	for !w.smtp {
		n, unasked, ok := literalLength(line)
		if !ok || !unasked {
			break
		}
		if _, err := io.CopyN(io.Discard, r, n); err != nil {
			return err
		}
		var err error
		if line, err = r.ReadBytes('\n'); err != nil {
			return err
		}
	}
	var reply strings.Builder
	for line := range strings.SplitSeq(c.act.reply, "\r\n") {
		if c.tag != "" && !strings.HasPrefix(line, "* ") && !strings.HasPrefix(line, "+ ") {
			reply.WriteString(c.tag + " ")
		}
		reply.WriteString(line + "\r\n")
	}
	return w.write([]byte(reply.String()))
}

// mailLine lets faults strike within a mail and at its end.
func (w *wire) mailLine(r *bufio.Reader, line []byte) ([]byte, error) {
	w.mu.Lock()
	c := w.mail
	if string(line) == ".\r\n" {
		w.mail = nil
	}
	w.mu.Unlock()
	if string(line) == ".\r\n" {
		_, line, err := w.command(r, line)
		if line == nil && err == nil {
			err = io.EOF // the server still waits for the end
		}
		return line, err
	}
	if c.act == nil || c.act.kind != cutMail {
		return line, nil
	}
	if rest := c.act.bytes - c.passed; len(line) > rest {
		_, _ = w.server.Write(line[:rest])
		return nil, io.EOF
	}
	c.passed += len(line)
	return line, nil
}

// answers passes on what the server says.
func (w *wire) answers() {
	r := bufio.NewReader(w.server)
	for {
		unit, err := w.unit(r)
		if err != nil {
			return
		}
		c, final := w.callOf(unit)
		for _, change := range c.edits {
			if unit != nil {
				unit = change(unit)
			}
		}
		if !w.answer(c, unit, final) {
			return
		}
		w.mu.Lock()
		sealed := w.sealed
		w.mu.Unlock()
		if sealed {
			_, _ = io.Copy(w.client, r)
			return
		}
	}
}

// unit reads one response: a line with its literals, or an SMTP reply with all
// its lines.
func (w *wire) unit(r *bufio.Reader) ([]byte, error) {
	var unit bytes.Buffer
	for {
		line, err := r.ReadBytes('\n')
		unit.Write(line)
		if err != nil {
			return unit.Bytes(), err
		}
		if w.smtp {
			if len(line) < 4 || line[3] != '-' {
				return unit.Bytes(), nil
			}
			continue
		}
		n, _, ok := literalLength(line)
		if !ok {
			return unit.Bytes(), nil
		}
		if _, err := io.CopyN(&unit, r, n); err != nil {
			return unit.Bytes(), err
		}
	}
}

// callOf finds the command a response belongs to and whether it ends it, and
// follows the protocol's state.
func (w *wire) callOf(unit []byte) (c *call, final bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.calls) == 0 {
		return &call{}, false
	}
	i := 0
	final = true
	if !w.smtp {
		tag, _, _ := strings.Cut(string(unit[:min(len(unit), 64)]), " ")
		final = w.calls[0].verb == "GREETING"
		for j, c := range w.calls {
			if c.tag == tag {
				i, final = j, true
			}
		}
	}
	c = w.calls[i]
	if w.smtp {
		final = w.follow(c, unit)
	} else if final && c.verb == "STARTTLS" && bytes.Contains(unit, []byte(" OK ")) {
		w.sealed = true
	}
	if final {
		w.calls = append(w.calls[:i:i], w.calls[i+1:]...)
		close(c.answered)
	}
	return c, final
}

// follow tells whether an SMTP reply ends its command.
func (w *wire) follow(c *call, unit []byte) (final bool) {
	code := string(unit[:min(len(unit), 3)])
	switch {
	case code == "334":
		w.more = true
		return false
	case code == "354":
		w.mail = c
	case c.verb == "STARTTLS" && code == "220":
		w.sealed = true
	}
	return true
}

// answer writes a response as far as the fault lets it. false ends the relay.
func (w *wire) answer(c *call, unit []byte, final bool) bool {
	if c.act != nil {
		switch c.act.kind {
		case cutAfter:
			return !final
		case cutBody:
			mark := literalMark.FindIndex(unit)
			if mark != nil && c.act.uid.Match(unit) {
				_ = w.write(unit[:min(mark[1]+c.act.bytes, len(unit))])
				return false
			}
		case cutAt, stallAt:
			rest := c.act.bytes - c.passed
			if len(unit) <= rest {
				c.passed += len(unit)
				break
			}
			_ = w.write(unit[:rest])
			if c.act.kind == stallAt {
				<-w.closed
			}
			return false
		}
	}
	return len(unit) == 0 || w.write(unit) == nil
}
