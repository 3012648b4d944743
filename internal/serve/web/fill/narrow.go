package fill

import (
	"slices"
	"strings"

	"archwire"
)

// operators are the words with which a filter's value may begin.
var operators = []string{"ne", "lt", "lte", "gt", "gte", "null"}

// Both is the values of a filter that holds a page's and a tile's own on one column. Not
// ok is where the page asks for other values than the tile is about.
func Both(page []string, own string) (values []string, ok bool) {
	if op, _, found := strings.Cut(own, ":"); found && slices.Contains(operators, op) {
		if slices.Contains(page, own) {
			return slices.Clone(page), true
		}
		return append(slices.Clone(page), own), true
	}
	values, alternatives, among := []string{own}, false, false
	for _, value := range page {
		if op, _, found := strings.Cut(value, ":"); found && slices.Contains(operators, op) {
			values = append(values, value)
			continue
		}
		alternatives = true
		among = among || strings.TrimPrefix(value, "eq:") == strings.TrimPrefix(own, "eq:")
	}
	return values, !alternatives || among
}

// barred says why a tile has nothing to show through the page's view; "" is that it may
// have.
func (b *Board) barred(t archwire.Tile) string {
	for column, own := range t.Filter {
		if _, ok := Both(b.View.Filters[column], own); !ok {
			return "it is about " + strings.ToLower(Words(column)) + " " + strings.ToLower(b.Names.Of(column, strings.TrimPrefix(own, "eq:"))) + " only, and the page about another"
		}
	}
	if b.View.Tenant == "" && slices.ContainsFunc(t.By, OfOneTenant) {
		return "choose one of the " + b.Plural + " above: one id is another thing in each"
	}
	return ""
}

// OfOneTenant says whether values of a dimension mean something within one tenant alone:
// ids of several must not be added up.
func OfOneTenant(dimension string) bool { return strings.HasSuffix(dimension, "_id") }

// unreached lists the filters of the page that do not reach a tile.
func (b *Board) unreached(t archwire.Tile, metrics []Metric) (out []string) {
	for dimension := range b.View.Filters {
		known := t.Kind != archwire.TileBenchmark
		if d, ok := b.Catalogue.Dataset(t.Dataset); ok && t.OfRows() {
			_, known = d.Column(dimension)
		}
		for _, m := range metrics {
			known = known && slices.Contains(m.Dimensions, dimension)
		}
		if !known {
			out = append(out, strings.ToLower(Words(dimension)))
		}
	}
	slices.Sort(out)
	return out
}
