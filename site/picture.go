package site

import (
	"fmt"
	"math"
	"strings"
)

// picture is a drawing, and the same numbers as a table for those who cannot see it. It is drawn when the page is built, so
// that no script draws and no style is inline.
type picture struct {
	Width   int      `json:"width"`
	Height  int      `json:"height"`
	Grid    []line   `json:"grid,omitempty"`
	Bars    []bar    `json:"bars,omitempty"`
	Curves  []curve  `json:"curves,omitempty"`
	Marks   []mark   `json:"marks,omitempty"`
	Legend  []series `json:"legend,omitempty"` // what the colours mean
	Columns []series `json:"columns"`
	Rows    []row    `json:"rows"`
}

type line struct {
	X1 float64 `json:"x1"`
	Y1 float64 `json:"y1"`
	X2 float64 `json:"x2"`
	Y2 float64 `json:"y2"`
}

type bar struct {
	X      float64 `json:"x"`
	Y      float64 `json:"y"`
	Width  float64 `json:"width"`
	Height float64 `json:"height"`
	Kind   string  `json:"kind"`
}

// curve is a line through dots.
type curve struct {
	Kind   string `json:"kind"`
	Points string `json:"points"` // "x,y x,y", as SVG has it
	Dots   []bar  `json:"dots"`
}

// series names what is counted: by a key that the theme translates, or by a text that it shows as it is.
type series struct {
	Key   string `json:"key,omitempty"`
	Text  string `json:"text,omitempty"`
	Month string `json:"month,omitempty"` // first day, ISO
	Kind  string `json:"kind,omitempty"`  // its colour
}

type mark struct {
	series
	X     float64 `json:"x"`
	Y     float64 `json:"y"`
	Align string  `json:"align"`
}

type row struct {
	series
	Numbers []number `json:"numbers"`
}

// number is a count or a mean; a mean that does not exist is NaN.
type number float64

// MarshalJSON writes a text, since the theme only shows it.
func (n number) MarshalJSON() ([]byte, error) {
	if math.IsNaN(float64(n)) {
		return []byte(`"–"`), nil
	}
	return []byte(`"` + n.String() + `"`), nil
}

// String has one digit behind the point at most.
func (n number) String() string {
	return strings.TrimSuffix(fmt.Sprintf("%.1f", float64(n)), ".0")
}

const (
	pictureWidth = 480
	plotLeft     = 26.0 // where the numbers of the axis end
	plotTop      = 8.0
	plotHeight   = 130.0
	plotWidth    = pictureWidth - plotLeft
)

// plot begins a picture with an axis from least to most.
func plot(least, most, step float64) *picture {
	p := &picture{Width: pictureWidth, Height: plotTop + plotHeight + 24}
	for n := least; n <= most; n += step {
		y := p.at(n, least, most)
		p.Grid = append(p.Grid, line{plotLeft, y, pictureWidth, y})
		p.Marks = append(p.Marks, mark{series{Text: number(n).String()}, plotLeft - 7, y + 4, "end"})
	}
	return p
}

func (p *picture) at(n, least, most float64) float64 {
	return round(plotTop + plotHeight*(most-n)/(most-least))
}

// round keeps the drawing, which is sealed for every pair, small.
func round(x float64) float64 { return math.Round(x*10) / 10 }

// ceiling is the top of an axis for counts up to most, and the step of its lines: three or four of them, at whole numbers.
func ceiling(most int) (top, step float64) {
	for _, step := range []int{1, 2, 5, 10, 20, 50, 100, 200, 500, 1000} {
		if most <= 4*step {
			return float64((most + step - 1) / step * step), float64(step)
		}
	}
	return float64(most), float64(most)
}

// monthColumns draws a column per month, divided by series. counts are by series, then by month.
func monthColumns(months []string, of []series, counts map[string]map[string]int) *picture {
	most := 0
	for _, m := range months {
		most = max(most, sum(counts[m]))
	}
	if most == 0 {
		return nil
	}
	top, lines := ceiling(most)
	p := plot(0, top, lines)
	p.Columns, p.Legend = of, of
	step := plotWidth / float64(len(months))
	for i, m := range months {
		x := plotLeft + float64(i)*step
		below := 0
		for _, s := range of {
			n := counts[m][s.Kind]
			if n == 0 {
				continue
			}
			y := p.at(float64(below+n), 0, top)
			p.Bars = append(p.Bars, bar{X: round(x + step*0.18), Y: y, Width: round(step * 0.64), Height: round(max(p.at(float64(below), 0, top)-y-1, 0.5)), Kind: s.Kind})
			below += n
		}
		p.Marks = append(p.Marks, mark{series{Month: m}, round(x + step/2), plotTop + plotHeight + 18, []string{"middle alt", "middle"}[i%2]}) // narrow screens show every second
		if below > 0 {
			p.Rows = append(p.Rows, row{series{Month: m}, numbers(counts[m], of)})
		}
	}
	return p
}

func sum(counts map[string]int) int {
	all := 0
	for _, n := range counts {
		all += n
	}
	return all
}

// lines draws a curve per series over the given steps, from 1 to 5. Values are by series, NaN where there is none.
func lines(steps, of []series, values [][]float64) *picture {
	p := plot(1, 5, 1)
	p.Columns, p.Legend = of, of
	step := plotWidth / float64(len(steps))
	for i, s := range of {
		c := curve{Kind: s.Kind}
		var points []string
		for j, value := range values[i] {
			if math.IsNaN(value) {
				continue
			}
			x, y := round(plotLeft+(float64(j)+0.5)*step), p.at(value, 1, 5)
			points = append(points, fmt.Sprintf("%g,%g", x, y))
			c.Dots = append(c.Dots, bar{X: x, Y: y})
		}
		c.Points = strings.Join(points, " ")
		p.Curves = append(p.Curves, c)
	}
	for j, s := range steps {
		p.Marks = append(p.Marks, mark{s, round(plotLeft + (float64(j)+0.5)*step), plotTop + plotHeight + 18, "middle"})
		r := row{series: s}
		for i := range of {
			r.Numbers = append(r.Numbers, number(values[i][j]))
		}
		p.Rows = append(p.Rows, r)
	}
	return p
}

// addLine draws one line of bars below the others, under its name, one bar for each series, where most is what the whole
// width stands for, and their sum behind them.
func (p *picture) addLine(name series, of []series, numbers []number, most int) {
	const right, step = 34.0, 52
	x, y, all := 0.0, float64(p.Height), number(0)
	for i, n := range numbers {
		if n > 0 {
			w := (pictureWidth - right) * float64(n) / float64(most)
			p.Bars = append(p.Bars, bar{X: round(x), Y: y + 20, Width: round(max(w-1.5, 1)), Height: 22, Kind: of[i].Kind})
			x, all = x+w, all+n
		}
	}
	p.Marks = append(p.Marks, mark{name, 0, y + 14, ""}, mark{series{Text: all.String()}, round(x + 6), y + 36, ""})
	p.Height += step
}

func seriesOf(kinds ...string) []series {
	var all []series
	for _, k := range kinds {
		all = append(all, series{Key: k, Kind: k})
	}
	return all
}

func numbers(counts map[string]int, columns []series) []number {
	var all []number
	for _, c := range columns {
		all = append(all, number(counts[c.Kind]))
	}
	return all
}
