package letter

import "strings"

// welcome says in five lines what this is, and asks for a yes.
func (w *writer) welcome() {
	w.page.Subject = inert(w.say("subject.welcome", "Names", w.names()), maxSubject)
	w.page.Lead = w.say("welcome.lead")
	w.section("", nil, strings.Split(w.say("welcome.what"), "\n")...)
	switch {
	case w.EnrolURL != "":
		w.enrolLink()
		w.section("", nil, w.say("welcome.send"))
	case w.reader.Recipient == "":
		w.section("", nil, w.say("welcome.password"))
	}
	next := w.Log.NextMeeting(w.Now)
	if next != nil {
		w.section(w.say("welcome.next"), nil, w.when(next.Start)+" · "+w.say("minutes", "N", next.Length.Minutes()))
	}
	w.section("", nil, w.say("welcome.zone", "Zone", w.reader.Zone, "Clock", w.clock(w.Now.In(w.reader.Location()))), w.say("welcome.no"))
	w.foot()
}
