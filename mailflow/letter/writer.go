package letter

import (
	"fmt"
	"regexp"
	"time"

	"duolog/meeting"
)

// writer writes one mail: it knows the reader, the reader's words and what the reader may see. The first thing that goes
// wrong is kept and reported by finish, so that the forms read like the mails.
type writer struct {
	Request
	page    page
	reader  *meeting.Person
	other   *meeting.Person
	words   *language
	meeting *meeting.Meeting // what the mail is about, nil for none; the rhythm may have changed since
	titles  bool             // the pair wants titles only in its mails
	letter  Letter
	err     error
}

func newWriter(r Request) (*writer, error) {
	if r.Log == nil || r.Log.Person(r.Occasion.Person) == nil || r.Log.Other(r.Occasion.Person) == nil {
		return nil, fmt.Errorf("the pair %q has no member %q", r.Occasion.Pair, r.Occasion.Person)
	}
	w := &writer{
		Request: r, reader: r.Log.Person(r.Occasion.Person), other: r.Log.Other(r.Occasion.Person),
		titles: r.Log.Pair.Settings.MailContent == "titles",
	}
	w.words = languageOf(w.reader.Language)
	w.letter.Language, w.letter.Thread = w.words.Code, thread(r.Occasion)
	w.page.Language = w.words.Code
	w.page.Marker, w.page.LogTitle = w.say("marker"), w.say("footer.log")
	w.page.Log = webAddress(r.PageURL)
	w.meeting = r.Log.Planned(r.Occasion.Meeting)
	return w, nil
}

func (w *writer) finish() (Letter, error) {
	var err error
	if w.letter.Text, err = w.page.text(); err != nil {
		w.fail(err)
	}
	if w.letter.HTML, err = w.page.html(); err != nil {
		w.fail(err)
	}
	w.letter.Subject = w.page.Subject
	return w.letter, w.err
}

func (w *writer) fail(err error) {
	if w.err == nil {
		w.err = err
	}
}

// say returns the phrase in the reader's language. Values come in pairs of name and value; Me and Other are always there.
func (w *writer) say(name string, values ...any) string {
	all := map[string]any{"Me": w.first(w.reader), "Other": w.first(w.other)}
	for i := 0; i+1 < len(values); i += 2 {
		all[values[i].(string)] = values[i+1]
	}
	s, err := w.words.say(name, all)
	if err != nil {
		w.fail(err)
	}
	return s
}

// sayOr is say for a name that is made of what another package says: where the language does not know it, the general
// phrase is said.
func (w *writer) sayOr(general, name string, values ...any) string {
	if !w.words.has(name) {
		name = general
	}
	return w.say(name, values...)
}

// first is how the mails call a person; both by their whole names when the first ones are the same.
func (w *writer) first(p *meeting.Person) string {
	name := p.FirstName()
	if w.reader.FirstName() == w.other.FirstName() {
		name = p.Name
	}
	return inert(name, 40)
}

// names are "Priya + Sam", the report first.
func (w *writer) names() string {
	return w.first(w.Log.Report) + " + " + w.first(w.Log.Manager)
}

// subject is about the meeting, as the reader's clock shows it.
func (w *writer) subject(name string) {
	if w.meeting == nil {
		w.page.Subject = inert(w.say("subject.pair", "Names", w.names(), "What", w.say(name)), maxSubject)
		return
	}
	at := w.meeting.Start.In(w.reader.Location())
	w.page.Subject = inert(w.say("subject.meeting", "Names", w.names(), "When", w.short(at)+" "+w.clock(at), "What", w.say(name)), maxSubject)
}

// answer is the subject of a mail that answers a reply.
func (w *writer) answer(name string) {
	if w.Subject == "" {
		w.subject(name)
		return
	}
	s := inert(w.Subject, maxSubject)
	w.page.Subject = "Re: " + s[len(answerMark.FindString(s)):]
}

// answerMark is what mail programs put before the subject of an answer, in any language: "Re:", "AW: Re[2]:".
var answerMark = regexp.MustCompile(`^(\p{L}{2,4}(\[\d+\])?: ?)+`)

// foot says who reads the reply, last thing in every mail.
func (w *writer) foot(more ...string) {
	w.page.Footer = append(append(w.page.Footer, w.say("footer.readers")), more...)
}

func (w *writer) section(title string, items []item, lines ...string) {
	if len(items)+len(lines) > 0 {
		w.page.Sections = append(w.page.Sections, section{Title: title, Items: items, Lines: lines})
	}
}

// atMost keeps n items and says how many more the log has.
func (w *writer) atMost(n int, items []item) ([]item, []string) {
	if len(items) <= n {
		return items, nil
	}
	return items[:n], []string{w.say("more", "N", len(items)-n)}
}

// date says a day in one of the language's ways: long, short, echo, …
func (w *writer) date(name string, t time.Time) string {
	return w.say("date."+name,
		"Weekday", w.words.Weekdays[t.Weekday()], "Wd", w.words.WeekdaysShort[t.Weekday()],
		"Month", w.words.Months[t.Month()-1], "Mon", w.words.MonthsShort[t.Month()-1],
		"Day", t.Day(), "ISO", t.Format(time.DateOnly))
}

func (w *writer) short(t time.Time) string { return w.date("short", t) }
func (w *writer) clock(t time.Time) string { return t.Format("15:04") }

// today is midnight of the reader's today.
func (w *writer) today() time.Time { return midnight(w.Now.In(w.reader.Location())) }

func midnight(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, t.Location())
}

// daysTo counts the reader's midnights between today and t.
func (w *writer) daysTo(t time.Time) int {
	return int(midnight(t.In(w.reader.Location())).Sub(w.today()).Round(24*time.Hour) / (24 * time.Hour))
}

// on says a day as one would: today, tomorrow, on Thursday, on Thu 3 Dec.
func (w *writer) on(t time.Time) string {
	t = t.In(w.reader.Location())
	switch days := w.daysTo(t); {
	case days == 0:
		return w.date("today", t)
	case days == 1:
		return w.date("tomorrow", t)
	case days > 0 && days < 7:
		return w.date("weekday", t)
	}
	return w.date("on", t)
}

// when is the time of a meeting on the reader's clock, and on the other's where that shows another time.
func (w *writer) when(start time.Time) string {
	mine, theirs := start.In(w.reader.Location()), start.In(w.other.Location())
	day, clock := w.date("long", mine), w.clock(mine)
	switch {
	case mine.Day() != theirs.Day():
		return w.say("when.two", "Day", day, "Clock", clock, "Theirs", w.short(theirs)+" "+w.clock(theirs))
	case clock != w.clock(theirs):
		return w.say("when.two", "Day", day, "Clock", clock, "Theirs", w.clock(theirs))
	}
	return w.say("when.one", "Day", day, "Clock", clock)
}

// echoTime is a time as an acknowledgement says it: weekday, ISO date and clock, and the other's where it differs.
func (w *writer) echoTime(at time.Time) string {
	mine, theirs := at.In(w.reader.Location()), at.In(w.other.Location())
	other := w.clock(theirs)
	switch {
	case mine.Day() != theirs.Day():
		other = w.date("echo", theirs) + " " + other
	case other == w.clock(mine):
		other = ""
	}
	return w.say("when.echo", "Day", w.date("echo", mine), "Clock", w.clock(mine), "Theirs", other)
}

// intro says when the meeting is, how long, and where.
func (w *writer) intro() {
	if w.meeting == nil {
		return
	}
	line := w.when(w.meeting.Start)
	if n := w.meeting.Length.Minutes(); n > 0 {
		line += " · " + w.say("minutes", "N", n)
	}
	w.page.Intro = append(w.page.Intro, line)
	w.page.Join = webAddress(w.Log.Pair.JoinLink)
}
