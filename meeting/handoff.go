package meeting

import (
	"slices"
	"strings"
	"time"
)

// AboutHandoff as the item of an occasion means the hand-over of the pair to a new manager.
const AboutHandoff = "handoff"

// HandoffRequest is the wish to hand the report over to a new manager. The other side must agree.
type HandoffRequest struct {
	Name    string `yaml:"name" json:"name"`
	Address string `yaml:"address" json:"address"`
	From    string `yaml:"from,omitempty" json:"from,omitempty"` // ISO date, "" for at once
	Agreed  bool   `yaml:"agreed,omitempty" json:"agreed,omitempty"`
	Origin  `yaml:",inline"`
}

const agreedMark = "agreed: "

// text is the hand-over on one line, as the history keeps it.
func (h *HandoffRequest) text() string {
	s := strings.Join([]string{h.Name, h.Address, h.From}, "\t")
	if h.Agreed {
		return agreedMark + s
	}
	return s
}

func handoffOf(history []Change, value string) *HandoffRequest {
	text, agreed := strings.CutPrefix(value, agreedMark)
	c := settled(history, fieldHandoff, text)
	f := strings.Split(text, "\t")
	if c == nil || len(f) != 3 {
		return nil
	}
	return &HandoffRequest{Name: f[0], Address: f[1], From: f[2], Agreed: agreed, Origin: c.origin()}
}

func (l *Log) askHandoff(in Intent, from Mail) Effect {
	if in.Item != "" {
		return l.takeAlong(in, from)
	}
	clean := func(s string) string { return strings.Join(strings.Fields(s), " ") }
	h := HandoffRequest{Name: clean(in.Who), Address: clean(in.Text), From: clean(in.Due)}
	switch {
	case in.Reason == Outside:
		return refused(Outside)
	case h.Address == "":
		return refused(NotSupported)
	}
	e := l.change(&l.Pair, in, from, fieldHandoff, h.text())
	if e.Result == Changed {
		e.Result = Added
	}
	return e
}

// takeAlong adds to what goes along with the hand-over. Each side chooses of its own: topics that it raised, promises that it made or
// owns. What the other told it in this log is the other's to pass on.
func (l *Log) takeAlong(in Intent, from Mail) Effect {
	if l.Pair.Handoff == nil {
		return refused(NotSupported)
	}
	along := strings.Fields(l.Pair.Along)
	for _, id := range strings.Fields(in.Item) {
		switch own, found := l.ownOpen(id, from.By); {
		case !found:
			return refused(NoSuchItem, id)
		case !own:
			return refused(NotYours, id)
		}
		if id = strings.ToUpper(id); !slices.Contains(along, id) {
			along = append(along, id)
		}
	}
	return l.change(&l.Pair, in, from, fieldAlong, strings.Join(along, " "))
}

// ownOpen tells whether the id is an open topic or action, and whether it is the person's to take along.
func (l *Log) ownOpen(id, person string) (own, found bool) {
	if t := l.Topic(id); t != nil {
		return t.By == person, t.OnAgenda() || t.State == TopicParked
	}
	if a := l.Action(id); a != nil {
		return a.By == person || a.Who == person, a.Pending()
	}
	return false, false
}

// Choosable lists what the person may take along to a new manager: their own open topics and promises, by id.
func (l *Log) Choosable(person string) []string {
	var ids []string
	for _, it := range l.items() {
		if own, found := l.ownOpen(it.id(), person); own && found {
			ids = append(ids, it.id())
		}
	}
	return ids
}

// ChooseFor is how long both have to choose what goes along, from the yes to the hand-over on.
const ChooseFor = 48 * time.Hour

// HandsOver tells from when the agreed hand-over is to be carried out: on its day, and not before both had time to choose what goes
// along. It is zero when none was agreed to.
func (l *Log) HandsOver() time.Time {
	h := l.Pair.Handoff
	if h == nil || !h.Agreed || l.Pair.Ended != "" {
		return time.Time{}
	}
	agreed := h.At
	if c := lastTo(&l.Pair, fieldHandoff, h.text()); c != nil {
		agreed = c.At
	}
	at := agreed.Add(ChooseFor)
	if day, err := time.ParseInLocation(time.DateOnly, h.From, l.Pair.Rhythm.Location()); err == nil && day.After(at) {
		at = day
	}
	return at
}

func (l *Log) agreeToHandoff(in Intent, from Mail) (Effect, bool) {
	h := l.Pair.Handoff
	if h == nil || h.By == from.By || from.askedBefore(h.Origin) {
		return Effect{Result: Unchanged}, false
	}
	agreed := *h
	agreed.Agreed = true
	return l.change(&l.Pair, in, from, fieldHandoff, agreed.text()), true
}

// HandOver begins the log of the report with a new manager, from the given day on: the same kind, settings and rhythm (a calendar that
// the pair followed was the old manager's, too, so its rhythm alone goes on), and of
// all that hangs on the old pair only the topics and actions that were chosen to go along, by their ids. They get new ids; their
// history stays behind. Private notes are never among them. The old log is left as it is; ending it is the caller's.
func (l *Log) HandOver(id string, to *Person, from time.Time, along []string) *Log {
	pair := Pair{ID: id, Kind: l.Pair.Kind, Manager: to.ID, Report: l.Pair.Report, Rhythm: l.ownRhythm(from), Settings: l.Pair.Settings, Added: from}
	if starts := pair.Rhythm.Between(from, from.AddDate(1, 0, 0)); len(starts) > 0 {
		pair.Rhythm.First = starts[0].Format(FirstLayout)
	}
	next := &Log{Pair: pair, Manager: to, Report: l.Report, Holidays: l.Holidays}
	origin := Origin{By: pair.Report, At: from}
	for _, t := range l.Topics {
		if slices.ContainsFunc(along, func(id string) bool { return equalID(id, t.ID) }) && (t.OnAgenda() || t.State == TopicParked) {
			next.Topics = append(next.Topics, &Topic{ID: next.nextID("T"), Text: t.Text, Context: t.Context, Kind: t.Kind, State: t.State, Delicate: t.Delicate, Every: t.Every, Origin: origin})
		}
	}
	for _, a := range l.Actions {
		if !slices.ContainsFunc(along, func(id string) bool { return equalID(id, a.ID) }) || !a.Pending() {
			continue
		}
		taken := &Action{ID: next.nextID("A"), What: a.What, Who: a.Who, Due: a.Due, Measure: a.Measure, State: a.State, Progress: a.Progress, Kind: a.Kind, Origin: origin}
		if a.Who == l.Pair.Manager { // the new manager is asked first
			taken.Who, taken.State = to.ID, ActionProposed
		}
		next.Actions = append(next.Actions, taken)
	}
	return next
}
