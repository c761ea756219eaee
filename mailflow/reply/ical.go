package reply

import (
	"bytes"
	"strings"
	"time"

	ics "github.com/arran4/golang-ical"

	"duolog/meeting"
)

// calendarReply reads what a calendar program answered to our invitation. RFC 5546, 3.2.3 and 3.2.7.
func (r *reader) calendarReply() {
	if len(r.c.Calendar) == 0 {
		return
	}
	cal, err := ics.ParseCalendar(bytes.NewReader(r.c.Calendar))
	if err != nil {
		return
	}
	method := ""
	for _, p := range cal.CalendarProperties {
		if p.IANAToken == string(ics.PropertyMethod) {
			method = strings.ToUpper(p.Value)
		}
	}
	for _, e := range cal.Events() {
		switch method {
		case "REPLY":
			r.answerInvite(e)
		case "COUNTER":
			r.counter(e)
		}
	}
}

func (r *reader) answerInvite(e *ics.VEvent) {
	for _, a := range e.Attendees() {
		if len(e.Attendees()) > 1 && !r.isSender(a.Email()) {
			continue
		}
		in := meeting.Intent{Kind: meeting.AnswerInvite, Item: r.meetingOf(e)}
		switch a.ParticipationStatus() {
		case ics.ParticipationStatusAccepted:
			in.State = meeting.SaidAccepted
		case ics.ParticipationStatusDeclined:
			in.State = meeting.SaidDeclined
		case ics.ParticipationStatusTentative:
			in.State = meeting.SaidTentative
		default:
			continue
		}
		r.add(in)
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

// counter reads the new time that a calendar program proposes.
func (r *reader) counter(e *ics.VEvent) {
	start, err := e.GetStartAt()
	if err != nil {
		return
	}
	in := meeting.Intent{Kind: meeting.MoveMeeting, Start: start.In(r.cal.now.Location())}
	if c := e.GetProperty(ics.ComponentPropertyComment); c != nil {
		in.Reason = c.Value
	}
	r.warnNight(&in, in.Start)
	r.add(in)
}

// meetingOf is the id of the meeting that the event is: the date first planned, on the pair's calendar.
func (r *reader) meetingOf(e *ics.VEvent) string {
	if p := e.GetProperty(ics.ComponentPropertyRecurrenceId); p != nil && len(p.Value) >= 8 {
		if day, err := time.Parse("20060102", p.Value[:8]); err == nil {
			return iso(day)
		}
	}
	start, err := e.GetStartAt()
	if err != nil {
		return r.c.Occasion.Meeting
	}
	return iso(start.In(r.c.Log.Pair.Rhythm.Location()))
}
