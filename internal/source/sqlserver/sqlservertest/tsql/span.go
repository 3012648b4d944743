package tsql

import (
	"slices"
	"strings"

	"archwire/internal/source/sqlserver/sqlservertest/tsql/syntax"
	"archwire/internal/source/sqlserver/sqlservertest/tsql/value"
)

// keySpans finds the parts of a table's order that a condition leaves, by
// comparisons of the first column of the clustered index with constants. nil is
// the whole table. It only narrows: all conditions are checked on the rows.
func (q *binder) keySpans(e syntax.Expr, source relation) []span {
	t := source.base.table
	ix := t.clustered()
	if ix == nil || ix.desc[0] {
		return nil
	}
	at := t.byID(ix.columns[0])
	low, high, found := "", "", false
	for _, c := range conjuncts(e) {
		switch c := c.(type) {
		case *syntax.Binary:
			op, key, ok := q.bound1(c, source, at)
			if !ok {
				continue
			}
			switch op {
			case "=":
				low, high, found = max(low, key), least(high, after(key)), true
			case ">=":
				low, found = max(low, key), true
			case ">":
				low, found = max(low, after(key)), true
			case "<":
				low, high, found = max(low, "\x01"), least(high, key), true
			case "<=":
				low, high, found = max(low, "\x01"), least(high, after(key)), true
			}
		case *syntax.In:
			if points := q.points(c, source, at); points != nil {
				return points
			}
		}
	}
	if !found {
		return nil
	}
	return []span{{low, high}}
}

// after is the first key behind all that begin with this one.
func after(key string) string {
	b := []byte(key)
	for i := len(b) - 1; i >= 0; i-- {
		if b[i] < 0xFF {
			b[i]++
			return string(b[:i+1])
		}
	}
	return ""
}

func least(a, b string) string {
	if a == "" || b != "" && b < a {
		return b
	}
	return a
}

var mirrored = map[string]string{"=": "=", "<": ">", ">": "<", "<=": ">=", ">=": "<="}

// bound1 is a comparison of the column with a constant, as a key.
func (q *binder) bound1(c *syntax.Binary, source relation, at int) (op, key string, ok bool) {
	if mirrored[c.Op] == "" {
		return "", "", false
	}
	x, y, op := c.X, c.Y, c.Op
	if !q.isColumn(x, source, at) {
		x, y, op = y, x, mirrored[op]
	}
	if !q.isColumn(x, source, at) || !constantExpr(y) {
		return "", "", false
	}
	key, ok = q.keyOfConstant(y, source.fields[at])
	return op, key, ok
}

func (q *binder) isColumn(e syntax.Expr, source relation, at int) bool {
	c, ok := e.(*syntax.Column)
	return ok && source.fields[at].is(c)
}

// keyOfConstant is the key of a constant if it compares in the column's own type.
func (q *binder) keyOfConstant(e syntax.Expr, f field) (string, bool) {
	x := q.value(e)
	if !x.constant {
		return "", false
	}
	column := expr{typ: f.typ, rank: 1}
	t := meet(column, x, "equal to")
	family := value.FamilyOf(f.typ)
	same := value.FamilyOf(t) == family && (family == value.Integer || family == value.GUID || family == value.Date || family == value.DateTime ||
		family == value.Binary && !strings.EqualFold(f.typ.Name, "image") ||
		family == value.Text && value.Same(t.Collation, f.typ.Collation) ||
		family == value.Decimal && t.Scale == f.typ.Scale || family == value.DateTime2 && t.Scale == f.typ.Scale)
	if !same {
		return "", false
	}
	v := x.to(widened(t)).eval(nil)
	if v == nil {
		return "", false
	}
	return value.Key(v, t), true
}

// points are the keys of IN.
func (q *binder) points(c *syntax.In, source relation, at int) []span {
	if c.Not || c.Query != nil || !q.isColumn(c.X, source, at) {
		return nil
	}
	var keys []string
	for _, e := range c.List {
		if !constantExpr(e) {
			return nil
		}
		key, ok := q.keyOfConstant(e, source.fields[at])
		if !ok {
			return nil
		}
		keys = append(keys, key)
	}
	slices.Sort(keys)
	keys = slices.Compact(keys)
	out := make([]span, len(keys))
	for i, k := range keys {
		out[i] = span{k, after(k)}
	}
	return out
}
