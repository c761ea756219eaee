package newtext

import "strings"

// A separator is what a line that is not text says about the lines below it.
type separator int

const (
	noSeparator separator = iota
	original              // "-----Original Message-----"
	forwarded             // "---------- Forwarded message ---------"
	announced             // "The message forwarded:", if a header block or marks follow or a line is drawn above
	above                 // "-- reply above this line --"
)

// separatorOf classifies a line. It may carry more behind the separator: some programs put the
// header block into the same line.
func separatorOf(l *line) separator {
	low := l.lower()
	if len(low) < 4 {
		return noSeparator
	}
	core := strings.Trim(low, "-=#~+–—>< \t.:|«»[]()")
	if words.marker[core] || core != low && len(low) < 200 && decorated(low) && words.markers.anyIn(core) {
		return above
	}
	if s := phraseSeparator(core, l); s != noSeparator {
		return s
	}
	return dashed(low)
}

// phraseSeparator looks up a line that is a separator's phrase, alone or between dashes. Alone it
// needs to end with a colon, because people write such words too.
func phraseSeparator(core string, l *line) separator {
	low := l.lower()
	dashes := strings.HasPrefix(low, "--") || strings.HasPrefix(low, "[") && strings.HasSuffix(low, "]") || strings.HasPrefix(low, "==") || strings.HasPrefix(low, "##") || l.rule
	colon := strings.HasSuffix(low, ":") || strings.HasSuffix(low, "：")
	core = strings.TrimRight(core, "：: ")
	switch {
	case words.forward[core] && (dashes || colon):
		return forwarded
	case words.original[core] && (dashes || colon):
		return original
	case colon && len(core) < 120 && wordCount(core) <= 8 && words.passedOn.anyIn(core) && letters(core):
		return announced
	}
	if at := strings.IndexByte(core, '@'); at > 0 && len(core) < 160 && words.forward[strings.TrimSpace(core[:strings.LastIndexByte(core[:at], ' ')+1])] {
		return announced // "Forwarded message from sam@example.org"
	}
	if name, address, ok := strings.Cut(core, " <"); ok && strings.Contains(address, "@") && len(core) < 160 && words.forwardFrom(name) {
		return announced // "Forwarded message from Sam Ortega <sam@example.org>"
	}
	for _, start := range words.processed {
		if strings.HasPrefix(core, start) && wordCount(core) <= 6 {
			return original
		}
	}
	return noSeparator
}

// dashed reads lines that begin with at least three dashes, a phrase, and dashes again.
func dashed(low string) separator {
	inner := strings.TrimLeft(low, "-=–—> ")
	if len(low)-len(inner) < 3 {
		return noSeparator
	}
	end := strings.Index(inner, "--")
	if end <= 0 {
		if end = strings.Index(inner, "=="); end <= 0 {
			return noSeparator
		}
	}
	phrase := strings.Trim(inner[:end], " -=:")
	switch {
	case words.forward[phrase]:
		return forwarded
	case words.original[phrase]:
		return original
	}
	if words.earlier.anyIn(phrase) && wordCount(phrase) <= 3 {
		return original
	}
	if words.passedOn.anyIn(phrase) && (wordCount(phrase) <= 5 || strings.Contains(phrase, "@") || strings.ContainsAny(phrase, "0123456789")) {
		return forwarded
	}
	return noSeparator
}

// betweenDashes recognises "------- Ujumbe uliosambazwa -------", whatever it says.
func betweenDashes(low string) bool {
	core := strings.Trim(low, "-")
	return len(low) < 100 && strings.HasPrefix(low, "----") && strings.HasSuffix(low, "----") && core != "" && wordCount(core) <= 6 && letters(core)
}

// decorated reports whether a line begins as programs begin a marker.
func decorated(low string) bool {
	return strings.HasPrefix(low, "--") || strings.HasPrefix(low, "##") || strings.HasPrefix(low, "==") || strings.HasPrefix(low, "=-") || strings.HasPrefix(low, "~~")
}

// letters reports whether s is made of words only.
func letters(s string) bool { return !strings.ContainsAny(s, "0123456789@/<>:") }
