package letter

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"duolog/meeting"
)

// When the manager's mail points something out.
const (
	quietMeetings = 3                      // held in a row to which the other side brought nothing
	kindWindow    = 9 * 7 * 24 * time.Hour // of topics, whose kinds are compared
	kindAtLeast   = 5                      // topics in that window, below which no kind dominates
)

// hints are what the log shows and people easily miss: nobody is blamed, and each comes with something to try.
func (w *writer) hints() []string {
	var hints []string
	if w.quiet(w.other.ID) {
		hints = append(hints, w.say("hint.quiet", "N", quietMeetings))
	}
	if kind, n, all := w.mostly(); kind != "" {
		hints = append(hints, w.say("hint.mostly", "Kind", w.kind(kind), "N", n, "All", all))
	}
	return hints
}

// quiet tells whether the person raised nothing for the last meetings.
func (w *writer) quiet(person string) bool {
	held := 0
	var since time.Time
	for _, m := range slices.Backward(w.Log.Meetings) {
		if m.State != meeting.Held || !m.Start.Before(w.Now) {
			continue
		}
		if held++; held > quietMeetings {
			since = m.Start
			break
		}
	}
	return held >= quietMeetings && !slices.ContainsFunc(w.Log.Topics, func(t *meeting.Topic) bool {
		return t.By == person && t.At.After(since)
	})
}

// mostly is the kind of more than two thirds of the topics of the last nine weeks, "" when none is.
func (w *writer) mostly() (kind string, n, all int) {
	count := map[string]int{}
	for _, t := range w.Log.Topics {
		if t.At.After(w.Now.Add(-kindWindow)) && t.State != meeting.TopicWithdrawn {
			count[t.Kind]++
			all++
		}
	}
	if all < kindAtLeast {
		return "", 0, 0
	}
	kind = slices.MaxFunc(slices.Sorted(maps.Keys(count)), func(a, b string) int { return cmp.Compare(count[a], count[b]) })
	if kind == "" || 3*count[kind] <= 2*all {
		return "", 0, 0
	}
	return kind, count[kind], all
}

// kind is a kind of topic in the reader's language, the word itself where the language has none for it.
func (w *writer) kind(kind string) string {
	if w.words.has("kind." + kind) {
		return w.say("kind." + kind)
	}
	return inert(kind, 30)
}
