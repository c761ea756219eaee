package reply

import (
	"embed"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"
)

//go:embed languages/*.yaml
var languageFiles embed.FS

// table is one language's file: group, then meaning, then the phrases that mean it.
type table map[string]map[string][]string

// lexicon is what all languages together say, the person's own language first, then English, then the others:
// people mix languages, and a phrase that means something in several is read in that order.
type lexicon struct {
	begins    map[string][]opening       // by the first word of phrases
	endings   map[string]string          // finite verb → infinitive, of languages that put the infinitive last
	bases     map[string]string          // "sends" → "send", of languages that say so by an ending
	longMarks []string                   // private marks of one long word
	labels    []string                   // private labels of one long word
	tenses    map[string]map[string]bool // by person: the letters, accents kept, that end a verb in the future
	own       table                      // the endings of verbs in the person's own language, and all its other tables
}

// opening is what may begin with a word.
type opening struct {
	group   string
	phrases []phrase // the longest first
}

type phrase struct {
	words   []string
	meaning string
}

var loadTables = sync.OnceValue(func() map[string]table {
	entries, err := languageFiles.ReadDir("languages")
	if err != nil {
		panic(err)
	}
	all := map[string]table{}
	for _, e := range entries {
		data, err := languageFiles.ReadFile(path.Join("languages", e.Name()))
		if err != nil {
			panic(err)
		}
		var t table
		if err := yaml.Unmarshal(data, &t); err != nil {
			panic(fmt.Sprintf("%s: %v", e.Name(), err))
		}
		all[strings.TrimSuffix(e.Name(), ".yaml")] = t
	}
	return all
})

var lexicons sync.Map // language → *lexicon

// speaking returns the lexicon of somebody who speaks the language, a BCP 47 tag.
func speaking(language string) *lexicon {
	language, _, _ = strings.Cut(strings.ToLower(language), "-")
	if _, ok := loadTables()[language]; !ok {
		language = "en"
	}
	if l, ok := lexicons.Load(language); ok {
		return l.(*lexicon)
	}
	l, _ := lexicons.LoadOrStore(language, compile(language))
	return l.(*lexicon)
}

func compile(first string) *lexicon {
	tables := loadTables()
	order := []string{first}
	for _, code := range append([]string{"en"}, slices.Sorted(maps.Keys(tables))...) {
		if !slices.Contains(order, code) {
			order = append(order, code)
		}
	}
	l := &lexicon{own: tables[first], begins: map[string][]opening{}, endings: map[string]string{}, bases: map[string]string{}, tenses: map[string]map[string]bool{}}
	for _, code := range order {
		for group, meanings := range tables[code] {
			for _, meaning := range slices.Sorted(maps.Keys(meanings)) {
				l.add(group, meaning, meanings[meaning])
			}
		}
		l.inflect(tables[code])
	}
	for _, openings := range l.begins {
		for _, o := range openings {
			slices.SortStableFunc(o.phrases, func(a, b phrase) int { return len(b.words) - len(a.words) })
		}
	}
	return l
}

func (l *lexicon) add(group, meaning string, texts []string) {
	for _, text := range texts {
		if group == "verb-endings" {
			if l.tenses[meaning] == nil {
				l.tenses[meaning] = map[string]bool{}
			}
			l.tenses[meaning][text] = true
			continue
		}
		if group == "infinitives" {
			if _, known := l.endings[fold(text)]; !known {
				l.endings[fold(text)] = meaning
			}
			continue
		}
		p := phrase{meaning: meaning}
		for _, t := range tokens(text) {
			p.words = append(p.words, t.fold)
		}
		if group == "private" && meaning == "mark" && len(p.words) == 1 && len(p.words[0]) >= 10 {
			l.longMarks = append(l.longMarks, p.words[0])
		}
		if group == "labels" && meaning == "private" && len(p.words) == 1 && len(p.words[0]) >= 6 {
			l.labels = append(l.labels, p.words[0])
		}
		if len(p.words) > 0 {
			l.addPhrase(group, p)
		}
	}
}

func (l *lexicon) addPhrase(group string, p phrase) {
	word := p.words[0]
	i := slices.IndexFunc(l.begins[word], func(o opening) bool { return o.group == group })
	if i < 0 {
		i = len(l.begins[word])
		l.begins[word] = append(l.begins[word], opening{group: group})
	}
	o := &l.begins[word][i]
	o.phrases = append(o.phrases, p)
}

// from gives the phrases of the group that may begin at token i. A token is looked up once, since hundreds of rules ask about it.
func (l *lexicon) from(group string, toks []token, i int) []phrase {
	if i < 0 || i >= len(toks) {
		return nil
	}
	t := &toks[i]
	if t.by != l {
		t.by, t.begins = l, l.begins[t.fold]
	}
	for k := range t.begins {
		if t.begins[k].group == group {
			return t.begins[k].phrases
		}
	}
	return nil
}

// at finds the longest phrase of the group that stands at token i; n is 0 when there is none.
func (l *lexicon) at(group string, toks []token, i int) (meaning string, n int) {
	for _, p := range l.from(group, toks, i) {
		if p.stands(toks, i) {
			return p.meaning, len(p.words)
		}
	}
	return "", 0
}

// means is the length of the phrase with that meaning at token i, 0 when none stands there.
func (l *lexicon) means(group, meaning string, toks []token, i int) int {
	for _, p := range l.from(group, toks, i) {
		if p.meaning == meaning && p.stands(toks, i) {
			return len(p.words)
		}
	}
	return 0
}

func (p phrase) stands(toks []token, i int) bool {
	if i+len(p.words) > len(toks) {
		return false
	}
	for k, w := range p.words {
		if toks[i+k].fold != w {
			return false
		}
	}
	return true
}

// find looks for the first phrase of the group at or after token i; at is -1 when there is none.
func (l *lexicon) find(group string, toks []token, i int) (meaning string, at, n int) {
	for ; i < len(toks); i++ {
		if m, n := l.at(group, toks, i); n > 0 {
			return m, i, n
		}
	}
	return "", -1, 0
}

// has tells whether a phrase of the meaning stands anywhere in the line.
func (l *lexicon) has(group, meaning string, toks []token) bool {
	for i := range toks {
		if l.means(group, meaning, toks, i) > 0 {
			return true
		}
	}
	return false
}
