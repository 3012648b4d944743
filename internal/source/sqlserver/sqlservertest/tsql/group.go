package tsql

import (
	"fmt"
	"math/big"
	"reflect"
	"strings"

	"archwire/internal/source/sqlserver/sqlservertest/tsql/syntax"
	"archwire/internal/source/sqlserver/sqlservertest/tsql/value"
)

// grouping is GROUP BY: a group's row holds its keys, then its aggregates.
type grouping struct {
	source *scope
	whole  bool // all rows are one group, even if there are none
	names  []string
	keys   []expr
	sums   []*aggregate
	inside bool // within the argument of an aggregate
}

// aggregate is one COUNT, SUM ...
type aggregate struct {
	name     string
	arg      expr
	star     bool
	distinct bool
	typ      value.Type
	within   string // the separator of STRING_AGG
	key      string
}

var aggregateNames = map[string]bool{
	"COUNT": true, "COUNT_BIG": true, "SUM": true, "MIN": true, "MAX": true, "AVG": true, "STRING_AGG": true, "CHECKSUM_AGG": true,
}

// aggregates says whether there is an aggregate that is no window function,
// outside of queries within.
func aggregates(e any) bool {
	found := false
	each(e, func(x any) bool {
		switch x := x.(type) {
		case *syntax.Query:
			return false
		case *syntax.Call:
			found = found || aggregateNames[x.Name] && x.Over == nil
		}
		return !found
	})
	return found
}

// groupBy binds the keys.
func (q *binder) groupBy(list []syntax.Expr) {
	g := q.group
	for _, e := range list {
		q.group = nil
		x := q.value(e)
		q.group = g
		g.names = append(g.names, q.canon(e))
		g.keys = append(g.keys, x)
	}
}

// canon is the text by which two expressions of a query are the same.
func (q *binder) canon(e syntax.Expr) string {
	var b strings.Builder
	q.write(&b, reflect.ValueOf(e))
	return b.String()
}

func (q *binder) write(b *strings.Builder, v reflect.Value) {
	switch v.Kind() {
	case reflect.Interface, reflect.Pointer:
		if v.IsNil() {
			b.WriteString("-")
			return
		}
		if c, ok := v.Interface().(*syntax.Column); ok {
			for i, f := range q.group.source.fields {
				if f.is(c) {
					fmt.Fprintf(b, "$%d", i)
					return
				}
			}
		}
		q.write(b, v.Elem())
	case reflect.Struct:
		b.WriteString(v.Type().Name() + "(")
		for i := range v.NumField() {
			if v.Type().Field(i).Name != "Line" {
				q.write(b, v.Field(i))
				b.WriteString(",")
			}
		}
		b.WriteString(")")
	case reflect.Slice:
		for i := range v.Len() {
			q.write(b, v.Index(i))
			b.WriteString(";")
		}
	default:
		fmt.Fprintf(b, "%q", fmt.Sprint(v.Interface()))
	}
}

// grouped finds what an expression is after grouping: a key, or an aggregate.
func (q *binder) grouped(e syntax.Expr) (expr, bool) {
	g := q.group
	name := q.canon(e)
	for i, known := range g.names {
		if known == name {
			x := g.keys[i]
			x.column, x.constant = -1, false
			x.eval = func(fr *frame) any { return fr.row[i] }
			return x, true
		}
	}
	switch e := e.(type) {
	case *syntax.Call:
		if aggregateNames[e.Name] && e.Over == nil {
			return q.aggregate(e, name), true
		}
	case *syntax.Column:
		for _, f := range g.source.fields {
			if f.is(e) {
				value.Fail(8120, "Column '%s' is invalid in the select list because it is not contained in either an aggregate function or the GROUP BY clause.", strings.TrimPrefix(f.alias+"."+f.name, "."))
			}
		}
	}
	return expr{}, false
}

func (q *binder) aggregate(e *syntax.Call, name string) expr {
	g := q.group
	at := -1
	for i, a := range g.sums {
		if a.key == name {
			at = i
		}
	}
	if at < 0 {
		q.group = nil
		a := q.newAggregate(e)
		q.group = g
		a.key = name
		at = len(g.sums)
		g.sums = append(g.sums, a)
	}
	a, n := g.sums[at], len(g.keys)+at
	x := expr{typ: a.typ, nullable: a.name != "COUNT" && a.name != "COUNT_BIG", column: -1, rank: 1, eval: func(fr *frame) any { return fr.row[n] }}
	return x
}

// newAggregate binds the argument and gives the type ("Aggregate functions").
func (q *binder) newAggregate(e *syntax.Call) *aggregate {
	a := &aggregate{name: e.Name, star: e.Star, distinct: e.Distinct}
	if !e.Star {
		if len(e.Args) == 0 {
			value.Fail(174, "The %s function requires 1 argument(s).", e.Name)
		}
		a.arg = q.value(e.Args[0])
	}
	t := value.Plain(a.arg.typ)
	a.typ = t
	switch e.Name {
	case "COUNT":
		a.typ = value.Int
	case "COUNT_BIG":
		a.typ = value.BigInt
	case "SUM", "AVG":
		a.typ = sumType(t, e.Name)
	case "STRING_AGG":
		sep, _ := q.value(e.Args[1]).to(value.NVarChar(-1)).eval(nil).(string)
		a.within = sep
		a.typ = value.NVarChar(-1)
		a.arg = a.arg.to(a.typ)
	case "CHECKSUM_AGG":
		a.typ = value.Int
	default:
		if value.FamilyOf(t) == value.Bit || value.IsOld(t) || t.Name == "xml" || value.FamilyOf(t) == value.CLR {
			value.Fail(8117, "Operand data type %s is invalid for %s operator.", t.Name, strings.ToLower(e.Name))
		}
	}
	return a
}

func sumType(t value.Type, name string) value.Type {
	switch value.FamilyOf(t) {
	case value.Integer:
		if t.Name == "bigint" {
			return t
		}
		return value.Int
	case value.Decimal:
		scale := t.Scale
		if name == "AVG" {
			scale = max(6, scale)
		}
		return value.DecimalOf(38, scale)
	case value.Money:
		return value.Named("money", nil, false)
	case value.Float:
		return value.FloatType
	}
	value.Fail(8117, "Operand data type %s is invalid for %s operator.", t.Name, strings.ToLower(name))
	return t
}

// accumulator gathers the values of one aggregate in one group.
type accumulator struct {
	count int64
	value any
	sum   *big.Int
	known map[string]bool
	texts []string
}

func (c *accumulator) add(a *aggregate, fr *frame) {
	if a.star {
		c.count++
		return
	}
	v := a.arg.eval(fr)
	if v == nil {
		return
	}
	t := value.Plain(a.arg.typ)
	if a.distinct {
		k := value.Key(v, t)
		if c.known[k] {
			return
		}
		if c.known == nil {
			c.known = map[string]bool{}
		}
		c.known[k] = true
	}
	c.count++
	switch a.name {
	case "SUM", "AVG":
		c.addUp(v, t)
	case "MIN":
		if c.value == nil || value.Comparer(t)(v, c.value) < 0 {
			c.value = v
		}
	case "MAX":
		if c.value == nil || value.Comparer(t)(v, c.value) > 0 {
			c.value = v
		}
	case "STRING_AGG":
		c.texts = append(c.texts, v.(string))
	case "CHECKSUM_AGG":
		n, _ := c.value.(int64)
		c.value = n ^ value.Convert(v, t, value.Int, 0).(int64)
	}
}

func (c *accumulator) addUp(v any, t value.Type) {
	if c.sum == nil {
		c.sum = new(big.Int)
	}
	switch v := v.(type) {
	case int64:
		c.sum.Add(c.sum, big.NewInt(v))
	case *big.Int:
		c.sum.Add(c.sum, v)
	default:
		f, _ := c.value.(float64)
		c.value = f + value.Convert(v, t, value.FloatType, 0).(float64)
	}
}

func (c *accumulator) result(a *aggregate) any {
	switch a.name {
	case "COUNT":
		if c.count > 1<<31-1 {
			value.Fail(8115, "Arithmetic overflow error converting expression to data type int.")
		}
		return c.count
	case "COUNT_BIG":
		return c.count
	case "STRING_AGG":
		if c.texts == nil {
			return nil
		}
		return strings.Join(c.texts, a.within)
	case "SUM", "AVG":
		return c.total(a)
	}
	return c.value
}

func (c *accumulator) total(a *aggregate) any {
	if c.count == 0 {
		return nil
	}
	t := value.Plain(a.arg.typ)
	if value.FamilyOf(t) == value.Float {
		f, _ := c.value.(float64)
		if a.name == "AVG" {
			f /= float64(c.count)
		}
		return f
	}
	return value.Total(c.sum, c.count, t, a.typ, a.name == "AVG")
}

// run groups rows.
func (g *grouping) run(rows func(func(*frame) bool)) [][]any {
	type group struct {
		keys []any
		sums []accumulator
	}
	known := map[string]*group{}
	var order []*group
	if g.whole {
		one := &group{sums: make([]accumulator, len(g.sums))}
		known[""], order = one, append(order, one)
	}
	rows(func(fr *frame) bool {
		var b []byte
		for _, k := range g.keys {
			b = value.AppendKey(b, k.eval(fr), k.typ)
		}
		found, ok := known[string(b)]
		if !ok {
			found = &group{keys: evaluated(g.keys, fr), sums: make([]accumulator, len(g.sums))}
			known[string(b)], order = found, append(order, found)
		}
		for i, a := range g.sums {
			found.sums[i].add(a, fr)
		}
		return true
	})
	out := make([][]any, len(order))
	for i, group := range order {
		row := append(make([]any, 0, len(group.keys)+len(g.sums)), group.keys...)
		for j, a := range g.sums {
			row = append(row, group.sums[j].result(a))
		}
		out[i] = row
	}
	return out
}
