package reply

import "strings"

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
	if n := r.name(toks, m); meaning == "action" && n > 0 && m+n < len(toks) && toks[m+n].fold == ":" {
		return meaning, m - i // "TODO Sam: …"
	}
	switch mark := toks[m]; {
	case mark.fold == ":":
		for m++; m < len(toks) && strings.Contains("*_", toks[m].fold); {
			m++
		}
		return meaning, m - i
	case mark.fold == "–" && toks[m-1].to < mark.from && dashed[meaning]:
		return meaning, m + 1 - i
	}
	return "", 0
}

// dashed are the labels that a dash may end; after the others a dash is more likely part of a sentence.
var dashed = map[string]bool{"topic": true, "action": true, "note": true, "agreement": true, "private": true, "heads-up": true, "park": true}

// labelOf is label for the surveys, whose own labels come first.
func (r *reader) labelOf(group string, toks []token) (meaning string, n int) {
	meaning, m := r.lex.at(group, toks, 0)
	if m == 0 || m >= len(toks) || toks[m].fold != ":" && toks[m].fold != "–" {
		return "", 0
	}
	return meaning, m + 1
}
