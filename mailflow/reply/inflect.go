package reply

import "strings"

// inflect adds the forms of a language's verbs that can be made by rule: "sends" and "prüfst".
func (l *lexicon) inflect(t table) {
	verbs, endings := t["verbs"], t["verb-endings"]
	if len(endings["third-ending"]) > 0 {
		for meaning, third := range map[string]string{"work": "third", "vague": "vague-third", "talk-to": "talk-third"} {
			for _, v := range verbs[meaning] {
				form := thirdPerson(v, endings["third-ending"][0])
				l.add("verbs", third, []string{form})
				said, _, _ := strings.Cut(form, " ")
				l.bases[fold(said)], _, _ = strings.Cut(v, " ")
			}
		}
	}
	if len(endings["gerund-ending"]) > 0 {
		for _, meaning := range []string{"work", "vague"} {
			for _, v := range verbs[meaning] {
				l.add("verbs", "gerund", []string{gerund(v, endings["gerund-ending"][0])})
			}
		}
	}
	for _, infinitive := range verbs["regular"] {
		for _, person := range []string{"i", "you", "he"} {
			for _, ending := range endings[person+"-regular"] {
				form := conjugated(infinitive, ending)
				l.add("verbs", person+"-form", []string{form})
				if _, known := l.endings[fold(form)]; !known {
					l.endings[fold(form)] = infinitive
				}
			}
		}
	}
}

// thirdPerson puts the ending behind the first word: "sets up", "fixes", "tries".
func thirdPerson(verb, ending string) string {
	first, rest, _ := strings.Cut(verb, " ")
	switch stem, y := strings.CutSuffix(first, "y"); {
	case y && !strings.ContainsAny(stem[len(stem)-1:], "aeou"):
		first = stem + "ie" + ending
	case strings.HasSuffix(first, "sh"), strings.HasSuffix(first, "ch"), strings.ContainsAny(first[len(first)-1:], "osx"):
		first += "e" + ending
	default:
		first += ending
	}
	return strings.TrimSpace(first + " " + rest)
}

// gerund puts the ending behind the first word: "setting up", "preparing".
func gerund(verb, ending string) string {
	first, rest, _ := strings.Cut(verb, " ")
	n := len(first)
	vowel := func(i int) bool { return i >= 0 && strings.ContainsAny(first[i:i+1], "aeiou") }
	switch {
	case strings.HasSuffix(first, "e") && !strings.HasSuffix(first, "ee"):
		first = first[:n-1]
	case n >= 3 && n <= 4 && !vowel(n-1) && vowel(n-2) && !vowel(n-3) && !strings.ContainsAny(first[n-1:], "wxy"):
		first += first[n-1:]
	}
	return strings.TrimSpace(first + ending + " " + rest)
}

// conjugated puts the ending in place of the infinitive's: "prüfen" with "st" is "prüfst", "arbeiten" is "arbeitest".
func conjugated(infinitive, ending string) string {
	stem := strings.TrimSuffix(strings.TrimSuffix(infinitive, "n"), "e")
	if strings.HasPrefix(ending, "e") || !strings.ContainsAny(stem[len(stem)-1:], "td") {
		return stem + ending
	}
	return stem + "e" + ending
}
