package tsql

import (
	"encoding/hex"
	"strconv"
	"strings"
	"time"

	"archwire/internal/source/sqlserver/sqlservertest/tsql/syntax"
	"archwire/internal/source/sqlserver/sqlservertest/tsql/value"
)

// A field is one column of what a query reads.
type field struct {
	alias, schema, db string // what may stand before its name
	name              string
	typ               value.Type
	nullable          bool
	identity          bool
	computed          bool
	hidden            bool // not one of *
	table             []string
}

// A scope is what names mean in a part of a query.
type scope struct {
	fields []field
	up     *scope
	used   bool // from a query within
}

// A frame is the row that expressions look at, within those of outer queries.
type frame struct {
	row    []any
	window []any
	up     *frame
}

// An expr is bound: its type is known, and how it is computed.
type expr struct {
	typ      value.Type
	nullable bool
	cond     bool // TRUE, FALSE or NULL, and no value
	constant bool
	rank     int // of its collation: 0 coercible, 1 implicit, 2 explicit
	column   int // of the row, if it is just that; else -1
	eval     func(*frame) any
}

// binder binds the expressions of one statement as of one state.
type binder struct {
	*batch
	t       *transaction
	state   *state
	now     time.Time
	scope   *scope
	ctes    []cte
	group   *grouping
	window  *windows
	depth   int  // of views
	trusted bool // within a view, whose tables need no rights
	*notes
}

// notes are what binding finds out about a whole statement.
type notes struct {
	used        map[int32]int // tables that it reads, how often
	narrow      map[int32]int // of these, how often spans of their keys alone
	spans       map[int32][]span
	writes      bool
	databases   map[string]bool // of the tables
	free        bool            // hints say not to wait for writers
	physloc     bool            // %%physloc%% is asked for
	target      int32           // the table whose rows are changed, and its alias
	targetAlias string
	tracked     bool // change tracking is asked
}

func (b *batch) binder(t *transaction) *binder {
	return &binder{batch: b, t: t, now: b.engine.options.Now(), notes: newNotes()}
}

func newNotes() *notes {
	return &notes{used: map[int32]int{}, narrow: map[int32]int{}, spans: map[int32][]span{}, databases: map[string]bool{}}
}

// look chooses the state that a statement reads: at once where only the
// catalogue is asked, which has no versions.
func (q *binder) look() {
	if q.t.base != nil || len(q.t.steps) > 0 {
		q.state = q.t.see()
		return
	}
	q.state = q.engine.current.Load()
}

// bind binds a value or a condition.
func (q *binder) bind(e syntax.Expr) expr {
	if q.group != nil {
		if x, ok := q.grouped(e); ok {
			return x
		}
	}
	switch e := e.(type) {
	case *syntax.Literal:
		return literal(e)
	case *syntax.Var:
		return q.variable(e.Name)
	case *syntax.Column:
		return q.columnRef(e)
	case *syntax.Unary, *syntax.Binary, *syntax.Between, *syntax.Like, *syntax.IsNull:
		return q.operator(e)
	case *syntax.In:
		return q.in(e)
	case *syntax.Exists:
		return q.exists(e)
	case *syntax.Subquery:
		return q.scalar(e)
	case *syntax.Case:
		return q.caseOf(e)
	case *syntax.Cast:
		return q.cast(e)
	case *syntax.Collate:
		return q.collate(e)
	case *syntax.Call:
		return q.call(e)
	case *syntax.Method:
		return q.method(e)
	case *syntax.AtZone:
		return q.atZone(e)
	}
	value.Fail(102, "Incorrect syntax near the expression.")
	return expr{}
}

// value binds what must be a value.
func (q *binder) value(e syntax.Expr) expr {
	x := q.bind(e)
	if x.cond {
		value.Fail(102, "Incorrect syntax near the keyword 'condition'.")
	}
	return x
}

// condition binds what must be a condition.
func (q *binder) condition(e syntax.Expr) expr {
	x := q.bind(e)
	if !x.cond {
		value.Fail(4145, "An expression of non-boolean type specified in a context where a condition is expected.")
	}
	return x
}

func (q *binder) values(list []syntax.Expr) []expr {
	out := make([]expr, len(list))
	for i, e := range list {
		out[i] = q.value(e)
	}
	return out
}

// constantly is an expression of one value.
func constantly(v any, t value.Type) expr {
	return expr{typ: t, nullable: v == nil, constant: true, column: -1, eval: func(*frame) any { return v }}
}

// derived makes an expression of others: a constant if they all are.
func derived(t value.Type, from []expr, eval func(*frame) any) expr {
	x := expr{typ: value.Plain(t), column: -1, constant: true, eval: eval}
	for _, f := range from {
		x.nullable = x.nullable || f.nullable
		x.constant = x.constant && f.constant
		if value.FamilyOf(t) == value.Text && value.FamilyOf(f.typ) == value.Text {
			x.rank = max(x.rank, min(f.rank, 2))
		}
	}
	return remembered(x)
}

// remembered computes a constant once.
func remembered(x expr) expr {
	if !x.constant {
		return x
	}
	eval, done := x.eval, false
	var v any
	x.eval = func(*frame) any {
		if !done {
			v, done = eval(nil), true
		}
		return v
	}
	return x
}

func literal(l *syntax.Literal) expr {
	switch l.Kind {
	case "null":
		return constantly(nil, value.Missing)
	case "int":
		digits := strings.TrimLeft(strings.TrimPrefix(l.Text, "-"), "0")
		n, err := strconv.ParseInt(l.Text, 10, 32)
		if err == nil {
			return constantly(n, value.Literal(max(1, len(digits))))
		}
		return decimalLiteral(l.Text)
	case "decimal":
		return decimalLiteral(l.Text)
	case "float":
		f, err := strconv.ParseFloat(strings.TrimRight(l.Text, "+-eE"), 64)
		if err != nil {
			f, err = strconv.ParseFloat(l.Text, 64)
		}
		if err != nil {
			value.Fail(168, "The floating point value '%s' is out of the range of computer representation (8 bytes).", l.Text)
		}
		return constantly(f, value.FloatType)
	case "text":
		t := value.VarChar(max(1, len(value.Encode(l.Text, value.DefaultCollation))))
		if t.Length > 8000 {
			t.Length = -1
		}
		s, _ := value.Fit(l.Text, t)
		return constantly(s, t)
	case "wide":
		t := value.NVarChar(max(1, len(value.UTF16(l.Text))))
		if t.Length > 8000 {
			t.Length = -1
		}
		return constantly(l.Text, t)
	}
	text := l.Text
	if len(text)%2 == 1 {
		text = "0" + text
	}
	b, err := hex.DecodeString(text)
	if err != nil {
		value.Fail(102, "Incorrect syntax near '0x%s'.", l.Text)
	}
	t := value.VarBinary(max(1, len(b)))
	if t.Length > 8000 {
		t.Length = -1
	}
	return constantly(b, t)
}

func decimalLiteral(text string) expr {
	n, scale := one(text)
	digits := len(strings.TrimLeft(strings.TrimPrefix(n.String(), "-"), "0"))
	p := max(digits, scale, 1)
	if p > 38 {
		value.Fail(1007, "The number '%s' is out of the range for numeric representation (maximum precision 38).", text)
	}
	t := value.DecimalOf(p, scale)
	t.Name = "numeric"
	return constantly(n, t)
}

// columnRef finds a name in the scopes, from the inmost.
func (q *binder) columnRef(c *syntax.Column) expr {
	depth := 0
	for sc := q.scope; sc != nil; sc = sc.up {
		at := -1
		for i, f := range sc.fields {
			if !f.is(c) {
				continue
			}
			if at >= 0 {
				value.Fail(209, "Ambiguous column name '%s'.", c.Name)
			}
			at = i
		}
		if at >= 0 {
			if depth > 0 {
				for s, d := q.scope, depth; d > 0; s, d = s.up, d-1 {
					s.used = true
				}
			}
			return reference(sc.fields[at], at, depth)
		}
		depth++
	}
	if c.Name == physField && !q.physloc {
		q.physloc = true // the statement is bound again
		return constantly(make([]byte, 8), value.Type{Name: "binary", Length: 8})
	}
	if len(c.Qualifier) > 0 {
		full := strings.Join(append(append([]string{}, c.Qualifier...), c.Name), ".")
		if !q.qualifies(c) {
			value.Fail(4104, `The multi-part identifier "%s" could not be bound.`, full)
		}
	}
	value.Fail(207, "Invalid column name '%s'.", c.Name)
	return expr{}
}

func (q *binder) qualifies(c *syntax.Column) bool {
	for sc := q.scope; sc != nil; sc = sc.up {
		for _, f := range sc.fields {
			other := *c
			other.Name = f.name
			if f.is(&other) {
				return true
			}
		}
	}
	return false
}

// is says whether a name means the field.
func (f field) is(c *syntax.Column) bool {
	if !value.Same(f.name, c.Name) {
		return false
	}
	names := []string{f.alias, f.schema, f.db}
	for i := range c.Qualifier {
		if i >= len(names) || !value.Same(c.Qualifier[len(c.Qualifier)-1-i], names[i]) {
			return false
		}
	}
	return true
}

func reference(f field, at, depth int) expr {
	x := expr{typ: f.typ, nullable: f.nullable, column: -1, rank: 1}
	switch depth {
	case 0:
		x.column = at
		x.eval = func(fr *frame) any { return fr.row[at] }
	case 1:
		x.eval = func(fr *frame) any { return fr.up.row[at] }
	default:
		x.eval = func(fr *frame) any {
			for range depth {
				fr = fr.up
			}
			return fr.row[at]
		}
	}
	return x
}

// to converts an expression, if it is of another type.
func (x expr) to(t value.Type) expr {
	t = value.Plain(t)
	from := value.Plain(x.typ)
	if from == t || from.Name == t.Name && sameShape(from, t) {
		x.typ = t
		return x
	}
	eval := x.eval
	y := derived(t, []expr{x}, func(fr *frame) any { return value.Convert(eval(fr), from, t, 0) })
	y.rank = x.rank
	return y
}

func sameShape(a, b value.Type) bool {
	switch value.FamilyOf(a) {
	case value.Text:
		return !value.IsFixed(a) && (b.Length < 0 || a.Length > 0 && a.Length <= b.Length) && (value.IsWide(a) || a.Collation == b.Collation)
	case value.Binary:
		return a.Name == "varbinary" && (b.Length < 0 || a.Length > 0 && a.Length <= b.Length)
	case value.Decimal, value.Time, value.DateTime2, value.DateTimeOffset:
		return a.Precision == b.Precision && a.Scale == b.Scale
	case value.Variant:
		return true
	}
	return true
}

// meet is the type of two, and whose collation it has.
func meet(a, b expr, what string) value.Type {
	t := value.Meet(a.typ, b.typ)
	if value.FamilyOf(a.typ) != value.Text || value.FamilyOf(b.typ) != value.Text {
		return t
	}
	switch {
	case a.rank > b.rank:
		t.Collation = a.typ.Collation
	case b.rank > a.rank:
		t.Collation = b.typ.Collation
	case !value.Same(a.typ.Collation, b.typ.Collation) && a.rank > 0:
		value.Fail(468, `Cannot resolve the collation conflict between "%s" and "%s" in the %s operation.`, b.typ.Collation, a.typ.Collation, what)
	}
	return t
}
