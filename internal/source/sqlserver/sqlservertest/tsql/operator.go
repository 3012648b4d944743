package tsql

import (
	"regexp"
	"strings"

	"archwire/internal/source/sqlserver/sqlservertest/tsql/syntax"
	"archwire/internal/source/sqlserver/sqlservertest/tsql/value"
)

func (q *binder) operator(e syntax.Expr) expr {
	switch e := e.(type) {
	case *syntax.Unary:
		return q.unary(e)
	case *syntax.Binary:
		switch e.Op {
		case "AND", "OR":
			return q.logical(e)
		case "=", "<>", "<", ">", "<=", ">=", "IS DISTINCT", "IS NOT DISTINCT":
			return compare(e.Op, q.value(e.X), q.value(e.Y))
		}
		return q.arithmetic(e.Op, q.value(e.X), q.value(e.Y))
	case *syntax.Between:
		x := q.value(e.X)
		low, high := compare(">=", x, q.value(e.Low)), compare("<=", x, q.value(e.High))
		both := and(low, high)
		if e.Not {
			return not(both)
		}
		return both
	case *syntax.Like:
		return q.like(e)
	case *syntax.IsNull:
		x := q.value(e.X)
		eval, negated := x.eval, e.Not
		return condition([]expr{x}, func(fr *frame) any { return (eval(fr) == nil) != negated })
	}
	return expr{}
}

func condition(from []expr, eval func(*frame) any) expr {
	x := derived(value.BitType, from, eval)
	x.cond = true
	return x
}

func not(x expr) expr {
	eval := x.eval
	return condition([]expr{x}, func(fr *frame) any {
		if v := eval(fr); v != nil {
			return !v.(bool)
		}
		return nil
	})
}

func and(a, b expr) expr {
	x, y := a.eval, b.eval
	return condition([]expr{a, b}, func(fr *frame) any {
		v := x(fr)
		if v == false {
			return false
		}
		w := y(fr)
		if w == false {
			return false
		}
		if v == nil || w == nil {
			return nil
		}
		return true
	})
}

func or(a, b expr) expr {
	x, y := a.eval, b.eval
	return condition([]expr{a, b}, func(fr *frame) any {
		v := x(fr)
		if v == true {
			return true
		}
		w := y(fr)
		if w == true {
			return true
		}
		if v == nil || w == nil {
			return nil
		}
		return false
	})
}

func (q *binder) logical(e *syntax.Binary) expr {
	a, b := q.condition(e.X), q.condition(e.Y)
	if e.Op == "AND" {
		return and(a, b)
	}
	return or(a, b)
}

func (q *binder) unary(e *syntax.Unary) expr {
	if e.Op == "NOT" {
		return not(q.condition(e.X))
	}
	x := q.value(e.X)
	switch e.Op {
	case "-":
		if value.Numeric(x.typ) {
			zero := constantly(int64(0), value.Int)
			t := value.Plain(x.typ)
			if value.FamilyOf(t) == value.Bit {
				t = value.Int
			}
			eval, from := x.eval, value.Plain(x.typ)
			return derived(t, []expr{x}, func(fr *frame) any {
				v := eval(fr)
				if v == nil {
					return nil
				}
				return value.Operate("-", zero.eval(fr), v, value.Int, from, t)
			})
		}
		value.Fail(8117, "Operand data type %s is invalid for minus operator.", x.typ.Name)
	case "~":
		eval := x.eval
		return derived(x.typ, []expr{x}, func(fr *frame) any {
			switch v := eval(fr).(type) {
			case int64:
				if x.typ.Name == "tinyint" {
					return v ^ 0xFF
				}
				return ^v
			case bool:
				return !v
			}
			return nil
		})
	}
	return x
}

var comparing = map[string]string{
	"=": "equal to", "<>": "not equal to", "<": "less than", ">": "greater than", "<=": "less than or equal to", ">=": "greater than or equal to",
}

// compare binds a comparison: both sides become of one type.
func compare(op string, a, b expr) expr {
	t := meet(a, b, comparing[op])
	for _, x := range []expr{a, b} {
		if value.IsOld(x.typ) && !value.IsMissing(a.typ) && !value.IsMissing(b.typ) {
			value.Fail(402, "The data types %s and %s are incompatible in the %s operator.", a.typ.Name, b.typ.Name, comparing[op])
		}
		if f := value.FamilyOf(x.typ); x.typ.Name == "xml" || f == value.CLR && x.typ.Name != "hierarchyid" {
			value.Fail(305, "The %s data type cannot be compared or sorted, except when using the IS NULL operator.", x.typ.Name)
		}
	}
	x, y, order := a.to(widened(t)).eval, b.to(widened(t)).eval, value.Comparer(t)
	return condition([]expr{a, b}, func(fr *frame) any {
		v, w := x(fr), y(fr)
		if v == nil || w == nil {
			switch op {
			case "IS DISTINCT":
				return (v == nil) != (w == nil)
			case "IS NOT DISTINCT":
				return (v == nil) == (w == nil)
			}
			return nil
		}
		n := order(v, w)
		switch op {
		case "=", "IS NOT DISTINCT":
			return n == 0
		case "<>", "IS DISTINCT":
			return n != 0
		case "<":
			return n < 0
		case ">":
			return n > 0
		case "<=":
			return n <= 0
		}
		return n >= 0
	})
}

// widened is a type to compare in: lengths cut nothing.
func widened(t value.Type) value.Type {
	switch value.FamilyOf(t) {
	case value.Text:
		if value.IsFixed(t) {
			t.Name = strings.Replace(t.Name, "char", "varchar", 1)
		}
		t.Length = -1
	case value.Binary:
		t.Name, t.Length = "varbinary", -1
	}
	return t
}

// arithmetic binds + - * / % & | ^.
func (q *binder) arithmetic(op string, a, b expr) expr {
	fa, fb := value.FamilyOf(a.typ), value.FamilyOf(b.typ)
	if op == "+" && (fa == value.Text || fb == value.Text || fa == value.Binary && fb == value.Binary) && !value.Numeric(typed(a, b)) && !value.Numeric(typed(b, a)) {
		return q.concat(a, b)
	}
	for _, f := range []value.Family{fa, fb} {
		if f == value.SmallDateTime || f == value.DateTime {
			return q.addDays(op, a, b)
		}
	}
	result := value.Result(op, a.typ, b.typ)
	if value.FamilyOf(result) == value.Text || !value.Numeric(result) {
		value.Fail(402, "The data types %s and %s are incompatible in the %s operator.", value.Plain(a.typ).Name, value.Plain(b.typ).Name, op)
	}
	ta, tb := a.typ, b.typ
	x, y := a.eval, b.eval
	if !value.Numeric(ta) {
		ta = result
		x = a.to(result).eval
	}
	if !value.Numeric(tb) {
		tb = result
		y = b.to(result).eval
	}
	return derived(result, []expr{a, b}, func(fr *frame) any {
		v := x(fr)
		if v == nil {
			return nil
		}
		w := y(fr)
		if w == nil {
			return nil
		}
		return value.Operate(op, v, w, ta, tb, result)
	})
}

// typed is a's type unless it is a NULL literal.
func typed(a, b expr) value.Type {
	if value.IsMissing(a.typ) {
		return b.typ
	}
	return a.typ
}

func (q *binder) addDays(op string, a, b expr) expr {
	t := value.Meet(a.typ, b.typ)
	if op != "+" && op != "-" {
		value.Fail(8117, "Operand data type %s is invalid for the operator.", t.Name)
	}
	x, y := a.to(value.Datetime).eval, b.to(value.Datetime).eval
	return derived(t, []expr{a, b}, func(fr *frame) any {
		v, w := x(fr), y(fr)
		if v == nil || w == nil {
			return nil
		}
		n := w.(int64)
		if op == "-" {
			n = -n
		}
		return value.Convert(v.(int64)+n, value.Datetime, t, 0)
	})
}

// concat joins text, or bytes; what passes 8000 bytes is cut unless a side is
// max.
func (q *binder) concat(a, b expr) expr {
	if value.IsMissing(a.typ) {
		a.typ = b.typ
	}
	if value.IsMissing(b.typ) {
		b.typ = a.typ
	}
	t := joined(a, b)
	x, y := a.to(unbounded(t)).eval, b.to(unbounded(t)).eval
	r := derived(t, []expr{a, b}, func(fr *frame) any {
		v := x(fr)
		if v == nil {
			return nil
		}
		w := y(fr)
		if w == nil {
			return nil
		}
		if s, ok := v.(string); ok {
			out, _ := value.Fit(s+w.(string), t)
			return out
		}
		return append(append([]byte{}, v.([]byte)...), w.([]byte)...)
	})
	return r
}

func unbounded(t value.Type) value.Type {
	t.Length = -1
	return t
}

// joined is the type of two texts one behind the other.
func joined(a, b expr) value.Type {
	t := meet(a, b, "add")
	switch value.FamilyOf(t) {
	case value.Text:
		t.Name = strings.Replace(strings.Replace(t.Name, "var", "", 1), "char", "varchar", 1)
	case value.Binary:
		t.Name = "varbinary"
	default:
		value.Fail(402, "The data types %s and %s are incompatible in the add operator.", a.typ.Name, b.typ.Name)
	}
	length := func(x value.Type) int {
		switch {
		case x.Length < 0 || value.IsOld(x):
			return -1
		case value.IsWide(t) && !value.IsWide(x):
			return 2 * x.Length
		}
		return x.Length
	}
	n, m := length(a.typ), length(b.typ)
	t.Length = min(n+m, 8000)
	if n < 0 || m < 0 {
		t.Length = -1
	}
	return t
}

// like binds LIKE: %, _, [set], [^set] and the escape character.
func (q *binder) like(e *syntax.Like) expr {
	x, p := q.value(e.X), q.value(e.Pattern)
	t := meet(x, p, "like")
	escape := constantly(nil, value.Missing)
	if e.Escape != nil {
		escape = q.value(e.Escape)
	}
	text, pattern := x.to(value.NVarChar(-1)).eval, p.to(value.NVarChar(-1)).eval
	sensitive := strings.Contains(strings.ToUpper(t.Collation), "_CS") || strings.Contains(strings.ToUpper(t.Collation), "_BIN")
	known := map[string]*regexp.Regexp{}
	negated := e.Not
	return condition([]expr{x, p}, func(fr *frame) any {
		v, w := text(fr), pattern(fr)
		if v == nil || w == nil {
			return nil
		}
		esc, _ := escape.eval(fr).(string)
		re, ok := known[w.(string)]
		if !ok {
			re = likePattern(w.(string), esc, sensitive)
			known[w.(string)] = re
		}
		return re.MatchString(v.(string)) != negated
	})
}

func likePattern(p, escape string, sensitive bool) *regexp.Regexp {
	var b strings.Builder
	b.WriteString("(?s)")
	if !sensitive {
		b.WriteString("(?i)")
	}
	b.WriteString("^")
	runes := []rune(p)
	for i := 0; i < len(runes); i++ {
		r := runes[i]
		switch {
		case escape != "" && string(r) == escape && i+1 < len(runes):
			i++
			b.WriteString(regexp.QuoteMeta(string(runes[i])))
		case r == '%':
			b.WriteString(".*")
		case r == '_':
			b.WriteString(".")
		case r == '[':
			end := i + 1
			for end < len(runes) && runes[end] != ']' {
				end++
			}
			if end == len(runes) {
				b.WriteString(`\[`)
				continue
			}
			set := strings.ReplaceAll(strings.ReplaceAll(string(runes[i+1:end]), `\`, `\\`), "[", `\[`)
			b.WriteString("[" + set + "]")
			i = end
		default:
			b.WriteString(regexp.QuoteMeta(string(r)))
		}
	}
	b.WriteString(" *$")
	re, err := regexp.Compile(b.String())
	if err != nil {
		return regexp.MustCompile(`[^\s\S]`)
	}
	return re
}
