package tsql

import (
	"fmt"
	"slices"
	"strings"

	"archwire/internal/source/sqlserver/sqlservertest/tsql/syntax"
	"archwire/internal/source/sqlserver/sqlservertest/tsql/value"
)

// A relation is rows with names and types. rows yields them and is false when
// yield was.
type relation struct {
	fields []field
	rows   func(up *frame, yield func([]any) bool) bool
	base   *access // of a table itself
	fixed  bool    // does not look at up
}

// access is how the rows of a table are read: all, or spans of their order.
type access struct {
	table *table
	spans []span // nil is all
}

type span struct{ from, to string } // to "" is the end

// cte is a query of WITH, in the scope where it was.
type cte struct {
	syntax.CTE
	known int // of those before it
}

// rowRef is a row of a table that a statement changes.
type rowRef struct {
	place string
	row   *row
}

const (
	rowField  = "%%row%%"
	physField = "%%physloc%%"
)

// from binds FROM.
func (q *binder) from(list []syntax.Source) relation {
	if len(list) == 0 {
		return relation{fixed: true, rows: func(_ *frame, yield func([]any) bool) bool { return yield(nil) }}
	}
	r := q.source(list[0])
	for _, s := range list[1:] {
		r = q.cross(r, q.source(s))
	}
	return r
}

func (q *binder) source(s syntax.Source) relation {
	switch s := s.(type) {
	case *syntax.TableRef:
		return q.tableRef(s)
	case *syntax.Derived:
		return named(q.subrelation(s.Query), s.Alias, s.Columns)
	case *syntax.TableCall:
		return q.tableCall(s)
	case *syntax.Changes:
		return q.changeTable(s)
	case *syntax.Join:
		return q.join(s)
	}
	value.Fail(102, "Incorrect syntax near FROM.")
	return relation{}
}

// subrelation binds a query within, which sees the scopes around it.
func (q *binder) subrelation(query *syntax.Query) relation {
	inner := *q
	inner.group, inner.window = nil, nil
	return inner.query(query)
}

// named gives a relation its alias and the names of its columns.
func named(r relation, alias string, columns []string) relation {
	if columns != nil && len(columns) != len(r.fields) {
		value.Fail(8158, "'%s' has more columns than were specified in the column list.", alias)
	}
	fields := make([]field, len(r.fields))
	for i, f := range r.fields {
		fields[i] = field{alias: alias, name: f.name, typ: value.Plain(f.typ), nullable: f.nullable, table: f.table}
		if columns != nil {
			fields[i].name = columns[i]
		}
		if fields[i].name == "" {
			value.Fail(8155, "No column name was specified for column %d of '%s'.", i+1, alias)
		}
	}
	for i, f := range fields {
		for _, g := range fields[:i] {
			if value.Same(f.name, g.name) {
				value.Fail(8156, "The column '%s' was specified multiple times for '%s'.", f.name, alias)
			}
		}
	}
	r.fields = fields
	r.base = nil
	return r
}

// find looks a table up. temporary ones are in tempdb under a longer name.
func (q *binder) find(n syntax.Name) (*database, *table) {
	db, schema, name := q.split(n)
	d, ok := q.state.databases[fold(db)]
	if !ok {
		value.Fail(208, "Invalid object name '%s'.", n)
	}
	id, ok := d.names[objectKey(schema, name)]
	if !ok {
		return d, nil
	}
	return d, d.tables[id]
}

// split gives database, schema and name, with what is left out.
func (s *Session) split(n syntax.Name) (db, schema, name string) {
	db, schema, name = s.database, "dbo", n.Last()
	if k := len(n.Parts); k >= 2 && n.Parts[k-2] != "" {
		schema = n.Parts[k-2]
	}
	if k := len(n.Parts); k >= 3 && n.Parts[k-3] != "" {
		db = n.Parts[k-3]
	}
	if strings.HasPrefix(name, "#") {
		return "tempdb", "dbo", name + s.suffix()
	}
	return db, schema, name
}

// suffix tells the temporary tables of sessions apart.
func (s *Session) suffix() string { return fmt.Sprintf("%s%012X", strings.Repeat("_", 20), s.process) }

func (q *binder) tableRef(s *syntax.TableRef) relation {
	if len(s.Name.Parts) == 1 {
		if r, ok := q.cteRef(s); ok {
			return r
		}
	}
	alias := s.Alias
	if alias == "" {
		alias = s.Name.Last()
	}
	for _, h := range s.Hints {
		q.free = q.free || h == "NOLOCK" || h == "READUNCOMMITTED" || h == "READPAST"
	}
	if _, schema, name := q.split(s.Name); value.Same(schema, "sys") || value.Same(schema, "INFORMATION_SCHEMA") {
		return q.systemView(s.Name, schema, name, alias)
	}
	d, t := q.find(s.Name)
	if t == nil {
		value.Fail(208, "Invalid object name '%s'.", s.Name)
	}
	q.permit(d, t, "SELECT")
	if t.view != nil {
		return q.viewRef(d, t, alias)
	}
	return q.tableRows(d, t, alias)
}

func (q *binder) viewRef(d *database, t *table, alias string) relation {
	if q.depth > 30 {
		value.Fail(217, "Maximum stored procedure, function, trigger, or view nesting level exceeded (limit 32).")
	}
	session := *q.Session
	session.database = d.name
	inner := *q
	other := *q.batch
	other.Session, other.vars = &session, map[string]*cell{}
	inner.batch, inner.scope, inner.ctes, inner.group, inner.window, inner.trusted = &other, nil, nil, nil, nil, true
	inner.depth++
	r := inner.query(t.view.query)
	if len(r.fields) != len(t.columns) {
		value.Fail(4502, "View or function '%s' has more column names specified than columns defined.", t.name)
	}
	r.fields = slices.Clone(r.fields)
	for i := range r.fields {
		r.fields[i].alias, r.fields[i].schema, r.fields[i].db, r.fields[i].name = alias, t.schema.name, d.name, t.columns[i].name
	}
	r.base = nil
	return r
}

// tableRows reads a table of the state.
func (q *binder) tableRows(d *database, t *table, alias string) relation {
	q.used[t.id]++
	q.databases[fold(d.name)] = true
	r := relation{base: &access{table: t}, fixed: true}
	for _, c := range t.columns {
		r.fields = append(r.fields, field{
			alias: alias, schema: t.schema.name, db: d.name, name: c.name, typ: c.typ, nullable: c.nullable,
			identity: c.identity, computed: c.computed != nil, hidden: c.hidden, table: []string{t.schema.name, t.name},
		})
	}
	virtual := q.virtual(t)
	more := 0
	target := q.target == t.id && (q.targetAlias == "" || value.Same(q.targetAlias, alias))
	if q.physloc {
		r.fields = append(r.fields, field{alias: alias, name: physField, typ: value.Type{Name: "binary", Length: 8}, hidden: true})
		more++
	}
	if target {
		r.fields = append(r.fields, field{alias: alias, name: rowField, hidden: true})
		more++
	}
	a, ctx, phys := r.base, q.ctx, q.physloc
	r.rows = func(_ *frame, yield func([]any) bool) bool {
		n := 0
		visit := func(place string, row *row) bool {
			if n++; n%256 == 0 && ctx.Err() != nil {
				panic(cancelled{ctx.Err()})
			}
			values := row.values
			if more > 0 || virtual != nil {
				values = append(make([]any, 0, len(values)+more), values...)
				for i, x := range virtual {
					values[i] = x.eval(&frame{row: values})
				}
				if phys {
					values = append(values, physical(row.id))
				}
				if target {
					values = append(values, rowRef{place, row})
				}
			}
			return yield(values)
		}
		if a.spans == nil {
			return a.table.rows.scan("", "", visit)
		}
		for _, s := range a.spans {
			if !a.table.rows.scan(s.from, s.to, visit) {
				return false
			}
		}
		return true
	}
	return r
}

// virtual are the computed columns that are not stored, by their place.
func (q *binder) virtual(t *table) map[int]expr {
	var out map[int]expr
	for i, c := range t.columns {
		if c.computed == nil || c.persisted {
			continue
		}
		if out == nil {
			out = map[int]expr{}
		}
		out[i] = q.onRow(t, c.computed).to(c.typ)
	}
	return out
}

// onRow binds an expression on the columns of a table alone.
func (q *binder) onRow(t *table, e syntax.Expr) expr {
	inner := *q
	inner.scope = &scope{}
	inner.group, inner.window = nil, nil
	for _, c := range t.columns {
		inner.scope.fields = append(inner.scope.fields, field{alias: t.name, name: c.name, typ: c.typ, nullable: c.nullable})
	}
	return inner.bind(e)
}

// physical is where a row lies: page, file and slot, little-endian, fifty rows to
// a page.
func physical(id int64) []byte {
	page, slot := id/50+256, id%50
	return []byte{byte(page), byte(page >> 8), byte(page >> 16), byte(page >> 24), 1, 0, byte(slot), 0}
}

func (q *binder) cteRef(s *syntax.TableRef) (relation, bool) {
	for i := len(q.ctes) - 1; i >= 0; i-- {
		c := q.ctes[i]
		if !value.Same(c.Name, s.Name.Last()) {
			continue
		}
		inner := *q
		inner.ctes = q.ctes[:i]
		alias := s.Alias
		if alias == "" {
			alias = c.Name
		}
		return named(inner.subrelation(c.Query), alias, c.Columns), true
	}
	return relation{}, false
}
