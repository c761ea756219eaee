package reply

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"duolog/meeting"
)

// name is the number of tokens at i that name one of the two people.
func (r *reader) name(toks []token, i int) int {
	_, n := r.member(toks, i)
	return n
}

// member finds which of the two people the tokens at i name.
func (r *reader) member(toks []token, i int) (*meeting.Person, int) {
	if i < len(toks) && toks[i].fold == "@" {
		if p, n := r.member(toks, i+1); n > 0 {
			return p, n + 1
		}
	}
	for _, p := range []*meeting.Person{r.c.Sender, r.other} {
		if n := r.nameOf(p, toks, i); n > 0 {
			return p, n
		}
	}
	return nil, 0
}

func (r *reader) nameOf(p *meeting.Person, toks []token, i int) int {
	if p == nil {
		return 0
	}
	best := 0
	for _, name := range r.names[p.ID] {
		if name.stands(toks, i) {
			best = max(best, len(name.words))
		}
	}
	return best
}

// namesOf lists what a person is called: the whole name, each word of it, the aliases, and the same without umlauts.
func namesOf(p *meeting.Person) []phrase {
	known := append([]string{p.Name}, p.Aliases...)
	for _, w := range strings.Fields(p.Name) {
		if len([]rune(w)) > 1 {
			known = append(known, w)
		}
	}
	var all []phrase
	for _, name := range known {
		for _, spelled := range []string{name, spellOut.Replace(name)} {
			var ph phrase
			for _, t := range tokens(spelled) {
				ph.words = append(ph.words, t.fold)
			}
			if len(ph.words) > 0 {
				all = append(all, ph)
			}
		}
	}
	return all
}

var spellOut = strings.NewReplacer("ä", "ae", "ö", "oe", "ü", "ue", "Ä", "Ae", "Ö", "Oe", "Ü", "Ue", "ø", "oe", "å", "aa", "æ", "ae")

// foreign reads the name of somebody outside the pair at token i: one or two words with a capital, none of them common.
func (r *reader) foreign(line string, toks []token, i int) (string, int) {
	n := 0
	for i+n < len(toks) && n < 2 && r.capital(line, toks, i+n) {
		n++
	}
	if n == 0 {
		return "", 0
	}
	return span(line, toks, i, i+n), n
}

func (r *reader) capital(line string, toks []token, i int) bool {
	t := toks[i]
	c, size := utf8.DecodeRuneInString(line[t.from:])
	if !unicode.IsUpper(c) || t.to-t.from <= size || strings.ContainsAny(t.fold, "0123456789:/'@") {
		return false
	}
	if strings.ToUpper(line[t.from:t.to]) == line[t.from:t.to] && len(t.fold) > 3 {
		return false
	}
	for _, group := range []string{"common", "filler", "weekdays", "promise", "units", "quiet", "no-name"} {
		if _, n := r.lex.at(group, toks[i:i+1], 0); n > 0 {
			return false
		}
	}
	_, month := r.lex.at("months", toks, i)
	return month == 0 || r.lex.means("promise", "will", toks, i+1) > 0 // "Jan will ask"
}

// nameSomeone looks for the name that follows "someone else will …": "probably Tom".
func (r *reader) nameSomeone(in *meeting.Intent) {
	toks := tokens(in.Text)
	for i := range toks {
		n := r.lex.means("maybe", "name", toks, i)
		if n == 0 {
			continue
		}
		if who, m := r.person(in.Text, toks, i+n); m > 0 {
			in.Who = who
			in.Text = strip(span(in.Text, toks, 0, i) + " " + tail(in.Text, toks, i+n+m))
			return
		}
	}
}

// person reads a name or pronoun at token i: a person's id, or the name of somebody outside the pair.
func (r *reader) person(line string, toks []token, i int) (string, int) {
	if p, n := r.member(toks, i); n > 0 {
		return p.ID, n
	}
	if n := r.lex.means("promise", "me", toks, i); n > 0 {
		return r.c.Sender.ID, n
	}
	if n := r.lex.means("promise", "thee", toks, i); n > 0 {
		return r.otherID(), n
	}
	if i < len(toks) && toks[i].fold == "@" {
		who, n := r.foreign(line, toks, i+1)
		return who, nested(1, n)
	}
	return r.foreign(line, toks, i)
}

// whoOf is the person that a few words name; the words themselves when they are no known name.
func (r *reader) whoOf(words string) string {
	toks := tokens(words)
	if who, n := r.person(words, toks, 0); n > 0 && onlyMarks(toks, n) {
		return who
	}
	return words
}

// ownerWithin takes "(Sam)", "@Sam", "– Sam" out of the words of an action.
func (r *reader) ownerWithin(in *meeting.Intent, text string) string {
	if in.Who != "" {
		return text
	}
	toks := tokens(text)
	for i := 1; i < len(toks); i++ {
		mark := toks[i].fold
		if mark != "(" && mark != "@" && mark != "–" && mark != "," && mark != "→" && mark != "/" {
			continue
		}
		who, n := r.person(text, toks, i+1)
		if n == 0 {
			continue
		}
		k := i + 1 + n
		closed := k >= len(toks) || strings.Contains("),–;/", toks[k].fold) || mark == "@"
		if _, dated := r.cal.moment(text, toks, min(k, len(toks))); !closed && !(dated && k < len(toks)) {
			continue
		}
		if mark == "(" && k < len(toks) && toks[k].fold == ")" {
			k++
		}
		in.Who = who
		return strings.TrimSpace(strings.TrimSpace(span(text, toks, 0, i)) + " " + tail(text, toks, k))
	}
	return text
}
