package reply

import (
	"strconv"
	"strings"
	"unicode"

	"duolog/meeting"
)

// questions is how many questions each of the survey mails asks.
const questions = 5

// answer is what was written to one question of a survey; item is "" while it is not said to which.
type answer struct {
	item  string
	lines []string
	words []string
	state string
	due   moment
}

func (r *reader) surveyed() bool {
	switch r.c.Occasion.Kind {
	case meeting.LetterSurveyMgr, meeting.LetterSurveyRep, meeting.LetterFeedback:
		return true
	}
	return false
}

// surveyUnit takes one unit of the answer to a survey.
func (r *reader) surveyUnit(u unit) bool {
	if _, ok := r.command(u); ok && r.spoken == 1 {
		return false
	}
	toks := tokens(u.head)
	if a, ok := r.surveyWhole(u, toks); ok {
		r.answers = append(r.answers, a)
		return true
	}
	if item, rest := r.surveyItem(u, toks); item != "" {
		r.answers = append(r.answers, answer{item: item, lines: nonEmpty(append([]string{rest}, u.context...)), words: []string{u.wording()}})
		return true
	}
	if r.otherwiseMeant(toks) {
		return false
	}
	if n := len(r.answers); n > 0 && !u.after && !u.listed && r.answers[n-1].item != "" && r.answers[n-1].state == "" {
		a := &r.answers[n-1]
		a.lines, a.words = append(append(a.lines, u.head), u.context...), append(a.words, u.wording())
		return true
	}
	r.answers = append(r.answers, answer{lines: append([]string{u.head}, u.context...), words: []string{u.wording()}})
	return true
}

func nonEmpty(lines []string) []string {
	if len(lines) > 0 && lines[0] == "" {
		return lines[1:]
	}
	return lines
}

// otherwiseMeant tells whether the unit has a label of its own. What is labelled feedback, a win, a note or an agreement in answer to
// the quarterly survey is an answer all the same: that mail says that nobody sees those before both have answered. Where it asks about
// several, a label must stand with the name of the one it is for.
func (r *reader) otherwiseMeant(toks []token) bool {
	label, n := r.label(toks, 0)
	if n == 0 || n >= len(toks) {
		return false
	}
	switch label {
	case "feedback", "win", "note", "agreement":
		return r.c.Occasion.Kind == meeting.LetterFeedback || len(r.c.Occasion.Pairs) > 0
	case "topic", "action", "mine", "yours", "heads-up", "park":
		return true
	}
	return false
}

// surveyWhole reads what is said of a question as such, or of the whole mail: "skip 4, rest later", "let's talk in person".
func (r *reader) surveyWhole(u unit, toks []token) (answer, bool) {
	a := answer{words: []string{u.wording()}}
	i := r.lead(toks, 0)
	if n := r.lex.means("survey", "skip", toks, i); n > 0 {
		if v, ok := number(toks, i+n); ok && v <= questions && r.restOnly(toks, i+n+1) {
			a.item, a.state = strconv.Itoa(v), "skip"
			return a, true
		}
	}
	if u.number > 0 || u.answers != "" {
		return a, false
	}
	for k := i; k < len(toks); k++ {
		if n := r.lex.means("survey", "in-person", toks, k); n > 0 && len(toks) <= 12 && r.answers == nil {
			a.state = "in-person"
			return a, true
		}
	}
	for k := i; k < len(toks); k++ {
		if n := r.lex.means("survey", "postpone", toks, k); n > 0 && r.answers == nil && k == i {
			a.state = "postpone"
			a.due = r.postponedTo(u.head, toks, k+n)
			return a, true
		}
	}
	return a, false
}

// postponedTo is the first day of the month that was named, or the day.
func (r *reader) postponedTo(line string, toks []token, k int) moment {
	for i := k; i < len(toks); i++ {
		if from, _, n := r.cal.period(toks, i); n > 0 && from.After(r.cal.now) {
			return moment{day: from, words: span(line, toks, i, i+n)}
		}
	}
	for i := k; i < len(toks); i++ {
		if m, ok := r.cal.moment(line, toks, i); ok && !m.day.IsZero() {
			return m
		}
	}
	return moment{}
}

func (r *reader) restOnly(toks []token, k int) bool {
	for k < len(toks) {
		n := r.lex.means("survey", "rest", toks, k)
		if n == 0 && !toks[k].isWord() {
			n = 1
		}
		if n == 0 {
			return false
		}
		k += n
	}
	return true
}

// surveyItem finds which question a unit answers: by its number, its label, or the question it was typed under.
func (r *reader) surveyItem(u unit, toks []token) (item, rest string) {
	if u.number >= 1 && u.number <= questions+1 {
		return itemNumber(u.number), u.head
	}
	if label, n := r.label(toks, 0); n > 0 && label == "change" {
		return "change", strip(tail(u.head, toks, n))
	}
	if r.c.Occasion.Kind == meeting.LetterSurveyRep {
		if item, n := r.surveyLabel(toks); n > 0 {
			return item, strip(tail(u.head, toks, n))
		}
	}
	k := 0
	for k < len(toks) && (r.lex.means("survey", "question", toks, k) > 0 || strings.Contains("#(", toks[k].fold)) {
		k++
	}
	for i := range toks {
		if n := r.lex.means("survey", "add", toks, i); n > 0 && i <= 4 {
			if _, said := questionNumber(toks, i+n); said > 0 {
				k = i + n
			}
		}
	}
	if v, n := questionNumber(toks, k); n > 0 {
		return itemNumber(v), strip(tail(u.head, toks, k+n))
	}
	if _, n, ok := numbered(strings.TrimSpace(u.answers)); ok && n != "" {
		v, _, _ := numbered(strings.TrimSpace(u.answers))
		return itemNumber(v), u.head
	}
	return "", ""
}

func itemNumber(v int) string {
	if v > questions {
		return "change"
	}
	return strconv.Itoa(v)
}

// questionNumber reads "3", "q3", "3:", "3 -" at token k.
func questionNumber(toks []token, k int) (v, n int) {
	if k >= len(toks) {
		return 0, 0
	}
	v, err := strconv.Atoi(strings.TrimPrefix(strings.TrimPrefix(toks[k].fold, "q"), "f"))
	if err != nil || v < 1 || v > questions {
		return 0, 0
	}
	n = 1
	if k+n < len(toks) && toks[k+n].fold == "/" || k+n >= len(toks) {
		return 0, 0
	}
	for k+n < len(toks) && strings.Contains(":).–=", toks[k+n].fold) {
		n++
	}
	return v, n
}

// surveyLabel reads the labels of the report's survey: working, not working, would help, rhythm, value.
func (r *reader) surveyLabel(toks []token) (item string, n int) {
	for i, label := range []string{"working", "not-working", "would-help", "rhythm", "value"} {
		m := r.lex.means("labels", label, toks, 0)
		if _, rated := number(toks, m); rated && label == "value" && m > n { // "value 4"
			return strconv.Itoa(i + 1), m
		}
		if m > n && m < len(toks) && (strings.Contains(":–?", toks[m].fold)) {
			item, n = strconv.Itoa(i+1), m
		}
	}
	return item, nested(1, n)
}

// closeSurvey turns what was gathered into answers: free words are one answer to nothing in particular, unless there are
// as many as questions.
func (r *reader) closeSurvey() {
	free := 0
	for _, a := range r.answers {
		if a.item == "" && a.state == "" {
			free++
		}
	}
	ordered := free == questions && free == len(r.answers)
	whole := -1
	for i, a := range r.answers {
		if ordered {
			a.item = strconv.Itoa(i + 1)
		}
		if a.item == "" && a.state == "" && whole >= 0 {
			in := &r.out.Intents[whole]
			in.Text += "\n" + strings.Join(a.lines, "\n")
			in.Words += "\n" + strings.Join(a.words, "\n")
			continue
		}
		if a.item == "" && a.state == "" {
			whole = len(r.out.Intents)
		}
		r.add(r.surveyIntent(a))
	}
	r.answers = nil
}

func (r *reader) surveyIntent(a answer) meeting.Intent {
	in := meeting.Intent{Kind: meeting.AnswerSurvey, Item: a.item, State: a.state, Words: strings.Join(a.words, "\n")}
	text := strings.Join(a.lines, "\n")
	if !a.due.day.IsZero() {
		r.setDue(&in, a.due)
		in.Asks = without(in.Asks, meeting.AskDate)
	}
	if a.state != "" {
		return in
	}
	toks := tokens(text)
	if n := r.lex.means("survey", "skip", toks, 0); n > 0 && onlyMarks(toks, n) {
		in.State = "skip"
		return in
	}
	if text == "" && a.item != "" {
		in.State = "skip"
		return in
	}
	first, others, _ := strings.Cut(text, "\n")
	if v, n := value(r.lex, tokens(first)); n > 0 && a.item != "" {
		in.Progress, text = v, strip(strip(tail(first, tokens(first), n))+"\n"+others)
	}
	in.Text = text
	for _, parts := range [][]string{lettered(text), r.byPerson(text), r.threeThings(a.item, text)} {
		if len(parts) > 1 && in.Context == nil {
			in.Context = parts
		}
	}
	r.askRhythm(&in)
	return in
}

// value reads a mark from 1 to 5 at the start of an answer: "4", "2/5", "3 – mostly".
func value(lex *lexicon, toks []token) (v, n int) {
	if len(toks) == 0 {
		return 0, 0
	}
	text := strings.TrimSuffix(toks[0].fold, "/5")
	v, ok := number([]token{{fold: text}}, 0)
	if !ok || v < 1 || v > 5 {
		return 0, 0
	}
	n = 1
	for n+1 < len(toks) && toks[n].fold == "/" {
		n += 2
	}
	if of := lex.means("survey", "of", toks, n); of > 0 && n+of < len(toks) && toks[n+of].fold == "5" {
		n += of + 1
	}
	if n < len(toks) && toks[n].isWord() || n < len(toks) && strings.Contains("%'", toks[n].fold) {
		return 0, 0
	}
	return v, n
}

// lettered takes "a) … b) … c) …" apart.
func lettered(text string) []string {
	var parts []string
	rest := text
	for letter := 'a'; letter <= 'e'; letter++ {
		at := strings.Index(rest, string(letter)+")")
		if at < 0 {
			at = strings.Index(rest, string(unicode.ToUpper(letter))+")")
		}
		if at < 0 || letter == 'a' && strings.TrimSpace(rest[:at]) != "" {
			break
		}
		if letter > 'a' {
			parts = append(parts, strip(rest[:at]))
		}
		rest = rest[at+2:]
	}
	if rest != text {
		parts = append(parts, strip(rest))
	}
	return parts
}

// byPerson takes an answer apart that is given for each report: "Priya: yes, Jürgen: too rare". One of them must be of this
// pair, so that "Scope: fine, Mood: good" stays whole.
func (r *reader) byPerson(text string) []string {
	toks := tokens(text)
	var starts []int
	ours := false
	for i := range toks {
		if i > 0 && !strings.Contains(",;.–/", toks[i-1].fold) {
			continue
		}
		_, n := r.member(toks, i)
		ours = ours || n > 0
		if n == 0 {
			_, n = r.foreign(text, toks, i)
		}
		if n > 0 && i+n < len(toks) {
			starts = append(starts, i)
		}
	}
	if !ours || len(starts) < 2 || starts[0] != 0 {
		return nil
	}
	var parts []string
	for k, from := range starts {
		to := len(toks)
		if k+1 < len(starts) {
			to = starts[k+1]
		}
		parts = append(parts, strings.TrimRight(strip(span(text, toks, from, to)), " ,;."))
	}
	return parts
}

// threeThings parts "launch, no pager weekend, new hire": the third question of the feedback session asks for three.
func (r *reader) threeThings(item, text string) []string {
	if item != "3" || r.c.Occasion.Kind != meeting.LetterFeedback {
		return nil
	}
	for _, sep := range []string{",", ";", "/", "\n"} {
		if parts := strings.Split(text, sep); len(parts) == 3 {
			for i := range parts {
				parts[i] = strip(parts[i])
			}
			return parts
		}
	}
	return nil
}

// askRhythm offers to propose another rhythm where an answer names one.
func (r *reader) askRhythm(in *meeting.Intent) {
	toks := tokens(in.Text)
	every, at, n := r.lex.find("cadence", toks, 0)
	if at >= 0 {
		in.Asks = append(in.Asks, meeting.Ask{Code: meeting.AskRhythm, Args: []string{rule(every, 0), span(in.Text, toks, at, at+n)}})
	}
}
