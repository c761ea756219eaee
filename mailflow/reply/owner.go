package reply

import (
	"slices"
	"strings"

	"duolog/meeting"
)

// taskLabel reads a label that says whose task stands behind it, in any words that the tables know for its parts: "Priya's
// homework:", "On my plate:", "Homework for Tom:". n counts the mark as well; 0 when there is no such label.
func (r *reader) taskLabel(line string, toks []token) (who string, n int) {
	task, owner := false, false
	for i := 0; i < len(toks) && i < 9; {
		if toks[i].fold == ":" {
			if task && owner {
				return who, i + 1
			}
			return "", 0
		}
		w, n := "", 0
		if !owner {
			w, n = r.owner(line, toks, i, task)
		}
		if n > 0 {
			who, owner = w, true
			task = task || i == 0 && r.afterMeeting() && r.lex.means("owner", "for", toks, 0) > 0 // "For Priya: …"
			i += n
			continue
		}
		if k := r.lex.means("owner", "task", toks, i); k > 0 {
			task, n = true, k
		}
		n = max(n, r.lex.means("articles", "word", toks, i), r.lex.means("owner", "around", toks, i))
		if n == 0 {
			return "", 0
		}
		i += n
	}
	return "", 0
}

// owner reads whose a task is: "Priya's", "my", "for Priya", and behind the word for the task a name alone.
func (r *reader) owner(line string, toks []token, i int, task bool) (who string, n int) {
	if who, n := r.whose(line, toks, i); n > 0 {
		return who, n
	}
	k := r.lex.means("owner", "for", toks, i)
	if k == 0 && !task {
		return "", 0
	}
	if who, n = r.whose(line, toks, i+k); n == 0 {
		who, n = r.person(line, toks, i+k)
	}
	return who, nested(k, n)
}

// whose reads "Priya's", "my" or, where a language says it without an apostrophe, "Sams" at token i.
func (r *reader) whose(line string, toks []token, i int) (who string, n int) {
	if i >= len(toks) {
		return "", 0
	}
	if n := r.lex.means("owner", "my", toks, i); n > 0 {
		return r.c.Sender.ID, n
	}
	if n := r.lex.means("owner", "your", toks, i); n > 0 {
		return r.otherID(), n
	}
	for _, end := range append([]string{"'s", "’s"}, r.lex.own["verb-endings"]["genitive"]...) {
		if name, ok := strings.CutSuffix(line[toks[i].from:toks[i].to], end); ok && len(name) > 1 {
			if who := r.namedBy(name, len(end) == 1); who != "" {
				return who, 1
			}
		}
	}
	if i+1 < len(toks) && strings.Contains("'’", toks[i+1].fold) && toks[i+1].from == toks[i].to && toks[i].capital { // "Thomas' draft"
		if who := r.namedBy(span(line, toks, i, i+1), false); who != "" {
			return who, 2
		}
	}
	return "", 0
}

// namedBy is the person of that name, or the name of somebody else; "" when it is none. A name made by taking a letter off must be
// one of the two, or be spoken of in the log.
func (r *reader) namedBy(name string, made bool) string {
	toks := tokens(name)
	if p, n := r.member(toks, 0); n == len(toks) && p != nil {
		return p.ID
	}
	who, n := r.foreign(name, toks, 0)
	if n != len(toks) || n == 0 || made && (r.mentioned(name+"s") || r.lex.means("owner", "ends-so", tokens(name+"s"), 0) > 0) {
		return ""
	}
	return who
}

// byOwner reads a line behind such a label.
func (r *reader) byOwner(u unit, toks []token) ([]meeting.Intent, bool) {
	who, n := r.taskLabel(u.head, toks)
	if n == 0 || n >= len(toks) || r.surveyed() {
		return nil, false
	}
	return []meeting.Intent{withContext(r.labelled(strip(tail(u.head, toks, n)), who), u.context)}, true
}

// labelledFor counts the tokens of "for Sam" between a label and its colon: "Feedback for Sam: …".
func (r *reader) labelledFor(meaning string, toks []token, i int) int {
	if !addressed[meaning] {
		return 0
	}
	k := r.lex.means("owner", "to", toks, i)
	if k == 0 {
		return 0
	}
	n := max(r.name(toks, i+k), r.lex.means("promise", "me", toks, i+k), r.lex.means("promise", "thee", toks, i+k))
	if n == 0 || i+k+n >= len(toks) || toks[i+k+n].fold != ":" {
		return 0
	}
	return k + n
}

// addressed are the labels that one of the two may stand behind without changing what they mean.
var addressed = map[string]bool{"topic": true, "question": true, "note": true, "feedback": true, "win": true, "heads-up": true, "agreement": true}

// ownsTask tells whether the words right before token i are those for a task, so that "for me" behind them is no private mark.
func (r *reader) ownsTask(toks []token, i int) bool {
	return slices.ContainsFunc([]int{1, 2, 3}, func(n int) bool { return r.lex.means("owner", "task", toks, i-n) == n })
}
