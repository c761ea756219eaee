package letter

import (
	"cmp"
	"embed"
	"fmt"
	"hash/fnv"
	"io"
	"maps"
	"slices"
	"sync"

	"go.yaml.in/yaml/v3"

	"duolog/meeting"
)

// Question is one of the question bank, in one language.
type Question struct {
	ID       string `yaml:"id"`       // never used for another question; the same in every language
	Category string `yaml:"category"` // work, growth, feedback, wellbeing, team, direction, together
	Depth    string `yaml:"depth"`    // "light" or "deep"
	Asks     string `yaml:"asks"`     // who asks: "manager", "report" or "either"
	Set      string `yaml:"set"`      // of a quarterly mail: "self-assessment", "feedback-session"; "" for all that rotate
	Text     string `yaml:"text"`
	Why      string `yaml:"why"` // why it is asked
}

// Asked remembers that a mail offered a question. Whoever sends the mail keeps it per pair.
type Asked struct {
	Question string `yaml:"question" json:"question"` // id
	Meeting  string `yaml:"meeting" json:"meeting"`   // id, a date
	Occasion string `yaml:"occasion" json:"occasion"` // key of the mail
}

// How questions rotate.
const (
	perMail     = 2
	restFor     = 8 // meetings before a question may come back
	enough      = 3 // own topics, with which nobody needs a question
	deepAfter   = 4 // meetings, before which questions stay light
	deepPerMail = 1
)

//go:embed questions.*.yaml
var questionFiles embed.FS

var banks = sync.OnceValue(mustReadBanks)

func mustReadBanks() map[string][]Question {
	all := map[string][]Question{}
	for code := range languages() {
		f, err := questionFiles.Open("questions." + code + ".yaml")
		if err != nil {
			continue // a language without questions of its own asks the English ones
		}
		if all[code], err = readQuestions(f); err != nil {
			panic(fmt.Errorf("letter: questions in %s: %w", code, err))
		}
		f.Close()
	}
	return all
}

// Bank returns the built-in questions in that language, or the English ones. The caller may append its own.
func Bank(code string) []Question {
	if bank := banks()[languageOf(code).Code]; bank != nil {
		return slices.Clone(bank)
	}
	return slices.Clone(banks()[fallback])
}

// readQuestions reads one of the built-in files.
func readQuestions(r io.Reader) ([]Question, error) {
	var file struct {
		Language  string     `yaml:"language"`
		Questions []Question `yaml:"questions"`
	}
	d := yaml.NewDecoder(r)
	d.KnownFields(true)
	if err := d.Decode(&file); err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	for i, q := range file.Questions {
		switch {
		case q.ID == "" || q.Text == "":
			return nil, fmt.Errorf("question %d: id or text is missing", i+1)
		case seen[q.ID]:
			return nil, fmt.Errorf("question %s: the id is taken", q.ID)
		case q.Set == "" && (q.Category == "" || q.Depth != "light" && q.Depth != "deep"):
			return nil, fmt.Errorf("question %s: want a category, and depth light or deep", q.ID)
		case q.Asks != "manager" && q.Asks != "report" && q.Asks != "either":
			return nil, fmt.Errorf("question %s: asks must be manager, report or either", q.ID)
		}
		seen[q.ID] = true
	}
	return file.Questions, nil
}

// Pick chooses the questions for one mail before a meeting: at most two, one for somebody who brought a topic, of different categories, the category touched
// least first, none that was offered at the last eight meetings, and none to somebody who brought three topics. The same
// arguments give the same questions, and a mail that is written again has those that it had.
func Pick(bank []Question, l *meeting.Log, o meeting.Occasion, asked []Asked) []Question {
	if again := offered(bank, o, asked); len(again) > 0 {
		return again
	}
	brought := 0
	for _, t := range l.Agenda() {
		if t.By == o.Person {
			brought++
		}
	}
	if brought >= enough {
		return nil
	}
	most := perMail
	if brought > 0 {
		most = 1
	}
	p := picking{pair: l.Pair.ID, resting: map[string]bool{}, times: map[string]int{}}
	p.look(asked)
	var picked []Question
	deep := 0
	for _, category := range p.categories(bank, l, asked) {
		q, ok := p.from(bank, category, deep < deepPerMail)
		if !ok {
			continue
		}
		if q.Depth == "deep" {
			deep++
		}
		if picked = append(picked, q); len(picked) == most {
			break
		}
	}
	return picked
}

func offered(bank []Question, o meeting.Occasion, asked []Asked) []Question {
	var again []Question
	for _, a := range asked {
		if i := slices.IndexFunc(bank, func(q Question) bool { return q.ID == a.Question }); i >= 0 && o.Key != "" && a.Occasion == o.Key {
			again = append(again, bank[i])
		}
	}
	return again
}

type picking struct {
	pair     string
	meetings int             // at which questions were offered
	resting  map[string]bool // questions of the last meetings
	times    map[string]int  // how often each was offered
}

func (p *picking) look(asked []Asked) {
	at := map[string]bool{}
	for _, a := range asked {
		at[a.Meeting] = true
		p.times[a.Question]++
	}
	last := slices.Sorted(maps.Keys(at))
	p.meetings = len(last)
	last = last[max(0, len(last)-restFor):]
	for _, a := range asked {
		p.resting[a.Question] = p.resting[a.Question] || slices.Contains(last, a.Meeting)
	}
}

// categories are those of the bank, the one least asked about and least spoken about first.
func (p *picking) categories(bank []Question, l *meeting.Log, asked []Asked) []string {
	touched := map[string]int{}
	of := map[string]string{}
	for _, q := range bank {
		if q.Set == "" {
			touched[q.Category] += 0
			of[q.ID] = q.Category
		}
	}
	count := func(category string) {
		if _, ok := touched[category]; ok {
			touched[category]++
		}
	}
	for _, a := range asked {
		count(of[a.Question])
	}
	for _, t := range l.Topics {
		count(t.Kind)
	}
	return slices.SortedFunc(maps.Keys(touched), func(a, b string) int {
		return cmp.Or(cmp.Compare(touched[a], touched[b]), cmp.Compare(p.hash(a), p.hash(b)), cmp.Compare(a, b))
	})
}

// from chooses within a category: what was offered least, and among equals an order that differs from pair to pair.
func (p *picking) from(bank []Question, category string, deep bool) (Question, bool) {
	var free []Question
	for _, q := range bank {
		if q.Set == "" && q.Category == category && !p.resting[q.ID] && (q.Depth == "light" || deep && p.meetings >= deepAfter) {
			free = append(free, q)
		}
	}
	if len(free) == 0 {
		return Question{}, false
	}
	return slices.MinFunc(free, func(a, b Question) int {
		return cmp.Or(cmp.Compare(p.times[a.ID], p.times[b.ID]), cmp.Compare(p.hash(a.ID), p.hash(b.ID)), cmp.Compare(a.ID, b.ID))
	}), true
}

func (p *picking) hash(s string) uint32 {
	h := fnv.New32a()
	io.WriteString(h, p.pair+" "+s)
	return h.Sum32()
}

// questions offers those that were picked for this mail, each with who would ask it and why.
func (w *writer) questions() {
	var items []item
	side, other := "report", "manager"
	if w.reader.ID == w.Log.Pair.Manager {
		side, other = other, side
	}
	for _, q := range w.Questions {
		text := inert(q.Text, maxText)
		switch q.Asks {
		case side:
			text = w.say("question.you-ask", "Text", text)
		case other:
			text = w.say("question.they-ask", "Text", text)
		}
		it := item{Text: text}
		it.add(w.quote("question.why", q.Why))
		items = append(items, it)
	}
	w.section(w.say("pre.questions"), items)
}
