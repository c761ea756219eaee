package content

import (
	"encoding/binary"
	"fmt"
	"hash/maphash"
	"reflect"
	"time"
)

var seed = maphash.MakeSeed()

// fingerprint tells whether a document still says what it said when it was read. Formatting costs a hundred times as much, and
// most files of a pair do not change.
func fingerprint(v any, prose string) uint64 {
	var h maphash.Hash
	h.SetSeed(seed)
	mix(&h, reflect.ValueOf(v))
	_, _ = h.WriteString(prose)
	return h.Sum64()
}

func mix(h *maphash.Hash, v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			number(h, -1)
			return
		}
		mix(h, v.Elem())
	case reflect.Struct:
		if t, ok := v.Interface().(time.Time); ok {
			number(h, t.UnixNano())
			return
		}
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() && f.Tag.Get("yaml") != "-" {
				mix(h, v.Field(i))
			}
		}
	case reflect.Slice:
		number(h, int64(v.Len()))
		for i := range v.Len() {
			mix(h, v.Index(i))
		}
	case reflect.Map:
		var sum uint64 // in any order
		for m := v.MapRange(); m.Next(); {
			sum += fingerprint([]any{m.Key().Interface(), m.Value().Interface()}, "")
		}
		number(h, int64(sum))
	case reflect.String:
		number(h, int64(v.Len()))
		_, _ = h.WriteString(v.String())
	case reflect.Bool:
		if v.Bool() {
			number(h, 1)
		} else {
			number(h, 0)
		}
	default: // numbers
		_, _ = fmt.Fprint(h, v.Interface(), " ")
	}
}

func number(h *maphash.Hash, n int64) {
	var b [8]byte
	binary.LittleEndian.PutUint64(b[:], uint64(n))
	_, _ = h.Write(b[:])
}
