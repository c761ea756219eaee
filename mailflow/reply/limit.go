package reply

import (
	"strings"
	"unicode/utf8"

	"duolog/mailflow/newtext"
	"duolog/meeting"
)

// limit keeps a reply within what one mail may ask for, and says what it left out. Private text is joined rather than
// cut: it would be lost for good, and the acknowledgement cannot show it.
func (r *reader) limit() {
	var kept []meeting.Intent
	for _, in := range r.out.Intents {
		if len(kept) < meeting.MaxIntents {
			kept = append(kept, r.shorten(in))
			continue
		}
		if in.Kind == meeting.AddPrivate {
			if joinPrivate(kept, in.Text) {
				continue
			}
			last := len(kept) - 1
			kept[last], in = in, kept[last] // makes room
		}
		r.out.Cuts = append(r.out.Cuts, newtext.Cut{Reason: TooMany, Text: in.Words})
	}
	r.out.Intents = kept
}

// joinPrivate adds the text to a private note that is kept, if there is one.
func joinPrivate(kept []meeting.Intent, text string) bool {
	for i := range kept {
		if kept[i].Kind == meeting.AddPrivate {
			kept[i].Text += "\n\n" + text
			return true
		}
	}
	return false
}

// shorten cuts an item to maxItem bytes: the text first, then its context.
func (r *reader) shorten(in meeting.Intent) meeting.Intent {
	if in.Kind == meeting.AddPrivate || in.Kind == meeting.EnrolKey {
		return in
	}
	left := maxItem
	var cut []string
	take := func(s string) string {
		head, rest := cutAt(s, left)
		left -= len(head)
		if rest != "" {
			cut = append(cut, rest)
		}
		return head
	}
	in.Text, in.Measure, in.Reason, in.Answer = take(in.Text), take(in.Measure), take(in.Reason), take(in.Answer)
	var context []string
	for _, line := range in.Context {
		if line = take(line); line != "" {
			context = append(context, line)
		}
	}
	in.Context = context
	if len(cut) > 0 {
		r.out.Cuts = append(r.out.Cuts, newtext.Cut{Reason: TooLong, Text: strings.Join(cut, "\n")})
		in.Words, _ = cutAt(in.Words, maxItem)
	}
	return in
}

func cutAt(s string, n int) (head, rest string) {
	if len(s) <= n {
		return s, ""
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n], s[n:]
}
