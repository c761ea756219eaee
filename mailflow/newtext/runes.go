package newtext

import "unicode"

// A runeSet holds characters of the basic plane, a bit for each: most of the time goes into telling
// letters from other characters.
type runeSet [1 << 10]uint64

var (
	letterSet = setOf(unicode.L)
	digits    = setOf(unicode.Nd)
	capitals  = setOf(unicode.Lu, unicode.Lt, unicode.Other_Uppercase)
)

func setOf(tables ...*unicode.RangeTable) *runeSet {
	var s runeSet
	for _, t := range tables {
		for _, r := range t.R16 {
			for c := uint32(r.Lo); c <= uint32(r.Hi); c += uint32(r.Stride) {
				s[c>>6] |= 1 << (c & 63)
			}
		}
	}
	return &s
}

// has reports whether r is in the set; r is below 0x10000.
func (s *runeSet) has(r rune) bool { return s[r>>6]&(1<<(r&63)) != 0 }

// letterOrDigit reports what unicode.IsLetter or unicode.IsDigit do.
func letterOrDigit(r rune) bool {
	if r < 0x10000 {
		return letterSet.has(r) || digits.has(r)
	}
	return unicode.IsLetter(r) || unicode.IsDigit(r)
}

// toLower is unicode.ToLower.
func toLower(r rune) rune {
	if r < 0x10000 && !capitals.has(r) {
		return r
	}
	return unicode.ToLower(r)
}
