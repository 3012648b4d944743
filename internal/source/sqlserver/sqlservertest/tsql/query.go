package tsql

import (
	"sort"

	"archwire/internal/source/sqlserver/sqlservertest/tsql/syntax"
	"archwire/internal/source/sqlserver/sqlservertest/tsql/value"
)

// query binds a query with its WITH and ORDER BY.
func (q *binder) query(query *syntax.Query) relation {
	inner := *q
	for _, c := range query.With {
		inner.ctes = append(inner.ctes[:len(inner.ctes):len(inner.ctes)], cte{CTE: c})
	}
	switch body := query.Body.(type) {
	case *syntax.Select:
		return inner.selectBody(body, query)
	case *syntax.Nested:
		if query.Order == nil {
			return inner.query(body.Query)
		}
	}
	r := inner.body(query.Body)
	if query.Order != nil {
		r = inner.sorted(r, query.Order)
	}
	return inner.paged(r, query)
}

func (q *binder) body(body syntax.Body) relation {
	switch body := body.(type) {
	case *syntax.Select:
		return q.selectBody(body, &syntax.Query{})
	case *syntax.Nested:
		return q.query(body.Query)
	case *syntax.Values:
		return q.rowValues(body)
	case *syntax.SetOp:
		return q.setOp(body)
	}
	value.Fail(102, "Incorrect syntax near the query.")
	return relation{}
}

// rowValues binds VALUES: each column is of the type in which its values meet.
func (q *binder) rowValues(v *syntax.Values) relation {
	rows := make([][]expr, len(v.Rows))
	for i, list := range v.Rows {
		for _, e := range list {
			if e == nil {
				value.Fail(156, "Incorrect syntax near the keyword 'DEFAULT'.")
			}
		}
		if rows[i] = q.values(list); len(rows[i]) != len(rows[0]) {
			value.Fail(10709, "The number of columns for each row in a table value constructor must be the same.")
		}
	}
	var r relation
	for c := range rows[0] {
		var column []expr
		f := field{}
		for _, row := range rows {
			column = append(column, row[c])
			f.nullable = f.nullable || row[c].nullable
		}
		f.typ = value.Plain(meetAll(column))
		for i := range rows {
			rows[i][c] = rows[i][c].to(f.typ)
		}
		r.fields = append(r.fields, f)
	}
	r.rows = func(up *frame, yield func([]any) bool) bool {
		for _, row := range rows {
			if !yield(evaluated(row, &frame{up: upOf(up)})) {
				return false
			}
		}
		return true
	}
	return r
}

// upOf is the frame that expressions of a relation without rows look at.
func upOf(up *frame) *frame {
	if up == nil {
		return &frame{}
	}
	return up
}

func evaluated(list []expr, fr *frame) []any {
	out := make([]any, len(list))
	for i, x := range list {
		out[i] = x.eval(fr)
	}
	return out
}

// setOp binds UNION, EXCEPT and INTERSECT.
func (q *binder) setOp(s *syntax.SetOp) relation {
	a, b := q.body(s.Left), q.body(s.Right)
	if visible(a.fields) != visible(b.fields) {
		value.Fail(205, "All queries combined using a UNION, INTERSECT or EXCEPT operator must have an equal number of expressions in their target lists.")
	}
	r := relation{fixed: a.fixed && b.fixed}
	left, right := make([]expr, len(a.fields)), make([]expr, len(a.fields))
	for i := range a.fields {
		x, y := reference(a.fields[i], i, 0), reference(b.fields[i], i, 0)
		t := value.Plain(meet(x, y, s.Op))
		r.fields = append(r.fields, field{name: a.fields[i].name, typ: t, nullable: a.fields[i].nullable || b.fields[i].nullable})
		left[i], right[i] = x.to(t), y.to(t)
	}
	if s.All {
		r.rows = func(up *frame, yield func([]any) bool) bool {
			return a.rows(up, func(row []any) bool { return yield(evaluated(left, &frame{row: row})) }) &&
				b.rows(up, func(row []any) bool { return yield(evaluated(right, &frame{row: row})) })
		}
		return r
	}
	r.rows = func(up *frame, yield func([]any) bool) bool {
		other := map[string]bool{}
		var extra [][]any
		b.rows(up, func(row []any) bool {
			v := evaluated(right, &frame{row: row})
			if k := rowKey(v, r.fields); !other[k] {
				other[k] = true
				extra = append(extra, v)
			}
			return true
		})
		known := map[string]bool{}
		more := a.rows(up, func(row []any) bool {
			v := evaluated(left, &frame{row: row})
			k := rowKey(v, r.fields)
			if known[k] || s.Op == "EXCEPT" && other[k] || s.Op == "INTERSECT" && !other[k] {
				return true
			}
			known[k] = true
			return yield(v)
		})
		if s.Op != "UNION" {
			return more
		}
		for _, v := range extra {
			if more && !known[rowKey(v, r.fields)] {
				more = yield(v)
			}
		}
		return more
	}
	return r
}

func rowKey(row []any, fields []field) string {
	var b []byte
	for i, f := range fields {
		b = value.AppendKey(b, row[i], f.typ)
	}
	return string(b)
}

// sorted orders a relation by its own columns.
func (q *binder) sorted(r relation, order []syntax.Order) relation {
	inner := *q
	inner.scope = &scope{fields: r.fields, up: q.scope}
	keys, desc := make([]expr, len(order)), make([]bool, len(order))
	for i, o := range order {
		keys[i], desc[i] = inner.orderTerm(o.X, nil), o.Desc
	}
	rows := r.rows
	r.rows = func(up *frame, yield func([]any) bool) bool {
		var all []sortable
		rows(up, func(row []any) bool {
			all = append(all, sortable{sortKey(keys, desc, &frame{row: row, up: up}), row})
			return true
		})
		return emit(all, yield)
	}
	return r
}

type sortable struct {
	key string
	row []any
}

func arrange(all []sortable) {
	sort.SliceStable(all, func(i, j int) bool { return all[i].key < all[j].key })
}

func emit(all []sortable, yield func([]any) bool) bool {
	arrange(all)
	for _, s := range all {
		if !yield(s.row) {
			return false
		}
	}
	return true
}

func sortKey(keys []expr, desc []bool, fr *frame) string {
	var b []byte
	for i, k := range keys {
		from := len(b)
		b = value.AppendKey(b, k.eval(fr), k.typ)
		if desc[i] {
			for j := from; j < len(b); j++ {
				b[j] = ^b[j]
			}
		}
	}
	return string(b)
}

// orderTerm is a term of ORDER BY: a place in the list, an alias, or an
// expression.
func (q *binder) orderTerm(e syntax.Expr, items []expr) expr {
	if l, ok := e.(*syntax.Literal); ok && l.Kind == "int" {
		n := number(l.Text)
		switch {
		case items == nil && n >= 1 && n <= len(q.scope.fields):
			return reference(q.scope.fields[n-1], n-1, 0)
		case n >= 1 && n <= len(items):
			return items[n-1]
		}
		value.Fail(108, "The ORDER BY position number %d is out of range of the number of items in the select list.", n)
	}
	x := q.value(e)
	if value.IsOld(x.typ) || x.typ.Name == "xml" {
		value.Fail(306, "The text, ntext, and image data types cannot be compared or sorted, except when using IS NULL or LIKE operator.")
	}
	return x
}

// paged cuts by OFFSET and FETCH.
func (q *binder) paged(r relation, query *syntax.Query) relation {
	if query.Offset == nil {
		return r
	}
	skip := q.value(query.Offset).to(value.BigInt)
	count := constantly(int64(1)<<62, value.BigInt)
	if query.Fetch != nil {
		count = q.value(query.Fetch).to(value.BigInt)
	}
	rows := r.rows
	r.rows = func(up *frame, yield func([]any) bool) bool {
		from, most := skip.eval(&frame{}).(int64), count.eval(&frame{}).(int64)
		var n int64
		stopped := false
		rows(up, func(row []any) bool {
			if n++; n <= from {
				return true
			}
			if n > from+most {
				return false
			}
			stopped = !yield(row)
			return !stopped
		})
		return !stopped
	}
	return r
}
