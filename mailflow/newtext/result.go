package newtext

import "strings"

// result puts together what the rules left.
func (r *reader) result(subject string) Result {
	var res Result
	var texts, plain []string
	r.eachBlock(func(lines []*line, answers string) {
		b := Block{Text: joinLines(lines, (*line).markdown), Answers: answers}
		res.Blocks = append(res.Blocks, b)
		texts = append(texts, b.Text)
		plain = append(plain, joinLines(lines, func(l *line) string { return l.text }))
	})
	res.Text, res.Plain = strings.Join(texts, "\n\n"), strings.Join(plain, "\n\n")
	res.Cuts = r.cuts()
	res.Forwarded = r.forwardedOf(subject)
	return res
}

func (r *reader) forwardedOf(subject string) *Forwarded {
	if r.forward == nil && subject != "" && r.block.lines > 0 {
		r.noteForward(r.block, r.blockAt)
	}
	if r.forward != nil && r.forward.Subject == "" {
		r.forward.Subject = subject
	}
	return r.forward
}

// eachBlock calls f with the lines of every stretch of new text and the quoted line above it.
func (r *reader) eachBlock(f func(lines []*line, answers string)) {
	var cur []*line
	answers, above := "", ""
	flush := func() {
		for len(cur) > 0 && (cur[0].blank() || cur[0].rule) {
			cur = cur[1:]
		}
		for len(cur) > 0 && (cur[len(cur)-1].blank() || cur[len(cur)-1].rule) {
			cur = cur[:len(cur)-1]
		}
		if len(cur) > 0 {
			f(cur, answers)
		}
		cur = nil
	}
	cut := false // right above
	for i := range r.lines {
		l := &r.lines[i]
		switch {
		case l.class == "" && pictured(l.text): // no blank line either: that could part what belongs together
		case l.class == "":
			if len(cur) == 0 {
				answers = above
			}
			if !(cut && l.blank() && len(cur) > 0 && cur[len(cur)-1].blank()) {
				cur = append(cur, l)
				cut = false
			}
		case l.class == Quote || l.class == Attribution || l.class == Forward:
			flush()
			if l.class == Quote && !l.rule {
				above = r.whole(i)
			}
		default:
			cut = true
		}
	}
	flush()
}

// whole returns the quoted line i as it was sent, where that is known.
func (r *reader) whole(i int) string {
	l := &r.lines[i]
	if l.end > 0 {
		return r.sent.lineAt(l.end - 1)
	}
	return strings.TrimSpace(l.text)
}

// joinLines joins lines and takes the outer white space off, but not the indentation of the first.
func joinLines(lines []*line, text func(*line) string) string {
	var b strings.Builder
	for i, l := range lines {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(text(l))
	}
	return strings.TrimSpace(b.String())
}

// cuts lists what was left out; neighbours with the same reason make one.
func (r *reader) cuts() []Cut {
	var cuts []Cut
	var cur []string
	reason := ""
	flush := func() {
		if text := strings.TrimSpace(strings.Join(cur, "\n")); text != "" {
			cuts = append(cuts, Cut{reason, text})
		}
		cur = nil
	}
	for i := range r.lines {
		l := &r.lines[i]
		if l.class != reason && !l.blank() {
			flush()
			reason = l.class
		}
		if reason != "" {
			cur = append(cur, l.text)
		}
	}
	flush()
	return cuts
}
