package content

import (
	"reflect"
	"regexp"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// toNode turns a struct into YAML. Text with a line of --- is written between double quotes on one line, because as a
// block it would end the front matter; so is text with line ends that YAML would fold.
func toNode(v any) *yaml.Node {
	n := nodeOf(reflect.ValueOf(v))
	quote(n)
	return n
}

var delimiter = regexp.MustCompile(`(?m)^\s*---\s*$`)

func quote(n *yaml.Node) {
	if n.Kind == yaml.ScalarNode && n.Tag == "!!str" && (strings.ContainsAny(n.Value, "\r\u2028\u2029\u0085") || delimiter.MatchString(n.Value)) {
		n.Style = yaml.DoubleQuotedStyle
	}
	for _, c := range n.Content {
		quote(c)
	}
}

// same tells whether decoding old would give exactly what fresh says.
func same(old, fresh *yaml.Node, v any) bool {
	decoded := reflect.New(typeOf(v))
	if old.Decode(decoded.Interface()) != nil {
		return false
	}
	return equal(toNode(decoded.Interface()), fresh)
}

func equal(a, b *yaml.Node) bool {
	if a.Kind != b.Kind || a.Value != b.Value || a.Tag != b.Tag || len(a.Content) != len(b.Content) {
		return false
	}
	for i := range a.Content {
		if !equal(a.Content[i], b.Content[i]) {
			return false
		}
	}
	return true
}

// merge lays fresh over old: keys of the struct type t come from fresh, all other keys, all comments and the order of
// keys from old.
func merge(old, fresh *yaml.Node, t reflect.Type) *yaml.Node {
	if old == nil || fresh == nil || old.Kind != fresh.Kind {
		return fresh
	}
	t = deref(t)
	switch fresh.Kind {
	case yaml.ScalarNode:
		return mergeScalar(old, fresh, t)
	case yaml.MappingNode:
		return mergeMapping(old, fresh, t)
	case yaml.SequenceNode:
		return mergeSequence(old, fresh, t)
	}
	return fresh
}

func mergeScalar(old, fresh *yaml.Node, t reflect.Type) *yaml.Node {
	if old.Value == fresh.Value || t == reflect.TypeFor[time.Time]() && sameTime(old, fresh) {
		return old
	}
	fresh.HeadComment, fresh.LineComment, fresh.FootComment = old.HeadComment, old.LineComment, old.FootComment
	return fresh
}

func sameTime(a, b *yaml.Node) bool {
	var x, y time.Time
	return a.Decode(&x) == nil && b.Decode(&y) == nil && x.Equal(y)
}

func mergeMapping(old, fresh *yaml.Node, t reflect.Type) *yaml.Node {
	known := fieldTypes(t)
	out := *old
	out.Content = nil
	for i := 0; i+1 < len(old.Content); i += 2 {
		key := old.Content[i]
		ft, ours := known[key.Value]
		value := lookup(fresh, key.Value)
		switch {
		case !ours && known != nil:
			value = old.Content[i+1]
		case value == nil:
			continue
		default:
			value = merge(old.Content[i+1], value, ft)
		}
		out.Content = append(out.Content, key, value)
	}
	at := 0 // a new key comes after the one before it, so that the order of writes does not show
	for i := 0; i+1 < len(fresh.Content); i += 2 {
		if lookup(old, fresh.Content[i].Value) == nil {
			out.Content = slices.Insert(out.Content, at, fresh.Content[i], fresh.Content[i+1])
		}
		at = after(&out, fresh.Content[i].Value)
	}
	return &out
}

// after is the place behind a key and its value.
func after(m *yaml.Node, key string) int {
	for i := 0; i+1 < len(m.Content); i += 2 {
		if m.Content[i].Value == key {
			return i + 2
		}
	}
	return len(m.Content)
}

// mergeSequence pairs elements by their id, or by their place where they have none.
func mergeSequence(old, fresh *yaml.Node, t reflect.Type) *yaml.Node {
	var elem reflect.Type
	if t != nil && t.Kind() == reflect.Slice {
		elem = t.Elem()
	}
	byID := map[string]*yaml.Node{}
	for _, n := range old.Content {
		if id := lookup(n, "id"); id != nil {
			byID[id.Value] = n
		}
	}
	out := *old
	out.Content = nil
	for i, n := range fresh.Content {
		var was *yaml.Node
		if id := lookup(n, "id"); id != nil {
			was = byID[id.Value]
		} else if i < len(old.Content) {
			was = old.Content[i]
		}
		out.Content = append(out.Content, merge(was, n, elem))
	}
	return &out
}

func lookup(m *yaml.Node, key string) *yaml.Node {
	if m == nil || m.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(m.Content); i += 2 {
		if m.Content[i].Value == key {
			return m.Content[i+1]
		}
	}
	return nil
}

// fieldTypes maps the YAML keys of a struct type to the types of their fields; nil for any other type.
func fieldTypes(t reflect.Type) map[string]reflect.Type {
	if t == nil || t.Kind() != reflect.Struct {
		return nil
	}
	known := map[string]reflect.Type{}
	for f := range fields(t) {
		name, options, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		switch {
		case name == "-":
		case strings.Contains(options, "inline"):
			for k, ft := range fieldTypes(deref(f.Type)) {
				known[k] = ft
			}
		case name != "":
			known[name] = f.Type
		default:
			known[strings.ToLower(f.Name)] = f.Type
		}
	}
	return known
}

func fields(t reflect.Type) func(func(reflect.StructField) bool) {
	return func(yield func(reflect.StructField) bool) {
		for i := range t.NumField() {
			if !yield(t.Field(i)) {
				return
			}
		}
	}
}

func typeOf(v any) reflect.Type { return deref(reflect.TypeOf(v)) }

func deref(t reflect.Type) reflect.Type {
	for t != nil && t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t
}
