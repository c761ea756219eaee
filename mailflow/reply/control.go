package reply

import "duolog/meeting"

// command reads lines that speak to duolog itself: "undo", "help", "pause until 5 Jan".
func (r *reader) command(u unit) ([]meeting.Intent, bool) {
	toks := tokens(u.head)
	for _, c := range []struct {
		meaning string
		kind    meeting.IntentKind
	}{{"undo", meeting.Undo}} {
		if r.wholly(toks, "control", c.meaning) {
			return []meeting.Intent{{Kind: c.kind}}, true
		}
	}
	return nil, false
}

// wholly tells whether the line says that and nothing else, politeness aside.
func (r *reader) wholly(toks []token, group, meaning string) bool {
	said := false
	for i := 0; i < len(toks); {
		n := r.lex.means(group, meaning, toks, i)
		if n > 0 {
			said = true
		} else if n = r.lex.means("control", "please", toks, i); n == 0 && !toks[i].isWord() {
			n = 1
		}
		if n == 0 {
			return false
		}
		i += n
	}
	return said
}
