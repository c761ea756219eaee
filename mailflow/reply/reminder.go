package reply

import (
	"strings"

	"duolog/meeting"
)

// reminderUnit keeps what answers a reminder, since all of it together tells how the action stands. What has an id, a label
// or speaks to duolog is read as in any mail.
func (r *reader) reminderUnit(u unit) bool {
	toks := tokens(u.head)
	if _, n := r.ids(toks, r.lead(toks, 0)); n > 0 {
		return false
	}
	if label, n := r.label(toks, 0); n > 0 && n < len(toks) && label != "why" && label != "context" && label != "due" && label != "drop" && label != "missed" && label != "done" {
		return false
	}
	if _, ok := r.command(u); ok {
		return false
	}
	r.reminds = append(r.reminds, u)
	return true
}

// closeReminder reads all that was said about the action, as one update.
func (r *reader) closeReminder() {
	if len(r.reminds) == 0 {
		return
	}
	var sentences, words []string
	for _, u := range r.reminds {
		words = append(words, u.wording())
		for _, line := range append([]string{u.head}, u.context...) {
			sentences = append(sentences, r.sentences(line)...)
		}
	}
	in := meeting.Intent{Kind: meeting.UpdateAction, Item: r.c.Occasion.Item}
	for i, s := range sentences {
		if all := r.said(&in, s, len(sentences) == 1); len(all) > 0 {
			all[0].Words = strings.Join(words, "\n")
			r.add(all[0])
			r.reminds = nil
			return
		}
		if i == len(sentences)-1 {
			r.settle(&in, strings.Join(words, "\n"))
		}
	}
	r.reminds = nil
}

// said takes one sentence into the update. What is no update at all, such as a no or a call for help, comes back.
func (r *reader) said(in *meeting.Intent, s string, alone bool) []meeting.Intent {
	if alone && r.quiet(tokens(s)) {
		return nil
	}
	if toks := tokens(s); r.lead(toks, 0) > 0 {
		s = tail(s, toks, r.lead(toks, 0))
		if n := r.name(tokens(s), 0); n > 0 && onlyMarks(tokens(s), n) { // "Sorry Priya!"
			return nil
		}
	}
	toks := tokens(s)
	if n := r.lex.means("answers", "yes", toks, 0); n > 0 && n+1 < len(toks) && !toks[n].isWord() { // "yep, done last week"
		s = tail(s, toks, n+1)
	}
	all := r.aboutAction(in.Item, strings.TrimSpace(strings.Replace(s, ": ", " ", 1)))
	if len(all) == 0 {
		return nil
	}
	got := all[0]
	switch got.Kind {
	case meeting.UpdateAction:
		if got.Due != "" {
			in.Due, in.DueWords, in.Asks = got.Due, got.DueWords, append(in.Asks, got.Asks...)
		}
		if in.State == "" {
			in.State = got.State
		}
		if got.State == string(meeting.ActionMissed) || got.State == string(meeting.ActionDropped) {
			in.Reason = reasonOf(s, got.Reason)
			return nil
		}
		in.Who, in.Measure, in.Progress = or(got.Who, in.Who), or(got.Measure, in.Measure), max(got.Progress, in.Progress)
		in.Text = join(in.Text, r.saidOf(s, got))
	case meeting.CommentOn:
		in.Text = join(in.Text, s)
	default:
		if alone {
			return all
		}
		in.Text = join(in.Text, s)
	}
	return nil
}

// reasonOf is the reason alone where the sentence is "drop: reason", the whole sentence where it is one: "I dropped the ball".
func reasonOf(sentence, reason string) string {
	words := 0
	for _, t := range tokens(strings.TrimSuffix(sentence, reason)) {
		if t.isWord() {
			words++
		}
	}
	if strings.Contains(sentence, ":") || words <= 1 {
		return reason
	}
	return sentence
}

// saidOf is what was said beside a number or date that the sentence begins with.
func (r *reader) saidOf(s string, got meeting.Intent) string {
	toks := tokens(s)
	if m, ok := r.cal.moment(s, toks, 0); ok && got.Due == m.due() && got.Text != s && got.State == "" && !onlyMarks(toks, m.n) && !toks[m.n].isWord() {
		return got.Text
	}
	return wordsOf(s, got)
}

// wordsOf is the sentence, or what is left of it beside a date or state that says it all.
func wordsOf(s string, got meeting.Intent) string {
	if got.Progress > 0 && got.Text != "" && strings.IndexAny(s, "0123456789") == 0 { // "60%, the rest on Thursday"
		return got.Text
	}
	if got.Who == "" && (got.State == string(meeting.ActionDone) || got.Text == "") {
		return got.Text
	}
	return s
}

// settle adds the update: as a comment when it changes nothing else.
func (r *reader) settle(in *meeting.Intent, words string) {
	in.Words = words
	if in.State == "" && in.Due == "" && in.Who == "" && in.Measure == "" && in.Progress == 0 {
		if in.Text == "" {
			r.out.Quiet = append(r.out.Quiet, words)
			return
		}
		r.add(meeting.Intent{Kind: meeting.CommentOn, Item: in.Item, Text: in.Text, Words: words})
		return
	}
	if in.Due != "" && r.lex.has("report-back", "cue", tokens(words)) { // "will ask Lena and tell you tomorrow"
		in.TopicIs = meeting.ReportBack
	}
	if a := r.c.Log.Action(in.Item); a != nil && in.State == string(meeting.ActionDone) && a.Measure != "" {
		in.Asks = append(in.Asks, meeting.Ask{Code: meeting.AskDone, Args: []string{a.Measure}})
	}
	r.add(*in)
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

func join(a, b string) string { return strings.TrimSpace(a + " " + b) }
