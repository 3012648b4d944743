package fill

import (
	"context"

	"archwire"
	"archwire/internal/serve/web/ask"
	"archwire/internal/serve/web/tile"
	"archwire/internal/serve/web/view"
)

// ofPeriod fills a tile that shows the page's period alone: a funnel's steps, buckets of
// age, a table, bars side by side.
func (b *Board) ofPeriod(ctx context.Context, out *tile.Tile, t archwire.Tile, metrics []Metric) error {
	now := b.View.Span(b.AsOf)
	from := now.First
	against, compares := b.View.Against(now)
	compares = compares && t.Kind == archwire.TileTable
	if compares && against.First.Before(from) {
		from = against.First
	}
	if now.Months() > 1 {
		out.Span = now.Months()
	}
	answers, before := make([]*answer, len(metrics)), make([]*former, len(metrics))
	var all []func() error
	for i, m := range metrics {
		q := Question{Metric: m.Name, Grain: "month", First: from, Last: now.Last, By: first(t.By), Scope: b.scope(m, t)}
		all = append(all, func() (err error) {
			if answers[i], err = putQuestion(ctx, b.Ask, q); err == nil && compares {
				before[i], err = b.former(ctx, m, q, answers[i], now, against)
			}
			return err
		})
	}
	totals := make([]*answer, len(metrics))
	for i, m := range metrics {
		if t.Kind == archwire.TileTable && len(t.By) > 0 && m.HasTotal() {
			q := Question{Metric: m.Name, Grain: "month", First: now.First, Last: now.Last, Scope: b.scope(m, t)}
			all = append(all, func() (err error) { totals[i], err = putQuestion(ctx, b.Ask, q); return err })
		}
	}
	if err := ask.Do(all...); err != nil {
		return err
	}
	out.Periods = []tile.Period{{Start: now.First, Complete: !now.End().After(b.AsOf)}}
	for i, a := range totals {
		if a != nil && len(a.parts) > 0 {
			out.Series = append(out.Series, tile.Series{Metric: i, Total: true, Values: []tile.Value{combined(metrics[i], within(a.periods, a.parts[0].values, now))}})
		}
	}
	for i, a := range answers {
		for _, p := range a.parts {
			s := b.series(i, t, p)
			value := before[i].hold(combined(metrics[i], within(a.periods, p.values, now)), p.key())
			s.Values = []tile.Value{value}
			if value.Value != "" || value.Why != "" || len(t.By) == 0 {
				out.Series = append(out.Series, s)
			}
		}
	}
	return nil
}

// heat fills a tile with a metric by two dimensions.
func (b *Board) heat(ctx context.Context, out *tile.Tile, t archwire.Tile, m Metric) error {
	now := b.View.Span(b.AsOf)
	a, err := putQuestion(ctx, b.Ask, Question{Metric: m.Name, Grain: "month", First: now.First, Last: now.Last, By: t.By, Scope: b.scope(m, t)})
	if err != nil || len(t.By) < 2 {
		return err
	}
	out.Periods = []tile.Period{{Start: now.First, Complete: !now.End().After(b.AsOf)}}
	h := &tile.Heat{RowsOf: Words(t.By[0]), ColumnsOf: Words(t.By[1])}
	rows, columns := order(a, 0, t.Order), order(a, 1, nil)
	at := map[[2]string]tile.Value{}
	for _, p := range a.parts {
		at[[2]string{p.by[0], p.by[1]}] = combined(m, within(a.periods, p.values, now))
	}
	for _, column := range columns {
		h.Columns = append(h.Columns, tile.Name{Text: b.Names.Of(t.By[1], column)})
	}
	for _, row := range rows {
		h.Rows = append(h.Rows, tile.Name{Text: b.Names.Of(t.By[0], row), Href: b.narrowed(t.By[0], row)})
		cells := make([]tile.Value, len(columns))
		for i, column := range columns {
			cells[i] = at[[2]string{row, column}]
		}
		h.Cells = append(h.Cells, cells)
	}
	out.Heat = h
	return nil
}

// narrowed is the page narrowed to a value of a dimension.
func (b *Board) narrowed(dimension, value string) string {
	if value == "" {
		return ""
	}
	return b.SelfLink(b.View.With(dimension, value))
}

// spanOf is the page's period.
func (b *Board) spanOf() view.Span { return b.View.Span(b.AsOf) }
