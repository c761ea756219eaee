package site

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"time"

	"duolog/meeting"
)

// insights are the pictures of one pair; those for which there is nothing to show are nil.
type insights struct {
	Figures *figures `json:"figures,omitempty"`
	Rhythm  *picture `json:"rhythm,omitempty"`
	Topics  *picture `json:"topics,omitempty"`
	Kinds   *picture `json:"kinds,omitempty"`
	Actions *picture `json:"actions,omitempty"`
	Surveys *picture `json:"surveys,omitempty"`
}

// figures are some of the pair's Numbers over the span, the same that the mails tell.
type figures struct {
	Planned  int `json:"planned"`
	Held     int `json:"held"`
	Minutes  int `json:"minutes"`
	Promised int `json:"promised"`
	Done     int `json:"done"`
	InTime   int `json:"intime"`
	Carried  int `json:"carried"`
}

func (v viewer) figures() *figures {
	from, to := v.span()
	n := v.log.Numbers(from, to, to)
	if n.Planned == 0 {
		return nil
	}
	return &figures{
		Planned: n.Planned, Held: n.Held, Minutes: n.Minutes, Carried: n.Carried,
		Promised: n.Manager.Promised + n.Report.Promised, Done: n.Manager.Done + n.Report.Done, InTime: n.Manager.InTime + n.Report.InTime,
	}
}

func (v viewer) insights() insights {
	return insights{Figures: v.figures(), Rhythm: v.rhythmPicture(), Topics: v.topicsPicture(), Kinds: v.kindsPicture(), Actions: v.actionsPicture(), Surveys: v.surveysPicture()}
}

// rhythmPicture is a square per meeting that Numbers counts, with the month above the first of each.
func (v viewer) rhythmPicture() *picture {
	past := v.log.Counted(v.span())
	if len(past) == 0 {
		return nil
	}
	const perRow, step, side, line = 26, 18.4, 15.0, 42.0
	p := &picture{Width: pictureWidth, Height: int(line) * ((len(past) + perRow - 1) / perRow)}
	counts := map[string]int{}
	month, labelled := time.Month(0), -10
	for i, m := range past {
		kind := keptOrNot(m)
		counts[kind]++
		x, y := round(float64(i%perRow)*step), float64(i/perRow)*line
		p.Bars = append(p.Bars, bar{X: x, Y: y + 20, Width: side, Height: side, Kind: kind})
		start := m.Start.In(v.zone)
		if start.Month() != month && (i%perRow == 0 || i-labelled > 1) && i%perRow < perRow-1 {
			p.Marks = append(p.Marks, mark{series{Month: start.Format("2006-01") + "-01"}, x, y + 14, ""})
			labelled = i
		}
		month = start.Month()
	}
	p.Columns = []series{{Key: "all"}}
	for _, s := range seriesOf("held", "moved", "skipped", "missed", "planned") {
		p.Rows = append(p.Rows, row{s, []number{number(counts[s.Kind])}})
		if counts[s.Kind] > 0 {
			p.Legend = append(p.Legend, s)
		}
	}
	return p
}

func keptOrNot(m *meeting.Meeting) string {
	if moved, _ := m.Displaced(); moved && m.State == meeting.Held {
		return "moved"
	}
	return string(m.State)
}

// span is the time that the pictures show: the last twelve months, the current one among them.
func (v viewer) span() (from, to time.Time) {
	now := v.now.In(v.zone)
	return time.Date(now.Year(), now.Month()-11, 1, 0, 0, 0, 0, v.zone), v.now.Add(1) // what begins at this very moment is past
}

// months are the first days of the last twelve months, the current one last.
func (v viewer) months() []string {
	from, _ := v.span()
	var months []string
	for i := range 12 {
		months = append(months, from.AddDate(0, i, 0).Format(time.DateOnly))
	}
	return months
}

// byMonth counts the topics of the last year by the month in which they were raised, and there by what by tells.
func (v viewer) byMonth(by func(*meeting.Topic) string) map[string]map[string]int {
	counts := map[string]map[string]int{}
	for _, t := range v.log.Topics {
		if t.State == meeting.TopicWithdrawn || t.At.IsZero() {
			continue
		}
		month := t.At.In(v.zone).Format("2006-01") + "-01"
		if counts[month] == nil {
			counts[month] = map[string]int{}
		}
		counts[month][by(t)]++
	}
	return counts
}

// topicsPicture is a column per month, by side.
func (v viewer) topicsPicture() *picture {
	counts := v.byMonth(func(t *meeting.Topic) string { return v.side(t.By) })
	return monthColumns(v.months(), []series{{Text: v.log.Report.FirstName(), Kind: "report"}, {Text: v.log.Manager.FirstName(), Kind: "manager"}}, counts)
}

func (v viewer) side(person string) string {
	if person == v.log.Manager.ID {
		return "manager"
	}
	return "report"
}

// kindsShown is how many kinds have a colour of their own; the others share one.
const kindsShown = 5

// kindsPicture is a column per month, by kind of topic; none when nobody gave kinds.
func (v viewer) kindsPicture() *picture {
	counts := v.byMonth(func(t *meeting.Topic) string { return cmp.Or(t.Kind, "none") })
	total := map[string]int{}
	for _, month := range v.months() {
		for kind, n := range counts[month] {
			total[kind] += n
		}
	}
	none := total["none"]
	delete(total, "none")
	if len(total) == 0 {
		return nil
	}
	kinds := slices.SortedFunc(maps.Keys(total), func(a, b string) int { return cmp.Or(total[b]-total[a], cmp.Compare(a, b)) })
	var of []series
	colour := map[string]string{"none": "nokind"}
	for i, kind := range kinds {
		colour[kind] = "others"
		if i < kindsShown {
			colour[kind] = fmt.Sprint("kind", i+1)
			of = append(of, series{Key: kind, Kind: colour[kind]})
		}
	}
	if len(kinds) > kindsShown {
		of = append(of, series{Key: "others", Kind: "others"})
	}
	if none > 0 {
		of = append(of, series{Key: "none", Kind: "nokind"})
	}
	coloured := map[string]map[string]int{}
	for month, all := range counts {
		coloured[month] = map[string]int{}
		for kind, n := range all {
			coloured[month][colour[kind]] += n
		}
	}
	return monthColumns(v.months(), of, coloured)
}

// actionsPicture is a bar per side, divided by what became of the promises of the span.
func (v viewer) actionsPicture() *picture {
	counts := map[string]map[string]int{"manager": {}, "report": {}}
	from, to := v.span()
	for _, a := range v.log.Actions {
		if v.log.Person(a.Who) == nil || a.At.Before(from) || !a.At.Before(to) || a.State == meeting.ActionWithdrawn || a.State == meeting.ActionRejected {
			continue
		}
		counts[v.side(a.Who)][becameOf(a)]++
	}
	most := max(sum(counts["manager"]), sum(counts["report"]))
	if most == 0 {
		return nil
	}
	became := seriesOf("done", "late", "open", "dropped")
	p := &picture{Width: pictureWidth, Legend: became, Columns: []series{{Text: v.log.Manager.FirstName()}, {Text: v.log.Report.FirstName()}}}
	p.addLine(p.Columns[0], became, numbers(counts["manager"], became), most)
	p.addLine(p.Columns[1], became, numbers(counts["report"], became), most)
	for _, b := range became {
		p.Rows = append(p.Rows, row{b, []number{number(counts["manager"][b.Kind]), number(counts["report"][b.Kind])}})
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

// quartersShown is how far back the marks of the surveys go: three years.
const quartersShown = 12

// surveysPicture is a curve per side through the marks that they gave, quarter by quarter.
func (v viewer) surveysPicture() *picture {
	surveys := v.revealed()
	surveys = surveys[max(len(surveys)-quartersShown, 0):]
	values := make([][]float64, 2)
	var steps []series
	given := false
	for _, s := range surveys {
		for i, person := range []string{v.log.Pair.Report, v.log.Pair.Manager} {
			m := meanMark(s, person)
			given = given || m > 0
			if m == 0 {
				m = math.NaN()
			}
			values[i] = append(values[i], m)
		}
		steps = append(steps, series{Text: quarter(s.From)})
	}
	if !given {
		return nil
	}
	return lines(steps, []series{{Text: v.log.Report.FirstName(), Kind: "report"}, {Text: v.log.Manager.FirstName(), Kind: "manager"}}, values)
}

// quarter names the one in which a day lies: "Q4 2026".
func quarter(day string) string {
	at, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return day
	}
	return fmt.Sprintf("Q%d %d", (at.Month()-1)/3+1, at.Year())
}
