package letter

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"sync"
	"text/template"

	"go.yaml.in/yaml/v3"
)

// language is the wording of one language, read from its file under lang.
type language struct {
	Code          string            `yaml:"code"`     // BCP 47
	Weekdays      []string          `yaml:"weekdays"` // from Sunday
	WeekdaysShort []string          `yaml:"weekdays_short"`
	Months        []string          `yaml:"months"`
	MonthsShort   []string          `yaml:"months_short"`
	Phrases       map[string]string `yaml:"phrases"` // name to text/template
	templates     *template.Template
}

//go:embed lang/*.yaml
var langFiles embed.FS

// languages are read when the first letter is written: most verbs write none.
var languages = sync.OnceValue(func() map[string]*language { return mustRead(langFiles) })

// fallback is the language of those whose own has no file.
const fallback = "en"

func languageOf(code string) *language {
	code = strings.ToLower(code)
	base, _, _ := strings.Cut(code, "-")
	for _, c := range []string{code, base, fallback} {
		if l := languages()[c]; l != nil {
			return l
		}
	}
	return nil
}

// mustRead panics on a broken file, which would be a bug of ours: they are part of the program.
func mustRead(files fs.FS) map[string]*language {
	names, err := fs.Glob(files, "lang/*.yaml")
	if err != nil {
		panic(err)
	}
	all := map[string]*language{}
	for _, name := range names {
		l, err := readLanguage(files, name)
		if err != nil {
			panic(fmt.Errorf("letter: %s: %w", path.Base(name), err))
		}
		all[l.Code] = l
	}
	return all
}

func readLanguage(files fs.FS, name string) (*language, error) {
	data, err := fs.ReadFile(files, name)
	if err != nil {
		return nil, err
	}
	var l language
	if err := yaml.Unmarshal(data, &l); err != nil {
		return nil, err
	}
	if len(l.Weekdays) != 7 || len(l.WeekdaysShort) != 7 || len(l.Months) != 12 || len(l.MonthsShort) != 12 {
		return nil, fmt.Errorf("want 7 weekdays and 12 months, long and short")
	}
	l.templates = template.New("").Option("missingkey=error")
	for name, phrase := range l.Phrases {
		if _, err := l.templates.New(name).Parse(strings.TrimSpace(phrase)); err != nil {
			return nil, err
		}
	}
	return &l, nil
}

func (l *language) has(name string) bool { return l.templates.Lookup(name) != nil }

func (l *language) say(name string, values map[string]any) (string, error) {
	t := l.templates.Lookup(name)
	if t == nil {
		return "", fmt.Errorf("%s has no phrase %s", l.Code, name)
	}
	var b strings.Builder
	if err := t.Execute(&b, values); err != nil {
		return "", err
	}
	return b.String(), nil
}
