package tsql

import (
	"archwire/internal/source/sqlserver/sqlservertest/tsql/syntax"
	"archwire/internal/source/sqlserver/sqlservertest/tsql/value"
)

// conjuncts divides a condition at its ANDs.
func conjuncts(e syntax.Expr) []syntax.Expr {
	if b, ok := e.(*syntax.Binary); ok && b.Op == "AND" {
		return append(conjuncts(b.X), conjuncts(b.Y)...)
	}
	if e == nil {
		return nil
	}
	return []syntax.Expr{e}
}

func beside(a, b []field, outerA, outerB bool) []field {
	out := make([]field, 0, len(a)+len(b))
	for _, f := range a {
		f.nullable = f.nullable || outerA
		out = append(out, f)
	}
	for _, f := range b {
		f.nullable = f.nullable || outerB
		out = append(out, f)
	}
	return out
}

func glue(a, b []any) []any {
	return append(append(make([]any, 0, len(a)+len(b)), a...), b...)
}

// all are the rows of a relation.
func (r relation) all(up *frame) [][]any {
	var out [][]any
	r.rows(up, func(row []any) bool {
		out = append(out, row)
		return true
	})
	return out
}

func (q *binder) cross(a, b relation) relation {
	return relation{fields: beside(a.fields, b.fields, false, false), fixed: a.fixed && b.fixed, rows: func(up *frame, yield func([]any) bool) bool {
		right := b.all(up)
		return a.rows(up, func(x []any) bool {
			for _, y := range right {
				if !yield(glue(x, y)) {
					return false
				}
			}
			return true
		})
	}}
}

func (q *binder) join(s *syntax.Join) relation {
	a := q.source(s.Left)
	if s.Kind == "APPLY" || s.Kind == "OUTER APPLY" {
		return q.apply(a, s)
	}
	b := q.source(s.Right)
	if s.Kind == "CROSS" {
		return q.cross(a, b)
	}
	fields := beside(a.fields, b.fields, s.Kind == "RIGHT" || s.Kind == "FULL", s.Kind == "LEFT" || s.Kind == "FULL")
	m := q.matcher(a, b, fields, s.On)
	keepLeft, keepRight := s.Kind == "LEFT" || s.Kind == "FULL", s.Kind == "RIGHT" || s.Kind == "FULL"
	return relation{fields: fields, fixed: a.fixed && b.fixed, rows: func(up *frame, yield func([]any) bool) bool {
		return m.run(up, keepLeft, keepRight, yield)
	}}
}

// matcher joins two relations: by a table of keys where the condition has
// equalities between the sides, else pair by pair.
type matcher struct {
	left, right   relation
	leftKeys      []expr
	rightKeys     []expr
	types         []value.Type
	rest          []expr
	width, height int
}

func (q *binder) matcher(a, b relation, fields []field, on syntax.Expr) *matcher {
	m := &matcher{left: a, right: b, width: len(a.fields), height: len(b.fields)}
	for _, e := range conjuncts(on) {
		if eq, ok := e.(*syntax.Binary); ok && eq.Op == "=" && m.key(q, a, b, eq) {
			continue
		}
		inner := *q
		inner.scope = &scope{fields: fields, up: q.scope}
		m.rest = append(m.rest, inner.condition(e))
	}
	return m
}

// key takes an equality that has one relation on each side.
func (m *matcher) key(q *binder, a, b relation, eq *syntax.Binary) bool {
	for _, sides := range [][2]syntax.Expr{{eq.X, eq.Y}, {eq.Y, eq.X}} {
		x, ok := q.only(a.fields, sides[0])
		if !ok {
			continue
		}
		y, ok := q.only(b.fields, sides[1])
		if !ok {
			continue
		}
		if compare("=", x, y); value.FamilyOf(x.typ) == value.Variant || value.FamilyOf(y.typ) == value.Variant {
			return false
		}
		t := widened(meet(x, y, "equal to"))
		m.leftKeys, m.rightKeys, m.types = append(m.leftKeys, x.to(t)), append(m.rightKeys, y.to(t)), append(m.types, t)
		return true
	}
	return false
}

// only binds an expression on these fields alone; ok is false when it needs
// others, or none.
func (q *binder) only(fields []field, e syntax.Expr) (x expr, ok bool) {
	if !mentions(fields, e) {
		return x, false
	}
	defer func() {
		if r := recover(); r != nil {
			if !unbound(r) {
				panic(r)
			}
			ok = false
		}
	}()
	inner := *q
	inner.scope = &scope{fields: fields}
	inner.group, inner.window = nil, nil
	return inner.value(e), true
}

// joinKey is the key of a row; false with a NULL, which equals nothing.
func joinKey(keys []expr, types []value.Type, fr *frame) (string, bool) {
	var b []byte
	for i, k := range keys {
		v := k.eval(fr)
		if v == nil {
			return "", false
		}
		b = value.AppendKey(b, v, types[i])
	}
	return string(b), true
}

func (m *matcher) run(up *frame, keepLeft, keepRight bool, yield func([]any) bool) bool {
	right := m.right.all(up)
	var byKey map[string][]int
	if len(m.leftKeys) > 0 {
		byKey = make(map[string][]int, len(right))
		for i, y := range right {
			if k, ok := joinKey(m.rightKeys, m.types, &frame{row: y, up: up}); ok {
				byKey[k] = append(byKey[k], i)
			}
		}
	}
	all := make([]int, len(right))
	for i := range all {
		all[i] = i
	}
	met := make([]bool, len(right))
	more := m.left.rows(up, func(x []any) bool {
		candidates := all
		if byKey != nil {
			candidates = nil
			if k, ok := joinKey(m.leftKeys, m.types, &frame{row: x, up: up}); ok {
				candidates = byKey[k]
			}
		}
		found := false
		for _, i := range candidates {
			row := glue(x, right[i])
			if !holds(m.rest, &frame{row: row, up: up}) {
				continue
			}
			found, met[i] = true, true
			if !yield(row) {
				return false
			}
		}
		if !found && keepLeft {
			return yield(glue(x, make([]any, m.height)))
		}
		return true
	})
	if !more || !keepRight {
		return more
	}
	for i, y := range right {
		if !met[i] && !yield(glue(make([]any, m.width), y)) {
			return false
		}
	}
	return true
}

func holds(conditions []expr, fr *frame) bool {
	for _, c := range conditions {
		if c.eval(fr) != true {
			return false
		}
	}
	return true
}

// apply binds CROSS APPLY and OUTER APPLY: the right side sees the left's row.
func (q *binder) apply(a relation, s *syntax.Join) relation {
	inner := *q
	inner.scope = &scope{fields: a.fields, up: q.scope}
	b := inner.source(s.Right)
	outer := s.Kind == "OUTER APPLY"
	return relation{fields: beside(a.fields, b.fields, false, outer), fixed: a.fixed, rows: func(up *frame, yield func([]any) bool) bool {
		return a.rows(up, func(x []any) bool {
			found := false
			more := b.rows(&frame{row: x, up: up}, func(y []any) bool {
				found = true
				return yield(glue(x, y))
			})
			if more && !found && outer {
				return yield(glue(x, make([]any, len(b.fields))))
			}
			return more
		})
	}}
}
