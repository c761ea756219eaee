package reply

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"duolog/mailflow/ical"
	"duolog/mailflow/newtext"
	"duolog/meeting"
)

// maxInvite bounds an answer to an invitation; the longest that programs write have about 20 KB.
const maxInvite = 1 << 20

// calendarReply reads what a calendar program answered to our invitation, and tells whether the mail is such an answer. Then its text is
// the program's ("Priya has accepted …"): what the person wrote stands in the comment or, for want of one, is a text without any mark of a
// program. Items in such a text are read as those of any reply (beside). RFC 5546, 3.2.3 and 3.2.7.
func (r *reader) calendarReply(text string, blocks []newtext.Block) (answer, beside bool) {
	if len(r.c.Calendar) == 0 || len(r.c.Calendar) > maxInvite {
		return false, false
	}
	cal, err := ical.Parse(r.c.Calendar, r.c.Sender.Location())
	if err != nil || cal.Method != "REPLY" && cal.Method != "COUNTER" {
		return false, false
	}
	if beside = r.itemsBeside(cal.Events, text, blocks); beside {
		text = ""
	}
	for _, e := range cal.Events {
		if cal.Method == "COUNTER" {
			r.counter(e, text)
			continue
		}
		r.answerInvite(e, text)
	}
	return true, beside
}

// itemsBeside tells whether the text that came with an answer is a list, or has a label or an id, and no mark of a program. The id of an item
// and a private label no program writes: beside them a name or a link is the person's.
func (r *reader) itemsBeside(events []ical.Event, text string, blocks []newtext.Block) bool {
	var rows []row
	for _, b := range blocks {
		rows = append(rows, r.rows(b.Text)...)
	}
	own := slices.ContainsFunc(rows, func(w row) bool { return !w.blank() && r.startsOwn(w) })
	for _, e := range events[:min(len(events), 1)] { // all are of one answer
		a, _ := r.replier(e)
		if strings.TrimSpace(e.Comment+a.Comment) != "" || r.titled(text, e) || !own && r.byProgram(text, e, a) {
			return false
		}
	}
	return slices.ContainsFunc(rows, func(w row) bool { return w.listed || !w.blank() && r.startsStrong(w) })
}

// startsOwn tells whether a row begins with "private:" or with the id of an item that there is.
func (r *reader) startsOwn(w row) bool {
	if n := r.privateLabel(w.toks, 0); n > 0 && n < len(w.toks) {
		return strings.Contains(":–", w.toks[n].fold)
	}
	ids, n := r.ids(w.toks, 0)
	return n > 0 && r.known(ids[0])
}

// said are the answers that matter.
var said = map[string]string{"ACCEPTED": meeting.SaidAccepted, "DECLINED": meeting.SaidDeclined, "TENTATIVE": meeting.SaidTentative}

func (r *reader) answerInvite(e ical.Event, text string) {
	a, ok := r.replier(e)
	state := said[a.Status]
	if !ok || state == "" {
		return
	}
	if item, ok := r.meetingOf(e); ok {
		r.add(meeting.Intent{Kind: meeting.AnswerInvite, Item: item, State: state, Reason: r.comment(e, a, text)})
	}
}

// replier is the attendee whose answer it is: the sender or, where a program names only one, that one under an address which is not known
// here. Nobody answers for the other side. RFC 5546, 3.2.3.
func (r *reader) replier(e ical.Event) (a ical.Attendee, ok bool) {
	for _, a := range e.Attendees {
		if has(r.c.Sender, a.Address) {
			return a, true
		}
	}
	if len(e.Attendees) != 1 || r.other != nil && has(r.other, e.Attendees[0].Address) {
		return a, false
	}
	return e.Attendees[0], true
}

func has(p *meeting.Person, address string) bool {
	return slices.ContainsFunc(p.Addresses, func(own string) bool { return strings.EqualFold(own, address) })
}

// counter reads the new time that a calendar program proposes: for one meeting or, where it names none, for all of them, which is another
// rhythm.
func (r *reader) counter(e ical.Event, text string) {
	item, ok := r.meetingOf(e)
	a, own := r.replier(e)
	if !ok || e.AllDay || !own && len(e.Attendees) > 0 {
		return
	}
	comment := r.comment(e, a, text)
	start := e.Start.In(r.cal.now.Location())
	if item == meeting.AboutRhythm {
		r.counterAll(start, comment)
		return
	}
	if !start.After(r.cal.now) {
		return
	}
	in := meeting.Intent{Kind: meeting.MoveMeeting, Item: item, Start: start, Reason: comment}
	r.warnNight(&in, in.Start)
	r.add(in)
}

// counterAll proposes the rhythm that the pair has, at the weekday and hour of the given start.
func (r *reader) counterAll(start time.Time, words string) {
	rhythm := r.c.Log.Pair.Rhythm
	local := start.In(rhythm.Location())
	for local.Before(r.cal.now) {
		local = local.AddDate(0, 0, 7)
	}
	var parts []string
	for _, part := range strings.Split(strings.TrimPrefix(strings.ToUpper(rhythm.Rule), "RRULE:"), ";") {
		name, value, _ := strings.Cut(part, "=")
		switch name {
		case "BYDAY": // "1TH" becomes "1TU": the same week of the month
			if strings.Contains(value, ",") {
				return
			}
			nth := strings.TrimRight(value, "MOTUWEHFRSA")
			part = name + "=" + nth + strings.ToUpper(local.Weekday().String()[:2])
		case "BYMONTHDAY", "BYSETPOS", "BYHOUR", "BYMINUTE", "UNTIL", "COUNT":
			return
		}
		parts = append(parts, part)
	}
	in := meeting.Intent{Kind: meeting.Cadence, State: strings.Join(parts, ";"), Start: local, Words: words}
	if in.Words == "" {
		in.Words = local.Format("2006-01-02 15:04 MST")
	}
	r.warnNight(&in, in.Start)
	r.add(in)
}

// comment is what the person wrote to the answer. Where a part of it is private it is kept for its author alone, and none of it is told.
func (r *reader) comment(e ical.Event, a ical.Attendee, text string) string {
	if typed := cmp.Or(strings.TrimSpace(e.Comment), strings.TrimSpace(a.Comment)); typed != "" || r.byProgram(text, e, a) {
		text = typed
	}
	if text = strings.TrimSpace(text); text == "" {
		return ""
	}
	c := r.c
	c.Calendar = nil
	private := false
	for _, in := range Read(newtext.FromText(text, nil), c).Intents {
		if in.Kind == meeting.AddPrivate {
			private = true
			r.add(in)
		}
	}
	if private {
		return ""
	}
	text, _ = cutAt(strings.Join(strings.Fields(text), " "), maxItem)
	return text
}

// byProgram tells whether the text of an answer has a mark of the program that wrote it: it is titled, names one of the two, or has an address
// or a link. Whoever types a word to an answer does none of that.
func (r *reader) byProgram(text string, e ical.Event, a ical.Attendee) bool {
	names := []string{r.c.Sender.Name, a.Name}
	if r.other != nil {
		names = append(names, r.other.Name)
	}
	return r.titled(text, e) || strings.Contains(text, "@") || strings.Contains(text, "://") ||
		slices.ContainsFunc(names, func(name string) bool { return mentions(text, name) })
}

// titled tells whether the text names the event or says what the subject does, at least how that begins ("Declined: …").
func (r *reader) titled(text string, e ical.Event) bool {
	verdict, _, ok := strings.Cut(r.c.Subject, ":")
	return mentions(text, e.Summary) || ok && len(verdict) > 4 && mentions(text, verdict) || strings.Contains(fold(r.c.Subject), fold(text))
}

// mentions tells whether the words stand in the text, whole: "Tom" does in "Tom's", not in "tomorrow".
func mentions(text, words string) bool {
	spaced := func(s string) string {
		var b strings.Builder
		for _, t := range tokens(s) {
			b.WriteString(" " + t.fold)
		}
		return b.String()
	}
	text, words = spaced(text)+" ", spaced(words)
	return words != "" && slices.ContainsFunc([]string{" ", "'s ", "s "}, func(end string) bool { return strings.Contains(text, words+end) })
}

// meetingOf is the id of the meeting that the event is: the date first planned, on the pair's calendar. It is AboutRhythm for the whole
// series; ok is false for an event that is none of the pair's.
func (r *reader) meetingOf(e ical.Event) (id string, ok bool) {
	pair := r.c.Log.Pair
	name, _, _ := strings.Cut(e.UID, "@")
	day := func(t time.Time) string { return iso(t.In(pair.Rhythm.Location())) }
	switch own, isOwn := strings.CutSuffix(name, "."+pair.ID); {
	case !isOwn && name != pair.ID:
		return "", false
	case !e.Instance.IsZero():
		return day(e.Instance), true
	case name == pair.ID:
		return meeting.AboutRhythm, true
	case r.c.Log.Planned(own) != nil || e.Start.IsZero():
		return own, r.c.Log.Planned(own) != nil
	}
	id = day(e.Start)
	return id, r.c.Log.Planned(id) != nil
}
