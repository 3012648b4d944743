package duckdb

import (
	"slices"

	"archwire"
)

var _ archwire.Widener = (*Warehouse)(nil)

// Widens says that rows of to may be merged into the copy of from: each column
// has a type that holds all that the old one held, and Commit changes it where it
// lies.
func (w *Warehouse) Widens(from, to archwire.Table) bool {
	if from.Schema != to.Schema || from.Origin != to.Origin || from.Deleted != to.Deleted || !slices.Equal(from.Key, to.Key) {
		return false
	}
	_, ok := growth(from.Columns, to.Columns)
	return ok
}

// growth lists the columns of to whose type is wider than in from. ok is false
// where the two have other columns, in whatever order, or a type that does not
// hold what the old one held.
func growth(from, to []archwire.Column) (grown []archwire.Column, ok bool) {
	if len(from) != len(to) {
		return nil, len(to) == 0 && len(from) == 1 && from[0].Name == archwire.NoColumns
	}
	types := map[string]archwire.Type{}
	for _, c := range from {
		types[c.Name] = c.Type
	}
	for _, c := range to {
		old, known := types[c.Name]
		switch {
		case !known || old.Kind == 0:
			return nil, false
		case old.SQL() == c.Type.SQL():
		case widens(old, c.Type):
			grown = append(grown, c)
		default:
			return nil, false
		}
	}
	return grown, true
}

// widens says whether to holds every value of from, as the same value.
func widens(from, to archwire.Type) bool {
	switch to.Kind { //nolint:exhaustive // the others are wider than none
	case archwire.Int32, archwire.Int64:
		return from.Kind >= archwire.Int16 && from.Kind < to.Kind
	case archwire.Float64:
		return from.Kind == archwire.Float32
	case archwire.Decimal:
		return from.Kind == archwire.Decimal && to.Scale >= from.Scale && to.Precision-to.Scale >= from.Precision-from.Scale
	}
	return false
}
