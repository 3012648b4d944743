package web

import (
	"archwire/internal/serve/web/format"
	"archwire/internal/serve/web/tile"
)

// mostChanges is how many changed figures the first dashboard leads on from.
const mostChanges = 3

// start is where the first dashboard leads on: why its first figure changed and those
// that became worse, the lists on it, and who read what. Other dashboards have none.
func (v *visit) start(l *look, name string, tiles []tile.Tile) []link {
	if len(v.dashboards) == 0 || v.dashboards[0].Name != name {
		return nil
	}
	var changes, lists []link
	for i, t := range tiles {
		text := l.question(t)
		switch {
		case text != "" && t.Links.Why != "" && len(changes) < mostChanges && (i == 0 || worse(t)):
			changes = append(changes, link{Title: text, To: t.Links.Why})
		case t.Kind == tile.Table && told(t) && t.Rows != nil && t.Links.Rows != "":
			lists = append(lists, link{Title: t.Title, To: t.Links.Rows})
		case t.Kind == tile.Table && told(t):
			lists = append(lists, link{Title: t.Title, To: "#" + t.ID})
		}
	}
	out := append(changes, lists...)
	if v.me.sees(admins) && l.tenant.ID != "" {
		out = append(out, link{Title: "Who read the data", To: v.pathAt("ledger", l.tenant)})
	}
	return out
}

// question asks why a number of the page's period is another one than it was; "" where it
// is the same, or not held against anything.
func (l *look) question(t tile.Tile) string {
	label := uncapital(t.Title)
	if label == "" && len(t.Metrics) > 0 {
		label = uncapital(t.Metrics[0].Label)
	}
	switch turned(t) {
	case 1:
		return "Why " + label + " rose in " + l.periodSoFar(t)
	case -1:
		return "Why " + label + " fell in " + l.periodSoFar(t)
	}
	return ""
}

// periodSoFar is the page's period; of one that is not over only its days so far count.
func (l *look) periodSoFar(t tile.Tile) string {
	text := l.periodText(l.board.View.Span(l.board.AsOf))
	if t.Series[0].Values[t.Now].Compare.SameDays {
		return text + " so far"
	}
	return text
}

// worse says whether a number changed for the worse.
func worse(t tile.Tile) bool {
	better := t.Metrics[0].Better
	return better == "up" && turned(t) < 0 || better == "down" && turned(t) > 0
}

// turned is the sign of a number's change; 0 where it is not held against anything.
func turned(t tile.Tile) int {
	if t.Kind != tile.Number || len(t.Series) == 0 || len(t.Metrics) == 0 || t.Now >= len(t.Series[0].Values) {
		return 0
	}
	held := t.Series[0].Values[t.Now].Compare
	if held == nil {
		return 0
	}
	return format.Sign(held.Change)
}

// told says whether a tile has a title and shows values.
func told(t tile.Tile) bool {
	return t.Title != "" && (t.State == tile.Ready || t.State == tile.Partial || t.State == tile.Late)
}
