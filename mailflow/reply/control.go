package reply

import (
	"slices"
	"strings"

	"duolog/meeting"
)

// controls are the lines that speak to duolog itself. The last ones are single words that people also write about other
// things, and count only when nothing else was written.
var controls = []struct {
	meaning string
	kind    meeting.IntentKind
	alone   bool
}{
	{"undo", meeting.Undo, false},
	{"help-write", meeting.Help, false},
	{"send-password", meeting.NewPassword, false},
	{"new-password", meeting.NewPassword, false},
	{"send-log", meeting.SendLog, false},
	{"forget", meeting.Forget, false},
	{"help", meeting.Help, true},
	{"stop", meeting.Stop, true},
	{"start", meeting.Start, true},
}

// command reads lines that speak to duolog itself: "undo", "help", "pause until 5 Jan".
func (r *reader) command(u unit) ([]meeting.Intent, bool) {
	toks := tokens(u.head)
	for _, c := range controls {
		if c.alone && r.spoken > 1 || c.meaning == "help" && (r.needsHelp() || len(toks) > 1 && r.quiet(toks[:len(toks)-1])) || c.meaning == "start" && r.welcoming() {
			continue
		}
		if r.wholly(toks, "control", c.meaning) {
			in := meeting.Intent{Kind: c.kind, Context: u.context}
			if c.meaning == "send-password" {
				in.State = meeting.ByMail
			}
			return []meeting.Intent{in}, true
		}
	}
	if i := slices.IndexFunc(toks, func(t token) bool { return strings.Contains(",–:.;!(", t.fold) }); i > 0 && r.spoken == 1 && r.wholly(toks[:i], "control", "undo") {
		return []meeting.Intent{{Kind: meeting.Undo, Context: append([]string{strip(tail(u.head, toks, i))}, u.context...)}}, true // "undo, wrong mail"
	}
	if n := r.lex.means("consent", "yes", toks, 0); r.welcoming() && n > 0 && n < len(toks) {
		return nil, false // a yes, with a wish behind it
	}
	for _, form := range []func(string, []token) (meeting.Intent, bool){r.nudges, r.pause, r.handoff, r.along, r.forget, r.setting} {
		if in, ok := form(u.head, toks); ok {
			in.Context = append(in.Context, u.context...)
			return []meeting.Intent{in}, true
		}
	}
	return nil, false
}

// needsHelp tells whether the mail asked "need help?", so that "help" means yes.
func (r *reader) needsHelp() bool { return r.c.Occasion.Kind == meeting.LetterReminder }

// nudges reads "please stop these reminders".
func (r *reader) nudges(_ string, toks []token) (meeting.Intent, bool) {
	switch {
	case r.wholly(toks, "control", "stop-nudge"):
		return meeting.Intent{Kind: meeting.Stop, State: "nudge"}, true
	case r.wholly(toks, "control", "start-nudge"):
		return meeting.Intent{Kind: meeting.Start, State: "nudge"}, true
	}
	return meeting.Intent{}, false
}

// pause reads "pause until 5 Jan".
func (r *reader) pause(line string, toks []token) (meeting.Intent, bool) {
	i := r.lead(toks, 0)
	n := r.lex.means("control", "pause", toks, i)
	if n == 0 {
		return meeting.Intent{}, false
	}
	in := meeting.Intent{Kind: meeting.Stop}
	if i+n >= len(toks) {
		return in, r.spoken == 1
	}
	m, ok := r.cal.moment(line, toks, i+n)
	if !ok {
		return meeting.Intent{}, false
	}
	k := m.at + m.n
	for n := 1; n > 0; k += n {
		n = r.lex.means("control", "please", toks, k)
	}
	if k < len(toks) && toks[k].isWord() && !r.quiet(toks[k:]) && r.lex.means("meeting", "because", toks, k) == 0 {
		return meeting.Intent{}, false
	}
	r.setDue(&in, m)
	in.Reason = r.reason(line, toks, k)
	return in, true
}

// handoff reads "handoff to Maria Lopez <maria@acme.example> from 1 Jan".
func (r *reader) handoff(line string, toks []token) (meeting.Intent, bool) {
	n := r.lex.means("control", "handoff", toks, 0)
	if n == 0 {
		return meeting.Intent{}, false
	}
	in := meeting.Intent{Kind: meeting.Handoff}
	for _, word := range strings.Fields(line) {
		if word = strings.Trim(word, "<>(),;."); strings.Count(word, "@") == 1 {
			in.Text = word
		}
	}
	if in.Text == "" {
		return meeting.Intent{}, false
	}
	name, _, _ := strings.Cut(tail(line, toks, n), in.Text)
	in.Who = strings.Trim(name, " <(")
	if m, ok := last(r.cal.moments(line, toks)); ok {
		r.setDue(&in, m)
	}
	return in, true
}

// along reads what goes along with a hand-over: "take along T3, A8".
func (r *reader) along(line string, toks []token) (meeting.Intent, bool) {
	n := r.lex.means("control", "along", toks, 0)
	if n == 0 {
		return meeting.Intent{}, false
	}
	var ids []string
	for _, word := range strings.FieldsFunc(tail(line, toks, n), func(c rune) bool { return c == ' ' || c == ',' || c == ';' }) {
		if _, _, ok := meeting.SplitID(strings.Trim(word, ".:")); ok {
			ids = append(ids, strings.Trim(word, ".:"))
		}
	}
	return meeting.Intent{Kind: meeting.Handoff, Item: strings.Join(ids, " ")}, len(ids) > 0
}

// forget reads the words that confirm a wish to be forgotten: "DELETE priya-sam".
func (r *reader) forget(line string, toks []token) (meeting.Intent, bool) {
	n := r.lex.means("control", "forget-confirm", toks, 0)
	if n == 0 || !strings.EqualFold(strings.TrimSpace(tail(line, toks, n)), r.c.Log.Pair.ID) {
		return meeting.Intent{}, false
	}
	return meeting.Intent{Kind: meeting.Forget, Text: r.c.Log.Pair.ID}, true
}

// setting reads "in German please" and "my time zone is Europe/Madrid".
func (r *reader) setting(line string, toks []token) (meeting.Intent, bool) {
	if code, ok := r.languageAsked(toks); ok {
		return meeting.Intent{Kind: meeting.SetOwn, Item: "language", State: code}, true
	}
	for i := range toks {
		if n := r.lex.means("settings", "zone", toks, i); n > 0 && i <= 2 {
			if zone := zoneName(tail(line, toks, i+n)); zone != "" {
				return meeting.Intent{Kind: meeting.SetOwn, Item: "zone", State: zone}, true
			}
		}
	}
	return meeting.Intent{}, false
}

// languageAsked tells whether the whole line asks for a language.
func (r *reader) languageAsked(toks []token) (string, bool) {
	code := ""
	for i := 0; i < len(toks); {
		meaning, n := r.lex.at("language", toks, i)
		switch {
		case n > 0:
			code = meaning
		default:
			n = max(r.lex.means("settings", "in", toks, i), r.lex.means("control", "please", toks, i))
			if n == 0 && !toks[i].isWord() {
				n = 1
			}
		}
		if n == 0 {
			return "", false
		}
		i += n
	}
	return code, code != "" && len(toks) > 1
}
