package reply

import (
	"strings"

	"duolog/meeting"
)

// readUnits gives each unit its meaning. A label with nothing behind it heads the units that follow: "Agreed:" above a list.
func (r *reader) readUnits(units []unit) {
	heading := ""
	for i, u := range units {
		if u.after && heading != "" && !u.listed {
			heading = ""
		}
		toks := tokens(u.head)
		if meaning, n := r.label(toks, 0); n > 0 && n >= len(toks) {
			if i+1 < len(units) && !units[i+1].after || len(u.context) > 0 {
				heading = meaning
				r.underHeading(meaning, u)
				continue
			}
		}
		r.unit(u, heading)
	}
}

// underHeading reads a heading; what is nested in it are items of its kind.
func (r *reader) underHeading(meaning string, u unit) {
	if len(u.context) == 0 {
		r.out.Quiet = append(r.out.Quiet, u.wording())
		return
	}
	r.out.Quiet = append(r.out.Quiet, u.words[0])
	for i, line := range u.context {
		words := line
		if len(u.words) == len(u.context)+1 {
			words = u.words[i+1]
		}
		r.unit(unit{head: line, words: []string{words}, listed: true}, meaning)
	}
}

// unit gives a unit its meaning: by what it says, else by the heading above it, else by the mail it answers.
func (r *reader) unit(u unit, heading string) {
	toks := tokens(u.head)
	if len(u.context) == 0 && !u.listed && r.quiet(toks) {
		r.out.Quiet = append(r.out.Quiet, u.wording())
		return
	}
	if n := r.greeted(toks); n > 0 {
		u.head = tail(u.head, toks, n)
	}
	all := r.meaning(u, heading)
	if len(all) == 0 {
		r.out.Unread = append(r.out.Unread, u.wording())
	}
	for i, in := range all {
		if in.Words == "" || len(all) == 1 {
			in.Words = u.wording()
		} else if i == len(all)-1 && len(u.words) > 1 {
			in.Words += "\n" + strings.Join(u.words[1:], "\n")
		}
		r.add(in)
	}
}

func (r *reader) meaning(u unit, heading string) []meeting.Intent {
	if all, ok := r.command(u); ok {
		return all
	}
	toks := tokens(u.head)
	if ids, n := r.ids(toks, 0); n == 0 || !r.known(ids[0]) {
		if meaning, n := r.label(toks, 0); n > 0 && n < len(toks) {
			if all, ok := r.byLabel(meaning, strip(tail(u.head, toks, n)), u); ok {
				return all
			}
		}
	}
	if all, ok := r.sentenceBySentence(u); ok {
		return all
	}
	if u.box != 0 {
		return []meeting.Intent{withContext(r.labelled(u.head, ""), u.context)}
	}
	if heading != "" {
		if all, ok := r.byLabel(heading, u.head, u); ok {
			return all
		}
	}
	return r.byDefault(u.head, u.context)
}

// sentenceBySentence reads a line in which at least one sentence has a form of its own: an id, a promise, something about
// the meeting. The plain sentences around it belong to it, or have the default meaning when they come first.
func (r *reader) sentenceBySentence(u unit) ([]meeting.Intent, bool) {
	sentences := r.sentences(u.head)
	var all []meeting.Intent
	strong := false
	for i, s := range sentences {
		found, ok := r.formOf(s)
		switch {
		case ok:
			strong = true
			for k := range found {
				if found[k].Words == "" {
					found[k].Words = s
				}
			}
			all = append(all, found...)
		case i > 0 && strong:
			attach(&all[len(all)-1], s)
		default:
			all = append(all, meeting.Intent{Words: s})
		}
	}
	if !strong {
		return nil, false
	}
	all = r.defaults(all)
	all[len(all)-1] = withContext(all[len(all)-1], u.context)
	return all, true
}

// defaults gives the sentences that come before the first strong one their default meaning, as one.
func (r *reader) defaults(all []meeting.Intent) []meeting.Intent {
	var plain []string
	for len(all) > 0 && all[0].Kind == "" {
		plain, all = append(plain, all[0].Words), all[1:]
	}
	if len(plain) == 0 {
		return all
	}
	text := strings.Join(plain, " ")
	if r.quiet(tokens(text)) {
		all[0].Words = text + " " + all[0].Words
		return all
	}
	before := r.byDefault(text, nil)
	for i := range before {
		before[i].Words = text
	}
	return append(before, all...)
}

// attach adds a sentence to what was said before it.
func attach(in *meeting.Intent, sentence string) {
	in.Words += " " + sentence
	switch in.Kind {
	case meeting.UpdateAction, meeting.CommentOn, meeting.CorrectNote, meeting.UpdateTopic:
		in.Text = strings.TrimSpace(in.Text + " " + sentence)
	case meeting.Reject, meeting.MeetingMissed, meeting.SkipMeeting, meeting.MoveMeeting:
		in.Reason = strings.TrimSpace(in.Reason + " " + sentence)
	default:
		in.Context = append(in.Context, sentence)
	}
}

func withContext(in meeting.Intent, lines []string) meeting.Intent {
	in.Context = append(in.Context, lines...)
	return in
}

// formOf reads one sentence that has a form of its own.
func (r *reader) formOf(s string) ([]meeting.Intent, bool) {
	if all, ok := r.statement(s); ok {
		return all, true
	}
	if all, ok := r.aboutMeeting(s); ok {
		return all, true
	}
	if in, ok := r.promise(s); ok {
		return []meeting.Intent{in}, true
	}
	return nil, false
}

// byLabel reads the words behind a label. ok is false when the label means nothing here.
func (r *reader) byLabel(label, text string, u unit) ([]meeting.Intent, bool) {
	in := meeting.Intent{Text: text, Context: u.context}
	switch label {
	case "topic":
		in = r.topic(text, u.context)
	case "usual":
		in = r.topic(text, append([]string{strings.TrimSpace(strings.TrimSuffix(u.head, text))}, u.context...))
	case "park":
		in = r.topic(text, u.context)
		in.State = string(meeting.TopicParked)
	case "quarter", "year":
		in = r.topic(text, u.context)
		in.DueWords = label
	case "action":
		in = withContext(r.labelled(text, ""), u.context)
	case "mine":
		in = withContext(r.labelled(text, r.c.Sender.ID), u.context)
	case "yours":
		in = withContext(r.labelled(text, r.otherID()), u.context)
	case "note":
		in.Kind = meeting.AddNote
	case "feedback", "win", "feeling":
		in.Kind, in.TopicIs = meeting.AddNote, label
	case "agreement":
		in.Kind = meeting.AddAgreement
		r.untilWhen(&in)
	case "heads-up":
		in = r.topic(text, u.context)
		in.Kind = meeting.HeadsUp
	default:
		return nil, false
	}
	return []meeting.Intent{in}, true
}

// untilWhen reads the day on which an agreement ends.
func (r *reader) untilWhen(in *meeting.Intent) {
	for _, m := range r.cal.moments(in.Text, tokens(in.Text)) {
		if m.by && !m.floats {
			r.setDue(in, m)
		}
	}
}

// byDefault reads what has no form of its own, by the mail that was answered.
func (r *reader) byDefault(text string, context []string) []meeting.Intent {
	switch r.c.Occasion.Kind {
	case meeting.LetterRecap:
		return []meeting.Intent{{Kind: meeting.AddNote, Text: text, Context: context}}
	}
	return []meeting.Intent{r.topic(text, context)}
}
