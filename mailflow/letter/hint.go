package letter

import "time"

// When the manager's mail points something out.
const (
	quietMeetings = 3                      // held in a row to which the other side brought nothing
	kindWindow    = 9 * 7 * 24 * time.Hour // of topics, whose kinds are compared
)

// hints are what the log shows and people easily miss: nobody is blamed, and each comes with something to try.
func (w *writer) hints() []string {
	var hints []string
	if n := w.Log.Quiet(w.other.ID, w.Now); n >= quietMeetings {
		hints = append(hints, w.say("hint.quiet", "N", n))
	}
	if kind, n, all := w.Log.Mostly(w.Now.Add(-kindWindow), w.Now); kind != "" {
		hints = append(hints, w.say("hint.mostly", "Kind", w.kind(kind), "N", n, "All", all))
	}
	return hints
}

// kind is a kind of topic in the reader's language, the word itself where the language has none for it.
func (w *writer) kind(kind string) string {
	if w.words.has("kind." + kind) {
		return w.say("kind." + kind)
	}
	return inert(kind, 30)
}
