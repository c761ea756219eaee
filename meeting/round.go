package meeting

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// A manager is asked about all reports in one mail. Its key has no pair, so whichever pair owes it first sends it, and the others join:
// their ids stand in Occasion.Pairs. Each answer that names nobody goes to the survey of every pair, and one about a report to that
// pair's alone.

// Joins tells whether this pair belongs in the one mail that another pair owes its manager.
func (l *Log) Joins(o Occasion) bool {
	if o.Kind != LetterSurveyMgr || l.Pair.ID == o.Pair || l.Pair.Manager != o.Person || !l.Pair.Kind.Managed() {
		return false
	}
	s := l.SurveyOf(o.At)
	return s.ID == o.Item && !l.Pair.Settings.NoSurvey && l.Started() && l.met(s) && !s.Answered(o.Person) && l.writesTo(o.Person, o.At)
}

// FieldElsewhere is the field of an effect whose answer is about another report, and kept in that pair.
const FieldElsewhere = "elsewhere"

// several as whom an answer is about means more than one of the reports.
const several = "several"

// Share says whom each answer of one manager's survey is about, so that nobody reads what was written about somebody else: where it names
// one report, that one; where it speaks of several, it is taken apart into what is said of each. What cannot be taken apart is for nobody,
// and refused. So is what a label makes a topic, a note or the like: the mail is about no single pair, and the first of the reports, whose
// pair carries it, reads only what names them alone.
func Share(intents []Intent, reports []*Person) []Intent {
	if len(reports) < 2 {
		return intents
	}
	var shared []Intent
	next := len(intents)
	for i, in := range intents {
		if in.Pos == 0 {
			in.Pos = i + 1
		}
		next = max(next, in.Pos)
		shared = append(shared, labelled(in, reports))
	}
	for i, in := range slices.Clone(shared) {
		if in.Kind != AnswerSurvey || in.Who != "" {
			continue
		}
		for n, part := range apart(in, reports) {
			if n == 0 {
				shared[i] = part
				continue
			}
			next++
			part.Pos = next
			shared = append(shared, part)
		}
	}
	return shared
}

// forTheOther are the kinds of which the other side of the pair reads the words.
var forTheOther = []IntentKind{AddTopic, AddQuestion, HeadsUp, AddNote, AddAgreement, AddAction, AddReportBack}

// labelled is what a label says in the survey of several: about the first of the reports, itself; about another, an answer for that one.
func labelled(in Intent, reports []*Person) Intent {
	if !slices.Contains(forTheOther, in.Kind) {
		return in
	}
	answer := Intent{Kind: AnswerSurvey, Pos: in.Pos, Text: withContext(in), Words: in.Words, Who: several}
	if named := namesIn(withContext(in)+" "+in.Who, reports); len(named) == 1 {
		if named[0] == reports[0] {
			return in
		}
		answer.Who = named[0].ID
	}
	return answer
}

// apart is one answer, or the answers that it holds, each with whom it is about.
func apart(in Intent, reports []*Person) []Intent {
	switch names := namesIn(withContext(in), reports); len(names) {
	case 0:
		return []Intent{in}
	case 1:
		in.Who = names[0].ID
		return []Intent{in}
	}
	parts := in.Context
	if len(parts) < 2 {
		parts = strings.FieldsFunc(in.Text, func(r rune) bool { return strings.ContainsRune(",;\n", r) })
	}
	var all []Intent
	if in.Progress > 0 { // a mark before the names is for all
		all = []Intent{in}
		all[0].Text, all[0].Context = "", nil
	}
	for _, part := range parts {
		one := in
		one.Context, one.Progress, one.Asks = nil, 0, nil
		switch names := namesIn(part, reports); {
		case len(names) > 1:
			in.Who = several
			return []Intent{in}
		case len(names) == 1:
			one.Who = names[0].ID
			one.Text, one.Progress = names[0].without(part)
		case len(all) > 0 && all[len(all)-1].Text != "": // it goes on about the same
			all[len(all)-1].Text += ", " + strings.TrimSpace(part)
			continue
		default:
			one.Text = strings.TrimSpace(part)
		}
		all = append(all, one)
	}
	return all
}

func namesIn(text string, reports []*Person) []*Person {
	var named []*Person
	for _, p := range reports {
		if p.namedIn(text) {
			named = append(named, p)
		}
	}
	return named
}

// marked is a value from 1 to 5 at the start of what is said of somebody: "4", "2/5 – too rare".
var marked = regexp.MustCompile(`^([1-5])(?:/5)?(?:\s*$|\s*[–—:.-]\s*)`)

// without is what is said of the person, the name before a colon and a value at its start taken off.
func (p *Person) without(part string) (text string, value int) {
	text = strings.TrimSpace(part)
	if name, rest, ok := strings.Cut(text, ":"); ok && p.called(name) {
		text = strings.TrimSpace(rest)
	}
	if m := marked.FindStringSubmatch(text); m != nil {
		value, _ = strconv.Atoi(m[1])
		text = text[len(m[0]):]
	}
	return text, value
}

// namedIn tells whether any word of the text means this person: a name, an alias or the id, as it is written or, begun with a capital, in
// other cases and without its accents. Who is not recognised would have it read by all.
func (p *Person) namedIn(text string) bool {
	words := strings.FieldsFunc(text, func(r rune) bool {
		return !unicode.IsLetter(r) && r != '-'
	})
	known := append(append(strings.Fields(p.Name), p.Aliases...), p.ID)
	return slices.ContainsFunc(words, func(w string) bool {
		first, _ := utf8.DecodeRuneInString(w)
		return slices.ContainsFunc(known, func(k string) bool {
			if w == k || w == k+"s" {
				return true
			}
			folded, name := plainName(w), plainName(k)
			return !unicode.IsLower(first) && (folded == name || folded == name+"s")
		})
	})
}

// plainName is a name in lower case, without accents.
func plainName(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFD.String(strings.ToLower(s)))
}
