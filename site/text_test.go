package site

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"duolog/meeting"
)

// hostile is what a mail, or a hand, might bring into the log.
var hostile = []string{
	`{{< highlight go >}}x{{< /highlight >}}`, `{{% ref "/" %}}`, `{{ .Site.Title }}`, `{{</* x */>}}`, `{{< `, ` >}}`,
	`<script>alert(1)</script>`, `<img src=x onerror=alert(1)>`, `"><svg onload=alert(1)>`, `<a href="javascript:alert(1)">x</a>`,
	`[x](javascript:alert(1))`, `![x](https://evil.example/x.png)`, `![x](javascript:alert(1))`, `<https://evil.example>`,
	"---\ntitle: x\n---", "!!python/object:os.system x", "+++\nurl = \"/x\"\n+++", "\u202edesrever\u202c", "{", "}", "{\"a\":1}", "#", "%!s(MISSING)", "&lt;b&gt;",
	`' onmouseover='alert(1)`, "javascript:alert(1)", "data:text/html,<script>", "`{{< x >}}`", "```\n{{< x >}}\n```", strings.Repeat("a", 1<<20),
}

func TestWhatPeopleWriteIsInert(t *testing.T) {
	t.Parallel()
	b := sample(t)
	change(t, b, "priya-sam", func(l *meeting.Log) {
		l.Prose = strings.Join(hostile, "\n\n")
		l.Pair.JoinLink = "javascript:alert(1)"
		for _, m := range l.Meetings {
			m.Prose = strings.Join(hostile, "\n\n")
			m.Reason = strings.Join(hostile[:20], " ")
		}
		for _, text := range hostile {
			l.Apply([]meeting.Intent{
				{Kind: meeting.AddTopic, Text: text, Context: []string{text}, TopicIs: text},
				{Kind: meeting.AddAction, Text: text, Who: text, Measure: text, Due: "2026-12-04"},
				{Kind: meeting.AddNote, Text: text},
				{Kind: meeting.AddAgreement, Text: text},
			}, meeting.Mail{Key: "mail of " + text[:min(len(text), 40)], By: "priya", At: today, Occasion: meeting.Occasion{Kind: meeting.LetterRecap}})
		}
	})
	build(t, b, "priya-sam")
	page := log(t, b, "sam")["/priya-sam/"]
	live := regexp.MustCompile(`(?i)<script|<svg|<img|<iframe|<[^>]+\son[a-z]+=|href="?'?\s*(javascript|data):|<[^>]+\ssrc=`)
	if hits := live.FindAllString(page, -1); len(hits) > 0 {
		t.Errorf("the page holds live HTML: %q", slices.Compact(hits)[:1])
	}
	for _, want := range []string{"{{&lt; highlight go &gt;}}", "{{ .Site.Title }}", "&lt;script&gt;alert(1)", "---\ntitle: x\n---", "&amp;lt;b&amp;gt;", strings.Repeat("a", 1<<20)} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks the text %.60q, want it as it was written", want)
		}
	}
}

func TestOnlyWebAddressesBecomeLinks(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]run{
		"":                             nil,
		"no link":                      {{Text: "no link"}},
		"see https://a.example/b?c=d.": {{Text: "see "}, {Text: "https://a.example/b?c=d", Link: "https://a.example/b?c=d"}, {Text: "."}},
		"(http://a.example/x)":         {{Text: "("}, {Text: "http://a.example/x", Link: "http://a.example/x"}, {Text: ")"}},
		"javascript:alert(1)":          {{Text: "javascript:alert(1)"}},
		`https://a.example/"onclick=x`: {{Text: "https://a.example/", Link: "https://a.example/"}, {Text: `"onclick=x`}},
	} {
		if got := runs(text); !slices.Equal(got, want) {
			t.Errorf("runs(%q) = %q, want %q", text, got, want)
		}
	}
}

func FuzzRunsLoseNothing(f *testing.F) {
	for _, text := range hostile[:20] {
		f.Add(text)
	}
	f.Add("a https://x.example/ b http://y.example.")
	f.Fuzz(func(t *testing.T, text string) {
		var all strings.Builder
		for _, r := range runs(text) {
			all.WriteString(r.Text)
			if r.Link != "" && !strings.HasPrefix(r.Link, "http") {
				t.Errorf("runs(%q) links to %q", text, r.Link)
			}
		}
		if all.String() != text {
			t.Errorf("runs(%q) together are %q", text, all.String())
		}
	})
}
