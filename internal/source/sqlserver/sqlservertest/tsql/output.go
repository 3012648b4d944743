package tsql

import (
	"archwire/internal/source/sqlserver/sqlservertest/tsql/syntax"
	"archwire/internal/source/sqlserver/sqlservertest/tsql/value"
	"archwire/internal/source/sqlserver/sqlservertest/wire"
)

// settle binds a statement that reads tables, once the transaction may look: it
// waits for writers where the isolation level says so, and begins the snapshot.
func (q *binder) settle(bind func()) {
	for name := range q.databases {
		q.allowed(name)
	}
	if q.waits() {
		q.engine.settled(q.ctx, q.t, q.areas())
	}
	q.state = q.t.see()
	if q.t.snapshot {
		q.unaltered()
	}
	bind()
}

// areas are the parts of tables that the statement reads: whom it writes to it
// locks row by row.
func (q *binder) areas() map[int32][]span {
	out := map[int32][]span{}
	for id, n := range q.used {
		switch {
		case id == q.target && n == 1:
		case q.narrow[id] == n:
			out[id] = q.spans[id]
		default:
			out[id] = nil
		}
	}
	return out
}

// reads says whether the statement needs more than the catalogue.
func (q *binder) reads() bool { return len(q.used) > 0 || q.tracked || q.writes }

// allowed checks the isolation level for a database.
func (q *binder) allowed(name string) {
	d := q.engine.current.Load().databases[fold(name)]
	if d == nil {
		return
	}
	if q.isolation == "SNAPSHOT" && q.t.depth > 0 && !q.t.snapshot {
		panic(doomed(3951, 16, "Transaction failed in database '%s' because the statement was run under snapshot isolation but the transaction did not start in snapshot isolation. You cannot change the isolation level of the transaction to snapshot after the transaction has started unless the transaction was originally started under snapshot isolation level.", d.name))
	}
	if q.t.snapshot && !d.options.snapshot {
		panic(doomed(3952, 16, "Snapshot isolation transaction failed accessing database '%s' because snapshot isolation is not allowed in this database. Use ALTER DATABASE to allow snapshot isolation.", d.name))
	}
}

// waits says whether readers wait for writers.
func (q *binder) waits() bool {
	if q.t.snapshot || q.free || q.isolation == "READ UNCOMMITTED" {
		return false
	}
	for name := range q.databases {
		if d := q.engine.current.Load().databases[name]; d != nil && (!d.options.readCommittedSnapshot || q.isolation != "READ COMMITTED") {
			return true
		}
	}
	return false
}

// unaltered fails where a table was defined anew since the snapshot began.
func (q *binder) unaltered() {
	newest := q.engine.current.Load()
	for name := range q.databases {
		d := newest.databases[name]
		for id := range q.used {
			if d == nil || q.t.base.databases[name] == nil {
				continue
			}
			was := q.t.base.databases[name].tables[id]
			is := d.tables[id]
			if was != nil && (is == nil || is.defined != was.defined) {
				panic(doomed(3961, 16, "Snapshot isolation transaction failed in database '%s' because the object accessed by the statement has been modified by a DDL statement in another concurrent transaction since the start of this transaction.  It is disallowed because the metadata is not versioned. A concurrent update to metadata can lead to inconsistency if mixed with snapshot isolation.", d.name))
			}
		}
	}
}

// bound binds in one go what only asks the catalogue, else once more after
// settling.
func (b *batch) bound(t *transaction, bind func(q *binder)) *binder {
	q := b.binder(t)
	q.look()
	bind(q)
	if !q.reads() && !q.physloc {
		return q
	}
	again := b.binder(t)
	again.notes = q.notes
	again.settle(func() { bind(again) })
	return again
}

// selects runs a query at the top: it sends rows, or sets variables, or makes a
// table of them.
func (b *batch) selects(query *syntax.Query) {
	s, plain := query.Body.(*syntax.Select)
	switch {
	case plain && s.Into != nil:
		b.selectInto(query, s)
		return
	case plain && assigns(s):
		b.assign(query, s)
		return
	}
	b.within(func(t *transaction) {
		var r relation
		b.bound(t, func(q *binder) { r = q.query(query) })
		n := b.emit(r)
		b.finish(n, true)
	})
}

func (b *batch) emit(r relation) int64 {
	columns := make([]wire.Column, 0, len(r.fields))
	fields := make([]field, 0, len(r.fields))
	for _, f := range r.fields {
		if !f.hidden {
			fields = append(fields, f)
			columns = append(columns, wire.Column{Name: f.name, Type: outType(f.typ), Nullable: f.nullable, Computed: f.computed, Identity: f.identity, Table: f.table})
		}
	}
	if err := b.out.Columns(columns); err != nil {
		panic(cancelled{err})
	}
	var n int64
	if b.formatOnly {
		return 0
	}
	fix := outward(fields)
	r.rows(nil, func(row []any) bool {
		if b.rowCount > 0 && n >= int64(b.rowCount) {
			return false
		}
		if n++; n%64 == 0 && b.ctx.Err() != nil {
			panic(cancelled{b.ctx.Err()})
		}
		if err := b.out.Row(fix(row)); err != nil {
			panic(cancelled{err})
		}
		return true
	})
	return n
}

func outType(t value.Type) value.Type {
	t = value.Plain(t)
	switch t.Name {
	case "hierarchyid", "geometry", "geography":
		class := map[string]string{"hierarchyid": "SqlHierarchyId", "geometry": "SqlGeometry", "geography": "SqlGeography"}[t.Name]
		t.UDT = "Microsoft.SqlServer.Types." + class + ", Microsoft.SqlServer.Types, Version=11.0.0.0, Culture=neutral, PublicKeyToken=89845dcd8080cc91"
	}
	return t
}

// outward turns text that is no UTF-8 into the bytes that the wire has for it.
func outward(fields []field) func([]any) []any {
	var wide []int
	for i, f := range fields {
		if value.FamilyOf(f.typ) == value.Text && value.IsWide(f.typ) {
			wide = append(wide, i)
		}
	}
	return func(row []any) []any {
		row = row[:len(fields)]
		for _, i := range wide {
			if s, ok := row[i].(string); ok && !value.Whole(s) {
				row = append([]any{}, row...)
				row[i] = value.WideBytes(s)
			}
		}
		return row
	}
}

func assigns(s *syntax.Select) bool {
	for _, i := range s.Items {
		if i.Assign != "" {
			return true
		}
	}
	return false
}

// assign runs SELECT @x = ...: the last row counts.
func (b *batch) assign(query *syntax.Query, s *syntax.Select) {
	cells := make([]*cell, len(s.Items))
	for i, item := range s.Items {
		c, ok := b.vars[fold(item.Assign)]
		if item.Assign == "" {
			value.Fail(141, "A SELECT statement that assigns a value to a variable must not be combined with data-retrieval operations.")
		}
		if !ok {
			value.Fail(137, `Must declare the scalar variable "%s".`, item.Assign)
		}
		cells[i] = c
	}
	b.within(func(t *transaction) {
		var r relation
		b.bound(t, func(q *binder) { r = q.query(query) })
		n := int64(0)
		r.rows(nil, func(row []any) bool {
			n++
			for i, c := range cells {
				c.value = value.Convert(row[i], r.fields[i].typ, c.typ, 0)
			}
			return true
		})
		b.finish(n, true)
	})
}
