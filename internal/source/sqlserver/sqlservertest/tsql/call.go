package tsql

import (
	"strings"

	"archwire/internal/source/sqlserver/sqlservertest/tsql/syntax"
	"archwire/internal/source/sqlserver/sqlservertest/tsql/value"
)

// function binds a call whose arguments are bound.
type function struct {
	least, most int
	bind        func(q *binder, args []expr) expr
}

// functions are those of T-SQL by their names, from the tables of their files.
func functions(name string) (function, bool) {
	for _, table := range []map[string]function{textFunctions, numberFunctions, dateFunctions, systemFunctions, catalogFunctions, choiceFunctions} {
		if f, ok := table[name]; ok {
			return f, true
		}
	}
	return function{}, false
}

// call binds a call of a function.
func (q *binder) call(e *syntax.Call) expr {
	switch {
	case e.Over != nil:
		return q.windowed(e)
	case aggregateNames[e.Name]:
		if q.group != nil {
			return q.aggregate(e, q.canon(e))
		}
		value.Fail(147, "An aggregate may not appear in the WHERE clause unless it is in a subquery contained in a HAVING clause or a select list, and the column being aggregated is an outer reference.")
	case strings.HasPrefix(e.Name, "::"):
		return q.static(e)
	case e.Name == "IIF":
		return q.iif(e)
	}
	if x, ok := q.dateCall(e); ok {
		return x
	}
	f, ok := functions(e.Name)
	if !ok || e.Schema != "" && !value.Same(e.Schema, "sys") {
		if e.Schema != "" {
			value.Fail(4121, `Cannot find either column "%s" or the user-defined function or aggregate "%s.%s", or the name is ambiguous.`, e.Schema, e.Schema, strings.ToLower(e.Name))
		}
		value.Fail(195, "'%s' is not a recognized built-in function name.", e.Name)
	}
	if len(e.Args) < f.least || f.most >= 0 && len(e.Args) > f.most {
		value.Fail(174, "The %s function requires %d argument(s).", strings.ToLower(e.Name), f.least)
	}
	return f.bind(q, q.values(e.Args))
}

// nullable functions of values: NULL where an argument is.
func strict(t value.Type, args []expr, f func(v []any) any) expr {
	return derived(t, args, func(fr *frame) any {
		v := make([]any, len(args))
		for i, a := range args {
			if v[i] = a.eval(fr); v[i] == nil {
				return nil
			}
		}
		return f(v)
	})
}

// as converts arguments.
func as(args []expr, types ...value.Type) []expr {
	out := make([]expr, len(args))
	for i, a := range args {
		out[i] = a
		if i < len(types) && types[i].Name != "" {
			out[i] = a.to(types[i])
		}
	}
	return out
}

// textual is the type of an argument as text: itself, or nvarchar.
func textual(x expr) value.Type {
	if value.FamilyOf(x.typ) == value.Text && !value.IsMissing(x.typ) {
		if value.IsOld(x.typ) {
			return value.NVarChar(-1)
		}
		return x.typ
	}
	return value.VarChar(8000)
}

// varying is a type of text of any length up to n.
func varying(t value.Type, length int) value.Type {
	if value.IsWide(t) {
		t.Name = "nvarchar"
	} else {
		t.Name = "varchar"
	}
	t.Length = length
	return t
}

// static binds a static method of a CLR type.
func (q *binder) static(e *syntax.Call) expr {
	args := q.values(e.Args)
	name := strings.TrimPrefix(e.Name, "::")
	switch {
	case value.Same(e.Schema, "hierarchyid") && name == "PARSE" && len(args) == 1:
		return strict(value.Named("hierarchyid", nil, false), as(args, value.NVarChar(4000)), func(v []any) any { return value.HierarchyBytes(v[0].(string)) })
	case value.Same(e.Schema, "hierarchyid") && name == "GETROOT":
		return constantly([]byte{}, value.Named("hierarchyid", nil, false))
	case (value.Same(e.Schema, "geometry") || value.Same(e.Schema, "geography")) && (name == "STGEOMFROMTEXT" || name == "PARSE"):
		t := value.Named(strings.ToLower(e.Schema), nil, false)
		return strict(t, as(args, value.NVarChar(-1), value.Int), func(v []any) any {
			srid := int64(0)
			if t.Name == "geography" {
				srid = 4326
			}
			if len(v) > 1 {
				srid = v[1].(int64)
			}
			return value.PointBytes(v[0].(string), srid, t)
		})
	}
	value.Fail(6506, "Could not find method '%s' for type '%s' in assembly 'Microsoft.SqlServer.Types'", name, e.Schema)
	return expr{}
}
