package content

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/adrg/frontmatter"
	"go.yaml.in/yaml/v3"
)

// page is one Markdown file taken apart.
type page struct {
	front *yaml.Node // the mapping, with its comments; nil when empty
	prose string
	shift int // lines above the YAML, so that YAML's line numbers can be told in the file's
}

// parse takes a file apart. The closing line of the front matter is the first one that reads "---" without its outer blanks,
// wherever it stands; format never writes such a line inside the YAML.
func parse(raw []byte) (page, error) {
	if p, ok := quickPage(raw); ok {
		return p, nil
	}
	var p page
	var yamlErr error
	found := false
	keep := func(data []byte, _ any) error {
		found = true
		var doc yaml.Node
		if yamlErr = yaml.Unmarshal(data, &doc); yamlErr == nil && len(doc.Content) > 0 {
			p.front = doc.Content[0]
		}
		return nil
	}
	rest, err := frontmatter.Parse(bytes.NewReader(raw), new(any), frontmatter.NewFormat("---", "---", keep))
	if err != nil {
		return p, err
	}
	if !found {
		return p, errors.New("line 1: the file does not begin with front matter between two lines of ---")
	}
	p.prose = string(rest)
	before, _, _ := bytes.Cut(raw, []byte("---"))
	p.shift = bytes.Count(before, []byte("\n")) + 1
	if yamlErr != nil {
		if strings.Contains(yamlErr.Error(), "did not find expected") {
			p.shift++ // yaml.v3 counts the lines of its parser's errors from 0, those of its scanner's from 1
		}
		return p, p.inFile(yamlErr)
	}
	if p.front != nil && p.front.Kind != yaml.MappingNode {
		return p, fmt.Errorf("line %d: the front matter is not a list of keys and values", p.shift+1)
	}
	return p, nil
}

// quickPage is parse for a file as we write it, false for any other.
func quickPage(raw []byte) (p page, ok bool) {
	rest, ok := bytes.CutPrefix(raw, []byte("---\n"))
	if !ok {
		return p, false
	}
	front, prose, ok := bytes.Cut(rest, []byte("\n---\n"))
	if !ok {
		return p, false
	}
	p = page{front: quickRead(rest[:len(front)+1]), prose: string(prose), shift: 1}
	return p, p.front != nil
}

// decode reads the front matter into v, a pointer to a struct.
func (p page) decode(v any) error {
	if p.front == nil {
		return nil
	}
	if err := p.front.Decode(v); err != nil {
		return p.inFile(err)
	}
	return nil
}

var yamlLine = regexp.MustCompile(`line (\d+)`)

// inFile rewrites YAML's own line numbers to those of the file and drops its machinery.
func (p page) inFile(err error) error {
	text := strings.ReplaceAll(err.Error(), "yaml: ", "")
	text = strings.ReplaceAll(strings.TrimPrefix(text, "unmarshal errors:\n  "), "\n  ", "; ")
	return errors.New(yamlLine.ReplaceAllStringFunc(text, func(s string) string {
		n, _ := strconv.Atoi(s[len("line "):])
		return fmt.Sprintf("line %d", n+p.shift)
	}))
}

// readFile reads one file into v and returns its prose.
func readFile(path string, v any) (string, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return "", err
	}
	p, err := parse(raw)
	if err == nil {
		err = p.decode(v)
	}
	if err != nil {
		return "", fmt.Errorf("%s: %w", path, err)
	}
	return p.prose, nil
}

// format writes v over the file as it was: known keys take v's values, everything else stays. A nil or empty old makes a
// new file. When nothing changed, the old bytes come back as they are; changed tells that the caller knows better.
func format(old []byte, v any, prose string, changed bool) ([]byte, error) {
	var was page
	if len(old) > 0 {
		p, err := parse(old)
		if err != nil {
			return nil, err
		}
		was = p
	}
	fresh := toNode(v)
	if !changed && was.front != nil && was.prose == prose && same(was.front, fresh, v) {
		return old, nil
	}
	front, err := encode(merge(was.front, fresh, typeOf(v)))
	if err != nil {
		return nil, err
	}
	front = strings.ToValidUTF8(front, "\uFFFD") // a name from a command line may be anything, and YAML with it could not be read again
	return []byte("---\n" + front + "---\n" + prose), nil
}

// encode writes YAML as people read it: the encoder would write every emoji as \U0001F600.
func encode(n *yaml.Node) (string, error) {
	if text, ok := quickWrite(n); ok {
		return text, nil
	}
	put, restore := spell(n)
	put(n)
	var out strings.Builder
	enc := yaml.NewEncoder(&out)
	enc.SetIndent(2)
	if err := errors.Join(enc.Encode(n), enc.Close()); err != nil {
		return "", err
	}
	return restore.Replace(out.String()), nil
}

// spell finds the characters beyond U+FFFF, which the encoder escapes, and gives each a stand-in that it leaves alone: a
// private-use character that stands nowhere else in n. put sets the stand-ins into n, restore takes them back from the text.
func spell(n *yaml.Node) (put func(*yaml.Node), restore *strings.Replacer) {
	used := map[rune]bool{}
	walk(n, func(n *yaml.Node) {
		for _, r := range n.Value + n.HeadComment + n.LineComment + n.FootComment {
			used[r] = true
		}
	})
	there, back, next := []string{}, []string{}, rune(0xE000)
	for _, r := range slices.Sorted(maps.Keys(used)) {
		for used[next] {
			next++
		}
		if r <= 0xFFFF || next > 0xF8FF {
			continue
		}
		there, back = append(there, string(r), string(next)), append(back, string(next), string(r))
		next++
	}
	stand := strings.NewReplacer(there...)
	return func(n *yaml.Node) { walk(n, func(n *yaml.Node) { n.Value = stand.Replace(n.Value) }) }, strings.NewReplacer(back...)
}

func walk(n *yaml.Node, visit func(*yaml.Node)) {
	visit(n)
	for _, c := range n.Content {
		walk(c, visit)
	}
}
