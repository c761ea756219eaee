package reply

import (
	"strings"

	"duolog/mailflow/newtext"
	"duolog/meeting"
)

// quotedLines is how many lines of a forwarded mail go with the topic.
const quotedLines = 5

// forwards reads a reply that passes a mail on: its subject is the topic, the words above it and its first lines are the
// context. A private mark on either side makes all of it private.
func (r *reader) forwards(f *newtext.Forwarded, parts [][]part) bool {
	if f == nil || strings.TrimSpace(f.Subject+f.Text) == "" {
		return false
	}
	own, secret := r.ownWords(parts)
	quote := firstLines(f.Text)
	if secret || r.secretText(f.Subject+"\n"+quote) {
		r.addPrivate(part{text: own + "\n" + f.Subject + "\n" + quote})
		return true
	}
	if r.strongWords(own) {
		return false
	}
	in := meeting.Intent{Kind: meeting.AddTopic, Text: f.Subject, Words: own}
	for line := range strings.Lines(own) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		if r.quiet(tokens(line)) {
			r.out.Quiet = append(r.out.Quiet, line)
		} else {
			in.Context = append(in.Context, line)
		}
	}
	if in.Text == "" {
		in.Text, _, _ = strings.Cut(quote, "\n")
	}
	r.judge(&in)
	for line := range strings.Lines(quote) {
		in.Context = append(in.Context, "> "+strings.TrimSpace(line))
	}
	r.add(in)
	return true
}

func (r *reader) ownWords(parts [][]part) (text string, secret bool) {
	for _, run := range parts {
		for _, p := range run {
			if p.private {
				secret, text = true, text+p.text+"\n"
				continue
			}
			for _, w := range p.rows {
				text += w.raw + "\n"
			}
		}
	}
	return strings.TrimSpace(text), secret
}

func (r *reader) secretText(text string) bool {
	for _, w := range r.rows(text) {
		if !w.blank() && r.secret(w).marked {
			return true
		}
	}
	return false
}

// strongWords tells whether the words above the forwarded mail have forms of their own, so that they are read as usual.
func (r *reader) strongWords(own string) bool {
	for _, w := range r.rows(own) {
		if w.blank() {
			continue
		}
		if _, n := r.label(w.toks, 0); n > 0 {
			return true
		}
		if _, ok := r.statement(w.text); ok {
			return true
		}
	}
	return false
}

func firstLines(text string) string {
	var lines []string
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(strings.TrimLeft(line, "> \t"))
		if line != "" && len(lines) < quotedLines {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}
