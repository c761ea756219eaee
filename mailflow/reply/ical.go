package reply

import (
	"strings"
	"time"

	"duolog/mailflow/ical"
	"duolog/mailflow/newtext"
	"duolog/meeting"
)

// maxInvite bounds an answer to an invitation; the longest that programs write have about 20 KB.
const maxInvite = 1 << 20

// calendarReply reads what a calendar program answered to our invitation, and tells whether the mail is such an answer. Then its text is
// the program's ("Priya has accepted …"): what the person wrote stands in the comment. RFC 5546, 3.2.3 and 3.2.7.
func (r *reader) calendarReply() bool {
	if len(r.c.Calendar) == 0 || len(r.c.Calendar) > maxInvite {
		return false
	}
	cal, err := ical.Parse(r.c.Calendar, r.c.Sender.Location())
	if err != nil || cal.Method != "REPLY" && cal.Method != "COUNTER" {
		return false
	}
	for _, e := range cal.Events {
		if cal.Method == "COUNTER" {
			r.counter(e)
			continue
		}
		r.answerInvite(e)
	}
	return true
}

// said are the answers that matter.
var said = map[string]string{"ACCEPTED": meeting.SaidAccepted, "DECLINED": meeting.SaidDeclined, "TENTATIVE": meeting.SaidTentative}

func (r *reader) answerInvite(e ical.Event) {
	for _, a := range e.Attendees {
		if len(e.Attendees) > 1 && !r.isSender(a.Address) {
			continue
		}
		if state := said[a.Status]; state != "" {
			item, ok := r.meetingOf(e)
			if ok {
				r.add(meeting.Intent{Kind: meeting.AnswerInvite, Item: item, State: state, Reason: r.comment(e, a)})
			}
		}
		return
	}
}

func (r *reader) isSender(address string) bool {
	for _, own := range r.c.Sender.Addresses {
		if strings.EqualFold(own, address) {
			return true
		}
	}
	return false
}

// counter reads the new time that a calendar program proposes: for one meeting or, where it names none, for all of them, which is another
// rhythm.
func (r *reader) counter(e ical.Event) {
	item, ok := r.meetingOf(e)
	if !ok || e.AllDay {
		return
	}
	comment := ""
	for _, a := range e.Attendees {
		if comment == "" && (len(e.Attendees) == 1 || r.isSender(a.Address)) {
			comment = r.comment(e, a)
		}
	}
	if len(e.Attendees) == 0 {
		comment = r.comment(e, ical.Attendee{})
	}
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
func (r *reader) comment(e ical.Event, a ical.Attendee) string {
	text := e.Comment
	if text == "" {
		text = a.Comment
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

// meetingOf is the id of the meeting that the event is: the date first planned, on the pair's calendar. It is AboutRhythm for the whole
// series; ok is false for an event that is none of the pair's.
func (r *reader) meetingOf(e ical.Event) (id string, ok bool) {
	pair := r.c.Log.Pair
	name, _, _ := strings.Cut(e.UID, "@")
	day := func(t time.Time) string { return iso(t.In(pair.Rhythm.Location())) }
	switch own, isOwn := strings.CutSuffix(name, "."+pair.ID); {
	case !e.Instance.IsZero():
		return day(e.Instance), true
	case name == pair.ID:
		return meeting.AboutRhythm, true
	case isOwn && r.c.Log.Planned(own) != nil:
		return own, true
	}
	id = day(e.Start)
	return id, r.c.Log.Planned(id) != nil
}
