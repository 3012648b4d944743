package tsql

import (
	"archwire/internal/source/sqlserver/sqlservertest/tsql/syntax"
	"archwire/internal/source/sqlserver/sqlservertest/tsql/value"
)

// within binds a query in an expression. outer says that it looks at the rows
// around it.
func (q *binder) nested(query *syntax.Query) (r relation, outer bool) {
	inner := *q
	inner.group, inner.window = nil, nil
	marker := &scope{up: q.scope}
	inner.scope = marker
	r = inner.query(query)
	return r, marker.used
}

func inside(fr *frame) *frame { return &frame{up: fr} }

// scalar is a query in the place of a value.
func (q *binder) scalar(e *syntax.Subquery) expr {
	r, outer := q.nested(e.Query)
	if visible(r.fields) != 1 {
		value.Fail(116, "Only one expression can be specified in the select list when the subquery is not introduced with EXISTS.")
	}
	eval := func(fr *frame) any {
		var v any
		n := 0
		r.rows(inside(fr), func(row []any) bool {
			if n++; n > 1 {
				value.Fail(512, "Subquery returned more than 1 value. This is not permitted when the subquery follows =, !=, <, <= , >, >= or when the subquery is used as an expression.")
			}
			v = row[0]
			return true
		})
		return v
	}
	x := expr{typ: value.Plain(r.fields[0].typ), nullable: true, column: -1, rank: 1, eval: eval}
	return once(x, outer)
}

// once computes an expression that does not look outside a single time.
func once(x expr, outer bool) expr {
	if outer {
		return x
	}
	eval, done := x.eval, false
	var v any
	x.eval = func(*frame) any {
		if !done {
			v, done = eval(&frame{}), true
		}
		return v
	}
	return x
}

func visible(fields []field) int {
	n := 0
	for _, f := range fields {
		if !f.hidden {
			n++
		}
	}
	return n
}

// in binds IN with a list or a query.
func (q *binder) in(e *syntax.In) expr {
	x := q.value(e.X)
	var y expr
	if e.Query != nil {
		y = q.inQuery(x, e.Query)
	} else {
		y = q.inList(x, q.values(e.List))
	}
	if e.Not {
		return not(y)
	}
	return y
}

func (q *binder) inList(x expr, list []expr) expr {
	t := x
	constant := true
	for _, y := range list {
		t = expr{typ: meet(t, y, "equal to"), rank: max(t.rank, y.rank)}
		constant = constant && y.constant
		compare("=", x, y) // refuses what cannot be compared
	}
	if !constant || value.FamilyOf(t.typ) == value.Variant {
		r := compare("=", x, list[0])
		for _, y := range list[1:] {
			r = or(r, compare("=", x, y))
		}
		return r
	}
	typ := widened(t.typ)
	var known map[string]bool
	null := false
	fill := func() {
		known = make(map[string]bool, len(list))
		for _, y := range list {
			v := y.to(typ).eval(nil)
			null = null || v == nil
			known[value.Key(v, typ)] = true
		}
	}
	eval := x.to(typ).eval
	return condition([]expr{x}, func(fr *frame) any {
		if known == nil {
			fill()
		}
		v := eval(fr)
		switch {
		case v == nil:
			return nil
		case known[value.Key(v, typ)]:
			return true
		case null:
			return nil
		}
		return false
	})
}

func (q *binder) inQuery(x expr, query *syntax.Query) expr {
	r, outer := q.nested(query)
	if visible(r.fields) != 1 {
		value.Fail(116, "Only one expression can be specified in the select list when the subquery is not introduced with EXISTS.")
	}
	y := expr{typ: value.Plain(r.fields[0].typ), rank: 1, column: 0, nullable: true, eval: func(fr *frame) any { return fr.row[0] }}
	typ := widened(meet(x, y, "equal to"))
	left, right := x.to(typ).eval, y.to(typ).eval
	var known map[string]bool
	null := false
	fill := func(fr *frame) {
		known, null = map[string]bool{}, false
		r.rows(inside(fr), func(row []any) bool {
			v := right(&frame{row: row})
			null = null || v == nil
			known[value.Key(v, typ)] = true
			return true
		})
	}
	z := condition([]expr{x}, func(fr *frame) any {
		if known == nil || outer {
			fill(fr)
		}
		v := left(fr)
		switch {
		case len(known) == 0:
			return false
		case v == nil:
			return nil
		case known[value.Key(v, typ)]:
			return true
		case null:
			return nil
		}
		return false
	})
	z.constant = false
	return z
}

// exists binds EXISTS: by a table of keys where the query has equalities with
// the row around it, else by running it for each row.
func (q *binder) exists(e *syntax.Exists) expr {
	if x, ok := q.semiJoin(e.Query); ok {
		return x
	}
	r, outer := q.nested(e.Query)
	x := expr{typ: value.BitType, cond: true, column: -1, eval: func(fr *frame) any {
		found := false
		r.rows(inside(fr), func([]any) bool {
			found = true
			return false
		})
		return found
	}}
	return once(x, outer)
}

func (q *binder) semiJoin(query *syntax.Query) (x expr, ok bool) {
	s, plain := query.Body.(*syntax.Select)
	if !plain || query.With != nil || len(s.From) == 0 || s.Top != nil || s.Group != nil || s.Having != nil || aggregates(s.Items) || q.scope == nil {
		return x, false
	}
	inner := *q
	inner.group, inner.window = nil, nil
	marker := &scope{up: q.scope}
	inner.scope = marker
	r := inner.from(s.From)
	if marker.used {
		return x, false
	}
	m := &matcher{right: r}
	outside := relation{fields: q.scope.fields}
	for _, e := range conjuncts(s.Where) {
		if eq, ok := e.(*syntax.Binary); ok && eq.Op == "=" && !ambiguous(r.fields, q.scope.fields, eq) && m.key(&inner, outside, r, eq) {
			continue
		}
		y, own := q.onlyCondition(r.fields, e)
		if !own {
			return x, false
		}
		m.rest = append(m.rest, y)
	}
	if len(m.leftKeys) == 0 {
		return x, false
	}
	return m.exists(), true
}

// ambiguous says that a name of the condition without a qualifier is one of both
// sides: it means the inner one, and the condition is left to the slow way.
func ambiguous(inner, outer []field, eq *syntax.Binary) bool {
	found := false
	each(eq, func(x any) bool {
		if c, ok := x.(*syntax.Column); ok {
			a, b := false, false
			for _, f := range inner {
				a = a || f.is(c)
			}
			for _, f := range outer {
				b = b || f.is(c)
			}
			found = found || a && b
		}
		return !found
	})
	return found
}

func (q *binder) onlyCondition(fields []field, e syntax.Expr) (x expr, ok bool) {
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
	return inner.condition(e), true
}

func (m *matcher) exists() expr {
	var known map[string]bool
	return expr{typ: value.BitType, cond: true, column: -1, eval: func(fr *frame) any {
		if known == nil {
			known = map[string]bool{}
			m.right.rows(&frame{}, func(row []any) bool {
				inner := &frame{row: row}
				if !holds(m.rest, inner) {
					return true
				}
				if k, ok := joinKey(m.rightKeys, m.types, inner); ok {
					known[k] = true
				}
				return true
			})
		}
		k, ok := joinKey(m.leftKeys, m.types, fr)
		return ok && known[k]
	}}
}
