package tsql

import (
	"archwire/internal/source/sqlserver/sqlservertest/tsql/syntax"
	"archwire/internal/source/sqlserver/sqlservertest/tsql/value"
)

// choiceFunctions choose among their arguments. IIF is in call, for its first
// argument is a condition.
var choiceFunctions = map[string]function{
	"ISNULL":    {2, 2, isNull},
	"COALESCE":  {2, -1, coalesce},
	"NULLIF":    {2, 2, nullIf},
	"CHOOSE":    {2, -1, choose},
	"GREATEST":  {1, -1, func(_ *binder, a []expr) expr { return extreme(a, 1) }},
	"LEAST":     {1, -1, func(_ *binder, a []expr) expr { return extreme(a, -1) }},
	"ISNUMERIC": {1, 1, isNumeric},
}

// isNull is of the type of its first argument.
func isNull(_ *binder, args []expr) expr {
	t := value.Plain(args[0].typ)
	if value.IsMissing(args[0].typ) {
		t = value.Plain(args[1].typ)
	}
	if value.FamilyOf(t) == value.Text && args[1].rank > args[0].rank && value.FamilyOf(args[1].typ) == value.Text {
		t.Collation = args[1].typ.Collation
	}
	x, y := args[0].to(t), args[1].to(t)
	r := derived(t, []expr{x, y}, func(fr *frame) any {
		if v := x.eval(fr); v != nil {
			return v
		}
		return y.eval(fr)
	})
	r.nullable = args[1].nullable && args[0].nullable
	return r
}

func coalesce(_ *binder, args []expr) expr {
	if allMissing(args) {
		value.Fail(4127, "At least one of the arguments to COALESCE must be an expression that is not the NULL constant.")
	}
	t := meetAll(args)
	nullable := true
	for i := range args {
		nullable = nullable && args[i].nullable
		args[i] = args[i].to(t)
	}
	r := derived(t, args, func(fr *frame) any {
		for _, a := range args {
			if v := a.eval(fr); v != nil {
				return v
			}
		}
		return nil
	})
	r.nullable = nullable
	return r
}

func nullIf(_ *binder, args []expr) expr {
	same := compare("=", args[0], args[1])
	x := args[0]
	r := derived(x.typ, args, func(fr *frame) any {
		if same.eval(fr) == true {
			return nil
		}
		return x.eval(fr)
	})
	r.nullable = true
	return r
}

func choose(_ *binder, args []expr) expr {
	t := meetAll(args[1:])
	n := args[0].to(value.BigInt)
	list := as(args[1:])
	for i := range list {
		list[i] = list[i].to(t)
	}
	r := derived(t, args, func(fr *frame) any {
		i, ok := n.eval(fr).(int64)
		if !ok || i < 1 || i > int64(len(list)) {
			return nil
		}
		return list[i-1].eval(fr)
	})
	r.nullable = true
	return r
}

func extreme(args []expr, sign int) expr {
	t := meetAll(args)
	for i := range args {
		args[i] = args[i].to(t)
	}
	order := value.Comparer(t)
	return derived(t, args, func(fr *frame) any {
		var best any
		for _, a := range args {
			if v := a.eval(fr); v != nil && (best == nil || order(v, best)*sign > 0) {
				best = v
			}
		}
		return best
	})
}

func isNumeric(_ *binder, args []expr) expr {
	from := value.Plain(args[0].typ)
	r := derived(value.Int, args, func(fr *frame) any {
		if v := args[0].eval(fr); v != nil && tryConvert(v, from, value.FloatType, 0) != nil {
			return int64(1)
		}
		return int64(0)
	})
	r.nullable = false
	return r
}

// iif binds IIF.
func (q *binder) iif(e *syntax.Call) expr {
	if len(e.Args) != 3 {
		value.Fail(174, "The iif function requires 3 argument(s).")
	}
	return q.caseOf(&syntax.Case{Whens: []syntax.When{{If: e.Args[0], Then: e.Args[1]}}, Else: e.Args[2]})
}
