package content

import (
	"cmp"
	"encoding"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// nodeOf is what yaml.Node.Encode gives for the documents of this package, without writing the text and parsing it again.
func nodeOf(v reflect.Value) *yaml.Node {
	if t, ok := v.Interface().(time.Time); ok {
		return scalar("!!timestamp", t.Format(time.RFC3339Nano))
	}
	if t, ok := v.Interface().(encoding.TextMarshaler); ok && v.Kind() != reflect.Pointer {
		text, _ := t.MarshalText()
		return textNode(string(text))
	}
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return scalar("!!null", "null")
		}
		return nodeOf(v.Elem())
	case reflect.Struct:
		n := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}
		addFields(n, v)
		return n
	case reflect.Map:
		return mapOf(v)
	case reflect.Slice:
		n := &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq"}
		for i := range v.Len() {
			n.Content = append(n.Content, nodeOf(v.Index(i)))
		}
		return n
	case reflect.String:
		return textNode(v.String())
	case reflect.Bool:
		return scalar("!!bool", fmt.Sprint(v.Bool()))
	}
	return scalar("!!int", fmt.Sprint(v.Interface()))
}

func mapOf(v reflect.Value) *yaml.Node {
	n := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}
	keys := v.MapKeys()
	slices.SortFunc(keys, func(a, b reflect.Value) int { return cmp.Compare(a.String(), b.String()) })
	for _, k := range keys {
		n.Content = append(n.Content, textNode(k.String()), nodeOf(v.MapIndex(k)))
	}
	return n
}

func addFields(n *yaml.Node, v reflect.Value) {
	for i := range v.NumField() {
		f := v.Type().Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		switch {
		case !f.IsExported() || name == "-" || strings.Contains(options, "omitempty") && empty(v.Field(i)):
		case strings.Contains(options, "inline"):
			addFields(n, v.Field(i))
		default:
			n.Content = append(n.Content, scalar("!!str", cmp.Or(name, strings.ToLower(f.Name))), nodeOf(v.Field(i)))
		}
	}
}

// empty is yaml's idea of it: a slice or map without elements, a struct whose fields are empty.
func empty(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Slice, reflect.Map:
		return v.Len() == 0
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() && !empty(v.Field(i)) {
				return false
			}
		}
	}
	return v.Kind() == reflect.Struct && v.Type() != reflect.TypeFor[time.Time]() || v.IsZero()
}

func scalar(tag, value string) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: tag, Value: value}
}

// textNode is a string as yaml writes it: over several lines as it is, and between quotes where YAML 1.1 took it for a truth value
// or a number to the base of 60.
func textNode(s string) *yaml.Node {
	n := scalar("!!str", s)
	switch {
	case strings.Contains(s, "\n"):
		n.Style = yaml.LiteralStyle
		if strings.ContainsAny(s[:1], " \t\n") { // the encoder's indentation would go wrong
			n.Style = yaml.DoubleQuotedStyle
		}
	case oldBool.MatchString(s) || base60.MatchString(s):
		n.Style = yaml.DoubleQuotedStyle
	}
	return n
}

var (
	oldBool = regexp.MustCompile(`^(?:[yYnN]|[yY]es|YES|[nN]o|NO|[oO]n|ON|[oO]ff|OFF)$`)
	base60  = regexp.MustCompile(`^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$`)
)
