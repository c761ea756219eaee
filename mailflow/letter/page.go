package letter

import (
	"embed"
	html "html/template"
	"strings"
	text "text/template"
	"unicode/utf8"
)

// page is one mail before it is text or HTML. Every string in it is a single, inert line.
type page struct {
	Language string
	Subject  string
	Lead     string // the first line: what one reply does
	Marker   string // "-- reply above this line --"
	Intro    []string
	Sections []section
	Footer   []string
	Join     string // address of the call
	Log      string // address of the log
	LogTitle string
}

// section is a heading with items or lines below it. One without a title is a paragraph.
type section struct {
	Title string
	Items []item
	Lines []string
	Link  string // an address below them, "" for none
}

// item is one line that starts with an id, and what belongs to it.
type item struct {
	Number  int    // in an acknowledgement, so that "2 delete" means something; 0 for none
	ID      string // T3, "" for none
	Text    string
	Details []string
}

// phoneLine is about how many characters fit on a line of a phone.
const phoneLine = 46

// OnOneLine tells whether the item and the one detail that it has fit on one line of a phone.
func (it item) OnOneLine() bool {
	return len(it.Details) == 1 && utf8.RuneCountInString(it.ID+it.Text+it.Details[0]) < phoneLine
}

//go:embed page.txt page.html
var layouts embed.FS

var (
	textLayout = text.Must(text.ParseFS(layouts, "page.txt"))
	htmlLayout = html.Must(html.ParseFS(layouts, "page.html"))
)

func (p *page) text() (string, error) {
	var b strings.Builder
	err := textLayout.Execute(&b, p)
	return b.String(), err
}

func (p *page) html() (string, error) {
	var b strings.Builder
	err := htmlLayout.Execute(&b, p)
	return b.String(), err
}
