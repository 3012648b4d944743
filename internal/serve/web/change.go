package web

import (
	"math/big"
	"strings"

	"archwire"
	"archwire/internal/serve/web/ask"
	"archwire/internal/serve/web/fill"
	"archwire/internal/serve/web/format"
)

// A change is why a number is another one than in the period it is compared with.
type change struct {
	Says   string // in a sentence; "" where nothing is compared
	Apart  bool   // the period is not over, and the number is not told of some of its days
	Splits []split
}

// A split is what each value of a dimension made of the change.
type split struct {
	By   string
	Says string // which made most
	List []contributor
	All  contributor // all of them together
}

// A contributor is a value of a dimension, with its part of the change.
type contributor struct {
	Name, Href, Now, Before, Change string
	Class                           string // better, worse or same
	Part                            string // of the whole change: 64 %
}

// changeOf asks each dimension of a metric what its values made of the change.
func (v *visit) changeOf(l *look, m fill.Metric) (change, error) {
	now := l.board.View.Span(l.board.AsOf)
	against, ok := l.board.View.Against(now)
	if !ok || m.Additivity == archwire.NonAdditive {
		return change{}, nil
	}
	if l.board.Apart(m) {
		return change{Apart: true}, nil
	}
	out := change{}
	found := make([]fill.Contributions, len(m.Dimensions))
	var things []func() error
	for i, dimension := range m.Dimensions {
		if l.board.View.Tenant == "" && fill.OfOneTenant(dimension) {
			continue
		}
		things = append(things, func() (err error) {
			found[i], err = l.board.Contribute(v.ctx, m, dimension, now, against)
			return err
		})
	}
	if err := ask.Do(things...); err != nil {
		return change{}, err
	}
	out.Says = "Between " + l.periodText(against) + " and " + l.periodText(now) + "."
	for _, c := range found {
		if len(c.List) > 1 {
			out.Splits = append(out.Splits, splitOf(l.format, m, c))
		}
	}
	return out, nil
}

func splitOf(f format.Format, m fill.Metric, c fill.Contributions) split {
	out := split{By: c.Label}
	for _, x := range c.List {
		line := contributor{
			Name: x.Name, Href: x.Href, Now: f.Exact(x.Now, m.Unit), Before: f.Exact(x.Before, m.Unit), Change: exactly(f, x.Change, m.Unit),
			Class: judged(m, format.Sign(x.Change)),
		}
		if telling(x.Share) {
			line.Part = f.Short(x.Share, "share")
		}
		out.List = append(out.List, line)
	}
	w := c.Whole
	out.All = contributor{Now: f.Exact(w.Now, m.Unit), Before: f.Exact(w.Before, m.Unit), Change: exactly(f, w.Change, m.Unit), Class: judged(m, format.Sign(w.Change))}
	if first := out.List[0]; format.Sign(c.List[0].Change) != 0 {
		out.Says = first.Name + " made most of it: " + first.Change + "."
	} else {
		out.Says = "Nothing changed by " + strings.ToLower(c.Label) + "."
	}
	return out
}

// telling says whether a part of the whole change means something: where what rose and
// what fell make up for each other, parts are many times the whole.
func telling(share string) bool {
	const most = 2
	n, ok := new(big.Rat).SetString(share)
	return ok && n.Abs(n).Cmp(big.NewRat(most, 1)) <= 0
}

// exactly is a difference with its sign, to the cent; that of shares in points, to the
// hundredth.
func exactly(f format.Format, change, unit string) string {
	switch {
	case unit == "share":
		return f.Points(change)
	case format.Sign(change) > 0:
		return "+" + f.Exact(change, unit)
	}
	return f.Exact(change, unit)
}

// judged is the class of a change of that sign.
func judged(m fill.Metric, sign int) string {
	switch {
	case sign == 0 || m.Better != "up" && m.Better != "down":
		return "same"
	case (sign > 0) == (m.Better == "up"):
		return "better"
	}
	return "worse"
}
