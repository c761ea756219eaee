package letter

import (
	"strings"

	"duolog/meeting"
)

// password leads the reader to the page where they choose a password, or tells them the one that duolog made. The second is
// written twice: without the password for the queue, with it at the moment of sending.
func (w *writer) password() {
	w.page.Subject = inert(w.say("subject.password"), maxSubject)
	if w.Occasion.Stage == meeting.StageMade {
		w.page.Lead = w.say("password.made")
		w.section("", nil, w.say("password.is"), inert(w.Password, 200))
		w.section("", nil, strings.Split(w.say("password.keep"), "\n")...)
	} else {
		w.page.Lead = w.say("password.link")
		w.enrolLink()
		w.section("", nil, strings.Split(w.say("password.how"), "\n")...)
	}
}

// enrolLink leads to the page where the reader chooses a password.
func (w *writer) enrolLink() {
	if link := webAddress(w.EnrolURL); link != "" {
		w.page.Sections = append(w.page.Sections, section{Lines: []string{w.say("welcome.enrol")}, Link: link})
	}
}

// keyWords names the reader's key.
func (w *writer) keyWords() {
	if w.KeyWords != "" {
		w.section("", nil, w.say("key.words", "Words", inert(w.KeyWords, 120)))
	}
}

// newPassword says how who asked for one comes to a password.
func (w *writer) newPassword(in meeting.Intent) string {
	switch {
	case in.State == meeting.ByMail:
		return w.say("ack.password-by-mail")
	case w.EnrolURL == "":
		return w.say("welcome.password")
	}
	return w.say("ack.new-password", "Old", w.reader.Recipient != "")
}

// enrolled says that a password is set: the first, one with a new key, or another one for the same key.
func (w *writer) enrolled(e meeting.Effect) []string {
	name := "ack.rekeyed"
	switch e.From {
	case "":
		name = "ack.enrol-key"
	case e.To:
		name = "ack.rewrapped"
	}
	return strings.Split(w.say(name), "\n")
}
