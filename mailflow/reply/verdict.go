package reply

import (
	"slices"
	"strings"

	"duolog/meeting"
)

// nothingSaid reads "nothing from me this week".
func (r *reader) nothingSaid(u unit) (meeting.Intent, bool) {
	if r.answersAck() || r.welcoming() || len(u.context) > 0 {
		return meeting.Intent{}, false
	}
	toks := tokens(u.head)
	start := r.lead(toks, 0)
	dated := len(r.moments(u.head, toks)) > 0
	if n := r.lex.means("meeting", "skip", toks, start); (n > 1 || n > 0 && dated) && n > r.lex.means("nothing", "said", toks, start) && r.beforeMeeting() {
		return meeting.Intent{}, false // "skip this week"
	}
	if r.c.Occasion.Kind == meeting.LetterConfirmation && r.covers(toks, "yes") {
		return meeting.Intent{}, false
	}
	if r.beforeMeeting() && r.spoken == 1 && r.covers(toks, "yes") {
		return meeting.Intent{Kind: meeting.Nothing}, true
	}
	if !r.saysNothing(u.head, toks) {
		return meeting.Intent{}, false
	}
	return meeting.Intent{Kind: meeting.Nothing}, true
}

// saysNothing tells whether the line says that there is nothing, and nothing else but perhaps a day.
func (r *reader) saysNothing(line string, toks []token) bool {
	return r.saysOnly(toks, func(i int) (int, bool) {
		n := r.lex.means("nothing", "said", toks, i)
		if n == 0 && r.beforeMeeting() && r.spoken == 1 {
			n = r.lex.means("nothing", "no", toks, i)
		}
		if n > 0 {
			return n, true
		}
		return r.lex.means("nothing", "filler", toks, i), false
	}, func(i int) int {
		if n := max(r.name(toks, i), r.lex.means("filler", "lead", toks, i)); n > 0 {
			return n
		}
		if m, ok := r.cal.moment(line, toks, i); ok {
			return m.n
		}
		return 0
	})
}

// verdictOnAll reads "ok", "looks right", "👍": a yes to all that waits. Before a meeting nothing was asked, unless a move was.
func (r *reader) verdictOnAll(line string) (meeting.Intent, bool) {
	toks := tokens(line)
	if (r.afterMeeting() || r.c.Occasion.Kind == meeting.LetterSurveyResult) && r.covers(toks, "yes") {
		return meeting.Intent{Kind: meeting.Confirm}, true
	}
	if id := r.changeAsked(); id != "" && r.covers(toks, "no") {
		return meeting.Intent{Kind: meeting.Reject, Item: id}, true
	}
	return r.verdictOnRest(line)
}

// changeAsked is the one change that the other side proposed in answer to a survey's result, "" when there is none, or several.
func (r *reader) changeAsked() string {
	id := ""
	for _, g := range r.c.Log.Agreements {
		if r.c.Occasion.Kind != meeting.LetterSurveyResult || g.State != meeting.AgreementProposed || g.By == r.c.Sender.ID {
			continue
		}
		if id != "" {
			return ""
		}
		id = g.ID
	}
	return id
}

// verdictExcept reads "all good except N2: it was June".
func (r *reader) verdictExcept(line string) ([]meeting.Intent, bool) {
	toks := tokens(line)
	for i := 1; i < len(toks); i++ {
		n := r.lex.means("meeting", "except", toks, i)
		if n == 0 || !r.afterMeeting() || !r.covers(toks[:i], "yes") {
			continue
		}
		if all, ok := r.statement(tail(line, toks, i+n)); ok {
			all[0].Words = line
			return append(all, meeting.Intent{Kind: meeting.Confirm, Words: line}), true
		}
	}
	return nil, false
}

// verdictOnRest reads "The rest 👍".
func (r *reader) verdictOnRest(line string) (meeting.Intent, bool) {
	toks := tokens(line)
	i := r.lead(toks, 0)
	if n := r.lex.means("answers", "rest", toks, i); n > 0 && (n > 1 || r.afterMeeting()) && r.covers(toks[i:], "yes") {
		return meeting.Intent{Kind: meeting.Confirm}, true
	}
	return meeting.Intent{}, false
}

// correction is the better wording of the one note that waits for the sender; of several it is not said which. A question is no
// wording, and who mends one note by its id mends the others so too.
func (r *reader) correction(text string, context []string) meeting.Intent {
	if strings.HasSuffix(strings.TrimSpace(text), "?") {
		return r.topic(text, context)
	}
	if slices.ContainsFunc(r.out.Intents, func(in meeting.Intent) bool { return in.Item != "" && in.Item[0] == 'N' }) {
		return meeting.Intent{Kind: meeting.AddNote, Text: text, Context: context}
	}
	var notes []string
	for _, id := range r.c.Log.Waiting(r.c.Sender.ID) {
		if id[0] == 'N' {
			notes = append(notes, id)
		}
	}
	if len(notes) == 1 {
		return meeting.Intent{Kind: meeting.CorrectNote, Item: notes[0], Text: text, Context: context}
	}
	in := meeting.Intent{Kind: meeting.AddNote, Text: text, Context: context}
	if len(notes) > 1 {
		in.Asks = []meeting.Ask{{Code: meeting.AskWhich, Args: notes}}
	}
	return in
}
