package tsql

import (
	"archwire/internal/source/sqlserver/sqlservertest/tsql/syntax"
	"archwire/internal/source/sqlserver/sqlservertest/tsql/value"
)

// tableCall binds functions that return rows.
func (q *binder) tableCall(s *syntax.TableCall) relation {
	args := q.values(s.Args)
	switch fold(s.Name.Last()) {
	case "dm_db_stats_histogram":
		if len(args) != 2 {
			value.Fail(313, "An insufficient number of arguments were supplied for the procedure or function %s.", s.Name)
		}
		r := typedFields("object_id int, stats_id int, step_number int, range_high_key sql_variant, range_rows real, equal_rows real, distinct_range_rows bigint, average_range_rows real")
		r.rows = q.histogramRows(args)
		return aliased(r, s)
	case "string_split":
		r := typedFields("value text")
		text, sep := args[0].to(value.NVarChar(-1)), args[1].to(value.NVarChar(1))
		r.rows = func(up *frame, yield func([]any) bool) bool {
			return split(text.eval(upOf(up)), sep.eval(upOf(up)), yield)
		}
		return aliased(r, s)
	case "generate_series":
		t := value.Plain(args[0].typ)
		r := relation{fields: []field{{name: "value", typ: t}}}
		from, to := args[0].to(value.BigInt), args[1].to(value.BigInt)
		r.rows = func(up *frame, yield func([]any) bool) bool {
			a, _ := from.eval(upOf(up)).(int64)
			b, _ := to.eval(upOf(up)).(int64)
			for i := a; i <= b; i++ {
				if !yield([]any{i}) {
					return false
				}
			}
			return true
		}
		return aliased(r, s)
	}
	value.Fail(208, "Invalid object name '%s'.", s.Name)
	return relation{}
}

func aliased(r relation, s *syntax.TableCall) relation {
	alias := s.Alias
	if alias == "" {
		alias = s.Name.Last()
	}
	return named(r, alias, s.Columns)
}

func split(text, sep any, yield func([]any) bool) bool {
	s, ok := text.(string)
	by, _ := sep.(string)
	if !ok {
		return true
	}
	if len(by) != 1 {
		value.Fail(214, "Procedure expects parameter 'separator' of type 'nchar(1)/nvarchar(1)'.")
	}
	for {
		i := 0
		for i < len(s) && s[i] != by[0] {
			i++
		}
		if !yield([]any{s[:i]}) {
			return false
		}
		if i == len(s) {
			return true
		}
		s = s[i+1:]
	}
}

// typedFields makes the fields of a list like that of a systemView.
func typedFields(columns string) relation {
	r := relation{}
	for _, c := range splitColumns(columns) {
		r.fields = append(r.fields, field{name: c[0], typ: catalogType(c[1]), nullable: true})
	}
	return r
}

func (q *binder) histogramRows(args []expr) func(*frame, func([]any) bool) bool {
	object, stats := args[0].to(value.Int), args[1].to(value.Int)
	d := q.metadata().databases[fold(q.database)]
	return func(up *frame, yield func([]any) bool) bool {
		id, _ := object.eval(upOf(up)).(int64)
		number, _ := stats.eval(upOf(up)).(int64)
		t, ok := d.tables[int32(id)]
		if !ok || !q.may(d, t, "SELECT") {
			return true
		}
		for _, ix := range t.indexes {
			if int64(ix.id) != number {
				continue
			}
			for _, row := range histogram(t, ix) {
				if !yield(row) {
					return false
				}
			}
		}
		return true
	}
}

// changeTable binds CHANGETABLE.
func (q *binder) changeTable(s *syntax.Changes) relation {
	d, t := q.find(s.Table)
	if t == nil {
		value.Fail(208, "Invalid object name '%s'.", s.Table)
	}
	if t.view != nil {
		value.Fail(22107, "Object '%s' is of a data type that is not supported by the CHANGETABLE function. The object must be a user-defined table.", s.Table)
	}
	if t.track == nil {
		value.Fail(22105, "Change tracking is not enabled on table '%s'.", s.Table)
	}
	q.permit(d, t, "SELECT")
	q.permit(d, t, "VIEW CHANGE TRACKING")
	q.used[t.id]++
	q.databases[fold(d.name)], q.tracked = true, true
	if s.Version {
		return q.rowVersionOf(s, t)
	}
	r := relation{fixed: true, fields: changeFields()}
	for _, id := range t.primary().columns {
		c := t.columns[t.byID(id)]
		r.fields = append(r.fields, field{name: c.name, typ: c.typ})
	}
	since := q.value(s.Since).to(value.BigInt)
	changes := t.track.changes
	r.rows = func(up *frame, yield func([]any) bool) bool {
		from, _ := since.eval(upOf(up)).(int64)
		return changes.scan("", "", func(_ string, c change) bool {
			return c.version <= from || yield(append(c.columns(from), c.values...))
		})
	}
	return named(r, s.Alias, s.Columns)
}

func changeFields() []field {
	return []field{
		{name: "SYS_CHANGE_VERSION", typ: value.BigInt, nullable: true},
		{name: "SYS_CHANGE_CREATION_VERSION", typ: value.BigInt, nullable: true},
		{name: "SYS_CHANGE_OPERATION", typ: value.Type{Name: "nchar", Length: 2, Collation: value.DefaultCollation}, nullable: true},
		{name: "SYS_CHANGE_COLUMNS", typ: value.VarBinary(4100), nullable: true},
		{name: "SYS_CHANGE_CONTEXT", typ: value.VarBinary(128), nullable: true},
	}
}

// columns are those before the key. The mask of columns is NULL: all may have
// changed.
func (c change) columns(since int64) []any {
	var created any
	if c.created > since {
		created = c.created
	}
	return []any{c.version, created, c.seen(since), nil, nil}
}

// rowVersionOf is CHANGETABLE(VERSION ...): the last change of one row.
func (q *binder) rowVersionOf(s *syntax.Changes, t *table) relation {
	ix := t.primary()
	r := relation{fields: []field{{name: "SYS_CHANGE_VERSION", typ: value.BigInt, nullable: true}, {name: "SYS_CHANGE_CONTEXT", typ: value.VarBinary(128), nullable: true}}}
	keys := make([]expr, len(ix.columns))
	for n, id := range ix.columns {
		c := t.columns[t.byID(id)]
		for i, name := range s.Keys {
			if value.Same(name, c.name) && i < len(s.Values) {
				keys[n] = q.value(s.Values[i]).to(c.typ)
			}
		}
		if keys[n].eval == nil {
			value.Fail(22110, "The number of columns specified in the CHANGETABLE(VERSION ...) function does not match the number of primary key columns for table '%s'.", s.Table)
		}
		r.fields = append(r.fields, field{name: c.name, typ: c.typ})
	}
	r.rows = func(up *frame, yield func([]any) bool) bool {
		values := make([]any, len(t.columns))
		found := evaluated(keys, upOf(up))
		for n, id := range ix.columns {
			values[t.byID(id)] = found[n]
		}
		var version any
		if c, ok := t.track.changes.get(t.keyOf(ix, values)); ok {
			version = c.version
		}
		return yield(append([]any{version, nil}, found...))
	}
	return named(r, s.Alias, s.Columns)
}
