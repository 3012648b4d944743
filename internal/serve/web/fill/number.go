package fill

import (
	"context"
	"time"

	"archwire"
	"archwire/internal/serve/web/tile"
	"archwire/internal/serve/web/view"
)

// historyMonths is how many months a number's trend goes back where nobody says how many.
const historyMonths = 13

// number fills a tile with a value, what it is held against, and its trend: of one
// month the months up to it; of several, spans as long as the page's.
func (b *Board) number(ctx context.Context, out *tile.Tile, t archwire.Tile, m Metric) error {
	if t.Grain != "" && t.Grain != "month" {
		return b.fineNumber(ctx, out, t, m)
	}
	now := b.View.Span(b.AsOf)
	spans := windows(now, t.Periods)
	if now.Months() > 1 {
		out.Span = now.Months()
	}
	first := spans[0].First
	against, compares := b.View.Against(now)
	if compares && against.First.Before(first) {
		first = against.First
	}
	q := Question{Metric: m.Name, Grain: "month", First: first, Last: now.Last, Scope: b.scope(m, t)}
	a, err := putQuestion(ctx, b.Ask, q)
	if err != nil {
		return err
	}
	series := tile.Series{}
	var values []tile.Value
	if len(a.parts) > 0 {
		values = a.parts[0].values
	}
	for _, s := range spans {
		out.Periods = append(out.Periods, tile.Period{Start: s.First, Complete: !s.End().After(b.AsOf)})
		series.Values = append(series.Values, combined(m, within(a.periods, values, s)))
	}
	out.Now = len(spans) - 1
	if compares && len(values) > 0 {
		before, err := b.former(ctx, m, q, a, now, against)
		if err != nil {
			return err
		}
		series.Values[out.Now] = before.hold(series.Values[out.Now], "")
	}
	out.Series = []tile.Series{series}
	return nil
}

// windows are spans as long as s, one after the other, that end with s: months where s
// is one, as many as there are to be.
func windows(s view.Span, periods int) []view.Span {
	length := s.Months()
	count := historyMonths
	if periods > 0 {
		count = periods
	}
	if length > 1 {
		const most = 24 // months
		count = max(2, min(count, most/length))
	}
	var out []view.Span
	for i := count - 1; i >= 0; i-- {
		out = append(out, view.Span{First: s.First.AddDate(0, -i*length, 0), Last: s.Last.AddDate(0, -i*length, 0)})
	}
	return out
}

// fineNumber fills a tile whose value is of a day, a week, a quarter or a year: the one
// that holds the end of the page's period.
func (b *Board) fineNumber(ctx context.Context, out *tile.Tile, t archwire.Tile, m Metric) error {
	if err := b.overTime(ctx, out, t, []Metric{m}); err != nil || len(out.Series) == 0 {
		return err
	}
	if out.Now < 1 || b.View.Compare == view.None {
		return nil
	}
	values := out.Series[0].Values
	is, was := out.Periods[out.Now], out.Periods[out.Now-1]
	before := &former{values: map[string]tile.Value{"": values[out.Now-1]}, start: was.Start}
	last := was.Start.Add(b.AsOf.Sub(is.Start))
	how := m.footing(is.Complete || is.Start.After(b.AsOf))
	switch {
	case how == apart:
		return nil
	case how == sameDays && last.AddDate(0, 0, 1).Before(is.Start):
		a, err := putQuestion(ctx, b.Ask, Question{Metric: m.Name, Grain: "day", First: was.Start, Last: last, Scope: b.scope(m, t)})
		if err != nil || len(a.parts) == 0 {
			return err
		}
		before.values[""], before.days = combined(m, a.parts[0].values), true
	}
	values[out.Now] = before.hold(values[out.Now], "")
	return nil
}

// end is the last day that the page is about and the data cover.
func (b *Board) end() time.Time {
	end := b.View.Span(b.AsOf).End()
	if end.After(b.AsOf) {
		return b.AsOf
	}
	return end
}
