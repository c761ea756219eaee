package site

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"duolog/meeting"
)

// insights are the pictures of one pair: drawn when the page is built, so that no script draws and no style is inline.
type insights struct {
	Rhythm  *picture `json:"rhythm,omitempty"`
	Topics  *picture `json:"topics,omitempty"`
	Kinds   *picture `json:"kinds,omitempty"`
	Actions *picture `json:"actions,omitempty"`
}

// picture is a drawing, and the same numbers as a table for those who cannot see it.
type picture struct {
	Width   int      `json:"width"`
	Height  int      `json:"height"`
	Bars    []bar    `json:"bars"`
	Marks   []mark   `json:"marks"`
	Columns []series `json:"columns"`
	Rows    []row    `json:"rows"`
}

type bar struct {
	X      float64 `json:"x"`
	Y      float64 `json:"y"`
	Width  float64 `json:"width"`
	Height float64 `json:"height"`
	Kind   string  `json:"kind"`
}

// series names what is counted: by a key that the theme translates, or by a text that it shows as it is.
type series struct {
	Key   string `json:"key,omitempty"`
	Text  string `json:"text,omitempty"`
	Month string `json:"month,omitempty"` // first day, ISO
	Kind  string `json:"kind,omitempty"`
}

type mark struct {
	series
	X     float64 `json:"x"`
	Y     float64 `json:"y"`
	Align string  `json:"align"`
}

type row struct {
	series
	Numbers []int `json:"numbers"`
}

const pictureWidth = 480

func (v viewer) insights() insights {
	return insights{Rhythm: v.rhythmPicture(), Topics: v.topicsPicture(), Kinds: v.kindsPicture(), Actions: v.actionsPicture()}
}

// rhythmPicture is a square per meeting of the last year.
func (v viewer) rhythmPicture() *picture {
	past := v.past()
	if len(past) == 0 {
		return nil
	}
	past = past[:min(len(past), 52)]
	const perRow, step = 26, 18.0
	lines := (len(past) + perRow - 1) / perRow
	p := &picture{Width: pictureWidth, Height: int(step) * lines}
	counts := map[string]int{}
	for i, m := range past {
		at := len(past) - 1 - i
		kind := keptOrNot(m)
		counts[kind]++
		p.Bars = append(p.Bars, bar{X: float64(at%perRow) * step, Y: float64(at/perRow) * step, Width: step - 4, Height: step - 4, Kind: kind})
	}
	p.Columns = []series{{Key: "all"}}
	for _, s := range seriesOf("held", "moved", "skipped", "missed", "planned") {
		p.Rows = append(p.Rows, row{s, []int{counts[s.Kind]}})
	}
	return p
}

func keptOrNot(m *meeting.Meeting) string {
	moved := slices.ContainsFunc(m.History, func(c meeting.Change) bool { return c.Field == "start" })
	switch {
	case m.State == meeting.Held && moved:
		return "moved"
	case m.State == meeting.Moved:
		return "skipped"
	}
	return string(m.State)
}

// topicsPicture is a column per month of the last year, by side.
func (v viewer) topicsPicture() *picture {
	counts := map[string]map[string]int{}
	most := 0
	now := v.now.In(v.zone)
	first := time.Date(now.Year(), now.Month()-11, 1, 0, 0, 0, 0, time.UTC)
	for _, t := range v.topicsRaised() {
		month := t.At.In(v.zone).Format("2006-01") + "-01"
		if counts[month] == nil {
			counts[month] = map[string]int{}
		}
		counts[month][v.side(t.By)]++
		if month >= first.Format(time.DateOnly) {
			most = max(most, counts[month]["report"]+counts[month]["manager"])
		}
	}
	if most == 0 {
		return nil
	}
	const height, step = 120.0, pictureWidth / 12.0
	p := &picture{Width: pictureWidth, Height: height + 20}
	p.Columns = []series{{Text: v.log.Report.FirstName(), Kind: "report"}, {Text: v.log.Manager.FirstName(), Kind: "manager"}}
	for i := range 12 {
		month := first.AddDate(0, i, 0).Format(time.DateOnly)
		y := height
		for _, c := range p.Columns {
			if n := counts[month][c.Kind]; n > 0 {
				h := height * float64(n) / float64(most)
				y -= h
				p.Bars = append(p.Bars, bar{X: float64(i)*step + 6, Y: y, Width: step - 12, Height: h, Kind: c.Kind})
			}
		}
		p.Marks = append(p.Marks, mark{series{Month: month}, (float64(i) + 0.5) * step, height + 15, "middle"})
		if counts[month] != nil {
			p.Rows = append(p.Rows, row{series{Month: month}, numbers(counts[month], p.Columns)})
		}
	}
	return p
}

func (v viewer) topicsRaised() []*meeting.Topic {
	return slices.DeleteFunc(slices.Clone(v.log.Topics), func(t *meeting.Topic) bool { return t.State == meeting.TopicWithdrawn || t.At.IsZero() })
}

func (v viewer) side(person string) string {
	if person == v.log.Manager.ID {
		return "manager"
	}
	return "report"
}

// kindsPicture is a bar per kind of topic, the most frequent first; none when nobody gave kinds.
func (v viewer) kindsPicture() *picture {
	counts := map[string]int{}
	for _, t := range v.topicsRaised() {
		counts[cmp.Or(t.Kind, "none")]++
	}
	kinds := slices.SortedFunc(maps.Keys(counts), func(a, b string) int { return cmp.Or(counts[b]-counts[a], cmp.Compare(a, b)) })
	if len(kinds) == 0 || len(kinds) == 1 && kinds[0] == "none" {
		return nil
	}
	kinds = kinds[:min(len(kinds), 8)]
	p := &picture{Width: pictureWidth, Columns: []series{{Key: "count", Kind: "count"}}}
	for _, kind := range kinds {
		p.addLine(series{Key: kind}, p.Columns, []int{counts[kind]}, counts[kinds[0]])
		p.Rows = append(p.Rows, row{series{Key: kind}, []int{counts[kind]}})
	}
	return p
}

// actionsPicture is a bar per side, divided by what became of the promises.
func (v viewer) actionsPicture() *picture {
	counts := map[string]map[string]int{"manager": {}, "report": {}}
	most := 0
	for _, a := range v.log.Actions {
		if v.log.Person(a.Who) == nil || a.State == meeting.ActionWithdrawn || a.State == meeting.ActionRejected {
			continue
		}
		counts[v.side(a.Who)][becameOf(a)]++
	}
	became := seriesOf("done", "late", "open", "dropped")
	p := &picture{Width: pictureWidth, Columns: []series{{Text: v.log.Manager.FirstName()}, {Text: v.log.Report.FirstName()}}}
	for _, side := range counts {
		sum := 0
		for _, n := range side {
			sum += n
		}
		most = max(most, sum)
	}
	if most == 0 {
		return nil
	}
	p.addLine(p.Columns[0], became, numbers(counts["manager"], became), most)
	p.addLine(p.Columns[1], became, numbers(counts["report"], became), most)
	for _, b := range became {
		p.Rows = append(p.Rows, row{b, []int{counts["manager"][b.Kind], counts["report"][b.Kind]}})
	}
	return p
}

func becameOf(a *meeting.Action) string {
	switch {
	case a.State == meeting.ActionDone && a.DoneOn != "" && a.Due != "" && a.Due != meeting.NextMeeting && a.DoneOn > a.Due:
		return "late"
	case a.State == meeting.ActionDone:
		return "done"
	case a.Pending():
		return "open"
	}
	return "dropped"
}

// addLine draws one line of bars below the others, one bar for each series, where most is what the whole width stands for.
func (p *picture) addLine(name series, of []series, numbers []int, most int) {
	const left, step = 110.0, 30
	x, y := left, float64(p.Height)
	for i, n := range numbers {
		if n > 0 {
			w := (pictureWidth - left) * float64(n) / float64(most)
			p.Bars = append(p.Bars, bar{X: x, Y: y + 5, Width: max(w-2, 1), Height: step - 10, Kind: of[i].Kind})
			x += w
		}
	}
	p.Marks = append(p.Marks, mark{name, left - 10, y + 20, "end"})
	p.Height += step
}

func seriesOf(kinds ...string) []series {
	var all []series
	for _, k := range kinds {
		all = append(all, series{Key: k, Kind: k})
	}
	return all
}

func numbers(counts map[string]int, columns []series) []int {
	var all []int
	for _, c := range columns {
		all = append(all, counts[c.Kind])
	}
	return all
}
