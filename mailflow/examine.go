package mailflow

import (
	"runtime"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"duolog/mailflow/inbox"
	"duolog/mailflow/message"
	"duolog/mailflow/newtext"
	"duolog/mailflow/sender"
	"duolog/meeting"
)

// examined is what can be told of a mail by itself, whatever the mails before it did.
type examined struct {
	m       *message.Message
	garbled error // why the bytes are no message
	key     string
	sender  sender.Sender
	verdict sender.Verdict
	answers Letter // the letter it answers, the zero value when the ledger does not know it any more
	text    newtext.Result

	received time.Time
	foreseen *foreseen // what it asks for, nil until it is read
}

// examine takes a mail apart, finds who sent it and, if that is proven, what is new in it.
func (f *Flow) examine(in inbox.Message) (x examined) {
	x.received = received(in)
	if x.m, x.garbled = message.Parse(in.Raw); x.garbled != nil {
		return x
	}
	x.key = Key(x.m)
	x.sender, x.verdict = sender.Verify(x.m, in.Raw, f.Policy, in.Received)
	if x.verdict.Outcome == sender.Accept {
		f.extract(&x)
	}
	return x
}

// extract finds what is new in the mail, with the help of the letter that it answers.
func (f *Flow) extract(x *examined) {
	var sent []newtext.Sent
	letter, known := f.Ledger.Letter(x.sender.Mark())
	if x.answers = letter; known {
		sent = append(sent, newtext.Sent{Text: letter.Text, HTML: letter.HTML})
	}
	x.text = newtext.Extract(x.m, sent)
}

// examine examines the mails of a batch side by side and opens the logs that they are about. It decides nothing: what fails
// here is nil, and fails again when the mail's turn comes.
func (k *desk) examine(batch []inbox.Message) []*examined {
	found := make([]*examined, len(batch))
	if len(batch) == 1 {
		return found
	}
	sideBySide(len(batch), func(i int) {
		if in := batch[i]; !in.TooLarge && in.Broken == nil {
			x := k.flow.examine(in)
			found[i] = &x
		}
	})
	var pairs []string
	for _, x := range found {
		if x != nil && x.sender.Pair() != "" {
			pairs = append(pairs, x.sender.Pair())
		}
	}
	slices.Sort(pairs)
	pairs = slices.Compact(pairs)
	logs := make([]*meeting.Log, len(pairs))
	sideBySide(len(pairs), func(i int) { logs[i], _ = k.flow.Content.Log(pairs[i]) })
	for i, l := range logs {
		if l != nil {
			k.logs[pairs[i]] = l
		}
	}
	return found
}

// sideBySide does the work for 0 to n-1, some at a time. Where the work panics, it is left undone.
func sideBySide(n int, work func(int)) {
	var g errgroup.Group
	g.SetLimit(2 * runtime.GOMAXPROCS(0))
	for i := range n {
		g.Go(func() error {
			defer func() { _ = recover() }()
			work(i)
			return nil
		})
	}
	_ = g.Wait()
}
