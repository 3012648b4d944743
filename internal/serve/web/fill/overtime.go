package fill

import (
	"cmp"
	"context"
	"time"

	"archwire"
	"archwire/internal/serve/web/ask"
	"archwire/internal/serve/web/tile"
)

// overTime fills a tile that draws metrics over periods, one for each series or one
// split by a dimension.
func (b *Board) overTime(ctx context.Context, out *tile.Tile, t archwire.Tile, metrics []Metric) error {
	grain := cmp.Or(t.Grain, "month")
	out.Grain = grain
	count := cmp.Or(t.Periods, historyMonths)
	if grain == "month" {
		count = max(count, b.View.Span(b.AsOf).Months())
	}
	last := b.View.Span(b.AsOf).Last
	if grain != "month" {
		last = b.end()
	}
	answers := make([]*answer, len(metrics))
	var all []func() error
	for i, m := range metrics {
		q := Question{Metric: m.Name, Grain: grain, First: step(grain, last, 1-count), Last: step(grain, last, t.Ahead), By: first(t.By), Scope: b.scope(m, t)}
		all = append(all, func() (err error) { answers[i], err = putQuestion(ctx, b.Ask, q); return err })
	}
	if err := ask.Do(all...); err != nil {
		return err
	}
	for i, a := range answers {
		if len(a.periods) > len(out.Periods) {
			out.Periods = a.periods
		}
		for _, p := range a.parts {
			out.Series = append(out.Series, b.series(i, t, p))
		}
	}
	for i, p := range out.Periods {
		out.Periods[i].Ahead = p.Start.After(b.AsOf)
		if !p.Start.After(last) {
			out.Now = i
		}
	}
	out.Series = whole(out.Series, len(out.Periods))
	return nil
}

// series is a part of an answer as a series.
func (b *Board) series(metric int, t archwire.Tile, p *part) tile.Series {
	s := tile.Series{Metric: metric, Values: p.values}
	if len(t.By) > 0 {
		s.Key = p.by[0]
		s.Name = b.Names.Of(t.By[0], s.Key)
		s.Href = b.narrowed(t.By[0], s.Key)
	}
	return s
}

// whole leaves out series that are not of all periods, which nothing could be drawn of.
func whole(series []tile.Series, periods int) (out []tile.Series) {
	for _, s := range series {
		if len(s.Values) == periods {
			out = append(out, s)
		}
	}
	return out
}

// first is the first dimension of a tile, if it has one.
func first(by []string) []string {
	if len(by) == 0 {
		return nil
	}
	return by[:1]
}

// step is the day n periods of a grain after another.
func step(grain string, t time.Time, n int) time.Time {
	switch grain {
	case "day":
		return t.AddDate(0, 0, n)
	case "week":
		return t.AddDate(0, 0, 7*n)
	case "quarter":
		return time.Date(t.Year(), t.Month(), 1, 0, 0, 0, 0, time.UTC).AddDate(0, 3*n, 0)
	case "year":
		return time.Date(t.Year()+n, t.Month(), 1, 0, 0, 0, 0, time.UTC)
	}
	return time.Date(t.Year(), t.Month(), 1, 0, 0, 0, 0, time.UTC).AddDate(0, n, 0)
}
