package site

import (
	"regexp"
	"strings"
	"time"
)

// run is a stretch of text, perhaps a link. Templates escape it; nothing that people wrote is ever read as HTML.
type run struct {
	Text string `json:"text"`
	Link string `json:"link,omitempty"`
}

var webAddress = regexp.MustCompile(`https?://[^\s<>"]+[^\s<>"'.,;:!?)\]}]`)

func runs(text string) []run {
	var all []run
	for text != "" {
		at := webAddress.FindStringIndex(text)
		if at == nil {
			return append(all, run{Text: text})
		}
		if at[0] > 0 {
			all = append(all, run{Text: text[:at[0]]})
		}
		link := text[at[0]:at[1]]
		all, text = append(all, run{Text: link, Link: link}), text[at[1]:]
	}
	return all
}

// inert takes from hand-written Markdown what Hugo would carry out: a word joiner between the braces that open a shortcode.
// Raw HTML is left to Hugo, which drops it.
func inert(markdown string) string {
	return strings.NewReplacer("{{", "{\u2060{", "}}", "}\u2060}").Replace(markdown)
}

// city is how people call a zone: the last part of its IANA name.
func city(zone *time.Location) string {
	name := zone.String()
	return strings.ReplaceAll(name[strings.LastIndex(name, "/")+1:], "_", " ")
}
