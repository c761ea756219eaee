package site

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// staging is a private folder in which one run of Hugo works: content to render, its configuration, what came out.
type staging struct{ dir string }

func (s staging) config() string   { return filepath.Join(s.dir, "hugo.json") }
func (s staging) content() string  { return filepath.Join(s.dir, "content") }
func (s staging) rendered() string { return filepath.Join(s.dir, "rendered") }

// page is one page to render: its path in the log ("/priya-sam/agreements/"), the template that shows it, what it shows.
type page struct {
	path   string
	layout string
	view   logView
	extra  map[string]any
}

// stagingFolder makes an empty folder for the plain pages of one build, and takes away what an interrupted one left. It lies in
// memory where there is enough: the disk never sees the plain pages, and Hugo is a third faster.
func stagingFolder(private string) (string, error) {
	disk, names := filepath.Join(private, "staging"), stagingName(private)
	if err := os.RemoveAll(disk); err != nil {
		return "", err
	}
	memory := memoryFolder()
	if memory == "" {
		return disk, os.MkdirAll(disk, 0o700)
	}
	left, _ := filepath.Glob(filepath.Join(memory, names))
	for _, dir := range left {
		_ = os.RemoveAll(dir) // fails on what somebody else made there, which does us no harm
	}
	dir, err := os.MkdirTemp(memory, names) // mode 0700
	if err != nil {
		return disk, os.MkdirAll(disk, 0o700)
	}
	return dir, nil
}

// stagingName matches the names of an instance's staging folders in memory, which all instances of a machine share.
func stagingName(private string) string {
	if whole, err := filepath.Abs(private); err == nil {
		private = whole
	}
	sum := sha256.Sum256([]byte(private))
	return fmt.Sprintf("duolog-%x-*", sum[:8])
}

// newStaging makes an empty folder for the given people alone, in parent. The caller removes it.
func newStaging(parent string, theme fs.FS, languages []string) (staging, error) {
	dir, err := os.MkdirTemp(parent, "staging-") // mode 0700
	if err != nil {
		return staging{}, fmt.Errorf("staging: %w", err)
	}
	s := staging{dir}
	for _, part := range []string{"layouts", "i18n"} {
		sub, err := fs.Sub(theme, part)
		if err == nil {
			err = os.CopyFS(filepath.Join(dir, part), sub)
		}
		if err != nil {
			return s, fmt.Errorf("staging: theme: %w", err)
		}
	}
	text, err := json.Marshal(hugoConfig(languages))
	if err != nil {
		return s, fmt.Errorf("staging: %w", err)
	}
	return s, os.WriteFile(s.config(), text, 0o600)
}

// hugoConfig is the whole of Hugo's configuration: two kinds of pages, and every door to the outside closed.
func hugoConfig(languages []string) map[string]any {
	type object = map[string]any
	none := []string{"none"}
	spoken := object{}
	for _, l := range languages {
		spoken[l] = object{"locale": l}
	}
	return object{
		"baseURL":                        "/",
		"languages":                      spoken,
		"defaultContentLanguage":         languages[0],
		"defaultContentLanguageInSubdir": true,
		"disableKinds":                   []string{"home", "taxonomy", "term", "rss", "sitemap", "robotstxt", "404"},
		"disableHugoGeneratorInject":     true,
		"enableEmoji":                    false,
		"timeout":                        "60s",
		"markup": object{
			"goldmark":  object{"renderer": object{"unsafe": false}, "renderHooks": object{"link": object{"useEmbedded": "never"}, "image": object{"useEmbedded": "never"}}, "parser": object{"attribute": object{"title": false, "block": false}}},
			"highlight": object{"codeFences": false},
		},
		"security": object{
			"enableInlineShortcodes": false,
			"exec":                   object{"allow": none, "osEnv": none},
			"funcs":                  object{"getenv": none},
			"http":                   object{"methods": none, "urls": none},
		},
	}
}

// text is the page's file in the staging folder. What people wrote travels as JSON, which has no second meaning to Hugo; the
// body stays empty.
func (p page) text() ([]byte, error) {
	params := map[string]any{"log": p.view}
	for k, v := range p.extra {
		params[k] = v
	}
	text, err := json.Marshal(map[string]any{"title": p.view.Title, "layout": p.layout, "params": params})
	if err != nil {
		return nil, fmt.Errorf("stage %s: %w", p.path, err)
	}
	return append(text, '\n'), nil
}

// write puts the text of a page into the staging folder in one language.
func (s staging) write(page, language string, text []byte) error {
	name := strings.Trim(page, "/")
	if !strings.Contains(name, "/") {
		name += "/_index"
	}
	file := filepath.Join(s.content(), filepath.FromSlash(name)+"."+language+".md")
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return fmt.Errorf("stage %s: %w", page, err)
	}
	return os.WriteFile(file, text, 0o600)
}

// read returns what Hugo made of a page.
func (s staging) read(page, language string) ([]byte, error) {
	text, err := os.ReadFile(filepath.Join(s.rendered(), language, filepath.FromSlash(strings.Trim(page, "/")), "index.html"))
	if err != nil {
		return nil, fmt.Errorf("hugo rendered no %s in %s: %w", page, language, err)
	}
	return text, nil
}

// pages lists the pages of a pair's log.
func pages(v viewer) []page {
	view := v.view()
	base := "/" + view.Pair + "/"
	recent, years := byYear(v)
	for _, y := range years {
		view.Years = append(view.Years, y.year)
	}
	view.Meetings = v.meetings(recent)
	bare := logView{Pair: view.Pair, Title: view.Title, Kind: view.Kind, Manager: view.Manager, Report: view.Report, Years: view.Years}
	agreed, asked := bare, bare
	agreed.Agreements, asked.Surveys = view.Agreements, v.surveys()
	all := []page{
		{path: base, layout: "log", view: view},
		{path: base + "agreements/", layout: "agreements", view: agreed},
		{path: base + "insights/", layout: "insights", view: bare, extra: map[string]any{"insights": v.insights()}},
		{path: base + "surveys/", layout: "surveys", view: asked},
	}
	for _, y := range years {
		past := bare
		past.Meetings = v.meetings(y.meetings)
		all = append(all, page{path: base + y.year + "/", layout: "year", view: past, extra: map[string]any{"year": y.year}})
	}
	return all
}

// languagesOf returns the theme's languages, "en" first.
func languagesOf(theme fs.FS) ([]string, error) {
	files, err := fs.Glob(theme, "i18n/*.yaml")
	if err != nil {
		return nil, err
	}
	var languages []string
	for _, f := range files {
		if l := strings.TrimSuffix(filepath.Base(f), ".yaml"); l != "en" {
			languages = append(languages, l)
		}
	}
	slices.Sort(languages)
	return append([]string{"en"}, languages...), nil
}

// templates stands for what the theme and Hugo make of a page's text: as long as it stays, the same text gives the same page.
func templates(theme fs.FS, hugo string) ([]byte, error) {
	sum := sha256.New()
	for _, folder := range []string{"layouts", "i18n"} {
		err := fs.WalkDir(theme, folder, func(name string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			data, err := fs.ReadFile(theme, name)
			fmt.Fprintf(sum, "%s %d\n%s", name, len(data), data)
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	info, err := os.Stat(hugo)
	if err != nil {
		return nil, err
	}
	fmt.Fprintln(sum, info.Size(), info.ModTime().UnixNano())
	return sum.Sum(nil), nil
}
