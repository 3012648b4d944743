package tsql

import (
	"archwire/internal/source/sqlserver/sqlservertest/tsql/syntax"
	"archwire/internal/source/sqlserver/sqlservertest/tsql/value"
	"archwire/internal/source/sqlserver/sqlservertest/wire"
)

// evaluate computes an expression without rows, as of a type.
func (b *batch) evaluate(e syntax.Expr, t value.Type) (v any) {
	b.within(func(tr *transaction) {
		q := b.binder(tr)
		q.look()
		v = q.value(e).to(t).eval(&frame{})
	})
	return v
}

// condition computes the condition of IF or WHILE.
func (b *batch) condition(e syntax.Expr) (v bool) {
	b.within(func(tr *transaction) {
		q := b.binder(tr)
		q.look()
		x := q.condition(e)
		if q.reads() {
			q = b.binder(tr)
			q.settle(func() { x = q.condition(e) })
		}
		v = x.eval(&frame{}) == true
	})
	return v
}

func (q *binder) caseOf(e *syntax.Case) expr {
	var ifs, thens []expr
	var subject expr
	if e.X != nil {
		subject = q.value(e.X)
	}
	for _, w := range e.Whens {
		if e.X != nil {
			ifs = append(ifs, compare("=", subject, q.value(w.If)))
		} else {
			ifs = append(ifs, q.condition(w.If))
		}
		thens = append(thens, q.value(w.Then))
	}
	otherwise := constantly(nil, value.Missing)
	if e.Else != nil {
		otherwise = q.value(e.Else)
	}
	all := append(append([]expr{}, thens...), otherwise)
	t := meetAll(all)
	if allMissing(all) {
		value.Fail(8133, "At least one of the result expressions in a CASE specification must be an expression other than the NULL constant.")
	}
	for i := range thens {
		thens[i] = thens[i].to(t)
	}
	otherwise = otherwise.to(t)
	x := derived(t, append(append([]expr{}, all...), ifs...), func(fr *frame) any {
		for i := range ifs {
			if ifs[i].eval(fr) == true {
				return thens[i].eval(fr)
			}
		}
		return otherwise.eval(fr)
	})
	x.nullable = otherwise.nullable
	for _, y := range thens {
		x.nullable = x.nullable || y.nullable
	}
	return x
}

func meetAll(all []expr) value.Type {
	t := all[0]
	for _, x := range all[1:] {
		m := meet(t, x, "CASE")
		t = expr{typ: m, rank: max(t.rank, x.rank)}
	}
	return t.typ
}

func allMissing(all []expr) bool {
	for _, x := range all {
		if !value.IsMissing(x.typ) {
			return false
		}
	}
	return true
}

func (q *binder) cast(e *syntax.Cast) expr {
	t := q.typeOf(e.To, true)
	x := q.value(e.X)
	from := value.Plain(x.typ)
	rank := 0
	if value.FamilyOf(t) == value.Text {
		if value.FamilyOf(from) == value.Text {
			t.Collation, rank = from.Collation, min(x.rank, 1)
		} else {
			t.Collation = q.collation()
		}
	}
	style := constantly(int64(0), value.Int)
	if e.Style != nil {
		style = q.value(e.Style).to(value.Int)
	}
	if !convertible(from, t) && !value.IsMissing(x.typ) {
		value.Fail(529, "Explicit conversion from data type %s to %s is not allowed.", from.Name, t.Name)
	}
	eval, try := x.eval, e.Try
	y := derived(t, []expr{x, style}, func(fr *frame) any {
		n, ok := style.eval(fr).(int64)
		v := eval(fr)
		if v == nil || !ok {
			return nil
		}
		if try {
			return tryConvert(v, from, t, int(n))
		}
		return value.Convert(v, from, t, int(n))
	})
	y.rank, y.nullable = rank, x.nullable || try
	return y
}

// convertible is false for pairs that have no conversion, whatever the value.
func convertible(from, to value.Type) bool {
	f, t := value.FamilyOf(from), value.FamilyOf(to)
	switch {
	case f == value.CLR && from.Name != to.Name:
		return t == value.Binary || t == value.Text
	case from.Name == "xml" && t != value.Text && t != value.Binary:
		return false
	case t == value.Variant:
		return f != value.CLR && from.Length >= 0 && !value.IsOld(from) && from.Name != "xml"
	case value.IsOld(from) && t != value.Text && t != value.Binary:
		return false
	}
	return true
}

func tryConvert(v any, from, to value.Type, style int) (out any) {
	defer func() {
		if r := recover(); r != nil {
			if _, ok := r.(*wire.Error); !ok {
				panic(r)
			}
			out = nil
		}
	}()
	return value.Convert(v, from, to, style)
}

func (q *binder) collate(e *syntax.Collate) expr {
	x := q.value(e.X)
	if value.FamilyOf(x.typ) != value.Text {
		value.Fail(447, "Expression type %s is invalid for COLLATE clause.", value.Plain(x.typ).Name)
	}
	name := e.Name
	if value.Same(name, "DATABASE_DEFAULT") {
		name = q.collation()
	}
	if value.CodePage(name) == 0 {
		value.Fail(448, "Invalid collation '%s'.", e.Name)
	}
	t := x.typ
	t.Collation = name
	eval, wide := x.eval, value.IsWide(t)
	y := derived(t, []expr{x}, func(fr *frame) any {
		v := eval(fr)
		if s, ok := v.(string); ok && !wide {
			return value.Decode(value.Encode(s, name), name)
		}
		return v
	})
	y.rank, y.nullable = 2, x.nullable
	return y
}

// collation is that of the present database.
func (q *binder) collation() string { return q.present().options.collation }

func (q *binder) present() *database { return q.state.databases[fold(q.database)] }

// method binds x.ToString() and those of spatial types.
func (q *binder) method(e *syntax.Method) expr {
	x := q.value(e.X)
	eval, t := x.eval, value.NVarChar(-1)
	switch {
	case x.typ.Name == "hierarchyid" && e.Name == "ToString" && len(e.Args) == 0:
		t = value.NVarChar(4000)
		return derived(t, []expr{x}, func(fr *frame) any { return onBytes(eval(fr), value.HierarchyText) })
	case (x.typ.Name == "geometry" || x.typ.Name == "geography") && (e.Name == "STAsText" || e.Name == "ToString") && len(e.Args) == 0:
		return derived(t, []expr{x}, func(fr *frame) any {
			return onBytes(eval(fr), func(b []byte) string { return value.PointText(b, x.typ) })
		})
	}
	value.Fail(6506, "Could not find method '%s' for type '%s' in assembly 'Microsoft.SqlServer.Types'", e.Name, x.typ.Name)
	return expr{}
}

func onBytes(v any, f func([]byte) string) any {
	if v == nil {
		return nil
	}
	return f(v.([]byte))
}

// atZone binds AT TIME ZONE for UTC, the one zone of the double.
func (q *binder) atZone(e *syntax.AtZone) expr {
	x, z := q.value(e.X), q.value(e.Zone).to(value.NVarChar(128))
	from := x.typ
	t := value.Named("datetimeoffset", []int{scaleOr(from)}, false)
	return derived(t, []expr{x, z}, func(fr *frame) any {
		v, zone := x.eval(fr), z.eval(fr)
		if v == nil || zone == nil {
			return nil
		}
		if !value.Same(zone.(string), "UTC") {
			value.Fail(9820, "The time zone parameter '%s' provided to AT TIME ZONE clause is invalid.", zone)
		}
		if o, ok := v.(wire.Offset); ok {
			return wire.Offset{UTC: o.UTC}
		}
		return value.Convert(v, from, t, 0)
	})
}

func scaleOr(t value.Type) int {
	switch value.FamilyOf(t) {
	case value.DateTime:
		return 3
	case value.DateTime2, value.DateTimeOffset:
		return t.Scale
	}
	return 0
}
