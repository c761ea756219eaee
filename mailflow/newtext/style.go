package newtext

import "strings"

// styles are the classes and names that a style sheet within the mail hides, as ".class", "#id" or "tag.class".
type styles struct {
	hidden map[string]bool
	shown  map[string]bool // somewhere, if only on some screens

	someScreens bool // or paper: the sheet that is open says where it holds
}

// read takes in one style sheet. Only simple selectors outside of @-rules hide anything; whatever shows a class again, on any screen,
// shows it: in doubt text is kept.
func (s *styles) read(sheet string) {
	if !strings.Contains(sheet, "{") {
		return
	}
	sheet = strings.NewReplacer("<!--", " ", "-->", " ").Replace(withoutComments(sheet))
	depth := 0 // of @-rules
	for sheet != "" {
		i := strings.IndexAny(sheet, "{}")
		if i < 0 {
			return
		}
		selector := strings.TrimSpace(sheet[:i])
		if sheet[i] == '}' {
			depth, sheet = max(0, depth-1), sheet[i+1:]
			continue
		}
		if k := strings.LastIndexByte(selector, ';'); k >= 0 { // "@import …;"
			selector = strings.TrimSpace(selector[k+1:])
		}
		if sheet = sheet[i+1:]; strings.HasPrefix(selector, "@") {
			depth++
			continue
		}
		rule, rest, _ := strings.Cut(sheet, "}")
		sheet = rest
		s.add(selector, strings.ToLower(strings.Join(strings.Fields(rule), "")), depth == 0 && !s.someScreens)
	}
}

func (s *styles) add(selectors, rule string, everywhere bool) {
	hides := invisible(strings.ReplaceAll(rule, "!important", ""))
	if !hides && !speaksOfSight(rule) {
		return
	}
	if s.hidden == nil {
		s.hidden, s.shown = map[string]bool{}, map[string]bool{}
	}
	for selector := range strings.SplitSeq(selectors, ",") {
		selector = strings.TrimSpace(selector)
		switch {
		case !hides:
			for _, name := range namesInSelector(selector) {
				s.shown[name] = true
			}
		case everywhere && simple(selector):
			s.hidden[selector] = true
		}
	}
}

// speaksOfSight reports whether a rule has any of the properties by which text can be hidden.
func speaksOfSight(rule string) bool {
	for _, property := range []string{"display:", "visibility:", "font-size:", "max-height:", "opacity:"} {
		if strings.Contains(rule, property) {
			return true
		}
	}
	return false
}

// hide reports whether a style sheet hides an element that does not show itself.
func (s *styles) hide(tag string, a attributes) bool {
	if len(s.hidden) == 0 || speaksOfSight(a.style) {
		return false
	}
	for class := range strings.FieldsSeq(a.class) {
		if c := "." + class; (s.hidden[c] || s.hidden[tag+c]) && !s.shown[c] {
			return true
		}
	}
	id := "#" + a.id
	return (s.hidden[id] || s.hidden[tag+id]) && !s.shown[id]
}

// simple reports whether a selector is one class or name, of any tag or of one: ".x", "p.x", "#x".
func simple(selector string) bool {
	i := strings.IndexAny(selector, ".#")
	return i >= 0 && i+1 < len(selector) && !strings.ContainsAny(selector[i+1:], " \t\n.#:[>+~*") && !strings.ContainsAny(selector[:i], " \t\n:[>+~*")
}

// namesInSelector are the classes and names that a selector speaks of: ".x" and "#y" of "p.x > #y:first-child".
func namesInSelector(selector string) []string {
	var all []string
	for {
		i := strings.IndexAny(selector, ".#")
		if i < 0 {
			return all
		}
		end := strings.IndexAny(selector[i+1:], " \t\n.#:[]>+~*()")
		if end < 0 {
			return append(all, selector[i:])
		}
		all = append(all, selector[i:i+1+end])
		selector = selector[i+1+end:]
	}
}

func withoutComments(sheet string) string {
	var b strings.Builder
	for {
		before, after, ok := strings.Cut(sheet, "/*")
		b.WriteString(before)
		if !ok {
			return b.String()
		}
		b.WriteByte(' ')
		_, sheet, _ = strings.Cut(after, "*/")
	}
}
