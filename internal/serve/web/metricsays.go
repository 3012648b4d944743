package web

import (
	"strings"

	"archwire/internal/serve/web/fill"
	"archwire/internal/serve/web/format"
	"archwire/internal/serve/web/tile"
)

// changeSays tells in a sentence how a number changed; "" where nothing is compared.
func (l *look) changeSays(m fill.Metric, t tile.Tile, period, against string) string {
	if len(t.Series) == 0 || t.Series[0].Values[t.Now].Compare == nil {
		return ""
	}
	now := t.Series[0].Values[t.Now]
	was := now.Compare
	if was.Value == "" || now.Value == "" {
		return ""
	}
	if was.SameDays {
		against = "as many days of " + against
	}
	f := l.format
	from := ", from " + f.Exact(was.Value, m.Unit) + " in " + against + " to " + f.Exact(now.Value, m.Unit) + " in " + period + "."
	switch format.Sign(was.Change) {
	case 1:
		return m.Label + " rose by " + strings.TrimPrefix(exactly(f, was.Change, m.Unit), "+") + from
	case -1:
		return m.Label + " fell by " + strings.TrimPrefix(exactly(f, was.Change, m.Unit), "−") + from
	}
	return m.Label + " was " + f.Exact(now.Value, m.Unit) + " in both " + against + " and " + period + "."
}

// sinceIt leaves out the periods before the first that has anything: nobody looked then.
func sinceIt(t tile.Tile) tile.Tile {
	if t.Kind != tile.Line || len(t.Series) != 1 {
		return t
	}
	skip := 0
	for skip < t.Now && format.Sign(t.Series[0].Values[skip].Value) == 0 {
		skip++
	}
	t.Periods, t.Series[0].Values, t.Now = t.Periods[skip:], t.Series[0].Values[skip:], t.Now-skip
	return t
}
