package reply

import "strings"

// spot is a line of the reply that says something.
type spot struct{ block, row int }

// cover finds the marks that speak of more than their own paragraph: all of the reply, or the rest of it.
func (r *reader) cover(blocks [][]row, marks [][]secrecy) {
	said := r.telling(blocks)
	whole, open := r.c.secretSubject(r), false
	for i, p := range said {
		w, m := blocks[p.block][p.row], &marks[p.block][p.row]
		r.sealsFirst(w)
		if r.answersAck() && r.sealsText(w, r.unsealed(blocks, said)) {
			whole, m.marked = true, true
		}
		if m.alone && i == len(said)-1 && !m.onward && standsAlone(blocks[p.block], p.row) {
			whole = true
		}
		m.onward = m.marked && m.onward || m.alone && i == 0 || m.empty && blankAfter(blocks[p.block], p.row)
	}
	for b, rows := range blocks {
		for i := range rows {
			open = open || marks[b][i].onward
			marks[b][i].inside = open || whole
		}
	}
}

// telling lists the lines that are neither blank nor a greeting, thanks or sign-off.
func (r *reader) telling(blocks [][]row) []spot {
	var all []spot
	for b, rows := range blocks {
		for i, w := range rows {
			if !w.blank() && !r.quiet(w.toks) {
				all = append(all, spot{b, i})
			}
		}
	}
	return all
}

// unsealed counts the lines that do more than make stored items private.
func (r *reader) unsealed(blocks [][]row, said []spot) int {
	n := 0
	for _, p := range said {
		if _, ok := r.seals(blocks[p.block][p.row]); !ok {
			n++
		}
	}
	return n
}

// standsAlone tells whether the line is a paragraph, or one word: "Keep this between us" ending a paragraph speaks of that.
func standsAlone(rows []row, i int) bool {
	words := 0
	for _, t := range rows[i].toks {
		if t.isWord() {
			words++
		}
	}
	return words < 2 || i == 0 || rows[i-1].blank()
}

func blankAfter(rows []row, i int) bool { return i+1 < len(rows) && rows[i+1].blank() }

// onward tells whether the line speaks of what follows it: "the rest of this mail is private".
func (r *reader) onward(toks []token) bool { return r.lex.has("private", "onward", toks) }

// secretSubject tells whether the subject says that the reply is private.
func (c Context) secretSubject(r *reader) bool {
	subject := c.Subject
	for {
		prefix, rest, ok := strings.Cut(subject, ":")
		if toks := tokens(prefix); !ok || len(toks) != 1 || r.lex.means("subject", "prefix", toks, 0) == 0 {
			break
		}
		subject = strings.TrimSpace(rest)
	}
	if strings.TrimSpace(subject) == "" {
		return false
	}
	return r.secret(r.rows(subject)[0]).marked
}
