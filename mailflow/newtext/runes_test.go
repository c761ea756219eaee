package newtext

import (
	"testing"
	"unicode"
)

func TestRunesAreToldAsUnicodeTellsThem(t *testing.T) {
	t.Parallel()
	for r := rune(0); r < 0x20000; r++ {
		if got, want := letterOrDigit(r), unicode.IsLetter(r) || unicode.IsDigit(r); got != want {
			t.Errorf("letterOrDigit(%U) is %t, want %t", r, got, want)
		}
		if got, want := toLower(r), unicode.ToLower(r); got != want {
			t.Errorf("toLower(%U) is %U, want %U", r, got, want)
		}
		if n, ok := numeral(r); ok != (r >= 0x660 && unicode.IsDigit(r)) || ok && (n < '0' || n > '9') {
			t.Errorf("numeral(%U) is %q, %t", r, n, ok)
		}
	}
}
