package mailtest

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"os/exec"
	"strings"
	"time"
	"unicode/utf8"
)

// Libical is what libical, a parser that shares nothing with ours, reads in an iCalendar object.
type Libical struct {
	Problems []string // what breaks RFC 5545 or RFC 5546, in libical's words or ours; none for a good object
	Method   string
	Events   []LibicalEvent
	Offsets  map[string][]int // by TZID: seconds east of UTC at each of the times asked about, by the VTIMEZONE alone
}

// LibicalEvent is one VEVENT.
type LibicalEvent struct {
	UID, Summary, Organizer, Attendee, Partstat, Status, URL, Alarm string
	Sequence                                                        int
	Instance                                                        int64   // RECURRENCE-ID in Unix time, 0 for none
	End                                                             int64   // of the first
	Starts                                                          []int64 // by its rule and exceptions, up to the time asked about
}

//go:embed libical.py
var libicalScript string

// Debian's own Python, which finds Debian's modules whatever other Pythons there are.
const debianPython = "/usr/bin/python3"

// ReadWithLibical has libical read an iCalendar object and expand its events until then, and its zones at those times. It needs the
// packages python3-gi and gir1.2-ical-3.0; without them the error says so.
func ReadWithLibical(object []byte, until time.Time, at ...time.Time) (Libical, error) {
	var answer Libical
	times := []int64{}
	for _, t := range at {
		times = append(times, t.Unix())
	}
	asked, err := json.Marshal(map[string]any{"object": string(object), "until": until.Unix(), "at": times})
	if err != nil {
		return answer, err
	}
	var out, errs bytes.Buffer
	c := exec.Command(debianPython, "-c", libicalScript)
	c.Stdin, c.Stdout, c.Stderr = bytes.NewReader(asked), &out, &errs
	if err := c.Run(); err != nil {
		if said := errs.String(); said == "" || strings.Contains(said, "No module named") || strings.Contains(said, "not available") {
			return answer, fmt.Errorf("libical for Python is missing; install it with: apt-get install --no-install-recommends python3-gi gir1.2-ical-3.0: %w %s", err, said)
		}
		return answer, fmt.Errorf("libical: %w\n%s", err, &errs)
	}
	if err := json.Unmarshal(out.Bytes(), &answer); err != nil {
		return answer, fmt.Errorf("libical said %q: %w", &out, err)
	}
	answer.Problems = append(answer.Problems, badLines(object)...)
	return answer, nil
}

// badLines are those that end wrongly, are too long or cut a letter in two. RFC 5545, 3.1.
func badLines(object []byte) []string {
	var bad []string
	for line := range strings.Lines(string(object)) {
		text, ok := strings.CutSuffix(line, "\r\n")
		switch {
		case !ok || strings.ContainsAny(text, "\r\n"):
			bad = append(bad, fmt.Sprintf("the line %q does not end in CRLF", text))
		case len(text) > 75:
			bad = append(bad, fmt.Sprintf("the line %q has %d bytes", text, len(text)))
		case !utf8.ValidString(text):
			bad = append(bad, fmt.Sprintf("the line %q cuts a letter in two", text))
		}
	}
	return bad
}
