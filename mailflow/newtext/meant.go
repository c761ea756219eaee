package newtext

import "strings"

// meant reports whether line i begins with a label that people put before what they tell, as in
// "private: I am thinking of leaving": it is cut nowhere, be it below a name. A number or an address
// behind it is contact data.
func (r *reader) meant(i, end int) bool {
	low := r.lines[i].lower()
	head, tail, ok := strings.Cut(strings.TrimLeft(low, "*_([ "), ":")
	head, tail = strings.Trim(head, " *_"), strings.Trim(tail, " *_")
	if !ok || !words.own[head] && !words.secret[head] || phone(tail) || domain(tail) || strings.Contains(tail, "@") && wordCount(tail) < 3 {
		return false
	}
	return !r.legal(i, r.paragraphEnd(i, end))
}

// asksSecrecy reports whether line i, below a name, asks to keep to oneself what stands above. Cut,
// the mark would be lost and the text above open to all.
func (r *reader) asksSecrecy(i, end int) bool {
	low := r.lines[i].lower()
	if wordCount(low) > 12 || hard(&r.lines[i]) {
		return false
	}
	if words.secret[strings.Trim(low, " .!()[]*_-–—<>")] {
		return true
	}
	return words.secrecy.anyIn(low) && !r.legal(i, r.paragraphEnd(i, end))
}
