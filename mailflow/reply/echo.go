package reply

import "strings"

// echoNumber reads "2" or "#2" at the start of an answer to an acknowledgement: which of the echoed items is meant.
func (r *reader) echoNumber(w row) (which, n int) {
	toks := w.toks
	k := 0
	for k < len(toks) && strings.Contains("#(", toks[k].fold) {
		k++
	}
	v, ok := number(toks, k)
	if !ok || v < 1 || v > len(r.c.Occasion.Echo) {
		return 0, 0
	}
	for k++; k < len(toks) && strings.Contains(").:–=", toks[k].fold); {
		k++
	}
	return v, k
}

func (r *reader) soleEcho() bool { return len(r.c.Occasion.Echo) == 1 }
