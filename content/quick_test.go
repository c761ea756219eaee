package content

import (
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// slowRead and slowWrite are the library alone.
func slowRead(t *testing.T, data []byte) (*yaml.Node, error) {
	t.Helper()
	var doc yaml.Node
	if err := yaml.Unmarshal(data, &doc); err != nil || len(doc.Content) == 0 {
		return nil, err
	}
	return doc.Content[0], nil
}

func slowWrite(t *testing.T, n *yaml.Node) string {
	t.Helper()
	put, restore := spell(n)
	put(n)
	var out strings.Builder
	enc := yaml.NewEncoder(&out)
	enc.SetIndent(2)
	if err := enc.Encode(n); err != nil {
		t.Fatal(err)
	}
	back := restore.Replace(out.String())
	walk(n, func(n *yaml.Node) { n.Value = restore.Replace(n.Value) })
	return back
}

// checkQuick tells how much of the work was done quickly, after comparing it with what the library does.
func checkQuick(t *testing.T, data []byte) (read, written bool) {
	t.Helper()
	want, err := slowRead(t, data)
	got := quickRead(data)
	if got != nil {
		if err != nil {
			t.Fatalf("the library says %v of\n%q", err, data)
		}
		walk(want, func(n *yaml.Node) { n.Column = 0 })
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("want the tree of the library\n%s\ngot\n%s\nfor\n%q", dump(want), dump(got), data)
		}
	}
	if want == nil || err != nil || want.Kind != yaml.MappingNode {
		return got != nil, false
	}
	text, ok := quickWrite(want)
	if ok {
		if slow := slowWrite(t, want); text != slow {
			t.Fatalf("want the text of the library\n%q\ngot\n%q", slow, text)
		}
	}
	return got != nil, ok
}

func dump(n *yaml.Node) string {
	var out strings.Builder
	walk(n, func(n *yaml.Node) {
		out.WriteString(strings.Join([]string{n.Tag, n.Value, n.HeadComment, n.LineComment, n.FootComment}, "|"))
		out.WriteString("\n")
	})
	return out.String()
}

func TestWhatIsReadAndWrittenQuicklyIsWhatTheLibraryReadsAndWrites(t *testing.T) {
	shapes := []string{"a: %\n", "a: %\nb: c\n", "%: a\n", "a:\n  - %\n", "a:\n  - b: %\n    c: d\n", "a:\n  b:\n    c: %\n", "a: '%'\n", "a: \"%\"\n", "a: |-\n  %\n", "a: |\n  b\n\n  %\nc: d\n", "a:\n- %\n", "- %\n", "a: [%]\n", "a: {b: %}\n", "a: b\n%\n", "a: b\n  %\n", "a:\n    b: %\n"}
	for _, w := range append(words, "plain", "with: colon", "a:b", "16:00", "-5", "+1", "x - y", "don't", "''", "b: c", "b:", "- b: c", "- - b", "\"b\": c", "\"n\"", "a: b # c", "12e4", "2026-12-03", "é", "Yes", "nUll", "1:1 with Sam") {
		for _, shape := range shapes {
			checkQuick(t, []byte(strings.ReplaceAll(shape, "%", w)))
		}
		for _, key := range []string{"a", w} {
			n := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map", Content: []*yaml.Node{textNode(key), textNode(w)}}
			if text, ok := quickWrite(n); ok {
				if slow := slowWrite(t, n); text != slow {
					t.Errorf("%q: want the text of the library\n%q\ngot\n%q", w, slow, text)
				}
			}
		}
		for _, style := range []yaml.Style{0, yaml.DoubleQuotedStyle, yaml.SingleQuotedStyle, yaml.LiteralStyle, yaml.FoldedStyle, yaml.FlowStyle} {
			n := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map", Content: []*yaml.Node{textNode("a"), {Kind: yaml.ScalarNode, Tag: "!!str", Style: style, Value: w}}}
			if text, ok := quickWrite(n); ok {
				if slow := slowWrite(t, n); text != slow {
					t.Errorf("%q in style %d: want the text of the library\n%q\ngot\n%q", w, style, slow, text)
				}
			}
		}
	}
}

func TestTheFilesOfTheSampleAreReadAndWrittenQuickly(t *testing.T) {
	all, quickly := 0, 0
	err := filepath.WalkDir("sample", func(path string, e fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".md") {
			return err
		}
		raw, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		p, err := parse(raw)
		if err != nil {
			return err
		}
		front, err := encode(p.front)
		if err != nil {
			return err
		}
		all++
		if read, written := checkQuick(t, []byte(front)); read && written {
			quickly++
		} else {
			t.Logf("not quickly: %s (read %v, written %v)", path, read, written)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if all == 0 || quickly < all*9/10 {
		t.Errorf("want nearly all %d files quickly, got %d", all, quickly)
	}
}

func FuzzQuickFrontMatter(f *testing.F) {
	for _, s := range []string{
		"a: b\n", "id: T1\ntopics:\n  - id: T1\n    text: |-\n      a\n\n      b\n    at: 2026-12-01T16:00:00Z\n  - id: 't''s'\nnext:\n  \"N\": 3\n  T: 3\nempty: []\n", "a:\n  - b\n  - \"c d\"\n", "a: {}\nb: 12\nc: true\nd: ü\n",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) { checkQuick(t, data) })
}
