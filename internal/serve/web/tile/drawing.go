package tile

import (
	"encoding/json"
	"math/big"
	"slices"
	"strings"
)

// A drawing is a chart of which every point has its place, for templates/drawing.html.
type drawing struct {
	Width, Height string
	Left, Right   string // of the plot
	Bottom        string
	Grid          []tick // from below
	Periods       []tick
	Bars          []rect
	Lines         []stroke
	Dots          []dot
	Names         []swatch // of the series, where there are several
}

// A tick is a place on an axis, and what is written there in one line or two.
type tick struct {
	At    string
	Texts []string
}

type rect struct{ X, Y, Width, Height, Color, Opacity string }

type stroke struct {
	Points, Color string
	Dashed        bool
}

// A dot is a value without neighbours.
type dot struct{ X, Y, Color string }

type swatch struct{ Name, Color string }

// The measures of a drawing, in pixels of a page that is about 1000 wide.
const (
	columnWidth  = 84
	drawnHeight  = 260
	drawnTop     = 10
	drawnBottom  = 36 // for two lines of text
	drawnRight   = 12
	letterWidth  = 7
	periodWidth  = 46 // that the name of a period needs
	mostBarWidth = 36
)

// A plot turns numbers of an option into places.
type plot struct {
	option      option
	left, width int
	low, high   *big.Rat
}

// drawn draws what static/charts.js would draw of an option, over so many columns.
func drawn(o option, columns int) *drawing {
	p := plot{option: o, low: amount(string(o.YAxis.Min)), high: amount(string(o.YAxis.Max))}
	if p.low == nil || p.high == nil || p.low.Cmp(p.high) >= 0 || len(o.XAxis.Data) == 0 {
		return nil
	}
	longest := 0
	for _, text := range o.YAxis.AxisLabel.Texts {
		longest = max(longest, len([]rune(text)))
	}
	p.left = longest*letterWidth + 10
	p.width = columns*columnWidth - p.left - drawnRight
	out := &drawing{
		Width: itoa(columns * columnWidth), Height: itoa(drawnHeight),
		Left: itoa(p.left), Right: itoa(p.left + p.width), Bottom: itoa(drawnHeight - drawnBottom),
	}
	p.axes(out)
	for _, s := range o.Series {
		if s.Type == "line" {
			p.curve(out, s)
		}
		if name := (swatch{s.Name, s.Color}); !slices.Contains(out.Names, name) {
			out.Names = append(out.Names, name)
		}
	}
	p.columns(out)
	if len(out.Names) == 1 {
		out.Names = nil
	}
	return out
}

func (p plot) axes(out *drawing) {
	step := amount(string(p.option.YAxis.Interval))
	at := new(big.Rat).Set(p.low)
	for _, text := range p.option.YAxis.AxisLabel.Texts {
		out.Grid = append(out.Grid, tick{p.y(at), []string{text}})
		at = new(big.Rat).Add(at, step)
	}
	texts := p.option.XAxis.AxisLabel.Texts
	every := max(1, (len(texts)*periodWidth+p.width-1)/p.width)
	for i, text := range texts {
		if i%every == 0 {
			out.Periods = append(out.Periods, tick{p.x(i), strings.Split(text, "\n")})
		}
	}
}

// slot is the width that each period has.
func (p plot) slot() *big.Rat { return big.NewRat(int64(p.width), int64(len(p.option.XAxis.Data))) }

// middle is the middle of the i-th period.
func (p plot) middle(i int) *big.Rat {
	x := new(big.Rat).Mul(p.slot(), big.NewRat(int64(2*i+1), 2))
	return x.Add(x, big.NewRat(int64(p.left), 1))
}

func (p plot) x(i int) string { return short(p.middle(i)) }

// down is how far below the top of the drawing v is.
func (p plot) down(v *big.Rat) *big.Rat {
	part := new(big.Rat).Quo(new(big.Rat).Sub(p.high, v), new(big.Rat).Sub(p.high, p.low))
	part.Mul(part, big.NewRat(drawnHeight-drawnBottom-drawnTop, 1))
	return part.Add(part, big.NewRat(drawnTop, 1))
}

func (p plot) y(v *big.Rat) string { return short(p.down(v)) }

// curve draws a line, with gaps where there is no value.
func (p plot) curve(out *drawing, s series) {
	dashed := s.LineStyle != nil && s.LineStyle.Type == "dashed"
	var points []string
	flush := func() {
		switch len(points) {
		case 0:
		case 1:
			x, y, _ := strings.Cut(points[0], ",")
			out.Dots = append(out.Dots, dot{x, y, s.Color})
		default:
			out.Lines = append(out.Lines, stroke{strings.Join(points, " "), s.Color, dashed})
		}
		points = nil
	}
	for i, v := range s.Data {
		if v == nil {
			flush()
			continue
		}
		points = append(points, p.x(i)+","+p.y(amount(string(v.Value))))
	}
	flush()
}

// columns draws bars: side by side, or those of one stack on each other.
func (p plot) columns(out *drawing) {
	var bars []series
	for _, s := range p.option.Series {
		if s.Type == "bar" {
			bars = append(bars, s)
		}
	}
	if len(bars) == 0 {
		return
	}
	beside := len(bars)
	if bars[0].Stack != "" {
		beside = 1
	}
	width := new(big.Rat).Quo(new(big.Rat).Mul(p.slot(), big.NewRat(3, 4)), big.NewRat(int64(beside), 1))
	width = least(width, big.NewRat(mostBarWidth, 1))
	for i := range p.option.XAxis.Data {
		x := new(big.Rat).Sub(p.middle(i), new(big.Rat).Mul(width, big.NewRat(int64(beside), 2)))
		below, above := new(big.Rat), new(big.Rat)
		for _, s := range bars {
			if v := s.Data[i]; v != nil {
				from, to := stacked(amount(string(v.Value)), &below, &above, s.Stack != "")
				out.Bars = append(out.Bars, p.bar(x, width, from, to, s.Color, v))
			}
			if beside > 1 {
				x = new(big.Rat).Add(x, width)
			}
		}
	}
}

// stacked is from where to where a value's bar reaches, which moves the ends of its
// stack.
func stacked(v *big.Rat, below, above **big.Rat, on bool) (from, to *big.Rat) {
	end := above
	if v.Sign() < 0 {
		end = below
	}
	if !on {
		return new(big.Rat), v
	}
	from = *end
	*end = new(big.Rat).Add(*end, v)
	return from, *end
}

func (p plot) bar(x, width, from, to *big.Rat, color string, v *point) rect {
	top, bottom := p.down(most(from, to)), p.down(least(from, to))
	out := rect{X: short(x), Y: short(top), Width: short(width), Height: short(new(big.Rat).Sub(bottom, top)), Color: color}
	if v.ItemStyle != nil && v.ItemStyle.Opacity > 0 {
		text, err := json.Marshal(v.ItemStyle.Opacity)
		if err == nil {
			out.Opacity = string(text)
		}
	}
	return out
}
