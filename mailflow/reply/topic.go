package reply

import (
	"strings"
	"unicode/utf8"

	"duolog/meeting"
)

// topic makes a topic of a line and what is nested in it.
func (r *reader) topic(text string, context []string) meeting.Intent {
	title, rest := r.title(text)
	in := meeting.Intent{Kind: meeting.AddTopic, Text: title}
	if rest != "" {
		in.Context = append(in.Context, rest)
	}
	in.Context = append(in.Context, context...)
	r.judge(&in)
	return in
}

// judge says what the topic is about, and what the acknowledgement should ask.
func (r *reader) judge(in *meeting.Intent) {
	text := strings.Join(append([]string{in.Text}, in.Context...), "\n")
	toks := tokens(text)
	if in.TopicIs == "" {
		in.TopicIs, _, _ = r.lex.find("kinds", tokens(in.Text), 0)
		if in.TopicIs == "" {
			in.TopicIs, _, _ = r.lex.find("kinds", toks, 0)
		}
	}
	if r.lex.has("sensitive", "word", toks) {
		in.Asks = append(in.Asks, meeting.Ask{Code: meeting.AskSensitive})
	}
	if len(in.Context) == 0 && len(toks) <= 7 && r.lex.has("worry", "word", toks) {
		in.Asks = append(in.Asks, meeting.Ask{Code: meeting.AskVague})
	}
	if t := r.sameTopic(in.Text); t != nil {
		in.Asks = append(in.Asks, meeting.Ask{Code: meeting.AskSameTopic, Args: []string{t.ID, t.Text}})
	}
}

// title parts a line into what the topic is called and what explains it: "reorg: your team stays", "salary – when?".
func (r *reader) title(text string) (title, rest string) {
	toks := tokens(text)
	for i := 1; i < len(toks)-1; i++ {
		t := toks[i]
		spaced := t.from > toks[i-1].to && toks[i+1].from > t.to
		switch {
		case t.fold == "–" && spaced && i <= 10,
			t.fold == ":" && toks[i+1].from > t.to && i <= 5 && len(r.keywords(span(text, toks, 0, i))) > 0,
			t.fold == "?" && toks[i+1].from > t.to && toks[i+1].isWord(),
			t.fold == "." && toks[i+1].from > t.to && i >= 2 && !r.abbreviated(toks, i-1):
			if t.fold == "?" || t.fold == "." {
				title = span(text, toks, 0, i+1)
			} else {
				title = span(text, toks, 0, i)
			}
			return strings.TrimSuffix(strings.TrimSpace(title), "."), strings.TrimSpace(tail(text, toks, i+1))
		}
	}
	return strings.TrimSpace(text), ""
}

// sameTopic finds a topic on the agenda that the words could mean as well.
func (r *reader) sameTopic(text string) *meeting.Topic {
	for _, t := range r.c.Log.Topics {
		if t.OnAgenda() && r.alike(text, t.Text) {
			return t
		}
	}
	return nil
}

// sameAction finds a pending action of the same person that the promise could repeat.
func (r *reader) sameAction(in meeting.Intent) *meeting.Action {
	for _, a := range r.c.Log.Actions {
		if a.Pending() && (in.Who == "" || a.Who == in.Who) && r.alike(in.Text, a.What) {
			return a
		}
	}
	return nil
}

// alike tells whether new words could mean an old item: they share half of its key words, or are part of it.
func (r *reader) alike(text, old string) bool {
	now, then := r.keywords(text), r.keywords(old)
	common, letters := 0, 0
	for w, n := range now {
		if then[w] > 0 {
			common++
			letters += n
		}
	}
	switch {
	case within(text, old):
		return true
	case common == 0 || common == 1 && letters < 6:
		return false
	}
	return common == len(now) || 2*common >= len(then)
}

// within tells whether the words, two or more, stand in the other text as they are.
func within(text, other string) bool {
	var a, b []string
	for _, t := range tokens(text) {
		a = append(a, t.fold)
	}
	for _, t := range tokens(other) {
		b = append(b, t.fold)
	}
	return len(a) > 1 && strings.Contains(" "+strings.Join(b, " ")+" ", " "+strings.Join(a, " ")+" ")
}

// keywords are the words of a text that carry its meaning, cut to their stems, with their lengths.
func (r *reader) keywords(text string) map[string]int {
	words := map[string]int{}
	for i, toks := 0, tokens(text); i < len(toks); i++ {
		t := toks[i]
		if !t.isWord() || utf8.RuneCountInString(t.fold) < 2 || r.lex.means("common", "word", toks, i) > 0 || r.name(toks, i) > 0 {
			continue
		}
		words[stem(t.fold)] = len(t.fold)
	}
	return words
}

// stem cuts the commonest endings off, which is enough to compare two short texts.
func stem(word string) string {
	for _, end := range []string{"'s", "ings", "ing", "ies", "es", "en", "ed", "er", "s", "n", "e", "y"} {
		if s, ok := strings.CutSuffix(word, end); ok && len(s) >= 4 {
			return s
		}
	}
	return word
}
