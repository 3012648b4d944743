package postgres

import (
	"fmt"
	"slices"

	"archwire"
)

// live is the condition that holds for the rows of t that its Deleted column does
// not mark; "" when it has none. The declared type decides what a mark is, as it
// does in the warehouse, which sees no other: a bool copied as text marks by
// being there.
func live(t archwire.Table, rel *relation) (string, error) {
	if t.Deleted == "" {
		return "", nil
	}
	a, ok := rel.attribute(t.Deleted)
	if !ok {
		return "", missingColumn(t, t.Deleted)
	}
	c, ok := t.Column(t.Deleted)
	if !ok {
		return "", changed(t, fmt.Sprintf("column %s marks deleted rows and is not among the columns that are copied", t.Deleted),
			fmt.Sprintf("Add %s to the columns of %s in sources/%s.yaml.", t.Deleted, t.Name, t.Source))
	}
	name := archwire.Quote(t.Deleted)
	switch {
	case c.Type.Kind == archwire.Bool:
		return name + " is not true", nil
	case a.typ.class == 'c': // a composite of NULLs only "is null", and is there all the same
		return name + " is not distinct from null", nil
	}
	return name + " is null", nil
}

// attribute is the column of that name.
func (r *relation) attribute(name string) (attribute, bool) {
	at := slices.IndexFunc(r.columns, func(a attribute) bool { return a.name == name })
	if at < 0 {
		return attribute{}, false
	}
	return r.columns[at], true
}

func missingColumn(t archwire.Table, column string) error {
	return changed(t, fmt.Sprintf("the source has no column %s that its user may read", column), discoverHint(t))
}

// both joins two conditions, either of which may be "".
func both(a, b string) string {
	switch {
	case a == "":
		return b
	case b == "":
		return a
	}
	return "(" + a + ") and (" + b + ")"
}

// where is the clause of a condition that may be "".
func where(condition string) string {
	if condition == "" {
		return ""
	}
	return " where " + condition
}
