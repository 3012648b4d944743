package web

import (
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"

	"archwire/internal/serve/web/fill"
	"archwire/internal/serve/web/format"
)

// scopeOf narrows a question to what the metric can be narrowed by.
func (l *look) scopeOf(m fill.Metric) url.Values {
	now := l.board.View
	out := now.Scope()
	for dimension := range now.Filters {
		if !slices.Contains(m.Dimensions, dimension) {
			out.Del("filter[" + dimension + "]")
		}
	}
	return out
}

// tell puts an explanation into words.
func (s *since) tell(l *look, m fill.Metric, e *fill.Explanation) {
	f := l.format
	s.Asked, s.Same, s.Hidden = true, e.Same(), e.Hidden
	s.Was, s.Is, s.Difference = f.Exact(e.From.Value, m.Unit), f.Exact(e.To.Value, m.Unit), exactly(f, e.Difference, m.Unit)
	if day, err := time.Parse(time.DateOnly, e.From.AsOf); err == nil {
		s.WasAsOf = f.Day(day)
	}
	for _, p := range e.Parts {
		if says := partSays(p); says != "" {
			s.Parts = append(s.Parts, partOf{says, exactly(f, p.Change, m.Unit), judged(m, format.Sign(p.Change))})
		}
	}
	s.rows(l, m, e)
}

// partSays tells what a part is; "" for one that did nothing.
func partSays(p fill.Part) string {
	nothing := strings.Trim(p.Change, "-0.") == ""
	switch {
	case p.Part == "definition" && !nothing:
		return "The definition is another one."
	case p.Rows == 0:
		return ""
	case p.Part == "left":
		return counted(p.Rows, "row") + " left: deleted, or moved to another month."
	case p.Part == "changed":
		return counted(p.Rows, "row") + " changed."
	case p.Part == "entered":
		return counted(p.Rows, "row") + " entered: posted late, or moved here."
	}
	return ""
}

// rows lists the rows that made a difference, with the columns that they have.
func (s *since) rows(l *look, m fill.Metric, e *fill.Explanation) {
	d, _ := l.board.Catalogue.Dataset(m.Dataset)
	columns := map[string]bool{}
	for _, r := range e.Rows {
		for name := range r.Old {
			columns[name] = true
		}
		for name := range r.New {
			columns[name] = true
		}
	}
	names := slices.Sorted(maps.Keys(columns))
	for _, name := range names {
		s.Columns = append(s.Columns, fill.Words(name))
	}
	for _, r := range e.Rows {
		row := explained{Kind: map[string]string{"left": "left", "changed": "changed", "entered": "entered"}[r.Part]}
		for _, name := range names {
			row.Cells = append(row.Cells, explainedCell{l.cellText(d, name, r.Old), l.cellText(d, name, r.New)})
		}
		s.Rows = append(s.Rows, row)
	}
}

// cellText is a value of a row of d for people; "" where the row is not there. Instants
// are told in full: what changed may be a second.
func (l *look) cellText(d fill.Dataset, name string, row map[string]any) string {
	if row == nil {
		return ""
	}
	column, ok := d.Column(name)
	if !ok {
		column = fill.Column{Name: name}
	}
	text, unit := fill.CellOf(column, row[name], l.board.Names).Text, fill.UnitOf(column)
	if unit == "instant" {
		return text
	}
	return l.format.Value(text, unit)
}
