package trace

import "slices"

// An equation says that two expressions are equal.
type equation struct {
	a, b   side
	orNull bool // or both NULL
}

// A side is an expression, or a column that is known already.
type side struct {
	expr  node
	known *column
}

// equations are those among conditions that must all hold.
func equations(conditions []node) []equation {
	var out []equation
	for _, c := range conditions {
		if c.is("class", "COMPARISON") && c.is("type", "COMPARE_EQUAL", "COMPARE_NOT_DISTINCT_FROM") {
			out = append(out, equation{
				a: side{expr: c.child("left")}, b: side{expr: c.child("right")},
				orNull: c.is("type", "COMPARE_NOT_DISTINCT_FROM"),
			})
		}
	}
	return out
}

func (v view) side(s side) operand {
	if s.known != nil {
		return v.operandOf(s.known, 0)
	}
	return v.operand(s.expr)
}

// equate draws the consequences of equations that hold for every row of v.
func (t *tracer) equate(v view, equations []equation) {
	for changed := true; changed; {
		changed = false
		for _, q := range equations {
			if t.draw(v, v.side(q.a), v.side(q.b), q.orNull) {
				changed = true
			}
		}
	}
}

// draw draws the consequences of one equation and says whether there were any.
func (t *tracer) draw(v view, a, b operand, orNull bool) bool {
	switch {
	case a.owner == nil && b.owner == nil:
		return false
	case a.owner == nil:
		return t.adopt(v, b, a, orNull)
	case b.owner == nil:
		return t.adopt(v, a, b, orNull)
	case orNull && (!a.sure || !b.sure):
		return false // where an outer join found no row, NULL says nothing about whose the row is
	case a.owner != b.owner:
		return t.unite(v, a, b)
	}
	return a.settle() || b.settle()
}

// adopt makes a plain column of the innermost frame one that tells the tenant.
func (t *tracer) adopt(v view, known, other operand, orNull bool) bool {
	if other.col == nil || other.depth != 0 || other.col.kind != t.kind || orNull && !known.sure {
		return false
	}
	known.owner.add(other.col.id)
	if !known.own {
		v.bonds[other.col.id] = bond{known.owner.keys[0], true}
	}
	known.settle()
	return true
}

// settle notes that a column is not NULL in rows that an equation let pass.
func (op operand) settle() bool {
	if op.col == nil || op.sure || op.owner.sure(op.col.id) {
		return false
	}
	op.owner.add(op.col.id)
	return true
}

// unite makes two owners one. One of an outer query stays, and the rows of the
// innermost frame are bound to it.
func (t *tracer) unite(v view, a, b operand) bool {
	if !a.own || b.own && slices.Index(v.owners, a.owner) < slices.Index(v.owners, b.owner) {
		a, b = b, a
	}
	if !a.own {
		return false
	}
	// b came first, or is of an outer query.
	if b.col != nil {
		b.owner.add(b.col.id)
	}
	if a.col != nil {
		a.owner.add(a.col.id)
	}
	b.owner.absorb(a.owner)
	v.owners = slices.DeleteFunc(v.owners, func(o *owner) bool { return o == a.owner })
	if !b.own {
		for id := range a.owner.members {
			v.bonds[id] = bond{b.owner.keys[0], a.owner.sure(id)}
		}
	}
	return true
}
