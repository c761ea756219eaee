package mailflow

import (
	"slices"

	"duolog/mailflow/reply"
	"duolog/mailflow/sender"
	"duolog/meeting"
)

// Reading what a reply asks for is most of the work, and what it means may depend on the replies before it. So the next mails of a batch
// are read side by side as far as none of them can change what another means: no two have a person in common. Deciding takes them in
// their order all the same, and reads anew what a mail before it touched.
const (
	readTogether = 64  // mails
	lookAhead    = 200 // mails, since few may go together
)

// foreseen is the reading of a mail whose turn has not come.
type foreseen struct {
	context reply.Context
	reading reply.Reading
}

// ahead reads the first of the coming mails, and those that go with it, unless that was done.
func (k *desk) ahead(coming []*examined) {
	if len(coming) < 2 || !k.readable(coming[0]) || coming[0].foreseen != nil {
		return
	}
	var together []*examined
	met := map[string]bool{}
	for _, x := range coming[:min(len(coming), lookAhead)] {
		if !k.readable(x) {
			continue
		}
		people := peopleOf(k.logs[x.sender.Pair()])
		if x.foreseen == nil && !slices.ContainsFunc(people, func(id string) bool { return met[id] }) {
			together = append(together, x)
		}
		for _, id := range people {
			met[id] = true
		}
		if len(together) == readTogether {
			break
		}
	}
	sideBySide(len(together), func(i int) {
		x := together[i]
		c := x.context(k.logs[x.sender.Pair()], x.sender.Person())
		x.foreseen = &foreseen{c, reply.Read(x.text, c)}
	})
	for _, x := range together {
		for _, id := range peopleOf(k.logs[x.sender.Pair()]) {
			k.foreseen[id] = x
		}
	}
}

// readable tells whether the mail can be read before its turn.
func (k *desk) readable(x *examined) bool {
	return x != nil && x.verdict.Outcome == sender.Accept && k.logs[x.sender.Pair()] != nil
}

// outdate is called before a log changes: what was read ahead of it, or of its people, no longer counts.
func (k *desk) outdate(log *meeting.Log) {
	for _, id := range peopleOf(log) {
		if x := k.foreseen[id]; x != nil {
			x.foreseen = nil
			delete(k.foreseen, id)
		}
	}
}

func peopleOf(l *meeting.Log) []string { return []string{l.Pair.Manager, l.Pair.Report} }

// context is what the mail's words refer to.
func (x *examined) context(log *meeting.Log, person string) reply.Context {
	return reply.Context{
		Log: log, Sender: log.Person(person), Received: x.received,
		Occasion: x.answers.Occasion, Calendar: x.m.Calendar, Subject: x.m.Header.Text("Subject"),
	}
}

// understand reads the mail, unless that was done ahead of its turn.
func (x *examined) understand(c reply.Context) reply.Reading {
	if f := x.foreseen; f != nil && f.context.Log == c.Log && f.context.Sender == c.Sender && f.context.Received.Equal(c.Received) {
		return f.reading
	}
	return reply.Read(x.text, c)
}
