package content

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// Nearly every file is as we wrote it: block mappings and sequences of plain, quoted and literal scalars, two spaces deeper each, no
// comments. quickRead and quickWrite are the library for those alone, at a tenth of the time. They do exactly what it does, or nothing.

// quickRead returns the tree that the library gives for data, nil for what is not so simple.
func quickRead(data []byte) *yaml.Node {
	if !utf8.Valid(data) || len(data) == 0 || data[len(data)-1] != '\n' {
		return nil
	}
	q := quick{lines: strings.Split(string(data[:len(data)-1]), "\n")}
	for _, l := range q.lines {
		if !simpleLine(l) {
			return nil
		}
	}
	root := q.mapping(0, "")
	if q.failed || q.at < len(q.lines) {
		return nil
	}
	return root
}

// simpleLine tells whether a line has no blanks or characters that YAML treats in its own way.
func simpleLine(l string) bool {
	if strings.HasSuffix(l, " ") || strings.TrimLeft(l, " ") == "---" {
		return false
	}
	for _, r := range l {
		if !simpleRune(r) {
			return false
		}
	}
	return true
}

// simpleRune leaves out control characters, tabs, the further line ends of YAML, byte order marks and what is no character.
func simpleRune(r rune) bool {
	return r >= ' ' && r < 0x7f || r > 0xa0 && r <= utf8.MaxRune && r != 0x2028 && r != 0x2029 && r != 0xfeff && r&0xfffe != 0xfffe
}

// Beyond these the library has bounds of its own.
const (
	longKey = 128
	deep    = 64
)

// quick is a walk through the lines. Once failed, its results mean nothing.
type quick struct {
	lines  []string
	at     int
	failed bool
}

func (q *quick) fail() *yaml.Node {
	q.failed = true
	return &yaml.Node{}
}

// mapping reads the keys at one depth. first is the line at hand where it begins behind a dash, with blanks for what stands before.
func (q *quick) mapping(depth int, first string) *yaml.Node {
	n := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map", Line: q.at + 1}
	for ; q.at < len(q.lines) && !q.failed; first = "" {
		l := first
		if l == "" {
			l = q.lines[q.at]
		}
		if indent(l) < depth {
			break
		}
		key, value, ok := strings.Cut(l[depth:], ":")
		name := keyNode(key, q.at+1)
		if !ok || name == nil || value != "" && value[0] != ' ' || depth > deep {
			return q.fail()
		}
		n.Content = append(n.Content, name, q.value(strings.TrimPrefix(value, " "), depth))
	}
	if len(n.Content) == 0 {
		return q.fail()
	}
	return n
}

// value reads what stands behind a key of that depth, in its line or below, and goes on to the next line.
func (q *quick) value(text string, depth int) *yaml.Node {
	line := q.at + 1
	q.at++
	switch {
	case text == "|" || text == "|-":
		return q.literal(text, depth+2, line)
	case text != "":
		return q.scalar(text, line)
	case q.at == len(q.lines) || indent(q.lines[q.at]) != depth+2:
		return q.fail()
	case strings.HasPrefix(q.lines[q.at][depth+2:], "- "):
		return q.sequence(depth + 2)
	}
	return q.mapping(depth+2, "")
}

func (q *quick) sequence(depth int) *yaml.Node {
	n := &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq", Line: q.at + 1}
	for q.at < len(q.lines) && !q.failed {
		l := q.lines[q.at]
		if indent(l) < depth {
			break
		}
		item, ok := strings.CutPrefix(l[depth:], "- ")
		if !ok || indent(item) > 0 {
			return q.fail()
		}
		if key, rest, isMap := strings.Cut(item, ":"); isMap && keyNode(key, 0) != nil && (rest == "" || rest[0] == ' ') {
			n.Content = append(n.Content, q.mapping(depth+2, strings.Repeat(" ", depth+2)+item))
			continue
		}
		q.at++
		n.Content = append(n.Content, q.scalar(item, q.at))
	}
	return n
}

// literal reads a text of several lines.
func (q *quick) literal(sign string, depth, line int) *yaml.Node {
	var text []string
	for ; q.at < len(q.lines); q.at++ {
		l := q.lines[q.at]
		if l != "" && indent(l) < depth {
			break
		}
		if l != "" {
			l = l[depth:]
		}
		text = append(text, l)
	}
	if len(text) == 0 || text[0] == "" || text[0][0] == ' ' || text[len(text)-1] == "" {
		return q.fail()
	}
	n := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Style: yaml.LiteralStyle, Value: strings.Clone(strings.Join(text, "\n")), Line: line}
	if sign == "|" {
		n.Value += "\n"
	}
	return n
}

// scalar reads a value that stands in one line.
func (q *quick) scalar(text string, line int) *yaml.Node {
	switch {
	case text == "[]":
		return &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq", Style: yaml.FlowStyle, Line: line}
	case text == "{}":
		return &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map", Style: yaml.FlowStyle, Line: line}
	case simplePlain(text):
		return plainNode(text, line)
	}
	inner := text[1:max(1, len(text)-1)]
	n := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Line: line}
	switch {
	case len(text) < 2 || text[0] != text[len(text)-1]:
		return q.fail()
	case text[0] == '"' && !strings.ContainsAny(inner, `"\`):
		n.Style, n.Value = yaml.DoubleQuotedStyle, strings.Clone(inner)
	case text[0] == '\'' && !strings.Contains(strings.ReplaceAll(inner, "''", ""), "'"):
		n.Style, n.Value = yaml.SingleQuotedStyle, strings.Clone(strings.ReplaceAll(inner, "''", "'"))
	default:
		return q.fail()
	}
	return n
}

// plainNode is a scalar without quotes; the library says what it is. Its text is a copy: what is kept of a file must not keep all of it.
func plainNode(text string, line int) *yaml.Node {
	n := &yaml.Node{Kind: yaml.ScalarNode, Value: strings.Clone(text), Line: line}
	n.Tag = n.ShortTag()
	return n
}

// simplePlain tells whether a text reads and is written without quotes, whatever else it is taken for: RFC-like dates, numbers and
// truths among them.
func simplePlain(s string) bool {
	if s == "" || s[0] == ' ' || s[len(s)-1] == ' ' || s[len(s)-1] == ':' || strings.Contains(s, ": ") || strings.Contains(s, " #") {
		return false
	}
	return s != "<<" && !strings.ContainsRune("-?:,[]{}#&*!|>'\"%@`=~.", rune(s[0])) && !strings.HasPrefix(s, "---")
}

// keyNode is a key, nil for one that is not simple. Those that YAML 1.1 took for a truth value stand between quotes.
func keyNode(s string, line int) *yaml.Node {
	word := strings.Trim(s, `"`)
	switch {
	case !simpleKey(word):
		return nil
	case s == word:
		return plainNode(s, line)
	case s == `"`+word+`"`:
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Style: yaml.DoubleQuotedStyle, Value: word, Line: line}
	}
	return nil
}

func simpleKey(s string) bool {
	for i, r := range s {
		if !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || i > 0 && (r >= '0' && r <= '9' || r == '-' || r == '_')) {
			return false
		}
	}
	return s != "" && len(s) <= longKey
}

func indent(l string) int { return len(l) - len(strings.TrimLeft(l, " ")) }

// quickWrite writes the tree as the library does, false for what is not so simple.
func quickWrite(n *yaml.Node) (string, bool) {
	var out bytes.Buffer
	if n.Kind != yaml.MappingNode || n.Style != 0 || len(n.Content) == 0 || !writeMapping(&out, n, 0, false) {
		return "", false
	}
	return out.String(), true
}

func writeMapping(out *bytes.Buffer, n *yaml.Node, depth int, dashed bool) bool {
	if !bare(n) {
		return false
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		if i > 0 || !dashed {
			blanks(out, depth)
		}
		if !bare(key) || key.Kind != yaml.ScalarNode || !simpleKey(key.Value) || !writeLine(out, key) {
			return false
		}
		out.WriteByte(':')
		if !writeValue(out, n.Content[i+1], depth) {
			return false
		}
	}
	return true
}

// writeValue writes what stands behind a key of that depth.
func writeValue(out *bytes.Buffer, n *yaml.Node, depth int) bool {
	switch {
	case !bare(n):
		return false
	case n.Kind == yaml.ScalarNode:
		out.WriteByte(' ')
		return writeScalar(out, n, depth+2)
	case n.Kind == yaml.MappingNode && len(n.Content) == 0:
		out.WriteString(" {}\n")
		return true
	case n.Kind == yaml.SequenceNode && len(n.Content) == 0:
		out.WriteString(" []\n")
		return true
	case n.Style != 0:
		return false
	case n.Kind == yaml.MappingNode:
		out.WriteByte('\n')
		return writeMapping(out, n, depth+2, false)
	case n.Kind == yaml.SequenceNode:
		out.WriteByte('\n')
		return writeSequence(out, n, depth+2)
	}
	return false
}

func writeSequence(out *bytes.Buffer, n *yaml.Node, depth int) bool {
	for _, item := range n.Content {
		if !bare(item) || item.Kind != yaml.ScalarNode && (item.Kind != yaml.MappingNode || item.Style != 0 || len(item.Content) == 0) {
			return false
		}
		blanks(out, depth)
		out.WriteString("- ")
		if item.Kind == yaml.ScalarNode && !writeScalar(out, item, depth+2) || item.Kind == yaml.MappingNode && !writeMapping(out, item, depth+2, true) {
			return false
		}
	}
	return true
}

func writeScalar(out *bytes.Buffer, n *yaml.Node, depth int) bool {
	for _, r := range n.Value {
		if !simpleRune(r) && r != '\n' {
			return false
		}
	}
	if strings.Contains(n.Value, "\n") {
		return n.Tag == "!!str" && n.Style == yaml.LiteralStyle && writeLiteral(out, n.Value, depth)
	}
	done := writeLine(out, n)
	out.WriteByte('\n')
	return done
}

// writeLine writes a text of one line with the quotes that it has, or needs.
func writeLine(out *bytes.Buffer, n *yaml.Node) bool {
	quotable, same := n.Tag == "!!str" && !strings.ContainsAny(n.Value, `"\`), plainNode(n.Value, 0).Tag == n.Tag
	switch {
	case n.Style == 0 && same && simplePlain(n.Value):
		out.WriteString(n.Value)
	case n.Style == 0 && same && n.Tag == "!!str" && strings.Contains(n.Value, ": "):
		out.WriteString("'" + strings.ReplaceAll(n.Value, "'", "''") + "'")
	case quotable && (n.Style == yaml.DoubleQuotedStyle || n.Style == 0 && !same): // else it would be a number or a date
		out.WriteString(`"` + n.Value + `"`)
	default:
		return false
	}
	return true
}

func writeLiteral(out *bytes.Buffer, text string, depth int) bool {
	body, ended := strings.CutSuffix(text, "\n")
	lines := strings.Split(body, "\n")
	if lines[0] == "" || lines[len(lines)-1] == "" {
		return false
	}
	out.WriteString("|")
	if !ended {
		out.WriteString("-")
	}
	out.WriteByte('\n')
	for _, l := range lines {
		if strings.HasPrefix(l, " ") || strings.HasSuffix(l, " ") {
			return false
		}
		if l != "" {
			blanks(out, depth)
		}
		out.WriteString(l)
		out.WriteByte('\n')
	}
	return true
}

// bare tells whether a node is nothing but its value.
func bare(n *yaml.Node) bool {
	return n.Anchor == "" && n.Alias == nil && n.HeadComment == "" && n.LineComment == "" && n.FootComment == ""
}

func blanks(out *bytes.Buffer, n int) {
	for range n {
		out.WriteByte(' ')
	}
}
