package newtext

import (
	"fmt"
	"html"
	"strings"
	"testing"
)

// A program writes a mail that it passes on as mail programs do; fields come in the order of the
// table: from, date, to, cc, subject.
type program struct {
	name string
	mail func(apple, phrase, from, date, to, cc, subject, when string) string
}

var programs = []program{
	{"Apple Mail", func(apple, _, from, date, to, cc, subject, when string) string {
		return marked(fmt.Sprintf("%s\n\n%s: Ana Ruiz <ana@acme.example>\n%s: latency\n%s: %s\n%s: priya@acme.example\n%s: Tom <tom@acme.example>\n\np99 went up", apple, from, subject, date, when, to, cc))
	}},
	{"Apple Mail, no marks", func(apple, _, from, date, to, cc, subject, when string) string {
		return fmt.Sprintf("%s\n\n%s: Ana Ruiz <ana@acme.example>\n%s: latency\n%s: %s\n%s: priya@acme.example\n%s: Tom <tom@acme.example>\n\np99 went up", apple, from, subject, date, when, to, cc)
	}},
	{"Apple Mail, bold, without separator", func(_, _, from, date, to, _, subject, when string) string {
		return fmt.Sprintf("*%s:* Ana Ruiz <ana@acme.example>\n*%s:* %s\n*%s:* priya@acme.example\n*%s:* latency\n\np99 went up", from, date, when, to, subject)
	}},
	{"Gmail", func(_, phrase, from, date, to, cc, subject, when string) string {
		return fmt.Sprintf("---------- %s ---------\n%s: Ana Ruiz <ana@acme.example>\n%s: %s\n%s: latency\n%s: <priya@acme.example>\n%s: Tom <tom@acme.example>\n\n\np99 went up", phrase, from, date, when, subject, to, cc)
	}},
	{"Thunderbird", func(_, phrase, from, date, to, cc, subject, when string) string {
		return fmt.Sprintf("-------- %s --------\n%s: \tlatency\n%s: \t%s\n%s: \tAna Ruiz <ana@acme.example>\n%s: \tpriya@acme.example\n%s: \tTom <tom@acme.example>\n\n\n\np99 went up", phrase, subject, date, when, from, to, cc)
	}},
	{"Yahoo", func(_, phrase, from, date, to, cc, subject, when string) string {
		return fmt.Sprintf("   ----- %s ----- %s: Ana Ruiz <ana@acme.example>%s: \"priya@acme.example\" <priya@acme.example>%s: Tom <tom@acme.example>%s: %s%s: latency\n  p99 went up", phrase, from, to, cc, date, when, subject)
	}},
	{"Yahoo, lines", func(_, phrase, from, date, to, cc, subject, when string) string {
		return fmt.Sprintf("   ----- %s -----\n%s: Ana Ruiz <ana@acme.example>\n%s: \"priya@acme.example\" <priya@acme.example>\n%s: %s\n%s: latency\n p99 went up", phrase, from, to, date, when, subject)
	}},
	{"Outlook web", func(_, _, from, date, to, cc, subject, when string) string {
		return fmt.Sprintf("________________________________\n%s: Ana Ruiz <ana@acme.example>\n%s: %s\n%s: priya@acme.example <priya@acme.example>\n%s: Tom <tom@acme.example>\n%s: latency\n\np99 went up", from, date, when, to, cc, subject)
	}},
	{"Outlook for Mac", func(_, _, from, date, to, cc, subject, when string) string {
		return fmt.Sprintf("%s: Ana Ruiz <ana@acme.example>\n%s: %s\n%s: Priya Nair <priya@acme.example>\n%s: Tom <tom@acme.example>, Eva\n<eva@acme.example>, Jo <jo@acme.example>\n%s: latency\np99 went up", from, date, when, to, cc, subject)
	}},
	{"Outlook, no addresses", func(_, _, from, date, to, _, subject, when string) string {
		return fmt.Sprintf("%s: Ana Ruiz\n%s: %s\n%s: Priya Nair\n%s: latency\n\np99 went up", from, date, when, to, subject)
	}},
	{"Outlook, a space before the colon", func(_, _, from, date, to, _, subject, when string) string {
		return fmt.Sprintf("%s : Ana Ruiz <ana@acme.example>\n%s : %s\n%s : Priya Nair\n%s : latency\n\np99 went up", from, date, when, to, subject)
	}},
	{"wide colons", func(_, _, from, date, to, _, subject, when string) string {
		return fmt.Sprintf("%s：Ana Ruiz <ana@acme.example>\n%s：%s\n%s：Priya Nair <priya@acme.example>\n%s：latency\n\np99 went up", from, date, when, to, subject)
	}},
	{"webmail, address in square brackets", func(_, phrase, from, date, to, _, subject, when string) string {
		return fmt.Sprintf("-----%s-----\n%s: Ana Ruiz [mailto:ana@acme.example]\n%s: %s\n%s: 'Priya Nair'\n%s: RE: latency\n\np99 went up", phrase, from, date, when, to, subject)
	}},
	{"double-spaced", func(_, _, from, date, to, _, subject, when string) string {
		return fmt.Sprintf("%s: Ana Ruiz <ana@acme.example>\n\n%s: %s\n\n%s: Priya Nair\n\n%s: latency\n\np99 went up", from, date, when, to, subject)
	}},
	{"IONOS", func(_, phrase, from, date, to, _, subject, when string) string {
		return marked(fmt.Sprintf("---------- %s ----------\n%s: Ana Ruiz <ana@acme.example>\n%s: priya@acme.example\n%s: %s\n%s: latency\n\n\np99 went up", phrase, from, to, date, when, subject))
	}},
	{"a table", func(_, phrase, from, date, to, _, subject, when string) string {
		return fmt.Sprintf("---- %s ----\n| %s | Ana Ruiz<ana@acme.example> |\n| %s | %s |\n| %s | Priya<priya@acme.example> |\n| %s | latency |\np99 went up", phrase, from, date, when, to, subject)
	}},
}

func TestMailsPassedOnInAnyLanguageAndProgramAreCut(t *testing.T) {
	t.Parallel()
	const comment = "Let us talk about this.\n\nI have two questions."
	total, failed := 0, 0
	for _, row := range fixture(t, "matrix.txt") {
		c := strings.Split(row, " | ")
		if len(c) != 9 {
			t.Fatalf("%d columns in %q", len(c), row)
		}
		for n, variant := range variants(c[1:8]) {
			for _, p := range programs {
				v := variant
				mail := p.mail(v[0], v[1], v[2], v[3], v[4], v[5], v[6], c[8])
				for name, text := range map[string][2]string{"alone": {mail, ""}, "below": {comment + "\n\n" + mail, comment}} {
					total++
					if got := FromText(text[0], nil).Text; got != text[1] {
						failed++
						t.Errorf("%s %d, %s, %s: new text is %q, want %q, mail\n%s", c[0], n, p.name, name, got, text[1], mail)
					}
				}
			}
		}
	}
	t.Logf("%d of %d failed", failed, total)
}

// variants takes the n-th choice of every column, as often as the longest column has choices.
func variants(columns []string) [][]string {
	var out [][]string
	for n := 0; ; n++ {
		more := false
		var v []string
		for _, c := range columns {
			choices := strings.Split(c, "; ")
			more = more || n < len(choices)
			v = append(v, choices[min(n, len(choices)-1)])
		}
		if !more {
			return out
		}
		out = append(out, v)
	}
}

// disguises are what programs and gateways make of an attribution.
var disguises = map[string]func(a string) string{
	"no address": func(a string) string {
		return strings.NewReplacer(" <sam@acme.example>", "", " (<sam@acme.example>)", "", " (sam@acme.example)", "", "<sam@acme.example>", "").Replace(a)
	},
	"address only": func(a string) string {
		return strings.NewReplacer("Sam Ortega <sam@acme.example>", "sam@acme.example", "\"sam@acme.example\"", "sam@acme.example").Replace(a)
	},
	"address doubled": func(a string) string {
		return strings.ReplaceAll(a, "<sam@acme.example>", "<sam@acme.example<mailto:sam@acme.example>>")
	},
	"address in brackets": func(a string) string {
		return strings.ReplaceAll(a, "<sam@acme.example>", "[mailto:sam@acme.example]")
	},
	"bold":            func(a string) string { return "*" + a + "*" },
	"no-break spaces": func(a string) string { return strings.ReplaceAll(a, " ", "\u00a0") },
	"long name": func(a string) string {
		return strings.ReplaceAll(a, "Sam Ortega", "Sam van der Ortega-Muñoz via Acme")
	},
	"name of a ticket": func(a string) string { return strings.ReplaceAll(a, "Sam Ortega", "Acme [1:1 #12]") },
	"broken address": func(a string) string {
		return strings.ReplaceAll(a, "<sam@acme.example>", "<\nsam@acme.example>")
	},
	"broken before the address": func(a string) string { return strings.ReplaceAll(a, " <sam@acme.example>", "\n<sam@acme.example>") },
	"verb alone": func(a string) string {
		if i := strings.LastIndexByte(a, ' '); i > 0 && !strings.HasSuffix(a, " :") {
			return a[:i] + "\n" + a[i+1:]
		}
		return a
	},
	"wrapped at 36": func(a string) string { return wrap(a, 36) },
	"wrapped at 44": func(a string) string { return wrap(a, 44) },
	"wrapped at 64": func(a string) string { return wrap(a, 64) },
	"blank line between": func(a string) string {
		head, tail, ok := strings.Cut(wrap(a, 48), "\n<")
		if !ok || !strings.ContainsAny(head, "0123456789") {
			return a
		}
		return head + "\n\n<" + tail
	},
}

func TestAttributionsInAnyDisguiseAreCut(t *testing.T) {
	t.Parallel()
	total, failed := 0, 0
	for _, a := range fixture(t, "attributions.txt") {
		for d, disguise := range disguises {
			b := disguise(a)
			for name, mail := range map[string]string{
				"marked": answer + "\n\n" + b + "\n" + marked(below),
				"bare":   answer + "\n\n" + b + "\n\n" + below,
				"below":  b + "\n\n" + marked(below) + "\n\n" + answer,
			} {
				if d == "no address" && name == "bare" && words.wrote.find(fold(b)) < 0 {
					continue // a date and two words: may be a person's
				}
				total++
				if got := FromText(mail, nil).Text; got != answer {
					failed++
					t.Errorf("%s, %s, %q: new text is %q, want %q", d, name, b, got, answer)
				}
			}
		}
	}
	t.Logf("%d of %d failed", failed, total)
}

// asHTML writes plain text as one program or another does: an element or a break for each line.
var asHTML = map[string]func(lines []string) string{
	"div": func(lines []string) string {
		return "<div>" + strings.Join(lines, "</div>\n<div>") + "</div>"
	},
	"br": func(lines []string) string { return strings.Join(lines, "<br>\n") },
	"p":  func(lines []string) string { return "<p>" + strings.Join(lines, "</p><p>") + "</p>" },
	"bold labels": func(lines []string) string {
		for i, l := range lines {
			if label, rest, ok := strings.Cut(l, ":"); ok && len(label) < 40 && !strings.Contains(label, "&") {
				lines[i] = "<b>" + label + ":</b> " + rest
			}
		}
		return "<span>" + strings.Join(lines, "<br></span><span>") + "</span>"
	},
}

func TestMailsPassedOnAsHTMLAreCut(t *testing.T) {
	t.Parallel()
	total, failed := 0, 0
	for _, row := range fixture(t, "matrix.txt") {
		c := strings.Split(row, " | ")
		v := variants(c[1:8])[0]
		for _, p := range programs {
			mail := p.mail(v[0], v[1], v[2], v[3], v[4], v[5], v[6], c[8])
			if strings.HasPrefix(p.name, "Yahoo") || p.name == "a table" || strings.Contains(mail, "\n<") {
				continue // not what those write as HTML
			}
			for name, write := range asHTML {
				total++
				lines := strings.Split(html.EscapeString(mail), "\n")
				for i := range lines {
					if lines[i] == "" {
						lines[i] = "<br>"
					}
				}
				if got := FromHTML("<div>a comment</div><br>"+write(lines), nil).Text; got != "a comment" {
					failed++
					t.Errorf("%s, %s, %s: new text is %q, mail\n%s", c[0], p.name, name, got, write(lines))
				}
			}
		}
	}
	t.Logf("%d of %d failed", failed, total)
}

func TestAttributionsInHTMLAreCut(t *testing.T) {
	t.Parallel()
	for _, a := range fixture(t, "attributions.txt") {
		e := html.EscapeString(a)
		link := strings.ReplaceAll(e, "sam@acme.example", `<a href="mailto:sam@acme.example">sam@acme.example</a>`)
		for name, mail := range map[string]string{
			"quote":          "<div>the rota</div><div>" + e + "</div><blockquote>What?</blockquote>",
			"link":           "<p>the rota</p><p>" + link + "<br></p><blockquote type=\"cite\">What?</blockquote>",
			"inside, cited":  "<div>the rota</div><blockquote type=\"cite\"><div>" + link + "</div><div>What?</div></blockquote>",
			"no quote":       "<div>the rota</div><div><br></div><div>" + link + "</div><div>What?</div>",
			"border":         "<div>the rota</div><div>" + e + "</div><div style=\"border-left: 1px solid #ccc; padding-left: 1ex\">What?</div>",
			"spans":          "<div>the rota</div><div><span>" + strings.ReplaceAll(link, ", ", ",</span> <span>") + "</span></div><blockquote>What?</blockquote>",
			"broken by tags": "the rota<br><br>" + strings.Replace(e, " &lt;", "<br>&lt;", 1) + "<br><blockquote>What?</blockquote>",
			"above":          "<div>" + link + "</div><blockquote type=\"cite\">What?</blockquote><div>the rota</div>",
		} {
			if got := FromHTML(mail, nil).Plain; got != "the rota" {
				t.Errorf("%s, %q: new text is %q", name, a, got)
			}
		}
	}
}
