package reply

import (
	"slices"
	"strings"

	"duolog/meeting"
)

// pastTitle is what stands behind an item's own words, where a line repeats them behind its id: "T4 On-call load (you): discussed".
// Where nothing else was said it is all of them.
func (r *reader) pastTitle(id, rest string) string {
	toks := tokens(rest)
	k := 0
	for k < len(toks) && !toks[k].isWord() {
		k++
	}
	n := sameWords(tokens(r.wordsOf(id)), toks[k:])
	if n == 0 {
		return rest
	}
	k += n
	if k < len(toks) && toks[k].fold == "(" { // who brought it
		if m := max(r.name(toks, k+1), r.lex.means("promise", "thee", toks, k+1)); m > 0 && k+1+m < len(toks) && toks[k+1+m].fold == ")" {
			k += m + 2
		}
	}
	if onlyMarks(toks, k) || k < len(toks) && toks[k].isWord() && r.stateLen(toks, k+r.afterIs(toks[k:])) == 0 {
		return rest
	}
	return tail(rest, toks, k)
}

// sameWords counts the tokens from the first that repeat all of the words, 0 when they do not.
func sameWords(words, toks []token) int {
	i := 0
	for _, w := range words {
		for i < len(toks) && !toks[i].isWord() && w.isWord() {
			i++
		}
		if !w.isWord() {
			continue
		}
		if i >= len(toks) || toks[i].fold != w.fold {
			return 0
		}
		i++
	}
	return i
}

// wordsOf is the text of a topic or action.
func (r *reader) wordsOf(id string) string {
	if t := r.c.Log.Topic(id); t != nil {
		return t.Text
	}
	if a := r.c.Log.Action(id); a != nil {
		return a.What
	}
	return ""
}

// byTitle reads a line that begins with the whole words of one topic on the agenda or of one open action, and then says a state:
// "On-call load: discussed". Anything else behind them is no word about that item for sure.
func (r *reader) byTitle(line string) ([]meeting.Intent, bool) {
	toks := tokens(line)
	var ids []string
	for _, t := range r.c.Log.Topics {
		if t.OnAgenda() {
			ids = append(ids, t.ID)
		}
	}
	for _, a := range r.c.Log.Actions {
		if a.Pending() {
			ids = append(ids, a.ID)
		}
	}
	best, id := 0, ""
	for _, i := range ids {
		if n := sameWords(tokens(r.wordsOf(i)), toks); n > best {
			best, id = n, i
		} else if n == best && n > 0 {
			id = "" // two items are called so
		}
	}
	if id == "" || best < 2 && len(toks[0].fold) < 6 || best >= len(toks) || strings.HasSuffix(strings.TrimSpace(line), "?") {
		return nil, false
	}
	all := r.aboutItem(id, tail(line, toks, best))
	if !slices.ContainsFunc(all, func(in meeting.Intent) bool {
		return in.Item == id && (in.Kind == meeting.UpdateTopic || in.Kind == meeting.UpdateAction)
	}) {
		return nil, false
	}
	return worded(all, line), true
}
