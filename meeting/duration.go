package meeting

import (
	"fmt"
	"strings"
	"time"
)

// MarshalText writes the length as "30m" or "1h15m"; yaml.v3 and encoding/json both use it.
func (d Duration) MarshalText() ([]byte, error) {
	s := time.Duration(d).String()
	s = strings.TrimSuffix(s, "0s")
	if strings.Contains(s, "h") {
		s = strings.TrimSuffix(s, "0m")
	}
	return []byte(s), nil
}

// UnmarshalText reads what time.ParseDuration reads, from one minute to a day.
func (d *Duration) UnmarshalText(text []byte) error {
	v, err := time.ParseDuration(string(text))
	if err != nil || v < time.Minute || v > 24*time.Hour {
		return fmt.Errorf("length %q is not between 1m and 24h", text)
	}
	*d = Duration(v)
	return nil
}

// Minutes is the length in whole minutes.
func (d Duration) Minutes() int { return int(time.Duration(d) / time.Minute) }

// String is the length as it is written: "30m".
func (d Duration) String() string {
	text, _ := d.MarshalText()
	return string(text)
}
