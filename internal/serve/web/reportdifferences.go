package web

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"time"

	"archwire/internal/serve/web/fill"
	"archwire/internal/serve/web/format"
	"archwire/internal/serve/web/view"
)

// reconcileDataset tells why two figures of a month differ; a publication need not have it.
const reconcileDataset = "reconcile"

// A difference is why two figures of the same month are not the same: the first, what
// each cause adds, and the second.
type difference struct {
	Title     string
	Lines     []differenceLine
	Total     string // the second figure less the first
	Unsettled bool   // the causes do not add up to it
}

// A differenceLine is a figure, or what a cause adds.
type differenceLine struct {
	Says, Text string
	Figure     bool
}

// A gap is a comparison while its rows are added up over locations.
type gap struct {
	name, title string
	lines       []*gapLine
}

type gapLine struct {
	cause, says string
	position    int
	amounts     []string
	unit        string
}

// differences asks for the reconcile report of the last month of s, of all locations
// together; nothing where the publication has none or it does not open.
func (v *visit) differences(l *look, s view.Span) ([]difference, error) {
	d, ok := l.board.Catalogue.Dataset(reconcileDataset)
	if !ok {
		return nil, nil
	}
	for _, name := range []string{"month", "comparison", "comparison_label", "cause", "cause_label", "position", "count", "amount"} {
		if _, ok := d.Column(name); !ok {
			return nil, nil
		}
	}
	q := rowsQuery{dataset: d}
	query := url.Values{l.board.View.Noun: {l.board.View.Tenant}, "filter[month]": {s.Last.Format(time.DateOnly)}, "limit": {"1000"}}
	var gaps []*gap
	for {
		rows, next, err := v.readRows(q, query)
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			gaps = added(gaps, row)
		}
		if next == "" {
			break
		}
		query.Set("cursor", next)
	}
	var out []difference
	for _, g := range gaps {
		out = append(out, g.told(l.format))
	}
	return out, nil
}

// added puts a row of the report to its comparison.
func added(gaps []*gap, row map[string]any) []*gap {
	name, cause := fill.Text(row["comparison"]), fill.Text(row["cause"])
	i := slices.IndexFunc(gaps, func(g *gap) bool { return g.name == name })
	if i < 0 {
		i, gaps = len(gaps), append(gaps, &gap{name: name, title: fill.Text(row["comparison_label"])})
	}
	g := gaps[i]
	j := slices.IndexFunc(g.lines, func(l *gapLine) bool { return l.cause == cause })
	if j < 0 {
		position, _ := strconv.Atoi(fill.Text(row["position"])) // it is a whole number, by its contract
		j, g.lines = len(g.lines), append(g.lines, &gapLine{cause: cause, says: fill.Text(row["cause_label"]), position: position, unit: "count"})
	}
	line := g.lines[j]
	if amount := fill.Text(row["amount"]); amount != "" {
		line.unit, line.amounts = "usd", append(line.amounts, amount)
	} else if count := fill.Text(row["count"]); count != "" {
		line.amounts = append(line.amounts, count)
	}
	return gaps
}

// told is a comparison for people: without the causes that explain nothing.
func (g *gap) told(f format.Format) difference {
	slices.SortStableFunc(g.lines, func(a, b *gapLine) int { return cmp.Or(a.position-b.position, cmp.Compare(a.cause, b.cause)) })
	out := difference{Title: g.title}
	var from, to string
	var causes []string
	unit := "count"
	for _, line := range g.lines {
		sum := fill.Sum(line.amounts)
		unit = line.unit
		text, figure := changed(f, sum, line.unit), false
		switch line.cause {
		case "from":
			from, text, figure = sum, f.Exact(sum, line.unit), true
		case "to":
			to, text, figure = sum, f.Exact(sum, line.unit), true
		default:
			if causes = append(causes, sum); format.Sign(sum) == 0 {
				continue
			}
		}
		out.Lines = append(out.Lines, differenceLine{Says: line.says, Text: text, Figure: figure})
	}
	total := fill.Less(to, from)
	out.Total = changed(f, total, unit)
	out.Unsettled = format.Sign(fill.Less(total, fill.Sum(append(causes, "0")))) != 0
	return out
}

// changed is what is added, with its sign and all its digits.
func changed(f format.Format, number, unit string) string {
	if format.Sign(number) > 0 {
		return "+" + f.Exact(number, unit)
	}
	return f.Exact(number, unit)
}
