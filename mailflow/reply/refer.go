package reply

import (
	"strconv"
	"strings"

	"duolog/meeting"
)

// refer reads words that mean items by their place in our mail: "the second one", "both", "the last". sure is false where
// the mail shows several lists, so that only the author can say which was meant; ids are then all that could be.
func (r *reader) refer(toks []token, i int) (ids []string, n int, sure bool) {
	place, n := r.lex.at("places", toks, i)
	if n == 0 {
		return nil, 0, false
	}
	shown, sure := r.shown()
	switch at, err := strconv.Atoi(place); {
	case place == "both":
		return shown, n, len(shown) == 2
	case !sure:
		return shown, n, false
	case place == "last" && len(shown) > 1:
		return shown[len(shown)-1:], n, true
	case err == nil && at <= len(shown):
		return shown[at-1 : at], n, true
	}
	return nil, 0, false
}

// shown lists the items of the mail that was answered, in its order: of an acknowledgement what it echoed, of a recap the
// topics. Of other mails it is not sure which of their lists is meant; what one says is done are one's actions.
func (r *reader) shown() (ids []string, sure bool) {
	switch {
	case r.answersAck():
		return r.c.Occasion.Echo, true
	case r.c.Occasion.Kind == meeting.LetterRecap:
		for _, t := range r.c.Log.Agenda() {
			if sent := r.c.Occasion.At; sent.IsZero() || t.At.Before(sent) {
				ids = append(ids, t.ID)
			}
		}
		return ids, true
	case r.beforeMeeting():
		for _, a := range r.c.Log.Actions {
			if a.Who == r.c.Sender.ID && (a.State == meeting.ActionOpen || a.State == meeting.ActionMissed) {
				ids = append(ids, a.ID)
			}
		}
	}
	return ids, false
}

// byPlaceInList reads "the second one is done", "both done" and "the last one next time": items named by their place, with a
// state. What follows must be a state, since "first" begins many a sentence.
func (r *reader) byPlaceInList(line string) ([]meeting.Intent, bool) {
	toks := tokens(line)
	i := r.leadTo("places", toks)
	ids, n, sure := r.refer(toks, i)
	if n == 0 || len(ids) == 0 || strings.HasSuffix(strings.TrimSpace(line), "?") {
		return nil, false
	}
	rest := tail(line, toks, i+n)
	after := toks[i+n:]
	k := r.afterIs(after)
	state := r.stateLen(after, k)
	if state == 0 || r.lex.means("states", "not-yet", after, k) > 0 || k+state < len(after) && after[k+state].isWord() {
		return nil, false
	}
	if sure {
		return r.aboutItems(ids, line, rest)
	}
	all := r.aboutItem(ids[0], rest)
	if len(all) != 1 || all[0].Kind != meeting.UpdateAction {
		return nil, false
	}
	all[0].Item, all[0].Words = "", line
	all[0].Asks = []meeting.Ask{{Code: meeting.AskWhich, Args: ids}}
	return all, true
}

// leadTo skips what introduces a line, but no word of the group: "first" leads in, and is a place as well.
func (r *reader) leadTo(group string, toks []token) int {
	for i := range r.lead(toks, 0) {
		if _, n := r.lex.at(group, toks, i); n > 0 {
			return i
		}
	}
	return r.lead(toks, 0)
}
