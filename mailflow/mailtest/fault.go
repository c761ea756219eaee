package mailtest

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// Fault is one way for a server to go wrong at one command. The constructors
// name the command as it stands on the wire, in capitals: "UID FETCH", "SEARCH",
// "MAIL", "DATA"; "." is the end of a mail given to SMTP, "GREETING" what the
// server says first, and "" any command.
//
// A fault strikes once, at the first such command, unless Skip, Times or Always
// say otherwise; those that speak of one mail, and HideCaps, strike always. The
// zero Fault does nothing.
type Fault struct {
	on    string
	skip  int
	times int // left; negative: for ever
	kind  kind
	bytes int
	reply string
	uid   *regexp.Regexp // of the mail that the fault is about
	edit  func([]byte) []byte
}

type kind int

const (
	edit kind = iota
	refuse
	cutBefore
	cutAfter
	cutAt
	stall
	stallAt
	cutMail
	cutBody
)

// Refuse answers the command itself; the server never sees it. An IMAP reply is
// written without its tag, as in "NO [LIMIT] not now"; it may have lines of
// their own before that start with "* " or "+ ". At "." the connection is cut
// after the reply.
func Refuse(on, reply string) Fault { return Fault{times: 1, on: on, kind: refuse, reply: reply} }

// CutBefore cuts the connection instead of passing the command on.
func CutBefore(on string) Fault { return Fault{times: 1, on: on, kind: cutBefore} }

// CutAfter lets the server act, then cuts the connection without its answer.
func CutAfter(on string) Fault { return Fault{times: 1, on: on, kind: cutAfter} }

// CutAt cuts the connection when n octets of the answer have passed.
func CutAt(on string, n int) Fault { return Fault{times: 1, on: on, kind: cutAt, bytes: n} }

// CutMail cuts the connection when n octets of a mail given to SMTP have passed.
func CutMail(n int) Fault { return Fault{times: 1, on: "DATA", kind: cutMail, bytes: n} }

// Stall never answers the command, and the server never sees it; the connection
// stays open.
func Stall(on string) Fault { return Fault{times: 1, on: on, kind: stall} }

// StallAt lets the server act and falls silent after n octets of the answer.
func StallAt(on string, n int) Fault { return Fault{times: 1, on: on, kind: stallAt, bytes: n} }

// Edit changes each response to the command, literals and line end included;
// nil leaves it out.
func Edit(on string, change func([]byte) []byte) Fault {
	return Fault{times: 1, on: on, kind: edit, edit: change}
}

// Skip lets the first n such commands pass.
func (f Fault) Skip(n int) Fault { f.skip = n; return f }

// Times makes the fault strike at n such commands.
func (f Fault) Times(n int) Fault { f.times = n; return f }

// Always makes the fault strike at every such command.
func (f Fault) Always() Fault { f.times = -1; return f }

// HideCaps hides capabilities or SMTP extensions from every announcement.
func HideCaps(names ...string) Fault {
	for i, name := range names {
		names[i] = regexp.QuoteMeta(name)
	}
	word := regexp.MustCompile(`(?i)([ -])(?:` + strings.Join(names, "|") + `)\b`)
	return Edit("", func(unit []byte) []byte {
		if !bytes.HasPrefix(unit, []byte("250")) && !bytes.Contains(unit, []byte("CAPABILITY")) {
			return unit
		}
		return word.ReplaceAll(unit, []byte("${1}XHIDDEN"))
	}).Always()
}

// OmitMail leaves one mail out of every FETCH.
func OmitMail(uid int) Fault {
	return editMail(uid, func([]byte) []byte { return nil })
}

// OmitBody answers NIL instead of the mail's body.
func OmitBody(uid int) Fault {
	return editMail(uid, func(unit []byte) []byte {
		head, rest, ok := cutLiteral(unit)
		if !ok {
			return unit
		}
		return slices.Concat(head, []byte("NIL"), rest.after)
	})
}

// ShortBody leaves out the last n octets of the mail's body and says so in the
// literal's length, so that only RFC822.SIZE tells.
func ShortBody(uid, n int) Fault {
	return editMail(uid, func(unit []byte) []byte {
		head, rest, ok := cutLiteral(unit)
		if !ok {
			return unit
		}
		body := rest.body[:max(len(rest.body)-n, 0)]
		return slices.Concat(head, fmt.Appendf(nil, "{%d}\r\n", len(body)), body, rest.after)
	})
}

var sizeItem = regexp.MustCompile(`RFC822\.SIZE (\d+)`)

// ChangeSize adds n to the mail's RFC822.SIZE.
func ChangeSize(uid, n int) Fault {
	return editMail(uid, func(unit []byte) []byte {
		return sizeItem.ReplaceAllFunc(unit, func(item []byte) []byte {
			size, _ := strconv.Atoi(string(item[len("RFC822.SIZE "):]))
			return fmt.Appendf(nil, "RFC822.SIZE %d", size+n)
		})
	})
}

// ChangeUID answers with another UID than the mail's.
func ChangeUID(uid, other int) Fault {
	return editMail(uid, func(unit []byte) []byte {
		return bytes.Replace(unit, fmt.Appendf(nil, "UID %d", uid), fmt.Appendf(nil, "UID %d", other), 1)
	})
}

// CutBody cuts the connection whenever n octets of the mail's body have passed.
func CutBody(uid, n int) Fault {
	return Fault{times: -1, on: "UID FETCH", kind: cutBody, bytes: n, uid: fetchOf(uid)}
}

// fetchOf matches the FETCH response of one mail.
func fetchOf(uid int) *regexp.Regexp {
	return regexp.MustCompile(`^\* \d+ FETCH \([^\r\n]*\bUID ` + strconv.Itoa(uid) + `\b`)
}

// editMail changes the FETCH responses of one mail, always.
func editMail(uid int, change func([]byte) []byte) Fault {
	this := fetchOf(uid)
	return Edit("UID FETCH", func(unit []byte) []byte {
		if !this.Match(unit) {
			return unit
		}
		return change(unit)
	}).Always()
}

type literal struct{ body, after []byte }

// cutLiteral splits a response at its first literal.
func cutLiteral(unit []byte) (head []byte, rest literal, ok bool) {
	m := literalMark.FindSubmatchIndex(unit)
	if m == nil {
		return unit, rest, false
	}
	n, _ := strconv.Atoi(string(unit[m[2]:m[3]]))
	if m[1]+n > len(unit) {
		return unit, rest, false
	}
	return unit[:m[0]], literal{unit[m[1] : m[1]+n], unit[m[1]+n:]}, true
}

// Faults holds the faults of one server. Its zero value has none. It is safe
// for concurrent use.
type Faults struct {
	mu    sync.Mutex
	armed []*Fault
	fired int
	heard []string
}

// Add arms faults, after those armed before.
func (f *Faults) Add(faults ...Fault) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, fault := range faults {
		f.armed = append(f.armed, &fault)
	}
}

// Clear disarms every fault.
func (f *Faults) Clear() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.armed = nil
}

// Fired tells how often a fault struck. An Edit counts at each such command,
// whether it changed anything or not.
func (f *Faults) Fired() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.fired
}

// Commands gives the commands that clients sent, without logins and literals.
func (f *Faults) Commands() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.heard)
}

// strike takes the faults that a command meets: all edits, and at most one
// other, the first armed.
func (f *Faults) strike(verb, line string) (act *Fault, edits []func([]byte) []byte) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if line != "" {
		f.heard = append(f.heard, line)
	}
	kept := f.armed[:0:0]
	for _, fault := range f.armed {
		hit := (fault.on == "" || fault.on == verb) && (fault.kind != edit || fault.edit != nil)
		switch {
		case !hit || fault.kind != edit && act != nil:
			kept = append(kept, fault)
			continue
		case fault.skip > 0:
			fault.skip--
			kept = append(kept, fault)
			continue
		case fault.kind == edit:
			edits = append(edits, fault.edit)
		default:
			act = fault
		}
		f.fired++
		if fault.times--; fault.times != 0 {
			kept = append(kept, fault)
		}
	}
	f.armed = kept
	return act, edits
}
