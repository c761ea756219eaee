package reply

import (
	"slices"
	"strings"

	"duolog/meeting"
)

// label reads "topic:", "Agreed –" or "**Note**:" at token i. n counts the mark after it as well; 0 when there is no label.
func (r *reader) label(toks []token, i int) (meaning string, n int) {
	k := i
	for k < len(toks) && strings.Contains("*_[(#", toks[k].fold) {
		k++
	}
	meaning, m := r.lex.at("labels", toks, k)
	if m == 0 {
		return "", 0
	}
	m += k
	for m < len(toks) && strings.Contains("*_])", toks[m].fold) {
		m++
	}
	if m >= len(toks) {
		return "", 0
	}
	if n := max(r.name(toks, m), r.lex.means("promise", "me", toks, m), r.lex.means("promise", "thee", toks, m)); meaning == "action" && n > 0 && m+n < len(toks) && (toks[m+n].fold == ":" || r.verb(toks, m+n) > 0) {
		return meaning, m - i // "TODO Sam: …"
	}
	m += r.labelledFor(meaning, toks, m)
	switch mark := toks[m]; {
	case mark.fold == ":":
		for m++; m < len(toks) && strings.Contains("*_", toks[m].fold); {
			m++
		}
		return meaning, m - i
	case mark.fold == "–" && toks[m-1].to < mark.from && dashed[meaning],
		mark.fold == "," && meaning == "heads-up" && m+1 < len(toks): // "Heads-up, I need to …"
		return meaning, m + 1 - i
	}
	return "", 0
}

// dashed are the labels that a dash may end; after the others a dash is more likely part of a sentence.
var dashed = map[string]bool{"topic": true, "action": true, "note": true, "agreement": true, "private": true, "heads-up": true, "park": true}

// byOwnLabel reads a line with a label.
func (r *reader) byOwnLabel(u unit) ([]meeting.Intent, bool) {
	toks := tokens(u.head)
	i := r.lead(toks, 0)
	label, n := r.label(toks, i)
	if n == 0 {
		i = 0
		label, n = r.label(toks, 0)
	}
	if n == 0 || i+n >= len(toks) {
		return nil, false
	}
	if all, ok := r.statement(u.head); ok {
		return withLast(all, u.context), true
	}
	text := strip(tail(u.head, toks, i+n))
	if all, ok := r.noneBehind(label, text, u); ok {
		return all, true
	}
	if all, ok := r.byLabel(label, text, u); ok {
		return all, true
	}
	if label != "win" && r.lex.means("labels", "win", toks, i) > 0 { // "success:" under an action is its measure, alone a win
		return r.byLabel("win", text, u)
	}
	return nil, false
}

// noneBehind reads "Actions: none": nothing is stored for it, and before a meeting it says that there is no topic.
func (r *reader) noneBehind(label, text string, u unit) ([]meeting.Intent, bool) {
	if !listing[label] || len(u.context) > 0 || !r.wholly(tokens(text), "nothing", "said") {
		return nil, false
	}
	if label == "topic" && r.beforeMeeting() && r.spoken == 1 {
		return []meeting.Intent{{Kind: meeting.Nothing}}, true
	}
	r.out.Quiet = append(r.out.Quiet, u.wording())
	return nil, true
}

// listing are the labels that name what a list holds.
var listing = map[string]bool{"topic": true, "action": true, "mine": true, "yours": true, "note": true, "agreement": true, "question": true, "win": true, "feedback": true}

// byLabel reads the words behind a label. ok is false when the label means nothing here.
func (r *reader) byLabel(label, text string, u unit) ([]meeting.Intent, bool) {
	in := meeting.Intent{Text: text, Context: u.context}
	switch label {
	case "topic":
		in = r.topic(text, u.context)
	case "usual":
		in = r.topic(text, append([]string{strip(strings.TrimSuffix(u.head, text))}, u.context...))
	case "park":
		in = r.topic(text, u.context)
		in.State = string(meeting.TopicParked)
	case "quarter", "year":
		in = r.topic(text, u.context)
		in.DueWords = label
	case "action", "mine", "yours":
		who := map[string]string{"mine": r.c.Sender.ID, "yours": r.otherID()}[label]
		what, more := r.labelsWithin(text)
		in = withContext(r.labelled(what, who), u.context)
		for _, s := range more {
			toks := tokens(s)
			label, n := r.label(toks, 0)
			if value := strip(tail(s, toks, n)); !r.amends(&in, label, value) {
				in.Context = append(in.Context, s)
			}
		}
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
	case "question":
		in.Kind = meeting.AddQuestion
		in.Text, in.Answer = r.ownAnswer(text)
	case "skip":
		in = meeting.Intent{Kind: meeting.SkipMeeting, Reason: text, Context: u.context}
	case "held", "did-not-happen", "move":
		if m, ok := r.aboutMeeting(strings.TrimSpace(strings.Replace(u.head, ":", " ", 1))); ok {
			in = m
			break
		}
		return nil, false
	default:
		return nil, r.amend(label, text, u)
	}
	return []meeting.Intent{in}, true
}

// labelsWithin parts "new guide. Owner: Priya. Due: 15 Dec." where the next label of an action begins.
func (r *reader) labelsWithin(text string) (what string, more []string) {
	toks := tokens(text)
	start := 0
	cut := func(end int) {
		if s := strip(strings.TrimRight(span(text, toks, start, end), " .")); start == 0 {
			what = s
		} else {
			more = append(more, s)
		}
		start = end
	}
	for i := 2; i < len(toks); i++ {
		label, n := r.label(toks, i)
		if n > 0 && strings.Contains(".,;–|(/", toks[i-1].fold) && (label == "owner" || label == "due" || label == "measure") {
			cut(i)
		}
	}
	if start == 0 {
		return text, nil
	}
	cut(len(toks))
	return what, more
}

// ownAnswer parts "what blocks you? my answer: reviews".
func (r *reader) ownAnswer(text string) (question, answer string) {
	toks := tokens(text)
	for i := range toks {
		if label, n := r.label(toks, i); label == "my-answer" {
			return strip(span(text, toks, 0, i)), strip(tail(text, toks, i+n))
		}
	}
	return text, ""
}

// amend adds a line such as "context: …", "my answer: …" or "by when: …" to the item written right above it.
func (r *reader) amend(label, text string, u unit) bool {
	if len(r.out.Intents) == 0 || u.after {
		return false
	}
	in := &r.out.Intents[len(r.out.Intents)-1]
	if in.Kind == meeting.AddPrivate || !r.amends(in, label, text) {
		return false
	}
	in.Context = append(in.Context, u.context...)
	in.Words += "\n" + u.wording()
	return true
}

func (r *reader) amends(in *meeting.Intent, label, text string) bool {
	action := in.Kind == meeting.AddAction || in.Kind == meeting.AddReportBack
	switch {
	case label == "my-answer" && in.Kind == meeting.AddQuestion:
		in.Answer = text
	case label == "why" && in.Kind == meeting.AddQuestion:
		in.Reason = text
	case label == "why" || label == "context":
		in.Context = append(in.Context, text)
	case label == "measure" && action:
		in.Measure = text
		in.Asks = without(in.Asks, meeting.AskMeasure)
	case label == "owner" && action:
		in.Who = r.whoOf(text)
		in.Asks = without(in.Asks, meeting.AskWho)
	case label == "due" && action:
		m, ok := first(r.cal.moments(text, tokens(text)))
		if !ok {
			return false
		}
		in.Asks = without(in.Asks, meeting.AskWhen)
		r.setDue(in, m)
	default:
		return false
	}
	return true
}

func without(asks []meeting.Ask, code string) []meeting.Ask {
	return slices.DeleteFunc(asks, func(a meeting.Ask) bool { return a.Code == code })
}

// untilWhen reads the day on which an agreement ends.
func (r *reader) untilWhen(in *meeting.Intent) {
	for _, m := range r.cal.moments(in.Text, tokens(in.Text)) {
		if m.by && !m.floats {
			r.setDue(in, m)
		}
	}
}
