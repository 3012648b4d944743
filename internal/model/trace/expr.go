package trace

import (
	"maps"
	"slices"
)

// rowwise are the classes of expressions that look at one row.
var rowwise = []string{
	"BETWEEN", "CASE", "CAST", "COLLATE", "COLUMN_REF", "COMPARISON", "CONJUNCTION", "CONSTANT", "FUNCTION", "LAMBDA", "OPERATOR",
}

// expr traces an expression over the rows of v.
func (t *tracer) expr(n node, v view) {
	switch class := n.text("class"); {
	case class == "SUBQUERY":
		t.subquery(n, v)
		return
	case class == "WINDOW":
		t.window(n, v)
	case class == "COLUMN_REF":
		t.use(n, v)
	case class == "FUNCTION":
		t.call(n, v)
	case class == "STAR":
		t.useAll(n, v.frame, n.text("relation_name"))
		t.refuse(n, "uses * within an expression, which is not understood")
	case !slices.Contains(rowwise, class):
		t.refuse(n, "has an expression that is not understood")
	}
	t.within(map[string]any(n), v)
}

// within traces the expressions within one.
func (t *tracer) within(value any, v view) {
	switch value := value.(type) {
	case []any:
		for _, e := range value {
			t.part(e, v)
		}
	case map[string]any:
		for _, field := range slices.Sorted(maps.Keys(value)) {
			t.part(value[field], v)
		}
	}
}

func (t *tracer) part(value any, v view) {
	if m, ok := value.(map[string]any); ok && node(m).text("class") != "" {
		t.expr(m, v)
		return
	}
	t.within(value, v)
}

// subquery wants what it gives to be the same for every row of one tenant.
func (t *tracer) subquery(n node, v view) {
	if child := n.child("child"); child != nil {
		t.expr(child, v)
	}
	if inner := t.query(n.child("subquery").child("node"), v.inside(v.frame)); inner.owner != nil {
		t.refuse(n, "has a subquery without %s equal to that of the row it is asked for", t.word)
	}
}

// window wants each window within one tenant.
func (t *tracer) window(n node, v view) {
	if len(v.owners) != 1 {
		return
	}
	var by []operand
	for _, p := range n.list("partitions") {
		by = append(by, v.late(p))
	}
	if !v.covered(by) {
		t.refuse(n, "has a window that is not partitioned by %s", t.word)
		return
	}
	if t.windowed == 0 {
		t.windowed = t.lineOf(n)
	}
}

// call looks at calls that do more than turn the values of a row into another
// one.
func (t *tracer) call(n node, v view) {
	name := n.function()
	if name == "unnest" || name == "unlist" {
		t.refuse(n, "calls %s in an expression, which is not understood", name)
	}
	if scalars[name] || len(v.frames) == 0 {
		return
	}
	// In a subquery, an aggregate of columns of the query around it is one of that
	// query.
	refs := columnsIn(n)
	for _, ref := range refs {
		if c, depth := v.find(ref.column()); c != nil && depth == 0 {
			return
		}
	}
	if len(refs) > 0 {
		t.refuse(n, "calls %s in a subquery on columns of the query around it", name)
	}
}

// columnsIn are the references to columns in an expression, without those of
// subqueries.
func columnsIn(value any) []node {
	var out []node
	switch value := value.(type) {
	case node:
		return columnsIn(map[string]any(value))
	case []any:
		for _, e := range value {
			out = append(out, columnsIn(e)...)
		}
	case map[string]any:
		n := node(value)
		switch {
		case n.is("class", "SUBQUERY"):
			return nil
		case n.is("class", "COLUMN_REF"):
			return []node{n}
		}
		for _, field := range slices.Sorted(maps.Keys(value)) {
			out = append(out, columnsIn(value[field])...)
		}
	}
	return out
}

// aggregate is a call in an expression that may look at more than one row; nil
// when there is none.
func aggregate(value any) node {
	switch value := value.(type) {
	case node:
		return aggregate(map[string]any(value))
	case []any:
		for _, e := range value {
			if found := aggregate(e); found != nil {
				return found
			}
		}
	case map[string]any:
		n := node(value)
		if n.is("class", "SUBQUERY") {
			return nil
		}
		if name := n.function(); name != "" && !scalars[name] {
			return n
		}
		for _, field := range slices.Sorted(maps.Keys(value)) {
			if found := aggregate(value[field]); found != nil {
				return found
			}
		}
	}
	return nil
}
