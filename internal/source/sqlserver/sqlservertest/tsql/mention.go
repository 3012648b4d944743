package tsql

import (
	"reflect"

	"archwire/internal/source/sqlserver/sqlservertest/tsql/syntax"
	"archwire/internal/source/sqlserver/sqlservertest/wire"
)

// mentions says whether an expression has a column of these fields.
func mentions(fields []field, e syntax.Expr) bool {
	found := false
	each(e, func(x any) bool {
		if c, ok := x.(*syntax.Column); ok {
			for _, f := range fields {
				found = found || f.is(c)
			}
		}
		return !found
	})
	return found
}

// each visits an expression and what it is made of, queries included, until
// visit is false.
func each(e any, visit func(any) bool) bool {
	return walk(reflect.ValueOf(e), visit)
}

func walk(v reflect.Value, visit func(any) bool) bool {
	switch v.Kind() {
	case reflect.Interface:
		return v.IsNil() || walk(v.Elem(), visit)
	case reflect.Pointer:
		if v.IsNil() {
			return true
		}
		return visit(v.Interface()) && walk(v.Elem(), visit)
	case reflect.Slice:
		for i := range v.Len() {
			if !walk(v.Index(i), visit) {
				return false
			}
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if !walk(v.Field(i), visit) {
				return false
			}
		}
	default:
	}
	return true
}

// unbound says whether a panic is of a name that was not found.
func unbound(r any) bool {
	e, ok := r.(*wire.Error)
	return ok && (e.Number == 207 || e.Number == 4104 || e.Number == 209)
}

// constantExpr says whether an expression has no columns and no queries.
func constantExpr(e syntax.Expr) bool {
	constant := true
	each(e, func(x any) bool {
		switch x.(type) {
		case *syntax.Column, *syntax.Query:
			constant = false
		}
		return constant
	})
	return constant
}
