package fill

import (
	"slices"
	"strings"

	"archwire"
	"archwire/internal/serve/web/tile"
)

// judge says what is to be known about the values of a tile: that there are none, that
// the month is not over, or that a filter of the page does not reach them.
func (b *Board) judge(out *tile.Tile, t archwire.Tile, metrics []Metric) {
	if out.State != tile.Ready {
		return
	}
	if empty(*out) {
		b.nothing(out, t, metrics)
		return
	}
	b.unfinished(out, metrics)
	var notes []string
	if wide := b.unreached(t, metrics); len(wide) > 0 {
		notes = append(notes, notKept(wide))
	}
	if !b.over(b.spanOf()) && slices.ContainsFunc(metrics, Metric.ToDate) && ofPresent(t) {
		note := "days to " + b.Format.DayOfYear(b.AsOf)
		if t.Kind == archwire.TileNumber && b.Apart(metrics[0]) {
			note += ", held against nothing before the month is over"
		}
		notes = append(notes, note)
	}
	switch {
	case len(notes) > 0:
		out.State, out.Note = tile.Partial, strings.Join(notes, "; ")
	case b.Late != "" && b.spanOf().End().After(b.AsOf):
		out.State, out.Note = tile.Late, b.Late
	}
}

// nothing says why a tile has no value at all.
func (b *Board) nothing(out *tile.Tile, t archwire.Tile, metrics []Metric) {
	out.State, out.Note = tile.Empty, "no data in this period"
	if t.OfRows() {
		out.State, out.Note = tile.None, ""
	}
	for _, m := range metrics {
		if m.Basis != archwire.BasisCohort {
			continue
		}
		if why := b.immature(m, b.spanOf().End()); why != "" {
			out.State, out.Note = tile.NotMature, why
		}
	}
	if wide := b.unreached(t, metrics); len(wide) > 0 && out.State != tile.NotMature {
		out.Note = strings.TrimPrefix(out.Note+"; ", "; ") + notKept(wide)
	}
}

// notKept says that filters of the page do not reach a tile.
func notKept(by []string) string {
	return "not kept by " + strings.Join(by, " and ") + ", so it is for all of them"
}

// ofPresent says whether a tile shows one value of the page's period, rather than a
// history that marks its last period itself.
func ofPresent(t archwire.Tile) bool {
	return t.Kind != archwire.TileLine && t.Kind != archwire.TileStacked && t.Kind != archwire.TileBenchmark && !t.OfRows()
}

// empty says whether a tile has no value at all.
func empty(t tile.Tile) bool {
	if t.Rows != nil {
		return len(t.Rows.Rows) == 0
	}
	if len(t.Bands) > 0 {
		return false
	}
	has := func(v tile.Value) bool { return v.Value != "" || v.Why != "" }
	if t.Heat != nil {
		return !slices.ContainsFunc(t.Heat.Cells, func(row []tile.Value) bool { return slices.ContainsFunc(row, has) })
	}
	return !slices.ContainsFunc(t.Series, func(s tile.Series) bool { return slices.ContainsFunc(s.Values, has) })
}

// unfinished says of the months of a cohort after the last that has a value that they
// are not complete, and of a number which one is.
func (b *Board) unfinished(out *tile.Tile, metrics []Metric) {
	for i, s := range out.Series {
		if metrics[s.Metric].Basis != archwire.BasisCohort {
			continue
		}
		last := len(s.Values) - 1
		for last >= 0 && s.Values[last].Value == "" {
			last--
		}
		if last < 0 {
			continue
		}
		for j := last + 1; j < len(s.Values); j++ {
			out.Series[i].Values[j].Why = b.immature(metrics[s.Metric], step(out.Grain, out.Periods[j].Start, 1).AddDate(0, 0, -1))
		}
		if now := &out.Series[i].Values[out.Now]; out.Kind == tile.Number && now.Why != "" && out.Span == 0 {
			now.Why += "; the newest complete month is " + b.Format.Period("month", out.Periods[last].Start)
		}
	}
}
