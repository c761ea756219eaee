package content

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"regexp"
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
// new file. When nothing changed, the old bytes come back as they are.
func format(old []byte, v any, prose string) ([]byte, error) {
	var was page
	if len(old) > 0 {
		p, err := parse(old)
		if err != nil {
			return nil, err
		}
		was = p
	}
	fresh, err := toNode(v)
	if err != nil {
		return nil, err
	}
	if was.front != nil && was.prose == prose && same(was.front, fresh, v) {
		return old, nil
	}
	var out bytes.Buffer
	out.WriteString("---\n")
	enc := yaml.NewEncoder(&out)
	enc.SetIndent(2)
	if err := enc.Encode(merge(was.front, fresh, typeOf(v))); err != nil {
		return nil, err
	}
	if err := enc.Close(); err != nil {
		return nil, err
	}
	out.WriteString("---\n")
	out.WriteString(prose)
	return out.Bytes(), nil
}
