package reply

import (
	"strconv"
	"strings"
	"time"
)

// hour reads an hour at token i: "15:00", "at 11", "3pm", "15 Uhr", "15h30", "noon". A bare number needs a word such as "at".
func (c calendar) hour(toks []token, i int) (hour, minute, n int) {
	k := i
	at := c.lex.means("clock", "at", toks, k)
	k += at
	if m := c.lex.means("clock", "noon", toks, k); m > 0 {
		return 12, 0, k + m - i
	}
	if k >= len(toks) {
		return 0, 0, 0
	}
	hour, minute, kind := c.hourToken(toks[k].fold)
	if kind == "" {
		return 0, 0, 0
	}
	k++
	half, m := c.half(toks, k)
	k += m
	if m == 0 {
		m = c.lex.means("clock", "hour", toks, k)
		k += m
		if more, ok := number(toks, k); ok && m > 0 && more < 60 && len(toks[k].fold) == 2 { // "15 Uhr 30"
			minute, k = more, k+1
		}
	}
	sure := kind == "clock" || m > 0 || at > 0
	if !sure || kind == "dot" && at == 0 && m == 0 {
		return 0, 0, 0
	}
	return halfDay(hour, half, kind == "bare" && m == 0), minute, k - i
}

// half reads "am" and "pm".
func (c calendar) half(toks []token, k int) (string, int) {
	if k >= len(toks) {
		return "", 0
	}
	for _, half := range []string{"am", "pm"} {
		if m := c.lex.means("clock", half, toks, k); m > 0 {
			return half, m
		}
	}
	return "", 0
}

// hourToken takes "15:00", "15.00", "15h30", "3pm" and "15" apart. kind is "" when it is none of them.
func (c calendar) hourToken(text string) (hour, minute int, kind string) {
	if !startsNumber(text) {
		return 0, 0, ""
	}
	digits := strings.TrimRight(text, "abcdefghijklmnopqrstuvwxyz")
	suffix := text[len(digits):]
	if suffix != "" {
		half, n := c.half([]token{{fold: suffix}}, 0)
		if n == 0 && c.lex.means("clock", "hour", []token{{fold: suffix}}, 0) == 0 {
			return 0, 0, ""
		}
		hour, minute, kind = c.hourToken(digits)
		if kind == "" {
			return 0, 0, ""
		}
		return halfDay(hour, half, false), minute, "clock"
	}
	for _, mark := range []struct{ sep, kind string }{{":", "clock"}, {".", "dot"}, {"h", "clock"}} {
		if h, m, ok := strings.Cut(digits, mark.sep); ok && len(m) == 2 && len(h) <= 2 {
			hour, errH := strconv.Atoi(h)
			minute, errM := strconv.Atoi(m)
			if errH != nil || errM != nil || hour > 24 || minute > 59 {
				return 0, 0, ""
			}
			return hour, minute, mark.kind
		}
	}
	hour, err := strconv.Atoi(digits)
	if err != nil || hour > 24 || len(digits) > 2 {
		return 0, 0, ""
	}
	return hour, 0, "bare"
}

// halfDay makes 24 hours of 12. An hour said without am or pm lies in the working day: "at 3" is 15:00.
func halfDay(hour int, half string, guess bool) int {
	switch {
	case half == "pm" && hour < 12, half == "" && guess && hour >= 1 && hour <= 6:
		return hour + 12
	case half == "am" && hour == 12:
		return 0
	}
	return hour
}

// place is a zone said after an hour.
type place struct {
	loc *time.Location
	n   int
}

// zoneAt reads "ET", "your time", ", CET", "Berlin time" at token i; the sender's own zone when none is said.
func (c calendar) zoneAt(toks []token, i int) place {
	k := i
	for k < len(toks) && k < i+3 && (toks[k].fold == "," || toks[k].fold == "(" || c.lex.means("clock", "instead", toks, k) > 0) {
		k++
	}
	switch {
	case c.lex.means("clock", "yours", toks, k) > 0:
		return place{c.other, k + c.lex.means("clock", "yours", toks, k) - i}
	case c.lex.means("clock", "mine", toks, k) > 0:
		return place{c.now.Location(), k + c.lex.means("clock", "mine", toks, k) - i}
	}
	name, n := c.lex.at("zones", toks, k)
	if n == 0 {
		return place{c.now.Location(), 0}
	}
	loc, err := time.LoadLocation(name)
	if err != nil {
		return place{c.now.Location(), 0}
	}
	k += n
	k += c.lex.means("clock", "of-place", toks, k)
	return place{loc, k - i}
}
