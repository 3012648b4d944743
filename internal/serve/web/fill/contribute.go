package fill

import (
	"cmp"
	"context"
	"slices"

	"archwire"
	"archwire/internal/serve/web/view"
)

// A Contribution is how much of a change one value of a dimension made.
type Contribution struct {
	Name        string
	Href        string // where it alone is shown; "" of several together
	Now, Before string
	Change      string
	Share       string // of the whole change, a fraction; "" where there is none
}

// Contributions are those of a dimension: they come to the whole change.
type Contributions struct {
	Dimension string
	Label     string
	List      []Contribution
	Whole     Contribution // all of them together
}

// mostContributions is how many values are told apart; the others come together.
const mostContributions = 8

// Contribute asks which values of a dimension made a metric's change between the page's
// period and what it is compared with. Of a ratio, a value's part is what its numerator
// is above or below what the whole's former rate gives it: parts come to the change.
func (b *Board) Contribute(ctx context.Context, m Metric, dimension string, now, against view.Span) (Contributions, error) {
	out := Contributions{Dimension: dimension, Label: Words(dimension)}
	first := now.First
	if against.First.Before(first) {
		first = against.First
	}
	scope := b.scope(m, archwire.Tile{})
	q := Question{Metric: m.Name, Grain: "month", First: first, Last: now.Last, By: []string{dimension}, Scope: scope}
	a, err := putQuestion(ctx, b.Ask, q)
	if err != nil {
		return out, err
	}
	was, err := b.former(ctx, m, q, a, now, against)
	if err != nil || was == nil {
		return out, err
	}
	sides := make([]side, len(a.parts))
	for i, p := range a.parts {
		sides[i] = side{value: p.by[0], now: combined(m, within(a.periods, p.values, now)), before: was.values[p.key()]}
	}
	changes := changesOf(m, sides)
	if changes == nil {
		return out, nil
	}
	parts, whole := apportion(changes, digitsOf(m, sides))
	for i, s := range sides {
		if changes[i].Sign() == 0 && s.now.Value == "" && s.before.Value == "" {
			continue
		}
		out.List = append(out.List, Contribution{
			Name: b.Names.Of(dimension, s.value), Href: b.narrowed(dimension, s.value), Now: s.now.Value, Before: s.before.Value, Change: parts[i],
		})
	}
	all, former := together(m, sides)
	out.Whole = Contribution{Now: all, Before: former, Change: whole}
	slices.SortStableFunc(out.List, func(x, y Contribution) int {
		return cmp.Or(compare(magnitude(y.Change), magnitude(x.Change)), cmp.Compare(x.Name, y.Name))
	})
	out.gather(m)
	for i := range out.List {
		out.List[i].Share = over(out.List[i].Change, whole)
	}
	return out, nil
}

// gather puts what is beyond the most into one.
func (c *Contributions) gather(m Metric) {
	if len(c.List) <= mostContributions {
		return
	}
	var now, before, change []string
	for _, x := range c.List[mostContributions-1:] {
		now, before, change = append(now, x.Now), append(before, x.Before), append(change, x.Change)
	}
	others := Contribution{Name: "All others", Change: sum(change...)}
	if m.Additivity != archwire.Ratio {
		others.Now, others.Before = sum(now...), sum(before...)
	}
	c.List = append(c.List[:mostContributions-1], others)
}

func compare(a, b string) int {
	n, _, _ := parse(a)
	m, _, _ := parse(b)
	if n == nil || m == nil {
		return cmp.Compare(a, b)
	}
	return n.Cmp(m)
}
