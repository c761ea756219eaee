package newtext

import (
	"strings"
	"testing"
)

// TestMessyRepliesAreReadAsPeopleMeanThem holds whole replies as people write them, with what is new
// in each.
func TestMessyRepliesAreReadAsPeopleMeanThem(t *testing.T) {
	t.Parallel()
	ours := "-- reply above this line --\nOne line is enough.\n\nYour open actions\n- A8 draft the roadmap – due Fri 4 Dec\n- A9 pair with Tom on alerts\n\nSam and you read what you write here."
	sent := []Sent{{Text: ours}}
	for name, c := range map[string]struct{ mail, want string }{
		"Outlook with a footer of the company": {
			"Hi,\n\nTopic: career path - I read the staff ladder, want your honest take\nA8 done, Ana approved it yesterday\nA9 - Tom is on leave until the 14th so let's say the 18th\n\nBest regards\nPriya Nair | Senior Engineer | Acme GmbH | +49 30 1234567\nThis e-mail may contain confidential information. If you are not the intended recipient...\n\nFrom: Acme 1:1 <1on1+k7q@acme.example>\nSent: Tuesday, 1 December 2026 16:00\nTo: Priya Nair\nSubject: 1:1 Priya + Sam – Thu 3 Dec 16:00 – what should we talk about?\n\n" + ours,
			"Hi,\n\nTopic: career path - I read the staff ladder, want your honest take\nA8 done, Ana approved it yesterday\nA9 - Tom is on leave until the 14th so let's say the 18th"},
		"German, phone": {
			"Hallo,\nThema: Elternzeit ab März - wie planen wir die Übergabe?\nA3 erledigt\nich kümmere mich bis Freitag um die Doku\n\nAm 01.12.26 um 16:00 schrieb Acme 1:1:\n> Was möchtest du besprechen? ...\nVon meinem Samsung Galaxy Smartphone gesendet.",
			"Hallo,\nThema: Elternzeit ab März - wie planen wir die Übergabe?\nA3 erledigt\nich kümmere mich bis Freitag um die Doku"},
		"private block": {
			"salary review - when do we talk numbers?\n\nprivate: I have an offer from another company. want to hear his answer on T3 before I decide.\ndo not bring this up myself\n\ntopic: pairing with the new hire",
			"salary review - when do we talk numbers?\n\nprivate: I have an offer from another company. want to hear his answer on T3 before I decide.\ndo not bring this up myself\n\ntopic: pairing with the new hire"},
		"nested list": {
			"- reorg\n  - who moves\n  - when\n* hiring\n1. budget\n\n--\nSam",
			"- reorg\n  - who moves\n  - when\n* hiring\n1. budget"},
		"only a signature":                 {"\n\n-- \nPriya Nair\nAcme\n[image: logo]\n\nOn Tue, 1 Dec 2026 at 16:00, Acme 1:1 <x@acme.example> wrote:\n> " + strings.ReplaceAll(ours, "\n", "\n> "), ""},
		"marker in the person's own words": {"why does the mail say 'reply above this line'?\nand what is -- reply above this line -- for", "why does the mail say 'reply above this line'?\nand what is -- reply above this line -- for"},
		"marker alone":                     {"yes\n\n-- reply above this line --\nanything below", "yes"},
		"German marker":                    {"ja\n\n-- bitte oberhalb dieser Zeile antworten --\nalles darunter", "ja"},
		"second reply quotes the first":    {"- second new topic\n\nOn Mon, Anna wrote:\n> - talk about the release plan", "- second new topic"},
		"heads-up and private": {
			"heads-up: I'd like to talk about the two missed on-call handovers (14 and 21 Nov).\nprivate: if it happens again talk to HR. check with Lena first\n\nSent from Outlook for iOS",
			"heads-up: I'd like to talk about the two missed on-call handovers (14 and 21 Nov).\nprivate: if it happens again talk to HR. check with Lena first"},
		"thumbs up": {"A12 no, that's Tom's job. The rest 👍", "A12 no, that's Tom's job. The rest 👍"},
		"Markdown structure": {
			"- a\n# Actions\n===\n```\n- [x] done by boss\n| a | b |\n|---|---|\n    code\n\\",
			"- a\n# Actions\n===\n```\n- [x] done by boss\n| a | b |\n|---|---|\n    code\n\\"},
	} {
		for _, known := range [][]Sent{nil, sent} {
			if got := FromText(c.mail, known).Text; got != c.want {
				t.Errorf("%s, sent known %v: new text is %q, want %q", name, known != nil, got, c.want)
			}
		}
	}
}

func TestForwardedFragmentIsReported(t *testing.T) {
	t.Parallel()
	r := FromText("See below, let's discuss\n\n---------- Forwarded message ---------\nFrom: Ana <ana@acme.example>\nSubject: latency regression\n> p99 went from 120 to 310ms after the cache change\n", nil)
	f := r.Forwarded
	if r.Text != "See below, let's discuss" || f == nil || f.Subject != "latency regression" || f.From != "Ana <ana@acme.example>" || f.Text != "p99 went from 120 to 310ms after the cache change" {
		t.Errorf("new text is %q, forwarded %+v", r.Text, f)
	}
	if len(r.Cuts) != 1 || r.Cuts[0].Reason != Forward {
		t.Errorf("cuts are %q, want one, forwarded", r.Cuts)
	}
}
