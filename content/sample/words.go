package sample

import (
	"fmt"
	"hash/fnv"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// words are what people write when their story says nothing, in one language.
type words struct {
	Nothing, Topics, Notes, Promises []string
	Discussed, Later, Parked, All    string
	Done                             []string
	Slipped, Dropped                 string
	Agree, Nudge                     []string
	Yes                              []string `yaml:"yes"`
	HeadsUp                          []string `yaml:"heads-up"`
	Welcome                          string
	Travel                           []string
	Skip, Away, Pause, Move          string
	Along                            string
	OutOfOffice                      string `yaml:"out-of-office"`
	Gone                             string
	Change, Agreed                   []string
	Manager, Report, Session         [][]string // by question
}

// next is the next of several words of a kind that this writer has not used yet, beginning somewhere.
func (y *Year) next(writer, kind string, all []string) string {
	key := writer + " " + kind
	h := fnv.New32a()
	_, _ = h.Write([]byte(key))
	n := y.used[key]
	y.used[key]++
	return all[(int(h.Sum32()%uint32(len(all)))+n)%len(all)]
}

func fill(text string, values ...string) string {
	for i := 0; i+1 < len(values); i += 2 {
		text = strings.ReplaceAll(text, "{"+values[i]+"}", values[i+1])
	}
	return text
}

var monthsShort = []string{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"}

var weekNamed = regexp.MustCompile(`\{week (\d+)\}`)

// dated puts the day on which a week of the year begins in place of "{week 40}", and a person's address in place of "{ana}".
func (w *writer) dated(text string) string {
	for _, p := range w.People {
		text = fill(text, p.ID, p.Addresses[0])
	}
	return weekNamed.ReplaceAllStringFunc(text, func(s string) string {
		n, _ := strconv.Atoi(weekNamed.FindStringSubmatch(s)[1])
		return w.day(w.From.AddDate(0, 0, 7*(n-1)))
	})
}

// day is how people write a day: "18 Dec", "18.12.".
func (a *actor) day(at time.Time) string {
	if a.Language == "de" {
		return fmt.Sprintf("%d.%d.", at.Day(), at.Month())
	}
	return fmt.Sprintf("%d %s", at.Day(), monthsShort[at.Month()-1])
}
