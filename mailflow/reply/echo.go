package reply

import (
	"strings"

	"duolog/meeting"
)

// echoNumber reads "2" or "#2" at the start of an answer to an acknowledgement: which of the echoed items is meant.
func (r *reader) echoNumber(w row) (which, n int) {
	toks := w.toks
	k := 0
	k += r.lex.means("places", "word", toks, k)
	for k < len(toks) && strings.Contains("#(", toks[k].fold) {
		k++
	}
	v, ok := number(toks, k)
	if !ok || v < 1 || v > len(r.c.Occasion.Echo) {
		return 0, 0
	}
	for k++; k < len(toks) && strings.Contains(").:–=→", toks[k].fold); {
		k++
	}
	if k >= len(toks) {
		return 0, 0
	}
	return v, k
}

func (r *reader) soleEcho() bool { return len(r.c.Occasion.Echo) == 1 }

// echoFix reads a reply to an acknowledgement, which repairs what was echoed: "2 is private", "by Friday", "1. context: …".
func (r *reader) echoFix(u unit) ([]meeting.Intent, bool) {
	if !r.answersAck() {
		return nil, false
	}
	if id, ok := r.denies(tokens(u.head), u.number); ok && len(u.context) == 0 {
		return []meeting.Intent{{Kind: meeting.MarkItem, Item: id, State: "shared"}}, true
	}
	echo := r.c.Occasion.Echo
	if u.number >= 1 && u.number <= len(echo) {
		return r.fix(echo[u.number-1], u.head, u)
	}
	toks := tokens(u.head)
	if id, rest := r.movedTo(toks, u.head); id != "" { // "change 2 to Monday"
		return r.fix(id, rest, u)
	}
	if which, n := r.echoNumber(row{toks: toks}); n > 0 {
		if _, dated := r.cal.moment(u.head, toks, 0); !dated {
			return r.fix(echo[which-1], tail(u.head, toks, n), u)
		}
	}
	if ids, n := r.ids(toks, r.lead(toks, 0)); n > 0 && r.known(ids[0]) {
		return nil, false
	}
	if all, ok := r.fixByPlace(u, toks); ok {
		return all, true
	}
	if len(echo) == 1 {
		return r.fixOnly(echo[0], u)
	}
	return r.fixAny(u)
}

// movedTo reads "change 2 to Monday" and "move the second one to Friday": the echoed item, and what is behind it.
func (r *reader) movedTo(toks []token, line string) (id, rest string) {
	i := r.lead(toks, 0)
	n := r.lex.means("meeting", "move-verb", toks, i)
	if n == 0 || i+n >= len(toks) {
		return "", ""
	}
	ids, k, sure := r.refer(toks, i+n)
	if k == 0 {
		which, m := r.echoNumber(row{toks: toks[i+n:]})
		if m == 0 {
			return "", ""
		}
		ids, k, sure = r.c.Occasion.Echo[which-1:which], m, true
	}
	if _, dated := r.cal.moment(line, toks, i+n+k); !sure || len(ids) != 1 || !dated {
		return "", ""
	}
	return ids[0], tail(line, toks, i+n+k)
}

// denies reads a line that only says of an echoed item, or of all that the mail said, that it is not private.
func (r *reader) denies(toks []token, listed int) (id string, ok bool) {
	which, n := r.echoNumber(row{toks: toks})
	if _, number := number(toks, n); number && n == 0 { // a private note is not among the numbers
		n = 1
	}
	if which == 0 && listed <= len(r.c.Occasion.Echo) {
		which = listed
	}
	if !r.wholly(toks[r.lead(toks, n):], "private", "negated") {
		return "", false
	}
	if which > 0 {
		id = r.c.Occasion.Echo[which-1]
	}
	return id, true
}

// fix repairs one echoed item.
func (r *reader) fix(id, text string, u unit) ([]meeting.Intent, bool) {
	if in, ok := r.mark(id, text); ok {
		return []meeting.Intent{in}, true
	}
	toks := tokens(text)
	if label, n := r.label(toks, 0); n > 0 && n < len(toks) {
		value := strip(tail(text, toks, n))
		switch label {
		case "context", "why", "topic", "note":
			return []meeting.Intent{{Kind: meeting.CommentOn, Item: id, Text: value, Context: u.context}}, true
		case "my-answer":
			return []meeting.Intent{{Kind: meeting.CommentOn, Item: id, Text: text, Context: u.context}}, true
		}
	}
	if id[0] == 'A' {
		if in, ok := r.fixAction(id, text); ok {
			return []meeting.Intent{withContext(in, u.context)}, true
		}
	}
	all := withLast(r.aboutItem(id, text), u.context)
	if len(all) == 0 { // "1 thanks"
		r.out.Quiet = append(r.out.Quiet, u.wording())
	}
	return all, true
}

// markFirst reads "delete the second one" and "remove 2 please".
func (r *reader) markFirst(toks []token) (all []meeting.Intent, ok bool) {
	i := r.lead(toks, 0)
	for _, state := range []string{"delete", "sensitive"} {
		n := r.lex.means("marks", state, toks, i)
		if n == 0 {
			continue
		}
		ids, m, sure := r.refer(toks, i+n)
		if i+n < len(toks) && m == 0 {
			ids, sure = r.echoed(toks[i+n].fold)
			m = 1
		}
		if sure && (onlyMarks(toks, i+n+m) || r.wholly(toks[i+n+m:], "control", "please")) {
			for _, id := range ids {
				all = append(all, meeting.Intent{Kind: meeting.MarkItem, Item: id, State: state})
			}
			return all, true
		}
	}
	return nil, false
}

// fixByPlace reads "the second one is done", "both by Friday", "the last one is private".
func (r *reader) fixByPlace(u unit, toks []token) (all []meeting.Intent, ok bool) {
	if all, ok := r.markFirst(toks); ok {
		return all, true
	}
	i := r.leadTo("places", toks)
	ids, n, sure := r.refer(toks, i)
	if n == 0 || !sure {
		return nil, false
	}
	rest := tail(u.head, toks, i+n)
	for k := r.afterIs(tokens(rest)); k > 0; k = 0 {
		rest = tail(rest, tokens(rest), k)
	}
	if !r.repairs(row{text: rest, number: 1, toks: tokens(rest)}) {
		all, ok = r.byPlaceInList(u.head)
		return withLast(all, u.context), ok
	}
	for _, id := range ids {
		more, _ := r.fix(id, rest, u)
		all = append(all, more...)
	}
	return all, len(all) > 0
}

// fixAction fills what an action lacked: its date, its owner, its measure.
func (r *reader) fixAction(id, text string) (meeting.Intent, bool) {
	in := meeting.Intent{Kind: meeting.UpdateAction, Item: id}
	rest := text
	if at, n := r.fixMeasure(tokens(rest)); n > 0 {
		toks := tokens(rest)
		in.Measure, rest = strip(tail(rest, toks, at+n)), span(rest, toks, 0, at)
		if i := strings.LastIndex(in.Measure, ","); i > 0 && strings.TrimSpace(rest) == "" { // "when the alerts are gone, by Friday"
			if trial := in; strip(r.takeDue(&trial, in.Measure[i+1:])) == "" {
				in, in.Measure = trial, strip(in.Measure[:i])
			}
		}
	}
	rest = strip(r.takeDue(&in, rest))
	toks := tokens(rest)
	k := r.lead(toks, 0)
	if n := r.lex.means("took-over", "give", toks, k); n > 0 {
		k += n
	}
	if who, n := r.person(rest, toks, k); n > 0 && onlyMarks(toks, k+n) {
		in.Who, rest = who, ""
	}
	return in, strip(rest) == "" && (in.Due != "" || in.Who != "" || in.Measure != "")
}

func (r *reader) fixMeasure(toks []token) (at, n int) {
	if n := r.lex.means("measure", "start", toks, 0); n > 0 && n < len(toks) {
		return 0, n
	}
	for i := range toks {
		if n := r.lex.means("measure", "mark", toks, i); n > 0 && i+n < len(toks) {
			return i, n
		}
	}
	return 0, 0
}

// mark reads "is private", "delete", "new topic", "yes", "same".
func (r *reader) mark(id, text string) (meeting.Intent, bool) {
	toks := tokens(text)
	i := 0
	if n := r.lex.means("marks", "no", toks, 0); n > 0 && n < len(toks) && !toks[n].isWord() && r.marks(toks, n+1) == "new-topic" {
		i = n + 1
	}
	state := r.marks(toks, i)
	if state == "" {
		return meeting.Intent{}, false
	}
	in := meeting.Intent{Kind: meeting.MarkItem, Item: id, State: state}
	if state == "yes" {
		in.Topic = r.likeThis(id)
	}
	return in, true
}

// marks is the mark that stands at token i, and nothing after it.
func (r *reader) marks(toks []token, i int) string {
	for _, state := range []string{"new-topic", "private", "sensitive", "delete", "yes", "no"} {
		if r.lex.means("marks", state, toks, i) > 0 && r.wholly(toks[i:], "marks", state) {
			return state
		}
	}
	return ""
}

// likeThis is the earlier item that the acknowledgement offered as the same.
func (r *reader) likeThis(id string) string {
	if t := r.c.Log.Topic(id); t != nil {
		for _, other := range r.c.Log.Topics {
			if other.ID != t.ID && other.OnAgenda() && r.alike(t.Text, other.Text) {
				return other.ID
			}
		}
	}
	if a := r.c.Log.Action(id); a != nil {
		for _, other := range r.c.Log.Actions {
			if other.ID != a.ID && other.Pending() && other.Who == a.Who && r.alike(a.What, other.What) {
				return other.ID
			}
		}
	}
	return ""
}

// fixOnly reads words that can only mean the one item that was echoed.
func (r *reader) fixOnly(id string, u unit) ([]meeting.Intent, bool) {
	toks := tokens(u.head)
	if label, n := r.label(toks, 0); n > 0 && label != "context" && label != "why" && label != "due" && label != "owner" && label != "measure" {
		return nil, false
	}
	if r.covers(toks, "yes") && r.marks(toks, 0) != "yes" {
		r.out.Quiet = append(r.out.Quiet, u.wording())
		return nil, true
	}
	if n := r.lex.means("answers", "no", toks, 0); n > 0 && n < len(toks) && !toks[n].isWord() && id[0] == 'A' { // "not me, Priya"
		if in, ok := r.fixAction(id, tail(u.head, toks, n+1)); ok {
			return []meeting.Intent{withContext(in, u.context)}, true
		}
	}
	return r.fix(id, u.head, u)
}

// fixAny reads words that do not say which of several echoed items they mean. Where only one can be meant, it is that.
func (r *reader) fixAny(u unit) ([]meeting.Intent, bool) {
	toks := tokens(u.head)
	if in, ok := r.mark("", u.head); ok {
		in.Item, in.Asks = r.only(in.State)
		if in.State == "yes" {
			in.Topic = r.likeThis(in.Item)
		}
		return []meeting.Intent{in}, true
	}
	if in, ok := r.fixAction("", u.head); ok {
		missing := r.lacking(in)
		if len(missing) == 1 {
			in.Item = missing[0]
		} else {
			in.Asks = append(in.Asks, meeting.Ask{Code: meeting.AskWhich, Args: missing})
		}
		return []meeting.Intent{in}, true
	}
	if r.covers(toks, "yes") {
		r.out.Quiet = append(r.out.Quiet, u.wording())
		return nil, true
	}
	return nil, false
}

// only is the echoed item that a mark can mean: the one that was offered as the same as another, where that was asked.
func (r *reader) only(state string) (string, []meeting.Ask) {
	var can []string
	for _, id := range r.c.Occasion.Echo {
		if state != "new-topic" && state != "yes" && state != "no" || r.likeThis(id) != "" {
			can = append(can, id)
		}
	}
	if len(can) == 1 {
		return can[0], nil
	}
	if len(can) == 0 {
		can = r.c.Occasion.Echo
	}
	return "", []meeting.Ask{{Code: meeting.AskWhich, Args: can}}
}

// lacking lists the echoed actions that lack what the words give.
func (r *reader) lacking(in meeting.Intent) []string {
	var ids []string
	for _, id := range r.c.Occasion.Echo {
		a := r.c.Log.Action(id)
		if a == nil {
			continue
		}
		if in.Due != "" && a.Due == "" || in.Who != "" && a.Who == "" || in.Measure != "" && a.Measure == "" && in.Due == "" {
			ids = append(ids, id)
		}
	}
	return ids
}
