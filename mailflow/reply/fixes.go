package reply

// maxPieces is how many words a line with several repairs may have; a longer one is no list of repairs.
const maxPieces = 100

// partFixes cuts a line of an answer to an acknowledgement where the next echoed item is numbered: "1 private, 2 by Friday".
// It does so only where each piece is a repair that is understood whole; else a private mark covers the line as it stands.
func (r *reader) partFixes(rows []row) []row {
	if !r.answersAck() {
		return rows
	}
	var all []row
	for _, w := range rows {
		if pieces := r.pieces(w); len(pieces) > 1 {
			all = append(all, pieces...)
			continue
		}
		all = append(all, w)
	}
	return all
}

func (r *reader) pieces(w row) []row {
	if len(w.toks) > maxPieces {
		return nil
	}
	if w.number == 0 {
		if which, _ := r.echoNumber(w); which == 0 {
			return nil
		}
	}
	var pieces []row
	start := 0
	for i := 1; i <= len(w.toks); i++ {
		if i < len(w.toks) && !r.numbersEcho(w.toks, i) {
			continue
		}
		p := r.piece(w, start, i)
		if r.repairs(p) {
			pieces, start = append(pieces, p), i
		}
	}
	if start != len(w.toks) {
		return nil
	}
	return pieces
}

func (r *reader) numbersEcho(toks []token, i int) bool {
	v, ok := number(toks, i)
	return ok && v >= 1 && v <= len(r.c.Occasion.Echo)
}

// piece is the row of tokens [from, to), without the comma or "and" that parts it from the next.
func (r *reader) piece(w row, from, to int) row {
	for to > from && (!w.toks[to-1].isWord() && w.toks[to-1].fold != "✅" || r.lex.means("common", "and", w.toks, to-1) > 0) {
		to--
	}
	p := row{raw: span(w.text, w.toks, from, to), indent: w.indent}
	p.text = p.raw
	if from == 0 {
		p.listed, p.number = w.listed, w.number
	} else {
		r.listMark(&p)
	}
	p.toks = tokens(p.text)
	return p
}

// repairs tells whether the row repairs one echoed item and says nothing else.
func (r *reader) repairs(w row) bool {
	text := w.text
	if w.number == 0 {
		which, n := r.echoNumber(w)
		if which == 0 {
			return false
		}
		text = tail(w.text, w.toks, n)
	}
	if _, ok := r.mark("", text); ok {
		return true
	}
	_, ok := r.fixAction("", text)
	return ok
}
